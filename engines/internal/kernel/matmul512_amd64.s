//go:build amd64 && !purego

#include "textflag.h"

// Micro-kernels of the matrix product for 512-bit registers: 16 columns, one
// panel, to a register. They compute the sums of matmul_amd64.s in the same
// order, one fused multiply-add per k and element, so the bits are the same.
// Arguments are those of mulTile6.
//
// Registers in both kernels:
//
//   DI, R9 C (row 0, row 3)   SI ldc      AX, BX A (row 0, row 3)   CX rs   DX ks
//   R10 B                     R15 stride  R8 three strides (mulTile6x4)
//   R11 counts k              R12 counts tiles      R14 base of C    R13 what is fetched

// ARGS loads the arguments, strides in bytes. step becomes the distance from
// the end of one tile's rows of A to the next tile.
#define ARGS \
	MOVQ  c+0(FP), R14; \
	MOVQ  ldc+8(FP), SI; \
	MOVQ  rs+24(FP), CX; \
	MOVQ  ks+32(FP), DX; \
	MOVQ  stride+56(FP), R15; \
	SHLQ  $2, SI; \
	SHLQ  $2, CX; \
	SHLQ  $2, DX; \
	SHLQ  $2, R15; \
	MOVQ  k+64(FP), R9; \
	MOVQ  DX, R11; \
	IMULQ R9, R11; \
	MOVQ  step+40(FP), R10; \
	SHLQ  $2, R10; \
	SUBQ  R11, R10; \
	MOVQ  R10, step+40(FP)

// TILE sets the addresses of a tile from AX and DI.
#define TILE \
	LEAQ (CX)(CX*2), BX; \
	ADDQ AX, BX; \
	LEAQ (SI)(SI*2), R9; \
	ADDQ DI, R9; \
	MOVQ b+48(FP), R10; \
	MOVQ k+64(FP), R11

// NEXT walks A by one k and B by one row of its panels.
#define NEXT \
	ADDQ DX, AX; \
	ADDQ DX, BX; \
	ADDQ $64, R10

#define ZERO6(r0, r1, r2, r3, r4, r5) \
	VPXORQ r0, r0, r0; \
	VPXORQ r1, r1, r1; \
	VPXORQ r2, r2, r2; \
	VPXORQ r3, r3, r3; \
	VPXORQ r4, r4, r4; \
	VPXORQ r5, r5, r5

// LOAD6 and STORE6 move column off/4 to off/4+15 of the six rows of C.
#define LOAD6(off, r0, r1, r2, r3, r4, r5) \
	VMOVUPS off(DI), r0; \
	VMOVUPS off(DI)(SI*1), r1; \
	VMOVUPS off(DI)(SI*2), r2; \
	VMOVUPS off(R9), r3; \
	VMOVUPS off(R9)(SI*1), r4; \
	VMOVUPS off(R9)(SI*2), r5

#define STORE6(off, r0, r1, r2, r3, r4, r5) \
	VMOVUPS r0, off(DI); \
	VMOVUPS r1, off(DI)(SI*1); \
	VMOVUPS r2, off(DI)(SI*2); \
	VMOVUPS r3, off(R9); \
	VMOVUPS r4, off(R9)(SI*1); \
	VMOVUPS r5, off(R9)(SI*2)

// ROWx4: one row times the 64 columns in Z24 to Z27; at is the element of A.
#define ROWx4(at, t, r0, r1, r2, r3) \
	VBROADCASTSS at, t; \
	VFMADD231PS  Z24, t, r0; \
	VFMADD231PS  Z25, t, r1; \
	VFMADD231PS  Z26, t, r2; \
	VFMADD231PS  Z27, t, r3

// ROWx2: one row times the 32 columns in Z24, Z25.
#define ROWx2(at, t, r0, r1) \
	VBROADCASTSS at, t; \
	VFMADD231PS  Z24, t, r0; \
	VFMADD231PS  Z25, t, r1

// func mulTile6x4(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add, more bool)
//
// For each four panels, for each row tile: C[6][64] = A[6][k]·B[k][64] (+ C).
// panels is a multiple of 4. Element (i, 16p+j) is in lane j of Z(6p+i). The first four tiles
// fetch one each of the next four panels, which follow the last ones if there are more.
TEXT ·mulTile6x4(SB), NOSPLIT, $0-90
	ARGS
	LEAQ (R15)(R15*2), R8

panels4:
	MOVQ b+48(FP), R13
	CMPQ panels+80(FP), $4
	JNE  fetch4
	CMPB more+89(FP), $0
	JEQ  start4

fetch4:
	LEAQ (R13)(R15*4), R13

start4:
	MOVQ a+16(FP), AX
	MOVQ R14, DI
	MOVQ tiles+72(FP), R12

