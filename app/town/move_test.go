package town_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"conurb/app/counter"
	"conurb/app/residence"
	"conurb/livelihood/household"
	"conurb/livelihood/licence"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
	"conurb/trust/trustlist"
)

// hostAnswer is how the host's consent is shown to somebody.
type hostAnswer struct{ How, Words, Name, Case, Paper string }

const (
	partForm = `{"kind":"work","from":"zhuzhou","people":[{"number":"` + zhouNumber + `","name":"周云（示例）","relation":"97"},{"number":"` + kidNumber + `","name":"陈小满（示例）","relation":"97"}],` +
		`"as":"host","host":{"household":"HOST"},"leaves":true,"successor":{"number":"` + chenNumber + `","name":"陈涛（示例）"},"phone":"13900000000"}`
)

// TestAMoveBetweenCities is the whole story over HTTP: a citizen of Zhuzhou applies in Changsha and
// shares licences of Zhuzhou from her wallet, the clerks of both cities act, licences follow, and
// the new household-register licence is accepted in Xiangtan, the old one no more.
func TestAMoveBetweenCities(t *testing.T) {
	w := newMoveWorld(t)
	var mine struct {
		Household    *struct{ Address, Head string }
		Registration *struct{ City, Standing string }
	}
	if status, p := w.ask("zhou.yun@zhuzhou", "GET", "/households/mine", "", &mine); status != 200 || mine.Household == nil || mine.Household.Head != zhouNumber || mine.Registration.City != "zhuzhou" {
		t.Fatalf("her household: %d %+v %+v", status, mine, p)
	}
	_, path := w.applies(partForm)
	w.done("zhou.yun@changsha", "POST", path+"/moves", `{"move":"submit"}`)
	w.becomes("zhou.yun@changsha", path, "in-examining")
	if eligible, stands := w.stands("clerk@changsha", path); eligible || stands != "register met, identity met, dwelling met, consent unsaid, age met, employment unseen, along met" {
		t.Errorf("before the promise: %v %s", eligible, stands)
	}
	if to, staff := w.consentTo("zhou.yun@changsha", path), w.consentTo("clerk@changsha", path); to.How != "asked" || to.Words == "" || to.Name+to.Case != "" || staff.Name != "李明（示例）" || staff.Case == "" {
		t.Errorf("the consent: she reads %+v, the clerk %+v", to, staff)
	} else if status, _ := w.ask("zhou.yun@changsha", "GET", "/cases/"+staff.Case, "", nil); status != 403 {
		t.Errorf("she reads who is asked: %d", status)
	} else if status, _ := w.ask("zhou.yun@changsha", "POST", "/cases/"+staff.Case+"/moves", `{"move":"host-agree"}`, nil); status != 403 {
		t.Errorf("she agrees in the host's place: %d", status)
	}
	w.hostAgrees()
	if got := w.consentTo("clerk@changsha", path); got.How != "agreed" || got.Name != "李明（示例）" {
		t.Errorf("he agreed, and the clerk reads %+v", got)
	}
	if status, p := w.ask("li.ming@changsha", "GET", path+"/eligibility", "", nil); status != 403 {
		t.Errorf("somebody else reads why she may move: %d %+v", status, p)
	}
	if status, p := w.ask("clerk@changsha", "POST", path+"/moves", `{"move":"in-promise","grounds":"符合"}`, nil); status != 409 || p.Errors[0].Code != "residence-ineligible" || !strings.Contains(p.Detail, "劳动合同") {
		t.Errorf("without the contract: %d %+v", status, p)
	}
	w.done("clerk@changsha", "POST", path+"/moves", `{"move":"in-promise","grounds":"符合工作调动","input":{"papers":"employment"}}`)
	if eligible, stands := w.stands("zhou.yun@changsha", path); !eligible || strings.Count(stands, " met") != 7 {
		t.Errorf("after the promise: %v %s", eligible, stands)
	}
	w.becomes("zhou.yun@changsha", path, "in-there")
	w.becomes("clerk@zhuzhou", path, "out-arrived")
	if status, p := w.ask("clerk@zhuzhou", "GET", path+"/eligibility", "", nil); status != 404 {
		t.Errorf("who lets go judges who may come: %d %+v", status, p)
	}
	var moves []struct {
		Name  string
		Needs []struct {
			Name, Widget string
			Options      []struct{ Value, Label string }
		}
	}
	if status, _ := w.ask("clerk@zhuzhou", "GET", path+"/moves", "", &moves); status != 200 || len(moves) == 0 {
		t.Errorf("what the clerk can do: %d %+v", status, moves)
	}
	for _, m := range moves {
		if m.Name == "out-reached" && (len(m.Needs) != 1 || m.Needs[0].Widget != "choice" || len(m.Needs[0].Options) != 4) {
			t.Errorf("what contacting takes: %+v", m)
		}
	}
	w.done("clerk@zhuzhou", "POST", path+"/moves", `{"move":"out-reached","input":{"channel":"phone"}}`)
	w.done("clerk@zhuzhou", "POST", path+"/moves", `{"move":"out-decide","grounds":"核实无误"}`)
	w.becomes("zhou.yun@changsha", path, "closed")
	w.becomes("clerk@zhuzhou", path, "closed")
	for _, lang := range locale.Languages { // she reads why in her language alone
		var v struct{ Decision struct{ Grounds string } }
		if status, p := w.ask("zhou.yun@changsha", "GET", path+"?lang="+lang, "", &v); status != 200 || v.Decision.Grounds != locale.T(lang, "residence.why.booked", nil) {
			t.Errorf("in %s the decision reads %q: %d %+v", lang, v.Decision.Grounds, status, p)
		}
	}

	for _, at := range []string{"changsha", "zhuzhou"} {
		var r struct {
			City, Standing string
			Epoch          int
			Proof          any
		}
		if status, p := w.ask("registrar@"+at, "GET", "/registrations/"+zhouNumber, "", &r); status != 200 || r.City != "changsha" || r.Epoch != 2 || r.Proof == nil {
			t.Errorf("%s asserts %+v: %d %+v", at, r, status, p)
		}
	}
	var list struct {
		Households []struct {
			Head    string
			Members []struct{ Person, Relation, RelationName string }
		}
	}
	if status, _ := w.ask("registrar@zhuzhou", "GET", "/households?person="+chenNumber, "", &list); status != 200 || len(list.Households) != 1 || list.Households[0].Head != chenNumber || len(list.Households[0].Members) != 1 {
		t.Errorf("who stays: %+v", list)
	}
	mine.Household = nil
	if status, _ := w.ask("zhou.yun@changsha", "GET", "/households/mine", "", &mine); status != 200 || mine.Household == nil || mine.Household.Address != "长沙市示例区示例路1号" {
		t.Errorf("her new household: %+v", mine)
	}
	w.counts()
}

