package main

import (
	"fmt"
	"os"
	"strconv"

	"go.yaml.in/yaml/v3"

	"conurb/app"
	"conurb/locale"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/plan/progress/opensdg"
)

// checkJSON prints the problems of a pack, an empty list where there is none.
func (s *session) checkJSON(dir string) error {
	files, err := packFiles(dir)
	if err != nil {
		return err
	}
	_, problems := pack.Load(files)
	type said struct {
		pack.Problem
		Text   string `json:"text"`
		Remedy string `json:"remedy"`
	}
	list := make([]said, len(problems))
	for i, p := range problems {
		list[i] = said{p, locale.T(s.lang, "check."+p.Code, p.Args), locale.T(s.lang, "check."+p.Code+".remedy", p.Args)}
	}
	if err := s.writeJSON(list); err != nil {
		return err
	}
	if len(problems) > 0 {
		return errQuiet(1)
	}
	return nil
}

// packBoard judges a pack on its own, for the days that were asked.
func (s *session) packBoard(dir string, w when) (*board.Board, error) {
	p, err := s.loadPack(dir)
	if err != nil {
		return nil, err
	}
	a, err := app.InMemory(app.Options{Pack: p, Now: s.now})
	if err != nil {
		return nil, err
	}
	q, err := w.query(a)
	if err != nil {
		return nil, err
	}
	return a.Board(s.ctx, q)
}

// planProgressCmd measures an Open SDG folder by the Canadian/UNSD method and,
// when told what was published, names every difference.
type planProgressCmd struct {
	Dir       string  `arg:"" type:"existingdir" help:"${arg_sdg}"`
	Against   string  `type:"existingfile" help:"${against}" placeholder:"FILE"`
	Tolerance float64 `default:"1e-12" help:"${tolerance}" placeholder:"NUMBER"`
}

func (c planProgressCmd) Run(s *session) error {
	folder, problems := opensdg.Read(os.DirFS(c.Dir))
	for _, p := range problems {
		fmt.Fprintln(s.err, p)
	}
	components := folder.Components()
	if len(components) == 0 {
		return errQuiet(1) // the problems say why
	}
	if c.Against == "" {
		if s.json {
			return s.writeJSON(components)
		}
		return yaml.NewEncoder(s.out).Encode(components)
	}
	b, err := os.ReadFile(c.Against)
	if err != nil {
		return err
	}
	published, err := opensdg.Parse(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Against, err)
	}
	differences := opensdg.Compare(components, published, c.Tolerance)
	if s.json {
		if err := s.writeJSON(differences); err != nil {
			return err
		}
	} else {
		for _, d := range differences {
			fmt.Fprintf(s.out, "%s: %s, %s\n", d.Path, d.Got, d.Want)
		}
		fmt.Fprintln(s.out, s.t("cli.progress.compared", "indicators", strconv.Itoa(len(components)), "n", strconv.Itoa(len(differences))))
	}
	if len(differences) > 0 {
		return errQuiet(1)
	}
	return nil
}
