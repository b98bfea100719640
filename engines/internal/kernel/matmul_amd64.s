//go:build amd64 && !purego

#include "textflag.h"

#define SHIFT 2
#define COLUMNS(at, y) VMOVUPS at, y

#include "matmul_amd64.h"

// Micro-kernels of the matrix product, float32, AVX2+FMA. Every accumulator
// lane is one output element, updated by one fused multiply-add per k, in order
// of k. All kernels share the argument layout below; strides are in elements.
//
//   c      first element of the block of C          ldc    row stride of C
//   a      A[i][k] at a + i*rs + k*ks               step   from one row tile of A to the next
//   b      first panel, first k                     stride from one panel to the next
//   k      length of the sum                        tiles  row tiles of 6 (mulTile6 only)
//   panels number of panels                         add    start from C instead of 0
//
// Registers in all kernels:
//
//   DI C     SI ldc      AX, BX A (row 0, row 3)   CX rs   DX ks
//   R10 B    R11 counts k   R13 counts panels      R8 base of B   R14 base of C
//   R12 or R15 stride

// func mulTile6(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add bool)
//
// For each panel, for each row tile: C[6][16] = A[6][k]·B[k][16] (+ C).
TEXT ·mulTile6(SB), NOSPLIT, $0-89
	MOVQ  c+0(FP), R14
	MOVQ  ldc+8(FP), SI
	MOVQ  rs+24(FP), CX
	MOVQ  ks+32(FP), DX
	MOVQ  b+48(FP), R8
	MOVQ  panels+80(FP), R13
	SHLQ  $2, SI
	SHLQ  $2, CX
	SHLQ  $2, DX
	MOVQ  k+64(FP), R9
	MOVQ  DX, R11
	IMULQ R9, R11
	MOVQ  step+40(FP), R10
	SHLQ  $2, R10
	SUBQ  R11, R10
	MOVQ  R10, step+40(FP)   // from the end of one tile's rows to the next tile
	SHLQ  $2, stride+56(FP)
	MOVQ  stride+56(FP), R15

panel6:
	MOVQ a+16(FP), AX
	MOVQ R14, DI
	MOVQ tiles+72(FP), R12

tile6:
	LEAQ       (CX)(CX*2), BX
	ADDQ       AX, BX
	LEAQ       (SI)(SI*2), R9
	ADDQ       DI, R9
	MOVQ       R8, R10
	LEAQ       (R9)(SI*2), R11   // one row before the next tile
	PREFETCHT0 (R11)(SI*1)
	PREFETCHT0 (R11)(SI*2)
	LEAQ       (R11)(SI*2), R11
	PREFETCHT0 (R11)(SI*1)
	PREFETCHT0 (R11)(SI*2)
	LEAQ       (R11)(SI*2), R11
	PREFETCHT0 (R11)(SI*1)
	PREFETCHT0 (R11)(SI*2)
	CMPB       add+88(FP), $0
	JEQ        zero6
	VMOVUPS    (DI), Y0
	VMOVUPS    32(DI), Y1
	VMOVUPS    (DI)(SI*1), Y2
	VMOVUPS    32(DI)(SI*1), Y3
	VMOVUPS    (DI)(SI*2), Y4
	VMOVUPS    32(DI)(SI*2), Y5
	VMOVUPS    (R9), Y6
	VMOVUPS    32(R9), Y7
	VMOVUPS    (R9)(SI*1), Y8
	VMOVUPS    32(R9)(SI*1), Y9
	VMOVUPS    (R9)(SI*2), Y10
	VMOVUPS    32(R9)(SI*2), Y11
	JMP        sum6

zero6:
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	ZERO2(Y8, Y9)
	ZERO2(Y10, Y11)

sum6:
	MOVQ k+64(FP), R11
	SUBQ $4, R11
	JLT  rest6

four6:
	STEP6(0)
	ADDQ DX, BX
	STEP6(64)
	ADDQ DX, BX
	STEP6(128)
	ADDQ DX, BX
	STEP6(192)
	ADDQ DX, BX
	ADDQ $256, R10
	SUBQ $4, R11
	JGE  four6

rest6:
	ADDQ $4, R11
	JEQ  store6

one6:
	STEP6(0)
	ADDQ DX, BX
	ADDQ $64, R10
	DECQ R11
	JNE  one6

store6:
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, (DI)(SI*1)
	VMOVUPS Y3, 32(DI)(SI*1)
	VMOVUPS Y4, (DI)(SI*2)
	VMOVUPS Y5, 32(DI)(SI*2)
	VMOVUPS Y6, (R9)
	VMOVUPS Y7, 32(R9)
	VMOVUPS Y8, (R9)(SI*1)
	VMOVUPS Y9, 32(R9)(SI*1)
	VMOVUPS Y10, (R9)(SI*2)
	VMOVUPS Y11, 32(R9)(SI*2)
	ADDQ    step+40(FP), AX
	LEAQ    (R9)(SI*2), DI
	ADDQ    SI, DI
	DECQ    R12
	JNE     tile6

	ADDQ $64, R14
	ADDQ stride+56(FP), R8
	DECQ R13
	JNE  panel6
	VZEROUPPER
	RET
