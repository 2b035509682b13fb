package handlers

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/search"
)

// What is planted in the case, no two alike: what tells who the sender is, what tells of
// others, what only staff may read, and what only staff and the sender may.
var (
	leakSender = []string{"Khuêx", "0987123654", "0987 123 654", "987 123 654", "bảy một hai", "khue.trinh", "Ngõ Tre Xanhx", "079188812345", "19036677889012"}
	leakOther  = []string{"0356 781 234", "51F-678.91"}
	leakDesk   = []string{"ghichuxkin", "gopyxkin", "ykienxkin", "nhacxkin", "lydochexkin", "nhapxkin", "dondocxkin", "xinthemxkin", "ghichuduyetxkin",
		"sobanxkin", "tepbanxkin", "lydobanxkin", "sualaixkin", "ykiencuxkin", "tepykienxkin"}
	leakShared = []string{"moxemxkin", "hoilaixkin", "nhanthemxkin", "chamdiemxkin", "giahanxkin", "tinhhinhxkin", "tephoixkin", "tepnhanxkin"}
)

// leakCase is a case with those words in every field that takes a text or a file name, sent,
// answered, published and corrected.
type leakCase struct {
	*harness
	id, code, reply string
	own, file       string // uploads: of the sender, of the public reply
	left, said      string // uploads that a version alone has: of the reply, of a contribution
	sender, handler string // access tokens
}

