package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/endpoints"
	"dllmbench/engines/remote"
	"dllmbench/engines/userfile"
	"dllmbench/harness/load"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// endpointsFile is the name of the user's file.
const endpointsFile = "endpoints.yaml"

// aScenario tells a scenario of that name.
var aScenario = regexp.MustCompile(`(?m)^engines:`)

// Endpoints finds what a scenario names in the user's file of endpoints, which is read when
// the first one is asked for.
type Endpoints struct {
	Path     string // of the flag; "" looks in the usual places
	Scenario string // file of the scenario
	Reads    func(path string)
	Now      func() time.Time

	file *endpoints.File
	err  error
}

// places are where the file may be: beside the scenario, here, or in the user's folder of
// settings.
func (s *Endpoints) places() []string {
	if s.Path != "" {
		return []string{s.Path}
	}
	list := []string{filepath.Join(filepath.Dir(s.Scenario), endpointsFile), endpointsFile}
	if dir, err := os.UserConfigDir(); err == nil {
		list = append(list, filepath.Join(dir, "dllmbench", endpointsFile))
	}
	return list
}

// open reads the first file that is there.
func (s *Endpoints) open() (*endpoints.File, error) {
	places := s.places()
	for _, path := range places {
		data, err := userfile.Read(path, endpoints.MaxFile)
		if s.Path == "" && (errors.Is(err, fs.ErrNotExist) || err == nil && aScenario.Match(data)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if s.Reads != nil {
			s.Reads(path)
		}
		return endpoints.Read(path, data)
	}
	return nil, fmt.Errorf("there is no file of endpoints: looked for %s; --endpoints FILE names another", strings.Join(places, ", "))
}

// Load reads the file once.
func (s *Endpoints) Load() (*endpoints.File, error) {
	if s.file == nil && s.err == nil {
		s.file, s.err = s.open()
	}
	return s.file, s.err
}

// Find is an endpoint as scenarios know it.
func (s *Endpoints) Find(name string) (*scenario.Endpoint, error) {
	file, err := s.Load()
	if err != nil {
		return nil, err
	}
	e, err := file.Find(name)
	if err != nil {
		return nil, err
	}
	return &scenario.Endpoint{Preset: e.Preset(), Fills: e.Fills(), Chats: e.Chats(), Begins: e.Remote.Continues, Shared: e.Shared, Ends: e.Ends(),
		About: result.Endpoint{Name: e.Name, Kind: e.Kind, Address: e.Address(), Model: e.Remote.Model, Mode: string(e.Remote.Mode),
			Prices: result.Prices{Input: e.Remote.Limits.InputPrice, Cached: e.Remote.Limits.CachedPrice, Output: e.Remote.Limits.OutputPrice}},
		Open: func(ctx context.Context, set engines.Setting) (engines.TextEngine, error) {
			root := os.DirFS("/")
			return e.Open(ctx, set, endpoints.Host{Now: s.Now, Resident: func(pid int) int64 { return measure.Resident(root, pid) }})
		}}, nil
}

// mostStreams is the most streams at once of a calibration.
const mostStreams = 256

// Calibrated measures the client of endpoints against a server in this process, with as many
// streams at once as the load has clients; nil for a plan without servers.
func Calibrated(ctx context.Context, plan *scenario.Plan, arrivals *load.Process, now func() time.Time) (*result.ClientError, error) {
	server := func(c result.Cell) bool { return c.Endpoint != nil && c.Endpoint.Kind != "process" }
	if !slices.ContainsFunc(plan.Cells(), server) {
		return nil, nil
	}
	streams := 1
	if arrivals != nil {
		streams = cmp.Or(min(arrivals.Clients, mostStreams), 16)
	}
	c, err := remote.Calibrate(ctx, streams, now)
	if err != nil {
		return nil, err
	}
	return &result.ClientError{Streams: c.Streams, Events: c.Events, MedianNs: c.Median.Nanoseconds(), P99Ns: c.P99.Nanoseconds(), WorstNs: c.Worst.Nanoseconds()}, nil
}
