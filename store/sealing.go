package store

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
)

// Sealing is a Store that seals what people typed before the database gets it, and opens
// it again: the texts of cases, names of files, push tokens, and the reasons in the audit
// log. Whoever reads the database itself, or a copy of it, reads none of them. What a
// Person keeps is sealed by those who write it, and so are drafts.
//
// What an earlier program stored unsealed is read as it is; see SealAnew.
type Sealing struct {
	Store
	keys *models.Keyring
}

// NewSealing puts sealing with that ring in front of a database.
func NewSealing(s Store, keys *models.Keyring) *Sealing { return &Sealing{s, keys} }

// seal seals the texts of a case, whose lists become its own, with what the detector found
// in those that are public.
func (s *Sealing) seal(f *models.Feedback) {
	f.OwnTexts()
	f.KeepFound()
	f.Texts(func(text *string) { *text = s.keys.SealText(*text) })
}

func (s *Sealing) open(f *models.Feedback) error {
	var failed error
	f.Texts(func(text *string) { failed = errors.Join(failed, s.openText(text)) })
	return failed
}

func (s *Sealing) openText(text *string) error {
	plain, err := s.keys.OpenText(*text)
	if err != nil {
		return models.Wrap(models.KindInternal, err)
	}
	*text = plain
	return nil
}

