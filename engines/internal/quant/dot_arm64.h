// The inner loop of the product, for some rows of activations and one panel of 16
// columns: y = Σ groups (scale·d)·(start + Σ q·a) + low·(d·Σa) (+ y). It is included
// once for each way to multiply bytes, which defines, for two rows and likewise for four,
//
//   DOT2         the name of the function
//   BEGIN2       sets the whole sums to their start: of the first row in V0 to V3, of the
//                second in V4 to V7
//   STEP2(load)  adds the products of 16 numbers of each row; load brings those of 16
//                columns, four times as many bytes as a register has, to V16 to V19
//   FLIPS2       the loop with numbers whose upper bit is flipped on the way, if R12 is set
//   WHOLE2       puts sums in their places, if they were elsewhere
//   FLOAT(i)     makes float32 of the sums in register i
//
// Registers:
//
//   R19 to R22 y   R2 to R5 a   R23 to R26 factors   R6 numbers of a group   R7 group
//   R8 scales   R9 step of scales   R10 counts groups   R11 quads   R12 eight   R13 lows
//   R14 counts quads   R15 walks numbers
//
//   V16 to V19 numbers of a quad, then scales   V20 to V23 activations, then lows
//   V24 upper bits   V31 factors of a row

#include "neon_arm64.h"

#define ARGS \
	MOVD  y+0(FP), R19; \
	MOVD  ldy+8(FP), R14; \
	ADD   R14<<2, R19, R20; \
	ADD   R14<<2, R20, R21; \
	ADD   R14<<2, R21, R22; \
	MOVD  a+16(FP), R2; \
	MOVD  lda+24(FP), R14; \
	ADD   R14, R2, R3; \
	ADD   R14, R3, R4; \
	ADD   R14, R4, R5; \
	MOVD  f+32(FP), R23; \
	MOVD  ldf+40(FP), R14; \
	ADD   R14<<4, R23, R24; \
	ADD   R14<<4, R24, R25; \
	ADD   R14<<4, R25, R26; \
	MOVD  w+48(FP), R6; \
	MOVD  group+56(FP), R7; \
	MOVD  s+64(FP), R8; \
	MOVD  step+72(FP), R9; \
	MOVD  groups+80(FP), R10; \
	MOVD  quads+88(FP), R11; \
	MOVBU eight+96(FP), R12; \
	MOVBU lows+97(FP), R13; \
	MOVBU add+98(FP), R14; \
	VMOVI $0x80, V24.B16

#define GROUP \
	MOVD R6, R15; \
	MOVD R11, R14

#define ZERO4(i0, i1, i2, i3) \
	ZERO(i0); \
	ZERO(i1); \
	ZERO(i2); \
	ZERO(i3)

#define START(at, i0, i1, i2, i3) \
	FMOVQ at, F31; \
	REPEAT(i0, 31, 1); \
	REPEAT(i1, 31, 1); \
	REPEAT(i2, 31, 1); \
	REPEAT(i3, 31, 1)

#define NUMBERS \
	NEXT2(16, 17, 15); \
	NEXT2(18, 19, 15)

#define FLIPPED \
	NUMBERS; \
	EOR(16, 16, 24); \
	EOR(17, 17, 24); \
	EOR(18, 18, 24); \
	EOR(19, 19, 24)

#define SCALES \
	LOAD2(16, 17, 8, 0); \
	LOAD2(18, 19, 8, 32)

#define LOWS \
	LOAD2(20, 21, 8, 128); \
	LOAD2(22, 23, 8, 160)

// SUM adds the whole sums of eight columns to y, with scales s and t.
#define SUM(i0, i1, s, t, y0, y1) \
	FLOAT(i0); \
	FLOAT(i1); \
	FMULELEM(25, s, 31, 0); \
	FMULELEM(26, t, 31, 0); \
	FMLA(y0, 25, i0); \
	FMLA(y1, 26, i1)

#define LOW(s, t, y0, y1) \
	FMLAELEM(y0, s, 31, 2); \
	FMLAELEM(y1, t, 31, 2)

// ROW does this for a row whose sums are in registers, MEMORY and MEMORYLOW for one
// whose sums are at p.
#define ROW(at, i0, i1, i2, i3, y0, y1, y2, y3) \
	FMOVQ at, F31; \
	SUM(i0, i1, 16, 17, y0, y1); \
	SUM(i2, i3, 18, 19, y2, y3)

