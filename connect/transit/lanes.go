package transit

// variant is a sweep in one set of instructions.
type variant struct {
	name  string
	sweep func(*Sweeper)
}

var plain = &variant{"plain", plainSweep}

// Instructions lists what sweeps can run on here, the best first: "AVX-512",
// "AVX2", and always "plain". Answers do not depend on it.
func Instructions() []string {
	var names []string
	for _, v := range variants() {
		names = append(names, v.name)
	}
	return names
}
