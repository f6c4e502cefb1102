package casework

import (
	"fmt"
	"slices"
	"strings"
)

// Check tells every fault of a course: a state that is not reached or leads to no end, a move
// that nobody can make, a guard or action that nobody binds. guards and actions are the names
// bound elsewhere, beside those of casework.
func (c *Course) Check(guards, actions []string) (faults []error) {
	say := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("course %s: "+format, append([]any{c.Name}, args...)...))
	}
	names := map[State]bool{}
	for _, s := range c.States {
		if names[s.Name] {
			say("state %s is there twice", s.Name)
		}
		names[s.Name] = true
		if !slices.Contains(Phases, s.Phase) {
			say("state %s is in no phase: %q", s.Name, s.Phase)
		}
		if s.With != "" && !slices.Contains(Bys, s.With) || s.End && s.With != "" {
			say("state %s is with %q", s.Name, s.With)
		}
		if s.End && s.Term != (Term{}) {
			say("the end %s has a term", s.Name)
		}
	}
	if !names[c.Start] {
		say("starts in %q, which is no state", c.Start)
	}
	for _, m := range c.Moves {
		for _, fault := range c.checkMove(m, names, guards, actions) {
			say("move %s: %s", m.Name, fault)
		}
	}
	if len(faults) > 0 {
		return faults // what follows would follow from these
	}
	for _, fault := range c.checkWays() {
		say("%s", fault)
	}
	for _, fault := range c.checkClock() {
		say("%s", fault)
	}
	return faults
}

func (c *Course) checkMove(m Move, names map[State]bool, guards, actions []string) (faults []string) {
	if m.Name == "" || len(m.From) == 0 {
		faults = append(faults, "has no name, or leads from nowhere")
	}
	if !slices.Contains(Bys, m.By) {
		faults = append(faults, fmt.Sprintf("is made by %q", m.By))
	}
	if m.To != "" && !names[m.To] {
		faults = append(faults, fmt.Sprintf("leads to %q, which is no state", m.To))
	}
	for i, s := range m.From {
		if info, ok := c.State(s); !ok || info.End {
			faults = append(faults, fmt.Sprintf("leads from %q, which is no state or an end", s))
		}
		if slices.Contains(m.From[:i], s) {
			faults = append(faults, fmt.Sprintf("leads from %s twice", s))
		}
		first, _, _ := c.Move(m.Name, s)
		if first.To != m.To || first.By != m.By {
			faults = append(faults, fmt.Sprintf("is never made from %s: another of the name comes before it", s))
		}
	}
	for _, g := range m.Guards {
		if Guards[g] == nil && !slices.Contains(guards, g) {
			faults = append(faults, "nobody binds its guard "+g)
		}
	}
	for _, a := range m.Actions {
		if Actions[a] == nil && !slices.Contains(actions, a) {
			faults = append(faults, "nobody binds its action "+a)
		}
	}
	if !slices.Contains([]ClockEffect{Unmoved, Start, Deem, Pause, Resume, Stop}, m.Clock) {
		faults = append(faults, fmt.Sprintf("does %q to the clock", m.Clock))
	}
	return faults
}

// checkWays looks for states that are not reached, and those from which no end is.
func (c *Course) checkWays() (faults []string) {
	reached := c.spread([]State{c.Start}, func(m Move, s State) []State {
		if slices.Contains(m.From, s) && m.To != "" {
			return []State{m.To}
		}
		return nil
	})
	var ends []State
	for _, s := range c.States {
		if s.End {
			ends = append(ends, s.Name)
		}
	}
	ending := c.spread(ends, func(m Move, s State) []State {
		if m.To == s {
			return m.From
		}
		return nil
	})
	for _, s := range c.States {
		if !reached[s.Name] {
			faults = append(faults, fmt.Sprintf("nothing leads to %s", s.Name))
		}
		if !ending[s.Name] {
			faults = append(faults, fmt.Sprintf("no end is reached from %s", s.Name))
		}
	}
	return faults
}

func (c *Course) spread(from []State, step func(m Move, s State) []State) map[State]bool {
	seen := map[State]bool{}
	for queue := from; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		if seen[s] {
			continue
		}
		seen[s] = true
		for _, m := range c.Moves {
			queue = append(queue, step(m, s)...)
		}
	}
	return seen
}

// checkClock walks states together with how the clock stands in them: one that is not running
// is not paused, one that is not paused does not go on, and one that runs is not started.
func (c *Course) checkClock() (faults []string) {
	type at struct {
		state State
		clock string
	}
	allowed := map[ClockEffect]string{Start: "off stopped", Deem: "off stopped", Pause: "running", Resume: "paused"}
	after := map[ClockEffect]string{Start: "running", Deem: "running", Pause: "paused", Resume: "running", Stop: "stopped"}
	seen := map[at]bool{}
	for queue := []at{{c.Start, "off"}}; len(queue) > 0; queue = queue[1:] {
		here := queue[0]
		if seen[here] {
			continue
		}
		seen[here] = true
		for _, m := range c.MovesFrom(here.state, "") {
			if need, ok := allowed[m.Clock]; ok && !slices.Contains(strings.Fields(need), here.clock) {
				faults = append(faults, fmt.Sprintf("move %s does %s to a clock that is %s in %s", m.Name, m.Clock, here.clock, here.state))
				continue
			}
			next := here
			if m.To != "" {
				next.state = m.To
			}
			if to, ok := after[m.Clock]; ok {
				next.clock = to
			}
			queue = append(queue, next)
		}
	}
	return faults
}
