//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// The constants of EXP, as in tables_amd64.s, and the lowest and highest argument.
DATA expConstants<>+0(SB)/4, $0x3fb8aa3b  // log2(e)
DATA expConstants<>+4(SB)/4, $0x3f318000  // ln(2), upper part
DATA expConstants<>+8(SB)/4, $0xb95e8083  // ln(2), lower part
DATA expConstants<>+12(SB)/4, $0x3ab5259b // r^6
DATA expConstants<>+16(SB)/4, $0x3c091cc7
DATA expConstants<>+20(SB)/4, $0x3d2aac59
DATA expConstants<>+24(SB)/4, $0x3e2aaa49
DATA expConstants<>+28(SB)/4, $0x3efffffe // r^2
DATA expConstants<>+32(SB)/4, $0x3f800000 // 1
DATA expConstants<>+36(SB)/4, $0xc2aeac4f // -87.33654
DATA expConstants<>+40(SB)/4, $0x42b0c0a5 // 88.37626
DATA expConstants<>+44(SB)/4, $0x7f800000 // +Inf
GLOBL expConstants<>(SB), RODATA|NOPTR, $48

#define LOG2E 16
#define LN2HI 17
#define LN2LO 18
#define C6 19
#define C5 20
#define C4 21
#define C3 22
#define C2 23
#define ONE 24
#define LOWEST 25
#define HIGHEST 26
#define INFINITY 27

#define CONSTANTS \
	MOVD $expConstants<>(SB), R9; \
	REPEATNEXT(LOG2E, 9); \
	REPEATNEXT(LN2HI, 9); \
	REPEATNEXT(LN2LO, 9); \
	REPEATNEXT(C6, 9); \
	REPEATNEXT(C5, 9); \
	REPEATNEXT(C4, 9); \
	REPEATNEXT(C3, 9); \
	REPEATNEXT(C2, 9); \
	REPEATNEXT(ONE, 9); \
	REPEATNEXT(LOWEST, 9); \
	REPEATNEXT(HIGHEST, 9); \
	REPEATNEXT(INFINITY, 9)

// EXP sets p = exp(x) in four lanes, in the steps of avx2_amd64.h, where they are
// explained. It overwrites n, r and V31.
#define EXP(x, n, r, p) \
	FMUL(n, x, LOG2E); \
	FRINTN(n, n); \
	MOV(r, x); \
	FMLS(r, n, LN2HI); \
	FMLS(r, n, LN2LO); \
	MOV(p, C5); \
	FMLA(p, C6, r); \
	MOV(31, C4); \
	FMLA(31, p, r); \
	MOV(p, C3); \
	FMLA(p, 31, r); \
	MOV(31, C2); \
	FMLA(31, p, r); \
	MOV(p, ONE); \
	FMLA(p, 31, r); \
	MOV(31, ONE); \
	FMLA(31, p, r); \
	FCVTNS(n, n); \
	SHL23(n, n); \
	ADD4S(p, 31, n); \
	FCMGT(n, LOWEST, x); \
	BIC(p, p, n); \
	FCMGT(n, x, HIGHEST); \
	BIT(p, INFINITY, n)

// SCALED sets p = exp(scale*(x-top)), with scale in V28 and top in V29.
#define SCALED(x, p) \
	FSUB(x, x, 29); \
	FMUL(x, x, 28); \
	EXP(x, 2, 3, p)

// func expScaledAsm(dst, x []float32, scale, top float32) float32
//
// dst = exp(scale*(x-top)); returns the sum, in two partial sums of eight lanes:
// element i in lane i%8 of sum (i/8)%2. Sums that are rotated together have the same
// total, so each element of the tail is added in front.
TEXT ·expScaledAsm(SB), NOSPLIT, $0-60
	MOVD  dst_base+0(FP), R0
	MOVD  x_base+24(FP), R1
	MOVD  x_len+32(FP), R2
	FMOVS scale+48(FP), F28
	FMOVS top+52(FP), F29
	VDUP  V28.S[0], V28.S4
	VDUP  V29.S[0], V29.S4
	CONSTANTS
	ZERO(8)
	ZERO(9)
	ZERO(10)
	ZERO(11)
	SUBS  $16, R2
	BLT   few

