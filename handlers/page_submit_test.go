package handlers

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
)

// holeText is a letter that is ordinary feedback.
const holeText = "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu.\nHọc sinh đi xe đạp bị ngã. Đề nghị sửa sớm."

// write goes through the first steps with that text, and returns who did.
func (h *harness) write(b *browser, body string) {
	h.t.Helper()
	b.post("/submit/what", url.Values{"body": {body}, "seen": {"feedback feedback+"}})
	b.post("/submit/where", url.Values{"where": {"Phường Bến Nghé quận 1"}, "place": {"trước cổng trường"}}).to("/submit/files")
}

// signIn signs a browser in with a code, as the step does.
func (b *browser) signIn(phone string) {
	b.h.t.Helper()
	b.post("/signin", url.Values{"phone": {phone}, "next": {"/submit/who"}}).to("/signin/code")
	b.post("/signin/code", url.Values{"code": {b.h.codeOf("+84" + phone[1:])}}).to("/submit/who")
	id, _, _ := strings.Cut(b.cookies[citizenCookie], ".")
	b.owner = "session " + id
}

// files sends a form of files as a browser without scripts does: the other input comes with
// nothing in it.
func (b *browser) files(path, token string, files map[string][]byte) *answer {
	b.h.t.Helper()
	sent := map[string][]byte{"": nil}
	maps.Copy(sent, files)
	return b.form(path, url.Values{"csrf": {token}}, sent)
}

// TestSubmitWithoutScripts goes through every step as nobody, signs in at the end, and
// finds the case as it was written.
func TestSubmitWithoutScripts(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	b.get("/submit").want(200).has("Chuyện gì đã xảy ra?", "Bước 1 trên 5")
	b.post("/submit/what", url.Values{"body": {holeText}}).to("/submit/where")
	b.get("/submit/what").has("Học sinh đi xe đạp bị ngã") // kept
	b.post("/submit/where", url.Values{"where": {"ben nghe quan 1"}, "place": {"trước cổng trường"}}).to("/submit/files")
	b.get("/submit/where").has(`value="Phường Sài Gòn, Hồ Chí Minh"`)
	b.files("/submit/files", b.csrf(), map[string][]byte{"hố.png": pngOf(t, sample(300, 200))}).to("/submit/files")
	page := b.get("/submit/files").want(200).has("hố.png", "Đã có 1 tệp")
	picture := page.page().Find(".files img").AttrOr("src", "")
	if got := b.get(picture).want(200); got.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the small picture is %s", got.header.Get("Content-Type"))
	}
	h.browser().get(picture).want(404)
	b.get("/submit/check").to("/submit/who")
	b.get("/submit/who").want(200).has("gửi một mã", `action="/signin"`)
	b.signIn("0912345678")
	b.get("/submit/who").want(200).has("Họ và tên", "09•• •••").hasNot("0912345678")
	b.post("/submit/who", url.Values{"name": {"A"}, "publish_name": {"no"}}).want(422).has("Họ và tên:")
	b.get("/submit/check").to("/submit/who")
	b.post("/submit/who", url.Values{"name": {"Nguyễn Thị Hoa"}, "publish_name": {"no"}}).to("/submit/check")
	check := b.get("/submit/check").want(200).has("Nguyễn Thị Hoa", "hố.png", "Phường Sài Gòn, Hồ Chí Minh", "có lẽ sẽ đến", "Cơ quan phải trả lời trước", "Vì sao là ngày này?", "Quyết định 574/QĐ-TTg")
	form := check.hidden()
	sent := b.post("/submit/send", form)
	address := sent.header.Get("Location")
	code := strings.TrimPrefix(address, "/submit/sent?code=")
	sent.to("/submit/sent?code=" + code)
	b.get(address).want(200).has(code, "Đã nhận phản ánh", "Đang tìm cơ quan", "Cơ quan phải trả lời trước")
	f, err := h.o.Store.FeedbackByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if f.Body != holeText || f.Title != "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu" || f.Commune != "26740" || f.Province != "79" || f.Place != "trước cổng trường" ||
		len(f.Uploads) != 1 || f.Source != models.FromWeb || f.PublishName {
		t.Errorf("the case is %+v", f)
	}
	if u, err := h.o.Store.Upload(t.Context(), f.Uploads[0].ID); err != nil || u.Owner != f.SenderID || u.FeedbackID != f.ID {
		t.Errorf("the file belongs to %+v, %v", u, err)
	}
	b.get("/submit/what").hasNot("Học sinh đi xe đạp") // the draft is gone
	b.post("/submit/send", form).to(address)           // pressed twice: the same case
	h.browser(h.citizen("Trần Văn Khác")).get(address).want(404)
	for _, private := range []string{"Học sinh đi xe đạp", "Nguyễn Thị Hoa", "0912345678", "trước cổng trường", "hố.png"} {
		if strings.Contains(h.log.String(), private) {
			t.Errorf("the log has %q", private)
		}
	}
}

