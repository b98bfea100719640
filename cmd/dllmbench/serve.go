package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/chat"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/pool"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
	"dllmbench/harness/measure"
	"dllmbench/reports/terminal"
	"dllmbench/server"
	"dllmbench/show"
)

// serveCmd puts decoders behind OpenAI's interface.
type serveCmd struct {
	Model   []string      `sep:"none" placeholder:"NAME=WEIGHTS" help:"Weights to serve: builtin:NAME or a checkpoint (folder or .gguf file), with a name or under their own; may be repeated. By default the trained weights in the binary."`
	Listen  string        `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Address and port, 127.0.0.1:8080 by default; other addresses than this machine's own need a key."`
	KeyFile string        `placeholder:"FILE" help:"File that holds the key that requests need."`
	KeyEnv  string        `placeholder:"NAME" help:"Environment variable that holds it."`
	Batch   int           `range:"1 to 4096" default:"16" help:"Most requests that one engine decodes together."`
	Queue   int           `range:"1 to 65536" default:"256" help:"Most requests that wait; who comes then is refused (429)."`
	Engines int           `range:"1 to 256" default:"8" help:"Most engines (decoders with their options) open at once."`
	Memory  float64       `range:"0 to 65536" placeholder:"GB" help:"Memory for weights; by default two thirds of what is available. Weights are loaded when they are asked for, and let go for others."`
	Length  int           `range:"1 to 1048576" default:"8192" placeholder:"TOKENS" help:"Longest prompt with its answer, where a model takes more; 8192 by default."`
	Budget  int           `range:"1 to 16777216" default:"256" placeholder:"TOKENS" help:"Longest answer to a request that does not say it; 256 by default."`
	Drain   time.Duration `range:"0s to 1h" default:"30s" help:"How long requests at work may take to end after SIGTERM or Ctrl-C."`
	VLLM    bool          `name:"vllm-metrics" help:"Metrics under vLLM's names too, for dashboards and tools that expect them."`
	Show    bool          `help:"Also serve the page of dllmbench show, at /show/, on the first model."`
	Threads int           `range:"0 to 1024" placeholder:"N" help:"Threads of a pass; by default one per processor."`
}

func (*serveCmd) Help() string {
	return `Serves /v1/models, /v1/completions, /v1/chat/completions, /metrics and /healthz (docs/serve.md). A model is asked for by its
name, with a decoder as NAME/ENGINE or NAME/ENGINE/PRESET, and with options in the object dllmbench of a request.

Examples:

    dllmbench serve
    dllmbench serve --model v1=builtin:v1 --model smol=path/to/smol.gguf --listen 127.0.0.1:9000
    dllmbench serve --listen :8080 --key-env SERVE_KEY --vllm-metrics`
}

// minKey is the least length of a key, so that none is found by trying.
const minKey = 16

// Run serves until a signal comes, and then ends what is at work.
func (c *serveCmd) Run(con *console) error {
	key, err := c.key()
	if err == nil {
		err = server.CheckAddress(c.Listen, key)
	}
	if err == nil && c.Show && key != "" {
		err = errors.New("--show is for this machine alone, as the page has no key: leave --key-file and --key-env away")
	}
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	threads := cmp.Or(c.Threads, runtime.NumCPU())
	memory := int64(c.Memory * 1e9)
	if memory == 0 {
		memory = max(measure.Available()/3*2, 1<<30) // unknown on some systems
	}
	p := pool.New(pool.Config{Threads: threads, Batch: c.Batch, Waiting: c.Queue, Engines: c.Engines, Memory: memory, Positions: c.Length})
	if len(c.Model) == 0 {
		c.Model = []string{namedWeights("").String()}
	}
	for _, text := range c.Model {
		name, w, err := servedAs(text)
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		if _, err := p.Add(name, w); errors.Is(err, pool.ErrName) {
			return exit.With(exit.Usage, err)
		} else if err != nil {
			return exit.With(exit.Setup, err)
		}
	}
	judge := setup.Judge()
	defer judge.Close()
	s, err := server.New(server.Config{
		Pool: p, Key: key, Budget: c.Budget, VLLM: c.VLLM, Kernel: model.KernelVariant(), Now: con.now, Timeout: server.Usual(),
		Seed: func() uint64 { return rand.Uint64N(1 << 31) },
		Log:  func(err error) { fmt.Fprintln(con.stderr, "dllmbench:", terminal.Visible(err.Error())) },
		Render: func(talk chat.Conversation) (string, error) {
			order, err := json.Marshal(talk)
			if err != nil {
				return "", err
			}
			return judge.Render(order)
		},
	})
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	if c.Show {
		m := p.Models()[0]
		hold := func() (*model.Model, func(), error) { return p.Hold(m) }
		races, page, err := racesOn(con, m.Weights, library.Weights{Codec: m.Codec, Config: m.Config}, hold, c.Threads, judge)
		if err != nil {
			return err
		}
		data, err := page.Bytes()
		if err != nil {
			return err
		}
		s.Handle("/show/", http.StripPrefix("/show", show.Handler(data, races)))
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return exit.With(exit.Execution, fmt.Errorf("%w; --listen names another one", err))
	}
	con.drains(c.Drain + patience)
	var names []string
	for _, m := range p.Models() {
		names = append(names, m.Name)
	}
	fmt.Fprintf(con.stdout, "serving %s at http://%s/v1\n", strings.Join(names, ", "), l.Addr())
	if c.Show {
		fmt.Fprintf(con.stdout, "the show is at http://%s/show/\n", l.Addr())
	}
	return exit.With(exit.Execution, s.Serve(con.ctx, l, c.Drain))
}

// key is that of the file or the environment; "" for none.
func (c *serveCmd) key() (string, error) {
	key, from := "", ""
	switch {
	case c.KeyFile != "" && c.KeyEnv != "":
		return "", fmt.Errorf("--key-file and --key-env say the same thing: give one of them")
	case c.KeyFile != "":
		text, err := userfile.Read(c.KeyFile, 4096)
		if err != nil {
			return "", err
		}
		key, from = strings.TrimSpace(string(text)), c.KeyFile
	case c.KeyEnv != "":
		key, from = os.Getenv(c.KeyEnv), "the environment variable "+c.KeyEnv
	default:
		return "", nil
	}
	if len(key) < minKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s holds no key: at least %d printable characters of ASCII without blanks", from, minKey)
	}
	return key, nil
}

// servedAs are the weights of a --model and their name: the one in front of =, or that of
// the built-in network, the folder or the file.
func servedAs(text string) (name string, w weights.Name, err error) {
	name, rest, named := strings.Cut(text, "=")
	_, none := os.Stat(text)
	if !named || strings.Contains(name, "#") || none == nil { // the = is of a path, or of a setting behind one
		w = weights.Parse(text)
		name = strings.TrimSuffix(filepath.Base(w.Name), ".gguf")
	} else {
		w = weights.Parse(rest)
	}
	if named && w.Name == "" {
		return "", w, fmt.Errorf("--model %s: there are no weights behind =; give a folder, a .gguf file or builtin:NAME", text)
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == '/' || r > '~' }) {
		return "", w, fmt.Errorf("--model %s: %q is no name of a model; give one of ASCII without blanks and /, as NAME=WEIGHTS", text, name)
	}
	return name, w, nil
}
