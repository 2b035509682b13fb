package handlers

import (
	"context"
	"net/http"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
)

// TestRouting: the figures of suggestions and the model, for the root's supervisors and
// administrators, and the way back to the built-in model.
func TestRouting(t *testing.T) {
	model, err := knowledge.Classifier()
	if err != nil {
		t.Fatal(err)
	}
	h := newHarness(t, func(o *Options) { o.Ref.Classifier = model })
	ctx := context.Background()
	boss, admin := h.staff("boss", models.RootAgency, models.Supervisor), h.staff("admin", models.RootAgency, models.Admin)
	local := h.staff("local", "ubnd-79", models.Supervisor)
	h.call("GET", "/v1/desk/routing", local, nil).want(403)
	h.browser(local).get("/console/routing").want(403)
	h.browser(local).get("/console").want(200).hasNot(`href="/console/routing"`)
	b := h.browser(boss)
	b.get("/console/routing").want(200).has("Số liệu đang được đếm", "Chưa học được gì").hasNot("/console/admin/features")

	at := time.Date(2026, 11, 4, 9, 0, 0, 0, models.VietNam)
	x := models.NewRoutingFigures(at)
	for i, given := range []string{"so-xd-79", "so-xd-79", "so-xd-01", "xa-26740"} {
		f := &models.Feedback{Kind: models.Ordinary, Status: models.Assigned, Agency: given, CreatedAt: at.AddDate(0, -i, 0),
			Suggestions: []models.Suggestion{{Agency: "so-xd-79"}}, Timeline: []models.Event{{Event: models.ActAssign, Agency: given, Actor: "lan"}}}
		x.Count(f, h.o.Ref.Tree)
	}
	if err := store.PutRoutingFigures(ctx, h.o.Store, x); err != nil {
		t.Fatal(err)
	}
	learnt := models.Learnt{Corpus: model.Corpus, At: at, Cases: 34, Trial: models.Trial{Before: models.Score{Corpus: 50, CorpusOf: 100, Cases: 3, CasesOf: 10}, After: models.Score{Corpus: 51, CorpusOf: 100, Cases: 9, CasesOf: 10}, Share: 1},
		Refused: &models.RefusedModel{At: at.AddDate(0, 0, 1), Cases: 40, Trial: models.Trial{Before: models.Score{Corpus: 51, CorpusOf: 100}, After: models.Score{Corpus: 48, CorpusOf: 100}}}}
	file, err := model.MarshalBinary()
	if err == nil {
		err = store.PutLearnt(ctx, h.o.Store, learnt, file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := store.UseLearnt(ctx, h.o.Store, h.o.Ref); err != nil {
		t.Fatal(err)
	}

	var v api.RoutingView
	h.call("GET", "/v1/desk/routing", boss, nil).want(200).json(&v)
	if !v.Model.Learnt || *v.Model.Cases != 34 || v.Model.Refused.Trial.CorpusAfter != 48 || v.Total.Cases != 4 || v.Total.Right != 2 || v.Total.Corrected != 2 ||
		len(v.Months) != 4 || v.Months[0].Month != "2026-11" || len(v.Agencies) != 1 || v.Agencies[0].Agency.Code != "so-xd" || len(v.Confusion) != 2 || !v.Confusion[0].OtherPlace {
		t.Errorf("%+v", v)
	}
	h.call("GET", "/v1/desk/routing?agency=xa-ubnd", admin, nil).want(200).json(&v)
	if v.Total.Cases != 0 || len(v.Months) != 0 || len(v.Agencies) != 1 || len(v.Confusion) != 1 || v.Confusion[0].OtherPlace {
		t.Errorf("of communes: %+v", v)
	}
	b.get("/console/routing").want(200).has("Học từ 34 vụ việc", "50 → 51", "3 → 9", "kém hơn trên thư mẫu", "11/2026", "50%", "Sở Xây dựng của tỉnh, thành phố", "nơi khác", "UBND xã, phường").
		hasNot("kém hơn trên vụ việc")
	english := h.browser(boss)
	english.get("/console/routing?lang=en").want(303)
	english.get("/console/routing?agency=so-xd").want(200).has("where Department of Construction of the province or city", "November 2026")
	b.get("/console/routing?agency=nothing").want(200).hasNot("10/2026")

	h.call("PUT", "/v1/admin/features", admin, obj{"hide_names": false, "built_in_model": true}).want(http.StatusOK)
	h.call("GET", "/v1/desk/routing", boss, nil).want(200).json(&v)
	if v.Model.Learnt || !v.Model.SwitchedOff || h.o.Ref.Model() != model {
		t.Errorf("switched off: %+v", v.Model)
	}
	b.get("/console/routing").want(200).has("Quản trị viên đã tắt việc học", "Không dùng, học ngày").hasNot("Được dùng từ")
	a := h.browser(admin)
	a.get("/console/routing").want(200).has("/console/admin/features")
	a.get("/console/admin/features").want(200).has("name=\"built_in_model\"", " checked")
	a.post("/console/admin/features", map[string][]string{}).to("/console/admin/features")
	if h.o.Ref.LearntVersion() == "" {
		t.Error("switched on again the learnt model does not count")
	}
}
