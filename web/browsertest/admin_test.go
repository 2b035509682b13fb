package browsertest

import (
	"testing"
	"time"
)

// TestTermOfAProvince: an administrator of a province's committee sets a term of its own, with
// scripts at a desk and without on a phone; what is wrong is said at the input.
func TestTermOfAProvince(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]Option{"desktop": {Desktop}, "phone": {NoScript, Phone}} {
		t.Run(name, func(t *testing.T) {
			s := Start(t)
			s.T = t
			password := s.Staff("tinh", "ubnd-79", "admin")
			b := s.Browser(t, options...)
			look := func(what string) {
				t.Helper()
				b.Axe()
				b.Fits()
				b.picture(what + "-" + name)
			}
			b.SignInStaff("tinh", password)
			b.Open("/console/admin/rules")
			b.Press("Thêm quy định thay thế")
			look("province-term")
			b.Fill("rule.extension.times", "11")
			b.FollowOnly(`form:has([name="rule.term"]) .button`)
			b.Sees("Cần sửa lại những mục sau")
			b.Sees("Mục này cần một số từ 1 đến 10.")
			if broken := Eval[[]string](b, `[...document.querySelectorAll(".errors a")].filter(a => !document.querySelector(a.hash)).map(a => a.hash)`); len(broken) > 0 {
				t.Errorf("the summary leads nowhere: %v", broken)
			}
			look("province-term-error")
			b.Fill("rule.key", "hien_truong.normal")
			b.Fill("rule.field", "giao-thong")
			b.Fill("rule.level", "commune")
			b.Fill("rule.extension.times", "1")
			b.Fill("rule.extension.term", "5")
			b.Fill("rule.term", "7")
			b.Fill("rule.unit", "working_days")
			b.Fill("rule.progress", "3")
			b.Fill("rule.valid_from", time.Now().AddDate(0, 0, 3).Format(time.DateOnly))
			b.Fill("rule.legal_basis", "Quyết định 12/2026/QĐ-UBND của Ủy ban nhân dân Thành phố Hồ Chí Minh")
			b.Fill("rule.confidence", "read")
			b.FollowOnly(`form:has([name="rule.term"]) .button`)
			b.Sees("Quyết định 12/2026/QĐ-UBND")
			look("province-term-set")
		})
	}
}

// TestSealKeyAtTheConsole: an agency's administrator gives it another signing key.
func TestSealKeyAtTheConsole(t *testing.T) {
	t.Parallel()
	s := Start(t)
	b := s.Browser(t, NoScript)
	b.SignInStaff("quantri", s.Staff("quantri", "so-xd-79", "admin"))
	b.Open("/console/admin/agencies/so-xd-79")
	b.Sees("so-xd-79.1")
	b.Press("Thay khóa ký")
	b.FollowOnly(`form[action$="/seal-key"] .button`)
	b.Sees("Cần sửa lại những mục sau")
	b.look("seal-key-error", NoScript)
	b.Fill("reason", "Thay khóa định kỳ")
	b.FollowOnly(`form[action$="/seal-key"] .button`)
	b.Sees("Khóa ký mới có hiệu lực sau một phút.")
	b.Sees("so-xd-79.2")
	b.look("seal-key", NoScript)
}