func (s *Sealing) opened(f *models.Feedback, err error) (*models.Feedback, error) {
	if err == nil {
		err = s.open(f)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// CreateFeedback is Store.CreateFeedback.
func (s *Sealing) CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error {
	stored := *f
	s.seal(&stored)
	if err := s.Store.CreateFeedback(ctx, &stored, s.sealWork(work)...); err != nil {
		return err
	}
	if err := s.open(&stored); err != nil {
		return err
	}
	*f = stored
	return nil
}

// Feedback is Store.Feedback.
func (s *Sealing) Feedback(ctx context.Context, id string) (*models.Feedback, error) {
	return s.opened(s.Store.Feedback(ctx, id))
}

// FeedbackByCode is Store.FeedbackByCode.
func (s *Sealing) FeedbackByCode(ctx context.Context, code string) (*models.Feedback, error) {
	return s.opened(s.Store.FeedbackByCode(ctx, code))
}

// UpdateFeedback is Store.UpdateFeedback.
func (s *Sealing) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	return s.opened(s.Store.UpdateFeedback(ctx, id, func(f *models.Feedback) ([]models.Work, error) {
		if err := s.open(f); err != nil {
			return nil, err
		}
		work, err := change(f)
		if err != nil {
			return nil, err
		}
		s.seal(f)
		return s.sealWork(work), nil
	}))
}

// EachFeedback is Store.EachFeedback.
func (s *Sealing) EachFeedback(ctx context.Context, since time.Time, do func(*models.Feedback) error) error {
	return s.Store.EachFeedback(ctx, since, func(f *models.Feedback) error {
		if err := s.open(f); err != nil {
			return err
		}
		return do(f)
	})
}

// ListFeedback is Store.ListFeedback.
func (s *Sealing) ListFeedback(ctx context.Context, q FeedbackQuery) (Page[models.Summary], error) {
	p, err := s.Store.ListFeedback(ctx, q)
	if err == nil {
		err = s.openTitles(p.Items)
	}
	return p, err
}

// Summaries is Store.Summaries.
func (s *Sealing) Summaries(ctx context.Context, ids []string) ([]models.Summary, error) {
	items, err := s.Store.Summaries(ctx, ids)
	if err == nil {
		err = s.openTitles(items)
	}
	return items, err
}

func (s *Sealing) openTitles(items []models.Summary) error {
	for i := range items {
		if err := s.openText(&items[i].Title); err != nil {
			return err
		}
	}
	return nil
}

// detail is where work for the audit log keeps a reason that somebody typed.
const detail = "detail"

func (s *Sealing) sealWork(work []models.Work) []models.Work {
	out := make([]models.Work, len(work))
	for i, w := range work {
		out[i] = s.sealOne(w)
	}
	return out
}

func (s *Sealing) sealOne(w models.Work) models.Work {
	if w.Data[detail] != "" {
		data := make(map[string]string, len(w.Data))
		for k, v := range w.Data {
			data[k] = v
		}
		data[detail] = s.keys.SealText(data[detail])
		w.Data = data
	}
	return w
}

func (s *Sealing) openWork(work []models.Work) error {
	for _, w := range work {
		if text := w.Data[detail]; text != "" {
			if err := s.openText(&text); err != nil {
				return err
			}
			w.Data[detail] = text
		}
	}
	return nil
}

// ClaimWork is Store.ClaimWork.
func (s *Sealing) ClaimWork(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error) {
	work, err := s.Store.ClaimWork(ctx, now, lease, n)
	if err == nil {
		err = s.openWork(work)
	}
	return work, err
}

// RetryWork is Store.RetryWork.
func (s *Sealing) RetryWork(ctx context.Context, w models.Work) error {
	return s.Store.RetryWork(ctx, s.sealOne(w))
}

// ParkWork is Store.ParkWork.
func (s *Sealing) ParkWork(ctx context.Context, w models.Work) error {
	return s.Store.ParkWork(ctx, s.sealOne(w))
}

// ParkedWork is Store.ParkedWork.
func (s *Sealing) ParkedWork(ctx context.Context, limit int, next string) (Page[models.Work], error) {
	p, err := s.Store.ParkedWork(ctx, limit, next)
	if err == nil {
		err = s.openWork(p.Items)
	}
	return p, err
}

// CreateUpload is Store.CreateUpload.
func (s *Sealing) CreateUpload(ctx context.Context, u *models.Upload) error {
	stored := *u
	stored.Name = s.keys.SealText(u.Name)
	if err := s.Store.CreateUpload(ctx, &stored); err != nil {
		return err
	}
	stored.Name = u.Name
	*u = stored
	return nil
}

// Upload is Store.Upload.
func (s *Sealing) Upload(ctx context.Context, id string) (*models.Upload, error) {
	u, err := s.Store.Upload(ctx, id)
	if err == nil {
		err = s.openText(&u.Name)
	}
	return u, err
}

// UpdateUpload is Store.UpdateUpload.
func (s *Sealing) UpdateUpload(ctx context.Context, id string, change func(*models.Upload) error) (*models.Upload, error) {
	u, err := s.Store.UpdateUpload(ctx, id, func(u *models.Upload) error {
		if err := s.openText(&u.Name); err != nil {
			return err
		}
		if err := change(u); err != nil {
			return err
		}
		u.Name = s.keys.SealText(u.Name)
		return nil
	})
	if err == nil {
		err = s.openText(&u.Name)
	}
	return u, err
}

// UnusedUploads is Store.UnusedUploads.
func (s *Sealing) UnusedUploads(ctx context.Context, before time.Time, limit int) ([]models.Upload, error) {
	items, err := s.Store.UnusedUploads(ctx, before, limit)
	for i := range items {
		if err == nil {
			err = s.openText(&items[i].Name)
		}
	}
	return items, err
}

func (s *Sealing) tokenIndex(token string) string {
	if token == "" {
		return ""
	}
	return s.keys.Index("push token " + token)
}

// PutDevice is Store.PutDevice.
func (s *Sealing) PutDevice(ctx context.Context, d *models.Device) error {
	stored := *d
	stored.Token, stored.Sealed = s.tokenIndex(d.Token), s.keys.Seal(d.Token)
	return s.Store.PutDevice(ctx, &stored)
}

// ListDevices is Store.ListDevices.
func (s *Sealing) ListDevices(ctx context.Context, account string) ([]models.Device, error) {
	items, err := s.Store.ListDevices(ctx, account)
	if err != nil {
		return nil, err
	}
	for i := range items {
		d := &items[i]
		if d.Sealed == nil { // of before tokens were sealed
			continue
		}
		if d.Token, err = s.keys.Open(d.Sealed); err != nil {
			return nil, models.Wrap(models.KindInternal, err)
		}
		d.Sealed = nil
	}
	return items, nil
}

// ForgetToken is Store.ForgetToken.
func (s *Sealing) ForgetToken(ctx context.Context, token string) error {
	return errors.Join(s.Store.ForgetToken(ctx, s.tokenIndex(token)), s.Store.ForgetToken(ctx, token))
}

// AppendAudit is Store.AppendAudit. The chain is made of the entries as they are read, and
// what somebody typed is sealed for ever: the log is never written anew.
func (s *Sealing) AppendAudit(ctx context.Context, link func(head models.AuditHead) models.AuditEntry) error {
	return s.Store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry {
		e := link(head)
		e.Detail = s.keys.Forever().SealText(e.Detail)
		return e
	})
}

func (s *Sealing) openEntry(e *models.AuditEntry) error {
	text, err := s.keys.Forever().OpenText(e.Detail)
	if err != nil {
		return models.Wrap(models.KindInternal, err)
	}
	e.Detail = text
	return nil
}

// EachAudit is Store.EachAudit. An entry whose text was tampered with is given as it is
// stored: it breaks the chain, which is for the caller to say.
func (s *Sealing) EachAudit(ctx context.Context, upTo int64, do func(models.AuditEntry) error) error {
	return s.Store.EachAudit(ctx, upTo, func(e models.AuditEntry) error {
		_ = s.openEntry(&e)
		return do(e)
	})
}

// ListAudit is Store.ListAudit; an entry as in EachAudit.
func (s *Sealing) ListAudit(ctx context.Context, q AuditQuery) (Page[models.AuditEntry], error) {
	p, err := s.Store.ListAudit(ctx, q)
	for i := range p.Items {
		_ = s.openEntry(&p.Items[i])
	}
	return p, err
}
