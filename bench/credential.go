package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"conurb/area"
	"conurb/kit/jws"
	"conurb/kit/sdjwt"
	"conurb/kit/statuslist"
	"conurb/livelihood/licence"
	"conurb/trust/trustlist"
)

const (
	credentialOps  = 500       // operations of a measurement
	statusPlaces   = 1_000_000 // of the status list
	statusAddress  = "https://licences.example/statuses"
	benchType      = "11430000000000000XX01" // invented, as in the region pack
	benchAuthority = "11430100XX00000010"
)

// credentials measures issuing a licence with ten selective claims, and verifying its
// presentation with key binding, the trust list and a cached status list, each beside the
// bare signatures of the same algorithm.
func credentials(runs int) ([]row, error) {
	var rows []row
	for _, alg := range jws.Algorithms {
		s, err := newShow(alg)
		if err != nil {
			return nil, err
		}
		issue, err := s.beside(runs, "issue", "<= 2.5 x raw", s.rawIssue, s.issue)
		if err != nil {
			return nil, err
		}
		verify, err := s.beside(runs, "verify", "<= 1.8 x raw", s.rawVerify, s.verify)
		if err != nil {
			return nil, err
		}
		rows = append(append(rows, issue...), verify...)
		if alg == jws.EdDSA {
			both, err := s.bothCores(runs)
			if err != nil {
				return nil, err
			}
			rows = append(rows, both)
		}
	}
	more, err := statuses(runs)
	return append(rows, more...), err
}

// show is a licence, its holder, and a verifier who knows whom to believe.
type show struct {
	alg            jws.Algorithm
	issuer, holder *jws.Private
	kind           licence.Type
	record         licence.Record
	signed         []byte // what the issuer's signature is over
	signature      []byte
	text           string // the presentation
	demand         licence.Demand
	trust          *trustlist.List
	cache          *statuslist.Cache
}

func newShow(alg jws.Algorithm) (*show, error) {
	s := &show{alg: alg}
	var err error
	if s.issuer, err = jws.Generate(alg, rand.Reader); err != nil {
		return nil, err
	}
	if s.holder, err = jws.Generate(alg, rand.Reader); err != nil {
		return nil, err
	}
	if err := s.draw(); err != nil {
		return nil, err
	}
	token, _, _ := strings.Cut(s.record.Credential, "~")
	s.signed = []byte(token[:strings.LastIndexByte(token, '.')])
	if s.signature, err = s.issuer.Sign(rand.Reader, s.signed); err != nil {
		return nil, err
	}
	shown, err := sdjwt.Parse(s.record.Credential, alg)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	s.demand = licence.Demand{Request: sdjwt.Request{Audience: "https://xiangtan.example", Nonce: "n-0S6_WzA2Mj"}, Fresh: sdjwt.Fresh{Age: time.Hour}, Now: now}
	if s.text, err = shown.Bind(rand.Reader, s.holder, s.demand.Request, now); err != nil {
		return nil, err
	}
	if s.trust, err = trusting(s.issuer.Public(), now); err != nil {
		return nil, err
	}
	s.cache = statuslist.NewCache(handed{now}, statuslist.Limits{Age: 24 * time.Hour})
	return s, s.verify()
}

// draw makes the licence: four items of its metadata and six attributes are hidden.
func (s *show) draw() error {
	s.kind = licence.Type{Code: benchType, Name: area.Text{Zh: "居民身份证", En: "identity card"}, Months: 120}
	values := map[string]any{}
	for _, id := range []string{"birth_date", "sex", "people", "address", "adult", "city_of_birth"} {
		s.kind.Attributes = append(s.kind.Attributes, licence.Attribute{ID: id, Form: licence.FormText})
		values[id] = "长沙市芙蓉区五一大道"
	}
	jwk, day := s.holder.Public().JWK(""), area.NewDate(2026, 11, 1)
	var err error
	s.record, err = licence.Begin(&s.kind, licence.Draft{
		Type: benchType, Authority: licence.Authority{City: "changsha", Code: benchAuthority, Name: "长沙市公安局"},
		Holder: licence.Holder{Kind: licence.KindCitizen, Code: "430102199001010014", Name: "王小明"}, Attributes: values, Key: &jwk,
	}, licence.Fresh{ID: "1", Serial: "SERIAL00000000000007", Salt: "s", Place: licence.Place{List: "1", Index: 71423, Bits: 2, Size: statusPlaces}},
		licence.How{At: day.Time(), Today: day})
	if err != nil {
		return err
	}
	return s.issue()
}

func (s *show) issue() error {
	return s.record.Seal(rand.Reader, &s.kind, s.issuer, licence.Settings{Status: statusAddress, Zone: time.UTC})
}

func (s *show) rawIssue() error {
	_, err := s.issuer.Sign(rand.Reader, s.signed)
	return err
}

// rawVerify is two signatures, as a presentation has: the issuer's and the holder's.
func (s *show) rawVerify() error {
	for range 2 {
		if !s.issuer.Public().Verify(s.signed, s.signature) {
			return fmt.Errorf("%s: signature does not verify", s.alg)
		}
	}
	return nil
}

// verify is what a counter does: signatures and form, then status, then the verdict.
func (s *show) verify() error {
	c, err := licence.Verify(s.text, s.issuer.Public(), s.demand)
	if err != nil {
		return err
	}
	known, err := s.cache.Look(context.Background(), statuslist.Reference{URI: c.StatusURI, Index: c.StatusIdx}, s.demand.Now)
	if err != nil {
		return err
	}
	if known.Status == statuslist.Valid {
		c.Facts.Status = trustlist.StatusValid
	}
	now := trustlist.InstantOf(s.demand.Now)
	v := trustlist.Judge(s.trust, trustlist.Question{At: now, City: "changsha", Wanted: benchType}, c.Facts,
		trustlist.Knowledge{StatusAt: trustlist.InstantOf(known.AsOf), MostStatus: 86400, MostList: 86400, NeedHolder: true})
	if v.Outcome != trustlist.Accepted {
		return fmt.Errorf("%s: %s, %v", s.alg, v.Outcome, v.Reasons)
	}
	return nil
}

