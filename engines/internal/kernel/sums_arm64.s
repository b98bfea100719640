//go:build arm64 && !purego

#include "textflag.h"
#include "neon_arm64.h"

// Sums over the elements of slices, in the order of the AVX2 loops: what is a register
// of eight lanes there is a pair of registers here.

// SUM adds the eight lanes of d, e into the lowest lane of d.
#define SUM(d, e) \
	FADD(d, d, e); \
	EXT(e, d, d, 8); \
	FADD(d, d, e); \
	FADDP(d, d)

// PUSH moves eight lanes up by one and puts the number at p in front. It overwrites V31.
#define PUSH(p, d, e) \
	REPEAT(31, p); \
	EXT(e, d, e, 12); \
	EXT(d, 31, d, 12)

// func dotAsm(a, b []float32) float32
//
// Four partial sums of eight lanes, element i in lane i%8 of sum (i/8)%4.
TEXT ·dotAsm(SB), NOSPLIT, $0-52
	MOVD a_base+0(FP), R0
	MOVD a_len+8(FP), R2
	MOVD b_base+24(FP), R1
	ZERO(0)
	ZERO(1)
	ZERO(2)
	ZERO(3)
	ZERO(4)
	ZERO(5)
	ZERO(6)
	ZERO(7)
	SUBS $32, R2
	BLT  few

loop32:
	NEXT2(16, 17, 0)
	NEXT2(20, 21, 1)
	FMLA(0, 16, 20)
	FMLA(1, 17, 21)
	NEXT2(18, 19, 0)
	NEXT2(22, 23, 1)
	FMLA(2, 18, 22)
	FMLA(3, 19, 23)
	NEXT2(16, 17, 0)
	NEXT2(20, 21, 1)
	FMLA(4, 16, 20)
	FMLA(5, 17, 21)
	NEXT2(18, 19, 0)
	NEXT2(22, 23, 1)
	FMLA(6, 18, 22)
	FMLA(7, 19, 23)
	SUBS $32, R2
	BGE  loop32

few:
	ADDS $24, R2
	BLT  tail

loop8:
	NEXT2(16, 17, 0)
	NEXT2(20, 21, 1)
	FMLA(0, 16, 20)
	FMLA(1, 17, 21)
	SUBS $8, R2
	BGE  loop8

tail:
	ADDS $8, R2
	BEQ  done
	ADD  R2<<2, R0
	ADD  R2<<2, R1
	ZERO(16)
	ZERO(17)
	ZERO(20)
	ZERO(21)

push:
	SUB  $4, R0
	SUB  $4, R1
	PUSH(0, 16, 17)
	PUSH(1, 20, 21)
	SUB  $1, R2
	CBNZ R2, push
	FMLA(2, 16, 20)
	FMLA(3, 17, 21)

done:
	FADD(0, 0, 2)
	FADD(1, 1, 3)
	FADD(4, 4, 6)
	FADD(5, 5, 7)
	FADD(0, 0, 4)
	FADD(1, 1, 5)
	SUM(0, 1)
	FMOVS F0, ret+48(FP)
	RET

// func dot3Asm(a, b, c []float32) float32
//
// The sum of (a*b)*c, in two partial sums of eight lanes.
TEXT ·dot3Asm(SB), NOSPLIT, $0-76
	MOVD a_base+0(FP), R0
	MOVD a_len+8(FP), R3
	MOVD b_base+24(FP), R1
	MOVD c_base+48(FP), R2
	ZERO(0)
	ZERO(1)
	ZERO(2)
	ZERO(3)
	SUBS $16, R3
	BLT  few

#define EIGHT(d, e) \
	NEXT2(16, 17, 0); \
	NEXT2(18, 19, 1); \
	NEXT2(20, 21, 2); \
	TRIPLE(d, e)

#define TRIPLE(d, e) \
	FMUL(16, 16, 18); \
	FMUL(17, 17, 19); \
	FMLA(d, 16, 20); \
	FMLA(e, 17, 21)

loop16:
	EIGHT(0, 1)
	EIGHT(2, 3)
	SUBS $16, R3
	BGE  loop16

few:
	ADDS $8, R3
	BLT  tail
	EIGHT(0, 1)
	SUB  $8, R3

tail:
	ADDS $8, R3
	BEQ  done
	ADD  R3<<2, R0
	ADD  R3<<2, R1
	ADD  R3<<2, R2
	ZERO(16)
	ZERO(17)
	ZERO(18)
	ZERO(19)
	ZERO(20)
	ZERO(21)

push:
	SUB  $4, R0
	SUB  $4, R1
	SUB  $4, R2
	PUSH(0, 16, 17)
	PUSH(1, 18, 19)
	PUSH(2, 20, 21)
	SUB  $1, R3
	CBNZ R3, push
	TRIPLE(2, 3)

