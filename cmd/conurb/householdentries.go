package main

import (
	"strings"
	"time"

	"conurb/app/town"
	"conurb/livelihood/household/entry"
	"conurb/store"
)

// begun says what came of beginning an entry.
func (s *session) begun(e store.Entering, err error) error {
	if err != nil {
		return s.caseFault(err)
	}
	if e.State == entry.Entered {
		return s.done("register.done.founded", "id", e.Plan.Made)
	}
	return s.done("register.done.begun", "id", e.ID)
}

type householdEntriesCmd struct {
	where
	All bool `help:"${household_entries_all}"`
}

// Run lists entries that are under way, with the cities that they wait for.
func (c householdEntriesCmd) Run(s *session) error {
	return s.atResidence(c.where, func(t *town.Town) error {
		list, err := t.App.Store().Enterings(s.ctx, store.EnteringFilter{Open: !c.All})
		if err != nil {
			return err
		}
		if s.json {
			all := []map[string]any{}
			for _, e := range list {
				all = append(all, map[string]any{"entry": e, "waits": t.Residence.Waits(e)})
			}
			return s.writeJSON(all)
		}
		var rows [][]string
		for _, e := range list {
			var persons, waits []string
			for _, p := range e.Persons {
				persons = append(persons, string(p))
			}
			for _, c := range t.Residence.Waits(e) {
				waits = append(waits, string(c))
			}
			why := strings.Join(waits, " ")
			if e.State == entry.Refused {
				why = s.t("entry.reason."+e.Reason, "city", string(e.City), "person", string(e.Person))
			}
			rows = append(rows, []string{e.ID, s.t("register.entry." + string(e.State)), time.Unix(e.Since, 0).UTC().Format(time.RFC3339), strings.Join(persons, " "), why})
		}
		s.table(strings.Split(s.t("register.table.entries"), "|"), rows)
		return nil
	})
}

type householdGiveUpCmd struct {
	where
	ID     string `arg:"" help:"${arg_entry}"`
	By     string `required:"" help:"${households_by}" placeholder:"NAME"`
	Reason string `required:"" help:"${household_give_up_reason}" placeholder:"TEXT"`
	Sure   bool   `help:"${household_give_up_sure}"`
}

// Run withdraws an entry that is under way, or one that was lost with a backup.
func (c householdGiveUpCmd) Run(s *session) error {
	return s.atResidence(c.where, func(t *town.Town) error {
		if _, err := t.Residence.Give(s.ctx, c.By, c.ID, c.Reason, c.Sure); err != nil {
			return s.caseFault(err)
		}
		return s.done("register.done.given", "id", c.ID)
	})
}
