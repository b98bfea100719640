package gguf

import (
	"bytes"
	"encoding/hex"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestWrite: what is written reads as it was, and is stored as quantize of the package
// gguf of llama.cpp (gguf-py 0.19.0) stores it, bit for bit.
func TestWrite(t *testing.T) {
	x := make([]float32, 96)
	for i := range 32 {
		x[i] = float32(float64(i*i%37-18) * 0.37)
		x[64+i] = 127 - 0.5*float32(i) // ties
	}
	keys := []Key{{"general.architecture", "none"}, {"a", uint32(7)}, {"b", float32(0.5)}, {"c", true}, {"d", []int32{-1, 2}}, {"e", []string{"x", "", "y"}}}
	out := []Out{{Name: "q", Shape: []int{3, 32}, Type: "Q8_0"}, {Name: "b", Shape: []int{6}, Type: "BF16"}, {Name: "h", Shape: []int{2, 3}, Type: "F16"}, {Name: "f", Shape: []int{96}, Type: "F32"}}
	var file bytes.Buffer
	if err := Write(&file, keys, out, func(dst []float32, o Out, from int) error {
		copy(dst, x[from:])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	f, err := parse(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"q": "b62a81889dc1f2317fd63fb238c86a15cf9671554747557196cf156ac838b23fd67f" + strings.Repeat("00", 34) +
			"003c7f7f7e7e7d7d7c7c7b7b7a7a7979787877777676757574747373727271717070",
		"b": "d5c0c9c0a6c055c03dbf2640", "h": "a9c64ac62ec5a9c2ecb92e41",
	} {
		begin := f.tensors[name].begin
		if got := hex.EncodeToString(file.Bytes()[begin : begin+int64(len(want)/2)]); got != want {
			t.Errorf("%s is stored as %s, want %s", name, got, want)
		}
	}
	got := make([]float32, 96)
	if err := f.Read(got, "f", 96); err != nil || !slices.Equal(got, x) {
		t.Errorf("%v, or other numbers", err)
	}
	if !slices.Equal(f.Keys(), []string{"general.architecture", "a", "b", "c", "d", "e"}) {
		t.Errorf("keys %q", f.Keys())
	}
	for key, want := range map[string]any{"a": uint64(7), "b": 0.5, "c": true, "d": []int64{-1, 2}, "e": []string{"x", "", "y"}} {
		if got := f.values[key]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
}

// TestWriteRefuses: numbers that are not finite as they are stored.
func TestWriteRefuses(t *testing.T) {
	for kind, x := range map[string]float32{"F16": 70000, "BF16": math.MaxFloat32, "Q8_0": 1e30, "F32": float32(math.Inf(1))} {
		data := slices.Repeat([]float32{x}, 32)
		err := Write(&bytes.Buffer{}, nil, []Out{{Name: "x", Shape: []int{32}, Type: kind}}, func(dst []float32, _ Out, _ int) error { copy(dst, data); return nil })
		if err == nil || !strings.Contains(err.Error(), `tensor "x": the number`) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
