package catalogue

import "conurb/livelihood/licence"

// Refs is what an item may speak of beside itself.
type Refs struct {
	Cities  []string              // ids of the cities of the region, in its order
	Types   *licence.Register     // nil: licences are not checked
	Sources func(id string) bool  // nil: sources are not checked
	Forms   func(id string) *Form // compiled
	Courses []string              // nil: courses are not checked
}

// Check tells what is wrong with an item.
func Check(i *Item, refs Refs) []Fault { return nil }

// CheckForm compiles a form and tells what is wrong with it.
func (f *Form) CheckForm(refs Refs) []Fault {
	if err := f.Compile(); err != nil {
		return []Fault{{At: "/schema", Code: "not-a-schema", Args: map[string]string{"cause": err.Error()}}}
	}
	return nil
}

// Check tells what is wrong with a bundle.
func (b *Bundle) Check(c *Catalogue) []Fault { return nil }
