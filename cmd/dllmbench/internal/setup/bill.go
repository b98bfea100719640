package setup

import (
	"fmt"
	"io"

	"dllmbench/engines/remote"
	"dllmbench/harness/load"
	"dllmbench/harness/scenario"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Bill is the most that a run asks of an endpoint. A token is a byte at least, so the bytes
// of prompts stand for their tokens.
type Bill struct {
	Endpoint string
	Requests int64
	Input    float64 // tokens
	Output   float64
	limits   remote.Limits
	hurry    string // which rate of the account the load goes beyond; "" for none
}

// Cost is the price of all that.
func (b Bill) Cost() float64 { return b.limits.Price(b.Input, 0, b.Output) }

// Bills are those of a plan that is run so many times, by endpoint.
func Bills(plan *scenario.Plan, ends *Endpoints, times int, arrivals *load.Process) (list []Bill, err error) {
	for i := range plan.Groups {
		g := &plan.Groups[i]
		if g.Open == nil {
			continue
		}
		input := 0.0
		for _, item := range g.Items.All() {
			input += float64(len(item.Instance.Prompt))
			for _, p := range item.Instance.Template {
				input += float64(len(p.Text))
			}
			if g.System != nil {
				input += float64(len(*g.System))
			}
		}
		file, err := ends.Load()
		if err != nil {
			return nil, err
		}
		e, err := file.Find(g.Weights.Name)
		if err != nil {
			return nil, err
		}
		n := g.Items.Len()
		timed, warm := float64(g.Runs()), float64(plan.Scenario.Measurement.Warmup*g.Batch)/float64(n)
		share := (timed + warm) * float64(len(g.Cells)*times)
		at := -1
		for k := range list {
			if list[k].Endpoint == e.Name {
				at = k
			}
		}
		if at < 0 {
			at, list = len(list), append(list, Bill{Endpoint: e.Name, limits: e.Remote.Limits})
			if e.Kind != "process" { // which is asked before each run
				b := &list[at]
				b.Requests, b.Input, b.Output = int64(times), float64(times*len(probePrompt+probeSuffix)), float64(times*probeBudget)
			}
		}
		b := &list[at]
		b.Requests += int64(share*float64(n) + 0.5)
		b.Input += share * input
		b.Output += share * float64(n*g.Budget)
		if arrivals != nil && arrivals.Rate > 0 {
			rate := max(arrivals.Rate, arrivals.To) * 60
			for what, r := range map[string][2]float64{"requests": {rate, b.limits.RequestsPerMinute}, "input tokens": {rate * input / float64(n), b.limits.InputPerMinute}, "output tokens": {rate * float64(g.Budget), b.limits.OutputPerMinute}} {
				if r[1] > 0 && r[0] > r[1] {
					b.hurry = fmt.Sprintf("the load is up to %.0f %s a minute, and its per_minute allows %.0f: the limiter of the account would be measured", r[0], what, r[1])
				}
			}
		}
	}
	return list, nil
}

// Over says which limit of its endpoint a bill goes beyond; "" for none.
func (b Bill) Over() string {
	switch l := b.limits; {
	case l.Requests > 0 && b.Requests > l.Requests:
		return fmt.Sprintf("endpoint %s: up to %d requests, and its max_requests is %d", b.Endpoint, b.Requests, l.Requests)
	case l.OutputTokens > 0 && b.Output > float64(l.OutputTokens):
		return fmt.Sprintf("endpoint %s: up to %.0f output tokens, and its max_output_tokens is %d", b.Endpoint, b.Output, l.OutputTokens)
	case l.Cost > 0 && b.Cost() > l.Cost:
		return fmt.Sprintf("endpoint %s: a price of up to %.4g, and its max_cost is %g", b.Endpoint, b.Cost(), l.Cost)
	case b.hurry != "":
		return "endpoint " + b.Endpoint + ": " + b.hurry
	}
	return ""
}

// WriteBills prints bills as a table.
func WriteBills(w io.Writer, list []Bill) error {
	t := table.New(1, "endpoint", "requests", "input tokens", "output tokens", "price")
	for _, b := range list {
		price := view.Unknown
		if b.limits.InputPrice+b.limits.OutputPrice > 0 {
			price = fmt.Sprintf("%.4g", b.Cost())
		}
		t.Add(b.Endpoint, b.Requests, fmt.Sprintf("%.0f", b.Input), fmt.Sprintf("%.0f", b.Output), price)
	}
	_, err := io.WriteString(w, t.Known().Text(0))
	return err
}
