package town_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conurb/app/node"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// opened opens a node's database beside the node, to look at it.
func opened(t *testing.T, s seat) *store.Store {
	t.Helper()
	dsn := s.db
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(s.dir, "conurb.db")
	}
	one, err := store.Open(t.Context(), dsn, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	return one
}

// licences holds the licences of the cities to what was acknowledged, and to their statuses.
func (w *work) licences(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	type at struct {
		city trustlist.Party
		mark string
	}
	own, moved := map[at][]licence.Record{}, map[string][]licence.Record{} // issued here; taken over, by what it was before
	for city, s := range stores {
		list, err := s.Licences(t.Context(), store.LicenceFilter{Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		editions, taken := 0, 0
		for _, r := range list {
			editions += r.Edition
			status, err := s.LicenceStatus(t.Context(), r.Identifier)
			if want := r.State.Status(r.Place.Bits); err != nil || status != want {
				t.Errorf("%s: licence %s is %s, its status %d, %v", city, r.Identifier, r.State, status, err)
			}
			if r.Former != "" {
				moved[r.Former] = append(moved[r.Former], r)
			} else {
				own[at{city, r.Number}] = append(own[at{city, r.Number}], r)
			}
		}
		lists, err := s.StatusLists(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lists {
			taken += l.Taken
		}
		if taken != editions {
			t.Errorf("%s: %d editions of licences, %d statuses", city, editions, taken)
		}
	}
	counts := map[string]int{}
	for _, one := range w.issued {
		list := own[at{one.at, one.mark}]
		delete(own, at{one.at, one.mark})
		switch {
		case one.id != "" && (len(list) != 1 || list[0].ID != one.id):
			t.Errorf("%s: %s was acknowledged as %s, and is there %d times", one.at, one.mark, one.id, len(list))
			continue
		case len(list) > 1:
			t.Errorf("%s: %s is there %d times", one.at, one.mark, len(list))
			continue
		case len(list) == 0:
			counts["without a trace"]++
			continue
		}
		r := list[0]
		there := moved[r.Identifier]
		delete(moved, r.Identifier)
		counts[string(r.State)]++
		if one.id == "" {
			counts["not acknowledged, and there"]++
		}
		live := slices.DeleteFunc(slices.Clone(there), func(o licence.Record) bool { return o.State != licence.Valid })
		whole := map[licence.Action][]licence.State{"": {licence.Valid}, licence.Revoke: {licence.Revoked}, licence.TransferOut: {licence.Moved}}[one.then]
		if !one.done {
			whole = append(whole, licence.Valid)
		}
		if !slices.Contains(whole, r.State) {
			t.Errorf("%s: %s is %s after %q (acknowledged: %v)", one.at, one.mark, r.State, one.then, one.done)
		}
		if wantThere := r.State == licence.Moved; wantThere != (len(live) == 1) || wantThere != (len(there) == 1) {
			t.Errorf("%s: %s is %s, and %d times in the other city, %d of them valid", one.at, one.mark, r.State, len(there), len(live))
		}
		w.steps(t, stores[one.at], one, r)
	}
	for what := range own {
		t.Errorf("%s: nobody issued %q", what.city, what.mark)
	}
	for former := range moved {
		t.Errorf("nobody handed over %s", former)
	}
	if counts["revoked"] == 0 || counts["moved"] == 0 || counts["valid"] == 0 {
		t.Errorf("too little was done: %v", counts)
	}
	t.Logf("%d licences were asked for: %v", len(w.issued), counts)
}

// steps holds the records of a licence: each step once.
func (w *work) steps(t *testing.T, s *store.Store, one *issued, now licence.Record) {
	t.Helper()
	list, err := s.LicenceRecords(t.Context(), now.ID)
	if err != nil {
		t.Fatal(err)
	}
	var did []licence.Action
	for _, r := range list {
		did = append(did, r.Action)
	}
	want := map[licence.State][]licence.Action{licence.Valid: {licence.Issue}, licence.Revoked: {licence.Issue, licence.Revoke}, licence.Moved: {licence.Issue, licence.TransferOut, licence.Move}}
	if !slices.Equal(did, want[now.State]) {
		t.Errorf("%s: %s went through %v", one.at, one.mark, did)
	}
}

// letters holds the messages to what was acknowledged: each arrived, had its effect once, and
// in order.
func (w *work) letters(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	type line struct {
		from, to message.Node
		kase     string
	}
	marks, answersTo := map[string]int{}, map[string]int{}
	numbers := map[line][]message.Envelope{}
	byID := map[string]message.Envelope{}
	all := 0
	for name, s := range stores {
		dead, err := s.Outbox(t.Context(), message.Dead, 10)
		if err != nil || len(dead) > 0 {
			t.Errorf("%s: %d dead letters, %v: %+v", name, len(dead), err, dead)
		}
		sent, err := s.Outbox(t.Context(), message.Delivered, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		all += len(sent)
		for _, o := range sent {
			e := o.Sealed.Envelope
			byID[e.ID] = e
			l := line{e.From, e.To, e.Case}
			numbers[l] = append(numbers[l], e)
			switch e.Kind {
			case question:
				marks[string(e.From)+">"+string(e.To)+string(e.Body)]++
			case answered:
				answersTo[e.InReplyTo]++
			}
		}
	}
	for l, list := range numbers {
		slices.SortFunc(list, func(a, b message.Envelope) int { return int(a.Sequence - b.Sequence) })
		last := int64(0)
		for i, e := range list {
			if e.Sequence != int64(i+1) {
				t.Errorf("%v: number %d has the sequence %d", l, i+1, e.Sequence)
				break
			}
			if e.Kind != answered {
				continue
			}
			if q := byID[e.InReplyTo].Sequence; q <= last {
				t.Errorf("%v: question %d had its effect after %d", l, q, last)
			} else {
				last = q
			}
		}
	}
	questions := 0
	for id, e := range byID {
		if e.Kind == question {
			questions++
			if answersTo[id] != 1 {
				t.Errorf("question %s of %s had its effect %d times", id, e.From, answersTo[id])
			}
		}
	}
	for _, one := range w.asked {
		got := marks[string(one.from)+">"+string(one.to)+`{"mark":"`+one.mark+`"}`]
		if one.ok && got != 1 || got > 1 {
			t.Errorf("%s asked %s %s (acknowledged: %v): %d times", one.from, one.to, one.mark, one.ok, got)
		}
	}
	if questions < 20 || questions != len(answersTo) {
		t.Errorf("%d questions, %d answers", questions, len(answersTo))
	}
	t.Logf("%d messages, %d of them questions with their answers, of %d that were asked for", all, questions, len(w.asked))
}

// proposals holds the proposals: each is at the three nodes alike.
func (w *work) proposals(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	for _, one := range w.changes {
		for name, s := range stores {
			p, err := s.TrustProposal(t.Context(), one.id)
			if err != nil {
				t.Errorf("%s has no proposal %s of %s: %v", name, one.id, one.by, err)
				continue
			}
			if _, signed := p.Signed.Signatures[one.other]; one.signed && !signed {
				t.Errorf("at %s proposal %s lacks the signature of %s", name, one.id, one.other)
			}
		}
	}
	total := -1
	for name, s := range stores {
		list, err := s.TrustProposals(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		signatures := 0
		for _, p := range list {
			if strings.HasPrefix(p.Signed.Change.Reason, trial) {
				signatures += 1 + len(p.Signed.Signatures)
			}
		}
		if total >= 0 && signatures != total {
			t.Errorf("%s has %d proposals and signatures, another node %d", name, signatures, total)
		}
		total = signatures
	}
	if len(w.changes) == 0 {
		t.Error("nothing was proposed")
	}
	t.Logf("%d proposals acknowledged", len(w.changes))
}

// logs holds the evidence logs: each only grew, and everything in it is as it was written.
func (w *work) logs(t *testing.T, stores map[trustlist.Party]*store.Store) {
	t.Helper()
	for _, s := range w.seats {
		b, err := os.ReadFile(filepath.Join(s.dir, node.LogKeyFile))
		if err != nil {
			t.Fatal(err)
		}
		key, err := evidence.NewSigner(string(b))
		if err != nil {
			t.Fatal(err)
		}
		one := stores[s.name]
		report, err := one.CheckIntegrity(t.Context(), evidence.AuditOptions{Keys: []string{key.VKey()}})
		if err != nil || !report.OK() || report.Signed != report.Size {
			t.Errorf("%s: %v %+v", s.name, err, report)
		}
		last := int64(0)
		for _, h := range w.heads[s.name] {
			root, err := one.RootAt(t.Context(), h.Size)
			if err != nil || evidence.Hex(root) != h.Root || h.Size < last {
				t.Errorf("%s: at %d entries the root was %s, after %d; now %s, %v", s.name, h.Size, h.Root, last, evidence.Hex(root), err)
			}
			last = h.Size
		}
		if len(w.heads[s.name]) < 3 {
			t.Errorf("%s: its log was looked at %d times only", s.name, len(w.heads[s.name]))
		}
		t.Logf("%s: %d entries; %d looks at the log while it grew", s.name, report.Size, len(w.heads[s.name]))
	}
	for _, r := range w.refused {
		t.Errorf("refused: %s", r)
	}
}
