package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"conurb/app"
	"conurb/app/circle"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
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
	loaded, problems := pack.Load(files)
	type said struct {
		pack.Problem
		Text   string `json:"text"`
		Remedy string `json:"remedy"`
	}
	list := []said{}
	for _, p := range problems {
		list = append(list, said{p, locale.T(s.lang, "check."+p.Code, p.Args), locale.T(s.lang, "check."+p.Code+".remedy", p.Args)})
	}
	if loaded != nil {
		var faults circle.RuleFaults
		if err := checkRule(loaded, dir); err != nil && !errors.As(err, &faults) {
			return err
		}
		for _, f := range faults {
			list = append(list, said{pack.Problem{File: circle.RuleFile, Line: f.Line, Column: f.Column, Field: f.Field, Code: f.Code, Args: f.Args},
				locale.T(s.lang, "circle.check."+f.Code, f.Args), locale.T(s.lang, "circle.check."+f.Code+".remedy", f.Args)})
		}
	}
	if loaded != nil {
		var faults licence.Problems
		errors.As(checkTypes(loaded, ""), &faults)
		for _, f := range faults {
			list = append(list, said{pack.Problem(f), locale.T(s.lang, "licence.check."+f.Code, f.Args), locale.T(s.lang, "licence.check."+f.Code+".remedy", f.Args)})
		}
		if len(faults) == 0 {
			_, err := servicesOf(loaded)
			var items catalogue.Problems
			errors.As(err, &items)
			for _, f := range items {
				detail, remedy := problemWords(s.lang, f)
				list = append(list, said{pack.Problem(f), detail, remedy})
			}
		}
	}
	if err := s.writeJSON(list); err != nil {
		return err
	}
	if len(list) > 0 {
		return errQuiet(1)
	}
	return nil
}

// checkRule reads the rule for circles of a pack, if it has one.
func checkRule(p *pack.Pack, dir string) error {
	if _, ok := p.Files[circle.RuleFile]; !ok {
		return nil
	}
	_, err := circle.New(p, nil, nil, 0)
	var faults circle.RuleFaults
	if errors.As(err, &faults) && dir != "" {
		for i := range faults {
			faults[i].File = strings.TrimSuffix(dir, "/") + "/" + faults[i].File
		}
	}
	return err
}

// checkTypes reads the register of licences of a pack, if it has one.
func checkTypes(p *pack.Pack, dir string) error {
	b, ok := p.Files[licence.RegisterFile]
	if !ok {
		return nil
	}
	name := licence.RegisterFile
	if dir != "" {
		name = strings.TrimSuffix(dir, "/") + "/" + name
	}
	_, err := licence.ReadRegister(name, b)
	return err
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