done:
	FADD(0, 0, 2)
	FADD(1, 1, 3)
	SUM(0, 1)
	FMOVS F0, ret+72(FP)
	RET

// SQUARES adds the squares of n, in float64, to d, e. It overwrites V30 and V31.
#define SQUARES(n, d, e) \
	FCVTL2D(30, n); \
	FCVTLH2D(31, n); \
	FMLA2D(d, 30, 30); \
	FMLA2D(e, 31, 31)

// func sumSquaresAsm(x []float32) float64
//
// Four partial sums of four float64 lanes.
TEXT ·sumSquaresAsm(SB), NOSPLIT, $0-32
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R2
	ZERO(0)
	ZERO(1)
	ZERO(2)
	ZERO(3)
	ZERO(4)
	ZERO(5)
	ZERO(6)
	ZERO(7)
	SUBS $16, R2
	BLT  few

loop16:
	NEXT2(16, 17, 0)
	NEXT2(18, 19, 0)
	SQUARES(16, 0, 1)
	SQUARES(17, 2, 3)
	SQUARES(18, 4, 5)
	SQUARES(19, 6, 7)
	SUBS $16, R2
	BGE  loop16

few:
	ADDS $8, R2
	BLT  tail
	NEXT2(16, 17, 0)
	SQUARES(16, 0, 1)
	SQUARES(17, 2, 3)
	SUB  $8, R2

tail:
	ADDS $8, R2
	BEQ  done
	ADD  R2<<2, R0
	ZERO(16)
	ZERO(17)

push:
	SUB  $4, R0
	PUSH(0, 16, 17)
	SUB  $1, R2
	CBNZ R2, push
	SQUARES(16, 4, 5)
	SQUARES(17, 6, 7)

done:
	FADD2D(0, 0, 2)
	FADD2D(1, 1, 3)
	FADD2D(4, 4, 6)
	FADD2D(5, 5, 7)
	FADD2D(0, 0, 4)
	FADD2D(1, 1, 5)
	FADD2D(0, 0, 1)
	FADDP2D(0, 0)
	FMOVD F0, ret+24(FP)
	RET

// LARGER sets d to n where that is larger; a NaN is not. It overwrites V31.
#define LARGER(d, n) \
	FCMGT(31, n, d); \
	BIT(d, n, 31)

// func maximumAsm(x []float32) float32
TEXT ·maximumAsm(SB), NOSPLIT, $0-28
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R2
	MOVW  $0xff800000, R1 // -Inf
	VDUP  R1, V0.S4
	MOV(1, 0)
	MOV(2, 0)
	MOV(3, 0)
	SUBS  $16, R2
	BLT   few

loop16:
	NEXT2(16, 17, 0)
	NEXT2(18, 19, 0)
	LARGER(0, 16)
	LARGER(1, 17)
	LARGER(2, 18)
	LARGER(3, 19)
	SUBS $16, R2
	BGE  loop16

few:
	ADDS $16, R2
	BEQ  done

one:
	REPEATNEXT(16, 0)
	LARGER(0, 16)
	SUB  $1, R2
	CBNZ R2, one

done:
	LARGER(0, 1)
	LARGER(2, 3)
	LARGER(0, 2)
	EXT(1, 0, 0, 8)
	LARGER(0, 1)
	EXT(1, 0, 0, 4)
	LARGER(0, 1)
	FMOVS F0, ret+24(FP)
	RET

// func indexAsm(x []float32, v float32) int
//
// The first i with x[i] == v, or -1.
TEXT ·indexAsm(SB), NOSPLIT, $0-40
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R2
	FMOVS v+24(FP), F0
	VDUP  V0.S[0], V0.S4
	MOVD  ZR, R1
	SUBS  $8, R2
	BLT   few

loop8:
	NEXT2(16, 17, 0)
	FCMEQ(16, 16, 0)
	FCMEQ(17, 17, 0)
	VORR   V16.B16, V17.B16, V16.B16
	VADDP  V16.D2, V16.D2, V16.D2
	VMOV   V16.D[0], R3
	CBNZ   R3, found
	ADD    $8, R1
	SUBS   $8, R2
	BGE    loop8

few:
	ADDS $8, R2
	BEQ  none
	B    one

found:
	SUB  $32, R0
	MOVD $8, R2

one:
	FMOVS.P 4(R0), F1
	FCMPS   F0, F1
	BEQ     done
	ADD     $1, R1
	SUB     $1, R2
	CBNZ    R2, one

none:
	MOVD $-1, R1

done:
	MOVD R1, ret+32(FP)
	RET
