package main

import (
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"kiennghi/store/mongo/mongotest"
)

// What a sender, or an officer who learnt it, wrote into every field that takes text. No
// part of it may stand in the database as it is stored.
var planted = []string{
	"0987650123", "987650123", // phone
	"trinh.hoai.quynh@thu.example", "hoai.quynh", // e-mail
	"079188812345",                               // ID number
	"Trịnh Hoài Quỳnhx", "Hoài Quỳnhx", "Quỳnhx", // name and parts of it
	"Ngõ Tre Xanhx", "Hợp tác xã Quýt Vàngx", // address, organisation
	"don-cua-quynhx", "may-cua-quynhx", "khoa-cua-quynhx", "Nháp Quỳnhx", // file, push token, idempotency key, draft
}

// TestDumpTellsNobody runs a case from end to end with personal data in every field, and
// looks for it in all files of the data folder, or in all documents of the server.
func TestDumpTellsNobody(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		p := startProgram(t, "RATE_LIMIT=off")
		code := plant(t, p)
		p.stop(t)
		var dump bytes.Buffer
		err := filepath.WalkDir(p.data, func(path string, d fs.DirEntry, err error) error {
			// The outbox stands for the phone network, and holds what would have been sent.
			if err != nil || d.IsDir() || d.Name() == outboxFile || strings.Contains(path, uploadsFolder) {
				return err
			}
			b, err := os.ReadFile(path)
			dump.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tellsNobody(t, dump.Bytes(), code)
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		uri := mongotest.Start(t)
		p := startProgram(t, "RATE_LIMIT=off", "MONGO_URI="+uri)
		code := plant(t, p)
		p.stop(t)
		tellsNobody(t, dumpMongo(t, uri), code)
	})
}

// tellsNobody looks for each planted text as it is, and in base64 at each of its three
// offsets, as binary values stand in JSON. The tracking code must be there: it shows that
// this is the database.
func tellsNobody(t *testing.T, dump []byte, code string) {
	t.Helper()
	if !bytes.Contains(dump, []byte(code)) {
		t.Fatalf("%d bytes without %s: this is no dump", len(dump), code)
	}
	for _, secret := range planted {
		if i := bytes.Index(dump, []byte(secret)); i >= 0 {
			t.Errorf("the dump has %q: %q", secret, dump[max(0, i-80):min(len(dump), i+80)])
		}
		for offset := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + secret))
			encoded = encoded[4 : len(encoded)-4]
			if bytes.Contains(dump, []byte(encoded)) {
				t.Errorf("the dump has %q in base64", secret)
			}
		}
	}
}

