package storetest

import (
	"fmt"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// fresh is a time of expiry that no clock has reached.
var fresh = models.Now().Add(24 * time.Hour)

func member(n int) *models.Staff {
	return &models.Staff{
		ID: id(n), Rev: 1, Username: fmt.Sprint("user", n), Name: "Đỗ Ánh", Agency: "ubnd-79", Roles: []models.Role{models.Handler, models.Approver},
		PasswordHash: "$argon2id$v=19$x", TOTP: models.Sealed{1}, TOTPUsed: 1 << 40, Language: "vi", CreatedAt: minute(n), UpdatedAt: minute(n),
	}
}

var staffTests = map[string]func(*testing.T, store.Store){
	"create, find, update": func(t *testing.T, s store.Store) {
		must(t, s.CreateStaff(ctx, member(1)))
		got, err := s.Staff(ctx, id(1))
		must(t, err)
		equal(t, got, member(1))
		got, err = s.StaffByUsername(ctx, "user1")
		must(t, err)
		equal(t, got, member(1))
		for _, key := range append([]string{"USER1", "user"}, hostile...) {
			_, err = s.StaffByUsername(ctx, key)
			wantErr(t, err, models.ErrNotFound)
		}
		got, err = s.UpdateStaff(ctx, id(1), func(m *models.Staff) error { m.Roles, m.Disabled = []models.Role{}, true; return nil })
		must(t, err)
		want := member(1)
		want.Roles, want.Disabled, want.Rev = nil, true, 2
		equal(t, got, want)
		got, err = s.Staff(ctx, id(1))
		must(t, err)
		equal(t, got, want)
		_, err = s.UpdateStaff(ctx, id(1), func(*models.Staff) error { return errStop })
		wantErr(t, err, errStop)
		_, err = s.UpdateStaff(ctx, "none", func(*models.Staff) error { return nil })
		wantErr(t, err, models.ErrNotFound)
	},
	"a user name belongs to one": func(t *testing.T, s store.Store) {
		equal(t, won(t, atOnce(20, func(i int) error {
			m := member(i)
			m.Username = "đức.nguyễn"
			return s.CreateStaff(ctx, m)
		}), models.ErrExists), 1)
		must(t, s.CreateStaff(ctx, member(50)))
		wantErr(t, s.CreateStaff(ctx, member(50)), models.ErrExists)
	},
	"a code works once": func(t *testing.T, s store.Store) {
		must(t, s.CreateStaff(ctx, member(1)))
		errs := atOnce(10, func(int) error {
			_, err := s.UpdateStaff(ctx, id(1), func(m *models.Staff) error {
				if m.TOTPUsed == 1<<41 {
					return models.ErrUnauthenticated
				}
				m.TOTPUsed = 1 << 41
				return nil
			})
			return err
		})
		equal(t, won(t, errs, models.ErrUnauthenticated), 1)
	},
	"each visits all": func(t *testing.T, s store.Store) {
		for i := range 60 {
			must(t, s.CreateStaff(ctx, member(i)))
		}
		n := 0
		must(t, s.EachStaff(ctx, func(*models.Staff) error { n++; return nil }))
		equal(t, n, 60)
		wantErr(t, s.EachStaff(ctx, func(*models.Staff) error { return errStop }), errStop)
	},
}

func session(n int, account string) *models.Session {
	return &models.Session{ID: id(n), Rev: 1, Account: account, Staff: true, TokenHash: "h", UserAgent: "Trình duyệt", CreatedAt: minute(n), RefreshedAt: minute(n), ExpiresAt: fresh}
}

var sessionTests = map[string]func(*testing.T, store.Store){
	"create, find, update, list, delete": func(t *testing.T, s store.Store) {
		for i := range 3 {
			must(t, s.CreateSession(ctx, session(i, "a")))
		}
		must(t, s.CreateSession(ctx, session(9, "b")))
		wantErr(t, s.CreateSession(ctx, session(9, "b")), models.ErrExists)
		got, err := s.Session(ctx, id(1))
		must(t, err)
		equal(t, got, session(1, "a"))
		got, err = s.UpdateSession(ctx, id(1), func(v *models.Session) error { v.TokenHash = "h2"; return nil })
		must(t, err)
		equal(t, got.TokenHash, "h2")
		equal(t, got.Rev, int64(2))
		_, err = s.UpdateSession(ctx, id(1), func(v *models.Session) error { v.TokenHash = "h3"; return errStop })
		wantErr(t, err, errStop)
		list, err := s.ListSessions(ctx, "a")
		must(t, err)
		equal(t, list, []models.Session{*session(2, "a"), *got, *session(0, "a")})

		wantErr(t, s.DeleteSession(ctx, "b", id(1)), models.ErrNotFound)
		must(t, s.DeleteSession(ctx, "a", id(1)))
		wantErr(t, s.DeleteSession(ctx, "a", id(1)), models.ErrNotFound)
		must(t, s.DeleteSessions(ctx, "a"))
		must(t, s.DeleteSessions(ctx, "a"))
		list, err = s.ListSessions(ctx, "a")
		must(t, err)
		equal(t, len(list), 0)
		_, err = s.Session(ctx, id(9))
		must(t, err)
		for _, key := range hostile {
			_, err = s.Session(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			wantErr(t, s.DeleteSession(ctx, "b", key), models.ErrNotFound)
		}
		_, err = s.UpdateSession(ctx, "none", func(*models.Session) error { return nil })
		wantErr(t, err, models.ErrNotFound)
	},
	"of parallel refreshes one wins": func(t *testing.T, s store.Store) {
		must(t, s.CreateSession(ctx, session(1, "a")))
		errs := atOnce(10, func(i int) error {
			_, err := s.UpdateSession(ctx, id(1), func(v *models.Session) error {
				if v.TokenHash != "h" {
					return models.ErrConflict
				}
				v.TokenHash = fmt.Sprint(i)
				return nil
			})
			return err
		})
		equal(t, won(t, errs, models.ErrConflict), 1)
	},
	"an expired one is there or gone": func(t *testing.T, s store.Store) {
		old := session(1, "a")
		old.ExpiresAt = start
		must(t, s.CreateSession(ctx, old))
		new := session(2, "a")
		new.CreatedAt = fresh
		must(t, s.CreateSession(ctx, new))
		if _, err := s.Session(ctx, id(1)); err != nil {
			wantErr(t, err, models.ErrNotFound)
		}
		_, err := s.Session(ctx, id(2))
		must(t, err)
	},
}

func device(n int, account string) *models.Device {
	return &models.Device{ID: id(n), Account: account, Token: fmt.Sprint("token-", n), Platform: "android", Language: "vi", UpdatedAt: minute(n)}
}

func devices(t *testing.T, s store.Store, account string, want ...models.Device) {
	t.Helper()
	got, err := s.ListDevices(ctx, account)
	must(t, err)
	equal(t, got, want)
}

var deviceTests = map[string]func(*testing.T, store.Store){
	"put, list, delete": func(t *testing.T, s store.Store) {
		must(t, s.PutDevice(ctx, device(1, "a")))
		must(t, s.PutDevice(ctx, device(2, "a")))
		d := device(1, "a")
		d.Token, d.UpdatedAt = "token-new", minute(9)
		must(t, s.PutDevice(ctx, d))
		devices(t, s, "a", *d, *device(2, "a"))
		devices(t, s, "b")
		wantErr(t, s.DeleteDevice(ctx, "b", id(1)), models.ErrNotFound)
		must(t, s.DeleteDevice(ctx, "a", id(1)))
		wantErr(t, s.DeleteDevice(ctx, "a", id(1)), models.ErrNotFound)
		for _, key := range hostile {
			wantErr(t, s.DeleteDevice(ctx, "a", key), models.ErrNotFound)
			must(t, s.ForgetToken(ctx, key))
		}
		devices(t, s, "a", *device(2, "a"))
		must(t, s.ForgetToken(ctx, "token-2"))
		must(t, s.ForgetToken(ctx, "token-2"))
		devices(t, s, "a")
	},
	"a token moves to the account that has the phone now": func(t *testing.T, s store.Store) {
		must(t, s.PutDevice(ctx, device(1, "a")))
		d := device(2, "b")
		d.Token = "token-1"
		must(t, s.PutDevice(ctx, d))
		devices(t, s, "b", *d)
		list, err := s.ListDevices(ctx, "a")
		must(t, err)
		for _, d := range list {
			if d.Token == "token-1" {
				t.Fatal("two devices have the token")
			}
		}
	},
	"of parallel owners one has the token": func(t *testing.T, s store.Store) {
		mustAll(t, atOnce(10, func(i int) error {
			d := device(i, fmt.Sprint("account-", i))
			d.Token = "same"
			return s.PutDevice(ctx, d)
		}))
		n := 0
		for i := range 10 {
			list, err := s.ListDevices(ctx, fmt.Sprint("account-", i))
			must(t, err)
			n += len(list)
		}
		equal(t, n, 1)
	},
}

func notification(n int, account string) *models.Notification {
	return &models.Notification{ID: id(n), Account: account, FeedbackID: "f", Code: "KN-0001-0001", Event: "reply", Letter: "urging_letter ubnd-79 so-xd-79 1", At: minute(n)}
}

var notificationTests = map[string]func(*testing.T, store.Store){
	"once, newest first, by pages": func(t *testing.T, s store.Store) {
		var want []models.Notification
		for i := range 25 {
			n := notification(i, "a")
			n.At = minute(i / 3) // ties
			want = append([]models.Notification{*n}, want...)
			must(t, s.AddNotification(ctx, n))
			must(t, s.AddNotification(ctx, notification(100+i, "b")))
			again := *n
			again.Code = "other"
			must(t, s.AddNotification(ctx, &again))
		}
		var got []models.Notification
		next := ""
		for {
			p, err := s.ListNotifications(ctx, "a", 4, next)
			must(t, err)
			got = append(got, p.Items...)
			if next = p.Next; next == "" {
				break
			}
		}
		equal(t, got, want)
		p, err := s.ListNotifications(ctx, "a", 0, "")
		must(t, err)
		equal(t, len(p.Items), 20)
	},
	"read once": func(t *testing.T, s store.Store) {
		must(t, s.AddNotification(ctx, notification(1, "a")))
		wantErr(t, s.ReadNotification(ctx, "b", id(1), minute(5)), models.ErrNotFound)
		for _, key := range hostile {
			wantErr(t, s.ReadNotification(ctx, "a", key, minute(5)), models.ErrNotFound)
		}
		must(t, s.ReadNotification(ctx, "a", id(1), minute(5)))
		must(t, s.ReadNotification(ctx, "a", id(1), minute(6)))
		must(t, s.AddNotification(ctx, notification(1, "a")))
		p, err := s.ListNotifications(ctx, "a", 1, "")
		must(t, err)
		if at := p.Items[0].ReadAt; at == nil || !at.Equal(minute(5)) {
			t.Fatalf("read at %v", at)
		}
	},
}
