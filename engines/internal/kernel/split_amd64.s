//go:build amd64 && !purego

#include "textflag.h"

// Packing and product of split matrices: see split.go for the layout. The tile
// instructions are written as bytes, since the assembler does not know them; the
// register operands of each are in the name or the arguments of its macro.

// Registers that the byte sequences use: AX, DX, SI and DI as bases, CX (64, the
// stride of a packed tile) and DX (the stride of C) as index.

#define VEX_NONE BYTE $0xC4; BYTE $0xE2; BYTE $0x78
#define VEX_F3 BYTE $0xC4; BYTE $0xE2; BYTE $0x7A
#define VEX_F2 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B

#define LDTILECFG_AX VEX_NONE; BYTE $0x49; BYTE $0x00
#define TILERELEASE VEX_NONE; BYTE $0x49; BYTE $0xC0
#define TILEZERO(t) VEX_F2; BYTE $0x49; BYTE $(0xC0+8*t)

// TILELOAD loads tile t from base+64*row, TILELOADLOW from 1024 bytes further on.
#define TILELOAD(t, sib) VEX_F2; BYTE $0x4B; BYTE $(0x04+8*t); BYTE $sib
#define TILELOADLOW(t, sib) VEX_F2; BYTE $0x4B; BYTE $(0x84+8*t); BYTE $sib; LONG $1024
#define FROM_SI 0x0E
#define FROM_DI 0x0F
#define FROM_AX 0x08
#define FROM_DX 0x0A

// LOADC and STOREC move tile t from and to AX+DX*row.
#define LOADC(t) VEX_F2; BYTE $0x4B; BYTE $(0x04+8*t); BYTE $0x10
#define STOREC(t) VEX_F3; BYTE $0x4B; BYTE $(0x04+8*t); BYTE $0x10

// TDP adds tile a (left) times tile 6 or 7 (right) to tile c.
#define TDP6(c, a) BYTE $0xC4; BYTE $0xE2; BYTE $0x4A; BYTE $0x5C; BYTE $(0xC0+8*c+a)
#define TDP7(c, a) BYTE $0xC4; BYTE $0xE2; BYTE $0x42; BYTE $0x5C; BYTE $(0xC0+8*c+a)

#define PRODUCTS \
	TDP6(0, 4); \
	TDP7(1, 4); \
	TDP6(2, 5); \
	TDP7(3, 5)

// CTILES calls f for the four tiles of C; R8 is its corner, R9 its row stride.
#define CTILES(f) \
	MOVQ R9, DX; \
	MOVQ R8, AX; \
	f(0); \
	ADDQ $64, AX; \
	f(1); \
	MOVQ R9, AX; \
	SHLQ $4, AX; \
	ADDQ R8, AX; \
	f(2); \
	ADDQ $64, AX; \
	f(3)

// func mulSplit(c *float32, ldc int, a, b *uint16, blocks, pairs int, config *[64]byte, parts int, add bool)
TEXT ·mulSplit(SB), NOSPLIT, $0-65
	MOVQ config+48(FP), AX
	LDTILECFG_AX
	MOVQ c+0(FP), R8
	MOVQ ldc+8(FP), R9
	SHLQ $2, R9
	MOVQ a+16(FP), R10
	MOVQ b+24(FP), R11
	MOVQ blocks+32(FP), R12
	MOVQ pairs+40(FP), R13
	MOVQ $64, CX
	MOVQ parts+56(FP), R15
	SHLQ $10, R15
	MOVQ R12, R14
	IMULQ R15, R14

panels:
	CMPB add+64(FP), $0
	JEQ  zero
	CTILES(LOADC)
	JMP  start

zero:
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)

start:
	MOVQ R10, SI
	LEAQ (R10)(R14*1), DI
	MOVQ R11, AX
	LEAQ (R11)(R14*1), DX
	MOVQ R12, BX

