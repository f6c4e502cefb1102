package trustlist_test

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"regexp"
	"strings"
	"testing"

	"conurb/kit/jws"
	"conurb/locale"
	tl "conurb/trust/trustlist"
)

const (
	household = "11100000000013338W011" // type codes and credit codes by form only
	residence = "11430200000013338X002"
	permit    = "11430100000013338Y003"
	bureau    = "11430100006122244L"
	station   = "11430200006122245K"
)

// world is three cities, an office and two issuing authorities with their keys.
type world struct {
	t     testing.TB
	keys  tl.Keys
	sign  map[tl.Party]*jws.Private
	issue map[string]*jws.Private
	list  *tl.List
	now   tl.Instant // of the next publication
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t, tl.Keys{}, map[tl.Party]*jws.Private{}, map[string]*jws.Private{}, &tl.List{}, at("2026-01-01T00:00:00Z")}
	for _, p := range []tl.Party{"changsha", "zhuzhou", "xiangtan", tl.Office} {
		w.sign[p] = generate(t, jws.EdDSA, string(p))
		w.keys[p] = []jws.Public{w.sign[p].Public()}
	}
	for _, name := range []string{"bureau", "station", "stolen"} {
		w.issue[name] = generate(t, jws.ES256, name)
	}
	return w
}

// generate makes the key of a name: the same in every process, as fuzzing needs.
func generate(t testing.TB, alg jws.Algorithm, name string) *jws.Private {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	k, err := jws.FromSeed(alg, seed[:])
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func at(text string) tl.Instant {
	i, err := tl.ParseInstant(text)
	if err != nil {
		panic(err)
	}
	return i
}

// change fills in what every change has.
func (w *world) change(c tl.Change) tl.Change {
	c.Proposed, c.Reason = w.now-60, "agreed at the 2nd joint conference"
	return c
}

// row is that of the bureau of a city for a type, with a key of the world.
func (w *world) row(city tl.Party, authority, kind, key string, until tl.Instant) tl.Change {
	return w.change(tl.Change{Kind: tl.AddRow, By: city, Row: &tl.Row{
		City: city, Authority: authority, Name: "公安局", Type: kind, From: at("2024-01-01T00:00:00Z"), Until: until, Key: w.issue[key].Public().JWK(""),
	}})
}

func (w *world) equal(of, as tl.Side, condition string) tl.Change {
	return w.change(tl.Change{Kind: tl.AddEquivalent, By: as.City, Equivalent: &tl.Equivalent{Of: of, As: as, From: at("2025-01-01T00:00:00Z"), If: condition}})
}

// signed is a change with the signatures of cities.
func (w *world) signed(c tl.Change, cities ...tl.Party) tl.Signed {
	w.t.Helper()
	s, err := tl.Propose(rand.Reader, c, w.sign[c.By])
	for _, city := range cities {
		if err == nil {
			s, err = s.Sign(rand.Reader, city, w.sign[city])
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// publish adds a publication; a day passes.
func (w *world) publish(proposals ...tl.Signed) {
	w.t.Helper()
	if err := w.try(proposals...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) try(proposals ...tl.Signed) error {
	next, err := w.list.Publish(rand.Reader, proposals, w.now, w.keys, w.sign[tl.Office])
	if err == nil {
		w.list, w.now = next, w.now+86400
	}
	return err
}

// licence is a household register of the bureau of Changsha, in order in every respect.
func (w *world) licence() tl.Licence {
	return tl.Licence{
		City: "changsha", Authority: bureau, Type: household, Key: w.issue["bureau"].Public().Thumbprint(), Issued: at("2025-06-01T00:00:00Z"),
		Status: tl.StatusValid, Holder: tl.BindingProven,
	}
}

// judge asks for a city which type it wants, now and with all knowledge fresh.
func (w *world) judge(city tl.Party, wanted string, l tl.Licence) tl.Verdict {
	return tl.Judge(w.list, tl.Question{At: w.now, City: city, Wanted: wanted}, l, tl.Knowledge{ListAt: w.now, StatusAt: w.now, NeedHolder: true})
}

// codes are those of the reasons that decided.
func codes(v tl.Verdict) string {
	var list []string
	for _, r := range v.Reasons {
		if r.Weight == v.Reasons[0].Weight && r.Weight > tl.Note {
			list = append(list, r.Code)
		}
	}
	return strings.Join(list, " ")
}

func faultCode(err error) string {
	var f *tl.Fault
	if errors.As(err, &f) {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// said fails unless a code has its sentence in every language, with nothing left open.
func said(t *testing.T, key string, args map[string]string) {
	t.Helper()
	for _, lang := range locale.Languages {
		if text := locale.T(lang, key, args); !locale.Has(lang, key) || placeholder.MatchString(text) {
			t.Errorf("%s: %s says %q", lang, key, text)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// saidFault is said of a fault and its remedy.
func saidFault(t *testing.T, err error) {
	t.Helper()
	var f *tl.Fault
	if !errors.As(err, &f) {
		t.Errorf("%v is no fault", err)
		return
	}
	said(t, "trust.fault."+f.Code, f.Args)
	said(t, "trust.fault."+f.Code+".remedy", f.Args)
}
