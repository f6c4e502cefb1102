package casework

import (
	"fmt"
	"strings"
)

// Mermaid draws a course as a state diagram (stateDiagram-v2 of Mermaid); say puts a key into
// words: "casework.state.<state>", "casework.move.<move>", "casework.by.<by>".
func (c *Course) Mermaid(say func(key string) string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range c.States {
		fmt.Fprintf(&b, "    %s: %s\n", id(s.Name), plain(say("casework.state."+string(s.Name))))
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", id(c.Start))
	for _, m := range c.Moves {
		label := plain(say("casework.move."+m.Name)) + " (" + plain(say("casework.by."+string(m.By))) + ")"
		for _, from := range m.From {
			to := m.To
			if to == "" {
				to = from
			}
			fmt.Fprintf(&b, "    %s --> %s: %s\n", id(from), id(to), label)
		}
	}
	for _, s := range c.States {
		if s.End {
			fmt.Fprintf(&b, "    %s --> [*]\n", id(s.Name))
		}
	}
	return b.String()
}

// id is a state as Mermaid names it.
func id(s State) string { return strings.ReplaceAll(string(s), "-", "_") }

// plain takes out what would end a label.
func plain(s string) string {
	return strings.NewReplacer("\n", " ", ":", "：", ";", "；").Replace(s)
}
