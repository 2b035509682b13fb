package handlers

import (
	"net/url"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func (h *harness) notices(token string) (l api.NoticeList) {
	h.t.Helper()
	h.call("GET", "/v1/me/notice", token, nil).want(200).json(&l)
	return l
}

// TestANewNoticeAsksAgain: each version that was agreed to stays, with when and where, and
// what was withdrawn; the export has them all.
func TestANewNoticeAsksAgain(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	first := h.o.Ref.Notice(h.o.Now())
	if l := h.notices(hoa); !l.Asked || l.Current != first || len(l.Items) != 0 {
		t.Errorf("at first: %+v", l)
	}
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": first}, "User-Agent", "KienNghi/1.0 (Android)").want(200)
	if l := h.notices(hoa); l.Asked || len(l.Items) != 1 {
		t.Errorf("agreed: %+v", l)
	}

	account, tomorrow := h.accountOf(hoa), h.o.Now().In(models.VietNam).AddDate(0, 0, 1).Format(time.DateOnly)
	h.o.Ref.Notices = append(h.o.Ref.Notices, models.Notice{Version: "sau", ValidFrom: tomorrow})
	h.advance(24 * time.Hour)
	hoa = h.session(account, false)
	if l := h.notices(hoa); !l.Asked || l.Current != "sau" || len(l.Items) != 1 {
		t.Errorf("the new one: %+v", l)
	}
	b := h.browser(hoa)
	b.get("/my").want(200).has("Tôi đã đọc và đồng ý", "sau")
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": first}).want(422)
	b.post("/my/data/notice", fields("version", "sau")).to("/my/data")
	b.get("/my").want(200).hasNot("Tôi đã đọc và đồng ý")

	v := h.ask(hoa, "khoa-rut-lai", obj{"right": "withdraw"})
	h.call("POST", "/v1/desk/data-requests/"+v.ID+"/decision", h.staff("dpo", models.RootAgency, models.Admin), obj{"grant": true}).want(200)
	l := h.notices(hoa)
	if !l.Asked || len(l.Items) != 2 || l.Items[0].Version != first || l.Items[1].Version != "sau" || l.Items[0].Until == nil || l.Items[1].Until == nil {
		t.Errorf("withdrawn: %+v", l)
	}
	var data api.MyData
	h.call("GET", "/v1/me/data", hoa, nil).want(200).json(&data)
	if len(data.Notices) != 2 || data.Notices[1].Until == nil || !data.Notices[1].At.Equal(l.Items[1].At) {
		t.Errorf("the export: %+v", data.Notices)
	}
	b.get("/my/data").want(200).has("Phiên bản sau", "rút lại")
}

// TestSendingAgreesToTheNotice that the page names, also when it is pressed twice; another
// one that came into force meanwhile is asked for later.
func TestSendingAgreesToTheNotice(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	h.write(b, holeText)
	b.post("/submit/who", url.Values{"name": {"Nguyễn Thị Hoa"}, "publish_name": {"no"}}).to("/submit/check")
	form := b.get("/submit/check").want(200).hidden()
	if form.Get("notice") != h.o.Ref.Notice(h.o.Now()) {
		t.Fatalf("the page names version %q", form.Get("notice"))
	}
	old := url.Values{}
	for name, value := range form {
		old[name] = value
	}
	old.Set("notice", "của hôm qua")
	b.post("/submit/send", old).want(303)
	if l := h.notices(hoa); !l.Asked || len(l.Items) != 0 {
		t.Errorf("agreed to what was not in force: %+v", l)
	}
	b.post("/submit/send", form).want(303)
	if l := h.notices(hoa); l.Asked || len(l.Items) != 1 || l.Items[0].Where != "web" {
		t.Errorf("%+v", l)
	}
}
