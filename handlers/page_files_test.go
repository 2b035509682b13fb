package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kiennghi/models"
)

// form sends a form with files and other inputs as a browser does.
func (b *browser) form(path string, typed url.Values, files map[string][]byte) *answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range typed {
		for _, v := range values {
			w.WriteField(name, v)
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			b.h.t.Fatal(err)
		}
		part.Write(content)
	}
	w.Close()
	r, err := http.NewRequest("POST", b.h.url+path, &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// scriptSends sends one file as the script of the pages does, and returns its ID.
func (b *browser) scriptSends(path, name string, content []byte) string {
	b.h.t.Helper()
	was := b.headers["Accept"]
	b.headers["Accept"], b.headers["X-CSRF-Token"] = "application/json", b.csrf()
	defer func() { b.headers["Accept"] = was; delete(b.headers, "X-CSRF-Token") }()
	var got fileTaken
	b.form(path, nil, map[string][]byte{name: content}).want(201).json(&got)
	return got.ID
}

// TestFilesOfAMessageSentBefore: a script sends a file while one still writes; the message
// names it, also again after it was refused. Another's file is not taken along, and that is said.
func TestFilesOfAMessageSentBefore(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	b, stranger := h.browser(hoa), h.browser(h.citizen("Trần Văn Khác"))
	b.get("/my/" + f.Code).want(200).raw(`data-attach="/submit/queue/files"`)
	mine, theirs := b.scriptSends("/submit/queue/files", "a.pdf", []byte(pdf)), stranger.scriptSends("/submit/queue/files", "b.pdf", []byte(pdf))
	send := func(body string, uploads ...string) *answer {
		return b.form("/my/"+f.Code+"/message", url.Values{"csrf": {b.csrf()}, "body": {body}, "key": {models.NewID()}, "upload": uploads}, nil)
	}
	send("Có giấy tờ kèm theo.", mine, theirs).want(422).has("a.pdf", "chọn lại").hasNot("b.pdf")
	send("", mine).want(422).has("a.pdf") // refused after the file was attached
	send("Có giấy tờ kèm theo.", mine).to("/my/" + f.Code + "#messages")
	if got := h.again(f).Messages; len(got) != 1 || len(got[0].Uploads) != 1 || got[0].Uploads[0].ID != mine {
		t.Errorf("messages %+v", got)
	}
	b.form("/my/"+f.Code+"/message", url.Values{"body": {"Không có mã của biểu mẫu"}, "key": {models.NewID()}}, nil).want(422).has("Không có mã của biểu mẫu")
	b.headers["Sec-Fetch-Site"] = "cross-site"
	if a := b.form("/my/"+f.Code+"/message", url.Values{"body": {"Từ trang khác"}, "key": {models.NewID()}}, nil); a.status < 400 || len(h.again(f).Messages) != 1 {
		t.Errorf("%d: another site writes messages: %+v", a.status, h.again(f).Messages)
	}
}

// TestFilesOfAContribution: with the form, or sent before by a script; what is wrong with one
// takes the others and the text away from nobody.
func TestFilesOfAContribution(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	lead, help := h.staff("lead", "so-xd-79", models.Handler), h.staff("help", "so-yt-79", models.Handler)
	h.call("POST", "/v1/desk/feedback/"+f.ID+"/tasks", lead, obj{"agency": "so-yt-79", "ask": "Cho ý kiến"}, "If-Match", versionText(h.again(f).Version)).want(200)
	task, b, path := h.again(f).Tasks[0].ID, h.browser(help), casePath(f.Code)+"/contribute"
	form := func() url.Values {
		v := sheet(b.get(casePath(f.Code)).want(200), "contribute.task", task, "contribute.body", "Ý kiến của Sở Y tế")
		v.Set("csrf", b.csrf())
		return v
	}
	wrong := b.form(path, form(), map[string][]byte{"tốt.pdf": []byte(pdf), "hỏng.exe": []byte("MZ")}).has("Ý kiến của Sở Y tế", "tốt.pdf")
	kept := wrong.page().Find(`input[name="contribute.uploads"]`).AttrOr("value", "")
	if wrong.status < 400 || kept == "" || len(h.again(f).Tasks[0].Uploads) != 0 {
		t.Fatalf("%d, %q, %+v", wrong.status, kept, h.again(f).Tasks[0])
	}
	v := form()
	v["contribute.uploads"] = []string{kept, b.scriptSends("/console/uploads", "trước.pdf", []byte(pdf)), h.browser(lead).scriptSends("/console/uploads", "của người khác.pdf", []byte(pdf))}
	wrong = b.form(path, v, map[string][]byte{"kèm.pdf": []byte(pdf)}).want(422).has("Ý kiến của Sở Y tế", "chọn lại").hasNot("của người khác.pdf")
	v = form()
	wrong.page().Find(`input[name="contribute.uploads"]`).Each(func(_ int, x *goquery.Selection) { v.Add("contribute.uploads", x.AttrOr("value", "")) })
	b.form(path, v, nil).to(casePath(f.Code))
	var names []string
	for _, u := range h.again(f).Tasks[0].Uploads {
		names = append(names, u.Name)
	}
	if got := strings.Join(names, " "); got != "tốt.pdf trước.pdf kèm.pdf" {
		t.Errorf("the contribution has %s", got)
	}
	v = form()
	v.Del("csrf")
	if a := b.form(path, v, nil); a.status < 400 {
		t.Errorf("without the token of the form: %d", a.status)
	}
}

// TestDocumentsAreShownInTheCase: a PDF in a frame of the page, an image as it is, both
// without scripts; nothing else is given out to be shown.
func TestDocumentsAreShownInTheCase(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	paper, image := h.upload(hoa, "đơn.pdf", []byte(pdf)), h.upload(hoa, "hố.png", pngOf(t, sample(300, 200)))
	h.call("POST", "/v1/feedback/"+f.Code+"/messages", hoa, obj{"body": "Giấy tờ kèm theo", "uploads": []string{paper.ID, image.ID}}).want(201)
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	page := b.get(casePath(f.Code)).want(200)
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("the policy is %s", csp)
	}
	frame := page.page().Find("details.viewer iframe")
	if frame.AttrOr("src", "") != "/console/uploads/"+paper.ID+"/document" || frame.AttrOr("title", "") != "đơn.pdf" || frame.AttrOr("loading", "") != "lazy" {
		t.Error("the document is not shown in a frame of its own")
	}
	if src := page.page().Find("details.viewer img.shown").AttrOr("src", ""); src != "/console/uploads/"+image.ID {
		t.Errorf("the image shown is %q", src)
	}
	got := b.get(frame.AttrOr("src", "")).want(200)
	for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q", name, got.header.Get(name))
		}
	}
	if !strings.HasPrefix(got.header.Get("Content-Disposition"), "inline;") || string(got.body) != pdf {
		t.Errorf("%s: %q", got.header.Get("Content-Disposition"), got.body)
	}
	b.get("/console/uploads/" + image.ID + "/document").want(404)
	b.get(casePath(f.Code)+"/files/"+paper.ID).want(200).has("iframe", "Tệp sau")
	h.browser(h.staff("khac", "bxd", models.Handler)).get("/console/uploads/" + paper.ID + "/document").want(404)
	b.get("/my/files/" + paper.ID).want(404)
}

