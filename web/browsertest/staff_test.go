package browsertest

import (
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// TestStaffSignIn signs a member of staff in, sets up the authenticator app, signs in with
// it, and loses nothing when the session ends while a form is open.
func TestStaffSignIn(t *testing.T) {
	t.Parallel()
	s := Start(t)
	for name, options := range map[string][]Option{"with scripts": nil, "without, tablet": {Tablet, NoScript}} {
		t.Run(name, func(t *testing.T) {
			username := map[bool]string{true: "lan", false: "minh"}[options == nil]
			password := s.Staff(username, "so-xd-79", "handler,approver")
			b := s.Browser(t, options...)
			b.Open("/console/sessions")
			b.At("/console/signin")
			b.Fill("username", username)
			b.Fill("password", "sai-mat-khau-roi")
			b.FollowOnly("main form .button")
			b.Sees("Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng")
			b.until("the errors to be what one reads next", `document.activeElement.className === "errors"`)
			b.Fill("password", password)
			b.FollowOnly("main form .button")
			b.At("/console/sessions")
			b.Axe()

			b.Follow("Cài ứng dụng xác thực")
			b.Axe()
			key := regexp.MustCompile(`[A-Z2-7]{16,}`).FindString(b.Text("main .code"))
			b.Fill("code", digits(t, key, 0))
			b.Follow("Bật xác thực hai bước")
			b.Sees("Đã bật xác thực hai bước")

			b.Fill("as", "approver")
			b.DropCookie("__Host-staff")
			b.Follow("Đổi vai trò")
			b.Sees("Nội dung đó vẫn được giữ ở đây")
			b.Fill("username", username)
			b.Fill("password", password)
			b.Fill("totp", digits(t, key, 1)) // those of before are used up
			b.Follow("Đăng nhập")
			b.Sees("Nội dung vẫn còn, chưa được gửi")
			b.Axe()
			b.Follow("Gửi nội dung đã nhập")
			b.At("/console/sessions")
			b.Sees("Đã đổi vai trò làm việc.")
			if got := b.Text(".brand small"); got != "phê duyệt" {
				t.Errorf("acts as %q", got)
			}
			b.Follow("Đăng xuất khỏi mọi nơi")
			b.Sees("Đã đăng xuất.")
		})
	}
}

// digits are what the app shows, or will show some steps of half a minute later.
func digits(t *testing.T, key string, later int) string {
	t.Helper()
	code, err := totp.GenerateCode(key, time.Now().Add(time.Duration(later)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}
