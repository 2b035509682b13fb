package handlers

import (
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"kiennghi/models"
)

// TestFilesOfAReplyDraft: a file belongs to what is written until that is saved. Discarded, left out
// or refused it is a file of no case, one that a saved reply has stays.
func TestFilesOfAReplyDraft(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan, other := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("hung", "so-xd-79", models.Handler))
	sends := func() string { return lan.scriptSends("/console/files?case="+f.Code, "a.pdf", []byte(pdf)) }
	form := func(do, body string, files ...string) url.Values {
		x := lan.get(path).want(200).hidden()
		return url.Values{"version": {x.Get("version")}, "do": {do}, "reply.id": {x.Get("reply.id")}, "reply.base": {x.Get("reply.base")}, "reply.body": {body}, "reply.uploads": files}
	}
	is := func(id, feedback string, idle time.Time) {
		t.Helper()
		u, err := h.o.Store.Upload(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if u.FeedbackID != feedback || feedback == "" && (u.IdleSince().Before(idle.Add(-time.Minute)) || u.IdleSince().After(idle.Add(24*time.Hour))) {
			t.Errorf("a file of %q, idle since %v; want %q, %v", u.FeedbackID, u.IdleSince(), feedback, idle)
		}
	}
	now := h.o.Now
	id := sends()
	is(id, "", now().Add(writingKept))
	lan.get(path).want(200).raw(id)
	lan.get("/console/uploads/" + id).want(200)
	other.get("/console/uploads/" + id).want(404)
	h.o.Store.UpdateUpload(t.Context(), id, func(u *models.Upload) error { u.KeptUntil = now().Add(time.Hour); return nil })
	lan.post(path+"/reply", form("keep", "Đang viết", id)).want(200)
	is(id, "", now().Add(writingKept)) // goes on with what is written

	lan.post(path+"/reply", form("save", "", id)).want(422).raw(id) // refused: it was not attached
	is(id, "", now().Add(writingKept))

	// One tab saves, another that has the file too discards.
	saves, discards := form("save", "Kèm văn bản", id), form("discard", "Kèm văn bản", id)
	lan.post(path+"/reply", saves).to(path + "#reply")
	lan.post(path+"/reply", discards).to(path + "#reply")
	is(id, f.ID, time.Time{})
	other.get("/console/uploads/" + id).want(200)

	// The other way round: what was discarded is still in the tab that saves.
	second := sends()
	saves, discards = form("save", "Kèm hai văn bản", id, second), form("discard", "Kèm hai", id, second)
	lan.post(path+"/reply", discards).to(path + "#reply")
	is(second, "", now())
	lan.get(path).want(200).hasNot(second)
	lan.post(path+"/reply", saves).to(path + "#reply")
	is(second, f.ID, time.Time{})
	if got := h.again(f).Replies[0].Uploads; len(got) != 2 || got[1].ID != second {
		t.Fatalf("files %+v", got)
	}

	// Taken out of the saved draft.
	lan.post(path+"/reply", form("save", "Kèm một văn bản", second)).to(path + "#reply")
	is(id, "", now().Add(writingKept))
	is(second, f.ID, time.Time{})
	other.get("/console/uploads/" + id).want(404)

	// One that is gone is said, and the draft stays without it.
	lan.post(path+"/reply", form("save", "Kèm tệp đã mất", second, models.NewID())).want(422).has("Kèm tệp đã mất", "chọn lại").raw(second)
	if got := h.again(f).Replies[0]; got.Body != "Kèm một văn bản" || len(got.Uploads) != 1 {
		t.Fatalf("saved: %+v", got)
	}
	lan.post(path+"/reply", form("save", "Không kèm tệp đã mất", second)).to(path + "#reply")

	// Left out before it was saved; discarded without the form having it.
	third, fourth := sends(), sends()
	lan.post(path+"/reply", form("drop "+third, "x", third, fourth)).to(path + "#reply")
	is(third, "", now())
	is(fourth, "", now().Add(writingKept))
	lan.post(path+"/reply", form("discard", "x")).to(path + "#reply")
	is(fourth, "", now())
}

