package decoders

import (
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
)

func TestFind(t *testing.T) {
	for _, d := range All() {
		first, err := Find(d.Name, "")
		if err != nil || first.Engine != d.Name {
			t.Fatalf("%s: %+v, %v", d.Name, first, err)
		}
		if named, err := Find(d.Name, first.Name); err != nil || named.Name != first.Name {
			t.Errorf("%s/%s: %v", d.Name, first.Name, err)
		}
	}
	for want, names := range map[string][2]string{"did you mean block?": {"blok", ""}, "preset of engine diffusion": {"diffusion", "nothing"}} {
		if _, err := Find(names[0], names[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %s", names, err, want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	p, err := Find("block", "")
	if err != nil {
		t.Fatal(err)
	}
	o, err := ParseOptions(p, map[string]string{"block_length": "4", "temperature": "0.5"})
	if err != nil || o["temperature"] != 0.5 {
		t.Errorf("%v, %v", o, err)
	}
	if _, err := ParseOptions(p, map[string]string{"block_length": "four"}); err == nil || !strings.Contains(err.Error(), `"four" is not of kind int`) {
		t.Errorf("a word for a number: %v", err)
	}
}

// TestFits: a decoder on the smallest network says what it would say on the true one.
func TestFits(t *testing.T) {
	config, err := model.Shape("2m")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Find("block", "")
	if err != nil {
		t.Fatal(err)
	}
	o, err := engines.Resolve(p, engines.Options{"block_length": 4})
	if err != nil {
		t.Fatal(err)
	}
	info, err := Fits(config.Spec(), "block", p.Name, o, 8)
	if err != nil || info.Engine != "block" || info.Preset != p.Name {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := Fits(config.Spec(), "block", p.Name, engines.Options{"block_length": 0.5}, 8); err == nil {
		t.Error("half a position is no block")
	}
	config.Delimiters = []int32{5}
	if _, err := Fits(config.Spec(), "block", "adablock", engines.Options{"delimiter": config.VocabSize - 1}, 8); err != nil {
		t.Errorf("the last token of the vocabulary: %v", err)
	}
}
