package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/livelihood/catalogue"
	"conurb/locale"
)

// Services is the catalogue of service items at a node. Refusals are *ServiceRefusal and
// ErrUnknown.
type Services interface {
	// City is the one whose items are edited here; empty at the office.
	City() string
	// Items are the editions in force, by item, then city in the order of the region.
	Items(ctx context.Context) ([]ServiceEdition, error)
	// Find answers a question in plain words.
	Find(ctx context.Context, question string) ([]catalogue.Hit, error)
	Bundles() []*catalogue.Bundle
	Form(id string) *catalogue.Form
	// Check tells what is wrong with an item as somebody edits it, and in what it differs from
	// the one in force.
	Check(ctx context.Context, id, city string, item []byte) (ServiceDraft, error)
	// Publish puts an item in force; after is the number of the edition that was edited.
	Publish(ctx context.Context, id, city string, item []byte, after int, reason, by string) (ServiceEdition, error)
	// Versions are the editions of an item of this city, the newest first.
	Versions(ctx context.Context, id, city string) ([]ServiceEdition, error)
	// Revert puts a former edition in force again.
	Revert(ctx context.Context, id, city string, to, after int, reason, by string) (ServiceEdition, error)
	// Export writes the whole catalogue.
	Export(ctx context.Context, w io.Writer, format string) error
}

// ServiceEdition is an item as it is or was in force.
type ServiceEdition struct {
	Number  int
	Origin  string
	At      time.Time
	By      string
	Reason  string
	InForce bool
	Item    *catalogue.Item
}

// ServiceDraft is an item as somebody edits it.
type ServiceDraft struct {
	Faults      []catalogue.Fault
	Differences []catalogue.Difference // between "now" and "draft"
}

// ServiceRefusal is why something was not done with the catalogue; its words are
// "catalogue.refused.<Code>".
type ServiceRefusal struct {
	Code   string
	Args   map[string]string
	Faults []catalogue.Fault
}

func (e *ServiceRefusal) Error() string { return "catalogue: " + e.Code }

func (s *server) serviceRoutes(v1 string) {
	get := func(path, id, summary string) operation {
		return operation{method: http.MethodGet, path: v1 + path, id: id, tag: "services", summary: summary}
	}
	asks := operation{method: http.MethodPost, path: v1 + "/services/{id}/{city}/answers", id: "askService", tag: "services", open: true,
		summary: "Hold answers to an item's form, and say which materials and fees they ask for; nothing is kept"}
	plans := operation{method: http.MethodPost, path: v1 + "/bundles/{id}/plan", id: "planBundle", tag: "services", open: true,
		summary: "Which items of which city shared answers lead to, in order; nothing is kept"}
	register(s, get("/services", "listServices", "Find service items in plain words; without a question all"), s.listServices)
	register(s, get("/services/{id}", "compareService", "An item of all cities side by side, and in what they differ"), s.compareService)
	register(s, get("/services/{id}/{city}", "getService", "An item as a city offers it"), s.getService)
	register(s, asks, s.askService)
	register(s, get("/bundles", "listBundles", "Several items for one turn in a life"), s.listBundles)
	register(s, get("/bundles/{id}", "getBundle", "One bundle with its items"), s.getBundle)
	register(s, plans, s.planBundle)
	register(s, get("/forms/{id}", "getForm", "A form: the schema of its answers and how they are asked for"), s.getForm)
	s.serviceEditRoutes(v1)
}

func (s *server) servicesHere() (Services, error) {
	if s.services == nil {
		return nil, refuse("no-services")
	}
	return s.services, nil
}

// as makes a value of another type with the same JSON: what the door shows of the catalogue.
func as[T any](v any) (out T) {
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		panic(err) // both types are ours; a test goes through all of them
	}
	return out
}

