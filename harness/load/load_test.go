package load

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// virtual is a clock on which nothing takes time but what the server says.
type virtual struct{ now time.Duration }

func (v *virtual) Now() time.Duration { return v.now }
func (v *virtual) Until(ctx context.Context, moment time.Duration) error {
	v.now = max(v.now, moment)
	return ctx.Err()
}

// drive serves n requests, each of which takes what service says.
func drive(t *testing.T, p Process, n int, service func(i int) time.Duration) []Served {
	t.Helper()
	return driveBatches(t, p, n, 1, func(first, _ int) (time.Duration, []time.Duration) { return service(first), nil })
}

// driveBatches serves up to most requests together; service says how long a batch
// takes, and each of its requests.
func driveBatches(t *testing.T, p Process, n, most int, service func(first, n int) (time.Duration, []time.Duration)) []Served {
	t.Helper()
	clock := &virtual{now: 7 * time.Hour} // sessions do not begin at 0
	list, err := Drive(t.Context(), p, n, Server{most, 1}, 1, clock, func(first, n int) ([]time.Duration, error) {
		took, each := service(first, n)
		clock.now += took
		return each, nil
	})
	if err != nil || len(list) != n {
		t.Fatalf("%d of %d served: %v", len(list), n, err)
	}
	return list
}

// mean of a time over requests in seconds.
func mean(list []Served, of func(Served) time.Duration) float64 {
	sum := 0.0
	for _, s := range list {
		sum += of(s).Seconds()
	}
	return sum / float64(len(list))
}

func wait(s Served) time.Duration    { return s.Start - s.Intended }
func latency(s Served) time.Duration { return s.End - s.Intended }

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got/want-1) > tolerance {
		t.Errorf("%s is %.5g, want %.5g", what, got, want)
	}
}

// TestQueueLaws compares waiting times with those of queueing theory: with
// arrivals at rate λ, mean service S, utilisation ρ = λS and squared coefficient
// of variation c² of the service, the mean wait is ρS(1+c²)/(2(1−ρ)).
func TestQueueLaws(t *testing.T) {
	const s = 0.010
	draw := rand.New(rand.NewPCG(5, 6))
	fixed := func(int) time.Duration { return 10 * time.Millisecond }
	random := func(int) time.Duration { return time.Duration(draw.ExpFloat64() * s * float64(time.Second)) }
	for _, rho := range []float64{0.3, 0.7, 0.85} {
		p := Process{Kind: "poisson", Rate: rho / s}
		list := drive(t, p, 400_000, fixed)
		near(t, "M/D/1 wait", mean(list, wait), rho*s/(2*(1-rho)), 0.05)
		near(t, "arrival rate", float64(len(list))/list[len(list)-1].Intended.Seconds(), p.Rate, 0.01)

		list = drive(t, p, 400_000, random)
		near(t, "M/M/1 wait", mean(list, wait), rho*s/(1-rho), 0.07)
		// Time in the system is exponential with mean S/(1−ρ).
		var times []float64
		for _, s := range list {
			times = append(times, latency(s).Seconds())
		}
		slices.Sort(times)
		near(t, "M/M/1 95th percentile", times[len(times)*95/100], -math.Log(0.05)*s/(1-rho), 0.07)
	}
}

// TestStallIsSeen is what coordinated omission would hide: a server that stands
// for a second makes all who came in that second late.
func TestStallIsSeen(t *testing.T) {
	stall := func(i int) time.Duration {
		if i == 1000 {
			return time.Second
		}
		return time.Millisecond
	}
	late := func(p Process) (n int) {
		for _, s := range drive(t, p, 3000, stall) {
			if latency(s) > 100*time.Millisecond {
				n++
			}
		}
		return n
	}
	if n := late(Process{Kind: "poisson", Rate: 200}); n < 150 || n > 300 {
		t.Errorf("%d requests are late, want about 200: those that came in the second", n)
	}
	if n := late(Process{Kind: "single_stream"}); n != 1 {
		t.Errorf("%d requests of a single stream are late, want the one that stood", n)
	}
}

func TestClosedLoop(t *testing.T) {
	fixed := func(int) time.Duration { return 10 * time.Millisecond }
	for _, clients := range []int{1, 4} {
		list := drive(t, Process{Kind: "concurrency", Clients: clients}, 1000, fixed)
		// Little: clients = throughput × latency, and the server is never idle.
		near(t, "latency", latency(list[500]).Seconds(), 0.010*float64(clients), 1e-9)
		near(t, "end", list[999].End.Seconds(), 10, 1e-9)
	}
	for i, s := range drive(t, Process{Kind: "offline"}, 100, fixed) {
		if s.Intended != 0 || s.End != time.Duration(i+1)*10*time.Millisecond {
			t.Errorf("request %d: %+v", i, s)
		}
	}
}

