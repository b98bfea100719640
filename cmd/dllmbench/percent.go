package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A percent is a share written as "2%" or 0.02.
type percent float64

// UnmarshalText reads it.
func (p *percent) UnmarshalText(text []byte) error {
	number, scale := string(text), 1.0
	if rest, ok := strings.CutSuffix(number, "%"); ok {
		number, scale = rest, 100
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || !(x >= 0) || x/scale > 10 {
		return fmt.Errorf("%q is no share; write it as 2%% or 0.02", text)
	}
	*p = percent(x / scale)
	return nil
}
