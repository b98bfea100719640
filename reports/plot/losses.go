package plot

// LossCurve is the training loss of one decoder's part of the objective.
type LossCurve struct {
	Engine string    // decoder the part trains, which gives colour and marker
	Name   string    // legend
	Step   []float64 // training steps, ascending
	Loss   []float64 // mean loss since the step before, in nats per token
}

// lossMarkers is how many markers a curve carries to tell it from the others.
const lossMarkers = 12

// Losses is the figure of a training run's loss curves.
func Losses(title string, curves []LossCurve) *Figure {
	p := panel{x: axis{title: "training step", log: true}, y: axis{title: "loss (nats per token)", log: true}}
	for _, c := range curves {
		line := &series{name: c.Name, style: newStyle(c.Engine, 0), joined: true}
		line.style.glyph.Radius = 0
		marks := &series{style: newStyle(c.Engine, 0)}
		for i, step := range c.Step {
			q := point{x: step, y: c.Loss[i]}
			line.points = append(line.points, q)
			if every := max(1, len(c.Step)/lossMarkers); i%every == every/2 {
				marks.points = append(marks.points, q)
			}
		}
		p.series = append(p.series, line, marks)
	}
	return &Figure{
		Name: "losses", Title: title, panels: []panel{p},
		Caption: "Every sample is new, so this is the loss on unseen data. A noised part's loss weighs masked tokens by block length over number of masks and bounds the negative log-likelihood.",
	}
}
