package town_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/app/deputy"
	"conurb/area"
	"conurb/livelihood/ledger"
	"conurb/livelihood/licence"
	"conurb/store"
	"conurb/trust/evidence"
)

const identityType = "11100000XXGAB00010002"

// appliesFor brings an application of Zhou's to the clerks of Changsha, with her identity card from
// her wallet.
func (w *moveWorld) appliesFor(item, form string) (path string) {
	w.t.Helper()
	v := w.done("zhou.yun@changsha", "POST", "/cases", `{"item":"`+item+`"}`)
	path = "/cases/" + v.ID
	w.shows("zhou.yun@changsha", path, identityType, "identity", []string{"birth_date"}, w.held("zhuzhou", zhouNumber, identityType))
	w.done("zhou.yun@changsha", "PUT", path+"/form", `{"form":`+form+`}`)
	w.done("zhou.yun@changsha", "POST", path+"/moves", `{"move":"submit"}`)
	return path
}

// inQueue is the case of an item that waits for the clerks of Zhuzhou.
func (w *moveWorld) inQueue(item, state string) (path string) {
	w.t.Helper()
	eventually(w.t, "a case of "+item+" is in the queue of Zhuzhou", func() bool {
		var queue struct{ Cases []view }
		if status, _ := w.ask("clerk@zhuzhou", "GET", "/queue?item="+item, "", &queue); status != 200 {
			return false
		}
		for _, c := range queue.Cases {
			if c.State == state {
				path = "/cases/" + c.ID
			}
		}
		return path != ""
	})
	return path
}

func (w *moveWorld) moves(who, path, move, words string) {
	w.t.Helper()
	w.done(who, "POST", path+"/moves", `{"move":"`+move+`","reason":"`+words+`","grounds":"`+words+`"}`)
}

type fundsView struct {
	Invented bool
	Accounts []struct {
		ID, Scheme, Fund, Standing string
		Balance                    int64
	}
	Records []struct {
		Scheme, Standing, To string
		Months               int
	}
}

func (f fundsView) account(scheme string) (id string, balance int64) {
	for _, a := range f.Accounts {
		if a.Scheme == scheme {
			id, balance = a.ID, a.Balance
		}
	}
	return id, balance
}

func (w *moveWorld) funds(who string) (f fundsView) {
	w.t.Helper()
	if status, p := w.ask(who, "GET", "/funds/mine", "", &f); status != 200 {
		w.t.Fatalf("%s: %d %+v", who, status, p)
	}
	return f
}

