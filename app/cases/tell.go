package cases

import (
	"conurb/livelihood/casework"
	"conurb/store"
)

// The codes of notices that no move gives.
const (
	tellReminder = "case.reminder"
	tellLate     = "case.late"
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
	if k.Teller == nil || k.Tells != nil && !k.Tells(code) {
		return nil
	}
	if n.Applicant.Code == "" && n.Applicant.Account == "" { // another city announced it, and its papers are not here yet
		return nil
	}
	args := map[string]string{"item": n.Item, "city": n.City}
	if n.Holder.Until != 0 {
		args["until"] = n.Holder.Until.String()
	} else if n.Clock.Due != 0 {
		args["until"] = n.Clock.Due.String()
	}
	return k.Teller.Tell(d, n.Applicant, code, args, "/cases/"+n.ID)
}
