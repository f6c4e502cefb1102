// Command conurb is the one binary of the platform: it serves a node, answers
// questions about the plan on the command line, and keeps the evidence.
//
// Each command is a file here; what it does is in app and the rooms below. All
// text for people comes from locale/*/cli.json.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"conurb/locale"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// command is the grammar; its help texts are locale keys "cli.help.<name>".
type command struct {
	Lang string `help:"${lang}" placeholder:"zh-CN|en"`
	JSON bool   `name:"json" help:"${json}"`

	Serve    serveCmd    `cmd:"" help:"${serve}"`
	Plan     planCmd     `cmd:"" help:"${plan}"`
	Measure  measureCmd  `cmd:"" help:"${measure}"`
	Observe  observeCmd  `cmd:"" help:"${observe}"`
	Evidence evidenceCmd `cmd:"" help:"${evidence}"`
	Network  networkCmd  `cmd:"" help:"${network}"`
	Reach    reachCmd    `cmd:"" help:"${reach}"`
	Import   importCmd   `cmd:"" help:"${import}"`
	GTFS     gtfsCmd     `cmd:"" name:"gtfs" help:"${gtfs}"`
	Worker   workerCmd   `cmd:"" help:"${worker}"`
	Job      jobCmd      `cmd:"" help:"${job}"`
	Token    tokenCmd    `cmd:"" help:"${token}"`
	Backup   backupCmd   `cmd:"" help:"${backup}"`
	Restore  restoreCmd  `cmd:"" help:"${restore}"`
	Version  versionCmd  `cmd:"" help:"${version}"`

	Circle       circleCmd       `cmd:"" help:"${circle}"`
	Contribution contributionCmd `cmd:"" help:"${contribution}"`
	Scenario     scenarioCmd     `cmd:"" help:"${scenario}"`
	Trust        trustCmd        `cmd:"" help:"${trust}"`
	Licence      licenceCmd      `cmd:"" help:"${licence}"`
	Node         nodeCmd         `cmd:"" help:"${node}"`
	Person       personCmd       `cmd:"" help:"${person}"`
	Case         caseCmd         `cmd:"" help:"${case}"`
	Service      serviceCmd      `cmd:"" help:"${service}"`
	Household    householdCmd    `cmd:"" help:"${household}"`
	Fund         fundCmd         `cmd:"" help:"${fund}"`
	Sim          simCmd          `cmd:"" help:"${sim}"`
}

// session is what every command is run with.
type session struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	lang     string
	json     bool
	now      func() time.Time
	results  int64 // room for results of long work, bytes; 0: as the store has it
}

// t is the text of a key in the session's language; args are name, value pairs.
func (s *session) t(key string, args ...string) string { return locale.T(s.lang, key, pairs(args)) }

func pairs(args []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// errQuiet ends the program with a code after everything has been said.
type errQuiet int

func (e errQuiet) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run is main without the globals: it returns the exit code. 0 is success, 1 a
// refusal or a finding, 2 a command that was not understood.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, getenv func(string) string) int {
	lang := language(args, getenv)
	s := &session{ctx: ctx, in: in, out: out, err: errOut, lang: lang, now: time.Now}
	if len(args) == 1 && args[0] == "--version" {
		args = []string{"version"}
	}
	if nothingAsked(args) {
		welcome(s)
		return 0
	}
	var cli command
	helped := false
	parser, err := kong.New(&cli, kong.Name("conurb"), kong.Writers(out, errOut),
		kong.Help(func(_ kong.HelpOptions, k *kong.Context) error { helped = true; return help(s, k) }),
		kong.Exit(func(int) {}), kong.NoDefaultHelp(), kong.WithHyphenPrefixedParameters(true),
		helpTexts(lang))
	if err != nil {
		fmt.Fprintln(errOut, err)
		return 2
	}
	if wantsHelp(args) {
		if nothingAsked(withoutHelp(args)) {
			welcome(s)
			return 0
		}
		k, err := kong.Trace(parser, withoutHelp(args))
		if err == nil {
			err = help(s, k)
		}
		if err != nil {
			fmt.Fprintln(errOut, err)
			return 2
		}
		return 0
	}
	k, err := parser.Parse(args)
	if helped {
		return 0
	}
	if err != nil {
		fmt.Fprintln(errOut, s.t("cli.error.usage", "error", s.misuse(err)))
		return 2
	}
	s.json = cli.JSON
	k.Bind(s)
	var quiet errQuiet
	switch err := k.Run(s); {
	case errors.As(err, &quiet):
		return int(quiet)
	case err != nil && s.faults(err):
		return 1
	case err != nil:
		fmt.Fprintln(errOut, s.refused(err))
		return 1
	}
	return 0
}

// language reads --lang before anything else, since even the help depends on it;
// then CONURB_LANG, then the usual variables of the system.
func language(args []string, getenv func(string) string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return locale.Match(v)
		}
		if a == "--lang" && i+1 < len(args) {
			return locale.Match(args[i+1])
		}
	}
	for _, name := range []string{"CONURB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" && v != "C" && v != "POSIX" && !strings.HasPrefix(v, "C.") {
			return locale.Match(strings.ReplaceAll(v, "_", "-"))
		}
	}
	return locale.Languages[0]
}

// nothingAsked reports whether the arguments name no command: none at all, or
// only a language.
func nothingAsked(args []string) bool {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--lang":
			i++
		case !strings.HasPrefix(args[i], "--lang="):
			return false
		}
	}
	return true
}

type versionCmd struct{}

func (versionCmd) Run(s *session) error {
	if s.json {
		return s.writeJSON(map[string]string{"version": version, "go": goVersion()})
	}
	fmt.Fprintf(s.out, "conurb %s (%s)\n", version, goVersion())
	return nil
}
