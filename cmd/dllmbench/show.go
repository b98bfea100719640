package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
	"dllmbench/reports/terminal"
	"dllmbench/show"
	"dllmbench/show/race"
	"dllmbench/workloads"
)

// showCmd serves the page on which decoders race, or writes it.
type showCmd struct {
	Weights string `help:"builtin:NAME or a checkpoint (folder or .gguf file); by default the trained weights in the binary."`
	Threads int    `range:"0 to 1024" placeholder:"N" help:"Worker threads; by default one per processor."`
	Port    int    `default:"8742" range:"0 to 65535" help:"Port on this machine; 0 is any free one."`
	Site    string `placeholder:"FOLDER" help:"Write a site instead, whose page has the engines in it and needs no server. Run it in the source tree, with Go installed."`
}

func (*showCmd) Help() string {
	return `The page shows autoregressive, diffusion and block decoding on the same weights: each writes alone and is timed, then all are
replayed on one clock. Only this machine can open it.

--site writes a folder for any web server, or to be opened from disk: the page with the built-in weights and the engines
compiled to WebAssembly, the documentation, and the reports below FOLDER/reports.

Examples:

    dllmbench show
    dllmbench show --weights path/to/checkpoint --port 8000
    dllmbench show --site site`
}

// Times of a race, see [race.Races].
const (
	warmShow = 20 * time.Millisecond
	bestShow = 200 * time.Millisecond
)

// Run serves until it is interrupted, or writes a site.
func (c *showCmd) Run(con *console) error {
	judge := setup.Judge()
	defer judge.Close()
	name := namedWeights(c.Weights)
	w, err := setup.Text(&library.Shelf{}, name)
	if err != nil {
		return err
	}
	races, page, err := racesOn(con, name, w, race.Keep(w.Model), c.Threads, judge)
	if err != nil {
		return err
	}
	if c.Site != "" {
		return c.site(con, page)
	}
	data, err := page.Bytes()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(c.Port)))
	if err != nil {
		return exit.With(exit.Execution, fmt.Errorf("%w; --port names another one", err))
	}
	server := &http.Server{
		Handler: show.Local(show.Handler(data, races)), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		BaseContext: func(net.Listener) context.Context { return con.ctx },
	}
	stop := context.AfterFunc(con.ctx, func() { server.Close() })
	defer stop()
	fmt.Fprintf(con.stdout, "http://%s/\n", listener.Addr())
	fmt.Fprintln(con.stderr, "open this address in a browser; Ctrl-C ends it")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return exit.With(exit.Execution, err)
	}
	return nil
}

// racesOn is a page of races on weights that hold keeps in memory. Answers that are run are
// judged by judge, where chat templates run too. One that cannot be used is reported.
func racesOn(con *console, name weights.Name, w library.Weights, hold func() (*model.Model, func(), error), threads int, judge *worker.Judge) (*race.Races, show.Page, error) {
	races := &race.Races{
		Hold: hold, Codec: w.Codec, Threads: cmp.Or(threads, runtime.NumCPU()), Now: con.now, Warm: warmShow, Best: bestShow,
		Judged: func(w workloads.Workload) workloads.Workload { return worker.Judged(w, judge) },
	}
	switch form, err := setup.Form(judge, name, w, scenario.Chat{}); {
	case err != nil:
		fmt.Fprintf(con.stderr, "prompts are continued as they stand: %s\n", terminal.Visible(err.Error()))
	case form != nil:
		races.Form = form
	}
	label := name.String()
	if name.Kind == weights.Path { // where it lies is not for pictures of the page
		label = filepath.Base(name.Name)
	}
	catalog, err := races.Catalog(label)
	return races, show.Page{Catalog: catalog}, exit.With(exit.Setup, err)
}

// site writes a site with the engines in its page.
func (c *showCmd) site(con *console, page show.Page) error {
	if c.Weights != "" {
		return exit.Errorf(exit.Usage, "--site has the built-in weights in it: leave --weights away")
	}
	engines, err := show.Build(con.ctx, ".")
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	page.Engines = engines
	if err := show.Site(c.Site, page, os.DirFS(".")); err != nil {
		return exit.With(exit.Execution, err)
	}
	fmt.Fprintln(con.stdout, filepath.Join(c.Site, "index.html"))
	return nil
}
