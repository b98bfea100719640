package kernel

// matMulGeneric computes panels p0 to p1-1 of C = A·B (+ C when add is set).
// A[i][k] is a[i*rs+k*ks], so rs = lda, ks = 1 is a row-major A and rs = 1,
// ks = lda is a transposed one.
func matMulGeneric(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	for p := p0; p < p1; p++ {
		panel := b.Data[p*b.Stride : p*b.Stride+b.K*PanelWidth]
		n0 := p * PanelWidth
		w := min(PanelWidth, b.N-n0)
		for i := 0; i < m; i++ {
			row := c[i*ldc+n0 : i*ldc+n0+w]
			var acc [PanelWidth]float32
			if add {
				copy(acc[:], row)
			}
			dotPanelGeneric(&acc, a[i*rs:], ks, panel, 0)
			dotPanelGeneric(&acc, a[i*rs:], ks, panel, PanelWidth/2)
			copy(row, acc[:])
		}
	}
}

// dotPanelGeneric adds the product of one row of A (elements ks apart) and
// columns j to j+7 of a panel to acc[j:j+8]. Eight named accumulators stay in
// registers. The conversion of each product to float32 forbids the compiler to
// fuse it with the addition, so the bits are the same on every architecture.
// Two elements a turn, at fixed places of the panel, leave few checks of bounds.
func dotPanelGeneric(acc *[PanelWidth]float32, a []float32, ks int, panel []float32, j int) {
	s := acc[j : j+8 : j+8]
	s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	at := 0
	for panel = panel[min(j, len(panel)):]; len(panel) >= PanelWidth+8; panel = panel[min(2*PanelWidth, len(panel)):] {
		v, w, q := a[at], a[at+ks], (*[PanelWidth + 8]float32)(panel)
		s0 = s0 + float32(v*q[0]) + float32(w*q[PanelWidth])
		s1 = s1 + float32(v*q[1]) + float32(w*q[PanelWidth+1])
		s2 = s2 + float32(v*q[2]) + float32(w*q[PanelWidth+2])
		s3 = s3 + float32(v*q[3]) + float32(w*q[PanelWidth+3])
		s4 = s4 + float32(v*q[4]) + float32(w*q[PanelWidth+4])
		s5 = s5 + float32(v*q[5]) + float32(w*q[PanelWidth+5])
		s6 = s6 + float32(v*q[6]) + float32(w*q[PanelWidth+6])
		s7 = s7 + float32(v*q[7]) + float32(w*q[PanelWidth+7])
		at += 2 * ks
	}
	if len(panel) >= 8 {
		v, q := a[at], panel[:8]
		s0 += float32(v * q[0])
		s1 += float32(v * q[1])
		s2 += float32(v * q[2])
		s3 += float32(v * q[3])
		s4 += float32(v * q[4])
		s5 += float32(v * q[5])
		s6 += float32(v * q[6])
		s7 += float32(v * q[7])
	}
	s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7] = s0, s1, s2, s3, s4, s5, s6, s7
}
