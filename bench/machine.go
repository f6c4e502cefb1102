package main

import (
	"fmt"
	"sync"
	"time"
)

// machine measures what two cores of this machine give over one where nothing is
// shared but the machine itself: arithmetic in registers, and copying blocks too
// large for any cache. What scales worse than the second is not held up by memory.
func machine(runs int) ([]row, error) {
	const megabytes = 64
	type blocks struct{ from, to []byte }
	room, ends := make([]blocks, 2), make([]uint64, 2)
	for i := range room {
		room[i] = blocks{make([]byte, megabytes<<20), make([]byte, megabytes<<20)}
		copy(room[i].to, room[i].from) // pages are there
	}
	var rows []row
	for _, q := range []struct {
		what, size string
		f          func(core int)
	}{
		{"machine: arithmetic in registers", "40 M steps a core", func(core int) { ends[core] = spin(uint64(core), 40_000_000) }},
		{"machine: copying memory", fmt.Sprintf("%d MB a core", megabytes), func(core int) { copy(room[core].to, room[core].from) }},
	} {
		two := []row{{what: q.what + ", 1 core", size: q.size}, {what: q.what + ", 2 cores", size: q.size}}
		for range runs {
			for i := range two {
				start := time.Now()
				var wait sync.WaitGroup
				for core := range i + 1 {
					wait.Go(func() { q.f(core) })
				}
				wait.Wait()
				two[i].runs = append(two[i].runs, time.Since(start)/time.Duration(i+1)) // of one core's work
			}
		}
		two[1].ratio = fmt.Sprintf("%.2f x 1 core", float64(median(two[0].runs))/float64(median(two[1].runs)))
		rows = append(rows, two...)
	}
	rows[1].wanted = "2 x 1 core, or others are at work here"
	return rows, nil
}

// spin is arithmetic that waits for itself.
//
//go:noinline
func spin(x uint64, steps int) uint64 {
	for range steps {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}
