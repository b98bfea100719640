package kernel

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// Factor is the right-hand matrix B of a product, K×N, in column panels. There is a
// type for each storage of its numbers. Every one gives, bit for bit, the products of
// the same numbers in float32.
type Factor interface {
	// Size returns K and N.
	Size() (k, n int)
	// NumberBits is the size of a stored number.
	NumberBits() int
	// Columns copies columns from a given one on to dst, one after the other.
	Columns(dst []float32, from int)
	// PackColumns fills columns from a given one on from rows of the transposed
	// matrix, each K numbers long, which the storage has to hold exactly or else
	// rounds. It may clear columns behind them up to the end of a panel.
	PackColumns(from int, rows []float32)
	// PackRaw is PackColumns for rows as files have them in this storage. It reports
	// whether all numbers are finite, and packs nothing otherwise.
	PackRaw(from int, rows []byte) bool
	// From is a view of the columns from a given one on, the first of a panel.
	From(n int) Factor

	// multiply computes panels p0 to p1-1 of C = A·B (+ C when add is set), where
	// A[i][k] is a[i*rs+k*ks].
	multiply(c []float32, ldc int, a []float32, rs, ks, m, p0, p1 int, add bool)
	// check panics unless the matrix is as large as it says.
	check()
}

// NewFactor returns a zero matrix with k rows and n columns, in a storage by the name
// that its type has in files: F32, BF16 or F16.
func NewFactor(storage string, k, n int) Factor {
	switch storage {
	case "F32":
		return NewPanels(k, n)
	case "BF16":
		return NewBF16(k, n)
	case "F16":
		return NewF16(k, n)
	}
	panic("kernel: no storage " + storage)
}

// checkPanels panics unless there is room for k×n numbers in panels.
func checkPanels(k, n, stride, room int) {
	switch {
	case k < 0 || n < 0:
		panic("kernel: negative matrix size")
	case stride < k*PanelWidth:
		panic("kernel: panel stride is smaller than K*16")
	case n > 0 && room < (panelCount(n)-1)*stride+k*PanelWidth:
		panic("kernel: panel data is too short")
	}
}

// Columns implements [Factor].
func (b *Panels) Columns(dst []float32, from int) {
	for ; len(dst) > 0; from, dst = from+1, dst[b.K:] {
		column := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		for k := range dst[:b.K] {
			dst[k] = column[k*PanelWidth]
		}
	}
}

// pieces are what rows of bytes become before they are packed. Beside weights of
// gigabytes the collector lets as much garbage lie.
var pieces = sync.Pool{New: func() any { return new([]float32) }}

// PackRaw implements [Factor].
func (b *Panels) PackRaw(from int, rows []byte) bool {
	kept := pieces.Get().(*[]float32)
	defer pieces.Put(kept)
	numbers := slices.Grow((*kept)[:0], len(rows)/FloatBytes)[:len(rows)/FloatBytes]
	*kept = numbers
	for i := range numbers {
		bits := binary.LittleEndian.Uint32(rows[FloatBytes*i:])
		if bits>>23&0xff == 0xff {
			return false
		}
		numbers[i] = math.Float32frombits(bits)
	}
	b.PackColumns(from, numbers)
	return true
}

// Size implements [Factor].
func (b *Panels) Size() (k, n int) { return b.K, b.N }

// NumberBits implements [Factor].
func (b *Panels) NumberBits() int { return 8 * FloatBytes }

func (b *Panels) check() { checkPanels(b.K, b.N, b.Stride, len(b.Data)) }

func (b *Panels) multiply(c []float32, ldc int, a []float32, rs, ks, m, p0, p1 int, add bool) {
	matMul(c, ldc, a, rs, ks, m, b, p0, p1, add)
}

// Blocking of products with factors that are expanded: a few panels at a time
// become float32 in a block that stays in the L2 cache while it meets many rows of A.
const (
	expandPanels = 4
	expandDepth  = 320
	expandRows   = 384
)

type expandedBlock [expandPanels * expandDepth * PanelWidth]float32

var expandedBlocks = sync.Pool{New: func() any { return new(expandedBlock) }}

// expander is a factor that can widen k numbers of each column of a panel, from number
// k0 on.
type expander interface {
	Factor
	expand(dst []float32, panel, k0, k int)
}

// multiplyExpanded is multiply for an expander.
func multiplyExpanded(c []float32, ldc int, a []float32, rs, ks, m int, b expander, p0, p1 int, add bool) {
	depth, n := b.Size()
	block := expandedBlocks.Get().(*expandedBlock)
	for i := 0; i < m; i += expandRows {
		rows := min(expandRows, m-i)
		for k0 := 0; k0 < max(depth, 1); k0 += expandDepth {
			k := min(expandDepth, depth-k0)
			for p := p0; p < p1; p += expandPanels {
				panels := min(expandPanels, p1-p)
				wide := Panels{K: k, N: min(panels*PanelWidth, n-p*PanelWidth), Stride: k * PanelWidth, Data: block[:]}
				for j := range panels {
					b.expand(block[j*wide.Stride:][:wide.Stride], p+j, k0, k)
				}
				matMul(c[i*ldc+p*PanelWidth:], ldc, a[i*rs+k0*ks:], rs, ks, rows, &wide, 0, panels, add || k0 > 0)
			}
		}
	}
	expandedBlocks.Put(block)
}
