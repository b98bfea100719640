//go:build (!amd64 && !arm64) || purego

// There is no assembly in this build. This file lets the compiler accept the
// declarations in asm.go.
