package cases

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"conurb/livelihood/casework"
	"conurb/store"
	"conurb/trust/message"
)

// The messages between cities about a step of a bundle.
const (
	KindOpen = "case.open" // open a case of this item for this person
	KindStep = "case.step" // how far it is
)

// What is noted of a bundle.
const (
	bundleOpened = "opened"
	bundleMoved  = "moved"
)

// Facts of a case that is a step of a bundle which another city keeps.
const (
	factBundleCity = "bundle-city"
	factBundleStep = "bundle-step"
)

// openBody asks a city for a step.
type openBody struct {
	Bundle    string          `json:"bundle"`
	Step      string          `json:"step"`
	Number    int             `json:"number"`
	Item      string          `json:"item"`
	Applicant casework.Person `json:"applicant"`
	Answers   json.RawMessage `json:"answers"`
}

// stepBody says how far a step is.
type stepBody struct {
	Bundle string `json:"bundle"`
	Step   string `json:"step"`
	State  string `json:"state"`
	Case   string `json:"case,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// OpenBundle opens an application for several items at once: what is shared is answered once,
// and the steps that wait for none are opened, here and in other cities.
func (k *Desk) OpenBundle(ctx context.Context, by casework.Actor, bundle string, answers json.RawMessage) (b store.CaseBundle, err error) {
	err = k.Store.Do(ctx, func(d *store.Deed) error {
		b, err = k.OpenBundleIn(ctx, d, by, bundle, answers)
		return err
	})
	return b, k.noted(ctx, "", moveOpen, by, err)
}

// OpenBundleIn is OpenBundle within a deed.
func (k *Desk) OpenBundleIn(ctx context.Context, d *store.Deed, by casework.Actor, bundle string, answers json.RawMessage) (b store.CaseBundle, err error) {
	if len(answers) == 0 {
		answers = json.RawMessage("{}")
	}
	if len(answers) > mostForm {
		return b, casework.Refuse(RefusedLarge, "most", "256")
	}
	steps, faults, err := k.Items.Plan(ctx, bundle, answers)
	if errors.Is(err, store.ErrUnknown) {
		return b, casework.Refuse(RefusedBundle, "bundle", bundle)
	} else if err != nil {
		return b, err
	}
	if len(faults) > 0 {
		return b, casework.Faults(RefusedForm, faults)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return b, err
	}
	for _, s := range steps { // also of those that wait: a clerk's decision is not to end at this later
		if s.City != k.City && !k.connected(s.City) {
			return b, casework.Refuse(RefusedCityless, "city", s.City)
		}
	}
	if err := k.roomForBundle(d, &by.Person, steps); err != nil {
		return b, err
	}
	b = store.CaseBundle{ID: id.String(), Bundle: bundle, Applicant: by.Person, Answers: answers, At: d.At()}
	for _, s := range steps {
		b.Steps = append(b.Steps, store.BundleStep{ID: s.ID, Item: s.Item, City: s.City, After: append([]string{}, s.After...), Answers: s.Answers, State: store.StepWaiting})
	}
	if err := k.begin(ctx, d, &b); err != nil {
		return b, err
	}
	return b, d.KeepBundle(b, bundleOpened)
}

// begin opens the steps whose turn it is.
func (k *Desk) begin(ctx context.Context, d *store.Deed, b *store.CaseBundle) error {
	for i := range b.Steps {
		s := &b.Steps[i]
		if s.State != store.StepWaiting || slices.ContainsFunc(s.After, func(id string) bool { return !granted(b, id) }) {
			continue
		}
		if s.City != k.City {
			if !k.connected(s.City) { // it has left: the other steps go on
				s.State, s.Reason = store.StepOver, RefusedCityless
			} else if err := k.askCity(d, b, i); err != nil {
				return err
			}
			continue
		}
		by := casework.Actor{Person: b.Applicant, By: casework.ByMessage}
		c, err := k.OpenIn(ctx, d, by, Opening{Item: s.Item, Applicant: b.Applicant, Form: s.Answers, Bundle: b.ID, Step: i + 1})
		var no *casework.Refusal
		if errors.As(err, &no) { // found before anything was written: the other steps go on
			s.State, s.Reason = store.StepOver, no.Code
			continue
		} else if err != nil {
			return err
		}
		s.State, s.Case = store.StepOpen, c.ID
	}
	return nil
}

func granted(b *store.CaseBundle, id string) bool {
	return slices.ContainsFunc(b.Steps, func(s store.BundleStep) bool { return s.ID == id && s.State == store.StepGranted })
}

// connected tells whether a city can be asked.
func (k *Desk) connected(city string) bool {
	return k.Voice != nil && k.Cities != nil && slices.Contains(k.Cities(), city)
}

func (k *Desk) askCity(d *store.Deed, b *store.CaseBundle, i int) error {
	s := &b.Steps[i]
	s.State = store.StepAsked
	_, err := d.Send(k.Voice(), message.Draft{To: message.Node(s.City), Kind: KindOpen, Case: b.ID,
		Body: openBody{b.ID, s.ID, i + 1, s.Item, abroad(b.Applicant), s.Answers}})
	return err
}

// abroad is a person as another city knows him: by his number.
func abroad(p casework.Person) casework.Person {
	return casework.Person{City: p.City, Kind: p.Kind, Code: p.Code, Name: p.Name}
}

// stepped goes on with a bundle when a case of it was decided or has ended.
func (k *Desk) stepped(ctx context.Context, d *store.Deed, n *casework.Case) error {
	if n.Bundle == "" {
		return nil
	}
	state := ""
	switch h, err := k.handler(n.Item, n.Course); {
	case err != nil:
		return err
	case n.Decision != nil && n.Decision.Outcome == casework.Granted:
		state = store.StepGranted
	default:
		info, _ := h.Course.State(n.State)
		if info.Phase != casework.PhaseDecided && info.Phase != casework.PhaseEnded {
			return nil
		}
		state = store.StepOver
	}
	if home := n.Facts[factBundleCity]; home != "" {
		if k.Voice == nil {
			return nil
		}
		_, err := d.Send(k.Voice(), message.Draft{To: message.Node(home), Kind: KindStep, Case: n.Bundle, Body: stepBody{n.Bundle, n.Facts[factBundleStep], state, n.ID, ""}})
		return err
	}
	return k.advance(ctx, d, n.Bundle, func(s *store.BundleStep) bool { return s.Case == n.ID }, stepBody{State: state, Case: n.ID})
}

// advance notes how far a step is, and opens those that waited for it.
func (k *Desk) advance(ctx context.Context, d *store.Deed, id string, which func(*store.BundleStep) bool, to stepBody) error {
	b, err := d.Bundle(id)
	if err != nil {
		return err
	}
	changed := false
	for i := range b.Steps {
		s := &b.Steps[i]
		if which(s) && (s.State != to.State || s.Case != to.Case) {
			s.State, s.Case, s.Reason, changed = to.State, to.Case, to.Reason, true
		}
	}
	if !changed {
		return nil
	}
	if err := k.begin(ctx, d, &b); err != nil {
		return err
	}
	return d.KeepBundle(b, bundleMoved)
}

// Handlers are the effects of messages, by kind.
func (k *Desk) Handlers() map[string]func(ctx context.Context, d *store.Deed, m message.Sealed) error {
	return map[string]func(context.Context, *store.Deed, message.Sealed) error{
		KindFigures: k.hearFigures, KindOpen: k.hearOpen, KindStep: k.hearStep,
	}
}

// maxAhead is how far the clock of another city may be before ours.
const maxAhead = 10 * time.Minute

func (k *Desk) hearFigures(_ context.Context, d *store.Deed, m message.Sealed) error {
	f, err := Read[Figures](m)
	if err != nil {
		return err
	}
	if f.City != string(m.Envelope.From) || f.At.After(d.At().Add(maxAhead)) {
		return Nonsense("figures of another city, or of a day to come")
	}
	for i := range f.Trend {
		if t := &f.Trend[i]; !t.Sound(k.Calendar.Day(f.At)) {
			return Nonsense("days of %s from %s that no city tells", t.Item, t.From)
		}
	}
	return d.KeepFigures(store.CaseFigures{City: f.City, At: f.At, Body: json.RawMessage(m.Envelope.Body)})
}

// hearOpen opens a case that another city asks for as a step of a bundle, as a draft of its
// applicant, and says so; or says why not.
func (k *Desk) hearOpen(ctx context.Context, d *store.Deed, m message.Sealed) error {
	o, err := Read[openBody](m)
	if err != nil {
		return err
	}
	if o.Bundle == "" || o.Step == "" || o.Applicant.Code == "" || o.Bundle != m.Envelope.Case {
		return Nonsense("no bundle, no step or no applicant")
	}
	home := string(m.Envelope.From)
	said := stepBody{Bundle: o.Bundle, Step: o.Step, State: store.StepOpen}
	c, err := k.OpenIn(ctx, d, casework.Actor{Person: abroad(o.Applicant), By: casework.ByMessage},
		Opening{Item: o.Item, Applicant: abroad(o.Applicant), Form: o.Answers, Bundle: o.Bundle, Step: o.Number, Facts: map[string]string{factBundleCity: home, factBundleStep: o.Step}})
	var no *casework.Refusal
	switch {
	case errors.As(err, &no): // found before anything was written
		said.State, said.Reason = store.StepOver, no.Code
	case err != nil:
		return err
	default:
		said.Case = c.ID
	}
	_, err = d.Send(k.Voice(), message.Draft{To: m.Envelope.From, Kind: KindStep, Case: o.Bundle, InReplyTo: m.Envelope.ID, Body: said})
	return err
}

func (k *Desk) hearStep(ctx context.Context, d *store.Deed, m message.Sealed) error {
	s, err := Read[stepBody](m)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{store.StepOpen, store.StepGranted, store.StepOver}, s.State) {
		return Nonsense("no such state of a step")
	}
	err = k.advance(ctx, d, s.Bundle, func(have *store.BundleStep) bool { return have.ID == s.Step && have.City == string(m.Envelope.From) }, s)
	if errors.Is(err, store.ErrUnknown) {
		return Nonsense("no such bundle")
	}
	return err
}
