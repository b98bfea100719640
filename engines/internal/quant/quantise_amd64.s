//go:build amd64 && !purego

#include "textflag.h"

// FOLD brings 16 lanes of r together in the lowest one, by op. Clobbers Z5.
#define FOLD(op, r, y, x) \
	VEXTRACTI64X4 $1, r, Y5; \
	op Y5, y, y; \
	VEXTRACTI128 $1, y, X5; \
	op X5, x, x; \
	VPSHUFD $0x4e, x, X5; \
	op X5, x, x; \
	VPSHUFD $0xb1, x, X5; \
	op X5, x, x

// func quantiseRow(q *int8, f *factor, x *float32, groups, size, zero int)
//
// Groups of size 16 or 32.
TEXT ·quantiseRow(SB), NOSPLIT, $0-48
	MOVQ q+0(FP), DI
	MOVQ f+8(FP), SI
	MOVQ x+16(FP), AX
	MOVQ groups+24(FP), CX
	MOVQ size+32(FP), DX
	MOVQ zero+40(FP), R9
	NEGQ R9
	MOVL $0x7fffffff, R8
	VPBROADCASTD R8, Z31
	MOVL $0x42fe0000, R8
	VMOVD R8, X30             // 127
	MOVL $0x3f800000, R8
	VMOVD R8, X29             // 1
	MOVL $0x00800000, R8
	VMOVD R8, X28             // the smallest normal number
	VPXORQ Z1, Z1, Z1

group:
	VMOVUPS (AX), Z0
	CMPQ DX, $16
	JEQ  top
	VMOVUPS 64(AX), Z1

top:
	VPANDD  Z31, Z0, Z2
	VPANDD  Z31, Z1, Z3
	VPMAXUD Z3, Z2, Z2
	FOLD(VPMAXUD, Z2, Y2, X2)
	VDIVSS  X30, X2, X3       // d
	VUCOMISS X28, X3
	JCS  zero                 // below, or NaN
	VDIVSS  X3, X29, X4
	JMP  scale

zero:
	JP   nan
	VPXORQ X3, X3, X3
	VPXORQ X4, X4, X4
	JMP  scale

nan:
	VPXORQ X4, X4, X4

scale:
	VBROADCASTSS X4, Z4
	VPTESTMD Z4, Z4, K1       // what is not finite becomes 0, not NaN
	VMULPS.Z Z4, Z0, K1, Z2
	VCVTPS2DQ Z2, Z2
	VPMOVSDB Z2, (DI)
	CMPQ DX, $16
	JEQ  sum
	VMULPS.Z Z4, Z1, K1, Z4
	VCVTPS2DQ Z4, Z4
	VPMOVSDB Z4, 16(DI)
	VPADDD  Z4, Z2, Z2

sum:
	FOLD(VPADDD, Z2, Y2, X2)
	VMOVD   X2, R8
	VCVTDQ2PS X2, X2
	VMULSS  X3, X2, X2
	VMOVSS  X3, (SI)
	IMULQ   R9, R8
	MOVL    R8, 4(SI)
	VMOVSS  X2, 8(SI)
	ADDQ DX, DI
	LEAQ (AX)(DX*4), AX
	ADDQ $16, SI
	DECQ CX
	JNE  group
	VZEROUPPER
	RET

// The order of words that VPACKSSDW and VPACKSSWB leave behind of two groups.
DATA ·packedPair<>+0(SB)/8, $0x0000000400000000
DATA ·packedPair<>+8(SB)/8, $0x0000000c00000008
DATA ·packedPair<>+16(SB)/8, $0x0000000500000001
DATA ·packedPair<>+24(SB)/8, $0x0000000d00000009
DATA ·packedPair<>+32(SB)/8, $0x0000000600000002
DATA ·packedPair<>+40(SB)/8, $0x0000000e0000000a
DATA ·packedPair<>+48(SB)/8, $0x0000000700000003
DATA ·packedPair<>+56(SB)/8, $0x0000000f0000000b
GLOBL ·packedPair<>(SB), RODATA|NOPTR, $64

// ABS is the larger of the sizes of each two numbers. Clobbers Z12.
#define ABS(a, b, r) \
	VPANDD  Z31, a, r; \
	VPANDD  Z31, b, Z12; \
	VPMAXUD Z12, r, r

