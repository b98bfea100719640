package denoise

import "dllmbench/engines/internal/decode"

// unconditional runs the extra pass of classifier-free guidance: the same
// windows with every prompt token and fixed id masked. It keeps the logits in
// base, since those of a pass only last until the next one.
func (l *Loop) unconditional(run *decode.Run) error {
	for len(l.uncond) < len(run.Jobs) {
		l.uncond = append(l.uncond, nil)
	}
	mask := run.Mask()
	for _, j := range run.Active {
		w := &j.Window
		u := append(l.uncond[j.Index][:0], w.Tokens...)
		for i := range u {
			if j.Fixed(w.Position(i)) {
				u[i] = mask
			}
		}
		l.uncond[j.Index], w.Tokens = u, u
	}
	run.Aside = true
	defer func() { run.Aside = false }()
	if err := run.Forward(); err != nil {
		return err
	}
	l.base = l.base[:0]
	for _, j := range run.Active {
		for _, row := range j.Rows {
			l.base = append(l.base, row...)
		}
		j.Rows = nil // nothing is drawn from this pass
	}
	run.Record()
	for _, j := range run.Active {
		w := &j.Window
		w.Tokens = j.Seq[w.Pos:][:len(w.Tokens)]
	}
	return nil
}

// guide turns the conditional logits into l_u + (w+1)(l - l_u).
func (l *Loop) guide(run *decode.Run) {
	base, scale := l.base, float32(l.Guidance)+1
	for _, j := range run.Active {
		for _, row := range j.Rows {
			for i, u := range base[:len(row)] {
				row[i] = u + scale*(row[i]-u)
			}
			base = base[len(row):]
		}
	}
}
