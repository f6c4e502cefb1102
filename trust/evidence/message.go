package evidence

// messages compares the rows of messages with their entries. A bundle holds none of them:
// their entries alone are then counted.
func (a *auditor) messages() {
	left := map[int64]MessageRow{}
	for _, r := range a.copy.Messages {
		left[r.Log] = r
	}
	for _, l := range a.special {
		if l.Message == nil {
			continue
		}
		a.report.Messages++
		r, ok := left[l.Index]
		delete(left, l.Index)
		switch {
		case !a.copy.HasMessages || a.report.named(l.Index, l.Index+1):
		case !ok:
			a.report.Add(MessageMissing, l.Index, l.Name(), "")
		case r.Fault != "":
			a.report.Add(MessageAltered, l.Index, l.Name(), r.Fault)
		case r.name() != l.Name():
			a.report.Add(MessageAltered, l.Index, l.Name(), r.name()+" ≠ "+l.Name())
		case r.SHA256 != l.Message.SHA256:
			a.report.Add(MessageAltered, l.Index, l.Name(), r.SHA256+" ≠ "+l.Message.SHA256)
		}
	}
	for _, r := range a.copy.Messages {
		if _, ok := left[r.Log]; ok && !a.report.named(r.Log, r.Log+1) {
			a.report.Add(MessageInserted, r.Log, r.name(), r.Fault)
		}
	}
}

func (r MessageRow) name() string { return "message " + r.From + " " + r.ID + " " + r.Action }
