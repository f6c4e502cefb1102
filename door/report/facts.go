package report

import (
	"fmt"
	"io"

	"conurb/area"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/plan/progress"
	"conurb/trust/evidence"

	"conurb/locale"
)

// Facts is what a document is made from.
type Facts struct {
	Pack    *pack.Pack
	Board   *board.Board
	Words   *Words
	LogSize int64  // of the evidence log when the document was made
	LogRoot string // hex
	Today   area.Date
}

// JSON writes the board in canonical form (RFC 8785), so that the same board is
// the same bytes wherever it was computed.
func JSON(w io.Writer, f *Facts) error {
	b, err := evidence.Canonical(f.Board)
	if err != nil {
		return fmt.Errorf("canonical board: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Method is what a method of progress says, in words.
func (w *Words) Method(r progress.Result) string {
	if r.Why != "" {
		if key := "progress.why." + r.Why; locale.Has(w.Lang, key) {
			return w.T(key)
		}
		return r.Why
	}
	if key := "progress.status." + r.Method + "." + r.Status; locale.Has(w.Lang, key) {
		return w.T(key)
	}
	return r.Status
}
