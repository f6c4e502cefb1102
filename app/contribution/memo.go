package contribution

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"conurb/kit/shapley"
)

// File keeps values in a file: a line for each set, with a checksum. A line that is
// torn or damaged is left out, and its set computed again.
type File struct {
	mu    sync.Mutex
	file  *os.File
	known map[shapley.Set][]float64
}

var _ shapley.Memo = (*File)(nil)

// OpenFile opens the file of a digest in a folder, and makes both if need be.
func OpenFile(folder, digest string) (*File, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, strings.TrimPrefix(digest, "sha256:")+".sets")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	m := &File{file: f, known: map[shapley.Set][]float64{}}
	if err := m.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	return m, nil
}

func (m *File) read() error {
	in := bufio.NewReader(m.file)
	for {
		line, err := in.ReadBytes('\n')
		if set, values, ok := parse(line); ok {
			m.known[set] = values
		}
		if errors.Is(err, io.EOF) {
			if len(line) > 0 { // torn: what follows begins on a line of its own
				_, err = m.file.Write([]byte{'\n'})
				return err
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// parse reads "set value value ... checksum".
func parse(line []byte) (shapley.Set, []float64, bool) {
	line, ended := bytes.CutSuffix(line, []byte{'\n'})
	cut := bytes.LastIndexByte(line, ' ')
	if !ended || cut < 0 || string(line[cut+1:]) != checksum(line[:cut]) {
		return 0, nil, false
	}
	words := strings.Split(string(line[:cut]), " ")
	set, err := strconv.ParseUint(words[0], 16, 64)
	if err != nil {
		return 0, nil, false
	}
	values := []float64{}
	for _, w := range words[1:] {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return 0, nil, false
		}
		values = append(values, v)
	}
	return shapley.Set(set), values, true
}

func checksum(b []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b)) }

// Recall and Keep are those of shapley.Memo.
func (m *File) Recall(s shapley.Set) ([]float64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.known[s]
	return v, ok
}

// Keep writes a line; it is on disk when the system gets round to it.
func (m *File) Keep(s shapley.Set, values []float64) error {
	line := strconv.AppendUint(nil, uint64(s), 16)
	for _, v := range values {
		line = strconv.AppendFloat(append(line, ' '), v, 'g', -1, 64)
	}
	line = append(append(append(line, ' '), checksum(line)...), '\n')
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[s] = values
	_, err := m.file.Write(line)
	return err
}

// Close closes the file.
func (m *File) Close() error { return m.file.Close() }