func newLeakCase(t *testing.T, change ...func(*Options)) *leakCase {
	l := &leakCase{harness: newHarness(t, append(change, func(o *Options) { o.RateLimit = false })...)}
	l.provincialTerm()
	l.sender = l.citizen("Trịnh Hoài Khuêx")
	l.call("PATCH", "/v1/me", l.sender, obj{"email": "khue.trinh@thu.example", "address": "12 Ngõ Tre Xanhx, phường Bến Thành"}).want(200)
	if _, err := l.o.Store.UpdatePerson(t.Context(), l.accountOf(l.sender), func(p *models.Person) error {
		p.Phone = l.o.Keyring.Seal("+84987123654")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	l.own = l.upload(l.sender, "Khuêx 0987123654.pdf", []byte(pdf)).ID
	var made api.FeedbackView
	l.call("POST", "/v1/feedback", l.sender, obj{"title": "Ổ gà trước nhà chị Khuêx", "agency": "so-xd-79", "province": "79", "uploads": []string{l.own}, "place": "12 Ngõ Tre Xanhx",
		"body": "Ổ gà lớn. Tôi là trinh hoai khuex, gọi không chín tám bảy một hai ba sáu năm bốn hoặc 0987 123 654, thư khue.trinh a còng thu.example, " +
			"căn cước 079188812345, tài khoản 19036677889012, nhà 12 ngo tre xanhx. Xe biển số 51F-678.91 bị hỏng, chủ xe 0356 781 234."},
		"Idempotency-Key", "leak-walk-0001").want(201).json(&made)
	l.code = made.Code
	f, err := l.o.Store.FeedbackByCode(t.Context(), l.code)
	if err != nil {
		t.Fatal(err)
	}
	l.id = f.ID
	path := "/v1/desk/feedback/" + l.id
	l.handler = l.staff("lan", "so-xd-79", models.Handler, models.Coordinator)
	boss, asked := l.staff("boss", "so-xd-79", models.Approver, models.Coordinator), l.staff("asked", "so-nnmt-79", models.Handler)
	l.step(l.handler, path+"/notes", obj{"body": "ghichuxkin, chị Khuêx gọi 0987123654"})
	l.step(l.handler, path+"/unseal", obj{"reason": "moxemxkin, cần gọi 0987123654"})
	l.step(l.handler, path+"/messages", obj{"body": "Gửi chị Khuêx mẫu đơn", "uploads": []string{l.upload(l.handler, "tepnhanxkin Khuêx.pdf", []byte(pdf)).ID}})
	l.step(l.handler, path+"/request-info", obj{"question": "hoilaixkin, chị Khuêx?", "uploads": []string{l.upload(l.handler, "tephoixkin Khuêx.pdf", []byte(pdf)).ID}})
	l.call("POST", "/v1/feedback/"+l.code+"/messages", l.sender, obj{"body": "nhanthemxkin: Khuêx 0987123654"}).want(201)
	v := l.step(l.handler, path+"/tasks", obj{"agency": "so-nnmt-79", "ask": "gopyxkin, hỏi chị Khuêx"})
	task := path + "/tasks/" + v.Tasks[0].ID
	l.said = l.upload(asked, "tepykienxkin Khuêx.pdf", []byte(pdf)).ID
	l.step(asked, task+"/contribution", obj{"body": "ykiencuxkin, chị Khuêx", "uploads": []string{l.said}})
	l.step(asked, task+"/contribution", obj{"body": "ykienxkin, chị Khuêx"})
	more := path + "/extension-request"
	l.step(l.handler, more, obj{"term": 2, "reason": "xinthemxkin, chị Khuêx"})
	l.step(boss, more+"/decision", obj{"granted": false, "remark": "ghichuduyetxkin, chị Khuêx"})
	l.step(boss, path+"/extend", obj{"term": 1, "reason": "giahanxkin, chờ chị Khuêx gọi 0987123654"})
	accounts := []string{l.accountOf(l.sender), l.accountOf(l.handler), l.accountOf(boss)}
	l.advance(l.feedback(l.id).Due.At.Add(time.Hour).Sub(l.o.Now()))
	l.sender, l.handler, boss = l.session(accounts[0], false), l.session(accounts[1], true), l.session(accounts[2], true)
	l.step(boss, path+"/nudge", obj{"note": "dondocxkin, chị Khuêx gọi 0987123654"})
	l.step(l.handler, path+"/progress", obj{"note": "tinhhinhxkin, đã gọi chị Khuêx 0987123654"})
	l.file = l.upload(l.handler, "Tra_loi_Khuêx_0987123654.pdf", []byte(pdf)).ID
	l.left = l.upload(l.handler, "tepbanxkin Khuêx.pdf", []byte(pdf)).ID
	text := obj{"body": "nhapxkin Khuêx", "official_number": "sobanxkin", "uploads": []string{l.left}}
	first := path + "/replies/" + l.step(l.handler, path+"/replies", text).Replies[0].ID
	text["uploads"], text["official_number"] = []string{l.file}, "12/SXD"
	text["body"] = "Ổ gà đã vá. Kính gửi T.H.Khuêx, số +84 987 123 654, 12 Ngõ Tre Xanhx."
	l.step(l.handler, first+"/submit", nil)
	l.step(boss, first+"/reject", obj{"remark": "nhacxkin, chị Khuêx"})
	l.call("PUT", first, l.handler, text, "If-Match", l.tag(l.id)).want(200)
	l.step(l.handler, first+"/submit", nil)
	l.step(boss, first+"/approve", nil)
	l.step(boss, first+"/publish", nil)
	l.call("POST", "/v1/feedback/"+l.code+"/rating", l.sender, obj{"score": 3, "comment": "chamdiemxkin, Khuêx"}).want(200)
	text["body"], text["reason"], text["uploads"] = "nhapxkin Khuêx, bản sửa", "lydobanxkin Khuêx", []string{l.left}
	v = l.step(l.handler, path+"/replies", text)
	l.reply = v.Replies[len(v.Replies)-1].ID
	second := path + "/replies/" + l.reply
	l.step(l.handler, second+"/submit", nil)
	l.step(boss, second+"/reject", obj{"remark": "sualaixkin, chị Khuêx"})
	text["uploads"] = []string{l.file}
	text["body"], text["reason"] = "Ổ gà đã vá xong. Kính gửi T.H.Khuêx, 12 Ngõ Tre Xanhx.", "Sửa theo ý trinh hoai khuex ở 12 Ngõ Tre Xanhx, gọi từ 0987123654"
	l.call("PUT", second, l.handler, text, "If-Match", l.tag(l.id)).want(200)
	l.step(l.handler, second+"/submit", nil)
	l.step(boss, second+"/approve", nil)
	l.step(boss, second+"/redaction", obj{"marks": []obj{{"in": "reply", "text": "xong", "kind": "name", "reason": "lydochexkin, chị Khuêx"}}})
	l.step(boss, second+"/publish", nil)
	l.step(boss, second+"/unpublish", obj{"reason": "Chị Khuêx, 12 Ngõ Tre Xanhx, xin gỡ"})
	l.step(boss, second+"/publish", obj{"reason": "Đã hỏi T.H.Khuêx, đồng ý đăng lại"})
	return l
}

// tag is the ETag of a case as it is now.
func (h *harness) tag(id string) string { return `"` + versionText(h.feedback(id).Version) + `"` }

var base64ed = regexp.MustCompile(`[\w-]{16,}`)

// leaks returns those secrets that a text has: as they are, in other letters, without
// accents, in an address, in HTML, in JSON, or in base64.
func leaks(text string, secrets ...[]string) (out []string) {
	plain := text + "\n" + html.UnescapeString(text)
	plain += "\n" + percented.ReplaceAllStringFunc(text, func(s string) string {
		if u, err := url.PathUnescape(s); err == nil {
			return u
		}
		return s
	})
	for _, s := range base64ed.FindAllString(text, -1) {
		if b, err := base64.RawURLEncoding.DecodeString(s); err == nil {
			plain += "\n" + string(b)
		}
	}
	plain = models.Fold(plain)
	for _, s := range slices.Concat(secrets...) {
		if at := strings.Index(plain, models.Fold(s)); at >= 0 {
			out = append(out, s+": …"+plain[max(0, at-60):min(len(plain), at+60)]+"…")
		}
	}
	return out
}

var percented = regexp.MustCompile(`(%[0-9A-Fa-f]{2})+`)

// said is all of an answer: its headers and its body.
func (a *answer) said() string {
	var b strings.Builder
	for name, values := range a.header {
		b.WriteString(name + ": " + strings.Join(values, " ") + "\n")
	}
	b.Write(a.body)
	return b.String()
}

// TestLeakWalk asks every operation of the contract and every page for the case of
// newLeakCase: as nobody, as another person, as staff of another agency, and, for what
// only staff may read, as the sender. Then it looks at the index, at what is told to the
// sender and at the log.
func TestLeakWalk(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		newLeakCase(t).walk(t)
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		newLeakCase(t, onMongo(t)).walk(t)
	})
}

