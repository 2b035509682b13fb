package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// form is a multipart body with one file.
func form(t testing.TB, field, name string, content []byte) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// post sends a file and returns the answer.
func (h *harness) post(token, field, name string, content []byte, headers ...string) *answer {
	h.t.Helper()
	body, kind := form(h.t, field, name, content)
	return h.call("POST", "/v1/uploads", token, body, append([]string{"Content-Type", kind}, headers...)...)
}

// upload sends a file that is accepted.
func (h *harness) upload(token, name string, content []byte, headers ...string) api.Upload {
	h.t.Helper()
	var u api.Upload
	a := h.post(token, "file", name, content, headers...).want(201).json(&u)
	if a.header.Get("Location") != "/v1/uploads/"+u.ID {
		h.t.Errorf("Location %q", a.header.Get("Location"))
	}
	return u
}

func (h *harness) objects() int {
	h.t.Helper()
	n := 0
	for it := h.o.Bucket.List(nil); ; n++ {
		if _, err := it.Next(context.Background()); err == io.EOF {
			return n
		} else if err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestUploadAndDownload(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	u := h.upload(hoa, "../../Đơn đề nghị.pdf", []byte(pdf))
	if u.Name != "Đơn đề nghị.pdf" || u.Size != int64(len(pdf)) || u.Thumbnail != nil {
		t.Errorf("%+v", u)
	}
	a := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200)
	if string(a.body) != pdf {
		t.Errorf("%d bytes came back", len(a.body))
	}
	for name, want := range map[string]string{
		"Content-Disposition":     `attachment; filename="don de nghi.pdf"; filename*=UTF-8''%C4%90%C6%A1n%20%C4%91%E1%BB%81%20ngh%E1%BB%8B.pdf`,
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
		"Cache-Control":           "private, max-age=300",
		"Content-Length":          fmt.Sprint(len(pdf)),
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	h.call("GET", "/v1/uploads/"+u.ID+"/thumbnail", hoa, nil).want(404)
	x, err := h.o.Store.Upload(t.Context(), u.ID)
	sum := sha256.Sum256([]byte(pdf))
	if err != nil || x.SHA256 != hex.EncodeToString(sum[:]) || strings.Contains(x.Key, "pdf") {
		t.Errorf("%+v %v", x, err)
	}
	h.post("", "file", "a.pdf", []byte(pdf)).want(401)
}

func TestUploadOfManySizes(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for _, size := range []int{100, 4 << 10, 8<<10 - 200, 8 << 10, 9 << 10, 1 << 20, 3 << 20} {
		content := append(mp4("isom"), box("free", strings.Repeat("x", size))...)
		u := h.upload(hoa, "a.mp4", content)
		if got := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200).body; !bytes.Equal(got, content) {
			t.Errorf("%d bytes: something else came back", size)
		}
	}
	// Chunked: the length is not told.
	body, kind := form(t, "file", "a.pdf", []byte(pdf))
	for range 2 { // the connection goes on afterwards
		h.call("POST", "/v1/uploads", hoa, io.MultiReader(bytes.NewReader(body)), "Content-Type", kind).want(201)
	}
}

func TestUploadKeysAreIdempotent(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	photo := photo(t, sample(30, 20), 6)
	first := h.upload(hoa, "anh.jpg", photo, "Idempotency-Key", "khoa-so-1")
	again := h.upload(hoa, "anh.jpg", photo, "Idempotency-Key", "khoa-so-1")
	if first.ID != again.ID || first.Size != again.Size || *first.Thumbnail != *again.Thumbnail {
		t.Errorf("%+v then %+v", first, again)
	}
	h.post(hoa, "file", "anh.jpg", []byte(pdf), "Idempotency-Key", "khoa-so-1").want(422)
	h.post(hoa, "file", "khac.jpg", photo, "Idempotency-Key", "khoa-so-1").want(422)
	h.post(hoa, "file", "anh.jpg", photo, "Idempotency-Key", "ngắn").want(400)
	if other := h.upload(h.citizen("Trần Văn Bình"), "anh.jpg", photo, "Idempotency-Key", "khoa-so-1"); other.ID == first.ID {
		t.Error("the key of another account is the same")
	}
	before := h.objects()
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() { h.upload(hoa, "anh.jpg", photo, "Idempotency-Key", "khoa-so-2") })
	}
	wait.Wait()
	if n := h.objects() - before; n != 2 {
		t.Errorf("six at once left %d objects, want a picture and its thumbnail", n)
	}
}

