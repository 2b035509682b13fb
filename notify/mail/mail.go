// Package mail sends e-mail through an SMTP server.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kiennghi/models"
	"kiennghi/notify"
)

const timeout = 20 * time.Second // for the conversation as a whole

// Sender hands mail to one server.
type Sender struct {
	host, addr string
	port       int
	ssl        bool // TLS from the first byte
	policy     gomail.TLSPolicy
	user, pass string
	from       *mail.Address
	tls        *tls.Config
	timeout    time.Duration
}

// New returns a sender for smtp://user:password@host:port?from=address, or smtps for
// TLS from the start. With smtp, STARTTLS is used when the server offers it, and
// demanded when there is a password and the server is another machine, or with
// &tls=required. The error never holds the URL, which is a secret.
func New(smtpURL string) (*Sender, error) {
	u, err := url.Parse(smtpURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the address of the mail server is not an smtp or smtps URL")
	}
	s := &Sender{host: u.Hostname(), port: 587, ssl: u.Scheme == "smtps", policy: gomail.TLSOpportunistic, timeout: timeout}
	if s.from, err = mail.ParseAddress(u.Query().Get("from")); err != nil {
		return nil, errors.New("the address of the mail server needs ?from= with a mail address")
	}
	if s.ssl {
		s.port = 465
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("the port of the mail server is not a number from 1 to 65535")
		}
	}
	s.user = u.User.Username()
	s.pass, _ = u.User.Password()
	loopback := s.host == "localhost" || net.ParseIP(s.host).IsLoopback()
	switch mode := u.Query().Get("tls"); {
	case mode == "required", mode == "" && s.pass != "" && !loopback:
		s.policy = gomail.TLSMandatory
	case mode != "":
		return nil, errors.New("the only value for tls in the address of the mail server is required")
	}
	s.addr = net.JoinHostPort(s.host, strconv.Itoa(s.port))
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	return s, nil
}

// Send delivers the messages over one connection. A refused recipient is notify.ErrGone.
func (s *Sender) Send(ctx context.Context, messages []notify.Message) []error {
	errs := make([]error, len(messages))
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()

	// The library leaves the connection open when the greeting fails, and does not look
	// at ctx once connected: the end of ctx, which comes with the return, closes it.
	whole := ctx
	dial := func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
		if s.ssl {
			conn, err = (&tls.Dialer{Config: s.tls}).DialContext(ctx, network, s.addr)
		} else {
			conn, err = (&net.Dialer{}).DialContext(ctx, network, s.addr)
		}
		if err == nil {
			context.AfterFunc(whole, func() { conn.Close() })
		}
		return conn, err
	}
	all := func(err error) []error {
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	client, err := gomail.NewClient(s.host, s.options(dial)...)
	if err != nil {
		return all(errors.New("mail server: the settings are refused"))
	}
	smtp, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return all(ctx.Err())
		}
		return all(errors.New("mail server: no connection, or no sign-in"))
	}
	for i, m := range messages {
		msg, err := s.compose(m)
		if err == nil {
			err = classify(ctx, msg, client.SendWithSMTPClient(smtp, msg))
		}
		errs[i] = err
	}
	client.CloseWithSMTPClient(smtp) // whether QUIT is answered does not matter any more
	return errs
}

func (s *Sender) options(dial gomail.DialContextFunc) []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.timeout), gomail.WithTLSConfig(s.tls),
		gomail.WithTLSPolicy(s.policy), gomail.WithDialContextFunc(dial), gomail.WithoutNoop(),
	}
	if s.ssl {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.user), gomail.WithPassword(s.pass))
	}
	return options
}

func (s *Sender) compose(m notify.Message) (*gomail.Msg, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil || strings.ContainsAny(to.Address, "\r\n") {
		return nil, fmt.Errorf("%w: not a mail address", notify.ErrGone)
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(&mail.Address{Address: to.Address})
	msg.Subject(models.CleanLine(m.Title)) // a line end would begin a header of the writer's choice
	msg.SetDate()
	msg.SetMessageID()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's holiday notice answers
	msg.SetBodyString(gomail.TypeTextPlain, models.Clean(m.Body)+"\n")
	return msg, nil
}

// classify turns an error of the library, which names recipients, into one that may
// be logged.
func classify(ctx context.Context, msg *gomail.Msg, err error) error {
	if err == nil || msg.IsDelivered() { // what fails after the server took it is no loss
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var send *gomail.SendError
	if !errors.As(err, &send) || send.ErrorCode() == 0 {
		return errors.New("mail server: the connection broke")
	}
	failed := fmt.Errorf("mail server: reply %d when %s", send.ErrorCode(), send.Reason)
	// 5.7.x is about policy, so about us (no relaying, no sign-in), not about the recipient.
	if send.Reason == gomail.ErrSMTPRcptTo && send.ErrorCode() >= 500 && !strings.HasPrefix(send.EnhancedStatusCode(), "5.7.") {
		return fmt.Errorf("%w: %w", notify.ErrGone, failed)
	}
	return failed
}
