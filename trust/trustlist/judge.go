package trustlist

import (
	"cmp"
	"slices"
	"strconv"
)

// Judge answers by the list that was in force at the instant asked about. A licence's
// authority, key and type are held to the rows by its instant of issue; equivalents,
// validity and status by the instant asked about. What an old list does not say (a row, an
// equivalent) is a doubt and no refusal once the list is older than the verifier's limit.
func Judge(l *List, q Question, licence Licence, k Knowledge) Verdict {
	j := judgement{list: l.Before(q.At), q: q, l: &licence, k: k, reasons: make([]Reason, 0, 12)}
	if k.ListAt == 0 && j.list.Version() > 0 {
		j.k.ListAt = l.publications[l.Version()-1].Published
	}
	j.knowledge()
	j.licence()
	if j.list.Version() > 0 {
		j.state = j.list.states[j.list.Version()-1]
		j.row()
		j.equal()
	}
	v := Verdict{Accepted, q.At, j.list.Version(), j.reasons}
	slices.SortStableFunc(v.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(slices.Index(Reasons, a.Code), slices.Index(Reasons, b.Code)))
	})
	switch v.Reasons[0].Weight { // there is always one: of the list, or that there is none
	case Refuses:
		v.Outcome = NotAccepted
	case Doubts:
		v.Outcome = CannotTell
	}
	return v
}

type judgement struct {
	list    *List
	state   *held
	q       Question
	l       *Licence
	k       Knowledge
	stale   bool // the list is older than the limit
	reasons []Reason
}

func (j *judgement) say(w Weight, code string, args ...string) {
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	j.reasons = append(j.reasons, Reason{code, w, m})
}

// lacks is a reason that a newer list might take away.
func (j *judgement) lacks(code string, args ...string) {
	w := Refuses
	if j.stale {
		w = Doubts
	}
	j.say(w, code, args...)
}

func (j *judgement) knowledge() {
	n := j.list.Version()
	if n == 0 {
		j.say(Doubts, ReasonNoList, "at", j.q.At.String())
	} else {
		age := max(0, int64(j.q.At-j.k.ListAt))
		args := []string{"age", seconds(age), "version", strconv.Itoa(n), "published", j.list.publications[n-1].Published.String(), "limit", seconds(j.k.MostList)}
		j.say(Note, ReasonListAge, args[:6]...)
		if j.stale = j.k.MostList > 0 && age > j.k.MostList; j.stale {
			j.say(Doubts, ReasonListOld, args...)
		}
	}
	if j.k.Offline {
		j.say(Note, ReasonOffline)
	}
	if j.k.StatusAt != 0 {
		age := max(0, int64(j.q.At-j.k.StatusAt))
		j.say(Note, ReasonStatusAge, "age", seconds(age))
		if j.k.MostStatus > 0 && age > j.k.MostStatus {
			j.say(Doubts, ReasonStatusOld, "age", seconds(age), "limit", seconds(j.k.MostStatus))
		}
	}
}

// seconds is an age as a number: doors put it into days and hours.
func seconds(n int64) string { return strconv.FormatInt(n, 10) }

// licence judges what the licence says of itself.
func (j *judgement) licence() {
	switch l := j.l; {
	case l.Status == StatusRevoked:
		j.say(Refuses, ReasonRevoked)
	case l.Status == StatusSuspended:
		j.say(Refuses, ReasonSuspended)
	case l.Status != StatusValid || j.k.StatusAt == 0:
		j.say(Doubts, ReasonStatusNone)
	default:
		j.say(Note, ReasonStatus)
	}
	switch {
	case j.l.Holder == BindingProven:
		j.say(Note, ReasonHolderOK)
	case j.l.Holder == BindingFailed:
		j.say(Refuses, ReasonHolder)
	case j.k.NeedHolder || j.l.Holder != BindingAbsent:
		j.say(Doubts, ReasonHolderAbsent)
	}
	if j.l.Issued > j.q.At || j.l.Issued == 0 {
		j.say(Refuses, ReasonLater, "issued", j.l.Issued.String(), "at", j.q.At.String())
	}
	if j.l.From > j.q.At {
		j.say(Refuses, ReasonNotYet, "from", j.l.From.String(), "at", j.q.At.String())
	}
	if j.l.Until != 0 && j.l.Until <= j.q.At {
		j.say(Refuses, ReasonExpired, "until", j.l.Until.String(), "at", j.q.At.String())
	}
}

