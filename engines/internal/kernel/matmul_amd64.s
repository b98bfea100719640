//go:build amd64 && !purego

#include "textflag.h"

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

// ARGS loads the arguments of the few-row kernels, strides in bytes.
#define ARGS \
	MOVQ c+0(FP), R14; \
	MOVQ ldc+8(FP), SI; \
	MOVQ rs+24(FP), CX; \
	MOVQ ks+32(FP), DX; \
	MOVQ b+40(FP), R8; \
	MOVQ stride+48(FP), R12; \
	MOVQ panels+64(FP), R13; \
	SHLQ $2, SI; \
	SHLQ $2, CX; \
	SHLQ $2, DX; \
	SHLQ $2, R12

#define ZERO2(r0, r1) \
	VXORPS r0, r0, r0; \
	VXORPS r1, r1, r1

// ROW: one row times the 16 columns in Y12, Y13; at is the element of A.
#define ROW(at, t, r0, r1) \
	VBROADCASTSS at, t; \
	VFMADD231PS  Y12, t, r0; \
	VFMADD231PS  Y13, t, r1

// STEPn: one k of an n×16 tile; off is the offset in the panel. The same place
// in the next panel, R15 further on, is brought to the L2 cache: one stream of
// loads alone does not use the memory's full bandwidth.
#define STEP4(off) \
	PREFETCHT1 off(R10)(R15*1); \
	VMOVUPS off(R10), Y12; \
	VMOVUPS off+32(R10), Y13; \
	ROW((AX), Y14, Y0, Y1); \
	ROW((AX)(CX*1), Y15, Y2, Y3); \
	ROW((AX)(CX*2), Y14, Y4, Y5); \
	ROW((BX), Y15, Y6, Y7); \
	ADDQ DX, AX

#define STEP5(off) \
	STEP4(off); \
	ROW((BX)(CX*1), Y14, Y8, Y9)

#define STEP6(off) \
	STEP5(off); \
	ROW((BX)(CX*2), Y15, Y10, Y11)

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

// func mulRows5(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
TEXT ·mulRows5(SB), NOSPLIT, $0-73
	ARGS
	MOVQ R12, R15

panel5:
	MOVQ    a+16(FP), AX
	MOVQ    R14, DI
	LEAQ    (CX)(CX*2), BX
	ADDQ    AX, BX
	LEAQ    (SI)(SI*2), R9
	ADDQ    DI, R9
	MOVQ    R8, R10
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	ZERO2(Y8, Y9)
	CMPB    add+72(FP), $0
	JEQ     sum5
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS (DI)(SI*1), Y2
	VMOVUPS 32(DI)(SI*1), Y3
	VMOVUPS (DI)(SI*2), Y4
	VMOVUPS 32(DI)(SI*2), Y5
	VMOVUPS (R9), Y6
	VMOVUPS 32(R9), Y7
	VMOVUPS (R9)(SI*1), Y8
	VMOVUPS 32(R9)(SI*1), Y9

sum5:
	MOVQ  k+56(FP), R11
	TESTQ R11, R11
	JEQ   store5

one5:
	STEP5(0)
	ADDQ DX, BX
	ADDQ $64, R10
	DECQ R11
	JNE  one5

store5:
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
	ADDQ    $64, R14
	ADDQ    R12, R8
	DECQ    R13
	JNE     panel5
	VZEROUPPER
	RET

// func mulRows4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
TEXT ·mulRows4(SB), NOSPLIT, $0-73
	ARGS
	MOVQ R12, R15

panel4:
	MOVQ    a+16(FP), AX
	MOVQ    R14, DI
	LEAQ    (CX)(CX*2), BX
	ADDQ    AX, BX
	LEAQ    (SI)(SI*2), R9
	ADDQ    DI, R9
	MOVQ    R8, R10
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	CMPB    add+72(FP), $0
	JEQ     sum4
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS (DI)(SI*1), Y2
	VMOVUPS 32(DI)(SI*1), Y3
	VMOVUPS (DI)(SI*2), Y4
	VMOVUPS 32(DI)(SI*2), Y5
	VMOVUPS (R9), Y6
	VMOVUPS 32(R9), Y7

sum4:
	MOVQ  k+56(FP), R11
	TESTQ R11, R11
	JEQ   store4

one4:
	STEP4(0)
	ADDQ DX, BX
	ADDQ $64, R10
	DECQ R11
	JNE  one4

store4:
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, (DI)(SI*1)
	VMOVUPS Y3, 32(DI)(SI*1)
	VMOVUPS Y4, (DI)(SI*2)
	VMOVUPS Y5, 32(DI)(SI*2)
	VMOVUPS Y6, (R9)
	VMOVUPS Y7, 32(R9)
	ADDQ    $64, R14
	ADDQ    R12, R8
	DECQ    R13
	JNE     panel4
	VZEROUPPER
	RET

