package gtfs

import (
	"bytes"
	"io"
)

// longestRecord is the longest record in bytes that is read.
const longestRecord = 1 << 20

// mostFields is the largest number of fields a record may have.
const mostFields = 1000

// scanner cuts comma-separated text (RFC 4180) into records. It differs from
// encoding/csv in this: fields are slices of the buffer, valid until the next
// record; a quote inside an unquoted field is a character; blanks after a closing
// quote are dropped. A byte order mark, CR before LF and empty lines are skipped.
type scanner struct {
	r        io.Reader
	buf      []byte
	from, to int
	ended    bool
	err      error  // of the reader
	fault    string // the code of what is wrong with the text

	fields [][]byte
	line   int // the line the record begins on, from 1
	after  int // the line after the record
	inLine bool
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, 64<<10), after: 1}
}

// next moves to the next record; false at the end, or where err or fault is set.
func (s *scanner) next() bool {
	for s.err == nil && s.fault == "" {
		nl := bytes.IndexByte(s.buf[s.from:s.to], '\n')
		if nl < 0 && !s.ended {
			s.fill()
			continue
		}
		if nl < 0 {
			if s.from == s.to {
				return false
			}
			nl = s.to - s.from
		}
		line := s.buf[s.from : s.from+nl]
		if bytes.IndexByte(line, '"') >= 0 {
			if done, again := s.quoted(); again {
				continue
			} else if done {
				return s.fault == ""
			}
			return false
		}
		s.from = min(s.from+nl+1, s.to)
		s.line = s.after
		s.after++
		s.inLine = false
		if len(line) > 0 && line[len(line)-1] == '\r' {
			line = line[:len(line)-1]
		}
		if len(line) == 0 {
			continue
		}
		return s.split(line)
	}
	return false
}

// fill reads more, moving what is left to the front and growing the buffer when a
// record fills it.
func (s *scanner) fill() {
	if s.from > 0 {
		copy(s.buf, s.buf[s.from:s.to])
		s.to -= s.from
		s.from = 0
	}
	if s.to == len(s.buf) {
		if len(s.buf) >= longestRecord {
			s.line, s.fault = s.after, "csv_record_too_long"
			return
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	first := s.to == 0 && s.after == 1
	for range 100 { // a reader may return nothing now and then
		n, err := s.r.Read(s.buf[s.to:])
		s.to += n
		if err == io.EOF {
			s.ended = true
		} else if err != nil {
			s.err = err
		}
		if n > 0 && first && s.to < 3 && err == nil {
			continue // enough to see a byte order mark
		}
		if n > 0 || err != nil {
			break
		}
	}
	if first && bytes.HasPrefix(s.buf[:s.to], []byte("\xef\xbb\xbf")) {
		s.from = 3
	}
}

// split cuts a record without quotes.
func (s *scanner) split(line []byte) bool {
	s.fields = s.fields[:0]
	start := 0
	for i, c := range line {
		if c == ',' {
			s.fields = append(s.fields, line[start:i:i])
			start = i + 1
		}
	}
	s.fields = append(s.fields, line[start:])
	if len(s.fields) > mostFields {
		s.fault = "csv_too_many_columns"
		return false
	}
	return true
}

// quoted cuts a record with quotes; again where more bytes are needed first.
func (s *scanner) quoted() (done, again bool) {
	rest := s.buf[s.from:s.to]
	end, closed := recordEnd(rest)
	if end < 0 {
		if !s.ended {
			s.fill()
			return false, true
		}
		if !closed {
			s.line, s.fault = s.after, "csv_parsing_failed"
			return false, false
		}
		end = len(rest)
	}
	record := rest[:end]
	s.from = min(s.from+end+1, s.to)
	s.line = s.after
	breaks := bytes.Count(record, []byte("\n"))
	s.after += 1 + breaks
	s.inLine = breaks > 0
	if len(record) > 0 && record[len(record)-1] == '\r' {
		record = record[:len(record)-1]
	}
	s.fields = s.fields[:0]
	for more := true; more; {
		var field []byte
		field, record, more = cut(record)
		s.fields = append(s.fields, field)
		if len(s.fields) > mostFields {
			s.fault = "csv_too_many_columns"
			return false, false
		}
	}
	return true, false
}

// recordEnd finds the line feed that ends a record, -1 where there is none; closed
// is false where the text ends inside quotes.
func recordEnd(b []byte) (end int, closed bool) {
	start := true // of a field, blanks aside
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\n':
			return i, true
		case c == ',':
			start = true
		case c == '"' && start:
			for {
				q := bytes.IndexByte(b[i+1:], '"')
				if q < 0 {
					return -1, false
				}
				i += q + 1
				if i+1 < len(b) && b[i+1] == '"' {
					i++
					continue
				}
				break
			}
			start = false
		case c != ' ' && c != '\t':
			start = false
		}
	}
	return -1, true
}

// cut takes the first field off a record and says whether more follow. Quotes are
// taken off in place.
func cut(b []byte) (field, rest []byte, more bool) {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if i == len(b) || b[i] != '"' {
		c := bytes.IndexByte(b, ',')
		if c < 0 {
			return b, nil, false
		}
		return b[:c:c], b[c+1:], true
	}
	open, w := i+1, i+1
	for i++; i < len(b); i++ {
		if b[i] == '"' {
			if i+1 == len(b) || b[i+1] != '"' {
				i++
				break
			}
			i++
		}
		b[w] = b[i]
		w++
	}
	tail := b[i:]
	c := bytes.IndexByte(tail, ',')
	if c >= 0 {
		rest, more, tail = tail[c+1:], true, tail[:c]
	}
	if len(bytes.TrimSpace(tail)) > 0 { // text after a closing quote belongs to the field
		w += copy(b[w:], tail)
	}
	return b[open:w:w], rest, more
}
