//go:build (amd64 || arm64) && !purego

package quant

//go:noescape
func unpackNumbers(dst, src *uint8, units, stride, planes int)

//go:noescape
func unpackHalves(dst *float32, src *uint8, n, step, stride int)

//go:noescape
func unpackFine(dst *float32, half, fine *uint8, n, step int, sign float32)

//go:noescape
func quantiseRow(q *int8, f *factor, x *float32, groups, size, zero int)

// unpackBy makes a stretch of two panels ready for dot, by the given loops.
func (m *Matrix) unpackBy(s *unpacked, pair, k, size int,
	numbers func(dst, src *uint8, units, stride, planes int),
	halves func(dst *float32, src *uint8, n, step, stride int),
	fine func(dst *float32, half, fine *uint8, n, step int, sign float32)) block {
	b := m.stretch(s)
	step := 4 * b.step() // bytes
	blocks := size / m.Block
	from := m.data[2*pair*m.step+k/m.Block*m.panelBlock():]
	for j := range 2 {
		src, scales, lows := from[j*m.step:], s.scales[j*Width:], s.scales[(2+j)*Width:]
		if m.fine == 0 {
			halves(&scales[0], &src[0], blocks, step, m.panelBlock())
			if m.lows {
				halves(&lows[0], &src[2*Width], blocks, step, m.panelBlock())
			}
			if m.bits < 8 {
				numbers(&s.numbers[j*b.panel], &src[m.headBytes()], blocks, m.panelBlock(), m.bits-4)
			}
			continue
		}
		groups := m.Block / m.group
		for i := range blocks {
			src, at := src[i*m.panelBlock():], i*groups*b.step()
			bytes := src[2*m.halves*Width:]
			fine(&scales[at], &src[0], &bytes[0], groups, step, 1)
			if m.lows {
				fine(&lows[at], &src[2*Width], &bytes[groups*Width], groups, step, -1)
			}
			numbers(&s.numbers[j*b.panel+i*m.Block*Width], &src[m.headBytes()], m.Block/unit, m.unitBytes(), m.bits-4)
		}
	}
	if m.bits == 8 { // they are bytes as they are
		b.numbers, b.panel, b.group = from[m.headBytes():], m.step, m.panelBlock()
	}
	return b
}
