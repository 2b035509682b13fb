package handlers

import (
	"net/url"
	"testing"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
)

// withClassifier is withAgencies with the model that is built in.
func withClassifier(t *testing.T) func(*Options) {
	return func(o *Options) {
		withAgencies(t)(o)
		c, err := knowledge.Classifier()
		if err != nil {
			t.Fatal(err)
		}
		o.Ref.Classifier = c
	}
}

const rubbish = "Rác trong hẻm nhà tôi chất đống mấy ngày không ai thu gom, bốc mùi hôi, tổ dân phố báo phường mà chưa thấy dọn."

// TestALocalMatterAsksForItsPlace: nobody is told a ministry for rubbish in an alley.
func TestALocalMatterAsksForItsPlace(t *testing.T) {
	h := newHarness(t, withClassifier(t))
	b := h.browser()
	b.post("/submit/what", url.Values{"body": {rubbish}})
	b.signIn("0912345678")
	b.post("/submit/who", url.Values{"name": {"Nguyễn Thị Hoa"}, "publish_name": {"no"}})
	b.get("/submit/check").want(200).has("UBND xã, phường, đặc khu", `href="/submit/where?back=check"`, "chưa rõ là ở đâu").hasNot("Bộ ")
	b.post("/submit/where", url.Values{"where": {"ben nghe quan 1"}})
	b.get("/submit/check").want(200).has("có lẽ sẽ đến", "UBND phường Sài Gòn").hasNot("chưa rõ là ở đâu")

	var v api.Triage
	h.call("POST", "/v1/triage", "", obj{"title": "Rác", "body": rubbish}, "Accept-Language", "en").want(200).json(&v)
	if len(v.Suggestions) == 0 || v.Suggestions[0].Agency.Code != "xa-ubnd" || !v.Suggestions[0].PlaceNeeded {
		t.Errorf("without a place: %+v", v.Suggestions)
	}
	h.call("POST", "/v1/triage", "", obj{"title": "Rác", "body": rubbish, "commune": "26740", "province": "79"}).want(200).json(&v)
	if len(v.Suggestions) == 0 || v.Suggestions[0].Agency.Code != "xa-26740" || v.Suggestions[0].PlaceNeeded {
		t.Errorf("with its place: %+v", v.Suggestions)
	}
}

// TestADenunciationWithoutThePhrasesStaysWithTheFocalPoint, also when its sender named the
// agency that it is about.
func TestADenunciationWithoutThePhrasesStaysWithTheFocalPoint(t *testing.T) {
	h := newHarness(t, withClassifier(t))
	body := "Ông chủ tịch xã nhận tiền chung chi của chủ đất rồi hợp thức hóa hồ sơ đất công cho người nhà, tôi có ghi âm, xin giữ kín tên tôi vì sợ bị trả thù."
	if k := h.o.Ref.Triage.Kind("", body); k != models.Ordinary {
		t.Fatalf("phrases alone say %s already", k)
	}
	var c api.Feedback
	h.call("POST", "/v1/feedback", h.citizen("Nguyễn Thị Hoa"), obj{"title": "Đất công", "body": body, "commune": "26740", "province": "79", "agency": "xa-26740"}, "Idempotency-Key", "khoa-dat-cong").want(201).json(&c)
	if c.Kind != api.Kind(models.Denunciation) || c.Agency != nil {
		t.Errorf("it is %s and with %+v", c.Kind, c.Agency)
	}
}
