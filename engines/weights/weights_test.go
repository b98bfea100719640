package weights

import "testing"

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want Name
	}{
		{"builtin:v1", Name{Kind: Builtin, Name: "v1"}},
		{"shape:20m", Name{Kind: Shape, Name: "20m"}},
		{"path:training/mine", Name{Kind: Path, Name: "training/mine"}},
		{"training/mine", Name{Kind: Path, Name: "training/mine"}},
		{"builtin", Name{Kind: Path, Name: "builtin"}}, // a folder of that name
		{"C:/weights", Name{Kind: Path, Name: "C:/weights"}},
		{"path:a:b", Name{Kind: Path, Name: "a:b"}},
		{"a#mask=7,context=block,block=32,shift=true", Name{Path, "a", Trained{7, "block", 32, true}, "", ""}},
		{"path:a#b#mask=7", Name{Path, "a#b", Trained{Mask: 7}, "", ""}},
		{"a#block=8,mask=07,context=block", Name{Path, "a", Trained{Mask: 7, Context: "block", Block: 8}, "", ""}},
		{"a#mask=x", Name{Kind: Path, Name: "a#mask=x"}},
		{"a#mask=-1", Name{Kind: Path, Name: "a#mask=-1"}},
		{"a#context=ful", Name{Kind: Path, Name: "a#context=ful"}},
		{"a#", Name{Kind: Path, Name: "a#"}},
		{"a#mask=7,precision=q8_0", Name{Path, "a", Trained{Mask: 7}, "q8_0", ""}},
		{"builtin:v1#precision=q4_k_m", Name{Kind: Builtin, Name: "v1", Precision: "q4_k_m"}},
		{"shape:20m#kv=bf16", Name{Kind: Shape, Name: "20m", KV: "bf16"}},
		{"a#kv=bf16,mask=7,precision=q8_0", Name{Path, "a", Trained{Mask: 7}, "q8_0", "bf16"}},
		{"a#kv=f32", Name{Kind: Path, Name: "a"}},
		{"a#precision=", Name{Kind: Path, Name: "a#precision="}},
		{"builtin:v1#mask=7", Name{Kind: Builtin, Name: "v1#mask=7"}},
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
