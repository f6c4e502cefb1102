package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"conurb/livelihood/casework"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/message"
)

// What desks need whose affairs go on between two cities.

// Nonsense refuses a message that no desk would send: a person has to look at it.
func Nonsense(format string, args ...any) error {
	return message.NoEffect(fmt.Sprintf(format, args...))
}

// Read reads the body of a message, which may hold nothing that is not asked for.
func Read[T any](m message.Sealed) (body T, err error) {
	d := json.NewDecoder(bytes.NewReader(m.Envelope.Body))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil || d.More() {
		return body, Nonsense("the body is not that of %s", m.Envelope.Kind)
	}
	return body, nil
}

// FromCity is another city as one who acts.
func FromCity(from message.Node) casework.Actor {
	return casework.Actor{By: casework.ByMessage, Person: casework.Person{City: string(from), Name: string(from)}}
}

// HeardIn does to a case what a message says. What comes too late, for a case that has gone on or
// ended, has no effect.
func (k *Desk) HeardIn(ctx context.Context, d *store.Deed, id string, a casework.Act) error {
	_, err := k.ActIn(ctx, d, id, a)
	var no *casework.Refusal
	if errors.As(err, &no) && (no.Code == casework.RefusedState || no.Code == casework.RefusedEnded) {
		return nil
	}
	return err
}

// Linked is the case of this city that hangs on a matter of another one: it has a link to it, and
// city and matter in the facts that are named.
func Linked(d *store.Deed, from message.Node, matter, factCity, factMatter string) (c casework.Case, there bool, err error) {
	list, err := d.Cases(store.CaseFilter{Link: &casework.Link{Kind: "case", City: string(from), ID: matter}, Limit: 100})
	for _, c := range list { // others may hang on the same number, such as one that was applied for here
		if c.Facts[factMatter] == matter && c.Facts[factCity] == string(from) {
			return c, true, nil
		}
	}
	return casework.Case{}, false, err
}

// SetFact sets a fact of a case.
func SetFact(c *casework.Case, name, value string) {
	if c.Facts == nil {
		c.Facts = map[string]string{}
	}
	c.Facts[name] = value
}

// Words is a sentence in both languages, since a case is read in either; the key itself where
// there are no words.
func Words(key string, args map[string]string) string {
	var list []string
	for _, lang := range locale.Languages {
		if !locale.Has(lang, key) {
			return key
		}
		list = append(list, locale.T(lang, key, args))
	}
	return strings.Join(list, " / ")
}

// Clip bounds a text to what a case takes.
func Clip(s string) string {
	for len(s) > casework.MostText {
		r := []rune(s)
		s = string(r[:len(r)*9/10])
	}
	return s
}
