package handlers

import (
	"bytes"
	"net/url"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func TestMergeLinkAndUndo(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	hoa, nam := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Nam")
	dup, main := h.caseOf(hoa), h.caseOf(nam)
	lan := h.staff("lan", "so-xd-79", models.Handler, models.Coordinator)
	path := "/v1/desk/feedback/" + dup.ID
	tag := func() string { return versionText(h.again(dup).Version) }

	h.call("POST", path+"/merge", lan, obj{"into": "KN-0000-0000", "reason": "trùng"}, "If-Match", tag()).want(422)
	h.call("POST", path+"/merge", lan, obj{"into": dup.Code, "reason": "trùng"}, "If-Match", tag()).want(422)
	h.call("POST", path+"/merge", lan, obj{"into": main.Code, "reason": "trùng"}, "If-Match", "0").want(412)
	seen := tag()
	var v api.DeskFeedback
	for range 2 { // the second time it is found done
		h.call("POST", path+"/merge", lan, obj{"into": main.Code, "reason": "trùng"}, "If-Match", seen).want(200).json(&v)
		if v.Status != "merged" || v.MergedInto == nil || v.MergedInto.Code != main.Code || !*v.MergedInto.MayUndo {
			t.Fatalf("%s, %+v", v.Status, v.MergedInto)
		}
	}
	h.call("GET", "/v1/desk/feedback/"+main.ID, lan, nil).want(200).json(&v)
	if len(v.Duplicates) != 1 || v.Duplicates[0].Code != dup.Code {
		t.Errorf("duplicates %+v", v.Duplicates)
	}
	if a := h.call("GET", "/v1/feedback/"+main.Code, nam, nil).want(200); bytes.Contains(a.body, []byte(dup.Code)) {
		t.Error("the sender of the main case learns of the other one")
	}
	h.browser(hoa).get("/my/"+dup.Code).want(200).has(main.Code, "giải quyết chung")
	h.call("GET", "/v1/feedback/"+main.Code, hoa, nil).want(404)
	h.call("POST", path+"/take", lan, nil, "If-Match", tag()).want(409)

	v = api.DeskFeedback{}
	h.call("POST", path+"/unmerge", lan, nil, "If-Match", tag()).want(200).json(&v)
	if v.MergedInto != nil || v.Status != api.Status(dup.Status) || len(h.again(main).Duplicates) != 0 {
		t.Errorf("%s, %+v", v.Status, v.MergedInto)
	}
	h.call("POST", path+"/merge", lan, obj{"into": main.Code, "reason": "trùng"}, "If-Match", tag()).want(200)
	account := h.accountOf(lan)
	h.advance(24*time.Hour + time.Minute)
	lan = h.session(account, true)
	if a := h.call("POST", path+"/unmerge", lan, nil, "If-Match", tag()).want(409); !bytes.Contains(a.body, []byte("24 giờ")) {
		t.Errorf("%s", a.body)
	}

	h.call("POST", path+"/links", lan, obj{"code": main.Code}, "If-Match", tag()).want(200)
	if l := h.again(main).Links; len(l) != 1 || l[0].Code != dup.Code {
		t.Errorf("links %+v", l)
	}
	h.call("DELETE", path+"/links/"+main.Code, lan, nil, "If-Match", tag()).want(200)
	if n := len(h.again(main).Links) + len(h.again(dup).Links); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

// TestMergeCasesOfTwoAgencies: an agency proposes it without seeing the other case, the agency
// above merges, both senders are told, and it is undone within a day.
func TestMergeCasesOfTwoAgencies(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		hoa, nam := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Nam")
		dup, main := h.caseOf(hoa), h.caseOf(nam)
		lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "ubnd-79", models.Coordinator)
		clerk := h.staff("clerk", "ubnd-79", models.Handler)
		h.step(boss, "/v1/desk/feedback/"+main.ID+"/forward", obj{"agency": "so-gddt-79", "note": "trường học"})
		path := "/v1/desk/feedback/" + dup.ID
		tag := func() string { return versionText(h.again(dup).Version) }
		merge := obj{"into": main.Code, "reason": "cùng cổng trường"}

		if got := h.call("POST", path+"/merge", lan, merge, "If-Match", tag()).want(422).fields(); got != "into:unknown_case" {
			t.Errorf("an agency learns of a case that it does not see: %s", got)
		}
		h.call("POST", path+"/merge", clerk, merge, "If-Match", tag()).want(403) // hands out no cases
		for wrong, in := range map[string]obj{"into:unknown_case": {"into": "KN", "reason": "x"}, "into:same_case": {"into": dup.Code, "reason": "x"}, "reason:too_short": {"into": main.Code, "reason": " "}} {
			if got := h.call("POST", path+"/merge-proposal", lan, in, "If-Match", tag()).want(422).fields(); got != wrong && wrong != "reason:too_short" {
				t.Errorf("%s, want %s", got, wrong)
			}
		}
		h.call("POST", path+"/merge-proposal/decline", boss, obj{"reason": "x"}, "If-Match", tag()).want(409)
		for _, into := range []string{models.NewCode(), main.Code} { // there is none with the first code: nobody says so
			if v := h.step(lan, path+"/merge-proposal", obj{"into": into, "reason": "cùng cổng trường"}); v.MergeProposed == nil || v.MergeProposed.Code != into {
				t.Fatalf("%+v", v.MergeProposed)
			}
		}
		if a := h.call("GET", "/v1/feedback/"+dup.Code, hoa, nil).want(200); bytes.Contains(a.body, []byte(main.Code)) {
			t.Error("the sender learns what is proposed")
		}
		b := h.browser(boss)
		b.get("/console/cases/"+dup.Code).want(200).has(main.Code, "đề nghị gộp vào", "cùng cổng trường")
		h.step(boss, path+"/merge-proposal/decline", obj{"reason": "chưa rõ"})
		h.step(lan, path+"/merge-proposal", merge)

		b.post("/console/cases/"+dup.Code+"/merge", url.Values{"version": {tag()}, "merge.into": {main.Code}, "merge.reason": {"cùng cổng trường"}}).to("/console/cases/" + dup.Code)
		f := h.again(dup)
		if f.Status != models.Merged || f.Proposed != nil || f.Merged.Code != main.Code {
			t.Fatalf("%s, %+v", f.Status, f.Merged)
		}
		works, err := h.o.Store.ClaimWork(t.Context(), h.o.Now().Add(time.Second), time.Minute, 100)
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]bool{}
		for _, w := range works {
			told[w.OwnerID+" "+w.Data["event"]] = w.Kind == models.WorkNotify || told[w.OwnerID+" "+w.Data["event"]]
		}
		if !told[dup.ID+" merge"] || !told[main.ID+" absorb"] {
			t.Errorf("the senders are not told: %v", told)
		}
		h.step(boss, path+"/unmerge", nil)
		if f := h.again(dup); f.Agency != "so-xd-79" || f.Merged != nil || !f.Status.Open() {
			t.Errorf("undone: %s at %s", f.Status, f.Agency)
		}
	})
}

