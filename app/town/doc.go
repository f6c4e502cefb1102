// Package town is a node with all its rooms (一个节点的全部): the plan's board, the post
// between nodes, the trust list, the authority's desk, the counter, wallets, people. It opens
// them over one database, lets them hear the messages that are theirs, and puts their doors
// side by side.
//
// Demo draws the office and the cities of a region with invented people, so that everything can
// be tried; nothing else here invents anything.
package town
