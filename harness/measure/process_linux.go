package measure

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// BootID names this boot of the machine and the name space of process numbers, which
// containers have of their own; "" when unknown.
func BootID() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, errSpace := os.Readlink("/proc/self/ns/pid")
	if err != nil || errSpace != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + " " + space
}

// Started is the moment at which a process started, in ticks since the boot; "" when
// there is no such process or it has ended and only waits to be collected, and [Hidden]
// when there is one that cannot be looked at.
func Started(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil && (pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)) {
		return ""
	}
	if err != nil {
		return Hidden
	}
	// "1234 (name, with anything in it) S 1 …": the state is field 3, the start field 22.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return ""
	}
	return fields[19]
}
