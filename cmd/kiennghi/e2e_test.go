package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/search/meili/meilitest"
	"kiennghi/store/mongo/mongotest"
)

// TestWholeJob does the main job as its users do it, over real HTTP, in both shapes of
// the program: a citizen submits, the program routes, an officer answers, another
// approves, the phone is pushed, the answer is published, found, and taken back.
func TestWholeJob(t *testing.T) {
	t.Run("SQLite, Bleve and the outbox", func(t *testing.T) {
		t.Parallel()
		wholeJob(t, startProgram(t))
	})
	t.Run("MongoDB, Meilisearch and Firebase", func(t *testing.T) {
		t.Parallel()
		uri := mongotest.Start(t)
		url, key := meilitest.Start(t)
		google := fcmtest.Start(t)
		p := startProgram(t, "MONGO_URI="+uri, "MEILI_URL="+url, "MEILI_KEY="+key, "MEILI_INDEX=e2e"+unique(),
			"FCM_CREDENTIALS="+google.Credentials(), "FCM_ENDPOINT="+google.URL)
		p.google = google
		wholeJob(t, p)
	})
}

// What must never get into a push, a log or a public page.
var personal = []string{"Bí Mật", "912345678", "Láng Hạ", "bimat@example.vn"}

// What must never get into a push or a log.
var caseText = "Zyxmar"

