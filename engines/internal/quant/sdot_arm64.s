//go:build arm64 && !purego

#include "textflag.h"

#define DOT1 ·sdot1
#define DOT2 ·sdot2
#define DOT4 ·sdot4
#define QUAD(i0, i1, i2, i3, w, a, lane) \
	SDOT(i0, w, a, lane); \
	SDOT(i1, w+1, a, lane); \
	SDOT(i2, w+2, a, lane); \
	SDOT(i3, w+3, a, lane)

#include "quads_arm64.h"
