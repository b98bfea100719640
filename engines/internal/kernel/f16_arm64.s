//go:build arm64 && !purego

#include "textflag.h"

#define EXPAND ·expandF16
#define ROWS1 ·mulF16Rows1
#define ROWS2 ·mulF16Rows2
#define ROWS3 ·mulF16Rows3
#define ROWS4 ·mulF16Rows4
#define ROWS5 ·mulF16Rows5
#define SHIFT 1
#define COLUMNS(p, a, b, c, d) \
	NEXT2(b, d, p); \
	FCVTL(a, b); \
	FCVTLH(b, b); \
	FCVTL(c, d); \
	FCVTLH(d, d)

#include "rows_arm64.h"
#include "half_arm64.h"
