package httpapi

import (
	"context"
	"net/http"
	"time"

	"conurb/locale"
)

// Jobs is what the door needs of long work.
type Jobs interface {
	// Jobs lists long work in a state, or in all where it is empty, the newest first.
	Jobs(ctx context.Context, state string) ([]LongJob, error)
	// Job returns one; ErrUnknown where there is none.
	Job(ctx context.Context, id string) (LongJob, error)
	// CancelJob ends one that has not ended; others stay as they are.
	CancelJob(ctx context.Context, id string) (LongJob, error)
}

// LongJob is long work as it stands.
type LongJob struct {
	ID, Kind, State      string
	Done, Total          int64 // steps
	SecondsLeft          int64 // -1 while nobody knows
	Made, Started, Ended time.Time
	Code                 string // of a failure: a key of locale/
	Args                 map[string]string
}

// Job is long work, such as what each work adds to a circle.
type Job struct {
	ID          string    `json:"id" doc:"The job." example:"01990a3c-7f7e-7000-8000-000000000000"`
	Kind        string    `json:"kind" doc:"What sort of work it is." example:"contribution"`
	State       string    `json:"state" enum:"waiting,running,done,failed,cancelled" doc:"How far it is." example:"running"`
	Done        int64     `json:"done" doc:"Steps that are done." example:"70"`
	Total       int64     `json:"total" doc:"Steps in all; 0 while nobody knows." example:"128"`
	SecondsLeft *int64    `json:"secondsLeft,omitempty" doc:"Seconds until it is done, from its last steps; left out while nobody can say." example:"56"`
	Made        time.Time `json:"made" doc:"When it was asked for." example:"2026-11-26T08:30:00Z"`
	Started     time.Time `json:"started,omitzero" doc:"When it was taken up, or taken up again." example:"2026-11-26T08:30:01Z"`
	Ended       time.Time `json:"ended,omitzero" doc:"When it ended." example:"2026-11-26T08:32:47Z"`
	Cause       string    `json:"cause,omitempty" doc:"Why it failed, in the language asked for." example:"The job lost 8 workers and was given up."`
	Remedy      string    `json:"remedy,omitempty" doc:"What to do about it." example:"Look into the logs of the workers, then ask again."`
}

type jobsInput struct {
	Language
	State string `query:"state" enum:"waiting,running,done,failed,cancelled" doc:"Only work in this state; all when left out." example:"running"`
}

type jobInput struct {
	Language
	Job string `path:"job" doc:"The job." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) jobRoutes(v1 string) {
	register(s, operation{method: http.MethodGet, path: v1 + "/jobs", id: "listJobs", tag: "node", summary: "Long work, the newest first"}, s.jobList)
	register(s, operation{method: http.MethodGet, path: v1 + "/jobs/{job}", id: "getJob", tag: "node", summary: "One piece of long work: how far it is"}, s.job)
	register(s, operation{method: http.MethodPost, path: v1 + "/jobs/{job}/cancel", id: "cancelJob", tag: "node", summary: "Cancel long work", token: true}, s.cancelJob)
}

func (s *server) jobList(ctx context.Context, in *jobsInput) (*answer[[]Job], error) {
	out := []Job{}
	if s.jobs == nil {
		return &answer[[]Job]{out}, nil
	}
	list, err := s.jobs.Jobs(ctx, in.State)
	for _, j := range list {
		out = append(out, jobOf(ctx, j))
	}
	return &answer[[]Job]{out}, err
}

func (s *server) job(ctx context.Context, in *jobInput) (*answer[Job], error) {
	return s.oneJob(ctx, in.Job, Jobs.Job)
}

func (s *server) cancelJob(ctx context.Context, in *jobInput) (*answer[Job], error) {
	return s.oneJob(ctx, in.Job, Jobs.CancelJob)
}

func (s *server) oneJob(ctx context.Context, id string, ask func(Jobs, context.Context, string) (LongJob, error)) (*answer[Job], error) {
	if s.jobs == nil {
		return nil, unknown("job", id)
	}
	j, err := ask(s.jobs, ctx, id)
	if err != nil {
		return nil, about(err, "job", id)
	}
	return &answer[Job]{jobOf(ctx, j)}, nil
}

// jobOf puts long work into the words of the caller.
func jobOf(ctx context.Context, j LongJob) Job {
	out := Job{ID: j.ID, Kind: j.Kind, State: j.State, Done: j.Done, Total: j.Total, Made: j.Made, Started: j.Started, Ended: j.Ended}
	if j.SecondsLeft >= 0 {
		out.SecondsLeft = &j.SecondsLeft
	}
	if j.Code == "" {
		return out
	}
	lang := language(ctx)
	out.Cause = locale.T(lang, j.Code, j.Args)
	if remedy := j.Code + ".remedy"; locale.Has(lang, remedy) {
		out.Remedy = locale.T(lang, remedy, j.Args)
	}
	return out
}
