package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "dllmbench"

// A room is one row of the layout table: which packages of this module and
// which libraries the packages of a folder may import. Names are relative to
// the module; a trailing "/..." covers the folder and everything below it. The
// standard library is always allowed. Of several rows that fit a package the
// first one holds.
type room struct {
	name string
	may  []string // packages of this module
	libs []string // module paths of libraries
}

var rooms = []room{
	{name: "."}, // only embeds the default scenario
	{name: "engines/usage"},
	{name: "engines/network", may: []string{"engines/usage"}},
	{name: "engines", may: []string{"engines/usage"}},
	{name: "engines/internal/kernel", libs: []string{"golang.org/x/sys", "github.com/x448/float16"}},
	{name: "engines/internal/sample", may: []string{"engines/internal/kernel"}},
	{name: "engines/atomicfile", may: []string{"engines/userfile"}},
	{name: "engines/userfile"},
	{name: "engines/child"},
	{name: "engines/process", may: []string{"engines", "engines/child", "engines/usage"}},
	{name: "engines/internal/quant", may: []string{"engines/internal/kernel"}, libs: []string{"golang.org/x/sys", "github.com/x448/float16"}},
	{name: "engines/internal/gguf", may: []string{"engines", "engines/internal/kernel", "engines/internal/quant"}, libs: []string{"github.com/x448/float16"}},
	{name: "engines/internal/safetensors", may: []string{"engines"}, libs: []string{"github.com/x448/float16"}},
	{name: "engines/internal/...", may: []string{"engines", "engines/usage", "engines/network", "engines/internal/..."}},
	{name: "engines/tokenizer", may: []string{"engines"}, libs: []string{"golang.org/x/text", "github.com/go-json-experiment/json"}},
	{name: "engines/model/builtin"}, // only embeds files
	{name: "engines/model", may: []string{"engines/userfile", "engines", "engines/network", "engines/usage", "engines/internal/gguf", "engines/internal/kernel", "engines/internal/quant", "engines/internal/safetensors", "engines/atomicfile", "engines/weights"}},
	{name: "engines/weights"},
	{name: "engines/published", may: []string{"engines", "engines/weights"}},
	{name: "engines/chat", may: []string{"engines"}, libs: []string{"github.com/ardanlabs/jinja"}},
	{name: "engines/library", may: []string{"engines/atomicfile", "engines/internal/gguf", "engines/userfile", "engines", "engines/model", "engines/model/builtin", "engines/network", "engines/published", "engines/tokenizer", "engines/weights"}},
	{name: "engines/remote/stub"},
	{name: "engines/remote/remotetest", may: []string{"engines"}},
	{name: "engines/remote/wire"},
	{name: "engines/remote", may: []string{"engines", "engines/remote/stub", "engines/remote/wire", "engines/usage", "engines/userfile"}, libs: []string{"github.com/go-json-experiment/json"}},
	{name: "engines/yamlfile", libs: []string{"gopkg.in/yaml.v3"}},
	{name: "engines/endpoints", may: []string{"engines", "engines/process", "engines/remote", "engines/yamlfile"}, libs: []string{"gopkg.in/yaml.v3"}},
	{name: "engines/golden", may: []string{"engines", "engines/network", "engines/userfile"}},
	{name: "engines/rating", may: []string{"engines", "engines/library", "engines/likelihood", "engines/model", "workloads"}},
	{name: "engines/pool", may: []string{"engines", "engines/decoders", "engines/library", "engines/likelihood", "engines/model", "engines/network", "engines/weights"}},
	{name: "engines/decoders", may: []string{"engines", "engines/autoregressive", "engines/bestof", "engines/block", "engines/choice", "engines/diffusion", "engines/hybrid", "engines/middle", "engines/model", "engines/network"}},
	{name: "engines/enginetest", may: []string{"engines", "engines/usage", "engines/network", "engines/model"}},
	{name: "engines/train", may: []string{"engines/userfile", "engines/network", "engines/model", "engines/internal/kernel", "engines/internal/safetensors", "engines/atomicfile"}},
	{name: "engines/train/corpus", may: []string{"engines/userfile", "engines", "engines/middle", "engines/network", "engines/tokenizer", "engines/train", "engines/atomicfile", "workloads"}},
	{name: "engines/train/job", may: []string{"engines/userfile", "engines/model", "engines/tokenizer", "engines/train", "engines/train/corpus", "engines/atomicfile", "workloads"}},
	{name: "engines/autoregressive", may: decoderMay},
	{name: "engines/diffusion", may: decoderMay},
	{name: "engines/block", may: decoderMay},
	{name: "engines/hybrid", may: append(decoderMay, "engines/usage")},
	{name: "engines/bestof", may: append(decoderMay, "engines/usage")},
	{name: "engines/middle", may: decoderMay},
	{name: "engines/choice", may: []string{"engines", "engines/likelihood", "engines/network", "engines/usage"}},
	{name: "engines/likelihood", may: []string{"engines/network", "engines/internal/denoise"}, libs: []string{"gonum.org/v1/gonum/stat/combin"}},
	{name: "server", may: []string{"engines", "engines/chat", "engines/decoders", "engines/library", "engines/likelihood", "engines/middle", "engines/pool", "engines/remote/wire", "engines/usage"}, libs: []string{"github.com/go-json-experiment/json"}},
	{name: "workloads/public", may: []string{"engines/userfile", "workloads/..."}, libs: []string{"gopkg.in/yaml.v3"}},
	{name: "workloads/card", may: []string{"engines/userfile", "engines/yamlfile", "engines", "workloads/..."}, libs: []string{"gopkg.in/yaml.v3"}},
	{name: "workloads/rows", may: []string{"workloads", "workloads/jsonl"}, libs: []string{"github.com/klauspost/compress", "github.com/parquet-go/parquet-go"}},
	{name: "workloads/python", may: []string{"engines/child", "workloads", "workloads/jsonl"}},
	{name: "workloads/...", may: []string{"engines/userfile", "engines", "workloads/..."}, libs: []string{"gonum.org/v1/gonum/stat/combin"}},
	{name: "harness/result", may: []string{"engines/userfile", "engines/usage", "harness/internal/bounds", "harness/internal/lines"}, libs: []string{"github.com/go-json-experiment/json", "gopkg.in/yaml.v3"}},
	{name: "harness/trace", may: []string{"engines/userfile", "harness/internal/bounds", "harness/internal/lines", "engines", "workloads"}},
	{name: "harness/exit"},
	{name: "harness/internal/bounds"},
	{name: "harness/lock", may: []string{"engines/userfile", "harness/measure"}},
	{name: "harness/internal/lines", may: []string{"engines/userfile"}},
	{name: "harness/stats", libs: []string{"gonum.org/v1/gonum", "github.com/montanaflynn/stats"}},
	{name: "harness/place", may: []string{"engines/usage", "engines/weights", "harness/lists", "harness/result"}},
	{name: "harness/coherence", may: []string{"harness/lists", "harness/place", "harness/result", "harness/stats"}},
	{name: "harness/shard", may: []string{"harness/lists", "harness/place", "harness/result", "harness/scenario"}},
	{name: "harness/gate", may: []string{"engines/usage", "harness/exit", "harness/lists", "harness/place", "harness/result", "harness/stats", "harness/verdict"}},
	{name: "harness/verdict", may: []string{"harness/exit", "harness/stats"}},
	{name: "harness/threshold", may: []string{"harness/stats"}},
	{name: "harness/measure", may: []string{"harness/result"}, libs: []string{"github.com/klauspost/cpuid/v2", "github.com/shirou/gopsutil/v4"}},
	{name: "harness/claims", may: []string{"engines/usage", "harness/lists", "harness/place", "harness/result", "harness/stats", "harness/trace", "harness/verdict"}, libs: []string{"gopkg.in/yaml.v3"}},
	{name: "harness/selftest", may: []string{"harness/internal/lines", "harness/lists", "engines", "harness/gate", "harness/stats", "harness/exit"}},
	{name: "harness/imported", may: []string{"engines", "engines/userfile", "harness/result", "harness/stats", "workloads", "workloads/extract", "workloads/jsonl", "workloads/puzzles"}},
	{name: "harness/foreign", may: []string{"engines", "engines/usage", "engines/userfile", "harness/result", "workloads/jsonl"}, libs: []string{"github.com/go-json-experiment/json"}},
	{name: "harness/prompt", may: []string{"engines", "harness/scenario", "workloads", "workloads/all"}},
	{name: "harness/cluster/broker", libs: []string{"github.com/nats-io/nats-server/v2", "github.com/nats-io/nats.go"}},
	{name: "harness/cluster", may: []string{"engines/userfile", "harness/result"}, libs: []string{"github.com/nats-io/nats.go"}},
	{name: "harness/...", may: []string{"engines", "engines/child", "engines/usage", "engines/weights", "workloads", "harness/..."}, libs: []string{"gopkg.in/yaml.v3"}},
	{name: "reports/folder", may: []string{"harness/lists", "engines/userfile", "harness/claims", "harness/result", "harness/trace", "harness/exit", "reports", "reports/cells", "reports/table", "reports/verdicts", "reports/view"}},
	{name: "reports/insert", may: []string{"engines/userfile", "engines/atomicfile", "harness/exit", "reports/cells", "reports/choice", "reports/view", "reports/terminal"}},
	{name: "reports/choice", may: []string{"engines", "harness/lists", "harness/result", "harness/stats", "reports/table", "reports/view"}},
	{name: "reports/limits", may: []string{"harness/gate", "harness/place", "harness/result", "harness/threshold", "reports/view"}},
	{name: "reports/exports", may: []string{"engines/userfile", "harness/result", "reports/..."}},
	{name: "reports/parquet", may: []string{"engines/usage", "harness/result", "harness/stats", "reports/cells", "reports/table", "reports/view"}, libs: []string{"github.com/parquet-go/parquet-go"}},
	{name: "reports/traced", may: []string{"harness/place", "harness/result", "harness/trace", "reports/view", "workloads"}},
	{name: "reports/terminal", may: []string{"engines"}, libs: []string{"github.com/jedib0t/go-pretty/v6", "golang.org/x/term"}},
	{name: "reports/browsertest", libs: []string{"github.com/chromedp/cdproto", "github.com/chromedp/chromedp"}},
	{name: "reports/...", may: []string{"engines/usage", "engines/atomicfile", "reports/...", "harness/lists", "harness/place", "harness/result", "harness/stats", "harness/gate", "harness/trace", "harness/claims", "harness/coherence", "harness/verdict", "workloads/lists"}, libs: []string{"gonum.org/v1/plot", "codeberg.org/go-pdf/fpdf", "golang.org/x/image", "github.com/jedib0t/go-pretty/v6"}},
	{name: "show/race", may: []string{"engines", "engines/decoders", "engines/model", "harness/prompt", "harness/scenario", "harness/trace", "workloads", "workloads/all"}},
	{name: "show", may: []string{"engines/atomicfile", "reports/html", "show/race"}, libs: []string{"github.com/yuin/goldmark"}},
	{name: "cmd/dllmbench/internal/catalog", may: []string{"engines", "engines/bestof", "engines/decoders", "engines/golden", "engines/library", "engines/model", "engines/model/builtin", "engines/network", "engines/published", "engines/weights", "harness/result", "reports/table", "reports/terminal", "reports/view", "workloads", "workloads/card"}},
	{name: "cmd/dllmbench/internal/answer", may: []string{"engines", "engines/decoders", "engines/library", "engines/usage", "harness", "harness/exit", "harness/prompt", "harness/scenario", "reports/terminal", "reports/view", "workloads", "workloads/python", "workloads/taskfile"}, libs: []string{"github.com/jedib0t/go-pretty/v6"}},
	{name: "cmd/dllmbench/internal/setup", may: []string{"..."}},
	{name: "release/notices", may: []string{"engines/userfile"}},
	{name: "cmd/dllmbench", may: []string{"..."}, libs: []string{"github.com/alecthomas/kong"}},
}

