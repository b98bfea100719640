package python

import (
	"os"
	"os/exec"
	"syscall"
)

// namespaces says that a system may have them.
const namespaces = true

// separate gives a command name spaces of its own: a network without devices, and
// processes that see and signal no others and end together with the first one. It is
// nobody there, or the user, and has no rights over anything else.
func separate(cmd *exec.Cmd) {
	inside := func(id int) []syscall.SysProcIDMap {
		as := id
		if id == 0 {
			as = 65534
		}
		return []syscall.SysProcIDMap{{ContainerID: as, HostID: id, Size: 1}}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		UidMappings: inside(os.Getuid()), GidMappings: inside(os.Getgid()),
	}
}
