package httpapi

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"conurb/area"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/ledger"
	"conurb/locale"
)

// ServiceAnswersInput is the parameter of askService.
type ServiceAnswersInput struct {
	ServiceOfInput
	Body struct {
		Answers  json.RawMessage `json:"answers" doc:"The answers, by the form's schema."`
		Complete bool            `json:"complete,omitempty" doc:"Whether they are meant to be complete." example:"false"`
	}
}

// ServiceAnswers is what answers lead to.
type ServiceAnswers struct {
	Faults    []ServiceFault    `json:"faults" nullable:"false" doc:"What is wrong with them; empty: nothing."`
	Materials []ServiceMaterial `json:"materials" nullable:"false" doc:"The materials that they ask for."`
	Fees      []ServiceFee      `json:"fees" nullable:"false" doc:"What is charged, in fen; empty: nothing."`
}

func (s *server) askService(ctx context.Context, in *ServiceAnswersInput) (*answer[ServiceAnswers], error) {
	e, err := s.edition(ctx, &in.ServiceOfInput)
	if err != nil {
		return nil, err
	}
	form := s.services.Form(e.Item.Form)
	out := ServiceAnswers{Faults: []ServiceFault{}}
	if form != nil {
		out.Faults = faultViews(language(ctx), form.Check(in.Body.Answers, in.Body.Complete))
	}
	needs, err := e.Item.Needed(form, in.Body.Answers)
	if err != nil {
		return nil, err
	}
	out.Materials, out.Fees = as[[]ServiceMaterial](needs.Materials), as[[]ServiceFee](needs.Fees)
	return &answer[ServiceAnswers]{out}, nil
}

func bundleView(b *catalogue.Bundle, all []ServiceEdition) ServiceBundleView {
	v := ServiceBundleView{ID: b.ID, Name: text(b.Name), Plain: text(b.Plain), Event: b.Event, Form: b.Form, Steps: []ServiceBundleStep{}, Mark: as[ServiceMark](b.Mark)}
	for _, st := range b.Steps {
		one := ServiceBundleStep{ID: st.ID, Item: st.Item, City: st.City, After: append([]string{}, st.After...), When: as[[]ServiceCond](st.When), Shared: len(st.Share)}
		if i := slices.IndexFunc(all, func(e ServiceEdition) bool { return e.Item.ID == st.Item }); i >= 0 {
			one.Name = text(all[i].Item.Name)
		}
		v.Steps = append(v.Steps, one)
	}
	return v
}

func (s *server) listBundles(ctx context.Context, _ *Language) (*answer[[]ServiceBundleView], error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	all, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	out := []ServiceBundleView{}
	for _, b := range c.Bundles() {
		out = append(out, bundleView(b, all))
	}
	return &answer[[]ServiceBundleView]{out}, nil
}

// BundleInput names a bundle.
type BundleInput struct {
	Language
	ID string `path:"id" maxLength:"60" doc:"The bundle." example:"newborn"`
}

func (s *server) bundle(id string) (*catalogue.Bundle, error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	for _, b := range c.Bundles() {
		if b.ID == id {
			return b, nil
		}
	}
	return nil, unknown("bundle", id)
}

