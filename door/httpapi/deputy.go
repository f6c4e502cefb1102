package httpapi

import (
	"context"
	"net/http"

	"conurb/livelihood/casework"
	"conurb/trust/rights"
)

// Deputy prints what came of a case at the window that took it.
type Deputy interface {
	// CasePaper is the PDF of the certificate that came of a case: of this city, or of the one that
	// decided. Refusals are *casework.Refusal.
	CasePaper(ctx context.Context, k *casework.Case) ([]byte, error)
}

// deputyRoutes adds what a window prints.
func (s *server) deputyRoutes(v1 string) {
	registerCase(s, operation{method: http.MethodGet, path: v1 + "/cases/{id}/paper", id: "getCasePaper", tag: "cases", produces: "application/pdf",
		summary: "The certificate that came of a case, to print with its QR code: of this city, or of the one that decided"}, s.casePaper)
}

// CasePaperInput names a case.
type CasePaperInput struct {
	Language
	ID string `path:"id" maxLength:"64" doc:"The case." example:"01990a3c-7f7e-7000-8000-000000000000"`
}

func (s *server) casePaper(ctx context.Context, in *CasePaperInput) (*file, error) {
	c, err := s.casesHere()
	if err != nil {
		return nil, err
	}
	if s.deputy == nil {
		return nil, refuse("no-such-room")
	}
	k, err := s.caseFor(ctx, c, in.ID, rights.CaseRead)
	if err != nil {
		return nil, err
	}
	b, err := s.deputy.CasePaper(ctx, &k)
	if err != nil {
		return nil, caseRefusal(ctx, err)
	}
	return &file{Type: "application/pdf", Caching: "no-store", Disposition: `inline; filename="` + k.ID + `.pdf"`, Body: b}, nil
}
