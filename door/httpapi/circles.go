package httpapi

import (
	"context"
	"errors"
	"io"
	"strings"

	"conurb/locale"
)

// Circles is what the door needs of the circles behind it.
type Circles interface {
	Frame(ctx context.Context) (*CircleFrame, error)
	Result(ctx context.Context, q CircleQuery) (*CircleResult, error)
	Cells(ctx context.Context, q CircleQuery) (*CircleCells, error)
	Compare(ctx context.Context, from, to CircleQuery) (*CircleComparison, error)
	// Contributions begins to compute them where they are not kept, and tells how far it is.
	Contributions(ctx context.Context, q CircleShareQuery, lang string) (*CircleContributions, error)
	// Cancel gives up a computation that Contributions began.
	Cancel(ctx context.Context, job string) error
	// Export writes the cells of a state as csv, geojson, parquet or xlsx.
	Export(ctx context.Context, q CircleQuery, format, lang string, to io.Writer) error
}

// CircleQuery is a state of the area. What it asks for and the area does not have is a
// *CircleFault.
type CircleQuery struct {
	AsOf          string // YYYY-MM-DD, now or plan
	Mode          string
	With, Without []string
	Reach         bool // whether the people that a cell reaches are asked for
	Threshold     float64
}

// CircleShareQuery asks what each work adds.
type CircleShareQuery struct {
	CircleQuery
	Base      string // the day before the works
	Indicator string
	Method    string
	Budget    float64 // yuan; 0 is none
}

// CircleFault is a question about something that is not there.
type CircleFault struct {
	Code  string // no-such-work | no-such-circle-mode | no-such-indicator | no-such-period | bad-date | circles-failed
	Value string
	Key   string // of the sentence in locale/ that says why; Value where there is none
	All   []string
}

func (f *CircleFault) Error() string { return f.Code + ": " + f.Value }

// CircleAsk is a state as parameters.
type CircleAsk struct {
	Language
	AsOf      string  `query:"asOf" doc:"The day asked about, YYYY-MM-DD; now; or plan, when all works of the plan are open. Today when left out." example:"2023-12-31"`
	Mode      string  `query:"mode" doc:"The way of moving, of the frame; its first when left out." example:"transit"`
	With      string  `query:"with" doc:"Works that are in service whatever the day, with commas between." example:"maglev-east"`
	Without   string  `query:"without" doc:"Works that are not in service whatever the day." example:"west-ring"`
	Threshold float64 `query:"threshold" minimum:"0" maximum:"1" doc:"The share of people from which a circle counts as basically realised; that of the rule when left out." example:"0.8"`
}

func (c CircleAsk) query(reach bool) CircleQuery {
	return CircleQuery{AsOf: c.AsOf, Mode: c.Mode, With: listed(c.With), Without: listed(c.Without), Reach: reach, Threshold: c.Threshold}
}

