package bounds

import (
	"math"
	"testing"
)

type record struct {
	Size    int64              `json:"size"`
	Maybe   *float64           `json:"maybe" range:"0..1"`
	Low     float64            `json:"low" range:"..0"`
	From    int                `json:"from" range:"-1.."`
	Any     int                `json:"any" range:"any"`
	Seed    uint64             `json:"seed"`
	Word    string             `json:"word" range:"|one|two"`
	Words   []string           `json:"words" range:"one|two"`
	Hash    string             `json:"hash" range:"sha256"`
	When    string             `json:"when" range:"time"`
	Pairs   [][2]int64         `json:"pairs"`
	Shares  map[string]float64 `json:"shares" range:"0..1"`
	Inner   *inner             `json:"inner"`
	Options map[string]any     `json:"options"`
	Hidden  int                `json:"-"`
}

type inner struct {
	Count int `json:"count"`
}

func TestBounds(t *testing.T) {
	check := Of[record]()
	half, much, unknown := 0.5, 1.5, math.NaN()
	for _, r := range []record{
		{}, {Size: 1e18, Maybe: &half, Low: -7, From: -1, Any: -9, Seed: math.MaxUint64, Word: "two", Words: []string{"one", "two"}},
		{Hash: "9b06d5db58299ed1be8d396a41f79527f39d3d17292214085cada15a9d686192", When: "2026-11-29T22:31:12Z", Pairs: [][2]int64{{0, 1}}},
		{Shares: map[string]float64{"a": 0, "b": 1 + 1e-15}, Inner: &inner{}, Maybe: &unknown, Hidden: -1, Options: map[string]any{"x": -1}, Low: 1e-16},
	} {
		if err := check(&r); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for want, r := range map[string]record{
		"size is -424; allowed is 0 or more":                           {Size: -424},
		"size is 9223372036854775807; allowed is at most 1e18":         {Size: math.MaxInt64},
		"maybe is 1.5; allowed is 0 to 1":                              {Maybe: &much},
		"low is 0.1; allowed is 0 or less":                             {Low: 0.1},
		"from is -2; allowed is -1 or more":                            {From: -2},
		`word is "three"; allowed is one or two, or nothing`:           {Word: "three"},
		`words[1] is ""; allowed is one or two`:                        {Words: []string{"one", ""}},
		`hash is "9b06"; allowed is 64 hexadecimal digits`:             {Hash: "9b06"},
		`when is "yesterday"; allowed is a time as RFC 3339 writes it`: {When: "yesterday"},
		"pairs[1][0] is -1; allowed is 0 or more":                      {Pairs: [][2]int64{{1, 1}, {-1, 1}}},
		"shares.a is -1; allowed is 0 to 1":                            {Shares: map[string]float64{"b": 2, "a": -1}},
		"inner.count is -3; allowed is 0 or more":                      {Inner: &inner{Count: -3}},
	} {
		if err := check(&r); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
