//go:build amd64 && !purego

#include "textflag.h"

DATA ·lowHalves<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA ·lowHalves<>+8(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA ·lowHalves<>+16(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA ·lowHalves<>+24(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL ·lowHalves<>(SB), RODATA|NOPTR, $32

DATA ·ones<>+0(SB)/8, $0x0001000100010001
DATA ·ones<>+8(SB)/8, $0x0001000100010001
DATA ·ones<>+16(SB)/8, $0x0001000100010001
DATA ·ones<>+24(SB)/8, $0x0001000100010001
GLOBL ·ones<>(SB), RODATA|NOPTR, $32

// The inner loop in 256-bit registers, for one panel, in three ways (see narrowWay).
// VPMADDUBSW adds two products of bytes in 16 bits, which holds four of them for numbers of
// up to six bits (plain); those of eight bits are taken as two of four (upper, lower).
// VPDPBUSD of AVX-VNNI adds four of any to a sum (dots). Arguments are those of narrow2.
// Registers:
//
//   AX a   CX lda   DX factors   R9 ldf   R10 numbers of a group   R14 group
//   R12 scales   R15 step of scales   R13 counts groups   DI numbers of a quad   SI counts quads
//
// Whole sums of row r are in Y(2r), Y(2r+1), float sums in Y(4+2r), Y(5+2r).

#define ARGS \
	MOVQ a+16(FP), AX; \
	MOVQ lda+24(FP), CX; \
	MOVQ f+32(FP), DX; \
	MOVQ ldf+40(FP), R9; \
	SHLQ $4, R9; \
	MOVQ w+48(FP), R10; \
	MOVQ group+56(FP), R14; \
	MOVQ s+64(FP), R12; \
	MOVQ step+72(FP), R15; \
	MOVQ groups+80(FP), R13; \
	MOVQ y+0(FP), BX; \
	MOVQ ldy+8(FP), R8; \
	SHLQ $2, R8

#define QUADS \
	MOVQ R10, DI; \
	MOVQ quads+88(FP), SI

// TWO loads two quads.
#define TWO \
	VMOVDQU (DI), Y8; \
	VMOVDQU 32(DI), Y9; \
	VMOVDQU 64(DI), Y10; \
	VMOVDQU 96(DI), Y11

// LOWER and UPPER keep halves of their bytes.
#define LOWER \
	VPAND ·lowHalves<>(SB), Y8, Y8; \
	VPAND ·lowHalves<>(SB), Y9, Y9; \
	VPAND ·lowHalves<>(SB), Y10, Y10; \
	VPAND ·lowHalves<>(SB), Y11, Y11

#define UPPER \
	VPSRLW $4, Y8, Y8; \
	VPSRLW $4, Y9, Y9; \
	VPSRLW $4, Y10, Y10; \
	VPSRLW $4, Y11, Y11; \
	LOWER

// ROW adds two quads of one row to its sums; at is the first of its numbers.
#define ROW(at, i0, i1) \
	VPBROADCASTD at, Y12; \
	VPBROADCASTD 4 at, Y13; \
	VPMADDUBSW Y12, Y8, Y14; \
	VPMADDUBSW Y13, Y10, Y15; \
	VPADDW Y15, Y14, Y14; \
	VPMADDWD ·ones<>(SB), Y14, Y14; \
	VPADDD Y14, i0, i0; \
	VPMADDUBSW Y12, Y9, Y14; \
	VPMADDUBSW Y13, Y11, Y15; \
	VPADDW Y15, Y14, Y14; \
	VPMADDWD ·ones<>(SB), Y14, Y14; \
	VPADDD Y14, i1, i1

// DPBUSD is VPDPBUSD Y(12+(rm&7)-4), Y(8..11), Y(reg) without AVX-512, which the assembler
// has no name for: v names the numbers of the weights, rm the sum and those of the row.
#define DPBUSD(v, rm) \
	BYTE $0xc4; BYTE $0xc2; BYTE $v; BYTE $0x50; BYTE $rm

// DOTS adds two quads of one row to its sums in registers i and i+1; at is the first of its
// numbers, and rm is 0xc4 + 8i.
#define DOTS(at, rm) \
	VPBROADCASTD at, Y12; \
	VPBROADCASTD 4 at, Y13; \
	DPBUSD(0x3d, rm); \
	DPBUSD(0x35, rm+8); \
	DPBUSD(0x2d, rm+1); \
	DPBUSD(0x25, rm+9)

#define NEXT \
	ADDQ $128, DI; \
	ADDQ $8, AX; \
	SUBQ $2, SI

// REWIND goes back to the first quad of a group.
#define REWIND \
	MOVQ quads+88(FP), SI; \
	MOVQ R10, DI; \
	LEAQ (SI*4), R11; \
	SUBQ R11, AX

#define ZERO(r0, r1) \
	VPXOR r0, r0, r0; \
	VPXOR r1, r1, r1

#define START(at, r0, r1) \
	VPBROADCASTD 4 at, Y12; \
	VPADDD Y12, r0, r0; \
	VPADDD Y12, r1, r1

#define SIXTEEN(r0, r1) \
	VPSLLD $4, r0, r0; \
	VPSLLD $4, r1, r1

#define ADD(at, i0, i1, f0, f1) \
	VCVTDQ2PS i0, i0; \
	VCVTDQ2PS i1, i1; \
	VBROADCASTSS at, Y12; \
	VMULPS (R12), Y12, Y13; \
	VMULPS 32(R12), Y12, Y14; \
	VFMADD231PS Y13, i0, f0; \
	VFMADD231PS Y14, i1, f1

// LOW adds the lows, which lie behind the scales of both panels.
#define LOW(at, f0, f1) \
	VBROADCASTSS 8 at, Y12; \
	VFMADD231PS 128(R12), Y12, f0; \
	VFMADD231PS 160(R12), Y12, f1

#define END \
	ADDQ R15, R12; \
	ADDQ $16, DX; \
	ADDQ R14, R10; \
	DECQ R13

#define LOAD(at, r0, r1) \
	VMOVUPS at, r0; \
	VMOVUPS 32 at, r1

#define STORE(at, r0, r1) \
	VMOVUPS r0, at; \
	VMOVUPS r1, 32 at

// func narrow1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, way narrowWay, lows, add bool)
TEXT ·narrow1(SB), NOSPLIT, $0-99
	ARGS
	ZERO(Y4, Y5)
	CMPB add+98(FP), $0
	JEQ  groups1
	LOAD((BX), Y4, Y5)

groups1:
	QUADS
	ZERO(Y0, Y1)
	CMPB way+96(FP), $1
	JEQ  upper1
	JHI  dots1

plain1:
	TWO
	ROW((AX), Y0, Y1)
	NEXT
	JNE  plain1
	JMP  sums1

upper1:
	TWO
	UPPER
	ROW((AX), Y0, Y1)
	NEXT
	JNE  upper1
	REWIND
	SIXTEEN(Y0, Y1)

lower1:
	TWO
	LOWER
	ROW((AX), Y0, Y1)
	NEXT
	JNE  lower1
	JMP  sums1

dots1:
	TWO
	DOTS((AX), 0xc4)
	NEXT
	JNE  dots1

sums1:
	START((DX), Y0, Y1)
	ADD((DX), Y0, Y1, Y4, Y5)
	CMPB lows+97(FP), $0
	JEQ  end1
	LOW((DX), Y4, Y5)

end1:
	END
	JNE groups1

	STORE((BX), Y4, Y5)
	VZEROUPPER
	RET

// func narrow2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, way narrowWay, lows, add bool)
TEXT ·narrow2(SB), NOSPLIT, $0-99
	ARGS
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	CMPB add+98(FP), $0
	JEQ  groups2
	LOAD((BX), Y4, Y5)
	LOAD((BX)(R8*1), Y6, Y7)

groups2:
	QUADS
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)
	CMPB way+96(FP), $1
	JEQ  upper2
	JHI  dots2

plain2:
	TWO
	ROW((AX), Y0, Y1)
	ROW((AX)(CX*1), Y2, Y3)
	NEXT
	JNE  plain2
	JMP  sums2

upper2:
	TWO
	UPPER
	ROW((AX), Y0, Y1)
	ROW((AX)(CX*1), Y2, Y3)
	NEXT
	JNE  upper2
	REWIND
	SIXTEEN(Y0, Y1)
	SIXTEEN(Y2, Y3)

lower2:
	TWO
	LOWER
	ROW((AX), Y0, Y1)
	ROW((AX)(CX*1), Y2, Y3)
	NEXT
	JNE  lower2
	JMP  sums2

dots2:
	TWO
	DOTS((AX), 0xc4)
	DOTS((AX)(CX*1), 0xd4)
	NEXT
	JNE  dots2

sums2:
	START((DX), Y0, Y1)
	START((DX)(R9*1), Y2, Y3)
	ADD((DX), Y0, Y1, Y4, Y5)
	ADD((DX)(R9*1), Y2, Y3, Y6, Y7)
	CMPB lows+97(FP), $0
	JEQ  end2
	LOW((DX), Y4, Y5)
	LOW((DX)(R9*1), Y6, Y7)

end2:
	END
	JNE groups2

	STORE((BX), Y4, Y5)
	STORE((BX)(R8*1), Y6, Y7)
	VZEROUPPER
	RET
