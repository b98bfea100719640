//go:build !js

package userfile

import "syscall"

// nonblock has opening a file not wait for another program.
const nonblock = syscall.O_NONBLOCK
