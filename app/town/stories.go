package town

import (
	"fmt"
	"slices"
	"strconv"
)

// What citizens ask for in the stories: with an identity card shared, but for the card itself.
const (
	newCard   = "identity-card"              // 20 working days promised
	permit    = "residence-permit"           // 5
	insurance = "medical-insurance-transfer" // 15
	socialID  = "social-security-card"       // 5
)

// handedIn is how a case begins that its applicant opens and hands in on one day.
func handedIn(item string, ago int, at string, more ...act) []act {
	all := []act{{ago: ago, at: at}}
	if item != newCard {
		all = append(all, act{ago: ago, at: at, move: moveShare})
	}
	return append(append(all, act{ago: ago, at: at, move: "submit"}), more...)
}

// taken is how one goes on that is accepted on a day.
func taken(item string, ago int, more ...act) []act {
	return handedIn(item, ago, "09:12", append([]act{{ago: ago, at: "10:40", move: "accept"}}, more...)...)
}

// stories are the cases of a city, as they stand when the demonstration is first started: some at
// every state of the standard course, and three months of decided ones.
// Nobody has two open cases of an item, so decided ones come first; of the others, those that were
// touched last come last, since notices stand in the order in which they were made.
func stories(city string) []story {
	list := slices.Clone(open)
	if city != "changsha" {
		list = slow(list)
	}
	slices.SortStableFunc(list, func(a, b story) int { return b.acts[len(b.acts)-1].ago - a.acts[len(a.acts)-1].ago })
	return append(decided(city), list...)
}

var open = []story{
	{key: "draft", item: socialID, who: 0, acts: []act{{ago: 2, at: "20:15"}}},
	{key: "own-draft", item: socialID, who: itsCitizen, acts: []act{{ago: 1, at: "21:03"}}},
	{key: "own-supplement", item: newCard, who: itsCitizen, form: `{"note":"身份证磁性失效，申请换领"}`, acts: handedIn(newCard, 2, "09:20",
		act{ago: 1, at: "11:05", move: "take"}, act{ago: 1, at: "11:12", move: "ask-more", text: "照片不符合制证标准：请重新提供白底、免冠、近六个月内的照片。"})},
	{key: "own-accepted", item: insurance, who: itsCitizen, acts: taken(insurance, 6, act{ago: 5, at: "09:30", move: "take"})},
	{key: "newborn", item: newborn, who: itsCitizen, acts: []act{{ago: 5, at: "20:30"}, {ago: 5, at: "20:36", move: moveShare}, {ago: 5, at: "20:41", move: "submit"},
		{ago: 4, at: "09:25", move: "accept"}, {ago: 3, at: "14:50", move: "grant", text: "分娩信息核对一致，准予签发出生医学证明。"}}},
	{key: "submitted", item: newCard, who: 1, form: `{"note":"身份证到期换领"}`, acts: handedIn(newCard, 0, "08:50")},
	{key: "submitted-too", item: insurance, who: 2, acts: handedIn(insurance, 1, "15:26")},
	{key: "submitted-risk", item: permit, who: 3, acts: handedIn(permit, 4, "10:02")},
	{key: "supplement", item: newCard, who: 4, form: `{"note":"身份证遗失补领"}`, acts: handedIn(newCard, 7, "14:31",
		act{ago: 5, at: "09:47", move: "ask-more", text: "补领须说明遗失经过，请在“说明”里补写时间和地点。"})},
	{key: "accepted", item: insurance, who: 5, acts: taken(insurance, 4)},
	{key: "accepted-risk", item: permit, who: 6, acts: taken(permit, 4, act{ago: 3, at: "09:05", move: "take"})},
	{key: "late", item: newCard, who: 7, form: `{"note":"身份证到期换领"}`, acts: taken(newCard, 23)},
	{key: "late-too", item: permit, who: 8, acts: taken(permit, 7, act{ago: 6, at: "16:10", move: "take"})},
	{key: "paused", item: newCard, who: 9, form: `{"note":"姓名用字有误，申请换领"}`, acts: taken(newCard, 12,
		act{ago: 9, at: "10:15", move: "take"}, act{ago: 9, at: "10:20", move: "pause", text: "姓名用字须由户籍地派出所核对，等待复函。"})},
	{key: "extended", item: newCard, who: 3, form: `{"note":"身份证损坏换领"}`, acts: taken(newCard, 19,
		act{ago: 1, at: "15:40", move: "extend", text: "制证中心设备检修，经批准延长。", more: `{"days":5}`})},
	{key: "objected", item: insurance, who: 9, acts: taken(insurance, 13,
		act{ago: 1, at: "11:33", move: "object", text: "材料早已交齐，十多天没有进展，请说明原因。"})},
	{key: "handed-over", item: socialID, who: 1, acts: handedIn(socialID, 3, "09:58",
		act{ago: 2, at: "10:30", move: "hand-over", text: "申请人的参保关系不归本单位管理。"})},
	{key: "appealed", item: permit, who: 0, acts: taken(permit, 14,
		act{ago: 11, at: "16:20", move: "refuse", text: "未提供就业证明，不符合《居住证暂行条例》第二条。"},
		act{ago: 3, at: "10:11", move: "appeal", text: "就业证明已在窗口补交，请复核。"})},
	{key: "declined", item: permit, who: 2, acts: handedIn(permit, 17, "13:50",
		act{ago: 16, at: "09:15", move: "decline", text: "申请人在本市居住未满半年。"})},
	{key: "withdrawn", item: socialID, who: 4, acts: handedIn(socialID, 16, "17:05", act{ago: 15, at: "08:40", move: "withdraw"})},
	{key: "own-decided", item: permit, who: itsCitizen, acts: taken(permit, 10,
		act{ago: 9, at: "09:40", move: "take"}, act{ago: 7, at: "15:15", move: "grant", text: "居住满半年，有合法稳定就业，符合《居住证暂行条例》第二条。"})},
}