// TestMoneyBetweenCities is a pension relation and a housing fund that move from Zhuzhou to
// Changsha over HTTP, treatment in Changsha registered in Zhuzhou, and a certificate of Zhuzhou
// printed at a window of Changsha.
func TestMoneyBetweenCities(t *testing.T) {
	w := newMoveWorld(t)
	before, there := w.funds("zhou.yun@changsha"), w.funds("zhou.yun@zhuzhou")
	if !before.Invented || len(before.Accounts) != 2 || len(there.Accounts) != 2 {
		t.Fatalf("the demonstration: %+v and %+v", before, there)
	}
	w.pension(before, there)
	w.housing()
	w.strangers(before)
	w.treatment()
	w.certificate()
	w.difference()
	for name, one := range w.all {
		report, err := one.App.Store().CheckIntegrity(t.Context(), evidence.AuditOptions{})
		if err != nil || !report.OK() {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
}

func (w *moveWorld) pension(before, there fundsView) {
	t := w.t
	path := w.appliesFor("social-security-transfer", `{"name":"周云（示例）","number":"`+zhouNumber+`","phone":"13900000000","from":"zhuzhou","reason":"flexible","agree":true}`)
	w.moves("clerk@changsha", path, "accept", "")
	out := w.inQueue("social-security-transfer", "fund-arrived")
	if status, p := w.ask("clerk@zhuzhou", "POST", out+"/moves", `{"move":"fund-pay"}`, nil); status < 400 {
		t.Errorf("paid before it is agreed on: %d %+v", status, p)
	}
	w.moves("clerk@zhuzhou", out, "fund-tell", "")
	w.becomes("zhou.yun@changsha", path, "fund-informed")
	w.moves("clerk@changsha", path, "fund-agree", "")
	w.becomes("clerk@zhuzhou", out, "fund-payable")
	w.moves("clerk@zhuzhou", out, "fund-pay", "")
	w.becomes("zhou.yun@changsha", path, "decided")
	w.becomes("clerk@zhuzhou", out, "fund-moved")
	after, left := w.funds("zhou.yun@changsha"), w.funds("zhou.yun@zhuzhou")
	_, had := before.account("social")
	_, was := there.account("social")
	id, has := after.account("social")
	if _, rest := left.account("social"); rest != 0 || has != had+was || was == 0 {
		t.Errorf("%d + %d became %d, and %d stayed", had, was, has, rest)
	}
	var account struct {
		Entries []struct {
			What   string
			Amount int64
		}
	}
	if status, _ := w.ask("zhou.yun@changsha", "GET", "/funds/accounts/"+id, "", &account); status != 200 || len(account.Entries) != 2 || account.Entries[0].What != "in" || account.Entries[0].Amount != was {
		t.Errorf("entries: %d %+v", status, account)
	}
	var recon struct {
		Sum      int64
		Others   []struct{ DueFrom, DueTo int64 }
		UnderWay []any
		Findings []any
	}
	if status, _ := w.ask("clerk@changsha", "GET", "/funds/reconciliation", "", &recon); status != 200 || recon.Sum != 0 || len(recon.Others) != 1 || recon.Others[0].DueFrom <= was || len(recon.UnderWay)+len(recon.Findings) != 0 {
		t.Errorf("reconciliation: %d %+v", status, recon)
	}
}

// difference is one between the books of two cities: the registrar and the supervisor of the city
// that finds it have a notice each, nobody else has, and it stands on the page with its day.
func (w *moveWorld) difference() {
	t, there := w.t, w.all["zhuzhou"]
	ago := area.DateOf(time.Now().In(there.App.Zone())) - 9
	err := there.App.Store().Do(t.Context(), func(d *store.Deed) error {
		return d.Ledger(there.Node.Voice(), there.App.Zone(), func(b *store.LedgerBook) error {
			return b.Send("changsha", ledger.KindStatement, "difference/1", ledger.Statement{Day: ago, Part: 1, Last: true, Paid: 500, Lines: []ledger.Line{{Transfer: "T9", Pays: true, Amount: 500, Day: ago}}})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	type notices struct {
		Notices []struct{ Code, Kind, Title, Text, Link string }
	}
	accounts["supervisor"] = passwords["supervisor"]
	w.in["supervisor@changsha"] = signIn(t, w.seats["changsha"], "supervisor")
	told := func(who string) (n int) {
		t.Helper()
		var all notices
		if status, p := w.ask(who, "GET", "/notices?lang=en", "", &all); status != 200 {
			t.Fatalf("%s: %d %+v", who, status, p)
		}
		for _, x := range all.Notices {
			if x.Code == "fund.finding" && x.Kind == "todo" && x.Link == "/reconciliation" && strings.Contains(x.Title+x.Text, "Zhuzhou") {
				n++
			}
		}
		return n
	}
	eventually(t, "the registrar is told", func() bool { return told("registrar@changsha") > 0 })
	for who, want := range map[string]int{"registrar@changsha": 1, "supervisor@changsha": 1, "clerk@changsha": 0, "zhou.yun@changsha": 0} {
		if n := told(who); n != want {
			t.Errorf("%s has %d notices of it, want %d", who, n, want)
		}
	}
	var recon struct {
		Findings []struct{ Transfer, Since, Settled string }
	}
	if status, _ := w.ask("supervisor@changsha", "GET", "/funds/reconciliation", "", &recon); status != 200 || len(recon.Findings) != 1 || recon.Findings[0].Transfer != "T9" || recon.Findings[0].Since == "" || recon.Findings[0].Settled != "" {
		t.Errorf("on the page: %d %+v", status, recon)
	}
}

// housing is refused for a reason of the old city, which the citizen reads.
func (w *moveWorld) housing() {
	t := w.t
	path := w.appliesFor("provident-fund", `{"name":"周云","number":"`+zhouNumber+`","phone":"13900000000","do":"transfer","from":"zhuzhou","agree":true}`)
	w.moves("clerk@changsha", path, "accept", "")
	out := w.inQueue("provident-fund", "fund-arrived")
	if status, p := w.ask("clerk@zhuzhou", "POST", out+"/moves", `{"move":"fund-tell"}`, nil); status < 400 || !strings.Contains(p.Detail+p.Remedy, "姓名") && !strings.Contains(p.Detail, "name") {
		t.Errorf("told under another name: %d %+v", status, p)
	}
	w.moves("clerk@zhuzhou", out, "fund-turn", "请先更正姓名")
	w.becomes("zhou.yun@changsha", path, "decided")
	text, status := w.send("zhou.yun@changsha", "GET", path, "")
	if status != 200 || !strings.Contains(string(text), "账户姓名与申请的姓名不一致") || !strings.Contains(string(text), "请先更正姓名") {
		t.Errorf("what the citizen reads: %d %s", status, text)
	}
}

// strangers read nothing of it.
func (w *moveWorld) strangers(of fundsView) {
	w.in["nobody"] = caller{seat: w.seats["changsha"], client: &http.Client{}}
	id, _ := of.account("social")
	for _, c := range []struct {
		who, path string
		status    int
	}{
		{"li.ming@changsha", "/funds/accounts/" + id, 403}, {"li.ming@changsha", "/funds/accounts/none", 403}, {"li.ming@changsha", "/funds/mine?person=" + zhouNumber, 403},
		{"li.ming@changsha", "/funds/reconciliation", 403}, {"nobody", "/funds/mine", 401}, {"nobody", "/funds/accounts/" + id, 401}, {"nobody", "/funds/reconciliation", 401},
		{"clerk@changsha", "/funds/accounts/" + id, 200}, {"clerk@changsha", "/funds/accounts/none", 404}, {"clerk@changsha", "/funds/mine?person=" + zhouNumber, 200},
	} {
		if status, p := w.ask(c.who, "GET", c.path, "", nil); status != c.status {
			w.t.Errorf("%s %s: %d %+v", c.who, c.path, status, p)
		}
	}
}

func (w *moveWorld) treatment() {
	t := w.t
	v := w.done("zhou.yun@zhuzhou", "POST", "/cases", `{"item":"medical-elsewhere"}`)
	path := "/cases/" + v.ID
	list, err := w.all["zhuzhou"].Desk.List(t.Context(), store.LicenceFilter{Types: []string{identityType}, Holder: zhouNumber, State: licence.Valid})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d identity cards, %v", len(list), err)
	}
	w.done("zhou.yun@zhuzhou", "POST", path+"/shares", `{"licence":"`+list[0].ID+`","attributes":["birth_date"],"material":"identity"}`)
	since := w.all["zhuzhou"].App.Now().AddDate(0, 0, 1).Format("2006-01-02")
	w.done("zhou.yun@zhuzhou", "PUT", path+"/form", `{"form":{"name":"周云（示例）","number":"`+zhouNumber+`","phone":"13900000000","to":"changsha","kind":"posted","since":"`+since+`"}}`)
	w.done("zhou.yun@zhuzhou", "POST", path+"/moves", `{"move":"submit"}`)
	w.moves("clerk@zhuzhou", path, "grant", "单位派驻长沙")
	eventually(t, "Changsha has the registration", func() bool {
		for _, r := range w.funds("zhou.yun@changsha").Records {
			if r.Scheme == "visit" && r.Standing == "in-force" {
				return true
			}
		}
		return false
	})
}

// certificate is one of Zhuzhou, at a window of Changsha, and accepted in Xiangtan.
func (w *moveWorld) certificate() {
	t := w.t
	path := w.appliesFor("registration-certificate", `{"name":"周云（示例）","number":"`+zhouNumber+`","phone":"13900000000","certificate":"registered","purpose":"办理入学","delivery":"window","window":"changsha"}`)
	if status, p := w.ask("clerk@changsha", "POST", path+"/moves", `{"move":"grant","grounds":"x"}`, nil); status < 400 {
		t.Errorf("granted where she is not registered: %d %+v", status, p)
	}
	w.done("clerk@changsha", "POST", path+"/moves", `{"move":"deputy-send","input":{"to":"zhuzhou"}}`)
	out := w.inQueue("registration-certificate", "submitted")
	w.moves("clerk@zhuzhou", out, "grant", "登记属实")
	w.becomes("zhou.yun@changsha", path, "decided")
	if text, status := w.send("clerk@changsha", "GET", path+"/paper", ""); status != 200 || !bytes.HasPrefix(text, []byte("%PDF-")) {
		t.Errorf("paper at the window: %d %.60s", status, text)
	}
	w.moves("clerk@changsha", path, "deputy-print", "")
	if _, status := w.send("li.ming@changsha", "GET", path+"/paper", ""); status != 403 {
		t.Errorf("somebody else prints it: %d", status)
	}
	list, err := w.all["zhuzhou"].Desk.List(t.Context(), store.LicenceFilter{Types: []string{deputy.CertificateType}, Holder: zhouNumber})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d certificates, %v", len(list), err)
	}
	question := counter.Question{Wanted: deputy.CertificateType, Purpose: "办理入学", Clerk: store.Clerk{Name: "陈刚", Office: "窗口", Role: "clerk"}}
	eventually(t, "the certificate is accepted in Xiangtan", func() bool {
		f, err := w.all["xiangtan"].Counter.Check(t.Context(), list[0].Credential, question)
		return err == nil && f.Verdict.Outcome == "accepted"
	})
}
