package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp/kb"
)

const (
	holeText  = "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu. Học sinh đi xe đạp bị ngã. Đề nghị sửa sớm."
	holeTitle = "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu"
)

// words are what the steps say.
type words struct{ next, signIn, send, sent, wrong, place string }

var (
	vietnamese = words{"Tiếp tục", "Gửi mã", "Gửi phản ánh", "Đã nhận phản ánh của ông/bà", "Cần ít nhất 10 ký tự", "Phường Sài Gòn, Hồ Chí Minh"}
	english    = words{"Continue", "Send the code", "Send", "We have received your feedback", "At least 10 characters", "Sai Gon Ward, Ho Chi Minh City"}
)

// TestSubmit writes and sends a letter with a photo, step by step, signs in at the end:
// with and without scripts, in both languages.
func TestSubmit(t *testing.T) {
	t.Parallel()
	s := Start(t)
	photo := photoFile(t)
	for name, c := range map[string]struct {
		words
		phone   string
		scripts bool
		options []Option
	}{
		"Vietnamese, phone, with scripts": {vietnamese, "0912345681", true, []Option{Phone}},
		"Vietnamese, phone, without":      {vietnamese, "0912345682", false, []Option{Phone, NoScript}},
		"English, with scripts":           {english, "0912345683", true, []Option{English}},
		"English, without":                {english, "0912345684", false, []Option{English, NoScript}},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.Browser(t, c.options...)
			look := func() {
				if c.scripts { // axe is one
					b.Axe()
				}
			}
			b.Open("/submit")
			look()
			b.Fill("body", "ngắn")
			b.Follow(c.next)
			b.Sees(c.wrong)
			look()
			b.Fill("body", holeText)
			b.Follow(c.next)
			b.At("/submit/where")
			look()
			b.Back()
			b.At("/submit/what")
			if got := b.Value("body"); got != holeText {
				t.Errorf("after going back there is %q", got)
			}
			b.Open("/submit/where")
			b.Fill("where", "ben nghe quan 1")
			if c.scripts {
				b.Sees("Phường Bến Nghé, Quận 1")
				look()
				b.Fill("where", "bến nghé, quận 1")
				b.until("the place", `document.querySelectorAll("#places li").length === 1 && !document.querySelector("#places").hidden`)
				b.click(`document.querySelector("#places li")`)
				if got := b.Value("where"); got != c.place {
					t.Errorf("the place chosen is %q", got)
				}
			}
			b.Fill("place", "trước cổng trường")
			b.Follow(c.next)
			b.At("/submit/files")
			look()
			b.choose("#f-file", photo)
			if !c.scripts {
				b.FollowOnly("#files .button")
			}
			b.until("the file in the list", `document.querySelector(".files h3")?.innerText.startsWith("cong-truong") && document.readyState === "complete"`)
			look()
			b.FollowOnly(`main a.button[href="/submit/who"]`)
			look()
			b.Fill("phone", c.phone)
			b.FollowOnly("main form .button")
			b.At("/signin/code")
			b.Fill("code", s.Code(c.phone))
			b.FollowOnly("main form .button")
			b.At("/submit/who")
			look()
			b.Fill("name", "Nguyễn Thị Hoa")
			b.Follow(c.next)
			b.At("/submit/check")
			b.Sees(c.place)
			b.Sees(holeTitle)
			look()
			b.FollowOnly("form[data-send] .button")
			b.At("/submit/sent")
			b.Sees(c.sent)
			look()
			code := b.Text("main .code")
			b.FollowOnly(`main a.button[href^="/my/"]`)
			b.At("/my/" + code)
			b.Sees("cong-truong")
			b.Open("/submit/what")
			if got := b.Value("body"); got != "" {
				t.Errorf("after sending there is still %q", got)
			}
		})
	}
}