// PAIR sets up two panels side by side: B at R10 and R10+R9, C at DI and
// DI+BX. If only one panel is left, both are that panel: the same sums are
// computed and stored twice.
#define PAIR \
	MOVQ    a+16(FP), AX; \
	MOVQ    R14, DI; \
	MOVQ    R8, R10; \
	XORQ    R9, R9; \
	XORQ    BX, BX; \
	MOVQ    $64, R11; \
	CMPQ    R13, $1; \
	CMOVQNE R12, R9; \
	CMOVQNE R11, BX; \
	ADDQ    R10, R9; \
	ADDQ    DI, BX

// COL3: columns at b times the three rows in Y12, Y13, Y14.
#define COL3(at, r0, r1, r2) \
	VMOVUPS     at, Y15; \
	VFMADD231PS Y15, Y12, r0; \
	VFMADD231PS Y15, Y13, r1; \
	VFMADD231PS Y15, Y14, r2

// func mulRows3(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Three rows times two panels at once: 12 chains.
TEXT ·mulRows3(SB), NOSPLIT, $0-73
	ARGS

panel3:
	PAIR
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	ZERO2(Y8, Y9)
	ZERO2(Y10, Y11)
	CMPB    add+72(FP), $0
	JEQ     sum3
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS (BX), Y2
	VMOVUPS 32(BX), Y3
	VMOVUPS (DI)(SI*1), Y4
	VMOVUPS 32(DI)(SI*1), Y5
	VMOVUPS (BX)(SI*1), Y6
	VMOVUPS 32(BX)(SI*1), Y7
	VMOVUPS (DI)(SI*2), Y8
	VMOVUPS 32(DI)(SI*2), Y9
	VMOVUPS (BX)(SI*2), Y10
	VMOVUPS 32(BX)(SI*2), Y11

sum3:
	MOVQ  k+56(FP), R11
	TESTQ R11, R11
	JEQ   store3

one3:
	VBROADCASTSS (AX), Y12
	VBROADCASTSS (AX)(CX*1), Y13
	VBROADCASTSS (AX)(CX*2), Y14
	COL3((R10), Y0, Y4, Y8)
	COL3(32(R10), Y1, Y5, Y9)
	COL3((R9), Y2, Y6, Y10)
	COL3(32(R9), Y3, Y7, Y11)
	ADDQ DX, AX
	ADDQ $64, R10
	ADDQ $64, R9
	DECQ R11
	JNE  one3

store3:
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, (BX)
	VMOVUPS Y3, 32(BX)
	VMOVUPS Y4, (DI)(SI*1)
	VMOVUPS Y5, 32(DI)(SI*1)
	VMOVUPS Y6, (BX)(SI*1)
	VMOVUPS Y7, 32(BX)(SI*1)
	VMOVUPS Y8, (DI)(SI*2)
	VMOVUPS Y9, 32(DI)(SI*2)
	VMOVUPS Y10, (BX)(SI*2)
	VMOVUPS Y11, 32(BX)(SI*2)
	ADDQ    $128, R14
	LEAQ    (R8)(R12*2), R8
	SUBQ    $2, R13
	JGT     panel3
	VZEROUPPER
	RET

// COL2: columns at b times the two rows in Y12, Y13.
#define COL2(at, t, r0, r1) \
	VMOVUPS     at, t; \
	VFMADD231PS t, Y12, r0; \
	VFMADD231PS t, Y13, r1

// func mulRows2(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Two rows times two panels at once: 8 chains.
TEXT ·mulRows2(SB), NOSPLIT, $0-73
	ARGS

panel2:
	PAIR
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	CMPB    add+72(FP), $0
	JEQ     sum2
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS (BX), Y2
	VMOVUPS 32(BX), Y3
	VMOVUPS (DI)(SI*1), Y4
	VMOVUPS 32(DI)(SI*1), Y5
	VMOVUPS (BX)(SI*1), Y6
	VMOVUPS 32(BX)(SI*1), Y7

sum2:
	MOVQ  k+56(FP), R11
	TESTQ R11, R11
	JEQ   store2

one2:
	VBROADCASTSS (AX), Y12
	VBROADCASTSS (AX)(CX*1), Y13
	COL2((R10), Y14, Y0, Y4)
	COL2(32(R10), Y15, Y1, Y5)
	COL2((R9), Y14, Y2, Y6)
	COL2(32(R9), Y15, Y3, Y7)
	ADDQ DX, AX
	ADDQ $64, R10
	ADDQ $64, R9
	DECQ R11
	JNE  one2