#define ROWLOW(at, y0, y1, y2, y3) \
	FMOVQ at, F31; \
	LOW(20, 21, y0, y1); \
	LOW(22, 23, y2, y3)

#define MEMORY(at, p, i0, i1, i2, i3) \
	FMOVQ at, F31; \
	LOAD2(27, 28, p, 0); \
	LOAD2(29, 30, p, 32); \
	SUM(i0, i1, 16, 17, 27, 28); \
	SUM(i2, i3, 18, 19, 29, 30); \
	STORE2(27, 28, p, 0); \
	STORE2(29, 30, p, 32)

#define MEMORYLOW(at, p, i0, i1, i2, i3) \
	FMOVQ at, F31; \
	LOAD2(27, 28, p, 0); \
	LOAD2(29, 30, p, 32); \
	SUM(i0, i1, 16, 17, 27, 28); \
	SUM(i2, i3, 18, 19, 29, 30); \
	LOW(20, 21, 27, 28); \
	LOW(22, 23, 29, 30); \
	STORE2(27, 28, p, 0); \
	STORE2(29, 30, p, 32)

#define END \
	ADD  R9, R8; \
	ADD  R7, R6; \
	SUB  $1, R10

#define ACTIVATIONS4 \
	FMOVQ.P 16(R2), F20; \
	FMOVQ.P 16(R3), F21; \
	FMOVQ.P 16(R4), F22; \
	FMOVQ.P 16(R5), F23

// func dot2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)
TEXT DOT2(SB), NOSPLIT, $0-99
	ARGS
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	CBZ R14, groups2
	LOAD2(8, 9, 19, 0)
	LOAD2(10, 11, 19, 32)
	LOAD2(12, 13, 20, 0)
	LOAD2(14, 15, 20, 32)

groups2:
	GROUP
	BEGIN2
	FLIPS2

plain2:
	STEP2(NUMBERS)
	SUB  $4, R14
	CBNZ R14, plain2

sums2:
	WHOLE2
	SCALES
	ROW((R23), 0, 1, 2, 3, 8, 9, 10, 11)
	ROW((R24), 4, 5, 6, 7, 12, 13, 14, 15)
	CBZ R13, end2
	LOWS
	ROWLOW((R23), 8, 9, 10, 11)
	ROWLOW((R24), 12, 13, 14, 15)

end2:
	ADD  $16, R23
	ADD  $16, R24
	END
	CBNZ R10, groups2
	STORE2(8, 9, 19, 0)
	STORE2(10, 11, 19, 32)
	STORE2(12, 13, 20, 0)
	STORE2(14, 15, 20, 32)
	RET

#define CLEAR(p) \
	STORE2(0, 0, p, 0); \
	STORE2(0, 0, p, 32)

// func dot4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)
//
// The whole sums leave no room for the others, which stay in y.
TEXT DOT4(SB), NOSPLIT, $0-99
	ARGS
	CBNZ R14, groups4
	ZERO(0)
	CLEAR(19)
	CLEAR(20)
	CLEAR(21)
	CLEAR(22)

groups4:
	GROUP
	BEGIN4
	FLIPS4

plain4:
	STEP4(NUMBERS)
	SUB  $4, R14
	CBNZ R14, plain4

sums4:
	WHOLE4
	SCALES
	CBNZ R13, lows4
	MEMORY((R23), 19, 0, 1, 2, 3)
	MEMORY((R24), 20, 4, 5, 6, 7)
	MEMORY((R25), 21, 8, 9, 10, 11)
	MEMORY((R26), 22, 12, 13, 14, 15)
	B end4

lows4:
	LOWS
	MEMORYLOW((R23), 19, 0, 1, 2, 3)
	MEMORYLOW((R24), 20, 4, 5, 6, 7)
	MEMORYLOW((R25), 21, 8, 9, 10, 11)
	MEMORYLOW((R26), 22, 12, 13, 14, 15)

end4:
	ADD  $16, R23
	ADD  $16, R24
	ADD  $16, R25
	ADD  $16, R26
	END
	CBNZ R10, groups4
	RET
