package plot

import "testing"

func TestThin(t *testing.T) {
	many := &series{name: "many", points: make([]point, 3*maxPoints)}
	few := &series{name: "few", points: []point{{x: 1}, {x: 2}}}
	for i := range many.points {
		many.points[i].x = float64(i)
	}
	crowded := []panel{{series: []*series{many, few}}, {series: []*series{few}}}
	all, drawn := thin(crowded)
	kept := crowded[0].series[0].points
	if all != 3*maxPoints+4 || len(kept) != 3*maxPoints/4 || kept[1].x != 4 || drawn != len(kept)+4 {
		t.Errorf("%d of %d points, %d of the crowded series, the second at %g", drawn, all, len(kept), kept[1].x)
	}
	if len(many.points) != 3*maxPoints || len(crowded[0].series[1].points) != 2 {
		t.Error("points of the original, or of a short series, were taken")
	}
	if all, drawn := thin([]panel{{series: []*series{few}}}); all != 2 || drawn != 2 {
		t.Errorf("%d of %d points of a panel with room", drawn, all)
	}
}
