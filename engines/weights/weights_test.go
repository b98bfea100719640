package weights

import "testing"

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want Name
	}{
		{"builtin:v1", Name{Builtin, "v1"}},
		{"shape:20m", Name{Shape, "20m"}},
		{"path:training/mine", Name{Path, "training/mine"}},
		{"training/mine", Name{Path, "training/mine"}},
		{"builtin", Name{Path, "builtin"}}, // a folder of that name
		{"C:/weights", Name{Path, "C:/weights"}},
		{"path:a:b", Name{Path, "a:b"}},
	} {
		got := Parse(c.text)
		if got != c.want {
			t.Errorf("Parse(%q) = %+v, want %+v", c.text, got, c.want)
		}
		if again := Parse(got.String()); again != got {
			t.Errorf("%q is written as %q, which reads as %+v", c.text, got, again)
		}
	}
	if !Parse("shape:20m").Random() || Parse("builtin:v1").Random() {
		t.Error("random are the weights of shapes, and no others")
	}
}