// trusting is a trust list with one row: the key of the issuer.
func trusting(issuer jws.Public, now time.Time) (*trustlist.List, error) {
	keys, sign := trustlist.Keys{}, map[trustlist.Party]*jws.Private{}
	for _, p := range []trustlist.Party{"changsha", trustlist.Office} {
		k, err := jws.Generate(jws.EdDSA, rand.Reader)
		if err != nil {
			return nil, err
		}
		sign[p], keys[p] = k, []jws.Public{k.Public()}
	}
	at := trustlist.InstantOf(now) - 60
	change, err := trustlist.Propose(rand.Reader, trustlist.Change{Kind: trustlist.AddRow, By: "changsha", Proposed: at, Reason: "to be measured", Row: &trustlist.Row{
		City: "changsha", Authority: benchAuthority, Name: "长沙市公安局", Type: benchType, From: 1, Key: issuer.JWK(""),
	}}, sign["changsha"])
	if err != nil {
		return nil, err
	}
	return (&trustlist.List{}).Publish(rand.Reader, []trustlist.Signed{change}, at, keys, sign[trustlist.Office])
}

// handed hands out a list of a million places, in which every hundredth is revoked.
type handed struct{ at time.Time }

func (h handed) Fetch(_ context.Context, uri string) (*statuslist.Token, error) {
	l, err := statuslist.New(2, statusPlaces)
	if err != nil {
		return nil, err
	}
	for i := 0; i < statusPlaces; i += 100 {
		if err := l.Set(i, statuslist.Invalid); err != nil {
			return nil, err
		}
	}
	return &statuslist.Token{Subject: uri, Issued: h.at, Life: time.Hour, Form: l.Form()}, nil
}

// beside measures two operations in turn, in CPU time of the process, so that what else
// this machine does falls on both. On one core: on a core that has nothing to do, the
// collector of garbage computes more than it has to.
func (s *show) beside(runs int, what, wanted string, raw, whole func() error) ([]row, error) {
	rows := []row{
		{what: fmt.Sprintf("%s: raw, %s", what, s.alg), size: "signatures alone, " + clock + ", 1 core"},
		{what: fmt.Sprintf("%s: licence, %s", what, s.alg), size: "10 selective claims, " + clock + ", 1 core", wanted: wanted},
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ratio := make([]float64, 0, runs)
	for range runs {
		var took [2]time.Duration
		for range 10 {
			for i, f := range []func() error{raw, whole} {
				start := cpu()
				for range credentialOps / 10 {
					if err := f(); err != nil {
						return nil, err
					}
				}
				took[i] += cpu() - start
			}
		}
		for i := range rows {
			rows[i].runs = append(rows[i].runs, took[i]/credentialOps)
		}
		ratio = append(ratio, float64(took[1])/float64(took[0]))
	}
	slices.Sort(ratio)
	rows[1].ratio = fmt.Sprintf("%.2f x raw", ratio[len(ratio)/2])
	return rows, nil
}

// bothCores verifies on two cores at once, by the clock on the wall.
func (s *show) bothCores(runs int) (row, error) {
	const ops = 2 * credentialOps
	var fault error
	took, err := timed(runs, func() error {
		var wait sync.WaitGroup
		var once sync.Once
		for range 2 {
			wait.Go(func() {
				for range ops / 2 {
					if err := s.verify(); err != nil {
						once.Do(func() { fault = err })
						return
					}
				}
			})
		}
		wait.Wait()
		return fault
	})
	for i := range took {
		took[i] /= ops
	}
	r := row{what: "verify: licence, EdDSA, 2 cores", size: "a presentation, wall clock", runs: took, wanted: "10,000 a second"}
	if err == nil {
		r.ratio = fmt.Sprintf("%.0f a second", float64(time.Second)/float64(median(took)))
	}
	return r, err
}

// statuses measures a list of a million places: unpacked once, then looked up.
func statuses(runs int) ([]row, error) {
	const lookups = 1_000_000
	now, ctx, size := time.Now(), context.Background(), fmt.Sprintf("%d places, 2 bits", statusPlaces)
	token, err := handed{now}.Fetch(ctx, statusAddress)
	if err != nil {
		return nil, err
	}
	unpacked, err := timed(runs, func() error {
		_, err := token.Form.List(statuslist.MostList)
		return err
	})
	if err != nil {
		return nil, err
	}
	cache := statuslist.NewCache(handed{now}, statuslist.Limits{Age: time.Hour})
	revoked := 0
	looked, err := timed(runs, func() error {
		for i := range lookups {
			k, err := cache.Look(ctx, statuslist.Reference{URI: statusAddress, Index: i * 7919 % statusPlaces}, now)
			if err != nil {
				return err
			}
			revoked += int(k.Status)
		}
		return nil
	})
	if err == nil && revoked != runs*lookups/100 {
		err = fmt.Errorf("%d revoked, want %d", revoked, runs*lookups/100)
	}
	for i := range looked {
		looked[i] /= lookups
	}
	return []row{{what: "status list: unpacked", size: size, runs: unpacked}, {what: "status list: one status from the cache", size: size, runs: looked, wanted: "< 100 ns"}}, err
}