func listed(text string) (ids []string) {
	for id := range strings.SplitSeq(text, ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

type CircleAskReach struct {
	CircleAsk
	Reach bool `query:"reach" doc:"Whether to count the people that every cell reaches; it takes longer." example:"true"`
}

func (s *server) circleFrame(ctx context.Context, _ *Language) (*answer[CircleFrame], error) {
	return circled(ctx, s, func(c Circles) (*CircleFrame, error) { return c.Frame(ctx) })
}

func (s *server) circleResult(ctx context.Context, in *CircleAskReach) (*answer[CircleResult], error) {
	return circled(ctx, s, func(c Circles) (*CircleResult, error) { return c.Result(ctx, in.query(in.Reach)) })
}

func (s *server) circleCells(ctx context.Context, in *CircleAskReach) (*answer[CircleCells], error) {
	return circled(ctx, s, func(c Circles) (*CircleCells, error) { return c.Cells(ctx, in.query(in.Reach)) })
}

type circlePair struct {
	CircleAsk
	BaseAsOf    string `query:"baseAsOf" doc:"The day of the state it is compared with; the same day when left out." example:"2021-12-31"`
	BaseWith    string `query:"baseWith" doc:"Works that are in service there whatever the day." example:""`
	BaseWithout string `query:"baseWithout" doc:"Works that are not in service there whatever the day." example:"west-ring"`
}

func (s *server) circleComparison(ctx context.Context, in *circlePair) (*answer[CircleComparison], error) {
	to := in.query(false)
	from := to
	if in.BaseAsOf != "" {
		from.AsOf = in.BaseAsOf
	}
	from.With, from.Without = listed(in.BaseWith), listed(in.BaseWithout)
	return circled(ctx, s, func(c Circles) (*CircleComparison, error) { return c.Compare(ctx, from, to) })
}

type circleShares struct {
	CircleAsk
	Base      string  `query:"base" doc:"The day before the works; the first of the frame when left out." example:"2021-12-31"`
	Indicator string  `query:"indicator" doc:"The indicator that is shared out; the headline of the one-hour circle when left out." example:"circle-60-nearest"`
	Method    string  `query:"method" enum:"shapley,leave-one-out,add-first" default:"shapley" doc:"How the change is shared out." example:"shapley"`
	Budget    float64 `query:"budget" minimum:"0" doc:"Yuan for the works that are not open yet; no limit when left out." example:"30000000000"`
}

func (s *server) circleContributions(ctx context.Context, in *circleShares) (*answer[CircleContributions], error) {
	q := CircleShareQuery{in.query(false), in.Base, in.Indicator, in.Method, in.Budget}
	return circled(ctx, s, func(c Circles) (*CircleContributions, error) { return c.Contributions(ctx, q, language(ctx)) })
}

type circleJob struct {
	Language
	Job string `path:"job" doc:"The job." example:"01JD3W9YQ4"`
}

func (s *server) cancelContributions(ctx context.Context, in *circleJob) (*nothing, error) {
	_, err := circled(ctx, s, func(c Circles) (*nothing, error) { return &nothing{}, c.Cancel(ctx, in.Job) })
	return &nothing{}, err
}

type circleExport struct {
	CircleAskReach
	Format string `query:"format" enum:"csv,geojson,parquet,xlsx" default:"csv" doc:"The form of the file." example:"geojson"`
}

var circleTypes = map[string]string{"csv": csvType, "geojson": geoJSONType, "parquet": "application/vnd.apache.parquet", "xlsx": xlsxType}

func (s *server) circleFile(ctx context.Context, in *circleExport) (*file, error) {
	if s.rounds == nil {
		return nil, refuse("no-networks")
	}
	name := "circles"
	for _, part := range []string{in.AsOf, in.Mode} {
		if part != "" {
			name += "-" + strings.NewReplacer("/", "-", `"`, "").Replace(part)
		}
	}
	name += "." + in.Format
	f, err := document(circleTypes[in.Format], name, func(w io.Writer) error {
		return s.rounds.Export(ctx, in.query(in.Reach), in.Format, language(ctx), w)
	})
	return f, circleFault(ctx, err)
}

// circled asks the circles, and puts what they refuse into words.
func circled[T any](ctx context.Context, s *server, ask func(Circles) (*T, error)) (*answer[T], error) {
	if s.rounds == nil {
		return nil, refuse("no-networks")
	}
	got, err := ask(s.rounds)
	if err != nil {
		return nil, circleFault(ctx, err)
	}
	return &answer[T]{*got}, nil
}

func circleFault(ctx context.Context, err error) error {
	f, ok := errors.AsType[*CircleFault](err)
	if !ok {
		return err
	}
	cause := f.Value
	if f.Key != "" {
		cause = locale.T(language(ctx), f.Key, nil)
	}
	args := map[string]string{"value": f.Value, "all": strings.Join(f.All, ", "), "name": "asOf", "cause": cause}
	return &refusal{code: f.Code, args: args, cause: err}
}
