package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"conurb/trust/rights"
)

func (s *server) serviceEditRoutes(v1 string) {
	write := func(method, path, id, summary string) operation {
		return operation{method: method, path: v1 + path, id: id, tag: "services", summary: summary}
	}
	register(s, write(http.MethodPost, "/services/{id}/{city}/check", "checkService", "What is wrong with an item as one edits it, and what it changes; nothing is kept"), s.checkService)
	register(s, write(http.MethodPut, "/services/{id}/{city}", "publishService", "Put an edited item of this city in force, with a reason"), s.publishService)
	register(s, write(http.MethodGet, "/services/{id}/{city}/versions", "listServiceVersions", "Every edition of an item of this city, the newest first"), s.serviceVersions)
	register(s, write(http.MethodPost, "/services/{id}/{city}/revert", "revertService", "Bring a former edition back, as the next one"), s.revertService)
	export := write(http.MethodGet, "/services-export", "exportServices", "The whole catalogue as linked data (CPSV-AP 3.2.0) or as a table")
	export.produces = "application/octet-stream"
	register(s, export, s.exportServices)
}

// editor is the catalogue for who may edit this city's items.
func (s *server) editor(ctx context.Context, city string) (Services, error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	return c, s.allow(ctx, rights.CatalogueEdit, rights.Resource{City: city})
}

// CheckServiceInput is the parameter of checkService.
type CheckServiceInput struct {
	ServiceOfInput
	Body struct {
		Item json.RawMessage `json:"item" doc:"The item as it is edited, with the fields that getService shows."`
	}
}

// ServiceChecked is what is to be said of an edited item.
type ServiceChecked struct {
	Faults      []ServiceFault      `json:"faults" nullable:"false" doc:"What is wrong; those that are not mild keep it from being published."`
	Differences []ServiceDifference `json:"differences" nullable:"false" doc:"What it changes: the values are those of now and draft."`
}

func (s *server) checkService(ctx context.Context, in *CheckServiceInput) (*answer[ServiceChecked], error) {
	c, err := s.editor(ctx, in.City)
	if err != nil {
		return nil, err
	}
	d, err := c.Check(ctx, in.ID, in.City, in.Body.Item)
	if err != nil {
		return nil, serviceProblem(ctx, in.ID, err)
	}
	return &answer[ServiceChecked]{ServiceChecked{faultViews(language(ctx), d.Faults), differences(language(ctx), d.Differences)}}, nil
}

// PublishServiceInput is the parameter of publishService.
type PublishServiceInput struct {
	ServiceOfInput
	Body struct {
		Item    json.RawMessage `json:"item" doc:"The item, with the fields that getService shows."`
		Reason  string          `json:"reason" minLength:"1" maxLength:"1000" doc:"Why." example:"承诺时限缩短"`
		Version string          `json:"version" maxLength:"12" doc:"The edition that was edited: refused where another was published meanwhile." example:"1"`
	}
}

func (s *server) publishService(ctx context.Context, in *PublishServiceInput) (*answer[ServiceInCity], error) {
	c, err := s.editor(ctx, in.City)
	if err != nil {
		return nil, err
	}
	e, err := c.Publish(ctx, in.ID, in.City, in.Body.Item, number(in.Body.Version), in.Body.Reason, writer(ctx))
	if err != nil {
		return nil, serviceProblem(ctx, in.ID, err)
	}
	return &answer[ServiceInCity]{published(e)}, nil
}

func published(e ServiceEdition) ServiceInCity {
	v := inCity(e)
	v.By = e.By
	return v
}

// number is an edition's; what is none is 0, which no edition has.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func (s *server) serviceVersions(ctx context.Context, in *ServiceOfInput) (*answer[[]ServiceInCity], error) {
	c, err := s.editor(ctx, in.City)
	if err != nil {
		return nil, err
	}
	list, err := c.Versions(ctx, in.ID, in.City)
	if err != nil {
		return nil, serviceProblem(ctx, in.ID, err)
	}
	out := []ServiceInCity{}
	for _, e := range list {
		out = append(out, published(e))
	}
	return &answer[[]ServiceInCity]{out}, nil
}

// RevertServiceInput is the parameter of revertService.
type RevertServiceInput struct {
	ServiceOfInput
	Body struct {
		To      string `json:"to" maxLength:"12" doc:"The edition to bring back." example:"1"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why." example:"上一版填错"`
		Version string `json:"version" maxLength:"12" doc:"The edition in force as one knows it: refused where another was published meanwhile." example:"2"`
	}
}

func (s *server) revertService(ctx context.Context, in *RevertServiceInput) (*answer[ServiceInCity], error) {
	c, err := s.editor(ctx, in.City)
	if err != nil {
		return nil, err
	}
	e, err := c.Revert(ctx, in.ID, in.City, number(in.Body.To), number(in.Body.Version), in.Body.Reason, writer(ctx))
	if err != nil {
		return nil, serviceProblem(ctx, in.ID, err)
	}
	return &answer[ServiceInCity]{published(e)}, nil
}

// ServicesExportInput is the parameter of exportServices.
type ServicesExportInput struct {
	Language
	Format string `query:"format" enum:"cpsv-ap,turtle,csv" default:"cpsv-ap" doc:"cpsv-ap: JSON-LD; turtle: the same as Turtle; csv: a table." example:"cpsv-ap"`
}

func (s *server) exportServices(ctx context.Context, in *ServicesExportInput) (*file, error) {
	c, err := s.servicesHere()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := c.Export(ctx, &b, in.Format); err != nil {
		return nil, err
	}
	kinds := map[string][2]string{"cpsv-ap": {"application/ld+json", "services.jsonld"}, "turtle": {"text/turtle; charset=utf-8", "services.ttl"}, "csv": {csvType, "services.csv"}}
	k := kinds[in.Format]
	return &file{Type: k[0], Disposition: `attachment; filename="` + k[1] + `"`, Caching: "no-cache", Body: b.Bytes()}, nil
}
