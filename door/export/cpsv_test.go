package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"conurb/door/export"
	"conurb/livelihood/catalogue"
	"conurb/livelihood/licence"
	"conurb/plan/pack"
	"conurb/region"
)

func catalogueOf(t *testing.T) export.Catalogue {
	t.Helper()
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	types, err := licence.ReadRegister(licence.RegisterFile, p.Files[licence.RegisterFile])
	if err != nil {
		t.Fatal(err)
	}
	refs := catalogue.Refs{Types: types}
	for _, c := range p.Area.Cities {
		refs.Cities = append(refs.Cities, c.ID)
	}
	all, err := catalogue.Load(p.Files, refs)
	if err != nil {
		t.Fatal(err)
	}
	c := export.Catalogue{Region: p.ID, Cities: p.Area.Cities, Bundles: all.Bundles}
	for _, i := range all.Items {
		c.Items = append(c.Items, export.Item{Item: i, Version: 1})
	}
	return c
}

func written(t *testing.T, format string, c export.Catalogue) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.Services(&b, format, c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ld is an export as it is read again: nodes by id, names without their prefixes.
type ld struct {
	Context map[string]string `json:"@context"`
	Graph   []map[string]any  `json:"@graph"`
}

func (d ld) full(name string) string {
	prefix, rest, _ := strings.Cut(name, ":")
	return d.Context[prefix] + rest
}

// TestTheShapesOfCPSVAPAreMet holds the export to what the shapes of CPSV-AP require and to
// the classes that they ask for; a validator that is not ours does the same in web/.
func TestTheShapesOfCPSVAPAreMet(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/credentials/cpsv-ap/releases/3.2.0/shacl/cpsv-ap-SHACL.jsonld")
	if err != nil {
		t.Skip(err)
	}
	var shapes struct {
		Shapes []struct {
			Target   string `json:"sh:targetClass"`
			Property []struct {
				Path  string `json:"sh:path"`
				Least string `json:"sh:minCount"`
				Most  string `json:"sh:maxCount"`
				Class string `json:"sh:class"`
			} `json:"sh:property"`
		} `json:"shapes"`
	}
	if err := json.Unmarshal(raw, &shapes); err != nil {
		t.Fatal(err)
	}
	var d ld
	if err := json.Unmarshal(written(t, "cpsv-ap", catalogueOf(t)), &d); err != nil {
		t.Fatal(err)
	}
	types, nodes := map[string][]string{}, map[string][]map[string][]any{}
	for _, n := range d.Graph {
		props := map[string][]any{}
		for name, v := range n {
			if list, ok := v.([]any); ok && name != "@type" {
				props[d.full(name)] = list
			}
		}
		all, _ := n["@type"].([]any)
		for _, one := range all {
			class := d.full(one.(string))
			types[n["@id"].(string)] = append(types[n["@id"].(string)], class)
			nodes[class] = append(nodes[class], props)
		}
	}
	looked, required := 0, 0
	for _, s := range shapes.Shapes {
		for _, n := range nodes[s.Target] {
			looked++
			for _, p := range s.Property {
				have := n[p.Path]
				if least, _ := strconv.Atoi(p.Least); least > 0 {
					if required++; len(have) < least {
						t.Errorf("%s: %s is missing", s.Target, p.Path)
					}
				}
				if most, _ := strconv.Atoi(p.Most); most > 0 && len(have) > most {
					t.Errorf("%s: %d of %s", s.Target, len(have), p.Path)
				}
				for _, v := range have {
					if id, _ := v.(map[string]any)["@id"].(string); p.Class != "" && !slices.Contains(types[id], p.Class) {
						t.Errorf("%s: %s leads to %s, which is no %s", s.Target, p.Path, id, p.Class)
					}
				}
			}
		}
	}
	if looked < 1000 || required < 1000 {
		t.Errorf("%d nodes looked at, %d properties required: that says nothing", looked, required)
	}
}

func TestTheTableOfServicesHasARowForEach(t *testing.T) {
	c := catalogueOf(t)
	rows, err := csv.NewReader(bytes.NewReader(written(t, "csv", c))).ReadAll()
	if err != nil || len(rows) != len(c.Items)+1 {
		t.Fatalf("%d rows for %d items, %v", len(rows), len(c.Items), err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	for _, r := range rows[1:] {
		if r[at("id")] == "identity-card" && r[at("fees_fen")] != "renew=2000" {
			t.Errorf("fees of an identity card: %s", r[at("fees_fen")])
		}
		if r[at("promised_grade")] == "" || r[at("grade")] == "" {
			t.Errorf("%v is not graded", r)
		}
	}
	if err := export.Services(&bytes.Buffer{}, "pdf", c); err == nil {
		t.Error("written as pdf")
	}
}

// TestTextsOfAnyKindAreWritten has texts that would break out of their quotes.
func TestTextsOfAnyKindAreWritten(t *testing.T) {
	c := catalogueOf(t)
	i := *c.Items[0].Item
	i.Name.Zh, i.Name.En = "引\"号\\与\n换行", "a <b> & 'c' \u2028"
	c.Items[0].Item = &i
	if ttl := string(written(t, "turtle", c)); !strings.Contains(ttl, `"引\"号\\与\n换行"@zh`) {
		t.Error("Turtle has the text otherwise")
	}
	var d ld
	if err := json.Unmarshal(written(t, "cpsv-ap", c), &d); err != nil {
		t.Fatal(err)
	}
}
