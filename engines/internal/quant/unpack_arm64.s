//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// FIELD adds to 16 bytes at off those of the bits of V0 that V26 keeps, once op moved them by n.
#define FIELD(op, n, off) \
	op $n, V0.B16, V1.B16; \
	AND(1, 1, 26); \
	FMOVQ off(R6), F2; \
	ORR(1, 1, 2); \
	FMOVQ F1, off(R6)

// func unpackNumbers(dst, src *uint8, units, stride, planes int)
//
// Units of 32 numbers of 16 columns become bytes: 256 bytes of four bits each, then the fields
// of one or two planes.
TEXT ·unpackNumbers(SB), NOSPLIT, $0-40
	MOVD  dst+0(FP), R0
	MOVD  src+8(FP), R1
	MOVD  units+16(FP), R2
	MOVD  stride+24(FP), R3
	MOVD  planes+32(FP), R4
	VMOVI $15, V25.B16
	VMOVI $16, V26.B16
	CMP   $2, R4
	BNE   unit
	VMOVI $48, V26.B16

unit:
	MOVD R1, R5
	MOVD R0, R6
	MOVD $8, R7

nibbles:
	NEXT2(0, 1, 5)
	AND(2, 0, 25)
	AND(3, 1, 25)
	USHR4(0, 0)
	USHR4(1, 1)
	STORE2(2, 3, 6, 0)
	STORE2(0, 1, 6, 256)
	ADD  $32, R6
	SUB  $1, R7
	CBNZ R7, nibbles

	MOVD R0, R6
	CBZ  R4, next
	CMP  $2, R4
	BEQ  pairs
	MOVD $4, R7

bits:
	FMOVQ.P 16(R5), F0
	FIELD(VSHL, 4, 0)
	FIELD(VSHL, 3, 64)
	FIELD(VSHL, 2, 128)
	FIELD(VSHL, 1, 192)
	FIELD(VSHL, 0, 256)
	FIELD(VUSHR, 1, 320)
	FIELD(VUSHR, 2, 384)
	FIELD(VUSHR, 3, 448)
	ADD  $16, R6
	SUB  $1, R7
	CBNZ R7, bits
	B    next

pairs:
	MOVD $8, R7

twoBits:
	FMOVQ.P 16(R5), F0
	FIELD(VSHL, 4, 0)
	FIELD(VSHL, 2, 128)
	FIELD(VSHL, 0, 256)
	FIELD(VUSHR, 2, 384)
	ADD  $16, R6
	SUB  $1, R7
	CBNZ R7, twoBits

next:
	ADD  $512, R0
	ADD  R3, R1
	SUB  $1, R2
	CBNZ R2, unit
	RET

// func flipBytes(dst, src *uint8, n, size, stride int)
//
// Copies n times size bytes, stride apart, one after the other with their upper bits
// flipped.
TEXT ·flipBytes(SB), NOSPLIT, $0-40
	MOVD  dst+0(FP), R0
	MOVD  src+8(FP), R1
	MOVD  n+16(FP), R2
	MOVD  size+24(FP), R3
	MOVD  stride+32(FP), R4
	VMOVI $0x80, V24.B16

part:
	MOVD R1, R5
	MOVD R3, R6

bytes:
	NEXT2(0, 1, 5)
	EOR(0, 0, 24)
	EOR(1, 1, 24)
	STORE2(0, 1, 0, 0)
	ADD  $32, R0
	SUB  $32, R6
	CBNZ R6, bytes
	ADD  R4, R1
	SUB  $1, R2
	CBNZ R2, part
	RET

#define PAIRED(d, e, n, m) \
	SUB16B(n, n, 24); \
	SUB16B(m, m, 24); \
	ZIP4S(d, n, m); \
	ZIP4SH(e, n, m)

// func pairQuads(dst, src *uint8, n, size, stride int, zero uint8)
//
// Copies n times size bytes, stride apart, one after the other: numbers less their zero, so that
// they are signed, with eight of each column side by side instead of four. dst may be src.
TEXT ·pairQuads(SB), NOSPLIT, $0-41
	MOVD  dst+0(FP), R0
	MOVD  src+8(FP), R1
	MOVD  n+16(FP), R2
	MOVD  size+24(FP), R3
	MOVD  stride+32(FP), R4
	MOVBU zero+40(FP), R7
	VDUP  R7, V24.B16

group:
	MOVD R1, R5
	MOVD R3, R6

quads:
	NEXT2(0, 1, 5)
	NEXT2(2, 3, 5)
	NEXT2(4, 5, 5)
	NEXT2(6, 7, 5)
	PAIRED(16, 17, 0, 4)
	PAIRED(18, 19, 1, 5)
	PAIRED(20, 21, 2, 6)
	PAIRED(22, 23, 3, 7)
	STORE2(16, 17, 0, 0)
	STORE2(18, 19, 0, 32)
	STORE2(20, 21, 0, 64)
	STORE2(22, 23, 0, 96)
	ADD  $128, R0
	SUB  $128, R6
	CBNZ R6, quads
	ADD  R4, R1
	SUB  $1, R2
	CBNZ R2, group
	RET

// HALVES makes float32 of 16 float16 at p.
#define HALVES(p) \
	LOAD2(1, 3, p, 0); \
	FCVTL(0, 1); \
	FCVTLH(1, 1); \
	FCVTL(2, 3); \
	FCVTLH(3, 3)

