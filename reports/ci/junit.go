package ci

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Timestamp  string     `xml:"timestamp,attr,omitempty"`
	Properties []pair     `xml:"properties>property,omitempty"`
	Cases      []testcase `xml:"testcase"`
}

type pair struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testcase struct {
	Classname string   `xml:"classname,attr"`
	Name      string   `xml:"name,attr"`
	Failure   *problem `xml:"failure,omitempty"`
	Error     *problem `xml:"error,omitempty"`
	Skipped   *problem `xml:"skipped,omitempty"`
	Out       string   `xml:"system-out,omitempty"`
}

type problem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// add counts a case in its suite.
func (s *suite) add(c testcase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// JUnit writes a check or a comparison: one case for each finding, named by
// metric and side in the class of its cell, and one for each threshold. A
// difference is a failure; what could not be judged is an error, so that neither
// looks like a passed test.
func JUnit(w io.Writer, r *gate.Report) error {
	s := suite{Name: view.Clean(r.Title), Timestamp: stamp(r.Started), Properties: properties(r.Env)}
	for _, m := range items(r) {
		c := testcase{Classname: view.Clean(m.cell), Name: view.Clean(m.name)}
		p := &problem{Message: view.Clean(m.sentence), Type: m.kind}
		switch m.level {
		case failed:
			c.Failure = p
		case broken:
			c.Error = p
		default:
			c.Out = p.Message
		}
		s.add(c)
	}
	return s.write(w)
}

// RunJUnit writes a run: one case for each cell, which fails if requests failed or
// the cell is invalid, and is skipped if it was not run.
func RunJUnit(w io.Writer, v *view.View) error {
	s := suite{Name: view.Clean(v.Header.Scenario), Timestamp: stamp(v.Header.Started), Properties: properties(v.Header.Env)}
	keys := place.Keys(v.Header)
	for _, r := range v.Rows {
		c := testcase{Classname: view.Clean(place.Of(r.Cell).Task()), Name: view.Clean(keys[r.Cell.ID])}
		reasons := view.Clean(strings.Join(r.Reasons, "; "))
		switch {
		case r.State == view.Invalid:
			c.Error = &problem{Message: reasons, Type: string(r.State)}
		case r.State == view.NotRun:
			c.Skipped = &problem{Message: "not run"}
		case r.Failed > 0:
			c.Failure = &problem{Message: fmt.Sprintf("%d requests failed", r.Failed), Type: "requests", Text: reasons}
		}
		s.add(c)
	}
	return s.write(w)
}

func (s suite) write(w io.Writer) error {
	all := suites{Name: "dllmbench", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Suites: []suite{s}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// stamp is a time as JUnit wants it: without a zone.
func stamp(rfc3339 string) string {
	if len(rfc3339) < len("2006-01-02T15:04:05") {
		return ""
	}
	return rfc3339[:len("2006-01-02T15:04:05")]
}

// properties describe the machine.
func properties(env result.Env) (list []pair) {
	for _, p := range []pair{{"cpu", env.CPU}, {"kernel", env.Kernel}, {"go", env.Go}, {"commit", env.GitSHA}} {
		if p.Value != "" {
			list = append(list, pair{p.Name, view.Clean(p.Value)})
		}
	}
	return list
}
