//go:build arm64 && !purego

#include "textflag.h"

// A bfloat16 is the upper half of a float32.

#define EXPAND ·expandBF16
#define ROWS1 ·mulBF16Rows1
#define ROWS2 ·mulBF16Rows2
#define ROWS3 ·mulBF16Rows3
#define ROWS4 ·mulBF16Rows4
#define ROWS5 ·mulBF16Rows5
#define SHIFT 1
#define COLUMNS(p, a, b, c, d) \
	NEXT2(b, d, p); \
	SHLL(a, b); \
	SHLLH(b, b); \
	SHLL(c, d); \
	SHLLH(d, d)

#include "rows_arm64.h"
#include "half_arm64.h"
