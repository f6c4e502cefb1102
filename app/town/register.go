package town

import (
	"conurb/app/register"
	"conurb/livelihood/household"
)

// openRegister opens the register of residence. The office has one too, which registers nobody:
// it keeps the decisions of the cities as their witness.
func (t *Town) openRegister(o Options) {
	n := t.Node
	t.Register = register.New(register.Settings{Store: t.App.Store(), Me: household.City(n.Me()), Voice: n.Voice, Wake: n.Wake, Now: o.Now, Log: t.log,
		Others: func() (list []household.City) {
			for _, name := range n.Others() {
				list = append(list, household.City(name))
			}
			return list
		},
		Peers: n.Peers, Checked: n.Checked()})
	t.hear(t.Register.Handlers())
}
