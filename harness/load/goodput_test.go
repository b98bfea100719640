package load

import (
	"strings"
	"testing"
)

func TestParseGoodput(t *testing.T) {
	g, err := ParseGoodput("ttft:200ms, e2e:2s,exact")
	if err != nil || *g.TTFTNs != 200e6 || g.TPOTNs != nil || *g.E2ENs != 2e9 || !g.Exact || g.Partial != nil {
		t.Errorf("%+v, %v", g, err)
	}
	if g, err := ParseGoodput(""); g != nil || err != nil {
		t.Errorf("no limits: %+v, %v", g, err)
	}
	for text, want := range map[string]string{"ttft:-1s": "a time above 0", "e2e:25h": "up to 24h", "partial:2": "a share from 0 to 1", "exact:1": "limit of --goodput", "speed:1": "limit of --goodput"} {
		if _, err := ParseGoodput(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
