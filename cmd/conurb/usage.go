package main

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"syscall"

	"conurb/area"
	"conurb/store"
)

// everyday are the errors that come from outside the program, with the key of
// the sentence that says what to do.
var everyday = []struct {
	err error
	key string
}{
	{area.ErrDate, "cli.error.date"}, {fs.ErrNotExist, "cli.error.nofile"}, {fs.ErrPermission, "cli.error.permission"},
	{syscall.EADDRINUSE, "cli.error.port"}, {errListen, "cli.error.listen"}, {store.ErrUnreachable, "store.error.unreachable"}, {store.ErrBroken, "store.error.broken"},
}

// refused says why a command was not done: in the person's language where there
// are words for it, and always in those of the program.
func (s *session) refused(err error) string {
	words := s.remedy(err)
	for _, r := range everyday {
		if words == "" && errors.Is(err, r.err) {
			words = s.t(r.key)
		}
	}
	if words == "" {
		return s.t("cli.error", "error", err.Error())
	}
	return s.t("cli.error.known", "error", err.Error(), "words", words)
}

// misuses are what the parser of commands says of the slips that people make,
// with the key of the same in the words of a language. a and b are what the
// pattern holds in brackets.
var misuses = []struct {
	pattern *regexp.Regexp
	key     string
}{
	{regexp.MustCompile(`^unknown flag (\S+)$`), "cli.misuse.flag"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "cli.misuse.surplus"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "cli.misuse.flags"},
	{regexp.MustCompile(`^expected one of (.+)$`), "cli.misuse.command"},
	{regexp.MustCompile(`^expected "(.+)"$`), "cli.misuse.argument"},
	{regexp.MustCompile(`^(\S+): stat (.+): no such file or directory$`), "cli.misuse.file"},
	{regexp.MustCompile(`^(\S+): expected .* but got "EOL".*$`), "cli.misuse.value"},
	{regexp.MustCompile(`^(\S+): "(.+)" exists but is a directory$`), "cli.misuse.folder"},
	{regexp.MustCompile(`^(\S+) must be one of (.+) but got .*$`), "cli.misuse.enum"},
	{regexp.MustCompile(`^(\S+): expected duration.* but got "(.*?)".*$`), "cli.misuse.duration"},
	{regexp.MustCompile(`^(\S+): expected .*(?:int|float).* but got "(.*?)".*$`), "cli.misuse.number"},
}

var meant = regexp.MustCompile(`, did you mean (.+)\?$`)

// misuse says why a command was not understood.
func (s *session) misuse(err error) string {
	text, hint := err.Error(), ""
	if m := meant.FindStringSubmatch(text); m != nil {
		text, hint = strings.TrimSuffix(text, m[0]), s.t("cli.misuse.meant", "a", m[1])
	}
	for _, u := range misuses {
		if m := append(u.pattern.FindStringSubmatch(text), ""); len(m) > 1 {
			return s.t(u.key, "a", m[1], "b", m[2]) + hint
		}
	}
	return text + hint
}
