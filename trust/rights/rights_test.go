package rights_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	. "conurb/trust/rights"
)

const code = "430100199001011237"

// people of Changsha, as the table names them.
var people = map[string]Principal{
	"citizen":         {ID: "c", Kind: Citizen, City: "changsha", HolderKind: "person", HolderCode: code},
	"organisation":    {ID: "o", Kind: Organisation, City: "changsha", HolderKind: "organisation", HolderCode: "91430100MA4L16JQ9B"},
	"citizen-no-code": {ID: "n", Kind: Citizen, City: "changsha"},
	"issuer":          staff(Role{Name: Issuer, City: "changsha"}),
	"issuer-of-A":     staff(Role{Name: Issuer, City: "changsha", Office: "A"}),
	"issuer-of-t1":    staff(Role{Name: Issuer, City: "changsha", Types: []string{"t1"}}),
	"issuer-A-t1-B-t2": staff(Role{Name: Issuer, City: "changsha", Office: "A", Types: []string{"t1"}},
		Role{Name: Issuer, City: "changsha", Office: "B", Types: []string{"t2"}}),
	"issuer-away":   staff(Role{Name: Issuer, City: "zhuzhou"}),
	"issuer-holder": {ID: "h", Kind: Staff, City: "changsha", HolderKind: "person", HolderCode: code, Roles: []Role{{Name: Issuer, City: "changsha"}}},
	"clerk":         staff(Role{Name: Clerk, City: "changsha"}),
	"clerk-of-A":    staff(Role{Name: Clerk, City: "changsha", Office: "A"}),
	"trust-officer": staff(Role{Name: TrustOfficer, City: "changsha"}),
	"operator":      staff(Role{Name: Operator, City: "changsha"}),
	"auditor":       staff(Role{Name: Auditor, City: "changsha"}),
	"supervisor":    staff(Role{Name: Supervisor, City: "changsha"}),
	"editor":        staff(Role{Name: Editor, City: "changsha"}),
	"registrar":     staff(Role{Name: Registrar, City: "changsha"}),
	"clerk-holder":  {ID: "k", Kind: Staff, City: "changsha", HolderKind: "person", HolderCode: code, Roles: []Role{{Name: Clerk, City: "changsha"}}},
	"machine":       {ID: "token:x", Kind: Machine, City: "changsha", Roles: []Role{{Name: Operator, City: "changsha"}}},
	"no-role":       staff(),
	"false-citizen": {ID: "f", Kind: Citizen, City: "changsha", HolderKind: "person", HolderCode: code, Roles: []Role{{Name: Issuer, City: "changsha"}}},
	"of-no-city":    {ID: "z", Kind: Staff, Roles: []Role{{Name: Operator}}},
}

func staff(roles ...Role) Principal {
	return Principal{ID: "s", Kind: Staff, City: "changsha", Roles: roles}
}

// things that something is done over.
var things = map[string]Resource{
	"A/t1":         {City: "changsha", Office: "A", Type: "t1", HolderKind: "person", HolderCode: "430100198005052222"},
	"B/t1":         {City: "changsha", Office: "B", Type: "t1", HolderKind: "person", HolderCode: "430100198005052222"},
	"A/t2":         {City: "changsha", Office: "A", Type: "t2", HolderKind: "person", HolderCode: "430100198005052222"},
	"B/t2":         {City: "changsha", Office: "B", Type: "t2", HolderKind: "person", HolderCode: "430100198005052222"},
	"zhuzhou/t1":   {City: "zhuzhou", Office: "A", Type: "t1", HolderKind: "person", HolderCode: "430100198005052222"},
	"own":          {City: "changsha", Office: "A", Type: "t1", HolderKind: "person", HolderCode: code},
	"own-zhuzhou":  {City: "zhuzhou", Office: "A", Type: "t1", HolderKind: "person", HolderCode: code},
	"same-code":    {City: "changsha", HolderKind: "organisation", HolderCode: code},
	"nobody's":     {City: "changsha"},
	"city":         {City: "changsha"},
	"other-city":   {City: "zhuzhou"},
	"no-city":      {},
	"organisation": {City: "changsha", HolderKind: "organisation", HolderCode: "91430100MA4L16JQ9B"},
}

