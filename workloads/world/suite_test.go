package world

import (
	"testing"

	"dllmbench/workloads/workloadtest"
)

func TestWorkload(t *testing.T) { workloadtest.RunAll(t, New()) }

func FuzzCheck(f *testing.F) { workloadtest.Fuzz(f, New()) }
