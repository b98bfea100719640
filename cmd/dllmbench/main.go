// Command dllmbench measures when diffusion decoding beats autoregressive
// decoding: at what quality and at what cost. Three decoders run on the same
// weights, on the same prompts, in the same process, in interleaved pairs.
//
// Each command has a file of its own, which reads the flags and calls the packages
// that do the work; [run] parses the command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
