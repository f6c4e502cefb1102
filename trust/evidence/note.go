package evidence

// notes compares the rows of what rooms wrote down with their entries. A bundle holds none of them:
// their entries alone are then counted.
func (a *auditor) notes() {
	left := map[int64]NoteRow{}
	for _, r := range a.copy.Notes {
		left[r.Log] = r
	}
	for _, l := range a.special {
		if l.Note == nil {
			continue
		}
		a.report.Notes++
		r, ok := left[l.Index]
		delete(left, l.Index)
		switch {
		case !a.copy.HasNotes || a.report.named(l.Index, l.Index+1):
		case !ok:
			a.report.Add(NoteMissing, l.Index, l.Name(), "")
		case r.Fault != "":
			a.report.Add(NoteAltered, l.Index, l.Name(), r.Fault)
		case r.name() != l.Name():
			a.report.Add(NoteAltered, l.Index, l.Name(), r.name()+" ≠ "+l.Name())
		case r.SHA256 != l.Note.SHA256:
			a.report.Add(NoteAltered, l.Index, l.Name(), r.SHA256+" ≠ "+l.Note.SHA256)
		}
	}
	for _, r := range a.copy.Notes {
		if _, ok := left[r.Log]; ok && !a.report.named(r.Log, r.Log+1) {
			a.report.Add(NoteInserted, r.Log, r.name(), r.Fault)
		}
	}
}

func (r NoteRow) name() string { return r.Room + " " + r.ID + " " + r.Action }
