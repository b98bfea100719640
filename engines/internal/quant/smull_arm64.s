//go:build arm64 && !purego

#include "textflag.h"

// Without the dot-product extension. Sums of two products fit into 16 bits: activations
// are never -128.

#define DOT1 ·smull1
#define DOT2 ·smull2
#define DOT4 ·smull4
#define COLUMNS(i, w) \
	SMULL(26, w, 25); \
	SMULLH(27, w, 25); \
	ADDP8H(26, 26, 27); \
	SADALP(i, 26)
#define QUAD(i0, i1, i2, i3, w, a, lane) \
	REPEAT(25, a, lane); \
	COLUMNS(i0, w); \
	COLUMNS(i1, w+1); \
	COLUMNS(i2, w+2); \
	COLUMNS(i3, w+3)

#include "quads_arm64.h"
