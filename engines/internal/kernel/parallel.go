package kernel

// smallProduct is the number of multiply-adds below which a product is not
// worth handing to another thread. For one row these are numbers of B, of which a
// core reads some ten in a nanosecond.
const smallProduct = 50_000

// product holds the operands of the running MatMul. It lives in the pool so that a
// call allocates nothing.
type product struct {
	c   []float32
	ldc int
	a   []float32
	lda int
	m   int
	b   Factor
	add bool
	of  parts
}

// parts is how a product is shared out: into rectangles of C. Those of the same rows
// follow each other.
type parts struct {
	rows, panels int // of a part
	across       int // parts next to each other
	count        int
}

// part computes part i of the product.
func (q *product) part(i int) {
	_, n := q.b.Size()
	row, first := i/q.of.across*q.of.rows, i%q.of.across*q.of.panels
	q.b.multiply(q.c[row*q.ldc:], q.ldc, q.a[row*q.lda:], q.lda, 1, min(q.of.rows, q.m-row), first, min(first+q.of.panels, panelCount(n)), q.add)
}

// MatMul is [MatMul] on the pool's threads, with the same bits; small products run inline.
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
	p.product = product{c: c, ldc: ldc, a: a, lda: lda, m: m, b: b, add: add, of: share(m, panels, p.threads)}
	p.run(p.product.of.count, p.part)
	p.product = product{}
	p.busy.Store(false)
}

// share shares out a product of m rows: by panels, four at a time as the inner loops take
// them, or fewer for a few rows on more threads; and by rows, too, where the panels alone
// are not enough. So each number of B is read by one thread, and once.
func share(m, panels, threads int) parts {
	unit := 4
	for m < tileRows && unit > 1 && divUp(panels, unit) < threads {
		unit /= 2
	}
	step := partSize(panels, 4*threads, unit)
	for s := step - unit; s > 0; s -= unit { // the size with which the busiest thread has least
		if busiest(panels, s, threads) < busiest(panels, step, threads) {
			step = s
		}
	}
	across := divUp(panels, step)
	rows := RowsOfPart(m, across, threads)
	return parts{rows, step, across, across * divUp(m, rows)}
}

// busiest is how much the thread with most parts of a size has of n.
func busiest(n, size, threads int) int { return divUp(divUp(n, size), threads) * size }

// RowsOfPart is how many of m rows a part of a product has, if it is already in parts by
// columns: all, unless these are too few for the threads; then at least 24, in whole tiles.
func RowsOfPart(m, parts, threads int) int {
	return partSize(m, max(1, min(m/(4*tileRows), divUp(4*threads, parts))), tileRows)
}

// tileRows is the number of rows of one tile of the micro-kernel.
const tileRows = 6

// partSize divides n into about count parts whose size is a multiple of unit.
func partSize(n, count, unit int) int { return divUp(divUp(n, count), unit) * unit }

func divUp(a, b int) int { return (a + b - 1) / b }
