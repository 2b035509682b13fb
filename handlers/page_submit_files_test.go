package handlers

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// script makes the browser ask as the scripts of the pages do.
func (b *browser) script(headers ...string) *browser {
	c := &browser{h: b.h, cookies: b.cookies, owner: b.owner, headers: map[string]string{"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}}
	for i := 0; i+1 < len(headers); i += 2 {
		c.headers[headers[i]] = headers[i+1]
	}
	return c
}

// fileForm sends one file with the token in the header.
func (b *browser) fileForm(path, name string, content []byte) *answer {
	b.h.t.Helper()
	body, kind := form(b.h.t, "file", name, content)
	r, err := http.NewRequest("POST", b.h.url+path, bytes.NewReader(body))
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	return b.do(r)
}

// TestFilesOfALetter takes several at once, says what is wrong with one without losing the
// others, shows them to nobody else, and removes them at once.
func TestFilesOfALetter(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.write(b, holeText)
	b.files("/submit/files", b.csrf(), map[string][]byte{"a.png": pngOf(t, sample(50, 40)), "b.exe": []byte("MZ nothing that is taken here")}).want(422).has("a.png", "Chỉ nhận ảnh JPEG")
	b.files("/submit/files", b.csrf(), nil).want(422).has("Chưa chọn tệp nào", "a.png")
	b.files("/submit/files?back=check", b.csrf(), map[string][]byte{"c.png": pngOf(t, sample(60, 40))}).to("/submit/files?back=check")
	page := b.get("/submit/files").want(200).has("a.png", "c.png", "Đã có 2 tệp")
	id := page.page().Find("form[data-remove]").First().AttrOr("data-remove", "")
	other := h.browser()
	h.write(other, holeText)
	other.post("/submit/files/"+id+"/remove", nil).to("/submit/files")
	other.get("/submit/files/" + id).want(404)
	b.get("/submit/files").has("Đã có 2 tệp") // it was not theirs to remove
	h.browser().get("/v1/uploads/" + id).want(404)
	before := h.objects()
	b.post("/submit/files/"+id+"/remove", nil).to("/submit/files")
	b.get("/submit/files").has("Đã có 1 tệp")
	if got := h.objects(); got != before-2 { // the file and its small picture
		t.Errorf("%d objects are left of %d", got, before)
	}
	if _, err := h.o.Store.Upload(t.Context(), id); models.ErrorKindOf(err) != models.KindNotFound {
		t.Errorf("the record is left: %v", err)
	}
	b.post("/submit/discard", nil).to("/submit/what")
	if got := h.objects(); got != 0 {
		t.Errorf("%d objects are left after deleting the letter", got)
	}
}

// TestFilesGoByTheirTerm: an hour before one may be removed, the page asks for it again.
func TestFilesGoByTheirTerm(t *testing.T) {
	h := newHarness(t, func(o *Options) {
		o.Ref.Kept = slices.Clone(o.Ref.Kept)
		for i := range o.Ref.Kept {
			if r := &o.Ref.Kept[i]; r.What == models.KeptUpload {
				r.Term, r.Unit = 3, models.RetentionHours
			}
		}
	})
	b := h.browser()
	h.write(b, holeText)
	b.files("/submit/files", b.csrf(), map[string][]byte{"a.png": pngOf(t, sample(50, 40))}).to("/submit/files")
	h.advance(119 * time.Minute)
	b.get("/submit/files").want(200).has("Đã có 1 tệp")
	h.advance(2 * time.Minute)
	b.get("/submit/files").want(200).has("Vui lòng chọn lại", "a.png").hasNot("Đã có 1 tệp")
}

// TestFilesNeedTheirToken keeps nothing that comes without a token, or before it.
func TestFilesNeedTheirToken(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.write(b, holeText)
	picture := map[string][]byte{"a.png": pngOf(t, sample(50, 40))}
	b.files("/submit/files", "", picture).want(422).has("Vui lòng chọn lại") // our own form, of an earlier session
	b.files("/submit/files", h.browser().csrf(), picture).want(422)
	b.headers["Sec-Fetch-Site"] = "cross-site"
	b.files("/submit/files", b.csrf(), picture).want(403)
	b.script("X-CSRF-Token", "00").fileForm("/submit/files", "a.png", picture["a.png"]).want(403)
	if got := h.objects(); got != 0 {
		t.Errorf("%d objects were kept", got)
	}
	h.browser().script().fileForm("/submit/queue/files", "a.png", picture["a.png"]).want(401)
}

// TestStrangersDoNotFillTheDisk bounds files of people who are not signed in: by letter, by
// address, by size, and all together. Signed in one goes on.
func TestStrangersDoNotFillTheDisk(t *testing.T) {
	h := newHarness(t)
	files, space := strangerFiles, strangerSpace
	t.Cleanup(func() { strangerFiles, strangerSpace = files, space })
	picture := pngOf(t, sample(50, 40))
	send := func(b *browser) *answer {
		return b.script("X-CSRF-Token", b.csrf(), "Idempotency-Key", models.NewID()).fileForm("/submit/files", "a.png", picture)
	}
	full := h.browser()
	h.write(full, holeText)
	for range models.MaxUploads {
		send(full).want(201)
	}
	if got := send(full).want(422).fields(); got != "file:too_many" {
		t.Errorf("one file too many: %s", got)
	}
	strangerFiles.n = models.MaxUploads + 1
	b := h.browser()
	h.write(b, holeText)
	send(b).want(201)
	if got := send(b).want(429).detail(); got != say("vi", "files_sign_in", 0) {
		t.Errorf("too many from an address: %q", got)
	}
	b.get("/submit/what").has("Học sinh đi xe đạp") // what was written is kept
	strangerFiles.n = 1000
	strangerSpace.n = 1
	if got := send(b).want(429).detail(); got != say("vi", "files_sign_in", 0) {
		t.Errorf("too much of all: %q", got)
	}
	b.signIn("0912345678")
	send(b).want(201)
}

// TestRepeatedFileIsOneFile sends the same file again under its key, as after a lost answer.
func TestRepeatedFileIsOneFile(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	h.write(b, holeText)
	again := b.script("X-CSRF-Token", b.csrf(), "Idempotency-Key", models.NewID())
	for range 3 {
		again.fileForm("/submit/files", "a.png", pngOf(t, sample(50, 40))).want(201)
	}
	b.get("/submit/files").has("Đã có 1 tệp")
}

// TestOldFilesAreSaid: files go a day after they came; the letter says which to choose again.
func TestOldFilesAreSaid(t *testing.T) {
	h := newHarness(t)
	b := h.browser(h.citizen("Nguyễn Thị Hoa"))
	h.write(b, holeText)
	b.files("/submit/files", b.csrf(), map[string][]byte{"cũ.png": pngOf(t, sample(50, 40))}).to("/submit/files")
	h.advance(20 * time.Hour)
	b.post("/submit/where", url.Values{"place": {"chợ"}}).to("/submit/files") // the letter lives on
	h.advance(4 * time.Hour)
	for _, path := range []string{"/submit/files", "/submit/check"} {
		b.get(path).want(200).has("Vui lòng chọn lại", "cũ.png")
	}
	address := b.post("/submit/send", b.get("/submit/check").hidden()).header.Get("Location")
	b.get(address).want(200).has("Đã nhận phản ánh") // sent without, as the page said
}

// TestQueuedLetter hands in what waited on a device: with files, once for its key, for who
// is signed in, with a token only.
func TestQueuedLetter(t *testing.T) {
	h := newHarness(t)
	token := h.citizen("")
	b := h.browser(token)
	var who struct{ Owner, Token string }
	h.browser().script().get("/submit/token").want(200).json(&who)
	if who.Owner != "" || who.Token == "" {
		t.Errorf("for nobody: %+v", who)
	}
	b.script().get("/submit/token").want(200).json(&who)
	if who.Owner == "" || strings.Contains(h.accountOf(h.citizen("x")), who.Owner) {
		t.Errorf("for Hoa: %+v", who)
	}
	device := b.script("X-CSRF-Token", who.Token)
	var file fileTaken
	device.script("X-CSRF-Token", who.Token, "Idempotency-Key", models.NewID()).fileForm("/submit/queue/files", "hố.png", pngOf(t, sample(50, 40))).want(201).json(&file)
	letter := url.Values{"csrf": {""}, "key": {models.NewID()}, "body": {holeText}, "where": {"ben nghe quan 1"}, "place": {"trước cổng"}, "name": {"Nguyễn Thị Hoa"},
		"publish_name": {"no"}, "upload": {file.ID}, "notice": {h.o.Ref.Notices[0].Version}}
	var first, second struct{ Code string }
	device.post("/submit/queue", letter).want(201).json(&first)
	device.post("/submit/queue", letter).want(201).json(&second)
	if first.Code == "" || first != second {
		t.Errorf("sent twice: %v, %v", first, second)
	}
	f, err := h.o.Store.FeedbackByCode(t.Context(), first.Code)
	if err != nil || f.Commune != "26740" || f.Place != "trước cổng" || len(f.Uploads) != 1 || f.Body != holeText {
		t.Errorf("%+v, %v", f, err)
	}
	if l := h.notices(token); len(l.Items) != 1 || l.Items[0].Version != h.o.Ref.Notices[0].Version || l.Items[0].Where != "offline" || !l.Items[0].Agreed || l.Asked != (l.Current != l.Items[0].Version) {
		t.Errorf("the notice of the page without network: %+v", l)
	}
	b.get("/my/data").want(200).has("Gửi cùng phản ánh viết khi không có mạng")
	unclear := url.Values{"csrf": {""}, "key": {models.NewID()}, "body": {holeText}, "where": {"phường 1"}, "place": {"chợ"}}
	device.post("/submit/queue", unclear).want(201).json(&first)
	if f, err = h.o.Store.FeedbackByCode(t.Context(), first.Code); err != nil || f.Commune != "" || f.Place != "phường 1, chợ" {
		t.Errorf("a place that nobody could be asked about: %q %q, %v", f.Commune, f.Place, err)
	}

	short := url.Values{"csrf": {""}, "key": {models.NewID()}, "body": {"ngắn"}, "title": {"x"}}
	if got := device.post("/submit/queue", short).want(422).fields(); got != "body:too_short" {
		t.Errorf("a wrong one: %s", got)
	}
	b.script().post("/submit/queue", url.Values{"csrf": {""}, "key": {models.NewID()}, "body": {holeText}}).want(403)
	cross := b.script("X-CSRF-Token", who.Token, "Sec-Fetch-Site", "cross-site")
	cross.post("/submit/queue", url.Values{"key": {models.NewID()}, "body": {holeText}}).want(403)
	h.browser().script("X-CSRF-Token", who.Token).post("/submit/queue", url.Values{"key": {models.NewID()}, "body": {holeText}}).want(401)
	nameless := h.browser(h.citizen(""))
	nameless.script("X-CSRF-Token", nameless.csrf()).post("/submit/queue", url.Values{"key": {models.NewID()}, "body": {holeText}, "title": {"x"}}).want(422)
}

// TestQueuedLetterIsNotAnothers: a key of one account finds nothing of another's.
func TestQueuedLetterIsNotAnothers(t *testing.T) {
	h := newHarness(t)
	hoa, khac := h.browser(h.citizen("Nguyễn Thị Hoa")), h.browser(h.citizen("Trần Văn Khác"))
	letter := url.Values{"key": {models.NewID()}, "body": {holeText}, "title": {"Ổ gà"}}
	var first, second struct{ Code string }
	hoa.script("X-CSRF-Token", hoa.csrf()).post("/submit/queue", letter).want(201).json(&first)
	letter.Del("csrf")
	khac.script("X-CSRF-Token", khac.csrf()).post("/submit/queue", letter).want(201).json(&second)
	if first == second {
		t.Errorf("both have %v", first)
	}
	var file fileTaken
	hoa.script("X-CSRF-Token", hoa.csrf()).fileForm("/submit/queue/files", "a.png", pngOf(t, sample(50, 40))).want(201).json(&file)
	stolen := url.Values{"key": {models.NewID()}, "body": {holeText}, "title": {"Ổ gà"}, "upload": {file.ID}}
	if got := khac.script("X-CSRF-Token", khac.csrf()).post("/submit/queue", stolen).want(422).fields(); got != "uploads:unknown_file" {
		t.Errorf("another's file: %s", got)
	}
}

// TestTrackTellsAStrangerNothing: whether there is a case behind a code shows neither in
// what the page says nor in where it leads.
func TestTrackTellsAStrangerNothing(t *testing.T) {
	h := newHarness(t)
	token := h.citizen("Nguyễn Thị Gửi")
	f := h.caseOf(token)
	nothing := models.NewCode()
	pageFor := func(b *browser, code string) string {
		page := string(b.get("/track?code=" + code).want(200).has(code).body)
		page = strings.ReplaceAll(page, code, "CODE")
		i := strings.Index(page, "<main")
		return page[i:strings.Index(page, "</main>")]
	}
	for name, b := range map[string]*browser{"nobody": h.browser(), "another": h.browser(h.citizen("Trần Văn Khác"))} {
		if a, c := pageFor(b, f.Code), pageFor(b, nothing); a != c {
			t.Errorf("%s can tell a case from none:\n%s\n%s", name, a, c)
		}
	}
	h.browser().get("/track?code=" + f.Code).has("/signin?next=%2Fmy%2F" + f.Code).hasNot(f.Title)
	h.browser(token).get("/track?code=" + strings.ToLower(f.Code)).to("/my/" + f.Code)
	public := h.publicCase("Đèn đường hỏng ở chợ", h.o.Now(), nil)
	h.browser().get("/track?code=" + public.Code).to("/answers/" + public.Code)
	h.browser().get("/track?code=KN-1").want(422).has("KN-XXXX-XXXX", `href="#f-code"`)
	h.browser().get("/track?code=" + url.QueryEscape(strings.Repeat("x<script>", 200))).want(422)
	h.browser().get("/track").want(200)
}

// TestOfflinePageIsTheSameForAll: it is kept on devices, so nothing of anybody is in it.
func TestOfflinePageIsTheSameForAll(t *testing.T) {
	h := newHarness(t)
	hoa := h.browser(h.citizen("Nguyễn Thị Hoa"))
	h.write(hoa, holeText)
	mine, nobody := hoa.get("/offline").want(200), h.browser().get("/offline").want(200)
	if string(mine.body) != string(nobody.body) {
		t.Error("the page differs for who is signed in")
	}
	mine.hasNot("Học sinh", "Hoa", `name="csrf"`, "Đăng xuất")
}

// TestWorkerAndManifest are served from the root and name files that there are.
func TestWorkerAndManifest(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	worker := b.get("/sw.js").want(200)
	if worker.header.Get("Content-Type") != "text/javascript; charset=utf-8" || worker.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the worker: %v", worker.header)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(worker.body), "const site = "), "\n")
	var site struct {
		Hash, Queue string
		Shell       []string
	}
	if err := json.Unmarshal([]byte(first), &site); err != nil || site.Hash == "" {
		t.Fatalf("%q: %v", first, err)
	}
	for _, path := range append(site.Shell, site.Queue) {
		b.get(path).want(200)
	}
	for lang, name := range map[string]string{"vi": "Phản ánh, kiến nghị", "en": "Feedback and petitions"} {
		b.headers["Accept-Language"] = lang
		var m struct {
			Name  string
			Icons []struct{ Src, Purpose string }
		}
		b.get("/manifest.webmanifest").want(200).json(&m)
		if m.Name != name || len(m.Icons) != 4 || m.Icons[3].Purpose != "maskable" {
			t.Errorf("%s: %+v", lang, m)
		}
		for _, i := range m.Icons {
			b.get(i.Src).want(200)
		}
	}
}