// The table is written out by hand: who, what, over what, allowed, by which rules.
var table = strings.TrimSpace(`
issuer           licence.issue   A/t1         yes issuer
issuer           licence.issue   B/t2         yes issuer
issuer           licence.issue   zhuzhou/t1   no  other-city
issuer           licence.act     A/t1         yes issuer
issuer           licence.act     zhuzhou/t1   no  other-city
issuer           licence.read    A/t1         yes issuer
issuer           licence.read    zhuzhou/t1   no  other-city
issuer           licence.import  A/t1         yes issuer
issuer           counter.check   city         no  no-rule
issuer           trust.read      city         yes signed-in
issuer           trust.propose   city         no  no-rule
issuer           trust.sign      city         no  no-rule
issuer           trust.publish   city         no  no-rule
issuer           node.read       city         yes issuer
issuer           node.operate    city         no  no-rule
issuer           wallet.use      own          no  no-rule
issuer           people.manage   city         no  no-rule
issuer           audit.read      city         no  no-rule
issuer           no.such.action  city         no  no-rule
issuer-of-A      licence.issue   A/t1         yes issuer
issuer-of-A      licence.issue   A/t2         yes issuer
issuer-of-A      licence.issue   B/t1         no  other-office
issuer-of-A      licence.act     B/t1         no  other-office
issuer-of-A      licence.read    B/t1         no  other-office
issuer-of-A      licence.import  B/t1         no  other-office
issuer-of-A      licence.read    nobody's     no  other-office
issuer-of-A      licence.issue   zhuzhou/t1   no  other-city
issuer-of-A      node.read       city         yes issuer
issuer-of-t1     licence.issue   B/t1         yes issuer
issuer-of-t1     licence.issue   A/t2         no  other-type
issuer-of-t1     licence.act     A/t2         no  other-type
issuer-of-t1     licence.read    A/t2         no  other-type
issuer-of-t1     licence.import  A/t2         no  other-type
issuer-of-t1     licence.read    nobody's     no  other-type
issuer-A-t1-B-t2 licence.issue   A/t1         yes issuer
issuer-A-t1-B-t2 licence.issue   B/t2         yes issuer
issuer-A-t1-B-t2 licence.issue   A/t2         no  other-office,other-type
issuer-A-t1-B-t2 licence.issue   B/t1         no  other-office,other-type
issuer-away      licence.issue   A/t1         no  other-city
issuer-away      licence.issue   zhuzhou/t1   no  other-city
issuer-holder    licence.issue   own          no  own-licence
issuer-holder    licence.act     own          no  own-licence
issuer-holder    licence.read    own          yes issuer
issuer-holder    licence.issue   A/t1         yes issuer
issuer-holder    licence.issue   same-code    yes issuer
clerk            counter.check   A/t1         yes clerk
clerk            counter.check   B/t2         yes clerk
clerk            counter.check   other-city   no  other-city
clerk            licence.read    A/t1         no  no-rule
clerk            licence.issue   A/t1         no  no-rule
clerk            licence.act     A/t1         no  no-rule
clerk            licence.import  A/t1         no  no-rule
clerk            trust.read      city         yes signed-in
clerk            trust.sign      city         no  no-rule
clerk            node.read       city         yes clerk
clerk            node.operate    city         no  no-rule
clerk            people.manage   city         no  no-rule
clerk            audit.read      city         no  no-rule
clerk            case.read       A/t1         yes clerk
clerk            case.act        A/t1         yes clerk
clerk            case.act        zhuzhou/t1   no  other-city
clerk            case.supervise  city         no  no-rule
clerk            case.apply      A/t1         no  no-rule
clerk            registry.read   city         yes clerk
clerk            registry.enter  city         no  no-rule
clerk            fund.read       city         yes clerk
clerk            fund.enter      city         no  no-rule
clerk            catalogue.edit  city         no  no-rule
clerk-of-A       case.act        A/t1         yes clerk
clerk-of-A       case.act        B/t1         no  other-office
clerk-of-A       case.read       B/t1         no  other-office
clerk-of-A       registry.read   B/t1         no  other-office
clerk-of-A       fund.read       B/t1         no  other-office
clerk-holder     case.act        own          no  own-case
clerk-holder     case.read       own          yes clerk
clerk-holder     case.act        A/t1         yes clerk
supervisor       case.supervise  city         yes supervisor
supervisor       case.read       A/t1         yes supervisor
supervisor       case.act        A/t1         no  no-rule
supervisor       case.supervise  other-city   no  other-city
editor           catalogue.edit  city         yes editor
editor           catalogue.edit  other-city   no  other-city
editor           case.read       A/t1         no  no-rule
registrar        registry.read   city         yes registrar
registrar        registry.enter  city         yes registrar
registrar        registry.enter  other-city   no  other-city
registrar        fund.enter      city         yes registrar
registrar        case.act        A/t1         no  no-rule
clerk-of-A       counter.check   A/t1         yes clerk
clerk-of-A       counter.check   B/t1         no  other-office
clerk-of-A       counter.check   city         no  other-office
trust-officer    trust.read      city         yes signed-in
trust-officer    trust.propose   city         yes trust-officer
trust-officer    trust.sign      city         yes trust-officer
trust-officer    trust.publish   city         yes trust-officer
trust-officer    trust.read      other-city   no  other-city
trust-officer    trust.propose   other-city   no  other-city
trust-officer    trust.sign      other-city   no  other-city
trust-officer    trust.publish   other-city   no  other-city
trust-officer    node.read       city         yes trust-officer
trust-officer    licence.read    A/t1         no  no-rule
trust-officer    licence.issue   A/t1         no  no-rule
trust-officer    people.manage   city         no  no-rule
operator         node.read       city         yes operator
operator         node.operate    city         yes operator
operator         people.manage   city         yes operator
operator         node.operate    other-city   no  other-city
operator         people.manage   other-city   no  other-city
operator         people.manage   no-city      no  other-city
operator         licence.read    A/t1         no  no-rule
operator         licence.issue   A/t1         no  no-rule
operator         counter.check   city         no  no-rule
operator         trust.sign      city         no  no-rule
operator         audit.read      city         no  no-rule
auditor          audit.read      city         yes auditor
auditor          audit.read      other-city   no  other-city
auditor          licence.read    B/t2         yes auditor
auditor          licence.act     B/t2         no  no-rule
auditor          case.read       A/t1         yes auditor
auditor          case.act        A/t1         no  no-rule
auditor          registry.read   city         yes auditor
auditor          fund.read       city         yes auditor
auditor          catalogue.edit  city         no  no-rule
auditor          node.operate    city         no  no-rule
citizen          licence.read    own          yes holder
citizen          wallet.use      own          yes holder
citizen          licence.read    A/t1         no  another-holder
citizen          wallet.use      A/t1         no  another-holder
citizen          licence.read    same-code    no  another-holder
citizen          licence.read    nobody's     no  another-holder
citizen          licence.read    own-zhuzhou  no  other-city
citizen          wallet.use      own-zhuzhou  no  other-city
citizen          licence.issue   own          no  own-licence
citizen          licence.issue   A/t1         no  no-rule
citizen          licence.act     A/t1         no  no-rule
citizen          counter.check   city         no  no-rule
citizen          trust.read      city         yes signed-in
citizen          trust.sign      city         no  no-rule
citizen          node.read       city         no  no-rule
citizen          case.apply      own          yes holder
citizen          case.read       own          yes holder
citizen          case.read       A/t1         no  another-holder
citizen          case.apply      A/t1         no  another-holder
citizen          case.apply      own-zhuzhou  no  other-city
citizen          case.act        own          no  own-case
citizen          case.supervise  city         no  no-rule
citizen          registry.read   own          yes holder
citizen          registry.read   A/t1         no  another-holder
citizen          fund.read       own          yes holder
citizen          fund.read       A/t1         no  another-holder
citizen          fund.enter      own          no  own-case
citizen          people.manage   city         no  no-rule
citizen          audit.read      city         no  no-rule
citizen-no-code  licence.read    nobody's     no  another-holder
citizen-no-code  wallet.use      nobody's     no  another-holder
organisation     licence.read    organisation yes holder
organisation     wallet.use      organisation yes holder
organisation     licence.read    own          no  another-holder
machine          node.read       city         yes operator
machine          node.operate    city         yes operator
machine          people.manage   city         no  people-by-people
machine          licence.issue   A/t1         no  no-rule
machine          trust.read      city         yes signed-in
machine          wallet.use      own          no  no-rule
machine          node.operate    other-city   no  other-city
no-role          licence.read    A/t1         no  no-rule
no-role          trust.read      city         yes signed-in
no-role          node.read       city         no  no-rule
no-role          wallet.use      own          no  no-rule
false-citizen    licence.issue   A/t1         no  role-of-staff
false-citizen    licence.read    own          yes holder
of-no-city       node.operate    no-city      no  other-city
of-no-city       node.operate    city         no  other-city
`)

