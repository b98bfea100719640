//go:build amd64 && !purego

#include "textflag.h"

// The inner loop of the product: for R rows of activations and two panels of 16
// columns, y = Σ groups (scale·d)·(start + Σ q·a) + low·(d·Σa) (+ y). VPDPBUSD
// multiplies four unsigned numbers of each column by four signed ones of a row and adds
// them to the column's 32-bit sum. Arguments are those of dot6. Registers:
//
//   AX, BX a (row 0, row 3)   CX lda      DX, R8 factors (row 0, row 3)   R9 ldf
//   R10 numbers of a group    R11 panel   R14 group   DI numbers of a quad
//   R12 scales                R13 counts groups       SI counts quads (before, lines)
//   R15 what is fetched
//
// Whole sums of row r and panel p are in Z(2r+p), float sums in Z(12+2r+p).

#define ARGS \
	MOVQ a+16(FP), AX; \
	MOVQ lda+24(FP), CX; \
	LEAQ (CX)(CX*2), BX; \
	ADDQ AX, BX; \
	MOVQ f+32(FP), DX; \
	MOVQ ldf+40(FP), R9; \
	SHLQ $4, R9; \
	LEAQ (R9)(R9*2), R8; \
	ADDQ DX, R8; \
	MOVQ w+48(FP), R10; \
	MOVQ panel+56(FP), R11; \
	MOVQ group+64(FP), R14; \
	MOVQ s+72(FP), R12; \
	MOVQ groups+80(FP), R13; \
	MOVQ next+96(FP), R15

#define OUT \
	MOVQ y+0(FP), DI; \
	MOVQ ldy+8(FP), SI; \
	SHLQ $2, SI

#define GROUP \
	MOVQ R10, DI; \
	MOVQ quads+88(FP), SI

// FETCH fetches a line of two panels, for the stretch that comes next.
#define FETCH \
	PREFETCHT0 (R15); \
	PREFETCHT0 (R15)(DI*1); \
	ADDQ $64, R15; \
	DECQ SI

#define LOAD(at, r0, r1) \
	VMOVUPS at, r0; \
	VMOVUPS 64 at, r1

#define STORE(at, r0, r1) \
	VMOVUPS r0, at; \
	VMOVUPS r1, 64 at

#define ZERO(r0, r1) \
	VPXORQ r0, r0, r0; \
	VPXORQ r1, r1, r1

#define START(at, r0, r1) \
	VPBROADCASTD 4 at, r0; \
	VMOVDQA64 r0, r1

#define NUMBERS(i) \
	VMOVDQU32 (64*i)(DI), Z24; \
	VMOVDQU32 (64*i)(DI)(R11*1), Z25

// AHEAD fetches what a few rows will read, where numbers are read as they are stored.
#define AHEAD(i) \
	PREFETCHT0 (64*i+4096)(DI); \
	PREFETCHT0 (64*i+4096)(DI)(R11*1)

#define QUAD(at, r0, r1) \
	VPBROADCASTD at, Z26; \
	VPDPBUSD Z26, Z24, r0; \
	VPDPBUSD Z26, Z25, r1

#define NEXT \
	ADDQ $256, DI; \
	ADDQ $16, AX; \
	ADDQ $16, BX; \
	SUBQ $4, SI

#define SCALES LOAD((R12), Z24, Z25)

#define ADD(at, i0, i1, f0, f1) \
	VCVTDQ2PS i0, i0; \
	VCVTDQ2PS i1, i1; \
	VBROADCASTSS at, Z28; \
	VMULPS Z28, Z24, Z26; \
	VMULPS Z28, Z25, Z27; \
	VFMADD231PS Z26, i0, f0; \
	VFMADD231PS Z27, i1, f1

#define LOW(at, f0, f1) \
	VBROADCASTSS 8 at, Z26; \
	VFMADD231PS Z26, Z24, f0; \
	VFMADD231PS Z26, Z25, f1

#define LOWS \
	ADDQ $128, R12; \
	LOAD((R12), Z24, Z25)

#define END \
	ADDQ $128, R12; \
	ADDQ $16, DX; \
	ADDQ $16, R8; \
	ADDQ R14, R10; \
	DECQ R13

