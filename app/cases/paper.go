package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"conurb/area"
	"conurb/door/httpapi"
	"conurb/door/paper"
	"conurb/livelihood/casework"
	"conurb/locale"
)

// both is a text in both languages.
func both(key string, pairs ...string) area.Text {
	args := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return area.Text{Zh: locale.T("zh-CN", key, args), En: locale.T("en", key, args)}
}

// word is a code in both languages on one line; the code itself where it has no words.
func word(prefix, code string) string {
	if !locale.Has("en", prefix+code) {
		return code
	}
	return Words(prefix+code, nil)
}

// Paper prints everything about a case on A4.
func (d Door) Paper(ctx context.Context, k *casework.Case) ([]byte, error) {
	now := d.Now()
	page := &paper.Page{Kind: both("cases.paper.kind"), Title: d.Names.ItemName(ctx, k.City, k.Item), Lines: d.lines(ctx, k), Code: d.URL + "/cases/" + k.ID, Under: both("cases.paper.under"),
		Foot: k.ID + "  " + d.moment(now), Made: now, Author: k.City, Notes: []area.Text{both("cases.paper.note")}}
	if k.Facts[casework.FactInvented] != "" {
		page.Notes = append(page.Notes, both("cases.paper.invented"))
	}
	if k.Clock.Assumed {
		page.Notes = append(page.Notes, both("cases.paper.assumed"))
	}
	var b bytes.Buffer
	err := paper.Write(&b, page)
	var glyph *paper.GlyphError
	if errors.As(err, &glyph) {
		return nil, &httpapi.PaperRefusal{Rune: glyph.Rune}
	} else if err != nil {
		return nil, fmt.Errorf("paper of case %s: %w", k.ID, err)
	}
	return b.Bytes(), nil
}

func (d Door) moment(t time.Time) string {
	return t.In(d.Desk.Calendar.Zone()).Format("2006-01-02 15:04")
}

func (d Door) lines(ctx context.Context, k *casework.Case) (list []paper.Line) {
	add := func(key, text string) {
		if text != "" {
			list = append(list, paper.Line{Name: both("cases.paper." + key), Text: text})
		}
	}
	add("number", k.ID)
	add("applicant", k.Applicant.Name+"  "+k.Applicant.Code)
	add("office", k.Office)
	add("state", word("casework.state.", string(k.State)))
	if k.Holder.By != "" {
		add("holder", strings.TrimSpace(word("casework.by.", string(k.Holder.By))+"  "+k.Holder.Person))
	}
	add("until", k.Holder.Until.String())
	if k.Clock.Limit > 0 {
		unit := "working"
		if k.Clock.Natural {
			unit = "natural"
		}
		add("limit."+unit, strconv.Itoa(k.Clock.Limit))
	}
	add("accepted", k.Clock.Started.String())
	if x := k.Decision; x != nil {
		add("decision", word("casework.outcome.", string(x.Outcome)))
		add("grounds", strings.TrimSpace(word("", x.Key)+"  "+x.Grounds))
		add("by", x.By.Name+"  "+d.moment(x.At))
	}
	if x := k.Appeal; x != nil && x.Result != "" {
		add("appeal", word("casework.appeal.", x.Result)+"  "+x.Reason)
	}
	for _, q := range answered(k.Form) {
		name, ok := d.Names.Question(k.City, k.Item, k.Edition, q.at)
		if !ok {
			name = area.Text{Zh: q.at, En: q.at}
		}
		list = append(list, paper.Line{Name: name, Text: q.text})
	}
	for _, s := range k.Shared {
		add("shared", s.Identifier+"  "+strings.Join(slices.Sorted(maps.Keys(s.Attributes)), ", "))
	}
	for _, e := range k.Events {
		text := d.moment(e.At) + "  " + word("casework.move.", e.Move) + "  " + word("casework.by.", string(e.By.By)) + " " + e.By.Name
		if why := e.Reason + e.Grounds; why != "" {
			text += "  " + why
		}
		add("event", text)
	}
	return list
}

// answer is one of a form, by its JSON pointer.
type answer struct{ at, text string }

// answered are the answers of a form, in the order of their pointers; lists stay as they are.
func answered(form json.RawMessage) (list []answer) {
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), v[name])
			}
		case string:
			list = append(list, answer{at, v})
		default:
			b, _ := json.Marshal(v) // it was read from JSON
			list = append(list, answer{at, string(b)})
		}
	}
	var all any
	dec := json.NewDecoder(bytes.NewReader(form))
	dec.UseNumber()
	if dec.Decode(&all) == nil {
		walk("", all)
	}
	return list
}
