package main

import (
	"errors"
	"fmt"
	"strconv"

	"conurb/app"
	"conurb/door/httpapi"
	"conurb/livelihood/catalogue"
)

type serviceCheckCmd struct {
	Dir string `arg:"" help:"${arg_pack}"`
}

// Run checks the service items of a pack: faults keep it from being used, hints do not.
func (c serviceCheckCmd) Run(s *session) error {
	p, err := s.loadPack(c.Dir)
	if err != nil {
		return err
	}
	all, err := servicesOf(p)
	var problems catalogue.Problems
	switch {
	case err != nil && !errors.As(err, &problems):
		return s.licenceFault(err)
	case err == nil && all == nil:
		return fmt.Errorf("%s: %w", c.Dir, errNoCatalogue)
	}
	type said struct {
		catalogue.Problem
		Text   string `json:"text"`
		Remedy string `json:"remedy"`
	}
	list := []said{}
	for _, x := range problems {
		detail, remedy := problemWords(s.lang, x)
		list = append(list, said{x, detail, remedy})
	}
	switch {
	case s.json:
		if err := s.writeJSON(list); err != nil {
			return err
		}
	case len(list) > 0:
		s.serviceProblems(c.Dir, err)
	}
	if len(list) > 0 {
		return errQuiet(1)
	}
	if s.json {
		return nil
	}
	hints := 0
	refs := app.CatalogueRefs(p, nil, nil)
	refs.Forms = all.Form
	for _, i := range all.Items {
		for _, f := range catalogue.Check(i, refs) {
			if f.Mild {
				hints++
				detail, remedy := httpapi.FaultWords(s.lang, f)
				fmt.Fprintf(s.err, "%s/%s %s: %s %s\n", i.ID, i.City, f.At, detail, remedy)
			}
		}
	}
	fmt.Fprintln(s.out, s.t("catalogue.check.ok", "items", strconv.Itoa(len(all.Items)), "forms", strconv.Itoa(len(all.Forms)), "bundles", strconv.Itoa(len(all.Bundles)), "hints", strconv.Itoa(hints)))
	return nil
}

type serviceDiffCmd struct {
	Old string `arg:"" help:"${arg_old}"`
	New string `arg:"" help:"${arg_new}"`
}

// changed is what became of an item between two packs.
type changed struct {
	Item        string                 `json:"item"`
	City        string                 `json:"city"`
	What        string                 `json:"what"` // added, removed, changed
	Differences []catalogue.Difference `json:"differences,omitempty"`
}

// Run tells what became of every item between two packs.
func (c serviceDiffCmd) Run(s *session) error {
	var both [2]*catalogue.Catalogue
	for n, dir := range []string{c.Old, c.New} {
		p, err := s.loadPack(dir)
		if err != nil {
			return err
		}
		if both[n], err = servicesOf(p); err != nil {
			if s.serviceProblems(dir, err) {
				return errQuiet(1)
			}
			return s.licenceFault(err)
		}
		if both[n] == nil {
			both[n] = &catalogue.Catalogue{}
		}
	}
	list := []changed{}
	for _, i := range both[0].Items {
		o := both[1].Item(i.ID, i.City)
		if o == nil {
			list = append(list, changed{Item: i.ID, City: i.City, What: "removed"})
			continue
		}
		a, b := *i, *o
		a.City, b.City = "old", "new"
		if d := catalogue.Diff([]*catalogue.Item{&a, &b}); len(d) > 0 {
			list = append(list, changed{i.ID, i.City, "changed", d})
		}
	}
	for _, i := range both[1].Items {
		if both[0].Item(i.ID, i.City) == nil {
			list = append(list, changed{Item: i.ID, City: i.City, What: "added"})
		}
	}
	if s.json {
		return s.writeJSON(list)
	}
	for _, x := range list {
		fmt.Fprintf(s.out, "%s/%s: %s\n", x.Item, x.City, s.t("catalogue.change."+x.What))
		if x.What == "changed" {
			s.sayDifferences(x.Differences, func(side string) string { return s.t("catalogue.side." + side) })
		}
	}
	if len(list) == 0 {
		fmt.Fprintln(s.out, s.t("catalogue.change.none"))
	}
	return nil
}
