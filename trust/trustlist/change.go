package trustlist

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"conurb/kit/jws"
	"conurb/trust/evidence"
)

// Party is who signs: a city by its id, or the office.
type Party string

// Office is the metropolitan office, which publishes.
const Office Party = "office"

var partyForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// Valid tells whether a party can be called so.
func (p Party) Valid() bool { return partyForm.MatchString(string(p)) }

// city tells whether a party is a city.
func (p Party) city() bool { return p.Valid() && p != Office }

// Kind is what a change does.
type Kind string

// The kinds of change.
const (
	AddRow        Kind = "add-row"
	EndRow        Kind = "end-row"
	AddEquivalent Kind = "add-equivalent"
	EndEquivalent Kind = "end-equivalent"
	RevokeKey     Kind = "revoke-key"
)

// Kinds lists them in the order in which changes of one publication are applied.
var Kinds = []Kind{AddRow, AddEquivalent, EndRow, EndEquivalent, RevokeKey}

// Bounds of texts, in characters.
const (
	MostReason    = 500
	MostName      = 200
	MostCondition = 1000
)

// Row says that an authority of a city may issue a type of licence with a key.
type Row struct {
	City      Party   `json:"city"`
	Authority string  `json:"authority"` // unified social credit code (统一社会信用代码), 18 characters
	Name      string  `json:"name"`      // of the authority
	Type      string  `json:"type"`      // 证照类型代码 of GB/T 36904, 21 characters
	From      Instant `json:"from"`
	Until     Instant `json:"until,omitzero"` // the first instant without it; none: open
	Key       jws.JWK `json:"key"`
}

// Side is a type of licence in a city.
type Side struct {
	City Party  `json:"city"`
	Type string `json:"type"`
}

// Equivalent says that a type of one city counts as a type in another, in this
// direction.
type Equivalent struct {
	Of    Side    `json:"of"` // what was issued
	As    Side    `json:"as"` // what it counts as
	From  Instant `json:"from"`
	Until Instant `json:"until,omitzero"`
	If    string  `json:"if,omitempty"` // condition in CEL; none: always
}

// Change is what a city proposes.
type Change struct {
	Kind     Kind    `json:"change"`
	By       Party   `json:"by"`
	Proposed Instant `json:"proposed"`
	Reason   string  `json:"reason"`

	Row        *Row        `json:"row,omitempty"`        // add-row
	Equivalent *Equivalent `json:"equivalent,omitempty"` // add-equivalent
	Ends       string      `json:"ends,omitempty"`       // end-row, end-equivalent: the id of what ends
	Key        string      `json:"key,omitempty"`        // revoke-key: thumbprint (RFC 7638) of a key of the proposer
	At         Instant     `json:"at,omitzero"`          // when it ends; from when the key does not count
}

// Bytes is the change as it is signed.
func (c *Change) Bytes() ([]byte, error) { return evidence.Canonical(c) }

// ID names the change, and the row or equivalent it adds: half of the SHA-256 of its
// bytes, in hex.
func (c *Change) ID() string {
	b, err := c.Bytes()
	if err != nil {
		return ""
	}
	return evidence.SHA256(b)[:32]
}

// Check holds a change to its form. What depends on a list is checked by Publish.
func (c *Change) Check() error {
	if f := c.check(); f != nil {
		return f
	}
	return nil
}

func (c *Change) check() *Fault {
	switch {
	case !c.By.city():
		return fault(FaultParty, "by", "text", string(c.By))
	case c.Proposed == 0:
		return fault(FaultMissing, "proposed")
	}
	if f := text("reason", c.Reason, MostReason); f != nil {
		return f
	}
	needs := map[Kind][]string{AddRow: {"row"}, AddEquivalent: {"equivalent"}, EndRow: {"ends", "at"}, EndEquivalent: {"ends", "at"}, RevokeKey: {"key", "at"}}[c.Kind]
	if needs == nil {
		return fault(FaultKind, "change", "text", string(c.Kind))
	}
	for _, p := range []struct {
		name  string
		there bool
	}{{"row", c.Row != nil}, {"equivalent", c.Equivalent != nil}, {"ends", c.Ends != ""}, {"key", c.Key != ""}, {"at", c.At != 0}} {
		switch needed := strings.Contains(" "+strings.Join(needs, " ")+" ", " "+p.name+" "); {
		case needed && !p.there:
			return fault(FaultMissing, p.name)
		case !needed && p.there:
			return fault(FaultSurplus, p.name, "kind", string(c.Kind))
		}
	}
	switch c.Kind {
	case AddRow:
		return c.checkRow()
	case AddEquivalent:
		return c.checkEquivalent()
	}
	return nil
}

func (c *Change) checkRow() *Fault {
	r := c.Row
	switch {
	case !r.City.city():
		return fault(FaultParty, "row.city", "text", string(r.City))
	case r.City != c.By:
		return fault(FaultProposer, "by", "by", string(c.By), "city", string(r.City))
	case r.From == 0:
		return fault(FaultMissing, "row.from")
	}
	if f := firstOf(text("row.name", r.Name, MostName), code("row.authority", r.Authority, 18), code("row.type", r.Type, 21), span("row.until", r.From, r.Until)); f != nil {
		return f
	}
	k, err := r.Key.Public()
	if err != nil {
		return fault(FaultKey, "row.key", "detail", err.Error())
	}
	if plain := k.JWK(""); plain.X != r.Key.X || plain.Y != r.Key.Y || r.Key.Kid != "" || r.Key.Alg != "" || r.Key.Use != "" || r.Key.Operations != nil {
		return fault(FaultKey, "row.key", "detail", "kty, crv, x, y")
	}
	return nil
}

func (c *Change) checkEquivalent() *Fault {
	e := c.Equivalent
	switch {
	case !e.Of.City.city():
		return fault(FaultParty, "equivalent.of.city", "text", string(e.Of.City))
	case !e.As.City.city():
		return fault(FaultParty, "equivalent.as.city", "text", string(e.As.City))
	case c.By != e.Of.City && c.By != e.As.City:
		return fault(FaultProposer, "by", "by", string(c.By), "city", string(e.Of.City))
	case e.From == 0:
		return fault(FaultMissing, "equivalent.from")
	}
	if f := firstOf(code("equivalent.of.type", e.Of.Type, 21), code("equivalent.as.type", e.As.Type, 21), span("equivalent.until", e.From, e.Until)); f != nil || e.If == "" {
		return f
	}
	if _, err := compile(e.If); err != nil {
		return fault(FaultCondition, "equivalent.if", "condition", e.If, "detail", err.Error())
	}
	return nil
}

func firstOf(faults ...*Fault) *Fault {
	for _, f := range faults {
		if f != nil {
			return f
		}
	}
	return nil
}

func text(field, s string, most int) *Fault {
	switch {
	case strings.TrimSpace(s) == "":
		return fault(FaultMissing, field)
	case utf8.RuneCountInString(s) > most:
		return fault(FaultLong, field, "most", strconv.Itoa(most))
	}
	return nil
}

// code holds a code to its length and to upper-case letters and digits. The check
// character of a credit code is not computed: codes in use break the rule.
func code(field, s string, length int) *Fault {
	if len(s) != length || strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fault(FaultCode, field, "text", s, "length", strconv.Itoa(length))
	}
	return nil
}

func span(field string, from, until Instant) *Fault {
	if until != 0 && until <= from {
		return fault(FaultSpan, field, "from", from.String(), "until", until.String())
	}
	return nil
}
