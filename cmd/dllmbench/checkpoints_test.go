package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/decoders"
	"dllmbench/engines/model"
	"dllmbench/engines/published"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
)

var update = flag.Bool("update", false, "write scenarios/checkpoints and the tables of docs/checkpoints.md again")

const checkpointScenarios = "../../scenarios/checkpoints"

// upToDate compares a file with what it has to be, or writes it.
func upToDate(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is not what it has to be (%v); write it with: go test ./cmd/dllmbench -run Checkpoint -update", path, err)
	}
}

// scenarioOf is the ready scenario of a public checkpoint.
func scenarioOf(m published.Model) string {
	var b strings.Builder
	folder := "models/" + m.Name
	fmt.Fprintf(&b, "# %s, %s, %.2g billion parameters, with its published settings.\n#   %s\n", m.Name, m.Type, m.Params/1e9, m.Download(folder))
	fmt.Fprintf(&b, "#   dllmbench run scenarios/checkpoints/%s.yaml --budget %s\n", idOf(m), map[bool]string{true: "2h", false: "20m"}[m.Params > 3e9])
	tasks := "questions"
	if m.Continues {
		tasks = "beginnings"
	}
	label := idOf(m)[:min(len(idOf(m)), 40)] // the longest that a scenario may have
	fmt.Fprintf(&b, "version: 1\nname: %s\ninclude: %s.yaml\n\nweights: {path: \"${MODELS:models}/%s\"", label, tasks, m.Name)
	if t := m.Trained; t != (weights.Trained{}) {
		b.WriteString(", " + strings.NewReplacer("=", ": ", ",", ", ").Replace(t.String()))
	}
	b.WriteString("}\n\nengines:\n")
	for _, s := range m.Settings {
		fmt.Fprintf(&b, "  # %s; %s\n  - {name: %s, engine: %s, preset: %s", s.Of, s.Source, s.Label, s.Engine, s.Preset)
		var options []string
		for _, name := range slices.Sorted(maps.Keys(s.Options)) {
			options = append(options, fmt.Sprintf("%s: %v", name, s.Options[name]))
		}
		if options != nil {
			fmt.Fprintf(&b, ", generation: {%s}", strings.Join(options, ", "))
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// TestCheckpointScenarios: every public checkpoint has a ready scenario with its
// published settings. On a tiny checkpoint of the same architecture it is valid and uses
// nothing untrained; without the folder one sentence says where the files are.
func TestCheckpointScenarios(t *testing.T) {
	models := t.TempDir()
	t.Setenv("MODELS", models)
	files := []string{"questions.yaml", "beginnings.yaml"}
	short := filepath.Join(models, "short.jsonl")
	tiny := filepath.Join(models, "tiny")
	if err := errors.Join(os.WriteFile(short, []byte(`{"id": "a", "prompt": "1+1=", "checker": "none"}`), 0o644), writeCheckpoint(tiny)); err != nil {
		t.Fatal(err)
	}
	tokenizer, err := os.ReadFile(filepath.Join(tiny, model.TokenizerFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range published.Models() {
		path := filepath.Join(checkpointScenarios, idOf(m)+".yaml")
		files = append(files, idOf(m)+".yaml")
		t.Run(m.Name, func(t *testing.T) {
			upToDate(t, path, scenarioOf(m))
			folder := filepath.Join(models, m.Name)
			code, _, stderr := call(t.Context(), "validate", path)
			if want := fmt.Sprintf("there is no %s: get it with hf download %s --local-dir %s", folder, m.Repository(), folder); code != exit.Setup || !strings.Contains(stderr, want) {
				t.Errorf("without the files: exit code %d, %s", code, stderr)
			}
			tinyLike(t, m, tokenizer, folder)
			args := []string{"validate", path}
			if m.Trained.Mask > 0 {
				args = append(args, "--set", "weights.mask=2") // the tiny tokenizer's
			}
			if m.Type == "gpt2" || m.Type == "diffugpt" { // 32 learned positions are all it has
				args = append(args, "--set", "workloads.0.file="+short, "--set", "workloads.0.budget=16", "--set", "workloads.0.instances=8")
			}
			code, stdout, stderr := call(t.Context(), args...)
			want := fmt.Sprintf("is valid: %d cell", len(m.Settings))
			if code != exit.OK || !strings.Contains(stdout, want) || strings.Contains(stderr, "untrained") {
				t.Errorf("exit code %d, %s%s", code, stdout, stderr)
			}
		})
	}
	list, err := filepath.Glob(filepath.Join(checkpointScenarios, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range list {
		if !slices.Contains(files, filepath.Base(path)) {
			t.Errorf("%s belongs to no published model", path)
		}
	}
}

// fixtures are the tiny checkpoints of engines/model/testdata by model_type, where
// they are called otherwise.
var fixtures = map[string]string{"llama": "llama3", "qwen3": "yarn"}

func fixture(modelType string) string {
	if name, ok := fixtures[modelType]; ok {
		modelType = name
	}
	return filepath.Join("../../engines/model/testdata", modelType)
}

// tinyLike writes a checkpoint of the same architecture, with room for the prompts and
// blocks as long as those of the model.
func tinyLike(t *testing.T, m published.Model, tokenizer []byte, folder string) {
	t.Helper()
	if err := os.CopyFS(folder, os.DirFS(fixture(m.Type))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, model.TokenizerFile), tokenizer, 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, model.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	delete(config, "context") // which public files do not have
	delete(config, "block_size")
	if m.Type == "bd3lm" { // these do, and its vocabulary says what the end is
		config["block_size"] = m.Settings[0].Options["block_length"]
	}
	if m.Type == "bd3lm" || m.Type == "mdlm" {
		config["eos_token_id"] = 1
	}
	for key, value := range map[string]int{"max_position_embeddings": 1024, "max_sequence_length": 1024, "model_length": 1024, "bd_size": 32} {
		if _, has := config[key]; has {
			config[key] = value
		}
	}
	if text, err = json.Marshal(config); err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestCheckpointTables keeps docs/checkpoints.md: how every decoder stands to every
// public checkpoint, and how each architecture is tested.
func TestCheckpointTables(t *testing.T) {
	const page = "../../docs/checkpoints.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]string{"use": useTable(t), "settings": settingsTable()} {
		begin, end := []byte("<!-- "+name+": begin -->\n"), []byte("<!-- "+name+": end -->")
		from, to := bytes.Index(text, begin), bytes.Index(text, end)
		if from < 0 || to < from {
			t.Fatalf("%s has no marks for the table %s", page, name)
		}
		text = slices.Concat(text[:from+len(begin)], []byte("\n"+table+"\n"), text[to:])
	}
	upToDate(t, page, string(text))
}

// useTable has a row for each public checkpoint and each architecture.
func useTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| checkpoint | `model_type` | trained |")
	rule := "|---|---|---|"
	for _, d := range decoders.All() {
		b.WriteString(" " + d.Name + " |")
		rule += "---|"
	}
	b.WriteString(" held to reference logits by |\n" + rule + "---|\n")
	done := map[string]bool{}
	row := func(names, modelType string, trained weights.Trained, block int) {
		config, err := model.ParseConfig(fmt.Appendf(nil, `{"model_type": %q}`, modelType)) // what is missing is an error, but what it was trained for is said
		if config.ModelType != modelType {
			t.Fatal(err)
		}
		if config.Context == "block" {
			config.BlockSize = block
		}
		if trained.Context != "" {
			config.Context, config.BlockSize, config.Shift = trained.Context, trained.Block, trained.Shift
		}
		config.VocabSize, config.EOS, config.Pad = 1<<18, model.TokenIDs{1}, 1
		if config.Context != "" && config.MaskToken < 0 {
			config.MaskToken = 2
		}
		spec := config.Spec()
		key := names + modelType
		if done[key] {
			return
		}
		done[key] = true
		fmt.Fprintf(&b, "| %s | `%s` | %s |", names, modelType, spec.Trained())
		for _, d := range decoders.All() {
			b.WriteString(" " + decoders.Uses(spec, d.Name) + " |")
		}
		tested := "`TestReference/" + filepath.Base(fixture(modelType)) + "`"
		if _, err := os.Stat(filepath.Join(fixture(modelType), "golden.safetensors")); err != nil {
			tested = "–"
		}
		b.WriteString(" " + tested + " |\n")
	}
	named := map[string]bool{}
	for _, m := range published.Models() {
		var names []string
		for _, o := range published.Models() {
			if o.Type == m.Type && o.Trained == m.Trained {
				names = append(names, o.Name)
			}
		}
		named[m.Type] = true
		block, _ := m.Settings[0].Options["block_length"].(int)
		row(strings.Join(names, ", "), m.Type, m.Trained, block)
	}
	for _, modelType := range model.Types() {
		if !named[modelType] {
			row("others", modelType, weights.Trained{}, 0)
		}
	}
	return b.String()
}

// settingsTable lists the published settings, each with the checkpoints that have it.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| checkpoint | decoder and options | decoded so | source |\n|---|---|---|---|\n")
	var order []string
	names := map[string][]string{}
	for _, m := range published.Models() {
		for _, s := range m.Settings {
			row := fmt.Sprintf("`%s` | %s | %s", s, s.Of, s.Source)
			if names[row] == nil {
				order = append(order, row)
			}
			names[row] = append(names[row], fmt.Sprintf("[%s](../scenarios/checkpoints/%s.yaml)", m.Name, idOf(m)))
		}
	}
	for _, row := range order {
		fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(names[row], ", "), row)
	}
	return b.String()
}

// idOf is the name of a model in small letters, digits and hyphens.
func idOf(m published.Model) string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(strings.ToLower(m.Name))
}
