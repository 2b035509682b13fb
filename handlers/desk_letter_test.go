package handlers

import (
	"bytes"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func TestUrgingLetters(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	sender := h.citizen("Nguyễn Thị Gửi")
	f, g := h.caseOf(sender), h.caseOf(sender)
	boss := h.staff("boss", "ubnd-79", models.Supervisor)
	path := "/v1/desk/overdue/so-xd-79/letters"
	if a := h.call("POST", path, boss, nil).want(409); !bytes.Contains(a.body, []byte("không có vụ việc nào quá hạn")) {
		t.Errorf("%s", a.body)
	}
	h.call("GET", path+"/1", boss, nil).want(404)
	h.advance(f.Due.At.AddDate(0, 0, 3).Sub(h.o.Now()))
	boss = h.session(h.accountOfStaff("boss"), true)

	var all sync.WaitGroup
	for range 4 { // at once it is one letter
		all.Go(func() {
			var l api.UrgingLetter
			h.call("POST", path, boss, nil).want(200).json(&l)
			if l.Number != 1 || len(l.Cases) != 2 || l.More != 0 || l.Cases[0].Days != 3 || l.From.Code != "ubnd-79" || l.To.Code != "so-xd-79" {
				t.Errorf("%+v", l)
			}
		})
	}
	all.Wait()
	h.advance(24 * time.Hour)
	boss = h.session(h.accountOfStaff("boss"), true)
	var l api.UrgingLetter
	h.call("POST", path, boss, nil).want(200).json(&l)
	if l.Number != 2 || l.Cases[0].Days != 4 || l.Cases[0].Times != 2 || l.Before == nil {
		t.Errorf("the next day: %+v", l)
	}
	h.call("GET", path+"/1", boss, nil).want(200).json(&l)
	if l.Number != 1 || l.Cases[0].Days != 3 || l.Cases[0].Times != 1 {
		t.Errorf("the first one: %+v", l)
	}
	if log := h.auditLog(); strings.Count(log, "urging_letter") != 2 {
		t.Errorf("audit log %s", log)
	}

	// Who may not: above, beside, oneself, and those who only work on cases.
	h.call("POST", "/v1/desk/overdue/vpcp/letters", boss, nil).want(404)
	h.call("POST", "/v1/desk/overdue/ubnd-01/letters", boss, nil).want(404)
	h.call("POST", "/v1/desk/overdue/ubnd-79/letters", boss, nil).want(404)
	h.call("POST", path, h.staff("worker", "so-xd-79", models.Handler), nil).want(403)
	h.call("GET", path+"/1", h.staff("root", "vpcp", models.Supervisor), nil).want(404) // of another agency

	b := h.browser(boss)
	b.get("/console/overdue?agency=so-xd-79").want(200).has("Lập văn bản đôn đốc", "Văn bản đôn đốc lần 2")
	b.get("/console/overdue").want(200).hasNot("Lập văn bản đôn đốc")
	at := b.post("/console/overdue/letter", url.Values{"agency": {"so-xd-79"}}).want(303).header.Get("Location")
	b.get(at).want(200).has("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Kính gửi: ", "Số: ……", "lần 2", f.Code, g.Code).
		hasNot("Nguyễn Thị Gửi", f.Title)
	b.get("/console/overdue/letter?agency=so-xd-79&number=3").want(404)

	// Whom it is for reads it: the agency that is urged; not those beside, nor above who wrote.
	worker := h.session(h.accountOfStaff("worker"), true)
	var list api.LetterList
	h.call("GET", "/v1/desk/letters?limit=1", worker, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Number != 2 || list.Items[0].From.Code != "ubnd-79" || list.Items[0].Cases != 2 || !list.Items[0].MayRead || list.Next == nil {
		t.Errorf("the newest: %+v", list)
	}
	h.call("GET", "/v1/desk/letters?limit=1&next="+*list.Next, worker, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Number != 1 {
		t.Errorf("the one before: %+v", list)
	}
	h.call("GET", "/v1/desk/letters?next=x", worker, nil).want(400)
	h.call("GET", "/v1/desk/letters?case="+f.Code, worker, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Number != 2 || list.Items[0].Times == nil || *list.Items[0].Times != 2 {
		t.Errorf("at the case: %+v", list)
	}
	read := "/v1/desk/letters/ubnd-79/so-xd-79/2"
	for range 2 { // opened twice, it is on record once
		h.call("GET", read, worker, nil).want(200).json(&l)
	}
	if l.Number != 2 || len(l.Opened) != 0 {
		t.Errorf("the worker reads %+v", l)
	}
	h.call("GET", path+"/2", boss, nil).want(200).json(&l)
	if len(l.Opened) != 1 || l.Opened[0].Agency.Code != "so-xd-79" || l.Opened[0].By.ID != h.accountOfStaff("worker") || strings.Count(h.auditLog(), "read_letter") != 1 {
		t.Errorf("opened by %+v", l.Opened)
	}
	for name, agency := range map[string]string{"beside": "so-yt-79", "elsewhere": "so-xd-01", "root2": "vpcp"} {
		token := h.staff(name, agency, models.Supervisor)
		h.call("GET", read, token, nil).want(404)
		if a := h.call("GET", "/v1/desk/letters?agency=so-xd-79", token, nil); agency == "vpcp" && bytes.Contains(a.body, []byte("number")) || agency != "vpcp" && a.status != 404 {
			t.Errorf("%s sees %d %s", name, a.status, a.body)
		}
	}
	h.call("GET", read, h.staff("rules", "so-xd-79", models.Admin), nil).want(403)
	h.call("GET", "/v1/desk/letters/ubnd-79/so-xd-79/9", worker, nil).want(404)
	w := h.browser(worker)
	w.get("/console/overdue").want(200).raw(`href="/console/letters?agency=so-xd-79"`)
	w.get("/console/letters").want(200).has("Văn bản đôn đốc lần 2: UBND thành phố Hồ Chí Minh", "2 vụ việc quá hạn")
	w.get(casePath(f.Code)).want(200).raw(`href="/console/letters/ubnd-79/so-xd-79/2"`).has("Số văn bản liên tiếp nêu vụ việc này: 2.")
	w.get("/console/letters/ubnd-79/so-xd-79/2").want(200).has("Kính gửi: ", "đã được ghi lại", f.Code).hasNot("Đã mở", "Nguyễn Thị Gửi")
	for _, none := range []string{"0", "-1", "x", "9"} {
		w.get("/console/letters/ubnd-79/so-xd-79/" + none).want(404)
	}
	h.browser(boss).get("/console/overdue/letter?agency=so-xd-79&number=2").want(200).has("Đã mở: 1 người", "Cán bộ worker")
	h.browser(boss).get("/console/audit?action=read_letter&agency=so-xd-79").want(200).has("mở văn bản đôn đốc", "văn bản đôn đốc lần 2")

	// Late for the third time: what was urged before is told from what is new.
	late := h.caseOf(h.session(f.SenderID, false))
	h.advance(late.Due.At.AddDate(0, 0, 1).Sub(h.o.Now()))
	if _, err := h.o.Store.UpdateFeedback(t.Context(), g.ID, func(g *models.Feedback) ([]models.Work, error) {
		return g.Withdraw(models.Actor{ID: g.SenderID}, "", h.o.Now())
	}); err != nil {
		t.Fatal(err)
	}
	boss = h.session(h.accountOfStaff("boss"), true)
	var third api.UrgingLetter
	h.call("POST", path, boss, nil).want(200).json(&third)
	if third.Number != 3 || len(third.Cases) != 2 || third.Cases[0].Code != f.Code || third.Cases[0].Times != 3 || third.Cases[1].Code != late.Code || third.Cases[1].Times != 1 {
		t.Errorf("the third: %+v", third)
	}
	b = h.browser(boss)
	at = "/console/overdue/letter?agency=so-xd-79&number=3"
	b.get(at).want(200).has("Đây là lần đôn đốc thứ 3.", "Trong đó, 1 vụ việc đã nêu tại văn bản đôn đốc lần 2, "+letterDate(*third.Before, "vi"), letterDate(third.At, "vi"), "Số lần đôn đốc").
		hasNot("Văn phòng Chính phủ<br>") // no letterhead of a People's Committee names it
	b.headers["Accept-Language"] = "en"
	b.get(at).want(200).has("This is letter number 3.", "One of these was named in letter number 2 of "+letterDate(*third.Before, "en"), "To: Department of Construction of ")
	h.browser(h.staff("other", "so-xd-79", models.Handler)).get(at).want(403)
}
