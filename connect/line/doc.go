// Package line turns a region's own lines into a timetable: the lines and sections of an
// area.Network and its services (开行方案) become a [transit.Timetable], so that a line
// that is only planned has trains, too.
//
// It knows what is open under a train and when it leaves. It refuses to know streets
// (changing between two stations of one place is a walk, found by reach), files (pack
// reads them, kit/gtfs writes them) and what a day or a scenario is: the caller says
// which sections are open and which services run.
//
// # Method
//
// A service runs on every longest stretch of its stops that open sections join. From a
// stop to the next it takes the shortest way over its line and the lines it names (the
// fewest stations; its own line first); the way is open if each piece of it lies on an
// open section. A piece under no section at all, on a line whose sections state no ends,
// is open if the service names what it needs and all of that is open. So a stop on a
// closed section is not passed without stopping, and a line opened in phases runs in
// phases.
//
// Departures belong to the whole service, whatever part of it is open: a train that
// begins at a later stop leaves there when the train of the whole line would. The same
// train has the same times in every scenario, so what opens never makes another trip
// longer, as drawing the phases of headways at random for each would.
//
// Headways begin at once along the whole line (area.Band), which is what the one line
// with published first trains does.
//
// # Security and ticket gates
//
// Where a service needs people at the station some time before departure (Board), the
// timetable holds a trip for every stop where they can get on: it leaves there that much
// earlier, nobody gets on later, and it arrives when the train does. Stops and walks
// stay as they are, and getting off costs nothing. Changing from train to train costs
// the same as coming from the street.
//
// # Numbers
//
// Stop i is Network.Stations[i], all of them, and Route i is services[i], whether they
// run or not: tables of walks and names fit every day and scenario of one network.
// Seconds are of the service day; runs of the day before past midnight, and of the day
// after until 28:00, are part of it. Every service runs every day of the week alike.
package line
