package catalogue

// Difference is a field in which the cities differ.
type Difference struct {
	Field  string            `json:"field"`          // limits, materials, fees, modes, places, ...; its words are "catalogue.field.<Field>"
	Part   string            `json:"part,omitempty"` // id of the material or fee
	Values map[string]string `json:"values"`         // by city
}

// Diff tells in what the same item of several cities differs.
func Diff(items []*Item) []Difference { return nil }
