package osmpbf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Limits of the format (OSM wiki, "PBF Format", File format): a header must be
// less than 64 KiB, the content of a blob less than 32 MiB.
const (
	maxHeader = 64 << 10
	maxBlob   = 32 << 20
)

// The types of file block that mean something here.
const (
	typeHeader = "OSMHeader"
	typeData   = "OSMData"
)

// job is one file block on its way through the pipe: framed, unpacked, decoded,
// visited, and used again.
type job struct {
	number      int
	offset, end int64
	data        bool   // an OSMData block
	blob        []byte // the Blob message as read
	pack        pack
	raw         []byte // unpacked content, where it is not part of blob
	block       Block
	err         error
	panicked    any
	ready       chan struct{} // receives once when err or block are set
	charge      int64         // against Options.Memory
}

// stream reads file blocks one after another.
type stream struct {
	r      io.Reader
	pos    int64
	number int
	size   [4]byte
	head   []byte
}

// next reads the head of the following file block and leaves its length as the
// distance from pos to j.end. At the end of the file it returns io.EOF.
func (s *stream) next(j *job) error {
	j.number, j.offset, j.data, j.err, j.pack = s.number, s.pos, false, nil, pack{}
	s.number++
	if n, err := io.ReadFull(s.r, s.size[:]); err == io.EOF {
		return io.EOF
	} else if err != nil {
		return s.broken(j, n, err, "length of the block header")
	}
	n := int64(binary.BigEndian.Uint32(s.size[:]))
	if n >= maxHeader {
		if j.number == 0 { // text, XML or another binary format
			return s.fault(j, s.pos, fmt.Errorf("%w: it begins with %q", ErrNotPBF, s.size[:]))
		}
		return s.fault(j, s.pos, fmt.Errorf("%w: block header of %d bytes, must be less than %d", ErrTooLarge, n, maxHeader))
	}
	s.pos += 4
	s.head = slices.Grow(s.head[:0], int(n))[:n]
	if n, err := io.ReadFull(s.r, s.head); err != nil {
		return s.broken(j, n, err, "block header")
	}
	if err := s.parse(j); err != nil {
		return err
	}
	s.pos += n
	j.end += s.pos
	return nil
}

// parse reads the BlobHeader in s.head and leaves the length of the blob in j.end.
func (s *stream) parse(j *job) error {
	size, kind := int64(-1), ""
	m := message{b: s.head}
	for m.next() {
		switch m.num {
		case 1:
			switch t := m.bytes(); {
			case string(t) == typeData: // no allocation
				kind, j.data = typeData, true
			default:
				kind, j.data = string(t[:min(len(t), 32)]), false
			}
		case 3:
			size = m.int()
		}
	}
	at := s.pos
	if f, ok := m.err.(*fault); ok {
		return s.fault(j, at+int64(cap(s.head)-f.left), s.strange(j, f))
	}
	switch {
	case kind == "":
		return s.fault(j, at, s.strange(j, fmt.Errorf("%w: block header without a type", ErrCorrupt)))
	case j.number == 0 && kind != typeHeader:
		return s.fault(j, at, fmt.Errorf("%w: its first block is %q and not %s", ErrNotPBF, kind, typeHeader))
	case j.number > 0 && kind == typeHeader:
		return s.fault(j, at, fmt.Errorf("%w: a second %s; merge files with a tool, not end to end", ErrCorrupt, typeHeader))
	case size < 0:
		return s.fault(j, at, fmt.Errorf("%w: block header without the length of its blob, or a negative one", ErrCorrupt))
	case size > maxBlob:
		return s.fault(j, at, fmt.Errorf("%w: blob of %d bytes, at most %d", ErrTooLarge, size, maxBlob))
	}
	j.end = size
	return nil
}

// strange is err, or for the first block the news that this is another format.
func (s *stream) strange(j *job, err error) error {
	if j.number == 0 {
		return fmt.Errorf("%w: %w", ErrNotPBF, err)
	}
	return err
}

// body reads the blob that follows the head. The buffer grows with what arrives,
// so that a length alone does not make anyone allocate it.
func (s *stream) body(j *job) error {
	const step = 1 << 20
	size := int(j.end - s.pos)
	j.blob = j.blob[:0]
	for len(j.blob) < size {
		old := len(j.blob)
		j.blob = slices.Grow(j.blob, min(size-old, max(step, old)))
		j.blob = j.blob[:min(size, cap(j.blob))]
		if n, err := io.ReadFull(s.r, j.blob[old:]); err != nil {
			return s.broken(j, old+n, err, "blob")
		}
	}
	if err := j.pack.parse(j.blob); err != nil {
		at := s.pos
		if f, ok := err.(*fault); ok {
			at += int64(cap(j.blob) - f.left)
		}
		return s.fault(j, at, err)
	}
	s.pos = j.end
	return nil
}

// skip passes over a blob.
func (s *stream) skip(j *job) error {
	size := j.end - s.pos
	var n int64
	var err error
	if seeker, ok := s.r.(*io.SectionReader); ok {
		n = size
		if at, _ := seeker.Seek(0, io.SeekCurrent); at+size > seeker.Size() {
			n, err = seeker.Size()-at, io.EOF
		} else {
			_, err = seeker.Seek(size, io.SeekCurrent)
		}
	} else {
		n, err = io.CopyN(io.Discard, s.r, size)
	}
	if err != nil {
		return s.broken(j, int(n), err, "blob")
	}
	s.pos = j.end
	return nil
}

// broken is a read that ended early, n bytes after pos.
func (s *stream) broken(j *job, n int, err error, what string) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: in the %s", ErrTruncated, what)
	} else {
		err = fmt.Errorf("read %s: %w", what, err)
	}
	return s.fault(j, s.pos+int64(n), err)
}

func (s *stream) fault(j *job, at int64, err error) error {
	return &Error{Block: j.number, Offset: at, Inside: -1, Err: err}
}
