// Package catalogue knows service items (政务服务事项): what a person may ask of a city, what it
// takes, how long it takes and what it costs; the forms that are filled in for it, and the
// bundles (一件事) of several items for one turn in a life.
//
// The elements of an Item are those of GB/T 39046-2020 table 4 (基础数据规范, 事项管理), by which
// the national platform exchanges items, and of GB/T 39554-2020 (基本目录及实施清单). Codes are
// held to strictly, lengths leniently: the implementing code in use has 31 characters, the
// standard's field 24. An item stands once for each city with the same Basic code (基本编码);
// what differs is what Diff tells.
//
// A Form is a JSON Schema (2020-12; the part of it that Schema names) with a layout in two
// languages. Questions hang on answers by plain conditions that a page can weigh as well
// (Cond); which materials and fees apply is asked in CEL over the answers (Condition), with a
// bound on what an answer may cost. Faults of answers are told by JSON pointer.
//
//	c, problems := catalogue.Load(files, refs)
//	item, form := c.Item("household-transfer", "changsha"), c.Form("household-transfer")
//	faults := form.Check(answers, true)
//	needed, err := item.Needed(form, answers) // materials and fees
//
// Time limits are days, working ones unless said otherwise; money is fen. The package knows
// no day and no calendar, stores nothing and has no words: a fault is a code with arguments,
// its words are "catalogue.fault.<code>".
package catalogue
