//go:build amd64 && !purego

#include "textflag.h"

#define ROWS1 ·mulRows1x4
#define ROWS2 ·mulRows2x4
#define ROWS3 ·mulRows3x4
#define ROWS4 ·mulRows4x4
#define ROWS5 ·mulRows5x4
#define SHIFT 2
#define COLUMNS(at, z) VMOVUPS at, z

#include "rows512_amd64.h"
