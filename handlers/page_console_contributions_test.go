package handlers

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// TestReplyFromContributions: the lead puts what other agencies contributed, with its files, into
// the one answer, and the sender gets that and nothing else of them.
func TestReplyFromContributions(t *testing.T) {
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	lan, boss, help := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver), h.staff("gop", "bxd", models.Handler)
	desk, path := "/v1/desk/feedback/"+f.ID, casePath(f.Code)
	v := h.step(lan, desk+"/tasks", obj{"agency": "bxd", "ask": "Kết cấu có an toàn không?"})
	h.step(lan, desk+"/tasks", obj{"agency": "ubnd-79", "ask": "Có ý kiến gì không?"})
	b := h.browser(lan)
	b.get(path).want(200).hasNot("Chèn ý kiến của")
	file := h.upload(help, "kiểm định.pdf", []byte(pdf))
	task := v.Tasks[0].ID
	h.step(help, desk+"/tasks/"+task+"/contribution", obj{"body": "Kết cấu an toàn.", "uploads": []string{file.ID}})

	page := b.get(path).want(200).has("Chèn ý kiến của Bộ Xây dựng").hasNot("Chèn ý kiến của UBND")
	form := page.hidden()
	for name := range form {
		if !strings.HasPrefix(name, "reply.") && name != "version" {
			form.Del(name)
		}
	}
	form.Set("reply.body", "Chúng tôi đã kiểm tra.")
	form.Set("do", "contribution "+models.NewID()) // of no such task
	b.post(path+"/reply", form).to(path + "#reply")
	form.Set("do", "contribution "+task)
	for range 2 { // the file once, however often
		b.post(path+"/reply", form).to(path + "#reply")
	}
	page = b.get(path).want(200).has("Chúng tôi đã kiểm tra.", "Bộ Xây dựng: Kết cấu an toàn.", "kiểm định.pdf").hasNot("**") // answers know no bold type
	if n := page.page().Find(`#reply-files input[value="` + file.ID + `"]`).Length(); n != 1 {
		t.Errorf("the file stands %d times beside the reply", n)
	}
	english := h.browser(lan)
	english.headers["Accept-Language"] = "en"
	english.get(path).want(200).has("Insert what Ministry of Construction contributed")

	form = page.hidden()
	for name := range form {
		if !strings.HasPrefix(name, "reply.") && name != "version" {
			form.Del(name)
		}
	}
	form.Set("reply.body", "Chúng tôi đã kiểm tra. Kết cấu an toàn.")
	form.Set("reply.uploads", file.ID)
	form.Set("do", "submit")
	b.post(path+"/reply", form).to(path)
	reply := h.again(f).Replies[0]
	if len(reply.Uploads) != 1 || reply.Uploads[0].ID != file.ID {
		t.Fatalf("%+v", reply.Uploads)
	}
	h.call("GET", "/v1/uploads/"+file.ID, sender, nil).want(404) // not sent yet
	late := h.browser(help)
	more := sheet(late.get(path).want(200), "csrf", late.csrf(), "contribute.task", task, "contribute.body", "Kết cấu cần gia cố thêm.")
	h.step(boss, desk+"/replies/"+reply.ID+"/approve", nil)
	late.post(path+"/contribute", more).want(412).has("Kết cấu cần gia cố thêm.").hasNot("bấm nút lần nữa") // there is none any more
	h.call("GET", "/v1/uploads/"+file.ID, sender, nil).want(200)
	h.browser(sender).get("/my/"+f.Code).want(200).has("Kết cấu an toàn.", "kiểm định.pdf").hasNot("Kết cấu có an toàn không?")
}