func (l *leakCase) walk(t *testing.T) {
	l.index()
	l.pushes()
	l.tell()
	everything := [][]string{leakSender, leakOther, leakDesk, leakShared}
	shown := map[string]bool{}
	for _, c := range []struct {
		name, token string
		secrets     [][]string
	}{
		{"nobody", "", everything},
		{"another person", l.citizen("Trần Văn Khác"), everything},
		{"another agency", l.staff("other", "so-yt-79", models.Handler, models.Approver, models.Coordinator), everything},
		{"the sender", l.sender, [][]string{leakDesk}},
	} {
		look := func(operation, where string, a *answer) {
			if strings.Contains(string(a.body), "Ổ gà") {
				shown[c.name+" "+operation] = true
			}
			for _, leak := range leaks(a.said(), c.secrets...) {
				t.Errorf("%s at %s (%d) reads %s", c.name, where, a.status, leak)
			}
		}
		for id, sample := range samples {
			for _, upload := range []string{l.file, l.own, l.left, l.said} {
				fill := strings.NewReplacer("{id}", l.id, "{code}", l.code, "{rid}", l.reply, "{upload}", upload, "q=x", "q="+url.QueryEscape("ổ gà"))
				sees := sample.method == "GET" || c.token != l.sender && (access[id].caller == everyone || access[id].caller == staff)
				if !sees || id == "streamEvents" || id == "createUpload" || upload != l.file && !strings.Contains(sample.path, "{upload}") { // what the sender does would change the case; streams and uploads have tests of their own
					continue
				}
				headers := sample.headers
				if sample.method != "GET" {
					headers = append(slices.Clip(headers), "If-Match", l.tag(l.id))
				}
				look(id, sample.method+" "+sample.path, l.call(sample.method, fill.Replace(sample.path), c.token, sample.body, headers...))
			}
		}
		b := l.browser()
		if c.token != "" {
			b = l.browser(c.token)
		}
		for _, p := range pages() {
			if p.method != "GET" || p.operation == "streamEvents" {
				continue
			}
			for _, upload := range []string{l.file, l.own, l.left, l.said} {
				where := strings.NewReplacer(":code", l.code, ":upload", upload, ":id", upload, ":part", "0").Replace(p.path)
				look(p.path, where, b.get(where))
				if !strings.Contains(p.path, ":id") && !strings.Contains(p.path, ":upload") {
					break
				}
			}
		}
		look("preview", "/answers/"+l.code, l.browser().get("/answers/"+l.code).want(200).has("og:title", "og:description"))
	}
	for _, where := range []string{"listAnswers", "getAnswer", "answersFeed", "suggest", "/", "/answers", "/answers/:code", "/answers.csv"} {
		if !shown["nobody "+where] {
			t.Errorf("%s does not show the case: the walk proves nothing there", where)
		}
	}
	for _, where := range []string{"getMyFeedback", "/my/:code", "exportMyData"} {
		if !shown["the sender "+where] {
			t.Errorf("%s does not show the sender the case", where)
		}
	}
	staff := l.call("GET", "/v1/desk/feedback/"+l.id, l.handler, nil).want(200)
	for _, s := range []string{"nhapxkin", "sobanxkin", "tepbanxkin", "lydobanxkin", "sualaixkin", "ykiencuxkin", "tepykienxkin"} {
		if !strings.Contains(string(staff.body), s) {
			t.Errorf("staff do not read %s of a version: the walk looks for nothing", s)
		}
	}
	l.found(everything)
	l.wrong()
	for _, path := range []string{"/v1/notifications", "/v1/notifications?limit=1"} {
		a := l.call("GET", path, l.sender, nil).want(200)
		for _, leak := range leaks(a.said(), everything...) {
			t.Errorf("the inbox has %s", leak)
		}
		if !strings.Contains(string(a.body), l.code) {
			t.Errorf("the inbox is empty: %s", a.body)
		}
	}
	if n := strings.Count(l.log.String(), "\n"); n < 3 {
		t.Errorf("the log has only %d lines", n)
	}
	for _, leak := range leaks(l.log.String(), everything...) {
		t.Errorf("the log has %s", leak)
	}
}

