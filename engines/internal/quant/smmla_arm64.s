//go:build arm64 && !purego

#include "textflag.h"

// With the extension for matrices of bytes (i8mm), for numbers that pairQuads made ready: a product
// takes eight numbers of two rows and of two columns, and its sums are two of the first row, then
// two of the second.

#define DOT2 ·smmla2
#define DOT4 ·smmla4

// The sums of columns 0 and 1 of a pair of rows are in register i+3, and so on: 4, 0, 5, 1, 6, 2, 7.
#define FIRST(i, a) \
	SMMLA(i+3, a, 16); \
	SMMLA(i+4, a, 17); \
	SMMLA(i, a, 18); \
	SMMLA(i+5, a, 19)

#define SECOND(i, a) \
	SMMLA(i+1, a, 16); \
	SMMLA(i+6, a, 17); \
	SMMLA(i+2, a, 18); \
	SMMLA(i+7, a, 19)

// PAIR puts the lower halves of two registers together, and the upper ones.
#define PAIR(d, e, n, m) \
	ZIP2D(d, n, m); \
	ZIP2DH(e, n, m)

// WHOLE leaves the sums of the first row in order from register i on and of the second from i+4 on.
#define WHOLE(i) \
	PAIR(24, i+7, i+2, i+7); \
	PAIR(i+2, i+6, i+1, i+6); \
	PAIR(i+1, i+5, i, i+5); \
	PAIR(i, i+4, i+3, i+4); \
	ORR(i+3, 24, 24)

// Sums begin with the bits of 1.5·2²³ and stay below 2²⁰ in size, so that they are the last bits of a
// float32 from which it is only subtracted: SCVTF runs in fewer units.
#define OFFSET(v) \
	MOVW $0x4b400000, R0; \
	VDUP R0, v.S4

#define FLOAT(i) FSUB(i, i, 24)

#define COPY4(i) \
	ORR(i, 28, 28); \
	ORR(i+1, 28, 28); \
	ORR(i+2, 28, 28); \
	ORR(i+3, 28, 28)

#define BEGIN2 \
	OFFSET(V28); \
	COPY4(0); \
	COPY4(4)

#define EIGHT2(load, a) \
	load; \
	FIRST(0, a); \
	load; \
	SECOND(0, a)

#define STEP2(load) \
	FMOVQ.P 16(R2), F20; \
	FMOVQ.P 16(R3), F21; \
	PAIR(22, 23, 20, 21); \
	EIGHT2(load, 22); \
	EIGHT2(load, 23)

#define FLIPS2
#define WHOLE2 \
	WHOLE(0); \
	OFFSET(V24)

#define BEGIN4 \
	BEGIN2; \
	COPY4(8); \
	COPY4(12)

#define EIGHT4(load, a, b) \
	load; \
	FIRST(0, a); \
	FIRST(8, b); \
	load; \
	SECOND(0, a); \
	SECOND(8, b)

#define STEP4(load) \
	ACTIVATIONS4; \
	PAIR(24, 25, 20, 21); \
	PAIR(26, 27, 22, 23); \
	EIGHT4(load, 24, 26); \
	EIGHT4(load, 25, 27)

#define FLIPS4
#define WHOLE4 \
	WHOLE(0); \
	WHOLE(8); \
	OFFSET(V24)

#include "dot_arm64.h"
