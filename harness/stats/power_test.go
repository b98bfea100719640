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
