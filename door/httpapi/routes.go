package httpapi

import (
	"bytes"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"conurb/area"
	"conurb/plan/board"
)

var problemType = reflect.TypeFor[Problem]()

func (s *server) config() huma.Config {
	c := huma.DefaultConfig("Conurb", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Transformers = []huma.Transformer{s.translate}
	c.Info.Description = "Where a metropolitan plan stands on any date, with the evidence behind every figure. " +
		"Reading is open; writing needs a token made with `conurb token create`, or a person who signed in and may. " +
		"Figures never go without scope, date, source and grade; a verdict never goes without its reasons."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "This node."}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "The secret that `conurb token create NAME` printed."},
		"session": {Type: "apiKey", In: "cookie", Name: "conurb-session", Description: "The cookie of a person who signed in by POST /api/v1/session; its name ends with that of the node."},
	}
	c.Tags = []*huma.Tag{
		{Name: "board", Description: "Where the plan stands."},
		{Name: "evidence", Description: "What it is based on: observations and the log that holds them."},
		{Name: "documents", Description: "Documents to keep and print."},
		{Name: "reach", Description: "Travel times over street networks: who gets where in what time."},
		{Name: "map", Description: "The area and its network."},
		{Name: "licences", Description: "Electronic licences: the authority's desk, and the holder's own."},
		{Name: "cases", Description: "Cases: opened, saved, shared with, acted on; where each lies, who holds it and until when."},
		{Name: "funds", Description: "Money of persons by double entry, in fen; and how the books of two cities stand to each other."},
		{Name: "households", Description: "The register of residence: who lives with whom, and where a person is registered."},
		{Name: "counter", Description: "Licences of other cities, looked at; and who looked at one's own."},
		{Name: "trust", Description: "What makes a city believe another city's licence: the trust list, its proposals and verdicts."},
		{Name: "services", Description: "Service items of every city, side by side; their forms, bundles, and editions."},
		{Name: "people", Description: "Who is signed in, and the accounts of the node."},
		{Name: "node", Description: "The node itself."},
	}
	return c
}

func (s *server) routes() {
	const v1 = "/api/v1"
	get := func(path, id, tag, summary string) operation {
		return operation{method: http.MethodGet, path: path, id: id, tag: tag, summary: summary}
	}
	post := func(path, id, summary string) operation {
		return operation{method: http.MethodPost, path: path, id: id, tag: "evidence", summary: summary, token: true}
	}
	made := func(o operation, produces string) operation { o.produces = produces; return o }
	created := post(v1+"/observations", "addObservation", "Add an observation, or a correction of one")
	created.status = http.StatusCreated

	s.nodeRoutes(v1)
	register(s, get(v1+"/pack", "getPack", "map", "The area, its plan and its sources"), s.pack)
	register(s, get(v1+"/board", "getBoard", "board", "Where the plan stood on a day, as believed on another"), s.board)
	register(s, get(v1+"/targets/{id}", "getTarget", "board", "A target with everything behind its verdict"), s.target)
	register(s, get(v1+"/indicators", "listIndicators", "board", "The indicators with their newest figures"), s.indicators)
	register(s, get(v1+"/indicators/{id}", "getIndicator", "board", "An indicator with its series, targets and counting rules"), s.indicator)
	register(s, get(v1+"/measures/{indicator}", "measure", "board", "An indicator measured from the network by its rules"), s.measures)
	register(s, get(v1+"/projects", "listProjects", "board", "The projects with the standing of their commitments"), s.projects)
	register(s, get(v1+"/projects/{id}", "getProject", "board", "One project"), s.project)
	register(s, get(v1+"/network", "listSections", "map", "The sections of lines and roads with their standing"), s.network)
	register(s, get(v1+"/search", "search", "board", "Find targets, indicators, projects, sources, districts and lines"), s.search)

	register(s, get(v1+"/observations", "listObservations", "evidence", "The newest version of each observation"), s.observations)
	register(s, get(v1+"/observations/{id}", "getObservation", "evidence", "Every version of an observation"), s.observation)
	register(s, created, s.addObservation)
	register(s, post(v1+"/observations/{id}/withdraw", "withdrawObservation", "Withdraw an observation"), s.withdraw)
	register(s, post(v1+"/observations/import", "importObservations", "Add a CSV or Excel file of observations, all or none"), s.importFile)
	register(s, made(get(v1+"/observations/template.csv", "csvTemplate", "evidence", "The blank form as CSV"), csvType), s.csvTemplate)
	register(s, made(get(v1+"/observations/template.xlsx", "xlsxTemplate", "evidence", "The blank form as an Excel workbook"), xlsxType), s.xlsxTemplate)
	register(s, get(v1+"/evidence", "getLog", "evidence", "The size and root of the evidence log"), s.logHead)
	register(s, get(v1+"/evidence/{index}", "getLogEntry", "evidence", "An entry of the log with its proof"), s.logEntry)
	register(s, made(get(v1+"/evidence/export", "exportLog", "evidence", "The whole log, to be verified offline"), "application/zip"), s.logExport)

	register(s, made(get(v1+"/export/board.json", "exportJSON", "documents", "The board as canonical JSON (RFC 8785)"), "application/json"), s.exportJSON)
	register(s, made(get(v1+"/export/board.csv", "exportCSV", "documents", "The board as CSV"), csvType), s.exportCSV)
	register(s, made(get(v1+"/export/board.xlsx", "exportXLSX", "documents", "The board as an Excel workbook"), xlsxType), s.exportXLSX)
	register(s, made(get("/report", "getReport", "documents", "The report, made to be printed on A4"), "text/html"), s.report)
	register(s, made(get("/tiles/area/{z}/{x}/{y}", "getTile", "map", "A vector tile of the area"), tileType), s.tile)
	s.reachRoutes(v1)
	s.jobRoutes(v1)
	s.sessionRoutes(v1)
	s.accountRoutes(v1)
	s.licenceRoutes(v1)
	s.offerRoutes(v1)
	s.walletRoutes(v1)
	s.trustRoutes(v1)
	s.counterRoutes(v1)
	s.noticeRoutes(v1)
	s.workdayRoutes(v1)
	s.serviceRoutes(v1)
	s.casesRoutes(v1)
	s.householdRoutes(v1)
	s.fundsRoutes(v1)
	s.deputyRoutes(v1)
	register(s, get("/healthz", "health", "node", "Whether the node answers"), s.health)
}

