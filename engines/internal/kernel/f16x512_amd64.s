//go:build amd64 && !purego

#include "textflag.h"

#define ROWS1 ·mulF16Rows1x4
#define ROWS2 ·mulF16Rows2x4
#define ROWS3 ·mulF16Rows3x4
#define ROWS4 ·mulF16Rows4x4
#define ROWS5 ·mulF16Rows5x4
#define SHIFT 1
#define COLUMNS(at, z) VCVTPH2PS at, z

#include "rows512_amd64.h"
