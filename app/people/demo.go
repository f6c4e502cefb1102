package people

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conurb/door/httpapi"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/identity"
	"conurb/trust/rights"
	"conurb/trust/trustlist"
)

// DemoProvider is the id of the provider of demonstrations; Demo links its accounts to it,
// each by its login.
const DemoProvider = "demo"

// demoCost is that of passwords which everybody may read.
var demoCost = identity.Cost{Passes: 1, Memory: 8 << 10, Threads: 1}

// demoAccount is one that Demo makes. Citizens' numbers have a sound check character and
// districts that do not exist (99), so that they are nobody's (GB 11643, GB/T 2260).
type demoAccount struct {
	login, password, name string
	role                  string // of staff
	code                  string // of citizens
	what                  httpapi.Text
}

var demoAccounts = []demoAccount{
	{login: "li.ming", password: "demo-citizen-li-ming", name: "李明（示例）", code: "430199199003070011",
		what: httpapi.Text{Zh: "长沙市民：卡包、出示证照、查看谁查过", En: "a citizen of Changsha: wallet, showing licences, who looked"}},
	{login: "zhou.yun", password: "demo-citizen-zhou-yun", name: "周云（示例）", code: "430299198811150029",
		what: httpapi.Text{Zh: "株洲市民：卡包、出示证照、查看谁查过", En: "a citizen of Zhuzhou: wallet, showing licences, who looked"}},
	{login: "issuer", password: "demo-desk-issues", name: "王丽（示例）", role: rights.Issuer,
		what: httpapi.Text{Zh: "签发和办理证照", En: "issues licences and acts on them"}},
	{login: "clerk", password: "demo-counter-checks", name: "陈刚（示例）", role: rights.Clerk,
		what: httpapi.Text{Zh: "在窗口核验证照，办理事项", En: "checks licences at a counter, handles cases"}},
	{login: "supervisor", password: "demo-sees-what-is-late", name: "何敏（示例）", role: rights.Supervisor,
		what: httpapi.Text{Zh: "督办：看哪些办件超期", En: "sees which cases are late"}},
	{login: "editor", password: "demo-keeps-the-catalogue", name: "杨帆（示例）", role: rights.Editor,
		what: httpapi.Text{Zh: "管理事项目录", En: "keeps the catalogue of services"}},
	{login: "registrar", password: "demo-keeps-the-register", name: "唐勇（示例）", role: rights.Registrar,
		what: httpapi.Text{Zh: "登记户籍和账目", En: "keeps the register of households and the books"}},
	{login: "trust", password: "demo-keeps-the-list", name: "刘芳（示例）", role: rights.TrustOfficer,
		what: httpapi.Text{Zh: "管理互认清单", En: "keeps the trust list"}},
	{login: "operator", password: "demo-looks-after-it", name: "赵强（示例）", role: rights.Operator,
		what: httpapi.Text{Zh: "运维节点、管理账号", En: "looks after the node and its accounts"}},
	{login: "auditor", password: "demo-reads-the-record", name: "孙敏（示例）", role: rights.Auditor,
		what: httpapi.Text{Zh: "查看办理记录", En: "reads what was done"}},
}

// Demo makes the accounts of a demonstration at a node, or finds those of before, and gives
// them the passwords that it lists. The office issues and checks nothing: it has neither
// citizens nor desks.
func Demo(ctx context.Context, s *store.Store, party string) (list []httpapi.DemoAccount, err error) {
	p, err := New(Options{Store: s, Party: party, URL: "http://localhost", Cost: demoCost})
	if err != nil {
		return nil, err
	}
	for _, d := range demoAccounts {
		atDesk := d.role == "" || slices.Contains([]string{rights.Issuer, rights.Clerk, rights.Editor, rights.Registrar}, d.role)
		if atDesk && party == string(trustlist.Office) {
			continue
		}
		a := identity.Account{Login: d.login, Name: d.name, Kind: rights.Staff}
		if d.role != "" {
			a.Roles = []rights.Role{{Name: d.role, City: party}}
		} else {
			a.Kind, a.HolderKind, a.HolderCode = rights.Citizen, licence.KindCitizen, d.code
		}
		if err := p.demoAccount(ctx, a, d.password); err != nil {
			return nil, fmt.Errorf("demo account %s: %w", d.login, err)
		}
		list = append(list, httpapi.DemoAccount{Login: d.login, Password: d.password, Name: d.name, Kind: string(a.Kind), Role: d.role, What: d.what})
	}
	return list, nil
}

const byDemo = "demo"

func (p *People) demoAccount(ctx context.Context, a identity.Account, password string) error {
	there, err := p.store.PersonByLogin(ctx, a.Login)
	if errors.Is(err, store.ErrUnknown) {
		if there, err = p.AddAccount(ctx, a, password, byDemo); err != nil {
			return err
		}
		_, err = p.store.AddCredential(ctx, store.Credential{Account: there.ID, Way: identity.ByProvider, Handle: demoHandle(a.Login), Label: DemoProvider}, byDemo)
		return err
	} else if err != nil {
		return err
	}
	var wrong *identity.Fault
	if err := p.verify(ctx, there.ID, password); errors.As(err, &wrong) {
		return p.SetPassword(ctx, there.ID, password, byDemo) // somebody played with it
	} else if err != nil {
		return err
	}
	return nil
}

// demoHandle does not hang on the address of the provider, which is another at each start.
func demoHandle(subject string) string { return "demonstration " + subject }

func (v *provider) handle(subject string) string {
	if v.Demo {
		return demoHandle(subject)
	}
	return v.Issuer + " " + subject
}
