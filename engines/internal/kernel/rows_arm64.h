// The product for 1 to 5 rows: the tails of larger products and the steps of a
// decoder. It is included once for each storage of B, which defines
//
//   ROWS1 to ROWS5            the names of the functions
//   SHIFT                     the logarithm of the bytes of a number
//   COLUMNS(p, a, b, c, d)    16 numbers at p as float32, with a step behind them
//
// Every lane of an accumulator is one output element, updated by one fused
// multiply-add per k, in order of k. Arguments are those of matmul_amd64.s. Registers:
//
//   R0 C   R1 ldc   R2 A   R3 rs   R4 ks   R5 B   R6 stride   R7 k   R8 panels   R9 add
//   R10 to R12, R14 two to five times rs   R13 walks A   R15 counts k
//   R19 to R22 walk B   R23 to R26 C

#include "matmul_arm64.h"

#define ARGS \
	MOVD  c+0(FP), R0; \
	MOVD  ldc+8(FP), R1; \
	MOVD  a+16(FP), R2; \
	MOVD  rs+24(FP), R3; \
	MOVD  ks+32(FP), R4; \
	MOVD  b+40(FP), R5; \
	MOVD  stride+48(FP), R6; \
	MOVD  k+56(FP), R7; \
	MOVD  panels+64(FP), R8; \
	MOVBU add+72(FP), R9; \
	LSL   $SHIFT, R6, R6; \
	SCALE

#define START \
	MOVD R2, R13; \
	MOVD R5, R19; \
	MOVD R0, R23; \
	MOVD R7, R15

#define END(panels) \
	ADD  $(64*panels), R0; \
	SUBS $panels, R8

// func mulRows5(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
TEXT ROWS5(SB), NOSPLIT, $0-73
	ARGS

panel5:
	START
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	ZERO4(16, 17, 18, 19)
	CBZ R9, sum5
	LOADROW(0, 1, 2, 3)
	LOADROW(4, 5, 6, 7)
	LOADROW(8, 9, 10, 11)
	LOADROW(12, 13, 14, 15)
	LOADROW(16, 17, 18, 19)

sum5:
	CBZ R15, store5

one5:
	STEP4
	ROW4((R13)(R12), F28, 28, 16, 17, 18, 19)
	NEXT
	CBNZ R15, one5

store5:
	MOVD R0, R23
	STOREROW(0, 1, 2, 3)
	STOREROW(4, 5, 6, 7)
	STOREROW(8, 9, 10, 11)
	STOREROW(12, 13, 14, 15)
	STOREROW(16, 17, 18, 19)
	ADD R6, R5
	END(1)
	BNE panel5
	RET

// func mulRows4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
TEXT ROWS4(SB), NOSPLIT, $0-73
	ARGS

panel4:
	START
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	CBZ R9, sum4
	LOADROW(0, 1, 2, 3)
	LOADROW(4, 5, 6, 7)
	LOADROW(8, 9, 10, 11)
	LOADROW(12, 13, 14, 15)

sum4:
	CBZ R15, store4

one4:
	STEP4
	NEXT
	CBNZ R15, one4

store4:
	MOVD R0, R23
	STOREROW(0, 1, 2, 3)
	STOREROW(4, 5, 6, 7)
	STOREROW(8, 9, 10, 11)
	STOREROW(12, 13, 14, 15)
	ADD R6, R5
	END(1)
	BNE panel4
	RET

// PAIR sets up two panels side by side, the second at R20 and R24. If only one is left,
// both are that one: the same sums are computed and stored twice.
#define PAIR \
	START; \
	CMP  $1, R8; \
	ADD  R6, R5, R20; \
	CSEL EQ, R5, R20, R20; \
	ADD  $64, R0, R24; \
	CSEL EQ, R0, R24, R24; \
	ADD  R6<<1, R5, R5

// func mulRows3(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Three rows times two panels at once: 24 chains.
TEXT ROWS3(SB), NOSPLIT, $0-73
	ARGS

panel3:
	PAIR
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	ZERO4(16, 17, 18, 19)
	ZERO4(20, 21, 22, 23)
	CBZ R9, sum3
	LOADPAIR(0, 1, 2, 3, 4, 5, 6, 7)
	LOADPAIR(8, 9, 10, 11, 12, 13, 14, 15)
	LOADPAIR(16, 17, 18, 19, 20, 21, 22, 23)
	SUB R1<<1, R24
	SUB R1, R24

