package handlers

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"kiennghi/api"
	"kiennghi/models"
)

// TestMarksOfAPublicAnswerAreHistory hides more of a public answer and shows it again: all
// read that, and why, but never what.
func TestMarksOfAPublicAnswerAreHistory(t *testing.T) {
	h := newHarness(t)
	f, _, reply := h.answered(h.citizen("Nguyễn Thị Gửi"))
	boss := h.staff("boss", "so-xd-79", models.Approver)
	mark := func(text, reason string, lift bool) {
		t.Helper()
		m := obj{"in": "body", "text": text, "kind": "name", "reason": reason}
		if lift {
			m["lift"] = true
		}
		h.step(boss, reply+"/redaction", obj{"marks": []obj{m}})
	}
	mark("đề nghị sửa chữa", "Trước khi công khai", false)
	h.step(boss, reply+"/publish", nil)
	var v api.AnswerView
	see := func() {
		t.Helper()
		h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).json(&v)
	}
	if see(); len(v.History) != 1 {
		t.Fatalf("a decision before the publication is history: %+v", v.History)
	}
	tag := h.call("GET", "/v1/answers/"+f.Code, "", nil).header.Get("ETag")
	mark("cổng trường", "Có người nhận ra CONG TRUONG, theo yêu cầu của Nguyễn Thị Gửi", false)
	see()
	if len(v.History) != 2 || v.History[1].Event != "hide" || strings.Contains(v.Body, "cổng trường") {
		t.Fatalf("%+v", v.History)
	}
	if r := *v.History[1].Reason; strings.Contains(r, "CONG TRUONG") || strings.Contains(r, "Gửi") || !strings.Contains(r, "Có người nhận ra") {
		t.Errorf("the reason reads %q", r)
	}
	h.browser().get("/answers/"+f.Code).want(200).has("Che thêm thông tin cá nhân", "Có người nhận ra").hasNot("CONG TRUONG", "cổng trường")
	if now := h.call("GET", "/v1/answers/"+f.Code, "", nil).header.Get("ETag"); tag != "" && now == tag {
		t.Error("it is another version, with the same ETag")
	}
	h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200)
	mark("cổng trường", "Nhầm, không phải dữ liệu cá nhân", true)
	see()
	if len(v.History) != 3 || v.History[2].Event != "show" || !strings.Contains(v.Body, "cổng trường") {
		t.Fatalf("%+v", v.History)
	}
	mark("đề nghị sửa chữa", "Nhắc lại", false) // changes nothing that anybody reads
	if see(); len(v.History) != 3 {
		t.Errorf("%+v", v.History)
	}
	b := h.browser()
	b.get("/answers/"+f.Code).want(200).has("Che thêm thông tin cá nhân", "Hiện lại phần đã che nhầm", "Nhầm, không phải dữ liệu cá nhân").hasNot("Trước khi công khai", "Nhắc lại")
	h.index()
	if feed := string(h.call("GET", "/v1/feeds/answers.atom", "", nil, "Accept-Language", "en").want(200).body); !strings.Contains(feed, "What was hidden by mistake is shown: Nhầm") {
		t.Errorf("the feed does not say what was changed:\n%s", feed)
	}
}

// TestTwoPublishersAtTheSameTime lets two add and lift marks, publish and take back at once:
// one is first, the other is told, and what is public is sealed and one of what they decided.
func TestTwoPublishersAtTheSameTime(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		f, path, reply := h.answered(h.citizen("Nguyễn Thị Gửi"))
		bosses := []string{h.staff("hai", "so-xd-79", models.Approver), h.staff("ba", "so-xd-79", models.Approver)}
		mark := func(text string) any {
			return obj{"marks": []obj{{"in": "reply", "text": text, "kind": "name", "reason": "theo yêu cầu"}}}
		}
		for _, at := range []struct {
			public bool // before
			paths  [2]string
			bodies [2]any
		}{
			{false, [2]string{"/redaction", "/publish"}, [2]any{mark("nháp"), nil}},
			{true, [2]string{"/redaction", "/redaction"}, [2]any{mark("nháp"), mark("Bản")}},
			{true, [2]string{"/unpublish", "/redaction"}, [2]any{obj{"reason": "xem lại"}, mark("Bản")}},
			{true, [2]string{"/unpublish", "/unpublish"}, [2]any{obj{"reason": "xem lại"}, obj{"reason": "xem kỹ"}}},
			{false, [2]string{"/publish", "/publish"}, [2]any{obj{"reason": "đã xem"}, obj{"reason": "đã xem lại"}}},
		} {
			before := h.again(f)
			switch {
			case at.public && !before.Public():
				h.step(bosses[0], reply+"/publish", obj{"reason": "đã xem"})
			case !at.public && before.Public():
				h.step(bosses[0], reply+"/unpublish", obj{"reason": "xem lại"})
			}
			before = h.again(f)
			tag := h.call("GET", path, bosses[0], nil).want(200).header.Get("ETag")
			var status [2]int
			var wg sync.WaitGroup
			for i := range bosses {
				wg.Go(func() {
					status[i] = h.call("POST", reply+at.paths[i], bosses[i], at.bodies[i], "If-Match", tag).status
				})
			}
			wg.Wait()
			after := h.again(f)
			if slices.Sort(status[:]); status != [2]int{http.StatusOK, http.StatusPreconditionFailed} {
				t.Errorf("%v: %v", at.paths, status)
			}
			if after.Version != before.Version+1 || len(after.Timeline) != len(before.Timeline)+1 || len(after.Decisions) > len(before.Decisions)+1 {
				t.Errorf("%v: both were done: %d after %d", at.paths, after.Version, before.Version)
			}
			if !after.Public() {
				if got := h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).status; got != 404 && got != 410 {
					t.Errorf("%v: the proof of what is not public: %d", at.paths, got)
				}
				continue
			}
			var proof api.AnswerProof
			if h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200).json(&proof); !proof.TextUnchanged {
				t.Errorf("%v: what is public is not what is sealed: %s", at.paths, proof.Statement)
			}
		}
	})
}

