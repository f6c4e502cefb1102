package ground

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"conurb/area"
	"conurb/area/people"
	"conurb/connect/network"
	"conurb/connect/strategic"
	"conurb/connect/street"
	"conurb/plan/pack"
)

// modelPeople spreads the census of a region over cells.
func modelPeople(p *pack.Pack) (*area.Cells, error) {
	cells, _, err := people.Distribute(&p.Area, &p.Network, p.Sketch.Anchors, people.DefaultRule())
	return cells, err
}

// modelNetwork lays the streets of a region as they are open today, over the squares
// of its modelled people, which are found where they are nil. The network is kept in
// the data folder, and taken from there as long as neither streets nor profiles have
// changed.
func modelNetwork(ctx context.Context, h Home, p *pack.Pack, squares *area.Cells, tell Tell) (*network.Network, error) {
	if squares == nil {
		var err error
		if squares, err = modelPeople(p); err != nil {
			return nil, err
		}
	}
	today, err := h.today(p)
	if err != nil {
		return nil, err
	}
	src, rep, err := strategic.Source(&p.Network, &p.Sketch, squares, strategic.DefaultRule(), today, today)
	if err != nil {
		return nil, err
	}
	rules, err := Profiles(nil)
	if err != nil {
		return nil, err
	}
	limits, err := street.BuiltinLimits()
	if err != nil {
		return nil, err
	}
	basis := rep.Basis
	if basis.Digest, err = fingerprint(src, rules); err != nil {
		return nil, err
	}
	file := h.model(p.ID)
	if kept, err := OpenNetwork(file); err == nil && kept.Info.Basis == basis {
		return kept, nil
	}
	n, err := network.Build(ctx, src, rules, network.Plan{
		Name: p.Name, Basis: basis, Limits: limits, Built: h.Now.UTC().Format(time.RFC3339), Program: h.Program, Progress: tell.steps(),
	})
	if err != nil {
		return nil, err
	}
	return n, SaveNetwork(file, n)
}

// fingerprint is a digest of everything a network is built from.
func fingerprint(src street.Source, rules []network.Rules) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "version %d\n", network.Version)
	if limits, err := street.BuiltinFile("limits"); err == nil {
		h.Write(limits)
	}
	for _, r := range rules {
		fmt.Fprintf(h, "profile %s\n%s\n", r.ID, r.Text)
	}
	for _, read := range []func(hash.Hash) error{
		func(h hash.Hash) error {
			return src.Nodes(func(n street.MapNode) error { _, err := fmt.Fprintln(h, n); return err })
		},
		func(h hash.Hash) error {
			return src.Ways(func(w street.MapWay) error { _, err := fmt.Fprintln(h, w); return err })
		},
		func(h hash.Hash) error {
			return src.Relations(func(r street.MapRelation) error { _, err := fmt.Fprintln(h, r); return err })
		},
	} {
		if err := read(h); err != nil {
			return "", err
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