// FOLD4 brings 16 lanes of each of Z8 to Z11 together in the four of X8, by op. Clobbers
// Z12, Z13.
#define FOLD4(op) \
	VPUNPCKLDQ  Z9, Z8, Z12; \
	VPUNPCKHDQ  Z9, Z8, Z13; \
	op Z13, Z12, Z8; \
	VPUNPCKLDQ  Z11, Z10, Z12; \
	VPUNPCKHDQ  Z11, Z10, Z13; \
	op Z13, Z12, Z10; \
	VPUNPCKLQDQ Z10, Z8, Z12; \
	VPUNPCKHQDQ Z10, Z8, Z13; \
	op Z13, Z12, Z8; \
	VEXTRACTI64X4 $1, Z8, Y12; \
	op Y12, Y8, Y8; \
	VEXTRACTI128 $1, Y8, X12; \
	op X12, X8, X8

// WHOLE rounds the two halves of a group, times lane i of Z15, and adds them up. Where that is
// 0 they are, even if they are not finite.
#define WHOLE(i, a, b, sum) \
	VPERMILPS $(0x55*i), Z15, Z12; \
	VPTESTMD  Z12, Z12, K3; \
	VMULPS.Z  Z12, a, K3, a; \
	VMULPS.Z  Z12, b, K3, b; \
	VCVTPS2DQ a, a; \
	VCVTPS2DQ b, b; \
	VPADDD    b, a, sum

// PAIR stores the bytes of two groups.
#define PAIR(a, b, c, d, at) \
	VPACKSSDW b, a, Z12; \
	VPACKSSDW d, c, Z13; \
	VPACKSSWB Z13, Z12, Z12; \
	VPERMD    Z12, Z26, Z12; \
	VMOVDQU32 Z12, at

// func quantiseFours(q *int8, f *factor, x *float32, fours, zero int)
//
// Four groups of 32 at a time, as quantiseRow.
TEXT ·quantiseFours(SB), NOSPLIT, $0-40
	MOVQ q+0(FP), DI
	MOVQ f+8(FP), SI
	MOVQ x+16(FP), AX
	MOVQ fours+24(FP), CX
	MOVQ zero+32(FP), R8
	NEGQ R8
	VPBROADCASTD R8, X27
	MOVL $0x00800000, R8
	VPBROADCASTD R8, X28      // the smallest normal number
	MOVL $0x3f800000, R8
	VPBROADCASTD R8, X29      // 1
	MOVL $0x42fe0000, R8
	VPBROADCASTD R8, X30      // 127
	MOVL $0x7fffffff, R8
	VPBROADCASTD R8, Z31
	VMOVDQU32 ·packedPair<>(SB), Z26

four:
	VMOVUPS (AX), Z0
	VMOVUPS 64(AX), Z1
	VMOVUPS 128(AX), Z2
	VMOVUPS 192(AX), Z3
	VMOVUPS 256(AX), Z4
	VMOVUPS 320(AX), Z5
	VMOVUPS 384(AX), Z6
	VMOVUPS 448(AX), Z7
	ABS(Z0, Z1, Z8)
	ABS(Z2, Z3, Z9)
	ABS(Z4, Z5, Z10)
	ABS(Z6, Z7, Z11)
	FOLD4(VPMAXUD)
	VDIVPS   X30, X8, X14     // d
	VCMPPS   $1, X28, X14, K1 // below
	VCMPPS   $13, X28, X14, K2 // not below, and no NaN
	VPXORD   X14, X14, K1, X14
	VDIVPS.Z X14, X29, K2, X15
	VSHUFF32X4 $0, Z15, Z15, Z15
	WHOLE(0, Z0, Z1, Z8)
	WHOLE(1, Z2, Z3, Z9)
	WHOLE(2, Z4, Z5, Z10)
	WHOLE(3, Z6, Z7, Z11)
	PAIR(Z0, Z1, Z2, Z3, (DI))
	PAIR(Z4, Z5, Z6, Z7, 64(DI))
	FOLD4(VPADDD)
	VCVTDQ2PS X8, X9
	VMULPS    X14, X9, X9     // d·Σ
	VPMULLD   X27, X8, X8     // -zero·Σ
	VPUNPCKLDQ  X8, X14, X10
	VPUNPCKHDQ  X8, X14, X11
	VPUNPCKLDQ  X9, X9, X12
	VPUNPCKHDQ  X9, X9, X13
	VPUNPCKLQDQ X12, X10, X0
	VPUNPCKHQDQ X12, X10, X1
	VPUNPCKLQDQ X13, X11, X2
	VPUNPCKHQDQ X13, X11, X3
	VMOVUPS X0, (SI)
	VMOVUPS X1, 16(SI)
	VMOVUPS X2, 32(SI)
	VMOVUPS X3, 48(SI)
	ADDQ $512, AX
	ADDQ $128, DI
	ADDQ $64, SI
	DECQ CX
	JNE  four
	VZEROUPPER
	RET
