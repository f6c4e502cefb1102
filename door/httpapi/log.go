package httpapi

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// LogHead is the size and root of the evidence log.
type LogHead struct {
	Size int64  `json:"size" doc:"How many entries the log has." example:"57"`
	Root string `json:"root" doc:"Its Merkle root (RFC 6962), hex." example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`

	Witnesses *LogWitnesses `json:"witnesses,omitempty" doc:"Which other nodes cosigned the log; left out where the node stands alone."`
}

// LogEntry is an entry of the log with its proof of inclusion.
type LogEntry struct {
	Index    int64           `json:"index" doc:"Its place, from 0." example:"4"`
	Leaf     json.RawMessage `json:"leaf" doc:"The entry itself, canonical JSON."`
	LeafHash string          `json:"leafHash" doc:"SHA-256 of a zero byte and the entry, hex." example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`
	Proof    []string        `json:"proof" nullable:"false" doc:"The hashes that lead from the entry to the root, lowest first." example:"[\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"]"`
	Size     int64           `json:"size" doc:"How many entries the log has that the proof is for." example:"57"`
	Root     string          `json:"root" doc:"Its Merkle root (RFC 6962), hex." example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`
}

// Health says that the node answers.
type Health struct {
	Status  string `json:"status" enum:"ok" doc:"Always ok: a node that is not does not answer." example:"ok"`
	Version string `json:"version" doc:"The version of the program." example:"v0.1.0"`
	Pack    string `json:"pack" doc:"The region pack it serves." example:"czt"`
	Log     int64  `json:"log" doc:"The size of its evidence log." example:"57"`
}

type entryInput struct {
	Language
	Index int64 `path:"index" minimum:"0" doc:"The place of the entry, from 0." example:"4"`
	Size  int64 `query:"size" minimum:"0" doc:"The size of the log the proof is for; 0 is the size of now." example:"57"`
}

func (s *server) logHead(ctx context.Context, _ *Language) (*answer[LogHead], error) {
	h, err := s.desk.Head(ctx)
	if err != nil {
		return nil, err
	}
	w, err := s.witnessed(ctx)
	if err != nil {
		return nil, err
	}
	return &answer[LogHead]{LogHead{h.Size, h.Root, w}}, nil
}

func (s *server) logEntry(ctx context.Context, in *entryInput) (*answer[LogEntry], error) {
	e, err := s.desk.Entry(ctx, in.Index, in.Size)
	if err != nil {
		return nil, about(err, "entry", strconv.FormatInt(in.Index, 10))
	}
	return &answer[LogEntry]{LogEntry{e.Index, e.Leaf, e.LeafHash, strings0(e.Proof), e.Head.Size, e.Head.Root}}, nil
}

// logExport streams, since the log has no upper size.
func (s *server) logExport(context.Context, *nothing) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/zip")
		ctx.SetHeader("Content-Disposition", `attachment; filename="evidence.zip"`)
		if err := s.desk.ExportEvidence(ctx.Context(), ctx.BodyWriter()); err != nil {
			panic(err) // breaks the answer off: half an archive must not look whole
		}
	}}, nil
}

func (s *server) health(ctx context.Context, _ *nothing) (*answer[Health], error) {
	h, err := s.desk.Head(ctx)
	if err != nil {
		return nil, err
	}
	return &answer[Health]{Health{"ok", s.version, s.desk.Pack().ID, h.Size}}, nil
}
