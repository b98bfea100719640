//go:build amd64 && !purego

#include "textflag.h"
#include "avx2_amd64.h"

// func dotAsm(a, b []float32) float32
//
// Four partial sums of eight lanes, element i in lane i%8 of sum (i/8)%4.
TEXT ·dotAsm(SB), NOSPLIT, $0-52
	MOVQ   a_base+0(FP), SI
	MOVQ   a_len+8(FP), CX
	MOVQ   b_base+24(FP), DI
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	SUBQ   $32, CX
	JLT    few

loop32:
	VMOVUPS     (SI), Y4
	VMOVUPS     32(SI), Y5
	VMOVUPS     64(SI), Y6
	VMOVUPS     96(SI), Y7
	VFMADD231PS (DI), Y4, Y0
	VFMADD231PS 32(DI), Y5, Y1
	VFMADD231PS 64(DI), Y6, Y2
	VFMADD231PS 96(DI), Y7, Y3
	ADDQ        $128, SI
	ADDQ        $128, DI
	SUBQ        $32, CX
	JGE         loop32

few:
	ADDQ $24, CX
	JLT  tail

loop8:
	VMOVUPS     (SI), Y4
	VFMADD231PS (DI), Y4, Y0
	ADDQ        $32, SI
	ADDQ        $32, DI
	SUBQ        $8, CX
	JGE         loop8

tail:
	ADDQ        $8, CX
	JEQ         done
	TAIL(CX, DX, Y15)
	VMASKMOVPS  (SI), Y15, Y4
	VMASKMOVPS  (DI), Y15, Y5
	VFMADD231PS Y5, Y4, Y1

done:
	VADDPS Y1, Y0, Y0
	VADDPS Y3, Y2, Y2
	VADDPS Y2, Y0, Y0
	SUM(Y0, X0, X1)
	VMOVSS X0, ret+48(FP)
	VZEROUPPER
	RET

// func dot3Asm(a, b, c []float32) float32
//
// The sum of (a*b)*c, in two partial sums of eight lanes.
TEXT ·dot3Asm(SB), NOSPLIT, $0-76
	MOVQ   a_base+0(FP), SI
	MOVQ   a_len+8(FP), CX
	MOVQ   b_base+24(FP), DI
	MOVQ   c_base+48(FP), BX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	SUBQ   $16, CX
	JLT    few

loop16:
	VMOVUPS     (SI), Y4
	VMOVUPS     32(SI), Y5
	VMULPS      (DI), Y4, Y4
	VMULPS      32(DI), Y5, Y5
	VFMADD231PS (BX), Y4, Y0
	VFMADD231PS 32(BX), Y5, Y1
	ADDQ        $64, SI
	ADDQ        $64, DI
	ADDQ        $64, BX
	SUBQ        $16, CX
	JGE         loop16

few:
	ADDQ        $8, CX
	JLT         tail
	VMOVUPS     (SI), Y4
	VMULPS      (DI), Y4, Y4
	VFMADD231PS (BX), Y4, Y0
	ADDQ        $32, SI
	ADDQ        $32, DI
	ADDQ        $32, BX
	SUBQ        $8, CX

tail:
	ADDQ        $8, CX
	JEQ         done
	TAIL(CX, DX, Y15)
	VMASKMOVPS  (SI), Y15, Y4
	VMASKMOVPS  (DI), Y15, Y5
	VMASKMOVPS  (BX), Y15, Y6
	VMULPS      Y5, Y4, Y4
	VFMADD231PS Y6, Y4, Y1

done:
	VADDPS Y1, Y0, Y0
	SUM(Y0, X0, X1)
	VMOVSS X0, ret+72(FP)
	VZEROUPPER
	RET

// func sumSquaresAsm(x []float32) float64
//
// Four partial sums of four float64 lanes.
TEXT ·sumSquaresAsm(SB), NOSPLIT, $0-32
	MOVQ   x_base+0(FP), SI
	MOVQ   x_len+8(FP), CX
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	SUBQ   $16, CX
	JLT    few

loop16:
	VCVTPS2PD   (SI), Y4
	VCVTPS2PD   16(SI), Y5
	VCVTPS2PD   32(SI), Y6
	VCVTPS2PD   48(SI), Y7
	VFMADD231PD Y4, Y4, Y0
	VFMADD231PD Y5, Y5, Y1
	VFMADD231PD Y6, Y6, Y2
	VFMADD231PD Y7, Y7, Y3
	ADDQ        $64, SI
	SUBQ        $16, CX
	JGE         loop16

few:
	ADDQ        $8, CX
	JLT         tail
	VCVTPS2PD   (SI), Y4
	VCVTPS2PD   16(SI), Y5
	VFMADD231PD Y4, Y4, Y0
	VFMADD231PD Y5, Y5, Y1
	ADDQ        $32, SI
	SUBQ        $8, CX

tail:
	ADDQ         $8, CX
	JEQ          done
	TAIL(CX, DX, Y15)
	VMASKMOVPS   (SI), Y15, Y6
	VCVTPS2PD    X6, Y4
	VEXTRACTF128 $1, Y6, X6
	VCVTPS2PD    X6, Y5
	VFMADD231PD  Y4, Y4, Y2
	VFMADD231PD  Y5, Y5, Y3

done:
	VADDPD       Y1, Y0, Y0
	VADDPD       Y3, Y2, Y2
	VADDPD       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPD       X1, X0, X0
	VUNPCKHPD    X0, X0, X1
	VADDSD       X1, X0, X0
	VMOVSD       X0, ret+24(FP)
	VZEROUPPER
	RET