func (s *server) getBundle(ctx context.Context, in *BundleInput) (*answer[ServiceBundleView], error) {
	b, err := s.bundle(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.services.Items(ctx)
	if err != nil {
		return nil, err
	}
	return &answer[ServiceBundleView]{bundleView(b, all)}, nil
}

// BundlePlanInput is the parameter of planBundle.
type BundlePlanInput struct {
	BundleInput
	Body struct {
		Answers json.RawMessage `json:"answers" doc:"The shared answers, by the schema of the bundle's form."`
	}
}

// BundlePlan is what shared answers lead to.
type BundlePlan struct {
	Faults []ServiceFault   `json:"faults" nullable:"false" doc:"What is wrong with the answers; empty: nothing."`
	Steps  []BundlePlanStep `json:"steps" nullable:"false" doc:"The items that apply, each after those it waits for; none while there are faults."`
}

// BundlePlanStep is an item that a bundle leads to.
type BundlePlanStep struct {
	Step    string          `json:"step" doc:"The step." example:"register"`
	Item    string          `json:"item" doc:"The item." example:"birth-registration"`
	City    string          `json:"city" doc:"The city." example:"changsha"`
	After   []string        `json:"after" nullable:"false" doc:"Steps that have to end well before." example:"[\"certificate\"]"`
	Answers json.RawMessage `json:"answers" doc:"What the shared answers answer of its form."`
}

func (s *server) planBundle(ctx context.Context, in *BundlePlanInput) (*answer[BundlePlan], error) {
	b, err := s.bundle(in.ID)
	if err != nil {
		return nil, err
	}
	plan, faults := b.Plan(s.services.Form(b.Form), in.Body.Answers)
	return &answer[BundlePlan]{BundlePlan{Faults: faultViews(language(ctx), faults), Steps: append([]BundlePlanStep{}, as[[]BundlePlanStep](plan)...)}}, nil
}

// FormInput names a form.
type FormInput struct {
	Language
	ID string `path:"id" maxLength:"60" doc:"The form." example:"household-transfer"`
}

func (s *server) getForm(_ context.Context, in *FormInput) (*answer[ServiceForm], error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	f := c.Form(in.ID)
	if f == nil {
		return nil, unknown("form", in.ID)
	}
	return &answer[ServiceForm]{as[ServiceForm](f)}, nil
}

// differences puts what differs into words.
func differences(lang string, list []catalogue.Difference) []ServiceDifference {
	out := []ServiceDifference{}
	for _, d := range list {
		v := ServiceDifference{Field: d.Field, Label: locale.T(lang, "catalogue.field."+d.Field, nil), Part: d.Part, Values: map[string]string{}, Codes: d.Values}
		if d.Name != (area.Text{}) {
			name := text(d.Name)
			v.Name = &name
		}
		for _, city := range d.Cities {
			if v.Values[city] = d.Texts[city].In(lang); d.Texts == nil {
				v.Values[city] = DifferenceWords(lang, d.Field, d.Values[city])
			}
		}
		out = append(out, v)
	}
	return out
}

// daysWords is a limit in words.
func daysWords(lang, n, unit string) string {
	key := "catalogue.days." + unit
	if n == "1" {
		key += ".one"
	}
	return locale.T(lang, key, map[string]string{"n": n})
}

// DifferenceWords writes the value of a field in a language.
func DifferenceWords(lang, field, value string) string {
	word := func(key string, args map[string]string) string { return locale.T(lang, "catalogue."+key, args) }
	parts := strings.Fields(value)
	switch {
	case value == catalogue.Absent || value == catalogue.Unstated:
		return word(value, nil)
	case field == "promised" || field == "statutory":
		if parts[0] == "0" {
			return word("at-once", nil)
		}
		return daysWords(lang, parts[0], parts[1])
	case field == "fees":
		fen, _ := strconv.ParseInt(parts[0], 10, 64)
		return word("yuan", map[string]string{"n": ledger.Fen(fen).String()})
	case field == "steps":
		return daysWords(lang, value, "working")
	case field == "visits":
		return word("visits", map[string]string{"n": value})
	case field == "materials":
		out := word("material."+parts[0], nil)
		if _, condition, ok := strings.Cut(value, " when "); ok {
			out += word("material.when", map[string]string{"condition": condition})
		}
		return out
	}
	list, known := map[string]string{"modes": "mode", "handled": "handled", "kind": "kind", "type": "type", "scope": "scope", "depth": "depth"}[field]
	if !known {
		return value
	}
	for i, p := range parts {
		parts[i] = word(list+"."+p, nil)
	}
	return strings.Join(parts, word("and", nil))
}