// pushes looks at what is to be told and at the texts that it is told with, in the inbox,
// by push, mail and SMS.
func (l *leakCase) pushes() {
	l.t.Helper()
	works, err := l.o.Store.ClaimWork(l.t.Context(), l.o.Now().Add(time.Second), time.Minute, 1000)
	if err != nil {
		l.t.Fatal(err)
	}
	told := 0
	for _, w := range works {
		what := []byte{}
		if w.Kind != models.WorkAudit { // of staff for staff: it keeps their reasons as they gave them
			what, err = json.Marshal(w)
		}
		if err != nil {
			l.t.Fatal(err)
		}
		text := string(what)
		if w.Kind == models.WorkNotify {
			told++
			for _, language := range []string{"vi", "en"} {
				title, body := notify.Text(models.Action(w.Data["event"]), language, w.Data["code"])
				text += title + body + notify.Letter(language, body, "")
			}
		}
		for _, leak := range leaks(text, leakSender, leakOther, leakDesk, leakShared) {
			l.t.Errorf("pending work %s has %s", w.Kind, leak)
		}
		w.DueAt = l.o.Now()
		if err := l.o.Store.RetryWork(l.t.Context(), w); err != nil {
			l.t.Fatal(err)
		}
	}
	if told < 4 {
		l.t.Errorf("only %d things are told to the sender", told)
	}
}

