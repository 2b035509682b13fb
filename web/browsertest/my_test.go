package browsertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"kiennghi/cmd/kiennghi/programtest"
)

// caller calls the API as somebody, to prepare what a browser then looks at.
type caller struct {
	s     *Site
	token string
}

type object = map[string]any

// citizen signs a person in at the API and gives them a name.
func (s *Site) citizen(phone, name string) caller {
	s.T.Helper()
	c := caller{s, ""}
	c.call("POST", "/v1/auth/otp", object{"phone": phone})
	got := c.call("POST", "/v1/auth/otp/verify", object{"phone": phone, "code": s.Code(phone)})
	c.token, _ = got["access_token"].(string)
	c.call("PATCH", "/v1/me", object{"name": name})
	return c
}

// desk signs a member of staff in at the API.
func (s *Site) desk(username, password string) caller {
	s.T.Helper()
	c := caller{s, ""}
	c.token, _ = c.call("POST", "/v1/auth/staff", object{"username": username, "password": password})["access_token"].(string)
	return c
}

// call fails the test unless the answer is a success. What changes a case at the desk is
// sent with the version that it has.
func (c caller) call(method, path string, body object, headers ...string) object {
	c.s.T.Helper()
	if strings.HasPrefix(path, "/v1/desk/feedback/") && method != "GET" {
		root := strings.Join(strings.Split(path, "/")[:5], "/")
		res := c.do("GET", root, nil)
		res.Body.Close()
		headers = append(headers, "If-Match", res.Header.Get("ETag"))
	}
	res := c.do(method, path, body, headers...)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		c.s.T.Fatalf("%s %s: %d %s", method, path, res.StatusCode, b)
	}
	var out object
	if len(b) > 0 {
		if err := json.Unmarshal(b, &out); err != nil {
			c.s.T.Fatal(err)
		}
	}
	return out
}

func (c caller) do(method, path string, body object, headers ...string) *http.Response {
	c.s.T.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		c.s.T.Fatal(err)
	}
	if body == nil {
		b = nil
	}
	r, err := http.NewRequest(method, c.s.URL+path, bytes.NewReader(b))
	if err != nil {
		c.s.T.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.s.T.Fatal(err)
	}
	return res
}

// letter sends a letter to Sở Xây dựng of TP.HCM and returns its code and ID.
func (c caller) letter(key string) (code, id string) {
	c.s.T.Helper()
	got := c.call("POST", "/v1/feedback", object{"title": "Đường trước trường hỏng", "province": "79", "agency": "so-xd-79", "publish_name": false, "private": false, "uploads": []string{},
		"body": "Đoạn đường trước cổng trường có nhiều ổ gà sâu, đề nghị sửa sớm."}, "Idempotency-Key", key)
	return got["code"].(string), got["id"].(string)
}

