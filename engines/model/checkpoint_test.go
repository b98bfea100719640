package model_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

func savedCheckpoint(t *testing.T, dtype string) (string, *model.Weights) {
	t.Helper()
	w, _ := randomModel(t, tiny("qwen3"), 1)
	dir := t.TempDir()
	if err := model.Save(dir, w, dtype, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
	return dir, w
}

// load reads a checkpoint without a tokenizer.
func load(dir string) (*model.Model, error) {
	c, err := model.OpenCheckpoint(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Model(nil)
}

func TestCheckpointRoundTrip(t *testing.T) {
	for _, dtype := range []string{"F32", "BF16"} {
		dir, w := savedCheckpoint(t, dtype)
		file, err := model.OpenCheckpoint(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		got := model.NewWeights(file.Config)
		digest, err := file.Digest()
		if err != nil {
			t.Fatal(err)
		}
		for _, tensor := range got.Tensors {
			if err := file.Read(tensor.Data, tensor.Name, tensor.Shape...); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.HasPrefix(digest, "sha256:") || len(digest) != len("sha256:")+64 {
			t.Errorf("digest %q", digest)
		}
		// bfloat16 keeps 8 bits of precision: relative error at most 2^-8.
		tolerance := map[string]float32{"F32": 0, "BF16": 1.0 / 256}[dtype]
		for i, x := range w.Flat {
			d := got.Flat[i] - x
			if d < 0 {
				d = -d
			}
			if size := max(x, -x); d > tolerance*size {
				t.Fatalf("%s: value %d is %g, saved was %g", dtype, i, got.Flat[i], x)
			}
		}
		leftovers, err := filepath.Glob(filepath.Join(dir, "*.tmp-*"))
		if err != nil || len(leftovers) > 0 {
			t.Errorf("temporary files left: %v, %v", leftovers, err)
		}
	}
}

// TestOwnHead: a checkpoint that has a head uses it, even if its config says that
// embeddings are tied.
func TestOwnHead(t *testing.T) {
	dir, w := savedCheckpoint(t, "F32")
	path := filepath.Join(dir, model.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tied := strings.Replace(string(text), `"tie_word_embeddings": false`, `"tie_word_embeddings": true`, 1)
	if err := os.WriteFile(path, []byte(tied), 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if m.Config().TieEmbeddings || m.Spec().Params != w.Config.Params() {
		t.Errorf("tied %v, %d parameters of %d", m.Config().TieEmbeddings, m.Spec().Params, w.Config.Params())
	}
	window := func(s *model.Session) network.Window {
		return network.Window{Tokens: []int32{3, 4, 5}, Visible: network.CausalVisible(nil, 0, 3), Cache: s.NewCache(3), Logits: all(3)}
	}
	loaded, direct := model.NewSession(m, 1), model.NewSession(fromWeights(t, w), 1)
	defer loaded.Close()
	defer direct.Close()
	equalRows(t, "own head", forward(t, loaded, window(loaded)), forward(t, direct, window(direct)))
}

// TestBrokenCheckpoints checks that each kind of damage is refused with a
// message that names the file and the cause.
func TestBrokenCheckpoints(t *testing.T) {
	edit := func(name string, change func(string) string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(change(string(text))), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		want   []string
	}{
		"no config":  {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "config.json")) }, []string{"config.json"}},
		"no weights": {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "model.safetensors")) }, []string{"model.safetensors"}},
		"not json":   {edit("config.json", func(string) string { return "{" }), []string{"config.json"}},
		"wrong type": {edit("config.json", func(s string) string { return strings.Replace(s, `"qwen3"`, `"bloom"`, 1) }), []string{"model_type", "bloom", "llama"}},
		"truncated":  {edit("model.safetensors", func(s string) string { return s[:len(s)-10] }), []string{"model.safetensors"}},
		"empty":      {edit("model.safetensors", func(string) string { return "" }), []string{"model.safetensors"}},
		"NaN":        {edit("model.safetensors", func(s string) string { return s[:len(s)-4] + "\x00\x00\xc0\x7f" }), []string{"model.safetensors", "NaN"}},
		"wrong shape": {edit("config.json", func(s string) string {
			return strings.Replace(s, `"intermediate_size": 40`, `"intermediate_size": 41`, 1)
		}), []string{"gate_proj"}},
		"too many": {edit("config.json", func(s string) string { return strings.Replace(s, `"vocab_size": 37`, `"vocab_size": 2000000`, 1) }), []string{"parameters"}},
		"missing layer": {edit("config.json", func(s string) string {
			return strings.Replace(s, `"num_hidden_layers": 2`, `"num_hidden_layers": 3`, 1)
		}), []string{"model.layers.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := savedCheckpoint(t, "F32")
			c.damage(t, dir)
			_, err := load(dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not mention %q", err, want)
				}
			}
		})
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"model_type":"llama","hidden_size":8,"intermediate_size":8,"num_hidden_layers":1,"num_attention_heads":2,"vocab_size":9,"max_position_embeddings":8,"eos_token_id":1,"pad_token_id":0,"mask_token_id":2}`))
	f.Add([]byte(`{"hidden_size":-1}`))
	files, err := filepath.Glob("testdata/*/config.json") // of every architecture
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := model.ParseConfig(data)
		if err == nil && cfg.Validate() != nil {
			t.Error("accepted a config that does not validate")
		}
		if err == nil && cfg.Params() <= 0 {
			t.Errorf("valid config with %d parameters", cfg.Params())
		}
	})
}

// FuzzCheckpoint: whatever the files say, a checkpoint that opens holds the numbers
// that a model of it would take.
func FuzzCheckpoint(f *testing.F) {
	dir := f.TempDir()
	w := model.NewWeights(tiny("qwen3"))
	if err := model.Save(dir, w, "BF16", nil); err != nil {
		f.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{model.ConfigFile, model.WeightsFile} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			f.Fatal(err)
		}
		files[name] = data
	}
	f.Add(files[model.ConfigFile], files[model.WeightsFile])
	f.Add(bytes.Replace(files[model.ConfigFile], []byte(`"vocab_size": 37`), []byte(`"vocab_size": 2097152`), 1), files[model.WeightsFile])
	f.Add(bytes.Replace(files[model.ConfigFile], []byte(`"head_dim": `), []byte(`"head_dim": 409`), 1), files[model.WeightsFile])
	f.Fuzz(func(t *testing.T, config, weights []byte) {
		var c *model.Checkpoint
		var err error
		bounded(t, len(config)+len(weights), func() {
			files := fstest.MapFS{model.ConfigFile: {Data: config}, model.WeightsFile: {Data: weights}}
			if c, err = model.OpenCheckpoint(files); err == nil {
				_, err = c.Model(nil)
				c.Close()
			}
		})
		if err != nil {
			return
		}
		if n := c.Config.Params(); 2*n > int64(len(weights)) {
			t.Errorf("%d parameters in a file of %d bytes", n, len(weights))
		}
	})
}

func TestShapesAreNearTheirNames(t *testing.T) {
	want := map[string]float64{"2m": 2e6, "5m": 5e6, "10m": 10e6, "20m": 20e6, "50m": 50e6, "100m": 100e6, "200m": 200e6, "500m": 500e6, "1b": 1e9,
		"gpt2-124m": 124_439_808, "mdlm-170m": 162_265_682, "smollm2-135m": 134_515_008, "smollm2-360m": 361_821_120, "qwen2.5-0.5b": 494_032_768, "qwen3-0.6b": 596_049_920, "llama-3.2-1b": 1_235_814_400,
		"qwen2.5-1.5b": 1_543_714_304, "fast-dllm-v2-1.5b": 1_543_714_304, "qwen3-1.7b": 1_720_574_976, "sdar-1.7b": 2_031_739_904, "llama-3.2-3b": 3_212_749_824,
		"qwen3-4b": 4_022_468_096, "sdar-4b": 8_822_848_512 / 2, "qwen2.5-7b": 7_615_616_512, "dream-7b": 15_231_233_024 / 2, "llada-8b": 16_031_162_368 / 2, "llada-moe-7b-a1b": 7_356_880_896,
		"llama-3.1-8b": 8_030_261_248, "qwen3-8b": 8_190_735_360}
	for _, name := range model.ShapeNames() {
		cfg, err := model.Shape(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := cfg.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if ratio := float64(cfg.Params()) / want[name]; ratio < 0.85 || ratio > 1.18 || strings.Contains(name, "-") && ratio != 1 {
			t.Errorf("%s has %d parameters", name, cfg.Params())
		}
	}
	if _, err := model.Shape("3m"); err == nil {
		t.Error("unknown shape accepted")
	}
}

// bounded checks that f allocates in proportion to what it reads, not to a number in it.
func bounded(t *testing.T, size int, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > uint64(4<<20+100*size) {
		t.Errorf("%d bytes allocated for a file of %d", n, size)
	}
}

// FuzzShards: whatever an index says, and whatever its files hold, they are refused or
// are all tensors of the network.
func FuzzShards(f *testing.F) {
	const index = model.WeightsFile + ".index.json"
	files := map[string][]byte{}
	names := []string{model.ConfigFile, index, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata/llada", name))
		if err != nil {
			f.Fatal(err)
		}
		files[name] = data
	}
	f.Add(files[index], uint16(0), []byte{})
	f.Add(bytes.ReplaceAll(files[index], []byte("00001-of"), []byte("00002-of")), uint16(8), []byte("{}"))
	f.Add([]byte(`{"weight_map": {"model.transformer.wte.weight": "../x", "a": "model-00001-of-00002.safetensors"}}`), uint16(7), []byte{0xff})
	f.Add([]byte(`{"weight_map": {"a": "config.json", "b": 1}}`), uint16(0), []byte("version https://git-lfs.github.com/spec/v1"))
	f.Fuzz(func(t *testing.T, text []byte, at uint16, patch []byte) {
		fsys, shard := fstest.MapFS{}, bytes.Clone(files[names[2]])
		copy(shard[min(int(at), len(shard)):], patch)
		for name, data := range files {
			fsys[name] = &fstest.MapFile{Data: data}
		}
		fsys[index], fsys[names[2]] = &fstest.MapFile{Data: text}, &fstest.MapFile{Data: shard}
		c, err := model.OpenCheckpoint(fsys)
		if err != nil {
			return
		}
		defer c.Close()
		for _, tensor := range model.NewWeights(c.Config).Tensors {
			if !c.Has(tensor.Name) {
				t.Errorf("an index without %s was taken", tensor.Name)
			}
		}
	})
}
