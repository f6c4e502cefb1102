package main

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"conurb/kit/gtfs"
)

// feeds reads the largest feed with kit/gtfs, whole and checked, and its tables with
// encoding/csv and nothing else, in turns.
func feeds(runs int) ([]row, error) {
	path := filepath.Join(portoAlegreFolder, "poa_eptc.zip")
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return nil, err
	}
	rows := 0
	theirs := row{what: "gtfs: rows of the tables by encoding/csv, 1 core"}
	ours := row{what: "gtfs: feed by kit/gtfs, parsed, checked and indexed"}
	for range runs {
		d, err := timed(1, func() error { rows, err = csvRows(f, about.Size()); return err })
		if err != nil {
			return nil, err
		}
		theirs.runs = append(theirs.runs, d...)
		if d, err = timed(1, func() error {
			_, _, err := gtfs.ReadZip(context.Background(), f, about.Size(), gtfs.Options{})
			return err
		}); err != nil {
			return nil, err
		}
		ours.runs = append(ours.runs, d...)
	}
	for _, r := range []*row{&theirs, &ours} {
		r.size = fmt.Sprintf("%d rows", rows)
		r.ratio = fmt.Sprintf("%.2f M rows/s", float64(rows)/median(r.runs).Seconds()/1e6)
	}
	ours.ratio += fmt.Sprintf(", %.2f x encoding/csv", float64(median(theirs.runs))/float64(median(ours.runs)))
	return []row{theirs, ours}, nil
}

// csvRows counts the rows of all tables.
func csvRows(at io.ReaderAt, size int64) (rows int, err error) {
	z, err := zip.NewReader(at, size)
	if err != nil {
		return 0, err
	}
	for _, file := range z.File {
		if filepath.Ext(file.Name) != ".txt" {
			continue
		}
		r, err := file.Open()
		if err != nil {
			return 0, err
		}
		table := csv.NewReader(r)
		table.ReuseRecord, table.FieldsPerRecord, table.LazyQuotes = true, -1, true
		for {
			if _, err = table.Read(); err != nil {
				break
			}
			rows++
		}
		if r.Close(); !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return rows, nil
}
