package trustlist

import (
	"sync"

	"conurb/kit/rule"
)

// Condition is a condition of an equivalent, ready to be asked: CEL, the Common
// Expression Language, whose programs end, have no clock and change nothing. It sees
//
//	attributes   what the licence says, as far as the holder showed it: a map
//	issued, from, until, at   timestamps of issue, validity and of the question
//
// until is absent from a licence without end; `has(attributes.x)` asks whether an
// attribute was shown.
type condition struct {
	rule *rule.Rule
}

// Bounds of a condition: what one evaluation may cost, in CEL's units (about one for each
// step), and how deep it may nest.
const (
	MostCost    = 10_000
	MostNesting = 32
)

var language = sync.OnceValues(func() (*rule.Language, error) {
	return rule.Speak(rule.Terms{Objects: []string{"attributes"}, Times: []string{"issued", "from", "until", "at"}, Sure: true,
		Text: MostCondition, Nesting: MostNesting, Cost: MostCost})
})

func compile(text string) (*condition, error) {
	l, err := language()
	if err != nil {
		return nil, err
	}
	r, err := l.Compile(text)
	if err != nil {
		return nil, err
	}
	return &condition{r}, nil
}

// ask answers for a licence; an error says that there is no answer, as of an attribute
// that was not shown.
func (c *condition) ask(l *Licence, at Instant) (bool, error) {
	seen := map[string]any{"attributes": l.Attributes, "issued": l.Issued.Time(), "at": at.Time()}
	if l.From != 0 {
		seen["from"] = l.From.Time()
	}
	if l.Until != 0 {
		seen["until"] = l.Until.Time()
	}
	return c.rule.Ask(seen)
}
