//go:build amd64 && !purego

#include "textflag.h"
#include "avx2_amd64.h"

// func expScaledAsm(dst, x []float32, scale, top float32) float32
//
// dst = exp(scale*(x-top)); returns the sum, in two partial sums of eight lanes:
// element i in lane i%8 of sum (i/8)%2. Zeros at the end do not change it.
TEXT ·expScaledAsm(SB), NOSPLIT, $0-60
	MOVQ         dst_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	VBROADCASTSS scale+48(FP), Y10
	VBROADCASTSS top+52(FP), Y11
	LEAQ         ·expTable(SB), AX
	VXORPS       Y8, Y8, Y8
	VXORPS       Y9, Y9, Y9
	SUBQ         $16, CX
	JLT          few

loop16:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y4
	VSUBPS  Y11, Y0, Y0
	VSUBPS  Y11, Y4, Y4
	VMULPS  Y10, Y0, Y0
	VMULPS  Y10, Y4, Y4
	EXP(Y0, Y1, Y2, Y3)
	EXP(Y4, Y5, Y6, Y7)
	VMOVUPS Y3, (DI)
	VMOVUPS Y7, 32(DI)
	VADDPS  Y3, Y8, Y8
	VADDPS  Y7, Y9, Y9
	ADDQ    $64, SI
	ADDQ    $64, DI
	SUBQ    $16, CX
	JGE     loop16

few:
	ADDQ    $8, CX
	JLT     tail
	VMOVUPS (SI), Y0
	VSUBPS  Y11, Y0, Y0
	VMULPS  Y10, Y0, Y0
	EXP(Y0, Y1, Y2, Y3)
	VMOVUPS Y3, (DI)
	VADDPS  Y3, Y8, Y8
	VMOVAPS Y8, Y4           // the rest counts as an odd group: swap the sums
	VMOVAPS Y9, Y8
	VMOVAPS Y4, Y9
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y0
	VSUBPS     Y11, Y0, Y0
	VMULPS     Y10, Y0, Y0
	EXP(Y0, Y1, Y2, Y3)
	VMASKMOVPS Y3, Y15, (DI)
	VANDPS     Y15, Y3, Y3
	VADDPS     Y3, Y8, Y8

done:
	VADDPS Y9, Y8, Y0
	SUM(Y0, X0, X1)
	VMOVSS X0, ret+56(FP)
	VZEROUPPER
	RET

// func sumExpAsm(x []float32, top float32) float64
//
// The sum of exp(x-top): float32 terms, added in float64 in eight lanes.
TEXT ·sumExpAsm(SB), NOSPLIT, $0-40
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), CX
	VBROADCASTSS top+24(FP), Y11
	LEAQ         ·expTable(SB), AX
	VXORPD       Y8, Y8, Y8
	VXORPD       Y9, Y9, Y9
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMOVUPS (SI), Y0
	VSUBPS  Y11, Y0, Y0
	EXP(Y0, Y1, Y2, Y3)
	VEXTRACTF128 $1, Y3, X4
	VCVTPS2PD    X3, Y5
	VCVTPS2PD    X4, Y6
	VADDPD       Y5, Y8, Y8
	VADDPD       Y6, Y9, Y9
	ADDQ    $32, SI
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y0
	VSUBPS     Y11, Y0, Y0
	EXP(Y0, Y1, Y2, Y3)
	VANDPS     Y15, Y3, Y3
	VEXTRACTF128 $1, Y3, X4
	VCVTPS2PD    X3, Y5
	VCVTPS2PD    X4, Y6
	VADDPD       Y5, Y8, Y8
	VADDPD       Y6, Y9, Y9

done:
	VADDPD       Y9, Y8, Y8
	VEXTRACTF128 $1, Y8, X9
	VADDPD       X9, X8, X8
	VHADDPD      X8, X8, X8
	VMOVSD       X8, ret+32(FP)
	VZEROUPPER
	RET

// func expShiftAsm(dst, x []float32, scale, shift float32)
//
// dst = exp(scale*x - shift), the argument rounded once.
TEXT ·expShiftAsm(SB), NOSPLIT, $0-56
	MOVQ         dst_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	VBROADCASTSS scale+48(FP), Y10
	VBROADCASTSS shift+52(FP), Y11
	LEAQ         ·expTable(SB), AX
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMOVUPS     (SI), Y0
	VFMSUB213PS Y11, Y10, Y0
	EXP(Y0, Y1, Y2, Y3)
	VMOVUPS     Y3, (DI)
	ADDQ        $32, SI
	ADDQ        $32, DI
	SUBQ        $8, CX
	JGE         loop8

tail:
	ADDQ        $8, CX
	JEQ         done
	TAIL(CX, DX, Y15)
	VMASKMOVPS  (SI), Y15, Y0
	VFMSUB213PS Y11, Y10, Y0
	EXP(Y0, Y1, Y2, Y3)
	VMASKMOVPS  Y3, Y15, (DI)

