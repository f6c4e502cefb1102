// Command bench measures every claim of speed in one run, each beside what it is
// compared with, and prints one table: median and spread of several runs.
//
//	make bench            runs it and writes bench/last.md
//	go run ./bench -only board
//	go run ./bench -only transfers -open 1000000
//	go run ./bench -only moves -moves 100000
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table.
type row struct {
	what   string
	size   string
	runs   []time.Duration
	wanted string // the claim, empty where there is none
	ratio  string // against the comparison of the same run
}

func main() {
	only := flag.String("only", "", "run only suites whose name contains this")
	runs := flag.Int("runs", 5, "runs of each measurement")
	out := flag.String("out", "bench/last.md", "file for the table; empty prints only")
	profile := flag.String("profile", "", "file for a CPU profile of all that is run, for go tool pprof")
	flag.Parse()
	suites := []struct {
		name string
		run  func(runs int) ([]row, error)
	}{{"board", boards}, {"store", stores}, {"pbf", pbf}, {"cch", cch}, {"reach", clicks}, {"transit", rides}, {"scenario", works}, {"circle", circles}, {"credential", credentials}, {"transfers", transfers}, {"moves", movesDone}}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	var rows []row
	for _, s := range suites {
		if !strings.Contains(s.name, *only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s ...\n", s.name)
		more, err := s.run(*runs)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", s.name, err)
			os.Exit(1)
		}
		rows = append(rows, more...)
	}
	text := table(rows)
	fmt.Print(text)
	if *out != "" {
		if err := os.WriteFile(*out, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// timed runs f several times and keeps each duration.
func timed(runs int, f func() error) ([]time.Duration, error) {
	var all []time.Duration
	for range runs {
		runtime.GC()
		start := time.Now()
		if err := f(); err != nil {
			return nil, err
		}
		all = append(all, time.Since(start))
	}
	return all, nil
}

func median(d []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(d))
	return s[len(s)/2]
}

func table(rows []row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Last `make bench`\n\n%s, %d cores (%s/%s). Median, and fastest to slowest, of the runs shown.\n\n```\n",
		runtime.Version(), runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH)
	w := tabwriter.NewWriter(&b, 2, 0, 2, ' ', 0)
	line(w, "measurement", "size", "median", "spread", "runs", "compared", "wanted")
	for _, r := range rows {
		line(w, r.what, r.size, round(median(r.runs)), round(slices.Min(r.runs))+" - "+round(slices.Max(r.runs)),
			fmt.Sprint(len(r.runs)), r.ratio, r.wanted)
	}
	w.Flush()
	b.WriteString("```\n")
	return b.String()
}

func line(w io.Writer, cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }

func round(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(10 * time.Nanosecond).String()
}
