// Package licence is the register of an authority's electronic licences (电子证照): which
// types there are, what a licence of each type holds, and what may happen to it.
//
// # Types
//
// A Register is read from a file of the region pack (licence/types.yaml) by ReadRegister.
// A type has the 21-character code of GB/T 36904-2018: the unified social credit code of
// the body that defines it and three characters more; where that code is not known it is
// invented, and graded "assumed". Kinds of holders are those of GB/T 36903-2018 annex A.
//
// # Life
//
// A licence is a history of records, of which each is the whole licence after an action.
// Transitions is the table of what may follow what; Issue and Record.Act know no other
// rule about states. Every action but the first issue and the expiry by date needs its
// reason. Of a type that says "one", a holder has one live licence at a time: who keeps
// the records holds them to it by Record.Slot.
//
// A record with a new edition (版本号) has a new credential and a new place in a status
// list (IETF Token Status List); the place of the edition before becomes invalid.
//
// # Credential
//
// Record.Seal makes an SD-JWT VC (RFC 9901 and draft-ietf-oauth-sd-jwt-vc) out of a
// record, with the metadata of GB/T 36903 under "licence" and the type's attributes under
// "attributes"; what is personal is disclosed only if the holder chooses to. Verify reads
// one, and gives the facts that trust/trustlist judges. Metadata writes the metadata alone.
//
// Days of validity are whole days in the authority's time zone: a licence is valid until
// the end of its last day.
//
// # What it refuses to know
//
// Databases, files, keys at rest and clocks come in as arguments. Whether an authority may
// issue a type is for trust/trustlist.
package licence
