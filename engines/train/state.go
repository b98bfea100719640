package train

import (
	"bytes"
	"encoding/json"
	"fmt"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/userfile"
)

// stateKey is the metadata entry of a state file that holds everything but the
// numbers.
const stateKey = "dllmbench.train"

type stateHeader struct {
	Options   Options `json:"options"`
	Step      int     `json:"step"`
	Samples   int64   `json:"samples"`
	Positions int64   `json:"positions"`
	Seconds   float64 `json:"seconds"`
}

// sections are the four arrays of a training state, by prefix.
func (t *Trainer) sections() map[string]*model.Weights {
	return map[string]*model.Weights{"weights.": t.Weights, "ema.": t.EMA, "m.": t.opt.m, "v.": t.opt.v}
}

// SaveState writes the whole run (weights, averages, moments, position in the
// data) to one safetensors file, replacing it in one step.
func (t *Trainer) SaveState(path string) error {
	header, err := json.Marshal(stateHeader{t.Options, t.Step, t.Samples, t.Positions, t.Seconds})
	if err != nil {
		return err
	}
	var out []safetensors.Out
	for prefix, w := range t.sections() {
		for _, tensor := range w.Tensors {
			out = append(out, safetensors.Out{Name: prefix + tensor.Name, Shape: tensor.Shape, Data: tensor.Data})
		}
	}
	var data bytes.Buffer
	if err := safetensors.Write(&data, out, "F32", map[string]string{stateKey: string(header)}); err != nil {
		return err
	}
	return atomicfile.Write(path, data.Bytes())
}

// LoadState continues a run where SaveState left it. The options are those of
// the file; the caller may change them afterwards, for example to start a
// cool-down.
func LoadState(path string, threads int, source Source) (*Trainer, error) {
	data, err := userfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer data.Close()
	info, err := data.Stat()
	if err != nil {
		return nil, err
	}
	file, err := safetensors.Open(data, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text, ok := file.Metadata()[stateKey]
	if !ok {
		return nil, fmt.Errorf("%s: not a training state: metadata %q is missing", path, stateKey)
	}
	var h stateHeader
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return nil, fmt.Errorf("%s: metadata %s: %w", path, stateKey, err)
	}
	if err := h.Options.Config.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if h.Options.Config.Params() > info.Size()/16 { // four arrays of float32
		return nil, fmt.Errorf("%s: the config describes %d parameters, but the file has only %d bytes", path, h.Options.Config.Params(), info.Size())
	}
	h.Options.Threads = threads
	t := newTrainer(h.Options, source, model.NewWeights(h.Options.Config))
	t.Step, t.Samples, t.Positions, t.Seconds = h.Step, h.Samples, h.Positions, h.Seconds
	for prefix, w := range t.sections() {
		for _, tensor := range w.Tensors {
			if err := file.Read(tensor.Data, prefix+tensor.Name, tensor.Shape...); err != nil {
				t.Close()
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return t, nil
}

// LayOut changes the tokens by which a run lays infilling out. The weights stay.
func (t *Trainer) LayOut(fim *network.FIM) {
	t.Options.Config.FIM = fim
	for _, w := range t.sections() {
		w.Config.FIM = fim
	}
}