// TestPlacesByKeyboard walks through the communes: marking changes nothing in the box, Enter
// takes what is marked, and without a mark sends the step.
func TestPlacesByKeyboard(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t)
	b.Open("/submit/where")
	b.Fill("where", "phường 1")
	b.until("places", `document.querySelectorAll("#places li").length > 1 && !document.querySelector("#places").hidden`)
	first, last := b.Text("#places li"), b.Text("#places li:last-child")
	b.Keys(kb.ArrowUp)
	if got := b.Value("where"); got != "phường 1" || b.Text("[aria-selected=true]") != last {
		t.Errorf("the box has %q, marked is %q", got, b.Text("[aria-selected=true]"))
	}
	b.Keys(kb.ArrowDown)
	if got := b.Text("[aria-selected=true]"); got != first || b.Attr("#f-where", "aria-activedescendant") != "places-0" {
		t.Errorf("after the last comes %q, not %q", got, first)
	}
	b.Enter()
	b.until("the place", `document.querySelector("#places").hidden`)
	if got := b.Value("where"); !strings.HasPrefix(first, got) || got == "" || b.Path() != "/submit/where" {
		t.Errorf("taken was %q of %q, at %s", got, first, b.Path())
	}
	if b.Attr("[name=commune]", "value") == "" || b.Value("province") == "" {
		t.Error("the commune has no code, or no province")
	}
	b.Enter()
	b.At("/submit/files")
}

// photoFile is a picture on disk, from a big canvas.
func photoFile(t *testing.T) string {
	t.Helper()
	icon, err := os.ReadFile("../static/icon-512.png")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cong-truong.png")
	if err := os.WriteFile(file, icon, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// choose chooses a file in an input.
func (b *Browser) choose(css string, files ...string) {
	b.t.Helper()
	b.until(css, fmt.Sprintf(`document.querySelector(%s) !== null && document.readyState === "complete"`, quote(css)))
	input := call(b, runtime.Evaluate, runtime.EvaluateParams{Expression: fmt.Sprintf(`document.querySelector(%s)`, quote(css))}).Result
	call(b, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: input.ObjectID})
}

// TestWhatWasTypedSurvives types and reloads, goes away and comes back, before anything
// was sent to the server.
func TestWhatWasTypedSurvives(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.Open("/submit/what")
	b.Fill("body", holeText)
	b.kept("what", "body", holeText)
	b.Open("/submit/what") // as a reload
	b.until("the text", `document.querySelector("[name=body]").value === `+quote(holeText))
	b.Open("/help")
	b.Open("/submit/what")
	b.until("the text", `document.querySelector("[name=body]").value === `+quote(holeText))
	b.Follow("Tiếp tục")
	b.At("/submit/where")
	b.Fill("place", "góc phố")
	b.kept("where", "place", "góc phố")
	b.Open("/submit/where")
	b.until("the place", `document.querySelector("[name=place]").value === "góc phố"`)
	b.Follow("Xóa những gì đã viết")
	b.At("/submit/what")
	if got := b.Value("body"); got != "" {
		t.Errorf("after deleting there is %q", got)
	}
	b.Open("/submit/where")
	if got := b.Value("place"); got != "" {
		t.Errorf("after deleting there is %q", got)
	}
}

// kept waits until the device has what was typed at a step.
func (b *Browser) kept(step, field, value string) {
	b.t.Helper()
	b.until("the device to keep "+field, `letters.draft().then(d => d.steps[`+quote(step)+`]?.fields[`+quote(field)+`] === `+quote(value)+`)`)
}

// TestGuidanceWhileTyping shows the right door and similar answers while one types, and
// then not once more.
func TestGuidanceWhileTyping(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t)
	b.Open("/submit/what")
	b.Fill("body", "Tôi tố cáo ông chủ tịch xã nhận hối lộ của doanh nghiệp để cấp đất trái phép.")
	b.Sees("Có vẻ là tố cáo")
	b.Axe()
	b.Fill("body", "Đèn đường trước nhà hỏng đã hai tuần, buổi tối rất tối và nguy hiểm cho người đi bộ.")
	b.until("the other door to go", `!document.body.innerText.includes("Có vẻ là tố cáo")`)
	b.Sees("Đã có trả lời cho việc tương tự")
	b.Axe()
	b.Follow("Tiếp tục")
	b.At("/submit/where")
}

// TestSessionEndsInTheMiddleOfALetter signs in again at the last step, and sends what was
// written.
func TestSessionEndsInTheMiddleOfALetter(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.SignIn("0912345685")
	b.write(holeText, "Nguyễn Thị Hoa")
	b.DropCookie("__Host-citizen")
	b.FollowOnly("form[data-send] .button")
	b.Sees("vẫn được giữ")
	b.Fill("phone", "0912345685")
	b.FollowOnly("main form .button")
	b.Fill("code", s.Code("0912345685"))
	b.FollowOnly("main form .button")
	b.FollowOnly("main form .button") // send again what was carried along
	b.At("/submit/sent")
	b.Sees("Đã nhận phản ánh của ông/bà")
	b.Sees(holeTitle)
}

