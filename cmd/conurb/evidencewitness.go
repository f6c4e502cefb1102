package main

import (
	"fmt"
	"strconv"
	"time"

	"conurb/store"
	"conurb/trust/evidence"
)

// verified is the answer of evidence verify as JSON.
type verified struct {
	*evidence.Report
	Disagreements []store.WitnessFinding `json:"disagreements,omitempty"` // that the node has written down
}

// sayWitnesses says who cosigned the log, and where a witness holds something else; a log
// that is not what its witnesses hold is not verified.
func (s *session) sayWitnesses(r *evidence.Report, found []store.WitnessFinding) error {
	bad := false
	for _, f := range found {
		bad = bad || f.As == store.AsLog
		if !s.json {
			fmt.Fprintln(s.err, s.t("cli.evidence.disagrees", "node", f.Node, "what", s.t("evidence.as."+f.As+"."+f.Code), "held", strconv.FormatInt(f.Held, 10), "at", f.At))
		}
	}
	if w := r.Witnesses; w != nil && !s.json {
		n := 0
		for _, one := range w.By {
			if one.Size == 0 {
				fmt.Fprintln(s.out, s.t("cli.evidence.notcosigned", "name", one.Name))
				continue
			}
			n++
			fmt.Fprintln(s.out, s.t("cli.evidence.cosigned", "name", one.Name, "size", strconv.FormatInt(one.Size, 10), "at", one.At.Format(time.RFC3339)))
		}
		if len(w.By) > 0 {
			fmt.Fprintln(s.out, s.t("cli.evidence.witnesses", "n", strconv.Itoa(n), "known", strconv.Itoa(len(w.By)), "after", strconv.FormatInt(w.After, 10)))
		} else {
			fmt.Fprintln(s.out, s.t("cli.evidence.unasked", "n", strconv.Itoa(w.Others)))
		}
	}
	if bad {
		return errQuiet(1)
	}
	return nil
}