// serviceProblem puts refusals of this room into words.
func serviceProblem(ctx context.Context, id string, err error) error {
	var no *ServiceRefusal
	if !errors.As(err, &no) {
		return about(err, "service", id)
	}
	r := inWords(ctx, "service-refused", "catalogue.refused.", no.Code, no.Args, err)
	if len(no.Faults) > 0 {
		r.faults = nil
	}
	for _, v := range faultViews(language(ctx), no.Faults) {
		r.faults = append(r.faults, Fault{Location: "body.item" + v.At, Code: v.Code, Detail: v.Detail, Remedy: v.Remedy})
	}
	return r
}

// FaultWords are what is wrong and what to do about it, in a language.
func FaultWords(lang string, f catalogue.Fault) (detail, remedy string) {
	args := maps.Clone(f.Args)
	if name := args["field"]; name != "" {
		parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r >= '0' && r <= '9' })
		key := "catalogue.field." + strings.Join(parts, "-")
		if !locale.Has(lang, key) && len(parts) > 0 { // a field of many things is called the same in all
			key = "catalogue.field." + parts[len(parts)-1]
		}
		args["field"] = locale.T(lang, key, nil)
	}
	key := "catalogue.fault." + f.Code
	return locale.T(lang, key, args), locale.T(lang, key+".remedy", args)
}

func faultView(lang string, f catalogue.Fault) ServiceFault {
	v := ServiceFault{At: f.At, Code: f.Code, Rule: f.Rule, Ref: f.Ref, Mild: f.Mild}
	v.Detail, v.Remedy = FaultWords(lang, f)
	return v
}

func faultViews(lang string, list []catalogue.Fault) []ServiceFault {
	out := []ServiceFault{}
	for _, f := range list {
		out = append(out, faultView(lang, f))
	}
	return out
}

// ServicesInput is the parameter of listServices.
type ServicesInput struct {
	Language
	Q       string `query:"q" maxLength:"200" doc:"What one wants, in plain words of either language; all items when left out." example:"孩子上户口"`
	City    string `query:"city" maxLength:"60" doc:"Only items of this city." example:"changsha"`
	Mode    string `query:"mode" enum:"online,deputy,joint" doc:"Only items that can be done so from another city." example:"online"`
	Subject string `query:"subject" maxLength:"60" doc:"Only items about this." example:"household"`
}

// ServiceList is what was found.
type ServiceList struct {
	Services []ServiceSummary    `json:"services" nullable:"false" doc:"Items, the best answer first; by subject without a question."`
	Bundles  []ServiceBundleView `json:"bundles" nullable:"false" doc:"Bundles that answer the question; all of them without one."`
	City     string              `json:"city,omitempty" doc:"The city whose items are edited at this node." example:"changsha"`
}

func (s *server) listServices(ctx context.Context, in *ServicesInput) (*answer[ServiceList], error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	all, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	score := map[string]float64{}
	if strings.TrimSpace(in.Q) != "" {
		hits, err := c.Find(ctx, in.Q)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			score[h.ID] = h.Score
		}
	}
	out := ServiceList{Services: []ServiceSummary{}, Bundles: []ServiceBundleView{}, City: c.City()}
	for _, list := range byItem(all) {
		if sum, ok := summary(list, in); ok && (in.Q == "" || score[sum.ID] > 0) {
			sum.Score = score[sum.ID]
			out.Services = append(out.Services, sum)
		}
	}
	slices.SortStableFunc(out.Services, func(a, b ServiceSummary) int { return cmp.Compare(b.Score, a.Score) })
	if in.City == "" && in.Mode == "" && in.Subject == "" {
		for _, b := range c.Bundles() {
			if in.Q == "" || score[b.ID] > 0 {
				v := bundleView(b, all)
				v.Score = score[b.ID]
				out.Bundles = append(out.Bundles, v)
			}
		}
	}
	return &answer[ServiceList]{out}, nil
}

// byItem puts the editions of an item together.
func byItem(all []ServiceEdition) (out [][]ServiceEdition) {
	for i, e := range all {
		if i == 0 || all[i-1].Item.ID != e.Item.ID {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], e)
	}
	return out
}

