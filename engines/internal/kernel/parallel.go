package kernel

// smallProduct is the number of multiply-adds below which a product is not
// worth handing to another thread.
const smallProduct = 100_000

// smallPack is the same for packing, in elements.
const smallPack = 16_384

// product holds the operands of the running MatMul, MatMulTA, PackNN or PackNT.
// It lives in the pool so that a call allocates nothing.
type product struct {
	c      []float32
	ldc    int
	a      []float32 // A, or the source of a pack
	rs, ks int       // strides of A along rows and along k; rs is the stride of a pack's source
	m      int
	b      *Panels
	add    bool
	step   int // rows or panels per part
}

// Indices of Pool.parts.
const (
	partRows = iota
	partPanels
	partPackNN
	partPackNT
)

// bindParts makes the loop bodies over parts of p.product.
func (p *Pool) bindParts() {
	q := &p.product
	p.parts = [...]func(int){
		partRows: func(i int) {
			lo := i * q.step
			rows := min(q.step, q.m-lo)
			matMul(q.c[lo*q.ldc:], q.ldc, q.a[lo*q.rs:], q.rs, q.ks, rows, q.b, 0, panelCount(q.b.N), q.add)
		},
		partPanels: func(i int) {
			lo := i * q.step
			matMul(q.c, q.ldc, q.a, q.rs, q.ks, q.m, q.b, lo, min(lo+q.step, panelCount(q.b.N)), q.add)
		},
		partPackNN: func(i int) {
			lo := i * q.step
			q.b.packNN(q.a, q.rs, lo, min(lo+q.step, panelCount(q.b.N)))
		},
		partPackNT: func(i int) {
			lo := i * q.step
			q.b.packNT(q.a, q.rs, lo, min(lo+q.step, panelCount(q.b.N)))
		},
	}
}

// MatMul is [MatMul] on the pool's threads, with the same bits. It splits the
// rows of C, or its panels when there are few rows; small products run inline.
func (p *Pool) MatMul(c []float32, ldc int, a []float32, lda, m int, b *Panels, add bool) {
	checkMatMul(c, ldc, a, lda, m, b, m, b.K)
	p.matMul(c, ldc, a, lda, 1, m, b, add)
}

// MatMulTA is [MatMulTA] on the pool's threads, with the same bits.
func (p *Pool) MatMulTA(c []float32, ldc int, a []float32, lda, m int, b *Panels, add bool) {
	checkMatMul(c, ldc, a, lda, m, b, b.K, m)
	p.matMul(c, ldc, a, 1, lda, m, b, add)
}

func (p *Pool) matMul(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, add bool) {
	p.enter()
	panels := panelCount(b.N)
	if p.threads == 1 || m*b.K*b.N < smallProduct {
		matMul(c, ldc, a, rs, ks, m, b, 0, panels, add)
		p.busy.Store(false)
		return
	}
	p.product = product{c: c, ldc: ldc, a: a, rs: rs, ks: ks, m: m, b: b, add: add}
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

// PackNN is [Panels.PackNN] on the pool's threads.
func (p *Pool) PackNN(b *Panels, src []float32, ld int) { p.pack(b, src, ld, partPackNN) }

// PackNT is [Panels.PackNT] on the pool's threads.
func (p *Pool) PackNT(b *Panels, src []float32, ld int) { p.pack(b, src, ld, partPackNT) }

func (p *Pool) pack(b *Panels, src []float32, ld, part int) {
	p.enter()
	panels := panelCount(b.N)
	p.product = product{a: src, rs: ld, b: b, step: panels}
	if p.threads == 1 || b.K*b.N < smallPack {
		p.parts[part](0)
	} else {
		p.product.step = partSize(panels, 4*p.threads, 1)
		p.run(divUp(panels, p.product.step), p.parts[part])
	}
	p.product = product{}
	p.busy.Store(false)
}

// tileRows is the number of rows of one tile of the micro-kernel.
const tileRows = 6

// partSize divides n into about count parts whose size is a multiple of unit.
func partSize(n, count, unit int) int { return divUp(divUp(n, count), unit) * unit }

func divUp(a, b int) int { return (a + b - 1) / b }
