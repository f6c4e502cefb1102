package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The files of a bundle, in the order they are written.
const (
	fileManifest     = "manifest.json"
	fileCheckpoint   = "checkpoint" // newest, as it is signed, for other tools
	fileCheckpoints  = "checkpoints.jsonl"
	fileCosignatures = "cosignatures.jsonl" // of other nodes; only where there are any
	fileLog          = "log.jsonl"          // line i+1 is leaf i, byte for byte
	fileHashes       = "hashes.txt"         // line i+1 is the hash of leaf i, hex
	fileObservations = "observations.jsonl"
	filePacks        = "packs.jsonl"
	dirPacks         = "packs/"  // packs/<digest>/<path>
	dirBoards        = "boards/" // boards/<log index>.json
)

// BundleFormat is the version of the layout of a bundle.
const BundleFormat = 1

// maxBundle bounds what is unpacked from a bundle, 8 GiB: a log of ten million
// entries has half of it.
const maxBundle = 8 << 30

// ErrBundle says that bytes are not a bundle.
var ErrBundle = errors.New("not an evidence bundle")

// Manifest opens a bundle.
type Manifest struct {
	Format int    `json:"format"`
	Kind   string `json:"kind"` // evidence | backup
	Size   int64  `json:"size"`
	Root   string `json:"root"`
	VKey   string `json:"vkey,omitempty"`
}

// Export is a copy of a log to be written as a bundle, with files of its own.
type Export struct {
	Manifest
	Copy
	Extra map[string][]byte // by name; backups keep there what is no evidence
}

// WriteBundle writes a zip whose bytes depend on nothing but the content: fixed
// order, no times. It ends with an error if the entries are not as many as the
// manifest says.
func WriteBundle(w io.Writer, e *Export) error {
	b := &bundler{zip: zip.NewWriter(w)}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	e.Manifest.Format = BundleFormat
	manifest, err := Canonical(e.Manifest)
	if err != nil {
		return err
	}
	b.file(fileManifest, manifest)
	if n := len(e.Checkpoints); n > 0 {
		b.file(fileCheckpoint, []byte(e.Checkpoints[n-1].Note))
	}
	b.lines(fileCheckpoints, func(yield func(any) bool) {
		for _, c := range e.Checkpoints {
			if !yield(c) {
				return
			}
		}
	})
	if len(e.Cosignatures) > 0 {
		b.lines(fileCosignatures, func(yield func(any) bool) {
			for _, c := range e.Cosignatures {
				if !yield(c) {
					return
				}
			}
		})
	}
	b.log(e)
	b.rows(e.Rows)
	b.lines(filePacks, func(yield func(any) bool) {
		for _, p := range e.Packs {
			if !yield(p) {
				return
			}
		}
	})
	for _, digest := range slices.Sorted(maps.Keys(e.Files)) {
		for _, name := range slices.Sorted(maps.Keys(e.Files[digest])) {
			b.file(dirPacks+digest+"/"+name, e.Files[digest][name])
		}
	}
	for _, board := range e.Boards {
		b.file(dirBoards+strconv.FormatInt(board.Log, 10)+".json", board.JSON)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Extra)) {
		b.file(name, e.Extra[name])
	}
	if b.err == nil {
		b.err = b.zip.Close()
	}
	if b.err != nil {
		return fmt.Errorf("evidence bundle: %w", b.err)
	}
	return nil
}

type bundler struct {
	zip *zip.Writer
	err error
}

func (b *bundler) create(name string) io.Writer {
	if b.err != nil {
		return io.Discard
	}
	// The earliest moment a zip can state; Modified left zero writes none at all.
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Time{}})
	if err != nil {
		b.err = err
		return io.Discard
	}
	return f
}

func (b *bundler) file(name string, content []byte) {
	if _, err := b.create(name).Write(content); err != nil {
		b.err = errors.Join(b.err, err)
	}
}

func (b *bundler) lines(name string, values iter.Seq[any]) {
	w := bufio.NewWriterSize(b.create(name), 1<<16)
	for v := range values {
		line, err := Canonical(v)
		if err != nil {
			b.err = errors.Join(b.err, err)
			return
		}
		w.Write(line)
		w.WriteByte('\n')
	}
	b.err = errors.Join(b.err, w.Flush())
}

