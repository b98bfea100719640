//go:build arm64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// The assembly of this architecture.
const (
	assembly     = "neon"
	assemblyBits = 128
)

// useAssembly reports whether the assembly runs on this CPU.
var useAssembly = cpu.ARM64.HasASIMD

// useAVX512 reports whether matrix products use 512-bit registers.
const useAVX512 = false

//go:noescape
func spinPause()
