package main

import (
	"fmt"
	"os"
	"strconv"

	"conurb/app"
	"conurb/locale"
	"conurb/store"
	"conurb/trust/evidence"
)

type evidenceCmd struct {
	Verify   evidenceVerifyCmd   `cmd:"" help:"${evidence_verify}"`
	Export   evidenceExportCmd   `cmd:"" help:"${evidence_export}"`
	Snapshot evidenceSnapshotCmd `cmd:"" help:"${evidence_snapshot}"`
	Show     evidenceShowCmd     `cmd:"" help:"${evidence_show}"`
}

type evidenceVerifyCmd struct {
	where
	File    string   `arg:"" optional:"" type:"existingfile" help:"${arg_evidence}"`
	Key     string   `help:"${key}" placeholder:"VKEY"`
	Known   string   `type:"existingfile" help:"${known}" placeholder:"ZIP"`
	Witness []string `sep:"none" help:"${witness}" placeholder:"VKEY|CARD"`
}

// Run verifies without syncing the pack: a check must not write.
func (c evidenceVerifyCmd) Run(s *session) error {
	var report *evidence.Report
	var found []store.WitnessFinding
	trust, err := app.NewTrust(c.Key, c.Known)
	if err == nil {
		trust, err = trust.WithWitnesses(c.Witness...)
	}
	if err != nil {
		return err
	}
	if c.File != "" {
		report, err = app.VerifyFile(c.File, trust)
	} else {
		if report, err = app.VerifyDatabase(s.ctx, c.Data, c.DB, trust); err == nil {
			found, err = app.WitnessFindings(s.ctx, c.Data, c.DB)
		}
	}
	if err != nil {
		return err
	}
	if s.json {
		if err := s.writeJSON(verified{report, found}); err != nil {
			return err
		}
	}
	if len(report.Findings) > 0 {
		if !s.json {
			fmt.Fprintln(s.err, s.t("cli.evidence.bad", "n", strconv.Itoa(len(report.Findings))))
			for _, f := range report.Findings {
				fmt.Fprintf(s.err, "  [%d] %s: %s (%s)\n", f.Index, f.ID, locale.T(s.lang, "evidence."+f.Code, nil), f.Detail)
			}
		}
		return errQuiet(1)
	}
	if !s.json {
		fmt.Fprintln(s.out, s.t("cli.evidence.ok", "size", strconv.FormatInt(report.Size, 10), "root", report.Root, "boards", strconv.Itoa(report.Recomputed)))
		word := "cli.evidence.unpinned"
		if report.Pinned {
			word = "cli.evidence.pinned"
		}
		fmt.Fprintln(s.out, s.t(word, "key", report.VKey))
	}
	return s.sayWitnesses(report, found)
}

type evidenceExportCmd struct {
	where
	File string `arg:"" help:"${arg_export}"`
}

func (c evidenceExportCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := newFile(c.File, func(f *os.File) error { return a.ExportEvidence(s.ctx, f) }); err != nil {
		return err
	}
	head, err := a.LogHead(s.ctx)
	if err != nil {
		return err
	}
	return s.done("cli.evidence.exported", "file", c.File, "size", strconv.FormatInt(head.Size, 10))
}

type evidenceSnapshotCmd struct {
	where
	when
}

func (c evidenceSnapshotCmd) Run(s *session) error {
	a, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer a.Close()
	q, err := c.query(a)
	if err != nil {
		return err
	}
	snap, err := a.Snapshot(s.ctx, q)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(snap)
	}
	fmt.Fprintln(s.out, s.t("cli.evidence.snapshot", "asOf", q.AsOf.String(), "believedOn", q.BelievedOn.String(), "digest", snap.Digest, "log", strconv.FormatInt(snap.Log, 10)))
	return nil
}

type evidenceShowCmd struct {
	where
	Index *int64 `arg:"" optional:"" help:"${arg_index}"`
}

func (c evidenceShowCmd) Run(s *session) error {
	a, err := s.openExisting(c.where)
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Index != nil {
		entry, err := a.LogEntry(s.ctx, *c.Index)
		if err != nil {
			return err
		}
		return s.writeJSON(entry)
	}
	head, err := a.LogHead(s.ctx)
	if err != nil {
		return err
	}
	if s.json {
		return s.writeJSON(head)
	}
	fmt.Fprintln(s.out, s.t("cli.evidence.state", "size", strconv.FormatInt(head.Size, 10), "root", head.Root))
	return nil
}
