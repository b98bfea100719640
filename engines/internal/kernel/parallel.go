package kernel

// smallProduct is the number of multiply-adds below which a product is not
// worth handing to another thread.
const smallProduct = 100_000

// product holds the operands of the running MatMul. It lives in the pool so that a call allocates nothing.
type product struct {
	c    []float32
	ldc  int
	a    []float32
	lda  int
	m    int
	b    *Panels
	add  bool
	step int // rows or panels per part
}

// Indices of Pool.parts.
const (
	partRows = iota
	partPanels
)

// bindParts makes the loop bodies over parts of p.product.
func (p *Pool) bindParts() {
	q := &p.product
	p.parts = [...]func(int){
		partRows: func(i int) {
			lo := i * q.step
			rows := min(q.step, q.m-lo)
			matMul(q.c[lo*q.ldc:], q.ldc, q.a[lo*q.lda:], q.lda, 1, rows, q.b, 0, panelCount(q.b.N), q.add)
		},
		partPanels: func(i int) {
			lo := i * q.step
			matMul(q.c, q.ldc, q.a, q.lda, 1, q.m, q.b, lo, min(lo+q.step, panelCount(q.b.N)), q.add)
		},
	}
}

// MatMul is [MatMul] on the pool's threads, with the same bits. It splits the
// rows of C, or its panels when there are few rows; small products run inline.
func (p *Pool) MatMul(c []float32, ldc int, a []float32, lda, m int, b *Panels, add bool) {
	checkMatMul(c, ldc, a, lda, m, b, m, b.K)
	p.enter()
	panels := panelCount(b.N)
	if p.threads == 1 || m*b.K*b.N < smallProduct {
		matMul(c, ldc, a, lda, 1, m, b, 0, panels, add)
		p.busy.Store(false)
		return
	}
	p.product = product{c: c, ldc: ldc, a: a, lda: lda, m: m, b: b, add: add}
	if m >= 4*tileRows*p.threads {
		p.product.step = partSize(m, 4*p.threads, tileRows)
		p.run(divUp(m, p.product.step), p.parts[partRows])
	} else {
		p.product.step = partSize(panels, 4*p.threads, 4)
		p.run(divUp(panels, p.product.step), p.parts[partPanels])
	}
	p.product = product{}
	p.busy.Store(false)
}

// tileRows is the number of rows of one tile of the micro-kernel.
const tileRows = 6

// partSize divides n into about count parts whose size is a multiple of unit.
func partSize(n, count, unit int) int { return divUp(divUp(n, count), unit) * unit }

func divUp(a, b int) int { return (a + b - 1) / b }
