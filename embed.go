// Package dllmbench holds the scenarios that come with the program, so that the
// binary runs without any other file.
package dllmbench

import _ "embed"

// DefaultScenario is scenarios.yaml: what "dllmbench run" runs, about a minute
// on two cores.
//
//go:embed scenarios.yaml
var DefaultScenario []byte

// QuickScenario is scenarios/quick.yaml: what "dllmbench run --quick" runs,
// about 15 seconds.
//
//go:embed scenarios/quick.yaml
var QuickScenario []byte

// SmallScenario is scenarios/ci.yaml: what "dllmbench check --self-test" times, with
// blocks of about a second.
//
//go:embed scenarios/ci.yaml
var SmallScenario []byte