func TestSameArrivalsForAll(t *testing.T) {
	p := Process{Kind: "poisson", Rate: 50}
	fast := drive(t, p, 200, func(int) time.Duration { return time.Millisecond })
	slow := drive(t, p, 200, func(int) time.Duration { return time.Second })
	for i := range fast {
		if fast[i].Intended != slow[i].Intended {
			t.Fatalf("request %d comes at %v to a fast server and at %v to a slow one", i, fast[i].Intended, slow[i].Intended)
		}
	}
}

func TestDriveEnds(t *testing.T) {
	clock := &virtual{}
	broken := errors.New("broken")
	list, err := Drive(t.Context(), Process{Kind: "offline"}, 9, Server{1, 1}, 1, clock, func(first, _ int) ([]time.Duration, error) {
		if first == 3 {
			return nil, broken
		}
		return nil, nil
	})
	if !errors.Is(err, broken) || len(list) != 3 {
		t.Errorf("%d served, %v", len(list), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	list, err = Drive(ctx, Process{Kind: "poisson", Rate: 1}, 9, Server{1, 1}, 1, clock, func(int, int) ([]time.Duration, error) {
		cancel()
		return nil, nil
	})
	if !errors.Is(err, context.Canceled) || len(list) != 1 {
		t.Errorf("%d served, %v", len(list), err)
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"poisson:5", "poisson:0.25", "constant:5", "bursts:5:10", "ramp:1:20", "concurrency:4", "single_stream", "offline"} {
		if p, err := Parse(text); err != nil || p.String() != text {
			t.Errorf("%q is read as %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "poisson", "poisson:0", "poisson:-1", "poisson:NaN", "poisson:Inf", "poisson:1e9", "concurrency", "concurrency:0", "concurrency:1.5", "offline:3", "burst:2", "bursts:2", "bursts:2:0", "ramp:1", "ramp:1:2:3", "ramp:1:", "constant:"} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), "allowed") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestArrivals: what comes when, of each open process.
func TestArrivals(t *testing.T) {
	const n = 100_000
	gaps := func(list []time.Duration) (mean, deviation float64) {
		var x []float64
		for i := range list[1:] {
			x = append(x, (list[i+1] - list[i]).Seconds())
		}
		for _, g := range x {
			mean += g / float64(len(x))
		}
		for _, g := range x {
			deviation += (g - mean) * (g - mean) / float64(len(x))
		}
		return mean, math.Sqrt(deviation)
	}
	mean, deviation := gaps(Process{Kind: "constant", Rate: 50}.arrivals(n, 1))
	near(t, "gap of constant arrivals", mean, 0.02, 1e-6)
	if deviation > 1e-6 {
		t.Errorf("constant arrivals vary by %g s", deviation)
	}
	mean, deviation = gaps(Process{Kind: "poisson", Rate: 50}.arrivals(n, 1))
	near(t, "gap of random arrivals", mean, 0.02, 0.02)
	near(t, "its deviation", deviation, 0.02, 0.02)

	bursts := Process{Kind: "bursts", Rate: 50, Size: 10}.arrivals(n, 1)
	mean, deviation = gaps(bursts)
	near(t, "gap in bursts", mean, 0.02, 0.02)
	near(t, "its deviation", deviation, 0.02*math.Sqrt(19), 0.03) // variance of 0 nine times, of an exponential with mean 0.2 once
	for i := range bursts {
		if bursts[i] != bursts[i/10*10] {
			t.Fatalf("request %d does not come with its burst", i)
		}
	}
	for _, p := range []Process{{Kind: "ramp", Rate: 1, To: 9}, {Kind: "ramp", Rate: 9, To: 1}, {Kind: "ramp", Rate: 5, To: 5}} {
		list := p.arrivals(n, 1)
		end := n / 5.0 // at 5 a second on average
		near(t, p.String()+": end", list[n-1].Seconds(), end, 0.02)
		half, _ := slices.BinarySearch(list, time.Duration(end/2*float64(time.Second)))
		near(t, p.String()+": arrivals in the first half", float64(half), (p.Rate*3/4+p.To/4)*end/2, 0.02)
		if !slices.IsSorted(list) {
			t.Error(p, "goes back in time")
		}
	}
}

// late is a clock that wakes up a millisecond after the moment that was asked for.
type late struct{ virtual }

func (l *late) Until(ctx context.Context, moment time.Duration) error {
	return l.virtual.Until(ctx, moment+time.Millisecond)
}

// TestLag: what the sender is late is told apart from what the server is.
func TestLag(t *testing.T) {
	clock := &late{}
	list, err := Drive(t.Context(), Process{Kind: "constant", Rate: 100}, 20, Server{1, 1}, 1, clock, func(first, _ int) ([]time.Duration, error) {
		if first == 9 {
			clock.now += 25 * time.Millisecond
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		want := time.Millisecond
		switch i {
		case 0, 10, 11: // nothing to wait for; the stall ends 26 ms after request 9 came
			want = 0
		}
		if s.Lag != want || i == 10 && wait(s) != 16*time.Millisecond {
			t.Errorf("request %d: %+v, want a lag of %v", i, s, want)
		}
	}
}

// TestBatchLaws: a server that takes all who wait at once, whatever their number,
// needs the same time D for each batch. Arrivals at rate λ that find it busy, on
// average λD·exp(λD) in a busy period, come at any moment of a service and wait
// D/2 on average; one finds it free. So the mean wait is
// (D/2)·λD·exp(λD) / (1 + λD·exp(λD)).
func TestBatchLaws(t *testing.T) {
	const d = 0.010
	fixed := func(int, int) (time.Duration, []time.Duration) { return 10 * time.Millisecond, nil }
	for _, load := range []float64{0.3, 1, 2.5} {
		list := driveBatches(t, Process{Kind: "poisson", Rate: load / d}, 400_000, 1_000_000, fixed)
		busy := load * math.Exp(load)
		near(t, "wait", mean(list, wait), d/2*busy/(1+busy), 0.02)
	}
	// With a load that one at a time could not serve, batches of four can.
	list := driveBatches(t, Process{Kind: "poisson", Rate: 2.5 / d}, 100_000, 4, fixed)
	if w := mean(list, wait); w < d/2 || w > 10*d {
		t.Errorf("a server of batches of four has a mean wait of %g s", w)
	}
	for i, s := range driveBatches(t, Process{Kind: "offline"}, 100, 4, fixed) {
		if want := time.Duration(i/4+1) * 10 * time.Millisecond; s.Intended != 0 || s.End != want {
			t.Errorf("request %d: %+v, want its end at %v", i, s, want)
		}
	}
	// Little: as many clients as a batch are served together, each time.
	list = driveBatches(t, Process{Kind: "concurrency", Clients: 4}, 1000, 4, fixed)
	near(t, "latency", latency(list[500]).Seconds(), d, 1e-9)
	near(t, "end", list[999].End.Seconds(), 2.5, 1e-9)
}

// TestBatchOwnLatency: each request of a batch ends by itself, and its client goes
// on then, while the server is busy until the batch ends.
func TestBatchOwnLatency(t *testing.T) {
	own := func(_, n int) (time.Duration, []time.Duration) {
		return 10 * time.Millisecond, []time.Duration{4 * time.Millisecond, 10 * time.Millisecond}[:n]
	}
	list := driveBatches(t, Process{Kind: "concurrency", Clients: 2}, 6, 2, own)
	for i, s := range list {
		begin := time.Duration(i/2) * 10 * time.Millisecond
		end := begin + []time.Duration{4, 10}[i%2]*time.Millisecond
		came := time.Duration(0)
		if i >= 2 {
			came = list[i-2].End
		}
		if s.Start != begin || s.End != end || s.Intended != came {
			t.Errorf("request %d: %+v", i, s)
		}
	}
}

// TestManyInFlight: a server that takes several requests at once gets each when
// it comes, and those beyond wait for a place.
func TestManyInFlight(t *testing.T) {
	const service = 20 * time.Millisecond
	drive := func(inFlight int) []Served {
		start := time.Now()
		list, err := Drive(t.Context(), Process{Kind: "offline"}, 6, Server{Batch: 1, InFlight: inFlight}, 1, real{start}, func(int, int) ([]time.Duration, error) {
			time.Sleep(service)
			return nil, nil
		})
		if err != nil || len(list) != 6 {
			t.Fatalf("%d served: %v", len(list), err)
		}
		return list
	}
	for i, s := range drive(3) {
		if at := s.Start; (at < service) != (i < 3) || s.End < s.Start+service {
			t.Errorf("request %d of three in flight is from %v to %v", i, at, s.End)
		}
	}
	if last := drive(6)[5]; last.Start >= service {
		t.Errorf("with a place for each, the last one starts at %v", last.Start)
	}
}

// TestClosedLoopInFlight: a client sends its next request when its own answer is
// there, whatever the others wait for.
func TestClosedLoopInFlight(t *testing.T) {
	list, err := Drive(t.Context(), Process{Kind: "concurrency", Clients: 2}, 6, Server{Batch: 1, InFlight: 9}, 1, real{time.Now()}, func(first, _ int) ([]time.Duration, error) {
		if first == 0 {
			time.Sleep(100 * time.Millisecond)
		} else {
			time.Sleep(5 * time.Millisecond)
		}
		return nil, nil
	})
	if err != nil || list[5].Intended >= list[0].End {
		t.Errorf("error %v; the second client waited for the first: %+v", err, list)
	}
	failed := errors.New("no")
	list, err = Drive(t.Context(), Process{Kind: "offline"}, 9, Server{Batch: 1, InFlight: 4}, 1, real{time.Now()}, func(first, _ int) ([]time.Duration, error) {
		if first == 2 {
			return nil, failed
		}
		return nil, nil
	})
	if !errors.Is(err, failed) || len(list) != 2 {
		t.Errorf("%d served before the failure: %v", len(list), err)
	}
}

// real is the clock of the machine.
type real struct{ start time.Time }

func (r real) Now() time.Duration { return time.Since(r.start) }
func (r real) Until(ctx context.Context, moment time.Duration) error {
	time.Sleep(moment - r.Now())
	return ctx.Err()
}
