package family

import "slices"

// Relation is what a member is to the head of the household: a code of two digits of
// GB/T 4761-2008 (家庭关系代码, in force since 2009-01-01). Words are "family.relation.<code>".
type Relation string

// The relations that rules speak of.
const (
	Head       Relation = "02"
	Spouse     Relation = "10"
	Husband    Relation = "11"
	Wife       Relation = "12"
	Son        Relation = "20"
	OnlySon    Relation = "21"
	StepSon    Relation = "27" // or adopted
	SonInLaw   Relation = "28"
	OtherSon   Relation = "29"
	Daughter   Relation = "30"
	OnlyGirl   Relation = "31"
	StepGirl   Relation = "37" // or adopted
	GirlInLaw  Relation = "38"
	OtherGirl  Relation = "39"
	SonsSon    Relation = "41"
	SonsGirl   Relation = "42"
	GirlsSon   Relation = "43"
	GirlsGirl  Relation = "44"
	Father     Relation = "51"
	Mother     Relation = "52"
	HersFather Relation = "53" // 公公: the husband's father
	HersMother Relation = "54" // 婆婆
	HisFather  Relation = "55" // 岳父: the wife's father
	HisMother  Relation = "56" // 岳母
	FathersDad Relation = "61"
	FathersMum Relation = "62"
	MothersDad Relation = "63"
	MothersMum Relation = "64"
	Elder      Relation = "71" // 兄
	EldersWife Relation = "72"
	Younger    Relation = "73" // 弟
	YoungsWife Relation = "74"
	ElderGirl  Relation = "75" // 姐姐
	EldersMan  Relation = "76"
	YoungGirl  Relation = "77" // 妹妹
	YoungsMan  Relation = "78"
	Nephew     Relation = "93"
	Niece      Relation = "94"
	GirlNephew Relation = "95" // 外甥
	GirlNiece  Relation = "96"
	Relative   Relation = "97" // 其他亲属
	NoRelative Relation = "99" // 非亲属
)

// Relations are the codes that a register may use; 01 本人 and the collective codes 00, 40 and
// 50 are for other tables.
var Relations = []Relation{
	"02", "10", "11", "12", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
	"30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "41", "42", "43", "44", "45", "46", "47", "48", "49",
	"51", "52", "53", "54", "55", "56", "57", "58", "59", "61", "62", "63", "64", "65", "66", "67", "68", "69",
	"71", "72", "73", "74", "75", "76", "77", "78", "79", "81", "82", "83", "84", "85", "86", "87", "88", "89",
	"90", "91", "92", "93", "94", "95", "96", "97", "99",
}

// men and women are the relations that one sex alone can be.
var (
	men   = []Relation{"11", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "41", "43", "46", "47", "51", "53", "55", "57", "61", "63", "66", "71", "73", "76", "78", "81", "83", "85", "87", "89", "93", "95"}
	women = []Relation{"12", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "42", "44", "45", "48", "52", "54", "56", "58", "62", "64", "67", "72", "74", "75", "77", "82", "84", "86", "88", "90", "94", "96"}
)

// Fits tells whether somebody of a sex can be this to somebody.
func (r Relation) Fits(s Sex) bool {
	switch {
	case !slices.Contains(Relations, r):
		return false
	case s == Male:
		return !slices.Contains(women, r)
	default:
		return !slices.Contains(men, r)
	}
}

// The degrees in which one follows from another.
type degree int

const (
	unclear degree = iota
	self
	spouse
	child
	childInLaw
	sonsChild
	daughtersChild
	parent
	spousesParent
	sibling
)

var degrees = map[Relation]degree{
	Head: self, Spouse: spouse, Husband: spouse, Wife: spouse, SonInLaw: childInLaw, GirlInLaw: childInLaw,
	SonsSon: sonsChild, SonsGirl: sonsChild, GirlsSon: daughtersChild, GirlsGirl: daughtersChild,
	Father: parent, Mother: parent, HersFather: spousesParent, HersMother: spousesParent, HisFather: spousesParent, HisMother: spousesParent,
	Elder: sibling, Younger: sibling, ElderGirl: sibling, YoungGirl: sibling,
	"20": child, "21": child, "22": child, "23": child, "24": child, "25": child, "26": child,
	"30": child, "31": child, "32": child, "33": child, "34": child, "35": child, "36": child,
}

// by picks by the sex of the one who is something.
func by(s Sex, man, woman Relation) Relation {
	if s == Male {
		return man
	}
	return woman
}

// siblings is what x is to n, who has the same parents; nothing where they were born on one day.
func siblings(x, n Member) Relation {
	switch {
	case x.Born < n.Born:
		return by(x.Sex, Elder, ElderGirl)
	case x.Born > n.Born:
		return by(x.Sex, Younger, YoungGirl)
	}
	return ""
}

// follow is what x is to n, where both say what they are to old: nothing where it does not
// follow. x and n are not the same.
func follow(x, n, old Member) Relation {
	if x.Relation == NoRelative && degrees[n.Relation] != unclear {
		return NoRelative
	}
	switch degrees[n.Relation] {
	case self:
		return x.Relation
	case spouse:
		return toSpouse(x, n)
	case child:
		return toChild(x, n, old)
	case parent:
		return toParent(x, old)
	case sibling:
		return toSibling(x, n, old)
	}
	return ""
}

func toSpouse(x, n Member) Relation {
	switch degrees[x.Relation] {
	case self:
		return by(x.Sex, Husband, Wife)
	case child, childInLaw, sonsChild, daughtersChild:
		return x.Relation
	case parent:
		if n.Sex == Female {
			return by(x.Sex, HersFather, HersMother)
		}
		return by(x.Sex, HisFather, HisMother)
	case spousesParent:
		return by(x.Sex, Father, Mother)
	}
	return ""
}

func toChild(x, n, old Member) Relation {
	switch degrees[x.Relation] {
	case self, spouse:
		return by(x.Sex, Father, Mother)
	case child:
		return siblings(x, n)
	case parent:
		if old.Sex == Male {
			return by(x.Sex, FathersDad, FathersMum)
		}
		return by(x.Sex, MothersDad, MothersMum)
	}
	return ""
}

func toParent(x, old Member) Relation {
	switch degrees[x.Relation] {
	case self, sibling:
		return by(x.Sex, Son, Daughter)
	case spouse:
		return by(x.Sex, SonInLaw, GirlInLaw)
	case child:
		if old.Sex == Male {
			return by(x.Sex, SonsSon, SonsGirl)
		}
		return by(x.Sex, GirlsSon, GirlsGirl)
	case parent:
		return by(x.Sex, Husband, Wife)
	}
	return ""
}

func toSibling(x, n, old Member) Relation {
	elder := old.Born < n.Born
	switch degrees[x.Relation] {
	case self, sibling:
		return siblings(x, n)
	case parent:
		return x.Relation
	case spouse:
		switch {
		case old.Born == n.Born:
			return ""
		case elder:
			return by(x.Sex, EldersMan, EldersWife)
		}
		return by(x.Sex, YoungsMan, YoungsWife)
	case child:
		if old.Sex == Male {
			return by(x.Sex, Nephew, Niece)
		}
		return by(x.Sex, GirlNephew, GirlNiece)
	}
	return ""
}
