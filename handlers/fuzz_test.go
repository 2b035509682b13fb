package handlers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"gocloud.dev/blob/memblob"

	"kiennghi/models"
	"kiennghi/search/bleve"
	"kiennghi/store/sqlite"
)

// fuzzed is the whole app without a listener, and tokens for it.
func fuzzed(f *testing.F) (app *fiber.App, log *syncBuffer, tokens []string) {
	f.Helper()
	must := func(err error) {
		if err != nil {
			f.Fatal(err)
		}
	}
	st, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "kiennghi.db"))
	must(err)
	f.Cleanup(func() { st.Close() })
	must(st.Migrate(f.Context()))
	index, err := bleve.Open(filepath.Join(f.TempDir(), "index"))
	must(err)
	f.Cleanup(func() { index.Close() })
	keyring, err := models.ParseKeyring(models.NewKeyringText())
	must(err)
	log = &syncBuffer{}
	o := Options{Store: st, Index: index, Bucket: memblob.OpenBucket(nil), Ref: reference(), Keyring: keyring, PublicURL: "http://kiennghi.test",
		Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelError})), Wake: func() {}, Now: models.Now}
	app, err = New(f.Context(), o)
	must(err)
	app.Handler() // which starts it
	signer, err := newTokens(f.Context(), o)
	must(err)
	now := models.Now()
	p := &models.Person{ID: models.NewID(), PhoneIndex: "x", Name: keyring.Seal("Nguyễn Thị Hoa"), CreatedAt: now, UpdatedAt: now}
	must(st.CreatePerson(f.Context(), p))
	m := &models.Staff{ID: models.NewID(), Username: "boss", Agency: "vpcp", Roles: models.Roles, CreatedAt: now, UpdatedAt: now}
	must(st.CreateStaff(f.Context(), m))
	for i, account := range []string{p.ID, m.ID} {
		x := &models.Session{ID: models.NewID(), Account: account, Staff: i == 1, CreatedAt: now, RefreshedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
		must(st.CreateSession(f.Context(), x))
		token, err := signer.sign(context.Background(), x)
		must(err)
		tokens = append(tokens, token)
	}
	return app, log, tokens
}

// oneWay is a connection whose client has said everything.
type oneWay struct {
	in  *bytes.Reader
	out bytes.Buffer
}

func (c *oneWay) Read(p []byte) (int, error)       { return c.in.Read(p) }
func (c *oneWay) Write(p []byte) (int, error)      { return c.out.Write(p) }
func (c *oneWay) Close() error                     { return nil }
func (c *oneWay) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (c *oneWay) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2} }
func (c *oneWay) SetDeadline(time.Time) error      { return nil }
func (c *oneWay) SetReadDeadline(time.Time) error  { return nil }
func (c *oneWay) SetWriteDeadline(time.Time) error { return nil }

// FuzzRequest sends anything to the whole app, as a citizen and as staff with every
// role: nothing panics, and nothing is our fault.
func FuzzRequest(f *testing.F) {
	for _, s := range samples {
		if s.path == "/v1/events" { // does not end by itself
			continue
		}
		head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json", s.method,
			strings.NewReplacer("{id}", "00000000000000000000000000000000", "{rid}", "1", "{code}", "KN-2222-2222", "{upload}", "1").Replace(s.path))
		for i := 0; i+1 < len(s.headers); i += 2 {
			head += "\r\n" + s.headers[i] + ": " + s.headers[i+1]
		}
		body := []byte{}
		if s.body != nil {
			body, _ = json.Marshal(s.body) // of literals
		}
		f.Add(strings.HasPrefix(s.path, "/v1/desk"), head, body)
	}
	upload := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a.pdf\"\r\n\r\n" + pdf + "\r\n--b--\r\n"
	f.Add(false, "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b", []byte(upload))
	f.Add(false, "GET /v1/answers?q=%22a%22&from=2026-01-01&limit=5&next=bw HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nRange: bytes=0-", []byte{})
	f.Add(false, "POST /v1/triage HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked", []byte("0\r\n\r\n"))
	app, log, tokens := fuzzed(f)
	f.Fuzz(func(t *testing.T, staff bool, head string, body []byte) {
		if strings.Contains(head, "/v1/events") {
			t.Skip("a stream of events does not end by itself")
		}
		token := tokens[0]
		if staff {
			token = tokens[1]
		}
		conn := &oneWay{in: bytes.NewReader(append(fmt.Appendf(nil, "%s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", head, token, len(body)), body...))}
		_ = app.Server().ServeConn(conn) // it tells of whatever ends a connection
		for r := bufio.NewReader(&conn.out); ; {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				break
			}
			if res.StatusCode >= 500 && res.StatusCode != http.StatusNotImplemented && res.StatusCode != http.StatusHTTPVersionNotSupported {
				t.Errorf("%d for %q %q\n%s", res.StatusCode, head, body, log)
			}
			var skipped bytes.Buffer
			if _, err := skipped.ReadFrom(res.Body); err != nil {
				break
			}
		}
		if strings.Contains(log.String(), "panic") {
			t.Fatalf("%q %q: %s", head, body, log)
		}
	})
}
