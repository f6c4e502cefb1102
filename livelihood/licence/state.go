package licence

import (
	"slices"
	"strings"

	"conurb/kit/statuslist"
)

// State is where a licence is in its life. Words are "licence.state.<state>".
type State string

// The states.
const (
	None      State = ""          // not issued yet
	Valid     State = "valid"     // 有效
	Suspended State = "suspended" // 暂扣
	Rescinded State = "rescinded" // 撤销: should never have been issued
	Cancelled State = "cancelled" // 注销: no longer needed
	Expired   State = "expired"   // 失效
	Leaving   State = "leaving"   // 办理转出: on its way to another authority, still valid
	Revoked   State = "revoked"   // 吊销: taken as a penalty
	Moved     State = "moved"     // another authority has taken it over
)

// States lists those of a licence that was issued.
var States = []State{Valid, Suspended, Rescinded, Cancelled, Expired, Leaving, Revoked, Moved}

// Action is what an authority does to a licence. Words are "licence.action.<action>".
type Action string

// The actions.
const (
	Issue       Action = "issue"        // 新发
	TransferIn  Action = "transfer-in"  // 转入: carries the identifier it had before
	Renew       Action = "renew"        // 延续
	Change      Action = "change"       // 变更
	Suspend     Action = "suspend"      // 暂扣
	Resume      Action = "resume"       // 暂扣发还
	Expire      Action = "expire"       // 过期失效, by date alone
	Cancel      Action = "cancel"       // 注销
	Rescind     Action = "rescind"      // 撤销
	Revoke      Action = "revoke"       // 吊销
	TransferOut Action = "transfer-out" // 办理转出
	Stay        Action = "stay"         // 取消转出
	Move        Action = "move"         // the other authority has issued
)

// Actions lists them.
var Actions = []Action{Issue, TransferIn, Renew, Change, Suspend, Resume, Expire, Cancel, Rescind, Revoke, TransferOut, Stay, Move}

// Transition is a row of the table of what may happen.
type Transition struct {
	From   State
	Action Action
	To     State
}

// Transitions is the whole life of a licence: what does not stand here is refused.
var Transitions = []Transition{
	{None, Issue, Valid}, {None, TransferIn, Valid},
	{Valid, Renew, Valid}, {Valid, Change, Valid}, {Valid, Suspend, Suspended}, {Valid, TransferOut, Leaving},
	{Valid, Expire, Expired}, {Valid, Cancel, Cancelled}, {Valid, Rescind, Rescinded}, {Valid, Revoke, Revoked},
	{Suspended, Resume, Valid},
	{Suspended, Expire, Expired}, {Suspended, Cancel, Cancelled}, {Suspended, Rescind, Rescinded}, {Suspended, Revoke, Revoked},
	{Leaving, Stay, Valid}, {Leaving, Move, Moved},
	{Leaving, Expire, Expired}, {Leaving, Rescind, Rescinded}, {Leaving, Revoke, Revoked},
	{Expired, Renew, Valid},
}

// next is the state after an action; ok is false where it may not happen.
func next(from State, a Action) (to State, ok bool) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.From == from && t.Action == a })
	if i < 0 {
		return from, false
	}
	return Transitions[i].To, true
}

// May lists the actions that a state permits.
func (s State) May() (list []Action) {
	for _, t := range Transitions {
		if t.From == s {
			list = append(list, t.Action)
		}
	}
	return list
}

// Live tells whether a licence in a state keeps its holder from another one.
func (s State) Live() bool { return s == Valid || s == Suspended || s == Leaving }

// stateCodes are the codes of states in use for licences of housing and construction
// (01 有效 .. 07 吊销, 99 其他). That a licence which has moved is 99 is our reading.
var stateCodes = map[State]string{
	Valid: "01", Suspended: "02", Rescinded: "03", Cancelled: "04", Expired: "05", Leaving: "06", Revoked: "07", Moved: "99",
}

// Code is the code of a state.
func (s State) Code() string { return stateCodes[s] }

// actionCodes are the codes of actions of the same source (01 新发 .. 10 取消转出). Those
// without one of their own are 07 其他.
var actionCodes = map[Action]string{
	Issue: "01", Renew: "02", Suspend: "03", Expire: "04", Cancel: "05", Resume: "06", TransferIn: "08", Change: "09", Stay: "10",
}

// Code is the code of an action.
func (a Action) Code() string {
	if c, ok := actionCodes[a]; ok {
		return c
	}
	return "07"
}

// edition tells whether an action makes a new edition, with a new credential.
func (a Action) edition() bool {
	return a == Issue || a == TransferIn || a == Renew || a == Change
}

// reasoned tells whether an action needs its reason.
func (a Action) reasoned() bool { return a != Issue && a != Expire }

// Status is what a status list says of a licence in a state. A list of one bit knows no
// suspension: a suspended licence is invalid there until it is resumed.
func (s State) Status(bits statuslist.Bits) statuslist.Status {
	switch {
	case s == Valid || s == Leaving:
		return statuslist.Valid
	case s == Suspended && bits > 1:
		return statuslist.Suspended
	}
	return statuslist.Invalid
}

// Drawing is the table as a Mermaid state diagram, as the method pages show it.
func Drawing() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	name := func(s State) string {
		if s == None {
			return "[*]"
		}
		return string(s)
	}
	for i := 0; i < len(Transitions); {
		t, actions := Transitions[i], []string{}
		for ; i < len(Transitions) && Transitions[i].From == t.From && Transitions[i].To == t.To; i++ {
			actions = append(actions, string(Transitions[i].Action))
		}
		b.WriteString("    " + name(t.From) + " --> " + name(t.To) + " : " + strings.Join(actions, ", ") + "\n")
	}
	for _, s := range States {
		if len(s.May()) == 0 {
			b.WriteString("    " + name(s) + " --> [*]\n")
		}
	}
	return b.String()
}
