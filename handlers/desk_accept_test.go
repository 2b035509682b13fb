package handlers

import (
	"net/url"
	"strconv"
	"testing"

	"kiennghi/api"
	"kiennghi/models"
)

// TestComplaintIsAccepted in the console, and goes on by another term by the API.
func TestComplaintIsAccepted(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		sender := h.citizen("Nguyễn Thị Gửi")
		f := h.caseOf(sender)
		root := h.staff("root", models.RootAgency, models.Intake, models.Coordinator, models.Handler)
		path, page := "/v1/desk/feedback/"+f.ID, "/console/cases/"+f.Code
		b := h.browser(root)
		b.get(page).want(200).hasNot(`action="` + page + `/accept"`)
		v := h.step(root, path+"/classify", obj{"kind": "complaint"})
		if v.Due.Rule != "khieunai.accept" || len(v.Acceptable) != 4 || v.Accepted != nil {
			t.Fatalf("%+v, %v", v.Due, v.Acceptable)
		}
		b.get(page).want(200).has(`action="`+page+`/accept"`, "Giải quyết khiếu nại lần đầu: 30 ngày", "Việc phải làm trong hạn này: Thụ lý khiếu nại.")
		own := h.browser(sender)
		own.get("/my/"+f.Code).want(200).has("Hạn báo có thụ lý hay không:", "Cơ quan báo ông/bà có thụ lý hay không").hasNot("Hạn trả lời:")
		version := func() string {
			x, err := h.o.Store.Feedback(t.Context(), f.ID)
			if err != nil {
				t.Fatal(err)
			}
			return strconv.FormatInt(x.Version, 10)
		}
		b.post(page+"/accept", url.Values{"version": {version()}, "accept.rule": {"tocao"}}).want(422)
		b.post(page+"/accept", url.Values{"version": {version()}, "accept.rule": {"khieunai.first"}}).to(page)
		b.get(page).want(200).has("Đã thụ lý", "Giải quyết khiếu nại lần đầu", "Văn phòng Chính phủ", "Thụ lý: ")
		own.get("/my/"+f.Code).want(200).has("Hạn trả lời:", "Cơ quan trả lời ông/bà").hasNot("có thụ lý hay không")
		h.call("GET", path, root, nil).want(200).json(&v)
		if v.Accepted == nil || v.Accepted.Rule != "khieunai.first" || v.Due.Rule != "khieunai.first" || v.Agency.Code != models.RootAgency || len(v.Due.Stopped) != 1 || v.Due.Stopped[0].Rule != "khieunai.accept" {
			t.Errorf("%+v, %+v", v.Accepted, v.Due)
		}
		due := v.Due.At
		v = h.step(root, path+"/accept", obj{"rule": "khieunai.first_complex"})
		if v.Due.Term != 45 || !v.Due.At.After(due) || !v.Due.Start.Equal(v.Accepted.At) {
			t.Errorf("%+v", v.Due)
		}
		tag := h.call("GET", path, root, nil).want(200).header.Get("ETag")
		if a := h.call("POST", path+"/accept", root, obj{"rule": "khieunai.first_complex"}, "If-Match", tag).want(409); a.detail() != say("vi", "accepted_so", 0) {
			t.Errorf("%s", a.body)
		}
		var mine api.Feedback
		h.call("GET", "/v1/feedback/"+f.Code, sender, nil).want(200).json(&mine)
		if last := mine.Timeline[len(mine.Timeline)-1]; last.Event != "accept" || last.Note != nil {
			t.Errorf("the sender is told %+v", last)
		}
		h.browser(sender).get("/my/" + f.Code).want(200).has("thụ lý; thời hạn giải quyết tính từ hôm đó")
	})
}
