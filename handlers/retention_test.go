package handlers

import (
	"slices"
	"testing"
	"time"

	"kiennghi/models"
)

// TestLettersAndSignInsGoByTheirTerms: they are kept as long as the data says, and no longer.
func TestLettersAndSignInsGoByTheirTerms(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		o.Ref.Kept = slices.Clone(o.Ref.Kept)
		for i := range o.Ref.Kept {
			if r := &o.Ref.Kept[i]; r.What == models.KeptDraft || r.What == models.KeptSession {
				r.Term, r.Unit = 3, models.RetentionHours
			}
		}
	})
	b := h.browser()
	b.post("/submit/what", map[string][]string{"title": {"Ổ gà trước trường"}, "body": {"Mặt đường có nhiều ổ gà, đề nghị sửa."}})
	d, err := h.o.Store.Draft(t.Context(), h.o.Keyring.Index("draft "+b.cookies[draftCookie]))
	if err != nil {
		t.Fatal(err)
	}
	if left := d.ExpiresAt.Sub(h.o.Now()); left <= 2*time.Hour || left > 3*time.Hour {
		t.Errorf("a letter is kept for %v", left)
	}
	h.signIn("0912345678")
	p, err := h.o.Store.PersonByPhone(t.Context(), h.o.Keyring.Index("+84912345678"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.o.Store.ListSessions(t.Context(), p.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	if left := list[0].ExpiresAt.Sub(h.o.Now()); left <= 2*time.Hour || left > 3*time.Hour {
		t.Errorf("a sign-in is kept for %v", left)
	}
}

// TestPagesSayTheTermInForce: pages that tell how long something is kept take it from the rows
// that end it.
func TestPagesSayTheTermInForce(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *Options) {
		o.Ref.Kept = slices.Clone(o.Ref.Kept)
		for i := range o.Ref.Kept {
			switch r := &o.Ref.Kept[i]; r.What {
			case models.KeptDraft:
				r.Term = 36
			case models.KeptUpload:
				r.Term = 48
			case models.KeptSession:
				r.Term = 24
			case models.KeptLesson:
				r.Term = 7
			}
		}
	})
	b := h.browser()
	b.get("/privacy").want(200).has("Bản nháp chưa gửi được xóa sau 36 giờ", "không gửi được xóa sau 2 ngày", "kết thúc sau 1 ngày không dùng", "trong 7 tháng gần nhất")
	b.post("/submit/what", map[string][]string{"title": {"Ổ gà trước trường"}, "body": {"Mặt đường có nhiều ổ gà, đề nghị sửa."}})
	b.get("/submit/files").want(200).has("đến 36 giờ sau lần sửa cuối", "không gửi tự xóa sau 2 ngày")
	b.headers["Accept-Language"] = "en"
	b.get("/privacy").want(200).has("deleted after 36 hours", "not sent after 2 days", "after 1 day without use", "within the last 7 months")
	b.get("/submit/files").want(200).has("for 36 hours after the last change", "not sent are deleted after 2 days")
}
