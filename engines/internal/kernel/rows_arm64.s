//go:build arm64 && !purego

#include "textflag.h"

#define ROWS1 ·mulRows1
#define ROWS2 ·mulRows2
#define ROWS3 ·mulRows3
#define ROWS4 ·mulRows4
#define ROWS5 ·mulRows5
#define SHIFT 2
#define COLUMNS(p, a, b, c, d) \
	NEXT2(a, b, p); \
	NEXT2(c, d, p)

#include "rows_arm64.h"

// func mulTile6(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add bool)
//
// For each panel, for each row tile: C[6][16] = A[6][k]·B[k][16] (+ C). R20 holds step,
// R21 counts tiles, R22 is the A and R24 the C of a tile.
TEXT ·mulTile6(SB), NOSPLIT, $0-89
	MOVD  c+0(FP), R0
	MOVD  ldc+8(FP), R1
	MOVD  a+16(FP), R2
	MOVD  rs+24(FP), R3
	MOVD  ks+32(FP), R4
	MOVD  step+40(FP), R20
	MOVD  b+48(FP), R5
	MOVD  stride+56(FP), R6
	MOVD  k+64(FP), R7
	MOVD  panels+80(FP), R8
	MOVBU add+88(FP), R9
	LSL   $2, R20, R20
	LSL   $2, R6, R6
	SCALE

panel6:
	MOVD tiles+72(FP), R21
	MOVD R2, R22
	MOVD R0, R24

tile6:
	MOVD R22, R13
	MOVD R5, R19
	MOVD R24, R23
	MOVD R7, R15
	ZERO4(0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	ZERO4(8, 9, 10, 11)
	ZERO4(12, 13, 14, 15)
	ZERO4(16, 17, 18, 19)
	ZERO4(20, 21, 22, 23)
	CBZ  R9, one6
	LOADROW(0, 1, 2, 3)
	LOADROW(4, 5, 6, 7)
	LOADROW(8, 9, 10, 11)
	LOADROW(12, 13, 14, 15)
	LOADROW(16, 17, 18, 19)
	LOADROW(20, 21, 22, 23)

one6:
	STEP4
	ROW4((R13)(R12), F28, 28, 16, 17, 18, 19)
	ROW4((R13)(R14), F29, 29, 20, 21, 22, 23)
	NEXT
	CBNZ R15, one6

	MOVD R24, R23
	STOREROW(0, 1, 2, 3)
	STOREROW(4, 5, 6, 7)
	STOREROW(8, 9, 10, 11)
	STOREROW(12, 13, 14, 15)
	STOREROW(16, 17, 18, 19)
	STOREROW(20, 21, 22, 23)
	MOVD R23, R24
	ADD  R20, R22
	SUB  $1, R21
	CBNZ R21, tile6

	ADD  $64, R0
	ADD  R6, R5
	SUBS $1, R8
	BNE  panel6
	RET
