package trustlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"cel.dev/cel-go/cel"
)

// Condition is a condition of an equivalent, ready to be asked: CEL, the Common
// Expression Language, whose programs end, have no clock and change nothing. It sees
//
//	attributes   what the licence says, as far as the holder showed it: a map
//	issued, from, until, at   timestamps of issue, validity and of the question
//
// until is absent from a licence without end; `has(attributes.x)` asks whether an
// attribute was shown.
type condition struct {
	program cel.Program
}

// Bounds of a condition: what one evaluation may cost, in CEL's units (about one for each
// step), and how deep it may nest.
const (
	MostCost    = 10_000
	MostNesting = 32
)

// errNotBool is a condition that is no question of yes and no.
var errNotBool = errors.New("the condition is not a question of yes and no")

var environment = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(
		cel.Variable("attributes", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("issued", cel.TimestampType), cel.Variable("from", cel.TimestampType),
		cel.Variable("until", cel.TimestampType), cel.Variable("at", cel.TimestampType),
		cel.ParserRecursionLimit(MostNesting), cel.ParserExpressionSizeLimit(MostCondition), cel.RegexProgramSizeLimit(MostCondition),
	)
})

func compile(text string) (*condition, error) {
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("conditions: %w", err)
	}
	ast, issues := env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, errNotBool
	}
	program, err := env.Program(ast, cel.CostLimit(MostCost))
	if err != nil {
		return nil, err
	}
	return &condition{program}, nil
}

// ask answers for a licence; an error says that there is no answer, as of an attribute
// that was not shown.
func (c *condition) ask(l *Licence, at Instant) (bool, error) {
	seen := map[string]any{"attributes": plain(l.Attributes), "issued": l.Issued.Time(), "at": at.Time()}
	if l.From != 0 {
		seen["from"] = l.From.Time()
	}
	if l.Until != 0 {
		seen["until"] = l.Until.Time()
	}
	v, _, err := c.program.Eval(seen)
	if err != nil {
		return false, err
	}
	yes, ok := v.Value().(bool)
	if !ok {
		return false, errNotBool
	}
	return yes, nil
}

// plain turns JSON as strictjson reads it into values that CEL knows: whole numbers are
// int, others double.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
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
