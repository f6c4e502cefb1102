package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"conurb/app"
	"conurb/locale"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/region"
)

// where says which node a command speaks to.
type where struct {
	Data string `default:"./data" env:"CONURB_DATA" help:"${data}" placeholder:"DIR"`
	DB   string `name:"db" env:"CONURB_DB" help:"${db}" placeholder:"URL"`
	Pack string `env:"CONURB_PACK" help:"${pack}" placeholder:"DIR"`
}

// when says which days a command asks about.
type when struct {
	AsOf       string `name:"as-of" help:"${as_of}" placeholder:"YYYY-MM-DD"`
	BelievedOn string `name:"believed-on" help:"${believed_on}" placeholder:"YYYY-MM-DD"`
	AtLog      int64  `name:"at-log" help:"${at_log}" placeholder:"N"`
}

// packFiles opens the region pack named by the flag, or the embedded one.
func packFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return region.CZT(), nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", dir)
	}
	return os.DirFS(dir), nil
}

// loadPack loads a pack or prints every problem in it.
func (s *session) loadPack(dir string) (*pack.Pack, error) {
	files, err := packFiles(dir)
	if err != nil {
		return nil, err
	}
	p, problems := pack.Load(files)
	if len(problems) == 0 {
		return p, nil
	}
	s.printProblems(dir, problems)
	return nil, errQuiet(1)
}

func (s *session) printProblems(dir string, problems []pack.Problem) {
	for _, p := range problems {
		name := p.File
		if dir != "" {
			name = strings.TrimSuffix(dir, "/") + "/" + p.File
		}
		fmt.Fprintf(s.err, "%s:%d:%d: %s %s\n", name, p.Line, p.Column,
			locale.T(s.lang, "check."+p.Code, p.Args), locale.T(s.lang, "check."+p.Code+".remedy", p.Args))
	}
	fmt.Fprintln(s.err, s.t("cli.check.count", "n", fmt.Sprint(len(problems))))
}

// open starts the node for a command. Reading works without a database: the
// pack alone is then judged, and a line on standard error says so.
func (s *session) open(w where, reading bool) (*app.App, error) {
	p, err := s.packFor(w)
	if err != nil {
		return nil, err
	}
	o := app.Options{Pack: p, Data: w.Data, DB: w.DB, Now: s.now, Version: version, Results: s.results}
	if reading && w.DB == "" && !app.HasDatabase(w.Data) {
		fmt.Fprintln(s.err, s.t("cli.nodatabase", "data", w.Data))
		return app.InMemory(o)
	}
	return app.Open(s.ctx, o)
}

// openExisting starts a node that has been started before: a question about the
// log must not begin one.
func (s *session) openExisting(w where) (*app.App, error) {
	if w.DB == "" && !app.HasDatabase(w.Data) {
		return nil, fmt.Errorf("%s: %w", w.Data, app.ErrNoDatabase)
	}
	return s.open(w, false)
}

// packFor is the pack that the flag names; else the one the database was last run
// with, where that is of another area; else the one that is built in.
func (s *session) packFor(w where) (*pack.Pack, error) {
	if w.Pack == "" {
		if p := app.StoredPack(s.ctx, w.Data, w.DB); p != nil && p.ID != region.ID {
			return p, nil
		}
	}
	return s.loadPack(w.Pack)
}

// query fills in the days that were not given.
func (w when) query(a *app.App) (board.Query, error) { return a.Query(w.AsOf, w.BelievedOn, w.AtLog) }

// restore fills the database that the flags name from a backup.
func (s *session) restore(w where, file string) error {
	p, err := s.packFor(w)
	if err != nil {
		return err
	}
	_, err = app.Restore(s.ctx, app.Options{Pack: p, Data: w.Data, DB: w.DB, Now: s.now}, file)
	return err
}
