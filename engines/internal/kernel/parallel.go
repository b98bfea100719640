package kernel

// smallProduct is the number of multiply-adds below which a product is not
// worth handing to another thread.
const smallProduct = 100_000

// product holds the operands of the running MatMul. It lives in the pool so that a
// call allocates nothing.
type product struct {
	c      []float32
	ldc    int
	a      []float32
	lda    int
	m      int
	b      Factor
	add    bool
	byRows bool // parts are rows, not panels
	step   int  // rows or panels per part
}

// part computes part i of the product.
func (q *product) part(i int) {
	_, n := q.b.Size()
	row, rows, first, last := 0, q.m, 0, panelCount(n)
	if q.byRows {
		row = i * q.step
		rows = min(q.step, q.m-row)
	} else {
		first = i * q.step
		last = min(first+q.step, last)
	}
	q.b.multiply(q.c[row*q.ldc:], q.ldc, q.a[row*q.lda:], q.lda, 1, rows, first, last, q.add)
}

// MatMul is [MatMul] on the pool's threads, with the same bits. It splits the
// rows of C, or its panels when there are few rows; small products run inline.
func (p *Pool) MatMul(c []float32, ldc int, a []float32, lda, m int, b Factor, add bool) {
	b.check()
	k, width := b.Size()
	checkMatMul(c, ldc, a, lda, m, width, m, k)
	p.enter()
	panels := panelCount(width)
	if p.threads == 1 || m*k*width < smallProduct {
		b.multiply(c, ldc, a, lda, 1, m, 0, panels, add)
		p.busy.Store(false)
		return
	}
	n, unit := panels, 4
	byRows := m >= 4*tileRows*p.threads && b.byRows()
	if byRows {
		n, unit = m, tileRows
	}
	step := partSize(n, 4*p.threads, unit)
	p.product = product{c: c, ldc: ldc, a: a, lda: lda, m: m, b: b, add: add, byRows: byRows, step: step}
	p.run(divUp(n, step), p.part)
	p.product = product{}
	p.busy.Store(false)
}

// tileRows is the number of rows of one tile of the micro-kernel.
const tileRows = 6

// partSize divides n into about count parts whose size is a multiple of unit.
func partSize(n, count, unit int) int { return divUp(divUp(n, count), unit) * unit }

func divUp(a, b int) int { return (a + b - 1) / b }
