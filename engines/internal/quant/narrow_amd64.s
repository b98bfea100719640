//go:build amd64 && !purego

#include "textflag.h"

DATA ·ones<>+0(SB)/8, $0x0001000100010001
DATA ·ones<>+8(SB)/8, $0x0001000100010001
DATA ·ones<>+16(SB)/8, $0x0001000100010001
DATA ·ones<>+24(SB)/8, $0x0001000100010001
GLOBL ·ones<>(SB), RODATA|NOPTR, $32

DATA ·signs<>+0(SB)/8, $0x8080808080808080
DATA ·signs<>+8(SB)/8, $0x8080808080808080
DATA ·signs<>+16(SB)/8, $0x8080808080808080
DATA ·signs<>+24(SB)/8, $0x8080808080808080
GLOBL ·signs<>(SB), RODATA|NOPTR, $32

// The order of bytes that makes words of the first two of each four, and of the others.
DATA ·firstTwo<>+0(SB)/8, $0x8005800480018000
DATA ·firstTwo<>+8(SB)/8, $0x800d800c80098008
DATA ·firstTwo<>+16(SB)/8, $0x8005800480018000
DATA ·firstTwo<>+24(SB)/8, $0x800d800c80098008
GLOBL ·firstTwo<>(SB), RODATA|NOPTR, $32

DATA ·otherTwo<>+0(SB)/8, $0x8007800680038002
DATA ·otherTwo<>+8(SB)/8, $0x800f800e800b800a
DATA ·otherTwo<>+16(SB)/8, $0x8007800680038002
DATA ·otherTwo<>+24(SB)/8, $0x800f800e800b800a
GLOBL ·otherTwo<>(SB), RODATA|NOPTR, $32

// The inner loop in 256-bit registers, for one panel, in four ways (see narrowWay).
// VPMADDUBSW adds two products of bytes in 16 bits. Numbers of up to six bits leave room for
// more of them there: run quads, until VPMADDWD adds two of the sums in 32 bits (plain).
// Numbers of eight bits are multiplied without their sign by a number that has it (signed):
// two products are 2·128·127 at most. Many rows multiply words of 16 bits (words).
// VPDPBUSD of AVX-VNNI adds four of any to a sum (dots). Arguments are those of narrow2.
// Registers:
//
//   AX a   CX lda   DX factors   R9 ldf   R10 numbers of a group   R14 group
//   R12 scales   R15 step of scales   R13 counts groups   DI numbers of a quad
//   SI counts quads, R11 those of a run
//
// Whole sums of row r are in Y(2r), Y(2r+1), float sums in Y(4+2r), Y(5+2r), those of 16
// bits in Y(12+2r), Y(13+2r).

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

// QUADS begins a group.
#define QUADS \
	MOVQ R10, DI; \
	MOVQ quads+88(FP), SI

// TWO loads two quads.
#define TWO \
	VMOVDQU (DI), Y8; \
	VMOVDQU 32(DI), Y9; \
	VMOVDQU 64(DI), Y10; \
	VMOVDQU 96(DI), Y11

// QUAD loads a quad, PLAIN adds its products with one row to sums of 16 bits.
#define QUAD(i) \
	VMOVDQU (64*i)(DI), Y8; \
	VMOVDQU (64*i+32)(DI), Y9

#define PLAIN(at, h0, h1) \
	VPBROADCASTD at, Y10; \
	VPMADDUBSW Y10, Y8, Y11; \
	VPADDW Y11, h0, h0; \
	VPMADDUBSW Y10, Y9, Y11; \
	VPADDW Y11, h1, h1

// FIRST is PLAIN for the first quad of a run.
#define FIRST(at, h0, h1) \
	VPBROADCASTD at, Y10; \
	VPMADDUBSW Y10, Y8, h0; \
	VPMADDUBSW Y10, Y9, h1

// FLUSH adds sums of 16 bits to those of 32.
#define FLUSH(h0, h1, i0, i1) \
	VPMADDWD ·ones<>(SB), h0, h0; \
	VPMADDWD ·ones<>(SB), h1, h1; \
	VPADDD h0, i0, i0; \
	VPADDD h1, i1, i1