// counts holds the licences after a move: the new register counts in Xiangtan, the old one nowhere.
func (w *moveWorld) counts() {
	w.t.Helper()
	of := func(at trustlist.Party) licence.Record {
		list, err := w.all[at].Desk.List(w.t.Context(), store.LicenceFilter{Types: []string{residence.TypeRegister}, Holder: zhouNumber})
		if err != nil || len(list) != 1 {
			w.t.Fatalf("%s: %d registers: %v", at, len(list), err)
		}
		return list[0]
	}
	now, before := of("changsha"), of("zhuzhou")
	if now.State != licence.Valid || before.State != licence.Cancelled {
		w.t.Errorf("the new one is %s, the old one %s", now.State, before.State)
	}
	slip, err := w.all["changsha"].Desk.Slip(w.t.Context(), now.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	f, err := w.all["xiangtan"].Counter.Check(w.t.Context(), slip, counter.Question{Wanted: residence.TypeRegister, Purpose: "办理公积金贷款", Clerk: store.Clerk{Name: "陈刚", Office: "窗口", Role: "clerk"}})
	if err != nil || f.Verdict.Outcome != trustlist.Accepted {
		w.t.Errorf("in Xiangtan: %v %+v", err, f.Verdict)
	}
	if _, err := w.all["zhuzhou"].Desk.Slip(w.t.Context(), before.ID); err == nil {
		w.t.Error("the old one is still given in a slip")
	}
	for _, at := range []trustlist.Party{"changsha", "zhuzhou"} {
		report, err := w.all[at].App.Store().CheckIntegrity(w.t.Context(), evidence.AuditOptions{})
		if err != nil || !report.OK() {
			w.t.Errorf("%s: %v %+v", at, err, report)
		}
	}
}

// refusedMoves are bad inputs of transfers by API: {A} is Zhou's draft, {B} the application of Chen
// that lies in Zhuzhou; who, method, path, body, then what is said.
var refusedMoves = []struct{ name, who, method, path, body, want string }{
	{"submitted from this very city", "zhou.yun@changsha", "FORM", "{A}", `"from":"changsha"`, "409 residence-same-city"},
	{"out of a city that is none", "zhou.yun@changsha", "FORM", "{A}", `"from":"beijing"`, "422 not-one-of"},
	{"a kind outside of the five", "zhou.yun@changsha", "FORM", "{A}", `"kind":"home"`, "409 residence-old-way"},
	{"somebody else's household", "zhou.yun@changsha", "FORM", "{A}", `"people":[{"number":"` + chenNumber + `","name":"陈涛（示例）"}]`, "409 residence-not-yours"},
	{"a number with a false check character", "zhou.yun@changsha", "FORM", "{A}", `"people":[{"number":"430299198811150028","name":"周云（示例）"}]`, "422 not-a-citizen-number"},
	{"another birthday than the number has", "zhou.yun@changsha", "FORM", "{A}", `"people":[{"number":"` + zhouNumber + `","name":"周云（示例）","born":"1988-11-16"}]`, "409 family-born"},
	{"one twice", "zhou.yun@changsha", "FORM", "{A}", `"people":[{"number":"` + zhouNumber + `","name":"周云（示例）"},{"number":"` + zhouNumber + `","name":"周云（示例）"}]`, "409 residence-twice"},
	{"nobody", "zhou.yun@changsha", "FORM", "{A}", `"people":[]`, "422 too-few"},
	{"a household that is not here", "zhou.yun@changsha", "FORM", "{A}", `"host":{"household":"{H}"}`, "409 residence-host"},
	{"a citizen's number in place of a household's", "zhou.yun@changsha", "FORM", "{A}", `"host":{"household":"` + liNumber + `"}`, "409 residence-host"},
	{"asked who moves in, in the host's place", "zhou.yun@changsha", "FORM", "{A}", `"consent":true`, "422 "},
	{"who is in another application", "zhou.yun@changsha", "FORM", "{A}", `"people":[{"number":"` + zhouNumber + `","name":"周云（示例）"},{"number":"` + chenNumber + `","name":"陈涛（示例）"}]`, "409 residence-under-way"},
	{"submitted by another person", "li.ming@changsha", "POST", "/cases/{A}/moves", `{"move":"submit"}`, "404 unknown"},
	{"two applications at once", "chen.tao@changsha", "POST", "/cases", `{"item":"household-transfer"}`, "409 open-before"},
	{"a move-out applied for", "zhou.yun@zhuzhou", "POST", "/cases", `{"item":"household-move-out"}`, "409 not-online"},
	{"permitted twice", "clerk@changsha", "POST", "/cases/{B}/moves", `{"move":"in-promise","grounds":"x","input":{"papers":"employment"}}`, "409 wrong-state"},
	{"permitted by the applicant", "chen.tao@changsha", "POST", "/cases/{B}/moves", `{"move":"in-promise","grounds":"x"}`, "403 forbidden"},
	{"booked by a clerk", "clerk@changsha", "POST", "/cases/{B}/moves", `{"move":"in-booked"}`, ""},
	{"decided before anybody was spoken to", "clerk@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-decide","grounds":"x"}`, "409 wrong-state"},
	{"unreachable on the first day", "clerk@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-unreachable","grounds":"x"}`, "409 residence-no-try"},
	{"a reason that is none", "clerk@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-refuse","grounds":"x","input":{"code":"whim"}}`, "409 residence-why"},
	{"without grounds", "clerk@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-refuse","input":{"code":"other"}}`, "422 needs"},
	{"a way of contact that is none", "clerk@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-reached","input":{"channel":"pigeon"}}`, "409 residence-channel"},
	{"decided by a citizen", "zhou.yun@zhuzhou", "POST", "/cases/{B}/moves", `{"move":"out-decide","grounds":"x"}`, "403 forbidden"},
	{"somebody else withdraws", "li.ming@changsha", "POST", "/cases/{B}/moves", `{"move":"in-withdraw"}`, "403 forbidden"},
	{"a household of a clerk's", "clerk@zhuzhou", "POST", "/households", `{"kind":"family","address":"a","reason":"r","members":[]}`, "403 "},
	{"who is registered already", "registrar@zhuzhou", "POST", "/households", `{"kind":"family","address":"a","reason":"r","members":[{"person":"` + zhouNumber + `","name":"周云（示例）","sex":"2","born":"1988-11-15","relation":"02"}]}`, "409 family-member"},
	{"a household without a head", "registrar@zhuzhou", "POST", "/households", `{"kind":"family","address":"a","reason":"r","members":[{"person":"430299199001010011","name":"x","sex":"1","born":"1990-01-01","relation":"20"}]}`, "409 family-"},
	{"a head who is a child", "registrar@zhuzhou", "POST", "/households/{H}/head", `{"head":"` + kidNumber + `","reason":"r"}`, "409 family-head-minor"},
	{"a household of another person", "li.ming@changsha", "GET", "/households?person=" + zhouNumber, ``, "403 "},
	{"a registration of another person", "li.ming@changsha", "GET", "/registrations/" + zhouNumber, ``, "403 "},
}

// TestBadMovesAreRefused: whatever is asked wrongly is refused with a reason, changes nothing, and
// is in the log; what dishonest cities send has no effect.
func TestBadMovesAreRefused(t *testing.T) {
	w := newMoveWorld(t)
	w.citizen("changsha", "chen.tao", chenNumber, "陈涛（示例）")
	b := w.opened("chen.tao@changsha", chenNumber)
	w.becomes("clerk@zhuzhou", "/cases/"+b, "out-arrived")
	w.becomes("clerk@changsha", "/cases/"+b, "in-there")
	a, _ := w.applies(partForm)
	h, err := w.all["zhuzhou"].App.Store().FamilyOf(t.Context(), zhouNumber)
	if err != nil {
		t.Fatal(err)
	}
	with := strings.NewReplacer("{A}", a, "{B}", b, "{H}", h.ID)
	before := w.standing()
	for _, c := range refusedMoves {
		t.Run(c.name, func(t *testing.T) {
			at := trustlist.Party(c.who[strings.Index(c.who, "@")+1:])
			size := w.size(at)
			method, path, body := c.method, with.Replace(c.path), c.body
			status, p := 0, problem{}
			if method == "FORM" { // the draft with one answer changed, then submitted
				var f, change map[string]any
				if json.Unmarshal([]byte(w.hosted(partForm)), &f) != nil || json.Unmarshal([]byte("{"+with.Replace(body)+"}"), &change) != nil {
					t.Fatal(body)
				}
				for k, v := range change {
					f[k] = v
				}
				text, _ := json.Marshal(map[string]any{"form": f})
				if status, p = w.ask(c.who, "PUT", "/cases/"+path+"/form", string(text), nil); status < 300 {
					status, p = w.ask(c.who, "POST", "/cases/"+path+"/moves", `{"move":"submit"}`, nil)
				}
			} else {
				status, p = w.ask(c.who, method, path, body, nil)
			}
			code := p.Code
			if len(p.Errors) > 0 {
				code = p.Errors[0].Code
			}
			if got := fmt.Sprint(status, " ", code); !strings.HasPrefix(got, c.want) || status < 400 {
				t.Errorf("got %s, want %s: %+v", got, c.want, p)
			}
			if p.Detail == "" || p.Remedy == "" {
				t.Errorf("no words: %+v", p)
			}
			if method == "FORM" {
				w.done(c.who, "PUT", "/cases/"+path+"/form", `{"form":`+w.hosted(partForm)+`}`)
			}
			if got := w.standing(); got != before {
				t.Fatalf("something changed:\n%s\n%s", before, got)
			}
			if strings.Contains(path, "/moves") || method == "FORM" {
				if w.size(at) == size {
					t.Error("nothing is in the log")
				}
			}
		})
	}
	w.dishonest(b, before)
}

// opened brings an application to Zhuzhou whose materials were seen at the counter: it is put into
// the case as a licence that was shared would be.
func (w *moveWorld) opened(who, number string) string {
	w.t.Helper()
	v := w.done(who, "POST", "/cases", `{"item":"household-transfer"}`)
	path := "/cases/" + v.ID
	w.shows(who, path, residence.TypeRegister, "household-register", []string{"address", "head"}, w.held("zhuzhou", number, residence.TypeRegister))
	if _, err := w.all["zhuzhou"].Desk.Issue(w.t.Context(), licence.Draft{Type: "11100000XXGAB00010002", Authority: w.all["zhuzhou"].Desk.Offices[0], Holder: licence.Holder{Kind: licence.KindCitizen, Code: number, Name: "陈涛（示例）"},
		Attributes: map[string]any{"sex": "男", "ethnicity": "汉", "birth_date": "1987-02-03", "address": "株洲市示例区示例路2号"}}, "issuer"); err != nil {
		w.t.Fatal(err)
	}
	w.shows(who, path, "11100000XXGAB00010002", "identity", []string{"birth_date"}, w.held("zhuzhou", number, "11100000XXGAB00010002"))
	form := `{"kind":"work","from":"zhuzhou","people":[{"number":"` + number + `","name":"陈涛（示例）","relation":"97"}],"as":"host","host":{"household":"HOST"},"phone":"13900000000"}`
	w.done(who, "PUT", path+"/form", `{"form":`+w.hosted(form)+`}`)
	w.done(who, "POST", path+"/moves", `{"move":"submit"}`)
	w.becomes(who, path, "in-examining")
	w.hostAgrees()
	w.done("clerk@changsha", "POST", path+"/moves", `{"move":"in-promise","grounds":"符合","input":{"papers":"employment"}}`)
	return v.ID
}

// standing is who is where, in every city, and what has become of the cases.
func (w *moveWorld) standing() (out string) {
	w.t.Helper()
	for _, at := range []trustlist.Party{"changsha", "xiangtan", "zhuzhou"} {
		s := w.all[at].App.Store()
		for _, p := range []household.Person{zhouNumber, chenNumber, kidNumber, liNumber, huang} {
			r, err := w.all[at].Register.Where(w.t.Context(), p)
			h, _ := s.FamilyOf(w.t.Context(), p)
			out += fmt.Sprint(at, " ", p, " ", r.City, r.Epoch, r.Standing, err, h.ID, h.Version, "\n")
		}
		list, err := s.Cases(w.t.Context(), store.CaseFilter{})
		for _, c := range list {
			out += fmt.Sprint(at, " ", c.ID, " ", c.State, err, "\n")
		}
	}
	return out
}

func (w *moveWorld) size(at trustlist.Party) int64 {
	w.t.Helper()
	head, err := w.all[at].App.Store().Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return head.Size
}

// dishonest lets Xiangtan send, with its own good signature, what it has no right to.
func (w *moveWorld) dishonest(id, before string) {
	w.t.Helper()
	x := w.all["xiangtan"]
	other := "01990a3c-7f7e-7000-8000-0000000000ff"
	for i, c := range []struct {
		name string
		to   message.Node
		kind string
		body any
	}{
		{"a forged certificate", "changsha", household.KindCertificate, map[string]any{"transfer": id, "decision": map[string]any{}, "witness": map[string]any{}}},
		{"a promise of a wrong epoch", "zhuzhou", household.KindPromise, map[string]any{"transfer": other, "persons": []any{map[string]any{"person": zhouNumber, "epoch": 9}}, "until": time.Now().Add(time.Hour).Unix()}},
		{"a promise of nobody", "zhuzhou", household.KindPromise, map[string]any{"transfer": other, "persons": []any{}, "until": time.Now().Add(time.Hour).Unix()}},
		{"booked, by a city that has nothing to do with it", "zhuzhou", household.KindBooked, map[string]any{"transfer": id}},
		{"withdrawn, by a city that has nothing to do with it", "zhuzhou", household.KindWithdraw, map[string]any{"transfer": id}},
		{"refused, by a city that has nothing to do with it", "changsha", household.KindRefused, map[string]any{"transfer": id, "reason": "clerk"}},
		{"news of a case that is not its own", "changsha", residence.KindNews, map[string]any{"case": id, "what": "left"}},
		{"papers of a case that is not its own", "zhuzhou", residence.KindMove, map[string]any{"case": id, "kind": "work", "address": "a", "applicant": map[string]any{"city": "xiangtan", "name": "x"}, "phone": "1", "people": []any{}}},
		{"an answer that nobody asked it for", "changsha", residence.KindAnswer, map[string]any{"case": id, "number": 1, "faults": []any{map[string]any{"code": "x"}}}},
		{"a body that holds more", "changsha", residence.KindNews, map[string]any{"case": id, "what": "left", "x": 1}},
		{"a number that is none", "changsha", residence.KindNews, map[string]any{"case": "../../x", "what": "left"}},
	} {
		size := w.size(trustlist.Party(c.to))
		err := x.App.Store().Do(w.t.Context(), func(d *store.Deed) error {
			_, err := d.Send(x.Node.Voice(), message.Draft{To: c.to, Kind: c.kind, Case: fmt.Sprint("dishonest/", i), Body: c.body})
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		x.Node.Wake()
		eventually(w.t, c.name+" arrives", func() bool { return w.size(trustlist.Party(c.to)) > size })
	}
	time.Sleep(500 * time.Millisecond) // the last has its effect, if it has one
	if got := w.standing(); got != before {
		w.t.Errorf("something changed:\n%s\n%s", before, got)
	}
}
