package browsertest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// asked makes requests about personal data, one of each kind that is decided on, by somebody
// of their own, and returns how many.
func (s *Site) asked() int {
	s.T.Helper()
	texts := []object{
		{"right": "correct", "name": "Nguyễn Thị Hoa", "address": "12 Láng Hạ, phường Thành Công", "text": "Tên và địa chỉ ghi sai."},
		{"right": "withdraw", "text": "Tôi không đồng ý nữa."},
		{"right": "restrict"},
		{"right": "erase", "text": "Xin xóa mọi thông tin về tôi. Tôi đã chuyển nhà và không muốn ai liên hệ về việc cũ nữa."},
	}
	for i, in := range texts {
		s.citizen("091234567"+string(rune('0'+i)), "Nguyễn Văn An").call("POST", "/v1/me/data-requests", in, "Idempotency-Key", "khoa-du-lieu-ca-nhan")
	}
	return len(texts)
}

// TestPrivacyDesk: the data protection officer decides, extends and keeps the register of
// breaches, with scripts at a desk, without on a phone; what is wrong is said at the input.
func TestPrivacyDesk(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]Option{"desktop": {Desktop}, "phone": {NoScript, Phone}} {
		t.Run(name, func(t *testing.T) {
			look := func(b *Browser, what string) {
				t.Helper()
				b.Axe()
				b.Fits()
				b.picture(what + "-" + name)
			}
			s := Start(t)
			s.T = t
			password := s.Staff("dpo", "vpcp", "admin")
			b := s.Browser(t, options...)
			b.SignInStaff("dpo", password)
			b.Open("/console/privacy")
			b.Sees("Không có yêu cầu nào đang chờ.")
			look(b, "privacy-desk-empty")

			n := s.asked()
			b.Open("/console/privacy")
			if got := Eval[int](b, `document.querySelectorAll("section.card form[action$='/extension']").length`); got != 2 {
				t.Errorf("%d requests can be extended, want those to withdraw and restrict", got)
			}
			look(b, "privacy-desk")

			// Refused without a ground: the input says so, and the summary leads there.
			b.FollowOnly(`section.card form:not([action$="/extension"]) button[value="refuse"]`)
			b.Sees("Cần sửa lại những mục sau")
			if got := Eval[int](b, `document.querySelectorAll("#f-ground[aria-invalid=true]").length`); got != 1 || !b.Has(`.errors a[href="#f-ground"]`) {
				t.Errorf("the error is at %d inputs", got)
			}
			look(b, "privacy-desk-error")
			b.Fill("ground", "Luật 91/2025/QH15, hồ sơ còn trong hạn lưu trữ")
			b.FollowOnly(`form:has(#f-ground) button[value="refuse"]`)
			b.Sees("Đã quyết định. Người yêu cầu được báo.")
			if got := Eval[int](b, `document.querySelectorAll("section.card button[value=grant]").length`); got != n-1 {
				t.Errorf("%d requests are left", got)
			}

			extend := `form[action$="/extension"]`
			b.Press("Gia hạn")
			b.FollowOnly(extend + ` .button`)
			b.Sees("Cần sửa lại những mục sau")
			b.Axe()
			b.Fill("term", "5")
			b.Fill("reason", "Chờ cơ quan lưu trữ trả lời")
			b.FollowOnly(extend + ` .button`)
			b.Sees("Đã gia hạn.")

			// The register, by keyboard.
			Eval[bool](b, `(document.querySelector('form[action="/console/privacy/breaches"]').closest("details").querySelector("summary").focus(), true)`)
			b.Enter()
			b.Keys(kb.Tab + "Gửi nhầm danh sách người gửi cho đơn vị khác" + kb.Tab + "12 người: tên, số điện thoại" + kb.Tab + kb.Tab + "hôm qua")
			b.follow(`(document.querySelector('form[action="/console/privacy/breaches"] .button').click(), document.querySelector("h1"))`)
			b.Sees("Cần sửa lại những mục sau")
			b.Axe()
			b.Fill("detected_at", time.Now().Add(-80*time.Hour).In(time.FixedZone("", 7*3600)).Format("02/01/2006 15:04"))
			b.FollowOnly(`form[action="/console/privacy/breaches"] .button`)
			b.Sees("Đã ghi vào sổ vi phạm.")
			b.Sees("Quá hạn")
			look(b, "privacy-desk-breach")
			b.FollowOnly(`form[action^="/console/privacy/breaches/"] .button`)
			b.Sees("Cần sửa lại những mục sau")
			b.Axe()
			b.Fill("notified", "Bộ Công an (A05), công văn số 1/VPCP")
			b.Fill("notified_at", time.Now().In(time.FixedZone("", 7*3600)).Format("02/01/2006 15:04"))
			b.FollowOnly(`form[action^="/console/privacy/breaches/"] .button`)
			b.Sees("Đã ghi nhận việc thông báo.")
			look(b, "privacy-desk-notified")

			sender := s.Browser(t, options...)
			sender.SignIn("0912345671")
			sender.Open("/my/data")
			sender.Sees("Rút lại")
			look(sender, "my-data-asked")
		})
	}
}
