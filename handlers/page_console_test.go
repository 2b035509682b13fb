package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// sheet is what a form of the case page sends: the version that was seen, and names and
// values in turn.
func sheet(a *answer, more ...string) url.Values {
	v := url.Values{"version": {a.hidden().Get("version")}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// raw fails the test unless the page contains that as it is sent.
func (a *answer) raw(text string) *answer {
	a.t.Helper()
	if !strings.Contains(string(a.body), text) {
		a.t.Fatalf("%s: the page lacks %q", a.what, text)
	}
	return a
}

func (h *harness) again(f *models.Feedback) *models.Feedback {
	h.t.Helper()
	f, err := h.o.Store.Feedback(context.Background(), f.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// TestCaseFormsByRole does everything that can be done to a case as everybody: who may is
// led on and the case has changed, who may not is refused and it has not.
func TestCaseFormsByRole(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	sender := h.citizen("Nguyễn Thị Gửi")
	author, boss := models.Actor{ID: models.DeriveID("author"), Staff: true, Agency: "so-xd-79"}, models.Actor{ID: models.DeriveID("boss"), Staff: true, Agency: "so-xd-79"}
	submitted := func(f *models.Feedback) { f.SubmitReply(author, draftID, h.o.Now()) }
	sent := func(f *models.Feedback) { submitted(f); f.ApproveReply(boss, draftID, h.o.Now()) }
	public := func(f *models.Feedback) { sent(f); f.Publish(boss, draftID, "", h.o.Now()) }
	asked := func(f *models.Feedback) {
		f.AddTask(author, draftID, "so-yt-79", "Cho ý kiến", time.Time{}, h.o.Now())
	}
	for _, c := range []struct {
		path   string
		action models.Action
		ready  func(*models.Feedback)
		typed  []string
	}{
		{"take", models.ActTake, nil, nil},
		{"assign", models.ActAssign, nil, []string{"assign.agency", "xa-26740", "assign.note", "Đúng địa bàn"}},
		{"forward", models.ActForward, nil, []string{"forward.agency", "bxd", "forward.note", "Đường quốc lộ"}},
		{"return", models.ActReturn, nil, []string{"return.reason", "Không thuộc thẩm quyền"}},
		{"classify", models.ActClassify, nil, []string{"classify.kind", "question"}},
		{"ask", models.ActRequestInfo, nil, []string{"ask.question", "Đoạn đường nào?"}},
		{"refuse", models.ActRefuse, nil, []string{"refuse.ground", "unclear"}},
		{"unseal", models.ActUnseal, nil, []string{"unseal.reason", "Cần gọi điện hẹn gặp"}},
		{"note", models.ActNote, nil, []string{"note.body", "Đã gọi đội duy tu", "note.key", "khoa-ghi-chu"}},
		{"reply", models.ActEdit, nil, []string{"do", "save", "reply.id", draftID, "reply.base", "BASE", "reply.body", "Đã sửa xong"}},
		{"reply", models.ActSubmit, nil, []string{"do", "submit", "reply.id", draftID, "reply.base", "BASE", "reply.body", "Bản nháp"}},
		{"approve", models.ActApprove, submitted, []string{"approve.reply", draftID}},
		{"reject", models.ActReject, submitted, []string{"reject.reply", draftID, "reject.remark", "Nêu rõ thời hạn"}},
		{"publish", models.ActPublish, sent, []string{"publish.reply", draftID}},
		{"contribute", models.ActContribute, asked, []string{"contribute.task", draftID, "contribute.body", "Đã khảo sát, đồng ý sửa"}},
		{"returntask", models.ActReturnTask, asked, []string{"returntask.task", draftID, "returntask.reason", "Không thuộc lĩnh vực"}},
		{"canceltask", models.ActCancelTask, asked, []string{"canceltask.task", draftID, "canceltask.reason", "Không cần nữa"}},
		{"unpublish", models.ActUnpublish, public, []string{"unpublish.reply", draftID, "unpublish.reason", "Có sai sót"}},
	} {
		for _, role := range models.Roles {
			for _, at := range []string{"so-xd-79", "ubnd-79", "so-yt-79"} {
				name := fmt.Sprintf("%s-%s-%s-%d", role, at, c.path, len(c.typed))
				b := h.browser(h.staff(name+string(c.action), at, role))
				f := h.caseOf(sender)
				if c.ready != nil {
					var err error
					if f, err = h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { c.ready(f); return nil, nil }); err != nil {
						t.Fatal(err)
					}
				}
				v := url.Values{"version": {versionText(f.Version)}}
				for i := 0; i+1 < len(c.typed); i += 2 {
					v.Set(c.typed[i], strings.Replace(c.typed[i+1], "BASE", fingerprint(&f.Replies[0]), 1))
				}
				a := b.post(casePath(f.Code)+"/"+c.path, v)
				after := h.again(f)
				happened := after.Timeline[len(after.Timeline)-1].Event == c.action && after.Version > f.Version
				may := slices.Contains(models.Permissions[c.action], role)
				want := http.StatusSeeOther
				asked := len(f.Tasks) > 0 && c.action != models.ActCancelTask // of the agency that is asked, which is not the lead
				switch {
				case !may, asked != (at == "so-yt-79") && len(f.Tasks) > 0:
					want = http.StatusForbidden
				case at == "so-yt-79" && !asked:
					want = http.StatusNotFound
				case c.path == "assign" && at == "so-xd-79": // a commune is not beneath a department
					want = http.StatusForbidden
				}
				if a.status != want || happened != (want == http.StatusSeeOther) {
					t.Errorf("%s by %s at %s: %d, happened %v, want %d\n%.300s", c.action, role, at, a.status, happened, want, a.body)
				}
			}
		}
	}
}

// TestCasePageOffersWhatIsAllowed: a button is there for who may and when it can be, else
// the reason.
func TestCasePageOffersWhatIsAllowed(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	handler := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	handler.get(casePath(f.Code)).want(200).has("Nhận xử lý", "Trả lại nơi phân công", "Trình lãnh đạo duyệt", "Mở danh tính vì…").
		hasNot("Duyệt và gửi", `action="`+casePath(f.Code)+`/refuse"`, "Nguyễn Thị Gửi")
	h.browser(h.staff("giam", "so-xd-79", models.Supervisor)).get(casePath(f.Code)).want(200).
		hasNot(`action="`+casePath(f.Code)+`/`, `name="reply.body"`)
	if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(models.Actor{ID: f.SenderID}, "", h.o.Now())
	}); err != nil {
		t.Fatal(err)
	}
	handler.get(casePath(f.Code)).want(200).has(say("vi", "withdrawn_by_sender", 0)).hasNot(`/return"`, `name="reply.body"`)
	h.browser(h.staff("xa", "so-yt-79", models.Handler)).get(casePath(f.Code)).want(404)
}

// TestStaleForm: when the case changed since it was opened, nothing is done, what was typed
// stays, and the page says what happened. Pressing twice is no change by somebody else.
func TestStaleForm(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	mai, hung := h.browser(h.staff("mai", "ubnd-79", models.Coordinator)), h.browser(h.staff("hung", "so-xd-79", models.Handler))
	seen := mai.get(path).want(200)
	hung.post(path+"/take", sheet(hung.get(path))).to(path)
	again := mai.post(path+"/forward", sheet(seen, "forward.agency", "Bộ Xây dựng", "forward.note", "Đường quốc lộ 13")).want(412).
		has("Đường quốc lộ 13", "Từ lúc anh/chị mở trang này", "Nhận xử lý", "Cán bộ hung", "Bộ Xây dựng")
	if h.again(f).Agency != "so-xd-79" {
		t.Error("it was forwarded")
	}
	done := sheet(again, "forward.agency", "Bộ Xây dựng (bxd)", "forward.note", "Đường quốc lộ 13")
	mai.post(path+"/forward", done).to("/console?sort=due&view=new")
	if h.again(f).Agency != "bxd" {
		t.Error("it was not forwarded")
	}

	g := h.caseOf(h.citizen("Trần Văn Khác"))
	path = casePath(g.Code)
	twice := sheet(mai.get(path), "return.reason", "Nhầm địa bàn")
	mai.post(path+"/return", twice).to(path)
	mai.post(path+"/return", twice).to(path)
	if n := len(h.again(g).Timeline); n != len(g.Timeline)+1 {
		t.Errorf("%d entries of the timeline", n)
	}
}

// TestCaseFormsSayWhatIsWrong: each wrong field is named at its input, and all that was
// typed is there again.
func TestCaseFormsSayWhatIsWrong(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	mai := h.browser(h.staff("mai", "vpcp", models.Coordinator))
	for _, c := range []struct {
		form  string
		typed []string
		has   []string
	}{
		{"forward", []string{"forward.agency", "Sở Xây dựng", "forward.note", "giữ lại"}, []string{`href="#f-forward-agency"`, "giữ lại", "(so-xd-", say("vi", "several_agencies", 0)}},
		{"forward", []string{"forward.agency", "Sở Không Có", "forward.note", "giữ lại"}, []string{`href="#f-forward-agency"`, "giữ lại", say("vi", "unknown", 0)}},
		{"forward", []string{"forward.agency", "bxd"}, []string{`href="#f-forward-note"`, `value="bxd"`, say("vi", "required", 0)}},
		{"assign", []string{"assign.agency", "so-xd-79"}, []string{`href="#f-assign-agency"`, say("vi", "has_it_already", 0)}},
		{"return", nil, []string{`href="#f-return-reason"`}},
		{"refuse", []string{"refuse.ground", "bịa", "refuse.direction", "Đến nơi khác"}, []string{`href="#f-refuse-ground"`, "Đến nơi khác"}},
		{"ask", []string{"ask.question", strings.Repeat("dài ", 2000)}, []string{`href="#f-ask-question"`, strings.Repeat("dài ", 1999)}},
		{"unseal", []string{"unseal.reason", "ngắn"}, []string{`href="#f-unseal-reason"`, "ngắn"}},
		{"classify", []string{"classify.kind", "bịa"}, []string{`href="#f-classify-kind"`}},
		{"note", []string{"note.body", ""}, []string{`href="#f-note-body"`}},
	} {
		a := mai.post(path+"/"+c.form, sheet(mai.get(path), c.typed...)).want(422)
		a.has(c.has...)
		a.has(`action="` + path + "/" + c.form + `"`)
	}
	if h.again(f).Version != f.Version {
		t.Error("something was changed")
	}
}

// TestSealedSenderOnPages: the page names the sender only to who opened them, and each look
// is in the audit log.
func TestSealedSenderOnPages(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Bí Mật"))
	path := casePath(f.Code)
	token := h.staff("lan", "so-xd-79", models.Handler)
	lan, hung := h.browser(token), h.browser(h.staff("hung", "so-xd-79", models.Handler))
	a := lan.get(path).want(200).has("danh tính được niêm phong").hasNot("Bí Mật")
	lan.post(path+"/unseal", sheet(a, "unseal.reason", "Cần gọi điện hẹn khảo sát")).to(path)
	lan.get(path).want(200).has("Nguyễn Thị Bí Mật", "Đã mở danh tính", "Mỗi lần xem đều được ghi")
	hung.get(path).want(200).hasNot("Bí Mật")
	head, err := h.o.Store.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	h.o.Store.EachAudit(t.Context(), head.Seq, func(e models.AuditEntry) error {
		if e.Action == models.ActViewSender && e.Actor == h.accountOf(token) {
			looks++
		}
		return nil
	})
	if looks != 1 {
		t.Errorf("%d looks in the audit log, want that of the one page with the name", looks)
	}
}

// TestReplyOnPages is the way of a reply: kept by itself, saved, submitted, sent back,
// corrected with what changed shown, approved by another, published without personal data.
func TestReplyOnPages(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	f, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { f.Replies = nil; return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	path := casePath(f.Code)
	lan, boss := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("boss", "so-xd-79", models.Approver, models.Handler))
	write := func(a *answer, do, body string, more ...string) url.Values {
		v := a.hidden()
		for name := range v {
			if !strings.HasPrefix(name, "reply.") && name != "version" {
				v.Del(name)
			}
		}
		v.Set("do", do)
		v.Set("reply.body", body)
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	lan.post(path+"/take", sheet(lan.get(path))).to(path)
	lan.post(path+"/reply", write(lan.get(path), "keep", "Đang viết dở")).want(200).has(`"at":"`)
	if len(h.again(f).Replies) != 0 {
		t.Error("what is kept by itself is in the case")
	}
	lan.get(path).want(200).has("Đang viết dở", "tự lưu lúc")
	boss.get(path).want(200).hasNot("Đang viết dở").has("Cán bộ lan đang soạn trả lời")
	boss.get(path + "/state").want(200).has("Cán bộ lan đang soạn")
	lan.post(path+"/reply", write(lan.get(path), "preview", "# Kết quả\n\nGọi 0912345678 <script>alert(1)</script>")).want(200).
		has("<h3>Kết quả</h3>", "Tìm thấy 1 dữ liệu cá nhân", "<mark>[…]</mark>").raw("&lt;script&gt;alert(1)")
	lan.post(path+"/reply", write(lan.get(path), "save", "", "reply.official_date", "hôm qua")).want(422).has(`href="#f-reply-body"`, `href="#f-reply-official_date"`, "hôm qua")
	first := write(lan.get(path), "save", "Đã sửa xong đoạn đường.", "reply.official_number", "12/SXD-QLHT", "reply.official_date", "2026-03-05")
	lan.post(path+"/reply", first).to(path + "#reply")
	lan.post(path+"/reply", first).to(path + "#reply") // pressed twice
	if rs := h.again(f).Replies; len(rs) != 1 || rs[0].Status != models.ReplyDraft || rs[0].OfficialNumber != "12/SXD-QLHT" {
		t.Fatalf("replies %+v", rs)
	}
	lan.get(path).want(200).has("Đã sửa xong đoạn đường.", "12/SXD-QLHT").hasNot("tự lưu lúc 0")
	submit := write(lan.get(path), "submit", "Đã sửa xong đoạn đường.", "reply.official_number", "12/SXD-QLHT", "reply.official_date", "2026-03-05")
	lan.post(path+"/reply", submit).to(path)
	lan.post(path+"/reply", submit).to(path)
	lan.get(path).want(200).has("Chờ duyệt").hasNot(`name="reply.body"`)

	boss.get(path).want(200).hasNot("Cán bộ lan đang soạn")

	reply := h.again(f).Replies[0].ID
	boss.post(path+"/reject", sheet(boss.get(path), "reject.reply", reply, "reject.remark", "Nêu rõ đoạn nào")).to(path)
	lan.get("/console?view=back").want(200).has(f.Code, "Bị trả lại")
	a := lan.get(path).want(200).has("Nêu rõ đoạn nào", "Đã sửa xong đoạn đường.")
	lan.post(path+"/reply", write(a, "submit", "Đã sửa xong đoạn đường trước cổng trường.")).to(path)
	boss.get("/console?view=waiting").want(200).has(f.Code)
	a = boss.get(path).want(200).has("Thay đổi từ lần trả lại trước", "<ins>", "Nêu rõ đoạn nào", "Duyệt và gửi cho người gửi")
	boss.post(path+"/approve", sheet(a, "approve.reply", reply)).to(path)
	a = boss.get(path).want(200).has("Đã duyệt và gửi", "Công khai câu trả lời")
	boss.post(path+"/publish", sheet(a, "publish.reply", reply)).to(path)
	if g := h.again(f); !g.Public() || g.Replies[0].Returned() == nil {
		t.Errorf("%+v", g.Replies)
	}
	boss.get(path).want(200).has("Đang công khai", "Ngừng công khai")
}

// TestOwnReplyIsNotApproved: whoever wrote some of it sees why.
func TestOwnReplyIsNotApproved(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	both := h.browser(h.staff("both", "so-xd-79", models.Approver, models.Handler))
	a := both.get(path)
	v := url.Values{"version": {a.hidden().Get("version")}, "do": {"submit"}, "reply.id": {draftID}, "reply.base": {a.hidden().Get("reply.base")}, "reply.body": {"Tự viết"}}
	both.post(path+"/reply", v).to(path)
	a = both.get(path).want(200).has(say("vi", "own_reply", 0)).hasNot("Duyệt và gửi cho người gửi")
	both.post(path+"/approve", sheet(a, "approve.reply", draftID)).want(403).has(say("vi", "own_reply", 0))
}

// TestTwoWriteOneReply: the second who saves gets both texts, side by side, and nothing is
// lost; bringing them together and saving again is possible.
func TestTwoWriteOneReply(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan, hung := h.browser(h.staff("lan", "so-xd-79", models.Handler)), h.browser(h.staff("hung", "so-xd-79", models.Handler))
	typed := func(a *answer, body string) url.Values {
		x := a.hidden()
		return url.Values{"version": {x.Get("version")}, "do": {"save"}, "reply.id": {x.Get("reply.id")}, "reply.base": {x.Get("reply.base")}, "reply.body": {body}}
	}
	seen := lan.get(path).want(200)
	hung.post(path+"/reply", typed(hung.get(path), "Bản của Hùng")).to(path + "#reply")
	a := lan.post(path+"/reply", typed(seen, "Bản của Lan")).want(412).has("Có hai bản khác nhau", "Bản của Hùng", "Bản của Lan", "Cán bộ hung")
	if got := h.again(f).Replies[0].Body; got != "Bản của Hùng" {
		t.Errorf("the case has %q", got)
	}
	lan.get(path).want(200).has("Có hai bản khác nhau", "Bản của Lan") // also after a reload
	lan.post(path+"/reply", typed(a, "Bản của Hùng và Lan")).to(path + "#reply")
	if got := h.again(f).Replies[0]; got.Body != "Bản của Hùng và Lan" || len(got.PastAuthors) != 2 {
		t.Errorf("the case has %+v", got)
	}
	// A message of the sender does not hinder saving; submitting asks to look first.
	seen = lan.get(path)
	if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		return f.AddMessage(models.Actor{ID: f.SenderID}, models.NewID(), "Nay đã hỏng thêm", nil, h.o.Now())
	}); err != nil {
		t.Fatal(err)
	}
	v := typed(seen, "Bản thứ ba")
	v.Set("do", "submit")
	lan.post(path+"/reply", v).want(412).has("Người gửi nhắn thêm", "Nay đã hỏng thêm", "Bản thứ ba").hasNot("Có hai bản khác nhau")
	lan.post(path+"/reply", typed(seen, "Bản thứ ba")).to(path + "#reply")
	// Submitted by another meanwhile: the text is still there to be copied.
	seen = lan.get(path)
	v = typed(hung.get(path), "Bản thứ ba")
	v.Set("do", "submit")
	hung.post(path+"/reply", v).to(path)
	lan.post(path+"/reply", typed(seen, "Bản thứ tư")).want(412).has("Nội dung anh/chị đang soạn dở", "Bản thứ tư")
}