func TestBrokenFormsAreRefused(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	body, kind := form(t, "file", "a.pdf", []byte(pdf+strings.Repeat(" ", 5000)+"%%EOF"))
	for name, c := range map[string]struct {
		body   []byte
		kind   string
		status int
	}{
		"cut off within the file":     {body[:2000], kind, 400},
		"cut off within the boundary": {body[:len(body)-10], kind, 400},
		"cut off within the head":     {body[:60], kind, 400},
		"nothing":                     {nil, kind, 400},
		"another boundary":            {body, "multipart/form-data; boundary=other", 400},
		"no boundary":                 {body, "multipart/form-data", 400},
		"JSON":                        {[]byte(`{"file":"x"}`), "application/json", 415},
		"no content type":             {body, "", 415},
	} {
		a := h.call("POST", "/v1/uploads", hoa, c.body, "Content-Type", c.kind)
		if a.status != c.status {
			t.Errorf("%s: %d, want %d: %s", name, a.status, c.status, a.body)
		}
	}
	if got := h.post(hoa, "file", "a.pdf", nil).want(422).fields(); got != "file:empty_file" {
		t.Errorf("an empty file: %q", got)
	}
	if got := h.post(hoa, "anh", "a.pdf", []byte(pdf)).want(422).fields(); got != "file:required" {
		t.Errorf("another field: %q", got)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for range 2 {
		part, err := w.CreateFormFile("file", "a.pdf")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, pdf)
	}
	w.Close()
	if got := h.call("POST", "/v1/uploads", hoa, b.Bytes(), "Content-Type", w.FormDataContentType()).want(422).fields(); got != "file:too_many" {
		t.Errorf("two files: %q", got)
	}
	if h.objects() != 0 {
		t.Error("a refused file was stored")
	}
}

func TestTooLargeFilesAreRefused(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	large := append(jpegOf(t, sample(8, 8)), make([]byte, imageLimit)...)
	h.post(hoa, "file", "a.jpg", large).want(413)
	h.post(hoa, "file", "a.pdf", append([]byte(pdf), make([]byte, documentLimit)...)).want(413)
	h.post("", "file", "a.jpg", large[:2<<20]).want(401) // refused before it is read
	h.call("GET", "/v1/me", hoa, nil).want(200)
}

