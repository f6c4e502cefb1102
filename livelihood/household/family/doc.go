// Package family says who lives with whom: the households (户) of a city, their heads, who
// everybody is to the head, and what becomes of all that when some of them leave or arrive.
//
// # What it knows
//
// A household is of one of two kinds. A family household (家庭户) has exactly one head (户主)
// while it has members, and says of every other member what he is to the head, in the codes of
// GB/T 4761-2008. A collective household (集体户) is kept by a unit, a school or an employer: it
// has a number of places, no head, and nobody in it is related to anybody.
//
// Take, Lead, Join and Found are the operations. Each returns a new household of the next
// version and leaves its argument as it was, or returns a *Refusal and nothing else. Whoever
// keeps households keeps every version: that is their history.
//
// # When the head changes
//
// What somebody is to the new head follows from what both were to the old one, where blood or
// marriage leave no doubt: the head's wife takes over, and his son is her son. Where they leave
// doubt (an adopted child, a nephew, somebody not related) it is not guessed: Asked lists who has
// to say. That a child of one spouse in the household is the child of the other is an assumption,
// which the clerk sees and may say otherwise.
//
// # Those under age
//
// Whoever is under 18 (民法典 art. 17) moves with a guardian, or with a guardian's consent
// (art. 27, 34), and does not stay behind without anybody of age.
//
// # What it refuses to know
//
// Which city asserts a person: that is the token of package household. Whether a move is
// permitted: package eligibility. Words for its codes are in locale/*/family.json.
package family
