package handlers

import "testing"

// TestLetterThatIsAComplaint: who sends one is promised by its date to be told whether it is taken
// up, before and after sending, and who sends anything else an answer.
func TestLetterThatIsAComplaint(t *testing.T) {
	h := newHarness(t)
	const accept, answer = "Cơ quan phải báo có thụ lý hay không trước", "Cơ quan phải trả lời trước"
	for text, want := range map[string][2]string{
		"Tôi khiếu nại quyết định thu hồi đất số 12 của Ủy ban nhân dân xã, đề nghị hủy quyết định.": {accept, answer},
		holeText: {answer, accept},
	} {
		b := h.browser(h.citizen("Nguyễn Thị Hoa"))
		form := b.get("/submit/what").want(200).hidden()
		form.Set("body", text)
		form.Set("seen", "feedback feedback+ question question+ complaint complaint+")
		b.post("/submit/what", form).to("/submit/where")
		b.post("/submit/where", nil).to("/submit/files")
		check := b.get("/submit/check").want(200).has(want[0]).hasNot(want[1])
		b.get(b.post("/submit/send", check.hidden()).header.Get("Location")).want(200).has(want[0]).hasNot(want[1])
	}
}
