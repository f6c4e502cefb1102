package register_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"conurb/internal/storetest"
	"conurb/livelihood/household"
	"conurb/store"
)

// rows are all of a node's own, as text.
func (n *node) rows() (all string) {
	if n.raw == nil {
		n.raw = storetest.Raw(n.world.t, n.dsn)
	}
	raw := n.raw
	for _, table := range []string{"household_entry", "household_transfer", "household_witnessed", "household_met", "household_number", "household_out", "message", "message_out", "message_in", "note", "log_entry", "log_head"} {
		rows, err := raw.Query(`SELECT * FROM ` + table + ` ORDER BY 1, 2`)
		if err != nil {
			n.world.t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			cells, to := make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				to[i] = &cells[i]
			}
			if err := rows.Scan(to...); err != nil {
				n.world.t.Fatal(err)
			}
			all += fmt.Sprint(table, cells, "\n")
		}
		rows.Close()
	}
	return all
}

// whole cuts a write off at every statement before it lets it through: nothing of it may stay.
func (n *node) whole(what string, do func(ctx context.Context) error) (cuts int) {
	t := n.world.t
	t.Helper()
	before := n.rows()
	stride := int64(1)
	if strings.HasPrefix(n.dsn, "postgres") {
		stride = 31 // a connection is made anew after every cut
	}
	for after := int64(1); ; after += stride {
		ctx := storetest.CutAfter(after)
		err := do(ctx)
		if err == nil && !ctx.Over() {
			return cuts
		}
		if after > 2000 {
			t.Fatalf("%s: never through: %v", what, err)
		}
		if err == nil {
			return cuts // the cut came when it was done
		}
		cuts++
		if n.rows() != before {
			t.Fatalf("%s: cut off after %d questions, something stays", what, after)
		}
	}
}

// handled cuts off the effect of every message that waits for a node.
func (n *node) handled() (count, cuts int) {
	for {
		there := false
		cuts += n.whole("a message", func(ctx context.Context) (err error) {
			_, there, err = n.handle(ctx)
			return err
		})
		if !there {
			return count, cuts
		}
		count++
	}
}

// TestEveryStepIsWholeOrNot cuts off every statement of every step of a move, and of a restore.
func TestEveryStepIsWholeOrNot(t *testing.T) {
	for _, kind := range storetest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			from, to := w.nodes["zhuzhou"], w.nodes["changsha"]
			cuts, steps := 0, 0
			step := func(n *node, what string, do func(ctx context.Context) error) {
				cuts += n.whole(what, do)
				steps++
			}
			settle := func() {
				for {
					busy := w.post()
					for _, name := range w.names {
						count, c := w.nodes[name].handled()
						busy, cuts, steps = busy+count, cuts+c, steps+count
					}
					if busy == 0 {
						return
					}
				}
			}
			step(from, "enter", func(ctx context.Context) error { return from.Enter(ctx, "P1") })
			step(from, "enter", func(ctx context.Context) error { return from.Enter(ctx, "P2") })
			backup := from.backup()
			one, two, three := newID(t), newID(t), newID(t)
			until := w.Now().Add(time.Hour)
			step(to, "hold", func(ctx context.Context) error { return to.Hold(ctx, one, "zhuzhou", tokens("P1"), until) })
			step(to, "hold", func(ctx context.Context) error { return to.Hold(ctx, two, "zhuzhou", tokens("P2"), until) })
			step(to, "hold", func(ctx context.Context) error { return to.Hold(ctx, three, "zhuzhou", tokens("P7"), until) })
			settle()
			step(from, "decide", func(ctx context.Context) error { _, err := from.Decide(ctx, one); return err })
			step(from, "refuse", func(ctx context.Context) error { return from.Refuse(ctx, two, household.RefusedClerk) })
			settle()
			from.restored(backup)
			for range 3 {
				w.Pass(time.Minute)
				step(from, "tick", func(ctx context.Context) error {
					return from.store.Do(ctx, func(d *store.Deed) error { return from.TickIn(ctx, d) })
				})
				settle()
			}
			if got := w.where("zhuzhou", "P1"); got != "changsha 2" {
				t.Errorf("P1 is in %s", got)
			}
			t.Logf("%d steps, cut off %d times", steps, cuts)
			if steps < 20 || cuts < 150 {
				t.Errorf("an idle test: %d steps, %d cuts", steps, cuts)
			}
		})
	}
}