inner:
	TILELOAD(4, FROM_SI)
	TILELOAD(6, FROM_AX)
	TILELOAD(5, FROM_DI)
	TILELOAD(7, FROM_DX)
	PRODUCTS
	CMPQ R15, $1024
	JEQ  next
	TILELOADLOW(6, FROM_AX)
	TILELOADLOW(7, FROM_DX)
	PRODUCTS
	TILELOADLOW(4, FROM_SI)
	TILELOAD(6, FROM_AX)
	TILELOADLOW(5, FROM_DI)
	TILELOAD(7, FROM_DX)
	PRODUCTS

next:
	ADDQ R15, SI
	ADDQ R15, DI
	ADDQ R15, AX
	ADDQ R15, DX
	DECQ BX
	JNZ  inner

	CTILES(STOREC)
	ADDQ $128, R8
	LEAQ (R11)(R14*2), R11
	DECQ R13
	JNZ  panels
	TILERELEASE
	RET

// CONSTANTS sets Z30 to the half of a bfloat16's last place and Z31 to the mask
// of its bits, in the bits of a float32.
#define CONSTANTS \
	MOVL         $0x8000, AX; \
	VPBROADCASTD AX, Z30; \
	MOVL         $0xFFFF0000, AX; \
	VPBROADCASTD AX, Z31

// func splitRows(dst *uint16, src *float32, ld, rows, blocks, parts int)
//
// One block of rows: rows of 32*blocks numbers become lines of 64 bytes in blocks
// groups of parts tiles.
TEXT ·splitRows(SB), NOSPLIT, $0-48
	MOVQ      dst+0(FP), DI
	MOVQ      src+8(FP), SI
	MOVQ      ld+16(FP), R8
	SHLQ      $2, R8
	MOVQ      rows+24(FP), R9
	CONSTANTS
	VMOVDQU16 oddWords<>(SB), Z29
	MOVQ      parts+40(FP), R12
	SHLQ      $10, R12

row:
	MOVQ SI, R10
	MOVQ DI, R11
	MOVQ blocks+32(FP), BX

block:
	VMOVUPS   (R10), Z0
	VMOVUPS   64(R10), Z1
	VPADDD    Z30, Z0, Z2
	VPADDD    Z30, Z1, Z3
	VMOVDQA32 Z2, Z4
	VPERMT2W  Z3, Z29, Z4
	VMOVDQU32 Z4, (R11)
	CMPQ      R12, $1024
	JEQ       step
	VPANDD    Z31, Z2, Z2
	VPANDD    Z31, Z3, Z3
	VSUBPS    Z2, Z0, Z0
	VSUBPS    Z3, Z1, Z1
	VPADDD    Z30, Z0, Z0
	VPADDD    Z30, Z1, Z1
	VPERMT2W  Z1, Z29, Z0
	VMOVDQU32 Z0, 1024(R11)

step:
	ADDQ      $128, R10
	ADDQ      R12, R11
	DECQ      BX
	JNZ       block
	ADDQ      R8, SI
	ADDQ      $64, DI
	DECQ      R9
	JNZ       row
	VZEROUPPER
	RET

