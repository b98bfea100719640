// Package kernel holds the float32 loops in which a transformer spends its
// time: matrix products, softmax, normalisation, activation, rotary
// embedding and the optimiser step, with the worker pool that spreads them
// over cores.
//
// # Two variants
//
// Every loop exists as readable Go (the *_generic.go files) and as assembly: AVX2+FMA on
// amd64, NEON on arm64; matrix products also in 512-bit registers. All assembly makes the
// same sums in the same order, with one rounding for a multiply-add, so its bits are the
// same on both architectures and at every width. Which one runs is decided once at
// start-up from the CPU's features; [Variant] and [ProductBits] tell. The build tag purego
// leaves the assembly out, and GODEBUG=cpu.avx2=off or cpu.asimd=off does not use it.
// Training may also multiply numbers split into pairs of bfloat16 in tile registers
// (Intel AMX, [Split]); that is a third set of bits, which decoders never use.
// Assembly and Go give the same result within the tolerances stated in the tests, not the
// same bits, so anything that depends on exact bits is keyed by the variant.
//
// # Row-count invariance
//
// A decoder must get the same logits for a token whether its row is computed
// alone or among a thousand, from a cache or again from scratch. Floating-point
// addition is not associative, so this only holds if the order of every sum is
// fixed. [MatMul] and [MatMulTA] therefore compute each output element with one
// float32 accumulator that runs over k = 0, 1, …, K-1 and nothing else: not the
// number of rows, the column, the blocking or the number of threads changes a
// bit. Speed comes from computing many elements at once, never from splitting
// one sum. Row functions such as [Softmax] and [RMSNorm] depend on nothing but
// the row's values and its length.
//
// # Column panels
//
// The right-hand matrix of a product is stored as [Panels]: 16 columns side by
// side for k = 0, then the same 16 columns for k = 1, and so on. The innermost
// loop then reads memory strictly in order, which is what makes the one-row
// product run at memory speed and the many-row product run from the cache. The
// layout follows Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (ACM TOMS 34(3), 2008, section 4), with panels of 16 columns
// (two AVX2 registers) and tiles of 6 rows, the shape that fills the 16 vector
// registers of AVX2. Of the 32 registers of AVX-512 the same tiles fill 24 with
// four panels at once, of the 32 of NEON 24 with one.
//
// Its numbers may be stored in less than 32 bits ([Factor]). They are widened to
// float32 in registers for a few rows, and for more a few panels at a time in memory
// that stays in the cache; then the same loops run, so the bits are those of the same
// numbers in float32.
package kernel
