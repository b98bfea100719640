package child

import (
	"os/exec"
	"time"
)

// drain is how long the end of a process is waited for after it has ended or was killed,
// if what it has started holds its output.
const drain = time.Second

// Together makes a command, which has not been started, one that ends together with the
// processes that it starts: it gets a process group of its own, where there are any, and
// waiting for its output is bounded.
func Together(cmd *exec.Cmd) {
	cmd.WaitDelay = drain
	ownGroup(cmd)
	if cmd.Cancel != nil { // it has a context
		cmd.Cancel = func() error { return killAll(cmd.Process) }
	}
}
