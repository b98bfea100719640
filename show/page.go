// Package show makes the page on which decoders race: one file that loads nothing. The
// engines are in the page itself, compiled for browsers, or in the program that serves it.
package show

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"

	"dllmbench/reports/html"
	"dllmbench/show/race"
)

//go:embed assets
var assets embed.FS

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets, "assets/page.html"))
})

// Page is what a page is made of.
type Page struct {
	Catalog race.Catalog
	Links   []Link
	// Engines are in the page if there are any; else the page asks where it came from.
	Engines *Engines
}

// Link leads to another page.
type Link struct{ Href, Text string }

// Engines are the program for browsers.
type Engines struct {
	Glue string // JavaScript of the Go distribution that runs it
	Wasm []byte
}

// Bytes is the page.
func (p Page) Bytes() ([]byte, error) {
	style, theme, tokens := html.Shared()
	data := struct {
		Page
		Policy         string
		Style          template.CSS
		Million        string
		Scripts        []template.JS
		Worker, Engine template.HTML
	}{Page: p, Style: template.CSS(style + asset("show.css")), Million: fmt.Sprintf("%.3g", float64(p.Catalog.Params)/1e6)}
	policy := []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:", "style-src 'unsafe-inline'"}
	sources := []string{"script-src"}
	if p.Engines == nil {
		policy = append(policy, "connect-src 'self'")
	} else {
		packed, err := pack(p.Engines.Wasm)
		if err != nil {
			return nil, err
		}
		data.Worker, data.Engine = template.HTML(p.Engines.Glue+asset("worker.js")), template.HTML(packed)
		policy, sources = append(policy, "worker-src blob:"), append(sources, "'wasm-unsafe-eval'")
	}
	for _, script := range append([]string{theme, tokens}, own()...) {
		data.Scripts = append(data.Scripts, template.JS(script))
		sum := sha256.Sum256([]byte("\n" + script + "\n"))
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	data.Policy = strings.Join(append(policy, strings.Join(sources, " ")), "; ")
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, data); err != nil {
		return nil, fmt.Errorf("page of the race: %w", err)
	}
	return b.Bytes(), nil
}

// own are the scripts of the page itself, in the order in which they need each other.
func own() (list []string) {
	for _, name := range []string{"animation", "asked", "engines", "race", "draw", "lanes", "show"} {
		list = append(list, asset(name+".js"))
	}
	return list
}

// pack compresses a program and writes it as text.
func pack(program []byte) (string, error) {
	var b bytes.Buffer
	text := base64.NewEncoder(base64.StdEncoding, &b)
	z, err := gzip.NewWriterLevel(text, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	for _, step := range []func() error{func() error { _, err := z.Write(program); return err }, z.Close, text.Close} {
		if err := step(); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// asset is a file of our own, which needs no escaping.
func asset(name string) string {
	data, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic("show: an embedded file is missing") // the build embeds them
	}
	return string(data)
}
