package handlers

import (
	"strconv"
	"strings"
	"testing"

	"kiennghi/models"
)

// TestWrongInputSaysWhatIsRight: a person who made a mistake is told what to write.
func TestWrongInputSaysWhatIsRight(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for _, c := range []struct {
		method, path, token string
		body                any
		status              int
		want                string
	}{
		{"POST", "/v1/auth/otp", "", obj{"phone": "0912 345 678"}, 422, "phone:not_a_phone"},
		{"POST", "/v1/auth/otp/verify", "", obj{"phone": "0912345678", "code": "12 34"}, 422, "code:not_six_digits"},
		{"PATCH", "/v1/me", hoa, obj{"email": "a b"}, 422, "email:not_an_email"},
		{"PATCH", "/v1/me", hoa, obj{"nmae": "Hoa"}, 422, "nmae:not_a_field"},
		{"POST", "/v1/feedback/KN-7F3K-92QX/rating", hoa, obj{"score": 9}, 422, "score:out_of_range"},
		{"GET", "/v1/answers?from=25/11/2026", "", nil, 400, "from:not_a_date"},
		{"GET", "/v1/answers/x", "", nil, 400, "code:not_a_tracking_code"},
	} {
		a := h.call(c.method, c.path, c.token, c.body).want(c.status)
		if got := a.fields(); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
		if strings.Contains(string(a.body), say("vi", "invalid", 0)) {
			t.Errorf("%s says nothing that helps: %s", c.path, a.body)
		}
	}
}

func TestForbiddenSaysWho(t *testing.T) {
	h := newHarness(t)
	hoa, lan := h.citizen("Nguyễn Thị Hoa"), h.staff("lan", "so-xd-79", models.Handler)
	for want, a := range map[string]*answer{
		"staff_only":   h.call("GET", "/v1/desk/feedback", hoa, nil),
		"citizen_only": h.call("GET", "/v1/feedback", lan, nil),
		"role_missing": h.call("POST", "/v1/desk/feedback/x/refuse", lan, obj{"ground": "unclear", "direction": "Xem lại"}),
	} {
		if got := a.want(403).detail(); got != say("vi", want, 0) {
			t.Errorf("%q, want %s", got, want)
		}
	}
}

// TestOneAddressIsManyPeople: a mobile network puts many phones behind one address.
func TestOneAddressIsManyPeople(t *testing.T) {
	h := newHarness(t)
	n := quotas["createFeedback"].n
	for i := range 2 {
		hoa := h.citizen("Nguyễn Thị Hoa")
		for k := range n {
			h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "nhieu-nguoi-"+strconv.Itoa(i)+"-"+strconv.Itoa(k)).want(201)
		}
		h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "mot-lan-nua").want(429)
	}
}
