package browsertest

import "testing"

// TestSignIn signs a citizen in with the code from the message, wrong turns included, and
// out again: with and without scripts, in both languages.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := Start(t)
	for name, c := range map[string]struct {
		phone, wrongPhone, wrongCode, sessions, out, gone string
		options                                           []Option
	}{
		"Vietnamese, with scripts": {"0912345671", "Số điện thoại gồm 10 chữ số", "Mã không đúng", "Nơi đang đăng nhập", "Đăng xuất khỏi đây", "Đã đăng xuất.", nil},
		"Vietnamese, phone, without": {"0912345672", "Số điện thoại gồm 10 chữ số", "Mã không đúng", "Nơi đang đăng nhập", "Đăng xuất khỏi đây", "Đã đăng xuất.",
			[]Option{Phone, NoScript}},
		"English, with scripts": {"0912345673", "A phone number is 10 digits", "The code is wrong", "Where you are signed in", "Sign out here", "You are signed out.", []Option{English}},
		"English, without":      {"0912345674", "A phone number is 10 digits", "The code is wrong", "Where you are signed in", "Sign out here", "You are signed out.", []Option{English, NoScript}},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.Browser(t, c.options...)
			b.Open("/my/sessions") // not signed in: on to sign in, and back here afterwards
			b.At("/signin")
			b.Fill("phone", "12345")
			b.FollowOnly("main form .button")
			b.Sees(c.wrongPhone)
			if got := b.Value("phone"); got != "12345" {
				t.Errorf("what was typed became %q", got)
			}
			if href := b.Attr(".errors a", "href"); href != "#f-phone" || !b.Has("#f-phone[aria-invalid=true]") {
				t.Errorf("the error links to %q", href)
			}
			b.Fill("phone", c.phone[:4]+" "+c.phone[4:7]+" "+c.phone[7:])
			b.FollowOnly("main form .button")
			b.At("/signin/code")
			b.Misses(c.phone)
			code := s.Code(c.phone)
			wrong := "000000"
			if code == wrong {
				wrong = "000001"
			}
			b.Fill("code", wrong)
			b.FollowOnly("main form .button")
			b.Sees(c.wrongCode)
			b.Fill("code", code[:3]+" "+code[3:])
			b.FollowOnly("main form .button")
			b.At("/my/sessions")
			b.Sees(c.sessions)
			if b.Cookie("__Host-citizen") == "" {
				t.Error("there is no cookie")
			}
			b.Follow(c.out)
			b.At("/")
			b.Sees(c.gone)
			b.Open("/my/sessions")
			b.At("/signin")
		})
	}
}
