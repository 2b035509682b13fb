package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
)

// client is shared by all: connections are kept where they can be.
var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// body is a JSON object.
type body map[string]any

// answer is what came back. Status 0: nothing did, 502: the proxy got nothing.
type answer struct {
	status int
	header http.Header
	raw    []byte
	err    error
}

func (a answer) str(name string) string {
	var o map[string]any
	if json.Unmarshal(a.raw, &o) != nil {
		return ""
	}
	s, _ := o[name].(string)
	return s
}

// cutOff says that nobody knows whether the request was done.
func (a answer) cutOff() bool { return a.status == 0 || a.status == 502 }

// send sends a request; headers are names and values in turn.
func send(ctx context.Context, method, url, token string, b any, headers ...string) answer {
	var in io.Reader
	if b != nil {
		encoded, err := json.Marshal(b)
		if err != nil {
			return answer{err: err}
		}
		in = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, in)
	if err != nil {
		return answer{err: err}
	}
	if b != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{err: err} // cut off: not acknowledged
	}
	return answer{res.StatusCode, res.Header, raw, nil}
}

// account is someone who is signed in.
type account struct {
	id      string
	access  string
	refresh string
	since   time.Time
	device  string // push token; empty: no phone
	made    int    // submissions so far, which also numbers the keys
}

func (a *account) take(t testing.TB, in answer, want int) {
	t.Helper()
	if in.status != want {
		t.Fatalf("signing in: %d %v\n%s", in.status, in.err, in.raw)
	}
	a.access, a.refresh, a.since = in.str("access_token"), in.str("refresh_token"), time.Now()
}

// fresh renews the tokens when they are about to end.
func (a *account) fresh(t testing.TB, base string) {
	t.Helper()
	if time.Since(a.since) > 5*time.Minute {
		a.take(t, send(t.Context(), "POST", base+"/v1/auth/refresh", "", body{"refresh_token": a.refresh}), 200)
	}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// citizen signs a person in with the code that the outbox of the install got, and gives
// them a name.
func citizen(t testing.TB, i *install, base, phone string) *account {
	t.Helper()
	outbox := func() string {
		raw, _ := os.ReadFile(filepath.Join(i.Data, "outbox.jsonl")) // not there yet: nothing was sent
		return string(raw)
	}
	before := len(outbox())
	if a := send(t.Context(), "POST", base+"/v1/auth/otp", "", body{"phone": phone}); a.status != 202 {
		t.Fatalf("asking for a code: %d %v\n%s", a.status, a.err, a.raw)
	}
	code := ""
	programtest.Until(t, 30*time.Second, "the code is sent", func() bool {
		for line := range strings.Lines(outbox()[before:]) {
			var m struct{ Channel, To, Body string }
			if json.Unmarshal([]byte(line), &m) == nil && m.Channel == "sms" && strings.HasSuffix(m.To, phone[1:]) {
				code = sixDigits.FindString(m.Body)
			}
		}
		return code != ""
	})
	a := &account{}
	a.take(t, send(t.Context(), "POST", base+"/v1/auth/otp/verify", "", body{"phone": phone, "code": code}), 200)
	me := send(t.Context(), "PATCH", base+"/v1/me", a.access, body{"name": "Nguyễn Văn " + phone[6:]})
	if a.id = me.str("id"); me.status != 200 || a.id == "" {
		t.Fatalf("naming: %d %v\n%s", me.status, me.err, me.raw)
	}
	return a
}

// register gives the account a phone with the app.
func (a *account) register(t testing.TB, base, device string) {
	t.Helper()
	in := send(t.Context(), "PUT", base+"/v1/devices/"+device, a.access, body{"fcm_token": "tok-" + device, "platform": "android", "language": "vi"})
	if in.status != 204 {
		t.Fatalf("registering: %d %v\n%s", in.status, in.err, in.raw)
	}
	a.device = "tok-" + device
}

// officer adds a member of the focal point's staff and signs them in.
func officer(t testing.TB, i *install, base string) *account {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("Mat-khau-rat-dai-2026\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.Must("staff", "add", "--username", "lan", "--name", "Lan", "--agency", "vpcp", "--role", "intake,coordinator", "--password-file", file)
	a := &account{}
	a.take(t, send(t.Context(), "POST", base+"/v1/auth/staff", "", body{"username": "lan", "password": "Mat-khau-rat-dai-2026"}), 200)
	return a
}

// submission is one text that is sent, perhaps more than once.
type submission struct {
	by       *account
	key      string
	text     body
	word     string // that only it has
	answer   []byte // nil: not acknowledged
	id, code string
}

// None of them is near a complaint: a letter that is taken for one is not the officer's to find.
var texts = []string{
	"Mặt đường trước cổng trường có nhiều ổ gà sâu, vỉa hè sụt lún, mưa xuống ngập nước. Đề nghị sửa đường sớm.",
	"Rác thải sinh hoạt chất đống ở đầu ngõ nhiều ngày không ai thu gom, bốc mùi hôi thối.",
	"Xe buýt tuyến số 8 hay bỏ bến, đề nghị tăng chuyến vào giờ cao điểm.",
	"Đèn đường khu vực chợ hỏng đã hai tuần, buổi tối đi lại rất nguy hiểm.",
}

// next makes the account's next submission.
func (a *account) next(rnd *rand.Rand) *submission {
	a.made++
	s := &submission{by: a, key: fmt.Sprintf("khoa-%s-%06d", a.id[:8], a.made), word: "q" + letters(a.id[:6]) + letters(fmt.Sprintf("%05d", a.made))}
	s.text = body{"title": "Phản ánh " + s.word, "body": texts[rnd.IntN(len(texts))], "province": []string{"01", "79", "48"}[rnd.IntN(3)],
		"publish_name": false, "private": false}
	if rnd.IntN(4) == 0 {
		s.text["agency"] = "so-xd-79"
	}
	return s
}

// letters spells hexadecimal digits with letters: a word that search keeps whole.
func letters(digits string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'g' + r - '0'
		}
		return r
	}, digits)
}

func (s *submission) send(ctx context.Context, base string) answer {
	return send(ctx, "POST", base+"/v1/feedback", s.by.access, s.text, "Idempotency-Key", s.key)
}

// note is what an officer added to a case.
type note struct{ id, text string }

// addNote writes a note to a case and reports whether it was acknowledged. The key makes
// a repeat harmless.
func addNote(ctx context.Context, base string, by *account, id string) (note, answer) {
	n := note{id, "Ghi chú " + models.NewID()}
	at := base + "/v1/desk/feedback/" + id
	view := send(ctx, "GET", at, by.access, nil)
	if view.status != 200 {
		return n, view
	}
	return n, send(ctx, "POST", at+"/notes", by.access, body{"body": n.text}, "If-Match", view.header.Get("ETag"), "Idempotency-Key", models.NewID())
}
