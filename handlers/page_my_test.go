package handlers

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"kiennghi/models"
)

// page reads an answer as HTML.
func (a *answer) page() *goquery.Document {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	return doc
}

// words are the text of what a selector finds, with single spaces.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// feedback returns a case as it is now.
func (h *harness) feedback(id string) *models.Feedback {
	h.t.Helper()
	f, err := h.o.Store.Feedback(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// tell does what the worker does: whatever was to be told stands in the inbox.
func (h *harness) tell() {
	h.t.Helper()
	works, err := h.o.Store.ClaimWork(context.Background(), h.o.Now().Add(time.Second), time.Minute, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, w := range works {
		if w.Kind == models.WorkNotify {
			n := &models.Notification{ID: w.ID, Account: w.Data["account"], FeedbackID: w.Data["feedback"], Code: w.Data["code"],
				Event: models.Action(w.Data["event"]), At: w.CreatedAt}
			if err := h.o.Store.AddNotification(context.Background(), n); err != nil {
				h.t.Fatal(err)
			}
		}
		if err := h.o.Store.FinishWork(context.Background(), w); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestMyCases(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	b.get("/my").want(200).has("chưa gửi phản ánh, kiến nghị nào", "Gửi phản ánh, kiến nghị mới")
	var codes []string
	for range myRows + 3 {
		codes = append(codes, h.caseOf(hoa).Code)
		h.advance(time.Second)
	}
	h.caseOf(h.citizen("Trần Văn Khác"))
	h.tell()
	p := b.get("/my").want(200).page()
	if n := p.Find("ul.rows > li").Length(); n != myRows {
		t.Fatalf("%d rows", n)
	}
	first := words(p.Find("ul.rows > li").First())
	for _, want := range []string{codes[len(codes)-1], "Đường trước trường hỏng", "Sở Xây dựng", "Đang xử lý", "còn ", "hạn ", "Có tin mới"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first row lacks %q: %s", want, first)
		}
	}
	next := p.Find("a[rel=next]").AttrOr("href", "")
	older := b.get(next).want(200).page()
	if n := older.Find("ul.rows > li").Length(); n != 3 || !strings.Contains(words(older.Find("ul.rows > li").Last()), codes[0]) {
		t.Errorf("the second page has %d rows", n)
	}
	if older.Find("a[rel=next]").Length() != 0 || older.Find(`main a[href="/my"]`).Length() == 0 {
		t.Error("the last page leads on, or not back")
	}
	b.get("/my?next=gi%C3%A1+tr%E1%BB%8B").want(422)

	h.advance(25 * 24 * time.Hour)
	if row := words(b.get("/my").page().Find("ul.rows > li").First()); !strings.Contains(row, "quá hạn") {
		t.Errorf("late: %s", row)
	}
	h.browser().get("/my").to("/signin?next=%2Fmy")
}

func TestMyCase(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	b := h.browser(hoa)
	path := "/my/" + f.Code
	p := b.get(path).want(200).page()
	state := words(p.Find("section[aria-labelledby=state]"))
	for _, want := range []string{"Đang xử lý", "Sở Xây dựng", "đang giữ", "17:00", "còn ", "Thời hạn là 20 ngày", "Quyết định 574/QĐ-TTg"} {
		if !strings.Contains(state, want) {
			t.Errorf("the state lacks %q: %s", want, state)
		}
	}
	if line := words(p.Find("ol.timeline")); !strings.Contains(line, "Đã nhận phản ánh") || !strings.Contains(line, "Đã chuyển đến Sở Xây dựng") ||
		!strings.Contains(line, "Cơ quan trả lời ông/bà") || strings.Contains(line, "Có cập nhật") {
		t.Errorf("timeline: %s", line)
	}
	if p.Find("#answer, #rating").Length() != 0 || p.Find(`a[href="`+path+`/reopen"]`).Length() != 0 || p.Find(`a[href="`+path+`/withdraw"]`).Length() != 1 {
		t.Error("an open case offers what is not possible, or not what is")
	}
	if strings.Contains(p.Text(), "Bản nháp") {
		t.Error("a draft is shown to the sender")
	}
	english := h.browser(hoa)
	english.headers["Accept-Language"] = "en"
	english.get(path).want(200).has("The term is 20 days", "Decision 574/QD-TTg", "left", "Passed to Department of Construction of")

	other := h.browser(h.citizen("Trần Văn Khác"))
	for _, at := range []string{path, path + "/withdraw", path + "/reopen", "/my/KN-0000-0000", "/my/x"} {
		other.get(at).want(404).hasNot(f.Title)
	}
	for _, at := range []string{"/message", "/rate", "/withdraw", "/reopen"} {
		other.post(path+at, url.Values{"body": {"của người khác"}, "reason": {"của người khác"}, "score": {"1"}}).want(404)
	}
	if got := h.feedback(f.ID); got.Version != f.Version {
		t.Error("another person changed the case")
	}
}

func TestMyCaseAnswered(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	author, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("hung", "so-xd-79", models.Approver)
	f := h.caseOf(hoa)
	desk := "/v1/desk/feedback/" + f.ID
	x := h.upload(author, "biên bản.png", pngOf(t, sample(300, 200)))
	h.step(author, desk+"/unseal", obj{"reason": "cần gọi điện hẹn khảo sát hiện trường"})
	tag := h.call("GET", desk, author, nil).want(200).header.Get("ETag")
	reply := desk + "/replies/" + draftID
	h.call("PUT", reply, author, obj{"body": "# Kết quả\n- Đã vá **ổ gà**\n<script>alert(1)</script>", "official_number": "123/SXD-HT", "official_date": "2026-03-05", "uploads": []string{x.ID}},
		"If-Match", tag).want(200)
	b := h.browser(hoa)
	b.get("/my/files/" + x.ID).want(404) // of a draft
	h.step(author, reply+"/submit", nil)
	h.step(boss, reply+"/approve", nil)
	h.tell()

	path := "/my/" + f.Code
	a := b.get(path).want(200)
	if bytes.Contains(a.body, []byte("<script>alert")) {
		t.Error("a script of the answer is one")
	}
	p := a.page()
	answer := p.Find("section[aria-labelledby=answer]")
	for _, want := range []string{"Sở Xây dựng", "Văn bản số 123/SXD-HT ngày 05/03/2026", "Đã vá", "<script>alert(1)</script>", "biên bản.png"} {
		if !strings.Contains(words(answer), want) {
			t.Errorf("the answer lacks %q: %s", want, words(answer))
		}
	}
	if words(answer.Find("h3")) != "Kết quả" || answer.Find("li").Length() < 1 {
		t.Error("headings and lists of the answer are not shown as such")
	}
	if got := words(p.Find("section[aria-labelledby=unsealed]")); !strings.Contains(got, "Cán bộ lan, Sở Xây dựng") || !strings.Contains(got, "hẹn khảo sát hiện trường") {
		t.Errorf("unsealed: %s", got)
	}
	if n := p.Find(`input[name=score]`).Length(); n != 5 {
		t.Errorf("%d points to choose from", n)
	}

	file := b.get("/my/files/" + x.ID).want(200)
	small := b.get("/my/files/" + x.ID + "/small").want(200)
	for _, d := range []*struct{ a, kind string }{{file.header.Get("Content-Type"), "image/png"}, {small.header.Get("Content-Type"), "image/jpeg"}} {
		if d.a != d.kind {
			t.Errorf("content type %q, want %q", d.a, d.kind)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"} {
		if got := file.header.Get(name); got != want {
			t.Errorf("%s of a file: %q", name, got)
		}
	}
	if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment;") {
		t.Error("a file is shown and not saved")
	}
	for _, who := range []*browser{h.browser(), h.browser(h.citizen("Trần Văn Khác"))} {
		who.get("/my/files/" + x.ID).want(404)
		who.get("/my/files/" + x.ID + "/small").want(404)
	}

	b.post(path+"/rate", url.Values{"comment": {"Không chọn điểm"}}).want(422).has("Mức độ hài lòng: Mục này cần có", "Không chọn điểm")
	b.post(path+"/rate", url.Values{"score": {"9"}}).want(422).has("một số từ 1 đến 5")
	b.post(path+"/rate", url.Values{"score": {"2"}, "comment": {"Chỗ khác vẫn hỏng"}}).to(path)
	b.get(path).want(200).has("Đã ghi nhận đánh giá", "2 trên 5 điểm", "Chỗ khác vẫn hỏng", "Sửa đánh giá", "đã kết thúc")
	b.get(path + "/withdraw").to(path)
	b.get(path).has("Không làm được việc đó nữa")
	b.post(path+"/withdraw", url.Values{"reason": {"đổi ý"}}).want(409).has("đổi ý", "không cần rút nữa")
	b.post(path+"/message", url.Values{"body": {"Còn một chuyện"}}).want(409).has("Còn một chuyện")

	b.get(path + "/reopen").want(200).has("Thời hạn trả lời được tính lại")
	b.post(path+"/reopen", url.Values{"reason": {"  "}}).want(422).has("Lý do: Mục này cần có")
	h.advance(48 * time.Hour)
	b.post(path+"/reopen", url.Values{"reason": {"Vẫn còn hai ổ gà"}}).to(path)
	b.get(path).want(200).has("Đã mở lại", "Vẫn còn hai ổ gà", "Đang xử lý", "Thời hạn là 20 ngày", "Đã vá")
	if got := h.feedback(f.ID); got.Status != models.InProgress || got.Rating.Score != 2 {
		t.Errorf("%s %+v", got.Status, got.Rating)
	}
}

func TestMyMessagesAndWithdrawal(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	lan := h.staff("lan", "so-xd-79", models.Handler)
	f := h.caseOf(hoa)
	path := "/my/" + f.Code
	b := h.browser(hoa)
	h.step(lan, "/v1/desk/feedback/"+f.ID+"/request-info", obj{"question": "Số nhà nào ạ?"})
	a := b.get(path).want(200).has("Cơ quan hỏi ông/bà", "Số nhà nào ạ?", "Chờ ông/bà bổ sung")
	form := url.Values{"body": {"Trước số 12\n<b>đậm</b> \u202e 😀"}, "key": {a.page().Find("input[name=key]").AttrOr("value", "")}}
	for range 2 { // sent twice, written once
		b.post(path+"/message", url.Values{"body": form["body"], "key": form["key"]}).to(path + "#messages")
	}
	got := h.feedback(f.ID)
	if len(got.Messages) != 2 || got.Messages[1].Body != "Trước số 12\n<b>đậm</b>  😀" && got.Messages[1].Body != "Trước số 12\n<b>đậm</b> \u202e 😀" {
		t.Errorf("messages %+v", got.Messages)
	}
	p := b.get(path).want(200).has("Đã gửi cho cơ quan").page()
	if n := p.Find("ol.talk > li").Length(); n != 2 || p.Find("ol.talk b").Length() != 0 || p.Find("ol.talk > li.mine").Length() != 1 {
		t.Errorf("%d messages", n)
	}
	// With files: in one form, of which nothing is lost when a part of it is wrong.
	send := func(body string, more func(*multipart.Writer)) *answer {
		var content bytes.Buffer
		form := multipart.NewWriter(&content)
		form.WriteField("csrf", b.csrf())
		form.WriteField("key", strings.Repeat("a", 32))
		form.WriteField("body", body)
		more(form)
		form.Close()
		r, err := http.NewRequest("POST", h.url+path+"/message", &content)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		return b.do(r)
	}
	file := func(form *multipart.Writer, name string, content []byte) {
		w, _ := form.CreateFormFile("file", name)
		w.Write(content)
	}
	wrong := send("", func(form *multipart.Writer) {
		file(form, "ảnh.png", pngOf(t, sample(30, 20)))
		file(form, "chương trình.exe", []byte("MZ nothing"))
	}).want(422).has("Chỉ nhận ảnh JPEG", "ảnh.png", "Các tệp sau đã được nhận").page()
	id := wrong.Find("input[name=upload]").AttrOr("value", "")
	send("Ảnh và giấy đây ạ", func(form *multipart.Writer) { // of which one was left for too long
		form.WriteField("upload", id)
		form.WriteField("upload", models.NewID())
	}).want(422).has("Ảnh và giấy đây ạ", "để quá lâu", "ảnh.png")
	send("Ảnh đây ạ", func(form *multipart.Writer) { form.WriteField("upload", id) }).to(path + "#messages")
	if m := h.feedback(f.ID).Messages; len(m) != 3 || len(m[2].Uploads) != 1 || m[2].Uploads[0].Name != "ảnh.png" {
		t.Errorf("messages %+v", m)
	}
	b.get(path).want(200).has("/my/files/" + id + "/small")
	b.get("/my/files/" + id).want(200)
	cookie := b.cookies[citizenCookie]
	delete(b.cookies, citizenCookie) // the session ends in the middle
	lost := send("Đừng mất chữ nào", func(form *multipart.Writer) { file(form, "a.png", pngOf(t, sample(30, 20))) }).want(200).has("Đăng nhập", "carry")
	if carry, _ := url.QueryUnescape(lost.hidden().Get("carry")); !strings.Contains(carry, "Đừng mất chữ nào") {
		t.Errorf("carried: %q", carry)
	}
	b.cookies[citizenCookie] = cookie
	b.post(path+"/message", url.Values{"body": {"Đừng mất chữ nào"}, filesLeft: {"1"}}).want(422).has("Đừng mất chữ nào", "Vui lòng chọn lại")

	b.post(path+"/message", url.Values{"body": {""}, "key": {models.NewID()}}).want(422).has("Mục này cần có")
	long := strings.Repeat("dài ", 1300)
	b.post(path+"/message", url.Values{"body": {long}}).want(422).has("Nhiều nhất 5000 ký tự", strings.TrimSpace(long))

	b.get(path+"/withdraw").want(200).has("Rút phản ánh này?", "không mở lại được")
	b.post(path+"/withdraw", url.Values{"reason": {strings.Repeat("x", models.MaxReason+1)}}).want(422).has("Nhiều nhất 2000 ký tự")
	b.post(path+"/withdraw", url.Values{"reason": {"Đã tự sửa xong"}}).to(path)
	b.get(path).want(200).has("Đã rút phản ánh", "Ông/bà đã rút", "Đã tự sửa xong").hasNot("Rút phản ánh này", "Viết thêm cho cơ quan")
	if h.feedback(f.ID).Status != models.Withdrawn {
		t.Error("it is not withdrawn")
	}
}

func TestMyRefusedCase(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	boss := h.staff("hung", "so-xd-79", models.Approver)
	h.step(boss, "/v1/desk/feedback/"+f.ID+"/refuse", obj{"ground": h.o.Ref.Grounds[0].Code, "direction": "Gửi đến Ban Tiếp công dân."})
	b := h.browser(hoa)
	b.get("/my/"+f.Code).want(200).has("Không được tiếp nhận", "nên gửi đến đâu", "Gửi đến Ban Tiếp công dân.", "Đề nghị mở lại").hasNot("Vì sao là ngày này")
}

func TestMyNotices(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	b.get("/my/notifications").want(200).has("Chưa có thông báo nào")
	first, second := h.caseOf(hoa), h.caseOf(hoa)
	h.tell()
	p := b.get("/my/notifications").want(200).page()
	if n := p.Find("ul.rows > li").Length(); n != 2 || p.Find("ul.rows .tag").Length() != 2 || !strings.Contains(words(p.Find("nav.tabs")), "2 mới") {
		t.Errorf("%d notifications, %s", n, words(p.Find("nav.tabs")))
	}
	if !strings.Contains(words(p.Find("ul.rows")), "Đã nhận phản ánh của ông/bà") || p.Find(`ul.rows a[href="/my/`+first.Code+`"]`).Length() != 1 {
		t.Errorf("what is told: %s", words(p.Find("ul.rows")))
	}
	b.send("HEAD", "/my/"+first.Code, nil).want(200) // looks at nothing
	if got := words(b.get("/my").page().Find("nav.tabs")); !strings.Contains(got, "2 mới") {
		t.Errorf("after HEAD: %s", got)
	}
	b.get("/my/" + first.Code).want(200)
	if got := words(b.get("/my").page().Find("nav.tabs")); !strings.Contains(got, "1 mới") {
		t.Errorf("after looking at one case: %s", got)
	}
	b.post("/my/notifications", nil).to("/my/notifications")
	b.get("/my/notifications").want(200).has(second.Code).hasNot("Có tin mới", "mới</span>")
}

func TestMySettings(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	b.get("/my/settings").want(200).has("Nguyễn Thị Hoa", "Số điện thoại đăng nhập: <strong>09", "/my/sessions").hasNot("Nhận thông báo trên máy này")
	good := url.Values{"name": {" Nguyễn  Thị Hoa "}, "email": {"hoa@example.vn"}, "address": {"12 Láng Hạ"}, "organisation": {""}, "kind": {"citizen"}, "language": {"en"}}
	with := func(name, value string) url.Values {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Del("csrf")
		form.Set(name, value)
		return form
	}
	for name, value := range map[string]string{"name": "x", "email": "không phải thư", "address": strings.Repeat("x", 501), "kind": "robot", "language": "fr"} {
		p := b.post("/my/settings", with(name, value)).want(422).page()
		if p.Find(`.errors a[href="#f-`+name+`"]`).Length() != 1 || p.Find("#f-"+name+"-error").Length() != 1 {
			t.Errorf("%s = %.20q: %s", name, value, words(p.Find(".errors")))
		}
		if name != "address" && p.Find("#f-address").AttrOr("value", "") != "12 Láng Hạ" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	b.post("/my/settings", good).to("/my/settings")
	b.get("/my/settings").want(200).has("The changes are saved", "hoa@example.vn", "12 Láng Hạ", `lang="en"`)
	me := map[string]any{}
	h.call("GET", "/v1/me", hoa, nil).want(200).json(&me)
	if me["name"] != "Nguyễn Thị Hoa" || me["language"] != "en" || me["address"] != "12 Láng Hạ" {
		t.Errorf("%v", me)
	}
	h.browser(h.citizen("")).post("/my/settings", with("name", "")).to("/my/settings")
	h.browser().post("/my/settings", with("name", "Hoa")).want(200).has("Đăng nhập bằng số điện thoại", "carry")
}

// testSubscription is one as a browser makes it.
func testSubscription() models.Subscription {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return models.Subscription{Endpoint: "https://fcm.googleapis.com/fcm/send/" + models.NewID(),
		P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(make([]byte, 16))}
}

func TestPushOfBrowsers(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.WebPushKey = "BKhoa" })
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	b := h.browser(hoa)
	b.get("/my/settings").want(200).has("Nhận thông báo trên máy này", `data-key="BKhoa"`)
	sub := testSubscription()
	form := func(endpoint string) url.Values {
		return url.Values{"endpoint": {endpoint}, "p256dh": {sub.P256dh}, "auth": {sub.Auth}}
	}
	for _, bad := range []string{"", "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://169.254.169.254/latest",
		"https://10.0.0.1:443/x", "https://fcm.googleapis.com.example.vn/x", "https://fcm.googleapis.com:8443/x", "https://user@fcm.googleapis.com/x", "https://example.com/x"} {
		b.post("/my/settings/push", form(bad)).want(422)
	}
	b.post("/my/settings/push", url.Values{"endpoint": {sub.Endpoint}, "p256dh": {"AAAA"}, "auth": {sub.Auth}}).want(422)
	b.post("/my/settings/push", form(sub.Endpoint)).want(204)
	b.post("/my/settings/push", form(sub.Endpoint)).want(204)
	devices := func(token string) []models.Device {
		list, err := h.o.Store.ListDevices(context.Background(), h.accountOf(token))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := devices(hoa); len(got) != 1 || got[0].Platform != models.WebPlatform || got[0].Token != sub.Token() || got[0].Language != "vi" {
		t.Errorf("devices %+v", got)
	}
	b.get("/my/settings").want(200).has("1 trình duyệt đang nhận thông báo")
	second := h.browser(binh) // signs in on the same browser
	second.post("/my/settings/push", form(sub.Endpoint)).want(204)
	if len(devices(hoa)) != 0 || len(devices(binh)) != 1 {
		t.Error("a browser is pushed to for two accounts")
	}
	b.post("/my/settings/push/stop", url.Values{"endpoint": {sub.Endpoint}}).want(204) // another's stays
	if len(devices(binh)) != 1 {
		t.Error("one account stops the pushes of another")
	}
	second.post("/my/settings/push/stop", url.Values{"endpoint": {sub.Endpoint}}).want(204)
	second.post("/my/settings/push", form(sub.Endpoint)).want(204)
	h.call("PUT", "/v1/devices/may-1", binh, obj{"fcm_token": "token-1", "platform": "android", "language": "vi"}).want(204)
	second.post("/my/settings/push/stop", nil).to("/my/settings")
	if got := devices(binh); len(got) != 1 || got[0].Token != "token-1" {
		t.Errorf("after stopping on all browsers: %+v", got)
	}
	r, _ := http.NewRequest("POST", h.url+"/my/settings/push", strings.NewReader(form(sub.Endpoint).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: citizenCookie, Value: b.cookies[citizenCookie]})
	if res, err := h.client.Do(r); err != nil || res.StatusCode != 403 {
		t.Errorf("without a token: %v %v", res.StatusCode, err)
	}
}

func TestEventsOfAPage(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	cookie := citizenCookie + "=" + b.cookies[citizenCookie]
	old := h.notify(hoa, models.ActReceive, "KN-OLD0-0000")
	l := h.listenTo(h.request(h.url, "GET", "/my/events", "", nil, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"))
	if got := l.next(5 * time.Second); got != "retry: 3000" {
		t.Fatalf("first line %q", got)
	}
	n := h.notify(hoa, models.ActApprove, "KN-7F3K-92QX")
	if got := l.next(5 * time.Second); got != "id: "+eventID(n.At, n.ID) {
		t.Errorf("%q", got)
	}
	missed := h.listenTo(h.request(h.url, "GET", "/my/events?after="+eventID(old.At, old.ID), "", nil, "Cookie", cookie))
	missed.next(5 * time.Second)
	if got := missed.next(5 * time.Second); got != "id: "+eventID(n.At, n.ID) {
		t.Errorf("what the page has not seen: %q", got)
	}
	get := func(headers ...string) int {
		res, err := h.client.Do(h.request(h.url, "GET", "/my/events", "", nil, headers...))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if got := get("Cookie", cookie, "Sec-Fetch-Site", "cross-site"); got != 403 {
		t.Errorf("for another site: %d", got)
	}
	if got := h.browser().get("/my/events"); got.header.Get("Location") != "/signin?next=%2Fmy%2Fevents" {
		t.Errorf("nobody: %d", got.status)
	}
	res, err := h.client.Do(h.request(h.url, "GET", "/v1/events", "", nil, "Cookie", cookie))
	if err != nil || res.StatusCode != 401 {
		t.Errorf("the cookie opens the API: %v %v", res.StatusCode, err)
	}
}
