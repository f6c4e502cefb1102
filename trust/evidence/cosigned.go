package evidence

import (
	"fmt"
	"strings"
	"time"
)

// CosignedRow is a cosignature of one of our checkpoints, as a copy holds it.
type CosignedRow struct {
	Size  int64  `json:"size"`
	Node  string `json:"node"` // by which name the witness was asked
	Line  string `json:"line"` // the signature line, its end included
	Fault string `json:"-"`    // columns that no row could have
}

// Witnessed says what the known witnesses have seen of a log.
type Witnessed struct {
	By     []Saw `json:"by"`              // every known witness, in the order they were given
	Others int   `json:"others"`          // cosignatures by keys that are not known: passed over
	Any    int64 `json:"any"`             // entries under a checkpoint that at least one known witness cosigned
	All    int64 `json:"all"`             // that each of them did, or a later one
	After  int64 `json:"after"`           // entries after Any: nobody but the city vouches for them
	Wrong  int   `json:"wrong,omitempty"` // cosignatures by known keys that do not fit the checkpoint
}

// Saw is the newest that a witness has cosigned.
type Saw struct {
	Name string    `json:"name"` // of its key
	VKey string    `json:"vkey"`
	Size int64     `json:"size"` // 0: it has cosigned nothing
	At   time.Time `json:"at,omitzero"`
}

// cosigned holds cosignatures to the checkpoints of the log. Without known witnesses it only
// counts them: whoever wrote the copy may have made them.
func (a *auditor) cosigned() error {
	rows := a.copy.Cosignatures
	var logs []string
	for _, l := range a.keys {
		logs = append(logs, l.Key.VKey)
	}
	known, err := witnessKeys(a.opts.Witnesses, append(logs, a.opts.Keys...))
	if err != nil || len(rows)+len(known) == 0 {
		return err
	}
	notes := map[int64]string{}
	for _, s := range a.copy.Checkpoints {
		notes[s.Size] = s.Note
	}
	w := &Witnessed{By: make([]Saw, len(known))}
	for i, k := range known {
		w.By[i] = Saw{Name: k.name, VKey: vkeyOf(k.name, typeCosigner, k.key)}
	}
	for _, row := range rows {
		if row.Fault != "" {
			a.report.Add(CosignatureInvalid, row.Size-1, fmt.Sprint("checkpoint ", row.Size), row.Fault)
			continue
		}
		text, _ := splitNote(notes[row.Size])
		mine := false
		for i, k := range known {
			c, ours, err := k.open(text, strings.TrimSuffix(row.Line, "\n"))
			if mine = mine || ours; err != nil {
				w.Wrong++
				a.report.Add(CosignatureInvalid, row.Size-1, fmt.Sprint("checkpoint ", row.Size), k.name)
			} else if ours && row.Size >= w.By[i].Size && row.Size <= a.signed {
				w.By[i].Size, w.By[i].At = row.Size, c.At
			}
		}
		if !mine {
			w.Others++
		}
	}
	for i, s := range w.By {
		if w.Any = max(w.Any, s.Size); i == 0 || s.Size < w.All {
			w.All = s.Size
		}
	}
	w.After = max(0, a.report.Size-w.Any)
	a.report.Witnesses = w
	return nil
}

// CheckHeld holds what a witness remembers of a log to its own key: the note has to be that
// checkpoint, with its cosignature.
func CheckHeld(origin string, size int64, signed, vkey string) error {
	c, err := textOf(signed)
	if err != nil {
		return err
	}
	if c.Origin != origin || c.Size != size {
		return fmt.Errorf("%w: %s %d", ErrCheckpoint, c.Origin, c.Size)
	}
	_, lines := splitNote(signed)
	_, err = OpenCosignature([]byte(signed), strings.Join(lines, "\n"), vkey)
	return err
}
