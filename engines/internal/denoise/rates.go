package denoise

import (
	"fmt"
	"math"

	"dllmbench/engines"
)

// Rates are the chances of one step of a time grid.
type Rates struct {
	Write float64 // of a masked position to be written
	Erase float64 // of a written position to be masked again
}

// A Grid gives the rates of step i, from 0, of so many steps. Time runs in
// equal steps from 1, where all is masked, to Eps; the share of written
// positions at time t is 1 - t (the log-linear schedule).
type Grid func(i, steps int) Rates

// gridTime is the time at which step i begins.
func gridTime(i, steps int, eps float64) float64 {
	return 1 - (1-eps)*float64(i)/float64(steps)
}

// between are the rates at which the share of written positions goes from a to
// b in one step while written ones are erased with probability sigma, which is
// brought into the range where such rates exist (Wang et al. 2025, ReMDM).
func between(a, b, sigma float64) Rates {
	if a >= 1 {
		return Rates{Write: 1}
	}
	sigma = max(0, min(sigma, largest(a, b)))
	return Rates{Write: max(0, min((b-(1-sigma)*a)/(1-a), 1)), Erase: sigma}
}

// largest is the highest chance of erasing at which the share of written
// positions can still go from a to b.
func largest(a, b float64) float64 {
	if a <= 0 {
		return 1
	}
	return min(1, (1-b)/a)
}

// erasing is the grid whose chance of erasing follows from the shares of written
// positions before and after a step. What is still masked after the last step, a
// share of eps, is left to the rule.
func erasing(eps float64, sigma func(a, b float64) float64) Grid {
	return func(i, steps int) Rates {
		a, b := 1-gridTime(i, steps, eps), 1-gridTime(i+1, steps, eps)
		return between(a, b, sigma(a, b))
	}
}

// Capped erases each written position with probability eta in every step, or
// less where the schedule does not allow as much (ReMDM-cap). With eta 0 it never
// erases (MDLM).
func Capped(eps, eta float64) Grid {
	return erasing(eps, func(_, _ float64) float64 { return eta })
}

// ForwardAll never erases, and writes all that is left in the last step (Dream).
func ForwardAll(eps float64) Grid {
	forward := Capped(eps, 0)
	return func(i, steps int) Rates {
		if i == steps-1 {
			return Rates{Write: 1}
		}
		return forward(i, steps)
	}
}

// Rescaled erases with eta times the highest probability that the schedule
// allows (ReMDM-rescale).
func Rescaled(eps, eta float64) Grid {
	return erasing(eps, func(a, b float64) float64 { return eta * largest(a, b) })
}

// Shared never erases by itself and gives the highest probability of erasing that
// the schedule allows for Ancestral.ByConfidence to share out (ReMDM-conf).
func Shared(eps float64) Grid {
	return func(i, steps int) Rates {
		a, b := 1-gridTime(i, steps, eps), 1-gridTime(i+1, steps, eps)
		return Rates{Write: between(a, b, 0).Write, Erase: largest(a, b)}
	}
}

// ForwardBackward erases as many positions as a step forward in time would
// (the forward-backward sampler of Campbell et al. 2022, as ReMDM has it).
func ForwardBackward(eps float64) Grid {
	return erasing(eps, func(a, b float64) float64 {
		if a <= 0 {
			return 1
		}
		return (b - a) / a
	})
}

// Looped is the grid of ReMDM-loop. Until time On the share of written
// positions rises to Alpha; from there to time Off it stays, while each written
// position is erased with probability Eta per step and as many are written;
// then it rises to 1.
type Looped struct {
	On, Off    float64 // 1 > On ≥ Off > 0
	Alpha, Eta float64 // in (0, 1)
}

// Grid returns the rates.
func (l Looped) Grid(eps float64) Grid {
	return func(i, steps int) Rates {
		t, eta := gridTime(i, steps, eps), 0.0
		if t <= l.On && t > l.Off {
			eta = l.Eta
		}
		return between(l.share(t), l.share(gridTime(i+1, steps, eps)), eta)
	}
}

// share is the share of written positions at time t.
func (l Looped) share(t float64) float64 {
	switch {
	case t > l.On:
		return (1 - t) / (1 - l.On) * l.Alpha
	case t > l.Off:
		return l.Alpha
	}
	return 1 - t/l.Off*(1-l.Alpha)
}

// ReMDM is the sampler of the options strategy and eta, and for strategy loop of
// t_on, t_off and alpha_on, on a grid that ends at time eps.
func ReMDM(o engines.Options, eps float64) (*Ancestral, error) {
	strategy, eta := o["strategy"].(string), o["eta"].(float64)
	r := &Ancestral{Proposal: Within(o), Revises: true, ByConfidence: strategy == "conf"}
	published := map[string]float64{"cap": 0.008, "rescale": 0.015, "loop": 0.02}
	switch usual, takes := published[strategy]; {
	case eta < 0 && eta != -1:
		return nil, fmt.Errorf("eta (%g) is a probability; give 0 to 1, or -1 for the published value", eta)
	case eta >= 0 && !takes:
		return nil, fmt.Errorf("eta (%g) has no meaning for strategy %s, which needs none; leave eta away, or give strategy cap with eta %g", eta, strategy, eta)
	case eta < 0:
		eta = usual
	}
	switch strategy {
	case "cap":
		r.Grid = Capped(eps, eta)
	case "rescale":
		r.Grid = Rescaled(eps, eta)
	case "conf":
		r.Grid = Shared(eps)
	case "loop":
		l := Looped{On: o["t_on"].(float64), Off: o["t_off"].(float64), Alpha: o["alpha_on"].(float64), Eta: eta}
		if l.Off > l.On {
			return nil, fmt.Errorf("t_off (%g) is above t_on (%g), and time runs from 1 down to 0; for example t_on 0.55 and t_off 0.05", l.Off, l.On)
		}
		if most := largest(l.Alpha, l.Alpha); eta > most {
			return nil, fmt.Errorf("eta (%g) is above %.3g, the most at which a share alpha_on (%g) of the positions can stay written; give eta at most %.3g, or a lower alpha_on", eta, most, l.Alpha, math.Floor(1000*most)/1000)
		}
		r.Grid = l.Grid(eps)
	case "forward_backward":
		r.Grid = ForwardBackward(eps)
	}
	return r, nil
}
