// Package register is the register of residence of a node at work (户籍登记): the protocol of
// livelihood/household over the store and the post between nodes, so that a move between cities
// loses nobody and doubles nobody.
//
// # In a deed
//
// Every step is part of a store.Deed: what changes in the register, the messages that leave, the
// entry of the evidence log, and what other rooms do about it in the hooks (On...): cases,
// licences, notices. A hook is called after the register's own rows are written and before the
// deed is committed; an error takes back the whole step, and a message is then tried again. A
// hook therefore never refuses: what speaks against a move is looked at before Hold and Decide.
// The same move may come to a hook again after a restore.
//
// # What is asserted
//
// Where answers by what the cities say, not by counting rows: between the moment at which a city
// lets somebody go and the one at which the other books him, the first points to the second and
// shows the certificate. A node that was restored from a backup answers nothing until it has
// reconciled with every other node (household.RefusedRestoring).
//
// # Without a town
//
// A bench or a test needs a store.Store and New with Settings for each node; HoldIn and the like
// within Store.Do, Handlers for what Store.HandleMessage hands over, Tick now and then, and
// whoever carries Store.DueMessages to the others' Store.TakeMessage. Nothing else is asked for.
package register
