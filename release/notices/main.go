// Command notices writes the licences of everything that is linked into a release, as
// those licences ask for, and fails where one is unknown or not on the list of allowed
// ones: all let a binary be given on under the licence of this program.
//
//	go run ./release/notices > THIRD_PARTY_NOTICES.txt
//	go run ./release/notices -list
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dllmbench/engines/userfile"
)

// licences are those that are allowed, by a sentence that only they have.
var licences = []struct{ name, sentence string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
	{"BSD", "Redistribution and use in source and binary forms, with or without modification, are permitted"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"OFL-1.1", "SIL OPEN FONT LICENSE Version 1.1"},
	{"FTL", "The FreeType Project LICENSE"},
	{"CC-BY-4.0", "Creative Commons Attribution 4.0 International Public License"},
	{"Unlicense", "This is free and unencumbered software released into the public domain"},
}

// refused are words of licences that ask more of a program than notices.
var refused = regexp.MustCompile(`GNU (LESSER |AFFERO )?GENERAL PUBLIC LICENSE|Mozilla Public License|Eclipse Public License|Server Side Public License|Business Source License|Commons Clause`)

// maxLicence is the largest file of a licence, in bytes.
const maxLicence = 1 << 20

// other is the file of a licence beside one that was chosen, where a module leaves the choice.
var other = map[string]string{"github.com/golang/freetype": "licenses/gpl.txt"}

// legal are the names of files with licences and notices.
var legal = regexp.MustCompile(`(?i)^(un)?(licen[cs]es?|copying|notice)([-.].*)?$`)

// A module is one that is linked, with its files of licences.
type module struct {
	Path, Version, Dir string
	Main               bool

	licences []string
	text     string
}

func main() {
	list := flag.Bool("list", false, "print only the names of modules and licences")
	flag.Parse()
	if err := write(os.Stdout, *list); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// write prints the licences of Go, whose library is linked too, and of the modules of all systems of a release.
func write(out io.Writer, list bool) error {
	std, err := exec.Command("go", "env", "GOVERSION", "GOROOT").Output()
	version, root, _ := strings.Cut(strings.TrimSpace(string(std)), "\n")
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	found := map[string]module{"std": {Path: "Go, runtime and standard library", Version: version, Dir: root}}
	for _, system := range []string{"linux", "darwin", "windows"} {
		if err := linked(system, found); err != nil {
			return err
		}
	}
	var bad []error
	for _, path := range slices.Sorted(maps.Keys(found)) {
		m := found[path]
		if err := m.read(); err != nil {
			bad = append(bad, err)
			continue
		}
		head := fmt.Sprintf("%s %s: %s\n", m.Path, m.Version, strings.Join(m.licences, ", "))
		if !list {
			head = strings.Repeat("=", 80) + "\n" + head + "\n" + m.text + "\n"
		}
		if _, err := io.WriteString(out, head); err != nil {
			return err
		}
	}
	return errors.Join(bad...)
}

// linked adds the modules of the program on a system.
func linked(system string, found map[string]module) error {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/dllmbench")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := dec.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if p.Module != nil && !p.Module.Main {
			found[p.Module.Path] = *p.Module
		}
	}
}

// read reads the files of licences at the root of a module, and what they refer to.
func (m *module) read() error {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case !legal.MatchString(e.Name()):
		case e.IsDir():
			inner, err := os.ReadDir(filepath.Join(m.Dir, e.Name()))
			if err != nil {
				return err
			}
			for _, f := range inner {
				if err := m.add(e.Name() + "/" + f.Name()); err != nil {
					return err
				}
			}
		default:
			if err := m.add(e.Name()); err != nil {
				return err
			}
		}
	}
	if len(m.licences) == 0 {
		return fmt.Errorf("%s has no licence on the list of allowed ones", m.Path)
	}
	return nil
}

// add takes a file of a licence.
func (m *module) add(name string) error {
	data, err := userfile.Read(filepath.Join(m.Dir, filepath.FromSlash(name)), maxLicence)
	if err != nil {
		return err
	}
	text := strings.ToValidUTF8(string(data), "")
	if other[m.Path] == name {
		return nil
	}
	if word := refused.FindString(text); word != "" {
		return fmt.Errorf("%s: %s names the %s, which is not allowed", m.Path, name, word)
	}
	for _, k := range names(text) {
		if !slices.Contains(m.licences, k) {
			m.licences = append(m.licences, k)
		}
	}
	m.text += text + "\n"
	return nil
}

// names are the allowed licences that a text holds.
func names(text string) (list []string) {
	words := strings.Join(strings.Fields(strings.ReplaceAll(text, "*", " ")), " ")
	for _, l := range licences {
		if strings.Contains(words, l.sentence) {
			list = append(list, l.name)
		}
	}
	return list
}
