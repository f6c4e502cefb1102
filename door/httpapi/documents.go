package httpapi

import (
	"context"
	"io"

	"conurb/door/report"
	"conurb/plan/board"
)

// facts gathers what a document says about itself.
func (s *server) facts(ctx context.Context, d Days) (*report.Facts, error) {
	q, err := s.query(ctx, d)
	if err != nil {
		return nil, err
	}
	b, err := s.desk.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	head, err := s.desk.Head(ctx)
	if err != nil {
		return nil, err
	}
	in, err := s.desk.Input(ctx, q.Log)
	if err != nil {
		return nil, err
	}
	return &report.Facts{Pack: s.desk.Pack(), Board: b, Input: in, Words: s.words(ctx), LogSize: head.Size, LogRoot: head.Root, Today: s.desk.Today()}, nil
}

// export makes a document of the board.
func (s *server) export(ctx context.Context, d Days, kind, ending string, write func(io.Writer, *report.Facts) error) (*file, error) {
	f, err := s.facts(ctx, d)
	if err != nil {
		return nil, err
	}
	return document(kind, fileName(f.Board)+ending, func(w io.Writer) error { return write(w, f) })
}

func fileName(b *board.Board) string {
	return b.Pack + "-" + b.Query.AsOf.String() + "-believed-" + b.Query.BelievedOn.String()
}

func (s *server) exportJSON(ctx context.Context, in *daysInput) (*file, error) {
	return s.export(ctx, in.Days, "application/json", ".json", report.JSON)
}

func (s *server) exportCSV(ctx context.Context, in *daysInput) (*file, error) {
	return s.export(ctx, in.Days, csvType, ".csv", report.CSV)
}

func (s *server) exportXLSX(ctx context.Context, in *daysInput) (*file, error) {
	return s.export(ctx, in.Days, xlsxType, ".xlsx", report.XLSX)
}

// reportPolicy: the report has its style inside and no script at all.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

func (s *server) report(ctx context.Context, in *daysInput) (*file, error) {
	f, err := s.facts(ctx, in.Days)
	if err != nil {
		return nil, err
	}
	out, err := document("text/html; charset=utf-8", "", func(w io.Writer) error { return report.HTML(w, f) })
	if err == nil {
		out.Policy = reportPolicy
	}
	return out, err
}