// decoderMay is what a decoder may import; never another decoder.
var decoderMay = []string{"engines", "engines/network", "engines/internal/..."}

// covers reports whether a name of the table covers a package.
func covers(name, pkg string) bool {
	if name == "..." || name == pkg {
		return true
	}
	folder, below := strings.CutSuffix(name, "/...")
	return below && (pkg == folder || strings.HasPrefix(pkg, folder+"/"))
}

// forbidden returns one sentence for every import that the table does not
// allow. The map holds the import paths of each package of the module.
func forbidden(rooms []room, imports map[string][]string) []string {
	var found []string
	for pkg, list := range imports {
		from := relative(pkg)
		var row *room
		for i := range rooms {
			if covers(rooms[i].name, from) {
				row = &rooms[i]
				break
			}
		}
		if row == nil {
			found = append(found, fmt.Sprintf("%s has no row in the layout table", from))
			continue
		}
		for _, path := range list {
			if !row.allows(path) {
				found = append(found, fmt.Sprintf("%s must not import %s", from, path))
			}
		}
	}
	return found
}

func (r *room) allows(path string) bool {
	if path == module || strings.HasPrefix(path, module+"/") {
		for _, name := range r.may {
			if covers(name, relative(path)) {
				return true
			}
		}
		return false
	}
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return true // standard library
	}
	for _, lib := range r.libs {
		if path == lib || strings.HasPrefix(path, lib+"/") {
			return true
		}
	}
	return false
}

