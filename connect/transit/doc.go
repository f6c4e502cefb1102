// Package transit finds how long people take by public transport, for every minute
// of a window of departures at once, from many origins at once.
//
// It knows timetables in flat arrays ([Timetable]), walks between places and stops
// as tables ([Walks]), and what follows from both. It refuses to know streets (walks
// come from reach), files (kit/gtfs) and what a region's lines are.
//
// # Method
//
// The latest-departure sweep. For one service day and one window, timetable and walks
// are compiled into a [Program]: all boardings, alightings, changes and ways out of
// the stops, in the order of time. A [Sweeper] runs it once for 32 origins, one in
// each lane of a line of 16-bit numbers. The state of a trip, a stop or an alighting
// is the latest departure from the origin with which one is there: to board is to
// take the greatest of what is on board, what waits at the stop, and what walking
// there from the origin allows; to alight is to keep a copy; to change is to raise
// the state of a stop at the time one can board there; to leave is to raise the state
// of a cell. Where a cell's state rises from a to b at time t, all who depart after a
// and until b arrive at t and not before. So one pass gives, exactly to the second,
// the earliest arrival for every departure of the window. There is no queue, no
// round and, but for leaving, no branch. Delling, Pajor, Werneck (RAPTOR, 2012) and
// Dibbelt et al. (connection scan, 2013) answer the same question one origin or one
// departure at a time.
//
// A [Counter] does the same for departures every so many seconds, for 64 origins in
// lanes of bytes, and adds up how many arrive within each budget as it goes. [Program.For]
// cuts a program down to what some origins can use.
//
// What cannot matter is left out when compiling: changes and ways out that a later
// stop of the same trip offers as soon or sooner, changes to stops where nothing
// leaves any more, and all that lies outside window and horizon.
//
// # Rules
//
//   - Between being at a stop and boarding there pass at least Slack seconds, one at
//     least. That gives everything within a second one order.
//   - A change is one walk at most, within the table of changes, or none at the same
//     stop. Access, changes and egress are as long as their tables allow.
//   - People stay seated where a trip goes on as another (Stay); they get on before
//     its last stop.
//   - The way on foot, if a table gives one, counts wherever it is faster.
//
// # Units
//
// A [Second] counts from the start of the service day, which is noon less twelve
// hours (GTFS), and may exceed 24 hours.
package transit