done:
	VZEROUPPER
	RET

// SIGMOID sets y = 1/(1+exp(-g)). It overwrites x, n and r. Y12 is all sign
// bits, Y13 all ones.
#define SIGMOID(g, x, n, r, y) \
	VXORPS g, Y12, x; \
	EXP(x, n, r, y); \
	VADDPS Y13, y, y; \
	VDIVPS y, Y13, y

#define SIGMOIDCONSTANTS \
	LEAQ     ·expTable(SB), AX; \
	VMOVUPS  ONE(AX), Y13; \
	VPCMPEQD Y12, Y12, Y12; \
	VPSLLD   $31, Y12, Y12

// GELU sets y = x*sigmoid(x*(linear + cubic*x²)), with linear in Y10 and cubic in Y11.
#define GELU(x, z, u, n, r, y) \
	VMULPS      x, x, z; \
	VFMADD213PS Y10, Y11, z; \
	VMULPS      x, z, z; \
	SIGMOID(z, u, n, r, y); \
	VMULPS      x, y, y

// func geluAsm(dst, x []float32, linear, cubic float32)
TEXT ·geluAsm(SB), NOSPLIT, $0-56
	MOVQ         dst_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	VBROADCASTSS linear+48(FP), Y10
	VBROADCASTSS cubic+52(FP), Y11
	SIGMOIDCONSTANTS
	SUBQ         $8, CX
	JLT          tail

loop8:
	VMOVUPS (SI), Y0
	GELU(Y0, Y5, Y4, Y1, Y2, Y3)
	VMOVUPS Y3, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y0
	GELU(Y0, Y5, Y4, Y1, Y2, Y3)
	VMASKMOVPS Y3, Y15, (DI)

done:
	VZEROUPPER
	RET

// func siluMulAsm(dst, gate, up []float32)
TEXT ·siluMulAsm(SB), NOSPLIT, $0-72
	MOVQ dst_base+0(FP), DI
	MOVQ gate_base+24(FP), SI
	MOVQ gate_len+32(FP), CX
	MOVQ up_base+48(FP), BX
	SIGMOIDCONSTANTS
	SUBQ $8, CX
	JLT  tail

loop8:
	VMOVUPS (SI), Y0
	SIGMOID(Y0, Y4, Y1, Y2, Y3)
	VMULPS  Y0, Y3, Y3
	VMULPS  (BX), Y3, Y3
	VMOVUPS Y3, (DI)
	ADDQ    $32, SI
	ADDQ    $32, BX
	ADDQ    $32, DI
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y0
	VMASKMOVPS (BX), Y15, Y5
	SIGMOID(Y0, Y4, Y1, Y2, Y3)
	VMULPS     Y0, Y3, Y3
	VMULPS     Y5, Y3, Y3
	VMASKMOVPS Y3, Y15, (DI)

done:
	VZEROUPPER
	RET

// SILUGRADS: from g in Y0, up in Y5 and dout in Y6, dup in Y7 and dgate in Y8.
//
//	s = sigmoid(g), dup = dout*g*s, dgate = dout*up * s*(1 + g*(1-s))
#define SILUGRADS \
	SIGMOID(Y0, Y4, Y1, Y2, Y3); \
	VMULPS       Y3, Y0, Y7; \
	VSUBPS       Y3, Y13, Y8; \
	VFMADD213PS  Y13, Y0, Y8; \
	VMULPS       Y3, Y8, Y8; \
	VMULPS       Y6, Y7, Y7; \
	VMULPS       Y6, Y5, Y9; \
	VMULPS       Y9, Y8, Y8

// func siluMulBackwardAsm(dgate, dup, dout, gate, up []float32)
TEXT ·siluMulBackwardAsm(SB), NOSPLIT, $0-120
	MOVQ dgate_base+0(FP), R8
	MOVQ dup_base+24(FP), R9
	MOVQ dout_base+48(FP), R10
	MOVQ gate_base+72(FP), SI
	MOVQ gate_len+80(FP), CX
	MOVQ up_base+96(FP), BX
	SIGMOIDCONSTANTS
	SUBQ $8, CX
	JLT  tail

loop8:
	VMOVUPS (SI), Y0
	VMOVUPS (BX), Y5
	VMOVUPS (R10), Y6
	SILUGRADS
	VMOVUPS Y7, (R9)
	VMOVUPS Y8, (R8)
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
	VMASKMOVPS (SI), Y15, Y0
	VMASKMOVPS (BX), Y15, Y5
	VMASKMOVPS (R10), Y15, Y6
	SILUGRADS
	VMASKMOVPS Y7, Y15, (R9)
	VMASKMOVPS Y8, Y15, (R8)

done:
	VZEROUPPER
	RET
