package job

import (
	"context"
	"strconv"
	"time"

	"conurb/store"
)

// watch puts back jobs whose workers were lost, and hands out again what the queue
// lost sight of.
func (j *Jobs) watch(ctx context.Context, hands int) {
	tick := time.NewTicker(max(j.o.Dead/10, time.Millisecond))
	defer tick.Stop()
	w := watcher{Jobs: j, hands: hands, seen: map[string]sighting{}}
	for {
		if err := w.look(ctx, time.Now()); err != nil && ctx.Err() == nil {
			j.o.Log.Warn("look after jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// watcher remembers since when it has seen each open job as it is.
type watcher struct {
	*Jobs
	hands int
	seen  map[string]sighting
	swept time.Time
}

type sighting struct {
	state   store.JobState
	attempt int
	beat    int64
	since   time.Time
}

func (w *watcher) look(ctx context.Context, now time.Time) error {
	if now.Sub(w.swept) > time.Hour {
		if err := w.store.ForgetJobs(ctx, now.Add(-rememberJobs)); err != nil {
			return err
		}
		w.swept = now
	}
	open, err := w.store.OpenJobs(ctx, MaxList)
	if err != nil {
		return err
	}
	w.mu.Lock()
	idle := len(w.live) < w.hands
	w.mu.Unlock()
	next := map[string]sighting{}
	for _, of := range open {
		s := sighting{of.State, of.Attempt, of.Beat, now}
		before := w.seen[of.ID]
		busy := of.State == store.JobWaiting && !(idle && w.mine(of)) // it waits because all hands are full
		if before.state == s.state && before.attempt == s.attempt && before.beat == s.beat && !busy {
			s.since = before.since
		}
		if now.Sub(s.since) >= w.o.Dead {
			if err := w.mend(ctx, of); err != nil {
				return err
			}
			s.since = now
		}
		next[of.ID] = s
	}
	w.seen = next
	return nil
}

// mend brings a job on that has stood still.
func (w *watcher) mend(ctx context.Context, of Job) error {
	if of.State == store.JobWaiting {
		return w.store.RequeueJob(ctx, of.ID)
	}
	w.o.Log.Warn("a worker was lost", "job", of.ID, "worker", of.Worker, "deaths", of.Deaths+1)
	if of.Deaths+1 >= MaxDeaths {
		_, err := w.store.FailJob(ctx, of, "job.error.lost", map[string]string{"n": strconv.Itoa(of.Deaths + 1)})
		return err
	}
	_, err := w.store.ReviveJob(ctx, of)
	return err
}
