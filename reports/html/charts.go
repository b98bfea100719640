package html

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// maxCharted is the most cells of the interactive figures.
const maxCharted = 600

// charts is the data of the interactive figures: JSON in the page. Rows name
// texts and decoders by their places in Names and Engines, and hold one value
// for each of Metrics in their order: no key stands there twice.
type charts struct {
	Metrics []chartMetric `json:"metrics"`
	Tasks   []chartTask   `json:"tasks"`
	Names   []string      `json:"names"`
	Engines []engine      `json:"engines"`
	Rows    [][]any       `json:"rows"` // task, name, curve, engine, values
	Cut     int           `json:"cut"`  // cells that are left out
}

type chartMetric struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Unit  string `json:"unit"`
	Doc   string `json:"doc"`
	Share bool   `json:"share"` // in per cent: the axis is 0 to 100
}

// chartTask is a task; tasks of one group differ in length only, or in the rung.
type chartTask struct {
	Title    string `json:"title"`
	Group    string `json:"group"`
	CostOnly bool   `json:"cost"`
	Budget   int    `json:"budget"`
}

// estimate is a value with the ends of its interval, which are the value itself
// where there is none. It is written as [value, low, high] or as a number.
type estimate struct{ value, low, high float64 }

// MarshalJSON implements json.Marshaler.
func (e estimate) MarshalJSON() ([]byte, error) {
	if e.low == e.high {
		return shortest(nil, e.value), nil
	}
	b := shortest([]byte{'['}, e.value)
	b = shortest(append(b, ','), e.low)
	b = shortest(append(b, ','), e.high)
	return append(b, ']'), nil
}

// shortest writes a number with the four digits that the page shows of it.
func shortest(b []byte, x float64) []byte {
	s := strconv.FormatFloat(x, 'g', 4, 64)
	if !strings.Contains(s, "e+") {
		return append(b, s...)
	}
	return strconv.AppendFloat(b, math.Round(x), 'f', -1, 64)
}

// placeOf is the place of a text in a list, to which it is added where it is new.
func placeOf(list *[]string, s string) int {
	i := slices.Index(*list, s)
	if i < 0 {
		i = len(*list)
		*list = append(*list, s)
	}
	return i
}

// chartsOf is nil when there is nothing to draw.
func chartsOf(v *view.View) *charts {
	c := &charts{}
	var rows []*view.Row
	known := map[view.Metric]bool{}
	var engines []string
	for _, p := range v.Points {
		before := len(rows)
		_, curve, _ := p.Curves()
		for _, r := range p.Rows {
			switch {
			case !r.Usable() || len(r.Values) == 0:
				continue
			case len(rows) == maxCharted:
				c.Cut++
				continue
			}
			for m := range r.Values {
				known[m] = true
			}
			rows = append(rows, r)
			c.Rows = append(c.Rows, []any{len(c.Tasks), placeOf(&c.Names, view.Clean(r.ShortName())), placeOf(&c.Names, view.Clean(curve(r))), placeOf(&engines, r.Look)})
		}
		if len(rows) == before {
			continue
		}
		group := view.Clean(p.Workload + p.Extra())
		if p.CostOnly {
			group = view.Clean(p.Subject())
		}
		c.Tasks = append(c.Tasks, chartTask{view.Clean(p.Task()), group, p.CostOnly, p.Budget})
	}
	if len(rows) == 0 {
		return nil
	}
	for _, d := range result.Metrics() {
		if known[view.Metric(d.Name)] {
			c.Metrics = append(c.Metrics, chartMetric{d.Name, d.Title, d.Unit, d.Doc, strings.HasPrefix(d.Unit, "%")})
		}
	}
	for i, r := range rows {
		values := make([]*estimate, len(c.Metrics))
		for j, m := range c.Metrics {
			if e := r.Values[view.Metric(m.Name)]; e != nil {
				values[j] = &estimate{e.Value, e.Value, e.Value}
				if e.CI != nil {
					values[j].low, values[j].high = e.CI.Low, e.CI.High
				}
			}
		}
		c.Rows[i] = append(c.Rows[i], values)
	}
	for _, name := range engines {
		c.Engines = append(c.Engines, engineOf(name))
	}
	return c
}