// SIGNEDQUAD loads a quad as numbers with and without their sign.
#define SIGNEDQUAD(i) \
	PREFETCHT0 (64*i+4096)(DI); \
	VMOVDQU ·signs<>(SB), Y15; \
	VPXOR (64*i)(DI), Y15, Y8; \
	VPXOR (64*i+32)(DI), Y15, Y9; \
	VPABSB Y8, Y10; \
	VPABSB Y9, Y11

#define SIGNED(at, i0, i1) \
	VPBROADCASTD at, Y12; \
	VPSIGNB Y8, Y12, Y13; \
	VPSIGNB Y9, Y12, Y14; \
	VPMADDUBSW Y13, Y10, Y13; \
	VPMADDUBSW Y14, Y11, Y14; \
	VPMADDWD ·ones<>(SB), Y13, Y13; \
	VPMADDWD ·ones<>(SB), Y14, Y14; \
	VPADDD Y13, i0, i0; \
	VPADDD Y14, i1, i1

// WORDS multiplies two numbers of each column by two of a row, with 16 bits each.
#define WORDS(at, i0, i1) \
	VPBROADCASTD at, Y10; \
	VPMADDWD Y10, Y8, Y11; \
	VPADDD Y11, i0, i0; \
	VPMADDWD Y10, Y9, Y12; \
	VPADDD Y12, i1, i1

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

#define ZERO(r0, r1) \
	VPXOR r0, r0, r0; \
	VPXOR r1, r1, r1

#define START(at, r0, r1) \
	VPBROADCASTD 4 at, r0; \
	VMOVDQA r0, r1

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

// func narrow1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads, run int, way narrowWay, lows, add bool)
TEXT ·narrow1(SB), NOSPLIT, $0-107
	ARGS
	ZERO(Y4, Y5)
	CMPB add+106(FP), $0
	JEQ  groups1
	LOAD((BX), Y4, Y5)

groups1:
	QUADS
	START((DX), Y0, Y1)
	CMPB way+104(FP), $1
	JEQ  signed1
	JHI  dots1

runs1:
	MOVQ run+96(FP), R11
	SUBQ R11, SI
	QUAD(0)
	FIRST((AX), Y12, Y13)
	QUAD(1)
	PLAIN(4(AX), Y12, Y13)
	SUBQ $2, R11
	JEQ  flush1

plain1:
	ADDQ $128, DI
	ADDQ $8, AX
	QUAD(0)
	PLAIN((AX), Y12, Y13)
	QUAD(1)
	PLAIN(4(AX), Y12, Y13)
	SUBQ $2, R11
	JNE  plain1

flush1:
	ADDQ $128, DI
	ADDQ $8, AX
	FLUSH(Y12, Y13, Y0, Y1)
	TESTQ SI, SI
	JNE  runs1
	JMP  sums1

signed1:
	ZERO(Y0, Y1)

signedQuads1:
	SIGNEDQUAD(0)
	SIGNED((AX), Y0, Y1)
	SIGNEDQUAD(1)
	SIGNED(4(AX), Y0, Y1)
	NEXT
	JNE  signedQuads1
	JMP  sums1

dots1:
	PREFETCHT0 4096(DI)
	PREFETCHT0 4160(DI)
	TWO
	DOTS((AX), 0xc4)
	NEXT
	JNE  dots1

sums1:
	ADD((DX), Y0, Y1, Y4, Y5)
	CMPB lows+105(FP), $0
	JEQ  end1
	LOW((DX), Y4, Y5)

end1:
	END
	JNE groups1

	STORE((BX), Y4, Y5)
	VZEROUPPER
	RET

// func narrow2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads, run int, way narrowWay, lows, add bool)
TEXT ·narrow2(SB), NOSPLIT, $0-107
	ARGS
	ZERO(Y4, Y5)
	ZERO(Y6, Y7)
	CMPB add+106(FP), $0
	JEQ  groups2
	LOAD((BX), Y4, Y5)
	LOAD((BX)(R8*1), Y6, Y7)

groups2:
	QUADS
	START((DX), Y0, Y1)
	START((DX)(R9*1), Y2, Y3)
	CMPB way+104(FP), $1
	JEQ  signed2
	JHI  more2

