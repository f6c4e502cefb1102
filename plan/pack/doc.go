// Package pack reads a region pack (地区数据包): a folder of YAML and CSV files
// that people edit, holding an area, its network and its plan. It turns bytes
// into values of packages area and plan, or into the list of everything that is
// wrong with them, each with file, line and column.
//
// The reader is strict. An unknown key, a key written twice, a number with a
// thousands separator, an id that nothing defines, a figure without a source: each
// is a problem, and a pack with any problem is no pack at all, so that nothing
// half read is ever shown. All problems are reported at once.
//
// Every row that states a fact carries a source and a grade. In YAML they are
// inherited from the nearest mapping around that states them; a mapping that
// names a source of its own must grade it, too, since the grade around it was
// given to another document.
//
// There is no key for a percentage or a status, and a row that tries to state
// one is told so: what is measured is never typed.
//
// The package refuses to know words for people: a Problem is a code with
// arguments, and the doors find its text under "check.<code>" and the remedy
// under "check.<code>.remedy". The format is described, file by file, in
// docs/guide/en/pack.md and docs/guide/zh-CN/pack.md.
//
//	p, problems := pack.Load(os.DirFS("region/czt"))
//	for _, x := range problems {
//		fmt.Println(x) // plan/targets.yaml:12:9: unknown-id
//	}
package pack
