//go:build amd64 && !purego

#include "textflag.h"

// Eight lanes on, eight lanes off: see TAIL in avx2_amd64.h.
DATA ·tailMask+0(SB)/8, $-1
DATA ·tailMask+8(SB)/8, $-1
DATA ·tailMask+16(SB)/8, $-1
DATA ·tailMask+24(SB)/8, $-1
DATA ·tailMask+32(SB)/8, $0
DATA ·tailMask+40(SB)/8, $0
DATA ·tailMask+48(SB)/8, $0
DATA ·tailMask+56(SB)/8, $0
GLOBL ·tailMask(SB), RODATA|NOPTR, $64

// The constants of EXP, each in eight lanes, two to a line.
DATA ·expTable+0(SB)/8, $0x3fb8aa3b3fb8aa3b // log2(e)
DATA ·expTable+8(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA ·expTable+16(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA ·expTable+24(SB)/8, $0x3fb8aa3b3fb8aa3b
DATA ·expTable+32(SB)/8, $0x3f3180003f318000 // ln(2), upper part: 355/512
DATA ·expTable+40(SB)/8, $0x3f3180003f318000
DATA ·expTable+48(SB)/8, $0x3f3180003f318000
DATA ·expTable+56(SB)/8, $0x3f3180003f318000
DATA ·expTable+64(SB)/8, $0xb95e8083b95e8083 // ln(2), lower part
DATA ·expTable+72(SB)/8, $0xb95e8083b95e8083
DATA ·expTable+80(SB)/8, $0xb95e8083b95e8083
DATA ·expTable+88(SB)/8, $0xb95e8083b95e8083
DATA ·expTable+96(SB)/8, $0x3ab5259b3ab5259b // coefficient of r^6
DATA ·expTable+104(SB)/8, $0x3ab5259b3ab5259b
DATA ·expTable+112(SB)/8, $0x3ab5259b3ab5259b
DATA ·expTable+120(SB)/8, $0x3ab5259b3ab5259b
DATA ·expTable+128(SB)/8, $0x3c091cc73c091cc7 // r^5
DATA ·expTable+136(SB)/8, $0x3c091cc73c091cc7
DATA ·expTable+144(SB)/8, $0x3c091cc73c091cc7
DATA ·expTable+152(SB)/8, $0x3c091cc73c091cc7
DATA ·expTable+160(SB)/8, $0x3d2aac593d2aac59 // r^4
DATA ·expTable+168(SB)/8, $0x3d2aac593d2aac59
DATA ·expTable+176(SB)/8, $0x3d2aac593d2aac59
DATA ·expTable+184(SB)/8, $0x3d2aac593d2aac59
DATA ·expTable+192(SB)/8, $0x3e2aaa493e2aaa49 // r^3
DATA ·expTable+200(SB)/8, $0x3e2aaa493e2aaa49
DATA ·expTable+208(SB)/8, $0x3e2aaa493e2aaa49
DATA ·expTable+216(SB)/8, $0x3e2aaa493e2aaa49
DATA ·expTable+224(SB)/8, $0x3efffffe3efffffe // r^2
DATA ·expTable+232(SB)/8, $0x3efffffe3efffffe
DATA ·expTable+240(SB)/8, $0x3efffffe3efffffe
DATA ·expTable+248(SB)/8, $0x3efffffe3efffffe
DATA ·expTable+256(SB)/8, $0x3f8000003f800000 // 1
DATA ·expTable+264(SB)/8, $0x3f8000003f800000
DATA ·expTable+272(SB)/8, $0x3f8000003f800000
DATA ·expTable+280(SB)/8, $0x3f8000003f800000
DATA ·expTable+288(SB)/8, $0xc2aeac4fc2aeac4f // lowest argument, -87.33654
DATA ·expTable+296(SB)/8, $0xc2aeac4fc2aeac4f
DATA ·expTable+304(SB)/8, $0xc2aeac4fc2aeac4f
DATA ·expTable+312(SB)/8, $0xc2aeac4fc2aeac4f
DATA ·expTable+320(SB)/8, $0x42b0c0a542b0c0a5 // highest argument, 88.37626
DATA ·expTable+328(SB)/8, $0x42b0c0a542b0c0a5
DATA ·expTable+336(SB)/8, $0x42b0c0a542b0c0a5
DATA ·expTable+344(SB)/8, $0x42b0c0a542b0c0a5
DATA ·expTable+352(SB)/8, $0x7f8000007f800000 // +Inf
DATA ·expTable+360(SB)/8, $0x7f8000007f800000
DATA ·expTable+368(SB)/8, $0x7f8000007f800000
DATA ·expTable+376(SB)/8, $0x7f8000007f800000
GLOBL ·expTable(SB), RODATA|NOPTR, $384
