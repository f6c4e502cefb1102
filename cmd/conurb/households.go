package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"conurb/app/register"
	"conurb/app/residence"
	"conurb/app/town"
	"conurb/livelihood/household/family"
	"conurb/store"
)

// errNoHousehold tells that a file describes no household.
var errNoHousehold = errors.New("no household")

type householdsListCmd struct {
	where
	Person string `help:"${households_person}" placeholder:"NUMBER"`
	Kind   string `default:"" enum:",family,collective" help:"${households_kind}" placeholder:"KIND"`
	Limit  int    `default:"100" help:"${households_limit}" placeholder:"N"`
}

// Run lists households, and who is registered and in none.
func (c householdsListCmd) Run(s *session) error {
	return s.atResidence(c.where, func(t *town.Town) (err error) {
		list := []family.Household{}
		if c.Person != "" {
			h, err := t.App.Store().FamilyOf(s.ctx, family.Person(c.Person))
			if err != nil && !errors.Is(err, store.ErrUnknown) {
				return err
			} else if err == nil {
				list = append(list, h)
			}
		} else if list, err = t.App.Store().Families(s.ctx, store.FamilyFilter{Kind: family.Kind(c.Kind), Limit: c.Limit}); err != nil {
			return err
		}
		homeless := []family.Person{}
		if c.Person == "" {
			some, err := t.App.Store().Homeless(s.ctx)
			if err != nil {
				return err
			}
			homeless = append(homeless, some...)
		}
		if s.json {
			return s.writeJSON(map[string]any{"households": list, "homeless": homeless})
		}
		var rows [][]string
		for _, h := range list {
			if len(h.Members) == 0 {
				rows = append(rows, []string{h.ID, s.t("family.kind." + string(h.Kind)), s.oneLine(h.Address), "", "", ""})
			}
			for i, m := range h.Members {
				row := []string{"", "", "", s.oneLine(m.Name), string(m.Person), s.t("family.relation." + string(m.Relation))}
				if m.Block != nil {
					row[5] += "; " + s.t("family.block."+m.Block.Code)
				}
				if i == 0 {
					row[0], row[1], row[2] = h.ID, s.t("family.kind."+string(h.Kind)), s.oneLine(h.Address)
				}
				rows = append(rows, row)
			}
		}
		s.table(strings.Split(s.t("register.table.households"), "|"), rows)
		if len(homeless) > 0 {
			var numbers []string
			for _, p := range homeless {
				numbers = append(numbers, string(p))
			}
			fmt.Fprintln(s.out, s.t("register.homeless", "n", strconv.Itoa(len(numbers)), "persons", strings.Join(numbers, " ")))
		}
		return nil
	})
}

type householdFoundCmd struct {
	where
	File string `arg:"" help:"${arg_household_file}"`
	By   string `required:"" help:"${households_by}" placeholder:"NAME"`
}

// Run enters a household from a file of the form that POST /api/v1/households takes.
func (c householdFoundCmd) Run(s *session) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	var f struct {
		family.Household
		Reason string `json:"reason"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return fmt.Errorf("%s: %w: %v", c.File, errNoHousehold, err)
	}
	if f.ID != "" || f.Version != 0 || f.Head != "" || f.City != "" || strings.TrimSpace(f.Reason) == "" {
		return fmt.Errorf("%s: %w", c.File, errNoHousehold)
	}
	return s.atResidence(c.where, func(t *town.Town) error {
		e, err := t.Residence.Begin(s.ctx, c.By, residence.Entry{Household: f.Household, Members: f.Members, Licences: true, Reason: f.Reason})
		return s.begun(e, err)
	})
}

// atResidence does something with the households of the node in a folder.
func (s *session) atResidence(w where, do func(t *town.Town) error) error {
	return s.atRegister(w, func(t *town.Town, _ *register.Register) error {
		if t.Residence == nil {
			return errNoCases
		}
		return do(t)
	})
}