// TestDoubleClickSendsOnce sends the same form many times at once.
func TestDoubleClickSendsOnce(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	h.write(b, holeText)
	form := b.get("/submit/check").want(200).hidden()
	var addresses [6]string
	var wg sync.WaitGroup
	for i := range addresses {
		one := &browser{h: h, cookies: map[string]string{citizenCookie: b.cookies[citizenCookie], draftCookie: b.cookies[draftCookie]}, owner: b.owner, headers: b.headers}
		body := url.Values{}
		for k, v := range form {
			body[k] = v
		}
		wg.Go(func() { addresses[i] = one.send("POST", "/submit/send", body).header.Get("Location") })
	}
	wg.Wait()
	if addresses[0] == "" || len(slices.Compact(addresses[:])) != 1 {
		t.Errorf("sent to %v", addresses)
	}
}

// TestNothingTypedIsLost: what is wrong is kept as well, and shown again; going back keeps
// what stands in the form.
func TestNothingTypedIsLost(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	b.post("/submit/what", url.Values{"body": {"ngắn"}, "title": {"Tiêu đề"}}).to("/submit/what?again=1")
	b.get("/submit/what?again=1").want(422).has("Cần ít nhất 10 ký tự", "ngắn", "Tiêu đề", `href="#f-body"`)
	b.get("/submit/what").want(200).has("ngắn", "Tiêu đề")
	long := strings.Repeat("đường ", 4000) // more than may be sent
	b.post("/submit/what", url.Values{"body": {long}}).to("/submit/what?again=1")
	b.get("/submit/what?again=1").want(422).has("Nhiều nhất 20000 ký tự", strings.TrimSpace(long))
	b.get("/submit/what").has(strings.TrimSpace(long))
	huge := strings.Repeat("dài lắm ", 40000) // more than is kept
	b.post("/submit/what", url.Values{"body": {huge}}).want(422).has(strings.TrimSpace(huge))
	b.get("/submit/what").want(200).has(strings.TrimSpace(long))
	b.post("/submit/what", url.Values{"body": {"nửa"}, "back": {"check"}}).to("/submit/what?again=1&back=check")
	b.get("/submit/what").want(200).has("nửa")
	b.post("/submit/where", url.Values{"where": {"nơi nào đó"}, "place": {"góc phố"}, "go": {"back"}}).to("/submit/what")
	b.get("/submit/where").has("nơi nào đó", "góc phố")
	b.post("/submit/discard", nil).to("/submit/what")
	b.get("/submit/what").has("Đã xóa những gì đã viết").hasNot("nửa")
	b.get("/submit/where").hasNot("góc phố")
}

// TestFiveThousandWords sends a letter as long as may be, with everything that could be
// mistaken for something else in every field.
func TestFiveThousandWords(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	const evil = `"><script>alert(1)</script> 😀 ` + "\u202engược\u202c" + ` {{.}}`
	clean := models.CleanLine(evil)
	body := evil + "\n" + strings.Repeat("xã ơi ", 2500)
	b.post("/submit/what", url.Values{"body": {body}, "title": {evil}, "seen": {"feedback spam feedback+"}})
	b.post("/submit/where", url.Values{"place": {evil}, "where": {evil}, "go": {"back"}}).to("/submit/what")
	b.get("/submit/where").want(200).has(clean)
	b.post("/submit/where", url.Values{"place": {evil}}).to("/submit/files")
	b.get("/submit/what").has(clean)
	for _, path := range []string{"/submit/what", "/submit/where", "/submit/who", "/submit/check"} {
		if page := string(b.get(path).want(200).body); strings.Contains(page, "<script>alert") || strings.Contains(page, "\u202e") {
			t.Errorf("%s shows a script or turns the direction", path)
		}
	}
	b.post("/submit/who", url.Values{"publish_name": {"yes"}}).to("/submit/check")
	address := b.post("/submit/send", b.get("/submit/check").want(200).hidden()).header.Get("Location")
	b.get(address).want(200).has(clean)
	f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(address, "/submit/sent?code="))
	if err != nil || f.Body != models.Clean(body) || f.Title != clean || f.Place != clean || !f.PublishName {
		t.Errorf("it became %.200q, %q, %q, %v", f.Body, f.Title, f.Place, err)
	}
}