func TestWhoMayDoWhat(t *testing.T) {
	p := Standard()
	named := map[string]bool{}
	for _, line := range strings.Split(table, "\n") {
		f := strings.Fields(line)
		if len(f) != 5 {
			t.Fatalf("line %q", line)
		}
		who, ok := people[f[0]]
		on, ok2 := things[f[2]]
		if !ok || !ok2 {
			t.Fatalf("line %q names nobody or nothing", line)
		}
		d := p.Decide(who, Action(f[1]), on)
		got := "no"
		if d.Allowed {
			got = "yes"
		}
		if rules := strings.Join(d.Rules, ","); got != f[3] || rules != f[4] {
			t.Errorf("%s %s %s: %s %s, want %s %s", f[0], f[1], f[2], got, rules, f[3], f[4])
		}
		for _, r := range d.Rules {
			named[r] = true
		}
	}
	for _, r := range p.Rules() {
		if !named[r] && r != Fault {
			t.Errorf("rule %s decides nothing in the table", r)
		}
	}
}

func drawPrincipal(t *rapid.T) Principal {
	city := rapid.SampledFrom([]string{"", "changsha", "zhuzhou", "office"})
	office := rapid.SampledFrom([]string{"", "A", "B"})
	p := Principal{ID: "x", Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), City: city.Draw(t, "city"),
		HolderKind: rapid.SampledFrom([]string{"", "person", "organisation"}).Draw(t, "holder kind"),
		HolderCode: rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "holder")}
	for range rapid.IntRange(0, 3).Draw(t, "roles") {
		p.Roles = append(p.Roles, Role{rapid.SampledFrom(RoleNames).Draw(t, "role"), city.Draw(t, "role city"), office.Draw(t, "office"),
			rapid.SliceOfN(rapid.SampledFrom([]string{"t1", "t2"}), 0, 2).Draw(t, "types")})
	}
	return p
}

