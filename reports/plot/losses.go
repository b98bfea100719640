package plot

// LossCurve is the training loss of one decoder's part of the objective.
type LossCurve struct {
	Engine string    // decoder the part trains, which gives colour and marker
	Name   string    // legend
	Step   []float64 // training steps, ascending
	Loss   []float64 // mean loss since the step before, in nats per token
}

// Losses is the figure of a training run's loss curves.
func Losses(title string, curves []LossCurve) *Figure {
	p := panel{x: axis{title: "training step", log: true}, y: axis{title: "loss (nats per token)", log: true}}
	for _, c := range curves {
		line := &series{name: c.Name, style: newStyle(c.Engine, 0), joined: true}
		line.style.radius = points(2.2)
		for i, step := range c.Step {
			line.points = append(line.points, point{x: step, y: c.Loss[i]})
		}
		p.series = append(p.series, line)
	}
	return &Figure{
		Name: "losses", Title: title, panels: []panel{p},
		Caption: "Every sample is new, so this is the loss on unseen data. A noised part's loss weighs masked tokens by block length over number of masks and bounds the negative log-likelihood.",
	}
}
