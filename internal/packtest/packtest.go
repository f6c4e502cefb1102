// Package packtest draws region packs for tests: a small invented area of two
// towns with everything a pack can hold once, and a pack of any size for
// measuring time. The packs are values in memory that a test may change before
// it loads them.
package packtest

import (
	"fmt"
	"strings"
	"testing/fstest"
)

// Small returns a pack of two towns, Eastham and Westham: two rail lines and a
// road, three indicators (one reported, two measured, one of them by two rules
// that disagree), four targets, three projects and nine observations. Each call
// returns a copy of its own.
//
//	    airport
//	       |  shuttle (maglev, planned)
//	west --+-- mid ---- east        line 1 (metro): mid-west 2020, mid-east 2024
//	  \__________________/          ring road (trunk): opened 2023, 2025
func Small() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range small {
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return fsys
}

// Replace changes the only occurrence of a text in a file of the pack, and
// panics where there is not exactly one: a test that breaks nothing tests nothing.
func Replace(fsys fstest.MapFS, name, old, text string) {
	f := fsys[name]
	if f == nil {
		panic("packtest: no file " + name)
	}
	if n := strings.Count(string(f.Data), old); n != 1 {
		panic(fmt.Sprintf("packtest: %q stands %d times in %s", old, n, name))
	}
	fsys[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(f.Data), old, text, 1)), Mode: f.Mode}
}

// Append writes a line at the end of a file of the pack.
func Append(fsys fstest.MapFS, name, line string) {
	f := fsys[name]
	if f == nil {
		panic("packtest: no file " + name)
	}
	fsys[name] = &fstest.MapFile{Data: []byte(string(f.Data) + line + "\n"), Mode: f.Mode}
}

// Large returns the small pack with a number of reported indicators more, a
// target for each, and yearly observations of each counted back from 2025.
func Large(indicators, observationsEach int) fstest.MapFS {
	fsys := Small()
	var ind, tgt, obs strings.Builder
	ind.WriteString(small["plan/indicators.yaml"])
	tgt.WriteString(small["plan/targets.yaml"])
	obs.WriteString("id,indicator,scope,period,value,source,published,grade,note\n")
	for i := range indicators {
		fmt.Fprintf(&ind, "- id: bulk-%d\n  name: {zh: 指标%d, en: indicator %d}\n  definition: {zh: 虚构, en: invented}\n  unit: {id: count, name: {zh: 个, en: items}}\n"+
			"  decimals: 1\n  kind: reported\n  direction: up\n  additive: false\n  field: homes\n  stale_months: 18\n  source: plan\n  grade: a\n", i, i, i)
		fmt.Fprintf(&tgt, "- id: bulk-target-%d\n  indicator: bulk-%d\n  field: homes\n  name: {zh: 目标%d, en: target %d}\n  scope: towns\n  op: \">=\"\n  value: %d\n  due: 2026-12-31\n"+
			"  baseline: {value: %d, date: 2021-12-31, source: yearbook, grade: b}\n  trajectory: {kind: linear, registered: 2022-06-01, grade: assumed}\n  source: plan\n  grade: a\n", i, i, i, i, 150+i%70, 100+i%50)
		for k := range observationsEach {
			month := 2025*12 + 11 - k // months back from December 2025
			fmt.Fprintf(&obs, "b%d-%d,bulk-%d,towns,%d-%02d,%d.%d,yearbook,2026-02-01,b,\n", i, k, i, month/12, month%12+1, 180+i%50-k, (i+k)%10)
		}
	}
	fsys["plan/indicators.yaml"] = &fstest.MapFile{Data: []byte(ind.String())}
	fsys["plan/targets.yaml"] = &fstest.MapFile{Data: []byte(tgt.String())}
	fsys["observations/bulk.csv"] = &fstest.MapFile{Data: []byte(obs.String())}
	return fsys
}
