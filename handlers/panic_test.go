package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

// throwing is a store that fails as no store should, and quotes what it was given.
type throwing struct{ store.Store }

func (throwing) CreateFeedback(_ context.Context, f *models.Feedback, _ ...models.Work) error {
	panic(fmt.Sprintf("cannot store %+v", *f))
}

func (throwing) ListNotifications(context.Context, string, int, string) (store.Page[models.Notification], error) {
	var none []models.Notification
	return store.Page[models.Notification]{Items: none[5:]}, nil
}

// A panic is a 500 like any other: the answer and the log tell nothing of the request,
// and the program goes on.
func TestPanicTellsNothing(t *testing.T) {
	h := newHarness(t, func(o *Options) { o.Store = throwing{o.Store} })
	hoa := h.citizen("Nguyễn Thị Bí Mật")
	text := map[string]any{"title": "Ổ gà Zyxmar", "body": "Ổ gà lớn trước cổng trường Zyxmar, số 12 ngõ 34 Láng Hạ, gọi 0987654321.", "province": "79"}
	a := h.call("POST", "/v1/feedback?x=Zyxmar", hoa, text, "Idempotency-Key", "khoa-bi-mat-1").want(500)
	b := h.call("GET", "/v1/notifications", hoa, nil).want(500)
	h.call("GET", "/v1/me", hoa, nil).want(200)
	log := h.log.String()
	for _, want := range []string{`"msg":"panic in a request"`, `"what":"string"`, "slice bounds out of range", `"route":"/v1/feedback"`, "handlers.throwing.CreateFeedback"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not have %s:\n%s", want, log)
		}
	}
	for _, secret := range []string{"Bí Mật", "Zyxmar", "987654321", "Láng Hạ", "khoa-bi-mat", hoa} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
		if strings.Contains(string(a.body)+string(b.body), secret) {
			t.Errorf("an answer has %q:\n%s%s", secret, a.body, b.body)
		}
	}
}