// row judges whether the authority might issue the type with the key when it did.
func (j *judgement) row() {
	l := j.l
	about := []string{"city", string(l.City), "authority", l.Authority, "type", l.Type, "key", l.Key, "issued", l.Issued.String()}
	named := j.state.rows[issuer{l.City, l.Authority, l.Type}]
	var keyed, good *ListedRow // the last with the key, the first that held at issue
	for _, r := range named {
		if r.key != l.Key {
			continue
		}
		if keyed = r.ListedRow; good == nil && l.Issued.within(r.From, r.Until) {
			good = keyed
		}
	}
	switch {
	case len(named) == 0:
		j.lacks(ReasonNoRow, about...)
	case keyed == nil:
		j.lacks(ReasonOtherKey, about...)
	case good == nil:
		r := keyed
		j.lacks(ReasonRowNotThen, append(about, "name", r.Name, "from", r.From.String(), "until", r.Until.String())...)
	default:
		r := good
		j.say(Note, ReasonRow, append(about, "name", r.Name, "id", r.ID, "from", r.From.String(), "until", r.Until.String())...)
	}
	j.key()
}

// key judges revocations of the key; of several the earliest counts.
func (j *judgement) key() {
	first := j.state.revoked[ownKey{j.l.City, j.l.Key}]
	if first == nil {
		return
	}
	args := []string{"city", string(first.City), "key", first.Key, "from", first.From.String(), "issued", j.l.Issued.String(), "reason", first.Reason}
	if j.l.Issued >= first.From {
		j.say(Refuses, ReasonKeyRevoked, args...)
	} else {
		j.say(Note, ReasonKeyLater, args...)
	}
}

// equal judges whether the type counts as the one wanted.
func (j *judgement) equal() {
	of, as := Side{j.l.City, j.l.Type}, Side{j.q.City, j.q.Wanted}
	if of == as {
		j.say(Note, ReasonOwn, "city", string(of.City), "type", of.Type)
		return
	}
	about := []string{"city", string(of.City), "type", of.Type, "verifier", string(as.City), "wanted", as.Type}
	var against []Reason // why each equivalent that there is does not help
	for _, e := range j.state.equals[[2]Side{of, as}] {
		try := judgement{stale: j.stale}
		args := append(slices.Clone(about), "id", e.ID, "from", e.From.String(), "until", e.Until.String(), "condition", e.If)
		if !j.q.At.within(e.From, e.Until) {
			try.lacks(ReasonEqualNotNow, args...)
		} else if e.If == "" {
			j.say(Note, ReasonEqual, args...)
			return
		} else if yes, err := j.list.conditions[e.If].ask(j.l, j.q.At); err != nil {
			try.say(Doubts, ReasonUnanswered, append(args, "detail", err.Error())...)
		} else if yes {
			j.say(Note, ReasonEqual, args...)
			return
		} else {
			try.lacks(ReasonCondition, args...)
		}
		against = append(against, try.reasons...)
	}
	if against == nil {
		j.lacks(ReasonNoEqual, about...)
		return
	}
	// One unanswered condition leaves the question open: the others do not close it.
	if slices.ContainsFunc(against, func(r Reason) bool { return r.Weight == Doubts }) {
		for k := range against {
			against[k].Weight = min(against[k].Weight, Doubts)
		}
	}
	j.reasons = append(j.reasons, against...)
}