// write goes through the steps to the check, signed in. Without a name the account has one.
func (b *Browser) write(body, name string) {
	b.t.Helper()
	b.Open("/submit/what")
	b.Fill("body", body)
	b.FollowOnly("main form .button")
	if b.Path() == "/submit/similar" {
		b.Follow("Vẫn tiếp tục gửi")
	}
	b.At("/submit/where")
	b.FollowOnly("main form .button")
	b.At("/submit/files")
	b.FollowOnly(`main a.button[href="/submit/who"]`)
	if name != "" {
		b.Fill("name", name)
	}
	b.FollowOnly("main form .button")
	b.At("/submit/check")
}

// TestPressedTwice presses the last button twice: there is one case.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t)
	b.SignIn("0912345686")
	b.write(holeText, "Nguyễn Thị Hoa")
	Eval[bool](b, `(e => { e.click(); e.click(); return true })(document.querySelector("form[data-send] .button"))`)
	b.At("/submit/sent")
	b.Open("/my")
	if n := Eval[int](b, `document.querySelectorAll('main a[href^="/my/KN-"]').length`); n != 1 {
		t.Errorf("%d cases", n)
	}
}

// TestLongLetter sends one that is as long as may be, and keeps one that is too long.
func TestLongLetter(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.SignIn("0912345687")
	evil := `"><script>alert(1)</script> 😀 {{.}} `
	long := evil + strings.Repeat("xã ơi ", 2495) + "hết"
	b.Open("/submit/what")
	b.Fill("body", long+strings.Repeat(" quá dài", 5000))
	b.FollowOnly("main form .button")
	b.Sees("Nhiều nhất 20000 ký tự")
	if got := len([]rune(b.Value("body"))); got < 50000 {
		t.Errorf("%d characters are left", got)
	}
	b.write(long, "Nguyễn "+evil)
	b.Sees(evil[:20])
	b.FollowOnly("form[data-send] .button")
	b.At("/submit/sent")
	b.FollowOnly(`main a.button[href^="/my/"]`)
	b.Sees("hết")
}

// TestOfflineSubmit loses the network before the last button: the letter waits on the
// device, says so, and is sent by itself, once, when the network is back.
func TestOfflineSubmit(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.SignIn("0912345688")
	b.Open("/submit/files")
	b.controlled()
	b.write(holeText, "Nguyễn Thị Hoa")
	s.Down()
	b.FollowOnly("form[data-send] .button")
	b.At("/offline")
	b.Sees("Chưa gửi được vì mất mạng. Nội dung vẫn được giữ trên máy này và sẽ tự gửi khi có mạng.")
	b.Sees(holeTitle)
	b.Axe()
	b.Open("/my") // any other page: the same
	b.At("/offline")
	s.Up()
	b.Sees("Đã gửi. Mã tra cứu: KN-")
	b.Axe()
	b.Open("/my")
	if n := Eval[int](b, `document.querySelectorAll('main a[href^="/my/KN-"]').length`); n != 1 {
		t.Errorf("%d cases", n)
	}
	if left := Eval[int](b, `letters.all().then(all => all.filter(l => l.fields || l.files).length)`); left != 0 {
		t.Errorf("%d letters are still on the device", left)
	}
	b.Open("/my/data")
	b.Sees("Gửi cùng phản ánh viết khi không có mạng") // so was the notice agreed to
}

// controlled waits until the service worker serves this page.
func (b *Browser) controlled() {
	b.t.Helper()
	b.until("the service worker", `navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)`)
	b.until("the offline page in its language", `letters.kept("lang").then(lang => lang === document.documentElement.lang)`)
}