func TestSplitALetter(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	lan := h.staff("lan", "so-xd-79", models.Intake, models.Coordinator)
	path := "/v1/desk/feedback/" + f.ID
	tag := func() string { return versionText(h.again(f).Version) }
	part := obj{"title": "Ổ gà", "body": "cổng trường có nhiều ổ gà", "agency": "so-nnmt-79"}
	h.call("POST", path+"/split", lan, obj{"parts": []obj{{"title": "Ổ gà", "body": "Lời mà người gửi không nói"}}}, "If-Match", tag()).want(422)
	var v api.DeskFeedback
	for range 2 {
		h.call("POST", path+"/split", lan, obj{"parts": []obj{part}}, "If-Match", tag(), "Idempotency-Key", "khoa-tach").want(200).json(&v)
	}
	if len(v.Parts) != 1 {
		t.Fatalf("parts %+v", v.Parts)
	}
	code := v.Parts[0].Code
	h.call("GET", "/v1/feedback/"+code, hoa, nil).want(200).has(`"part_of"`, f.Code)
	h.browser(hoa).get("/my").want(200).has(code, f.Code)
	h.browser(hoa).get("/my/" + f.Code).want(200).has(code)
	v = api.DeskFeedback{}
	h.call("POST", path+"/unsplit", lan, nil, "If-Match", tag()).want(200).json(&v)
	if len(v.Parts) != 0 {
		t.Errorf("parts %+v", v.Parts)
	}
	if g := h.again(&models.Feedback{ID: models.DeriveID("part", f.ID, madeID(h.accountOf(lan), f.ID+" split", optional("khoa-tach")), "0")}); g.Status != models.Merged || !g.PartOf.Undone {
		t.Errorf("%s, %+v", g.Status, g.PartOf)
	}

	h.call("POST", path+"/split", lan, obj{"parts": []obj{part}}, "If-Match", tag(), "Idempotency-Key", "khoa-hai").want(200).json(&v)
	worker := h.staff("binh", "so-nnmt-79", models.Handler)
	g, err := h.o.Store.FeedbackByCode(t.Context(), v.Parts[0].Code)
	if err != nil {
		t.Fatal(err)
	}
	h.call("POST", "/v1/desk/feedback/"+g.ID+"/take", worker, nil, "If-Match", versionText(g.Version)).want(200)
	h.call("POST", path+"/unsplit", lan, nil, "If-Match", tag()).want(409)
}

