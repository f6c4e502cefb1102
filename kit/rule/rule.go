// Package rule asks questions of yes and no over JSON values, in CEL, the Common Expression
// Language (https://cel.dev), whose programs end, have no clock and change nothing.
//
//	l, err := rule.Speak(rule.Terms{Any: []string{"form", "today"}})
//	r, err := l.Compile(`form.kind == "work" && "employment" in form.shown`)
//	yes, err := r.Ask(map[string]any{"form": form, "today": "2026-11-26"})
//
// A text has a length, a nesting and a cost that one answer may have; Terms set them. What a rule
// asks for and is not there is an error, not a no: whoever asks says which it is to be.
package rule

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
)

// Bounds of a rule where its terms say nothing else: characters of its text, its nesting, and
// CEL's units of cost (about one for each step).
const (
	MostText    = 1_000
	MostNesting = 32
	MostCost    = 10_000
)

// ErrNotBool is a rule that is no question of yes and no.
var ErrNotBool = errors.New("not a question of yes and no")

// Terms are what rules of a language may speak of, and their bounds.
type Terms struct {
	Any     []string // variables of any JSON value
	Objects []string // variables that are JSON objects
	Times   []string // variables that are a time.Time
	Sure    bool     // a rule that may turn out to be no question of yes and no is refused at once
	Text    int      // 0: MostText
	Nesting int      // 0: MostNesting
	Cost    uint64   // 0: MostCost
}

// Language is CEL over some variables.
type Language struct {
	env   *cel.Env
	terms Terms
}

// Rule is a question, ready to be asked by many at once.
type Rule struct {
	Text    string
	checked *cel.Ast
	program cel.Program
}

// Speak is the language on these terms.
func Speak(t Terms) (*Language, error) {
	t.Text, t.Nesting, t.Cost = cmp.Or(t.Text, MostText), cmp.Or(t.Nesting, MostNesting), cmp.Or(t.Cost, MostCost)
	o := []cel.EnvOption{cel.ParserRecursionLimit(t.Nesting), cel.ParserExpressionSizeLimit(t.Text), cel.RegexProgramSizeLimit(t.Text)}
	for _, of := range []struct {
		names []string
		kind  *cel.Type
	}{{t.Any, cel.DynType}, {t.Objects, cel.MapType(cel.StringType, cel.DynType)}, {t.Times, cel.TimestampType}} {
		for _, v := range of.names {
			o = append(o, cel.Variable(v, of.kind))
		}
	}
	env, err := cel.NewEnv(o...)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return &Language{env, t}, nil
}

// Compile reads a rule.
func (l *Language) Compile(text string) (*Rule, error) {
	checked, issues := l.env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	if t := checked.OutputType(); !t.IsExactType(cel.BoolType) && (l.terms.Sure || !t.IsExactType(cel.DynType)) {
		return nil, ErrNotBool
	}
	program, err := l.env.Program(checked, cel.CostLimit(l.terms.Cost))
	if err != nil {
		return nil, err
	}
	return &Rule{text, checked, program}, nil
}

// Asks are the paths that a rule names in a variable: form.a.b asks form for a, and for a's b.
func (r *Rule) Asks(variable string) (list [][]string) {
	for _, e := range ast.MatchDescendants(ast.NavigateAST(r.checked.NativeRep()), ast.KindMatcher(ast.SelectKind)) {
		if path, ok := pathIn(variable, e); ok {
			list = append(list, path)
		}
	}
	return list
}

func pathIn(variable string, e ast.Expr) ([]string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return nil, e.AsIdent() == variable
	case ast.SelectKind:
		above, ok := pathIn(variable, e.AsSelect().Operand())
		return append(above, e.AsSelect().FieldName()), ok
	}
	return nil, false
}

// Ask answers over the values of the variables: what encoding/json decodes, with json.Number too,
// and times.
func (r *Rule) Ask(seen map[string]any) (bool, error) {
	values := make(map[string]any, len(seen))
	for k, v := range seen {
		values[k] = plain(v)
	}
	v, _, err := r.program.Eval(values)
	if err != nil {
		return false, err
	}
	yes, ok := v.Value().(bool)
	if !ok {
		return false, ErrNotBool
	}
	return yes, nil
}

// plain turns JSON into values that CEL knows: whole numbers are int, others double.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case int:
		return int64(v)
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = plain(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = plain(e)
		}
		return list
	}
	return v
}
