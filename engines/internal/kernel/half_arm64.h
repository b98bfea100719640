// The loop that widens numbers of 16 bits, for a storage as rows_arm64.h has it, and
// with the name EXPAND.

// func expand(dst *float32, src *uint16, blocks, ahead int)
//
// Widens blocks of 16 numbers. What is ahead numbers further on is brought to the L2
// cache meanwhile.
TEXT EXPAND(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD blocks+16(FP), R2
	MOVD ahead+24(FP), R3
	ADD  R3<<1, R1, R3

block:
	PRFM (R3), PLDL2KEEP
	COLUMNS(1, 0, 1, 2, 3)
	STORE4(0, 1, 2, 3, 0)
	ADD  $32, R3
	ADD  $64, R0
	SUB  $1, R2
	CBNZ R2, block
	RET