// TestTheRightDoor says plainly where other matters go, and never refuses.
func TestTheRightDoor(t *testing.T) {
	h := newHarness(t)
	for text, want := range map[string]struct{ says, door string }{
		"Tôi khiếu nại quyết định thu hồi đất số 12 của Ủy ban nhân dân xã, đề nghị hủy quyết định.": {"Luật Khiếu nại", "Có vẻ là khiếu nại"},
		"Tôi tố cáo ông chủ tịch xã nhận hối lộ của doanh nghiệp để cấp đất trái phép.":              {"tố cáo", "Có vẻ là tố cáo"},
		"Cháy nhà đang cháy lớn có người mắc kẹt bên trong cứu với":                                  {"tel:114", "hãy gọi ngay"},
		"Cho tôi hỏi thủ tục làm lại căn cước cần những giấy tờ gì?":                                 {"dichvucong.gov.vn", "Có vẻ là câu hỏi"},
	} {
		b := h.browser(h.citizen("Nguyễn Thị Hoa"))
		b.post("/submit/what", url.Values{"body": {text}}).to("/submit/similar")
		b.get("/submit/similar").want(200).has(want.says, want.door, "Vẫn tiếp tục gửi")
		b.post("/submit/what", url.Values{"body": {text}, "seen": {string(h.o.Ref.Triage.Kind("", text))}}).to("/submit/where") // a script has shown it
		b.post("/submit/who", url.Values{"publish_name": {"no"}}).to("/submit/check")
		address := b.post("/submit/send", b.get("/submit/check").want(200).has(want.door).hidden()).header.Get("Location")
		b.get(address).want(200).has(want.door, "Đã nhận phản ánh")
	}
}

// TestSimilarAnswersAreOffered shows what was answered already.
func TestSimilarAnswersAreOffered(t *testing.T) {
	h := newHarness(t)
	f := h.publicCase("Ổ gà trước cổng trường tiểu học Kim Đồng", h.o.Now(), nil)
	b := h.browser()
	b.post("/submit/what", url.Values{"body": {f.Body}, "title": {f.Title}}).to("/submit/similar")
	b.get("/submit/similar").want(200).has("Có phải điều ông/bà cần?", "/answers/"+f.Code)
	b.get("/submit/similar?back=check").has(`href="/submit/check"`)
}

// TestPlacesAtTheStep takes old and new names, asks where one means several, and never
// takes away what it does not know.
func TestPlacesAtTheStep(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.write(b, holeText)
	b.post("/submit/where", url.Values{"where": {"phường 1"}, "place": {"chợ"}}).to("/submit/where?again=1")
	several := b.get("/submit/where?again=1").want(422).has("Ông/bà muốn nói nơi nào?", "trước đây: Phường 1, ", "Gõ thêm tên quận", "chợ")
	code := several.page().Find("input[name=commune]").First().AttrOr("value", "")
	b.get("/submit/where").has(`value="phường 1"`, "chợ")
	b.post("/submit/where", url.Values{"where": {"phường 1"}, "choice": {"phường 1"}, "commune": {code}, "place": {"chợ"}}).to("/submit/files")
	want, _ := h.o.Ref.Places.Commune(code)
	b.get("/submit/where").has(want.Name)
	b.post("/submit/where", url.Values{"where": {"phường 1"}, "choice": {"phường 1"}, "commune": {"none"}, "place": {"chợ"}}).to("/submit/files")
	b.get("/submit/where").has(`value="phường 1, chợ"`)
	b.post("/submit/where", url.Values{"where": {"xứ lạ lùng"}, "place": {"chợ"}}).to("/submit/where?again=1")
	b.get("/submit/where?again=1").want(422).has("Không tìm thấy xã, phường nào", "xứ lạ lùng", "chợ")
	b.post("/submit/where", url.Values{"where": {"tỉnh Vĩnh Phúc"}}).to("/submit/files")
	if got := b.get("/submit/where").page().Find("select option[selected]").AttrOr("value", ""); got != "25" {
		t.Errorf("Vĩnh Phúc became %q", got)
	}
	b.post("/submit/where", url.Values{"where": {"Bến Nghé"}, "province": {"01"}}).to("/submit/where?again=1")
	b.get("/submit/where?again=1").want(422).has("Phường Sài Gòn") // elsewhere: asked
	b.post("/submit/where", url.Values{"province": {"99"}}).to("/submit/where?again=1")
	b.get("/submit/where?again=1").want(422).has("Không có trong danh mục")
	b.post("/submit/where", url.Values{}).to("/submit/files")
	var found []placeFound
	b.get("/submit/places?q=ben+nghe").want(200).json(&found)
	if len(found) != 1 || found[0].Code != "26740" || found[0].Province != "79" || found[0].Hint != "trước đây: Phường Bến Nghé, Quận 1" {
		t.Errorf("places: %+v", found)
	}
	b.get("/submit/places?q=").want(200)
}

