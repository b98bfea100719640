//go:build (!amd64 && !arm64) || purego

package quant

import "testing"

func variants(t *testing.T, test func(*testing.T)) { test(t) }
