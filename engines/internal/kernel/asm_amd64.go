//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// The assembly of this architecture.
const (
	assembly     = "avx2"
	assemblyBits = 256
)

// useAssembly reports whether the assembly runs on this CPU.
var useAssembly = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// useAVX512 reports whether matrix products use 512-bit registers.
var useAVX512 = useAssembly && cpu.X86.HasAVX512F

//go:noescape
func spinPause()
