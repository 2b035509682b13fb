package handlers

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"kiennghi/api"
	"kiennghi/models"
)

func TestPublishedAnswer(t *testing.T) {
	h := newHarness(t, withAgencies(t))
	_, path, reply := h.answered(h.citizen("Nguyễn Thị Bí Mật"))
	boss := h.staff("boss", "so-xd-79", models.Approver)
	code := h.step(boss, reply+"/publish", nil).Code
	h.index()

	a := h.call("GET", "/v1/answers?q=cong+truong", "", nil).want(200)
	var list api.AnswerList
	a.json(&list)
	if list.Total != 1 || list.Items[0].Code != code || !strings.Contains(list.Items[0].Snippet, "<mark>") {
		t.Errorf("%s", a.body)
	}
	if f := list.Facets; len(f.Agency) != 1 || f.Agency[0].Name != "Sở Xây dựng thành phố Hồ Chí Minh" || f.Province[0].Value != "79" || len(f.Year) != 1 {
		t.Errorf("facets %+v", list.Facets)
	}
	if got := a.header.Get("Cache-Control"); got != cacheAnswers {
		t.Errorf("Cache-Control %q", got)
	}
	if got := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(got, "Accept-Language") || !strings.Contains(got, "Accept-Encoding") {
		t.Errorf("Vary %q: a shared cache gives out the wrong language or encoding", got)
	}
	if got := h.call("GET", "/v1/suggest?q=duong", "", nil).want(200).body; !bytes.Contains(got, []byte("Đường trước trường hỏng")) {
		t.Errorf("suggestions %s", got)
	}
	feed := h.call("GET", "/v1/feeds/answers.atom?q=cong+truong", "", nil).want(200)
	if parsed, err := gofeed.NewParser().Parse(bytes.NewReader(feed.body)); err != nil || len(parsed.Items) != 1 {
		t.Errorf("feed: %v %s", err, feed.body)
	}

	// The agency's seal, checked as anyone would: key from the agency, text from the answer.
	var proof api.AnswerProof
	h.call("GET", "/v1/answers/"+code+"/proof", "", nil).want(200).json(&proof)
	var keys api.Jwks
	h.call("GET", "/v1/agencies/so-xd-79/jwks", "", nil).want(200).json(&keys)
	var answer api.AnswerView
	h.call("GET", "/v1/answers/"+code, "", nil).want(200).json(&answer)
	if len(keys.Keys) != 1 || keys.Keys[0] != proof.Key || !proof.KeyInTime || proof.Key.Kid != "so-xd-79.1" || !proof.TextUnchanged {
		t.Fatalf("proof %+v, keys %+v", proof, keys)
	}
	public, err := base64.RawURLEncoding.DecodeString(proof.Key.X)
	if err != nil {
		t.Fatal(err)
	}
	said, err := models.Seal{Statement: proof.Statement, Signature: proof.Signature}.Verify(public)
	if err != nil || said.Code != code || !said.Says(answer.Reply.Body) {
		t.Errorf("the seal says %+v: %v", said, err)
	}
	// Taken back: gone everywhere at once, although the index does not know yet.
	h.step(boss, reply+"/unpublish", obj{"reason": "có thông tin riêng"})
	h.call("GET", "/v1/answers/"+code, "", nil).want(410)
	h.call("GET", "/v1/answers/"+code+"/proof", "", nil).want(410)
	for _, where := range []string{"/v1/answers?q=cong+truong", "/v1/answers", "/v1/feeds/answers.atom", "/v1/suggest?q=duong"} {
		if a := h.call("GET", where, "", nil).want(200); bytes.Contains(a.body, []byte(code)) || bytes.Contains(a.body, []byte("Đường trước trường")) {
			t.Errorf("%s still shows it", where)
		}
	}
	if h.call("GET", "/v1/answers?q=cong+truong", "", nil).json(&list); list.Total != 0 {
		t.Errorf("%d answers counted, none is public", list.Total)
	}
	h.step(boss, path+"/replies/"+draftID+"/publish", obj{"reason": "đã sửa số điện thoại"})
	h.call("GET", "/v1/answers/"+code, "", nil).want(200).has(`"reason":"đã sửa số điện thoại"`)
}

