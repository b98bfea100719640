//go:build amd64 && !purego

#include "textflag.h"
#include "avx2_amd64.h"

// func rmsScaleAsm(dst, x, w []float32, inv float32)
//
// dst = x*inv*w
TEXT ·rmsScaleAsm(SB), NOSPLIT, $0-76
	MOVQ         dst_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	MOVQ         w_base+48(FP), BX
	VBROADCASTSS inv+72(FP), Y0
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMULPS  (SI), Y0, Y1
	VMULPS  (BX), Y1, Y1
	VMOVUPS Y1, (DI)
	ADDQ    $32, SI
	ADDQ    $32, BX
	ADDQ    $32, DI
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y1
	VMASKMOVPS (BX), Y15, Y2
	VMULPS     Y1, Y0, Y1
	VMULPS     Y2, Y1, Y1
	VMASKMOVPS Y1, Y15, (DI)

done:
	VZEROUPPER
	RET

// RMSGRADS: from dx in Y4, dw in Y5, x in Y2, w in Y3 and t = inv*dy in Y1,
// dx += t*w - x*c and dw += t*x, with c in Y8.
#define RMSGRADS \
	VFMADD231PS  Y3, Y1, Y4; \
	VFNMADD231PS Y2, Y8, Y4; \
	VFMADD231PS  Y2, Y1, Y5

// func rmsGradsAsm(dx, dw, dy, x, w []float32, inv, c float32)
TEXT ·rmsGradsAsm(SB), NOSPLIT, $0-128
	MOVQ         dx_base+0(FP), R8
	MOVQ         dw_base+24(FP), R9
	MOVQ         dy_base+48(FP), R10
	MOVQ         x_base+72(FP), SI
	MOVQ         x_len+80(FP), CX
	MOVQ         w_base+96(FP), BX
	VBROADCASTSS inv+120(FP), Y0
	VBROADCASTSS c+124(FP), Y8
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMULPS  (R10), Y0, Y1
	VMOVUPS (SI), Y2
	VMOVUPS (BX), Y3
	VMOVUPS (R8), Y4
	VMOVUPS (R9), Y5
	RMSGRADS
	VMOVUPS Y4, (R8)
	VMOVUPS Y5, (R9)
	ADDQ    $32, SI
	ADDQ    $32, BX
	ADDQ    $32, R8
	ADDQ    $32, R9
	ADDQ    $32, R10
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (R10), Y15, Y1
	VMULPS     Y1, Y0, Y1
	VMASKMOVPS (SI), Y15, Y2
	VMASKMOVPS (BX), Y15, Y3
	VMASKMOVPS (R8), Y15, Y4
	VMASKMOVPS (R9), Y15, Y5
	RMSGRADS
	VMASKMOVPS Y4, Y15, (R8)
	VMASKMOVPS Y5, Y15, (R9)

done:
	VZEROUPPER
	RET

// ADAMW: one step for g in Y0, w in Y1, m in Y2, v in Y3. Y6 to Y13 hold the
// arguments in the order of adamWAsm. Y4 and Y5 are overwritten.
#define ADAMW \
	VMULPS      Y6, Y2, Y2; \
	VFMADD231PS Y0, Y7, Y2; \
	VMULPS      Y0, Y0, Y4; \
	VMULPS      Y8, Y3, Y3; \
	VFMADD231PS Y4, Y9, Y3; \
	VSQRTPS     Y3, Y4; \
	VFMADD213PS Y11, Y10, Y4; \
	VDIVPS      Y4, Y2, Y5; \
	VMULPS      Y13, Y5, Y5; \
	VFMADD231PS Y12, Y1, Y5; \
	VSUBPS      Y5, Y1, Y1

// func adamWAsm(w, g, m, v []float32, beta1, rest1, beta2, rest2, root, eps, decay, rate float32)
//
//	m = beta1*m + rest1*g
//	v = beta2*v + rest2*g²
//	w = w - (rate * m / (root*sqrt(v) + eps) + decay*w)
TEXT ·adamWAsm(SB), NOSPLIT, $0-128
	MOVQ         w_base+0(FP), DI
	MOVQ         w_len+8(FP), CX
	MOVQ         g_base+24(FP), SI
	MOVQ         m_base+48(FP), BX
	MOVQ         v_base+72(FP), R8
	VBROADCASTSS beta1+96(FP), Y6
	VBROADCASTSS rest1+100(FP), Y7
	VBROADCASTSS beta2+104(FP), Y8
	VBROADCASTSS rest2+108(FP), Y9
	VBROADCASTSS root+112(FP), Y10
	VBROADCASTSS eps+116(FP), Y11
	VBROADCASTSS decay+120(FP), Y12
	VBROADCASTSS rate+124(FP), Y13
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMOVUPS (SI), Y0
	VMOVUPS (DI), Y1
	VMOVUPS (BX), Y2
	VMOVUPS (R8), Y3
	ADAMW
	VMOVUPS Y1, (DI)
	VMOVUPS Y2, (BX)
	VMOVUPS Y3, (R8)
	ADDQ    $32, SI
	ADDQ    $32, DI
	ADDQ    $32, BX
	ADDQ    $32, R8
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y0
	VMASKMOVPS (DI), Y15, Y1
	VMASKMOVPS (BX), Y15, Y2
	VMASKMOVPS (R8), Y15, Y3
	ADAMW
	VMASKMOVPS Y1, Y15, (DI)
	VMASKMOVPS Y2, Y15, (BX)
	VMASKMOVPS Y3, Y15, (R8)

done:
	VZEROUPPER
	RET

// func ropeAsm(x, cos, sin []float32, sign float32)
//
// Rotates the heads of x, each twice as long as cos, by the angles times sign
// (1 or -1). The length of cos is a multiple of 8.
TEXT ·ropeAsm(SB), NOSPLIT, $0-76
	MOVQ         x_base+0(FP), DI
	MOVQ         x_len+8(FP), CX
	MOVQ         cos_base+24(FP), R8
	MOVQ         cos_len+32(FP), DX
	MOVQ         sin_base+48(FP), R9
	VBROADCASTSS sign+72(FP), Y0
	LEAQ         (DX)(DX*1), R10 // elements of a head
	SHLQ         $2, DX          // bytes of half a head

head:
	SUBQ R10, CX
	JLT  done
	XORQ AX, AX

loop8:
	VMOVUPS      (R8)(AX*1), Y1
	VMULPS       (R9)(AX*1), Y0, Y2
	VMOVUPS      (DI), Y3
	VMOVUPS      (DI)(DX*1), Y4
	VMULPS       Y1, Y3, Y5
	VMULPS       Y1, Y4, Y6
	VFNMADD231PS Y2, Y4, Y5
	VFMADD231PS  Y2, Y3, Y6
	VMOVUPS      Y5, (DI)
	VMOVUPS      Y6, (DI)(DX*1)
	ADDQ         $32, DI
	ADDQ         $32, AX
	CMPQ         AX, DX
	JLT          loop8
	ADDQ         DX, DI
	JMP          head

done:
	VZEROUPPER
	RET
