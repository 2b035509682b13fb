package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"kiennghi/models"
	"kiennghi/search"
)

// publicCase stores a case that was answered and published at that time. change may
// alter it before; its only reply is Replies[0].
func (h *harness) publicCase(title string, at time.Time, change func(*models.Feedback)) *models.Feedback {
	h.t.Helper()
	p := &models.Person{ID: models.NewID(), Name: h.o.Keyring.Seal("Nguyễn Thị Hoa"), CreatedAt: at}
	f, _, err := models.NewFeedback(models.Submission{ID: models.NewID(), Sender: p, SenderName: "Nguyễn Thị Hoa", Source: models.FromWeb, By: models.Actor{ID: p.ID},
		Province: "79", Agency: "so-xd-79", Field: "giao-thong", Title: title, Body: "Nội dung phản ánh về " + title + "."}, h.o.Ref, at)
	if err != nil {
		h.t.Fatal(err)
	}
	f.Status = models.Answered
	f.Replies = []models.Reply{{ID: models.NewID(), Status: models.ReplySent, Agency: f.Agency, Body: "Sở đã kiểm tra và trả lời.", CreatedAt: at, SentAt: &at}}
	f.Published = &models.Publication{ReplyID: f.Replies[0].ID, At: at}
	f.Timeline = append(f.Timeline, models.Event{Event: models.ActPublish, At: at})
	if change != nil {
		change(f)
	}
	if err := h.o.Store.CreateFeedback(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
	if err := h.o.Index.Put(h.t.Context(), search.FeedbackDocument(f)); err != nil {
		h.t.Fatal(err)
	}
	return f
}

var links = regexp.MustCompile(`<a [^>]*href="([^"]*)"`)

// linksOf returns where the links of a page lead that begin so.
func linksOf(a *answer, begin string) []string {
	var out []string
	for _, m := range links.FindAllStringSubmatch(string(a.body), -1) {
		if to := html.UnescapeString(m[1]); strings.HasPrefix(to, begin) {
			out = append(out, to)
		}
	}
	return out
}

func TestAnswersPage(t *testing.T) {
	h := newHarness(t)
	may := time.Date(2025, 5, 4, 9, 0, 0, 0, models.VietNam)
	lamp := h.publicCase("Đèn đường hỏng trước <script>alert(1)</script> chợ", may, nil)
	h.publicCase("Đèn đường sáng cả ngày", may.AddDate(1, 0, 0), func(f *models.Feedback) { f.Province, f.Field = "01", "moi-truong" })
	h.publicCase("Rác chưa được thu gom", may.AddDate(0, 1, 0), func(f *models.Feedback) { f.Replies[0].Agency = "ubnd-79" })
	b := h.browser()

	a := b.get("/answers").want(200).has("3 câu trả lời", "Rác chưa được thu gom", "Lọc kết quả", "Tỉnh, thành phố", `rel="canonical"`)
	if bytes.Contains(a.body, []byte("<script>alert")) {
		t.Error("a title is not escaped")
	}
	if got := linksOf(a, "/answers/KN-"); len(got) != 3 || got[2] != "/answers/"+lamp.Code {
		t.Errorf("newest first: %q", got)
	}
	if got := linksOf(b.get("/answers?sort=oldest"), "/answers/KN-"); got[0] != "/answers/"+lamp.Code {
		t.Errorf("oldest first: %q", got)
	}

	// Every link of a facet leads to as many as it says, and keeps the words.
	a = b.get("/answers?q=den+duong").want(200).has("2 câu trả lời về «den duong»", "<mark>Đèn đường</mark>", "noindex")
	facet := regexp.MustCompile(`<li><a href="(/answers\?[^"]+)" rel="nofollow">[^<]+</a> <span class="muted">(\d+)</span>`)
	found := facet.FindAllSubmatch(a.body, -1)
	if len(found) != 6 { // two fields, provinces and years each; the one agency narrows nothing down
		t.Errorf("%d values of facets: %q", len(found), found)
	}
	for _, m := range found {
		to := html.UnescapeString(string(m[1]))
		if u, _ := url.Parse(to); u.Query().Get("q") != "den duong" {
			t.Errorf("%s lost the words", to)
		}
		b.get(to).want(200).has(string(m[2])+" câu trả lời về «den duong»", "bỏ lọc")
	}

	// All that narrows down is in the address, the form, the feed and the table.
	a = b.get("/answers?q=den+duong&province=79&year=2025&sort=newest").want(200).has("1 câu trả lời về «den duong»", "Thành phố Hồ Chí Minh"[len("Thành phố "):], "2025")
	if got := a.hidden(); got.Get("province") != "79" || got.Get("year") != "2025" || got.Get("sort") != "newest" {
		t.Errorf("the form carries %v", got)
	}
	feed := linksOf(a, "/v1/feeds/")
	if len(feed) != 1 || feed[0] != "/v1/feeds/answers.atom?from=2025-01-01&province=79&q=den+duong&to=2025-12-31" {
		t.Fatalf("feed %q", feed)
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(h.call("GET", feed[0], "", nil).want(200).body))
	if err != nil || len(parsed.Items) != 1 || parsed.Items[0].Link != h.o.PublicURL+"/answers/"+lamp.Code {
		t.Errorf("%v: %+v", err, parsed)
	}
	if got := linksOf(a, "/answers?"); !slices.Contains(got, "/answers?q=den+duong&sort=newest&year=2025") || !slices.Contains(got, "/answers?province=79&q=den+duong&sort=newest") {
		t.Errorf("without the province, without the year: %q", got)
	}

	english := h.browser()
	english.headers["Accept-Language"] = "en"
	english.get("/answers?q=den+duong").want(200).has("2 answers about “den duong”", "Ho Chi Minh", "Narrow down")
	english.get("/answers?q=den+duong&year=2026").want(200).has("1 answer about “den duong”")
}

func TestAnswersPageFindsNothing(t *testing.T) {
	h := newHarness(t)
	h.publicCase("Chó thả rông ở công viên", h.o.Now(), nil)
	b := h.browser()
	a := b.get("/answers?q=cho+tha+rong&province=46&field=giao-thong").want(200).
		has("Chưa có câu trả lời nào về «cho tha rong»", "Huế", "Tìm rộng hơn", "Bỏ Tỉnh, thành phố: Huế", "(1 câu trả lời)", "Không cần gõ dấu", "Chó thả rông ở công viên").
		hasNot("Bỏ Lĩnh vực")
	for _, to := range linksOf(a, "/answers?field=giao-thong&q=") {
		b.get(to).want(200).has("1 câu trả lời về")
	}
	b.get("/answers?q=%E2%80%8Bxyzzy").want(200).has("Chưa có câu trả lời nào về", "Gửi phản ánh")
	b.get("/answers?province=46").want(200).has("Chưa có câu trả lời nào phù hợp")
}

func TestAnswersPageByPage(t *testing.T) {
	h := newHarness(t)
	for i := range 45 {
		h.publicCase(fmt.Sprintf("Vỉa hè số %d", i), h.o.Now().Add(-time.Duration(i)*time.Hour), nil)
	}
	b := h.browser()
	seen := map[string]bool{}
	next := "/answers?q=via+he"
	for page := 1; page <= 3; page++ {
		a := b.get(next).want(200).has(fmt.Sprintf("Trang %d trên 3", page))
		for _, to := range linksOf(a, "/answers/KN-") {
			seen[to] = true
		}
		m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindSubmatch(a.body)
		if (m == nil) != (page == 3) {
			t.Fatalf("page %d: next %q", page, m)
		}
		if m != nil {
			next = html.UnescapeString(string(m[1]))
		}
	}
	if len(seen) != 45 {
		t.Errorf("%d of 45 on the pages", len(seen))
	}
	b.get("/answers?q=via+he&page=4").to("/answers?page=3&q=via+he")
	b.get("/answers?q=khongcogi&page=9").to("/answers?q=khongcogi")
	for _, odd := range []string{"page=-3", "page=x", "page=99999999999999999999", "agency=%00", "agency='%20or%201=1", "agency=nobody", "year=20x6", "sort=best", "q=%ff%fe",
		"q=" + strings.Repeat("%C3%A8", 5000), "q=%22", "q=%E2%80%AEabc", "field[]=x", "q=a&q=b", "year=2025;drop", "province=../../etc"} {
		if a := b.get("/answers?" + odd); a.status != 200 && a.status != 303 && a.status != 413 {
			t.Errorf("%.40s: %d", odd, a.status)
		}
	}
}

func TestAnswersAsTable(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	at := time.Date(2026, 5, 4, 9, 30, 0, 0, models.VietNam)
	h.publicCase("Dấu \"ngoặc\", phẩy", at, func(f *models.Feedback) {
		f.Replies[0].Body = "=HYPERLINK(\"http://evil.example\",\"x\")\nDòng hai, có phẩy\n\n# Căn cứ"
		f.Replies[0].OfficialNumber, f.Replies[0].OfficialDate = "+123/SXD", "2026-05-03"
	})
	for i := range 130 {
		h.publicCase(fmt.Sprintf("Vỉa hè %d", i), at.Add(-time.Duration(i+1)*time.Hour), nil)
	}
	b := h.browser()
	a := b.get("/answers.csv").want(200)
	if !bytes.HasPrefix(a.body, []byte("\xEF\xBB\xBFcode,")) || a.header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		!strings.HasPrefix(a.header.Get("Content-Disposition"), `attachment; filename="cau-tra-loi-`) {
		t.Errorf("%v %.30q", a.header, a.body)
	}
	rows, err := csv.NewReader(bytes.NewReader(a.body[3:])).ReadAll()
	if err != nil || len(rows) != 132 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	first := map[string]string{}
	codes := map[string]bool{}
	for i, name := range rows[0] {
		first[name] = rows[1][i]
	}
	for _, row := range rows[1:] {
		codes[row[0]] = true
	}
	if len(codes) != 131 {
		t.Errorf("%d different answers", len(codes))
	}
	for name, want := range map[string]string{
		"title": "Dấu \"ngoặc\", phẩy", "answer": "'=HYPERLINK(\"http://evil.example\",\"x\")\nDòng hai, có phẩy\nCăn cứ", "official_number": "'+123/SXD", "official_date": "2026-05-03",
		"published_at": "2026-05-04 09:30:00", "agency": "Sở Xây dựng thành phố Hồ Chí Minh", "province": "Hồ Chí Minh", "address": h.o.PublicURL + "/answers/" + first["code"],
	} {
		if first[name] != want {
			t.Errorf("%s is %q, want %q", name, first[name], want)
		}
	}
	if rows, _ := csv.NewReader(bytes.NewReader(b.get("/answers.csv?q=ngoac").want(200).body[3:])).ReadAll(); len(rows) != 2 {
		t.Errorf("%d rows of a search", len(rows))
	}
	for range csvQuota.n {
		b.get("/answers.csv?q=ngoac")
	}
	b.get("/answers.csv?q=ngoac").want(429)
}

// breaking stands before a search engine that goes away after some searches.
type breaking struct {
	search.Index
	left int
}

func (x *breaking) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if x.left--; x.left < 0 {
		return search.Result{}, models.ErrUnavailable
	}
	return x.Index.Search(ctx, q)
}

