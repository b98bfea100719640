package denoise

import "dllmbench/engines/internal/decode"

// unconditional runs the extra pass of classifier-free guidance (LLaDA's
// cfg_scale): the same windows with every prompt token and fixed id masked. It
// keeps the logits in base, since those of a pass only last until the next one.
// The layout must be one without cache.
func unconditional(run *decode.Run, scale float32) error {
	for _, j := range run.Active {
		s, w := j.Lane.(*Step), &j.Window
		s.masked, s.guidance = append(s.masked[:0], w.Tokens...), scale
		for i := range s.masked {
			if j.Fixed(w.Position(i)) {
				s.masked[i] = j.Spec().Mask
			}
		}
		w.Tokens = s.masked
	}
	run.Aside = true
	defer func() { run.Aside = false }()
	if err := run.Forward(); err != nil {
		return err
	}
	for _, j := range run.Active {
		s := j.Lane.(*Step)
		s.base = s.base[:0]
		for _, row := range j.Rows {
			s.base = append(s.base, row...)
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

// guide turns the conditional logits l into l_u + (w+1)(l - l_u), where w is the
// scale of guidance and l_u the unconditional logits.
func (s *Step) guide() {
	if s.guidance == 0 {
		return
	}
	base := s.base
	for _, row := range s.Rows {
		for i, u := range base[:len(row)] {
			row[i] = u + float32((s.guidance+1)*(row[i]-u)) // rounded twice, on every machine
		}
		base = base[len(row):]
	}
}
