//go:build !linux && amd64 && !purego

package kernel

// AllowTiles is false where nobody has tried how the system saves the registers.
func AllowTiles() bool { return false }
