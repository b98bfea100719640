// Package mlflow writes the numbers of a run to an MLflow tracking server over its REST API
// (2.0): a parent for the run, and below it a run for each cell.
//
// What is there is looked up first, by the tags dllmbench.run_id and dllmbench.cell. A run that
// is finished there is left as it is, one that was broken off is completed; so exporting again
// changes nothing. Parameters cannot be changed in MLflow, so a run whose records are others
// than those that were exported is refused.
package mlflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dllmbench/harness/result"
	"dllmbench/reports/push"
	"dllmbench/reports/view"
)

// Limits of the API for one call.
const (
	maxMetrics = 1000
	maxParams  = 100
	maxValue   = 500  // characters of a parameter
	maxTag     = 5000 // characters of a tag
	maxPages   = 1000
)

const api = "/api/2.0/mlflow/"

// Tags by which runs are found again.
const (
	tagRun     = "dllmbench.run_id"
	tagCell    = "dllmbench.cell" // "" for the parent
	tagRecords = "dllmbench.results_sha256"
)

type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type metric struct {
	Key   string  `json:"key"`
	Value float64 `json:"value"`
	Time  int64   `json:"timestamp"` // ms
	Step  int64   `json:"step"`
}

// run is a run on the server.
type run struct {
	Info struct {
		ID       string `json:"run_id"`
		Status   string `json:"status"`
		Artifact string `json:"artifact_uri"`
		Exp      string `json:"experiment_id"`
	} `json:"info"`
	Data struct {
		Tags []pair `json:"tags"`
	} `json:"data"`
}

