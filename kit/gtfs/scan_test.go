package gtfs

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func records(r io.Reader) (out [][]string, fault string) {
	s := newScanner(r)
	for s.next() {
		row := make([]string, len(s.fields))
		for i, f := range s.fields {
			row[i] = string(f)
		}
		out = append(out, row)
	}
	return out, s.fault
}

// TestScannerReadsWhatEncodingCSVWrites holds the scanner against the standard
// library, whole and byte by byte.
func TestScannerReadsWhatEncodingCSVWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n é\t")))
		var want [][]string
		width := rapid.IntRange(1, 5).Draw(t, "width")
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row := rapid.SliceOfN(field, width, width).Draw(t, "row")
			if width == 1 && row[0] == "" {
				row[0] = "x" // an empty line is no record
			}
			want = append(want, row)
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = false
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		for _, r := range []io.Reader{bytes.NewReader(b.Bytes()), iotest.OneByteReader(bytes.NewReader(b.Bytes()))} {
			got, fault := records(r)
			if fault != "" || !slices.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("%q: got %q %s, want %q", b.String(), got, fault, want)
			}
		}
	})
}

func TestScannerTakesTextAsItComes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       [][]string
		fault      string
	}{
		{"a byte order mark", "\ufeffa,b\n", [][]string{{"a", "b"}}, ""},
		{"CRLF and empty lines", "a\r\n\r\n\nb\r\n", [][]string{{"a"}, {"b"}}, ""},
		{"no line feed at the end", "a,b", [][]string{{"a", "b"}}, ""},
		{"a quote in the middle", "5\" pipe,b\n", [][]string{{"5\" pipe", "b"}}, ""},
		{"blanks around quotes", " \"a,b\" ,c\n", [][]string{{"a,b", "c"}}, ""},
		{"text after a quote", "\"a\"b,c\n", [][]string{{"ab", "c"}}, ""},
		{"a quote never closed", "a\n\"b,c\nd\n", [][]string{{"a"}}, "csv_parsing_failed"},
		{"nothing", "", nil, ""},
		{"only a mark", "\ufeff", nil, ""},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
			got, fault := records(r)
			if fault != c.fault || !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("%s: got %q %s, want %q %s", c.name, got, fault, c.want, c.fault)
			}
		}
	}
}

func TestLinesAreCounted(t *testing.T) {
	s := newScanner(strings.NewReader("a\n\n\"b\nc\"\nd\n"))
	var lines []int
	for s.next() {
		lines = append(lines, s.line)
	}
	if want := []int{1, 3, 5}; !slices.Equal(lines, want) {
		t.Errorf("records begin on lines %v, want %v", lines, want)
	}
}

// TestDecimalIsStrconv: the quick way must give the very bits of strconv.
func TestDecimalIsStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,16})?`),
			rapid.StringMatching(`[-+0-9.e]{1,8}`),
			rapid.Map(rapid.Float64(), func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }),
		).Draw(t, "text")
		got, ok := decimal([]byte(s))
		want, err := strconv.ParseFloat(s, 64)
		if wantOK := err == nil && !math.IsInf(want, 0) && want == want; ok != wantOK || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q: got %v %v, want %v %v", s, got, ok, want, err)
		}
	})
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		text string
		want Seconds
		ok   bool
	}{
		{"0:00:00", 0, true}, {"08:05:09", 29109, true}, {"25:35:00", 92100, true}, {"100:00:00", 360000, true},
		{"8:5:09", NoTime, false}, {"08:60:00", NoTime, false}, {"08:00:60", NoTime, false}, {"08:00", NoTime, false}, {"-1:00:00", NoTime, false}, {"aa:00:00", NoTime, false}, {"1000:00:00", NoTime, false}, {"08.00.00", NoTime, false},
	} {
		got, ok := parseTime([]byte(c.text))
		if got != c.want && c.ok || ok != c.ok {
			t.Errorf("%q: %d %v, want %d %v", c.text, got, ok, c.want, c.ok)
		}
		if c.ok {
			if back, _ := parseTime([]byte(got.String())); back != got {
				t.Errorf("%v is not read back", got)
			}
		}
	}
}
