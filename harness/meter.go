package harness

import "dllmbench/engines"

// metering reads what the network of an engine has computed; nil when it does not say.
func metering(e engines.Engine) *engines.Meter {
	m, ok := e.(engines.Metered)
	if !ok {
		return nil
	}
	reading := m.Meter()
	return &reading
}

// since is the work between two readings; nil when one is missing.
func since(before, after *engines.Meter) *engines.Meter {
	if before == nil || after == nil {
		return nil
	}
	spent := after.Sub(*before)
	return &spent
}

// uncounted says which work of the network is in no counter of the batch, or "".
func (o outcome) uncounted() string {
	if o.meter == nil {
		return ""
	}
	return o.meter.Uncounted(o.results)
}
