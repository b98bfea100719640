//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// Loops that compute each element by itself, four at a time, in the steps of the AVX2
// loops. The last ones are computed one by one in the lowest lane.

// func axpyAsm(dst, x []float32, alpha float32)
TEXT ·axpyAsm(SB), NOSPLIT, $0-52
	MOVD  dst_base+0(FP), R0
	MOVD  x_base+24(FP), R1
	MOVD  x_len+32(FP), R2
	FMOVS alpha+48(FP), F28
	SUBS  $8, R2
	BLT   tail

loop8:
	LOAD2(0, 1, 0, 0)
	NEXT2(2, 3, 1)
	FMLA0(0, 2, 28)
	FMLA0(1, 3, 28)
	STORE2(0, 1, 0, 0)
	ADD  $32, R0
	SUBS $8, R2
	BGE  loop8

tail:
	ADDS $8, R2
	BEQ  done

one:
	FMOVS   (R0), F0
	FMOVS.P 4(R1), F2
	FMLA0(0, 2, 28)
	FMOVS.P F0, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// func scaleAsm(x []float32, alpha float32)
TEXT ·scaleAsm(SB), NOSPLIT, $0-28
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R2
	FMOVS alpha+24(FP), F28
	VDUP  V28.S[0], V28.S4
	SUBS  $8, R2
	BLT   tail

loop8:
	LOAD2(0, 1, 0, 0)
	FMUL(0, 0, 28)
	FMUL(1, 1, 28)
	STORE2(0, 1, 0, 0)
	ADD  $32, R0
	SUBS $8, R2
	BGE  loop8

tail:
	ADDS $8, R2
	BEQ  done

one:
	FMOVS   (R0), F0
	FMUL(0, 0, 28)
	FMOVS.P F0, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// func rmsScaleAsm(dst, x, w []float32, inv float32)
//
// dst = x*inv*w
TEXT ·rmsScaleAsm(SB), NOSPLIT, $0-76
	MOVD  dst_base+0(FP), R0
	MOVD  x_base+24(FP), R1
	MOVD  x_len+32(FP), R2
	MOVD  w_base+48(FP), R3
	FMOVS inv+72(FP), F28
	VDUP  V28.S[0], V28.S4
	SUBS  $4, R2
	BLT   tail

loop4:
	FMOVQ.P 16(R1), F0
	FMOVQ.P 16(R3), F1
	FMUL(0, 0, 28)
	FMUL(0, 0, 1)
	FMOVQ.P F0, 16(R0)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	FMOVS.P 4(R3), F1
	FMUL(0, 0, 28)
	FMUL(0, 0, 1)
	FMOVS.P F0, 4(R0)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// RMSGRADS: from dx in V4, dw in V5, x in V2, w in V3 and dy in V1, with t = inv*dy,
// dx += t*w - x*c and dw += t*x, with inv in V28 and c in V29.
#define RMSGRADS \
	FMUL(1, 1, 28); \
	FMLA(4, 1, 3); \
	FMLS(4, 2, 29); \
	FMLA(5, 1, 2)

// func rmsGradsAsm(dx, dw, dy, x, w []float32, inv, c float32)
TEXT ·rmsGradsAsm(SB), NOSPLIT, $0-128
	MOVD  dx_base+0(FP), R4
	MOVD  dw_base+24(FP), R5
	MOVD  dy_base+48(FP), R6
	MOVD  x_base+72(FP), R1
	MOVD  x_len+80(FP), R2
	MOVD  w_base+96(FP), R3
	FMOVS inv+120(FP), F28
	FMOVS c+124(FP), F29
	VDUP  V28.S[0], V28.S4
	VDUP  V29.S[0], V29.S4
	SUBS  $4, R2
	BLT   tail

loop4:
	FMOVQ.P 16(R6), F1
	FMOVQ.P 16(R1), F2
	FMOVQ.P 16(R3), F3
	FMOVQ   (R4), F4
	FMOVQ   (R5), F5
	RMSGRADS
	FMOVQ.P F4, 16(R4)
	FMOVQ.P F5, 16(R5)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R6), F1
	FMOVS.P 4(R1), F2
	FMOVS.P 4(R3), F3
	FMOVS   (R4), F4
	FMOVS   (R5), F5
	RMSGRADS
	FMOVS.P F4, 4(R4)
	FMOVS.P F5, 4(R5)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// ADAMW: one step for g in V0, w in V1, m in V2, v in V3. V6 to V13 hold the
