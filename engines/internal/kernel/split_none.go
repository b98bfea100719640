//go:build !amd64 || purego

package kernel

const errNoTiles = "kernel: no tile registers in this build"

func hasTiles() bool { return false }

var tileConfig [64]byte

func mulSplit(c *float32, ldc int, a, b *uint16, blocks, pairs int, config *[64]byte, parts int, add bool) {
	panic(errNoTiles)
}

func splitRows(dst *uint16, src *float32, ld, rows, blocks, parts int) { panic(errNoTiles) }

func splitPairs(dst *uint16, src *float32, ld, panels, stride, parts int) { panic(errNoTiles) }

func transposeTiles(tiles *uint16, pairs, stride, parts int) { panic(errNoTiles) }
