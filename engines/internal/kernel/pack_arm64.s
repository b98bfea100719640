//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

#define LOADROW(f) \
	FMOVQ (R5), f; \
	ADD   R2, R5

// TRANSPOSE writes four columns of a panel for four k: the lanes of pairs of rows in
// turns, twice. R5 walks the rows.
#define TRANSPOSE(off) \
	LOADROW(F0); \
	LOADROW(F1); \
	LOADROW(F2); \
	LOADROW(F3); \
	ZIP1(4, 0, 2); \
	ZIP2(5, 0, 2); \
	ZIP1(6, 1, 3); \
	ZIP2(7, 1, 3); \
	ZIP1(0, 4, 6); \
	ZIP2(1, 4, 6); \
	ZIP1(2, 5, 7); \
	ZIP2(3, 5, 7); \
	FMOVQ F0, off(R0); \
	FMOVQ F1, off+64(R0); \
	FMOVQ F2, off+128(R0); \
	FMOVQ F3, off+192(R0)

// func packPanel(dst, src *float32, ld, blocks int)
//
// Transposes the first 8*blocks elements of 16 rows, ld apart, into a panel.
TEXT ·packPanel(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD ld+16(FP), R2
	MOVD blocks+24(FP), R3
	LSL  $2, R2, R2
	LSL  $1, R3, R3

four:
	MOVD R1, R5
	TRANSPOSE(0)
	TRANSPOSE(16)
	TRANSPOSE(32)
	TRANSPOSE(48)
	ADD  $16, R1
	ADD  $256, R0
	SUB  $1, R3
	CBNZ R3, four
	RET

// func packRows(dst, src *float32, ld, rows int)
//
// Copies 16 elements from each of rows rows, ld apart, one after the other.
TEXT ·packRows(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD ld+16(FP), R2
	MOVD rows+24(FP), R3
	LSL  $2, R2, R2

row:
	LOAD2(0, 1, 1, 0)
	LOAD2(2, 3, 1, 32)
	STORE2(0, 1, 0, 0)
	STORE2(2, 3, 0, 32)
	ADD  R2, R1
	ADD  $64, R0
	SUB  $1, R3
	CBNZ R3, row
	RET

// func packSlivers(dst *float32, step int, a *float32, lda, k, slivers int)
//
// Copies k rows of 6*slivers elements, lda apart: elements 6s to 6s+5 of row kk
// go to dst + s*step + 6*kk.
TEXT ·packSlivers(SB), NOSPLIT, $0-48
	MOVD dst+0(FP), R0
	MOVD step+8(FP), R1
	MOVD a+16(FP), R2
	MOVD lda+24(FP), R3
	MOVD k+32(FP), R4
	MOVD slivers+40(FP), R5
	LSL  $2, R1, R1
	LSL  $2, R3, R3

next:
	MOVD R0, R6
	MOVD R2, R7
	MOVD R5, R8

sliver:
	FMOVQ   (R7), F0
	FMOVD   16(R7), F1
	FMOVQ   F0, (R6)
	FMOVD   F1, 16(R6)
	ADD     $24, R7
	ADD     R1, R6
	SUB     $1, R8
	CBNZ    R8, sliver
	ADD     $24, R0
	ADD     R3, R2
	SUB     $1, R4
	CBNZ    R4, next
	RET

// SHUFFLE puts the numbers of registers i and i+4 in turns; three times are a
// transposition of 8×8.
#define SHUFFLE(a, b, c, d, e, f, g, h, i) \
	ZIP1H(i, a, e); \
	ZIP2H(i+1, a, e); \
	ZIP1H(i+2, b, f); \
	ZIP2H(i+3, b, f); \
	ZIP1H(i+4, c, g); \
	ZIP2H(i+5, c, g); \
	ZIP1H(i+6, d, h); \
	ZIP2H(i+7, d, h)

#define TRANSPOSEH(off) \
	LOADROW(F0); \
	LOADROW(F1); \
	LOADROW(F2); \
	LOADROW(F3); \
	LOADROW(F4); \
	LOADROW(F5); \
	LOADROW(F6); \
	LOADROW(F7); \
	SHUFFLE(0, 1, 2, 3, 4, 5, 6, 7, 16); \
	SHUFFLE(16, 17, 18, 19, 20, 21, 22, 23, 0); \
	SHUFFLE(0, 1, 2, 3, 4, 5, 6, 7, 16); \
	FMOVQ F16, off(R0); \
	FMOVQ F17, off+32(R0); \
	FMOVQ F18, off+64(R0); \
	FMOVQ F19, off+96(R0); \
	FMOVQ F20, off+128(R0); \
	FMOVQ F21, off+160(R0); \
	FMOVQ F22, off+192(R0); \
	FMOVQ F23, off+224(R0)

// func packHalfAsm(dst *uint16, src *byte, width, blocks int)
//
// Transposes the first 8*blocks numbers of 16 rows, width bytes apart, into a panel.
TEXT ·packHalfAsm(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD width+16(FP), R2
	MOVD blocks+24(FP), R3

eight:
	MOVD R1, R5
	TRANSPOSEH(0)
	TRANSPOSEH(16)
	ADD  $16, R1
	ADD  $256, R0
	SUB  $1, R3
	CBNZ R3, eight
	RET

// func spinPause()
//
// A barrier of instructions takes some tens of cycles; YIELD takes none on most CPUs.
TEXT ·spinPause(SB), NOSPLIT, $0-0
	ISB $15
	ISB $15
	ISB $15
	ISB $15
	RET