// log writes the leaves, and the hashes beside them.
func (b *bundler) log(e *Export) {
	w := bufio.NewWriterSize(b.create(fileLog), 1<<16)
	var hashes bytes.Buffer
	n := int64(0)
	for entry, err := range e.Entries {
		if err == nil && entry.Index != n {
			err = fmt.Errorf("entry %d where %d should be", entry.Index, n)
		}
		if err == nil && bytes.IndexByte(entry.Leaf, '\n') >= 0 {
			err = fmt.Errorf("entry %d: more than a line", n)
		}
		if err != nil {
			b.err = errors.Join(b.err, err)
			return
		}
		w.Write(entry.Leaf)
		w.WriteByte('\n')
		hashes.WriteString(entry.Hash + "\n")
		n++
	}
	b.err = errors.Join(b.err, w.Flush())
	if n != e.Size {
		b.err = errors.Join(b.err, fmt.Errorf("%d entries, the manifest says %d", n, e.Size))
	}
	b.file(fileHashes, hashes.Bytes())
}

// bundleRow is a line of observations.jsonl.
type bundleRow struct {
	Log     int64           `json:"log"`
	Fault   string          `json:"fault,omitempty"`
	ID      string          `json:"id"`
	Version int             `json:"version"`
	Row     json.RawMessage `json:"row,omitempty"` // as a leaf
}

func (b *bundler) rows(rows iter.Seq2[Row, error]) {
	w := bufio.NewWriterSize(b.create(fileObservations), 1<<16)
	for r, err := range rows {
		if err != nil {
			b.err = errors.Join(b.err, err)
			return
		}
		line, err := Canonical(bundleRow{Log: r.Log, Fault: r.Fault, ID: r.ID, Version: r.Version})
		if err != nil {
			b.err = errors.Join(b.err, err)
			return
		}
		if r.Fault == "" {
			// "row" sorts between "log" and "version"; the leaf is canonical already.
			i := bytes.LastIndex(line, []byte(`,"version":`))
			w.Write(line[:i])
			w.WriteString(`,"row":`)
			w.Write(r.Leaf)
			line = line[i:]
		}
		w.Write(line)
		w.WriteByte('\n')
	}
	b.err = errors.Join(b.err, w.Flush())
}

// Bundle is a bundle that was read.
type Bundle struct {
	Manifest
	Copy
	Missing []string          // files that a bundle has and this one has not
	Extra   map[string][]byte // files that are no part of a bundle, by name

	leaves [][]byte
	hashes []string
	rows   []Row
}

// ReadBundle reads a bundle into memory. What it says is not checked yet, see
// Verify; an error means that it cannot be read at all.
func ReadBundle(r io.ReaderAt, size int64) (*Bundle, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrBundle, err)
	}
	b := &Bundle{Copy: Copy{Files: map[string]map[string][]byte{}}, Extra: map[string][]byte{}}
	seen, left := map[string]bool{}, int64(maxBundle)
	for _, f := range z.File {
		if seen[f.Name] {
			return nil, fmt.Errorf("%w: %s stands in it twice", ErrBundle, f.Name)
		}
		seen[f.Name] = true
		content, err := unpack(f, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(content))
		if err := b.take(f.Name, content); err != nil {
			return nil, fmt.Errorf("%w: %s: %v", ErrBundle, f.Name, err)
		}
	}
	if !seen[fileManifest] {
		return nil, fmt.Errorf("%w: it has no %s", ErrBundle, fileManifest)
	}
	for _, name := range []string{fileCheckpoints, fileLog, fileHashes, fileObservations, filePacks} {
		if !seen[name] {
			b.Missing = append(b.Missing, name)
		}
	}
	slices.SortFunc(b.Boards, func(x, y BoardRow) int { return cmp.Compare(x.Log, y.Log) })
	slices.SortStableFunc(b.rows, func(x, y Row) int { return cmp.Compare(x.Log, y.Log) })
	slices.SortStableFunc(b.Checkpoints, func(x, y Signed) int { return cmp.Compare(x.Size, y.Size) })
	b.Entries, b.Rows = b.entries(), all(b.rows)
	return b, nil
}

func unpack(f *zip.File, left int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(left) {
		return nil, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrBundle, int64(maxBundle))
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrBundle, f.Name, err)
	}
	content, err := io.ReadAll(io.LimitReader(r, left+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrBundle, f.Name, err)
	}
	if int64(len(content)) > left {
		return nil, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrBundle, int64(maxBundle))
	}
	return content, nil
}

