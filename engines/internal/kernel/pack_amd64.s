//go:build amd64 && !purego

#include "textflag.h"

// TRANSPOSE writes eight columns of a panel for eight k: element (i, j) of the
// 8×8 block at SI (row i at SI + i*DX, with R9 = 3*DX and BX = SI + 4*DX) goes
// to to + 64*j + 4*i, which is off + 64*j in the panel at DI.
//
// Unpacking interleaves pairs of rows, the shuffle joins pairs of pairs, and the
// lane exchange joins the two halves.
#define TRANSPOSE(off) \
	VMOVUPS    (SI), Y0; \
	VMOVUPS    (SI)(DX*1), Y1; \
	VMOVUPS    (SI)(DX*2), Y2; \
	VMOVUPS    (SI)(R9*1), Y3; \
	VMOVUPS    (BX), Y4; \
	VMOVUPS    (BX)(DX*1), Y5; \
	VMOVUPS    (BX)(DX*2), Y6; \
	VMOVUPS    (BX)(R9*1), Y7; \
	VUNPCKLPS  Y1, Y0, Y8; \
	VUNPCKHPS  Y1, Y0, Y9; \
	VUNPCKLPS  Y3, Y2, Y10; \
	VUNPCKHPS  Y3, Y2, Y11; \
	VUNPCKLPS  Y5, Y4, Y12; \
	VUNPCKHPS  Y5, Y4, Y13; \
	VUNPCKLPS  Y7, Y6, Y14; \
	VUNPCKHPS  Y7, Y6, Y15; \
	VSHUFPS    $0x44, Y10, Y8, Y0; \
	VSHUFPS    $0xee, Y10, Y8, Y1; \
	VSHUFPS    $0x44, Y11, Y9, Y2; \
	VSHUFPS    $0xee, Y11, Y9, Y3; \
	VSHUFPS    $0x44, Y14, Y12, Y4; \
	VSHUFPS    $0xee, Y14, Y12, Y5; \
	VSHUFPS    $0x44, Y15, Y13, Y6; \
	VSHUFPS    $0xee, Y15, Y13, Y7; \
	VPERM2F128 $0x20, Y4, Y0, Y8; \
	VPERM2F128 $0x20, Y5, Y1, Y9; \
	VPERM2F128 $0x20, Y6, Y2, Y10; \
	VPERM2F128 $0x20, Y7, Y3, Y11; \
	VPERM2F128 $0x31, Y4, Y0, Y12; \
	VPERM2F128 $0x31, Y5, Y1, Y13; \
	VPERM2F128 $0x31, Y6, Y2, Y14; \
	VPERM2F128 $0x31, Y7, Y3, Y15; \
	VMOVUPS    Y8, off(DI); \
	VMOVUPS    Y9, off+64(DI); \
	VMOVUPS    Y10, off+128(DI); \
	VMOVUPS    Y11, off+192(DI); \
	VMOVUPS    Y12, off+256(DI); \
	VMOVUPS    Y13, off+320(DI); \
	VMOVUPS    Y14, off+384(DI); \
	VMOVUPS    Y15, off+448(DI)

// func packPanel(dst, src *float32, ld, blocks int)
//
// Transposes the first 8*blocks elements of 16 rows, ld apart, into a panel.
TEXT ·packPanel(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ ld+16(FP), DX
	MOVQ blocks+24(FP), CX
	SHLQ $2, DX
	LEAQ (DX)(DX*2), R9
	LEAQ (SI)(DX*8), R8

block:
	LEAQ (SI)(DX*4), BX
	TRANSPOSE(0)
	XCHGQ SI, R8
	LEAQ (SI)(DX*4), BX
	TRANSPOSE(32)
	XCHGQ SI, R8
	ADDQ $32, SI
	ADDQ $32, R8
	ADDQ $512, DI
	DECQ CX
	JNE  block
	VZEROUPPER
	RET

// func packRows(dst, src *float32, ld, rows int)
//
// Copies 16 elements from each of rows rows, ld apart, one after the other.
TEXT ·packRows(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ ld+16(FP), DX
	MOVQ rows+24(FP), CX
	SHLQ $2, DX

row:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ    DX, SI
	ADDQ    $64, DI
	DECQ    CX
	JNE     row
	VZEROUPPER
	RET

// func packSlivers(dst *float32, step int, a *float32, lda, k, slivers int)
//
// Copies k rows of 6*slivers elements, lda apart: elements 6s to 6s+5 of row kk
// go to dst + s*step + 6*kk. Rows to come are prefetched, since each is a new
// stretch of memory that the hardware does not foresee.
TEXT ·packSlivers(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), R14
	MOVQ step+8(FP), SI
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), DX
	MOVQ k+32(FP), R11
	SHLQ $2, SI
	SHLQ $2, DX
	LEAQ (R8)(DX*8), R9

row:
	MOVQ R14, DI
	XORQ CX, CX
	MOVQ slivers+40(FP), R12

sliver:
	VMOVUPS    (R8)(CX*1), X0
	VMOVSD     16(R8)(CX*1), X1
	PREFETCHT0 (R9)(CX*1)
	VMOVUPS    X0, (DI)
	VMOVSD     X1, 16(DI)
	ADDQ       $24, CX
	ADDQ       SI, DI
	DECQ       R12
	JNE        sliver
	ADDQ       $24, R14
	ADDQ       DX, R8
	ADDQ       DX, R9
	DECQ       R11
	JNE        row
	RET
