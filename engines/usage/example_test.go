package usage_test

import (
	"encoding/json"
	"fmt"

	"dllmbench/engines/usage"
)

// An engine that knows its work counts it in a Tally; one that is asked over a
// network knows less. What is unknown to one is unknown in the sum.
func Example() {
	var t usage.Tally
	t.Add(usage.Prefill, &usage.Pass{usage.NFE: 1, usage.QueryTokens: 14})
	t.Add(usage.Denoise, &usage.Pass{usage.NFE: 1, usage.QueryTokens: 8})
	t[usage.CommittedTokens] = 5
	here := t.Usage()
	there := usage.Usage{usage.CommittedTokens: usage.Known(7)}

	sum := usage.Zero()
	sum.Add(here)
	fmt.Println(sum[usage.NFE], sum[usage.QueryTokens], sum[usage.QueryTokens.In(usage.Prefill)], sum[usage.CommittedTokens])
	sum.Add(there)
	fmt.Println(sum[usage.NFE], sum[usage.CommittedTokens])
	data, err := json.Marshal(sum[usage.NFE])
	fmt.Println(string(data), err)
	// Output:
	// 2 22 14 5
	// – 12
	// null <nil>
}