// func splitPairs(dst *uint16, src *float32, ld, panels, stride, parts int)
//
// 32 rows of 16*panels numbers: each panel becomes a group of parts tiles whose
// line j holds rows 2j and 2j+1 side by side. stride is the distance in bytes
// between groups.
TEXT ·splitPairs(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ ld+16(FP), R8
	SHLQ $2, R8
	MOVQ panels+24(FP), R9
	MOVQ stride+32(FP), R12
	MOVQ parts+40(FP), R13
	CONSTANTS

panel:
	MOVQ SI, R10
	MOVQ DI, R11
	MOVQ $16, BX

pair:
	VMOVUPS   (R10), Z0
	VMOVUPS   (R10)(R8*1), Z1
	VPADDD    Z30, Z0, Z2
	VPADDD    Z30, Z1, Z3
	VPANDD    Z31, Z2, Z4
	VPANDD    Z31, Z3, Z5
	VPSRLD    $16, Z2, Z2
	VPORD     Z5, Z2, Z2
	VMOVDQU32 Z2, (R11)
	CMPQ      R13, $1
	JEQ       following
	VSUBPS    Z4, Z0, Z0
	VSUBPS    Z5, Z1, Z1
	VPADDD    Z30, Z0, Z0
	VPADDD    Z30, Z1, Z1
	VPSRLD    $16, Z0, Z0
	VPANDD    Z31, Z1, Z1
	VPORD     Z1, Z0, Z0
	VMOVDQU32 Z0, 1024(R11)

following:
	LEAQ      (R10)(R8*2), R10
	ADDQ      $64, R11
	DECQ      BX
	JNZ       pair
	ADDQ      $64, SI
	ADDQ      R12, DI
	DECQ      R9
	JNZ       panel
	VZEROUPPER
	RET

// func transposeTiles(tiles *uint16, pairs, stride, parts int)
//
// Transposes tiles of 16x16 pairs of numbers in place: parts tiles of 1024 bytes at
// every stride bytes.
TEXT ·transposeTiles(SB), NOSPLIT, $0-32
	MOVQ tiles+0(FP), DI
	MOVQ pairs+8(FP), BX
	MOVQ stride+16(FP), R8

twice:
	MOVQ DI, SI
	MOVQ parts+24(FP), R9

tile:
	VMOVDQU32 0(SI), Z0
	VMOVDQU32 64(SI), Z1
	VMOVDQU32 128(SI), Z2
	VMOVDQU32 192(SI), Z3
	VMOVDQU32 256(SI), Z4
	VMOVDQU32 320(SI), Z5
	VMOVDQU32 384(SI), Z6
	VMOVDQU32 448(SI), Z7
	VMOVDQU32 512(SI), Z8
	VMOVDQU32 576(SI), Z9
	VMOVDQU32 640(SI), Z10
	VMOVDQU32 704(SI), Z11
	VMOVDQU32 768(SI), Z12
	VMOVDQU32 832(SI), Z13
	VMOVDQU32 896(SI), Z14
	VMOVDQU32 960(SI), Z15
	VPUNPCKLDQ Z1, Z0, Z16
	VPUNPCKHDQ Z1, Z0, Z17
	VPUNPCKLDQ Z3, Z2, Z18
	VPUNPCKHDQ Z3, Z2, Z19
	VPUNPCKLDQ Z5, Z4, Z20
	VPUNPCKHDQ Z5, Z4, Z21
	VPUNPCKLDQ Z7, Z6, Z22
	VPUNPCKHDQ Z7, Z6, Z23
	VPUNPCKLDQ Z9, Z8, Z24
	VPUNPCKHDQ Z9, Z8, Z25
	VPUNPCKLDQ Z11, Z10, Z26
	VPUNPCKHDQ Z11, Z10, Z27
	VPUNPCKLDQ Z13, Z12, Z28
	VPUNPCKHDQ Z13, Z12, Z29
	VPUNPCKLDQ Z15, Z14, Z30
	VPUNPCKHDQ Z15, Z14, Z31
	VPUNPCKLQDQ Z18, Z16, Z0
	VPUNPCKHQDQ Z18, Z16, Z1
	VPUNPCKLQDQ Z19, Z17, Z2
	VPUNPCKHQDQ Z19, Z17, Z3
	VPUNPCKLQDQ Z22, Z20, Z4
	VPUNPCKHQDQ Z22, Z20, Z5
	VPUNPCKLQDQ Z23, Z21, Z6
	VPUNPCKHQDQ Z23, Z21, Z7
	VPUNPCKLQDQ Z26, Z24, Z8
	VPUNPCKHQDQ Z26, Z24, Z9
	VPUNPCKLQDQ Z27, Z25, Z10
	VPUNPCKHQDQ Z27, Z25, Z11
	VPUNPCKLQDQ Z30, Z28, Z12
	VPUNPCKHQDQ Z30, Z28, Z13
	VPUNPCKLQDQ Z31, Z29, Z14
	VPUNPCKHQDQ Z31, Z29, Z15
	VSHUFI32X4 $0x88, Z4, Z0, Z16
	VSHUFI32X4 $0x88, Z5, Z1, Z17
	VSHUFI32X4 $0x88, Z6, Z2, Z18
	VSHUFI32X4 $0x88, Z7, Z3, Z19
	VSHUFI32X4 $0xdd, Z4, Z0, Z20
	VSHUFI32X4 $0xdd, Z5, Z1, Z21
	VSHUFI32X4 $0xdd, Z6, Z2, Z22
	VSHUFI32X4 $0xdd, Z7, Z3, Z23
	VSHUFI32X4 $0x88, Z12, Z8, Z24
	VSHUFI32X4 $0x88, Z13, Z9, Z25
	VSHUFI32X4 $0x88, Z14, Z10, Z26
	VSHUFI32X4 $0x88, Z15, Z11, Z27
	VSHUFI32X4 $0xdd, Z12, Z8, Z28
	VSHUFI32X4 $0xdd, Z13, Z9, Z29
	VSHUFI32X4 $0xdd, Z14, Z10, Z30
	VSHUFI32X4 $0xdd, Z15, Z11, Z31
	VSHUFI32X4 $0x88, Z24, Z16, Z0
	VSHUFI32X4 $0x88, Z25, Z17, Z1
	VSHUFI32X4 $0x88, Z26, Z18, Z2
	VSHUFI32X4 $0x88, Z27, Z19, Z3
	VSHUFI32X4 $0x88, Z28, Z20, Z4
	VSHUFI32X4 $0x88, Z29, Z21, Z5
	VSHUFI32X4 $0x88, Z30, Z22, Z6
	VSHUFI32X4 $0x88, Z31, Z23, Z7
	VSHUFI32X4 $0xdd, Z24, Z16, Z8
	VSHUFI32X4 $0xdd, Z25, Z17, Z9
	VSHUFI32X4 $0xdd, Z26, Z18, Z10
	VSHUFI32X4 $0xdd, Z27, Z19, Z11
	VSHUFI32X4 $0xdd, Z28, Z20, Z12
	VSHUFI32X4 $0xdd, Z29, Z21, Z13
	VSHUFI32X4 $0xdd, Z30, Z22, Z14
	VSHUFI32X4 $0xdd, Z31, Z23, Z15
	VMOVDQU32 Z0, 0(SI)
	VMOVDQU32 Z1, 64(SI)
	VMOVDQU32 Z2, 128(SI)
	VMOVDQU32 Z3, 192(SI)
	VMOVDQU32 Z4, 256(SI)
	VMOVDQU32 Z5, 320(SI)
	VMOVDQU32 Z6, 384(SI)
	VMOVDQU32 Z7, 448(SI)
	VMOVDQU32 Z8, 512(SI)
	VMOVDQU32 Z9, 576(SI)
	VMOVDQU32 Z10, 640(SI)
	VMOVDQU32 Z11, 704(SI)
	VMOVDQU32 Z12, 768(SI)
	VMOVDQU32 Z13, 832(SI)
	VMOVDQU32 Z14, 896(SI)
	VMOVDQU32 Z15, 960(SI)
	ADDQ $1024, SI
	DECQ R9
	JNZ  tile
	ADDQ R8, DI
	DECQ BX
	JNZ  twice
	VZEROUPPER
	RET

// oddWords picks the upper halves of the 32 numbers in two registers.
DATA oddWords<>+0(SB)/8, $0x0007000500030001
DATA oddWords<>+8(SB)/8, $0x000f000d000b0009
DATA oddWords<>+16(SB)/8, $0x0017001500130011
DATA oddWords<>+24(SB)/8, $0x001f001d001b0019
DATA oddWords<>+32(SB)/8, $0x0027002500230021
DATA oddWords<>+40(SB)/8, $0x002f002d002b0029
DATA oddWords<>+48(SB)/8, $0x0037003500330031
DATA oddWords<>+56(SB)/8, $0x003f003d003b0039
GLOBL oddWords<>(SB), RODATA|NOPTR, $64
