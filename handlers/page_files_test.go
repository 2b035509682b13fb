package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

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
// names it. Another's file is not taken along.
func TestFilesOfAMessageSentBefore(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	b, stranger := h.browser(hoa), h.browser(h.citizen("Trần Văn Khác"))
	b.get("/my/" + f.Code).want(200).raw(`data-attach="/submit/queue/files"`)
	mine, theirs := b.scriptSends("/submit/queue/files", "a.pdf", []byte(pdf)), stranger.scriptSends("/submit/queue/files", "b.pdf", []byte(pdf))
	b.form("/my/"+f.Code+"/message", url.Values{"csrf": {b.csrf()}, "body": {"Có giấy tờ kèm theo."}, "key": {models.NewID()}, "upload": {mine, theirs}}, nil).to("/my/" + f.Code + "#messages")
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
	b.form(path, v, map[string][]byte{"kèm.pdf": []byte(pdf)}).to(casePath(f.Code))
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
