// Macros shared by the micro-kernels of the matrix product; registers are those of
// rows_arm64.h.

#include "neon_arm64.h"

// SCALE turns strides of float32 into bytes and multiplies rs.
#define SCALE \
	LSL $2, R1, R1; \
	LSL $2, R3, R3; \
	LSL $2, R4, R4; \
	ADD R3, R3, R10; \
	ADD R3, R10, R11; \
	ADD R3, R11, R12; \
	ADD R3, R12, R14

#define ZERO4(a, b, c, d) \
	ZERO(a); \
	ZERO(b); \
	ZERO(c); \
	ZERO(d)

#define LOAD4(a, b, c, d, p) \
	LOAD2(a, b, p, 0); \
	LOAD2(c, d, p, 32)

#define STORE4(a, b, c, d, p) \
	STORE2(a, b, p, 0); \
	STORE2(c, d, p, 32)

// 16 columns of a row of C at R23, and of two panels at R23 and R24, with a step to
// the next row.
#define LOADROW(a, b, c, d) \
	LOAD4(a, b, c, d, 23); \
	ADD R1, R23

#define STOREROW(a, b, c, d) \
	STORE4(a, b, c, d, 23); \
	ADD R1, R23

#define LOADPAIR(a, b, c, d, e, f, g, h) \
	LOADROW(a, b, c, d); \
	LOAD4(e, f, g, h, 24); \
	ADD R1, R24

#define STOREPAIR(a, b, c, d, e, f, g, h) \
	STOREROW(a, b, c, d); \
	STORE4(e, f, g, h, 24); \
	ADD R1, R24

// MUL4: the 16 columns in V24 to V27 times the element of A in x.
#define MUL4(x, a, b, c, d) \
	FMLA0(a, 24, x); \
	FMLA0(b, 25, x); \
	FMLA0(c, 26, x); \
	FMLA0(d, 27, x)

// ROW4: the same with the element at an address.
#define ROW4(at, f, x, a, b, c, d) \
	FMOVS at, f; \
	MUL4(x, a, b, c, d)

// STEP4: one k of four rows and one panel.
#define STEP4 \
	COLUMNS(19, 24, 25, 26, 27); \
	ROW4((R13), F28, 28, 0, 1, 2, 3); \
	ROW4((R13)(R3), F29, 29, 4, 5, 6, 7); \
	ROW4((R13)(R10), F30, 30, 8, 9, 10, 11); \
	ROW4((R13)(R11), F31, 31, 12, 13, 14, 15)

#define NEXT \
	ADD R4, R13; \
	SUB $1, R15
