// Instructions of NEON that Go's assembler does not know or that share macros with
// such: d, n, m are numbers of vector registers, i of a lane, p of a register that
// holds an address.

// Of four float32; ELEM takes one lane of m.
#define FMLA(d, n, m) WORD $(0x4E20CC00 | (m)<<16 | (n)<<5 | (d))
#define FMUL(d, n, m) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
#define FSUB(d, n, m) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FMULELEM(d, n, m, i) WORD $(0x4F809000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define FMLAELEM(d, n, m, i) WORD $(0x4F801000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define LANE(i) (((i)&1)<<21 | ((i)>>1)<<11)
#define FABS(d, n) WORD $(0x4EA0F800 | (n)<<5 | (d))
#define SCVTF(d, n) WORD $(0x4E21D800 | (n)<<5 | (d))
#define FCVTNS(d, n) WORD $(0x4E21A800 | (n)<<5 | (d))

// float16 to float32, the lower and the upper half.
#define FCVTL(d, n) WORD $(0x0E217800 | (n)<<5 | (d))
#define FCVTLH(d, n) WORD $(0x4E217800 | (n)<<5 | (d))

// Of four whole numbers of 32 bits.
#define ADD4S(d, n, m) WORD $(0x4EA08400 | (m)<<16 | (n)<<5 | (d))
#define UMAX(d, n, m) WORD $(0x6EA06400 | (m)<<16 | (n)<<5 | (d))
#define UMAXV(d, n) WORD $(0x6EB0A800 | (n)<<5 | (d))
#define ADDV(d, n) WORD $(0x4EB1B800 | (n)<<5 | (d))
#define REPEAT(d, n, i) WORD $(0x4E040400 | (i)<<19 | (n)<<5 | (d))
#define ZERO(d) WORD $(0x4F000400 | (d))

// The sums of four products of bytes, those of n by a lane of m (dot-product extension).
#define SDOT(d, n, m, i) WORD $(0x4F80E000 | LANE(i) | (m)<<16 | (n)<<5 | (d))

// The sums of eight products of bytes, those of both halves of n by those of both halves of m:
// first by first, first by second, second by first, second by second (i8mm).
#define SMMLA(d, n, m) WORD $(0x4E80A400 | (m)<<16 | (n)<<5 | (d))

// Products of bytes in 16 bits, of the lower and the upper half; sums of neighbours
// in 16 bits; and in 32 bits, added to d.
#define SMULL(d, n, m) WORD $(0x0E20C000 | (m)<<16 | (n)<<5 | (d))
#define SMULLH(d, n, m) WORD $(0x4E20C000 | (m)<<16 | (n)<<5 | (d))
#define ADDP8H(d, n, m) WORD $(0x4E60BC00 | (m)<<16 | (n)<<5 | (d))
#define SADALP(d, n) WORD $(0x4E606800 | (n)<<5 | (d))

// Narrowed to half the bits, and widened to twice as many, by halves.
#define SQXTN4S(d, n) WORD $(0x0E614800 | (n)<<5 | (d))
#define SQXTN4SH(d, n) WORD $(0x4E614800 | (n)<<5 | (d))
#define SQXTN8H(d, n) WORD $(0x0E214800 | (n)<<5 | (d))
#define SQXTN8HH(d, n) WORD $(0x4E214800 | (n)<<5 | (d))
#define SXTL8B(d, n) WORD $(0x0F08A400 | (n)<<5 | (d))
#define SXTL8BH(d, n) WORD $(0x4F08A400 | (n)<<5 | (d))
#define SXTL4H(d, n) WORD $(0x0F10A400 | (n)<<5 | (d))
#define SXTL4HH(d, n) WORD $(0x4F10A400 | (n)<<5 | (d))

// Words of 32 bits of n and m by turns, of their lower and of their upper halves; and words of 64
// bits.
#define ZIP4S(d, n, m) WORD $(0x4E803800 | (m)<<16 | (n)<<5 | (d))
#define ZIP4SH(d, n, m) WORD $(0x4E807800 | (m)<<16 | (n)<<5 | (d))
#define ZIP2D(d, n, m) WORD $(0x4EC03800 | (m)<<16 | (n)<<5 | (d))
#define ZIP2DH(d, n, m) WORD $(0x4EC07800 | (m)<<16 | (n)<<5 | (d))

// Bits and bytes.
#define SUB16B(d, n, m) WORD $(0x6E208400 | (m)<<16 | (n)<<5 | (d))
#define AND(d, n, m) WORD $(0x4E201C00 | (m)<<16 | (n)<<5 | (d))
#define ORR(d, n, m) WORD $(0x4EA01C00 | (m)<<16 | (n)<<5 | (d))
#define EOR(d, n, m) WORD $(0x6E201C00 | (m)<<16 | (n)<<5 | (d))
#define USHR4(d, n) WORD $(0x6F0C0400 | (n)<<5 | (d))

// Two registers from and to off, a multiple of 16 below 1024, or from p with a step of 32.
#define LOAD2(d, e, p, off) WORD $(0xAD400000 | (off)<<11 | (e)<<10 | (p)<<5 | (d))
#define STORE2(d, e, p, off) WORD $(0xAD000000 | (off)<<11 | (e)<<10 | (p)<<5 | (d))
#define NEXT2(d, e, p) WORD $(0xACC10000 | (e)<<10 | (p)<<5 | (d))
