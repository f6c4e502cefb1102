package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conurb/livelihood/catalogue"
)

// TestPlainQuestionsFindTheirItem asks as people ask; what is wanted comes first.
func TestPlainQuestionsFindTheirItem(t *testing.T) {
	w := czt(t)
	x := catalogue.NewIndex(w.all.Items, w.all.Bundles)
	for _, c := range []struct{ question, want string }{
		{"我要搬家到长沙，户口怎么迁过去", "household-transfer"},
		{"户口迁移需要什么材料", "household-transfer"},
		{"夫妻投靠怎么办理", "household-transfer"},
		{"准迁证在哪里办", "household-transfer"},
		{"孩子上户口", "birth-registration"},
		{"刚出生的宝宝怎么上户口", "birth-registration"},
		{"刚生了孩子，都要办哪些手续", "newborn"},
		{"出生证怎么开", "birth-certificate"},
		{"宝宝医保怎么交", "newborn-insurance"},
		{"产假工资什么时候发", "maternity"},
		{"社保怎么从株洲转到长沙", "social-security-transfer"},
		{"养老保险能不能转移", "social-security-transfer"},
		{"公积金可以取出来吗", "provident-fund"},
		{"公积金怎么转过来", "provident-fund"},
		{"老家的老人来长沙住院能报销吗，要备案吗", "medical-elsewhere"},
		{"异地就医备案", "medical-elsewhere"},
		{"开一张户籍证明", "registration-certificate"},
		{"身份证丢了怎么补", "identity-card"},
		{"身份证到期了", "identity-card"},
		{"补办社保卡", "social-security-card"},
		{"办居住证要住多久", "residence-permit"},
		{"租房合同备案", "lease-filing"},
		{"买房落户", "settlement"},
		{"孩子转学到新城市", "school-place"},
		{"换了城市工作要办什么", "work-move"},
		{"快退休了怎么办", "retirement"},
		{"养老金认证", "pension-alive"},
		{"六十岁可以领老年证吗", "senior-card"},
		{"想开个奶茶店", "restaurant"},
		{"注册公司", "business-registration"},
		{"食品许可证", "food-licence"},
		{"门头招牌要审批吗", "signboard"},
		{"失业保险缴费证明", "unemployment-record"},
		{"how do I move my household registration to Changsha", "household-transfer"},
		{"we had a baby, what do we need", "newborn"},
		{"register my baby", "birth-registration"},
		{"I lost my ID card", "identity-card"},
		{"transfer my pension insurance", "social-security-transfer"},
		{"withdraw my housing provident fund", "provident-fund"},
		{"see a doctor in another city", "medical-elsewhere"},
		{"open a restaurant", "restaurant"},
		{"I want to start a company", "business-registration"},
		{"I am about to retire", "retirement"},
		{"a school for my child", "school-place"},
	} {
		hits := x.Find(c.question)
		if len(hits) == 0 || hits[0].ID != c.want {
			t.Errorf("%s: %v, want %s first", c.question, hits[:min(len(hits), 3)], c.want)
		}
	}
}

func TestNothingIsFoundForNothing(t *testing.T) {
	w := czt(t)
	x := catalogue.NewIndex(w.all.Items, w.all.Bundles)
	for _, q := range []string{"", "  ", "？！", "的", "the", "xyzzy qwerty", "怎么办理", strings.Repeat("龘", 500)} {
		if hits := x.Find(q); len(hits) > 0 {
			t.Errorf("%q finds %v", q, hits)
		}
	}
}

// TestAWordOfAnItemFindsIt asks for everything that an item is called.
func TestAWordOfAnItemFindsIt(t *testing.T) {
	w := czt(t)
	x := catalogue.NewIndex(w.all.Items, w.all.Bundles)
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.SampledFrom(w.all.Items).Draw(t, "item")
		word := rapid.SampledFrom(append(append([]string{i.Name.Zh, i.Name.En}, i.Search.Zh...), i.Search.En...)).Draw(t, "word")
		noise := rapid.SampledFrom([]string{"", "请问", "how do I ", "！"}).Draw(t, "noise")
		if hits := x.Find(noise + word); !slices.ContainsFunc(hits, func(h catalogue.Hit) bool { return h.ID == i.ID }) {
			t.Fatalf("%q does not find %s: %v", noise+word, i.ID, hits)
		}
	})
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"孩子上户口", "孩子 子上 上户 户口"},
		{"证", "证"},
		{"ID卡", "id 卡"},
		{"Registrations, registered: REGISTERING", "registr register register"},
		{"moving moves moved", "mov mov mov"},
		{"怎么办理", ""},
		{"city cities", "city city"},
	} {
		if got := strings.Join(catalogue.Terms(c.text), " "); got != c.want {
			t.Errorf("%q has %q, want %q", c.text, got, c.want)
		}
	}
}