// func axpyAsm(dst, x []float32, alpha float32)
TEXT ·axpyAsm(SB), NOSPLIT, $0-52
	MOVQ         dst_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), CX
	VBROADCASTSS alpha+48(FP), Y0
	SUBQ         $16, CX
	JLT          few

loop16:
	VMOVUPS     (DI), Y1
	VMOVUPS     32(DI), Y2
	VFMADD231PS (SI), Y0, Y1
	VFMADD231PS 32(SI), Y0, Y2
	VMOVUPS     Y1, (DI)
	VMOVUPS     Y2, 32(DI)
	ADDQ        $64, SI
	ADDQ        $64, DI
	SUBQ        $16, CX
	JGE         loop16

few:
	ADDQ        $8, CX
	JLT         tail
	VMOVUPS     (DI), Y1
	VFMADD231PS (SI), Y0, Y1
	VMOVUPS     Y1, (DI)
	ADDQ        $32, SI
	ADDQ        $32, DI
	SUBQ        $8, CX

tail:
	ADDQ        $8, CX
	JEQ         done
	TAIL(CX, DX, Y15)
	VMASKMOVPS  (DI), Y15, Y1
	VMASKMOVPS  (SI), Y15, Y2
	VFMADD231PS Y2, Y0, Y1
	VMASKMOVPS  Y1, Y15, (DI)

done:
	VZEROUPPER
	RET

// func scaleAsm(x []float32, alpha float32)
TEXT ·scaleAsm(SB), NOSPLIT, $0-28
	MOVQ         x_base+0(FP), DI
	MOVQ         x_len+8(FP), CX
	VBROADCASTSS alpha+24(FP), Y0
	SUBQ         $16, CX
	JLT          few

loop16:
	VMULPS  (DI), Y0, Y1
	VMULPS  32(DI), Y0, Y2
	VMOVUPS Y1, (DI)
	VMOVUPS Y2, 32(DI)
	ADDQ    $64, DI
	SUBQ    $16, CX
	JGE     loop16

few:
	ADDQ    $8, CX
	JLT     tail
	VMULPS  (DI), Y0, Y1
	VMOVUPS Y1, (DI)
	ADDQ    $32, DI
	SUBQ    $8, CX

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (DI), Y15, Y1
	VMULPS     Y1, Y0, Y1
	VMASKMOVPS Y1, Y15, (DI)

done:
	VZEROUPPER
	RET

// func maximumAsm(x []float32) float32
//
// VMAXPS gives its last source (the first operand here) when either is NaN, so
// a NaN in x is ignored.
TEXT ·maximumAsm(SB), NOSPLIT, $0-28
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), CX
	MOVL         $0xff800000, AX       // -Inf
	VMOVD        AX, X0
	VBROADCASTSS X0, Y0
	VMOVAPS      Y0, Y1
	VMOVAPS      Y0, Y2
	VMOVAPS      Y0, Y3
	SUBQ         $32, CX
	JLT          few

loop32:
	VMOVUPS (SI), Y4
	VMOVUPS 32(SI), Y5
	VMOVUPS 64(SI), Y6
	VMOVUPS 96(SI), Y7
	VMAXPS  Y0, Y4, Y0
	VMAXPS  Y1, Y5, Y1
	VMAXPS  Y2, Y6, Y2
	VMAXPS  Y3, Y7, Y3
	ADDQ    $128, SI
	SUBQ    $32, CX
	JGE     loop32

few:
	ADDQ $24, CX
	JLT  tail

loop8:
	VMOVUPS (SI), Y4
	VMAXPS  Y0, Y4, Y0
	ADDQ    $32, SI
	SUBQ    $8, CX
	JGE     loop8

tail:
	ADDQ       $8, CX
	JEQ        done
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y4
	VBLENDVPS  Y15, Y4, Y0, Y4
	VMAXPS     Y0, Y4, Y0

done:
	VMAXPS       Y1, Y0, Y0
	VMAXPS       Y3, Y2, Y2
	VMAXPS       Y2, Y0, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X1, X0, X0
	VMOVHLPS     X0, X0, X1
	VMAXPS       X1, X0, X0
	VMOVSHDUP    X0, X1
	VMAXSS       X1, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// func indexAsm(x []float32, v float32) int
//
// The first i with x[i] == v, or -1.
TEXT ·indexAsm(SB), NOSPLIT, $0-40
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), CX
	VBROADCASTSS v+24(FP), Y0
	XORQ         AX, AX
	SUBQ         $8, CX
	JLT          tail

loop8:
	VCMPPS    $0, (SI), Y0, Y1
	VMOVMSKPS Y1, DX
	TESTL     DX, DX
	JNE       found
	ADDQ      $32, SI
	ADDQ      $8, AX
	SUBQ      $8, CX
	JGE       loop8

tail:
	ADDQ       $8, CX
	JEQ        none
	TAIL(CX, DX, Y15)
	VMASKMOVPS (SI), Y15, Y1
	VCMPPS     $0, Y1, Y0, Y1
	VANDPS     Y15, Y1, Y1
	VMOVMSKPS  Y1, DX
	TESTL      DX, DX
	JEQ        none

found:
	BSFL DX, DX
	ADDQ DX, AX
	MOVQ AX, ret+32(FP)
	VZEROUPPER
	RET

none:
	MOVQ $-1, ret+32(FP)
	VZEROUPPER
	RET
