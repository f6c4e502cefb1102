package cases

import (
	"conurb/livelihood/casework"
	"conurb/store"
)

// The codes of notices that no move gives.
const (
	tellReminder = "case.reminder"
	tellLate     = "case.late"
	tellAbove    = "case.late-office" // to the supervisors
)

// tell tells the applicant what was done to his case, by whomever else or by himself where the
// office now has to act.
func (k *Desk) tell(d *store.Deed, c *casework.Course, before, n *casework.Case, m casework.Move) error {
	if m.To == "" && m.By == casework.Clerk && n.Office == before.Office { // a clerk who takes it
		return nil
	}
	return k.say(d, n, "case."+m.Name)
}

func (k *Desk) say(d *store.Deed, n *casework.Case, code string) error {
	if !k.tells(code) {
		return nil
	}
	if n.Applicant.Code == "" && n.Applicant.Account == "" { // another city announced it, and its papers are not here yet
		return nil
	}
	return k.Teller.Tell(d, n.Applicant, code, saying(n), "/cases/"+n.ID)
}

// sayAbove tells the supervisors of the office that has a case that it is late.
func (k *Desk) sayAbove(d *store.Deed, n *casework.Case) error {
	if !k.tells(tellAbove) || k.Above == nil {
		return nil
	}
	list, err := k.Above(d, n.Office)
	if err != nil {
		return err
	}
	return TellAll(d, k.Teller, list, tellAbove, saying(n), "/queue/"+n.ID)
}

// TellAll tells several persons the same.
func TellAll(d *store.Deed, t Teller, list []casework.Person, code string, args map[string]string, link string) error {
	for _, p := range list {
		if err := t.Tell(d, p, code, args, link); err != nil {
			return err
		}
	}
	return nil
}

func (k *Desk) tells(code string) bool { return k.Teller != nil && (k.Tells == nil || k.Tells(code)) }

// saying are the arguments of a notice about a case.
func saying(n *casework.Case) map[string]string {
	args := map[string]string{"item": n.Item, "city": n.City}
	if n.Holder.Until != 0 {
		args["until"] = n.Holder.Until.String()
	} else if n.Clock.Due != 0 {
		args["until"] = n.Clock.Due.String()
	}
	return args
}
