package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"conurb/locale"
)

func goVersion() string { return runtime.Version() }

func wantsHelp(args []string) bool {
	return slices.Contains(args, "--help") || slices.Contains(args, "-h") || len(args) > 0 && args[0] == "help"
}

func withoutHelp(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--help" || a == "-h" || a == "help" })
}

// helpTexts puts the help in place of every ${name} in the grammar. As variables of kong's they
// would all be looked through again for every flag, which costs half a second at every start.
func helpTexts(lang string) kong.Option {
	put := func(help *string) {
		name, named := strings.CutPrefix(*help, "${")
		if key := "cli.help." + strings.TrimSuffix(name, "}"); named && locale.Has(lang, key) {
			*help = locale.T(lang, key, nil)
		}
	}
	return kong.PostBuild(func(k *kong.Kong) error {
		return kong.Visit(k.Model, func(v kong.Visitable, next kong.Next) error {
			switch v := v.(type) {
			case *kong.Node:
				put(&v.Help)
			case *kong.Value: // of a flag too
				put(&v.Help)
			}
			return next(nil)
		})
	})
}

// welcome is what `conurb` alone prints: what this is, and the first three steps.
func welcome(s *session) {
	fmt.Fprintln(s.out, s.t("cli.welcome"))
}

// help prints a command's purpose, its parts and an example.
func help(s *session, k *kong.Context) error {
	node := k.Selected()
	if node == nil {
		node = k.Model.Node
		for _, p := range k.Path {
			if p.Command != nil {
				node = p.Command
			}
		}
	}
	if node == k.Model.Node {
		welcome(s)
		return nil
	}
	path := strings.Fields(strings.TrimPrefix(node.FullPath(), "conurb "))
	fmt.Fprintf(s.out, "conurb %s\n  %s\n\n%s\n  %s\n", strings.Join(path, " "), node.Help, s.t("cli.usage"), usage(node))
	if len(node.Children) > 0 {
		fmt.Fprintf(s.out, "\n%s\n", s.t("cli.commands"))
		for _, c := range node.Children {
			fmt.Fprintf(s.out, "  %s %s\n", pad(c.Name, 12), c.Help)
		}
	}
	if len(node.Positional) > 0 {
		fmt.Fprintf(s.out, "\n%s\n", s.t("cli.arguments"))
		for _, a := range node.Positional {
			fmt.Fprintf(s.out, "  %s %s\n", pad(a.Summary(), 28), a.Help)
		}
	}
	fmt.Fprintf(s.out, "\n%s\n", s.t("cli.flags"))
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			fmt.Fprintf(s.out, "  %s %s\n", pad(flag(f), 28), f.Help)
		}
	}
	key := "cli.example." + strings.Join(path, ".")
	if locale.Has(s.lang, key) {
		fmt.Fprintf(s.out, "\n%s\n", s.t("cli.examples"))
		for line := range strings.SplitSeq(s.t(key), "\n") {
			fmt.Fprintf(s.out, "  %s\n", line)
		}
	}
	return nil
}

func usage(n *kong.Node) string {
	text := strings.TrimSpace(n.FullPath())
	if len(n.Children) > 0 {
		text += " <command>"
	}
	for _, a := range n.Positional {
		text += " " + a.Summary()
	}
	return text + " [--flags]"
}

func flag(f *kong.Flag) string {
	text := "--" + f.Name
	if !f.IsBool() {
		p := f.PlaceHolder
		if p == "" {
			p = strings.ToUpper(f.Name)
		}
		text += "=" + p
	}
	return text
}
