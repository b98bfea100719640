package methods

import (
	_ "embed"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Reference is an entry of the list of references.
type Reference struct {
	Key  string // by which LaTeX cites it
	Text string // the entry in BibTeX, without the field keywords
	ids  []string
}

//go:embed references.bib
var bib string

var (
	entryForm   = regexp.MustCompile(`(?ms)^@\w+\{([^,]+),\n.*?^\}\n`)
	fieldForm   = regexp.MustCompile(`(?m)^  (eprint|url|keywords) = \{(.*)\},?\n`)
	keywordLine = regexp.MustCompile(`,?\n  keywords = \{.*\}\n`)
)

// References lists all entries, in the order of the file.
var References = sync.OnceValue(func() (list []Reference) {
	for _, m := range entryForm.FindAllStringSubmatch(bib, -1) {
		r := Reference{Key: m[1], Text: keywordLine.ReplaceAllString(m[0], "\n")}
		for _, f := range fieldForm.FindAllStringSubmatch(m[0], -1) {
			for _, id := range strings.Split(f[2], ", ") {
				r.ids = append(r.ids, strings.ToLower(strings.TrimPrefix(id, "https://")))
			}
		}
		list = append(list, r)
	}
	return list
})

// sourceForm finds what names a source in a text: a number of arXiv, or an address of a
// repository.
var sourceForm = regexp.MustCompile(`\b\d{4}\.\d{5}\b|github\.com/[\w.-]+/[\w.-]+\w`)

// Sources are the ids in a text that names sources, as references have them.
func Sources(text string) []string {
	var list []string
	for _, id := range sourceForm.FindAllString(text, -1) {
		list = append(list, strings.ToLower(id))
	}
	return list
}

// ModelID and TaskID are the ids of a public checkpoint, by its name without the owner, and of a task.
func ModelID(name string) string { return "model:" + strings.ToLower(name) }
func TaskID(name string) string  { return "task:" + strings.ToLower(name) }

// Find lists the references that have one of the ids, in the order of the file.
func Find(ids []string) (list []Reference) {
	for _, r := range References() {
		if slices.ContainsFunc(r.ids, func(id string) bool { return slices.Contains(ids, id) }) {
			list = append(list, r)
		}
	}
	return list
}

// BibTeX writes references.
func BibTeX(w io.Writer, list []Reference) error {
	texts := []string{"% Decoders, models and tasks of one run, as dllmbench knows their sources.\n"}
	for _, r := range list {
		texts = append(texts, r.Text)
	}
	_, err := io.WriteString(w, strings.Join(texts, "\n"))
	return err
}