// TestNotesOnPages: a note comes to a case that changed meanwhile, and sent twice is there once.
func TestNotesOnPages(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	v := url.Values{"version": {"1"}, "note.key": {models.NewID()}, "note.body": {"Đã gọi đội duy tu"}}
	lan.post(path+"/note", v).to(path)
	lan.post(path+"/note", v).to(path)
	if n := len(h.again(f).Notes); n != 1 {
		t.Errorf("%d notes", n)
	}
	lan.get(path).want(200).has("Đã gọi đội duy tu")
}

// TestReplyAfterTheSession: what was typed when the session had ended is carried through
// signing in and offered for sending again.
func TestReplyAfterTheSession(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	x := lan.get(path).hidden()
	v := url.Values{"version": {x.Get("version")}, "do": {"save"}, "reply.id": {draftID}, "reply.base": {x.Get("reply.base")}, "reply.body": {"Viết suốt buổi sáng"}}
	h.advance(9 * 24 * time.Hour)
	a := lan.post(path+"/reply", v).want(200).has("Tên đăng nhập")
	carried := a.hidden().Get("carry")
	visitor := h.browser()
	a = visitor.post("/console/signin", url.Values{"username": {"lan"}, "password": {staffPassword}, "carry": {carried}}).want(200).has("Viết suốt buổi sáng")
	again := a.hidden()
	again.Del("csrf")
	in := h.browser(h.session(h.accountOfStaff("lan"), true))
	in.post(path+"/reply", again).to(path + "#reply")
	if got := h.again(f).Replies[0].Body; got != "Viết suốt buổi sáng" {
		t.Errorf("the case has %q", got)
	}
}

