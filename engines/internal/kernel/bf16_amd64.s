//go:build amd64 && !purego

#include "textflag.h"

// A bfloat16 is the upper half of a float32: it is widened to 32 bits and moved up.

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

// func expandBF16(dst *float32, src *uint16, blocks int)
//
// Widens blocks of 16 numbers.
TEXT ·expandBF16(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ blocks+16(FP), CX

block:
	COLUMNS((SI), Y0)
	COLUMNS(16(SI), Y1)
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ    $32, SI
	ADDQ    $64, DI
	DECQ    CX
	JNE     block
	VZEROUPPER
	RET
