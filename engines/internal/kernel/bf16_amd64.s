//go:build amd64 && !purego

#include "textflag.h"

// A bfloat16 is the upper half of a float32: it is widened to 32 bits and moved up.

#define EXPAND ·expandBF16
#define ROWS1 ·mulBF16Rows1
#define ROWS2 ·mulBF16Rows2
#define ROWS3 ·mulBF16Rows3
#define ROWS4 ·mulBF16Rows4
#define ROWS5 ·mulBF16Rows5
#define SHIFT 1
#define COLUMNS(at, y) \
	VPMOVZXWD at, y; \
	VPSLLD    $16, y, y
#define PRODUCT(at, t, x, y) \
	COLUMNS(at, t); \
	VFMADD231PS t, x, y

#include "rows_amd64.h"
#include "half_amd64.h"
