package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/store/mongo/mongotest"
)

// TestErrorsTellNothing lets every neighbour answer with an error that quotes what it was
// sent, as such services do, and looks for it in the log and in the answers.
func TestErrorsTellNothing(t *testing.T) {
	var sent received
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if r.URL.Path == "/sms" {
			sent.add(string(raw))
		}
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, "cannot handle %s %v %s", r.URL, r.Header, raw)
	}))
	t.Cleanup(echo.Close)
	google := fcmtest.Start(t)
	mail := serve(t, func(conn net.Conn) {
		r := textproto.NewReader(bufio.NewReader(conn))
		fmt.Fprint(conn, "220 test\r\n")
		for {
			line, err := r.ReadLine()
			switch {
			case err != nil:
				return
			case strings.HasPrefix(line, "RCPT"):
				fmt.Fprintf(conn, "451 4.7.1 cannot take mail: %s\r\n", line)
			default:
				fmt.Fprint(conn, "250 OK\r\n")
			}
		}
	})
	p := startHurried(t, impatient, "RATE_LIMIT=off", "FCM_CREDENTIALS="+google.Credentials(), "FCM_ENDPOINT="+google.URL,
		"SMS_URL="+strings.Replace(echo.URL, "://", "://the-token-of-sms@", 1)+"/sms", "SMTP_URL=smtp://"+mail+"?from=kn@example.vn",
		"MEILI_URL="+echo.URL, "MEILI_KEY=the-key-of-meili")
	citizen := p.anyone(t)
	citizen.call("POST", "/v1/auth/otp", 202, body{"phone": "0912345678"})
	code := eventually(t, "the code is sent", func() (string, bool) {
		sent.mu.Lock()
		defer sent.mu.Unlock()
		for _, s := range sent.list {
			return sixDigits.FindString(s[strings.Index(s, "text"):]), true
		}
		return "", false
	})
	citizen.token = citizen.call("POST", "/v1/auth/otp/verify", 200, body{"phone": "0912345678", "code": code}).str("access_token")
	citizen.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Bí Mật", "email": "bimat@example.vn", "address": "12 ngõ 34 Láng Hạ"})
	seen := func(what string) {
		t.Helper()
		if !programtest.Poll(30*time.Second, func() bool { return strings.Contains(p.log.String(), what) }) {
			t.Errorf("%s was not tried and failed:\n%s", what, tail(p.log.String()))
		}
	}
	citizen.call("POST", "/v1/feedback", 201, body{"title": "Ổ gà Zyxmar", "body": "Gửi khi chưa có điện thoại, thư về bimat@example.vn."}, "Idempotency-Key", "khoa-bi-mat-0")
	seen("mail server: ") // with a phone, what the push says comes first
	citizen.call("PUT", "/v1/devices/may-1", 204, body{"fcm_token": "internal-tok-may-1", "platform": "android", "language": "vi"})
	citizen.call("POST", "/v1/feedback", 201, body{"title": "Ổ gà Zyxmar", "body": "Ổ gà lớn trước cổng trường Zyxmar, gọi 0912345678.", "province": "79"},
		"Idempotency-Key", "khoa-bi-mat-1")
	told := []*answer{
		citizen.call("GET", "/v1/answers?q="+url.QueryEscape("Zyxmar 0912345678"), 503, nil),
		citizen.call("GET", "/v1/suggest?q=Zyxmar", 503, nil),
		citizen.call("POST", "/v1/triage", 200, body{"title": "Ổ gà Zyxmar", "body": "Ổ gà lớn trước cổng trường Zyxmar."}),
		citizen.call("GET", "/v1/answers/Zyxmar%00", 404, nil),
		p.anyone(t).call("POST", "/v1/auth/staff", 401, body{"username": "bimat", "password": "Mat-khau-Zyxmar"}),
	}
	for _, what := range []string{"FCM: HTTP status", "SMS gateway: HTTP", `"kind":"index"`, `"route":"/v1/answers"`} {
		seen(what)
	}
	p.stop(t)
	secrets := append(personal, caseText, citizen.token, code, "tok-may-1", "the-token-of-sms", "the-key-of-meili", "ya29.thu", "PRIVATE KEY", "Mat-khau")
	for line := range strings.Lines(p.log.String()) {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("the log has %q: %.500s", secret, line)
			}
		}
	}
	for _, a := range told {
		for _, inside := range []string{"meili", "cannot handle", "127.0.0.1", "the-key"} {
			if strings.Contains(string(a.raw), inside) {
				t.Errorf("an answer tells %q: %s", inside, a.raw)
			}
		}
	}
}

