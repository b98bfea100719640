package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// compile makes a validator of a schema.
func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check validates YAML text.
func check(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func schemaCatalog() Catalog {
	c := fakeCatalog()
	c.Formats = []string{"jsonl"}
	return c
}

func TestSchemaTakesGoodScenarios(t *testing.T) {
	s := compile(t, Schema(schemaCatalog()))
	for _, text := range []string{
		small,
		"version: 1\n" + base,
		"version: 1\ninclude: [a.yaml, b.yaml]\n",
		"version: 1\n" + base + "sweep: {type: zip, variables: {d.steps: [1, 2]}}\nclaims: [1, 2]\njudge: {path: x}\n",
		"version: 1\n" + base + "sweep: {type: scenarios, runs: [{name: x, d.steps: 1}]}\nclaims: all\nseed: ${SEED:1}\n",
		"version: 1\n" + base + "thresholds: [{metric: e2e, regress: 5%, alpha: 0.1}, {metric: nfe, exact: true}, {metric: e2e, expr: 'p(95)<2s', engine: ar}]\n",
		strings.Replace("version: 1\n"+base, "{workload: echo, rungs: [echo-2], instances: 4}", "{file: a.jsonl, format: jsonl, instances: 4, budget: 8, too_long: skip}", 1),
		strings.Replace("version: 1\n"+base, "[echo-2]", "all", 1),
	} {
		if err := check(t, s, []byte(text)); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// TestSchemaRefusesMistakes: of the files with mistakes those that need no look
// at several places at once are found by the schema too.
func TestSchemaRefusesMistakes(t *testing.T) {
	s := compile(t, Schema(schemaCatalog()))
	onlyParser := map[string]bool{
		"fit.yaml": true, "many.yaml": true, "twice.yaml": true,
	}
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(t, s, data); (err == nil) != onlyParser[filepath.Base(file)] {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, text := range []string{
		strings.Replace("version: 1\n"+base, "echo-2", "echo-9", 1),
		strings.Replace("version: 1\n"+base, "steps: 4", "step: 4", 1),
		strings.Replace("version: 1\n"+base, "preset: greedy", "preset: llada", 1),
		strings.Replace("version: 1\n"+base, "instances: 4", "instances: 4, file: a", 1),
		strings.Replace("version: 1\n"+base, "instances: 4", "instances: 4, budget: 4", 1),
		"version: 1\n" + base + "sweep: {steps: 1}\n",
		"version: 1\n" + base + "thresholds: {metric: e2e, alpha: 0.1, exact: true}\n",
		base,
	} {
		if err := check(t, s, []byte(text)); err == nil {
			t.Errorf("the schema takes\n%s", text)
		}
	}
}

// TestEveryKeyIsRead: a key of the table that the parser does not read would be
// taken and do nothing. Every key of the objects is given once, with a value that
// is wrong for all of them but options, which are read by engine.
func TestEveryKeyIsRead(t *testing.T) {
	places := map[string]string{
		theScenario: "%s: {}", weightsObject: "weights: {%s: {}}", anEngine: "engines: {%s: {}}", generationKeys: "generation: {%s: {}}",
		measureObject: "measurement: {%s: {}}", aTask: "workloads: {%s: {}}", aCost: "cost: {%s: {}}", aSweep: "sweep: {type: scenarios, %s: {}}",
		theGoodput: "goodput: {%s: {}}", theMatch: "match: {%s: {}}", theQuality: "quality: {%s: {}}", aThreshold: "thresholds: {%s: {}}",
	}
	for _, o := range objects() {
		for _, k := range o.keys {
			text := fmt.Sprintf(places[o.name], k.name)
			_, err := Parse("test.yaml", []byte(text+"\n"), wantedCatalog())
			if err == nil || strings.Contains(err.Error(), "unknown key") {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}
