package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/search/meili/meilitest"
	"kiennghi/store/mongo/mongotest"
)

// service is a neighbour of the program: start starts both with a proxy between them, the
// program by run.
type service struct {
	name  string
	start func(t *testing.T, run starter) *meet
}

// starter starts the program with settings.
type starter func(t *testing.T, settings ...string) *running

var neighbours = []service{
	{"MongoDB", meetMongo}, {"Meilisearch", meetMeili}, {"bucket", meetBucket}, {"clamd", meetClamd},
	{"Firebase", meetFirebase}, {"SMS gateway", meetSMS}, {"mail server", meetMail},
}

// patient starts the program with rates unlimited and a worker as in production.
func patient(t *testing.T, settings ...string) *running {
	return startProgram(t, append(settings, "RATE_LIMIT=off")...)
}

// hurried starts the program with rates unlimited and a worker without patience.
func hurried(t *testing.T, settings ...string) *running {
	return startHurried(t, impatient, append(settings, "RATE_LIMIT=off", "WORK_LEASE=4s")...)
}

// sign makes c the one who calls.
func (m *meet) sign(c *client) {
	m.citizen = c
	c.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Lan"})
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func meetMongo(t *testing.T, run starter) *meet {
	uri := mongotest.Start(t)
	host := hostOf(t, uri)
	m := &meet{t: t, n: newNeighbour(t, host), channel: "store", store: true}
	m.p = run(t, "MONGO_URI="+strings.Replace(uri, host, m.n.addr, 1))
	m.sign(m.p.citizen(t, phone()))
	m.alone = m.get("/v1/feedback")
	m.acts = []act{m.get("/v1/feedback", 503), m.get("/readyz", 503), m.get("/v1/provinces"), m.get("/healthz")}
	m.begin = func() func() bool {
		return func() bool {
			status, _, _ := m.ask(m.request("POST", "/v1/feedback", letter, "Idempotency-Key", "well-"+unique()))
			return status == 201
		}
	}
	return m
}

func meetMeili(t *testing.T, run starter) *meet {
	address, key := meilitest.Start(t)
	m := &meet{t: t, n: newNeighbour(t, hostOf(t, address)), channel: "search"}
	m.p = run(t, "MEILI_URL=http://"+m.n.addr, "MEILI_KEY="+key, "MEILI_INDEX=faults"+unique())
	m.sign(m.p.citizen(t, phone()))
	m.acts = []act{m.get("/v1/answers?q=duong", 503), m.get("/v1/suggest?q=duong", 503), m.get("/readyz"),
		{"triage", func() *http.Request { return m.request("POST", "/v1/triage", body{"body": letter["body"]}) }, nil}}
	m.begin = func() func() bool { // the case is routed and indexed
		code := m.citizen.call("POST", "/v1/feedback", 201, letter, "Idempotency-Key", "route-"+unique()).str("code")
		return func() bool {
			for _, path := range []string{"/v1/answers?q=duong", "/v1/suggest?q=duong"} { // the latter is never remembered
				if status, _, _ := m.ask(m.request("GET", path, nil)); status != 200 {
					return false
				}
			}
			f, err := m.p.program.store.FeedbackByCode(t.Context(), code)
			return err == nil && (f.Agency != "" || len(f.Suggestions) > 0)
		}
	}
	return m
}

func meetFirebase(t *testing.T, run starter) *meet {
	google := fcmtest.Start(t)
	host := hostOf(t, google.URL)
	m := &meet{t: t, n: newNeighbour(t, host), channel: "push"}
	m.p = run(t, "FCM_CREDENTIALS="+strings.ReplaceAll(google.Credentials(), host, m.n.addr), "FCM_ENDPOINT=http://"+m.n.addr)
	m.p.google = google
	m.sign(m.p.citizen(t, phone()))
	token := "phone-" + unique()
	m.citizen.call("PUT", "/v1/devices/may-1", 204, body{"fcm_token": token, "platform": "android", "language": "vi"})
	m.acts = []act{m.get("/v1/notifications"), m.get("/readyz")}
	m.begin = func() func() bool {
		code := m.citizen.call("POST", "/v1/feedback", 201, letter, "Idempotency-Key", "push-"+unique()).str("code")
		return func() bool { _, ok := m.p.pushed(token, code, "received"); return ok }
	}
	return m
}

// received is what a service of a test took.
type received struct {
	mu   sync.Mutex
	list []string
}

func (r *received) add(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, s)
}

func (r *received) has(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.list {
		if strings.Contains(s, what) {
			return true
		}
	}
	return false
}