// func unpackHalves(dst *float32, src *uint8, n, step, stride int)
//
// n times 16 float16, stride bytes apart, become float32, step bytes apart.
TEXT ·unpackHalves(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
	MOVD step+24(FP), R3
	MOVD stride+32(FP), R4

sixteen:
	HALVES(1)
	STORE2(0, 1, 0, 0)
	STORE2(2, 3, 0, 32)
	ADD  R3, R0
	ADD  R4, R1
	SUB  $1, R2
	CBNZ R2, sixteen
	RET

// func unpackFine(dst *float32, half, fine *uint8, n, step int, sign float32)
//
// n times 16 signed bytes become float32, step bytes apart, each times its column's
// float16 and the sign.
TEXT ·unpackFine(SB), NOSPLIT, $0-44
	MOVD  dst+0(FP), R0
	MOVD  half+8(FP), R1
	MOVD  fine+16(FP), R5
	MOVD  n+24(FP), R2
	MOVD  step+32(FP), R3
	FMOVS sign+40(FP), F4
	HALVES(1)
	FMULELEM(0, 0, 4, 0)
	FMULELEM(1, 1, 4, 0)
	FMULELEM(2, 2, 4, 0)
	FMULELEM(3, 3, 4, 0)

columns:
	FMOVQ.P 16(R5), F16
	SXTL8BH(17, 16)
	SXTL8B(16, 16)
	SXTL4HH(19, 17)
	SXTL4H(18, 17)
	SXTL4HH(17, 16)
	SXTL4H(16, 16)
	SCVTF(16, 16)
	SCVTF(17, 17)
	SCVTF(18, 18)
	SCVTF(19, 19)
	FMUL(16, 16, 0)
	FMUL(17, 17, 1)
	FMUL(18, 18, 2)
	FMUL(19, 19, 3)
	STORE2(16, 17, 0, 0)
	STORE2(18, 19, 0, 32)
	ADD  R3, R0
	SUB  $1, R2
	CBNZ R2, columns
	RET

// ABS is the larger of the sizes of two numbers, as whole numbers, so that NaN is the
// largest.
#define ABS(d, n, m) \
	FABS(d, n); \
	FABS(31, m); \
	UMAX(d, d, 31)

// func quantiseRow(q *int8, f *factor, x *float32, groups, size, zero int)
//
// Groups of size 16 or 32. What is not finite becomes 0.
TEXT ·quantiseRow(SB), NOSPLIT, $0-48
	MOVD  q+0(FP), R0
	MOVD  f+8(FP), R1
	MOVD  x+16(FP), R2
	MOVD  groups+24(FP), R3
	MOVD  size+32(FP), R4
	MOVD  zero+40(FP), R5
	NEG   R5, R5
	FMOVS $1.0, F28
	MOVW  $0x42fe0000, R6
	FMOVS R6, F29         // 127
	MOVW  $0x00800000, R6
	FMOVS R6, F30         // the smallest normal number
	ZERO(4)
	ZERO(5)
	ZERO(6)
	ZERO(7)

group:
	NEXT2(0, 1, 2)
	NEXT2(2, 3, 2)
	CMP  $16, R4
	BEQ  top
	NEXT2(4, 5, 2)
	NEXT2(6, 7, 2)

top:
	ABS(16, 0, 1)
	ABS(17, 2, 3)
	ABS(18, 4, 5)
	ABS(19, 6, 7)
	UMAX(16, 16, 17)
	UMAX(18, 18, 19)
	UMAX(16, 16, 18)
	UMAXV(16, 16)
	FDIVS F29, F16, F20   // d
	ZERO(21)
	FCMPS F30, F20
	BVS   scale           // NaN
	BMI   tiny
	FDIVS F20, F28, F21
	B     scale

tiny:
	ZERO(20)

scale:
	FMULELEM(16, 0, 21, 0)
	FMULELEM(17, 1, 21, 0)
	FMULELEM(18, 2, 21, 0)
	FMULELEM(19, 3, 21, 0)
	FMULELEM(22, 4, 21, 0)
	FMULELEM(23, 5, 21, 0)
	FMULELEM(24, 6, 21, 0)
	FMULELEM(25, 7, 21, 0)
	FCVTNS(16, 16)
	FCVTNS(17, 17)
	FCVTNS(18, 18)
	FCVTNS(19, 19)
	FCVTNS(22, 22)
	FCVTNS(23, 23)
	FCVTNS(24, 24)
	FCVTNS(25, 25)
	SQXTN4S(26, 16)
	SQXTN4SH(26, 17)
	SQXTN4S(27, 18)
	SQXTN4SH(27, 19)
	SQXTN8H(26, 26)
	SQXTN8HH(26, 27)
	FMOVQ.P F26, 16(R0)
	CMP  $16, R4
	BEQ  sum
	SQXTN4S(26, 22)
	SQXTN4SH(26, 23)
	SQXTN4S(27, 24)
	SQXTN4SH(27, 25)
	SQXTN8H(26, 26)
	SQXTN8HH(26, 27)
	FMOVQ.P F26, 16(R0)

sum:
	ADD4S(16, 16, 17)
	ADD4S(18, 18, 19)
	ADD4S(22, 22, 23)
	ADD4S(24, 24, 25)
	ADD4S(16, 16, 18)
	ADD4S(22, 22, 24)
	ADD4S(16, 16, 22)
	ADDV(16, 16)
	FMOVS  F16, R6
	SCVTFWS R6, F17
	FMULS  F20, F17, F17
	MULW   R5, R6, R6
	FMOVS  F20, (R1)
	MOVW   R6, 4(R1)
	FMOVS  F17, 8(R1)
	ADD    $16, R1
	SUB    $1, R3
	CBNZ   R3, group
	RET
