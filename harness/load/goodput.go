package load

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// MaxLimit is the longest time that a limit, or the time-out of a batch, may be.
const MaxLimit = 24 * time.Hour

// ParseGoodput reads limits: "ttft:200ms,tpot:20ms,e2e:2s,exact" or "partial:0.8".
func ParseGoodput(text string) (*result.Goodput, error) {
	if text == "" {
		return nil, nil
	}
	g := &result.Goodput{}
	times := map[string]**int64{"ttft": &g.TTFTNs, "tpot": &g.TPOTNs, "e2e": &g.E2ENs}
	for part := range strings.SplitSeq(text, ",") {
		name, value, given := strings.Cut(strings.TrimSpace(part), ":")
		limit, isTime := times[name]
		switch {
		case isTime:
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 || d > MaxLimit {
				return nil, fmt.Errorf("--goodput: the limit of %s is %q; allowed is a time above 0 and up to %v, such as 200ms", name, value, MaxLimit)
			}
			ns := d.Nanoseconds()
			*limit = &ns
		case name == "exact" && !given:
			g.Exact = true
		case name == "partial":
			x, err := strconv.ParseFloat(value, 64)
			if err != nil || !(x >= 0 && x <= 1) {
				return nil, fmt.Errorf("--goodput: the limit of partial is %q; allowed is a share from 0 to 1", value)
			}
			g.Partial = &x
		default:
			return nil, engines.UnknownName("limit of --goodput", part, []string{"ttft:TIME", "tpot:TIME", "e2e:TIME", "exact", "partial:SHARE"})
		}
	}
	return g, nil
}
