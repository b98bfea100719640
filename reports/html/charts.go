package html

import (
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// maxCharted is the most cells of the interactive figures.
const maxCharted = 600

// charts is the data of the interactive figures: JSON in the page.
type charts struct {
	Metrics []chartMetric `json:"metrics"`
	Tasks   []chartTask   `json:"tasks"`
	Rows    []chartRow    `json:"rows"`
	Cut     int           `json:"cut"` // cells that are left out
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

type chartRow struct {
	Task   int                 `json:"t"`
	Name   string              `json:"n"`
	Family string              `json:"f"`
	Engine string              `json:"e"`
	Color  string              `json:"c"`
	Shape  string              `json:"s"`
	Values map[string]estimate `json:"v"`
}

// estimate is a value with the ends of its interval, which are the value itself
// where there is none. It is written as [value, low, high] or [value].
type estimate struct{ value, low, high float64 }

// MarshalJSON implements json.Marshaler.
func (e estimate) MarshalJSON() ([]byte, error) {
	b := strconv.AppendFloat([]byte{'['}, e.value, 'g', 5, 64)
	if e.low != e.high {
		b = strconv.AppendFloat(append(b, ','), e.low, 'g', 5, 64)
		b = strconv.AppendFloat(append(b, ','), e.high, 'g', 5, 64)
	}
	return append(b, ']'), nil
}

func estimateOf(e *stats.Estimate) estimate {
	if e.CI == nil {
		return estimate{e.Value, e.Value, e.Value}
	}
	return estimate{e.Value, e.CI.Low, e.CI.High}
}

// chartsOf is nil when there is nothing to draw.
func chartsOf(v *view.View) *charts {
	c := &charts{}
	known := map[string]bool{}
	for _, p := range v.Points {
		task := len(c.Tasks)
		var rows []chartRow
		for _, r := range p.Rows {
			if !r.Usable() || len(r.Values) == 0 {
				continue
			}
			if len(c.Rows)+len(rows) == maxCharted {
				c.Cut++
				continue
			}
			row := chartRow{
				Task: task, Name: view.Clean(r.Name), Family: view.Clean(r.FamilyName()), Engine: view.Clean(r.Cell.Engine),
				Color: string(engineOf(r.Cell.Engine).Color), Shape: engineOf(r.Cell.Engine).Shape, Values: map[string]estimate{},
			}
			for m, e := range r.Values {
				if e != nil {
					row.Values[string(m)] = estimateOf(e)
					known[string(m)] = true
				}
			}
			rows = append(rows, row)
		}
		if len(rows) == 0 {
			continue
		}
		group := view.Clean(p.Workload)
		if p.CostOnly {
			group = view.Clean(p.Subject())
		}
		c.Tasks = append(c.Tasks, chartTask{view.Clean(p.Task()), group, p.CostOnly, p.Budget})
		c.Rows = append(c.Rows, rows...)
	}
	if len(c.Rows) == 0 {
		return nil
	}
	for _, d := range result.Metrics() {
		if known[d.Name] {
			c.Metrics = append(c.Metrics, chartMetric{d.Name, d.Title, d.Unit, d.Doc, strings.HasPrefix(d.Unit, "%")})
		}
	}
	return c
}
