package handlers

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/worker"
)

// TestCorrectionsAreLearnt: officers forward letters about one thing to whom it is for, the
// program learns, and the next letter like these is suggested to that agency.
func TestCorrectionsAreLearnt(t *testing.T) {
	model, err := knowledge.Classifier()
	if err != nil {
		t.Fatal(err)
	}
	h := newHarness(t, func(o *Options) {
		o.Ref.Classifier, o.RateLimit = model, false
	})
	letter := func(n int) obj {
		who := []string{"Cụ bà", "Mẹ tôi", "Người già", "Bố tôi", "Chú tôi", "Hàng xóm"}[n%6]
		does := []string{"sạc xe đạp điện ở tầng hầm", "thuê tủ sạc pin xe điện", "đổi pin xe điện tại tủ công cộng", "để xe máy điện sạc qua đêm", "mua gói sạc pin xe điện"}[n/6%5]
		but := []string{"mà tủ sạc rò điện giật tê tay", "thì trạm sạc nóng ran, khét mùi nhựa", "nhưng trụ sạc hỏng, pin phồng rộp"}[n%3]
		return obj{"title": fmt.Sprintf("%s bị ở trạm sạc %d", who, n), "body": fmt.Sprintf("Đề nghị kiểm tra trạm sạc pin xe điện này. %s %s %s.", who, does, but), "province": "79"}
	}
	suggested := func(n int) string {
		t.Helper()
		var v api.Triage
		h.call("POST", "/v1/triage", "", letter(n)).want(200).json(&v)
		if len(v.Suggestions) == 0 {
			t.Fatal("nothing is suggested")
		}
		return v.Suggestions[0].Agency.Code
	}
	const right = "so-yt-79"
	if suggested(90) == right {
		t.Fatal("the built-in model knows already")
	}
	hoa, boss := h.citizen("Hoa"), h.staff("goc", models.RootAgency, models.Coordinator)
	for n := range 36 {
		var f api.Feedback
		h.call("POST", "/v1/feedback", hoa, letter(n), "Idempotency-Key", fmt.Sprint("thu-so-", n)).want(201).json(&f)
		path := "/v1/desk/feedback/" + f.ID
		h.step(boss, path+"/assign", obj{"agency": "so-xd-79"})
		h.step(boss, path+"/forward", obj{"agency": right, "note": "Trạm sạc là việc của Sở Y tế ở thử nghiệm này."})
	}
	few := func() (some []models.Example) {
		all, _ := knowledge.Corpus()
		for i, e := range all {
			if i%3 == 0 && slices.Contains([]string{"so-xd", "so-ct", "so-yt", "bxd"}, e.Agency) {
				some = append(some, e)
			}
		}
		return some
	}
	h.advance(time.Minute)
	l, used, err := worker.Learn(t.Context(), h.o.Store, h.o.Ref, worker.Lessons{Corpus: few, Kept: knowledge.Retention(), Least: 20}, h.o.Now(), nil)
	if err != nil || !used || l.Cases != 36 {
		t.Fatalf("not learnt: %v, %+v, %+v", err, l, l.Refused)
	}
	if got := suggested(91); got != right {
		t.Errorf("after the corrections %s is suggested", got)
	}
}

// TestCoordinatingIsShown: officers see whom to coordinate with, in the API and the console.
func TestCoordinatingIsShown(t *testing.T) {
	h := newHarness(t)
	hoa, boss := h.citizen("Hoa"), h.staff("goc", models.RootAgency, models.Coordinator)
	var f api.Feedback
	h.call("POST", "/v1/feedback", hoa, obj{"title": "Ngã tư chưa có đèn", "body": "Công an bảo là của Sở Xây dựng, sở bảo chờ công an.", "province": "79"}, "Idempotency-Key", "nga-tu-khong-den").want(201).json(&f)
	_, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		return f.Suggest([]models.Suggestion{{Agency: "so-xd-79", Probability: 0.6, With: []string{"ca-tinh-79"}}}, "", h.o.Now()), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var v api.DeskFeedback
	h.call("GET", "/v1/desk/feedback/"+f.ID, boss, nil).want(200).json(&v)
	if len(v.Suggestions) != 1 || len(v.Suggestions[0].With) != 1 || v.Suggestions[0].With[0].Code != "ca-tinh-79" {
		t.Errorf("%+v", v.Suggestions)
	}
	h.browser(boss).get("/console/cases/"+f.Code).want(200).has("có thể cần phối hợp", v.Suggestions[0].With[0].Name)
}
