package handlers

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// TestHomePage shows the latest answers to everybody, each in their language, and none that
// was taken back, not even from what was made for somebody before.
func TestHomePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	nobody, english, hoa := h.browser(), h.browser(), h.browser(h.citizen("Nguyễn Thị Hoa"))
	english.headers["Accept-Language"] = "en"
	nobody.get("/").want(200).has("Chưa có câu trả lời nào", "Gửi phản ánh, kiến nghị", `action="/answers"`)

	_, _, reply := h.answered(h.citizen("Nguyễn Thị Bí Mật"))
	boss := h.staff("boss", "so-xd-79", models.Approver)
	code := h.step(boss, reply+"/publish", nil).Code
	h.index()
	eventually(t, 10*listTTL, "the new answer comes", func() bool { return strings.Contains(string(nobody.get("/").body), code) })
	for range 2 { // made, and as it was made
		nobody.get("/").want(200).has("/answers/"+code, "Đường trước trường hỏng", "Đăng nhập").hasNot("Bí Mật", "Đăng xuất")
		english.get("/").want(200).has("/answers/"+code, "Latest answers")
		a := hoa.get("/").want(200).has("/answers/"+code, "Đăng xuất", "Phản ánh của tôi")
		if strings.Contains(string(a.body), `href="/signin"`) {
			t.Error("who is signed in is asked to sign in")
		}
	}
	english.get("/").hasNot("so far") // nothing was counted yet
	h.step(boss, reply+"/unpublish", obj{"reason": "có thông tin riêng"})
	for _, b := range []*browser{nobody, english, hoa} {
		b.get("/").want(200).hasNot(code)
	}
}

// TestProsePages has the long texts in both languages, with the rules in force.
func TestProsePages(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Operator = "Văn phòng <UBND> tỉnh, 0239 3850 000" })
	vi, en := h.browser(), h.browser()
	en.headers["Accept-Language"] = "en"
	vi.get("/help").want(200).has("Thời hạn trả lời hiện nay là 20 ngày", "Quyết định 574/QĐ-TTg", "đơn khiếu nại có chữ ký", "115")
	vi.get("/help").want(200).has(`href="/submit"`, `href="/answers"`, `href="/track"`)
	en.get("/help").want(200).has("an answer is due within 20 days", "Decision 574/QD-TTg")
	vi.get("/privacy").want(200).has("91/2025/QH15", "Văn phòng <UBND> tỉnh, 0239 3850 000")
	en.get("/privacy").want(200).has("91/2025/QH15", "Văn phòng <UBND> tỉnh")
	vi.get("/accessibility").want(200).has("WCAG 2.2", "0239 3850 000")
	en.get("/accessibility").want(200).has("WCAG 2.2")
}