runs2:
	MOVQ run+96(FP), R11
	SUBQ R11, SI
	QUAD(0)
	FIRST((AX), Y12, Y13)
	FIRST((AX)(CX*1), Y14, Y15)
	QUAD(1)
	PLAIN(4(AX), Y12, Y13)
	PLAIN(4(AX)(CX*1), Y14, Y15)
	SUBQ $2, R11
	JEQ  flush2

plain2:
	ADDQ $128, DI
	ADDQ $8, AX
	QUAD(0)
	PLAIN((AX), Y12, Y13)
	PLAIN((AX)(CX*1), Y14, Y15)
	QUAD(1)
	PLAIN(4(AX), Y12, Y13)
	PLAIN(4(AX)(CX*1), Y14, Y15)
	SUBQ $2, R11
	JNE  plain2

flush2:
	ADDQ $128, DI
	ADDQ $8, AX
	FLUSH(Y12, Y13, Y0, Y1)
	FLUSH(Y14, Y15, Y2, Y3)
	TESTQ SI, SI
	JNE  runs2
	JMP  sums2

signed2:
	ZERO(Y0, Y1)
	ZERO(Y2, Y3)

signedQuads2:
	SIGNEDQUAD(0)
	SIGNED((AX), Y0, Y1)
	SIGNED((AX)(CX*1), Y2, Y3)
	SIGNEDQUAD(1)
	SIGNED(4(AX), Y0, Y1)
	SIGNED(4(AX)(CX*1), Y2, Y3)
	NEXT
	JNE  signedQuads2
	JMP  sums2

more2:
	CMPB way+104(FP), $2
	JEQ  dots2

words2:
	QUAD(0)
	WORDS((AX), Y0, Y1)
	WORDS((AX)(CX*1), Y2, Y3)
	QUAD(1)
	WORDS(4(AX), Y0, Y1)
	WORDS(4(AX)(CX*1), Y2, Y3)
	QUAD(2)
	WORDS(8(AX), Y0, Y1)
	WORDS(8(AX)(CX*1), Y2, Y3)
	QUAD(3)
	WORDS(12(AX), Y0, Y1)
	WORDS(12(AX)(CX*1), Y2, Y3)
	ADDQ $256, DI
	ADDQ $16, AX
	SUBQ $2, SI
	JNE  words2
	JMP  sums2

dots2:
	TWO
	DOTS((AX), 0xc4)
	DOTS((AX)(CX*1), 0xd4)
	NEXT
	JNE  dots2

sums2:
	ADD((DX), Y0, Y1, Y4, Y5)
	ADD((DX)(R9*1), Y2, Y3, Y6, Y7)
	CMPB lows+105(FP), $0
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

// func widenNumbers(dst, src *uint8, groups, size, stride int)
//
// Numbers of a panel become words: of groups of size bytes, stride apart, two numbers of
// each of 16 columns side by side.
TEXT ·widenNumbers(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ groups+16(FP), CX
	MOVQ stride+32(FP), DX
	VMOVDQU ·firstTwo<>(SB), Y15
	VMOVDQU ·otherTwo<>(SB), Y14

group:
	MOVQ SI, R8
	MOVQ size+24(FP), R9

quad:
	VMOVDQU (R8), Y0
	VMOVDQU 32(R8), Y1
	VPSHUFB Y15, Y0, Y2
	VPSHUFB Y15, Y1, Y3
	VPSHUFB Y14, Y0, Y0
	VPSHUFB Y14, Y1, Y1
	VMOVDQU Y2, (DI)
	VMOVDQU Y3, 32(DI)
	VMOVDQU Y0, 64(DI)
	VMOVDQU Y1, 96(DI)
	ADDQ $64, R8
	ADDQ $128, DI
	SUBQ $64, R9
	JNE  quad
	ADDQ DX, SI
	DECQ CX
	JNE  group
	VZEROUPPER
	RET

// func widenRow(dst *int16, src *int8, n int)
//
// A multiple of 16 numbers.
TEXT ·widenRow(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX

sixteen:
	VPMOVSXBW (SI), Y0
	VMOVDQU Y0, (DI)
	ADDQ $16, SI
	ADDQ $32, DI
	SUBQ $16, CX
	JNE  sixteen
	VZEROUPPER
	RET