// TestAnswersAsTableNeverInPart breaks the search engine half-way: whoever gets the file
// must notice that it is not whole, compressed or not.
func TestAnswersAsTableNeverInPart(t *testing.T) {
	t.Parallel()
	engine := &breaking{}
	h := newHarness(t, func(o *Options) { engine.Index, o.Index = o.Index, engine })
	for i := range 250 {
		h.publicCase(fmt.Sprintf("Vỉa hè %d", i), h.o.Now().Add(-time.Duration(i+1)*time.Hour), nil)
	}
	for _, encoding := range []string{"identity", "gzip"} {
		engine.left = 1
		r, _ := http.NewRequest("GET", h.url+"/answers.csv", nil)
		r.Header.Set("Accept-Encoding", encoding)
		res, err := h.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, res.Body)
		if res.Body.Close(); err == nil {
			t.Errorf("%s: %d bytes look like the whole table", encoding, n)
		}
	}
	engine.left = 0
	h.browser().get("/answers.csv").want(503)
}

func TestAnswerPage(t *testing.T) {
	h := newHarness(t)
	at := time.Date(2026, 5, 4, 9, 30, 0, 0, models.VietNam)
	evil := "</script><script>alert(1)</script><!-- {{.}} \u2028 &"
	f := h.publicCase("Đèn đường "+evil, at, func(f *models.Feedback) {
		f.Body = "Gọi 0911222333. " + evil
		f.Replies[0].Body = "# Kết quả\n- đã **sửa**\n" + evil
		f.Replies[0].OfficialNumber, f.Replies[0].OfficialDate = "123/SXD-QLHT", "2026-05-03"
		f.Replies[0].Uploads = []models.Attachment{{ID: models.NewID(), Name: "bien ban.pdf", ContentType: "application/pdf", Size: 12345}}
	})
	other := h.publicCase("Đèn đường script alert", at.AddDate(0, -1, 0), nil)
	b := h.browser()
	a := b.get("/answers/"+f.Code).want(200).has("Sở Xây dựng thành phố Hồ Chí Minh", "123/SXD-QLHT", "03/05/2026", "04/05/2026", "<h3>Kết quả</h3>", "bien ban.pdf", "12 KB",
		other.Title, `rel="canonical" href="`+h.o.PublicURL+"/answers/"+f.Code, `property="og:title"`, "Trích dẫn", ", văn bản số 123/SXD-QLHT.").
		hasNot("0911222333", "Nguyễn Thị Hoa", "Lịch sử đính chính")
	if bytes.Contains(a.body, []byte("<script>alert")) || bytes.Contains(a.body, []byte("</script><script>")) {
		t.Error("the page runs what the sender wrote")
	}
	m := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindSubmatch(a.body)
	var data struct {
		Type       string `json:"@type"`
		MainEntity struct {
			Name, Text     string
			AnswerCount    int
			AcceptedAnswer struct {
				Text, URL string
				Author    struct{ Name string }
			}
		}
	}
	if m == nil || json.Unmarshal(m[1], &data) != nil {
		t.Fatalf("no JSON-LD: %s", m)
	}
	if q := data.MainEntity; data.Type != "QAPage" || q.Name != f.Title || q.AnswerCount != 1 || !strings.Contains(q.AcceptedAnswer.Text, evil) || strings.Contains(q.Text, "0911222333") {
		t.Errorf("%+v", data)
	}
	if strings.Contains(a.header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("a lax policy")
	}
	res := b.get("/answers/" + strings.ToLower(strings.ReplaceAll(f.Code, "-", "")))
	if res.status != 301 || res.header.Get("Location") != "/answers/"+f.Code {
		t.Errorf("another way to write the code: %d %q", res.status, res.header.Get("Location"))
	}
	for _, nothing := range []string{"KN-2222-2222", "%00", "..%2f..", strings.Repeat("A", 3000)} {
		if got := b.get("/answers/" + nothing).status; got != 404 && got != 400 {
			t.Errorf("%.20s: %d", nothing, got)
		}
	}
	english := h.browser()
	english.headers["Accept-Language"] = "en"
	english.get("/answers/"+f.Code).want(200).has("Department of Construction", "3 May 2026", `lang="vi"`, "A member of the public")
}

