// Package rights says who may do what over what, and by which rule (权限).
//
// The rules are written in Cedar (https://docs.cedarpolicy.com, Cutler et al., OOPSLA 2024)
// in policies.cedar, each with an @id. A principal is a person, an organisation or a machine;
// a staff member has roles, each in a city, perhaps in one office, perhaps for some types of
// licence. A person acts in one role at a time: every role is asked in turn, and once none,
// and one that allows is enough.
//
// Every decision names the rules that decided. Where rules forbid, those; where none allows,
// NoRule. A rule that cannot be evaluated refuses everything (Fault): a rule that forbids
// must not be lost to an error.
//
// The words for people are the locale's: rights.rule.<id>.
package rights
