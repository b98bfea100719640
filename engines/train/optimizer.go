package train

import (
	"math"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

// OptimizerOptions are the hyper-parameters of one update.
type OptimizerOptions struct {
	LearningRate float64 `json:"learning_rate"`
	WeightDecay  float64 `json:"weight_decay"` // decoupled, on matrices and embeddings only
	Clip         float64 `json:"clip"`         // bound on the gradient's 2-norm; 0 means none
	// Muon orthogonalises the update of the hidden matrices; everything else,
	// or everything when it is false, gets AdamW.
	Muon bool `json:"muon"`
}

const (
	adamBeta1, adamBeta2, adamEps = 0.9, 0.98, 1e-8
	muonMomentum                  = 0.95
)

// optimizer updates weights in place. Moments have the layout of the weights;
// Muon's matrices use the first moment only.
type optimizer struct {
	m, v    *model.Weights
	scratch chan *muonScratch
}

// prepare makes the scratch of the threads for the products of the
// orthogonalisation.
func (o *optimizer) prepare(products Products, threads int) {
	o.scratch = make(chan *muonScratch, threads)
	for range threads {
		o.scratch <- &muonScratch{products: multiplier{products: products}}
	}
}

// update applies one step (from 1) with the given gradient, which it may
// overwrite, and returns the gradient's 2-norm before clipping.
func (o *optimizer) update(w, grad *model.Weights, opt OptimizerOptions, lr float64, step int, pool *kernel.Pool) float64 {
	norm := math.Sqrt(kernel.SumSquares(grad.Flat))
	if opt.Clip > 0 && norm > opt.Clip {
		kernel.Scale(grad.Flat, float32(opt.Clip/norm))
	}
	bias1 := float32(1 - math.Pow(adamBeta1, float64(step)))
	bias2 := float32(1 - math.Pow(adamBeta2, float64(step)))
	pool.Do(len(w.Tensors), func(i int) {
		t := w.Tensors[i]
		decay := 0.0
		if len(t.Shape) == 2 {
			decay = opt.WeightDecay
		}
		if opt.Muon && t.Matrix() {
			s := <-o.scratch
			s.update(t, grad.Tensors[i].Data, o.m.Tensors[i].Data, float32(lr), float32(lr*decay))
			o.scratch <- s
			return
		}
		kernel.AdamW(t.Data, grad.Tensors[i].Data, o.m.Tensors[i].Data, o.v.Tensors[i].Data,
			float32(lr), adamBeta1, adamBeta2, adamEps, float32(decay), bias1, bias2)
	})
	return norm
}

// muonScratch holds the working matrices of one orthogonalisation.
type muonScratch struct {
	x, gram, poly []float32
	products      multiplier
}

// Coefficients of the quintic Newton–Schulz iteration (Jordan, "Muon", 2024).
const (
	newtonA, newtonB, newtonC = 3.4445, -4.7750, 2.0315
	newtonSteps               = 5
)

// update applies Muon to one matrix: Nesterov momentum, orthogonalised, scaled
// to the root mean square of an AdamW step (Moonlight, arXiv 2502.16982,
// section 2.2, 0.2·√max(out, in)).
func (s *muonScratch) update(t model.Tensor, grad, momentum []float32, lr, decay float32) {
	out, in := t.Shape[0], t.Shape[1]
	kernel.Scale(momentum, muonMomentum)
	kernel.Axpy(momentum, grad, 1-muonMomentum)
	kernel.Scale(grad, 1-muonMomentum)
	kernel.Axpy(grad, momentum, muonMomentum)
	x := s.orthogonalize(grad, out, in)
	step := -lr * 0.2 * float32(math.Sqrt(float64(max(out, in))))
	kernel.Scale(t.Data, 1-decay)
	kernel.Axpy(t.Data, x, step)
}

// orthogonalize returns a matrix of g's shape [rows, cols] with about the same
// singular vectors and all singular values near 1. g is not kept.
func (s *muonScratch) orthogonalize(g []float32, rows, cols int) []float32 {
	if rows > cols { // work on the wide orientation
		s.x = grow(s.x, len(g))
		transpose(s.x, g, rows, cols)
		copy(g, s.x)
		wide := s.iterate(g, cols, rows)
		transpose(g, wide, cols, rows)
		return g
	}
	return s.iterate(g, rows, cols)
}

func (s *muonScratch) iterate(g []float32, r, c int) []float32 {
	s.x = grow(s.x, r*c)
	s.gram, s.poly = grow(s.gram, r*r), grow(s.poly, r*r)
	kernel.Scale(g, float32(1/(math.Sqrt(kernel.SumSquares(g))+1e-7)))
	x, next, u := g, s.x, &s.products
	for range newtonSteps {
		u.right.pack(u.products, x, c, r, true)
		u.mul(s.gram, x, r, &u.right, false) // A = X·Xᵀ
		u.right.pack(u.products, s.gram, r, r, false)
		u.mul(s.poly, s.gram, r, &u.right, false) // A²
		kernel.Scale(s.poly, newtonC)
		kernel.Axpy(s.poly, s.gram, newtonB)
		copy(next, x)
		kernel.Scale(next, newtonA)
		u.right.pack(u.products, x, r, c, false)
		u.mul(next, s.poly, r, &u.right, true) // a·X + (b·A + c·A²)·X
		x, next = next, x
	}
	return x
}

func transpose(dst, src []float32, rows, cols int) {
	for i := range rows {
		for j := range cols {
			dst[j*rows+i] = src[i*cols+j]
		}
	}
}
