package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"conurb/internal/osmtest"
	"conurb/internal/streettest"
	"conurb/locale"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"conurb": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
		},
	})
}

// TestScripts runs the commands as a person would; see testdata/script.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			e.Setenv("REGION", filepath.Join(root, "region"))
			e.Setenv("CONURB_LANG", "en")
			return writeTown(t, filepath.Join(e.WorkDir, "town.osm.pbf"))
		},
	})
}

// writeTown draws a town of a main street with three side streets, as an extract.
func writeTown(t *testing.T, file string) error {
	town := streettest.Draw(t, `
		A--B--C--D--E--F
		|     |     |
		G     H     I
	`, "ABCDEF highway=residential name=Main~Street maxspeed=30", "AG highway=residential name=West~Lane", "CH highway=residential name=Middle~Lane",
		"EI highway=service access=private")
	var b bytes.Buffer
	if err := osmtest.Write(&b, town); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

// Every command and flag has a help text, and every command an example.
func TestEveryCommandHasHelpAndAnExample(t *testing.T) {
	var cli command
	for _, lang := range locale.Languages {
		parser, err := kong.New(&cli, helpTexts(lang), kong.NoDefaultHelp())
		if err != nil {
			t.Fatal(err)
		}
		for _, leaf := range parser.Model.Leaves(false) {
			path := strings.ReplaceAll(strings.TrimPrefix(leaf.Path(), "main.test "), " ", ".")
			path = path[strings.LastIndex(path, "conurb.")+1:]
			if _, rest, ok := strings.Cut(leaf.FullPath(), " "); ok {
				path = strings.ReplaceAll(rest, " ", ".")
			}
			if leaf.Help == "" || strings.Contains(leaf.Help, "${") {
				t.Errorf("%s: no help for %s", lang, path)
			}
			if !locale.Has(lang, "cli.example."+path) {
				t.Errorf("%s: no example for %s", lang, path)
			}
			for _, f := range leaf.Flags {
				if f.Help == "" {
					t.Errorf("%s: %s has no help for --%s", lang, path, f.Name)
				}
			}
		}
	}
}

func TestEveryRefusalHasWords(t *testing.T) {
	for _, r := range refusals {
		for _, lang := range locale.Languages {
			if !locale.Has(lang, r.key) {
				t.Errorf("%s: %s has no text", lang, r.key)
			}
		}
	}
}
