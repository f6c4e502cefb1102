package httpapi

import (
	"context"
	"time"

	"conurb/locale"
)

// Witnesses tell who vouches for the log of this node, and what this node holds of others.
type Witnesses interface {
	Witnessed(ctx context.Context) (LogWitnesses, error)
}

// LogWitnesses says which other nodes cosigned the log, and where one holds something else.
type LogWitnesses struct {
	Cosignatures  []LogCosignature  `json:"cosignatures" nullable:"false" doc:"Every other node that is known, with the newest checkpoint of this log that it cosigned."`
	Uncosigned    int64             `json:"uncosigned" doc:"How many entries lie after the newest checkpoint that another node cosigned: for them this node alone vouches." example:"3"`
	Held          []LogHeld         `json:"held" nullable:"false" doc:"What this node cosigned last of the other nodes' logs, for whoever compares it with what others hold."`
	Disagreements []LogDisagreement `json:"disagreements" nullable:"false" doc:"What was found between logs and witnesses, the newest first."`
}

// LogCosignature is the newest cosignature of a node.
type LogCosignature struct {
	Node string     `json:"node" doc:"The other node." example:"zhuzhou"`
	Size int64      `json:"size" doc:"How many entries the checkpoint has that it cosigned; 0: none yet." example:"54"`
	At   *time.Time `json:"at,omitempty" doc:"When it cosigned." example:"2026-11-26T08:00:00Z"`
	Key  string     `json:"key" doc:"The verifier key of its cosignatures (C2SP tlog-cosignature)." example:"conurb/zhuzhou+1a2b3c4d+BKfgKkkVmSbZyK5RYQBcMl3MaGK0yTPNbZIxnnfZlPPM"`
}

// LogHeld is what a node cosigned last of another's log.
type LogHeld struct {
	Node       string    `json:"node" doc:"The other node." example:"zhuzhou"`
	Size       int64     `json:"size" doc:"How many entries the checkpoint has." example:"54"`
	At         time.Time `json:"at" doc:"When this node cosigned it." example:"2026-11-26T08:00:00Z"`
	Checkpoint string    `json:"checkpoint" doc:"The signed checkpoint with the cosignature of this node (C2SP tlog-checkpoint, tlog-cosignature)." example:"conurb/zhuzhou\n54\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— conurb/zhuzhou Az3grlgt…"`
}

// LogDisagreement is where a log is not what a witness holds.
type LogDisagreement struct {
	As   string `json:"as" enum:"log,witness" doc:"log: a witness does not cosign the log of this node; witness: the log of another node does not extend what this node cosigned." example:"log"`
	Node string `json:"node" doc:"The other node." example:"zhuzhou"`
	Code string `json:"code" doc:"What was found, such as rolled-back or forked." example:"rolled-back"`
	Text string `json:"text" doc:"The same in words of the language asked for." example:"this log is shorter than what the witness cosigned"`
	Size int64  `json:"size" doc:"Entries of the checkpoint that was to be cosigned." example:"40"`
	Held int64  `json:"held" doc:"Entries of the checkpoint that the witness holds." example:"54"`
	At   string `json:"at" doc:"When this node wrote it down (RFC 3339)." example:"2026-11-26T08:00:00.000000Z"`

	Proven bool `json:"proven" doc:"Whether the entry holds a proof that the log has two histories, which anyone can check who knows its key." example:"false"`
}

func (s *server) witnessed(ctx context.Context) (*LogWitnesses, error) {
	if s.witnesses == nil {
		return nil, nil
	}
	w, err := s.witnesses.Witnessed(ctx)
	if err != nil {
		return nil, err
	}
	for i := range w.Disagreements {
		one := &w.Disagreements[i]
		one.Text = locale.T(language(ctx), "evidence.as."+one.As+"."+one.Code, nil)
	}
	return &w, nil
}
