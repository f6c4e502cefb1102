package cells

import (
	"errors"
	"fmt"
	"strconv"
)

// MaxProblems is how many faults of a table are listed one by one; the last line of
// a longer list tells how many more there are.
const MaxProblems = 1000

// Problem is a fault in a table, at the place where it is: Line from 1, Column the
// byte of the line from 1. Its text is "cells.check.<Code>" in the language files,
// what to do about it the same with ".remedy".
type Problem struct {
	File         string
	Line, Column int
	Field        string
	Code         string
	Args         map[string]string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s %s %v", p.File, p.Line, p.Column, p.Field, p.Code, p.Args)
}

// problems is the list of a file, bounded.
type problems struct {
	file string
	list []Problem
	more int
}

func (p *problems) report(line, column int, field, code string, args ...string) {
	if len(p.list) >= MaxProblems {
		p.more++
		return
	}
	m := make(map[string]string, len(args)/2+1)
	m["field"] = field
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	p.list = append(p.list, Problem{p.file, line, column, field, code, m})
}

// all closes the list.
func (p *problems) all(line int) []Problem {
	if p.more > 0 {
		n := strconv.Itoa(p.more)
		p.list = append(p.list, Problem{p.file, line, 1, "", "and-more", map[string]string{"field": "", "count": n}})
	}
	return p.list
}

// Code names a refusal of Grid, FromRaster or Write: its text is "cells.error.<code>"
// in the language files, what to do about it the same with ".remedy". It is empty for
// other errors.
func Code(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{{ErrSide, "side"}, {ErrBounds, "bounds"}, {ErrMany, "many"}, {ErrNegative, "negative"}, {ErrOutside, "outside"}, {ErrNobody, "nobody"}, {ErrName, "name"}, {ErrNumber, "number"}} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return ""
}
