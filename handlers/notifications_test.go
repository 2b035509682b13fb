package handlers

import (
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// notify puts a notification into the inbox of a token's account.
func (h *harness) notify(token string, event models.Action, code string) models.Notification {
	h.t.Helper()
	n := models.Notification{ID: models.NewID(), Account: h.accountOf(token), FeedbackID: models.NewID(), Code: code, Event: event, At: h.o.Now()}
	if err := h.o.Store.AddNotification(h.t.Context(), &n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestNotifications(t *testing.T) {
	h := newHarness(t)
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	var ids []string
	for range 5 {
		ids = append(ids, h.notify(hoa, models.ActApprove, "KN-7F3K-92QX").ID)
		h.advance(time.Second)
	}
	var list api.NotificationList
	h.call("GET", "/v1/notifications?limit=2", hoa, nil).want(200).json(&list)
	if len(list.Items) != 2 || list.Items[0].ID != ids[4] || list.Next == nil || list.Unread != 5 {
		t.Fatalf("%+v", list)
	}
	first := list.Items[0]
	if first.Title != "Đã có trả lời cho ông/bà" || !strings.Contains(first.Body, "KN-7F3K-92QX") || first.ReadAt != nil || first.Event != "answer" {
		t.Errorf("%+v", first)
	}
	h.call("GET", "/v1/notifications?limit=2&next="+*list.Next, hoa, nil, "Accept-Language", "en").want(200).json(&list)
	if len(list.Items) != 2 || list.Items[0].ID != ids[2] || list.Items[0].Title != "Your feedback has been answered" {
		t.Errorf("%+v", list)
	}
	for range 2 {
		h.call("POST", "/v1/notifications/"+ids[4]+"/read", hoa, nil).want(204)
		h.advance(time.Minute)
	}
	h.call("POST", "/v1/notifications/"+ids[3]+"/read", binh, nil).want(404)
	list = api.NotificationList{}
	h.call("GET", "/v1/notifications", hoa, nil).want(200).json(&list)
	if list.Unread != 4 || list.Next != nil || list.Items[0].ReadAt == nil || !list.Items[0].ReadAt.Before(h.o.Now().Add(-90*time.Second)) {
		t.Errorf("%+v", list)
	}
	h.call("GET", "/v1/notifications", binh, nil).want(200).json(&list)
	if len(list.Items) != 0 || list.Unread != 0 {
		t.Errorf("%+v", list)
	}
	h.call("GET", "/v1/notifications?next=nonsense", hoa, nil).want(400)
}

func TestEveryEventThatIsToldHasWords(t *testing.T) {
	for _, event := range models.ToldActions() {
		for _, key := range []string{"event." + string(event), "event." + string(event) + ".body"} {
			if p, ok := texts[key]; !ok || p.VI == "" || p.EN == "" {
				t.Errorf("there are no words for %q", key)
			}
		}
	}
}
