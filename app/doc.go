// Package app is the only room that knows all others. It wires a region pack and
// a store to the board and hands the result to the doors and the commands:
// configuration in, running node out. It keeps the observations in memory, since
// a board reads all of them, and the last boards, since people look at the same
// days again and again.
package app
