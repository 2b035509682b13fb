package mail

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// server speaks as much SMTP as a mail client needs.
type server struct {
	starttls  bool
	implicit  bool              // TLS from the first byte
	replies   map[string]string // answer to a command that begins like this, instead of the usual one
	silent    bool              // takes the connection and says nothing
	cert      *tls.Config
	roots     *x509.CertPool
	listen    net.Listener
	stop      chan struct{}
	wg        sync.WaitGroup
	mu        sync.Mutex
	mails     []string // as sent
	encrypted []bool
	auth      []string
}

func (s *server) start(t *testing.T) *server {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1
	s.cert = &tls.Config{Certificates: web.TLS.Certificates}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(web.Certificate())
	web.Close()
	var err error
	if s.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.stop = make(chan struct{})
	s.wg.Go(func() {
		for {
			c, err := s.listen.Accept()
			if err != nil {
				return
			}
			s.wg.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() { close(s.stop); s.listen.Close(); s.wg.Wait() })
	return s
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	if s.silent {
		<-s.stop
		return
	}
	encrypted := false
	if s.implicit {
		c = tls.Server(c, s.cert)
		encrypted = true
	}
	r := textproto.NewReader(bufio.NewReader(c))
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	say("220 test ready")
	for {
		cmd, err := r.ReadLine()
		if err != nil {
			return
		}
		if reply := s.reply(cmd); reply == "hang" {
			<-s.stop
			return
		} else if reply != "" {
			say("%s", reply)
			continue
		}
		switch verb, rest, _ := strings.Cut(cmd, " "); strings.ToUpper(verb) {
		case "EHLO":
			say("250-test\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH PLAIN")
			if s.starttls && !encrypted {
				say("250-STARTTLS")
			}
			say("250 OK")
		case "STARTTLS":
			say("220 go ahead")
			c = tls.Server(c, s.cert)
			r = textproto.NewReader(bufio.NewReader(c))
			encrypted = true
		case "AUTH":
			plain, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			s.mu.Lock()
			s.auth = append(s.auth, string(plain))
			s.mu.Unlock()
			say("235 2.7.0 welcome")
		case "DATA":
			say("354 go on")
			b, err := r.ReadDotBytes()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.mails, s.encrypted = append(s.mails, string(b)), append(s.encrypted, encrypted)
			s.mu.Unlock()
			say("250 2.0.0 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 OK")
		}
	}
}

func (s *server) reply(cmd string) string {
	for begin, reply := range s.replies {
		if strings.HasPrefix(strings.ToUpper(cmd), begin) {
			return reply
		}
	}
	return ""
}
