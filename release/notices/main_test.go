package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLinkedLicencesAreAllowed(t *testing.T) {
	t.Chdir("../..")
	var out bytes.Buffer
	if err := write(&out, true); err != nil {
		t.Error(err)
	}
	for _, line := range []string{"Go, runtime and standard library", "github.com/golang/freetype", "github.com/go-ole/go-ole", "github.com/alecthomas/kong"} { // go-ole is for Windows
		if !strings.Contains(out.String(), line+" ") {
			t.Errorf("%s is not listed", line)
		}
	}
}

func TestOtherLicencesAreRefused(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"":                               {"LICENSE": "Permission is hereby granted,\n  free of charge, to any person obtaining a copy of this software"},
		"no licence":                     {"README": "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
		"no licence on the list":         {"LICENSE": "All rights reserved."},
		"GNU GENERAL PUBLIC LICENSE":     {"COPYING": "GNU GENERAL PUBLIC LICENSE\nVersion 3"},
		"Mozilla Public License":         {"LICENSE": "Apache License\nVersion 2.0", "NOTICE": "Mozilla Public License, v. 2.0"},
		"GNU AFFERO GENERAL PUBLIC":      {"LICENSE.md": "GNU AFFERO GENERAL PUBLIC LICENSE"},
		"GNU LESSER GENERAL PUBLIC LICE": {"LICENSES/lib": "GNU LESSER GENERAL PUBLIC LICENSE"},
	} {
		m := module{Path: "example.com/m", Dir: t.TempDir()}
		for name, text := range files {
			path := filepath.Join(m.Dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.read(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", files, err, want)
		}
	}
}
