// Loops that take four numbers of each column at a time, a quad, for a way to multiply them, which
// defines
//
//   DOT1, DOT2, DOT4                  the names of the functions
//   QUAD(i0, i1, i2, i3, w, a, lane)  i0 to i3 += four numbers of 16 columns, in
//                                     registers from w on, by a lane of a; V25 to V27
//                                     may be overwritten
//
// Numbers of eight bits become signed when their upper bit is flipped: on the way if eight
// is set, else before.

#define FLOAT(i) SCVTF(i, i)

#define BEGIN2 \
	START((R23), 0, 1, 2, 3); \
	START((R24), 4, 5, 6, 7)

#define QUADS2(load, lane) \
	load; \
	QUAD(0, 1, 2, 3, 16, 20, lane); \
	QUAD(4, 5, 6, 7, 16, 21, lane)

#define STEP2(load) \
	FMOVQ.P 16(R2), F20; \
	FMOVQ.P 16(R3), F21; \
	QUADS2(load, 0); \
	QUADS2(load, 1); \
	QUADS2(load, 2); \
	QUADS2(load, 3)

#define FLIPS2 \
	CBZ  R12, plain2; \
flipped2: \
	STEP2(FLIPPED); \
	SUB  $4, R14; \
	CBNZ R14, flipped2; \
	B    sums2

#define WHOLE2

#define BEGIN4 \
	BEGIN2; \
	START((R25), 8, 9, 10, 11); \
	START((R26), 12, 13, 14, 15)

#define QUADS4(load, lane) \
	QUADS2(load, lane); \
	QUAD(8, 9, 10, 11, 16, 22, lane); \
	QUAD(12, 13, 14, 15, 16, 23, lane)

#define STEP4(load) \
	ACTIVATIONS4; \
	QUADS4(load, 0); \
	QUADS4(load, 1); \
	QUADS4(load, 2); \
	QUADS4(load, 3)

#define FLIPS4 \
	CBZ  R12, plain4; \
flipped4: \
	STEP4(FLIPPED); \
	SUB  $4, R14; \
	CBNZ R14, flipped4; \
	B    sums4

#define WHOLE4

#include "dot_arm64.h"

// func dot1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)
//
// Sums of even and odd quads are separate until the end of a group.
TEXT DOT1(SB), NOSPLIT, $0-99
	ARGS
	ZERO4(8, 9, 10, 11)
	CBZ R14, groups1
	LOAD2(8, 9, 19, 0)
	LOAD2(10, 11, 19, 32)

groups1:
	GROUP
	START((R23), 0, 1, 2, 3)
	ZERO4(4, 5, 6, 7)
	CBNZ R12, flipped1

plain1:
	FMOVQ.P 16(R2), F20
	NUMBERS
	QUAD(0, 1, 2, 3, 16, 20, 0)
	NUMBERS
	QUAD(4, 5, 6, 7, 16, 20, 1)
	NUMBERS
	QUAD(0, 1, 2, 3, 16, 20, 2)
	NUMBERS
	QUAD(4, 5, 6, 7, 16, 20, 3)
	SUB  $4, R14
	CBNZ R14, plain1
	B    sums1

flipped1:
	FMOVQ.P 16(R2), F20
	FLIPPED
	QUAD(0, 1, 2, 3, 16, 20, 0)
	FLIPPED
	QUAD(4, 5, 6, 7, 16, 20, 1)
	FLIPPED
	QUAD(0, 1, 2, 3, 16, 20, 2)
	FLIPPED
	QUAD(4, 5, 6, 7, 16, 20, 3)
	SUB  $4, R14
	CBNZ R14, flipped1

sums1:
	ADD4S(0, 0, 4)
	ADD4S(1, 1, 5)
	ADD4S(2, 2, 6)
	ADD4S(3, 3, 7)
	SCALES
	ROW((R23), 0, 1, 2, 3, 8, 9, 10, 11)
	CBZ R13, end1
	LOWS
	ROWLOW((R23), 8, 9, 10, 11)

end1:
	ADD  $16, R23
	END
	CBNZ R10, groups1
	STORE2(8, 9, 19, 0)
	STORE2(10, 11, 19, 32)
	RET