func (r *run) tag(key string) string {
	for _, t := range r.Data.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// Records are the results file of a run.
type Records struct {
	SHA256 string
	Open   func() (io.ReadCloser, error)
}

// Done says what was done.
type Done struct {
	Parent        string // id
	Created, Were int    // runs of cells that were written, and that were there
	File          bool   // the records are there as an artifact
}

// exporter writes a run.
type exporter struct {
	*push.Server
	ctx        context.Context
	header     result.Header
	experiment string // id
	started    int64  // ms
	there      map[string]*run
}

// Export writes a run into an experiment, which is made where there is none of that name.
func Export(ctx context.Context, s *push.Server, experiment string, v *view.View, records Records) (done Done, err error) {
	e := &exporter{Server: s, ctx: ctx, header: v.Header, there: map[string]*run{}}
	started, err := time.Parse(time.RFC3339, v.Header.Started)
	if err != nil {
		return done, fmt.Errorf("the run does not say when it began: %w", err)
	}
	e.started = started.UnixMilli()
	if id := v.Header.RunID; id == "" || strings.ContainsAny(id, "'\"`\\%") || len(id) > maxValue {
		return done, errors.New("the run has no name that MLflow can look up (run_id)")
	}
	if e.experiment, err = e.named(experiment); err != nil {
		return done, err
	}
	if err := e.lookUp(); err != nil {
		return done, err
	}
	parent := e.there[""]
	if parent == nil {
		parent, err = e.create(cmp.Or(v.Header.Scenario, v.Header.RunID), "", pair{tagRecords, records.SHA256}, pair{"mlflow.source.name", "dllmbench"}, pair{"mlflow.source.git.commit", v.Header.Env.GitSHA})
	} else if was := parent.tag(tagRecords); was != records.SHA256 {
		err = fmt.Errorf("the run %s is there with other records (%.12s…, here %.12s…), and MLflow does not change parameters: delete it there, or choose another experiment", v.Header.RunID, was, records.SHA256)
	}
	if err != nil {
		return done, err
	}
	done.Parent = parent.Info.ID
	if parent.Info.Status == "FINISHED" {
		done.Were = len(e.there) - 1
		return done, nil
	}
	for _, r := range v.Rows {
		if r.State == view.NotRun {
			continue
		}
		is, err := e.cell(r, done.Parent)
		switch {
		case err != nil:
			return done, err
		case is:
			done.Were++
		default:
			done.Created++
		}
	}
	h := v.Header
	if err := e.log(done.Parent, nil, params(map[string]any{"scenario": h.Scenario, "seed": h.Seed, "cpu": h.Env.CPU, "cores": h.Env.Cores, "kernel": h.Env.Kernels(), "os": h.Env.OS + "/" + h.Env.Arch, "load": h.Load})); err != nil {
		return done, err
	}
	if done.File, err = e.file(parent, records); err != nil {
		return done, err
	}
	return done, e.finish(done.Parent)
}

// named is the id of the experiment of a name.
func (e *exporter) named(name string) (string, error) {
	var got struct {
		Experiment struct {
			ID    string `json:"experiment_id"`
			Stage string `json:"lifecycle_stage"`
		} `json:"experiment"`
	}
	look := func() error {
		return e.JSON(e.ctx, http.MethodGet, api+"experiments/get-by-name?experiment_name="+url.QueryEscape(name), nil, &got)
	}
	err := look()
	if missing := new(push.Refused); errors.As(err, &missing) && missing.Code == "RESOURCE_DOES_NOT_EXIST" {
		var made struct {
			ID string `json:"experiment_id"`
		}
		if err = e.JSON(e.ctx, http.MethodPost, api+"experiments/create", map[string]any{"name": name}, &made); err == nil {
			return made.ID, nil
		}
		if errors.As(err, &missing) && missing.Code == "RESOURCE_ALREADY_EXISTS" { // somebody else was quicker
			err = look()
		}
	}
	if err == nil && got.Experiment.Stage == "deleted" {
		err = fmt.Errorf("the experiment %q was deleted there: restore it, or choose another one", name)
	}
	return got.Experiment.ID, err
}

// lookUp finds what is there of the run.
func (e *exporter) lookUp() error {
	for page, token := 0, ""; ; page++ {
		var got struct {
			Runs []*run `json:"runs"`
			Next string `json:"next_page_token"`
		}
		ask := map[string]any{"experiment_ids": []string{e.experiment}, "max_results": 1000, "filter": fmt.Sprintf("tags.`%s` = '%s'", tagRun, e.header.RunID)}
		if token != "" {
			ask["page_token"] = token
		}
		if err := e.JSON(e.ctx, http.MethodPost, api+"runs/search", ask, &got); err != nil {
			return err
		}
		for _, r := range got.Runs {
			if r.tag(tagRun) == e.header.RunID {
				e.there[r.tag(tagCell)] = r
			}
		}
		if token = got.Next; token == "" {
			return nil
		}
		if page == maxPages {
			return errors.New("the server has no end of runs with that name")
		}
	}
}

// create makes a run.
func (e *exporter) create(name, cell string, more ...pair) (*run, error) {
	var got struct {
		Run *run `json:"run"`
	}
	tags := []pair{{tagRun, e.header.RunID}, {tagCell, cell}}
	for _, t := range more {
		if t.Value != "" {
			tags = append(tags, pair{t.Key, clip(t.Value, maxTag)})
		}
	}
	err := e.JSON(e.ctx, http.MethodPost, api+"runs/create", map[string]any{"experiment_id": e.experiment, "run_name": clip(name, 250), "start_time": e.started, "tags": tags}, &got)
	if err == nil && (got.Run == nil || got.Run.Info.ID == "") {
		err = errors.New("the server made a run and does not say which")
	}
	return got.Run, err
}

// cell writes the run of a cell unless it is there.
func (e *exporter) cell(r *view.Row, parent string) (was bool, err error) {
	c := r.Cell
	there := e.there[c.ID]
	if there != nil && there.Info.Status == "FINISHED" {
		return true, nil
	}
	if there == nil {
		there, err = e.create(r.Name+", "+view.TaskName(c), c.ID, pair{"mlflow.parentRunId", parent}, pair{"dllmbench.state", string(r.State)},
			pair{"dllmbench.reasons", strings.Join(r.Reasons, "; ")}, pair{"dllmbench.origin", c.Origin})
		if err != nil {
			return false, err
		}
	}
	var metrics []metric
	add := func(key string, x float64) { metrics = append(metrics, metric{key, x, e.started, 0}) }
	for _, d := range result.Metrics() {
		x := r.Values[view.Metric(d.Name)]
		if x == nil || !finite(x.Value) {
			continue
		}
		add(d.Column(), x.Value)
		if x.CI != nil && finite(x.CI.Low) && finite(x.CI.High) {
			add(d.Column()+"_low", x.CI.Low)
			add(d.Column()+"_high", x.CI.High)
		}
	}
	add("requests", float64(r.Requests))
	add("failed", float64(r.Failed))
	told := map[string]any{"decoder": r.Name, "engine": c.Engine, "preset": c.Preset, "weights": c.Weights, "precision": c.Precision, "workload": c.Workload, "rung": c.Rung,
		"budget_tokens": c.Budget, "batch": c.Batch, "threads": c.Threads, "params": c.Params}
	for name, value := range c.Options {
		told["option_"+name] = value
	}
	if err := e.log(there.Info.ID, metrics, params(told)); err != nil {
		return false, err
	}
	return false, e.finish(there.Info.ID)
}

// log writes metrics and parameters, in as many calls as the limits need.
func (e *exporter) log(id string, metrics []metric, params []pair) error {
	send := func(m []metric, p []pair) error {
		return e.JSON(e.ctx, http.MethodPost, api+"runs/log-batch", map[string]any{"run_id": id, "metrics": m, "params": p}, nil)
	}
	for list := range slices.Chunk(params, maxParams) {
		if err := send([]metric{}, list); err != nil {
			return err
		}
	}
	for list := range slices.Chunk(metrics, maxMetrics) {
		if err := send(list, []pair{}); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) finish(id string) error {
	return e.JSON(e.ctx, http.MethodPost, api+"runs/update", map[string]any{"run_id": id, "status": "FINISHED", "end_time": e.started}, nil)
}

// file puts the records beside the parent, where the server takes files itself.
func (e *exporter) file(parent *run, records Records) (bool, error) {
	_, path, is := strings.Cut(parent.Info.Artifact, "mlflow-artifacts:/")
	if !is || strings.HasPrefix(path, "/") { // of another server
		return false, nil
	}
	f, err := records.Open()
	if err != nil {
		return false, err
	}
	defer f.Close()
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(path, "/")+"/results.jsonl", "/") {
		parts = append(parts, url.PathEscape(part))
	}
	_, err = e.Send(e.ctx, http.MethodPut, "/api/2.0/mlflow-artifacts/artifacts/"+strings.Join(parts, "/"), "application/octet-stream", f)
	return err == nil, err
}

// params are parameters in the order of their names, without those that are not known.
func params(of map[string]any) (list []pair) {
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if value := fmt.Sprint(of[key]); of[key] != nil && value != "" {
			list = append(list, pair{tidy(key), clip(value, maxValue)})
		}
	}
	return list
}

// tidy makes a name that MLflow takes.
func tidy(name string) string {
	return clip(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-. ", r) {
			return r
		}
		return '_'
	}, name), 250)
}

// clip bounds a text.
func clip(text string, most int) string {
	if text = view.Clean(text); len(text) > most {
		text = strings.ToValidUTF8(text[:most-3], "") + "…"
	}
	return text
}

func finite(x float64) bool { return x-x == 0 }