// TestNameTakenOffAPublicAnswerIsSealedAnew: who withdraws consent is named no more, in the
// reply neither; all read that, and the seal is of what is public now.
func TestNameTakenOffAPublicAnswerIsSealedAnew(t *testing.T) {
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(sender)
	if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.PublishName, f.SenderName, f.Replies[0].Body = true, "Nguyễn Thị Gửi", "Chao nguyen thi gui, duong da sua."
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	author, boss := h.staff("author", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
	reply := "/v1/desk/feedback/" + f.ID + "/replies/" + draftID
	h.step(author, reply+"/submit", nil)
	h.step(boss, reply+"/approve", nil)
	h.step(boss, reply+"/publish", nil)
	var proof api.AnswerProof
	var v api.AnswerView
	h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).json(&v)
	if value(v.SenderName) == "" || !strings.Contains(v.Reply.Body, "nguyen thi gui") {
		t.Fatalf("%+v", v)
	}
	asked := h.ask(sender, "khoa-rut-lai", obj{"right": "withdraw"})
	dpo := h.staff("dpo", models.RootAgency, models.Admin)
	h.call("POST", "/v1/desk/data-requests/"+asked.ID+"/decision", dpo, obj{"grant": true}).want(200)
	v = api.AnswerView{}
	h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).json(&v)
	if v.SenderName != nil || strings.Contains(v.Reply.Body, "nguyen") || len(v.History) != 2 || v.History[1].Event != "hide" || strings.Contains(*v.History[1].Reason, "Nguyễn") {
		t.Errorf("%q, %+v, %+v", value(v.SenderName), v.Reply, v.History)
	}
	b := h.browser()
	b.get("/answers/" + f.Code).want(200).has(`lang="vi">Ẩn thông tin về người gửi`)
	b.headers["Accept-Language"] = "en"
	b.get("/answers/" + f.Code).want(200).has(`lang="en">The sender is no longer named`)
	h.call("GET", "/v1/answers/"+f.Code, "", nil, "Accept-Language", "en").want(200).has("The sender is no longer named")
	h.index()
	h.call("GET", "/v1/feeds/answers.atom", "", nil, "Accept-Language", "en").want(200).has("The sender is no longer named")
	if h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200).json(&proof); !proof.TextUnchanged {
		t.Errorf("what is public is not what is sealed: %s", proof.Statement)
	}
}

// TestFilesPassedLaterAreHistory: no file of a public answer is on a page, in the contract's
// answers or to be had before somebody looked at it; then it is, and the answer says that it
// shows more, in both languages.
func TestFilesPassedLaterAreHistory(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		f, _, reply := h.answered(h.citizen("Nguyễn Thị Gửi"))
		author, boss := h.staff("author", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
		scan := h.upload(author, "ban-quet.pdf", []byte(pdf))
		files, err := (&server{Options: h.o}).attach(t.Context(), h.accountOf(author), []string{scan.ID}, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
			f.Replies[0].Uploads = append(files, models.Attachment{ID: "0123456789abcdef0123456789abcdef", Name: "sau.jpg", ContentType: "image/jpeg", Size: 3})
			return nil, nil
		}); err != nil {
			t.Fatal(err)
		}
		desk := h.browser(boss)
		desk.get("/console/cases/"+f.Code).want(200).has("2 tệp chưa ai xem", "ban-quet.pdf", `value="`+scan.ID+`"`)
		h.step(boss, reply+"/publish", nil)
		var v api.AnswerView
		var marks api.Redaction
		h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).json(&v)
		h.call("GET", reply+"/redaction", boss, nil).want(200).json(&marks)
		if len(v.Reply.Uploads) != 0 || len(marks.Files) != 2 || marks.Files[0].LookedAt || marks.Files[1].LookedAt {
			t.Fatalf("%+v, %+v", v.Reply.Uploads, marks.Files)
		}
		b := h.browser()
		b.get("/answers/"+f.Code).want(200).hasNot("ban-quet.pdf", scan.ID, "sau.jpg")
		h.call("GET", "/v1/uploads/"+scan.ID, "", nil).want(404)
		h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200).hasNot("ban-quet")

		h.step(boss, reply+"/redaction", obj{"marks": []obj{}, "looked_at": []string{scan.ID}})
		h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).json(&v)
		if len(v.History) != 2 || v.History[1].Event != "files" || v.History[1].Reason != nil || len(v.Reply.Uploads) != 1 || v.Reply.Uploads[0].ID != scan.ID {
			t.Fatalf("%+v, %+v", v.History, v.Reply.Uploads)
		}
		h.call("GET", "/v1/uploads/"+scan.ID, "", nil).want(200)
		b.get("/answers/"+f.Code).want(200).has("Công khai thêm tệp", "ban-quet.pdf").hasNot("sau.jpg")
		desk.get("/console/cases/" + f.Code).want(200).has("đã xem, được công khai")
		b.headers["Accept-Language"] = "en"
		b.get("/answers/" + f.Code).want(200).has("More files of the answer")
		var proof api.AnswerProof
		if h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200).json(&proof); !proof.TextUnchanged {
			t.Errorf("what is public is not what is sealed: %s", proof.Statement)
		}
	})
}
