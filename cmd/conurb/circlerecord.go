package main

import (
	"errors"
	"fmt"
	"strconv"

	"conurb/app/circle"
	"conurb/area"
	measure "conurb/connect/circle"
)

// errRecord is a state that never was, or more than one, as an observation.
var errRecord = errors.New("only what was open on a day, by one mode, can be recorded")

// recorded are the indicators of a plan that the circles measure, by the indicators of
// the rule: a pack that promises circles names them so.
var recorded = [][2]string{{measure.Circle30, "half-hour-circle"}, {measure.Circle60, "one-hour-circle"}}

// record writes what was measured as observations of the node, with the rule and the
// digest of everything it rests on.
func (c circleCmd) record(s *session, a *circle.Answer, today area.Date) error {
	node, err := s.open(c.where, false)
	if err != nil {
		return err
	}
	defer node.Close()
	for _, pair := range recorded {
		i := a.Result.Indicator(pair[0])
		if i == nil {
			return fmt.Errorf("%s: %w", pair[0], errRecord)
		}
		day := a.Asked.AsOf.String()
		row := map[string]string{
			"id": pair[1] + "-" + a.Asked.Mode + "-" + day, "indicator": pair[1], "scope": a.Rule.Scope, "period": day,
			"value": strconv.FormatFloat(i.Value*100, 'f', 2, 64), "grade": string(area.GradeAssumed), "published": today.String(),
			"source_text": fmt.Sprintf("conurb circle, %s %s, %s, %s", a.Rule.ID, a.Rule.Digest, a.Asked.Mode, a.Digest),
			"note":        s.t("circle.record.note", "mode", s.t("circle.mode."+a.Asked.Mode)),
			"reason":      s.t("circle.record.reason"),
		}
		added, problems, err := node.Add(s.ctx, row, writer(c.By))
		if err != nil {
			return err
		}
		if len(problems) == 1 && problems[0].Code == "unchanged" {
			fmt.Fprintln(s.err, s.t("circle.record.same", "indicator", pair[1]))
			continue
		}
		if len(problems) > 0 {
			return s.printBadFlags(problems)
		}
		for _, o := range added {
			fmt.Fprintln(s.err, s.t("cli.observe.added", "id", o.ID, "version", strconv.Itoa(o.Version), "log", strconv.FormatInt(o.Log, 10)))
		}
	}
	return nil
}
