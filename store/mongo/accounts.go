package mongo

import (
	"context"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// CreateStaff stores a new member.
func (s *Store) CreateStaff(ctx context.Context, m *models.Staff) error {
	m.Rev = 1
	return insert(ctx, s.staff, m.ID, m)
}

// Staff returns the member with that ID.
func (s *Store) Staff(ctx context.Context, id string) (*models.Staff, error) {
	return get[models.Staff](ctx, s.staff, byID(id))
}

// StaffByUsername returns the member with that user name.
func (s *Store) StaffByUsername(ctx context.Context, username string) (*models.Staff, error) {
	return get[models.Staff](ctx, s.staff, bson.D{{Key: "username", Value: username}})
}

// UpdateStaff works as UpdateFeedback does.
func (s *Store) UpdateStaff(ctx context.Context, id string, change func(*models.Staff) error) (*models.Staff, error) {
	return update(ctx, s.staff, id, func(m *models.Staff) *int64 { return &m.Rev }, change)
}

// ListStaff lists the members of an agency.
func (s *Store) ListStaff(ctx context.Context, agency string, limit int, next string) (store.Page[models.Staff], error) {
	after, err := store.ParseCursor("staff", next)
	if err != nil {
		return store.Page[models.Staff]{}, err
	}
	filter := bson.D{{Key: "agency", Value: agency}}
	if after != nil {
		filter = append(filter, bson.E{Key: "username", Value: bson.D{{Key: "$gt", Value: after.ID}}})
	}
	limit = store.PageSize(limit)
	items, err := list[models.Staff](ctx, s.staff, filter, options.Find().SetSort(byKey("username", 1)).SetHint("agency").SetLimit(int64(limit+1)))
	p := store.Page[models.Staff]{Items: items}
	if len(items) > limit {
		p.Items = items[:limit]
		p.Next = store.Cursor{List: "staff", ID: items[limit-1].Username}.String()
	}
	return p, err
}

// EachStaff calls do for every member.
func (s *Store) EachStaff(ctx context.Context, do func(*models.Staff) error) error {
	return each(ctx, s.staff, do)
}

// CreateSession stores a new session.
func (s *Store) CreateSession(ctx context.Context, v *models.Session) error {
	v.Rev = 1
	return insert(ctx, s.session, v.ID, v)
}

// Session returns the session with that ID.
func (s *Store) Session(ctx context.Context, id string) (*models.Session, error) {
	return get[models.Session](ctx, s.session, byID(id))
}

// UpdateSession works as UpdateFeedback does.
func (s *Store) UpdateSession(ctx context.Context, id string, change func(*models.Session) error) (*models.Session, error) {
	return update(ctx, s.session, id, func(v *models.Session) *int64 { return &v.Rev }, change)
}

// ListSessions returns an account's sessions, newest first.
func (s *Store) ListSessions(ctx context.Context, account string) ([]models.Session, error) {
	return list[models.Session](ctx, s.session, of(account), options.Find().SetSort(bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}))
}

// DeleteSession removes one session of the account.
func (s *Store) DeleteSession(ctx context.Context, account, id string) error {
	return deleteOne(ctx, s.session, append(byID(id), of(account)...))
}

// DeleteSessions removes all sessions of the account.
func (s *Store) DeleteSessions(ctx context.Context, account string) error {
	_, err := s.session.DeleteMany(ctx, of(account))
	return wrap(ctx, err)
}

func of(account string) bson.D { return bson.D{{Key: "account", Value: account}} }

// PutDevice first takes the token from other devices; the unique index keeps two that
// do so at once from both having it.
func (s *Store) PutDevice(ctx context.Context, d *models.Device) error {
	return retry(ctx, func() error {
		if d.Token != "" {
			_, err := s.device.DeleteMany(ctx, bson.D{{Key: "token", Value: d.Token}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: d.ID}}}})
			if err != nil {
				return err
			}
		}
		_, err := s.device.ReplaceOne(ctx, byID(d.ID), newRecord(d.ID, d), options.Replace().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) {
			return errAgain
		}
		return err
	})
}

// DeleteDevice removes a device of the account.
func (s *Store) DeleteDevice(ctx context.Context, account, id string) error {
	return deleteOne(ctx, s.device, append(byID(id), of(account)...))
}

// ListDevices returns an account's devices.
func (s *Store) ListDevices(ctx context.Context, account string) ([]models.Device, error) {
	return list[models.Device](ctx, s.device, of(account), options.Find().SetSort(byKey("_id", 1)))
}

// ForgetToken removes the device with that push token.
func (s *Store) ForgetToken(ctx context.Context, token string) error {
	if token == "" {
		return ctx.Err()
	}
	_, err := s.device.DeleteMany(ctx, bson.D{{Key: "token", Value: token}})
	return wrap(ctx, err)
}

func byKey(key string, direction int) bson.D { return bson.D{{Key: key, Value: direction}} }
