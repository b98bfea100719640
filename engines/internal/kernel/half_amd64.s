//go:build amd64 && !purego

#include "textflag.h"

// TRANSPOSE writes eight columns of a panel for eight k: element (i, j) of the 8×8
// block at SI (row i at SI + i*DX, with R9 = 3*DX and BX = SI + 4*DX) goes to
// off + 32*j + 2*i in the panel at DI. Words of two rows are interleaved, then pairs
// of two pairs of rows, then fours.
#define TRANSPOSE(off) \
	VMOVDQU     (SI), X0; \
	VMOVDQU     (SI)(DX*1), X1; \
	VMOVDQU     (SI)(DX*2), X2; \
	VMOVDQU     (SI)(R9*1), X3; \
	VMOVDQU     (BX), X4; \
	VMOVDQU     (BX)(DX*1), X5; \
	VMOVDQU     (BX)(DX*2), X6; \
	VMOVDQU     (BX)(R9*1), X7; \
	VPUNPCKLWD  X1, X0, X8; \
	VPUNPCKHWD  X1, X0, X9; \
	VPUNPCKLWD  X3, X2, X10; \
	VPUNPCKHWD  X3, X2, X11; \
	VPUNPCKLWD  X5, X4, X12; \
	VPUNPCKHWD  X5, X4, X13; \
	VPUNPCKLWD  X7, X6, X14; \
	VPUNPCKHWD  X7, X6, X15; \
	VPUNPCKLDQ  X10, X8, X0; \
	VPUNPCKHDQ  X10, X8, X1; \
	VPUNPCKLDQ  X11, X9, X2; \
	VPUNPCKHDQ  X11, X9, X3; \
	VPUNPCKLDQ  X14, X12, X4; \
	VPUNPCKHDQ  X14, X12, X5; \
	VPUNPCKLDQ  X15, X13, X6; \
	VPUNPCKHDQ  X15, X13, X7; \
	VPUNPCKLQDQ X4, X0, X8; \
	VPUNPCKHQDQ X4, X0, X9; \
	VPUNPCKLQDQ X5, X1, X10; \
	VPUNPCKHQDQ X5, X1, X11; \
	VPUNPCKLQDQ X6, X2, X12; \
	VPUNPCKHQDQ X6, X2, X13; \
	VPUNPCKLQDQ X7, X3, X14; \
	VPUNPCKHQDQ X7, X3, X15; \
	VMOVDQU     X8, off(DI); \
	VMOVDQU     X9, off+32(DI); \
	VMOVDQU     X10, off+64(DI); \
	VMOVDQU     X11, off+96(DI); \
	VMOVDQU     X12, off+128(DI); \
	VMOVDQU     X13, off+160(DI); \
	VMOVDQU     X14, off+192(DI); \
	VMOVDQU     X15, off+224(DI)

// func packHalfAsm(dst *uint16, src *byte, width, blocks int)
//
// Transposes the first 8*blocks numbers of 16 rows, width bytes apart, into a panel.
TEXT ·packHalfAsm(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ width+16(FP), DX
	MOVQ blocks+24(FP), CX
	LEAQ (DX)(DX*2), R9
	LEAQ (SI)(DX*8), R8

pack:
	LEAQ  (SI)(DX*4), BX
	TRANSPOSE(0)
	XCHGQ SI, R8
	LEAQ  (SI)(DX*4), BX
	TRANSPOSE(16)
	XCHGQ SI, R8
	ADDQ  $16, SI
	ADDQ  $16, R8
	ADDQ  $256, DI
	DECQ  CX
	JNE   pack
	VZEROUPPER
	RET
