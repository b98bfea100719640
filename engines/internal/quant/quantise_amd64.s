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
	VMULPS  Z4, Z0, Z2
	VCVTPS2DQ Z2, Z2
	VPMOVSDB Z2, (DI)
	CMPQ DX, $16
	JEQ  sum
	VMULPS  Z4, Z1, Z4
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
