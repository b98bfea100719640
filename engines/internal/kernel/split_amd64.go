//go:build amd64 && !purego

package kernel

import (
	"sync"

	"golang.org/x/sys/cpu"
)

// hasTiles reports whether tile registers can be used: the CPU has them for
// bfloat16 and the system lets this process use them.
var hasTiles = sync.OnceValue(func() bool {
	x := &cpu.X86
	return useAssembly && x.HasAVX512BW && x.HasAMXTile && x.HasAMXBF16 && AllowTiles()
})

// tileConfig gives all eight tile registers 16 lines of 64 bytes (palette 1).
var tileConfig = func() (c [64]byte) {
	c[0] = 1
	for t := range 8 {
		c[16+2*t] = 64
		c[48+t] = 16
	}
	return c
}()

//go:noescape
func mulSplit(c *float32, ldc int, a, b *uint16, blocks, pairs int, config *[64]byte, parts int, add bool)

//go:noescape
func splitRows(dst *uint16, src *float32, ld, rows, blocks, parts int)

//go:noescape
func splitPairs(dst *uint16, src *float32, ld, panels, stride, parts int)

//go:noescape
func transposeTiles(tiles *uint16, pairs, stride, parts int)