// TestAnswerTakenBackAndPublishedAgain: gone from everywhere at once, and the page says
// afterwards what happened.
func TestAnswerTakenBackAndPublishedAgain(t *testing.T) {
	h := newHarness(t)
	_, _, reply := h.answered(h.citizen("Nguyễn Thị Hoa"))
	boss := h.staff("boss", "so-xd-79", models.Approver)
	code := h.step(boss, reply+"/publish", nil).Code
	neighbour := h.publicCase("Đường trước trường tiểu học hỏng", h.o.Now(), func(f *models.Feedback) { f.Field = "" })
	h.index()
	b := h.browser()
	b.get("/answers/" + neighbour.Code).want(200).has(code)
	h.step(boss, reply+"/unpublish", obj{"reason": "lý do kín"})
	b.get("/answers/" + code).want(410)
	b.get("/answers").want(200).hasNot(code)
	b.get("/answers/" + neighbour.Code).want(200).hasNot(code)
	b.get("/answers.csv").want(200).hasNot(code)
	h.step(boss, reply+"/publish", obj{"reason": "đã che số điện thoại 0912345678"})
	b.get("/answers/"+code).want(200).has("Lịch sử đính chính", "Công khai lần đầu", "Gỡ xuống để xem lại", "Công khai lại bản hiện nay", "đã che số điện thoại […]").hasNot("lý do kín")
}
