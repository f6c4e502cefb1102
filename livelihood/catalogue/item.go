package catalogue

import "conurb/area"

// Item is a service item (政务服务事项) as one city offers it. Field names of the standards
// stand behind each: table 4 of GB/T 39046-2020 unless said otherwise.
type Item struct {
	ID     string    `json:"id"`     // short and the same in all cities
	City   string    `json:"city"`   // of the area
	Basic  string    `json:"basic"`  // 基本编码, the same in all cities
	Code   string    `json:"code"`   // 实施编码; of 31 characters: body, level, basic code
	Name   area.Text `json:"name"`   // 事项名称
	Plain  area.Text `json:"plain"`  // what it is for, in a citizen's words
	Search Words     `json:"search"` // what people call it

	Type    string    `json:"type"`              // 事项类型, one of Types
	Grounds []Ground  `json:"grounds"`           // 设定依据
	Level   string    `json:"level"`             // 行使层级, one of Levels
	Powers  area.Text `json:"powers,omitzero"`   // 权限划分
	Content area.Text `json:"content,omitzero"`  // 行使内容
	Body    Body      `json:"body"`              // 实施主体
	Joint   []Body    `json:"joint,omitempty"`   // 共同实施部门 (联办机构)
	Office  area.Text `json:"office"`            // 承办机构
	Agent   area.Text `json:"agent,omitzero"`    // 中介服务
	Quota   area.Text `json:"quota,omitzero"`    // 数量限制
	Result  Result    `json:"result"`            // 结果名称, 结果样本
	Kind    string    `json:"kind"`              // 办件类型, one of Kinds
	Scope   string    `json:"scope"`             // 通办范围, one of Scopes
	Served  []string  `json:"served"`            // 服务对象, of Served
	Subject []string  `json:"subject"`           // 服务主题, of Subjects
	Handled []string  `json:"handled"`           // 办理形式, of Handlings
	Special []string  `json:"special,omitempty"` // 特别程序, of Specials
	Modes   []Mode    `json:"modes"`             // how it is done from another city

	Limits    Limits     `json:"limits"`
	Accept    []Accept   `json:"accept"` // 受理条件
	Steps     []Step     `json:"steps"`  // 办理流程
	Materials []Material `json:"materials"`
	Fees      []Fee      `json:"fees,omitempty"` // 是否收费: there are some

	Online    Online     `json:"online"`
	Places    []Place    `json:"places"`
	Consult   Contact    `json:"consult"`   // 咨询方式
	Complaint Contact    `json:"complaint"` // 监督电话
	Questions []Question `json:"questions,omitempty"`

	Course string `json:"course"` // the state machine of its cases
	Form   string `json:"form"`   // that applicants fill in
	Mark   Mark   `json:"mark"`   // how good the rest of it is
}

// Words are what people call an item.
type Words struct {
	Zh []string `json:"zh"`
	En []string `json:"en"`
}

// Mark says how far a figure or text can be trusted: the source in the pack's list, and the
// grade; assumed ones have no source.
type Mark struct {
	Source string     `json:"source,omitempty"`
	Grade  area.Grade `json:"grade"`
	Note   area.Text  `json:"note,omitzero"`
}

// Ground is a law or paper that the item rests on.
type Ground struct {
	Name    area.Text `json:"name"`
	Article string    `json:"article,omitempty"`
	Mark    Mark      `json:"mark"`
}

// Body is an office with its unified social credit code.
type Body struct {
	Name   area.Text `json:"name"`
	Code   string    `json:"code"`
	Nature string    `json:"nature"` // 实施主体性质, one of Natures
}

// Result is what the applicant gets.
type Result struct {
	Name    area.Text `json:"name"`
	Licence string    `json:"licence,omitempty"` // code of its licence type
	Sample  string    `json:"sample,omitempty"`
}

// Limits are how long a decision may take.
type Limits struct {
	Statutory Days `json:"statutory"` // 法定办结时限
	Promised  Days `json:"promised"`  // 承诺办结时限
}

// Days is a time limit (时限, 单位, 说明). None stated has no unit.
type Days struct {
	Count int       `json:"count"` // 0: at once
	Unit  Unit      `json:"unit,omitempty"`
	Note  area.Text `json:"note,omitzero"`
	Mark  Mark      `json:"mark"`
}

// Unit is that of a time limit.
type Unit string

// The units.
const (
	Working  Unit = "working"  // 工作日
	Calendar Unit = "calendar" // 自然日
)

// Stated tells whether there is a limit at all.
func (d Days) Stated() bool { return d.Unit != "" }

