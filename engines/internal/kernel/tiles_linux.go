//go:build linux && amd64 && !purego

package kernel

import "syscall"

// AllowTiles asks the kernel for the state of the tile registers, 8 KiB a thread,
// which Linux keeps only for processes that ask (arch_prctl, since 5.16).
func AllowTiles() bool {
	const requestPermission, tileData = 0x1023, 18
	_, _, errno := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, requestPermission, tileData, 0)
	return errno == 0
}
