// The loop that widens numbers of 16 bits, for a storage as rows_amd64.h has it, and
// with the name EXPAND.

// func expand(dst *float32, src *uint16, blocks, ahead int)
//
// Widens blocks of 16 numbers. What is ahead numbers further on is brought to the L2
// cache meanwhile.
TEXT EXPAND(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ blocks+16(FP), CX
	MOVQ ahead+24(FP), DX
	SHLQ $SHIFT, DX

block:
	PREFETCHT1 (SI)(DX*1)
	COLUMNS((SI), Y0)
	COLUMNS(16(SI), Y1)
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ    $32, SI
	ADDQ    $64, DI
	DECQ    CX
	JNE     block
	VZEROUPPER
	RET
