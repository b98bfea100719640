// The product for 1 to 5 rows in 512-bit registers, four panels at once: four
// streams of memory, and the sums of rows_amd64.h in the same order. Arguments
// are those of mulRows5; panels is a multiple of 4. It is included once for each
// storage of B, which defines
//
//   ROWS1 to ROWS5   the names of the functions
//   SHIFT            the logarithm of the bytes of a number
//   COLUMNS(at, z)   the 16 numbers at an address as float32
//
// Registers:
//
//   DI, R9 C (row 0, row 3)   SI ldc      AX, BX A (row 0, row 3)   CX rs   DX ks
//   R10 B    R12 base of B    R15 stride  R8 three strides
//   R11 counts k              R13 counts panels                     R14 base of C
//
// Element (i, 16p+j) is in lane j of Z(4i+p); the columns of B are in Z24 to Z27.

#define ARGS \
	MOVQ c+0(FP), R14; \
	MOVQ ldc+8(FP), SI; \
	MOVQ rs+24(FP), CX; \
	MOVQ ks+32(FP), DX; \
	MOVQ b+40(FP), R12; \
	MOVQ stride+48(FP), R15; \
	MOVQ panels+64(FP), R13; \
	SHLQ $2, SI; \
	SHLQ $2, CX; \
	SHLQ $2, DX; \
	SHLQ $SHIFT, R15; \
	LEAQ (R15)(R15*2), R8

#define START \
	MOVQ a+16(FP), AX; \
	LEAQ (CX)(CX*2), BX; \
	ADDQ AX, BX; \
	MOVQ R14, DI; \
	LEAQ (SI)(SI*2), R9; \
	ADDQ DI, R9; \
	MOVQ R12, R10; \
	MOVQ k+56(FP), R11

#define COLUMNS4 \
	COLUMNS((R10), Z24); \
	COLUMNS((R10)(R15*1), Z25); \
	COLUMNS((R10)(R15*2), Z26); \
	COLUMNS((R10)(R8*1), Z27)

#define NEXT \
	ADDQ DX, AX; \
	ADDQ DX, BX; \
	ADDQ $(16<<SHIFT), R10; \
	DECQ R11

#define GROUP \
	ADDQ $256, R14; \
	LEAQ (R12)(R15*4), R12; \
	SUBQ $4, R13

#define ZERO(r0, r1, r2, r3) \
	VPXORQ r0, r0, r0; \
	VPXORQ r1, r1, r1; \
	VPXORQ r2, r2, r2; \
	VPXORQ r3, r3, r3

#define ROW(at, t, r0, r1, r2, r3) \
	VBROADCASTSS at, t; \
	VFMADD231PS  Z24, t, r0; \
	VFMADD231PS  Z25, t, r1; \
	VFMADD231PS  Z26, t, r2; \
	VFMADD231PS  Z27, t, r3

// LOAD and STORE move 64 columns of one row of C; at is its first element.
#define LOAD(at, r0, r1, r2, r3) \
	VMOVUPS at, r0; \
	VMOVUPS 64 at, r1; \
	VMOVUPS 128 at, r2; \
	VMOVUPS 192 at, r3

#define STORE(at, r0, r1, r2, r3) \
	VMOVUPS r0, at; \
	VMOVUPS r1, 64 at; \
	VMOVUPS r2, 128 at; \
	VMOVUPS r3, 192 at

// C[1][64] = A[1][k]·B[k][64] (+ C)
TEXT ROWS1(SB), NOSPLIT, $0-73
	ARGS

panels1:
	START
	ZERO(Z0, Z1, Z2, Z3)
	CMPB add+72(FP), $0
	JEQ  one1
	LOAD((DI), Z0, Z1, Z2, Z3)

one1:
	COLUMNS4
	ROW((AX), Z28, Z0, Z1, Z2, Z3)
	NEXT
	JNE one1

	STORE((DI), Z0, Z1, Z2, Z3)
	GROUP
	JNE panels1
	VZEROUPPER
	RET

// C[2][64] = A[2][k]·B[k][64] (+ C)
TEXT ROWS2(SB), NOSPLIT, $0-73
	ARGS

panels2:
	START
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	CMPB add+72(FP), $0
	JEQ  one2
	LOAD((DI), Z0, Z1, Z2, Z3)
	LOAD((DI)(SI*1), Z4, Z5, Z6, Z7)

