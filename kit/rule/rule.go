// Package rule asks questions of yes and no over JSON values, in CEL, the Common Expression
// Language (https://cel.dev), whose programs end, have no clock and change nothing.
//
//	l, err := rule.Speak("form", "today")
//	r, err := l.Compile(`form.kind == "work" && "employment" in form.shown`)
//	yes, err := r.Ask(map[string]any{"form": form, "today": "2026-11-26"})
//
// A text has at most MostText characters, nests MostNesting deep and may cost MostCost steps in
// one answer. What a rule asks for and is not there is an error, not a no: whoever asks says which
// it is to be.
package rule

import (
	"encoding/json"
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
)

// Bounds of a rule: characters of its text, its nesting, and CEL's units of cost (about one for
// each step).
const (
	MostText    = 1_000
	MostNesting = 32
	MostCost    = 10_000
)

// ErrNotBool is a rule that is no question of yes and no.
var ErrNotBool = errors.New("the rule is not a question of yes and no")

// Language is CEL over some variables.
type Language struct{ env *cel.Env }

// Rule is a question, ready to be asked by many at once.
type Rule struct {
	Text    string
	program cel.Program
}

// Speak is the language over variables, each of any JSON value.
func Speak(variables ...string) (*Language, error) {
	o := []cel.EnvOption{cel.ParserRecursionLimit(MostNesting), cel.ParserExpressionSizeLimit(MostText), cel.RegexProgramSizeLimit(MostText)}
	for _, v := range variables {
		o = append(o, cel.Variable(v, cel.DynType))
	}
	env, err := cel.NewEnv(o...)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return &Language{env}, nil
}

// Compile reads a rule.
func (l *Language) Compile(text string) (*Rule, error) {
	ast, issues := l.env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.DynType) {
		return nil, ErrNotBool
	}
	program, err := l.env.Program(ast, cel.CostLimit(MostCost))
	if err != nil {
		return nil, err
	}
	return &Rule{text, program}, nil
}

// Ask answers over the values of the variables: what encoding/json decodes, with json.Number too.
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
