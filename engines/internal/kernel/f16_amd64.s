//go:build amd64 && !purego

#include "textflag.h"

#define EXPAND ·expandF16
#define ROWS1 ·mulF16Rows1
#define ROWS2 ·mulF16Rows2
#define ROWS3 ·mulF16Rows3
#define ROWS4 ·mulF16Rows4
#define ROWS5 ·mulF16Rows5
#define SHIFT 1
#define COLUMNS(at, y) VCVTPH2PS at, y
#define PRODUCT(at, t, x, y) \
	COLUMNS(at, t); \
	VFMADD231PS t, x, y

#include "rows_amd64.h"
#include "half_amd64.h"
