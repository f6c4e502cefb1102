// Command scale shows how each stage from a map to its answers grows with the size
// of the network: Porto's map repeated side by side, the tiles joined by trunk roads,
// up to more than two million nodes. Each size runs in a process of its own; a size
// that takes more memory than allowed, or an answer that differs from Dijkstra's, is
// an error.
//
//	go run ./bench/scale              writes bench/scale.md
//	go run ./bench/scale -tiles 4 -out ""
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// portoFolder lies beside the repository, or does not.
var portoFolder = filepath.Join("..", "shared", "data", "networks", "porto")

func main() {
	tiles := flag.Int("tiles", 36, "tiles of the largest network; the smaller ones are squares")
	profile := flag.String("profile", "car", "car, bicycle or walk")
	memory := flag.Float64("memory", 6, "GiB that no stage may exceed")
	out := flag.String("out", filepath.Join("bench", "scale.md"), "file for the table; empty prints only")
	only := flag.Int("only", 0, "measure this many tiles only and print JSON: what the command asks of itself")
	flag.Parse()
	if err := run(*tiles, *profile, *memory, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(tiles int, profile string, memory float64, out string, only int) error {
	if only > 0 {
		debug.SetMemoryLimit(int64(memory * 0.9 * (1 << 30)))
		r, err := measure(context.Background(), only, profile)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	if tiles < 1 {
		return fmt.Errorf("-tiles %d: at least one", tiles)
	}
	if _, err := os.Stat(portoFolder); err != nil {
		fmt.Fprintln(os.Stderr, "no Porto in ../shared/data/networks: the scale check is left out")
		return nil
	}
	var all []*result
	for _, n := range sizes(tiles) {
		fmt.Fprintf(os.Stderr, "%d tiles ...\n", n)
		r, err := apart(n, profile, memory)
		if err != nil {
			return fmt.Errorf("%d tiles: %w", n, err)
		}
		all = append(all, r)
		for _, s := range r.Stages {
			if float64(s.Peak) > memory*(1<<30) {
				return fmt.Errorf("%d tiles, %s: %.2f GiB of memory, more than %g", n, s.Name, gib(s.Peak), memory)
			}
		}
	}
	text := report(all, profile, memory)
	fmt.Print(text)
	if out == "" {
		return nil
	}
	return os.WriteFile(out, []byte(text), 0o644)
}

// sizes are the squares below the largest size, and that.
func sizes(tiles int) (all []int) {
	for k := 1; k*k < tiles; k++ {
		if k < 4 || k%2 == 0 {
			all = append(all, k*k)
		}
	}
	return append(all, tiles)
}

// apart measures a size in a process of its own.
func apart(tiles int, profile string, memory float64) (*result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, "-only", fmt.Sprint(tiles), "-profile", profile, "-memory", fmt.Sprint(memory))
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return nil, err
	}
	r := &result{}
	return r, json.Unmarshal(text, r)
}

func report(all []*result, profile string, memory float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Scale check\n\nPorto by %s, repeated side by side and joined by trunk roads. %s, %d cores (%s/%s), one run a size.\n"+
		"Growth is the exponent x in time ~ nodes^x between the smallest and the largest size, and between the last two.\n\n```\n",
		profile, runtime.Version(), runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH)
	w := tabwriter.NewWriter(&b, 2, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, cell func(*result) string, last ...string) {
		cells := []string{name}
		for _, r := range all {
			cells = append(cells, cell(r))
		}
		fmt.Fprintln(w, strings.Join(append(cells, last...), "\t")+"\t")
	}
	count := func(n int) string { return fmt.Sprint(n) }
	line("tiles", func(r *result) string { return count(r.Tiles) })
	line("nodes", func(r *result) string { return count(r.Nodes) })
	line("arcs", func(r *result) string { return count(r.Arcs) })
	line("edges of the hierarchy", func(r *result) string { return count(r.Edges) })
	line("cells", func(r *result) string { return count(r.Cells) })
	line("file, MB", func(r *result) string { return fmt.Sprintf("%.0f", float64(r.FileBytes)/1e6) })
	line("answers equal to Dijkstra's", func(r *result) string { return count(r.Checked) })
	line("", func(*result) string { return "" })
	line("seconds", func(*result) string { return "" }, "growth", "at the end")
	for i, s := range all[0].Stages {
		line(s.Name, func(r *result) string { return strconv.FormatFloat(r.Stages[i].Seconds, 'g', 3, 64) }, growth(all, i, 0), growth(all, i, max(0, len(all)-2)))
	}
	line("", func(*result) string { return "" })
	line("peak of memory, GiB", func(*result) string { return "" })
	for i, s := range all[0].Stages {
		line(s.Name, func(r *result) string { return fmt.Sprintf("%.2f", gib(r.Stages[i].Peak)) })
	}
	highest := func(r *result) int64 {
		return slices.MaxFunc(r.Stages, func(a, b stage) int { return int(a.Peak - b.Peak) }).Peak
	}
	line(fmt.Sprintf("highest, wanted < %g", memory), func(r *result) string { return fmt.Sprintf("%.2f", gib(highest(r))) })
	w.Flush()
	b.WriteString("```\n")
	return b.String()
}

// growth is the exponent of a stage's time between a size and the last.
func growth(all []*result, stage, from int) string {
	a, b := all[from], all[len(all)-1]
	if a == b || a.Stages[stage].Seconds == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", math.Log(b.Stages[stage].Seconds/a.Stages[stage].Seconds)/math.Log(float64(b.Nodes)/float64(a.Nodes)))
}

func gib(b int64) float64 { return float64(b) / (1 << 30) }
