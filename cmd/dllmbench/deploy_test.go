package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/exit"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// TestManifests checks what deploy/ gives to Kubernetes: by a schema of the fields that it uses,
// written from the API (decoding into the API's own types takes half a minute to compile), and
// by what the API does not check: that names meet, and that exit codes mean what they mean here.
func TestManifests(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile("testdata/kubernetes.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../deploy/kubernetes-*.yaml")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	kinds := 0
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for dec := yaml.NewDecoder(f); ; kinds++ {
			var doc map[string]any
			if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(path, err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%s, %v: %v", path, doc["kind"], err)
			}
			checkPod(t, path, doc)
		}
	}
	if kinds != 5 {
		t.Errorf("%d documents", kinds)
	}
}

// at is a value inside a document.
func at(v any, path ...any) any {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			key, _ := p.(string)
			v = x[key]
		case []any:
			i, _ := p.(int)
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// checkPod checks that the names of a pod meet, and what a job makes of exit codes.
func checkPod(t *testing.T, path string, doc map[string]any) {
	pod, ok := at(doc, "spec", "template", "spec").(map[string]any)
	if !ok {
		return
	}
	var volumes []any
	for _, list := range []any{at(pod, "volumes"), at(doc, "spec", "volumeClaimTemplates")} {
		entries, _ := list.([]any)
		for _, v := range entries {
			volumes = append(volumes, at(v, "name"), at(v, "metadata", "name"))
		}
	}
	mounts, _ := at(pod, "containers", 0, "volumeMounts").([]any)
	for _, m := range mounts {
		if !slices.Contains(volumes, at(m, "name")) {
			t.Errorf("%s: the volume %v is mounted and not there", path, at(m, "name"))
		}
	}
	if selector := at(doc, "spec", "selector", "matchLabels", "app"); selector != nil && selector != at(doc, "spec", "template", "metadata", "labels", "app") {
		t.Errorf("%s: %v selects no pod of its own", path, doc["kind"])
	}
	if doc["kind"] != "Job" {
		return
	}
	codes := at(doc, "spec", "podFailurePolicy", "rules", 0, "onExitCodes")
	if got, ok := at(codes, "values").([]any); !ok || !slices.Equal(got, []any{exit.Usage, exit.Setup}) || at(codes, "containerName") != at(pod, "containers", 0, "name") {
		t.Errorf("%s fails an index at %v", path, codes)
	}
	var share any
	env, _ := at(pod, "containers", 0, "env").([]any)
	for _, e := range env {
		if at(e, "name") == "SHARD" {
			share = at(e, "value")
		}
	}
	if n, ok := at(doc, "spec", "completions").(int); !ok || share != fmt.Sprintf("auto/%d", n) {
		t.Errorf("%s: %v completions, SHARD is %v", path, n, share)
	}
	if text, err := os.ReadFile("../../deploy/shard.sh"); err != nil || !strings.Contains(string(text), "10 | 99) exit 0") || exit.Regression != 10 || exit.Threshold != 99 {
		t.Error("shard.sh takes other codes for results", err)
	}
}