// TestUnreadBodiesAreNotTakenForRequests sends a request inside a body that is refused
// unread, and looks whether it is answered.
func TestUnreadBodiesAreNotTakenForRequests(t *testing.T) {
	h := newHarness(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	inner := strings.Repeat("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 4000)
	go fmt.Fprintf(conn, "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", 10<<20, inner)
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	all, err := io.ReadAll(conn)
	if n := bytes.Count(all, []byte("HTTP/1.1 ")); n != 1 || !bytes.HasPrefix(all, []byte("HTTP/1.1 401")) {
		t.Errorf("%d answers (%v): %.300s", n, err, all)
	}
}

func TestScanner(t *testing.T) {
	verdict := error(nil)
	var seen []byte
	h := newHarness(t, func(o *Options) {
		o.Scan = func(_ context.Context, r io.Reader) error {
			var err error
			seen, err = io.ReadAll(r)
			return errors.Join(verdict, err)
		}
	})
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.upload(hoa, "a.pdf", []byte(pdf))
	if string(seen) != pdf {
		t.Errorf("the scanner saw %d bytes", len(seen))
	}
	for _, code := range []string{"infected", "not_scanned"} {
		verdict = fileError(code)
		if got := h.post(hoa, "file", "a.pdf", []byte(pdf)).want(422).fields(); got != "file:"+code {
			t.Errorf("%q", got)
		}
	}
	verdict = models.Wrap(models.KindUnavailable, errors.New("clamd is down"))
	if a := h.post(hoa, "file", "a.pdf", []byte(pdf)).want(503); bytes.Contains(a.body, []byte("clamd")) || a.header.Get("Retry-After") == "" {
		t.Errorf("%s", a.body)
	}
	if n := h.objects(); n != 1 {
		t.Errorf("%d objects", n)
	}
}

func TestBucketDownLeavesNoRecord(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	u := h.upload(hoa, "a.pdf", []byte(pdf))
	h.o.Bucket.Close()
	h.post(hoa, "file", "a.pdf", []byte(pdf)).want(503)
	h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(503)
	unused, err := h.o.Store.UnusedUploads(t.Context(), h.o.Now().Add(time.Minute), 10)
	if err != nil || len(unused) != 1 {
		t.Errorf("%d records (%v)", len(unused), err)
	}
}

func TestNoTemporaryFileIsLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.upload(hoa, "a.jpg", jpegOf(t, sample(8, 8)))
	h.post(hoa, "file", "a.txt", []byte("văn bản"))
	h.call("POST", "/v1/uploads", hoa, []byte("--b\r\n"), "Content-Type", "multipart/form-data; boundary=b").want(422)
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

func TestWhoMayDownload(t *testing.T) {
	h := newHarness(t)
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	lan, far := h.staff("lan", "so-xd-79", models.Handler), h.staff("xa", "so-xd-01", models.Handler)
	u := h.upload(hoa, "a.pdf", []byte(pdf))
	answer := h.upload(lan, "tra-loi.pdf", []byte(pdf))
	may := func(id string, want map[string]int) {
		t.Helper()
		for who, status := range want {
			token := map[string]string{"hoa": hoa, "binh": binh, "lan": lan, "far": far, "nobody": ""}[who]
			if a := h.call("GET", "/v1/uploads/"+id, token, nil); a.status != status {
				t.Errorf("%s: %d, want %d", who, a.status, status)
			}
		}
	}
	may(u.ID, map[string]int{"hoa": 200, "binh": 404, "lan": 404, "nobody": 404})
	may(models.NewID(), map[string]int{"hoa": 404, "nobody": 404})

	s := &server{Options: h.o}
	now := h.o.Now()
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: h.accountOf(hoa), Title: "Đường hỏng", Body: "Đường hỏng nặng", Kind: models.Ordinary,
		Status: models.InProgress, Source: models.FromApp, Agency: "so-xd-79", Scope: []string{"so-xd-79", "ubnd-79", "vpcp"}, CreatedAt: now, UpdatedAt: now}
	var err error
	if f.Uploads, err = s.attach(t.Context(), h.accountOf(hoa), []string{u.ID, u.ID}, f.ID); err != nil || len(f.Uploads) != 1 {
		t.Fatal(f.Uploads, err)
	}
	attached, err := s.attach(t.Context(), h.accountOf(lan), []string{answer.ID}, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.Replies = []models.Reply{{ID: "r1", Status: models.ReplyDraft, Agency: "so-xd-79", Body: "Đã sửa", Uploads: attached, CreatedAt: now}}
	if err := h.o.Store.CreateFeedback(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	may(u.ID, map[string]int{"hoa": 200, "binh": 404, "lan": 200, "far": 404, "nobody": 404})
	may(answer.ID, map[string]int{"hoa": 404, "binh": 404, "lan": 200, "far": 404, "nobody": 404}) // a draft

	change := func(do func(*models.Feedback)) {
		t.Helper()
		_, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { do(f); return nil, nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(f *models.Feedback) { f.Replies[0].Status, f.Replies[0].SentAt = models.ReplySent, &now })
	may(answer.ID, map[string]int{"hoa": 200, "binh": 404, "far": 404, "nobody": 404})
	change(func(f *models.Feedback) { f.Published = &models.Publication{ReplyID: "r1", At: now} })
	may(answer.ID, map[string]int{"hoa": 200, "binh": 200, "far": 200, "nobody": 200})
	may(u.ID, map[string]int{"binh": 404, "far": 404, "nobody": 404}) // the sender's own file stays closed
	change(func(f *models.Feedback) { f.Published.Until = &now })
	may(answer.ID, map[string]int{"binh": 404, "nobody": 404})
	h.call("GET", "/v1/uploads/"+answer.ID, "garbage", nil).want(401)
}

func TestAttach(t *testing.T) {
	h := newHarness(t)
	s := &server{Options: h.o}
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	me := h.accountOf(hoa)
	mine, foreign := h.upload(hoa, "a.pdf", []byte(pdf)), h.upload(binh, "b.pdf", []byte(pdf))
	now := h.o.Now()
	f := &models.Feedback{ID: models.NewID(), Code: models.NewCode(), SenderID: me, Title: "Đường hỏng", Body: "Đường hỏng nặng", Kind: models.Ordinary,
		Status: models.Received, Source: models.FromApp, Scope: []string{"vpcp"}, CreatedAt: now, UpdatedAt: now}
	unknown := func(ids []string, feedback string) {
		t.Helper()
		_, err := s.attach(t.Context(), me, ids, feedback)
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0] != (models.FieldError{Field: "uploads", Code: "unknown_file"}) {
			t.Errorf("%v: %v", ids, err)
		}
	}
	unknown([]string{mine.ID, foreign.ID}, f.ID)
	unknown([]string{models.NewID()}, f.ID)
	if x, err := h.o.Store.Upload(t.Context(), mine.ID); err != nil || x.FeedbackID != "" {
		t.Errorf("a refused list marked an upload: %+v %v", x, err)
	}
	for range 2 { // a repeat is the same
		if _, err := s.attach(t.Context(), me, []string{mine.ID}, models.NewID()); err != nil { // that submission was refused
			t.Fatal(err)
		}
	}
	for range 2 {
		got, err := s.attach(t.Context(), me, []string{mine.ID}, f.ID)
		if err != nil || len(got) != 1 || got[0].Name != "a.pdf" {
			t.Fatal(got, err)
		}
	}
	f.Uploads, _ = s.attach(t.Context(), me, []string{mine.ID}, f.ID)
	if err := h.o.Store.CreateFeedback(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	unknown([]string{mine.ID}, models.NewID())
	refused := h.upload(hoa, "c.pdf", []byte(pdf))
	h.call("POST", "/v1/feedback", hoa, with(pothole, "province", "99", "uploads", []string{refused.ID}), "Idempotency-Key", "se-bi-tu-choi").want(422)
	if x, err := h.o.Store.Upload(t.Context(), refused.ID); err != nil || x.FeedbackID != "" {
		t.Errorf("a submission that was refused keeps its file from being swept up: %+v %v", x, err)
	}
	for what, change := range map[string]func(*models.Upload){
		"used by another text": func(u *models.Upload) { u.FeedbackID = models.NewID() },
		"being swept up":       func(u *models.Upload) { u.Owner = "" },
	} {
		x := h.upload(hoa, "d.pdf", []byte(pdf))
		_, free, err := s.findUploads(t.Context(), me, []string{x.ID}, f.ID)
		if err != nil || len(free) != 1 {
			t.Fatal(free, err)
		}
		if _, err := h.o.Store.UpdateUpload(t.Context(), x.ID, func(u *models.Upload) error { change(u); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := s.markUploads(t.Context(), me, free, f.ID); models.ErrorKindOf(err) != models.KindInvalid {
			t.Errorf("meanwhile %s: %v", what, err)
		}
	}
	if _, err := s.attach(t.Context(), me, make([]string, models.MaxUploads+1), f.ID); models.ErrorKindOf(err) != models.KindInvalid {
		t.Errorf("too many: %v", err)
	}
}

func TestSlowUploadGoesOn(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	body, kind := form(t, "file", "a.mp4", append(mp4("isom"), box("free", strings.Repeat("x", 100_000))...))
	r, w := io.Pipe()
	go func() {
		for part := range slices.Chunk(body, 20_000) {
			w.Write(part)
			time.Sleep(20 * time.Millisecond) // a slow phone
		}
		w.Close()
	}()
	h.call("POST", "/v1/uploads", hoa, io.Reader(r), "Content-Type", kind).want(http.StatusCreated)
}

func FuzzForm(f *testing.F) {
	const boundary = "b0undary"
	body := []byte("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n" + pdf + "\r\n--" + boundary + "--\r\n")
	f.Add(body)
	f.Add(body[:100])
	f.Add(bytes.ReplaceAll(body, []byte(pdf), []byte("PK\x03\x04")))
	f.Fuzz(func(t *testing.T, b []byte) {
		temp, err := os.CreateTemp("", "fuzz")
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(temp.Name())
		defer temp.Close()
		in, err := readForm(multipart.NewReader(bytes.NewReader(b), boundary), temp)
		if err != nil {
			if models.ErrorKindOf(err) == models.KindInternal || models.ErrorKindOf(err) == models.KindUnavailable {
				t.Errorf("a wrong form is no fault of ours: %v", err)
			}
			return
		}
		kind, err := checkWhole(in.kind, temp, in.size)
		if err != nil {
			return
		}
		if name := cleanName(in.name, kind); strings.ContainsAny(name, "/\\\x00\r\n") || len([]rune(name)) > 200 {
			t.Errorf("name %q", name)
		}
	})
}
