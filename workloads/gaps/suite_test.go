package gaps

import (
	"testing"

	"dllmbench/workloads/workloadtest"
)

func TestSuite(t *testing.T) { workloadtest.RunAll(t, New()) }

func FuzzCheck(f *testing.F) { workloadtest.Fuzz(f, New()) }
