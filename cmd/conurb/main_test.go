package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
			return errors.Join(writeTown(t, filepath.Join(e.WorkDir, "town.osm.pbf"), 0, 0), writeTown(t, filepath.Join(e.WorkDir, "weir.osm.pbf"), -30.1, 40.05))
		},
	})
}

// writeTown draws a town of a main street with three side streets, as an extract; its
// corner lies at a longitude and latitude.
func writeTown(t *testing.T, file string, lon, lat float64) error {
	town := streettest.Draw(t, `
		A--B--C--D--E--F
		|     |     |
		G     H     I
	`, "ABCDEF highway=residential name=Main~Street maxspeed=30", "AG highway=residential name=West~Lane", "CH highway=residential name=Middle~Lane",
		"EI highway=service access=private")
	town.Move(lon, lat)
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

// What conurb alone prints names every command.
func TestWelcomeNamesEveryCommand(t *testing.T) {
	var cli command
	parser, err := kong.New(&cli, helpTexts("en"), kong.NoDefaultHelp())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locale.Languages {
		text := "\n" + locale.T(lang, "cli.welcome", nil)
		for _, c := range parser.Model.Children {
			if !c.Hidden && !regexp.MustCompile(`(\n  |  )`+c.Name+` `).MatchString(text) {
				t.Errorf("%s: %s is not named", lang, c.Name)
			}
		}
	}
}

func TestEveryRefusalHasWords(t *testing.T) {
	for _, r := range slices.Concat(refusals, licenceRefusals, deskRefusals, everyday) {
		for _, lang := range locale.Languages {
			if !locale.Has(lang, r.key) {
				t.Errorf("%s: %s has no text", lang, r.key)
			}
		}
	}
}

// What the parser of commands says of common slips reaches nobody as it is.
func TestSlipsAreSaidInWords(t *testing.T) {
	for _, c := range []struct{ args, zh, en string }{
		{"plan status --as-off 2023-12-31", `没有选项 --as-off，是不是要写 "--as-of"？`, `there is no flag --as-off: did you mean "--as-of"?`},
		{"plan status extra", "多出了“extra”", "“extra” is not expected here"},
		{"plan", `缺少子命令，可用的有："status"`, `a subcommand is missing, one of "status"`},
		{"measure", "缺少参数 <indicator>", "an argument is missing: <indicator>"},
		{"observe add --indicator gdp", "缺少选项 --grade=GRADE", "flags are missing: --grade=GRADE"},
		{"observe import nowhere.csv", "找不到文件或文件夹", "there is no file or folder"},
		{"plan status --at-log x", "--at-log：“x”不是数", "--at-log: “x” is not a number"},
		{"plan status --at-log", "--at-log 后面缺少值", "--at-log needs a value"},
		{"plan check nowhere", "出错：找不到这个文件或文件夹", "There is no such file or folder"},
		{"plan status --as-of 2023-02-30", "出错：日期请写成", "Write a day as"},
	} {
		for lang, want := range map[string]string{"zh-CN": c.zh, "en": c.en} {
			var out, errOut strings.Builder
			code := run(context.Background(), append([]string{"--lang", lang}, strings.Fields(c.args)...), strings.NewReader(""), &out, &errOut, func(string) string { return "" })
			if code == 0 || !strings.Contains(errOut.String(), want) {
				t.Errorf("%s: exit %d, %q does not hold %q", c.args, code, errOut.String(), want)
			}
		}
	}
}
