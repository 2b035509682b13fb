package handlers

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"kiennghi/api"
	"kiennghi/models"
)

// TestWritingToTheSender: the message and its file reach the sender and nobody else, who wrote
// is not named, who the sender is neither, and the clock runs on; it ends with the case.
func TestWritingToTheSender(t *testing.T) {
	h := newHarness(t)
	sender, stranger := h.citizen("Nguyễn Thị Gửi"), h.citizen("Người Khác")
	f := h.caseOf(sender)
	lan, boss, other := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver), h.staff("khac", "so-ct-79", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	at := path + "/messages"
	plan := h.upload(lan, "lịch khảo sát.pdf", []byte(pdf))
	tag := func() string { return h.call("GET", path, lan, nil).want(200).header.Get("ETag") }
	words := obj{"body": "Sáng mai chúng tôi đến khảo sát.", "uploads": []string{plan.ID}}
	first := tag()
	for range 2 { // again after the answer was lost: once
		h.call("POST", at, lan, words, "If-Match", first, "Idempotency-Key", "khoa-nhan-1").want(200)
	}
	h.call("POST", at, lan, obj{"body": " "}, "If-Match", tag()).want(422)
	h.call("POST", at, boss, obj{"body": "Chào"}, "If-Match", tag()).want(403)
	h.call("POST", at, other, obj{"body": "Chào"}, "If-Match", tag()).want(404)

	var mine api.Feedback
	a := h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200)
	a.json(&mine)
	if len(mine.Messages) != 1 || mine.Messages[0].From != api.MessageFromAgency || len(mine.Messages[0].Uploads) != 1 || mine.Status != api.Status(f.Status) ||
		mine.DueAt == nil || !mine.DueAt.Equal(f.Due.At) || mine.Timeline[len(mine.Timeline)-1].Event != "write" {
		t.Errorf("%s", a.body)
	}
	if bytes.Contains(a.body, []byte("Cán bộ lan")) || bytes.Contains(a.body, []byte(h.accountOf(lan))) {
		t.Error("the sender learns who wrote")
	}
	h.call("GET", "/v1/uploads/"+plan.ID, sender, nil).want(200)
	h.call("GET", "/v1/uploads/"+plan.ID, stranger, nil).want(404)
	b := h.browser(sender)
	b.get("/my/"+f.Code).want(200).has("Sáng mai chúng tôi đến khảo sát.", "lịch khảo sát.pdf", "nhắn ông/bà").hasNot("Cán bộ lan")
	told := 0
	works, err := h.o.Store.ClaimWork(t.Context(), h.o.Now(), 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range works {
		if w.Kind == models.WorkNotify && w.Data["event"] == "write" && w.Data["account"] == h.accountOf(sender) {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the sender is told %d times", told)
	}

	desk := h.browser(lan)
	page := desk.get("/console/cases/" + f.Code).want(200).has("Nhắn người gửi")
	form := page.hidden()
	form.Set("write.body", "Đã hẹn thợ.")
	desk.post("/console/cases/"+f.Code+"/write", form).to("/console/cases/" + f.Code)
	if a := desk.get("/console/cases/" + f.Code).want(200); bytes.Count(a.body, []byte("Đã hẹn thợ.")) != 1 || bytes.Contains(a.body, []byte("Nguyễn Thị Gửi")) {
		t.Error("written as often as shown, and nobody is named")
	}

	h.step(lan, path+"/request-info", obj{"question": "Nhà số mấy?"})
	h.step(lan, path+"/messages", obj{"body": "Mai chúng tôi nghỉ."}) // which is not the question
	if a := b.get("/my/" + f.Code).want(200); bytes.Count(a.body, []byte("Nhà số mấy?")) != 2 || bytes.Count(a.body, []byte("Mai chúng tôi nghỉ.")) != 1 {
		t.Error("the page asks something else")
	}

	g, answered, _ := h.answered(sender)
	late := desk.get("/console/cases/" + g.Code).want(200).hidden() // the case ends while it is written
	late.Set("write.body", "Bản vẽ đã gửi qua bưu điện.")
	h.step(lan, answered+"/messages", obj{"body": "Cảm ơn ông/bà."})
	h.call("POST", "/v1/feedback/"+g.Code+"/rating", sender, obj{"score": 5}).want(200)
	closed := h.call("GET", answered, lan, nil).want(200).header.Get("ETag")
	if a := h.call("POST", answered+"/messages", lan, obj{"body": "Chào"}, "If-Match", closed).want(409); a.detail() != say("vi", "ended", 0) {
		t.Errorf("%s", a.body)
	}
	desk.get("/console/cases/" + g.Code).want(200).hasNot(`action="/console/cases/` + g.Code + `/write"`)
	if a := desk.post("/console/cases/"+g.Code+"/write", late).want(412); a.page().Find(".notice .letter").Text() != late.Get("write.body") {
		t.Error("what was typed is gone")
	}
}

// TestEachSideHasItsOwnMessages: however much one side wrote, the other one still can; each reads
// in its language why it cannot, and nobody is asked who could not answer.
func TestEachSideHasItsOwnMessages(t *testing.T) {
	h := newHarness(t)
	sender, lan := h.citizen("Nguyễn Thị Gửi"), h.staff("lan", "so-xd-79", models.Handler)
	f := h.caseOf(sender)
	path := "/v1/desk/feedback/" + f.ID
	fill := func(desk bool) {
		t.Helper()
		if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
			for range models.MaxMessages {
				f.Messages = append(f.Messages, models.Message{ID: models.NewID(), At: h.o.Now(), FromDesk: desk, Body: "x"})
			}
			return nil, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(path, token, code string, body obj, headers ...string) {
		t.Helper()
		for _, lang := range []string{"vi", "en"} {
			want := say(lang, code, 0)
			if a := h.call("POST", path, token, body, append(headers, "Accept-Language", lang)...).want(409); a.detail() != want || !strings.Contains(want, strconv.Itoa(models.MaxMessages)) {
				t.Errorf("%s: %q, want %q", path, a.detail(), want)
			}
		}
	}
	fill(true)
	tag := func() string { return h.call("GET", path, lan, nil).want(200).header.Get("ETag") }
	refused(path+"/messages", lan, "too_many_messages", obj{"body": "Chào"}, "If-Match", tag())
	refused(path+"/request-info", lan, "too_many_messages", obj{"question": "Ở đâu?"}, "If-Match", tag())
	mine := "/v1/feedback/" + f.Code + "/messages"
	h.call("POST", mine, sender, obj{"body": "Vẫn hỏng."}).want(201)

	if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { f.Messages = nil; return nil, nil }); err != nil {
		t.Fatal(err)
	}
	b := h.browser(sender)
	b.get("/my/" + f.Code).want(200).has(`id="write"`)
	fill(false)
	refused(mine, sender, "too_many_own_messages", obj{"body": "Vẫn hỏng."})
	b.get("/my/" + f.Code).want(200).has(say("vi", "too_many_own_messages", 0)).hasNot(`id="write"`)
	refused(path+"/request-info", lan, "sender_wrote_enough", obj{"question": "Ở đâu?"}, "If-Match", tag())
	h.browser(lan).get("/console/cases/" + f.Code).want(200).has(say("vi", "sender_wrote_enough", 0))
	h.step(lan, path+"/messages", obj{"body": "Mai chúng tôi đến."})
}
