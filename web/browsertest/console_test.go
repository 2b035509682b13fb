package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// picture writes what the browser shows, where KIENNGHI_SCREENS asks for pictures.
func (b *Browser) picture(name string) {
	b.t.Helper()
	if dir := os.Getenv("KIENNGHI_SCREENS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Screenshot(), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// look checks a page that is full of a case, wide and narrow.
func (b *Browser) look(name string, options ...Option) {
	b.t.Helper()
	b.Axe()
	b.Fits()
	b.picture(name + "-desktop-light")
	b.Change(append(options, Phone, Dark)...)
	b.Axe()
	b.Fits()
	b.picture(name + "-phone-dark")
	b.Change(append(options, Desktop, func(s *setup) { s.dark = false })...)
}

// handedOver brings the first new case of the demo to the ministry of construction, and
// returns its address.
func handedOver(t *testing.T, s *Site, options ...Option) string {
	t.Helper()
	b := s.Browser(t, options...)
	b.SignInStaff("coordinator.vpcp", DemoPassword)
	b.Open("/console?view=new")
	b.FollowOnly(`.cases a.case-title`)
	path := b.Path()
	b.Press("Giao cho cơ quan")
	b.Fill("assign.agency", "bộ xây dựng")
	b.Fill("assign.note", "Thuộc lĩnh vực của Bộ")
	b.FollowOnly(`form[action$="/assign"] textarea ~ button, details form[action$="/assign"] > .button`)
	b.At(path)
	b.Sees("Đã giao.")
	b.Sees("Đang ở Bộ Xây dựng")
	return path
}

// TestReplyThroughTheConsole: a case is handed over, taken on, answered, sent back,
// corrected, approved and published; by mouse, with and without scripts.
func TestReplyThroughTheConsole(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	for name, options := range map[string][]Option{"with scripts": nil, "without": {NoScript}} {
		t.Run(name, func(t *testing.T) {
			path := handedOver(t, s, options...)
			code := strings.TrimPrefix(path, "/console/cases/")
			officer, boss := s.Browser(t, options...), s.Browser(t, options...)
			officer.SignInStaff("handler.bxd", DemoPassword)
			officer.Open("/console?view=new")
			officer.Sees(code)
			officer.FollowOnly(`.cases a[href="` + path + `"]`)
			officer.Follow("Nhận xử lý")
			officer.Sees("Anh/chị đã nhận xử lý.")
			officer.Fill("reply.body", "# Kết quả\n\nĐã chuyển đội duy tu. Liên hệ 0912 345 678.")
			if name == "with scripts" {
				officer.Sees("Đã tự lưu lúc")
				officer.Open(path)
				officer.Sees("Bản đang soạn, tự lưu lúc")
				officer.Press("Xem thử")
				officer.Sees("Người gửi sẽ thấy")
			} else {
				officer.Follow("Xem thử")
			}
			if got := officer.Text("#preview h3 + .prose h3"); got != "Kết quả" {
				t.Errorf("the preview has the heading %q", got)
			}
			officer.Sees("0912 345 678 trong câu trả lời") // which is hidden from the public
			officer.Follow("Lưu nháp")
			officer.Sees("Đã lưu nháp.")
			officer.look("console-reply", options...)
			officer.Follow("Trình lãnh đạo duyệt")
			officer.Sees("Đã trình duyệt.")

			boss.SignInStaff("approver.bxd", DemoPassword)
			boss.Open("/console?view=waiting")
			boss.FollowOnly(`.cases a[href="` + path + `"]`)
			boss.Press("Trả lại người soạn")
			boss.Fill("reject.remark", "Bỏ số điện thoại, nêu thời hạn.")
			boss.Follow("Trả lại")
			boss.Sees("Đã trả lại người soạn.")

			officer.Open("/console?view=back")
			officer.FollowOnly(`.cases a[href="` + path + `"]`)
			officer.Sees("Bỏ số điện thoại, nêu thời hạn.")
			officer.Fill("reply.body", "# Kết quả\n\nĐã chuyển đội duy tu, xong trước ngày 30.")
			officer.Follow("Trình lãnh đạo duyệt")

			boss.Open(path)
			boss.Sees("Thay đổi từ lần trả lại trước")
			boss.Sees("xong trước ngày 30.")
			boss.Press("Các bản đã trình duyệt (2)")
			boss.Sees("Bản 1")
			boss.look("console-approve", options...)
			boss.Follow("Duyệt và gửi cho người gửi")
			boss.Sees("Đã duyệt và gửi cho người gửi.")
			boss.Follow("Công khai câu trả lời")
			boss.Sees("Đã công khai.")
			boss.Open("/answers/" + code)
			boss.Sees("xong trước ngày 30.")
		})
	}
}

// TestConsoleByKeyboard does an officer's work without the mouse.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	path := handedOver(t, s)
	b := s.Browser(t)
	b.SignInStaff("handler.bxd", DemoPassword)
	b.Open("/console?view=all")
	b.Keys("?")
	b.Sees("việc kế tiếp, việc trước")
	b.Keys("gm")
	b.until("the view of new cases", `location.search.includes("view=new") && document.readyState === "complete"`)
	b.Keys("j" + kb.Enter)
	b.At(path)
	b.Keys("t")
	b.Sees("Anh/chị đã nhận xử lý.")
	b.At(path)
	b.Keys("n")
	b.goneInto("note.body")
	b.Keys(kb.Escape + "r")
	b.goneInto("reply.body")
	b.Fill("reply.body", "Đã sửa.")
	b.Sees("Đã tự lưu lúc")
	b.Keys(kb.Escape + "u")
	b.At("/console")
	b.Keys("gc")
	b.until("the own cases", `location.search.includes("view=mine") && document.readyState === "complete"`)
	b.Keys("/")
	b.goneInto("q")
	b.Keys(kb.Escape + "?")
	b.Press("Tắt phím tắt trên máy này")
	Eval[bool](b, `(document.activeElement.blur(), true)`)
	b.Keys("gq")
	if strings.Contains(b.Path(), "late") {
		t.Error("the keys work though they are off")
	}
}

// goneInto waits until the input of that name is the one that is typed into.
func (b *Browser) goneInto(name string) {
	b.t.Helper()
	b.until("typing into "+name, `document.activeElement.name === `+quote(name))
}

// TestTwoOfficersWriteOneReply: the second sees that the first writes, and when both saved,
// both texts.
func TestTwoOfficersWriteOneReply(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	path := handedOver(t, s)
	password := s.Staff("hung", "bxd", "handler")
	one, two := s.Browser(t), s.Browser(t)
	one.SignInStaff("handler.bxd", DemoPassword)
	two.SignInStaff("hung", password)
	one.Open(path)
	one.Fill("reply.body", "Bản của người thứ nhất")
	one.Sees("Đã tự lưu lúc")
	two.Open(path)
	two.Sees("đang soạn trả lời")
	two.Fill("reply.body", "Bản của người thứ hai")
	one.Follow("Lưu nháp")
	two.Sees("Vụ việc vừa có thay đổi.")
	two.Follow("Lưu nháp")
	two.Sees("Có hai bản khác nhau")
	two.Sees("Bản của người thứ nhất")
	if got := two.Value("reply.body"); got != "Bản của người thứ hai" {
		t.Errorf("the editor has %q", got)
	}
	two.look("console-both")
	two.Fill("reply.body", "Bản của cả hai")
	two.Follow("Lưu nháp")
	two.Sees("Đã lưu nháp.")
	one.Open(path)
	if got := one.Value("reply.body"); got != "Bản của cả hai" {
		t.Errorf("the first sees %q", got)
	}
}

// TestSessionEndsWhileWriting: nothing that was typed is lost, with and without scripts.
func TestSessionEndsWhileWriting(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	for name, options := range map[string][]Option{"with scripts": nil, "without": {NoScript}} {
		t.Run(name, func(t *testing.T) {
			path := handedOver(t, s, options...)
			b := s.Browser(t, options...)
			b.SignInStaff("handler.bxd", DemoPassword)
			b.Open(path)
			b.DropCookie("__Host-staff")
			b.Fill("reply.body", "Viết suốt buổi sáng")
			if name == "with scripts" {
				b.Sees("Chưa tự lưu được")
			}
			b.Follow("Lưu nháp")
			b.Fill("username", "handler.bxd")
			b.Fill("password", DemoPassword)
			b.Follow("Đăng nhập")
			b.Follow("Gửi nội dung đã nhập")
			b.At(path)
			b.Sees("Đã lưu nháp.")
			if got := b.Value("reply.body"); got != "Viết suốt buổi sáng" {
				t.Errorf("the editor has %q", got)
			}
		})
	}
}

// TestConsoleInEnglish: the inbox and a case speak English as well.
func TestConsoleInEnglish(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t, English)
	b.SignInStaff("coordinator.vpcp", DemoPassword)
	b.Open("/console?view=late")
	b.Sees("days overdue")
	b.look("console-inbox-en", English)
	b.Change(Tiny)
	b.Fits()
	b.Change(Desktop)
	b.FollowOnly(`.cases a.case-title`)
	b.Sees("Forward to another agency")
	b.Sees("identity sealed")
	b.Axe()
}