// TestNothingPersonalIsPublic plants what identifies people in every text of a case and
// looks for it in every public place.
func TestNothingPersonalIsPublic(t *testing.T) {
	h := newHarness(t)
	secrets := []string{"Bí Mật", "bi mat", "0911222333", "0911 222 333", "bimat@example.vn", "079123456789", "51F-123.45", "ghi chú kín", "tin nhắn kín", "lý do kín"}
	hoa := h.citizen("Nguyễn Thị Bí Mật")
	p, err := h.o.Store.Person(t.Context(), h.accountOf(hoa))
	if err != nil {
		t.Fatal(err)
	}
	f, work, err := models.NewFeedback(models.Submission{
		ID: models.NewID(), Sender: p, SenderName: "Nguyễn Thị Bí Mật", Source: models.FromWeb, By: models.Actor{ID: p.ID}, Province: "79", Agency: "so-xd-79",
		Title: "Ổ gà, gọi 0911222333 gặp nguyen thi bi mat", Body: "Tôi tên Nguyễn Thị Bí Mật. Liên hệ 0911 222 333 hoặc bimat@example.vn, căn cước 079123456789, xe 51F-123.45. Ổ gà lớn trước cổng trường.",
	}, h.o.Ref, h.o.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.o.Store.CreateFeedback(t.Context(), f, work...); err != nil {
		t.Fatal(err)
	}
	lan, boss := h.staff("lan", "so-xd-79", models.Handler), h.staff("boss", "so-xd-79", models.Approver, models.Coordinator)
	path := "/v1/desk/feedback/" + f.ID
	h.step(lan, path+"/notes", obj{"body": "ghi chú kín"})
	h.call("POST", "/v1/feedback/"+f.Code+"/messages", hoa, obj{"body": "tin nhắn kín"}).want(201)
	h.step(lan, path+"/unseal", obj{"reason": "lý do kín, cần gọi điện"})
	v := h.step(lan, path+"/replies", obj{"body": "Đã sửa. Thắc mắc gọi 0911222333."})
	reply := path + "/replies/" + v.Replies[0].ID
	h.step(lan, reply+"/submit", nil)
	h.step(boss, reply+"/approve", nil)
	h.step(boss, reply+"/publish", nil)
	h.index()
	for _, where := range []string{"/v1/answers", "/v1/answers?q=o+ga", "/v1/answers/" + f.Code, "/v1/feeds/answers.atom", "/v1/suggest?q=o"} {
		a := h.call("GET", where, "", nil).want(200)
		if !strings.Contains(string(a.body), "Ổ gà") && !strings.Contains(string(a.body), "gà") {
			t.Errorf("%s does not show the case at all", where)
		}
		for _, secret := range secrets {
			if bytes.Contains(a.body, []byte(secret)) {
				t.Errorf("%s shows %q: %s", where, secret, a.body)
			}
		}
	}
	similar := h.call("POST", "/v1/triage", "", obj{"title": "Ổ gà", "body": "Ổ gà lớn trước cổng trường, gọi lại giúp tôi."}).want(200)
	for _, secret := range secrets {
		if bytes.Contains(similar.body, []byte(secret)) {
			t.Errorf("triage shows %q", secret)
		}
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

func TestPrivateAndUnpublishedAreNotThere(t *testing.T) {
	h := newHarness(t)
	f, _, _ := h.answered(h.citizen("Nguyễn Thị Hoa"))
	h.index()
	h.call("GET", "/v1/answers/"+f.Code, "", nil).want(404)
	h.call("GET", "/v1/answers/KN-2222-2222", "", nil).want(404)
	h.call("GET", "/v1/answers/khong-co", "", nil).want(404)
	var list api.AnswerList
	h.call("GET", "/v1/answers?q=cong+truong", "", nil).want(200).json(&list)
	if list.Total != 0 {
		t.Errorf("%d answers, nothing is published", list.Total)
	}
}

func TestAnswersPagesAndFilters(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	boss := h.staff("boss", "so-xd-79", models.Approver)
	for range 5 {
		_, _, reply := h.answered(hoa)
		h.step(boss, reply+"/publish", nil)
	}
	h.index()
	seen := map[string]bool{}
	for next, n := "", 0; n < 5; n++ {
		var list api.AnswerList
		h.call("GET", "/v1/answers?limit=2"+next, "", nil).want(200).json(&list)
		for _, a := range list.Items {
			seen[a.Code] = true
		}
		if list.Next == nil {
			break
		}
		next = "&next=" + *list.Next
	}
	if len(seen) != 5 {
		t.Errorf("%d of 5 in the pages", len(seen))
	}
	day := h.o.Now().In(models.VietNam).Format(time.DateOnly)
	for query, want := range map[string]int{
		"agency=so-xd-79": 5, "agency=bxd": 0, "province=79": 5, "province=01": 0, "from=" + day + "&to=" + day: 5, "to=2020-01-01": 0,
		"q=": 5, "q=%22cổng+trường%22": 5, "q=*%3A~%22+AND+(": 0,
	} {
		var list api.AnswerList
		h.call("GET", "/v1/answers?"+query, "", nil).want(200).json(&list)
		if list.Total != want && query != "q=*%3A~%22+AND+(" {
			t.Errorf("%s: %d, want %d", query, list.Total, want)
		}
	}
	for _, bad := range []string{"limit=0", "limit=1000", "next=o-1", "next=x", "from=gestern", "sort=best", "q=" + strings.Repeat("x", 300)} {
		if a := h.call("GET", "/v1/answers?"+bad, "", nil); a.status != 400 && a.status != 422 {
			t.Errorf("%.20s: %d", bad, a.status)
		}
	}
}

func TestReferenceAndService(t *testing.T) {
	h := newHarness(t)
	var tree api.AgencyTree
	h.call("GET", "/v1/agencies", "", nil).want(200).json(&tree)
	if len(tree.Items) == 0 || tree.Items[0].Code != "vpcp" || len(tree.Items[0].Children) < 40 {
		t.Errorf("the tree has %d roots", len(tree.Items))
	}
	h.call("GET", "/v1/agencies?province=79", "", nil).want(200).json(&tree)
	if n := len(tree.Items[0].Children); n < 100 {
		t.Errorf("TP.HCM has %d agencies", n)
	}
	h.call("GET", "/v1/agencies/khong-co", "", nil).want(404)
	if got := h.call("GET", "/v1/agencies?province=99", "", nil).want(400).fields(); got != "province:unknown" {
		t.Errorf("a province that is not: %s", got)
	}
	var provinces api.ProvinceList
	h.call("GET", "/v1/provinces", "", nil).want(200).json(&provinces)
	if len(provinces.Items) != 34 {
		t.Errorf("%d provinces", len(provinces.Items))
	}
	h.call("GET", "/readyz", "", nil).want(200)
	for path, want := range map[string]int{"/docs/": 200, "/openapi.yaml": 200, "/v1/nonsense": 404, "/": 200} {
		h.call("GET", path, "", nil).want(want)
	}
	// Without the store the program is alive and not ready, and says so at once.
	h.o.Store.Close()
	h.call("GET", "/healthz", "", nil).want(200)
	for end := time.Now().Add(5 * time.Second); h.call("GET", "/readyz", "", nil).status != 503; { // it is remembered for a moment
		if time.Now().After(end) {
			t.Fatal("ready without a store")
		}
	}
	a := h.call("POST", "/v1/auth/otp", "", obj{"phone": "0912345678"}).want(503)
	if a.header.Get("Retry-After") == "" || bytes.Contains(a.body, []byte("database")) {
		t.Errorf("%v %s", a.header, a.body)
	}
}

func TestSearchBeingDownLosesNothing(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	h.o.Index.Close()
	h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "khi-tim-kiem-hong").want(201)
	h.call("GET", "/v1/answers?q=x", "", nil).want(503)
	h.call("POST", "/v1/triage", "", obj{"body": pothole["body"]}).want(200)
	h.call("GET", "/readyz", "", nil).want(200)
}

func TestRateLimit(t *testing.T) {
	h := newHarness(t)
	h.advance(time.Until(time.Now().Truncate(time.Hour).Add(time.Hour + time.Minute))) // well inside a window
	var last *answer
	limit := quotas["sendOtp"].n
	for i := range limit + 1 {
		last = h.call("POST", "/v1/auth/otp", "", obj{"phone": fmt.Sprintf("09%08d", i)})
		if i < limit {
			last.want(202)
		}
	}
	last.want(429)
	if last.header.Get("Retry-After") == "" || last.header.Get("RateLimit-Remaining") != "0" || last.header.Get("RateLimit-Limit") != fmt.Sprint(limit) {
		t.Errorf("headers %v", last.header)
	}
	// Another process on the same store knows.
	h.callAt(h.start(), "POST", "/v1/auth/otp", "", obj{"phone": "0999999999"}).want(429)
	if ctx := context.Background(); h.o.Store.Ping(ctx) != nil {
		t.Error("the store was hurt")
	}
}

func TestHostileRequests(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for name, c := range map[string]struct {
		body    []byte
		kind    string
		want    []int
		headers []string
	}{
		"not JSON":         {body: []byte("xin chào"), kind: "application/json", want: []int{400, 422}},
		"cut off":          {body: []byte(`{"title": "x`), kind: "application/json", want: []int{400}},
		"another type":     {body: []byte("title=x"), kind: "application/x-www-form-urlencoded", want: []int{415}},
		"invalid UTF-8":    {body: []byte("{\"title\": \"\xff\xfe\", \"body\": \"x\"}"), kind: "application/json", want: []int{400}},
		"deep nesting":     {body: []byte(strings.Repeat(`{"a":`, 100000)), kind: "application/json", want: []int{400, 422}},
		"too large":        {body: bytes.Repeat([]byte("x"), maxBody+1), kind: "application/json", want: []int{413}},
		"unknown field":    {body: []byte(`{"title":"x","body":"đủ mười ký tự","admin":true}`), kind: "application/json", want: []int{422}},
		"wrong type":       {body: []byte(`{"title":5,"body":["x"]}`), kind: "application/json", want: []int{422}},
		"NUL":              {body: []byte(`{"title":"a\u0000b","body":"đủ mười ký tự rồi"}`), kind: "application/json", want: []int{201}},
		"null":             {body: []byte(`null`), kind: "application/json", want: []int{400, 422}},
		"nothing":          {kind: "application/json", want: []int{400, 422}},
		"title of a novel": {body: []byte(`{"title":"` + strings.Repeat("ệ", 301) + `","body":"đủ mười ký tự rồi"}`), kind: "application/json", want: []int{422}},
	} {
		a := h.call("POST", "/v1/feedback", hoa, c.body, "Content-Type", c.kind, "Idempotency-Key", "hostile-"+strings.ReplaceAll(name, " ", "-"))
		found := false
		for _, w := range c.want {
			found = found || a.status == w
		}
		if !found {
			t.Errorf("%s: %d, want %v: %.300s", name, a.status, c.want, a.body)
		}
	}
	for _, path := range []string{"/v1/feedback/%00", "/v1/feedback/..%2f..%2fetc", "/v1/answers/" + strings.Repeat("A", 3000), "/v1/answers?q=%ff%fe", "/v1/provinces/%27%20OR%201=1/communes"} {
		if a := h.call("GET", path, hoa, nil); a.status < 400 && a.status != 200 || a.status >= 500 {
			t.Errorf("%.40s: %d %s", path, a.status, a.body)
		}
	}
}
