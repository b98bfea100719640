package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"dllmbench/harness/result"

	"github.com/nats-io/nats.go/jetstream"
)

// Machine is what a worker runs on. Times of workers with the same [Machine.Class] may
// stand in one run; those of others must not.
type Machine struct {
	CPU    string `json:"cpu"`
	Kernel string `json:"kernel"`           // variant of the compute kernels
	GPU    string `json:"gpu,omitempty"`    // models, "" for none that is known
	Driver string `json:"driver,omitempty"` // of the GPU
	Build  string `json:"build"`            // of the program
	Host   string `json:"host"`             // tells machines apart; no part of the class
}

// MachineOf describes the machine of env; root is its file system.
func MachineOf(env result.Env, root fs.FS) Machine {
	m := Machine{CPU: env.CPU, Kernel: env.Kernels(), Build: env.Build(), Host: env.Host}
	m.GPU, m.Driver = nvidia(root)
	return m
}

// Class is the hash of what makes times comparable: 12 hex digits.
func (m Machine) Class() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{m.CPU, m.Kernel, m.GPU, m.Driver, m.Build}, "\x00")))
	return fmt.Sprintf("%x", sum[:6])
}

// String describes the class.
func (m Machine) String() string {
	text := m.CPU + ", " + m.Kernel
	if m.GPU != "" {
		text += ", " + m.GPU + " (driver " + m.Driver + ")"
	}
	return text + ", build " + m.Build
}

// nvidia reads models and driver of the GPUs where the driver of NVIDIA tells them.
func nvidia(root fs.FS) (models, driver string) {
	cards, _ := fs.Glob(root, "proc/driver/nvidia/gpus/*/information")
	var list []string
	for _, path := range cards {
		text, _ := fs.ReadFile(root, path)
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "Model" {
				list = append(list, strings.TrimSpace(value))
			}
		}
	}
	slices.Sort(list)
	if text, err := fs.ReadFile(root, "sys/module/nvidia/version"); err == nil {
		driver = strings.TrimSpace(string(text))
	}
	return strings.Join(list, " + "), driver
}

// Present is a worker that is at work or waits for it.
type Present struct {
	Machine
	ID    string `json:"-"`
	Doing string `json:"doing,omitempty"` // <run>.<class>.<unit>; "" for nothing
}

func (m Machine) record(doing string) []byte {
	value, err := json.Marshal(Present{Machine: m, Doing: doing})
	if err != nil {
		panic("cluster: a worker cannot be encoded: " + err.Error())
	}
	return value
}

// Workers lists the workers that are there.
func (c *Cluster) Workers(ctx context.Context) (list []Present, err error) {
	err = each(ctx, c.workers, ">", 0, func(e jetstream.KeyValueEntry) error {
		_, id, _ := strings.Cut(e.Key(), ".")
		p := Present{ID: id}
		if e.Operation() == jetstream.KeyValuePut && json.Unmarshal(e.Value(), &p) == nil {
			list = append(list, p)
		}
		return nil
	})
	return list, err
}