// TestDraftBelongsToItsBrowser: without the cookie there is nothing; what is stored is
// sealed and not to be found by the cookie; it ends a day after the last change.
func TestDraftBelongsToItsBrowser(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.write(b, holeText)
	h.browser().get("/submit/what").hasNot("Học sinh")
	thief := h.browser()
	thief.cookies[draftCookie] = models.NewID()
	thief.get("/submit/what").want(200).hasNot("Học sinh")
	id := h.o.Keyring.Index("draft " + b.cookies[draftCookie])
	d, err := h.o.Store.Draft(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if raw, _ := json.Marshal(d); strings.Contains(string(raw), "Học sinh") || strings.Contains(string(raw), b.cookies[draftCookie]) {
		t.Error("the draft is stored in the clear, or names its cookie")
	}
	h.advance(h.o.Ref.KeptFor(models.KeptDraft, h.o.Now()) - time.Hour)
	b.post("/submit/where", url.Values{"place": {"chợ"}}).to("/submit/files") // another day from here
	h.advance(h.o.Ref.KeptFor(models.KeptDraft, h.o.Now()) - time.Hour)
	b.get("/submit/what").has("Học sinh")
	h.advance(time.Hour)
	b.get("/submit/what").want(200).hasNot("Học sinh")
	b.post("/submit/what", url.Values{"body": {"Một lá thư khác, mới viết hôm nay."}, "seen": {"feedback"}}).to("/submit/where")
	b.get("/submit/where").hasNot("chợ")
}

// TestSessionEndsBeforeSending: the last step carries everything through the sign-in, also
// when the draft is gone by then.
func TestSessionEndsBeforeSending(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := h.browser(hoa)
	h.write(b, holeText)
	form := b.get("/submit/check").want(200).hidden()
	delete(b.cookies, citizenCookie)
	delete(b.cookies, draftCookie)
	page := b.post("/submit/send", form).want(200).has("vẫn được giữ")
	carry := page.hidden()
	if !strings.Contains(carry.Get("carry"), url.QueryEscape("Học sinh đi xe đạp")) {
		t.Errorf("what is carried: %.300s", carry.Get("carry"))
	}
	b.cookies[citizenCookie] = h.browser(hoa).cookies[citizenCookie] // signed in again
	id, _, _ := strings.Cut(b.cookies[citizenCookie], ".")
	b.owner = "session " + id
	form.Del("csrf")
	address := b.post("/submit/send", form).header.Get("Location")
	f, err := h.o.Store.FeedbackByCode(t.Context(), strings.TrimPrefix(address, "/submit/sent?code="))
	if err != nil || f.Body != holeText || f.Commune != "26740" {
		t.Errorf("%q: %+v, %v", address, f, err)
	}
	form.Del("csrf")
	form.Set("body", holeText+" Thêm một câu.")
	b.post("/submit/send", form).to(address) // changed after it was sent: said, not lost in silence
	b.get(address).has("đã được gửi trước đó")
}

// TestSendRefusesNonsense: a form that nobody filled in, and one with wrong things in it.
func TestSendRefusesNonsense(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	b.get("/submit/check").to("/submit/what")
	b.post("/submit/send", nil).want(400)
	b.post("/submit/send", url.Values{"key": {models.NewID()}, "body": {"ngắn"}, "commune": {"00000"}, "province": {"xx"}, "upload": {"nothing"}}).want(422).
		has("Cần ít nhất 10 ký tự", "ngắn", "Không có trong danh mục")
	b.get("/submit/sent").want(404)
	b.get("/submit/sent?code=KN-2222-2222").want(404)
	nameless := h.browser(h.citizen(""))
	nameless.post("/submit/send", url.Values{"key": {models.NewID()}, "body": {holeText}, "title": {"Ổ gà"}}).want(422).has("họ tên", "Học sinh đi xe đạp")
	h.browser().get("/submit/who").to("/submit/what")
}

// TestDraftsOfOneAddressAreBounded: a stranger cannot begin letters without end.
func TestDraftsOfOneAddressAreBounded(t *testing.T) {
	h := newHarness(t)
	was := newDrafts
	newDrafts.n = 5
	t.Cleanup(func() { newDrafts = was })
	for i := range 6 {
		a := h.browser().post("/submit/where", url.Values{"place": {fmt.Sprint("chỗ ", i)}})
		if want := map[bool]int{true: 303, false: 429}[i < 5]; a.status != want {
			t.Fatalf("letter %d: %d, want %d", i, a.status, want)
		}
	}
}