// arguments in the order of adamWAsm. V4 and V5 are overwritten.
#define ADAMW \
	FMUL(2, 2, 6); \
	FMLA(2, 7, 0); \
	FMUL(4, 0, 0); \
	FMUL(3, 3, 8); \
	FMLA(3, 9, 4); \
	FSQRT(4, 3); \
	MOV(5, 11); \
	FMLA(5, 4, 10); \
	FDIV(5, 2, 5); \
	FMUL(5, 5, 13); \
	FMLA(5, 1, 12); \
	FSUB(1, 1, 5)

// func adamWAsm(w, g, m, v []float32, beta1, rest1, beta2, rest2, root, eps, decay, rate float32)
//
//	m = beta1*m + rest1*g
//	v = beta2*v + rest2*g²
//	w = w - (rate * m / (root*sqrt(v) + eps) + decay*w)
TEXT ·adamWAsm(SB), NOSPLIT, $0-128
	MOVD w_base+0(FP), R0
	MOVD w_len+8(FP), R2
	MOVD g_base+24(FP), R1
	MOVD m_base+48(FP), R3
	MOVD v_base+72(FP), R4
	MOVD $beta1+96(FP), R5
	REPEATNEXT(6, 5)
	REPEATNEXT(7, 5)
	REPEATNEXT(8, 5)
	REPEATNEXT(9, 5)
	REPEATNEXT(10, 5)
	REPEATNEXT(11, 5)
	REPEATNEXT(12, 5)
	REPEATNEXT(13, 5)
	SUBS $4, R2
	BLT  tail

loop4:
	FMOVQ.P 16(R1), F0
	FMOVQ   (R0), F1
	FMOVQ   (R3), F2
	FMOVQ   (R4), F3
	ADAMW
	FMOVQ.P F1, 16(R0)
	FMOVQ.P F2, 16(R3)
	FMOVQ.P F3, 16(R4)
	SUBS    $4, R2
	BGE     loop4

tail:
	ADDS $4, R2
	BEQ  done

one:
	FMOVS.P 4(R1), F0
	FMOVS   (R0), F1
	FMOVS   (R3), F2
	FMOVS   (R4), F3
	ADAMW
	FMOVS.P F1, 4(R0)
	FMOVS.P F2, 4(R3)
	FMOVS.P F3, 4(R4)
	SUB     $1, R2
	CBNZ    R2, one

done:
	RET

// func ropeAsm(x, cos, sin []float32, sign float32)
//
// Rotates the heads of x, each twice as long as cos, by the angles times sign
// (1 or -1). The length of cos is a multiple of 8.
TEXT ·ropeAsm(SB), NOSPLIT, $0-76
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R2
	MOVD  cos_base+24(FP), R3
	MOVD  cos_len+32(FP), R4
	MOVD  sin_base+48(FP), R5
	FMOVS sign+72(FP), F28
	VDUP  V28.S[0], V28.S4
	ADD   R2<<2, R0, R2   // the end
	LSL   $2, R4, R4      // bytes of half a head

head:
	CMP  R2, R0
	BGE  done
	MOVD R3, R6
	MOVD R5, R7
	ADD  R4, R0, R8

loop4:
	FMOVQ.P 16(R6), F1
	FMOVQ.P 16(R7), F2
	FMOVQ   (R0), F3
	FMOVQ   (R8), F4
	FMUL(2, 2, 28)
	FMUL(5, 3, 1)
	FMUL(6, 4, 1)
	FMLS(5, 4, 2)
	FMLA(6, 3, 2)
	FMOVQ.P F5, 16(R0)
	FMOVQ.P F6, 16(R8)
	ADD     R3, R4, R9
	CMP     R9, R6
	BLT     loop4
	MOVD    R8, R0
	B       head

done:
	RET