#define STEP1(i) \
	AHEAD(i); \
	NUMBERS(i); \
	QUAD((4*i)(AX), Z0, Z1)

// func dot1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)
TEXT ·dot1(SB), NOSPLIT, $0-122
	ARGS
	ZERO(Z12, Z13)
	CMPB add+121(FP), $0
	JEQ  groups1
	OUT
	LOAD((DI), Z12, Z13)

groups1:
	MOVQ  lines+112(FP), SI
	MOVQ  apart+104(FP), DI
	TESTQ SI, SI
	JEQ   fetched1

fetch1:
	FETCH
	JNE fetch1

fetched1:
	GROUP
	START((DX), Z0, Z1)

quads1:
	STEP1(0)
	STEP1(1)
	STEP1(2)
	STEP1(3)
	NEXT
	JNE quads1

	SCALES
	ADD((DX), Z0, Z1, Z12, Z13)
	CMPB lows+120(FP), $0
	JEQ  end1
	LOWS
	LOW((DX), Z12, Z13)

end1:
	END
	JNE groups1

	OUT
	STORE((DI), Z12, Z13)
	VZEROUPPER
	RET

#define STEP2(i) \
	AHEAD(i); \
	NUMBERS(i); \
	QUAD((4*i)(AX), Z0, Z1); \
	QUAD((4*i)(AX)(CX*1), Z2, Z3)

// func dot2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)
TEXT ·dot2(SB), NOSPLIT, $0-122
	ARGS
	ZERO(Z12, Z13)
	ZERO(Z14, Z15)
	CMPB add+121(FP), $0
	JEQ  groups2
	OUT
	LOAD((DI), Z12, Z13)
	LOAD((DI)(SI*1), Z14, Z15)

groups2:
	MOVQ  lines+112(FP), SI
	MOVQ  apart+104(FP), DI
	TESTQ SI, SI
	JEQ   fetched2

fetch2:
	FETCH
	JNE fetch2

fetched2:
	GROUP
	START((DX), Z0, Z1)
	START((DX)(R9*1), Z2, Z3)

quads2:
	STEP2(0)
	STEP2(1)
	STEP2(2)
	STEP2(3)
	NEXT
	JNE quads2

	SCALES
	ADD((DX), Z0, Z1, Z12, Z13)
	ADD((DX)(R9*1), Z2, Z3, Z14, Z15)
	CMPB lows+120(FP), $0
	JEQ  end2
	LOWS
	LOW((DX), Z12, Z13)
	LOW((DX)(R9*1), Z14, Z15)

end2:
	END
	JNE groups2

	OUT
	STORE((DI), Z12, Z13)
	STORE((DI)(SI*1), Z14, Z15)
	VZEROUPPER
	RET

#define STEP4(i) \
	AHEAD(i); \
	NUMBERS(i); \
	QUAD((4*i)(AX), Z0, Z1); \
	QUAD((4*i)(AX)(CX*1), Z2, Z3); \
	QUAD((4*i)(AX)(CX*2), Z4, Z5); \
	QUAD((4*i)(BX), Z6, Z7)

// func dot4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)
TEXT ·dot4(SB), NOSPLIT, $0-122
	ARGS
	ZERO(Z12, Z13)
	ZERO(Z14, Z15)
	ZERO(Z16, Z17)
	ZERO(Z18, Z19)
	CMPB add+121(FP), $0
	JEQ  groups4
	OUT
	LEAQ (SI)(SI*2), AX
	ADDQ DI, AX
	LOAD((DI), Z12, Z13)
	LOAD((DI)(SI*1), Z14, Z15)
	LOAD((DI)(SI*2), Z16, Z17)
	LOAD((AX), Z18, Z19)
	MOVQ a+16(FP), AX

groups4:
	MOVQ  lines+112(FP), SI
	MOVQ  apart+104(FP), DI
	TESTQ SI, SI
	JEQ   fetched4

fetch4:
	FETCH
	JNE fetch4

fetched4:
	GROUP
	START((DX), Z0, Z1)
	START((DX)(R9*1), Z2, Z3)
	START((DX)(R9*2), Z4, Z5)
	START((R8), Z6, Z7)