func drawResource(t *rapid.T) Resource {
	return Resource{
		City:       rapid.SampledFrom([]string{"", "changsha", "zhuzhou", "office"}).Draw(t, "over city"),
		Office:     rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "over office"),
		Type:       rapid.SampledFrom([]string{"", "t1", "t2"}).Draw(t, "over type"),
		HolderKind: rapid.SampledFrom([]string{"", "person", "organisation"}).Draw(t, "over holder kind"),
		HolderCode: rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "over holder"),
	}
}

func TestNobodyActsOutsideTheirCity(t *testing.T) {
	p := Standard()
	rapid.Check(t, func(t *rapid.T) {
		who, do, on := drawPrincipal(t), rapid.SampledFrom(Actions).Draw(t, "do"), drawResource(t)
		d := p.Decide(who, do, on)
		if len(d.Rules) == 0 || !slices.IsSorted(d.Rules) {
			t.Fatalf("rules %v", d.Rules)
		}
		if !d.Allowed {
			return
		}
		if on.City == "" || who.City != on.City {
			t.Fatalf("%+v %s %+v: allowed by %v", who, do, on, d.Rules)
		}
		fits := func(r Role) bool { // written again, by hand
			return r.City == on.City && (r.Office == "" || r.Office == on.Office) && (len(r.Types) == 0 || slices.Contains(r.Types, on.Type))
		}
		switch do {
		case LicenceIssue, LicenceAct, LicenceImport:
			if !slices.ContainsFunc(who.Roles, func(r Role) bool { return r.Name == Issuer && fits(r) }) {
				t.Fatalf("%+v %s %+v: no role fits", who, do, on)
			}
		case WalletUse:
			if who.HolderCode == "" || who.HolderCode != on.HolderCode || who.HolderKind != on.HolderKind {
				t.Fatalf("%+v %s %+v: another's", who, do, on)
			}
		}
	})
}

// More roles never take a right away.
func TestARoleMoreTakesNothingAway(t *testing.T) {
	p := Standard()
	rapid.Check(t, func(t *rapid.T) {
		who, do, on := drawPrincipal(t), rapid.SampledFrom(Actions).Draw(t, "do"), drawResource(t)
		before := p.Decide(who, do, on).Allowed
		who.Roles = append(slices.Clone(who.Roles), drawPrincipal(t).Roles...)
		if before && !p.Decide(who, do, on).Allowed {
			t.Fatalf("%+v %s %+v: a role took the right away", who, do, on)
		}
	})
}

func TestARuleThatCannotBeEvaluatedRefusesAll(t *testing.T) {
	p, err := Parse([]byte(`@id("all") permit (principal, action, resource); @id("broken") forbid (principal, action, resource) when { resource.nothing == 1 };`))
	if err != nil {
		t.Fatal(err)
	}
	if d := p.Decide(people["operator"], NodeRead, things["city"]); d.Allowed || d.Rules[0] != Fault {
		t.Errorf("%+v", d)
	}
}

func TestPoliciesThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"no id":     `permit (principal, action, resource);`,
		"id twice":  `@id("a") permit (principal, action, resource); @id("a") forbid (principal, action, resource);`,
		"no policy": `permit everything`,
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
