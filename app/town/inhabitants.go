package town

import (
	"encoding/json"
	"fmt"

	"conurb/area"
	"conurb/livelihood/casework"
	"conurb/livelihood/household/family"
	"conurb/livelihood/licence"
)

const typeIdentity = "11100000XXGAB00010002" // 居民身份证

// inhabitant is somebody invented who has cases in a city of the demonstration, and no account.
type inhabitant struct {
	casework.Person
	born, sex string
}

// names are the people of each city; every other one is a woman.
var names = map[string][]string{
	"changsha": {"张伟", "刘洋", "王磊", "陈静", "周强", "彭慧", "谭军", "肖婷", "唐亮", "曾丽", "夏宇"},
	"zhuzhou":  {"贺军", "易敏", "袁浩", "文娟", "凌峰", "龙燕", "宁波", "汤琳", "苏凯", "欧兰", "钟鸣"},
	"xiangtan": {"马超", "齐悦", "胡斌", "成洁", "罗刚", "冯雪", "沈涛", "莫莉", "郭鹏", "赵蕾", "方正"},
}

// districts begin the numbers of a city's people. There is no district 99, so that they are nobody's.
var districts = map[string]string{"changsha": "430199", "zhuzhou": "430299", "xiangtan": "430399"}

var births = []string{"1992-04-16", "1995-08-23", "1987-01-09", "1990-11-30", "1979-06-18", "1984-03-05", "1968-09-12", "1997-12-21", "1965-02-27", "1982-07-14", "1994-09-01"}

// inhabitants are the invented people of a city.
func inhabitants(city string) (list []inhabitant) {
	for i, name := range names[city] {
		list = append(list, invent(city, name, births[i], 511+i))
	}
	return list
}

// invent is somebody with a number of GB 11643-1999 that is nobody's; who is odd is a man.
func invent(city, name, born string, serial int) inhabitant {
	p := inhabitant{Person: casework.Person{City: city, Kind: licence.KindCitizen, Name: name + "（示例）"}, born: born, sex: "女"}
	if serial%2 == 1 {
		p.sex = "男"
	}
	p.Code = licence.CitizenNumber(districts[city] + born[:4] + born[5:7] + born[8:] + fmt.Sprintf("%03d", serial))
	return p
}

// member is how he stands in the register: head of a household of his own.
func (p *inhabitant) member() (family.Member, error) {
	born, err := area.ParseDate(p.born)
	sex := family.Female
	if p.sex == "男" {
		sex = family.Male
	}
	return family.Member{Person: family.Person(p.Code), Name: p.Name, Sex: sex, Born: born, Relation: family.Head}, err
}

// address is where somebody says that he lives.
func (p *inhabitant) address() string {
	return map[string]string{"changsha": "长沙市示例区示例路", "zhuzhou": "株洲市示例区示例路", "xiangtan": "湘潭市示例区示例路"}[p.City] + p.Code[15:17] + "号"
}

// attributes are those of his identity card.
func (p *inhabitant) attributes() map[string]any {
	return map[string]any{"sex": p.sex, "ethnicity": "汉", "birth_date": p.born, "address": p.address(), "adult": true}
}

// answers are those that somebody gives to the form of a story's item.
func (l *life) answers(s story, who casework.Person) (json.RawMessage, error) {
	all := map[string]any{"name": who.Name, "number": who.Code, "phone": "13800000000"}
	switch s.item {
	case "residence-permit":
		all["address"], all["since"], all["ground"], all["delivery"] = (&inhabitant{Person: who}).address(), "2025-06-01", "job", "online"
	case "social-security-card":
		all["for"], all["card"], all["delivery"] = "self", "electronic", "online"
	default:
		all["delivery"] = "window"
	}
	if s.form != "" {
		if err := json.Unmarshal([]byte(s.form), &all); err != nil {
			return nil, err
		}
	}
	return json.Marshal(all)
}