one2:
	COLUMNS4
	ROW((AX), Z28, Z0, Z1, Z2, Z3)
	ROW((AX)(CX*1), Z29, Z4, Z5, Z6, Z7)
	NEXT
	JNE one2

	STORE((DI), Z0, Z1, Z2, Z3)
	STORE((DI)(SI*1), Z4, Z5, Z6, Z7)
	GROUP
	JNE panels2
	VZEROUPPER
	RET

// C[3][64] = A[3][k]·B[k][64] (+ C)
TEXT ROWS3(SB), NOSPLIT, $0-73
	ARGS

panels3:
	START
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	CMPB add+72(FP), $0
	JEQ  one3
	LOAD((DI), Z0, Z1, Z2, Z3)
	LOAD((DI)(SI*1), Z4, Z5, Z6, Z7)
	LOAD((DI)(SI*2), Z8, Z9, Z10, Z11)

one3:
	COLUMNS4
	ROW((AX), Z28, Z0, Z1, Z2, Z3)
	ROW((AX)(CX*1), Z29, Z4, Z5, Z6, Z7)
	ROW((AX)(CX*2), Z30, Z8, Z9, Z10, Z11)
	NEXT
	JNE one3

	STORE((DI), Z0, Z1, Z2, Z3)
	STORE((DI)(SI*1), Z4, Z5, Z6, Z7)
	STORE((DI)(SI*2), Z8, Z9, Z10, Z11)
	GROUP
	JNE panels3
	VZEROUPPER
	RET

// C[4][64] = A[4][k]·B[k][64] (+ C)
TEXT ROWS4(SB), NOSPLIT, $0-73
	ARGS

panels4:
	START
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	ZERO(Z12, Z13, Z14, Z15)
	CMPB add+72(FP), $0
	JEQ  one4
	LOAD((DI), Z0, Z1, Z2, Z3)
	LOAD((DI)(SI*1), Z4, Z5, Z6, Z7)
	LOAD((DI)(SI*2), Z8, Z9, Z10, Z11)
	LOAD((R9), Z12, Z13, Z14, Z15)

one4:
	COLUMNS4
	ROW((AX), Z28, Z0, Z1, Z2, Z3)
	ROW((AX)(CX*1), Z29, Z4, Z5, Z6, Z7)
	ROW((AX)(CX*2), Z30, Z8, Z9, Z10, Z11)
	ROW((BX), Z31, Z12, Z13, Z14, Z15)
	NEXT
	JNE one4

	STORE((DI), Z0, Z1, Z2, Z3)
	STORE((DI)(SI*1), Z4, Z5, Z6, Z7)
	STORE((DI)(SI*2), Z8, Z9, Z10, Z11)
	STORE((R9), Z12, Z13, Z14, Z15)
	GROUP
	JNE panels4
	VZEROUPPER
	RET

// C[5][64] = A[5][k]·B[k][64] (+ C)
TEXT ROWS5(SB), NOSPLIT, $0-73
	ARGS

panels5:
	START
	ZERO(Z0, Z1, Z2, Z3)
	ZERO(Z4, Z5, Z6, Z7)
	ZERO(Z8, Z9, Z10, Z11)
	ZERO(Z12, Z13, Z14, Z15)
	ZERO(Z16, Z17, Z18, Z19)
	CMPB add+72(FP), $0
	JEQ  one5
	LOAD((DI), Z0, Z1, Z2, Z3)
	LOAD((DI)(SI*1), Z4, Z5, Z6, Z7)
	LOAD((DI)(SI*2), Z8, Z9, Z10, Z11)
	LOAD((R9), Z12, Z13, Z14, Z15)
	LOAD((R9)(SI*1), Z16, Z17, Z18, Z19)

one5:
	COLUMNS4
	ROW((AX), Z28, Z0, Z1, Z2, Z3)
	ROW((AX)(CX*1), Z29, Z4, Z5, Z6, Z7)
	ROW((AX)(CX*2), Z30, Z8, Z9, Z10, Z11)
	ROW((BX), Z31, Z12, Z13, Z14, Z15)
	ROW((BX)(CX*1), Z28, Z16, Z17, Z18, Z19)
	NEXT
	JNE one5

	STORE((DI), Z0, Z1, Z2, Z3)
	STORE((DI)(SI*1), Z4, Z5, Z6, Z7)
	STORE((DI)(SI*2), Z8, Z9, Z10, Z11)
	STORE((R9), Z12, Z13, Z14, Z15)
	STORE((R9)(SI*1), Z16, Z17, Z18, Z19)
	GROUP
	JNE panels5
	VZEROUPPER
	RET
