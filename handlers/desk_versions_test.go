package handlers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// TestVersionsOfAReply: staff read at the API and on the page of the case what was put before the
// approvers each time, with what became of it, and may have its files; the sender and the public
// get what was sent and nothing else. Files of a version stay, and can be put back.
func TestVersionsOfAReply(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); versionsOfAReply(t, newHarness(t)) })
	t.Run("mongo", func(t *testing.T) { t.Parallel(); versionsOfAReply(t, newHarness(t, onMongo(t))) })
}

func versionsOfAReply(t *testing.T, h *harness) {
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	path, desk := casePath(f.Code), "/v1/desk/feedback/"+f.ID
	lan, mai, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("mai", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
	stranger := h.staff("yte", "so-yt-79", models.Handler)
	reply := desk + "/replies/" + draftID
	file := h.upload(lan, "bien-ban.pdf", []byte(pdf)).ID
	edit := func(who string, text obj) {
		t.Helper()
		h.call("PUT", reply, who, text, "If-Match", h.tag(f.ID)).want(200)
	}
	edit(lan, obj{"body": "Chỉ Lan đã đọc bản này"})
	edit(lan, obj{"body": "Sẽ sửa trong tháng này.", "official_number": "1/SXD", "official_date": "2026-03-01", "uploads": []string{file}})
	v := h.step(lan, reply+"/submit", nil)
	if got := v.Replies[0].Versions; len(got) != 1 || got[0].Outcome != api.ReplyVersionOutcomeWaiting || got[0].Body != "Sẽ sửa trong tháng này." || got[0].DecidedBy != nil {
		t.Fatalf("%+v", got)
	}
	h.browser(lan).get(path).want(200).hasNot("Các bản đã trình duyệt") // it is the one that the page shows
	h.step(boss, reply+"/reject", obj{"remark": "Nêu ngày cụ thể"})
	h.browser(lan).get(path).want(200).has("Các bản đã trình duyệt (1)", "Nêu ngày cụ thể", "bien-ban.pdf")
	edit(mai, obj{"body": "Sẽ sửa trong ngày 20.", "official_number": "2/SXD"})
	if u, err := h.o.Store.Upload(t.Context(), file); err != nil || u.FeedbackID != f.ID {
		t.Fatalf("the file of a version is one of %q, %v", u.FeedbackID, err)
	}
	h.step(mai, reply+"/submit", nil)
	v = h.step(boss, reply+"/approve", nil)
	got := v.Replies[0].Versions
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	a, b := got[0], got[1]
	said := []string{a.Author.Name, a.Body, value(a.OfficialNumber), a.OfficialDate.String(), string(a.Outcome), value(a.Remark), a.DecidedBy.Name, a.Uploads[0].ID,
		b.Author.Name, b.Body, value(b.OfficialNumber), string(b.Outcome), value(b.Remark), b.DecidedBy.Name}
	want := []string{"Cán bộ lan", "Sẽ sửa trong tháng này.", "1/SXD", "2026-03-01", "returned", "Nêu ngày cụ thể", "Cán bộ boss", file,
		"Cán bộ mai", "Sẽ sửa trong ngày 20.", "2/SXD", "approved", "", "Cán bộ boss"}
	if d := cmp.Diff(want, said); d != "" || a.Number != 1 || b.Number != 2 || len(b.Uploads) != 0 || a.DecidedAt == nil || b.DecidedAt == nil {
		t.Errorf("%s\n%+v", d, got)
	}
	page := h.browser(boss).get(path).want(200).has("Các bản đã trình duyệt (2)", "Bản 1", "Bản 2", "Bị trả lại", "Được duyệt", "Nêu ngày cụ thể", "1/SXD", "bien-ban.pdf", "<del>tháng</del>", "<ins>ngày</ins>").hasNot("Chỉ Lan đã đọc")
	if open, ok := page.page().Find("details.versions").Attr("open"); ok || page.page().Find("details.versions").Length() != 1 {
		t.Errorf("the versions are not folded: %q", open)
	}
	english := h.browser(boss)
	english.headers["Accept-Language"] = "en"
	english.get(path).want(200).has("Versions that were put before the approvers (2)", "Sent back", "Approved", "Version 1")
	h.browser(lan).get(path + "/files/" + file).want(200)
	for token, status := range map[string]int{lan: 200, boss: 200, sender: 404, stranger: 404, "": 401} {
		if a := h.call("GET", "/v1/uploads/"+file, token, nil); a.status != status && !(token == "" && a.status == 404) {
			t.Errorf("the file of a version: %d, want %d", a.status, status)
		}
	}
	h.step(boss, reply+"/publish", nil)
	for where, a := range map[string]*answer{
		"the sender":            h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200),
		"the sender's page":     h.browser(sender).get("/my/" + f.Code).want(200),
		"the sender's export":   h.call("GET", "/v1/me/data", sender, nil).want(200),
		"the public":            h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200),
		"the page of an answer": h.browser().get("/answers/" + f.Code).want(200),
	} {
		for _, secret := range []string{"tháng này", "Nêu ngày cụ thể", "bien-ban", "1/SXD", "versions", file} {
			if strings.Contains(string(a.body), secret) {
				t.Errorf("%s reads %q", where, secret)
			}
		}
		if !strings.Contains(string(a.body), "trong ngày 20") {
			t.Errorf("%s does not read the answer: %.300s", where, a.body)
		}
	}
	// A correction goes through versions of its own, and takes a file of before.
	v = h.step(mai, desk+"/replies", obj{"body": "Sẽ sửa ngày 21.", "reason": "Lùi một ngày", "uploads": []string{file}})
	if got := v.Replies[1]; len(got.Versions) != 0 || len(got.Uploads) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestEarlierContributions: what an agency said before stays beside what it says now.
