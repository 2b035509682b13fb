package handlers

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// postForm sends a form with files: names and contents in turn.
func (b *browser) postForm(path string, form url.Values, files ...string) *answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("csrf", b.csrf())
	for name, values := range form {
		for _, v := range values {
			w.WriteField(name, v)
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, _ := w.CreateFormFile("file", files[i])
		part.Write([]byte(files[i+1]))
	}
	w.Close()
	r, err := http.NewRequest("POST", b.h.url+path, &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

func TestKeyInPage(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.staff("clerk", "ubnd-79", models.Intake))
	form := b.get("/console/new").want(200).has("Nhập hộ phản ánh", "Ghi nhận và nhập tiếp").hidden()
	if len(form.Get("key")) != 32 {
		t.Fatalf("key %q", form.Get("key"))
	}
	body := "Đoạn đường trước cổng trường có nhiều ổ gà.\nĐề nghị sửa chữa <script>alert(1)</script> 😀"
	for name, value := range map[string]string{"source": "paper", "kind": "citizen", "title": "", "body": body, "name": "Trần Văn Giấy", "phone": "0912 345",
		"email": "không phải", "where": "qwxz", "agency": "Sở", "place": "trước cổng trường", "told": "counter", "told_version": "0"} {
		form.Set(name, value)
	}
	pdf := minimalPDF()
	a := b.postForm("/console/new", form, "don.pdf", pdf).want(422)
	a.has(`href="#f-title"`, `href="#f-phone"`, `href="#f-email"`, `href="#f-where"`, `href="#f-agency"`, `href="#f-told_version"`, "0912 345", "Trần Văn Giấy", "don.pdf", "<script>")
	if n, err := h.o.Store.CountWork(context.Background()); err != nil || n.Pending != 0 {
		t.Errorf("something was stored: %+v, %v", n, err)
	}
	kept := a.page().Find(`input[name="upload"]`).AttrOr("value", "")
	if kept == "" || a.hidden().Get("key") != form.Get("key") {
		t.Fatal("the file or the key is lost")
	}

	form["upload"] = []string{kept, models.NewID()} // the second was left for too long
	b.postForm("/console/new", form).want(422).has("để quá lâu", "don.pdf")
	form.Set("upload", kept)
	for name, value := range map[string]string{"title": "Đường hỏng trước trường", "phone": "0912 345 678", "email": "", "where": "ben nghe quan 1", "agency": "so-xd-79", "another": "1", "told_version": h.o.Ref.Notice(h.o.Now())} {
		form.Set(name, value)
	}
	a = b.postForm("/console/new", form).want(303)
	next, _ := url.Parse(a.header.Get("Location"))
	code := next.Query().Get("before")
	if next.Path != "/console/new" || next.Query().Get("source") != "paper" {
		t.Fatalf("goes on to %s", next)
	}
	b.get(next.String()).want(200).has("Đã ghi nhận "+code, `value="paper"`).hasNot("Trần Văn Giấy")
	f, err := h.o.Store.FeedbackByCode(context.Background(), code)
	if err != nil {
		t.Fatal(err)
	}
	commune, _ := h.o.Ref.Places.Commune(f.Commune)
	if f.Source != models.FromPaper || f.Agency != "so-xd-79" || commune.Name != "Phường Bến Nghé" && commune.Name != "Phường Sài Gòn" || len(f.Uploads) != 1 || f.Uploads[0].Name != "don.pdf" || f.Body != body {
		t.Errorf("%+v at %s", f, commune.Name)
	}
	if p, err := h.o.Store.Person(t.Context(), f.SenderID); err != nil || len(p.Notices) != 1 || p.Notices[0].Where != models.FromCounter || p.Notices[0].By == "" {
		t.Errorf("the notice given: %+v, %v", p, err)
	}
	if again := b.postForm("/console/new", form, "don.pdf", pdf).want(303).header.Get("Location"); !strings.Contains(again, code) {
		t.Errorf("the same form again made another case: %s", again)
	}
	if log := h.log.String(); strings.Contains(log, "Văn Giấy") || strings.Contains(log, "912345678") {
		t.Error("the sender is in the log")
	}

	plain := url.Values{"key": {models.NewID()}, "source": {"phone"}, "kind": {"business"}, "title": {"Đèn đường hỏng"}, "body": {"Đèn đường không sáng một tuần."}, "name": {"Lê Thị Nói"}}
	if a := b.post("/console/new", plain); a.status != 303 {
		t.Fatal(words(a.page().Find(".errors")))
	}
	plain.Set("source", "web")
	plain.Set("key", models.NewID())
	b.post("/console/new", plain).want(422).has(`href="#f-source"`)
	h.browser(h.staff("worker", "ubnd-79", models.Handler)).get("/console/new").want(403)
}

// minimalPDF is a file that is taken for a PDF.
func minimalPDF() string {
	return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
}

func TestOverduePage(t *testing.T) {
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Gửi")
	f, g := h.caseOf(sender), h.caseOf(sender)
	h.advance(f.Due.At.Add(time.Hour).Sub(h.o.Now()))
	boss := h.browser(h.staff("boss", "ubnd-79", models.Supervisor))
	a := boss.get("/console/overdue").want(200).has(f.Code, g.Code, "Sở Xây dựng", "Đôn đốc")
	if got := words(a.page().Find(".figures dd").First()); got != "2" {
		t.Errorf("%s overdue", got)
	}
	boss.get("/console/overdue?agency=so-xd-79").want(200).has(f.Code, "Hồ Chí Minh")
	boss.get("/console/overdue?agency=vpcp").want(404)
	worker := h.browser(h.staff("worker", "so-xd-79", models.Handler))
	worker.get("/console/overdue").want(200).has(f.Code).hasNot("formaction")
	worker.post("/console/overdue/nudge", url.Values{"case": {f.Code + " 2"}}).want(403)

	chosen := a.page().Find(`input[name="case"]`).First().AttrOr("value", "")
	if !strings.HasPrefix(chosen, f.Code) && !strings.HasPrefix(chosen, g.Code) {
		t.Fatalf("%q", chosen)
	}
	boss.post("/console/overdue/nudge", url.Values{"back": {"/console/overdue"}}).want(422).has("Chọn ít nhất một vụ việc")
	boss.post("/console/overdue/nudge", url.Values{"case": {chosen}, "note": {"Dân hỏi nhiều lần"}, "back": {"/console/overdue?agency=so-xd-79"}}).to("/console/overdue?agency=so-xd-79")
	boss.post("/console/overdue/nudge", url.Values{"case": {chosen}, "note": {"Dân hỏi nhiều lần"}, "back": {"//evil.example"}}).to("/console/overdue") // pressed twice
	code, _, _ := strings.Cut(chosen, " ")
	x, err := h.o.Store.FeedbackByCode(context.Background(), code)
	if err != nil || x.Nudged() == nil {
		t.Fatalf("%v: %+v", err, x.Timeline)
	}
	a = boss.get("/console/overdue").want(200).has("Đôn đốc lần cuối")
	for _, v := range a.page().Find(`input[name="case"]`).EachIter() {
		chosen = v.AttrOr("value", "")
		if strings.HasPrefix(chosen, code) {
			break
		}
	}
	boss.post("/console/overdue/nudge", url.Values{"case": {chosen}, "note": {"Lần nữa"}}).want(409).has(say("vi", "nudged_today", 0), "Lần nữa", "checked")
	boss.post("/console/overdue/escalate", url.Values{"case": {chosen}}).want(422).has(`href="#f-note"`)
	boss.post("/console/overdue/escalate", url.Values{"case": {chosen}, "note": {"Đã đôn đốc"}}).to("/console/overdue")
	boss.get("/console/overdue?told=1").want(200).has(code, "Đã báo cáo").hasNot("Chưa có vụ việc quá hạn nào được báo cáo")
	h.browser(h.citizen("Trần Văn Khác")).get("/console/overdue").to("/console/signin?next=%2Fconsole%2Foverdue")
}

func TestWorkPage(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	ctx := context.Background()
	works, err := h.o.Store.ClaimWork(ctx, h.o.Now().Add(time.Second), time.Minute, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range works {
		w.Reason = "503 từ <máy chủ>"
		if err := h.o.Store.ParkWork(ctx, w); err != nil {
			t.Fatal(err)
		}
	}
	root := h.browser(h.staff("root", "vpcp", models.Admin))
	root.get("/console/work").want(200).has(f.Code, "503 từ <máy chủ>", "Thử lại tất cả")
	root.post("/console/work/"+works[0].ID+"/retry", nil).to("/console/work")
	root.post("/console/work/"+works[0].ID+"/retry", nil).to("/console/work") // in line already
	if n, _ := h.o.Store.CountWork(ctx); n.Parked != len(works)-1 {
		t.Errorf("%+v", n)
	}
	root.post("/console/work/all/retry", nil).to("/console/work")
	root.get("/console/work").want(200).has("Không có việc nào bị kẹt")
	local := h.browser(h.staff("local", "ubnd-79", models.Admin))
	local.get("/console/work").want(403)
	local.get("/console/admin").want(200).hasNot(`href="/console/work"`)
	local.post("/console/work/all/retry", nil).want(403)
}

func TestAuditPage(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Bí Mật"))
	lan := h.staff("lan", "so-xd-79", models.Handler)
	h.step(lan, "/v1/desk/feedback/"+f.ID+"/unseal", obj{"reason": "cần hẹn <khảo sát> hiện trường"})
	h.settle()
	boss := h.browser(h.staff("boss", "so-xd-79", models.Supervisor))
	a := boss.get("/console/audit").want(200).has(f.Code, "mở danh tính người gửi", "Cán bộ lan", "cần hẹn <khảo sát>", "/console/cases/"+f.Code).hasNot("Bí Mật", "không còn nguyên vẹn")
	if n := a.page().Find("table.audit tbody tr").Length(); n < 2 {
		t.Errorf("%d entries", n)
	}
	boss.get("/console/audit?code=" + f.Code + "&action=unseal").want(200).has("mở danh tính").hasNot("tbody><tr><td>xem")
	boss.get("/console/audit?code=KN-0000-0000").want(422).has("KN-0000-0000", `href="#f-code"`)
	boss.get("/console/audit?from=hôm%20qua").want(422).has(`href="#f-from"`)
	boss.get("/console/audit?actor=lan&to=2020-01-01").want(200).has("Không có mục nào như vậy")
	admin := h.browser(h.staff("admin", "so-xd-79", models.Admin))
	admin.get("/console/audit").want(200).has(f.Code).hasNot("/console/cases/" + f.Code) // who may not read cases gets no link
	h.browser(lan).get("/console/audit").want(403)
}

func TestTemplatePages(t *testing.T) {
	h := newHarness(t)
	lan, hung := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("hung", "so-xd-79", models.Approver))
	lan.get("/console/templates").want(200).has("Anh/chị chưa có mẫu riêng")
	form := lan.get("/console/templates/new").want(200).has("{mã}", "của tôi").hasNot("dùng chung").hidden()
	form.Set("owner", "own")
	form.Set("title", "Đã sửa")
	form.Set("body", "Kính gửi {họ tên},")
	lan.post("/console/templates/new", form).want(422).has("Kính gửi {họ tên},", `href="#f-body"`)
	form.Set("body", "Về phản ánh {mã}, {cơ quan} trả lời:")
	for range 2 { // pressed twice
		lan.post("/console/templates/new", form).to("/console/templates")
	}
	a := lan.get("/console/templates").want(200)
	if n := a.page().Find(".rows li").Length(); n != 1 {
		t.Fatalf("%d templates", n)
	}
	path := a.page().Find(".rows h3 a").AttrOr("href", "")
	lan.get(path).want(200).has("Về phản ánh KN-7F3K-92QX, Sở Xây dựng")
	hung.get(path).want(404)
	hung.post(path, url.Values{"title": {"x"}, "body": {"y"}}).want(404)
	lan.post(path, url.Values{"title": {"Đã sửa xong"}, "body": {""}}).want(422).has("Đã sửa xong")
	lan.post(path, url.Values{"title": {"Đã sửa xong"}, "body": {"Xong."}}).to("/console/templates")
	form = hung.get("/console/templates/new").want(200).has("của cơ quan").hidden()
	form.Set("owner", "agency")
	form.Set("title", "Của Sở")
	form.Set("body", "Chung")
	hung.post("/console/templates/new", form).to("/console/templates")
	lan.get("/console/templates").want(200).has("Của Sở", "Đã sửa xong")
	lan.post(path+"/delete", nil).to("/console/templates")
	lan.get(path).want(404)
	h.browser(h.staff("clerk", "so-xd-79", models.Intake)).get("/console/templates").want(403)
}