// Accept is a condition under which an application is accepted.
type Accept struct {
	Text area.Text `json:"text"`
	Mark Mark      `json:"mark"`
}

// Step is a stage of the handling (环节).
type Step struct {
	ID   string    `json:"id"`
	Name area.Text `json:"name"`
	Text area.Text `json:"text"`
	Days int       `json:"days,omitempty"` // working days
}

// Material is what has to be handed in (材料).
type Material struct {
	ID        string    `json:"id"`
	Name      area.Text `json:"name"`
	Licences  []string  `json:"licences,omitempty"` // types of e-licences each of which satisfies it
	Required  bool      `json:"required"`           // 是否必备
	When      string    `json:"when,omitempty"`     // CEL over the answers: only then; empty: always
	Issuer    area.Text `json:"issuer,omitzero"`    // 出具机构
	Originals int       `json:"originals"`          // 原件份数
	Copies    int       `json:"copies"`             // 复印件份数
	Fresh     area.Text `json:"fresh,omitzero"`     // 出具时间要求
	Use       area.Text `json:"use,omitzero"`       // 使用说明
	Note      area.Text `json:"note,omitzero"`      // 办理说明
	Mark      Mark      `json:"mark"`
}

// Fee is what is charged.
type Fee struct {
	ID     string    `json:"id"`
	Name   area.Text `json:"name"`
	Amount int64     `json:"amount"` // fen, for one of Per
	Per    area.Text `json:"per"`
	When   string    `json:"when,omitempty"` // CEL over the answers
	Basis  area.Text `json:"basis"`          // 收费依据
	Mark   Mark      `json:"mark"`
}

// Online is what can be done over the network.
type Online struct {
	There    bool   `json:"there"`         // 是否网办
	URL      string `json:"url,omitempty"` // 网办地址; empty: here
	Depth    string `json:"depth"`         // 网办深度, one of Depths
	Visits   int    `json:"visits"`        // 到现场次数
	Booking  bool   `json:"booking"`       // 预约
	Payment  bool   `json:"payment"`       // 网上支付
	Delivery bool   `json:"delivery"`      // 物流
	System   string `json:"system"`        // 运行系统层级, one of Levels
}

// Place is where it can be done (办理地点, 办理时间).
type Place struct {
	Name    area.Text `json:"name"`
	Address area.Text `json:"address"`
	Hours   area.Text `json:"hours"`
	Phone   string    `json:"phone,omitempty"`
	Mark    Mark      `json:"mark"`
}

// Contact is whom to ask.
type Contact struct {
	Way   area.Text `json:"way"`
	Phone string    `json:"phone"`
	Mark  Mark      `json:"mark"`
}

// Question is asked often (常见问题).
type Question struct {
	Ask    area.Text `json:"ask"`
	Answer area.Text `json:"answer"`
}

// Mode is how an item is done from another city (国办发〔2020〕35号).
type Mode string

// The modes.
const (
	ModeOnline Mode = "online" // 全程网办
	ModeDeputy Mode = "deputy" // 异地代收代办
	ModeJoint  Mode = "joint"  // 多地联办
)

// The code lists of GB/T 39046-2020, strict. Their words are "catalogue.<list>.<code>".
var (
	Types     = []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"} // 许可 处罚 强制 征收 给付 检查 确认 奖励 裁决 其他 公共服务
	Levels    = []string{"1", "2", "3", "4", "5", "6", "7"}                                // 国家 省 市 县 镇 村 分级
	Natures   = []string{"1", "2", "3", "9"}                                               // 法定机关 授权组织 受委托组织 其他
	Served    = []string{"1", "2", "3", "4", "5", "6"}                                     // 自然人 企业 事业 社会组织 行政机关 其他
	Handlings = []string{"1", "2", "3", "4", "9"}                                          // 窗口 电脑 移动 快递 其他
	Kinds     = []string{"1", "2", "9"}                                                    // 即办件 承诺件 其他
	Specials  = []string{"1", "2"}                                                         // 延长审批 其他
	Scopes    = []string{"nation", "province", "city", "county"}                           // 全国 跨省 跨市 跨县
	Modes     = []string{string(ModeOnline), string(ModeDeputy), string(ModeJoint)}
	Depths    = []string{"1", "2", "3", "4"} // 网上咨询 原件预审 原件核验 全程网办: I to IV in the platforms' practice, [K]
	Subjects  = []string{"birth", "household", "work", "housing", "medical", "pension", "business", "documents", "social"}
)
