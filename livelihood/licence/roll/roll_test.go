package roll_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"conurb/area"
	"conurb/livelihood/licence"
	"conurb/livelihood/licence/roll"
	"conurb/locale"
)

const (
	permit  = "11100000XXGAB00010003"
	vehicle = "11100000XXGAB00010005"
)

func types(t testing.TB) *licence.Register {
	t.Helper()
	b, err := os.ReadFile("../../../region/czt/licence/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := licence.ReadRegister(licence.RegisterFile, b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func reader(t testing.TB, code string, have ...licence.Record) *roll.Reader {
	r := types(t)
	return &roll.Reader{
		Types: r, Type: r.Type(code), Office: licence.Authority{City: "changsha", Code: "11430100XX00000010", Name: "局"}, Today: area.NewDate(2026, 11, 26),
		Standing: func(h licence.Holder) (out []licence.Record, err error) {
			for _, one := range have {
				if one.Holder.Code == h.Code {
					out = append(out, one)
				}
			}
			return out, nil
		},
	}
}

// citizen is a number with its check character.
func citizen(n int) string {
	s, sum := fmt.Sprintf("11010519491231%03d", n), 0
	for i := range 17 {
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	return s + string("10X98765432"[sum%11])
}

// said is what a preview says, one line a row and fault.
func said(p *roll.Preview) string {
	var b strings.Builder
	line := func(f roll.Fault) { fmt.Fprintf(&b, " %d/%s/%s", f.Row, f.Column, f.Code()) }
	for _, f := range p.Faults {
		line(f)
	}
	for _, r := range p.Rows {
		fmt.Fprintf(&b, " %d=%s", r.Line, r.Becomes)
		for _, f := range r.Faults {
			line(f)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestTables(t *testing.T) {
	one, two := citizen(1), citizen(2)
	live := licence.Record{State: licence.Valid, Holder: licence.Holder{Code: two}, Identifier: "I", Number: "N"}
	over := licence.Record{State: licence.Revoked, Holder: licence.Holder{Code: one}, Identifier: "O"}
	car := "号牌号码,车辆类型,品牌型号,车辆识别代号,使用性质,注册日期"
	for _, c := range []struct {
		name, code, table, want string
		have                    []licence.Record
	}{
		{"Chinese headings", permit, "持证主体,持证主体代码,居住地址,户籍地址\n王,ONE,甲,乙\n", "2=issue", nil},
		{"short names", permit, "CZZT,CZZTDM,KZ_ADDRESS,KZ_REGISTERED_ADDRESS\n王,ONE,甲,乙\n", "2=issue", nil},
		{"English, ids, blanks and full width", permit, "Holder,Code of the  holder,ａddress, registered_address\n王,ONE,甲,乙\n", "2=issue", nil},
		{"tabs", permit, "CZZT\tCZZTDM\taddress\tregistered_address\n王\tONE\t甲\t乙\n", "2=issue", nil},
		{"example and empty rows are passed over", permit, "# 说明\nCZZT,CZZTDM,address,registered_address\n# 示例,x,y,z\n,,,\n王,ONE,甲,乙\n", "5=issue", nil},
		{"has one, has had one", permit, "CZZT,CZZTDM,address,registered_address\n王,ONE,甲,乙\n李,TWO,甲,乙\n", "2=issue 3=standing", []licence.Record{over, live}},
		{"every fault at once", permit, "CZZT,CZZTDM,address,registered_address,ZZYXQJZRQ,since\n,110105194912310021,甲,,2026-13-01,x\n王,ONE,甲,乙,2026-11-01,\n李,TWO,甲,乙,2027/1/5,\n",
			"2=faulty 2/CZZT/missing 2/CZZTDM/not-a-citizen 2/ZZYXQJZRQ/not-a-day 2/registered_address/missing 2/since/not-a-day 3=faulty 3/ZZYXQJZRQ/past 4=issue", nil},
		{"over already", permit, "CZZT,CZZTDM,address,registered_address,ZZYXQQSRQ,ZZYXQJZRQ\n王,ONE,甲,乙,2026-01-01,2026-11-01\n", "2=faulty 2/ZZYXQJZRQ/past", nil},
		{"rounded by a spreadsheet", permit, "CZZT,CZZTDM,address,registered_address\n王,1.10105E+17,甲,乙\n王,110105194912310000,甲,乙\n", "2=faulty 2/CZZTDM/rounded 3=faulty 3/CZZTDM/rounded", nil},
		{"the same twice", permit, "CZZT,CZZTDM,address,registered_address\n王,ONE,甲,乙\n王,ONE,丙,丁\n", "2=issue 3=faulty 3//twice", nil},
		{"another type", permit, "CZZT,CZZTDM,address,registered_address,ZZLXDM\n王,ONE,甲,乙," + vehicle + "\n", "2=faulty 2/ZZLXDM/other-type", nil},
		{"a cell beside the table", permit, "CZZT,CZZTDM,address,registered_address\n王,ONE,甲,乙,丙\n", "2=faulty 2//surplus-cell", nil},
		{"a cell that cannot be seen", permit, "CZZT,CZZTDM,address,registered_address\n王\x01,ONE,甲,乙\n", "2=faulty 2//control-character", nil},
		{"columns", permit, "CZZT,持证主体,CZZTDM,shoes,registered_address\n王,王,ONE,7,乙\n", "1/持证主体/column-twice 1/shoes/unknown-column 1/居住地址/no-column", nil},
		{"nothing", permit, "# only\n", "1//empty", nil},
		{"no rows", permit, "CZZT,CZZTDM,address,registered_address\n", "1//no-rows", nil},
		{"several: two cars of one holder", vehicle, "CZZT,CZZTDM,CZZTDMLXDM,ZZBH," + car + "\n王,ONE,111,A,湘A1,轿车,M,V,非营运,2026年1月2日\n王,ONE,111,B,湘A2,轿车,M,V,非营运,20260102\n王,ONE,111,B,湘A3,轿车,M,V,非营运,2026.1.2\n",
			"2=issue 3=issue 4=faulty 4//twice", nil},
		{"several: by number", vehicle, "CZZT,CZZTDM,CZZTDMLXDM,ZZBH," + car + "\n李,TWO,111,N,湘A1,轿车,M,V,非营运,2026-01-02\n李,TWO,111,M,湘A1,轿车,M,V,非营运,2026-01-02\n", "2=standing 3=issue", []licence.Record{live}},
		{"kind of holder", vehicle, "CZZT,CZZTDM,CZZTDMLXDM," + car + "\n李,TWO,,湘A1,轿车,M,V,非营运,2026-01-02\n李,TWO,999,湘A1,轿车,M,V,非营运,2026-01-02\n",
			"2=faulty 2/CZZTDMLXDM/missing 3=faulty 3/CZZTDMLXDM/other-holder", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := strings.NewReplacer("ONE", one, "TWO", two).Replace(c.table)
			p, err := reader(t, c.code, c.have...).Read([]byte(table))
			if err != nil {
				t.Fatal(err)
			}
			if got := said(p); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if p.Sound() != !strings.ContainsAny(c.want, "/") {
				t.Errorf("sound: %v", p.Sound())
			}
		})
	}
}

func TestValues(t *testing.T) {
	const table = "CZZT,CZZTDM,CZZTDMLXDM,准驾车型,初次领证日期,出生日期\n王,ID,111,C1、 B2；E,2020/2/3,1949年12月31日\n"
	p, err := reader(t, "11100000XXGAB00010004").Read([]byte(strings.ReplaceAll(table, "ID", citizen(1))))
	if err != nil || said(p) != "2=issue" {
		t.Fatal(said(p), err)
	}
	d := p.Rows[0].Draft
	if a := d.Attributes; fmt.Sprint(a["classes"]) != "[C1 B2 E]" || a["first_issued"] != "2020-02-03" || a["birth_date"] != "1949-12-31" {
		t.Errorf("%v", a)
	}
	if d.Batch != p.File+":2" || d.Authority.City != "changsha" || d.Holder.Kind != "111" {
		t.Errorf("%+v", d)
	}
}

// A row that was issued stays issued, whatever has become of it.
func TestTheSameFileAgain(t *testing.T) {
	file := []byte("CZZT,CZZTDM,address,registered_address\n王," + citizen(1) + ",甲,乙\n")
	first, err := reader(t, permit).Read(file)
	if err != nil {
		t.Fatal(err)
	}
	done := licence.Record{State: licence.Revoked, Holder: first.Rows[0].Draft.Holder, Batch: first.Rows[0].Draft.Batch, Identifier: "I"}
	again, err := reader(t, permit, done).Read(file)
	if err != nil || said(again) != "2=before" || again.Rows[0].Identifier != "I" || again.Digest == first.Digest || again.File != first.File {
		t.Errorf("%s, %v", said(again), err)
	}
	r := reader(t, permit)
	r.Today++
	if tomorrow, _ := r.Read(file); tomorrow.Digest == first.Digest {
		t.Error("tomorrow's preview is today's")
	}
}

// The form of every type reads back as a table without rows, and filled in as one with them.
func TestForms(t *testing.T) {
	for _, ty := range types(t).Types {
		for _, chinese := range []bool{true, false} {
			form := roll.Form(&ty, chinese)
			var b bytes.Buffer
			if err := csv.NewWriter(&b).WriteAll(form); err != nil {
				t.Fatal(err)
			}
			p, err := reader(t, ty.Code).Read(b.Bytes())
			if err != nil || said(p) != "1//no-rows" {
				t.Errorf("%s: %s, %v", ty.Code, said(p), err)
			}
			row := slices.Clone(form[1])
			for i, text := range row {
				switch {
				case i == 0:
					row[i] = "王"
				case strings.Contains(text, "可不填") || text == "may be left out":
					row[i] = ""
				case strings.HasPrefix(text, "001") || strings.HasPrefix(text, "111"):
					row[i] = text[:3]
				}
				if i == 1 && len(ty.Holders) == 1 && ty.Holders[0] != "111" && ty.Holders[0] != "001" {
					row[i] = "X1"
				}
			}
			b.Reset()
			if err := csv.NewWriter(&b).WriteAll([][]string{form[0], form[1], row}); err != nil {
				t.Fatal(err)
			}
			if p, err = reader(t, ty.Code).Read(b.Bytes()); err != nil || said(p) != "3=issue" {
				t.Errorf("%s: %s, %v: %v", ty.Code, said(p), err, row)
			}
		}
	}
}

func TestWorkbooks(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"持证主体", "持证主体代码", "居住地址", "户籍地址"}, {"王", citizen(1), "甲", "乙"}, {"李", 110105194912310031.0, "甲", "乙"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	p, err := reader(t, permit).Read(b.Bytes())
	if err != nil || said(p) != "2=issue 3=faulty 3/持证主体代码/rounded" {
		t.Errorf("%s, %v", said(p), err)
	}
}

// Whatever a table holds: each row becomes one thing, faulty ones have faults with words, and
// nothing of a faulty row is left to issue.
func TestAnyTable(t *testing.T) {
	cell := rapid.OneOf(rapid.Just(""), rapid.SampledFrom([]string{"CZZT", "CZZTDM", "address", "registered_address", "since", "ZZBH", "#", citizen(1), citizen(2), "2026-11-26"}), rapid.String())
	rd := reader(t, permit)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 6), 0, 6).Draw(t, "rows")
		if rapid.Bool().Draw(t, "headed") {
			rows = append([][]string{{"CZZT", "CZZTDM", "address", "registered_address", "ZZBH"}}, rows...)
		}
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		p, err := rd.Read(b.Bytes())
		if err != nil {
			return // not a table
		}
		n := 0
		for _, r := range p.Rows {
			if (r.Becomes == roll.Faulty) != (len(r.Faults) > 0) || r.Becomes == roll.Faulty && r.Draft.Type != "" {
				t.Fatalf("%+v", r)
			}
			p.Faults = append(p.Faults, r.Faults...)
		}
		for _, b := range roll.All {
			n += p.Becomes[b]
		}
		if n != len(p.Rows) {
			t.Fatalf("%d rows, %v", len(p.Rows), p.Becomes)
		}
		for _, f := range p.Faults {
			if !locale.Has("en", f.Key) || !locale.Has("zh-CN", f.Key+".remedy") {
				t.Fatalf("no words for %s", f.Key)
			}
		}
	})
}

func TestWords(t *testing.T) {
	for _, lang := range locale.Languages {
		for _, code := range roll.Codes {
			if !locale.Has(lang, "roll."+code) || !locale.Has(lang, "roll."+code+".remedy") {
				t.Errorf("%s: no words for %s", lang, code)
			}
		}
		for _, b := range roll.All {
			if !locale.Has(lang, "roll.becomes."+string(b)) {
				t.Errorf("%s: no words for %s", lang, b)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("CZZT,CZZTDM,address,registered_address\n王," + citizen(1) + ",甲,乙\n"))
	rd := reader(f, permit)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := rd.Read(b)
		if err == nil && p.Sound() && p.Becomes[roll.Issue] != len(p.Rows) {
			t.Errorf("%+v", p)
		}
	})
}