loop16:
	NEXT2(0, 1, 1)
	NEXT2(4, 5, 1)
	SCALED(0, 6)
	SCALED(1, 7)
	SCALED(4, 12)
	SCALED(5, 13)
	STORE2(6, 7, 0, 0)
	STORE2(12, 13, 0, 32)
	FADD(8, 8, 6)
	FADD(9, 9, 7)
	FADD(10, 10, 12)
	FADD(11, 11, 13)
	ADD  $64, R0
	SUBS $16, R2
	BGE  loop16

few:
	ADDS $8, R2
	BLT  tail
	NEXT2(0, 1, 1)
	SCALED(0, 6)
	SCALED(1, 7)
	STORE2(6, 7, 0, 0)
	FADD(6, 8, 6)    // the rest counts as an odd group: swap the sums
	FADD(7, 9, 7)
	MOV(8, 10)
	MOV(9, 11)
	MOV(10, 6)
	MOV(11, 7)
	ADD  $32, R0
	SUB  $8, R2

tail:
	ADDS $8, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	SCALED(0, 6)
	FMOVS.P F6, 4(R0)
	FMOVS   F6, F6    // and zeros
	FADD(8, 8, 6)
	EXT(6, 8, 9, 4)
	EXT(9, 9, 8, 4)
	MOV(8, 6)
	EXT(6, 10, 11, 4)
	EXT(11, 11, 10, 4)
	MOV(10, 6)
	SUB  $1, R2
	CBNZ R2, one

done:
	FADD(8, 8, 10)
	FADD(9, 9, 11)
	FADD(8, 8, 9)
	EXT(9, 8, 8, 8)
	FADD(8, 8, 9)
	FADDP(8, 8)
	FMOVS F8, ret+56(FP)
	RET

// func sumExpAsm(x []float32, top float32) float64
//
// The sum of exp(x-top): float32 terms, added in float64 in eight lanes.
TEXT ·sumExpAsm(SB), NOSPLIT, $0-40
	MOVD  x_base+0(FP), R1
	MOVD  x_len+8(FP), R2
	FMOVS top+24(FP), F29
	VDUP  V29.S[0], V29.S4
	CONSTANTS
	ZERO(8)
	ZERO(9)
	ZERO(10)
	ZERO(11)
	SUBS  $8, R2
	BLT   tail

loop8:
	NEXT2(0, 1, 1)
	FSUB(0, 0, 29)
	FSUB(1, 1, 29)
	EXP(0, 2, 3, 6)
	EXP(1, 4, 5, 7)
	FCVTL2D(12, 6)
	FCVTLH2D(13, 6)
	FCVTL2D(14, 7)
	FCVTLH2D(15, 7)
	FADD2D(8, 8, 12)
	FADD2D(9, 9, 13)
	FADD2D(10, 10, 14)
	FADD2D(11, 11, 15)
	SUBS $8, R2
	BGE  loop8

tail:
	ADDS $8, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	FSUB(0, 0, 29)
	EXP(0, 2, 3, 6)
	FMOVS   F6, F6
	FCVTL2D(12, 6)
	FADD2D(8, 8, 12)
	EXT(12, 8, 9, 8)
	EXT(9, 9, 10, 8)
	EXT(10, 10, 11, 8)
	EXT(11, 11, 8, 8)
	MOV(8, 12)
	SUB  $1, R2
	CBNZ R2, one

done:
	FADD2D(8, 8, 10)
	FADD2D(9, 9, 11)
	FADD2D(8, 8, 9)
	FADDP2D(8, 8)
	FMOVD F8, ret+32(FP)
	RET

// SHIFTED sets V6 = exp(scale*x - shift) of x in V0, with scale in V28 and -shift in V29.
#define SHIFTED \
	MOV(1, 29); \
	FMLA(1, 0, 28); \
	EXP(1, 2, 3, 6)

// func expShiftAsm(dst, x []float32, scale, shift float32)
//
// dst = exp(scale*x - shift), the argument rounded once.
TEXT ·expShiftAsm(SB), NOSPLIT, $0-56
	MOVD  dst_base+0(FP), R0
	MOVD  x_base+24(FP), R1
	MOVD  x_len+32(FP), R2
	FMOVS scale+48(FP), F28
	FMOVS shift+52(FP), F29
	FNEGS F29, F29
	VDUP  V28.S[0], V28.S4
	VDUP  V29.S[0], V29.S4
	CONSTANTS
	SUBS  $4, R2
	BLT   tail

