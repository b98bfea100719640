//go:build amd64 && !purego

#include "textflag.h"

// NIBBLES gives the low and the high four bits of 64 bytes. Z31 holds 15s.
#define NIBBLES(at, low, high) \
	VMOVDQU32 at, high; \
	VPANDD    Z31, high, low; \
	VPSRLW    $4, high, high; \
	VPANDD    Z31, high, high

// FIELD adds to bytes those of the bits of a field that Z30 keeps, once op moved them by n.
#define FIELD(op, n, field, r) \
	op $n, field, Z10; \
	VPTERNLOGD $0xf8, Z30, Z10, r

// func unpackNumbers(dst, src *uint8, units, stride, planes int)
//
// Units of 32 numbers of 16 columns become bytes: 256 bytes of four bits each, then the fields
// of one or two planes.
TEXT ·unpackNumbers(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ units+16(FP), CX
	MOVQ stride+24(FP), DX
	MOVL $0x0f0f0f0f, AX
	VPBROADCASTD AX, Z31
	MOVL $0x10101010, AX
	MOVQ planes+32(FP), R8
	CMPQ R8, $2
	JNE  bits
	MOVL $0x30303030, AX

bits:
	VPBROADCASTD AX, Z30

unit:
	NIBBLES((SI), Z0, Z4)
	NIBBLES(64(SI), Z1, Z5)
	NIBBLES(128(SI), Z2, Z6)
	NIBBLES(192(SI), Z3, Z7)
	CMPQ R8, $1
	JLT  store
	VMOVDQU32 256(SI), Z8
	JNE  two
	FIELD(VPSLLW, 4, Z8, Z0)
	FIELD(VPSLLW, 3, Z8, Z1)
	FIELD(VPSLLW, 2, Z8, Z2)
	FIELD(VPSLLW, 1, Z8, Z3)
	VPTERNLOGD $0xf8, Z30, Z8, Z4
	FIELD(VPSRLW, 1, Z8, Z5)
	FIELD(VPSRLW, 2, Z8, Z6)
	FIELD(VPSRLW, 3, Z8, Z7)
	JMP  store

two:
	VMOVDQU32 320(SI), Z9
	FIELD(VPSLLW, 4, Z8, Z0)
	FIELD(VPSLLW, 4, Z9, Z1)
	FIELD(VPSLLW, 2, Z8, Z2)
	FIELD(VPSLLW, 2, Z9, Z3)
	VPTERNLOGD $0xf8, Z30, Z8, Z4
	VPTERNLOGD $0xf8, Z30, Z9, Z5
	FIELD(VPSRLW, 2, Z8, Z6)
	FIELD(VPSRLW, 2, Z9, Z7)

store:
	VMOVDQU32 Z0, (DI)
	VMOVDQU32 Z1, 64(DI)
	VMOVDQU32 Z2, 128(DI)
	VMOVDQU32 Z3, 192(DI)
	VMOVDQU32 Z4, 256(DI)
	VMOVDQU32 Z5, 320(DI)
	VMOVDQU32 Z6, 384(DI)
	VMOVDQU32 Z7, 448(DI)
	ADDQ $512, DI
	ADDQ DX, SI
	DECQ CX
	JNE  unit
	VZEROUPPER
	RET

// func unpackHalves(dst *float32, src *uint8, n, step, stride int)
//
// n times 16 float16, stride bytes apart, become float32, step bytes apart.
TEXT ·unpackHalves(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ step+24(FP), BX
	MOVQ stride+32(FP), DX

sixteen:
	VCVTPH2PS (SI), Z0
	VMOVUPS Z0, (DI)
	ADDQ BX, DI
	ADDQ DX, SI
	DECQ CX
	JNE  sixteen
	VZEROUPPER
	RET

// func unpackFine(dst *float32, half, fine *uint8, n, step int, sign float32)
//
// n times 16 signed bytes become float32, step bytes apart, each times its column's
// float16 and the sign.
TEXT ·unpackFine(SB), NOSPLIT, $0-44
	MOVQ dst+0(FP), DI
	MOVQ half+8(FP), AX
	MOVQ fine+16(FP), SI
	MOVQ n+24(FP), CX
	MOVQ step+32(FP), BX
	VCVTPH2PS (AX), Z1
	VMULPS.BCST sign+40(FP), Z1, Z1

columns:
	VPMOVSXBD (SI), Z0
	VCVTDQ2PS Z0, Z0
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)
	ADDQ BX, DI
	ADDQ $16, SI
	DECQ CX
	JNE  columns
	VZEROUPPER
	RET
