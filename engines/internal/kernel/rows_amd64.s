//go:build amd64 && !purego

#include "textflag.h"

#define ROWS1 ·mulRows1
#define ROWS2 ·mulRows2
#define ROWS3 ·mulRows3
#define ROWS4 ·mulRows4
#define ROWS5 ·mulRows5
#define SHIFT 2
#define COLUMNS(at, y) VMOVUPS at, y
#define PRODUCT(at, t, x, y) VFMADD231PS at, x, y

#include "rows_amd64.h"