// take puts a file in its place.
func (b *Bundle) take(name string, content []byte) error {
	switch name {
	case fileManifest:
		if err := json.Unmarshal(content, &b.Manifest); err != nil {
			return err
		}
		if b.Format != BundleFormat {
			return fmt.Errorf("format %d, not %d", b.Format, BundleFormat)
		}
		return nil
	case fileCheckpoint:
		return nil // the last of checkpoints.jsonl again
	case fileCheckpoints:
		b.eachLine(name, content, SignatureInvalid, func(line []byte) error { return add(&b.Checkpoints, line) })
		return nil
	case fileCosignatures:
		b.eachLine(name, content, CosignatureInvalid, func(line []byte) error { return add(&b.Cosignatures, line) })
		return nil
	case fileLog:
		b.eachLine(name, content, "", func(line []byte) error { b.leaves = append(b.leaves, line); return nil })
		return nil
	case fileHashes:
		b.eachLine(name, content, "", func(line []byte) error { b.hashes = append(b.hashes, string(line)); return nil })
		return nil
	case fileObservations:
		b.eachLine(name, content, ObservationAltered, b.row)
		return nil
	case filePacks:
		b.eachLine(name, content, PackAltered, func(line []byte) error { return add(&b.Packs, line) })
		return nil
	}
	if rest, ok := strings.CutPrefix(name, dirPacks); ok {
		digest, file, ok := strings.Cut(rest, "/")
		if !ok || path.Clean(file) != file || strings.HasPrefix(file, "..") {
			return errors.New("not the path of a pack's file")
		}
		if b.Files[digest] == nil {
			b.Files[digest] = map[string][]byte{}
		}
		b.Files[digest][file] = content
		return nil
	}
	if rest, ok := strings.CutPrefix(name, dirBoards); ok {
		log, err := strconv.ParseInt(strings.TrimSuffix(rest, ".json"), 10, 64)
		if err != nil {
			b.Faults = append(b.Faults, Finding{Code: BoardInserted, Index: -1, ID: name})
			return nil
		}
		b.Boards = append(b.Boards, BoardRow{Log: log, JSON: content})
		return nil
	}
	b.Extra[name] = content
	return nil
}

func (b *Bundle) row(line []byte) error {
	var r bundleRow
	if err := json.Unmarshal(line, &r); err != nil {
		return err
	}
	b.rows = append(b.rows, Row{Log: r.Log, ID: r.ID, Version: r.Version, Leaf: r.Row, Fault: r.Fault})
	return nil
}

// entries pairs leaves with hashes; a leaf without one has an empty hash, which
// no leaf equals.
func (b *Bundle) entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for i, leaf := range b.leaves {
			e := Entry{Index: int64(i), Leaf: leaf}
			if i < len(b.hashes) {
				e.Hash = b.hashes[i]
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func all[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func add[T any](list *[]T, line []byte) error {
	var v T
	if err := json.Unmarshal(line, &v); err != nil {
		return err
	}
	*list = append(*list, v)
	return nil
}

// eachLine calls f with every line. One that cannot be read as what its file
// holds is a finding of this code, and the others count all the same.
func (b *Bundle) eachLine(name string, content []byte, code string, f func(line []byte) error) {
	for n := 1; len(content) > 0; n++ {
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		if err := f(line); err != nil {
			b.Faults = append(b.Faults, Finding{code, -1, fmt.Sprintf("%s:%d", name, n), unread(line, err)})
		}
		content = rest
	}
}

// unread says what keeps a line from being read.
func unread(line []byte, err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
		return fmt.Sprintf("%s: %s ≠ %s", e.Field, e.Value, e.Type)
	}
	if r := []rune(string(line)); len(r) > 80 {
		line = []byte(string(r[:80]) + "…")
	}
	return fmt.Sprintf("%s ≠ JSON", line)
}

// Verify audits a bundle: every leaf hash, the root, the signatures, versions,
// rows, packs and, with o.Recompute, every board.
func (b *Bundle) Verify(o AuditOptions) (*Report, error) {
	r, err := b.Audit(o)
	if err != nil {
		return nil, err
	}
	for _, name := range b.Missing {
		r.Add(FileMissing, -1, name, "")
	}
	if b.Size != r.Size && r.OK() {
		r.Add(LogTruncated, r.Size, span(min(r.Size, b.Size), max(r.Size, b.Size)), fmt.Sprintf("%d ≠ %d", r.Size, b.Size))
	}
	return r, nil
}