func TestJoinedAtTheConsole(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	dup, main := h.caseOf(h.citizen("Nguyễn Thị Hoa")), h.caseOf(h.citizen("Trần Văn Nam"))
	b := h.browser(h.staff("lan", "so-xd-79", models.Handler, models.Coordinator))
	path := "/console/cases/" + dup.Code
	do := func(what string, in ...string) *answer {
		form := url.Values{"csrf": {b.csrf()}, "version": {versionText(h.again(dup).Version)}}
		for i := 0; i < len(in); i += 2 {
			form.Set(in[i], in[i+1])
		}
		return b.post(path+"/"+what, form)
	}
	b.get(path).want(200).has("Gộp vào vụ việc khác", "Liên kết với vụ việc khác", "Tách một việc")
	do("merge", "merge.into", "KN-0000-0000", "merge.reason", "trùng").want(422).has("Không thấy vụ việc")
	do("split", "split.title", "Ổ gà", "split.body", "bịa ra điều không có").want(422).has("nguyên văn")
	do("split", "split.title", "Ổ gà", "split.body", "cổng trường có nhiều ổ gà", "split.key", "k").to(path)
	b.get(path).want(200).has("Vụ việc đã tách ra")
	do("unsplit").to(path)
	do("link", "link.code", main.Code).to(path)
	b.get("/console/cases/" + main.Code).want(200).has(dup.Code)
	do("unlink", "unlink.code", main.Code).to(path)
	do("merge", "merge.into", main.Code, "merge.reason", "trùng").to(path)
	b.get(path).want(200).has("Đã gộp vào", main.Code, "Bỏ gộp")
	b.get("/console/cases/"+main.Code).want(200).has("Đã gộp vào đây", dup.Code)
	do("unmerge").to(path)
	if f := h.again(dup); f.Status != dup.Status {
		t.Errorf("status %s", f.Status)
	}
}

func TestCorrectionThroughTwoPersons(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	hoa := h.citizen("Nguyễn Thị Hoa")
	f, path, reply := h.answered(hoa)
	boss, lan := h.staff("sep", "so-xd-79", models.Approver), h.staff("lan", "so-xd-79", models.Handler)
	h.step(boss, reply+"/publish", nil)
	tag := func() string { return versionText(h.again(f).Version) }
	h.call("POST", path+"/replies", lan, obj{"body": "Đã sửa xong ngày 3"}, "If-Match", tag()).want(422)
	h.call("POST", path+"/replies", lan, obj{"body": "Đã sửa xong ngày 3", "reason": "sai ngày, gọi 0912345678"}, "If-Match", tag(), "Idempotency-Key", "khoa-dinh-chinh").want(201)
	all := h.again(f).Replies
	next := path + "/replies/" + all[len(all)-1].ID
	h.step(lan, next+"/submit", nil)
	h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).has("Bản nháp") // the old one stands
	h.step(boss, next+"/approve", nil)
	h.call("GET", "/v1/feedback/"+f.Code, hoa, nil).want(200).has("Đã sửa xong ngày 3", "sai ngày", `"answered"`)
	h.call("POST", reply+"/publish", boss, obj{"reason": "bản cũ"}, "If-Match", tag()).want(409)
	h.step(boss, next+"/publish", nil)
	a := h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).has("Đã sửa xong ngày 3", `"event":"correct"`, "sai ngày, gọi […]")
	if bytes.Contains(a.body, []byte("0912345678")) {
		t.Error("the reason tells a phone number")
	}
	h.call("GET", "/v1/answers/"+f.Code+"/proof", "", nil).want(200).has(`\"version\":2`, `"text_unchanged":true`)
	h.browser().get("/answers/"+f.Code).want(200).has("CorrectionComment", "Lịch sử đính chính", "sai ngày, gọi […]")
	b := h.browser(lan)
	b.get("/console/cases/"+f.Code).want(200).has("Đính chính câu trả lời đã gửi", "Lý do đính chính")
}
