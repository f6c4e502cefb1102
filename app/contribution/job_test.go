package contribution_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conurb/app/circle"
	"conurb/app/contribution"
	"conurb/app/job"
	"conurb/internal/storetest"
	"conurb/locale"
	"conurb/store"
)

// node is the drawn region as one that knows its data.
type node struct {
	*region
	data string
}

func (n node) Data(context.Context, circle.Progress) (string, error) { return n.data, nil }

// works lets one hand do contributions over a database until the test ends.
func works(t *testing.T, dsn string, n node) *job.Jobs {
	t.Helper()
	kind := contribution.Kind(func(context.Context) (contribution.Holder, error) { return n, nil })
	j, err := job.New(storetest.OpenWith(t, dsn, store.Options{}), []job.Kind{kind}, job.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.Work(ctx, 1) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return j
}

func ends(t *testing.T, j *job.Jobs, q contribution.Question) job.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err := j.Submit(ctx, contribution.KindName, q)
	if err == nil {
		got, err = j.Wait(ctx, got.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAsLongWorkTheAnswerIsTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		want, err := contribution.Divide(t.Context(), &region{asked: map[string]int{}}, asked(), contribution.Work{})
		if err != nil {
			t.Fatal(err)
		}
		r := &region{asked: map[string]int{}}
		j := works(t, dsn, node{r, "d1"})
		done := ends(t, j, contribution.Question{Data: "d1", Asked: asked()})
		b, err := j.Result(t.Context(), done)
		if err != nil {
			t.Fatal(err)
		}
		var got contribution.Answer
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		wanted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		had, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(wanted), string(had)); d != "" {
			t.Errorf("at once and as long work differ:\n%s", d)
		}
		// Another question over the same data values no set again but the two ends.
		before := maps.Clone(r.asked)
		other := asked()
		other.Budget = 3e10
		if got := ends(t, j, contribution.Question{Data: "d1", Asked: other}); got.State != store.JobDone || got.ID == done.ID {
			t.Fatalf("got %+v", got)
		}
		var again []string
		for set, n := range r.asked {
			if n > before[set] {
				again = append(again, set)
			}
		}
		if len(before) < 8 || len(again) > 3 { // begin, end, and the end without any work
			t.Errorf("of %d states, valued again: %q", len(before), again)
		}
	})
}

func TestALongWorkerSaysWhatItCannotDo(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	r := &region{asked: map[string]int{}}
	j := works(t, dsn, node{r, "d1"})
	unknown, empty := asked(), asked()
	unknown.Indicator = "happiness"
	empty.Complete, empty.Base = false, 40
	for name, c := range map[string]struct {
		q    contribution.Question
		code string
	}{
		"other data": {contribution.Question{Data: "d2", Asked: asked()}, "job.error.data"},
		"indicator":  {contribution.Question{Data: "d1", Asked: unknown}, "contribution.error.indicator"},
		"period":     {contribution.Question{Data: "d1", Asked: empty}, "contribution.error.period"},
	} {
		got := ends(t, j, c.q)
		var f *job.Failure
		if _, err := j.Result(t.Context(), got); got.State != store.JobFailed || !errors.As(err, &f) || f.Code != c.code {
			t.Errorf("%s: %+v, %v; want %s", name, got, err, c.code)
		}
		for _, lang := range locale.Languages {
			if !locale.Has(lang, got.Code) {
				t.Errorf("%s: %s has no text in %s", name, got.Code, lang)
			}
		}
	}
}
