package coherence

import (
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

var boot = stats.NewBootstrap(400, 7)

// instance has constraints at the given distances; negative ones look ahead.
func instance(id string, distances ...int) result.Instance {
	inst := result.Instance{ID: id}
	for _, d := range distances {
		o := result.Opportunity{Kind: "k", Distance: d, Direction: Backward}
		if d < 0 {
			o.Distance, o.Direction = -d, Lookahead
		}
		inst.Constraints = append(inst.Constraints, o)
	}
	return inst
}

func request(id string, repetition int, broken ...int) *result.Request {
	n := len(broken)
	return &result.Request{Instance: id, Repetition: repetition, Status: "success", Violations: &n, Broken: broken}
}

// Four instances like a, and one b: five have a bin near and one from 2 to 3,
// four one from 8 to 15.
func TestCurveByHand(t *testing.T) {
	instances := map[string]result.Instance{"b": instance("b", 0, 3, -40)}
	requests := []*result.Request{
		request("b", 0, 1, 2),               // the one at 3, and the lookahead one
		request("unknown", 0, 0),            // not described
		{Instance: "b", Repetition: 1},      // not finished
		{Instance: "a0", Status: "success"}, // not judged
	}
	for _, id := range []string{"a3", "a1", "a0", "a2"} {
		instances[id] = instance(id, 0, 2, 3, 9, -1)
		requests = append(requests, request(id, 1, 1), request(id, 0)) // one run of two breaks the one at 2
	}
	list := Observe(requests, instances)
	if len(list) != 5 || list[0].Instance != "a0" || len(list[0].Requests) != 2 || list[0].Requests[0].Repetition != 0 {
		t.Fatalf("observations %+v", list)
	}
	curves := Curves(list, boot)
	if len(curves) != 2 || curves[0].Direction != Backward || curves[1].Direction != Lookahead {
		t.Fatalf("curves %+v", curves)
	}
	want := []struct {
		name      string
		n         int
		broken, c float64
		instances int
	}{{"0", 5, 0, 1, 5}, {"2–3", 9, 3, 2.0 / 3, 5}, {"8–15", 4, 0, 1, 4}}
	if len(curves[0].Bins) != len(want) {
		t.Fatalf("bins %+v", curves[0].Bins)
	}
	for i, b := range curves[0].Bins {
		if w := want[i]; b.Name() != w.name || b.Opportunities != w.n || b.Broken != w.broken || math.Abs(b.C.Value-w.c) > 1e-12 || b.Instances != w.instances {
			t.Errorf("bin %d is %s: %+v, C %v", i, b.Name(), b, b.C.Value)
		}
	}
	// The bin that four instances have does not count.
	if a := curves[0].Area.Value; math.Abs(a-5.0/6) > 1e-12 {
		t.Errorf("area %v, want the mean of 1 and 2/3", a)
	}
	if c := curves[1]; len(c.Bins) != 2 || c.Bins[0].C.Value != 1 || c.Bins[1].C.Value != 0 || c.Area != nil {
		t.Errorf("lookahead %+v: no bin has five instances", c)
	}
	if one := Curves(Observe([]*result.Request{request("c", 0)}, map[string]result.Instance{"c": instance("c", 4)}), boot); len(one) != 1 {
		t.Errorf("curves %+v: a direction that no instance has is not left out", one)
	}
	if got := Curves(nil, boot); got != nil {
		t.Errorf("without observations: %+v", got)
	}
}

func TestBinsDouble(t *testing.T) {
	for d := range 1000 {
		if low, high := boundsOf(binOf(d)); d < low || d > high || high > 2*low {
			t.Errorf("distance %d is in the bin %d to %d", d, low, high)
		}
	}
	if binOf(-3) != 0 {
		t.Error("a negative distance has a bin of its own")
	}
}

// What nobody broke is not certain: the interval stays open below.
func TestPerfectCurveIsNotCertain(t *testing.T) {
	instances, requests := map[string]result.Instance{}, []*result.Request{}
	for i := range 20 {
		id := string(rune('a' + i))
		instances[id] = instance(id, 0, 5)
		requests = append(requests, request(id, 0))
	}
	c := CurveOf(Observe(requests, instances), Backward, boot)
	// Wilson of 20 in 20 is 83.9% to 1.
	for _, e := range []*stats.Estimate{c.Bins[0].C, c.Area} {
		if e.Value != 1 || e.CI.High != 1 || math.Abs(e.CI.Low-0.839) > 0.001 {
			t.Errorf("%+v, %v", e, e.CI)
		}
	}
}

// Nor is a curve on which all instances agree.
func TestEqualInstancesAreNotCertain(t *testing.T) {
	instances, requests := map[string]result.Instance{}, []*result.Request{}
	for i := range 20 {
		id := string(rune('a' + i))
		instances[id] = instance(id, 0, 5, 5)
		requests = append(requests, request(id, 0, 1))
	}
	c := CurveOf(Observe(requests, instances), Backward, boot)
	// Wilson of 10 in 20 is 29.9% to 70.1%.
	if b := c.Bins[1].C; b.Value != 0.5 || math.Abs(b.CI.Low-0.299) > 0.001 || math.Abs(b.CI.High-0.701) > 0.001 {
		t.Errorf("bin %v %v", b.Value, b.CI)
	}
	if a := c.Area; a.Value != 0.75 || math.Abs(a.CI.Low-(0.839+0.299)/2) > 0.001 || math.Abs(a.CI.High-(1+0.701)/2) > 0.001 {
		t.Errorf("area %v %v", a.Value, a.CI)
	}
}

// A text that is cut off breaks everything behind the cut, so degenerate
// outputs cannot win: planted at known rates, the curve has to find them.
func TestCurveFindsPlantedRates(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 400
	rates := map[int]float64{0: 0, 3: 0.05, 6: 0.2, -6: 0.5}
	instances, better := map[string]result.Instance{}, []*result.Request{}
	var worse []*result.Request
	for i := range n {
		id := string(rune(0x4e00 + i))
		inst := instance(id, 0, 3, 6, -6, 3)
		instances[id] = inst
		var a, b []int
		for j, o := range inst.Constraints {
			d := o.Distance
			if o.Direction == Lookahead {
				d = -d
			}
			if rng.Float64() < rates[d] {
				a, b = append(a, j), append(b, j)
			} else if d == 6 && rng.Float64() < 0.25 {
				b = append(b, j) // 0.2 + 0.8·0.25 = 0.4
			}
		}
		better, worse = append(better, request(id, 0, a...)), append(worse, request(id, 0, b...))
	}
	good, bad := Observe(better, instances), Observe(worse, instances)
	for _, c := range []struct {
		list      []Observation
		direction string
		want      []float64
	}{{good, Backward, []float64{1, 0.95, 0.8}}, {bad, Backward, []float64{1, 0.95, 0.6}}, {good, Lookahead, []float64{0.5}}} {
		curve := CurveOf(c.list, c.direction, boot)
		for i, want := range c.want {
			if b := curve.Bins[i]; !b.C.CI.Contains(want) || b.C.CI.High-b.C.CI.Low > 0.11 {
				t.Errorf("%s %s: %v %v, planted %v", c.direction, b.Name(), b.C.Value, b.C.CI, want)
			}
		}
		if want := stats.Mean(c.want); !curve.Area.CI.Contains(want) {
			t.Errorf("%s: area %v %v, planted %v", c.direction, curve.Area.Value, curve.Area.CI, want)
		}
	}
}
