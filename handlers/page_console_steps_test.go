package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"kiennghi/models"
)

// TestMarksPage: a publisher hides more, and shows what was hidden, each with a reason; the public
// answer follows.
func TestMarksPage(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	api := "/v1/desk/feedback/" + f.ID + "/replies/" + draftID
	lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver)
	body := "Ông Trần Văn Hứa, tổ trưởng tổ 5, sẽ vá ổ gà."
	if a := h.call("PUT", api, lan, obj{"body": body}, "If-Match", versionText(h.again(f).Version)); a.status != 200 {
		t.Fatal(a.status)
	}
	h.step(lan, api+"/submit", nil)
	h.step(boss, api+"/approve", nil)
	h.step(boss, api+"/publish", nil)
	b, path := h.browser(boss), casePath(f.Code)
	public := func() string { return string(h.call("GET", "/v1/answers/"+f.Code, "", nil).want(200).body) }
	if said := public(); strings.Contains(said, "Hứa") || !strings.Contains(said, "tổ trưởng tổ 5") {
		t.Fatalf("to begin with: %s", said)
	}
	lift := ""
	b.get(path).want(200).page().Find(`input[name="redact.lift"]`).Each(func(_ int, x *goquery.Selection) {
		if v := x.AttrOr("value", ""); strings.Contains(v, "Hứa") {
			lift = v
		}
	})
	if lift == "" {
		t.Fatal("the name that is hidden is not offered to be shown")
	}
	add := []string{"redact.reply", draftID, "redact.in", models.InReply, "redact.kind", "address", "redact.text", "tổ trưởng tổ 5"}
	b.post(path+"/redact", sheet(b.get(path), add...)).want(422).has(`href="#f-redact-reason"`, "tổ trưởng tổ 5")
	b.post(path+"/redact", sheet(b.get(path), append(add, "redact.reason", "Chỉ một người giữ chức ấy", "redact.lift", lift)...)).to(path)
	if said := public(); !strings.Contains(said, "Trần Văn Hứa") || strings.Contains(said, "tổ trưởng tổ 5") {
		t.Errorf("after it: %s", said)
	}
	b.get(path).want(200).has("Chỉ một người giữ chức ấy")
	for name, status := range map[string]int{lan: 403, h.staff("xa", "so-yt-79", models.Approver): 404} {
		x := h.browser(name)
		v := url.Values{"version": {versionText(h.again(f).Version)}, "redact.reply": {draftID}, "redact.in": {models.InReply}, "redact.kind": {"name"}, "redact.text": {"ổ gà"}, "redact.reason": {"x"}}
		x.post(path+"/redact", v).want(status)
	}
}

// TestCoordinatePage: the lead asks another agency by the page, which answers by the page, and takes
// back what it asked a third one.
func TestCoordinatePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t, withAgencies(t))
	f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
	path := casePath(f.Code)
	lead, help := h.browser(h.staff("lead", "so-xd-79", models.Handler)), h.browser(h.staff("help", "so-yt-79", models.Handler))
	help.get(path).want(404)
	due := h.o.Now().In(models.VietNam).AddDate(0, 0, 3).Format(time.DateOnly)
	lead.post(path+"/coordinate", sheet(lead.get(path), "coordinate.agency", "Sở không có", "coordinate.ask", "Cho ý kiến về nước đọng")).want(422).has("Cho ý kiến về nước đọng", "Sở không có")
	lead.post(path+"/coordinate", sheet(lead.get(path), "coordinate.agency", "so-yt-79", "coordinate.ask", "", "coordinate.due_at", due)).want(422).has(`href="#f-coordinate-ask"`)
	lead.post(path+"/coordinate", sheet(lead.get(path), "coordinate.agency", "so-yt-79", "coordinate.ask", "Cho ý kiến về nước đọng", "coordinate.due_at", due)).to(path)
	lead.post(path+"/coordinate", sheet(lead.get(path), "coordinate.agency", "so-ct-79", "coordinate.ask", "Cho ý kiến về điện")).to(path)
	tasks := h.again(f).Tasks
	if len(tasks) != 2 || tasks[0].Agency != "so-yt-79" || tasks[0].DueAt == nil || tasks[0].DueAt.In(models.VietNam).Format(time.DateOnly) != due {
		t.Fatalf("%+v", tasks)
	}
	lead.post(path+"/canceltask", sheet(lead.get(path), "canceltask.task", tasks[1].ID, "canceltask.reason", "")).want(422)
	lead.post(path+"/canceltask", sheet(lead.get(path), "canceltask.task", tasks[1].ID, "canceltask.reason", "Không liên quan đến điện")).to(path)
	help.get(path).want(200).has("Cho ý kiến về nước đọng").hasNot("Nguyễn Thị Gửi")
	help.post(path+"/coordinate", sheet(help.get(path), "coordinate.agency", "so-ct-79", "coordinate.ask", "Cho ý kiến")).want(403)
	help.post(path+"/contribute", sheet(help.get(path), "contribute.task", tasks[0].ID, "contribute.body", "Nước đọng sinh muỗi, cần thoát nước.")).to(path)
	lead.get(path).want(200).has("Nước đọng sinh muỗi, cần thoát nước.", "Không liên quan đến điện")
	tasks = h.again(f).Tasks
	if tasks[0].Status != models.TaskDone || tasks[1].Status == models.TaskOpen {
		t.Errorf("%+v", tasks)
	}
	h.browser(h.staff("third", "so-ct-79", models.Handler)).get(path).want(404)
}
