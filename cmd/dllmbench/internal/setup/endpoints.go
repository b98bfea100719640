package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/endpoints"
	"dllmbench/engines/userfile"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// endpointsFile is the name of the user's file.
const endpointsFile = "endpoints.yaml"

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
		if filepath.Clean(path) == filepath.Clean(s.Scenario) {
			continue // a scenario may have the name
		}
		data, err := userfile.Read(path, endpoints.MaxFile)
		if errors.Is(err, fs.ErrNotExist) && s.Path == "" {
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
	return &scenario.Endpoint{Preset: e.Preset(), Fills: e.Fills(), Chats: e.Chats(),
		About: result.Endpoint{Name: e.Name, Kind: e.Kind, Address: e.Address(), Model: e.Remote.Model, Mode: string(e.Remote.Mode)},
		Open:  func(o engines.Options) (engines.TextEngine, error) { return e.Open(o, s.Now) }}, nil
}
