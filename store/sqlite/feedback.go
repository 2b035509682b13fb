package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
)

// CreateFeedback stores a new record and its work.
func (s *Store) CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error {
	stored := *f
	stored.Rev, stored.Version = 1, 1
	doc, err := encode(&stored)
	if err != nil {
		return err
	}
	rows, err := workRows(work)
	if err != nil {
		return err
	}
	sum := stored.Summary()
	err = s.w.write(ctx, func(t *tx) error {
		_, err := t.exec(sqlInsertFeedback, append([]any{f.ID, f.Code, f.SenderID}, append(columns(&sum, doc), ms(stored.LookAt()), ms(stored.TeachesAt()))...)...)
		if err != nil {
			return err
		}
		if err := saveViews(t, nil, viewsOf(t.c.last, &stored)); err != nil {
			return err
		}
		return insertWork(t, rows, "")
	})
	if err == nil {
		*f = stored
	}
	return err
}

// Feedback returns the record with that ID.
func (s *Store) Feedback(ctx context.Context, id string) (*models.Feedback, error) {
	return get[models.Feedback](ctx, s, sqlFeedback, id)
}

// FeedbackByCode returns the record with that tracking code.
func (s *Store) FeedbackByCode(ctx context.Context, code string) (*models.Feedback, error) {
	return get[models.Feedback](ctx, s, sqlFeedbackByCode, code)
}

// VersionByCode reads the beginning of the row, not the pages that the document goes on in.
func (s *Store) VersionByCode(ctx context.Context, code string) (sender string, version int64, err error) {
	err = s.r.use(ctx, func(c *conn) error {
		err := c.query(ctx, sqlVersionByCode, func(r []driver.Value) error {
			sender, version = r[0].(string), r[1].(int64)
			return nil
		}, code)
		if err == nil && version == 0 {
			err = models.ErrNotFound
		}
		return err
	})
	return sender, version, err
}

