package models

import (
	"strings"
	"testing"
)

func TestSubscription(t *testing.T) {
	good := Subscription{Endpoint: "https://fcm.googleapis.com/fcm/send/abc:def", Auth: "8eDyX_uCN0XRhSbY5hs7Hg==",
		P256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"}
	for _, endpoint := range []string{good.Endpoint, "https://updates.push.services.mozilla.com/wpush/v2/gAAAA", "https://wns2-pn1p.notify.windows.com/w/?token=BQ",
		"https://web.push.apple.com/QK", "https://fcm.googleapis.com:443/x"} {
		s := good
		s.Endpoint = endpoint
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if got, err := ParseSubscription(good.Token()); err != nil || got != good {
		t.Errorf("%+v %v", got, err)
	}
	for name, change := range map[string]func(*Subscription){
		"http": func(s *Subscription) { s.Endpoint = "http://fcm.googleapis.com/x" }, "none": func(s *Subscription) { s.Endpoint = "" },
		"private": func(s *Subscription) { s.Endpoint = "https://192.168.1.1/x" }, "local": func(s *Subscription) { s.Endpoint = "https://localhost/x" },
		"port": func(s *Subscription) { s.Endpoint = "https://fcm.googleapis.com:22/x" }, "user": func(s *Subscription) { s.Endpoint = "https://a@fcm.googleapis.com/x" },
		"suffix": func(s *Subscription) { s.Endpoint = "https://evilfcm.googleapis.com/x" }, "behind": func(s *Subscription) { s.Endpoint = "https://push.apple.com.example.vn/x" },
		"backslash": func(s *Subscription) { s.Endpoint = `https://example.vn\.push.apple.com/x` }, "fragment": func(s *Subscription) { s.Endpoint += "#x" },
		"long": func(s *Subscription) { s.Endpoint += strings.Repeat("x", maxEndpoint) }, "key": func(s *Subscription) { s.P256dh = s.Auth },
		"not on the curve": func(s *Subscription) { s.P256dh = "BA" + strings.Repeat("A", 85) }, "no key": func(s *Subscription) { s.P256dh = "" },
		"auth": func(s *Subscription) { s.Auth = "AAAA" }, "no auth": func(s *Subscription) { s.Auth = "" }, "not base64": func(s *Subscription) { s.Auth = "!!" },
	} {
		s := good
		change(&s)
		if err := s.Check(); ErrorKindOf(err) != KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ParseSubscription(s.Token()); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	for _, token := range []string{"", "fcm-token", "[]", "{}"} {
		if _, err := ParseSubscription(token); err == nil {
			t.Errorf("%q is read", token)
		}
	}
}
