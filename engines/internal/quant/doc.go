// Package quant multiplies by matrices of quantised numbers: whole numbers of four to
// eight bits, in groups that share a scale, as GGUF files keep them.
//
// # The product
//
// Rows of activations are quantised, too: each group of them to whole numbers from
// -127 to 127 with a scale ([Activations]). A group of a sum is then a product of whole
// numbers, which is exact, and one float32 multiply-add per group adds it up:
//
//	y += (scale·d)·Σ(q - zero)·a + low·(d·Σa)
//
// where scale, low and zero belong to the weights and d to the activations. Groups are
// added in order with one accumulator an element, so a row's result does not depend on
// how many rows are computed with it, on the blocking or on threads.
//
// # Column panels
//
// A [Matrix] is stored in panels of 16 columns side by side, as in package kernel: four
// numbers of each of the 16 columns fill a 512-bit register, which is what the dot
// product of bytes in AVX-512 VNNI takes, or four of NEON. Matrix products of bytes (i8mm)
// take eight numbers of a column, which are put side by side in the cache. Tile registers (AMX)
// take the lines of a group as they are. Panels are as large as the
// blocks of the file; those of Q4_K and Q5_K are 3% larger, since their scales have a byte
// each. Formats of fewer than eight bits are unpacked to bytes a stretch at a time.
package quant
