package show

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"dllmbench/engines/atomicfile"
	"dllmbench/reports/html"
)

// Site writes a folder for a web server: the page of races, with its engines in it, the
// documentation of the source tree, and a list of the reports that are in its folder
// reports already. Every link in it is relative, so that it opens from disk too.
func Site(dir string, page Page, source fs.FS) error {
	s := site{dir: dir, source: source, pages: map[string]string{"README.md": "docs/index.html", "CONTRIBUTING.md": "docs/contributing.html"}}
	err := fs.WalkDir(source, "docs", func(name string, d fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			s.pages[name] = strings.TrimSuffix(name, ".md") + ".html"
			if path.Base(name) == "README.md" {
				s.pages[name] = path.Dir(name) + "/index.html"
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("the documentation: %w", err)
	}
	for from, to := range s.pages {
		if err := s.document(from, to); err != nil {
			return err
		}
	}
	page.Links = append(page.Links, Link{"docs/index.html", "documentation"})
	reports, err := filepath.Glob(filepath.Join(dir, "reports", "*", "report.html"))
	if err != nil {
		return err
	}
	for _, file := range reports {
		name := filepath.Base(filepath.Dir(file))
		page.Links = append(page.Links, Link{"reports/" + name + "/report.html", "report: " + name})
	}
	data, err := page.Bytes()
	if err != nil {
		return err
	}
	return s.write("index.html", data)
}

// site is a site that is being made.
type site struct {
	dir    string
	source fs.FS
	pages  map[string]string // documents in the source tree, and the pages made of them
}

func (s *site) write(name string, data []byte) error {
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(file, data)
}

var documentTemplate = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data: file:">
<link rel="icon" href="data:,">
<title>{{.Title}} – dllmbench</title>
<style>
{{.Style}}
main { max-width: 860px; } main > p > img { max-width: 100%; } main pre { overflow-x: auto; white-space: pre; } .wide { overflow-x: auto; }
</style>
</head>
<body>
<header><p class="kicker" style="max-width: 860px"><span><a href="{{.Home}}index.html">the race</a> · <a href="{{.Home}}docs/index.html">documentation</a></span></p></header>
<main>
{{.Body}}
</main>
<script>
{{.Theme}}
</script>
</body>
</html>
`))

// document renders a document.
func (s *site) document(from, to string) error {
	data, err := fs.ReadFile(s.source, from)
	if err != nil {
		return err
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	tree := markdown.Parser().Parse(text.NewReader(data))
	if err := s.links(tree, from, to); err != nil {
		return err
	}
	var body, out bytes.Buffer
	if err := markdown.Renderer().Render(&body, data, tree); err != nil {
		return err
	}
	title, _, _ := strings.Cut(strings.TrimPrefix(string(data), "# "), "\n")
	style, theme, _ := html.Shared()
	wide := strings.NewReplacer("<table>", `<div class="wide"><table>`, "</table>", "</table></div>").Replace(body.String())
	err = documentTemplate.Execute(&out, map[string]any{
		"Title": title, "Style": template.CSS(style), "Theme": template.JS(theme),
		"Home": strings.Repeat("../", strings.Count(to, "/")), "Body": template.HTML(wide),
	})
	if err != nil {
		return err
	}
	return s.write(to, out.Bytes())
}

// links has the links of a document lead to pages of the site, and brings its pictures. What
// is not on the site stays as text.
func (s *site) links(tree ast.Node, from, to string) error {
	var lost []ast.Node
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			target, part, _ := strings.Cut(string(n.Destination), "#")
			if target == "" || strings.Contains(target, ":") {
				break
			}
			page, there := s.pages[path.Join(path.Dir(from), target)]
			if !there {
				lost = append(lost, n)
				break
			}
			link, err := filepath.Rel(path.Dir(to), page)
			if err != nil {
				return ast.WalkStop, err
			}
			if n.Destination = []byte(filepath.ToSlash(link)); part != "" {
				n.Destination = append(n.Destination, "#"+part...)
			}
		case *ast.Image:
			name := path.Join(path.Dir(from), string(n.Destination))
			data, err := fs.ReadFile(s.source, name)
			if err != nil {
				return ast.WalkStop, err
			}
			if err := s.write(name, data); err != nil {
				return ast.WalkStop, err
			}
			link, err := filepath.Rel(path.Dir(to), name)
			if err != nil {
				return ast.WalkStop, err
			}
			n.Destination = []byte(filepath.ToSlash(link))
		}
		return ast.WalkContinue, nil
	})
	for _, n := range lost {
		for c := n.FirstChild(); c != nil; c = n.FirstChild() {
			n.Parent().InsertBefore(n.Parent(), n, c)
		}
		n.Parent().RemoveChild(n.Parent(), n)
	}
	return err
}
