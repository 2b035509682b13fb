package handlers

import (
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