// TestFilesToTheSender: a question and a message of the console take files as an answer
// does. The sender gets them, nobody outside does, and what is wrong with one takes the
// others and the text away from nobody.
func TestFilesToTheSender(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	lan := h.staff("lan", "so-xd-79", models.Handler)
	b, sender := h.browser(lan), h.browser(hoa)
	for _, c := range []struct{ form, input string }{{"write", "body"}, {"ask", "question"}} {
		f := h.caseOf(hoa)
		path, text := casePath(f.Code)+"/"+c.form, "Xin xem mẫu đơn kèm theo ("+c.form+")"
		form := func() url.Values {
			v := sheet(b.get(casePath(f.Code)).want(200), c.form+"."+c.input, text)
			v.Set("csrf", b.csrf())
			return v
		}
		wrong := b.form(path, form(), map[string][]byte{"mẫu.pdf": []byte(pdf), "hỏng.exe": []byte("MZ")}).want(422).has(text, "mẫu.pdf", "Chỉ nhận ảnh JPEG")
		page := wrong.page()
		kept := page.Find(`#attached-`+c.form+` input[name="`+c.form+`.uploads"]`).AttrOr("value", "")
		if kept == "" || page.Find(`#errors a[href="#f-`+c.form+`-file"]`).Length() != 1 || page.Find(`input#f-`+c.form+`-file[aria-invalid]`).Length() != 1 || len(h.again(f).Messages) != 0 {
			t.Fatalf("%s: kept %q, messages %+v", c.form, kept, h.again(f).Messages)
		}
		others := h.browser(h.staff("khac-"+c.form, "so-xd-79", models.Handler)).scriptSends("/console/uploads", "của người khác.pdf", []byte(pdf))
		v := form()
		v[c.form+".uploads"] = []string{kept, b.scriptSends("/console/uploads", "trước.pdf", []byte(pdf)), others}
		for range models.MaxUploads {
			v.Add(c.form+".uploads", b.scriptSends("/console/uploads", "quá nhiều.pdf", []byte(pdf)))
		}
		b.form(path, v, nil).want(422).has(text)
		v = form()
		v[c.form+".uploads"] = []string{kept, others}
		b.form(path, v, nil).want(422).has(text, "mẫu.pdf", "chọn lại").hasNot("của người khác.pdf")
		v[c.form+".uploads"] = []string{kept}
		b.form(path, v, map[string][]byte{"kèm.pdf": []byte(pdf)}).to(casePath(f.Code))
		m := h.again(f).Messages
		if len(m) != 1 || !m[0].FromDesk || m[0].Body != text || len(m[0].Uploads) != 2 || m[0].Uploads[0].ID != kept || m[0].Uploads[1].Name != "kèm.pdf" {
			t.Fatalf("%s: %+v", c.form, m)
		}
		sender.get("/my/"+f.Code).want(200).has(text, "mẫu.pdf", "kèm.pdf").raw("/my/files/" + kept)
		if got := sender.get("/my/files/" + kept).want(200); string(got.body) != pdf {
			t.Errorf("the sender gets %q", got.body)
		}
		b.get(casePath(f.Code) + "/files/" + kept).want(200)
		published(h, f)
		if !h.again(f).Public() {
			t.Fatal("it is not published")
		}
		for _, token := range []string{"", h.citizen("Trần Văn Khác"), h.staff("ngoai-"+c.form, "bxd", models.Handler)} {
			h.call("GET", "/v1/uploads/"+kept, token, nil).want(404)
		}
		if got := h.browser().get("/answers/" + f.Code).want(200); strings.Contains(string(got.body), kept) || strings.Contains(string(got.body), "mẫu.pdf") {
			t.Errorf("%s: the public page names the file", c.form)
		}
	}
	f := h.caseOf(hoa)
	paper := h.upload(lan, "sơ đồ.pdf", []byte(pdf))
	h.call("POST", "/v1/desk/feedback/"+f.ID+"/request-info", h.staff("ngoai", "bxd", models.Handler), obj{"question": "Đoạn nào ạ?", "uploads": []string{paper.ID}}, "If-Match", versionText(h.again(f).Version)).want(404)
	h.call("POST", "/v1/desk/feedback/"+f.ID+"/request-info", lan, obj{"question": "Đoạn nào ạ?", "uploads": []string{paper.ID}}, "If-Match", versionText(h.again(f).Version)).want(200)
	h.call("GET", "/v1/uploads/"+paper.ID, hoa, nil).want(200)
}

// published answers a case and publishes the answer.
func published(h *harness, f *models.Feedback) {
	h.t.Helper()
	author, boss := models.Actor{ID: models.DeriveID("author"), Staff: true, Agency: "so-xd-79"}, models.Actor{ID: models.DeriveID("boss"), Staff: true, Agency: "so-xd-79"}
	_, err := h.o.Store.UpdateFeedback(h.t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		if f.Status == models.NeedsInfo {
			if _, err := f.AddMessage(models.Actor{ID: f.SenderID}, models.NewID(), "Đây ạ", nil, h.o.Now()); err != nil {
				return nil, err
			}
		}
		if _, err := f.SubmitReply(author, draftID, h.o.Now()); err != nil {
			return nil, err
		}
		if _, err := f.ApproveReply(boss, draftID, h.o.Now()); err != nil {
			return nil, err
		}
		return f.Publish(boss, draftID, "", h.o.Now())
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
