package handlers

import (
	"net/url"
	"strings"
	"testing"

	"kiennghi/models"
)

// wishTo goes from the page of an agency to the check, and returns the page of the check.
func (h *harness) wishTo(b *browser, agency, text string) *answer {
	h.t.Helper()
	link := b.get("/agencies/"+agency).want(200).page().Find("main .actions a.button").AttrOr("href", "")
	form := b.get(link).want(200).hidden()
	form.Set("to_agency", "1")
	form.Set("body", text)
	form.Set("seen", "feedback feedback+ question question+ denunciation")
	b.post("/submit/what", form).to("/submit/where")
	b.post("/submit/where", nil).to("/submit/files")
	return b.get("/submit/check").want(200)
}

// TestLetterToAnAgency begins at the page of an agency: it is said at every step where it
// goes, it goes there at once, and the sender can leave it to routing all the same.
func TestLetterToAnAgency(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	b.get("/submit/what?agency=so-xd-79").want(200).has("Gửi tới Sở Xây dựng", "Bỏ chọn nếu không chắc")
	b.get("/submit/what").hasNot("Gửi tới Sở") // a link that was only followed changes nothing
	check := h.wishTo(b, "so-xd-79", holeText).has("Cơ quan được chọn", "theo lựa chọn của ông/bà", "Nếu không đúng").hasNot("có lẽ sẽ đến")
	b.get("/submit/what").has("Gửi tới Sở Xây dựng")
	sent := b.post("/submit/send", check.hidden()).header.Get("Location")
	b.get(sent).want(200).has("Sở Xây dựng")
	f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(sent, "/submit/sent?code="))
	if err != nil || f.Asked != "so-xd-79" || f.Agency != "so-xd-79" || f.Status != models.Assigned {
		t.Errorf("the case is %+v, %v", f, err)
	}

	h.wishTo(b, "so-xd-79", holeText)
	b.post("/submit/what", url.Values{"agency": {"so-xd-79"}, "body": {holeText}, "seen": {"feedback feedback+"}}).to("/submit/where") // unticked
	check = b.get("/submit/check").want(200).hasNot("Cơ quan được chọn", "theo lựa chọn")
	sent = b.post("/submit/send", check.hidden()).header.Get("Location")
	if f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(sent, "/submit/sent?code=")); err != nil || f.Asked != "" {
		t.Errorf("the case is %+v, %v", f, err)
	}
}

// TestLetterToAnAgencyStaysWithTheFocalPoint: the agency that a denunciation is about does
// not get it, and the page does not say that it does.
func TestLetterToAnAgencyStaysWithTheFocalPoint(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	check := h.wishTo(b, "so-xd-79", "Tôi tố cáo ông giám đốc sở nhận hối lộ của doanh nghiệp để cấp phép trái quy định.").
		has("Chỉ cơ quan đầu mối đọc được").hasNot("theo lựa chọn")
	sent := b.post("/submit/send", check.hidden()).header.Get("Location")
	if f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(sent, "/submit/sent?code=")); err != nil || f.Agency != "" {
		t.Errorf("the case is %+v, %v", f, err)
	}
}

// TestQuestionToAnAgency: an officer reads a question first, so nothing is guessed beside the
// agency that its sender chose; without a choice it is said where it will probably go.
func TestQuestionToAnAgency(t *testing.T) {
	h := newHarness(t)
	const text = "Cho tôi hỏi thủ tục đổi giấy phép lái xe cần những giấy tờ gì?"
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	h.wishTo(b, "so-xd-79", text).has("Cơ quan được chọn", "Cán bộ đầu mối sẽ đọc").hasNot("có lẽ", "theo lựa chọn")
	b.post("/submit/what", url.Values{"body": {text}, "seen": {"question question+"}}).to("/submit/where") // not to that agency any more
	b.get("/submit/check").want(200).has("có lẽ").hasNot("Cơ quan được chọn")
}

// TestLetterToNoAgency: a code that no case can be handed to is said, a dissolved agency's
// letters go to its heir, and neither stops a letter.
func TestLetterToNoAgency(t *testing.T) {
	h := newHarness(t, withAgencies(t))
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	for _, code := range []string{"khong-co", `"><script>`, "outside"} {
		b.get("/submit?agency="+url.QueryEscape(code)).want(200).has("Không gửi thẳng tới cơ quan đã chọn được").hasNot("Gửi tới", "<script>")
		b.post("/submit/what", url.Values{"to_agency": {"1"}, "agency": {code}, "body": {holeText}, "seen": {"feedback feedback+"}}).to("/submit/where")
		b.get("/submit/check").want(200).hasNot("Cơ quan được chọn")
	}
	admin := h.staff("admin", "ubnd-79", models.Admin)
	h.call("POST", "/v1/admin/agencies/so-xd-79/dissolve", admin, obj{"successor": "so-yt-79"}).want(200)
	old := "so-xd-79"
	heir, _ := h.o.Ref.Tree.Get("so-yt-79")
	b.get("/submit/what?agency="+old).want(200).has("đã giải thể", "Gửi tới "+heir.Name, `value="`+heir.Code+`"`)
	form := b.get("/submit/check").want(200).hidden()
	form.Set("agency", old)
	form.Set("to_agency", "1")
	sent := b.post("/submit/send", form).header.Get("Location")
	if f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(sent, "/submit/sent?code=")); err != nil || f.Asked != heir.Code {
		t.Errorf("the case is %+v, %v", f, err)
	}
}

// TestQueuedLetterToAnAgency: one that was finished without network keeps its wish.
func TestQueuedLetterToAnAgency(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	var got struct{ Code string }
	b.headers["Accept"] = "application/json"
	b.post("/submit/queue", url.Values{"key": {models.NewID()}, "title": {"Ổ gà trước cổng trường"}, "body": {holeText}, "agency": {"so-xd-79"}, "to_agency": {"yes"}}).want(201).json(&got)
	if f, err := h.o.Store.FeedbackByCode(t.Context(), got.Code); err != nil || f.Agency != "so-xd-79" {
		t.Errorf("the case is %+v, %v", f, err)
	}
	b.post("/submit/queue", url.Values{"key": {models.NewID()}, "title": {"Ổ gà trước cổng trường"}, "body": {holeText}, "agency": {"khong-co"}, "to_agency": {"yes"}}).want(201)
}