// slow has a city more that is late.
func slow(list []story) []story {
	return append(list,
		story{key: "late-more", item: insurance, who: 7, acts: taken(insurance, 18)},
		story{key: "late-most", item: permit, who: 1, acts: taken(permit, 9)},
		story{key: "late-submitted", item: newCard, who: 8, form: `{"note":"身份证到期换领"}`, acts: handedIn(newCard, 6, "11:20")})
}

// praise is what some say who rate.
var praise = map[int]string{5: "办得很快，没有跑第二趟。", 4: "整体满意，短信提醒很有用。", 3: "时间比预想的长。", 2: "材料要求前后说法不一。", 1: "超期了才打电话。"}

// decided are cases of the three months before: half of them identity cards, a few late.
func decided(city string) (list []story) {
	const number = 44
	items := []string{newCard, permit, newCard, insurance, newCard, socialID}
	days := map[string][]int{newCard: {9, 14, 11, 17, 8, 19, 13, 22}, permit: {2, 4, 3, 5, 3, 7}, insurance: {8, 12, 10, 14, 17}, socialID: {2, 3, 5, 4}}
	grounds := map[string]string{newCard: "人像、指纹核验一致，准予换领。", permit: "居住满半年，有合法稳定就业，准予发放。", insurance: "参保缴费信息核对一致，准予转移接续。", socialID: "信息核对一致，准予制发。"}
	for i := range number {
		item := items[i%len(items)]
		used := days[item][(i/2+len(city))%len(days[item])] // the cities are not as quick as each other
		if city != "changsha" && i%9 == 4 {
			used += 4
		}
		end := 1 + i*3/2
		move, why := "grant", grounds[item]
		if i%11 == 7 {
			move, why = "refuse", "核对的信息与申请不一致，不予办理。"
		}
		more := []act{{ago: end, at: "15:" + strconv.Itoa(10+i), move: move, text: why}}
		if i%3 != 2 {
			stars := []int{5, 5, 4, 5, 3, 4, 5, 2}[(i+len(city))%8]
			if used > 20 {
				stars = 1
			}
			rated := act{ago: max(end-1, 0), at: "19:" + strconv.Itoa(10+i), move: moveRate, more: strconv.Itoa(stars)}
			if i%2 == 0 {
				rated.text = praise[stars]
			}
			more = append(more, rated)
		}
		list = append(list, story{key: fmt.Sprintf("decided-%02d", i), item: item, who: i * 7 % 10, acts: taken(item, end+used, more...)})
	}
	return list
}
