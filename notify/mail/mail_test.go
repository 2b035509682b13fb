package mail

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kiennghi/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const from = "?from=khong-tra-loi%40kiennghi.example"

func newSender(t *testing.T, s *server, scheme, user, query string) *Sender {
	t.Helper()
	sender, err := New(scheme + "://" + user + s.listen.Addr().String() + from + query)
	if err != nil {
		t.Fatal(err)
	}
	sender.tls.RootCAs = s.roots
	return sender
}

func letter(to string) notify.Message {
	return notify.Message{Channel: notify.Mail, To: to, Title: "Phản ánh của ông/bà đã được trả lời", Body: "Kính gửi ông/bà,\nphản ánh KN-7Q4M-2XPA đã được trả lời."}
}

func TestSend(t *testing.T) {
	for _, c := range []struct {
		name      string
		server    *server
		scheme    string
		user      string
		query     string
		encrypted bool
	}{
		{"plain, no sign-in", &server{}, "smtp", "", "", false},
		{"STARTTLS because offered", &server{starttls: true}, "smtp", "", "", true},
		{"STARTTLS with sign-in", &server{starttls: true}, "smtp", "ten:mat%40khau@", "", true},
		{"TLS from the start", &server{implicit: true}, "smtps", "ten:mat%40khau@", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.server.start(t)
			sender := newSender(t, s, c.scheme, c.user, c.query)
			for i, err := range sender.Send(t.Context(), []notify.Message{letter("an@example.com"), letter("Bình <binh@example.com>")}) {
				if err != nil {
					t.Fatalf("message %d: %v", i, err)
				}
			}
			if len(s.mails) != 2 || s.encrypted[0] != c.encrypted {
				t.Fatalf("%d mails, encrypted %v", len(s.mails), s.encrypted)
			}
			if c.user != "" && (len(s.auth) != 1 || s.auth[0] != "\x00ten\x00mat@khau") {
				t.Errorf("signed in with %q", s.auth)
			}
			m, err := mail.ReadMessage(strings.NewReader(s.mails[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != letter("").Title {
				t.Errorf("subject %q (%v)", subject, err)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
			if err != nil || !strings.Contains(string(body), "phản ánh KN-7Q4M-2XPA đã được trả lời.") {
				t.Errorf("body %q (%v)", body, err)
			}
			if f := m.Header.Get("From"); f != "<khong-tra-loi@kiennghi.example>" {
				t.Errorf("from %q", f)
			}
			if m.Header.Get("Date") == "" || m.Header.Get("Message-ID") == "" || m.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("headers %v", m.Header)
			}
		})
	}
}

func TestSendInjectsNoHeader(t *testing.T) {
	s := (&server{}).start(t)
	sender := newSender(t, s, "smtp", "", "")
	m := letter("an@example.com")
	m.Title = "Trả lời\r\nBcc: victim@example.com\r\n\r\nbody"
	if err := sender.Send(t.Context(), []notify.Message{m})[0]; err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(s.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" {
		t.Errorf("headers %v", got.Header)
	}
	for _, to := range []string{"", "an", "an@example.com\r\nBcc: victim@example.com", "an@example.com, victim@example.com"} {
		if err := sender.Send(t.Context(), []notify.Message{letter(to)})[0]; !errors.Is(err, notify.ErrGone) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	if len(s.mails) != 1 {
		t.Errorf("%d mails", len(s.mails))
	}
}

func TestSendFailures(t *testing.T) {
	for _, c := range []struct {
		command, reply string
		gone           bool
	}{
		{"RCPT", "550 5.1.1 an@example.com: no such user", true},
		{"RCPT", "553 an@example.com is no mailbox", true},
		{"RCPT", "554 5.7.1 an@example.com: relay access denied", false},
		{"RCPT", "450 4.2.1 an@example.com is busy", false},
		{"MAIL", "550 5.1.8 who are you", false},
		{"DATA", "451 4.3.0 later", false},
		{"EHLO", "421 too many connections", false},
	} {
		s := (&server{replies: map[string]string{c.command: c.reply, "HELO": "421 no"}}).start(t)
		err := newSender(t, s, "smtp", "", "").Send(t.Context(), []notify.Message{letter("an@example.com")})[0]
		if err == nil || errors.Is(err, notify.ErrGone) != c.gone {
			t.Errorf("%s: %v", c.reply, err)
		} else if strings.Contains(err.Error(), "example.com") {
			t.Errorf("%s: the error tells the recipient: %v", c.reply, err)
		}
	}

	s := (&server{replies: map[string]string{"RSET": "421 closing"}}).start(t)
	if err := newSender(t, s, "smtp", "", "").Send(t.Context(), []notify.Message{letter("an@example.com")})[0]; err != nil || len(s.mails) != 1 {
		t.Errorf("taken, then closed: %v", err)
	}
	s = (&server{replies: map[string]string{"AUTH": "535 5.7.8 wrong password"}}).start(t)
	if err := newSender(t, s, "smtp", "ten:sai@", "").Send(t.Context(), []notify.Message{letter("an@example.com")})[0]; err == nil {
		t.Error("wrong password: no error")
	}
	s = (&server{}).start(t)
	if err := newSender(t, s, "smtp", "", "&tls=required").Send(t.Context(), []notify.Message{letter("an@example.com")})[0]; err == nil || len(s.mails) > 0 {
		t.Errorf("no TLS although required: %v", err)
	}
}

func TestSendStopsAtTheDeadline(t *testing.T) {
	for _, s := range []*server{{silent: true}, {replies: map[string]string{"RCPT": "hang"}}} {
		s.start(t)
		sender := newSender(t, s, "smtp", "", "")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		start := time.Now()
		if err := sender.Send(ctx, []notify.Message{letter("an@example.com")})[0]; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("took %v", d)
		}
		cancel()
	}
}

func TestNew(t *testing.T) {
	for _, u := range []string{"", "mail.example", "http://a:mat-khau@h/" + from, "smtp://a:mat-khau@h:25", "smtp://a:mat-khau@h:0" + from,
		"smtp://a:mat-khau@h:x" + from, "smtp://a:mat-khau@h" + from + "&tls=no"} {
		if _, err := New(u); err == nil {
			t.Errorf("%q was taken", u)
		} else if strings.Contains(err.Error(), "mat-khau") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	s, err := New("smtp://a:b@mail.example" + from)
	if err != nil || s.port != 587 || s.policy.String() != "TLSMandatory" {
		t.Errorf("%+v %v", s, err)
	}
}