sum3:
	CBZ R15, store3

one3:
	FMOVS (R13), F28
	FMOVS (R13)(R3), F29
	FMOVS (R13)(R10), F30
	COLUMNS(19, 24, 25, 26, 27)
	MUL4(28, 0, 1, 2, 3)
	MUL4(29, 8, 9, 10, 11)
	MUL4(30, 16, 17, 18, 19)
	COLUMNS(20, 24, 25, 26, 27)
	MUL4(28, 4, 5, 6, 7)
	MUL4(29, 12, 13, 14, 15)
	MUL4(30, 20, 21, 22, 23)
	NEXT
	CBNZ R15, one3

store3:
	MOVD R0, R23
	STOREPAIR(0, 1, 2, 3, 4, 5, 6, 7)
	STOREPAIR(8, 9, 10, 11, 12, 13, 14, 15)
	STOREPAIR(16, 17, 18, 19, 20, 21, 22, 23)
	END(2)
	BGT panel3
	RET

// func mulRows2(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// Two rows times two panels at once: 16 chains.
TEXT ROWS2(SB), NOSPLIT, $0-73
	ARGS

panel2:
	PAIR
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	CBZ R9, sum2
	LOADPAIR(0, 1, 2, 3, 4, 5, 6, 7)
	LOADPAIR(8, 9, 10, 11, 12, 13, 14, 15)
	SUB R1<<1, R24

sum2:
	CBZ R15, store2

one2:
	FMOVS (R13), F28
	FMOVS (R13)(R3), F29
	COLUMNS(19, 24, 25, 26, 27)
	MUL4(28, 0, 1, 2, 3)
	MUL4(29, 8, 9, 10, 11)
	COLUMNS(20, 24, 25, 26, 27)
	MUL4(28, 4, 5, 6, 7)
	MUL4(29, 12, 13, 14, 15)
	NEXT
	CBNZ R15, one2

store2:
	MOVD R0, R23
	STOREPAIR(0, 1, 2, 3, 4, 5, 6, 7)
	STOREPAIR(8, 9, 10, 11, 12, 13, 14, 15)
	END(2)
	BGT panel2
	RET

// func mulRows1(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)
//
// One row times four panels at once: 16 chains, and four streams of memory. Missing
// panels repeat the first, as in PAIR.
TEXT ROWS1(SB), NOSPLIT, $0-73
	ARGS

panel1:
	START
	MOVD R5, R20
	MOVD R5, R21
	MOVD R5, R22
	MOVD R0, R24
	MOVD R0, R25
	MOVD R0, R26
	CMP  $2, R8
	BLT  start1
	ADD  R6, R5, R20
	ADD  $64, R0, R24
	BEQ  start1
	ADD  R6<<1, R5, R21
	ADD  $128, R0, R25
	CMP  $4, R8
	BLT  start1
	ADD  R6<<1, R20, R22
	ADD  $192, R0, R26

start1:
	ADD R6<<2, R5, R5
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	CBZ R9, sum1
	LOAD4(0, 1, 2, 3, 23)
	LOAD4(4, 5, 6, 7, 24)
	LOAD4(8, 9, 10, 11, 25)
	LOAD4(12, 13, 14, 15, 26)

sum1:
	CBZ R15, store1

one1:
	FMOVS (R13), F28
	COLUMNS(19, 24, 25, 26, 27)
	MUL4(28, 0, 1, 2, 3)
	COLUMNS(20, 24, 25, 26, 27)
	MUL4(28, 4, 5, 6, 7)
	COLUMNS(21, 24, 25, 26, 27)
	MUL4(28, 8, 9, 10, 11)
	COLUMNS(22, 24, 25, 26, 27)
	MUL4(28, 12, 13, 14, 15)
	NEXT
	CBNZ R15, one1

store1:
	STORE4(0, 1, 2, 3, 23)
	STORE4(4, 5, 6, 7, 24)
	STORE4(8, 9, 10, 11, 25)
	STORE4(12, 13, 14, 15, 26)
	END(4)
	BGT panel1
	RET
