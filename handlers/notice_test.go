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

// TestKeyedInNotice: what a clerk says of how the sender was given the notice stays with them,
// is no consent, and the sender sees it; nothing is recorded that was not in force.
func TestKeyedInNotice(t *testing.T) {
	h := newHarness(t)
	clerk := h.staff("clerk", "ubnd-79", models.Intake)
	letter := func(notice any) obj {
		in := obj{"title": "Đường hỏng", "body": holeText, "source": "counter", "sender": obj{"kind": "citizen", "name": "Nguyễn Thị Hoa", "phone": "0912345678"}}
		if notice != nil {
			in["notice"] = notice
		}
		return in
	}
	send := func(key string, notice any, status int) *answer {
		return h.call("POST", "/v1/desk/feedback", clerk, letter(notice), "Idempotency-Key", key+"-khoa-nhap-ho").want(status)
	}
	version := h.o.Ref.Notice(h.o.Now())
	send("a", nil, 201)
	for range 2 {
		send("b", obj{"version": version, "where": "counter"}, 201)
	}
	send("c", obj{"version": version, "where": "counter"}, 201)
	send("d", obj{"version": version, "where": "paper"}, 201)
	if got := send("e", obj{"version": "chưa có", "where": "paper"}, 422).fields(); got != "notice.version:unknown" {
		t.Error(got)
	}
	p, err := h.o.Store.PersonByPhone(t.Context(), h.o.Keyring.Index("+84912345678"))
	if err != nil {
		t.Fatal(err)
	}
	hoa := h.session(p.ID, false)
	l := h.notices(hoa)
	if !l.Asked || len(l.Items) != 2 || l.Items[0].Where != "counter" || l.Items[1].Where != "paper" || l.Items[0].Agreed || l.Items[0].Version != version {
		t.Errorf("%+v", l)
	}
	var data api.MyData
	h.call("GET", "/v1/me/data", hoa, nil).want(200).json(&data)
	if len(data.Notices) != 2 || data.Notices[0] != l.Items[0] {
		t.Errorf("the export: %+v", data.Notices)
	}
	b := h.browser(hoa)
	b.get("/my/data").want(200).has("Chưa đồng ý; cán bộ ghi đã đưa thông báo: Đưa hoặc đọc tại quầy", "Tôi đã đọc và đồng ý")
	b.get("/my/data?lang=en").want(303)
	b.get("/my/data").want(200).has("Handed over or read out at the counter")
	h.call("PUT", "/v1/me/notice", hoa, obj{"version": version}).want(200)
	if p, err = h.o.Store.Person(t.Context(), p.ID); err != nil || !p.MayTeach() {
		t.Errorf("agreed: %+v, %v", p.Notices, err)
	}
	p.WithdrawConsent(h.o.Now())
	if p.MayTeach() || !p.Notices[0].Until.IsZero() || p.Notices[2].Until.IsZero() {
		t.Errorf("withdrawn: %+v", p.Notices)
	}
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

// TestNoConsentIsForgotten: whoever agreed and withdrew a hundred times is asked once more like
// anybody, and every time stays.
func TestNoConsentIsForgotten(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	version, at := h.o.Ref.Notice(h.o.Now()), models.Moment(h.o.Now())
	if _, err := h.o.Store.UpdatePerson(t.Context(), h.accountOf(hoa), func(p *models.Person) error {
		for i := range 100 {
			p.Agree(version, models.FromWeb, at.Add(time.Duration(i)*time.Minute))
			p.WithdrawConsent(at.Add(time.Duration(i)*time.Minute + time.Second))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	b := h.browser(hoa)
	b.get("/my").want(200).has("Tôi đã đọc và đồng ý")
	b.post("/my/data/notice", fields("version", version)).to("/my/data")
	b.get("/my").want(200).hasNot("Tôi đã đọc và đồng ý")
	l := h.notices(hoa)
	if l.Asked || len(l.Items) != 101 || l.Items[100].Until != nil || !l.Items[0].At.Equal(at) || l.Items[99].Until == nil {
		t.Errorf("asked again: %v, %d remembered", l.Asked, len(l.Items))
	}
	var data api.MyData
	if h.call("GET", "/v1/me/data", hoa, nil).want(200).json(&data); len(data.Notices) != 101 {
		t.Errorf("the export has %d", len(data.Notices))
	}
}