store2:
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, (BX)
	VMOVUPS Y3, 32(BX)
	VMOVUPS Y4, (DI)(SI*1)
	VMOVUPS Y5, 32(DI)(SI*1)
	VMOVUPS Y6, (BX)(SI*1)
	VMOVUPS Y7, 32(BX)(SI*1)
	ADDQ    $128, R14
	LEAQ    (R8)(R12*2), R8
	SUBQ    $2, R13
	JGT     panel2
	VZEROUPPER
	RET

// func mulRows1(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// One row times four panels at once: 8 chains, and four streams of memory.
// B is at R8, R9, R10, BX and C at R14, DI, SI, CX; missing panels repeat the
// first, as in PAIR.
TEXT ·mulRows1(SB), NOSPLIT, $0-73
	ARGS

panel1:
	MOVQ    a+16(FP), AX
	MOVQ    R8, R9
	MOVQ    R8, R10
	MOVQ    R8, BX
	MOVQ    R14, DI
	MOVQ    R14, SI
	MOVQ    R14, CX
	CMPQ    R13, $2
	JLT     start1
	ADDQ    R12, R9
	ADDQ    $64, DI
	CMPQ    R13, $3
	JLT     start1
	LEAQ    (R8)(R12*2), R10
	ADDQ    $128, SI
	CMPQ    R13, $4
	JLT     start1
	LEAQ    (R9)(R12*2), BX
	ADDQ    $192, CX

start1:
	ZERO2(Y0, Y1)
	ZERO2(Y2, Y3)
	ZERO2(Y4, Y5)
	ZERO2(Y6, Y7)
	CMPB    add+72(FP), $0
	JEQ     sum1
	VMOVUPS (R14), Y0
	VMOVUPS 32(R14), Y1
	VMOVUPS (DI), Y2
	VMOVUPS 32(DI), Y3
	VMOVUPS (SI), Y4
	VMOVUPS 32(SI), Y5
	VMOVUPS (CX), Y6
	VMOVUPS 32(CX), Y7

sum1:
	MOVQ  k+56(FP), R11
	TESTQ R11, R11
	JEQ   store1
	LEAQ  (R8)(R12*4), R12  // the next group, while R8 walks down this one

one1:
	VBROADCASTSS (AX), Y15
	VFMADD231PS  (R8), Y15, Y0
	VFMADD231PS  32(R8), Y15, Y1
	VFMADD231PS  (R9), Y15, Y2
	VFMADD231PS  32(R9), Y15, Y3
	VFMADD231PS  (R10), Y15, Y4
	VFMADD231PS  32(R10), Y15, Y5
	VFMADD231PS  (BX), Y15, Y6
	VFMADD231PS  32(BX), Y15, Y7
	ADDQ DX, AX
	ADDQ $64, R8
	ADDQ $64, R9
	ADDQ $64, R10
	ADDQ $64, BX
	DECQ R11
	JNE  one1
	MOVQ R12, R8
	MOVQ stride+48(FP), R12
	SHLQ $2, R12

store1:
	VMOVUPS Y0, (R14)
	VMOVUPS Y1, 32(R14)
	VMOVUPS Y2, (DI)
	VMOVUPS Y3, 32(DI)
	VMOVUPS Y4, (SI)
	VMOVUPS Y5, 32(SI)
	VMOVUPS Y6, (CX)
	VMOVUPS Y7, 32(CX)
	ADDQ    $256, R14
	SUBQ    $4, R13
	JGT     panel1
	VZEROUPPER
	RET

// func packSlivers(dst *float32, step int, a *float32, lda, k, slivers int)
//
// Copies k rows of 6*slivers elements, lda apart: elements 6s to 6s+5 of row kk
// go to dst + s*step + 6*kk. Rows to come are prefetched, since each is a new
// stretch of memory that the hardware does not foresee.
TEXT ·packSlivers(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), R14
	MOVQ step+8(FP), SI
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), DX
	MOVQ k+32(FP), R11
	SHLQ $2, SI
	SHLQ $2, DX
	LEAQ (R8)(DX*8), R9

row:
	MOVQ R14, DI
	XORQ CX, CX
	MOVQ slivers+40(FP), R12

sliver:
	VMOVUPS    (R8)(CX*1), X0
	VMOVSD     16(R8)(CX*1), X1
	PREFETCHT0 (R9)(CX*1)
	VMOVUPS    X0, (DI)
	VMOVSD     X1, 16(DI)
	ADDQ       $24, CX
	ADDQ       SI, DI
	DECQ       R12
	JNE        sliver
	ADDQ       $24, R14
	ADDQ       DX, R8
	ADDQ       DX, R9
	DECQ       R11
	JNE        row
	RET
