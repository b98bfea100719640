package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/scenario"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// TestScenariosKeepTheSchema: every scenario of the repository is valid for
// editors and for the parser, and stops being so with a wrong key.
func TestScenariosKeepTheSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(scenario.Schema(setup.Catalog())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../scenarios/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range append(files, "../../scenarios.yaml", "testdata/tiny.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(schema, text); err != nil {
				t.Error(err)
			}
			if _, err := scenario.Load(file, text, exampleCatalog(), scenario.Options{Read: os.ReadFile}); err != nil {
				t.Error(err)
			}
			wrong := strings.Replace(string(text), "\nengines:", "\nenginess:", 1)
			if wrong != string(text) && validate(schema, []byte(wrong)) == nil {
				t.Error("the schema takes the key enginess")
			}
		})
	}
}

// exampleCatalog has the endpoints of the example file.
func exampleCatalog() scenario.Catalog {
	c := setup.Catalog()
	c.Endpoint = (&setup.Endpoints{Path: "../../endpoints.example.yaml"}).Find
	return c
}

// TestReadyScenariosAreListed: the page on scenarios names every file there is.
func TestReadyScenariosAreListed(t *testing.T) {
	page, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../scenarios/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if name := filepath.Base(file); !strings.Contains(string(page), "| `"+name+"`") && !strings.Contains(string(page), ", `"+name+"`") {
			t.Errorf("docs/scenarios.md does not say what %s is for", name)
		}
	}
}

// validate checks YAML text against a schema.
func validate(schema *jsonschema.Schema, text []byte) error {
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
		return err
	}
	return schema.Validate(doc)
}
