package handlers

import (
	"context"
	"strings"

	"kiennghi/api"
	"kiennghi/models"
)

// unreadPages bounds counting: beyond that many pages of 100 nobody reads on.
const unreadPages = 10

// ListNotifications is the in-app inbox.
func (s *server) ListNotifications(ctx context.Context, in api.ListNotificationsRequestObject) (api.ListNotificationsResponseObject, error) {
	r := of(ctx)
	page, err := s.Store.ListNotifications(ctx, r.Account, limitOf(in.Params.Limit), value(in.Params.Next))
	if err != nil {
		return nil, err
	}
	unread, err := s.unread(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	out := api.ListNotifications200JSONResponse{Items: []api.Notification{}, Next: optional(page.Next), Unread: unread}
	for _, n := range page.Items {
		out.Items = append(out.Items, notificationView(n, r.Lang))
	}
	return out, nil
}

// unread counts the account's unread notifications, the newest thousand.
func (s *server) unread(ctx context.Context, account string) (int, error) {
	n, next := 0, ""
	for range unreadPages {
		page, err := s.Store.ListNotifications(ctx, account, 100, next)
		if err != nil {
			return 0, err
		}
		for _, x := range page.Items {
			if x.ReadAt == nil {
				n++
			}
		}
		if next = page.Next; next == "" {
			break
		}
	}
	return n, nil
}

// notificationView words a notification in the reader's language. An event without
// words of its own gets the general ones.
func notificationView(n models.Notification, lang string) api.Notification {
	key := "event." + string(n.Event)
	if _, ok := texts[key]; !ok {
		key = "event"
	}
	return api.Notification{ID: n.ID, At: n.At, Event: string(n.Event), Code: optional(n.Code), ReadAt: n.ReadAt,
		Title: say(lang, key, 0), Body: strings.ReplaceAll(say(lang, key+".body", 0), "CODE", n.Code)}
}

// ReadNotification marks one as read; the first time counts.
func (s *server) ReadNotification(ctx context.Context, in api.ReadNotificationRequestObject) (api.ReadNotificationResponseObject, error) {
	if err := s.Store.ReadNotification(ctx, of(ctx).Account, in.ID, s.Now()); err != nil {
		return nil, err
	}
	return api.ReadNotification204Response{}, nil
}