// found looks at what the index holds, and whether the case can be found by a secret: by
// the public and by the staff that has it.
func (l *leakCase) found(secrets [][]string) {
	l.t.Helper()
	d := search.FeedbackDocument(l.feedback(l.id))
	document, err := json.Marshal(d)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, leak := range leaks(string(document), secrets...) {
		l.t.Errorf("the index holds %s", leak)
	}
	for path, token := range map[string]string{"/v1/answers?q=": "", "/v1/suggest?q=": "", "/v1/desk/feedback?q=": l.handler} {
		if a := l.call("GET", path+url.QueryEscape("ổ gà"), token, nil).want(200); !strings.Contains(string(a.body), l.code) && !strings.Contains(string(a.body), "Ổ gà") {
			l.t.Errorf("%s does not find the case at all: %s", path, a.body)
		}
		for _, s := range slices.Concat(secrets...) {
			a := l.call("GET", path+url.QueryEscape(s), token, nil).want(200)
			if strings.Contains(string(a.body), l.code) || strings.Contains(string(a.body), "Ổ gà") {
				l.t.Errorf("%s%s finds the case", path, s)
			}
		}
	}
}

// wrong sends secrets where they are refused: the answers must not repeat them, and the log
// is looked at afterwards.
func (l *leakCase) wrong() {
	l.t.Helper()
	secret := "Khuêx 0987123654"
	for _, c := range []struct {
		method, path, token string
		body                any
	}{
		{"POST", "/v1/feedback", l.sender, obj{"title": secret, "body": strings.Repeat(secret, 3000), "agency": secret, "province": secret, "uploads": []string{secret}}},
		{"POST", "/v1/feedback", l.sender, []byte(`{"title": "` + secret)},
		{"POST", "/v1/triage", "", obj{"title": secret, "body": ""}},
		{"POST", "/v1/auth/otp", "", obj{"phone": secret}},
		{"POST", "/v1/auth/staff", "", obj{"username": secret, "password": secret}},
		{"PATCH", "/v1/me", l.sender, obj{"email": secret}},
		{"POST", "/v1/feedback/" + l.code + "/rating", l.sender, obj{"score": 9, "comment": secret}},
		{"GET", "/v1/answers/" + url.PathEscape(secret), "", nil},
		{"GET", "/v1/feedback/" + url.PathEscape(secret), l.sender, nil},
		{"GET", "/v1/answers?sort=" + url.QueryEscape(secret), "", nil},
		{"GET", "/v1/uploads/" + url.PathEscape(secret), l.sender, nil},
		{"GET", "/nowhere/" + url.PathEscape(secret) + "?phone=0987123654", "", nil},
		{"POST", "/v1/desk/feedback/" + l.id + "/forward", l.handler, obj{"agency": secret, "note": secret}},
	} {
		headers := []string{"Idempotency-Key", "leak-walk-0002", "If-Match", l.tag(l.id)}
		if _, raw := c.body.([]byte); raw {
			headers = append(headers, "Content-Type", "application/json")
		}
		a := l.call(c.method, c.path, c.token, c.body, headers...)
		if a.status < 400 || a.status >= 500 {
			l.t.Errorf("%s %s: %d\n%.500s", c.method, c.path, a.status, a.body)
		}
		if strings.Contains(c.path, url.PathEscape(secret)) {
			continue // a problem names the address that was asked for
		}
		for _, leak := range leaks(a.said(), leakSender) {
			l.t.Errorf("%s %s (%d) repeats %s", c.method, c.path, a.status, leak)
		}
	}
	for _, path := range []string{"/track?code=", "/answers/", "/agencies/", "/answers?q="} {
		l.browser().get(path + url.PathEscape(secret))
	}
}
