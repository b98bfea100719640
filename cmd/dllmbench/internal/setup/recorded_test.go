package setup

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"dllmbench/engines/library"
	"dllmbench/engines/userfile"
	"dllmbench/harness/scenario"
)

// TestRecordedScenarios: every scenario of the program, changed by a flag and with an
// include, plans the same cells and requests again from the text that results keep.
func TestRecordedScenarios(t *testing.T) {
	list, err := filepath.Glob("../../../../scenarios/*.yaml")
	if err != nil || len(list) == 0 {
		t.Fatal(err)
	}
	models := &library.Shelf{}
	catalog := Catalog()
	catalog.Endpoint = (&Endpoints{Path: "../../../../endpoints.example.yaml"}).Find
	for _, path := range append(list, "../../../../scenarios.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			read := func(path string) ([]byte, error) { return userfile.Read(path, scenario.MaxFile) }
			text := "include: " + filepath.Base(path) + "\n"
			s, err := scenario.Load(filepath.Join(filepath.Dir(path), "all.yaml"), []byte(text), catalog, scenario.Options{Read: read})
			if err != nil {
				t.Fatal(err)
			}
			s, err = scenario.Load(filepath.Join(filepath.Dir(path), "all.yaml"), []byte(text), catalog, scenario.Options{Read: read, Set: append(s.Short(), "seed=7")})
			if err != nil {
				t.Fatal(err)
			}
			again, err := scenario.Load(path, s.Text, catalog, scenario.Options{})
			if err != nil {
				t.Fatalf("%v in\n%s", err, s.Text)
			}
			if a, b := planText(t, s, models), planText(t, again, models); a != b {
				t.Errorf("another plan by\n%s", s.Text)
			}
		})
	}
}

// planText are the entries of a scenario, and its cells and requests unless these take
// long to make.
func planText(t *testing.T, s *scenario.Scenario, models *library.Shelf) string {
	var requests []any
	rungs := 0
	for _, e := range s.Tasks {
		rungs += len(e.Rungs)
		requests = append(requests, []any{e.Workload.Name(), e.Rungs, e.Split, e.Instances, e.Weights, e.BudgetRatio, e.Budget, e.Samples, e.Planted})
	}
	plan := &scenario.Plan{}
	if rungs <= 12 {
		var err error
		if plan, err = Expand(t.Context(), s, models); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range plan.Groups {
		for _, item := range g.Items.All() {
			requests = append(requests, []any{item.ID, item.Prompt, item.Template, item.Draft, item.Seed})
		}
		requests = append(requests, []any{g.Repeats, g.Order, g.Trace, g.Samples, g.Stop})
	}
	data, err := json.Marshal([]any{plan.Cells(), requests, s.Costs, s.Generation, s.Measurement, s.Engines, s.Seed, s.Load, s.Goodput, s.Thresholds, s.Match, s.Floor, s.Outputs, s.Claims, s.Judge})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
