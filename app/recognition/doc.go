// Package recognition is the trust list (互认清单) at a node: a city proposes and signs
// changes, the office publishes them, and every city gets the list and holds it to what it
// had before.
//
// # How a change travels
//
//	Xiangtan                   Zhuzhou                    office
//	propose ── trust.proposal ──▶ kept: draft
//	        ── trust.proposal ───────────────────────────▶ kept: draft
//	                           sign
//	waiting ◀── trust.signature ── ── trust.signature ───▶ waiting
//	                                                      publish: version n
//	   ◀─────── trust.published {version, digest} ────────── to every city
//	fetch, check, keep: n      fetch, check, keep: n
//	   ── trust.seen {version, digest} ──▶ to every other node
//
// A refusal (trust.refused) by another city or the office, or a withdrawal (trust.withdrawn)
// by the proposer, ends a proposal that is not published. Every message carries the whole
// proposal, so that none depends on another one having come first; of two stages the later
// one stays (trustlist.Stages), so that nodes agree in the end in whatever order they hear.
//
// Each act is one deed of the store: the row, its entry in the evidence log and the messages
// that tell of it are there together or not at all.
//
// # How a list arrives
//
// A list may be larger than a message: trust.published says its version and digest alone.
// Run fetches the list when told, at the start, and every few minutes, outside of any
// transaction; a city that was down catches up so. It is taken only when every signature in
// it is good and it continues the one that is here. What does not is refused and kept as a
// finding, with the publication that shows it where it was given.
//
// When the office gives two cities two lists, each continues what its city had. The cities
// therefore tell each other which digest they have of every version (trust.seen); two that
// differ are a finding on both sides.
//
// # What it refuses to know
//
// Who may propose, sign and publish is for trust/rights and the doors; names of persons come
// in as text, and stay at their node: other nodes hear of the party alone.
package recognition
