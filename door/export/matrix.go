package export

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"conurb/connect/reach"
)

// Matrix takes the rows of a matrix in turn and is closed at the end.
type Matrix interface {
	Row(origin string, times reach.Row) error
	Close() error
}

// About goes into files that can hold it.
type About map[string]string

// MatrixCSV writes origin,destination,seconds.
func MatrixCSV(w io.Writer, destinations []string, limit reach.Decis) Matrix {
	m := &matrixCSV{out: bufio.NewWriterSize(w, 1<<20), limit: limit}
	for _, id := range destinations {
		m.quoted = append(m.quoted, quote(id))
	}
	m.line = append(m.line, "origin,destination,seconds\n"...)
	return m
}

type matrixCSV struct {
	out    *bufio.Writer
	quoted []string
	limit  reach.Decis
	line   []byte
}

func (m *matrixCSV) Row(origin string, times reach.Row) error {
	from := quote(origin)
	for t := range times.Len() {
		at := times.At(t)
		if at > m.limit {
			continue
		}
		m.line = append(append(append(append(m.line, from...), ','), m.quoted[t]...), ',')
		m.line = append(tenths(m.line, at), '\n')
		if len(m.line) > 1<<16 {
			if err := m.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *matrixCSV) flush() error {
	_, err := m.out.Write(m.line)
	m.line = m.line[:0]
	return err
}

func (m *matrixCSV) Close() error {
	if err := m.flush(); err != nil {
		return err
	}
	return m.out.Flush()
}

// tenths writes a time in seconds, without a decimal where it is a whole number.
func tenths(b []byte, t reach.Decis) []byte {
	b = strconv.AppendInt(b, int64(t/10), 10)
	if t%10 != 0 {
		b = append(b, '.', byte('0'+t%10))
	}
	return b
}

// quote is a field as encoding/csv would write it.
func quote(text string) string {
	var b []byte
	w := csv.NewWriter(writer(func(p []byte) { b = append(b, p...) }))
	_ = w.Write([]string{text, ""}) // the writer below never fails
	w.Flush()
	return string(b[:len(b)-2])
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

// pair is a row of a matrix in Parquet.
type pair struct {
	Origin      string  `parquet:"origin,dict"`
	Destination string  `parquet:"destination,dict"`
	Seconds     float32 `parquet:"seconds"`
}

// rowGroup is how many rows one group of a Parquet file holds, which is what is kept
// in memory.
const rowGroup = 1 << 20

// MatrixParquet writes the columns origin, destination and seconds, zstd-compressed.
func MatrixParquet(w io.Writer, destinations []string, limit reach.Decis, about About) Matrix {
	options := []parquet.WriterOption{parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup)}
	for k, v := range about {
		options = append(options, parquet.KeyValueMetadata(k, v))
	}
	return &matrixParquet{parquet.NewGenericWriter[pair](w, options...), destinations, limit, nil}
}

type matrixParquet struct {
	out   *parquet.GenericWriter[pair]
	to    []string
	limit reach.Decis
	rows  []pair
}

func (m *matrixParquet) Row(origin string, times reach.Row) error {
	m.rows = m.rows[:0]
	for t := range times.Len() {
		if at := times.At(t); at <= m.limit {
			m.rows = append(m.rows, pair{origin, m.to[t], float32(at.Seconds())})
		}
	}
	if _, err := m.out.Write(m.rows); err != nil {
		return fmt.Errorf("matrix of %s: %w", origin, err)
	}
	return nil
}

func (m *matrixParquet) Close() error { return m.out.Close() }
