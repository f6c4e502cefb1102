package town

import (
	"context"
	"encoding/json"

	"conurb/livelihood/casework"
	"conurb/store"
)

// newborn is the bundle that a story is of, in the place of an item.
const newborn = "newborn"

// born lets somebody of the city apply for what a newborn needs, all at once (新生儿一件事): the
// certificate of birth is granted, and the next step waits for the parent.
func (l *life) born(ctx context.Context, s story) (fresh bool, err error) {
	city, parent := string(l.Node.Me()), l.citizen
	mother, father := l.people[1], parent
	if parent.Code == "430299198811150029" { // Zhou Yun
		mother, father = parent, casework.Person{Code: "43029919870203001X", Name: "陈涛（示例）"}
	}
	answers, err := json.Marshal(map[string]any{"name": parent.Name, "number": parent.Code, "phone": "13800000000",
		"child":   map[string]any{"name": "小禾（示例）", "sex": "2", "born": l.Cases.Calendar.Ahead(l.Cases.Calendar.Day(l.today), -12).String()},
		"parents": map[string]any{"mother": mother.Name, "mother_number": mother.Code, "father": father.Name, "father_number": father.Code},
		"married": true, "hospital": "示例妇幼保健院", "born_in": city, "live_in": city, "follows": "mother", "card": "electronic", "delivery": "online"})
	if err != nil {
		return false, err
	}
	self := casework.Actor{Person: parent, By: casework.Applicant}
	err = l.App.Store().Do(ctx, func(d *store.Deed) error {
		fresh = false
		had, err := d.BundleHeads(parent.Kind, parent.Code)
		if err != nil || len(had) > 0 {
			return err
		}
		then, err := d.Pretend(l.moment(s.acts[0].ago, s.acts[0].at))
		if err != nil {
			return err
		}
		b, err := l.Cases.OpenBundleIn(ctx, then, self, newborn, answers)
		if err != nil {
			return err
		}
		fresh = true
		for _, a := range s.acts[1:] {
			if err := l.act(ctx, d, b.Steps[0].Case, self, a); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}
