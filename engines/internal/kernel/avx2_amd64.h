// Macros shared by the AVX2 loops over vectors.

// TAIL turns the number of elements left, n (1 to 7), into a mask for
// VMASKMOVPS: the first n lanes on. It overwrites n and tmp.
#define TAIL(n, tmp, mask) \
	LEAQ    ·tailMask+32(SB), tmp; \
	SHLQ    $2, n; \
	SUBQ    n, tmp; \
	VMOVUPS (tmp), mask

// SUM adds the eight lanes of y into the lowest lane of x, its lower half. It
// overwrites xt.
#define SUM(y, x, xt) \
	VEXTRACTF128 $1, y, xt; \
	VADDPS       xt, x, x; \
	VMOVHLPS     x, x, xt; \
	VADDPS       xt, x, x; \
	VMOVSHDUP    x, xt; \
	VADDSS       xt, x, x

// Offsets of the constants in ·expTable, eight lanes each.
#define LOG2E 0
#define LN2HI 32
#define LN2LO 64
#define C6 96
#define C5 128
#define C4 160
#define C3 192
#define C2 224
#define ONE 256
#define LOWEST 288
#define HIGHEST 320
#define INFINITY 352

// EXP sets p = exp(x) in eight lanes, with AX = ·expTable. It overwrites n
// and r.
//
// x = n*ln2 + r with n the nearest integer, so |r| <= 0.347. ln2 is split in
// two so that n*LN2HI is exact (Cody and Waite, "Software Manual for the
// Elementary Functions", 1980, chapter 6). exp(r) is a polynomial of degree 6
// with exact 1 and r, fitted for the least relative error (3.2e-9, so rounding
// dominates: 1.2e-7 in all). 2^n is multiplied in by adding n to the exponent
// bits. Below LOWEST, the logarithm of the smallest normal number, the result
// is 0; above HIGHEST, 88.376, it is +Inf; NaN stays NaN.
#define EXP(x, n, r, p) \
	VMULPS       LOG2E(AX), x, n; \
	VROUNDPS     $8, n, n; \
	VMOVAPS      x, r; \
	VFNMADD231PS LN2HI(AX), n, r; \
	VFNMADD231PS LN2LO(AX), n, r; \
	VMOVUPS      C6(AX), p; \
	VFMADD213PS  C5(AX), r, p; \
	VFMADD213PS  C4(AX), r, p; \
	VFMADD213PS  C3(AX), r, p; \
	VFMADD213PS  C2(AX), r, p; \
	VFMADD213PS  ONE(AX), r, p; \
	VFMADD213PS  ONE(AX), r, p; \
	VCVTPS2DQ    n, n; \
	VPSLLD       $23, n, n; \
	VPADDD       n, p, p; \
	VCMPPS       $5, LOWEST(AX), x, n; \
	VANDPS       n, p, p; \
	VCMPPS       $30, HIGHEST(AX), x, n; \
	VBLENDVPS    n, INFINITY(AX), p, p