// TestMyCase follows a case as its sender: is asked and answers, reads the answer, rates it,
// has it reopened, withdraws it; with and without scripts, in both languages.
func TestMyCase(t *testing.T) {
	t.Parallel()
	s := Start(t)
	lan := s.desk("lan", s.Staff("lan", "so-xd-79", "handler"))
	boss := s.desk("boss", s.Staff("boss", "so-xd-79", "approver"))
	stranger := s.Browser(t)
	stranger.SignIn("0912345670")
	photo, err := filepath.Abs("../static/icon-512.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, phone string
		scripts     bool
		options     []Option
		says        map[string]string
	}{
		{"Vietnamese phone", "0912345671", true, []Option{Phone}, map[string]string{}},
		{"without scripts", "0912345672", false, []Option{NoScript}, map[string]string{}},
		{"English", "0912345673", true, []Option{English}, map[string]string{
			"Cơ quan hỏi ông/bà": "The agency asks you", "Trả lời câu hỏi này": "Answer this question", "Gửi cho cơ quan": "Send to the agency",
			"Đã gửi cho cơ quan": "Your message was sent", "Trả lời của cơ quan": "The agency's answer", "Gửi đánh giá": "Send what I think",
			"Đã ghi nhận đánh giá": "What you think was recorded", "2 trên 5 điểm": "2 out of 5", "Đề nghị mở lại": "Ask to reopen the case",
			"Gửi đề nghị mở lại": "Reopen the case", "Lý do: Mục này cần có": "Reason: This is needed", "Đã mở lại": "The case is open again",
			"Vì sao là ngày này?": "Why this date?", "Thời hạn là 20 ngày": "The term is 20 days", "Rút phản ánh này": "Withdraw this case",
			"Rút phản ánh": "Withdraw the case", "Đã rút phản ánh": "The case is withdrawn", "Đã có cơ quan xử lý": "With the agency", "Ông/bà đã rút": "Withdrawn by you",
			"Đang xử lý": "Being worked on", "Có tin mới": "News", "Xem tin mới": "Show the news",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			say := func(text string) string {
				if x, ok := c.says[text]; ok {
					return x
				}
				return text
			}
			code, id := s.citizen(c.phone, "Nguyễn Thị Hoa").letter("khoa-" + c.phone)
			b := s.Browser(t, c.options...)
			b.SignIn(c.phone)
			look := func() {
				t.Helper()
				b.Fits()
				if c.scripts {
					b.Axe()
				}
			}
			b.Open("/my")
			b.Sees(say("Đã có cơ quan xử lý"))
			look()
			b.Follow("Đường trước trường hỏng")
			b.At("/my/" + code)
			b.Press(say("Vì sao là ngày này?"))
			b.Sees(say("Thời hạn là 20 ngày"))
			look()

			// The agency asks; with scripts one hears of it while looking at the page.
			lan.call("POST", "/v1/desk/feedback/"+id+"/request-info", object{"question": "Trước số nhà nào ạ? <b>x</b>"})
			if c.scripts {
				b.Follow(say("Xem tin mới"))
			} else {
				b.Open("/my/" + code)
			}
			b.Sees(say("Cơ quan hỏi ông/bà"))
			b.Sees("Trước số nhà nào ạ? <b>x</b>")
			b.Press(say("Trả lời câu hỏi này"))
			b.Fill("body", "Trước số 12, có ảnh kèm theo.")
			if c.scripts { // through a reload
				b.Open("/my/" + code)
				if got := b.Value("body"); got != "Trước số 12, có ảnh kèm theo." {
					t.Errorf("after a reload there is %q", got)
				}
			}
			b.Choose("#f-file", photo)
			if c.scripts { // sent while one writes, and through a reload
				b.until("the file", `document.querySelector("#attached li")?.innerText.startsWith("icon-512")`)
				look()
				b.Open("/my/" + code)
				b.until("the file again", `document.querySelectorAll("#attached li").length === 1`)
			}
			b.Follow(say("Gửi cho cơ quan"))
			b.Sees(say("Đã gửi cho cơ quan"))
			b.Sees("Trước số 12, có ảnh kèm theo.")
			if got := b.Value("body"); got != "" {
				t.Errorf("after sending there is still %q", got)
			}
			picture := b.Attr(".attached img", "src")
			b.until("the small picture", `(e => e.complete && e.naturalWidth > 0)((e => { e.loading = "eager"; return e })(document.querySelector(".attached img")))`)
			look()

			// The answer comes, with number, date and a heading.
			got := lan.call("POST", "/v1/desk/feedback/"+id+"/replies", object{"body": "# Kết quả\n- Đã vá ổ gà", "official_number": "123/SXD-HT", "official_date": "2026-03-05"})
			reply := "/v1/desk/feedback/" + id + "/replies/" + got["replies"].([]any)[0].(object)["id"].(string)
			lan.call("POST", reply+"/submit", nil)
			boss.call("POST", reply+"/approve", nil)
			programtest.Until(t, patience, "the sender is told", func() bool { b.Open("/my"); return b.Has("main .rows .tag.now") })
			b.Follow("Đường trước trường hỏng")
			b.Sees(say("Trả lời của cơ quan"))
			b.Sees("123/SXD-HT")
			if got := b.Text(".reply h3"); got != "Kết quả" {
				t.Errorf("the heading of the answer is %q", got)
			}
			look()
			b.Fill("score", "2")
			b.Fill("comment", "Còn một chỗ 🙂 <script>alert(1)</script>")
			b.Follow(say("Gửi đánh giá"))
			b.Sees(say("Đã ghi nhận đánh giá"))
			b.Sees(say("2 trên 5 điểm"))
			b.Sees("<script>alert(1)</script>")
			b.Follow(say("Đề nghị mở lại"))
			b.At("/my/" + code + "/reopen")
			look()
			b.Follow(say("Gửi đề nghị mở lại"))
			b.Sees(say("Lý do: Mục này cần có"))
			look()
			b.Fill("reason", "Vẫn còn ổ gà trước số 14.")
			b.Follow(say("Gửi đề nghị mở lại"))
			b.Sees(say("Đã mở lại"))
			b.Sees(say("Đang xử lý"))

			b.FollowOnly(`main a[href$="/withdraw"]`)
			look()
			b.FollowOnly(`main form[action$="/withdraw"] .button`)
			b.Sees(say("Đã rút phản ánh"))
			b.Sees(say("Ông/bà đã rút"))
			look()

			stranger.Open("/my/" + code)
			stranger.Misses("Đường trước trường hỏng")
			stranger.Sees("Không tìm thấy")
			if status := Eval[int](stranger, `(x => { x.open("GET", `+quote(picture)+`, false); x.send(); return x.status })(new XMLHttpRequest())`); status != 404 {
				t.Errorf("another person gets the picture: %d", status)
			}
		})
	}
}

