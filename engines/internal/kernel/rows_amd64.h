// The product for 1 to 5 rows: the tails of larger products and the steps of a
// decoder. Arguments and registers are those of matmul_amd64.s. It is included once
// for each storage of B, which defines
//
//   ROWS1 to ROWS5         the names of the functions
//   SHIFT                  the logarithm of the bytes of a number
//   COLUMNS(at, y)         the 8 numbers at an address as float32
//   PRODUCT(at, t, x, y)   y += x times these numbers, with t to overwrite

#include "matmul_amd64.h"

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
	SHLQ $SHIFT, R12

// func mulRows5(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
TEXT ROWS5(SB), NOSPLIT, $0-73
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
	ADDQ $PANELROW, R10
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
TEXT ROWS4(SB), NOSPLIT, $0-73
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
	ADDQ $PANELROW, R10
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
	COLUMNS(at, Y15); \
	VFMADD231PS Y15, Y12, r0; \
	VFMADD231PS Y15, Y13, r1; \
	VFMADD231PS Y15, Y14, r2

// func mulRows3(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Three rows times two panels at once: 12 chains.
TEXT ROWS3(SB), NOSPLIT, $0-73
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
	COL3(HALF(R10), Y1, Y5, Y9)
	COL3((R9), Y2, Y6, Y10)
	COL3(HALF(R9), Y3, Y7, Y11)
	ADDQ DX, AX
	ADDQ $PANELROW, R10
	ADDQ $PANELROW, R9
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
	COLUMNS(at, t); \
	VFMADD231PS t, Y12, r0; \
	VFMADD231PS t, Y13, r1

// func mulRows2(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Two rows times two panels at once: 8 chains.
TEXT ROWS2(SB), NOSPLIT, $0-73
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
	COL2(HALF(R10), Y15, Y1, Y5)
	COL2((R9), Y14, Y2, Y6)
	COL2(HALF(R9), Y15, Y3, Y7)
	ADDQ DX, AX
	ADDQ $PANELROW, R10
	ADDQ $PANELROW, R9
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
TEXT ROWS1(SB), NOSPLIT, $0-73
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
	PRODUCT((R8), Y8, Y15, Y0)
	PRODUCT(HALF(R8), Y9, Y15, Y1)
	PRODUCT((R9), Y10, Y15, Y2)
	PRODUCT(HALF(R9), Y11, Y15, Y3)
	PRODUCT((R10), Y12, Y15, Y4)
	PRODUCT(HALF(R10), Y13, Y15, Y5)
	PRODUCT((BX), Y14, Y15, Y6)
	PRODUCT(HALF(BX), Y8, Y15, Y7)
	ADDQ DX, AX
	ADDQ $PANELROW, R8
	ADDQ $PANELROW, R9
	ADDQ $PANELROW, R10
	ADDQ $PANELROW, BX
	DECQ R11
	JNE  one1
	MOVQ R12, R8
	MOVQ stride+48(FP), R12
	SHLQ $SHIFT, R12

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
