package browsertest

import (
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

// unfold opens everything on the page that is folded.
func (b *Browser) unfold() {
	b.t.Helper()
	Eval[bool](b, `(document.querySelectorAll("main details").forEach(d => d.open = true), true)`)
}

// lookUnfolded is look with everything open.
func (b *Browser) lookUnfolded(name, path string) {
	b.t.Helper()
	b.Open(path)
	b.unfold()
	b.look(name)
}

// TestRareStatesOfACase looks at what a case shows only now and then: forms for more time and
// progress, marks of what is hidden, the history of a corrected answer, cases that were
// merged and split, and the check of a letter without a place.
func TestRareStatesOfACase(t *testing.T) {
	t.Parallel()
	s := Start(t)
	lan := s.desk("lan", s.Staff("lan", "so-xd-79", "handler"))
	password := s.Staff("boss", "so-xd-79", "approver,coordinator")
	boss := s.desk("boss", password)
	citizen := s.citizen("0912345699", "Nguyễn Thị Hoa")
	b := s.Browser(t)
	b.SignInStaff("boss", password)

	code, id := citizen.letter("khoa-trang-thai-1")
	at := "/v1/desk/feedback/" + id
	lan.call("POST", at+"/take", nil)
	b.lookUnfolded("rare-case", "/console/cases/"+code)

	answer := func(body, reason string) {
		t.Helper()
		in := object{"body": body}
		if reason != "" {
			in["reason"] = reason
		}
		replies := lan.call("POST", at+"/replies", in)["replies"].([]any)
		reply := at + "/replies/" + replies[len(replies)-1].(object)["id"].(string)
		lan.call("POST", reply+"/submit", nil)
		boss.call("POST", reply+"/approve", nil)
		if reason == "" {
			b.lookUnfolded("rare-marks", "/console/cases/"+code)
		}
		boss.call("POST", reply+"/publish", object{})
	}
	answer("Đã vá ổ gà trước số 12, xong ngày 20/02/2026. Liên hệ anh Nam, 0912 345 678.", "")
	answer("Đã vá ổ gà trước số 12 và số 14, xong ngày 25/02/2026.", "Đính chính ngày hoàn thành và chỗ đã sửa")
	programtest.Until(t, patience, "the corrected answer is public", func() bool {
		b.Open("/answers/" + code)
		return b.Has("main details, main h2") && Eval[bool](b, `document.body.innerText.includes("Đính chính")`)
	})
	b.lookUnfolded("rare-corrected", "/answers/"+code)
	b.lookUnfolded("rare-corrected-case", "/console/cases/"+code)

	other, otherID := citizen.letter("khoa-trang-thai-2")
	again, againID := citizen.letter("khoa-trang-thai-3")
	boss.call("POST", "/v1/desk/feedback/"+againID+"/merge", object{"into": other, "reason": "Cùng một ổ gà trước cổng trường"})
	boss.call("POST", "/v1/desk/feedback/"+otherID+"/split", object{"parts": []object{{"title": "Ổ gà trước cổng trường", "body": "Đoạn đường trước cổng trường có nhiều ổ gà sâu", "agency": "so-xd-79"}}}, "Idempotency-Key", "khoa-tach-thu")
	b.lookUnfolded("rare-merged", "/console/cases/"+again)
	b.lookUnfolded("rare-split", "/console/cases/"+other)

	sender := s.Browser(t)
	sender.SignIn("0912345699")
	sender.Open("/submit")
	sender.Fill("body", "Đèn đường trước nhà không sáng đã một tuần, trời tối rất nguy hiểm.")
	sender.FollowOnly("main form .button")
	sender.Open("/submit/check")
	sender.look("rare-check")
}
