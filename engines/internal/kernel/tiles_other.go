//go:build !linux && amd64 && !purego

package kernel

// allowTiles is false where nobody has tried how the system saves the registers.
func allowTiles() bool { return false }