// UpdateFeedback runs change inside the writing transaction.
func (s *Store) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	var out *models.Feedback
	err := s.w.write(ctx, func(t *tx) error {
		n, f, err := feedbackRow(t.c, id)
		if err != nil {
			return err
		}
		was, views := *f, viewsOf(n, f)
		work, err := change(f)
		if err != nil {
			return err
		}
		f.ID, f.Rev = id, was.Rev+1
		if err := saveFeedback(t, n, f, &was, views); err != nil {
			return err
		}
		rows, err := workRows(work)
		if err != nil {
			return err
		}
		out = f
		return insertWork(t, rows, "")
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func feedbackRow(c *conn, id string) (n int64, f *models.Feedback, err error) {
	err = c.query(context.Background(), sqlFeedbackRow, func(r []driver.Value) (err error) {
		n = r[0].(int64)
		f, err = decode[models.Feedback](r[1])
		return err
	}, id)
	if err == nil && f == nil {
		err = models.ErrNotFound
	}
	return n, f, err
}

// saveFeedback writes row n, which was another before, with those views.
func saveFeedback(t *tx, n int64, f, was *models.Feedback, views []view) error {
	doc, err := encode(f)
	if err != nil {
		return err
	}
	sum := f.Summary()
	if _, err := t.exec(sqlUpdateFeedback, append(columns(&sum, doc), ms(f.LookAt()), ms(f.TeachesAt()), n)...); err != nil {
		return err
	}
	if f.Code != was.Code || f.SenderID != was.SenderID {
		if _, err := t.exec(sqlUpdateKeys, f.Code, f.SenderID, n); err != nil {
			return err
		}
	}
	return saveViews(t, views, viewsOf(n, f))
}

// columns returns the values of feedback from version to doc.
func columns(s *models.Summary, doc []byte) []any {
	return []any{s.Version, s.Title, s.Kind, s.Source, s.Status, s.Province, s.Field, s.Agency, s.Handler,
		ms(s.DueAt), s.RepliesWaiting, s.RepliesBack, ms(s.PublishedAt), s.CreatedAt, s.UpdatedAt, doc}
}

// view is a row of feedback_view: one place where the feedback is listed.
type view struct {
	whose     string
	status    models.Status
	received  int64
	n         int64
	due       int64
	published int64 // 0: not
}

func (v *view) sameKey(w *view) bool {
	return v.whose == w.whose && v.status == w.status && v.received == w.received && v.n == w.n
}

// viewsOf returns the views of a feedback that is row n.
func viewsOf(n int64, f *models.Feedback) []view {
	whose := []string{"s:" + models.RootAgency}
	for _, agency := range f.Scope {
		whose = append(whose, "s:"+agency)
	}
	s := f.Summary()
	for i := range whose { // so far the agencies
		agency := strings.TrimPrefix(whose[i], "s:")
		if s.RepliesWaiting > 0 {
			whose = append(whose, "w:"+agency)
		}
		if s.RepliesBack > 0 {
			whose = append(whose, "b:"+agency)
		}
		if f.SortsLate() {
			whose = append(whose, "l:"+agency)
		}
	}
	if f.Handler != "" {
		whose = append(whose, "h:"+f.Handler)
	}
	if f.Escalated != "" {
		whose = append(whose, "e:"+f.Escalated)
	}
	for _, agency := range f.Contributors {
		whose = append(whose, "t:"+agency)
	}
	slices.Sort(whose)
	whose = slices.Compact(whose)
	out := make([]view, len(whose))
	for i, w := range whose {
		due := s.DueAt
		if agency, ok := strings.CutPrefix(w, "t:"); ok {
			due = f.TaskDue(agency)
		}
		out[i] = view{whose: w, status: f.Status, received: s.CreatedAt.UnixMilli(), n: n, due: dueKey(due)}
		if s.PublishedAt != nil {
			out[i].published = s.PublishedAt.UnixMilli()
		}
	}
	return out
}

func insertView(t *tx, v *view) error {
	_, err := t.exec(sqlInsertView, v.whose, v.status, v.received, v.n, v.due, v.publishedOrNull())
	return err
}

func (v *view) publishedOrNull() any {
	if v.published == 0 {
		return nil
	}
	return v.published
}

// saveViews turns the rows that were into those that are to be.
func saveViews(t *tx, were, are []view) error {
	kept := func(v *view, in []view) *view {
		if i := slices.IndexFunc(in, func(w view) bool { return v.sameKey(&w) }); i >= 0 {
			return &in[i]
		}
		return nil
	}
	for i := range were {
		if v := &were[i]; kept(v, are) == nil {
			if _, err := t.exec(sqlDeleteView, v.whose, v.status, v.received, v.n); err != nil {
				return err
			}
		}
	}
	for i := range are {
		v := &are[i]
		was := kept(v, were)
		var err error
		switch {
		case was == nil:
			err = insertView(t, v)
		case *was != *v:
			_, err = t.exec(sqlUpdateView, v.due, v.publishedOrNull(), v.whose, v.status, v.received, v.n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func ms(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMilli()
}

// dueKey sorts what has no due time last.
func dueKey(due *time.Time) int64 {
	if due == nil {
		return math.MaxInt64
	}
	return due.UnixMilli()
}

// EachFeedback walks by row when everything is wanted, else in the order of the last
// change; a record that changes meanwhile moves to the end and comes again.
func (s *Store) EachFeedback(ctx context.Context, since time.Time, do func(*models.Feedback) error) error {
	if since.IsZero() {
		return each(ctx, s, sqlEachAll, do)
	}
	const some = 50
	key, row := since.UnixMilli(), int64(0)
	if models.Moment(since).Before(since) {
		key++ // records have whole milliseconds
	}
	for {
		items := make([]*models.Feedback, 0, some)
		err := s.r.use(ctx, func(c *conn) error {
			return c.query(ctx, sqlEachSince, func(r []driver.Value) error {
				f, err := decode[models.Feedback](r[2])
				items, key, row = append(items, f), r[0].(int64), r[1].(int64)
				return err
			}, key, row, some)
		})
		if err != nil {
			return err
		}
		for _, f := range items {
			if err := do(f); err != nil {
				return err
			}
		}
		if len(items) < some {
			return nil
		}
	}
}
