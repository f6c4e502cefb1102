// Package household moves a registration of residence (户口) from one city to another so that
// a person is never registered twice and never nowhere.
//
// # What a registration is
//
// A token: a person and an epoch, held by one city at a time. The city that holds it decides
// alone. Two databases cannot change in one instant; what is promised instead is that at any
// moment every city that asserts where a person is registered asserts the same city, and at
// least one asserts. A city that has handed a person over goes on to assert: it points to where
// he went, with the proof. Counting rows may find none while a certificate is under way; whoever
// asks is answered by the assertion.
//
// # The move of a household, in order
//
//	T move-in   keeps a hold, and promises to take these persons at these epochs   promise (准予迁入)
//	S move-out  still holds all of them, at these epochs, in time: deciding        decision
//	W witness   keeps the decision durably                                         witnessed
//	S           moved; the certificate embeds promise, decision and witness        certificate (迁移证)
//	T           registered at the next epoch, unless it knows a later one          booked
//
// Until the certificate may leave, either side may refuse or withdraw; afterwards there is only
// forward. Every step is one transaction: state, outbox and log together. S sends the
// certificate until it is booked, for ever.
//
// # After a restore
//
// A city that comes back from a backup may have forgotten what it decided. It answers nothing and
// serves nothing until it has reconciled. It asks every other node by which incarnation it knows
// this city; then, as the incarnation after all of those, for everything that they know. Whoever
// tells takes no decision of an earlier incarnation from that moment, so that nothing is added to
// the past after it was told. A decision that a witness kept may have led to a certificate: it is
// recalled as done, and completed. A witness that was itself restored is told the decisions that
// were entrusted to it and are not yet booked. A decision that the backup has, no witness kept and
// later events contradict is of a past that was itself lost: it is dropped.
//
// Whoever knows of a person at an epoch knows every city that he was in before, and tells each of
// them: it may come back from a time at which it had him, when those that it handed him to are lost
// too. See trail.go.
//
// Two cities that are lost at once wait for each other, and take what the other still knows: a
// person then signs to go on (Without), see docs/guide/en/household.md. What a city alone knew and
// lost, a refusal or a withdrawal before the decision, may be forgotten: the move can then be
// decided again while its promise counts.
//
// # How the code is made
//
// Machine is the rules over a Book, which is one transaction of whoever keeps the state: the
// store in the product, a memory with faults in the simulation (package sim). The machine reads no clock and
// sends nothing itself. Words for its codes are in locale/*/household.json. That promise is the
// 准予迁入证明 and certificate the 户口迁移证 is our reading, and assumed.
package household
