package casework

import (
	"encoding/json"
	"strconv"

	"conurb/area"
)

// The refusals of the guards that any course may name.
const (
	RefusedLate     = "past-deadline"   // until
	RefusedEarly    = "too-early"       // until
	RefusedAsked    = "asked-before"    // 一次告知
	RefusedExtended = "extended-before" // once
	RefusedSame     = "same-person"     // decided it
	RefusedOffice   = "same-office"     // office: it is there already
	RefusedDay      = "bad-day"         // field, value
	RefusedNumber   = "bad-number"      // field, least, most
	RefusedHandled  = "not-handled"     // was never accepted: it is opened again instead
)

// MostExtension is how many working days an office may give on top (Administrative Licensing Law
// art. 42).
const MostExtension = 10

// Guards are those that any course may name.
var Guards = map[string]Guard{
	"in-time": func(k *Case, a *Act, cal *Calendar) *Refusal {
		if u := k.Holder.Until; u != 0 && cal.Day(a.At) > u {
			return Refuse(RefusedLate, "until", u.String())
		}
		return nil
	},
	"time-past": func(k *Case, a *Act, cal *Calendar) *Refusal {
		if u := k.Holder.Until; u == 0 || cal.Day(a.At) <= u {
			return Refuse(RefusedEarly, "until", u.String())
		}
		return nil
	},
	"asked-once": func(k *Case, a *Act, _ *Calendar) *Refusal {
		for _, e := range k.Events {
			if e.Move == a.Move {
				return Refuse(RefusedAsked)
			}
		}
		return nil
	},
	"extended-once": func(k *Case, _ *Act, _ *Calendar) *Refusal {
		if k.Clock.Extended > 0 {
			return Refuse(RefusedExtended)
		}
		return nil
	},
	"extension": func(_ *Case, a *Act, _ *Calendar) *Refusal {
		if n := a.Number("days"); n < 1 || n > MostExtension {
			return Refuse(RefusedNumber, "field", "days", "least", "1", "most", strconv.Itoa(MostExtension))
		}
		return nil
	},
	"another-person": func(k *Case, a *Act, _ *Calendar) *Refusal {
		if k.Decision != nil && k.Decision.By.Same(a.By.Person) {
			return Refuse(RefusedSame)
		}
		return nil
	},
	"other-office": func(k *Case, a *Act, _ *Calendar) *Refusal {
		if to := a.Text("office"); to == k.Office {
			return Refuse(RefusedOffice, "office", to)
		}
		return nil
	},
	"until-ahead": func(_ *Case, a *Act, cal *Calendar) *Refusal {
		v := a.Text("until")
		if v == "" {
			return nil
		}
		if d, err := area.ParseDate(v); err != nil || d <= cal.Day(a.At) {
			return Refuse(RefusedDay, "field", "until", "value", v)
		}
		return nil
	},
	"was-handled": func(k *Case, _ *Act, _ *Calendar) *Refusal {
		if k.Decision != nil && k.Decision.Outcome == Declined {
			return Refuse(RefusedHandled)
		}
		return nil
	},
}

// Actions are those that any course may name.
var Actions = map[string]Action{
	"receive": func(k *Case, a *Act, cal *Calendar) *Refusal {
		k.Clock.Received = cal.Day(a.At)
		return nil
	},
	"grant":   decide(Granted),
	"refuse":  decide(Refused),
	"decline": decide(Declined),
	"extend": func(k *Case, a *Act, cal *Calendar) *Refusal {
		n := a.Number("days")
		k.Clock.Extended += n
		if k.Clock.Due != 0 {
			k.Clock.Due = cal.After(k.Clock.Due, n)
			k.Clock.Assumed = k.Clock.Assumed || !cal.Certain(cal.Day(a.At), k.Clock.Due)
		}
		return nil
	},
	"hand-over": func(k *Case, a *Act, _ *Calendar) *Refusal {
		k.Office = a.Text("office")
		return nil
	},
	"appeal": func(k *Case, a *Act, _ *Calendar) *Refusal {
		k.Appeal = &Appeal{Grounds: a.Grounds, At: a.At}
		if k.Decision != nil {
			k.Appeal.Against = *k.Decision
		}
		return nil
	},
	"uphold": review(AppealUpheld),
	"change": review(AppealChanged),
	"reopen": review(AppealReopened),

	"withdraw-appeal": review(AppealWithdrawn),
}

func decide(o Outcome) Action {
	return func(k *Case, a *Act, _ *Calendar) *Refusal {
		k.Decision = &Decision{Outcome: o, Grounds: a.Grounds, By: a.By, At: a.At}
		return nil
	}
}

// review ends an appeal. A decision that is changed becomes the other one.
func review(result string) Action {
	return func(k *Case, a *Act, _ *Calendar) *Refusal {
		if k.Appeal == nil {
			return nil
		}
		k.Appeal.End(result, a)
		switch {
		case k.Decision == nil:
		case result == AppealReopened:
			k.Decision = nil
		case result == AppealChanged:
			o := Granted
			if k.Decision.Outcome == Granted {
				o = Refused
			}
			k.Decision = &Decision{Outcome: o, Grounds: a.Grounds, By: a.By, At: a.At, Changed: true}
		}
		return nil
	}
}

// Number is a member of the input that is a whole number; 0 where it is none.
func (a *Act) Number(name string) int {
	var all map[string]json.RawMessage
	if json.Unmarshal(a.Input, &all) != nil {
		return 0
	}
	n, err := strconv.Atoi(string(all[name]))
	if err != nil {
		return 0
	}
	return n
}