tile4:
	TILE
	CMPB add+88(FP), $0
	JEQ  zero4
	LOAD6(0, Z0, Z1, Z2, Z3, Z4, Z5)
	LOAD6(64, Z6, Z7, Z8, Z9, Z10, Z11)
	LOAD6(128, Z12, Z13, Z14, Z15, Z16, Z17)
	LOAD6(192, Z18, Z19, Z20, Z21, Z22, Z23)
	JMP  one4

zero4:
	ZERO6(Z0, Z1, Z2, Z3, Z4, Z5)
	ZERO6(Z6, Z7, Z8, Z9, Z10, Z11)
	ZERO6(Z12, Z13, Z14, Z15, Z16, Z17)
	ZERO6(Z18, Z19, Z20, Z21, Z22, Z23)

one4:
	VMOVUPS (R10), Z24
	VMOVUPS (R10)(R15*1), Z25
	VMOVUPS (R10)(R15*2), Z26
	VMOVUPS (R10)(R8*1), Z27
	ROWx4((AX), Z28, Z0, Z6, Z12, Z18)
	ROWx4((AX)(CX*1), Z29, Z1, Z7, Z13, Z19)
	ROWx4((AX)(CX*2), Z30, Z2, Z8, Z14, Z20)
	ROWx4((BX), Z31, Z3, Z9, Z15, Z21)
	ROWx4((BX)(CX*1), Z28, Z4, Z10, Z16, Z22)
	ROWx4((BX)(CX*2), Z29, Z5, Z11, Z17, Z23)
	PREFETCHT1 (R13)
	ADDQ $64, R13
	NEXT
	DECQ R11
	JNE  one4

	STORE6(0, Z0, Z1, Z2, Z3, Z4, Z5)
	STORE6(64, Z6, Z7, Z8, Z9, Z10, Z11)
	STORE6(128, Z12, Z13, Z14, Z15, Z16, Z17)
	STORE6(192, Z18, Z19, Z20, Z21, Z22, Z23)
	ADDQ step+40(FP), AX
	LEAQ (R9)(SI*2), DI
	ADDQ SI, DI
	MOVQ k+64(FP), R10
	SHLQ $6, R10
	SUBQ R10, R13
	ADDQ R15, R13
	DECQ R12
	JEQ  next4
	MOVQ tiles+72(FP), R10
	SUBQ R12, R10
	CMPQ R10, $4
	JLT  tile4
	MOVQ b+48(FP), R13
	JMP  tile4

next4:

	ADDQ $256, R14
	LEAQ (R15)(R8*1), R10
	ADDQ R10, b+48(FP)
	SUBQ $4, panels+80(FP)
	JNE  panels4
	VZEROUPPER
	RET

// func mulTile6x2(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add bool)
//
// For each two panels, for each row tile: C[6][32] = A[6][k]·B[k][32] (+ C).
// panels is a multiple of 2. Element (i, 16p+j) is in lane j of Z(6p+i).
TEXT ·mulTile6x2(SB), NOSPLIT, $0-89
	ARGS

panels2:
	MOVQ a+16(FP), AX
	MOVQ R14, DI
	MOVQ tiles+72(FP), R12

tile2:
	TILE
	CMPB add+88(FP), $0
	JEQ  zero2
	LOAD6(0, Z0, Z1, Z2, Z3, Z4, Z5)
	LOAD6(64, Z6, Z7, Z8, Z9, Z10, Z11)
	JMP  one2

zero2:
	ZERO6(Z0, Z1, Z2, Z3, Z4, Z5)
	ZERO6(Z6, Z7, Z8, Z9, Z10, Z11)

one2:
	VMOVUPS (R10), Z24
	VMOVUPS (R10)(R15*1), Z25
	ROWx2((AX), Z28, Z0, Z6)
	ROWx2((AX)(CX*1), Z29, Z1, Z7)
	ROWx2((AX)(CX*2), Z30, Z2, Z8)
	ROWx2((BX), Z31, Z3, Z9)
	ROWx2((BX)(CX*1), Z28, Z4, Z10)
	ROWx2((BX)(CX*2), Z29, Z5, Z11)
	NEXT
	DECQ R11
	JNE  one2

	STORE6(0, Z0, Z1, Z2, Z3, Z4, Z5)
	STORE6(64, Z6, Z7, Z8, Z9, Z10, Z11)
	ADDQ step+40(FP), AX
	LEAQ (R9)(SI*2), DI
	ADDQ SI, DI
	DECQ R12
	JNE  tile2

	ADDQ $128, R14
	LEAQ (R15)(R15*1), R10
	ADDQ R10, b+48(FP)
	SUBQ $2, panels+80(FP)
	JNE  panels2
	VZEROUPPER
	RET
