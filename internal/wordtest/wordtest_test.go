package wordtest_test

import (
	"fmt"
	"slices"
	"testing"

	"conurb/internal/wordtest"
)

// said keeps what a test would have failed with.
type said struct {
	testing.TB
	errors []string
}

func (s *said) Errorf(format string, args ...any) {
	s.errors = append(s.errors, fmt.Sprintf(format, args...))
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	there := "ledger.kind.person"
	for _, c := range []struct {
		name string
		try  func(t testing.TB)
		want []string
	}{
		{"it is there", func(t testing.TB) { wordtest.Need(t, "ledger", there) }, nil},
		{"it is not", func(t testing.TB) { wordtest.Need(t, "ledger", there, "ledger.no") }, []string{"zh-CN has no ledger.no", "en has no ledger.no"}},
		{"another room has it", func(t testing.TB) { wordtest.Need(t, "fund", there) }, []string{"zh-CN has no " + there, "en has no " + there}},
	} {
		s := &said{TB: t}
		if c.try(s); !slices.Equal(s.errors, c.want) {
			t.Errorf("%s: said %q", c.name, s.errors)
		}
	}
	s := &said{TB: t}
	if wordtest.Exactly(s, "ledger", there); len(s.errors) != 2 {
		t.Errorf("others than demanded: said %q", s.errors)
	}
	if got := wordtest.Remedied("a.", []string{"x"}); !slices.Equal(got, []string{"a.x", "a.x.remedy"}) {
		t.Errorf("%q", got)
	}
}
