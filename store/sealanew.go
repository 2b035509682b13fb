package store

import (
	"context"
	"errors"
	"sync"

	"kiennghi/models"
)

// Sealing with the newest key of the ring what is sealed with an older one, or not at all,
// while others go on using the store. Each step may be broken off and done again: what is
// sealed with the newest key is passed over. What is left: the log of audit (see
// AppendAudit), and messages on their way and drafts, which are gone by themselves.

const (
	casesAnew  = 100 // a page of cases
	anewBeside = 8   // records written beside each other: the store commits them together
)

// SealAnew seals everything anew and returns how many records that were.
func (s *Sealing) SealAnew(ctx context.Context) (int, error) {
	n := 0
	for next := ""; ; {
		page, written, err := s.sealCasesAnew(ctx, next)
		n += written
		if err != nil {
			return n, err
		}
		if next = page.Next; next == "" {
			break
		}
	}
	rest, err := s.sealRestAnew(ctx, func() error { return nil })
	return n + rest, err
}

// sealCasesAnew seals a page of cases, with their files' names, and returns that page and
// how many records were written.
func (s *Sealing) sealCasesAnew(ctx context.Context, next string) (page Page[models.Summary], written int, err error) {
	page, err = s.Store.ListFeedback(ctx, FeedbackQuery{All: true, Sort: ByReceived, Limit: casesAnew, Next: next})
	if err != nil {
		return page, 0, err
	}
	var all counted
	for _, row := range page.Items {
		all.do(func() (int, error) { return s.sealCaseAnew(ctx, row.ID) })
	}
	written, err = all.wait()
	return page, written, err
}

// counted runs steps beside each other and counts what they wrote. After an error it begins
// no more of them.
type counted struct {
	hands  chan struct{}
	wg     sync.WaitGroup
	mu     sync.Mutex
	n      int
	failed error
}

func (c *counted) do(step func() (int, error)) {
	if c.hands == nil {
		c.hands = make(chan struct{}, anewBeside)
	}
	c.hands <- struct{}{}
	if c.mu.Lock(); c.failed != nil {
		c.mu.Unlock()
		<-c.hands
		return
	}
	c.mu.Unlock()
	c.wg.Go(func() {
		n, err := step()
		c.mu.Lock()
		c.n += n
		c.failed = errors.Join(c.failed, err)
		c.mu.Unlock()
		<-c.hands
	})
}

func (c *counted) wait() (int, error) {
	c.wg.Wait()
	return c.n, c.failed
}

func (s *Sealing) sealCaseAnew(ctx context.Context, id string) (n int, err error) {
	f, err := s.Store.Feedback(ctx, id)
	if err != nil {
		return 0, err
	}
	for _, file := range f.AllUploads() {
		u, err := s.Store.Upload(ctx, file.ID)
		switch {
		case errors.Is(err, models.ErrNotFound):
			continue
		case err != nil:
			return n, err
		}
		if s.keys.TextCurrent(u.Name) {
			continue
		}
		if _, err = s.UpdateUpload(ctx, u.ID, func(*models.Upload) error { return nil }); err != nil {
			return n, err
		}
		n++
	}
	stale := false
	f.Texts(func(text *string) { stale = stale || !s.keys.TextCurrent(*text) })
	if !stale {
		return n, nil
	}
	_, err = s.UpdateFeedback(ctx, id, func(*models.Feedback) ([]models.Work, error) { return nil, nil })
	return n + 1, err
}

// sealRestAnew seals everything but cases: people with what they asked and their devices,
// the staff, the register of breaches, and the keys that sign. pause is called now and then,
// and ends it with its error.
func (s *Sealing) sealRestAnew(ctx context.Context, pause func() error) (n int, err error) {
	for _, part := range []func(context.Context) (int, error){s.sealRootsAnew, s.sealSigningKeysAnew, s.sealBreachesAnew, s.sealStaffAnew} {
		m, err := part(ctx)
		if n += m; err != nil {
			return n, err
		}
	}
	var all counted
	people := 0
	err = s.EachPerson(ctx, func(p *models.Person) error {
		all.do(func() (int, error) { return s.sealPersonAnew(ctx, p) })
		if people++; people%casesAnew != 0 {
			return ctx.Err()
		}
		if _, err := all.wait(); err != nil {
			return err
		}
		return pause()
	})
	m, failed := all.wait()
	if err == nil {
		err = failed
	}
	return n + m, err
}

