package handlers

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// shelve stores a case that Sở Xây dựng of TP.HCM has, as change makes it.
func (h *harness) shelve(token, title string, change func(f *models.Feedback)) *models.Feedback {
	h.t.Helper()
	f := h.caseOf(token)
	f, err := h.o.Store.UpdateFeedback(h.t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Title, f.Status, f.Handler, f.Replies = title, models.Assigned, "", nil
		if change != nil {
			change(f)
		}
		return nil, nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// TestEmptyInboxViewsSaySo: each in words of its own.
func TestEmptyInboxViewsSaySo(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	for _, v := range deskViews {
		b.get("/console?view="+v.name).want(200).hasNot("inbox.none.", "inbox.view.")
	}
}

// TestInboxViews: each view has its cases and counts them, and nobody sees those of others.
func TestInboxViews(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	gui := h.citizen("Nguyễn Thị Gửi")
	token := h.staff("lan", "so-xd-79", models.Handler)
	lan, now := h.accountOf(token), h.o.Now()
	due := func(d time.Duration) func(*models.Feedback) {
		return func(f *models.Feedback) { f.Due = &models.Due{At: now.Add(d)} }
	}
	reply := func(status models.ReplyStatus) func(*models.Feedback) {
		return func(f *models.Feedback) {
			f.Status, f.Handler = models.InProgress, lan
			f.Replies = []models.Reply{{ID: models.NewID(), Status: status, Agency: f.Agency, Author: lan, Body: "x", CreatedAt: now}}
		}
	}
	h.shelve(gui, "Việc mới", nil)
	h.shelve(gui, "Việc chậm phân loại", func(f *models.Feedback) {
		at := now.Add(-time.Hour)
		f.Sorting = &models.Sorting{Agency: "so-xd-79", Due: models.Due{At: at, Rule: "pakn.classify"},
			Climbed: &models.Climbed{DueAt: at, Taken: []models.Taken{{Step: "sorting.1", DueAt: at, At: now}}}}
	})
	h.shelve(gui, "Việc gấp", due(30*time.Hour))
	h.shelve(gui, "Việc trễ", due(-48*time.Hour))
	h.shelve(gui, "Việc của Lan", func(f *models.Feedback) { f.Status, f.Handler = models.InProgress, lan })
	h.shelve(gui, "Việc chờ duyệt", reply(models.ReplySubmitted))
	h.shelve(gui, "Việc bị trả lại", reply(models.ReplyRejected))
	h.shelve(gui, "Việc chờ bổ sung", func(f *models.Feedback) { f.Status = models.NeedsInfo })
	h.shelve(gui, "Việc đã xong", func(f *models.Feedback) { f.Status = models.Answered })
	h.shelve(gui, "Việc của bộ", func(f *models.Feedback) { f.Agency, f.Scope = "bxd", []string{"bxd", models.RootAgency} })
	asked := func(agency string, status models.TaskStatus, at models.Status) func(*models.Feedback) {
		return func(f *models.Feedback) {
			f.Agency, f.Scope, f.Status = "bxd", []string{"bxd", models.RootAgency}, at
			if f.Tasks = []models.Task{{ID: models.NewID(), Agency: agency, Ask: "x", Status: status}}; status == models.TaskOpen {
				f.Contributors = []string{agency}
			}
		}
	}
	h.shelve(gui, "Việc phối hợp", asked("so-xd-79", models.TaskOpen, models.InProgress))
	term := h.o.Now().Add(49 * time.Hour)
	helped := h.shelve(gui, "Việc phối hợp có hạn", asked("so-xd-79", models.TaskOpen, models.NeedsInfo))
	if _, err := h.o.Store.UpdateFeedback(t.Context(), helped.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Tasks[0].DueAt = &term
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	h.shelve(gui, "Việc đã góp ý", asked("so-xd-79", models.TaskDone, models.InProgress))
	h.shelve(gui, "Việc hỏi sở khác", asked("so-yt-79", models.TaskOpen, models.InProgress))
	h.shelve(gui, "Việc đã trả lời mà chưa góp ý", asked("so-xd-79", models.TaskOpen, models.Answered))
	want := map[string][]string{
		"helping":  {"Việc phối hợp", "Việc phối hợp có hạn"},
		"unsorted": {"Việc chậm phân loại"},
		"new":      {"Việc mới", "Việc chậm phân loại", "Việc gấp", "Việc trễ"},
		"soon":     {"Việc gấp"},
		"late":     {"Việc trễ"},
		"mine":     {"Việc của Lan", "Việc chờ duyệt", "Việc bị trả lại"},
		"waiting":  {"Việc chờ duyệt"},
		"back":     {"Việc bị trả lại"},
		"info":     {"Việc chờ bổ sung"},
		"all":      {"Việc mới", "Việc chậm phân loại", "Việc gấp", "Việc trễ", "Việc của Lan", "Việc chờ duyệt", "Việc bị trả lại", "Việc chờ bổ sung", "Việc đã xong"},
	}
	b := h.browser(token)
	var counts map[string]int
	a := b.get("/console/counts").want(200)
	if err := json.Unmarshal(a.body, &counts); err != nil {
		t.Fatal(err)
	}
	for view, titles := range want {
		a := b.get("/console?view=" + view).want(200)
		a.has(titles...)
		if n := strings.Count(string(a.body), `class="case-title"`); n != len(titles) {
			t.Errorf("%s shows %d, want %d", view, n, len(titles))
		}
		if view != "all" && counts[view] != len(titles) {
			t.Errorf("%s counts %d, want %d", view, counts[view], len(titles))
		}
		var list api.DeskList // and the API answers the same
		h.call("GET", "/v1/desk/feedback?view="+view, token, nil).want(200).json(&list)
		if len(list.Items) != len(titles) || list.Total == nil || *list.Total != len(titles) {
			t.Errorf("%s lists %d in the API, want %d", view, len(list.Items), len(titles))
		}
		if view != "all" {
			a.raw(fmt.Sprintf(`data-count="%s">%d<`, view, len(titles)))
		}
	}
	h.index()
	for path, n := range map[string]int{"view=new&status=assigned": 4, "view=unsorted&status=assigned": 1, "view=unsorted&q=duong": 1, "view=new&status=answered": 0, "view=waiting&q=duong": 1, "view=soon&q=duong": 1, "view=mine&q=duong": 3, "view=helping&q=duong": 2, "view=helping&agency=bxd": 2, "view=helping&status=assigned": 0} {
		var list api.DeskList
		if h.call("GET", "/v1/desk/feedback?"+path, token, nil).want(200).json(&list); len(list.Items) != n {
			t.Errorf("%s lists %d, want %d", path, len(list.Items), n)
		}
	}
	var helping api.DeskList
	h.call("GET", "/v1/desk/feedback?view=helping", token, nil).want(200).json(&helping)
	for _, x := range helping.Items { // by when the own agency was asked, not when the lead answers
		if at := x.DueAt; x.ID == helped.ID && (at == nil || !at.Equal(term)) || x.ID != helped.ID && at != nil {
			t.Errorf("%s is due %v", x.Title, at)
		}
	}
	b.get("/console?view=helping").want(200).has("Việc phối hợp").hasNot("Nhận xử lý những việc đã chọn", `name="case"`)
	b.get("/console?view=late").has("Nhận xử lý những việc đã chọn", "Quá hạn 2 ngày", `class="tag due danger"`)
	b.get("/console?view=soon").has(`class="tag due warn"`)
	h.browser(h.staff("bo", "bxd", models.Handler)).get("/console?view=all").want(200).has("Việc của bộ").hasNot("Việc mới")
	h.browser(h.staff("goc", "vpcp", models.Coordinator)).get("/console?view=all").want(200).has("Việc của bộ", "Việc mới")
	h.browser(h.staff("quan", "vpcp", models.Admin)).get("/console?view=all").want(403)
}

// TestInboxFinds: filters, order, words and codes; nothing out of reach is found, and
// nonsense in the address is as nothing.
func TestInboxFinds(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	gui := h.citizen("Nguyễn Thị Gửi")
	one := h.shelve(gui, "Cống tắc ở hẻm", func(f *models.Feedback) { f.Field, f.Kind = "thoat-nuoc", models.Question })
	h.shelve(gui, "Đèn đường hỏng", func(f *models.Feedback) { f.Province = "01" })
	other := h.shelve(gui, "Cống tắc ở quốc lộ", func(f *models.Feedback) { f.Agency, f.Scope = "bxd", []string{"bxd", models.RootAgency} })
	h.index()
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	b.get("/console?view=all&province=01").want(200).has("Đèn đường hỏng").hasNot("Cống tắc")
	b.get("/console?view=all&kind=question").want(200).has("Cống tắc ở hẻm").hasNot("Đèn đường hỏng")
	b.get("/console?q=cong+tac").want(200).has("Cống tắc ở hẻm").hasNot("quốc lộ")
	b.get("/console?q=" + strings.ToLower(one.Code)).want(200).has("Cống tắc ở hẻm")
	b.get("/console?q=" + other.Code).want(200).hasNot("quốc lộ").has("Không có việc nào khớp")
	b.get("/console?view=bịa&province=99&kind=x&sort=y&field=z&handler=%00&next=zzz").want(200).has("Tất cả", "Cống tắc ở hẻm")
	b.get("/console?view=all&handler=" + models.NewID()).want(200).has("Không có việc nào khớp")
	b.get("/console?q=" + url.QueryEscape(`<script>alert(1)</script>"'`)).want(200).raw("&lt;script&gt;")
	first := b.get("/console?view=all&sort=received").want(200)
	if i, j := strings.Index(string(first.body), "Cống tắc ở hẻm"), strings.Index(string(first.body), "Đèn đường hỏng"); i > j {
		t.Error("the oldest is not first")
	}
}

// TestInboxRemembers: without a query the list is the one that was looked at last, and a case
// leads back to it.
func TestInboxRemembers(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	gui := h.citizen("Nguyễn Thị Gửi")
	var codes []string
	for i := range 35 {
		codes = append(codes, h.shelve(gui, fmt.Sprintf("Việc số %02d", i), func(f *models.Feedback) { f.Due = &models.Due{At: h.o.Now().Add(time.Duration(i) * time.Hour)} }).Code)
	}
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler))
	a := b.get("/console?view=new").want(200).has("Việc số 00", "Việc số 29", "Trang sau").hasNot("Việc số 30")
	next := string(a.body)
	next = next[strings.Index(next, `rel="next" href="`)+len(`rel="next" href="`):]
	next = strings.ReplaceAll(next[:strings.IndexByte(next, '"')], "&amp;", "&")
	b.get(next).want(200).has("Việc số 34", "Về trang đầu").hasNot("Việc số 29")
	b.get("/console").want(200).has("Việc số 34").hasNot("Việc số 29")
	b.get(casePath(codes[32])).want(200).raw(strings.ReplaceAll(next, "&", "&amp;") + "#" + codes[32])
	b.get(casePath(codes[32])).has(`rel="prev" data-key="k"`, casePath(codes[31]), casePath(codes[33]))
	b.post("/console/density", url.Values{"dense": {"1"}, "back": {"/console?view=new"}}).to("/console?view=new")
	b.get("/console").raw(`class="cases dense"`)
	b.post("/console/density", url.Values{"back": {"//evil.vn"}}).to("/console")
}

// TestBulk: several cases at once, as far as each can be; what could not be done is said.
func TestBulk(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	gui := h.citizen("Nguyễn Thị Gửi")
	one, two, three := h.shelve(gui, "Một", nil), h.shelve(gui, "Hai", nil), h.shelve(gui, "Ba", func(f *models.Feedback) { f.Status = models.Answered })
	pick := func(fs ...*models.Feedback) (out []string) {
		for _, f := range fs {
			out = append(out, f.Code+" "+versionText(f.Version))
		}
		return out
	}
	mai := h.browser(h.staff("mai", "ubnd-79", models.Coordinator))
	mai.get("/console?view=all").want(200)
	mai.post("/console/assign", url.Values{"agency": {"xa-26740"}}).want(422).has(say("vi", "none_chosen", 0))
	mai.post("/console/assign", url.Values{"agency": {""}, "note": {"giữ lại"}, "case": pick(one)}).want(422).
		has(`href="#f-agency"`, "giữ lại", " checked")
	mai.post("/console/assign", url.Values{"agency": {"xa-26740"}, "case": pick(one, three)}).want(409).has(three.Code, say("vi", "ended", 0), say("vi", "some_not_done", 0))
	if h.again(one).Agency != "xa-26740" || h.again(three).Agency != "so-xd-79" {
		t.Error("the wrong ones were assigned")
	}
	mai.post("/console/assign", url.Values{"agency": {"xa-26740"}, "case": pick(one)}).want(409) // an older version
	mai.post("/console/assign", url.Values{"agency": {"xa-26740"}, "case": pick(two)}).to("/console?sort=-received&view=all")
	token := h.staff("lan", "xa-26740", models.Handler)
	lan := h.browser(token)
	lan.post("/console/take", url.Values{"case": pick(h.again(one), h.again(two))}).to("/console?sort=due&view=mine")
	if h.again(one).Handler != h.accountOf(token) {
		t.Error("not taken")
	}
	lan.post("/console/assign", url.Values{"agency": {"xa-26740"}, "case": pick(two)}).want(403)
	lan.post("/console/take", url.Values{"case": {"KN-2222-2222 1", "x", strings.Repeat("y", 200)}}).want(409).has(say("vi", "kind.not_found", 0))
}

// TestAgencyProposals: names are found without accents and half typed.
func TestAgencyProposals(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.staff("mai", "ubnd-79", models.Coordinator))
	for typed, want := range map[string]string{"so xay dung ho chi": "(so-xd-79)", "bo xay": "Bộ Xây dựng (bxd)", "so-xd-79": "(so-xd-79)"} {
		b.get("/console/agencies?q=" + url.QueryEscape(typed)).want(200).has(want)
	}
	if got := string(b.get("/console/agencies?q=").want(200).body); got != "[]" {
		t.Errorf("nothing typed: %s", got)
	}
}