quads4:
	STEP4(0)
	STEP4(1)
	STEP4(2)
	STEP4(3)
	NEXT
	JNE quads4

	SCALES
	ADD((DX), Z0, Z1, Z12, Z13)
	ADD((DX)(R9*1), Z2, Z3, Z14, Z15)
	ADD((DX)(R9*2), Z4, Z5, Z16, Z17)
	ADD((R8), Z6, Z7, Z18, Z19)
	CMPB lows+120(FP), $0
	JEQ  end4
	LOWS
	LOW((DX), Z12, Z13)
	LOW((DX)(R9*1), Z14, Z15)
	LOW((DX)(R9*2), Z16, Z17)
	LOW((R8), Z18, Z19)

end4:
	END
	JNE groups4

	OUT
	LEAQ (SI)(SI*2), AX
	ADDQ DI, AX
	STORE((DI), Z12, Z13)
	STORE((DI)(SI*1), Z14, Z15)
	STORE((DI)(SI*2), Z16, Z17)
	STORE((AX), Z18, Z19)
	VZEROUPPER
	RET

#define STEP6(i) \
	NUMBERS(i); \
	QUAD((4*i)(AX), Z0, Z1); \
	QUAD((4*i)(AX)(CX*1), Z2, Z3); \
	QUAD((4*i)(AX)(CX*2), Z4, Z5); \
	QUAD((4*i)(BX), Z6, Z7); \
	QUAD((4*i)(BX)(CX*1), Z8, Z9); \
	QUAD((4*i)(BX)(CX*2), Z10, Z11)

// func dot6(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)
TEXT ·dot6(SB), NOSPLIT, $0-122
	ARGS
	ZERO(Z12, Z13)
	ZERO(Z14, Z15)
	ZERO(Z16, Z17)
	ZERO(Z18, Z19)
	ZERO(Z20, Z21)
	ZERO(Z22, Z23)
	CMPB add+121(FP), $0
	JEQ  groups6
	OUT
	LEAQ (SI)(SI*2), AX
	ADDQ DI, AX
	LOAD((DI), Z12, Z13)
	LOAD((DI)(SI*1), Z14, Z15)
	LOAD((DI)(SI*2), Z16, Z17)
	LOAD((AX), Z18, Z19)
	LOAD((AX)(SI*1), Z20, Z21)
	LOAD((AX)(SI*2), Z22, Z23)
	MOVQ a+16(FP), AX

groups6:
	MOVQ  lines+112(FP), SI
	MOVQ  apart+104(FP), DI
	TESTQ SI, SI
	JEQ   fetched6

fetch6:
	FETCH
	JNE fetch6

fetched6:
	GROUP
	START((DX), Z0, Z1)
	START((DX)(R9*1), Z2, Z3)
	START((DX)(R9*2), Z4, Z5)
	START((R8), Z6, Z7)
	START((R8)(R9*1), Z8, Z9)
	START((R8)(R9*2), Z10, Z11)

quads6:
	STEP6(0)
	STEP6(1)
	STEP6(2)
	STEP6(3)
	NEXT
	JNE quads6

	SCALES
	ADD((DX), Z0, Z1, Z12, Z13)
	ADD((DX)(R9*1), Z2, Z3, Z14, Z15)
	ADD((DX)(R9*2), Z4, Z5, Z16, Z17)
	ADD((R8), Z6, Z7, Z18, Z19)
	ADD((R8)(R9*1), Z8, Z9, Z20, Z21)
	ADD((R8)(R9*2), Z10, Z11, Z22, Z23)
	CMPB lows+120(FP), $0
	JEQ  end6
	LOWS
	LOW((DX), Z12, Z13)
	LOW((DX)(R9*1), Z14, Z15)
	LOW((DX)(R9*2), Z16, Z17)
	LOW((R8), Z18, Z19)
	LOW((R8)(R9*1), Z20, Z21)
	LOW((R8)(R9*2), Z22, Z23)

end6:
	END
	JNE groups6

	OUT
	LEAQ (SI)(SI*2), AX
	ADDQ DI, AX
	STORE((DI), Z12, Z13)
	STORE((DI)(SI*1), Z14, Z15)
	STORE((DI)(SI*2), Z16, Z17)
	STORE((AX), Z18, Z19)
	STORE((AX)(SI*1), Z20, Z21)
	STORE((AX)(SI*2), Z22, Z23)
	VZEROUPPER
	RET
