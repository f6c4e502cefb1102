package town

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/app/residence"
	"conurb/area"
	"conurb/livelihood/household"
	"conurb/livelihood/household/eligibility"
	"conurb/livelihood/household/family"
	"conurb/store"
	"conurb/trust/trustlist"
)

// openResidence opens what household transfers are for people, where the node is a city with a
// desk of cases and the region says who may move.
func (t *Town) openResidence(o Options) error {
	b, ok := t.App.Pack().Files[eligibility.RulesFile]
	if t.Cases == nil || !ok || t.Node.Me() == trustlist.Office {
		return nil
	}
	rules, err := eligibility.Read(eligibility.RulesFile, b)
	if err != nil {
		return err
	}
	n := t.Node
	s := residence.Settings{Store: t.App.Store(), Me: household.City(n.Me()), Register: t.Register, Cases: t.Cases, Desk: t.Desk, Rules: rules,
		Voice: n.Voice, Wake: n.Wake, Zone: t.App.Zone(), Now: o.Now, Office: n.Config.Authority.Code,
		Others: func() (list []household.City) {
			for _, name := range n.Others() {
				list = append(list, household.City(name))
			}
			return list
		}}
	if t.Residence, err = residence.New(s); err != nil {
		return err
	}
	t.hear(t.Residence.Handlers())
	return nil
}

// dweller is somebody of the demonstration. Numbers have a sound check character and districts
// that do not exist (99), so that they are nobody's.
type dweller struct {
	number, name string
	sex          family.Sex
	relation     family.Relation
	guardians    []family.Person
	block        *family.Block
}

// dwellings are the households of the demonstration: one to be moved in part, with a new head and
// a child, one that takes in, one of a rural collective, one that is blocked, and a collective
// household in every city.
var dwellings = []struct {
	city    household.City
	home    family.Household
	members []dweller
}{
	{"zhuzhou", family.Household{Kind: family.Family, Address: "株洲市示例区示例路2号"}, []dweller{
		{number: "430299198811150029", name: "周云（示例）", sex: family.Female, relation: family.Head},
		{number: "43029919870203001X", name: "陈涛（示例）", sex: family.Male, relation: family.Husband},
		{number: "430299201606010080", name: "陈小满（示例）", sex: family.Female, relation: family.Daughter, guardians: []family.Person{"430299198811150029", "43029919870203001X"}}}},
	{"zhuzhou", family.Household{Kind: family.Family, Address: "株洲市示例镇示例村3组", Rural: true}, []dweller{
		{number: "430299196504120031", name: "刘建国（示例）", sex: family.Male, relation: family.Head},
		{number: "430299196708200041", name: "何秀英（示例）", sex: family.Female, relation: family.Wife}}},
	{"zhuzhou", family.Household{Kind: family.Family, Address: "株洲市示例区示例路5号"}, []dweller{
		{number: "430299199505300054", name: "黄磊（示例）", sex: family.Male, relation: family.Head, block: &family.Block{Code: "frozen", Reason: "演示：正在核查"}}}},
	{"changsha", family.Household{Kind: family.Family, Address: "长沙市示例区示例路1号"}, []dweller{
		{number: "430199199003070011", name: "李明（示例）", sex: family.Male, relation: family.Head}}},
	{"xiangtan", family.Household{Kind: family.Family, Address: "湘潭市示例区示例路4号"}, []dweller{
		{number: "430399199209180065", name: "郭芳（示例）", sex: family.Female, relation: family.Head}}},
	{"changsha", family.Household{Kind: family.Collective, Address: "长沙市示例区大学路1号", Unit: "示例大学", Places: 200}, nil},
	{"zhuzhou", family.Household{Kind: family.Collective, Address: "株洲市示例区厂前路1号", Unit: "示例机车厂", Places: 100}, nil},
	{"xiangtan", family.Household{Kind: family.Collective, Address: "湘潭市示例区大学路2号", Unit: "示例学院", Places: 2}, nil},
}

func (w dweller) member(today area.Date) (family.Member, error) {
	born, err := area.ParseDate(w.number[6:10] + "-" + w.number[10:12] + "-" + w.number[12:14])
	m := family.Member{Person: family.Person(w.number), Name: w.name, Sex: w.sex, Born: born, Relation: w.relation, Guardians: w.guardians}
	if w.block != nil {
		m.Block = &family.Block{Code: w.block.Code, Reason: w.block.Reason, Since: today}
	}
	return m, err
}

// Settle enters those households of the demonstration that were never entered, each whole or not
// at all.
func (t *Town) Settle(ctx context.Context, by string) error {
	if t.Residence == nil {
		return nil
	}
	kept, err := t.App.Store().Families(ctx, store.FamilyFilter{Kind: family.Collective, Limit: 1000})
	if err != nil {
		return err
	}
	for _, h := range dwellings {
		if h.city != household.City(t.Node.Me()) || slices.ContainsFunc(kept, func(o family.Household) bool { return o.Unit == h.home.Unit }) && h.home.Unit != "" {
			continue
		}
		e := residence.Entry{Household: h.home, Licences: true, Reason: "演示"}
		for _, w := range h.members {
			m, err := w.member(area.DateOf(t.App.Now().In(t.App.Zone())))
			if err != nil {
				return fmt.Errorf("the households of the demonstration: %w", err)
			}
			e.Members = append(e.Members, m)
		}
		if len(e.Members) > 0 {
			var unknown *household.Refusal
			_, err := t.Register.Where(ctx, e.Members[0].Person)
			if err == nil {
				continue // whatever became of them
			} else if !errors.As(err, &unknown) || unknown.Code != household.RefusedUnknown {
				return fmt.Errorf("the households of the demonstration: %w", err)
			}
		}
		if _, err := t.Residence.Enter(ctx, by, e); err != nil {
			return fmt.Errorf("the households of the demonstration: %w", err)
		}
	}
	return nil
}