// describe writes the description once all routes are known.
func (s *server) describe() {
	oapi := s.api.OpenAPI()
	for _, unused := range []string{"ErrorModel", "ErrorDetail", "FormFile"} { // shapes of huma that no answer has
		delete(oapi.Components.Schemas.Map(), unused)
	}
	for _, item := range oapi.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op != nil {
				tidyAnswers(op)
			}
		}
	}
	b, err := oapi.YAML()
	if err != nil {
		panic(err) // a fault of the build: the description does not depend on data
	}
	// "=" alone is a tag of its own in YAML 1.1, which many readers still speak
	s.described = bytes.ReplaceAll(b, []byte("- =\n"), []byte("- \"=\"\n"))
}

// tidyAnswers says what an operation answers, and that its lists are never null.
func tidyAnswers(op *huma.Operation) {
	for code, r := range op.Responses {
		if code == "default" {
			continue
		}
		if r.Description == "OK" || r.Description == "Created" {
			r.Description = op.Summary + "."
		}
		for _, m := range r.Content {
			if m.Schema != nil && m.Schema.Type == huma.TypeArray {
				m.Schema.Nullable = false
			}
		}
	}
}

// OpenAPI returns the description of the API in YAML, as /openapi.yaml serves it.
func OpenAPI(desk Desk) []byte { return newServer(desk, Options{}).described }

func (s *server) openapi(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.described)
}

// noRoute tells a wrong method from a wrong path.
func (s *server) noRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = m
		_, pattern := s.mux.Handler(probe)
		if m != r.Method && !strings.HasSuffix(pattern, "/") {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) > 0 {
		list := strings.Join(allowed, ", ")
		w.Header().Set("Allow", list)
		s.writeProblem(w, r, refuse("no-such-method", "method", r.Method, "allowed", list))
		return
	}
	s.writeProblem(w, r, refuse("no-such-path", "path", r.URL.Path))
}

func bearer(header string) string {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

func day(name, text string, otherwise area.Date) (area.Date, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := area.ParseDate(text)
	if err != nil {
		return 0, &refusal{code: "bad-date", args: map[string]string{"name": name, "value": text}, cause: err}
	}
	return d, nil
}

func gather(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}

// moment is the query as measures take it.
func moment(q board.Query) measureMoment { return measureMoment{AsOf: q.AsOf, Believed: q.BelievedOn} }
