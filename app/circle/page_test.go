package circle

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	measure "conurb/connect/circle"
)

var update = flag.Bool("update", false, "write the figures of the method pages anew")

// figures are the tables of the method page: on four dates by every mode, from centre to
// centre today, and where sensitivity lies.
func figures(lang string, c *Circles, answers []*Answer, others []other) string {
	names := map[string]map[string]string{
		"en":    {Transit: "on foot and by train", Bicycle: "by bicycle and train", Car: "by car", "plan": "plan complete", "head": "mode | date | half hour | 1 h, own | 1 h, nearest | 1 h, all | people in reach | Gini | Palma"},
		"zh-CN": {Transit: "步行加铁路", Bicycle: "骑车加铁路", Car: "小汽车", "plan": "方案全部建成", "head": "方式 | 日期 | 半小时圈 | 一小时（本市） | 一小时（最近） | 一小时（三市） | 可达人口 | 基尼 | 帕尔马"},
	}[lang]
	var b strings.Builder
	table := func(head string) {
		fmt.Fprintf(&b, "| %s |\n|%s\n", head, strings.Repeat("---|", strings.Count(head, "|")+1))
	}
	table(names["head"])
	for _, a := range answers {
		date := a.Asked.Day()
		if a.Asked.Complete {
			date = names["plan"]
		}
		row := []string{names[a.Asked.Mode], date}
		for _, id := range []string{measure.Circle30, measure.Circle60Own, measure.Circle60Nearest, measure.Circle60All} {
			row = append(row, fmt.Sprintf("%.1f %%", 100*a.Result.Indicator(id).Value))
		}
		for _, id := range []string{measure.ReachMedian, measure.Gini, measure.Palma} {
			text := "–"
			if i := a.Result.Indicator(id); i != nil {
				text = fmt.Sprintf("%.2f", i.Value)
				if id == measure.ReachMedian {
					text = strconv.FormatFloat(i.Value, 'f', 0, 64)
				}
			}
			row = append(row, text)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	fmt.Fprintln(&b)
	table(map[string]string{"en": "mode, today | from | to Changsha | to Zhuzhou | to Xiangtan", "zh-CN": "方式（今天） | 从 | 到长沙 | 到株洲 | 到湘潭"}[lang])
	b.WriteString(between(lang, c, answers, names))
	fmt.Fprintln(&b)
	table(map[string]string{"en": "another figure of the rule, today | mode | half hour | 1 h, nearest", "zh-CN": "换一个数（今天） | 方式 | 半小时圈 | 一小时（最近）"}[lang])
	for _, o := range others {
		r := o.answer.Result
		fmt.Fprintf(&b, "| %s | %s | %.1f %% | %.1f %% |\n", o.name, names[o.answer.Asked.Mode], 100*r.Indicator(measure.Circle30).Value, 100*r.Indicator(measure.Circle60Nearest).Value)
	}
	return b.String()
}

// between are the rows from centre to centre today.
func between(lang string, c *Circles, answers []*Answer, names map[string]string) string {
	var b strings.Builder
	never := map[string]string{"en": "never", "zh-CN": "不通"}[lang]
	for _, a := range answers {
		if a.Asked.AsOf != c.today || a.Asked.Complete {
			continue
		}
		for i, from := range a.Result.Centres {
			row := []string{names[a.Asked.Mode], from.Name.In(lang)}
			for j, v := range a.Result.Between[i] {
				switch {
				case i == j:
					row = append(row, "–")
				case v == nil:
					row = append(row, never)
				default:
					row = append(row, fmt.Sprintf("%.0f", *v))
				}
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		}
	}
	return b.String()
}

// other is today by a rule in which one figure is another.
type other struct {
	name   string
	answer *Answer
}

func others(t *testing.T, c *Circles) (out []other) {
	t.Helper()
	for _, o := range []struct {
		name, mode string
		change     func(*measure.Rule)
	}{
		{"`walk.access`, `walk.egress`: 20", Transit, func(r *measure.Rule) { r.Walk.Access, r.Walk.Egress = 20, 20 }},
		{"`walk.access`, `walk.egress`: 60", Transit, func(r *measure.Rule) { r.Walk.Access, r.Walk.Egress = 60, 60 }},
		{"`car.congestion`: 1.3", Car, func(r *measure.Rule) { r.Car.Congestion = 1.3 }},
		{"`car.door`: 0", Car, func(r *measure.Rule) { r.Car.Door = 0 }},
	} {
		rule := *c.rule
		o.change(&rule)
		another, err := New(c.pack, c.ground, &rule, c.today)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, other{o.name, evaluate(t, another, Asked{Mode: o.mode})})
	}
	return out
}

// TestMethodPages: the figures of the method pages are those of the program.
func TestMethodPages(t *testing.T) {
	c := czt(t)
	var answers []*Answer
	for _, mode := range Modes {
		for _, a := range []Asked{{AsOf: day(2021, 12, 31)}, {AsOf: day(2023, 12, 31)}, {}, {Complete: true}} {
			a.Mode, a.Reach = mode, mode == Transit || a.AsOf == 0 && !a.Complete // counting takes longest by the others
			answers = append(answers, evaluate(t, c, a))
		}
	}
	changed := others(t, c)
	const from, to = "<!-- figures: go test ./app/circle -run MethodPages -update -->\n", "<!-- end of figures -->\n"
	for _, lang := range []string{"en", "zh-CN"} {
		path := "../../docs/methods/" + lang + "/circle.md"
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before, rest, ok := strings.Cut(string(page), from)
		had, after, ok2 := strings.Cut(rest, to)
		if !ok || !ok2 {
			t.Fatalf("%s has no marks of figures", path)
		}
		want := figures(lang, c, answers, changed)
		if had == want {
			continue
		}
		if !*update {
			t.Errorf("%s has other figures; go test ./app/circle -run MethodPages -update writes them. Now:\n%s", path, want)
			continue
		}
		if err := os.WriteFile(path, []byte(before+from+want+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
