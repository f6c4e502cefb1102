package witness

import (
	"context"

	"conurb/door/httpapi"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

var _ httpapi.Witnesses = (*Witness)(nil)

// Witnessed tells who cosigned this node's log, for httpapi.Witnesses.
func (w *Witness) Witnessed(ctx context.Context) (httpapi.LogWitnesses, error) {
	out := httpapi.LogWitnesses{Cosignatures: []httpapi.LogCosignature{}, Held: []httpapi.LogHeld{}, Disagreements: []httpapi.LogDisagreement{}}
	s := w.node.Store()
	size, err := s.Size(ctx)
	if err != nil {
		return out, err
	}
	rows, err := s.Cosignatures(ctx)
	if err != nil {
		return out, err
	}
	byNode := map[message.Node]evidence.CosignedRow{}
	for _, r := range rows {
		byNode[message.Node(r.Node)] = r
	}
	most := int64(0)
	for _, c := range w.node.Cards() {
		if c.Card.Name == w.node.Me() {
			continue
		}
		one := httpapi.LogCosignature{Node: string(c.Card.Name)}
		if one.Key, err = evidence.CosignerKey(c.Card.Log); err != nil {
			return out, err
		}
		if r, ok := byNode[message.Node(c.Card.Name)]; ok {
			if at, err := evidence.CosignedAt(r.Line); err == nil {
				one.Size, one.At = r.Size, &at
				most = max(most, r.Size)
			}
		}
		out.Cosignatures = append(out.Cosignatures, one)
	}
	out.Uncosigned = max(0, size-most)
	held, err := s.Held(ctx)
	if err != nil {
		return out, err
	}
	for _, h := range held {
		out.Held = append(out.Held, httpapi.LogHeld{Node: string(h.Node), Size: h.Size, At: h.At, Checkpoint: h.Note})
	}
	found, err := s.WitnessFindings(ctx)
	for _, f := range found {
		out.Disagreements = append(out.Disagreements, httpapi.LogDisagreement{As: f.As, Node: f.Node, Code: f.Code, Size: f.Size, Held: f.Held, At: f.At, Proven: f.Proven != nil})
	}
	return out, err
}
