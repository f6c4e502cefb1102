package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	ways "conurb/kit/cch"
)

// some sources are enough to time a search that takes milliseconds.
const some = 64

// searches measures our Dijkstra beside cpp/dijkstra.cpp, by turns, on the same
// graph from the same sources; the sums of all distances must agree. It returns the
// median of ours, which the sweeps stand beside. Where g++ is missing, so are the
// rows of C++, and it says so.
func (c *city) searches(runs int) ([]row, time.Duration, error) {
	d, err := ways.NewDijkstra(c.graph, c.weight)
	if err != nil {
		return nil, 0, err
	}
	sources := make([]ways.Node, some)
	for i := range sources {
		sources[i] = c.leave.At(i * c.leave.Len() / some)[0].Node
	}
	theirs, clean, err := c.compile(sources)
	if err != nil {
		return nil, 0, err
	}
	defer clean()
	var sum uint64
	ours := func() (time.Duration, uint64, error) {
		var spent time.Duration
		sum = 0
		for _, v := range sources {
			start := time.Now()
			d.Run(v)
			spent += time.Since(start)
			for v := range ways.Node(c.graph.Nodes()) {
				sum += uint64(d.Distance(v))
			}
		}
		return spent, sum, nil
	}
	if _, _, err := ours(); err != nil { // warm, as theirs is
		return nil, 0, err
	}
	rows := []row{{what: "Dijkstra in Go, binary heap, a source", size: c.size()}}
	turns := []func() (time.Duration, uint64, error){ours}
	if theirs != "" {
		rows[0].wanted = "1.5 x C++"
		rows = append(rows, row{what: "Dijkstra in C++, binary heap, a source", size: c.size()}, row{what: "Dijkstra in C++, 4-ary heap, a source", size: c.size()})
		turns = append(turns, func() (time.Duration, uint64, error) { return searchCPP(theirs, "binary") },
			func() (time.Duration, uint64, error) { return searchCPP(theirs) })
	}
	for range runs {
		for i, turn := range turns {
			spent, got, err := turn()
			if err != nil {
				return nil, 0, err
			}
			if got != sum {
				return nil, 0, fmt.Errorf("%s: its distances add up to %d, ours to %d", rows[i].what, got, sum)
			}
			rows[i].runs = append(rows[i].runs, spent/some)
		}
	}
	base := median(rows[0].runs)
	if theirs != "" {
		rows[0].ratio = fmt.Sprintf("%.2f x C++ (binary), %.2f x C++ (4-ary)", float64(base)/float64(median(rows[1].runs)), float64(base)/float64(median(rows[2].runs)))
	}
	return rows, base, nil
}

// compile builds the C++ program and writes the graph for it, into a folder that
// clean removes.
func (c *city) compile(sources []ways.Node) (program string, clean func(), err error) {
	compiler, err := exec.LookPath("g++")
	if err != nil {
		fmt.Fprintln(os.Stderr, "no g++ here: the rows of C++ are left out")
		return "", func() {}, nil
	}
	dir, err := os.MkdirTemp("", "conurb-bench")
	if err != nil {
		return "", nil, err
	}
	clean = func() { os.RemoveAll(dir) }
	program = filepath.Join(dir, "dijkstra")
	if out, err := exec.Command(compiler, "-O3", "-march=native", "-std=c++17", "-o", program, filepath.Join("bench", "cpp", "dijkstra.cpp")).CombinedOutput(); err != nil {
		clean()
		return "", nil, fmt.Errorf("compile bench/cpp/dijkstra.cpp: %w\n%s", err, out)
	}
	if err := c.dump(filepath.Join(dir, "graph"), sources); err != nil {
		clean()
		return "", nil, err
	}
	return program, clean, nil
}

// dump writes the graph as cpp/dijkstra.cpp reads it.
func (c *city) dump(name string, sources []ways.Node) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	g := c.graph
	arcs := make([]uint32, 0, 2*g.Arcs())
	for _, a := range g.OutArc {
		arcs = append(arcs, uint32(g.Head[a]), uint32(c.weight[a]))
	}
	w := bufio.NewWriter(f)
	for _, part := range []any{[]uint32{uint32(g.Nodes()), uint32(g.Arcs()), uint32(len(sources))}, g.OutFirst, arcs, sources} {
		err = errors.Join(err, binary.Write(w, binary.NativeEndian, part))
	}
	return errors.Join(err, w.Flush(), f.Close())
}

// searchCPP runs the program once.
func searchCPP(program string, args ...string) (time.Duration, uint64, error) {
	out, err := exec.Command(program, append([]string{filepath.Join(filepath.Dir(program), "graph")}, args...)...).Output()
	if err != nil {
		return 0, 0, fmt.Errorf("run bench/cpp/dijkstra: %w", err)
	}
	var ns int64
	var sum uint64
	if _, err := fmt.Fscan(bytes.NewReader(out), &ns, &sum); err != nil {
		return 0, 0, fmt.Errorf("read what bench/cpp/dijkstra says: %w", err)
	}
	return time.Duration(ns), sum, nil
}
