//go:build amd64 && !purego

#include "textflag.h"

// The order of words that VPACKSSDW and VPACKSSWB leave behind.
DATA ·packed<>+0(SB)/8, $0x0000000400000000
DATA ·packed<>+8(SB)/8, $0x0000000500000001
DATA ·packed<>+16(SB)/8, $0x0000000600000002
DATA ·packed<>+24(SB)/8, $0x0000000700000003
GLOBL ·packed<>(SB), RODATA|NOPTR, $32

// NIBBLES256 gives the low and the high four bits of 32 bytes.
#define NIBBLES256(at, low, high) \
	VMOVDQU at, high; \
	VPAND   Y15, high, low; \
	VPSRLW  $4, high, high; \
	VPAND   Y15, high, high

// FIELD256 adds to bytes those of the bits of a field that Y14 keeps, once op moved them by n.
#define FIELD256(op, n, field, r) \
	op $n, field, Y2; \
	VPAND Y14, Y2, Y2; \
	VPOR  Y2, r, r

#define STORE256(i) \
	VMOVDQU Y0, (32*i)(DI); \
	VMOVDQU Y1, (256+32*i)(DI)

#define NONE256(i) \
	NIBBLES256((32*i)(SI), Y0, Y1); \
	STORE256(i)

// ONE256 and TWO256 add fields, of one plane and of two, to the low and to the high bits.
#define ONE256(i, left, right, field) \
	NIBBLES256((32*i)(SI), Y0, Y1); \
	FIELD256(VPSLLW, left, field, Y0); \
	FIELD256(VPSRLW, right, field, Y1); \
	STORE256(i)

#define TWO256(i, left, right, field) \
	VMOVDQU (256+32*field)(SI), Y3; \
	ONE256(i, left, right, Y3)

