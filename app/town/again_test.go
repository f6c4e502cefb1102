package town_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/app/town"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

// have is what a node has that a start could make twice.
type have struct {
	Trust, Findings, Licences, People, Cards, Logins int
	Versions                                         []int // of the cards
	Lists                                            []store.StatusList
	Packs                                            int
	URL                                              string
}

func inventory(t *testing.T, one *town.Town) have {
	t.Helper()
	ctx, s := t.Context(), one.App.Store()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	h := have{URL: one.URL()}
	l, err := one.Trust.List(ctx)
	must(err)
	h.Trust = l.Version()
	findings, err := one.Trust.Findings(ctx)
	must(err)
	records, err := s.Licences(ctx, store.LicenceFilter{Limit: 1000})
	must(err)
	people, err := s.People(ctx)
	must(err)
	cards, err := s.Cards(ctx)
	must(err)
	for _, p := range people {
		have, err := s.Credentials(ctx, p.ID)
		must(err)
		h.Logins += len(have)
	}
	for _, c := range cards {
		h.Versions = append(h.Versions, c.Card.Version)
	}
	packs, err := s.PackVersions(ctx)
	must(err)
	h.Lists, err = s.StatusLists(ctx)
	must(err)
	h.Findings, h.Licences, h.People, h.Cards, h.Packs = len(findings), len(records), len(people), len(cards), len(packs)
	return h
}

// TestADemonstrationStartedAgain holds that stopping and starting makes nothing twice, and
// that the nodes go on where they were.
func TestADemonstrationStartedAgain(t *testing.T) {
	p := packed(t)
	seats := settle(t, p, trustlist.Office, "changsha", "zhuzhou")
	all, stop := start(t, p, seats)
	listed := func(version int) {
		t.Helper()
		for name, one := range all {
			eventually(t, string(name)+" has the list", func() bool { l, err := one.Trust.List(t.Context()); return err == nil && l.Version() == version })
		}
	}
	listed(1)
	r := issue(t, all["changsha"])
	before := map[trustlist.Party]have{}
	for name, one := range all {
		before[name] = inventory(t, one)
	}
	for range 2 {
		stop()
		all, stop = start(t, p, seats)
		listed(1)
		for name, one := range all {
			if now := inventory(t, one); !reflect.DeepEqual(now, before[name]) {
				t.Errorf("%s: %+v before, %+v now", name, before[name], now)
			}
		}
	}
	if _, err := all["changsha"].Desk.Act(t.Context(), r.ID, licence.Revoke, licence.How{Reason: "材料不实", By: "issuer"}); err != nil {
		t.Error(err)
	}
	eventually(t, "Zhuzhou hears of what is done after a start", func() bool {
		return outcome(t, all["zhuzhou"], r.Credential, false) == "not-accepted status-revoked no-equivalent"
	})
	for name, one := range all {
		report, err := one.App.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !report.OK() {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
}

// TestNoDemonstrationOfARealNode: accounts with known passwords are made in folders of
// demonstrations alone.
func TestNoDemonstrationOfARealNode(t *testing.T) {
	p := packed(t)
	places, err := node.ReadRegion(node.RegionFile, p.Files[node.RegionFile])
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "real")
	if err := node.Make(dir, places[1].Config("127.0.0.1:0", "http://127.0.0.1:1"), "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := town.Open(t.Context(), town.Options{Dir: dir, Pack: p, Demo: true}); !errors.Is(err, town.ErrReal) {
		t.Errorf("a demonstration of a real node: %v", err)
	}
}