func dumpMongo(t *testing.T, uri string) []byte {
	t.Helper()
	where, err := connstring.ParseAndValidate(uri)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(t.Context())
	db := client.Database(where.Database)
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	for _, name := range names {
		cur, err := db.Collection(name).Find(t.Context(), bson.D{})
		if err != nil {
			t.Fatal(err)
		}
		for cur.Next(t.Context()) {
			dump.Write(cur.Current)
		}
		if err := cur.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return dump.Bytes()
}

// plant runs a case with personal data in every text and returns its tracking code.
func plant(t *testing.T, p *running) string {
	t.Helper()
	const everything = "Tôi là Trịnh Hoài Quỳnhx, CCCD 079188812345, gọi 0987650123, thư trinh.hoai.quynh@thu.example, nhà số 12 Ngõ Tre Xanhx, phường Bến Thành"
	lan := p.staff(t, "lan", "so-xd-79", "handler,coordinator")
	boss := p.staff(t, "boss", "so-xd-79", "approver,coordinator")
	citizen := p.citizen(t, "0987650123")
	citizen.call("PATCH", "/v1/me", 200, body{"name": "Trịnh Hoài Quỳnhx", "email": "trinh.hoai.quynh@thu.example", "address": "Ngõ Tre Xanhx", "organisation": "Hợp tác xã Quýt Vàngx"})
	citizen.call("PUT", "/v1/devices/may-1", 204, body{"fcm_token": "may-cua-quynhx", "platform": "android", "language": "vi"})
	file := citizen.upload("don-cua-quynhx.jpg", jpegPhoto(t)).str("id")
	text := body{"title": "Ổ gà, " + everything, "province": "79", "agency": "so-xd-79", "uploads": []string{file}, "place": "trước nhà Ngõ Tre Xanhx",
		"body": "Mặt đường hư hỏng nhiều ổ gà. " + everything, "publish_name": true}
	sent := citizen.call("POST", "/v1/feedback", 201, text, "Idempotency-Key", "khoa-cua-quynhx-1")
	code, at := sent.str("code"), "/v1/desk/feedback/"+sent.str("id")
	draft(t, p, "Nháp Quỳnhx", everything)

	view := lan.call("GET", at, 200, nil)
	do := func(c *client, path string, status int, in body) {
		t.Helper()
		view = c.call("POST", at+path, status, in, "If-Match", c.call("GET", at, 200, nil).etag())
	}
	do(lan, "/take", 200, nil)
	do(lan, "/unseal", 200, body{"reason": "cần gọi lại. " + everything})
	do(lan, "/notes", 200, body{"body": everything})
	do(lan, "/request-info", 200, body{"question": everything})
	reply := citizen.upload("don-cua-quynhx.jpg", jpegPhoto(t)).str("id")
	citizen.call("POST", "/v1/feedback/"+code+"/messages", 201, body{"body": everything, "uploads": []string{reply}}, "Idempotency-Key", "khoa-cua-quynhx-2")
	do(lan, "/tasks", 200, body{"agency": "so-ct-79", "ask": everything})
	do(p.staff(t, "asked", "so-ct-79", "handler"), "/tasks/"+view.list("tasks")[0].(map[string]any)["id"].(string)+"/contribution", 200, body{"body": "Trước: " + everything})
	do(p.staff(t, "anew", "so-ct-79", "handler"), "/tasks/"+view.list("tasks")[0].(map[string]any)["id"].(string)+"/contribution", 200, body{"body": "Nay: " + everything})
	left := lan.upload("don-cua-quynhx.jpg", jpegPhoto(t)).str("id")
	do(lan, "/replies", 201, body{"body": "Kính gửi ông Trịnh Hoài Quỳnhx. " + everything, "uploads": []string{left}})
	replies := view.list("replies")
	id := "/replies/" + replies[len(replies)-1].(map[string]any)["id"].(string)
	do(lan, id+"/submit", 200, nil)
	do(boss, id+"/reject", 200, body{"remark": everything})
	view = lan.call("PUT", at+id, 200, body{"body": "Kính gửi ông Quỳnhx. " + everything}, "If-Match", view.etag())
	do(lan, id+"/submit", 200, nil)
	do(boss, id+"/approve", 200, nil)
	citizen.call("POST", "/v1/feedback/"+code+"/rating", 200, body{"score": 2, "comment": everything})
	kept := view.list("replies")[0].(map[string]any)["versions"].([]any)
	if was := kept[0].(map[string]any); len(kept) != 2 || !strings.Contains(was["body"].(string), "Hoài Quỳnhx") || !strings.Contains(was["remark"].(string), everything) || len(was["uploads"].([]any)) != 1 {
		t.Errorf("the versions are %v: the test looks for nothing", kept)
	}
	do(boss, id+"/publish", 200, nil)
	do(boss, id+"/unpublish", 200, body{"reason": everything})
	root := p.staff(t, "root", "vpcp", "admin")
	asked := citizen.call("POST", "/v1/me/data-requests", 201, body{"right": "correct", "text": everything, "name": "Trịnh Hoài Quỳnhx", "email": "trinh.hoai.quynh@thu.example", "address": "Ngõ Tre Xanhx"})
	root.call("POST", "/v1/desk/data-requests/"+asked.str("id")+"/decision", 200, body{"grant": true, "ground": everything})
	breach := root.call("POST", "/v1/desk/breaches", 201, body{"what": everything, "affected": everything, "measures": everything, "detected_at": time.Now().Add(-time.Hour)})
	root.call("POST", "/v1/desk/breaches/"+breach.str("id")+"/notified", 200, body{"notified": everything, "notified_at": time.Now().Add(-time.Minute)})
	p.citizen(t, "0987650124") // a code that is sent and used
	p.anyone(t).call("POST", "/v1/auth/otp", 202, body{"phone": "0987650123"})
	eventually(t, "all work is done", func() (int, bool) {
		n, err := p.program.store.CountWork(t.Context())
		return n.Pending, err == nil && n.Pending == 0
	})
	return code
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// draft begins a letter at the pages and does not send it.
func draft(t *testing.T, p *running, title, text string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	page := func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	token := csrfField.FindStringSubmatch(page(browser.Get(p.base + "/submit/what")))
	if token == nil {
		t.Fatal("no form at /submit/what")
	}
	page(browser.PostForm(p.base+"/submit/what", url.Values{"csrf": token[1:], "title": {title}, "body": {text}}))
	if !strings.Contains(page(browser.Get(p.base+"/submit/what")), title) {
		t.Error("the draft is not kept: the test looks for nothing")
	}
}