// TestWrittenOffline opens the site without network, writes a letter with a photo from
// nothing, and signs in when the network is back.
func TestWrittenOffline(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone, English)
	b.Open("/")
	b.controlled()
	s.Down()
	b.Open("/submit")
	b.At("/offline")
	b.Sees("There is no network now")
	b.Axe()
	b.Press("Send when there is a network")
	b.Fill("body", holeText)
	b.Fill("where", "ben nghe quan 1")
	b.Fill("name", "Nguyễn Thị Hoa")
	b.choose("#f-file", photoFile(t))
	b.Sees("cong-truong")
	b.kept("what", "body", holeText)
	b.Open("/offline") // a reload
	b.until("the text", `document.querySelector("[name=body]").value === `+quote(holeText))
	b.Sees("cong-truong")
	b.Press("Send when there is a network")
	b.Sees("Not sent yet: there is no network")
	s.Up()
	b.Sees("Sign in to send it")
	b.Follow("Sign in")
	b.Fill("phone", "0912345689")
	b.FollowOnly("main form .button")
	b.Fill("code", s.Code("0912345689"))
	b.FollowOnly("main form .button")
	b.At("/offline")
	b.Sees("Press send to send it")
	b.Press("Send")
	b.Sees("Sent. Code: KN-")
	b.FollowOnly(`#letters a[href^="/my/KN-"]`)
	b.Sees("cong-truong")
	b.Sees("Sai Gon Ward")
	b.Open("/my/data")
	b.Sees("Sent with feedback written without network")
}

// TestStepWithoutNetwork loses the network at a step: what was typed is on the page that
// comes instead, and at the step when the network is back.
func TestStepWithoutNetwork(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t)
	b.Open("/submit/what")
	b.controlled()
	b.Fill("body", holeText)
	s.Down()
	b.FollowOnly("main form .button")
	b.At("/offline")
	b.until("the text", `document.querySelector("[name=body]").value === `+quote(holeText))
	s.Up()
	b.Open("/submit/what")
	b.until("the text", `document.querySelector("[name=body]").value === `+quote(holeText))
	b.Follow("Tiếp tục")
	b.At("/submit/where")
}

// TestInstallable has what browsers want of a site that can be installed.
func TestInstallable(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, Phone)
	b.Open("/")
	b.controlled()
	icons := Eval[[]int](b, `fetch(document.querySelector("link[rel=manifest]").href).then(r => r.json()).then(m => Promise.all(m.icons.map(async i => {
		const img = new Image(); img.src = i.src; await img.decode(); return i.sizes === "any" || i.sizes === img.naturalWidth + "x" + img.naturalHeight ? img.naturalWidth : -1 })))`)
	if len(icons) != 4 || icons[1] != 192 || icons[2] != 512 || icons[3] != 512 {
		t.Errorf("icons: %v", icons)
	}
}

// TestTrack leads the sender to the case, and shows a stranger nothing.
func TestTrack(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t)
	b.SignIn("0912345690")
	b.write(holeText, "Nguyễn Thị Hoa")
	b.FollowOnly("form[data-send] .button")
	code := b.Text("main .code")
	b.Open("/track")
	b.Axe()
	b.Fill("code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	b.Follow("Tra cứu")
	b.At("/my/" + code)
	stranger := s.Browser(t, Phone)
	for _, typed := range []string{code, "KN-2222-2222"} {
		stranger.Open("/track?code=" + typed)
		stranger.Misses(holeTitle)
	}
	stranger.Open("/track?code=" + code)
	stranger.Sees("Đăng nhập để xem")
	stranger.Axe()
	stranger.Fill("code", "KN-XXXX")
	stranger.FollowOnly("main form .button")
	stranger.Sees("Mã phản ánh có dạng KN-XXXX-XXXX")
	stranger.Axe()
}

// withLetter prepares what a screen shows: {letter} writes one, {denunciation} one that
// belongs elsewhere, {place} a place that several are called, {sent} sends the letter.
func (b *Browser) withLetter(path string) string {
	b.t.Helper()
	switch {
	case strings.Contains(path, "{letter}"), strings.Contains(path, "{denunciation}"):
		b.Open("/submit/what")
		b.Fill("body", holeText)
		if strings.Contains(path, "{denunciation}") {
			b.Fill("body", "Tôi tố cáo ông chủ tịch xã nhận hối lộ của doanh nghiệp để cấp đất trái phép.")
		}
		b.FollowOnly("main form .button")
	case strings.Contains(path, "{place}"):
		b.Open("/submit/where")
		b.Fill("where", "phường 1")
		b.FollowOnly("main form .button")
	case path == "{sent}":
		b.Open("/submit/check")
		b.FollowOnly("form[data-send] .button")
		return b.Path()
	}
	return strings.NewReplacer("{letter}", "", "{denunciation}", "", "{place}", "").Replace(path)
}
