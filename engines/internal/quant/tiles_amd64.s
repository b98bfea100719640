//go:build amd64 && !purego

#include "textflag.h"

// The inner loop of the product for 16 rows, whose whole sums are made in tile registers
// (AMX). The tile instructions are written as bytes, since the assembler does not know
// them. A tile of sums has a line for each row and a number for each column of a panel;
// a group of the rows is the left factor as it lies in memory, and the numbers of a panel,
// four of each column side by side, are the right one.

// LDTILECFG (R8)
#define SHAPES BYTE $0xC4; BYTE $0xC2; BYTE $0x78; BYTE $0x49; BYTE $0x00

// TILERELEASE
#define RELEASE BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0

// TILEZERO of tile t
#define TILEZERO(t) BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $(0xC0+8*t)

// TILELOADD tile 2, (AX)(CX*1)
#define TILEROWS BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x14; BYTE $0x08

// TILELOADD tile 3, (DI)(SI*1)
#define TILEPANEL3 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x1C; BYTE $0x37

// TILELOADD tile 4, (BX)(SI*1)
#define TILEPANEL4 BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $0x24; BYTE $0x33

// TDPBSUD: tile 0 += tile 2 (signed) times tile 3 (without sign)
#define PRODUCT3 BYTE $0xC4; BYTE $0xE2; BYTE $0x62; BYTE $0x5E; BYTE $0xC2

// TDPBSUD: tile 1 += tile 2 (signed) times tile 4 (without sign)
#define PRODUCT4 BYTE $0xC4; BYTE $0xE2; BYTE $0x5A; BYTE $0x5E; BYTE $0xCA

// TILESTORED tile 0, (R15)(SI*1)
#define TILESUMS0 BYTE $0xC4; BYTE $0xC2; BYTE $0x7A; BYTE $0x4B; BYTE $0x04; BYTE $0x37

// TILESTORED tile 1, 1024(R15)(SI*1)
#define TILESUMS1 BYTE $0xC4; BYTE $0xC2; BYTE $0x7A; BYTE $0x4B; BYTE $0x8C; BYTE $0x37; LONG $1024

// func dotTiles(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, size int, lows bool, shapes *[64]byte)
//
// Adds to y; size is of a group, the other arguments are those of dot6, and the shapes of tiles. Registers:
//
//   AX a    CX lda      DX factors    R9 ldf    R10 numbers of a group   R11 panel
//   R12 scales          R13 counts groups       R14 ldy                  R15 sums of a group
TEXT ·dotTiles(SB), 0, $2112-112
	MOVQ shapes+104(FP), R8
	SHAPES
	MOVQ ldy+8(FP), R14
	SHLQ $2, R14
	MOVQ a+16(FP), AX
	MOVQ lda+24(FP), CX
	MOVQ f+32(FP), DX
	MOVQ ldf+40(FP), R9
	SHLQ $4, R9
	MOVQ w+48(FP), R10
	MOVQ panel+56(FP), R11
	MOVQ s+72(FP), R12
	MOVQ groups+80(FP), R13
	LEAQ sums-2112(SP), R15 // two tiles, at a multiple of 64
	ADDQ $63, R15
	ANDQ $~63, R15

group:
	MOVQ R10, DI
	LEAQ (R10)(R11*1), BX
	MOVQ $64, SI
	TILEZERO(0)
	TILEZERO(1)
	TILEROWS
	TILEPANEL3
	PRODUCT3
	TILEPANEL4
	PRODUCT4
	TILESUMS0
	TILESUMS1

	VMOVUPS (R12), Z24
	VMOVUPS 64(R12), Z25
	ADDQ $128, R12
	CMPB lows+96(FP), $0
	JEQ  rows
	VMOVUPS (R12), Z26
	VMOVUPS 64(R12), Z27
	ADDQ $128, R12

rows: // one after another: y at DI, factors at BX, sums at R8
	MOVQ y+0(FP), DI
	MOVQ DX, BX
	MOVQ R15, R8
	MOVQ $16, SI

row:
	VPBROADCASTD 4(BX), Z0
	VPADDD       (R8), Z0, Z1
	VPADDD       1024(R8), Z0, Z2
	VCVTDQ2PS    Z1, Z1
	VCVTDQ2PS    Z2, Z2
	VBROADCASTSS (BX), Z0
	VMULPS       Z0, Z24, Z3
	VMULPS       Z0, Z25, Z4
	VMOVUPS      (DI), Z5
	VMOVUPS      64(DI), Z6
	VFMADD231PS  Z3, Z1, Z5
	VFMADD231PS  Z4, Z2, Z6
	CMPB lows+96(FP), $0
	JEQ  store
	VBROADCASTSS 8(BX), Z0
	VFMADD231PS  Z0, Z26, Z5
	VFMADD231PS  Z0, Z27, Z6

store:
	VMOVUPS Z5, (DI)
	VMOVUPS Z6, 64(DI)
	ADDQ R14, DI
	ADDQ R9, BX
	ADDQ $64, R8
	DECQ SI
	JNE  row

	ADDQ size+88(FP), AX
	ADDQ $16, DX
	ADDQ group+64(FP), R10
	DECQ R13
	JNE  group

	RELEASE
	VZEROUPPER
	RET
