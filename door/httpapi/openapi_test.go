package httpapi_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"conurb/door/httpapi"
	"conurb/internal/packtest"
)

var update = flag.Bool("update", false, "write the files that answers are compared with")

const description = "../../openapi.yaml"

func TestTheDescriptionInTheRepositoryIsTheOneServed(t *testing.T) {
	got := httpapi.OpenAPI(newDesk(t, packtest.Small()))
	if *update {
		if err := os.WriteFile(description, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(description)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("openapi.yaml is not what the door serves; run go test ./door/httpapi -update\n%s", d)
	}
	if served := start(t).get("/openapi.yaml"); served.body != string(got) {
		t.Error("/openapi.yaml serves something else")
	}
}

func TestEveryFieldIsDescribedWithAnExample(t *testing.T) {
	var doc struct {
		OpenAPI    string `yaml:"openapi"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any
			}
		}
		Paths map[string]map[string]struct {
			Summary    string
			Parameters []struct {
				Name, Description string
				Example           any
				Schema            map[string]any
			}
			Responses map[string]any
		}
	}
	if err := yaml.Unmarshal(httpapi.OpenAPI(newDesk(t, packtest.Small())), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Paths) < 20 || len(doc.Components.Schemas) < 20 {
		t.Fatalf("OpenAPI %s with %d paths and %d schemas", doc.OpenAPI, len(doc.Paths), len(doc.Components.Schemas))
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		for field, p := range doc.Components.Schemas[name].Properties {
			says, _ := p["description"].(string)
			if says == "" || !strings.HasSuffix(says, ".") {
				t.Errorf("%s.%s: %q is not a sentence", name, field, says)
			}
			_, isRef := p["$ref"]
			items, _ := p["items"].(map[string]any)
			_, ofRefs := items["$ref"]
			raw := p["type"] == nil && !isRef
			if p["examples"] == nil && !isRef && !ofRefs && !raw {
				t.Errorf("%s.%s has no example", name, field)
			}
		}
	}
	for path, item := range doc.Paths {
		for method, op := range item {
			if op.Summary == "" || op.Responses["default"] == nil {
				t.Errorf("%s %s has no summary or no description of problems", method, path)
			}
			for _, p := range op.Parameters {
				if !strings.HasSuffix(p.Description, ".") || p.Schema["examples"] == nil && p.Example == nil {
					b, _ := json.Marshal(p)
					t.Errorf("%s %s: parameter %s lacks a sentence or an example: %s", method, path, p.Name, b)
				}
			}
		}
	}
}
