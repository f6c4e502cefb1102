package witness

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"conurb/store"
	"conurb/trust/evidence"
	"conurb/trust/message"
)

// takeCheckpoint is asked to cosign a checkpoint of the sender's log.
func (w *Witness) takeCheckpoint(_ context.Context, d *store.Deed, m message.Sealed) error {
	var body checkpointBody
	if err := read(m, &body); err != nil {
		return err
	}
	from := m.Envelope.From
	vkey, err := w.vkeyOf(from)
	if err != nil {
		return err
	}
	line, c, err := w.cosign(d, from, vkey, body)
	no, refused := errors.AsType[*evidence.Refused](err)
	switch {
	case refused:
		return w.refuse(d, m, no, c.Size)
	case err != nil:
		return err
	}
	return w.answer(d, m, KindCosignature, cosignatureBody{c.Size, line})
}

func (w *Witness) cosign(d *store.Deed, from message.Node, vkey string, body checkpointBody) (line string, c evidence.Checkpoint, err error) {
	text, _, _ := strings.Cut(body.Checkpoint, "\n\n")
	if c, err = evidence.ParseCheckpoint(text + "\n"); err != nil {
		return "", c, &evidence.Refused{Code: evidence.WitnessRequest, Detail: "checkpoint"}
	}
	name, _, _ := strings.Cut(vkey, "+")
	if body.Log != keyID(vkey) {
		return "", c, &evidence.Refused{Code: evidence.WitnessUnknown, Detail: body.Log}
	}
	proof, err := evidence.ParseProof(body.Proof)
	if err != nil {
		return "", c, err
	}
	judge := evidence.Witness{Cosigner: w.key, Logs: map[string][]string{name: {vkey}}, Memory: d.Memory(from)}
	line, err = judge.Add(evidence.AddCheckpoint{Old: body.Old, Proof: proof, Note: body.Checkpoint}, d.At())
	return line, c, err
}

// refuse answers why not. What contradicts what was cosigned before is written down.
func (w *Witness) refuse(d *store.Deed, m message.Sealed, no *evidence.Refused, size int64) error {
	if no.Proven != nil || no.Code == evidence.WitnessFork || no.Code == evidence.WitnessProof {
		f := store.WitnessFinding{As: store.AsWitness, Node: string(m.Envelope.From), Code: no.Code, Size: size, Held: no.Size, Note: no.Held, Proven: no.Proven}
		if no.Proven != nil {
			f.Code = Forked
		}
		if err := d.Found(f); err != nil {
			return err
		}
	}
	return w.answer(d, m, KindRefused, refusedBody{no.Code, no.Size, no.Held, no.Detail})
}

func (w *Witness) answer(d *store.Deed, m message.Sealed, kind string, body any) error {
	_, err := d.Send(w.node.Voice(), message.Draft{To: m.Envelope.From, Kind: kind, Case: m.Envelope.Case, InReplyTo: m.Envelope.ID, Body: body})
	return err
}

// takeRefused reads why a witness did not cosign, and asks anew where that was only that it
// holds another size.
func (w *Witness) takeRefused(_ context.Context, d *store.Deed, m message.Sealed) error {
	var body refusedBody
	if err := read(m, &body); err != nil {
		return err
	}
	from := m.Envelope.From
	last, there, err := d.Ask(from)
	if err != nil || !there || last.ID != m.Envelope.InReplyTo {
		return err // of an earlier question
	}
	if err := d.Answered(from, last.ID); err != nil {
		return err
	}
	code, proven, err := w.weigh(d, from, body)
	if err != nil {
		return err
	}
	if code != "" {
		w.log.Error("a witness does not cosign", "witness", from, "code", code, "size", last.Size, "held", body.Size)
		return d.Found(store.WitnessFinding{As: store.AsLog, Node: string(from), Code: code, Size: last.Size, Held: max(body.Size, 0), Note: body.Held, Proven: proven})
	}
	if last.Tries >= mostTries {
		return nil
	}
	size := last.Size
	if size < body.Size {
		if _, size, err = d.Checkpoint(0); err != nil {
			return err
		}
	}
	return w.ask(d, from, body.Size, size, last.Tries+1)
}

// weigh compares what a witness holds with our log. The empty code is that it is a part of it.
func (w *Witness) weigh(d *store.Deed, from message.Node, body refusedBody) (code string, proven *evidence.Contradiction, err error) {
	if body.Size <= 0 || body.Held == "" {
		if body.Code == evidence.WitnessConflict && body.Size == 0 {
			return "", nil, nil // it has forgotten, or never knew
		}
		return known(body.Code), nil, nil
	}
	keys, err := d.LogKeys()
	if err != nil {
		return "", nil, err
	}
	held, err := evidence.OpenCheckpoint([]byte(body.Held), keys...)
	if err != nil || held.Size != body.Size {
		return Unproven, nil, nil
	}
	newest, size, err := d.Checkpoint(0)
	switch {
	case err != nil:
		return "", nil, err
	case held.Size > size:
		return RolledBack, nil, nil
	}
	root, err := evidence.RootAt(held.Size, d.Nodes())
	if err != nil {
		return "", nil, err
	}
	if root != held.Root {
		x, err := evidence.Contradict(body.Held, newest, d.Nodes(), keys...)
		if err != nil {
			return "", nil, fmt.Errorf("contradiction with what %s holds: %w", from, err)
		}
		return Forked, &x, nil
	}
	if body.Code != evidence.WitnessConflict {
		return known(body.Code), nil, nil
	}
	return "", nil, w.regain(d, from, held, body.Held)
}

// regain keeps the cosignature of what a witness holds, where we lost it.
func (w *Witness) regain(d *store.Deed, from message.Node, held evidence.Checkpoint, signed string) error {
	vkey, err := w.vkeyOf(from)
	if err != nil {
		return err
	}
	mine, _, err := d.Checkpoint(held.Size)
	if err != nil || mine == "" {
		return err
	}
	_, lines, _ := strings.Cut(signed, "\n\n")
	c, err := evidence.OpenCosignature([]byte(mine), lines, vkey)
	if err != nil {
		return nil // it has another key by now
	}
	return d.Cosign(from, held.Size, c.Line)
}

// known is a code of another node that has words here.
func known(code string) string {
	for _, c := range evidence.WitnessCodes {
		if c == code {
			return code
		}
	}
	return Unproven
}
