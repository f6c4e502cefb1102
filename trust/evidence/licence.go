package evidence

import "fmt"

// licences compares the records of licences with their entries, and holds their versions
// to count up from 1. A bundle holds none of them: their entries alone are then counted.
func (a *auditor) licences() {
	left := map[int64]LicenceRow{}
	for _, r := range a.copy.Licences {
		left[r.Log] = r
	}
	versions := map[string]int{}
	for _, l := range a.special {
		if l.Licence == nil {
			continue
		}
		a.report.Licences++
		if want := versions[l.Licence.ID] + 1; l.Licence.Version != want && a.report.OK() {
			a.report.Add(VersionBroken, l.Index, l.Name(), fmt.Sprintf("%d ≠ %d", l.Licence.Version, want))
		}
		versions[l.Licence.ID] = l.Licence.Version
		r, ok := left[l.Index]
		delete(left, l.Index)
		switch {
		case !a.copy.HasLicences || a.report.named(l.Index, l.Index+1):
		case !ok:
			a.report.Add(LicenceMissing, l.Index, l.Name(), "")
		case r.Fault != "":
			a.report.Add(LicenceAltered, l.Index, l.Name(), r.Fault)
		case r.ID != l.Licence.ID || r.Version != l.Licence.Version:
			a.report.Add(LicenceAltered, l.Index, l.Name(), fmt.Sprintf("%s v%d ≠ %s v%d", r.ID, r.Version, l.Licence.ID, l.Licence.Version))
		case r.SHA256 != l.Licence.SHA256:
			a.report.Add(LicenceAltered, l.Index, l.Name(), r.SHA256+" ≠ "+l.Licence.SHA256)
		}
	}
	for _, r := range a.copy.Licences {
		if _, ok := left[r.Log]; ok && !a.report.named(r.Log, r.Log+1) {
			a.report.Add(LicenceInserted, r.Log, fmt.Sprintf("licence %s v%d", r.ID, r.Version), r.Fault)
		}
	}
}