func wholeJob(t *testing.T, p *running) {
	lan := p.staff(t, "lan", "so-xd-79", "handler")
	boss := p.staff(t, "boss", "so-xd-79", "approver,coordinator")
	citizen := p.citizen(t, "0912345678")
	citizen.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Bí Mật", "email": "bimat@example.vn", "address": "12 ngõ 34 Láng Hạ"})
	citizen.call("PUT", "/v1/devices/may-1", 204, body{"fcm_token": "tok-may-1", "platform": "android", "language": "vi"})

	text := body{
		"title": "Xe buýt tuyến 19 Zyxmar hay bỏ chuyến", "province": "79",
		"body": "Xe buýt tuyến 19 hay bỏ chuyến giờ cao điểm, công nhân đi làm trễ. Đề nghị Sở Xây dựng chấn chỉnh và tăng chuyến.",
	}
	triage := p.anyone(t).call("POST", "/v1/triage", 200, text)
	if triage.str("kind") != "feedback" || len(triage.list("suggestions")) == 0 {
		t.Fatalf("triage: %s", triage.raw)
	}

	upload := citizen.upload("ảnh ổ gà.jpg", jpegPhoto(t))
	text["uploads"] = []string{upload.str("id")}
	text["publish_name"], text["private"] = false, false
	submitted := citizen.call("POST", "/v1/feedback", 201, text, "Idempotency-Key", "khoa-e2e-1")
	code, id := submitted.str("code"), submitted.str("id")
	again := citizen.call("POST", "/v1/feedback", 201, text, "Idempotency-Key", "khoa-e2e-1")
	if !bytes.Equal(submitted.raw, again.raw) {
		t.Errorf("the repeat answered\n%s\nfirst it was\n%s", again.raw, submitted.raw)
	}

	// Routed by the program, to the department of that city.
	routed := eventually(t, "the case is routed", func() (*answer, bool) {
		a := citizen.call("GET", "/v1/feedback/"+code, 200, nil)
		return a, a.str("status") == "assigned"
	})
	if got := routed.obj("agency")["code"]; got != "so-xd-79" {
		t.Fatalf("routed to %v", got)
	}
	if routed.obj("due")["explanation"] == "" {
		t.Error("the due date does not explain itself")
	}

	// The officer works on it without knowing who sent it.
	at := "/v1/desk/feedback/" + id
	view := lan.call("GET", at, 200, nil)
	for _, secret := range personal {
		if bytes.Contains(view.raw, []byte(secret)) {
			t.Errorf("the desk shows %q", secret)
		}
	}
	photo := lan.call("GET", "/v1/uploads/"+upload.str("id"), 200, nil)
	if d := photo.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
		t.Errorf("the photo comes as %q", d)
	}
	view = lan.call("POST", at+"/take", 200, nil, "If-Match", view.etag())
	view = lan.call("POST", at+"/replies", 201, body{"body": "Đã tăng chuyến tuyến Zyxmar từ ngày 20/02/2026.", "official_number": "123/SXD-QLHT", "official_date": "2026-02-20"},
		"If-Match", view.etag())
	reply := at + "/replies/" + view.list("replies")[0].(map[string]any)["id"].(string)
	view = lan.call("POST", reply+"/submit", 200, nil, "If-Match", view.etag())
	lan.call("POST", reply+"/approve", 403, nil, "If-Match", view.etag())
	boss.call("POST", reply+"/approve", 200, nil, "If-Match", view.etag())

	// The phone rings, without a word of the case.
	push := eventually(t, "the push arrives", func() (map[string]any, bool) { return p.pushed("tok-may-1", code, "answer") })
	for _, secret := range append(personal, caseText) {
		if strings.Contains(toJSON(push), secret) {
			t.Errorf("the push carries %q: %v", secret, push)
		}
	}
	if n := len(citizen.call("GET", "/v1/notifications", 200, nil).list("items")); n < 2 {
		t.Errorf("%d notifications in the inbox, want the receipt and the answer at least", n)
	}
	read := citizen.call("GET", "/v1/feedback/"+code, 200, nil)
	if read.obj("reply")["body"] != "Đã tăng chuyến tuyến Zyxmar từ ngày 20/02/2026." {
		t.Errorf("the sender reads %v", read.obj("reply"))
	}
	citizen.call("POST", "/v1/feedback/"+code+"/rating", 200, body{"score": 5, "comment": "Cảm ơn Wqvjx"})

	// Published, found without accents, in the feed; and gone again.
	public := p.anyone(t)
	public.call("GET", "/v1/answers/"+code, 404, nil)
	view = boss.call("GET", at, 200, nil)
	view = boss.call("POST", reply+"/publish", 200, nil, "If-Match", view.etag())
	find := func(q string) bool {
		for _, item := range public.call("GET", "/v1/answers?q="+q, 200, nil).list("items") {
			if item.(map[string]any)["code"] == code {
				return true
			}
		}
		return false
	}
	eventually(t, "the answer is found without accents", func() (bool, bool) { return true, find("xe%20buyt%20tuyen%2019%20zyxmar") })
	shown := public.call("GET", "/v1/answers/"+code, 200, nil)
	feed := public.call("GET", "/v1/feeds/answers.atom?q=zyxmar", 200, nil)
	for _, secret := range personal {
		if bytes.Contains(shown.raw, []byte(secret)) || bytes.Contains(feed.raw, []byte(secret)) {
			t.Errorf("the public sees %q", secret)
		}
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(feed.raw))
	if err != nil || len(parsed.Items) != 1 || !strings.Contains(parsed.Items[0].Link, code) {
		t.Fatalf("feed: %v %s", err, feed.raw)
	}
	boss.call("POST", reply+"/unpublish", 200, body{"reason": "có thông tin riêng"}, "If-Match", view.etag())
	public.call("GET", "/v1/answers/"+code, 410, nil)
	eventually(t, "the answer is gone from search", func() (bool, bool) { return true, !find("zyxmar") })
	if feed := public.call("GET", "/v1/feeds/answers.atom?q=zyxmar", 200, nil); bytes.Contains(feed.raw, []byte(code)) {
		t.Error("the feed still has it")
	}

	p.stop(t)
	log := p.log.String()
	numbers := sixDigits.FindAllString(log, -1) // the code may be a part of a longer one
	secrets := append(p.keptSecret(t), "Mat-khau", "tok-may-1", "khoa-e2e-1", "ảnh ổ gà", "Wqvjx", caseText)
	for _, secret := range append(secrets, personal...) {
		if sixDigits.FindString(secret) != secret && strings.Contains(log, secret) || slices.Contains(numbers, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if out, err := p.command("audit", "verify"); err != nil {
		t.Errorf("audit verify: %v %s", err, out)
	}
}

// jpegPhoto is a small real photo file.
func jpegPhoto(t *testing.T) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			img.Set(x, y, color.RGBA{uint8(4 * x), uint8(5 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// body is a JSON object to send.
type body map[string]any

// answer is what came back.
type answer struct {
	raw    []byte
	header http.Header
	json   map[string]any
}

func (a *answer) str(name string) string         { s, _ := a.json[name].(string); return s }
func (a *answer) list(name string) []any         { l, _ := a.json[name].([]any); return l }
func (a *answer) obj(name string) map[string]any { o, _ := a.json[name].(map[string]any); return o }
func (a *answer) etag() string                   { return a.header.Get("ETag") }

func toJSON(v any) string { b, _ := json.Marshal(v); return string(b) }

// client is one user of the program.
type client struct {
	t     *testing.T
	base  string
	token string
}

// call sends a request and fails the test unless the status is the wanted one.
func (c *client) call(method, path string, want int, send body, headers ...string) *answer {
	c.t.Helper()
	var in io.Reader
	if send != nil {
		in = strings.NewReader(toJSON(send))
		headers = append(headers, "Content-Type", "application/json")
	}
	return c.do(method, path, want, in, headers...)
}

func (c *client) do(method, path string, want int, in io.Reader, headers ...string) *answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, in)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	a := &answer{header: res.Header}
	if a.raw, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != want {
		c.t.Fatalf("%s %s: got %d, want %d: %.600s", method, path, res.StatusCode, want, a.raw)
	}
	_ = json.Unmarshal(a.raw, &a.json) // feeds and files are not JSON
	return a
}

func (c *client) upload(name string, content []byte) *answer {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"image/jpeg"}})
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = part.Write(content) // into memory
	_ = w.Close()
	return c.do("POST", "/v1/uploads", 201, &b, "Content-Type", w.FormDataContentType())
}

// eventually asks until it holds: side effects come after the answer.
func eventually[T any](t *testing.T, what string, ask func() (T, bool)) T {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		v, ok := ask()
		if ok {
			return v
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(50 * time.Millisecond) // polling
	}
}