// func unpackNumbers256(dst, src *uint8, units, stride, planes int)
//
// As unpackNumbers.
TEXT ·unpackNumbers256(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ units+16(FP), CX
	MOVQ stride+24(FP), DX
	MOVL $0x0f0f0f0f, AX
	VMOVD AX, X15
	VPBROADCASTD X15, Y15
	MOVL $0x10101010, AX
	MOVQ planes+32(FP), R8
	CMPQ R8, $2
	JNE  bits
	MOVL $0x30303030, AX

bits:
	VMOVD AX, X14
	VPBROADCASTD X14, Y14

unit:
	PREFETCHT0 4096(SI)
	PREFETCHT0 4160(SI)
	PREFETCHT0 4224(SI)
	PREFETCHT0 4288(SI)
	CMPQ R8, $1
	JEQ  one
	JGT  two
	NONE256(0)
	NONE256(1)
	NONE256(2)
	NONE256(3)
	NONE256(4)
	NONE256(5)
	NONE256(6)
	NONE256(7)

next:
	ADDQ $512, DI
	ADDQ DX, SI
	DECQ CX
	JNE  unit
	VZEROUPPER
	RET

one:
	PREFETCHT0 4352(SI)
	VMOVDQU 256(SI), Y3
	VMOVDQU 288(SI), Y4
	ONE256(0, 4, 0, Y3)
	ONE256(1, 4, 0, Y4)
	ONE256(2, 3, 1, Y3)
	ONE256(3, 3, 1, Y4)
	ONE256(4, 2, 2, Y3)
	ONE256(5, 2, 2, Y4)
	ONE256(6, 1, 3, Y3)
	ONE256(7, 1, 3, Y4)
	JMP  next

two:
	PREFETCHT0 4352(SI)
	PREFETCHT0 4416(SI)
	TWO256(0, 4, 0, 0)
	TWO256(1, 4, 0, 1)
	TWO256(2, 4, 0, 2)
	TWO256(3, 4, 0, 3)
	TWO256(4, 2, 2, 0)
	TWO256(5, 2, 2, 1)
	TWO256(6, 2, 2, 2)
	TWO256(7, 2, 2, 3)
	JMP  next

// func unpackHalves256(dst *float32, src *uint8, n, step, stride int)
//
// As unpackHalves.
TEXT ·unpackHalves256(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ step+24(FP), BX
	MOVQ stride+32(FP), DX

sixteen:
	VCVTPH2PS (SI), Y0
	VCVTPH2PS 16(SI), Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ BX, DI
	ADDQ DX, SI
	DECQ CX
	JNE  sixteen
	VZEROUPPER
	RET

// func unpackFine256(dst *float32, half, fine *uint8, n, step int, sign float32)
//
// As unpackFine.
TEXT ·unpackFine256(SB), NOSPLIT, $0-44
	MOVQ dst+0(FP), DI
	MOVQ half+8(FP), AX
	MOVQ fine+16(FP), SI
	MOVQ n+24(FP), CX
	MOVQ step+32(FP), BX
	VCVTPH2PS (AX), Y2
	VCVTPH2PS 16(AX), Y3
	VBROADCASTSS sign+40(FP), Y4
	VMULPS Y4, Y2, Y2
	VMULPS Y4, Y3, Y3

columns:
	VPMOVSXBD (SI), Y0
	VPMOVSXBD 8(SI), Y1
	VCVTDQ2PS Y0, Y0
	VCVTDQ2PS Y1, Y1
	VMULPS Y2, Y0, Y0
	VMULPS Y3, Y1, Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ BX, DI
	ADDQ $16, SI
	DECQ CX
	JNE  columns
	VZEROUPPER
	RET

// FOLD brings 8 lanes of y together in the lowest one, by op. Clobbers X9.
#define FOLD(op, y, x) \
	VEXTRACTI128 $1, y, X9; \
	op X9, x, x; \
	VPSHUFD $0x4e, x, X9; \
	op X9, x, x; \
	VPSHUFD $0xb1, x, X9; \
	op X9, x, x

// func quantiseRow256(q *int8, f *factor, x *float32, groups, size, zero int)
//
// As quantiseRow.
TEXT ·quantiseRow256(SB), NOSPLIT, $0-48
	MOVQ q+0(FP), DI
	MOVQ f+8(FP), SI
	MOVQ x+16(FP), AX
	MOVQ groups+24(FP), CX
	MOVQ size+32(FP), DX
	MOVQ zero+40(FP), R9
	NEGQ R9
	MOVL $0x7fffffff, R8
	VMOVD R8, X15
	VPBROADCASTD X15, Y15
	MOVL $0x42fe0000, R8
	VMOVD R8, X14             // 127
	MOVL $0x3f800000, R8
	VMOVD R8, X13             // 1
	MOVL $0x00800000, R8
	VMOVD R8, X12             // the smallest normal number
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

group:
	VMOVUPS (AX), Y0
	VMOVUPS 32(AX), Y1
	CMPQ DX, $16
	JEQ  top
	VMOVUPS 64(AX), Y2
	VMOVUPS 96(AX), Y3

top:
	VPAND   Y15, Y0, Y4
	VPAND   Y15, Y1, Y5
	VPAND   Y15, Y2, Y6
	VPAND   Y15, Y3, Y7
	VPMAXUD Y5, Y4, Y4
	VPMAXUD Y7, Y6, Y6
	VPMAXUD Y6, Y4, Y4
	FOLD(VPMAXUD, Y4, X4)
	VMOVD   X4, R8
	CMPL    R8, $0x7f800000
	JCS     finite
	VPXOR Y0, Y0, Y0          // 0, not what NaN becomes
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3

finite:
	VDIVSS  X14, X4, X10      // d
	VUCOMISS X12, X10
	JCS  zero                 // below, or NaN
	VDIVSS  X10, X13, X11
	JMP  scale

zero:
	JP   nan
	VPXOR X10, X10, X10

nan:
	VPXOR X11, X11, X11

scale:
	VBROADCASTSS X11, Y8
	VMULPS  Y8, Y0, Y4
	VMULPS  Y8, Y1, Y5
	VMULPS  Y8, Y2, Y6
	VMULPS  Y8, Y3, Y7
	VCVTPS2DQ Y4, Y4
	VCVTPS2DQ Y5, Y5
	VCVTPS2DQ Y6, Y6
	VCVTPS2DQ Y7, Y7
	VPACKSSDW Y5, Y4, Y8
	VPACKSSDW Y7, Y6, Y9
	VPACKSSWB Y9, Y8, Y8
	VMOVDQU ·packed<>(SB), Y9
	VPERMD  Y8, Y9, Y8
	VPADDD  Y5, Y4, Y4
	CMPQ DX, $16
	JEQ  short
	VMOVDQU Y8, (DI)
	VPADDD  Y7, Y6, Y6
	VPADDD  Y6, Y4, Y4
	JMP  sum

short:
	VMOVDQU X8, (DI)

sum:
	FOLD(VPADDD, Y4, X4)
	VMOVD   X4, R8
	VCVTDQ2PS X4, X4
	VMULSS  X10, X4, X4
	VMOVSS  X10, (SI)
	IMULQ   R9, R8
	MOVL    R8, 4(SI)
	VMOVSS  X4, 8(SI)
	ADDQ DX, DI
	LEAQ (AX)(DX*4), AX
	ADDQ $16, SI
	DECQ CX
	JNE  group
	VZEROUPPER
	RET
