package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeyIn enters a letter that came on paper, with a photo of it, wrong at first, and then
// another one; without scripts and in English too.
func TestKeyIn(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	file := filepath.Join(t.TempDir(), "don.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		options                           []Option
		save, another, wrong, saved, none string
	}{
		"scripts":    {[]Option{Desktop}, "Ghi nhận và mở vụ việc", "Ghi nhận và nhập tiếp", "Cần sửa lại những mục sau", "Đã ghi nhận KN-", "Đã ghi nhận phản ánh"},
		"no scripts": {[]Option{Tablet, NoScript, English}, "Record it and open the case", "Record it and key in another", "Please correct the following", "KN-", "The feedback is recorded"},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.Browser(t, x.options...)
			b.SignInStaff("intake.ubnd-79", DemoPassword)
			b.Open("/console/new")
			b.Fill("body", "Đèn đường trước số 12 Lê Lợi không sáng.\n<script>alert(1)</script> 😀")
			b.Fill("phone", "0912")
			b.Choose("#f-file", file)
			if name == "scripts" {
				b.Taken("#f-file")
			}
			b.Follow(x.save)
			b.Sees(x.wrong)
			b.Axe()
			b.Sees("don.pdf") // it came, and stays
			if got := b.Value("phone"); got != "0912" || !strings.Contains(b.Value("body"), "<script>") {
				t.Errorf("%q, %q", got, b.Value("body"))
			}
			b.Fill("title", "Đèn đường hỏng trước số 12 Lê Lợi")
			b.Fill("name", "Trần Văn Giấy")
			b.Fill("phone", "0912 345 678")
			b.Fill("place", "trước số 12 Lê Lợi")
			b.Follow(x.another)
			b.Sees(x.saved)
			b.Sees(x.none)
			if b.Value("title") != "" || b.Value("name") != "" {
				t.Error("the form is not empty")
			}
			b.Fill("title", "Nắp cống vỡ đường Nguyễn Huệ")
			b.Fill("body", "Nắp cống vỡ, xe máy dễ ngã vào ban đêm.")
			b.Fill("name", "Lê Thị Nói")
			b.Follow(x.save)
			b.Sees("Nắp cống vỡ đường Nguyễn Huệ")
			b.Misses("Lê Thị Nói") // sealed
		})
	}
}

// TestOverdue looks for late cases beneath the whole country, urges one on, reports it, and
// finds both on the case and in the audit trail.
func TestOverdue(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t)
	b.SignInStaff("coordinator.vpcp", DemoPassword)
	b.Open("/console/overdue")
	b.Axe()
	b.FollowOnly(`.desk.late tbody tr:first-child a`)
	code := b.Text(`.cases > li:first-child .code`)
	path := b.Attr(`.cases > li:first-child .case-title`, "href")
	b.Press("Chọn " + code)
	b.Fill("note", "Người gửi đã hỏi nhiều lần.")
	b.Follow("Đôn đốc")
	b.Sees("Đã đôn đốc.")
	b.Sees("Đôn đốc lần cuối")
	b.Press("Chọn " + code)
	b.Follow("Đôn đốc")
	b.Sees("đã được đôn đốc trong hôm nay")
	b.Axe()
	b.Fill("note", "Quá hạn lâu, đã đôn đốc.")
	b.Follow("Báo cáo cấp trên") // it is still chosen
	b.Sees("Đã báo cáo cấp trên.")
	b.Open(path)
	b.Sees("Người gửi đã hỏi nhiều lần.")
	b.Sees("Quá hạn lâu, đã đôn đốc.")

	root := s.Browser(t, NoScript)
	root.SignInStaff("supervisor.vpcp", DemoPassword)
	root.Open("/console/audit?code=" + code)
	root.Sees("đôn đốc")
	root.Sees("báo cáo cấp trên")
}

// TestAdministration adds a member of staff, who chooses a password and begins to work;
// changes an agency; and cannot lock themselves out.
func TestAdministration(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	b := s.Browser(t)
	b.SignInStaff("admin.ubnd-79", DemoPassword)
	b.Open("/console/admin")
	b.FollowOnly(`.doors a[href="/console/admin/staff"]`)
	b.Follow("Thêm cán bộ")
	b.Fill("username", "Lan")
	b.Follow("Thêm cán bộ và cấp mật khẩu")
	b.Sees("Vai trò: Mục này cần có.")
	b.Axe()
	b.Fill("username", "lan.sxd")
	b.Fill("name", "Trần Thị Lan")
	b.Fill("agency", "so-xd-79")
	b.Press("xử lý")
	b.Follow("Thêm cán bộ và cấp mật khẩu")
	b.Sees("Mật khẩu dùng một lần")
	b.Axe()
	password := b.Text("code.once")
	b.Open(b.Path())
	b.Misses(password)

	lan := s.Browser(t, NoScript)
	lan.Open("/console/signin")
	lan.Fill("username", "lan.sxd")
	lan.Fill("password", password)
	lan.Follow("Đăng nhập")
	lan.At("/console/password")
	lan.Sees("chỉ dùng một lần")
	lan.Fill("old", password)
	lan.Fill("new", "ba con mèo trên mái nhà")
	lan.Fill("again", "ba con mèo trên mái nhà")
	lan.Follow("Đổi mật khẩu")
	lan.Sees("Đã đổi mật khẩu.")
	lan.Open("/console")
	lan.At("/console")

	b.Open("/console/admin/agencies/so-xd-79")
	b.Fill("phone", "(028) 3829 0000")
	b.Follow("Lưu thay đổi")
	b.Sees("Đã lưu thay đổi của cơ quan.")
	b.Axe()
	b.Open("/console/admin/staff?username=admin.ubnd-79")
	b.Sees("Đây là tài khoản của anh/chị.")
	b.Press("quản trị")
	b.Press("giám sát")
	b.Follow("Lưu thay đổi")
	b.Sees("tự khóa mình")
}
