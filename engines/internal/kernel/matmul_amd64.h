// Macros shared by the micro-kernels of the matrix product, for the storage of B
// that SHIFT and COLUMNS describe.

#define HALF (8<<SHIFT)
#define PANELROW (16<<SHIFT)

#define ZERO2(r0, r1) \
	VXORPS r0, r0, r0; \
	VXORPS r1, r1, r1

// ROW: one row times the 16 columns in Y12, Y13; at is the element of A.
#define ROW(at, t, r0, r1) \
	VBROADCASTSS at, t; \
	VFMADD231PS  Y12, t, r0; \
	VFMADD231PS  Y13, t, r1

// STEPn: one k of an n×16 tile; off is the offset in the panel. The same place
// in the next panel, R15 further on, is brought to the L2 cache: one stream of
// loads alone does not use the memory's full bandwidth.
#define STEP4(off) \
	PREFETCHT1 off(R10)(R15*1); \
	COLUMNS(off(R10), Y12); \
	COLUMNS(off+HALF(R10), Y13); \
	ROW((AX), Y14, Y0, Y1); \
	ROW((AX)(CX*1), Y15, Y2, Y3); \
	ROW((AX)(CX*2), Y14, Y4, Y5); \
	ROW((BX), Y15, Y6, Y7); \
	ADDQ DX, AX

#define STEP5(off) \
	STEP4(off); \
	ROW((BX)(CX*1), Y14, Y8, Y9)

#define STEP6(off) \
	STEP5(off); \
	ROW((BX)(CX*2), Y15, Y10, Y11)
