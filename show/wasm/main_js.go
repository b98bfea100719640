// Command wasm is the engines in a browser: it runs races in a worker of a page that
// package show makes, on the built-in weights.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall/js"
	"time"

	"dllmbench/engines/library"
	"dllmbench/engines/weights"
	"dllmbench/show/race"
)

// Times of a race: a browser has compiled what takes most of the time by then.
const (
	warm = 150 * time.Millisecond
	best = 200 * time.Millisecond
)

func main() {
	post := func(message any) error {
		data, err := json.Marshal(message)
		if err == nil {
			js.Global().Call("postMessage", string(data))
		}
		return err
	}
	fail := func(err error) { post(map[string]string{"kind": "error", "error": fmt.Sprint(err)}) }
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		fail(err)
		return
	}
	races := race.Races{Hold: race.Keep(w.Model), Codec: w.Codec, Threads: 1, Now: time.Now, Warm: warm, Best: best}
	asked := make(chan string, 1)
	js.Global().Set("race", js.FuncOf(func(_ js.Value, args []js.Value) any {
		asked <- args[0].String()
		return nil
	}))
	post(map[string]string{"kind": "ready"})
	for text := range asked {
		request, err := race.Parse([]byte(text))
		if err == nil {
			err = races.Run(context.Background(), request, post)
		}
		if err != nil {
			fail(err)
		}
	}
}