// TestFilesOfARefusedReply: they are files of the sender of them again, not unseen ones of the case,
// at the API too.
func TestFilesOfARefusedReply(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	lan := h.staff("lan", "so-xd-79", models.Handler)
	u := h.upload(lan, "a.pdf", []byte(pdf))
	edit := "/v1/desk/feedback/" + f.ID + "/replies/" + draftID
	send := func(version string) *answer {
		return h.call("PUT", edit, lan, obj{"body": "Kèm văn bản", "uploads": []string{u.ID}}, "If-Match", version)
	}
	send(versionText(9999)).want(412)
	if x, err := h.o.Store.Upload(t.Context(), u.ID); err != nil || x.FeedbackID != "" {
		t.Errorf("a file of %q, %v", x.FeedbackID, err)
	}
	// Two at the same moment: one is refused, the file is that of the other.
	for range 10 {
		u = h.upload(lan, "a.pdf", []byte(pdf))
		version := versionText(h.again(f).Version)
		both := make(chan int)
		for range 2 {
			go func() { both <- send(version).status }()
		}
		if a, b := <-both, <-both; a+b != 200+412 {
			t.Fatalf("%d and %d", a, b)
		}
		if x, err := h.o.Store.Upload(t.Context(), u.ID); err != nil || x.FeedbackID != f.ID {
			t.Errorf("a file of %q, %v", x.FeedbackID, err)
		}
	}
	// Taken out of the draft, by a colleague.
	h.call("PUT", edit, h.staff("hung", "so-xd-79", models.Handler), obj{"body": "Không kèm gì"}, "If-Match", versionText(h.again(f).Version)).want(200)
	if x, err := h.o.Store.Upload(t.Context(), u.ID); err != nil || x.FeedbackID != "" {
		t.Errorf("a file of %q, %v", x.FeedbackID, err)
	}
}

// TestReplyFiles: files are taken for the reply, go with it, and can be left out again.
func TestReplyFiles(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	send := func(b *browser, name string, content []byte) *answer {
		body, kind := form(t, "file", name, content)
		r := h.request(h.url, "POST", "/console/files?case="+f.Code, "", body, "Content-Type", kind, "X-CSRF-Token", b.csrf(), "Accept", "text/html", "Sec-Fetch-Site", "same-origin")
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		res, err := h.client.Transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		a := &answer{t: t, what: "POST files", status: res.StatusCode, header: res.Header}
		if a.body, err = io.ReadAll(res.Body); err != nil {
			t.Fatal(err)
		}
		return a
	}
	send(lan, "van-ban.pdf", []byte(pdf)).to(path + "#reply")
	a := lan.get(path).want(200).has("van-ban.pdf", `<input type="hidden" name="reply.uploads"`)
	id := a.hidden().Get("reply.uploads")
	lan.get("/console/uploads/" + id).want(200)
	send(lan, "x.exe", []byte("MZ nothing")).want(422).has(`href="#f-file"`, "van-ban.pdf")
	send(h.browser(h.staff("giam", "so-xd-79", models.Supervisor)), "van-ban.pdf", []byte(pdf)).want(403)
	x := a.hidden()
	v := url.Values{"version": {x.Get("version")}, "do": {"save"}, "reply.id": {draftID}, "reply.base": {x.Get("reply.base")}, "reply.body": {"Kèm văn bản"}, "reply.uploads": {id, models.NewID()}}
	lan.post(path+"/reply", v).want(422).has("Kèm văn bản", `href="#f-reply-uploads"`)
	v["reply.uploads"] = []string{id}
	lan.post(path+"/reply", v).to(path + "#reply")
	if got := h.again(f).Replies[0].Uploads; len(got) != 1 || got[0].Name != "van-ban.pdf" {
		t.Fatalf("files %+v", got)
	}
	// Another officer edits and keeps the file; then leaves it out.
	hung := h.browser(h.staff("hung", "so-xd-79", models.Handler))
	x = hung.get(path).want(200).hidden()
	v = url.Values{"version": {x.Get("version")}, "do": {"save"}, "reply.id": {draftID}, "reply.base": {x.Get("reply.base")}, "reply.body": {"Kèm văn bản, đã sửa"}, "reply.uploads": {id}}
	hung.post(path+"/reply", v).to(path + "#reply")
	x = hung.get(path).hidden()
	v.Set("reply.base", x.Get("reply.base"))
	v.Set("do", "drop "+id)
	hung.post(path+"/reply", v).to(path + "#reply")
	hung.get(path).want(200).hasNot(`<input type="hidden" name="reply.uploads"`)
	h.browser(h.staff("xa", "so-yt-79", models.Handler)).get("/console/uploads/" + id).want(404)
}
