// Instructions of NEON that Go's assembler does not know or that share macros with
// such: d, n, m are numbers of vector registers, p of a register that holds an address.

// Four float32, two float64 (2D), bits.
#define FADD(d, n, m) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))
#define FSUB(d, n, m) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FMUL(d, n, m) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
#define FDIV(d, n, m) WORD $(0x6E20FC00 | (m)<<16 | (n)<<5 | (d))
#define FMLA(d, n, m) WORD $(0x4E20CC00 | (m)<<16 | (n)<<5 | (d))
#define FMLS(d, n, m) WORD $(0x4EA0CC00 | (m)<<16 | (n)<<5 | (d))
#define FSQRT(d, n) WORD $(0x6EA1F800 | (n)<<5 | (d))
#define FNEG(d, n) WORD $(0x6EA0F800 | (n)<<5 | (d))
#define FRINTN(d, n) WORD $(0x4E218800 | (n)<<5 | (d))
#define FCVTNS(d, n) WORD $(0x4E21A800 | (n)<<5 | (d))
#define FCMGT(d, n, m) WORD $(0x6EA0E400 | (m)<<16 | (n)<<5 | (d))
#define FCMEQ(d, n, m) WORD $(0x4E20E400 | (m)<<16 | (n)<<5 | (d))
#define FADD2D(d, n, m) WORD $(0x4E60D400 | (m)<<16 | (n)<<5 | (d))
#define FMLA2D(d, n, m) WORD $(0x4E60CC00 | (m)<<16 | (n)<<5 | (d))
#define ADD4S(d, n, m) WORD $(0x4EA08400 | (m)<<16 | (n)<<5 | (d))
#define SHL23(d, n) WORD $(0x4F375400 | (n)<<5 | (d))
#define BIC(d, n, m) WORD $(0x4E601C00 | (m)<<16 | (n)<<5 | (d))
#define BIT(d, n, m) WORD $(0x6EA01C00 | (m)<<16 | (n)<<5 | (d))
#define MOV(d, n) WORD $(0x4EA01C00 | (n)<<16 | (n)<<5 | (d))
#define ZERO(d) WORD $(0x4F000400 | (d))

// Lane 0 of m with all lanes of n.
#define FMLA0(d, n, m) WORD $(0x4F801000 | (m)<<16 | (n)<<5 | (d))

// The sum of the two lowest lanes.
#define FADDP(d, n) WORD $(0x7E30D800 | (n)<<5 | (d))
#define FADDP2D(d, n) WORD $(0x7E70D800 | (n)<<5 | (d))

// The lower and upper half widened: float32 to float64, float16 to float32, and 16
// bits to the upper half of 32.
#define FCVTL2D(d, n) WORD $(0x0E617800 | (n)<<5 | (d))
#define FCVTLH2D(d, n) WORD $(0x4E617800 | (n)<<5 | (d))
#define FCVTL(d, n) WORD $(0x0E217800 | (n)<<5 | (d))
#define FCVTLH(d, n) WORD $(0x4E217800 | (n)<<5 | (d))
#define SHLL(d, n) WORD $(0x2E613800 | (n)<<5 | (d))
#define SHLLH(d, n) WORD $(0x6E613800 | (n)<<5 | (d))

// Bytes from b on of n followed by m.
#define EXT(d, n, m, b) WORD $(0x6E000000 | (m)<<16 | (b)<<11 | (n)<<5 | (d))

// Lanes of n and m in turns, from their lower and upper halves.
#define ZIP1(d, n, m) WORD $(0x4E803800 | (m)<<16 | (n)<<5 | (d))
#define ZIP2(d, n, m) WORD $(0x4E807800 | (m)<<16 | (n)<<5 | (d))
#define ZIP1H(d, n, m) WORD $(0x4E403800 | (m)<<16 | (n)<<5 | (d))
#define ZIP2H(d, n, m) WORD $(0x4E407800 | (m)<<16 | (n)<<5 | (d))

// One number in all lanes; the second form then steps to the next.
#define REPEAT(d, p) WORD $(0x4D40C800 | (p)<<5 | (d))
#define REPEATNEXT(d, p) WORD $(0x4DDFC800 | (p)<<5 | (d))

// Two registers from and to off, a multiple of 16 below 1024, or from p with a step of 32.
#define LOAD2(d, e, p, off) WORD $(0xAD400000 | (off)<<11 | (e)<<10 | (p)<<5 | (d))
#define STORE2(d, e, p, off) WORD $(0xAD000000 | (off)<<11 | (e)<<10 | (p)<<5 | (d))
#define NEXT2(d, e, p) WORD $(0xACC10000 | (e)<<10 | (p)<<5 | (d))
