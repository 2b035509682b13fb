package handlers

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// count counts the figures from the records, as the worker does.
func (h *harness) count() {
	h.t.Helper()
	x := models.NewFigures(h.o.Now(), h.o.Ref.Reports...)
	err := h.o.Store.EachFeedback(context.Background(), time.Time{}, func(f *models.Feedback) error { x.Count(f); return nil })
	if err == nil {
		err = store.PutFigures(context.Background(), h.o.Store, x)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestFigures(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.call("GET", "/v1/figures", "", nil).want(404)
	b.get("/figures").want(200).has("Số liệu đang được tính")
	b.get("/agencies/so-xd-79").want(200).hasNot("đã nhận")

	at := time.Date(2026, 5, 4, 9, 0, 0, 0, models.VietNam)
	late := at.Add(time.Hour)
	due := &models.Due{At: at.Add(time.Minute)}
	for i := range 3 {
		h.publicCase("Đèn đường", at, func(f *models.Feedback) {
			f.AnsweredAt, f.Due, f.Rating = &at, due, &models.Rating{Score: 5 - i}
			if i == 2 {
				f.AnsweredAt = &late
			}
		})
	}
	h.publicCase("Năm trước", at.AddDate(-1, 0, 0), func(f *models.Feedback) { f.AnsweredAt = &f.CreatedAt })
	h.publicCase("Không có hạn", at, func(f *models.Feedback) { f.Due = nil })
	h.publicCase("Chuyển trễ", at, func(f *models.Feedback) {
		f.AnsweredAt, f.Due, f.Clocks = &at, due, []models.StoppedClock{{Agency: "so-ct-79", Due: *due, At: late}}
	})
	h.publicCase("Từ chối", at, func(f *models.Feedback) {
		f.Status, f.Published, f.Refusal, f.Agency = models.Refused, nil, &models.Refusal{Ground: h.o.Ref.Grounds[0].Code}, ""
	})
	h.count()

	var v api.Figures
	h.call("GET", "/v1/figures", "", nil).want(200).json(&v)
	if v.Year != 2026 || len(v.Years) != 2 || v.Total.Received != 6 || v.Total.OnTime != 3 || v.Total.Undated != 1 || v.Total.LateBefore != 1 || v.Total.Refused != 1 || v.Total.Stars != 12 || v.Months[4].Answered != 5 || v.Scores[4] != 1 ||
		len(v.Agencies) != 2 || v.Agencies[0].Tally.Received != 5 || v.Agencies[0].Tally.LateBefore != 0 || v.Agencies[1].Code != "so-ct-79" || v.Agencies[1].Tally.LateBefore != 1 || v.Agencies[1].Tally.Received != 0 || v.Agencies[0].Name != "Sở Xây dựng thành phố Hồ Chí Minh" || v.Grounds[0].Name != h.o.Ref.Grounds[0].Text {
		t.Errorf("%+v", v)
	}
	if len(v.Quarters) < 3 || v.Quarters[1].From.String() != "2026-03-15" || v.Quarters[1].To.String() != "2026-06-14" || v.Quarters[1].Tally.Received != 6 || v.Quarters[0].Tally.Received != 0 {
		t.Errorf("%+v", v.Quarters)
	}
	b.get("/figures?year=2026&by=quarter").want(200).has("theo quý báo cáo", "15/03/2026–14/06/2026", "15/12/2025–14/03/2026")
	h.call("GET", "/v1/figures?year=2025", "", nil).want(200).json(&v)
	if v.Year != 2025 || v.Total.Received != 1 {
		t.Errorf("%+v", v)
	}
	h.call("GET", "/v1/figures?year=2024", "", nil).want(404)
	h.call("GET", "/v1/figures?year=1", "", nil).want(400)

	a := b.get("/figures").want(200).has("Số liệu năm 2026", "75%", "1 trả lời không có thời hạn", "khi đã trễ</dt><dd>1</dd>", "Tháng 5", "6 nhận, 5 trả lời", h.o.Ref.Grounds[0].Text, "Vì sao không tiếp nhận", "5 điểm").hasNot("Tháng 12", "style=")
	charts(t, a, 3)
	charts(t, b.get("/figures?year=2026&by=field").want(200).has("Giao thông đường bộ", "/answers?field=giao-thong"), 1)
	charts(t, b.get("/figures?year=2026&by=province").want(200).has("Hồ Chí Minh"), 1)
	b.get("/figures?year=2026&by=agency").want(200).has("Trễ trước đó", "Sở Công Thương")
	b.get("/").want(200).has("trả lời đúng hạn, tính cả gia hạn và thời gian chờ người gửi</dt><dd>75%</dd>")
	charts(t, b.get("/figures?year=2025&by=agency").want(200).has("Số liệu năm 2025", "Sở Xây dựng thành phố Hồ Chí Minh", "/agencies/so-xd-79", "100%"), 1)
	b.get("/agencies/so-xd-79").want(200).has("đã nhận", "trả lời đúng hạn")
	b.get("/figures?year=2024").want(404)
	for _, odd := range []string{"year=x", "by=x", "year=-1", "by=%00&year=%ff", "year=99999999999999999999"} {
		if got := b.get("/figures?" + odd).status; got != 200 && got != 404 {
			t.Errorf("%s: %d", odd, got)
		}
	}
	english := h.browser()
	english.headers["Accept-Language"] = "en"
	english.get("/figures").want(200).has("Figures of 2026", "May", "6, 5 answered", "One answer had no due date", "Late before")
	english.get("/").want(200).has("answered in time, with extensions and the time of waiting for senders")
}

func TestShareAndScore(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{percent(0, 0), "–"}, {percent(0, 3), "0%"}, {percent(999, 1000), "99%"}, {percent(3, 3), "100%"},
		{score(models.Tally{Rated: 4, Stars: 20}, "vi"), "–"}, {score(models.Tally{Rated: 5, Stars: 21}, "vi"), "4,2"}, {score(models.Tally{Rated: 5, Stars: 25}, "en"), "5.0"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// charts fails the test unless the page has so many charts, each of them well-formed with
// a title and bars that are no wider than the picture.
func charts(t *testing.T, a *answer, n int) {
	t.Helper()
	parts := strings.Split(string(a.body), "<svg ")
	if len(parts)-1 != n {
		t.Errorf("%s: %d charts, want %d", a.what, len(parts)-1, n)
	}
	for _, part := range parts[1:] {
		svg, _, _ := strings.Cut(part, "</svg>")
		d := xml.NewDecoder(bytes.NewReader([]byte("<svg " + svg + "</svg>")))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v\n%s", a.what, err, svg)
			}
		}
		if !strings.Contains(svg, "<title") || !strings.Contains(svg, "<rect") {
			t.Errorf("%s: a chart without title or bars", a.what)
		}
	}
}

func TestWhatWentToAndFro(t *testing.T) {
	h := newHarness(t)
	head, above, lan := h.staff("head", "so-xd-79", models.Supervisor), h.staff("above", "ubnd-79", models.Coordinator), h.staff("lan", "so-xd-79", models.Handler)
	h.call("GET", "/v1/desk/between", head, nil).want(404)
	h.browser(head).get("/console/between").want(200).has("Số liệu đang được tính")

	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := "/v1/desk/feedback/" + f.ID
	h.step(above, path+"/forward", obj{"agency": "ubnd-79", "note": "Không thuộc thẩm quyền"})
	h.step(above, path+"/forward", obj{"agency": "so-xd-79", "note": "Đúng là của Sở"})
	due := h.o.Now().Add(time.Hour)
	h.call("POST", path+"/tasks", above, obj{"agency": "so-ct-79", "ask": "Cho ý kiến", "due_at": due}, "Idempotency-Key", "khoa-phoi-hop", "If-Match", h.call("GET", path, above, nil).header.Get("ETag")).want(200)
	ids := []string{h.accountOf(head), h.accountOf(above), h.accountOf(lan)}
	h.advance(2 * time.Hour)
	head, above, lan = h.session(ids[0], true), h.session(ids[1], true), h.session(ids[2], true)
	h.count()

	var v api.BetweenView
	h.call("GET", "/v1/desk/between", head, nil).want(200).json(&v)
	if len(v.Passed) != 1 || v.Passed[0].Cases != 1 || v.Passed[0].Back != 1 || v.Passed[0].Times != 2 || v.Passed[0].Latest[0] != f.Code || len(v.Helpers) != 0 {
		t.Errorf("%+v", v)
	}
	h.call("GET", "/v1/desk/between?year=2026", above, nil).want(200).json(&v)
	if len(v.Helpers) != 1 || v.Helpers[0].Agency.Code != "so-ct-79" || v.Helpers[0].OpenLate != 1 || v.Helpers[0].Late != 0 {
		t.Errorf("%+v", v.Helpers)
	}
	h.call("GET", "/v1/desk/between?agency=ubnd-79", head, nil).want(404)
	h.call("GET", "/v1/desk/between?year=2024", head, nil).want(404)
	h.call("GET", "/v1/desk/between", lan, nil).want(403)

	b := h.browser(above)
	b.get("/console/overdue").want(200).has(`href="/console/between?agency=ubnd-79"`)
	b.get("/console/between?agency=ubnd-79").want(200).has("Sở Công Thương", "⇄", f.Code, "Chưa trả lời, đã quá hạn")
	b.headers["Accept-Language"] = "en"
	b.get("/console/between").want(200).has("Cases passed to and fro", "Open and late")
	b.get("/console/between?agency=bxd").want(404)
	h.browser(lan).get("/console/between").want(403)
	h.browser(lan).get("/console/overdue").want(200).hasNot("/console/between")
}