// TestOutageTellsNothing takes the database away while people submit and sign in, and
// looks for what they sent in the log and in the answers.
func TestOutageTellsNothing(t *testing.T) {
	t.Parallel()
	uri := mongotest.Start(t)
	host := hostOf(t, uri)
	n := newNeighbour(t, host)
	p := hurried(t, "MONGO_URI="+strings.Replace(uri, host, n.addr, 1))
	citizen := p.citizen(t, "0912345678")
	citizen.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Bí Mật", "email": "bimat@example.vn", "address": "12 ngõ 34 Láng Hạ"})
	lan := p.staff(t, "lan", "so-xd-79", "handler")
	letter := body{"title": "Ổ gà Zyxmar", "body": "Ổ gà lớn trước cổng trường Zyxmar, gọi 0912345678.", "province": "79"}
	code := citizen.call("POST", "/v1/feedback", 201, letter, "Idempotency-Key", "khoa-bi-mat-1").str("code")

	var told []*answer
	for _, fault := range []string{"cut", "down"} { // errors in the middle of an answer, and none at all
		n.fault(t, fault)
		for range 2 { // waiting for the database, then left alone
			told = append(told,
				citizen.call("POST", "/v1/feedback", 503, letter, "Idempotency-Key", "khoa-bi-mat-2"),
				citizen.call("POST", "/v1/feedback/"+code+"/messages", 503, body{"body": "Nguyễn Thị Bí Mật, 12 ngõ 34 Láng Hạ, Zyxmar"}, "Idempotency-Key", "khoa-bi-mat-3"),
				citizen.call("PATCH", "/v1/me", 503, body{"name": "Nguyễn Thị Bí Mật", "email": "bimat@example.vn", "address": "12 ngõ 34 Láng Hạ"}),
				citizen.call("PUT", "/v1/devices/may-1", 503, body{"fcm_token": "internal-tok-may-1", "platform": "android", "language": "vi"}),
				p.anyone(t).call("POST", "/v1/auth/otp", 503, body{"phone": "0912345678"}),
				p.anyone(t).call("POST", "/v1/auth/otp/verify", 503, body{"phone": "0912345678", "code": "135792"}),
				p.anyone(t).call("POST", "/v1/auth/staff", 503, body{"username": "bimat@example.vn", "password": "Mat-khau-Zyxmar"}),
				lan.call("GET", "/v1/desk/feedback?q="+url.QueryEscape("Zyxmar 0912345678"), 503, nil))
		}
		n.heal(t)
		if !programtest.Poll(30*time.Second, func() bool { return programtest.Status(p.base+"/readyz") == 200 }) {
			t.Fatal("the database does not come back")
		}
	}
	citizen.call("POST", "/v1/feedback", 201, letter, "Idempotency-Key", "khoa-bi-mat-2")
	p.stop(t)
	log := p.log.String()
	for _, want := range []string{`"msg":"request failed"`, `"route":"/v1/auth/otp"`, "is left alone for a while"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not have %s:\n%s", want, tail(log))
		}
	}
	secrets := append(personal, caseText, citizen.token, lan.token, "135792", "tok-may-1", "khoa-bi-mat", "Mat-khau")
	for line := range strings.Lines(log) {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("the log has %q: %.500s", secret, line)
			}
		}
	}
	for _, a := range told {
		for _, inside := range append(secrets, "mongo", "127.0.0.1", "database") {
			if strings.Contains(string(a.raw), inside) {
				t.Errorf("an answer tells %q: %s", inside, a.raw)
			}
		}
	}
}