// relative names a package of the module from its root, "." for the root itself.
func relative(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func TestImportRules(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range listPackages(t) {
		imports[p.ImportPath] = p.Imports
	}
	if len(imports) < 5 {
		t.Fatalf("go list found only %d packages", len(imports))
	}
	for _, sentence := range forbidden(rooms, imports) {
		t.Error(sentence)
	}
}

// unused returns one sentence for every row, and for every package or library in
// a row, that nothing needs.
func unused(rooms []room, imports map[string][]string) []string {
	used := map[[2]string]bool{} // row and what it allows
	for pkg, list := range imports {
		i := slices.IndexFunc(rooms, func(r room) bool { return covers(r.name, relative(pkg)) })
		if i < 0 {
			continue
		}
		row := rooms[i]
		used[[2]string{row.name}] = true
		for _, path := range list {
			for _, name := range row.may {
				if covers(name, relative(path)) {
					used[[2]string{row.name, name}] = true
					break
				}
			}
			for _, lib := range row.libs {
				if path == lib || strings.HasPrefix(path, lib+"/") {
					used[[2]string{row.name, lib}] = true
				}
			}
		}
	}
	var found []string
	for _, row := range rooms {
		if !used[[2]string{row.name}] {
			found = append(found, fmt.Sprintf("no package needs the row %s", row.name))
			continue
		}
		for _, name := range slices.Concat(row.may, row.libs) {
			if !used[[2]string{row.name, name}] {
				found = append(found, fmt.Sprintf("nothing in %s imports %s: take the permission out", row.name, name))
			}
		}
	}
	return found
}

// TestImportRulesAreUsed: the table allows nothing that does not exist.
func TestImportRulesAreUsed(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range listPackages(t) {
		imports[p.ImportPath] = p.Imports
	}
	for _, sentence := range unused(rooms, imports) {
		t.Error(sentence)
	}
	got := unused([]room{{name: "a", may: []string{"b", "c"}, libs: []string{"example.org/x", "example.org/y"}}, {name: "d"}},
		map[string][]string{module + "/a": {"fmt", module + "/b", "example.org/x/z"}})
	want := []string{"nothing in a imports c: take the permission out", "nothing in a imports example.org/y: take the permission out", "no package needs the row d"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestImportRulesFindPlantedEdges(t *testing.T) {
	for _, c := range []struct {
		name, from, to, want string
	}{
		{"decoders stay apart", "engines/block", "engines/diffusion", "engines/block must not import " + module + "/engines/diffusion"},
		{"contract is plain", "engines", "engines/model", "engines must not import " + module + "/engines/model"},
		{"harness knows no decoder", "harness", "engines/autoregressive", "harness must not import " + module + "/engines/autoregressive"},
		{"reports know no engine", "reports/table", "engines", "reports/table must not import " + module + "/engines"},
		{"workloads know no harness", "workloads", "harness/result", "workloads must not import " + module + "/harness/result"},
		{"a new room needs a row", "tools", "engines", "tools has no row in the layout table"},
		{"one decoder is fine", "cmd/dllmbench", "engines/block", ""},
		{"below a room", "harness/scenario", "harness/result", ""},
		{"one prefix is not one folder", "engines/diffusion", "engines/modelling", "engines/diffusion must not import " + module + "/engines/modelling"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(forbidden(rooms, map[string][]string{module + "/" + c.from: {"fmt", module + "/" + c.to}}), "; ")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	got := forbidden(rooms, map[string][]string{module + "/reports/table": {"gonum.org/v1/gonum/stat"}})
	if len(got) != 1 {
		t.Errorf("statistics library outside harness/stats: got %q, want one finding", got)
	}
}

// TestNoInit keeps registration visible: what exists stands in lists,
// not collected behind the reader's back.
func TestNoInit(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, name := range p.GoFiles {
			file := filepath.Join(p.Dir, name)
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range tree.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s has an init function", file)
				}
			}
		}
	}
}

type listedPackage struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

// listPackages asks the go command for every package of the module.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listedPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
