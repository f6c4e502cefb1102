package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/locale"
)

// CaseOffice is an office that has cases.
type CaseOffice struct {
	Code string `json:"code" doc:"Its code." example:"11430300XX00000010"`
	Name string `json:"name" doc:"Its name." example:"湘潭市公安局"`
}

// CaseMaterial is something that a case asks for.
type CaseMaterial struct {
	ID       string   `json:"id" doc:"The material." example:"host-register"`
	Name     Text     `json:"name" doc:"Its name."`
	Types    []string `json:"types" nullable:"false" doc:"The types of e-licences that stand for it; none: it is brought to the counter." example:"[\"11100000XXGAB00010001\"]"`
	Required bool     `json:"required" doc:"True where the case cannot be submitted without it." example:"true"`
	There    bool     `json:"there" doc:"True where a licence was shared for it." example:"false"`
}

// CaseRow is a case in a list. Left, late and risk are of whoever is to act.
type CaseRow struct {
	ID        string    `json:"id" doc:"The case." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Version   string    `json:"version" doc:"Of the case; another after every act." example:"3"`
	Item      string    `json:"item" doc:"The item." example:"household-transfer"`
	ItemName  string    `json:"itemName" doc:"Its name, in the language asked for." example:"Transfer of household registration"`
	City      string    `json:"city" doc:"The city that handles it." example:"changsha"`
	Course    string    `json:"course" doc:"Its state machine, at /api/v1/courses/<name>." example:"standard"`
	State     string    `json:"state" doc:"Where it stands in its course." example:"accepted"`
	StateName string    `json:"stateName" doc:"That in words." example:"accepted"`
	Phase     string    `json:"phase" enum:"draft,applied,handling,decided,ended" doc:"The phase by GB/T 39046." example:"handling"`
	Applicant string    `json:"applicant" doc:"The name of who applied." example:"李明"`
	By        string    `json:"by" enum:",applicant,clerk,supervisor,clock,message" doc:"Who is to act; empty: nobody has to." example:"clerk"`
	ByName    string    `json:"byName" doc:"That in words." example:"the clerk"`
	Holder    string    `json:"holder" doc:"The name of the person who has it; empty where nobody took it yet." example:"陈刚"`
	Office    string    `json:"office" doc:"The code of the office that is responsible." example:"11430100XX00000010"`
	OfficeOf  string    `json:"officeName" doc:"Its name; its code where it has none." example:"长沙市公安局"`
	Since     time.Time `json:"since" doc:"Since when." example:"2026-11-26T08:30:00Z"`
	Due       area.Date `json:"due,omitzero" format:"date" doc:"The last day of whoever is to act; left out where none is set." example:"2026-12-24"`
	Left      *int      `json:"left,omitempty" doc:"Working days to the last day: 0 on it, less than 0 after it; while the clock is paused those that are left then." example:"12"`
	Late      bool      `json:"late" doc:"True past the last day." example:"false"`
	Risk      bool      `json:"risk" doc:"True where at most two working days are left." example:"false"`
	Paused    area.Date `json:"paused,omitzero" format:"date" doc:"Since when the clock is paused; left out while it runs." example:"2026-12-01"`
	Assumed   bool      `json:"assumed" doc:"True where a day on the way is of a year whose holidays are not published yet." example:"false"`
	Ended     bool      `json:"ended" doc:"True where no move leads on." example:"false"`
	Outcome   string    `json:"outcome,omitempty" enum:"granted,refused,declined" doc:"How it was decided; left out before." example:"granted"`
	Opened    time.Time `json:"opened" doc:"When it was opened." example:"2026-11-26T08:00:00Z"`
	Changed   time.Time `json:"changed" doc:"When something was last done to it." example:"2026-11-26T08:30:00Z"`
	Bundle    string    `json:"bundle,omitempty" doc:"The bundle that it is a step of." example:"01990a3c-7f7e-7000-8000-000000000001"`
	Step      int       `json:"step,omitempty" doc:"Its place there, from 1." example:"1"`
}

// CaseView is a case with everything that belongs to it.
type CaseView struct {
	CaseRow
	Form      any               `json:"form" doc:"The answers, an object." example:"{\"kind\":\"work\"}"`
	Editable  bool              `json:"editable" doc:"True while its applicant may change answers and share licences." example:"true"`
	Shares    []CaseShare       `json:"shares" nullable:"false" doc:"The licences that were shared."`
	Materials []CaseMaterial    `json:"materials" nullable:"false" doc:"What these answers ask for."`
	Clock     CaseClock         `json:"clock" doc:"Its limit."`
	Links     []CaseLink        `json:"links" nullable:"false" doc:"What it hangs together with."`
	Decision  *CaseDecision     `json:"decision,omitempty" doc:"How it was decided; left out before."`
	Appeal    *CaseAppeal       `json:"appeal,omitempty" doc:"Its review, where one was asked for."`
	Rating    *CaseRating       `json:"rating,omitempty" doc:"What its applicant says of it."`
	Events    []CaseEvent       `json:"events" nullable:"false" doc:"Everything that was done, the first first."`
	Person    CasePerson        `json:"person" doc:"Who applied."`
	Facts     map[string]string `json:"facts" nullable:"false" doc:"What the affair keeps for itself." example:"{}"`
}

// CasePerson is who applied.
type CasePerson struct {
	Name string `json:"name" doc:"The name." example:"李明"`
	Kind string `json:"kind" doc:"The kind of the number, GB/T 36903 annex A." example:"111"`
	Code string `json:"code" doc:"The number." example:"430199199003070011"`
}

// CaseShare is a licence that was shared.
type CaseShare struct {
	Material   string         `json:"material,omitempty" doc:"The material that it stands for." example:"host-register"`
	Type       Named          `json:"type" doc:"Its type."`
	City       string         `json:"city" doc:"The city that issued it." example:"changsha"`
	Identifier string         `json:"identifier" doc:"The licence, GB/T 36904." example:"1.2.156.3005.2.11100000XXGAB00010003.11430300XX00000010.A.001.K"`
	Digest     string         `json:"digest" doc:"The SHA-256 of what was shared, in hexadecimal." example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`
	Attributes map[string]any `json:"attributes" nullable:"false" doc:"What its holder agreed to show." example:"{\"address\":\"雨花区1号\"}"`
	Check      string         `json:"check,omitempty" doc:"The check of the counter, where a wallet showed it." example:"01990a3c-7f7e-7000-8000-000000000000"`
	At         time.Time      `json:"at" doc:"When its holder agreed." example:"2026-11-26T08:10:00Z"`
}

// CaseClock is the limit of a case.
type CaseClock struct {
	Limit     int       `json:"limit" doc:"Days promised; 0: none." example:"20"`
	Natural   bool      `json:"natural" doc:"True where all days count, not working days alone." example:"false"`
	Statutory int       `json:"statutory" doc:"Working days that a law sets; 0: none." example:"20"`
	Received  area.Date `json:"received,omitzero" format:"date" doc:"The day of receipt." example:"2026-11-26"`
	Started   area.Date `json:"started,omitzero" format:"date" doc:"The day of acceptance; the first day that counts is the next." example:"2026-11-27"`
	Due       area.Date `json:"due,omitzero" format:"date" doc:"The last day in time; left out while it does not run." example:"2026-12-25"`
	Paused    area.Date `json:"paused,omitzero" format:"date" doc:"Since when it is paused." example:"2026-12-01"`
	Left      int       `json:"left" doc:"Days of the limit that were left when it was paused." example:"12"`
	Stopped   area.Date `json:"stopped,omitzero" format:"date" doc:"The day on which it stopped." example:"2026-12-10"`
	Extended  int       `json:"extended" doc:"Working days given on top." example:"0"`
	Used      *int      `json:"used,omitempty" doc:"Days of the limit that were used until it stopped, without those in which it was paused; left out while it runs." example:"9"`
	Assumed   bool      `json:"assumed" doc:"True where a day on the way is of a year whose holidays are not published yet." example:"false"`
}

// CaseLink is what a case hangs together with.
type CaseLink struct {
	Kind string `json:"kind" doc:"What it is: transfer, licence, payment, case." example:"transfer"`
	City string `json:"city" doc:"Where." example:"zhuzhou"`
	ID   string `json:"id" doc:"Which." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

// CaseDecision is how a case was decided.
type CaseDecision struct {
	Outcome Named     `json:"outcome" doc:"How."`
	Grounds string    `json:"grounds" doc:"Why, in fact and in law." example:"符合准予迁入条件"`
	By      string    `json:"by" doc:"Who." example:"陈刚"`
	At      time.Time `json:"at" doc:"When." example:"2026-12-10T02:00:00Z"`
	Changed bool      `json:"changed" doc:"True where a review changed it." example:"false"`
}

// CaseAppeal is a review of a decision.
type CaseAppeal struct {
	Grounds string    `json:"grounds" doc:"What its applicant says." example:"已补交合同"`
	At      time.Time `json:"at" doc:"When." example:"2026-12-12T02:00:00Z"`
	Against Named     `json:"against" doc:"The decision that it was against."`
	Result  *Named    `json:"result,omitempty" doc:"What came of it; left out while it is open."`
	Reason  string    `json:"reason,omitempty" doc:"Why." example:"原决定事实清楚"`
	By      string    `json:"by,omitempty" doc:"Who reviewed it." example:"何敏"`
	Decided time.Time `json:"decided,omitzero" doc:"When." example:"2026-12-20T02:00:00Z"`
}

// CaseRating is what an applicant says of his case.
type CaseRating struct {
	Stars int       `json:"stars" doc:"From 1 to 5." example:"5"`
	Text  string    `json:"text,omitempty" doc:"In words." example:"很快"`
	At    time.Time `json:"at" doc:"When." example:"2026-12-11T02:00:00Z"`
}

// CaseEvent is something that was done.
type CaseEvent struct {
	Number   int       `json:"number" doc:"From 1." example:"3"`
	Move     string    `json:"move" doc:"What: a move of the course, or open, save, share, rate, late, remind." example:"accept"`
	MoveName string    `json:"moveName" doc:"That in words." example:"Accept"`
	From     string    `json:"from,omitempty" doc:"The state before." example:"submitted"`
	To       string    `json:"to" doc:"The state afterwards." example:"accepted"`
	ToName   string    `json:"toName" doc:"That in words." example:"accepted"`
	By       string    `json:"by" doc:"Who, as what." example:"clerk"`
	ByName   string    `json:"byName" doc:"That in words." example:"the clerk"`
	Name     string    `json:"name,omitempty" doc:"The name of the person; left out where the clock did it." example:"陈刚"`
	At       time.Time `json:"at" doc:"When." example:"2026-11-26T08:30:00Z"`
	Reason   string    `json:"reason,omitempty" doc:"Why." example:"缺少劳动合同"`
	Grounds  string    `json:"grounds,omitempty" doc:"The grounds of a decision." example:"符合准予迁入条件"`
	Office   string    `json:"office" doc:"The office that had it afterwards." example:"11430100XX00000010"`
	Due      area.Date `json:"due,omitzero" format:"date" doc:"Until when whoever had it then was to act." example:"2026-12-24"`
}

// OpenedCase is what was opened.
type OpenedCase struct {
	Case   *CaseView       `json:"case,omitempty" doc:"The case."`
	Bundle *CaseBundleView `json:"bundle,omitempty" doc:"Or several."`
}

// MyCases are one's own cases.
type MyCases struct {
	Cases   []CaseRow        `json:"cases" nullable:"false" doc:"Those at this city, the newest first."`
	Bundles []CaseBundleView `json:"bundles" nullable:"false" doc:"Those for several items at once, with their steps in every city."`
}

// CaseBundle is an application for several items at once, as the desk knows it.
type CaseBundle struct {
	ID, Bundle string
	Name       Text
	Steps      []CaseStep
	At         time.Time
}

// CaseStep is a step of one.
type CaseStep struct {
	ID, Item, City, State, Case, Reason string
	After                               []string
}

// CaseBundleView is an application for several items at once.
type CaseBundleView struct {
	ID     string         `json:"id" doc:"The application." example:"01990a3c-7f7e-7000-8000-000000000001"`
	Bundle string         `json:"bundle" doc:"Of which bundle." example:"work-move"`
	Name   string         `json:"name" doc:"Its name, in the language asked for." example:"A move for work"`
	At     time.Time      `json:"at" doc:"When." example:"2026-11-26T08:00:00Z"`
	Steps  []CaseStepView `json:"steps" nullable:"false" doc:"Its steps in order."`
}

// CaseStepView is a step.
type CaseStepView struct {
	ID        string   `json:"id" doc:"The step." example:"household"`
	Item      string   `json:"item" doc:"Its item." example:"household-transfer"`
	ItemName  string   `json:"itemName" doc:"The name of the item." example:"Transfer of household registration"`
	City      string   `json:"city" doc:"The city that handles it." example:"changsha"`
	After     []string `json:"after" nullable:"false" doc:"Steps that have to be granted before." example:"[]"`
	State     string   `json:"state" enum:"waiting,asked,open,granted,over" doc:"How far it is." example:"open"`
	StateName string   `json:"stateName" doc:"That in words." example:"open"`
	Case      string   `json:"case,omitempty" doc:"Its case, at that city." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Reason    string   `json:"reason,omitempty" doc:"Why the city did not open it, in words." example:"There is no such item here."`
}

// CaseFigures is how the cases of a city stand.
type CaseFigures struct {
	City  string       `json:"city" doc:"The city." example:"changsha"`
	At    time.Time    `json:"at,omitzero" doc:"When it said so; this moment for the city itself; left out where it never did, which the office shows." example:"2026-11-26T00:10:00Z"`
	Here  bool         `json:"here" doc:"True for the city that answers." example:"true"`
	Lines []FigureLine `json:"lines" nullable:"false" doc:"By item and office."`
}

// FigureLine is how the cases of an item stand at an office.
type FigureLine struct {
	Item     string `json:"item" doc:"The item." example:"household-transfer"`
	ItemName string `json:"itemName" doc:"Its name, in the language asked for." example:"Transfer of household registration"`
	Office   string `json:"office" doc:"The office." example:"11430100XX00000010"`
	Drafts   int    `json:"drafts" doc:"Not yet applied for." example:"4"`
	Open     int    `json:"open" doc:"Applied for and not decided." example:"12"`
	Late     int    `json:"late" doc:"With the office, past the last day." example:"1"`
	Risk     int    `json:"risk" doc:"With the office, at most two working days left." example:"2"`
	Decided  int    `json:"decided" doc:"Decided, and still open to review." example:"30"`
	Ended    int    `json:"ended" doc:"Ended." example:"100"`
	Rated    int    `json:"rated" doc:"How many were rated." example:"60"`
	Stars    int    `json:"stars" doc:"The sum of the ratings." example:"281"`
}

// Supervision is what is late and at risk.
type Supervision struct {
	At     time.Time     `json:"at" doc:"The moment of the answer." example:"2026-11-26T08:30:00Z"`
	Cities []CaseFigures `json:"cities" nullable:"false" doc:"This city first, then the others as they last said."`
}

// Queue are cases in a queue.
type Queue struct {
	Cases   []CaseRow    `json:"cases" nullable:"false" doc:"The most urgent first."`
	Next    string       `json:"next,omitempty" doc:"The after of the next page; left out where there is none." example:"2026-11-30/01990a3c-7f7e-7000-8000-000000000000"`
	Offices []CaseOffice `json:"offices" nullable:"false" doc:"The offices that a case can be handed over to."`
	At      time.Time    `json:"at" doc:"The moment of the answer." example:"2026-11-26T08:30:00Z"`
}

// CaseCourse is the state machine of an affair.
type CaseCourse struct {
	Name   string        `json:"name" doc:"The course; its words are casework.course.<name>." example:"standard"`
	Start  string        `json:"start" doc:"The state in which a case begins." example:"draft"`
	States []CourseState `json:"states" nullable:"false" doc:"Its states."`
	Moves  []CourseMove  `json:"moves" nullable:"false" doc:"The ways between them."`
}

// CourseState is a state.
type CourseState struct {
	Name  string      `json:"name" doc:"Its words are casework.state.<name>." example:"submitted"`
	Phase string      `json:"phase" doc:"The phase by GB/T 39046." example:"applied"`
	With  string      `json:"with,omitempty" doc:"Who is to act." example:"clerk"`
	Term  *CourseTerm `json:"term,omitempty" doc:"Until when; left out where no end is set."`
	End   bool        `json:"end" doc:"True where no move leads on." example:"false"`
}

// CourseTerm is until when a state may last.
type CourseTerm struct {
	Count int    `json:"count,omitempty" doc:"How many." example:"5"`
	Unit  string `json:"unit" enum:"working-days,days,limit,input" doc:"Of what; limit: until the clock of the case is due; input: until the day that the act names." example:"working-days"`
	Cite  string `json:"cite,omitempty" doc:"The rule it comes from; assumed: none." example:"Administrative Licensing Law art. 32"`
}

// CourseMove is a way from states to a state.
type CourseMove struct {
	Name    string   `json:"name" doc:"Its words are casework.move.<name>." example:"accept"`
	From    []string `json:"from" nullable:"false" doc:"The states it leads from." example:"[\"submitted\"]"`
	To      string   `json:"to,omitempty" doc:"Where it leads; left out: the case stays where it is." example:"accepted"`
	By      string   `json:"by" doc:"Who makes it." example:"clerk"`
	Guards  []string `json:"guards" nullable:"false" doc:"What has to hold." example:"[\"in-time\"]"`
	Actions []string `json:"actions" nullable:"false" doc:"What comes of it." example:"[\"receive\"]"`
	Clock   string   `json:"clock,omitempty" doc:"What it does to the clock." example:"start"`
	Needs   []string `json:"needs" nullable:"false" doc:"What it takes." example:"[\"reason\"]"`
	Cite    string   `json:"cite,omitempty" doc:"The rule it follows." example:"Administrative Licensing Law art. 32"`
}

// riskDays is app/cases.RiskDays.
const riskDays = 2

func textIn(ctx context.Context, t Text) string {
	return area.Text(t).In(language(ctx))
}

func (s *server) caseRows(ctx context.Context, c Cases, list []casework.Case) []CaseRow {
	out := []CaseRow{}
	offices := officeNames(ctx, c)
	for i := range list {
		out = append(out, s.caseRow(ctx, c, &list[i], offices))
	}
	return out
}

func officeNames(ctx context.Context, c Cases) map[string]string {
	names := map[string]string{}
	list, err := c.Offices(ctx)
	if err != nil {
		return names // a name is no reason not to answer: the code stands for it
	}
	for _, o := range list {
		names[o.Code] = o.Name
	}
	return names
}

func (s *server) caseRow(ctx context.Context, c Cases, k *casework.Case, offices map[string]string) CaseRow {
	lang, cal := language(ctx), c.Calendar()
	today := cal.Day(s.now())
	r := CaseRow{ID: k.ID, Version: k.Version, Item: k.Item, ItemName: textIn(ctx, c.ItemName(ctx, k.Item)), City: k.City, Course: k.Course,
		State: string(k.State), StateName: wordOr(lang, "casework.state."+string(k.State), string(k.State)), Applicant: k.Applicant.Name,
		By: string(k.Holder.By), Holder: k.Holder.Person, Office: k.Office, OfficeOf: k.Office, Since: k.Holder.Since, Due: k.Holder.Until,
		Paused: k.Clock.Paused, Opened: k.Opened, Changed: k.Changed, Bundle: k.Bundle, Step: k.Step, Assumed: k.Clock.Assumed}
	if r.By != "" {
		r.ByName = wordOr(lang, "casework.by."+r.By, r.By)
	}
	if name := offices[k.Office]; name != "" {
		r.OfficeOf = name
	}
	if course, err := c.CourseOf(k); err == nil {
		info, _ := course.State(k.State)
		r.Phase, r.Ended = info.Phase, info.End
	}
	switch days, late := k.Late(today, cal); {
	case k.Clock.Paused != 0:
		left := k.Clock.Left
		r.Left = &left
	case k.Holder.Until == 0 || k.Holder.By == "":
	case late:
		left := -days
		r.Left, r.Late = &left, true
	default:
		left := cal.Left(today, k.Holder.Until)
		r.Left, r.Risk = &left, left <= riskDays
	}
	if k.Decision != nil {
		r.Outcome = string(k.Decision.Outcome)
	}
	return r
}

func (s *server) caseView(ctx context.Context, c Cases, k *casework.Case) (CaseView, error) {
	lang := language(ctx)
	v := CaseView{CaseRow: s.caseRow(ctx, c, k, officeNames(ctx, c)), Form: json.RawMessage(k.Form), Shares: []CaseShare{}, Links: []CaseLink{}, Events: []CaseEvent{}, Facts: map[string]string{},
		Editable: k.Holder.By == casework.Applicant, Person: CasePerson{k.Applicant.Name, k.Applicant.Kind, k.Applicant.Code}, Clock: CaseClock(k.Clock)}
	materials, err := c.Materials(ctx, k)
	if err != nil {
		return v, err
	}
	v.Materials = append([]CaseMaterial{}, materials...)
	for _, x := range k.Shared {
		v.Shares = append(v.Shares, CaseShare{x.Material, typeName(ctx, s.types, x.Type), x.City, x.Identifier, x.Digest, x.Attributes, x.Check, x.At})
	}
	for _, l := range k.Links {
		v.Links = append(v.Links, CaseLink(l))
	}
	for name, text := range k.Facts {
		v.Facts[name] = text
	}
	outcome := func(o casework.Outcome) Named {
		return Named{string(o), wordOr(lang, "casework.outcome."+string(o), string(o))}
	}
	if d := k.Decision; d != nil {
		v.Decision = &CaseDecision{outcome(d.Outcome), groundsIn(lang, d), d.By.Name, d.At, d.Changed}
	}
	if a := k.Appeal; a != nil {
		v.Appeal = &CaseAppeal{Grounds: a.Grounds, At: a.At, Against: outcome(a.Against.Outcome), Reason: a.Reason, Decided: a.Decided}
		if a.Result != "" {
			v.Appeal.Result = &Named{a.Result, wordOr(lang, "casework.appeal."+a.Result, a.Result)}
		}
		if a.By != nil {
			v.Appeal.By = a.By.Name
		}
	}
	if r := k.Rating; r != nil {
		v.Rating = &CaseRating{r.Stars, r.Text, r.At}
	}
	for _, e := range k.Events {
		v.Events = append(v.Events, CaseEvent{Number: e.Number, Move: e.Move, MoveName: wordOr(lang, "casework.move."+e.Move, e.Move), From: string(e.From), To: string(e.To),
			ToName: wordOr(lang, "casework.state."+string(e.To), string(e.To)), By: string(e.By.By), ByName: wordOr(lang, "casework.by."+string(e.By.By), string(e.By.By)),
			Name: e.By.Name, At: e.At, Reason: e.Reason, Grounds: e.Grounds, Office: e.Holder.Office, Due: e.Holder.Until})
	}
	return v, nil
}

func (s *server) bundleView(ctx context.Context, c Cases, b CaseBundle) CaseBundleView {
	lang := language(ctx)
	v := CaseBundleView{ID: b.ID, Bundle: b.Bundle, Name: textIn(ctx, b.Name), At: b.At, Steps: []CaseStepView{}}
	for _, x := range b.Steps {
		w := CaseStepView{ID: x.ID, Item: x.Item, ItemName: textIn(ctx, c.ItemName(ctx, x.Item)), City: x.City, After: append([]string{}, x.After...),
			State: x.State, StateName: wordOr(lang, "casework.step."+x.State, x.State), Case: x.Case}
		if x.Reason != "" {
			w.Reason = locale.T(lang, "casework.refusal."+x.Reason, map[string]string{"item": w.ItemName, "city": x.City})
		}
		v.Steps = append(v.Steps, w)
	}
	return v
}

func courseView(c *casework.Course) CaseCourse {
	v := CaseCourse{Name: c.Name, Start: string(c.Start), States: []CourseState{}, Moves: []CourseMove{}}
	for _, s := range c.States {
		x := CourseState{Name: string(s.Name), Phase: s.Phase, With: string(s.With), End: s.End}
		if s.Term.Unit != "" {
			x.Term = &CourseTerm{s.Term.Count, string(s.Term.Unit), s.Term.Cite}
		}
		v.States = append(v.States, x)
	}
	for _, m := range c.Moves {
		x := CourseMove{Name: m.Name, To: string(m.To), By: string(m.By), Guards: append([]string{}, m.Guards...), Actions: append([]string{}, m.Actions...),
			Clock: string(m.Clock), Needs: append([]string{}, m.Needs...), Cite: m.Cite}
		for _, f := range m.From {
			x.From = append(x.From, string(f))
		}
		v.Moves = append(v.Moves, x)
	}
	return v
}