func meetSMS(t *testing.T, run starter) *meet {
	var sent received
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err == nil && json.Valid(raw) {
			sent.add(string(raw))
		}
	}))
	t.Cleanup(gateway.Close)
	m := &meet{t: t, n: newNeighbour(t, hostOf(t, gateway.URL)), channel: "sms"}
	m.p = run(t, "SMS_URL=http://token@"+m.n.addr+"/send")
	m.citizen = m.p.anyone(t)
	mine := phone()
	m.citizen.call("POST", "/v1/auth/otp", 202, body{"phone": mine})
	code := eventually(t, "the code is sent", func() (string, bool) {
		sent.mu.Lock()
		defer sent.mu.Unlock()
		if len(sent.list) == 0 {
			return "", false
		}
		return sixDigits.FindString(sent.list[0][strings.Index(sent.list[0], "text"):]), true
	})
	m.citizen.token = m.citizen.call("POST", "/v1/auth/otp/verify", 200, body{"phone": mine, "code": code}).str("access_token")
	m.sign(m.citizen)
	m.acts = []act{{"ask for a code", func() *http.Request { return m.request("POST", "/v1/auth/otp", body{"phone": phone()}) }, nil}, m.get("/readyz")}
	m.begin = func() func() bool {
		other := phone()
		m.citizen.call("POST", "/v1/auth/otp", 202, body{"phone": other})
		return func() bool { return sent.has(other[1:]) }
	}
	return m
}

func meetMail(t *testing.T, run starter) *meet {
	var sent received
	m := &meet{t: t, n: newNeighbour(t, mailServer(t, &sent)), channel: "mail"}
	m.p = run(t, "SMTP_URL=smtp://"+m.n.addr+"?from=kn@example.vn")
	m.sign(m.p.citizen(t, phone()))
	m.citizen.call("PATCH", "/v1/me", 200, body{"email": "lan@example.vn"})
	m.acts = []act{m.get("/v1/notifications"), m.get("/readyz")}
	m.begin = func() func() bool {
		code := m.citizen.call("POST", "/v1/feedback", 201, letter, "Idempotency-Key", "mail-"+unique()).str("code")
		return func() bool { return sent.has(code) }
	}
	return m
}

// mailServer speaks as much SMTP as a mail needs and returns its address.
func mailServer(t *testing.T, sent *received) string {
	t.Helper()
	return serve(t, func(conn net.Conn) {
		r := textproto.NewReader(bufio.NewReader(conn))
		fmt.Fprint(conn, "220 test\r\n")
		for {
			line, err := r.ReadLine()
			if err != nil {
				return
			}
			switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); verb {
			case "DATA":
				fmt.Fprint(conn, "354 go on\r\n")
				mail, err := r.ReadDotBytes()
				if err != nil {
					return
				}
				sent.add(strings.ReplaceAll(string(mail), "=\n", "")) // quoted-printable breaks lines
				fmt.Fprint(conn, "250 taken\r\n")
			case "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				return
			default:
				fmt.Fprint(conn, "250 OK\r\n")
			}
		}
	})
}

// serve answers connections until the test ends and returns its address.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); answer(conn) }()
		}
	}()
	return ln.Addr().String()
}

func meetBucket(t *testing.T, run starter) *meet {
	t.Helper()
	m := &meet{t: t, n: newNeighbour(t, hostOf(t, bucket(t))), channel: "bucket"}
	m.p = run(t, "BUCKET_URL=s3://kn?region=x&anonymous=true&use_path_style=true&endpoint=http://"+m.n.addr)
	m.sign(m.p.citizen(t, phone()))
	first := m.citizen.upload("a.jpg", jpegPhoto(t)).str("id")
	download := m.get("/v1/uploads/"+first, 503)
	download.name = "download"
	m.alone = m.uploads()
	m.acts = []act{m.uploads(503), download, m.get("/readyz")}
	m.begin = m.untilUploads
	return m
}

func meetClamd(t *testing.T, run starter) *meet {
	m := &meet{t: t, n: newNeighbour(t, clamd(t)), channel: "clamd"}
	m.p = run(t, "CLAMD="+m.n.addr)
	m.sign(m.p.citizen(t, phone()))
	m.alone = m.uploads()
	m.acts = []act{m.uploads(503), m.get("/readyz")}
	m.begin = m.untilUploads
	return m
}

func (m *meet) uploads(away ...int) act {
	return act{"upload", func() *http.Request {
		head, tail := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n", "\r\n--b--\r\n"
		content := append([]byte(head), append(jpegPhoto(m.t), tail...)...)
		return m.request("POST", "/v1/uploads", content, "Content-Type", "multipart/form-data; boundary=b")
	}, away}
}

// untilUploads begins two uploads, whatever comes of them, and then waits for one to be taken.
func (m *meet) untilUploads() func() bool {
	var begun sync.WaitGroup
	for range 2 {
		begun.Go(func() { m.ask(m.uploads().do()) })
	}
	return func() bool {
		begun.Wait()
		status, _, _ := m.ask(m.uploads().do())
		return status == 201
	}
}

// bucket is as much of an S3 server as uploads need.
func bucket(t *testing.T) string {
	var mu sync.Mutex
	objects := map[string][]byte{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		switch r.Method {
		case http.MethodPut:
			objects[r.URL.Path] = raw
			w.Header().Set("ETag", `"x"`)
		case http.MethodDelete:
			delete(objects, r.URL.Path)
			w.WriteHeader(http.StatusNoContent)
		default:
			b, ok := objects[r.URL.Path]
			if !ok {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			w.Header().Set("ETag", `"x"`)
			w.Write(b)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}
