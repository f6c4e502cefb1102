package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"conurb/kit/osmpbf"
)

// pbfTally is what both readers must agree on.
type pbfTally struct{ nodes, ways, relations, refs, tags, ids int64 }

// pbf reads each real network beside the repository with kit/osmpbf and with
// paulmach/osm, in turns, from memory and on all cores. paulmach/osm cannot leave
// out versions and users, so that kit/osmpbf is also timed with them.
func pbf(runs int) ([]row, error) {
	files, err := pbfFiles()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		fmt.Fprintln(os.Stderr, "no .pbf in ../shared/data/networks: the measurements of kit/osmpbf are left out")
	}
	var rows []row
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		more, err := onePBF(filepath.Base(path), data, runs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func pbfFiles() (files []string, err error) {
	root := filepath.Join("..", "shared", "data", "networks")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".pbf") {
			files = append(files, path)
		}
		return nil // where there is no such folder there are no files
	})
	return files, err
}

func onePBF(name string, data []byte, runs int) ([]row, error) {
	const atLeast = 8 << 20 // bytes read in a run
	times := 1 + atLeast/len(data)
	var got, want pbfTally
	skip := osmpbf.Filter{Skip: true}
	ways := osmpbf.Filter{Key: func(key string) bool { return key == "highway" }}
	variants := []struct {
		what string
		read func() error
		runs []time.Duration
	}{
		{what: "paulmach/osm", read: func() (err error) { want, err = readTheirs(data); return err }},
		{what: "kit/osmpbf", read: func() (err error) { got, err = readOurs(data, osmpbf.Options{}); return err }},
		{what: "kit/osmpbf with versions and users", read: func() (err error) { got, err = readOurs(data, osmpbf.Options{Info: true}); return err }},
		{what: "kit/osmpbf, streets and relations only", read: func() error {
			_, err := readOurs(data, osmpbf.Options{Nodes: skip, Ways: ways})
			return err
		}},
	}
	for range runs {
		for i := range variants {
			v := &variants[i]
			d, err := timed(1, func() error {
				for range times {
					if err := v.read(); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.what, err)
			}
			v.runs = append(v.runs, d[0]/time.Duration(times))
		}
		if got != want {
			return nil, fmt.Errorf("kit/osmpbf reads %+v, paulmach/osm %+v", got, want)
		}
	}
	size := fmt.Sprintf("%.1f MB, %d elements", float64(len(data))/1e6, want.nodes+want.ways+want.relations)
	var rows []row
	for i, v := range variants {
		r := row{what: name + ": " + v.what, size: size, runs: v.runs,
			ratio: fmt.Sprintf("%.0f MB/s", float64(len(data))/1e6/median(v.runs).Seconds())}
		if i > 0 {
			r.ratio += fmt.Sprintf(", %.1fx paulmach/osm", float64(median(variants[0].runs))/float64(median(v.runs)))
		}
		if i == 1 {
			r.wanted = "2.5x"
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func readOurs(data []byte, o osmpbf.Options) (t pbfTally, err error) {
	_, err = osmpbf.ReadAt(context.Background(), bytes.NewReader(data), int64(len(data)), o, func(b *osmpbf.Block) error {
		for i, id := range b.Nodes.ID {
			t.ids += int64(id)
			t.tags += int64(len(b.Nodes.Tags(i)))
		}
		for i, id := range b.Ways.ID {
			t.ids += int64(id)
			t.refs += int64(len(b.Ways.Refs(i)))
			t.tags += int64(len(b.Ways.Tags(i)))
		}
		for i, id := range b.Relations.ID {
			t.ids += int64(id)
			t.refs += int64(len(b.Relations.Members(i)))
			t.tags += int64(len(b.Relations.Tags(i)))
		}
		t.nodes += int64(len(b.Nodes.ID))
		t.ways += int64(len(b.Ways.ID))
		t.relations += int64(len(b.Relations.ID))
		return nil
	})
	return t, err
}
