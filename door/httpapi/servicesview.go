package httpapi

import (
	"encoding/json"
	"time"
)

// ServiceMark says how far a figure or text can be trusted.
type ServiceMark struct {
	Source string `json:"source,omitempty" doc:"The source in the region pack; none for what is assumed or general knowledge." example:"household-nationwide"`
	Grade  string `json:"grade" doc:"a, b, c, d, K or assumed." example:"assumed"`
	Note   *Text  `json:"note,omitempty" doc:"What is to be known about it."`
}

// ServiceWords are what people call an item.
type ServiceWords struct {
	Zh []string `json:"zh" nullable:"false" doc:"In Chinese." example:"[\"搬家\",\"迁户口\"]"`
	En []string `json:"en" nullable:"false" doc:"In English." example:"[\"moving house\"]"`
}

// ServiceGround is a law or paper that an item rests on.
type ServiceGround struct {
	Name    Text        `json:"name" doc:"Its name."`
	Article string      `json:"article,omitempty" doc:"The article." example:"10, 13"`
	Mark    ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceBody is an office that answers for an item.
type ServiceBody struct {
	Name   Text   `json:"name" doc:"Its name."`
	Code   string `json:"code" doc:"Its unified social credit code; XX marks an invented one." example:"11430100XXGAJ00010"`
	Nature string `json:"nature" doc:"What kind of body it is, by GB/T 39046: 1, 2, 3 or 9." example:"1"`
}

// ServiceResult is what an applicant gets.
type ServiceResult struct {
	Name    Text   `json:"name" doc:"Its name."`
	Licence string `json:"licence,omitempty" doc:"The type of the e-licence that it is." example:"11100000XXGAB00010001"`
	Sample  string `json:"sample,omitempty" doc:"Where a sample can be seen." example:"https://example.org/sample.pdf"`
}

// ServiceDays is a time limit.
type ServiceDays struct {
	Count int         `json:"count" doc:"So many days; 0: at once." example:"12"`
	Unit  string      `json:"unit,omitempty" enum:"working,calendar" doc:"Working days or days of the calendar; left out: no limit is stated." example:"working"`
	Note  *Text       `json:"note,omitempty" doc:"What it consists of."`
	Mark  ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceLimits are how long a decision may take.
type ServiceLimits struct {
	Statutory ServiceDays `json:"statutory" doc:"By law."`
	Promised  ServiceDays `json:"promised" doc:"As the city promises: never later than the law."`
}

// ServiceAccept is a condition of acceptance.
type ServiceAccept struct {
	Text Text        `json:"text" doc:"The condition."`
	Mark ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceStep is a stage of the handling.
type ServiceStep struct {
	ID   string `json:"id" doc:"For programs." example:"accept"`
	Name Text   `json:"name" doc:"The stage."`
	Text Text   `json:"text" doc:"What happens in it."`
	Days int    `json:"days,omitempty" doc:"Working days of it." example:"1"`
}

// ServiceMaterial is what has to be handed in.
type ServiceMaterial struct {
	ID        string      `json:"id" doc:"For programs." example:"identity"`
	Name      Text        `json:"name" doc:"What it is."`
	Licences  []string    `json:"licences,omitempty" nullable:"false" doc:"Types of e-licences, each of which will do." example:"[\"11100000XXGAB00010002\"]"`
	Required  bool        `json:"required" doc:"Whether it has to be there." example:"true"`
	When      string      `json:"when,omitempty" doc:"Asked for only where this holds: CEL over the answers." example:"form.kind == \"work\""`
	Issuer    *Text       `json:"issuer,omitempty" doc:"Who issues it."`
	Originals int         `json:"originals" doc:"Originals to show on paper." example:"1"`
	Copies    int         `json:"copies" doc:"Copies to leave on paper." example:"0"`
	Fresh     *Text       `json:"fresh,omitempty" doc:"How new it has to be."`
	Use       *Text       `json:"use,omitempty" doc:"What it is used for."`
	Note      *Text       `json:"note,omitempty" doc:"What else is to be known."`
	Mark      ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceFee is what is charged.
type ServiceFee struct {
	ID     string      `json:"id" doc:"For programs." example:"renew"`
	Name   Text        `json:"name" doc:"For what."`
	Amount int64       `json:"amount" doc:"In fen." example:"2000"`
	Per    Text        `json:"per" doc:"For one of these."`
	When   string      `json:"when,omitempty" doc:"Charged only where this holds: CEL over the answers." example:"form.lost == true"`
	Basis  Text        `json:"basis" doc:"The paper that sets it."`
	Mark   ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceOnline is what can be done over the network.
type ServiceOnline struct {
	There    bool   `json:"there" doc:"Whether it can be done online." example:"true"`
	URL      string `json:"url,omitempty" doc:"Where; left out: here." example:"https://example.org/apply"`
	Depth    string `json:"depth" doc:"How deeply, 1 to 4; 4: wholly." example:"4"`
	Visits   int    `json:"visits" doc:"How often one has to come." example:"0"`
	Booking  bool   `json:"booking" doc:"Whether a visit can be booked." example:"false"`
	Payment  bool   `json:"payment" doc:"Whether fees can be paid online." example:"false"`
	Delivery bool   `json:"delivery" doc:"Whether the result can be sent by post." example:"true"`
	System   string `json:"system" doc:"The level whose system it runs on, by GB/T 39046." example:"2"`
}

// ServicePlace is where an item can be done in person.
type ServicePlace struct {
	Name    Text        `json:"name" doc:"The place."`
	Address Text        `json:"address" doc:"Its address."`
	Hours   Text        `json:"hours" doc:"When it is open."`
	Phone   string      `json:"phone,omitempty" doc:"Its telephone." example:"12345"`
	Mark    ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceContact is whom to ask.
type ServiceContact struct {
	Way   Text        `json:"way" doc:"How."`
	Phone string      `json:"phone" doc:"The telephone." example:"12345"`
	Mark  ServiceMark `json:"mark" doc:"How good this is."`
}

// ServiceQuestion is asked often.
type ServiceQuestion struct {
	Ask    Text `json:"ask" doc:"The question."`
	Answer Text `json:"answer" doc:"The answer."`
}

// ServiceItem is a service item of a city, by the elements of GB/T 39046-2020 table 4. Codes
// are those of the standard; their words are in the language files under "catalogue.".
type ServiceItem struct {
	ID        string            `json:"id" doc:"Short, the same in all cities." example:"household-transfer"`
	City      string            `json:"city" doc:"The city that offers it." example:"changsha"`
	Basic     string            `json:"basic" doc:"Basic code, the same in all cities (基本编码)." example:"XXGAJ0000010"`
	Code      string            `json:"code" doc:"Implementing code: body, level and basic code (实施编码)." example:"11430100XXGAJ000103XXGAJ0000010"`
	Name      Text              `json:"name" doc:"Its name."`
	Plain     Text              `json:"plain" doc:"What it is for, in a citizen's words."`
	Search    ServiceWords      `json:"search" doc:"What people call it."`
	Type      string            `json:"type" doc:"Type of item, 01 to 10 or 20 (事项类型)." example:"07"`
	Grounds   []ServiceGround   `json:"grounds" nullable:"false" doc:"What it rests on."`
	Level     string            `json:"level" doc:"Level that exercises it, 1 to 7 (行使层级)." example:"3"`
	Powers    *Text             `json:"powers,omitempty" doc:"How powers are divided."`
	Content   *Text             `json:"content,omitempty" doc:"What is exercised."`
	Body      ServiceBody       `json:"body" doc:"The body that answers for it."`
	Joint     []ServiceBody     `json:"joint,omitempty" nullable:"false" doc:"Bodies that take part."`
	Office    Text              `json:"office" doc:"The office that does the work."`
	Agent     *Text             `json:"agent,omitempty" doc:"Intermediary services that are needed."`
	Quota     *Text             `json:"quota,omitempty" doc:"Limits of number."`
	Result    ServiceResult     `json:"result" doc:"What an applicant gets."`
	Kind      string            `json:"kind" doc:"1 at once, 2 with a time limit, 9 other (办件类型)." example:"2"`
	Scope     string            `json:"scope" enum:"nation,province,city,county" doc:"How far away it can be done (通办范围)." example:"nation"`
	Served    []string          `json:"served" nullable:"false" doc:"Whom it serves: 1 persons, 2 enterprises and so on." example:"[\"1\"]"`
	Subject   []string          `json:"subject" nullable:"false" doc:"What it is about." example:"[\"household\"]"`
	Handled   []string          `json:"handled" nullable:"false" doc:"Ways of handling: 1 window, 2 computer, 3 mobile, 4 post, 9 other." example:"[\"1\",\"2\",\"3\"]"`
	Special   []string          `json:"special,omitempty" nullable:"false" doc:"Special procedures." example:"[\"1\"]"`
	Modes     []string          `json:"modes" nullable:"false" doc:"How it is done from another city: online, deputy, joint." example:"[\"online\",\"joint\"]"`
	Limits    ServiceLimits     `json:"limits" doc:"How long it takes."`
	Accept    []ServiceAccept   `json:"accept" nullable:"false" doc:"Conditions of acceptance."`
	Steps     []ServiceStep     `json:"steps" nullable:"false" doc:"The stages."`
	Materials []ServiceMaterial `json:"materials" nullable:"false" doc:"What has to be handed in."`
	Fees      []ServiceFee      `json:"fees,omitempty" nullable:"false" doc:"What is charged; left out: nothing."`
	Online    ServiceOnline     `json:"online" doc:"What can be done online."`
	Places    []ServicePlace    `json:"places" nullable:"false" doc:"Where it can be done in person."`
	Consult   ServiceContact    `json:"consult" doc:"Whom to ask."`
	Complaint ServiceContact    `json:"complaint" doc:"Where to complain."`
	Questions []ServiceQuestion `json:"questions,omitempty" nullable:"false" doc:"Asked often."`
	Course    string            `json:"course" doc:"The state machine of its cases." example:"standard"`
	Form      string            `json:"form" doc:"The form that applicants fill in." example:"household-transfer"`
	Mark      ServiceMark       `json:"mark" doc:"How good the rest is: that it can be had from another city, how, and by whom."`
}

// ServiceInCity is an edition of a city's item.
type ServiceInCity struct {
	City    string      `json:"city" doc:"The city." example:"changsha"`
	Version string      `json:"version" doc:"The edition's number, from 1; a case keeps it." example:"2"`
	Origin  string      `json:"origin" enum:"pack,edit,revert,heard" doc:"Whether it is the pack's, was edited here, brought back here, or came from the city's node." example:"edit"`
	At      time.Time   `json:"at" doc:"Since when it is in force." example:"2026-11-26T08:31:00Z"`
	By      string      `json:"by,omitempty" doc:"Who published it; shown to those who edit." example:"editor"`
	Reason  string      `json:"reason,omitempty" doc:"Why it was published." example:"承诺时限缩短"`
	InForce bool        `json:"inForce" doc:"Whether it is the one in force." example:"true"`
	Item    ServiceItem `json:"item" doc:"What it says."`
}

// ServiceDifference is a field in which the cities differ.
type ServiceDifference struct {
	Field  string            `json:"field" doc:"Which field." example:"promised"`
	Label  string            `json:"label" doc:"Its name in the language asked for." example:"Promised time limit"`
	Part   string            `json:"part,omitempty" doc:"The material, fee or stage by its id." example:"identity"`
	Name   *Text             `json:"name,omitempty" doc:"The material, fee or stage by its name."`
	Values map[string]string `json:"values" doc:"What it is in each city, in the language asked for." example:"{\"changsha\":\"5 working days\",\"zhuzhou\":\"at once\"}"`
	Codes  map[string]string `json:"codes,omitempty" doc:"The same for programs; left out where it is text." example:"{\"changsha\":\"5 working\",\"zhuzhou\":\"0 working\"}"`
}

// ServiceCompared is an item of all cities side by side.
type ServiceCompared struct {
	ID          string              `json:"id" doc:"The item." example:"household-transfer"`
	Basic       string              `json:"basic" doc:"Its basic code, the same in all cities." example:"XXGAJ0000010"`
	Name        Text                `json:"name" doc:"Its name."`
	Cities      []ServiceInCity     `json:"cities" nullable:"false" doc:"Each city's."`
	Differences []ServiceDifference `json:"differences" nullable:"false" doc:"In what they differ; empty: in nothing."`
	Bundles     []string            `json:"bundles" nullable:"false" doc:"The bundles that it is part of." example:"[\"newborn\"]"`
}

// ServiceSummary is an item in a list.
type ServiceSummary struct {
	ID      string                  `json:"id" doc:"The item." example:"household-transfer"`
	Name    Text                    `json:"name" doc:"Its name."`
	Plain   Text                    `json:"plain" doc:"What it is for."`
	Subject []string                `json:"subject" nullable:"false" doc:"What it is about." example:"[\"household\"]"`
	Served  []string                `json:"served" nullable:"false" doc:"Whom it serves." example:"[\"1\"]"`
	Score   float64                 `json:"score,omitempty" doc:"How well it answers the question; the best first." example:"7.2"`
	Differs int                     `json:"differs" doc:"In how many fields the cities differ; windows and their names are not counted." example:"1"`
	Cities  []ServiceSummaryOfACity `json:"cities" nullable:"false" doc:"The cities that offer it."`
}

// ServiceSummaryOfACity is an item of a city in a list.
type ServiceSummaryOfACity struct {
	City     string      `json:"city" doc:"The city." example:"changsha"`
	Promised ServiceDays `json:"promised" doc:"How long it takes."`
	Modes    []string    `json:"modes" nullable:"false" doc:"How it is done from another city." example:"[\"online\"]"`
	Visits   int         `json:"visits" doc:"How often one has to come." example:"0"`
	Charged  bool        `json:"charged" doc:"Whether it costs anything." example:"false"`
	Version  string      `json:"version" doc:"The edition in force." example:"1"`
	At       time.Time   `json:"at" doc:"Since when." example:"2026-11-26T08:31:00Z"`
}

// ServiceBundleView is several items for one turn in a life.
type ServiceBundleView struct {
	ID    string              `json:"id" doc:"The bundle." example:"newborn"`
	Name  Text                `json:"name" doc:"Its name."`
	Plain Text                `json:"plain" doc:"What it is for."`
	Event string              `json:"event" doc:"The turn in a life or of an enterprise." example:"birth"`
	Form  string              `json:"form" doc:"The form of what is asked once." example:"bundle-newborn"`
	Steps []ServiceBundleStep `json:"steps" nullable:"false" doc:"Its items."`
	Score float64             `json:"score,omitempty" doc:"How well it answers the question." example:"6.1"`
	Mark  ServiceMark         `json:"mark" doc:"How good this is."`
}

// ServiceBundleStep is an item of a bundle.
type ServiceBundleStep struct {
	ID     string        `json:"id" doc:"The step." example:"register"`
	Item   string        `json:"item" doc:"The item." example:"birth-registration"`
	Name   Text          `json:"name" doc:"The item's name."`
	City   string        `json:"city" doc:"JSON pointer of the answer that names the city." example:"/live_in"`
	After  []string      `json:"after" nullable:"false" doc:"Steps that have to end well before; none: it runs beside the others." example:"[\"certificate\"]"`
	When   []ServiceCond `json:"when,omitempty" nullable:"false" doc:"Only where all hold; left out: always."`
	Shared int           `json:"shared" doc:"How many of its questions the shared answers answer." example:"9"`
}

// ServiceCond holds where an answer is one of some texts.
type ServiceCond struct {
	At string   `json:"at" doc:"JSON pointer of the answer; within a list that of the same item." example:"/as"`
	In []string `json:"in" nullable:"false" doc:"The texts; true and false are written so, an answer that is not there is the empty text." example:"[\"host\"]"`
}

// ServiceOption is an answer to choose.
type ServiceOption struct {
	Value string `json:"value" doc:"The answer." example:"work"`
	Label Text   `json:"label" doc:"What people read."`
	Note  *Text  `json:"note,omitempty" doc:"What is to be known about it."`
}

// ServiceField is a question of a form.
type ServiceField struct {
	At      string          `json:"at" doc:"JSON pointer of the answer; within a list that of an item's." example:"/kind"`
	Label   Text            `json:"label" doc:"The question."`
	Hint    *Text           `json:"hint,omitempty" doc:"A hint."`
	Widget  string          `json:"widget" doc:"How it is asked: text, area, choice, radio, yesno, day, number, money, phone, citizen, person, city, address, consent or list." example:"radio"`
	Needed  bool            `json:"needed,omitempty" doc:"Whether it has to be answered where it is shown." example:"true"`
	When    []ServiceCond   `json:"when,omitempty" nullable:"false" doc:"Shown only where all hold."`
	Fill    string          `json:"fill,omitempty" doc:"What licence can answer it: type/attribute." example:"11100000XXGAB00010002/holder.name"`
	Options []ServiceOption `json:"options,omitempty" nullable:"false" doc:"The answers to choose from."`
	Fields  []ServiceField  `json:"fields,omitempty" nullable:"false" doc:"Of a list: the questions about each of its items."`
}

// ServiceSection is a group of questions.
type ServiceSection struct {
	ID     string         `json:"id" doc:"For programs." example:"move"`
	Title  Text           `json:"title" doc:"Its title."`
	Note   *Text          `json:"note,omitempty" doc:"What is to be known first."`
	When   []ServiceCond  `json:"when,omitempty" nullable:"false" doc:"Shown only where all hold."`
	Fields []ServiceField `json:"fields" nullable:"false" doc:"Its questions."`
}

// ServiceForm is a form.
type ServiceForm struct {
	ID     string           `json:"id" doc:"The form." example:"household-transfer"`
	Title  Text             `json:"title" doc:"Its title."`
	Schema json.RawMessage  `json:"schema" doc:"JSON Schema 2020-12 of the answers."`
	Layout []ServiceSection `json:"layout" nullable:"false" doc:"How the answers are asked for, in order."`
}

// ServiceFault is something wrong with answers or with an item.
type ServiceFault struct {
	At     string `json:"at" doc:"Where: JSON pointer." example:"/limits/promised"`
	Code   string `json:"code" doc:"A code for programs." example:"promise-late"`
	Rule   string `json:"rule,omitempty" doc:"The rule of the checker of service guides." example:"MISSING-事项名称"`
	Ref    string `json:"ref,omitempty" doc:"Table and field of the standard." example:"GB/T 39046-2020 表4 承诺办结时限"`
	Mild   bool   `json:"mild,omitempty" doc:"True where it does not keep the item from being published." example:"false"`
	Detail string `json:"detail" doc:"What is wrong." example:"The promise of 30 days ends after the 20 days of the law."`
	Remedy string `json:"remedy" doc:"What to do about it." example:"Promise 20 days or fewer."`
}
