package sim

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Runs runs the worlds of the seeds from one on, on every processor, and adds them up. Each, where
// it is not nil, is told of every run, one at a time.
func Runs(from, n uint64, o Options, each func(Result, error)) (sum Result) {
	todo := make(chan uint64)
	var all sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := range todo {
				r, err := Run(seed, o)
				mu.Lock()
				if each != nil {
					each(r, err)
				}
				sum.Add(r)
				mu.Unlock()
			}
		})
	}
	for seed := range n {
		todo <- from + seed
	}
	close(todo)
	all.Wait()
	return sum
}

// Head is the head of a table of runs, in Markdown.
const Head = "| run | seeds | moves | booked | crashes | restores | messages | lost | doubled | forged | two owners | nobody | forks | stuck | settled at most | wall |\n" +
	"|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"

// Row is the row of runs; wall is how long they took.
func (r Result) Row(name string, from, n uint64, wall time.Duration) string {
	return fmt.Sprintf("| %s | %d–%d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %v | %v |", name, from, from+n-1, r.Moves, r.Booked, r.Crashes, r.Restores,
		r.Messages, r.Lost, r.Doubled, r.Forged, r.TwoOwners, r.Nobody, r.Forks, r.Stuck, r.Settled, wall.Round(time.Second))
}
