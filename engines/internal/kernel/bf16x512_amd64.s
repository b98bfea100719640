//go:build amd64 && !purego

#include "textflag.h"

// A bfloat16 is the upper half of a float32: it is widened to 32 bits and moved up.

#define ROWS1 ·mulBF16Rows1x4
#define ROWS2 ·mulBF16Rows2x4
#define ROWS3 ·mulBF16Rows3x4
#define ROWS4 ·mulBF16Rows4x4
#define ROWS5 ·mulBF16Rows5x4
#define SHIFT 1
#define COLUMNS(at, z) \
	VPMOVZXWD at, z; \
	VPSLLD    $16, z, z

#include "rows512_amd64.h"