// summary is an item in a list; false where no city offers it as asked.
func summary(list []ServiceEdition, in *ServicesInput) (ServiceSummary, bool) {
	first := list[0].Item
	sum := ServiceSummary{ID: first.ID, Name: text(first.Name), Plain: text(first.Plain), Subject: first.Subject, Served: first.Served, Cities: []ServiceSummaryOfACity{}}
	for _, d := range differencesOf(list) {
		if d.Field != "places" {
			sum.Differs++
		}
	}
	for _, e := range list {
		i := e.Item
		if in.City != "" && i.City != in.City || in.Mode != "" && !slices.Contains(i.Modes, catalogue.Mode(in.Mode)) || in.Subject != "" && !slices.Contains(i.Subject, in.Subject) {
			continue
		}
		sum.Cities = append(sum.Cities, ServiceSummaryOfACity{City: i.City, Promised: as[ServiceDays](i.Limits.Promised), Modes: as[[]string](i.Modes), Visits: i.Online.Visits,
			Charged: len(i.Fees) > 0, Version: strconv.Itoa(e.Number), At: e.At})
	}
	return sum, len(sum.Cities) > 0
}

func differencesOf(list []ServiceEdition) []catalogue.Difference {
	items := make([]*catalogue.Item, len(list))
	for i, e := range list {
		items[i] = e.Item
	}
	return catalogue.Diff(items)
}

// ServiceInput names an item.
type ServiceInput struct {
	Language
	ID string `path:"id" maxLength:"60" doc:"The item." example:"household-transfer"`
}

// ServiceOfInput names an item of a city.
type ServiceOfInput struct {
	ServiceInput
	City string `path:"city" maxLength:"60" doc:"The city." example:"changsha"`
}

func (s *server) editions(ctx context.Context, id string) ([]ServiceEdition, error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	all, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(e ServiceEdition) bool { return e.Item.ID != id })
	if len(all) == 0 {
		return nil, unknown("service", id)
	}
	return all, nil
}

func (s *server) compareService(ctx context.Context, in *ServiceInput) (*answer[ServiceCompared], error) {
	list, err := s.editions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	first := list[0].Item
	out := ServiceCompared{ID: first.ID, Basic: first.Basic, Name: text(first.Name), Cities: []ServiceInCity{}, Differences: differences(language(ctx), differencesOf(list)), Bundles: []string{}}
	for _, e := range list {
		out.Cities = append(out.Cities, inCity(e))
	}
	for _, b := range s.services.Bundles() {
		if slices.ContainsFunc(b.Steps, func(st catalogue.BundleStep) bool { return st.Item == in.ID }) {
			out.Bundles = append(out.Bundles, b.ID)
		}
	}
	return &answer[ServiceCompared]{out}, nil
}

// inCity is an edition as everybody sees it: who published it is for those who edit.
func inCity(e ServiceEdition) ServiceInCity {
	return ServiceInCity{City: e.Item.City, Version: strconv.Itoa(e.Number), Origin: e.Origin, At: e.At, Reason: e.Reason, InForce: e.InForce, Item: as[ServiceItem](e.Item)}
}

func (s *server) getService(ctx context.Context, in *ServiceOfInput) (*answer[ServiceInCity], error) {
	e, err := s.edition(ctx, in)
	if err != nil {
		return nil, err
	}
	return &answer[ServiceInCity]{inCity(e)}, nil
}

func (s *server) edition(ctx context.Context, in *ServiceOfInput) (ServiceEdition, error) {
	list, err := s.editions(ctx, in.ID)
	if err != nil {
		return ServiceEdition{}, err
	}
	for _, e := range list {
		if e.Item.City == in.City {
			return e, nil
		}
	}
	return ServiceEdition{}, unknown("service", in.ID+" ("+in.City+")")
}
