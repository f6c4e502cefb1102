package counter_test

import (
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/internal/storetest"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/trustlist"
)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) { f(t, newWorld(t, kind)) })
	}
}

// TestALicenceInThreeCities is the whole story, online and offline.
func TestALicenceInThreeCities(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		xiangtan, zhuzhou := w.cities["xiangtan"], w.cities["zhuzhou"]
		r := w.issue("changsha", permit)
		expect := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		k := w.shows(xiangtan, permit, "attributes.address")
		expect("Xiangtan", codes(k), "accepted")
		if len(k.Shown) != 1 || k.Shown[0] != "attributes.address" || !k.Told || !k.Signed || k.Held == "" || k.Purpose != purpose {
			t.Errorf("Xiangtan: %+v", k)
		}
		expect("Zhuzhou, without an equivalent", codes(w.shows(zhuzhou, permit)), "not-accepted no-equivalent")
		w.publish(w.equal("changsha", "zhuzhou", permit))
		expect("Zhuzhou, with it", codes(w.shows(zhuzhou, permit)), "accepted")
		expect("at home", codes(w.shows(w.cities["changsha"], permit)), "accepted")

		w.revoke("changsha", r)
		w.settle() // "licence.status" arrives
		expect("Xiangtan, revoked and told", codes(w.shows(xiangtan, permit)), "not-accepted status-revoked")
		w.pass(counter.Fresh)
		expect("Zhuzhou, revoked", codes(w.shows(zhuzhou, permit)), "not-accepted status-revoked")
		expect("at home, revoked", codes(w.shows(w.cities["changsha"], permit)), "not-accepted status-revoked")

		for _, c := range w.cities {
			report, err := c.Node.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
			if err != nil || !report.OK() {
				t.Errorf("%s: %v %+v", c.Node.Me(), err, report)
			}
		}
	})
}

// TestOffline holds what a counter says without a network: with the age of what it knows,
// after a restart too, and no further than the limit it was given.
func TestOffline(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.cities["xiangtan"]
		r := w.issue("changsha", permit)
		text := r.Credential
		q := counter.Question{Wanted: permit, Purpose: purpose, Clerk: clerk, Offline: true}
		check := func(k *counter.Counter, q counter.Question) (counter.Finding, string) {
			t.Helper()
			f := must[counter.Finding](t)(k.Check(t.Context(), text, q))
			return f, codes(must[store.Checked](t)(c.Node.Store().Check(t.Context(), f.ID)))
		}
		if _, got := check(c.Counter, q); got != "cannot-tell status-unknown" {
			t.Errorf("offline, never asked: %s", got)
		}
		online := q
		online.Offline = false
		if _, got := check(c.Counter, online); got != "accepted" {
			t.Errorf("online: %s", got)
		}
		w.revoke("changsha", r)
		w.cities["changsha"].open.Store(false)
		w.pass(6 * time.Hour)
		restarted := c.newCounter(c.Node.Store())
		for name, k := range map[string]*counter.Counter{"running": c.Counter, "restarted": restarted} {
			f, got := check(k, q)
			age := ""
			for _, r := range f.Verdict.Reasons {
				if r.Code == trustlist.ReasonStatusAge {
					age = r.Args["age"]
				}
			}
			if got != "accepted" || age < "21600" || len(age) != 5 {
				t.Errorf("%s, offline with a copy of 6 hours: %s, age %s", name, got, age)
			}
			strict := q
			strict.Limits.Status = time.Hour
			if _, got := check(k, strict); got != "cannot-tell status-too-old" {
				t.Errorf("%s, beyond the limit: %s", name, got)
			}
			strict = q
			strict.Limits.List = time.Hour
			if _, got := check(k, strict); got != "cannot-tell list-too-old" {
				t.Errorf("%s, beyond the limit of the list: %s", name, got)
			}
			if _, got := check(k, online); got != "cannot-tell status-too-old" {
				t.Errorf("%s, online and nobody answers: %s", name, got)
			}
		}
		w.pass(31 * 24 * time.Hour)
		strict := q
		strict.Limits = counter.Limits{List: 1000 * time.Hour, Status: 1000 * time.Hour}
		if _, got := check(c.Counter, strict); got != "cannot-tell status-unknown" {
			t.Errorf("after the list expired: %s", got)
		}
	})
}