func (h *harness) accountOfStaff(username string) string {
	h.t.Helper()
	m, err := h.o.Store.StaffByUsername(context.Background(), username)
	if err != nil {
		h.t.Fatal(err)
	}
	return m.ID
}

// TestTemplatesInTheEditor: a template is added to what is typed, filled in for the case.
func TestTemplatesInTheEditor(t *testing.T) {
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lan := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	mine := &models.ReplyTemplate{ID: models.NewID(), Staff: h.accountOfStaff("lan"), Title: "Mở đầu", Body: "Về phản ánh {mã}:"}
	theirs := &models.ReplyTemplate{ID: models.NewID(), Staff: models.NewID(), Title: "Của người khác", Body: "Không phải của Lan"}
	for _, x := range []*models.ReplyTemplate{mine, theirs} {
		if err := h.o.Store.CreateTemplate(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	a := lan.get(path).want(200).has("Mở đầu").hasNot("Của người khác")
	x := a.hidden()
	v := url.Values{"version": {x.Get("version")}, "do": {"template"}, "reply.id": {draftID}, "reply.base": {x.Get("reply.base")}, "reply.body": {"Đã viết"}, "reply.template": {mine.ID}}
	lan.post(path+"/reply", v).to(path + "#reply")
	lan.get(path).want(200).has("Đã viết\n\nVề phản ánh " + f.Code + ":")
	v.Set("reply.template", theirs.ID)
	lan.post(path+"/reply", v).to(path + "#reply")
	lan.get(path).want(200).hasNot("Không phải của Lan")
}

// TestDifferences: together the pieces are both texts, and what stays is recognised by words.
func TestDifferences(t *testing.T) {
	for _, c := range [][2]string{
		{"Đã sửa xong.", "Đã sửa xong trước ngày 30."}, {"một hai ba", "ba hai một"}, {"", "mới"}, {"cũ", ""}, {"a\nb  c", "a\nb\nc"},
		{strings.Repeat("dài ", 4000), strings.Repeat("dài ", 2000) + "khác " + strings.Repeat("dài ", 2000)},
	} {
		before, after, stays := "", "", 0
		for _, p := range differences(c[0], c[1]) {
			if !p.Added {
				before += p.Text
			}
			if !p.Removed {
				after += p.Text
			}
			if !p.Added && !p.Removed {
				stays += len(p.Text)
			}
		}
		if before != c[0] || after != c[1] {
			t.Errorf("%.30q to %.30q becomes %.60q and %.60q", c[0], c[1], before, after)
		}
		if len(c[0]) > 10000 && stays < len(c[0])*9/10 {
			t.Errorf("only %d of %d stay", stays, len(c[0]))
		}
	}
	if differences("như nhau", "như nhau") != nil {
		t.Error("equal texts differ")
	}
	got := differences("duy tu. Hết", "duy tu, Hết")
	if len(got) != 4 || got[0].Text != "duy tu" || !got[1].Removed || got[2].Text != "," {
		t.Errorf("%+v", got)
	}
}
