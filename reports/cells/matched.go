package cells

import (
	"io"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// matchedLine is one comparison at equal cost or quality.
type matchedLine struct {
	Equal         string          `json:"equal"` // what is equal: tokens, nfe, flops, time or quality
	Task          string          `json:"task"`
	Reference     string          `json:"reference"`      // decoder that is compared with
	ReferenceCell string          `json:"reference_cell"` // its id
	ReferenceCost float64         `json:"reference_cost"` // in the unit of what is equal
	Decoder       string          `json:"decoder"`
	Cell          string          `json:"cell"`          // its id
	Cost          float64         `json:"cost"`          // in the unit of what is equal
	SecondCell    string          `json:"second_cell"`   // id of the second setting where the decoder lies between two; "" else
	SecondWeight  *float64        `json:"second_weight"` // share of the second setting, 0 to 1
	PointsMore    *stats.Estimate `json:"points_more"`   // difference in exact match
	TimesAsFast   *stats.Estimate `json:"times_as_fast"`
	PerToken      bool            `json:"per_token"`   // times_as_fast is per useful token, because output lengths differ by more than 10%
	FLOPsRatio    *float64        `json:"flops_ratio"` // those of the decoder over those of the reference
}

// Matched writes one line for each comparison at equal cost or quality that the
// run asks for; unknown is an empty field, as in [CSV].
func Matched(w io.Writer, v *view.View) error {
	var list []matchedLine
	for _, e := range v.Equals() {
		for _, c := range e.Found {
			line := matchedLine{Equal: e.By, Task: c.Point.Task(), Reference: c.A.Name, ReferenceCell: c.A.Cell.ID, ReferenceCost: c.CostA,
				Decoder: c.Name(), Cell: c.B.Cell.ID, Cost: c.CostB, PointsMore: c.Exact, TimesAsFast: c.Speed, PerToken: c.PerToken, FLOPsRatio: known(c.Work)}
			if c.Far != nil {
				line.SecondCell, line.SecondWeight = c.Far.Cell.ID, &c.Weight
			}
			list = append(list, line)
		}
	}
	return table.CSV(w, slices.Values(list))
}
