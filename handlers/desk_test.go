package handlers

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
)

// step does something at the desk with the version that is there, and returns the case.
func (h *harness) step(token, path string, body any) api.DeskFeedback {
	h.t.Helper()
	root, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/desk/feedback/"), "/")
	tag := h.call("GET", "/v1/desk/feedback/"+root, token, nil).want(200).header.Get("ETag")
	a := h.call("POST", path, token, body, "If-Match", tag)
	if a.status != 201 {
		a.want(200)
	}
	var v api.DeskFeedback
	a.json(&v)
	return v
}

// answered makes a case with a sent reply and returns its path and the reply's.
func (h *harness) answered(sender string) (f *models.Feedback, path, reply string) {
	h.t.Helper()
	f = h.caseOf(sender)
	path = "/v1/desk/feedback/" + f.ID
	reply = path + "/replies/" + draftID
	name := f.Code
	author, boss := h.staff("author"+name, "so-xd-79", models.Handler), h.staff("boss"+name, "so-xd-79", models.Approver)
	h.step(author, reply+"/submit", nil)
	h.step(boss, reply+"/approve", nil)
	return f, path, reply
}

// index brings the search index to the state of the records, as the worker does.
func (h *harness) index() {
	h.t.Helper()
	err := h.o.Store.EachFeedback(context.Background(), time.Time{}, func(f *models.Feedback) error {
		return h.o.Index.Put(context.Background(), search.FeedbackDocument(f))
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestSenderIsSealedUntilOpenedWithAReason(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Bí Mật")
	f := h.caseOf(hoa)
	lan, hung := h.staff("lan", "so-xd-79", models.Handler), h.staff("hung", "so-xd-79", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	if a := h.call("GET", path, lan, nil).want(200); bytes.Contains(a.body, []byte("Bí Mật")) || bytes.Contains(a.body, []byte(h.accountOf(hoa))) {
		t.Fatalf("the desk sees the sender: %s", a.body)
	}
	if v := h.step(lan, path+"/unseal", obj{"reason": "cần gọi điện hẹn khảo sát hiện trường"}); v.Sender.Sealed || value(v.Sender.Name) != "Nguyễn Thị Bí Mật" || v.Sender.Phone == nil {
		t.Errorf("after unsealing: %+v", v.Sender)
	}
	if a := h.call("GET", path, hung, nil).want(200); bytes.Contains(a.body, []byte("Bí Mật")) {
		t.Error("unsealed for one, open to another")
	}
	h.call("GET", path, lan, nil).want(200)
	seen := 0
	head, err := h.o.Store.AuditHead(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	err = h.o.Store.EachAudit(context.Background(), head.Seq, func(e models.AuditEntry) error {
		if e.Action == models.ActViewSender && e.Object == f.ID && e.Actor == h.accountOf(lan) {
			seen++
		}
		return nil
	})
	if err != nil || seen != 2 {
		t.Errorf("%d views in the audit log (%v), want 2: the unsealing and one more", seen, err)
	}
	var mine api.Feedback
	h.call("GET", "/v1/feedback/"+f.Code, hoa, nil).want(200).json(&mine)
	last := mine.Timeline[len(mine.Timeline)-1]
	if last.Event != "unseal" || value(last.Note) == "" || last.Agency == nil {
		t.Errorf("the sender is not told: %+v", last)
	}
	member := h.accountOf(lan)
	h.advance(models.UnsealFor)
	lan = h.session(member, true)
	if a := h.call("GET", path, lan, nil).want(200); bytes.Contains(a.body, []byte("Bí Mật")) {
		t.Error("still open after its time")
	}
	if v := h.step(lan, path+"/unseal", obj{"reason": "cần gọi điện hẹn khảo sát lần nữa"}); v.Sender.Sealed || v.Sender.Until == nil {
		t.Errorf("unsealed again: %+v", v.Sender)
	}
}

func TestRepeatedNoteComesBeforeTheVersion(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	lan := h.staff("lan", "so-xd-79", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	tag := h.call("GET", path, lan, nil).want(200).header.Get("ETag")
	var v api.DeskFeedback
	for range 2 {
		h.call("POST", path+"/notes", lan, obj{"body": "đã gọi"}, "If-Match", tag, "Idempotency-Key", "ghi-chu-1").want(200).json(&v)
	}
	if len(v.Notes) != 1 || v.Notes[0].Author.Name != "Cán bộ lan" {
		t.Errorf("notes %+v", v.Notes)
	}
}

func TestSameKeySameText(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	path := "/v1/desk/feedback/" + f.ID
	for _, c := range []struct {
		token, path string
		status      int
	}{{hoa, "/v1/feedback/" + f.Code + "/messages", 201}, {lan, path + "/notes", 200}, {lan, path + "/replies", 201}} {
		tag := h.call("GET", path, lan, nil).want(200).header.Get("ETag")
		send := func(body string) int {
			return h.call("POST", c.path, c.token, obj{"body": body}, "If-Match", tag, "Idempotency-Key", "cung-mot-khoa").status
		}
		var wg sync.WaitGroup
		for range 5 { // a client that does not wait for the answer
			wg.Go(func() {
				if got := send("một nội dung"); got != c.status {
					t.Errorf("%s: %d, want %d", c.path, got, c.status)
				}
			})
		}
		wg.Wait()
		if got := send("nội dung khác"); got != 422 {
			t.Errorf("%s with another text: %d, want 422", c.path, got)
		}
	}
	f, err := h.o.Store.Feedback(context.Background(), f.ID)
	if err != nil || len(f.Messages) != 1 || len(f.Notes) != 1 || len(f.Replies) != 2 { // one reply was there
		t.Errorf("%d messages, %d notes, %d replies, %v", len(f.Messages), len(f.Notes), len(f.Replies), err)
	}
}

func TestInboxFiltersAndCounts(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for range 3 {
		h.caseOf(hoa)
	}
	taken := h.caseOf(hoa)
	lan, province, elsewhere := h.staff("lan", "so-xd-79", models.Handler), h.staff("tinh", "ubnd-79", models.Supervisor), h.staff("khac", "so-yt-79", models.Handler)
	list := func(token, query string) api.DeskList {
		var l api.DeskList
		h.call("GET", "/v1/desk/feedback"+query, token, nil).want(200).json(&l)
		return l
	}
	h.step(lan, "/v1/desk/feedback/"+taken.ID+"/take", nil)
	if l := list(lan, ""); len(l.Items) != 4 || l.Counts["in_progress"] != 4 || *l.Total != 4 {
		t.Errorf("inbox: %d items, counts %v", len(l.Items), l.Counts)
	}
	if l := list(lan, "?handler=me"); len(l.Items) != 1 || l.Items[0].ID != taken.ID || l.Items[0].Handler.Name != "Cán bộ lan" {
		t.Errorf("mine: %+v", l.Items)
	}
	if l := list(province, "?sort=due&limit=3"); len(l.Items) != 3 || l.Next == nil {
		t.Errorf("the province's first page: %d, next %v", len(l.Items), l.Next)
	} else if l := list(province, "?sort=due&limit=3&next="+*l.Next); len(l.Items) != 1 || l.Next != nil {
		t.Errorf("the province's second page: %d, next %v", len(l.Items), l.Next)
	}
	if l := list(elsewhere, ""); len(l.Items) != 0 {
		t.Errorf("another department sees %d", len(l.Items))
	}
	if l := list(lan, "?overdue=true"); len(l.Items) != 0 {
		t.Errorf("%d overdue", len(l.Items))
	}
	h.index()
	if l := list(lan, "?q=cong+truong"); len(l.Items) != 4 || *l.Total != 4 {
		t.Errorf("search at the desk: %d", len(l.Items))
	}
	if l := list(lan, "?q=cong+truong&handler=me&limit=1"); len(l.Items) != 1 || l.Items[0].ID != taken.ID || l.Total != nil && *l.Total != 1 {
		t.Errorf("search among the own cases: %+v", l)
	}
	if l := list(lan, "?q=cong+truong&limit=3"); len(l.Items) != 3 || l.Next == nil || *l.Total != 4 {
		t.Errorf("search's first page: %d, next %v", len(l.Items), l.Next)
	} else if l := list(lan, "?q=cong+truong&limit=3&next="+*l.Next); len(l.Items) != 1 || l.Next != nil {
		t.Errorf("search's second page: %d, next %v", len(l.Items), l.Next)
	}
	if l := list(elsewhere, "?q=cong+truong"); len(l.Items) != 0 {
		t.Errorf("search shows another department %d", len(l.Items))
	}
	account := h.accountOf(lan)
	h.advance(40 * 24 * time.Hour)
	lan = h.session(account, true)
	if l := list(lan, "?overdue=true"); len(l.Items) != 4 || !l.Items[0].Overdue {
		t.Errorf("%d overdue after 40 days", len(l.Items))
	}
}

func TestStaleIndexLeaksNothingAtTheDesk(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	h.index()
	lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "ubnd-79", models.Coordinator)
	h.step(boss, "/v1/desk/feedback/"+f.ID+"/forward", obj{"agency": "bct", "note": "thuộc Bộ Công Thương"})
	var l api.DeskList
	h.call("GET", "/v1/desk/feedback?q=cong+truong", lan, nil).want(200).json(&l)
	if len(l.Items) != 0 || *l.Total != 0 {
		t.Error("the case was forwarded, the old agency still finds it")
	}
	h.call("GET", "/v1/desk/feedback/"+f.ID, lan, nil).want(404)
}

// TestForwardingEndsAtTheDesk: who may not forward a case again is told what to do instead.
func TestForwardingEndsAtTheDesk(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	xd := h.staff("xd", "so-xd-79", models.Coordinator, models.Handler)
	bo := h.staff("bo", "bct", models.Coordinator, models.Handler)
	path, has, next := "/v1/desk/feedback/"+f.ID, xd, bo
	for i := range models.MaxForwards {
		h.step(has, path+"/forward", obj{"agency": []string{"bct", "so-xd-79"}[i%2], "note": "không thuộc thẩm quyền"})
		has, next = next, has
	}
	again := obj{"agency": "so-yt-79", "note": "không thuộc thẩm quyền"}
	for lang, says := range map[string]string{"vi": fmt.Sprint("giữa các cơ quan ", models.MaxForwards, " lần"), "en": fmt.Sprint("forwarded this case ", models.MaxForwards, " times")} {
		a := h.call("POST", path+"/forward", has, again, "If-Match", versionText(h.again(f).Version), "Accept-Language", lang).want(409)
		if !strings.Contains(string(a.body), say(lang, "forwarded_enough", 0)) || !strings.Contains(string(a.body), says) {
			t.Errorf("%s: %s", lang, a.body)
		}
	}
	page := h.browser(has).get(casePath(f.Code)).want(200)
	page.has("Chuyển cơ quan khác", say("vi", "forwarded_enough", 0)).hasNot(`action="` + casePath(f.Code) + `/forward"`)
	h.step(has, path+"/return", obj{"reason": "không thuộc thẩm quyền"})
	h.call("GET", path, h.staff("tinh", "ubnd-79", models.Coordinator), nil).want(404)
	h.step(h.staff("goc", models.RootAgency, models.Coordinator), path+"/assign", obj{"agency": "so-xd-79"})
	h.call("GET", path, xd, nil).want(200)
}

func TestClerkKeysInALetter(t *testing.T) {
	h := newHarness(t)
	clerk := h.staff("vanthu", "ubnd-79", models.Intake)
	letter := obj{"title": "Đơn kiến nghị về thoát nước", "body": "Hẻm 12 ngập mỗi khi mưa, đề nghị nạo vét cống thoát nước.", "province": "79",
		"source": "paper", "sender": obj{"name": "Trần Văn Giấy", "phone": "0908111222", "kind": "citizen"}}
	var v api.DeskFeedback
	for range 2 {
		h.call("POST", "/v1/desk/feedback", clerk, letter, "Idempotency-Key", "cong-van-den-15").want(201).json(&v)
	}
	if v.Source != api.SourcePaper || !v.Sender.Sealed {
		t.Errorf("%+v", v)
	}
	h.call("POST", "/v1/desk/feedback", clerk, with(letter, "title", "Đơn khác"), "Idempotency-Key", "cong-van-den-15").want(422)
	// What was refused and corrected is stored as corrected, the sender too.
	visitor := with(letter, "province", "99", "sender", obj{"name": "Lê Thị Saii", "kind": "citizen"})
	h.call("POST", "/v1/desk/feedback", clerk, visitor, "Idempotency-Key", "cong-van-den-16").want(422)
	visitor = with(letter, "sender", obj{"name": "Lê Thị Sai", "kind": "citizen"})
	var corrected api.DeskFeedback
	h.call("POST", "/v1/desk/feedback", clerk, visitor, "Idempotency-Key", "cong-van-den-16").want(201).json(&corrected)
	stored, err := h.o.Store.Feedback(context.Background(), corrected.ID)
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.o.Store.Person(context.Background(), stored.SenderID)
	if err != nil {
		t.Fatal(err)
	}
	if name, err := h.o.Keyring.Open(who.Name); err != nil || name != "Lê Thị Sai" {
		t.Errorf("the sender is stored as %q, %v", name, err)
	}
	// The sender finds it under their phone.
	p, err := h.o.Store.PersonByPhone(context.Background(), h.o.Keyring.Index("+84908111222"))
	if err != nil {
		t.Fatal(err)
	}
	var mine api.FeedbackList
	h.call("GET", "/v1/feedback", h.session(p.ID, false), nil).want(200).json(&mine)
	if len(mine.Items) != 1 || mine.Items[0].Code != v.Code {
		t.Errorf("the sender sees %+v", mine.Items)
	}
}

func TestParkedWorkIsSeenAndReleased(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	ctx := context.Background()
	works, err := h.o.Store.ClaimWork(ctx, h.o.Now().Add(time.Second), time.Minute, 100)
	if err != nil || len(works) == 0 {
		t.Fatal(works, err)
	}
	works[0].Reason = "push: 503"
	if err := h.o.Store.ParkWork(ctx, works[0]); err != nil {
		t.Fatal(err)
	}
	admin := h.staff("admin", "vpcp", models.Admin)
	var list api.ParkedWorkList
	h.call("GET", "/v1/desk/work/parked", admin, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Reason != "push: 503" || list.Items[0].Feedback.Code != f.Code {
		t.Fatalf("%+v", list.Items)
	}
	local := h.staff("admin-79", "ubnd-79", models.Admin) // the work may be of a case that is not theirs
	h.call("GET", "/v1/desk/work/parked", local, nil).want(403)
	h.call("POST", "/v1/desk/work/"+list.Items[0].ID+"/retry", local, nil).want(403)
	h.call("POST", "/v1/desk/work/"+list.Items[0].ID+"/retry", admin, nil).want(204)
	h.call("POST", "/v1/desk/work/"+list.Items[0].ID+"/retry", admin, nil).want(404)

	works, err = h.o.Store.ClaimWork(ctx, h.o.Now().Add(2*time.Minute), time.Minute, 100) // the leases are over by then
	if err != nil || len(works) < 2 {
		t.Fatal(works, err)
	}
	for _, w := range works {
		if err := h.o.Store.ParkWork(ctx, w); err != nil {
			t.Fatal(err)
		}
	}
	h.call("POST", "/v1/desk/work/all/retry", admin, nil).want(204)
	if n, err := h.o.Store.CountWork(ctx); err != nil || n.Parked != 0 || n.Pending < len(works) {
		t.Errorf("after the release of all: %+v %v", n, err)
	}
}