// TestMySettings changes who one is, and is told what becomes of notifications where the
// browser has no push service.
func TestMySettings(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.SignIn("0912345678")
	b.Open("/my/settings")
	b.Fill("name", "Nguyễn Thị Hoa")
	b.Fill("email", "không phải thư")
	b.Follow("Lưu thay đổi")
	b.Sees("Địa chỉ thư điện tử không đúng")
	b.Axe()
	b.Fill("email", "hoa@example.vn")
	b.Fill("language", "en")
	b.Follow("Lưu thay đổi")
	b.Sees("The changes are saved.")
	if got := b.Value("email"); got != "hoa@example.vn" {
		t.Errorf("the address is %q", got)
	}
	b.Sees("This device is not told of news.")
	b.Axe()
	b.Fits()
}

// TestPushIsShown: what is pushed to a browser is shown by its service worker, and leads to
// the case, or to the person's data.
func TestPushIsShown(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t)
	b.SignIn("0912345678")
	b.Open("/my/settings")
	b.Sees("Máy này chưa nhận thông báo.")
	call(b, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{Permission: &cdpbrowser.PermissionDescriptor{Name: "notifications"},
		Setting: cdpbrowser.PermissionSettingGranted, Origin: s.URL, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	Eval[bool](b, `(navigator.serviceWorker.ready.then(() => { document.ready = true; }), true)`)
	b.until("a service worker", `document.ready === true`)
	registration := make(chan serviceworker.RegistrationID, 100)
	if err := chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				if strings.HasPrefix(r.ScopeURL, s.URL) && !r.IsDeleted {
					registration <- r.RegistrationID
				}
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	call(b, serviceworker.Enable, cdp.Empty{})
	var id serviceworker.RegistrationID
	select {
	case id = <-registration:
	case <-time.After(20 * time.Second):
		t.Fatal("the browser names no service worker of this site")
	}
	programtest.Until(t, 20*time.Second, "the notification", func() bool { // what comes before Chromium is ready for pushes is lost
		call(b, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: s.URL, RegistrationID: id,
			Data: `{"title":"Đã có trả lời cho ông/bà","body":"Phản ánh KN-7Q4M-2XPA đã được trả lời.","code":"KN-7Q4M-2XPA"}`})
		return Eval[string](b, `navigator.serviceWorker.ready.then(async r => { const all = await r.getNotifications(); return all.map(n => [n.title, n.body, n.data.path].join(" | ")).join("; "); })`) ==
			"Đã có trả lời cho ông/bà | Phản ánh KN-7Q4M-2XPA đã được trả lời. | /my/KN-7Q4M-2XPA"
	})
	programtest.Until(t, 20*time.Second, "the one about own data", func() bool {
		call(b, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: s.URL, RegistrationID: id,
			Data: `{"title":"Yêu cầu về dữ liệu cá nhân đã có hạn","body":"Mời ông/bà xem.","code":""}`}) // of no case
		return Eval[bool](b, `navigator.serviceWorker.ready.then(async r => (await r.getNotifications()).some(n => n.data.path === "/my/data"))`)
	})
}
