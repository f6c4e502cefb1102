// Package plan knows a metropolitan plan as data (规划同编同图): goals, fields,
// aspects, tasks, projects with the verb that binds them, indicators, targets
// with scope and hedge, and the observations they are judged by.
//
// It has no field for a percentage or a status. A target's standing is computed
// (package plan/board) from observations and from the network (plan/measure) by
// published methods (plan/progress, plan/forecast).
//
// Two time axes run through it. The first is the day a figure is about
// (Observation.Period, Dated.Date). The second is the day it could be believed
// (Observation.Published, Dated.Known). Every judgement takes both.
package plan
