package stats

import (
	"math"
	"testing"
)

func TestPairedDesign(t *testing.T) {
	design := PairedDesign{Blocks: 12, Tests: 1, Alpha: 0.01, Band: 1}
	// No effect: half of the error rate, for one direction.
	if p := design.Power(1, 0.05); p > 0.01 {
		t.Errorf("power without an effect: %v", p)
	}
	if p := design.Power(1.10, 0.02); p < 0.999 {
		t.Errorf("five deviations, twelve blocks: power %v", p)
	}
	// A z-test with the efficiency 3/π of ranks is somewhat better than the
	// exact test, whose critical values are Student's.
	shift := math.Log(1.05) / 0.05 * math.Sqrt(12*3/math.Pi)
	if p, bound := design.Power(1.05, 0.05), normal.Survival(normal.Quantile(0.995)-shift); p > bound || p < bound-0.25 {
		t.Errorf("power %v, normal bound %v", p, bound)
	}
	ratio, ok := design.Sees(0.05, 0.8)
	if !ok {
		t.Fatal("twelve blocks see nothing")
	}
	near(t, "power at the ratio seen", design.Power(ratio, 0.05), 0.8, 0.002)
	banded := design
	banded.Band = 1.02
	wider, _ := banded.Sees(0.05, 0.8)
	near(t, "a band moves what is seen", wider/ratio, 1.02, 1e-9)
	double, _ := design.Sees(0.10, 0.8)
	near(t, "twice the noise", math.Log(double)/math.Log(ratio), 2, 1e-9)

	design.Tests = 8 // needs 11 blocks
	if _, ok := design.Sees(0.05, 0.8); !ok {
		t.Error("twelve blocks for eight tests")
	}
	design.Blocks = 10
	if _, ok := design.Sees(0.05, 0.8); ok || design.Power(2, 0.01) != 0 {
		t.Error("ten blocks for eight tests have power")
	}
}

// TestShareSeen: with n instances of which a fifth is discordant, the difference
// seen is the one that the usual formula for n gives back.
func TestShareSeen(t *testing.T) {
	const discordant, alpha, power = 0.2, 0.05, 0.8
	d, ok := ShareSeen(100, discordant, alpha, power)
	if !ok || math.Abs(d-0.12529) > 1e-4 { // (1.95996 + 0.84162)·√0.002
		t.Errorf("100 instances see %v, %v", d, ok)
	}
	if more, _ := ShareSeen(400, discordant, alpha, power); math.Abs(more-d/2) > 1e-12 {
		t.Errorf("four times the instances see %v instead of half of %v", more, d)
	}
	if _, ok := ShareSeen(29, discordant, alpha, power); ok {
		t.Error("5.8 discordant instances are too few for level 0.05")
	}
	if _, ok := ShareSeen(30, discordant, alpha, power); !ok {
		t.Error("6 discordant instances are enough for level 0.05")
	}
}