func TestEarlierContributions(t *testing.T) {
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	path, desk := casePath(f.Code), "/v1/desk/feedback/"+f.ID
	lan, help := h.staff("lan", "so-xd-79", models.Handler), h.staff("gop", "bxd", models.Handler)
	task := desk + "/tasks/" + h.step(lan, desk+"/tasks", obj{"agency": "bxd", "ask": "Kết cấu có an toàn không?"}).Tasks[0].ID
	file := h.upload(help, "do-dac.pdf", []byte(pdf)).ID
	h.step(help, task+"/contribution", obj{"body": "Kết cấu an toàn.", "uploads": []string{file}})
	h.browser(lan).get(path).want(200).hasNot("Ý kiến đã gửi trước đó")
	h.advance(time.Minute)
	now := h.step(help, task+"/contribution", obj{"body": "Kết cấu cần gia cố."}).Tasks[0]
	if was := now.Earlier; len(was) != 1 || value(was[0].Body) != "Kết cấu an toàn." || was[0].Author.Name != "Cán bộ gop" || len(was[0].Uploads) != 1 || value(now.Body) != "Kết cấu cần gia cố." || len(now.Uploads) != 0 {
		t.Errorf("%+v", now)
	}
	h.browser(lan).get(path).want(200).has("Ý kiến đã gửi trước đó (1)", "do-dac.pdf", "<del>an</del>", "<ins>cần</ins>")
	h.call("GET", "/v1/uploads/"+file, help, nil).want(200)
	h.call("GET", "/v1/uploads/"+file, sender, nil).want(404)
}

// TestManyVersionsAreComparedForAWhile: a page with many long ones is there soon, with all texts.
func TestManyVersionsAreComparedForAWhile(t *testing.T) {
	list := make([]web.CaseVersion, models.MaxVersions)
	for i := range list {
		words := strings.Fields(strings.Repeat("một hai ba bốn năm sáu bảy tám chín mười ", 400))
		for k := range words {
			words[k] += string(rune('a'+(k*7+i*k)%26)) + string(rune('a'+(k*k+i)%26))
		}
		list[i].Body = strings.Join(words, " ")
	}
	began := time.Now()
	compare(list, "khác hẳn")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it takes %v", took)
	}
	if list[len(list)-1].Changes == nil || slices.ContainsFunc(list, func(v web.CaseVersion) bool { return v.Body == "" }) {
		t.Error("the newest is not compared, or a text is gone")
	}
}