func (s *Sealing) sealPersonAnew(ctx context.Context, p *models.Person) (n int, err error) {
	if !s.current(personSealed(p)) {
		n++
		_, err = s.UpdatePerson(ctx, p.ID, func(p *models.Person) error { return s.anew(personSealed(p)) })
		if err != nil {
			return n, err
		}
	}
	requests, err := s.sealRequestsAnew(ctx, p.ID)
	if n += requests; err != nil {
		return n, err
	}
	devices, err := s.Store.ListDevices(ctx, p.ID)
	for _, d := range devices {
		if err != nil || d.Sealed != nil && s.keys.Current(d.Sealed) || d.Token == "" {
			continue
		}
		if d.Sealed != nil {
			if d.Token, err = s.keys.Open(d.Sealed); err != nil {
				return n, models.Wrap(models.KindInternal, err)
			}
		}
		n++
		err = s.PutDevice(ctx, &d)
	}
	return n, err
}

func personSealed(p *models.Person) []*models.Sealed {
	return []*models.Sealed{&p.Phone, &p.Name, &p.Email, &p.Address, &p.Organisation}
}

func (s *Sealing) sealStaffAnew(ctx context.Context) (n int, err error) {
	sealed := func(m *models.Staff) []*models.Sealed { return []*models.Sealed{&m.TOTP, &m.TOTPPending} }
	err = s.EachStaff(ctx, func(m *models.Staff) error {
		if s.current(sealed(m)) {
			return nil
		}
		n++
		_, err := s.UpdateStaff(ctx, m.ID, func(m *models.Staff) error { return s.anew(sealed(m)) })
		return err
	})
	return n, err
}

func (s *Sealing) sealSigningKeysAnew(ctx context.Context) (n int, err error) {
	all, err := s.SigningKeys(ctx)
	for i := range all {
		private := []*models.Sealed{&all[i].Private}
		if err != nil || s.current(private) {
			continue
		}
		n++
		if err = s.anew(private); err == nil {
			err = s.PutSigningKey(ctx, &all[i])
		}
	}
	return n, err
}

// current reports whether all of these are sealed with the newest key.
func (s *Sealing) current(values []*models.Sealed) bool {
	for _, v := range values {
		if !s.keys.Current(*v) {
			return false
		}
	}
	return true
}

// textsCurrent is current for texts.
func (s *Sealing) textsCurrent(texts []*string) bool {
	for _, text := range texts {
		if !s.keys.TextCurrent(*text) {
			return false
		}
	}
	return true
}

// anew seals these with the newest key.
func (s *Sealing) anew(values []*models.Sealed) error {
	for _, v := range values {
		text, err := s.keys.Open(*v)
		if err != nil {
			return models.Wrap(models.KindInternal, err)
		}
		*v = s.keys.Seal(text)
	}
	return nil
}

// sealRootsAnew seals the roots with the newest key and returns how many that were.
func (s *Sealing) sealRootsAnew(ctx context.Context) (int, error) {
	roots, err := sealRoots(ctx, s.Store)
	n := 0
	for i, r := range roots {
		secret := []*models.Sealed{&r.Secret}
		if s.current(secret) {
			continue
		}
		if err := s.anew(secret); err != nil {
			return n, err
		}
		if err := s.PutSetting(ctx, models.SealRootName(i+1), r.String()); err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

// sealRequestsAnew seals what a person asked, and what was said to it, with the newest key.
func (s *Sealing) sealRequestsAnew(ctx context.Context, person string) (n int, err error) {
	err = EachDataRequestOf(ctx, s.Store, person, func(r models.DataRequest) error {
		if s.textsCurrent(requestTexts(&r)) && s.current(requestSealed(&r)) {
			return nil
		}
		n++
		_, err := s.UpdateDataRequest(ctx, r.ID, func(r *models.DataRequest) error { return s.anew(requestSealed(r)) })
		return err
	})
	return n, err
}

func requestSealed(r *models.DataRequest) []*models.Sealed {
	return []*models.Sealed{&r.Text, &r.Name, &r.Email, &r.Address, &r.Message}
}

// sealBreachesAnew seals the register with the newest key.
func (s *Sealing) sealBreachesAnew(ctx context.Context) (n int, err error) {
	err = EachBreach(ctx, s.Store, func(b models.Breach) error {
		if s.textsCurrent(breachTexts(&b)) {
			return nil
		}
		n++
		_, err := s.UpdateBreach(ctx, b.ID, func(*models.Breach) error { return nil })
		return err
	})
	return n, err
}