loop4:
	FMOVQ.P 16(R1), F0
	SHIFTED
	FMOVQ.P F6, 16(R0)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	SHIFTED
	FMOVS.P F6, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// SIGMOID sets y = 1/(1+exp(-g)). It overwrites V1 to V3 and V31.
#define SIGMOID(g, y) \
	FNEG(1, g); \
	EXP(1, 2, 3, y); \
	FADD(y, y, ONE); \
	FDIV(y, ONE, y)

// GELU sets V6 = x*sigmoid(x*(linear + cubic*x²)) of x in V0, with linear in V28 and
// cubic in V29.
#define GELU \
	FMUL(4, 0, 0); \
	MOV(5, 28); \
	FMLA(5, 4, 29); \
	FMUL(4, 5, 0); \
	SIGMOID(4, 6); \
	FMUL(6, 6, 0)

// func geluAsm(dst, x []float32, linear, cubic float32)
TEXT ·geluAsm(SB), NOSPLIT, $0-56
	MOVD  dst_base+0(FP), R0
	MOVD  x_base+24(FP), R1
	MOVD  x_len+32(FP), R2
	FMOVS linear+48(FP), F28
	FMOVS cubic+52(FP), F29
	VDUP  V28.S[0], V28.S4
	VDUP  V29.S[0], V29.S4
	CONSTANTS
	SUBS  $4, R2
	BLT   tail

loop4:
	FMOVQ.P 16(R1), F0
	GELU
	FMOVQ.P F6, 16(R0)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	GELU
	FMOVS.P F6, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// SILU sets V6 = silu(g)*up of g in V0 and up in V5.
#define SILU \
	SIGMOID(0, 6); \
	FMUL(6, 6, 0); \
	FMUL(6, 6, 5)

// func siluMulAsm(dst, gate, up []float32)
TEXT ·siluMulAsm(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD gate_base+24(FP), R1
	MOVD gate_len+32(FP), R2
	MOVD up_base+48(FP), R3
	CONSTANTS
	SUBS $4, R2
	BLT  tail

loop4:
	FMOVQ.P 16(R1), F0
	FMOVQ.P 16(R3), F5
	SILU
	FMOVQ.P F6, 16(R0)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	FMOVS.P 4(R3), F5
	SILU
	FMOVS.P F6, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// SILUGRADS: from g in V0, up in V5 and dout in V6, dup in V7 and dgate in V8.
//
//	s = sigmoid(g), dup = dout*g*s, dgate = dout*up * s*(1 + g*(1-s))
#define SILUGRADS \
	SIGMOID(0, 4); \
	FMUL(7, 0, 4); \
	FSUB(9, ONE, 4); \
	MOV(8, ONE); \
	FMLA(8, 9, 0); \
	FMUL(8, 8, 4); \
	FMUL(7, 7, 6); \
	FMUL(9, 5, 6); \
	FMUL(8, 8, 9)

// func siluMulBackwardAsm(dgate, dup, dout, gate, up []float32)
TEXT ·siluMulBackwardAsm(SB), NOSPLIT, $0-120
	MOVD dgate_base+0(FP), R4
	MOVD dup_base+24(FP), R5
	MOVD dout_base+48(FP), R6
	MOVD gate_base+72(FP), R1
	MOVD gate_len+80(FP), R2
	MOVD up_base+96(FP), R3
	CONSTANTS
	SUBS $4, R2
	BLT  tail

loop4:
	FMOVQ.P 16(R1), F0
	FMOVQ.P 16(R3), F5
	FMOVQ.P 16(R6), F6
	SILUGRADS
	FMOVQ.P F7, 16(R5)
	FMOVQ.P F8, 16(R4)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	FMOVS.P 4(R3), F5
	FMOVS.P 4(R6), F6
	SILUGRADS
	FMOVS.P F7, 4(R5)
	FMOVS.P F8, 4(R4)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET
