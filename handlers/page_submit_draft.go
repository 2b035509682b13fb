package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// A letter that is being written is kept here, sealed, until it is sent or a day after it
// was last touched: so every step has an address of its own, works without scripts, and
// loses nothing by a reload, an error or a session that ends. It belongs to whoever has
// the cookie of that browser; nobody has to say who they are before the end.
const (
	draftCookie  = "__Host-draft"
	maxDraft     = 256 << 10 // bytes of one letter as JSON; the longest that can be sent has a quarter
	draftFileEnd = time.Hour // so long before a file of a draft may be removed, the page takes it for gone
	titleFrom    = 120       // characters of the text that make a title where none was given
)

// newDrafts bounds how many letters are begun from one address.
var newDrafts = quota{600, time.Hour}

// letter is what is being written.
type letter struct {
	Key         string       `json:"key"` // idempotency key of sending it
	Title       string       `json:"title,omitempty"`
	Body        string       `json:"body,omitempty"`
	Where       string       `json:"where,omitempty"` // the commune as typed, while it is not known which one
	Province    string       `json:"province,omitempty"`
	Commune     string       `json:"commune,omitempty"`
	Place       string       `json:"place,omitempty"`
	Agency      string       `json:"agency,omitempty"` // code of the one that the sender wishes it to go to
	Files       []letterFile `json:"files,omitempty"`
	PublishName bool         `json:"publish_name,omitempty"`
	Private     bool         `json:"private,omitempty"`

	id string // of the draft; empty: not kept yet
}

// letterFile is a file that was sent for a letter.
type letterFile struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	At          time.Time `json:"at"`
}

// heading is the title, or where none was given the first sentence of the text.
func (l *letter) heading() string {
	if l.Title != "" {
		return l.Title
	}
	first, _, _ := strings.Cut(l.Body, "\n")
	if i := strings.IndexAny(first, ".!?…"); i > 0 && models.Length(first[:i]) >= 15 {
		first = first[:i]
	}
	return models.Shorten(models.CleanLine(first), titleFrom)
}

// owner is who the files of the letter belong to until it is sent.
func (l *letter) owner() string { return "draft " + l.id }

// mark tells one letter of a browser from the next in its own scripts; it opens nothing.
func (l *letter) mark() string {
	if l.id == "" {
		return ""
	}
	return models.Hash("mark " + l.id)[:12]
}

// uploads are the ids of its files.
func (l *letter) uploads() []string {
	ids := make([]string, 0, len(l.Files))
	for _, f := range l.Files {
		ids = append(ids, f.ID)
	}
	return ids
}

// submission is the letter as it is handed in.
func (l *letter) submission() models.Submission {
	return models.Submission{Title: l.heading(), Body: l.Body, Province: l.Province, Commune: l.Commune, Place: l.Place, Agency: l.Agency,
		PublishName: l.PublishName, Private: l.Private}
}

// wrong is what is wrong with these fields of the letter, nil when nothing is.
func (s *server) wrong(l *letter, fields ...string) error {
	in := l.submission()
	in.ID, in.Sender, in.SenderName = models.NewID(), &models.Person{}, "?"
	_, _, err := models.NewFeedback(in, s.Ref, s.Now())
	var e *models.Error
	if !errors.As(err, &e) || e.Kind != models.KindInvalid {
		return err
	}
	return models.Invalid(slices.DeleteFunc(slices.Clone(e.Fields), func(f models.FieldError) bool { return !slices.Contains(fields, f.Field) }))
}

// draftID is the ID of the draft of this browser, empty when it has none.
func (s *server) draftID(c *fiber.Ctx) string {
	cookie := c.Cookies(draftCookie)
	if len(cookie) != 32 {
		return ""
	}
	return s.Keyring.Index("draft " + cookie)
}

// draft returns the letter of this browser; without one, an empty letter.
func (s *server) draft(c *fiber.Ctx) (*letter, error) {
	id := s.draftID(c)
	if id == "" {
		return &letter{}, nil
	}
	d, err := s.Store.Draft(c.UserContext(), id)
	if errors.Is(err, models.ErrNotFound) || err == nil && !s.Now().Before(d.ExpiresAt) {
		return &letter{}, nil
	}
	if err != nil {
		return nil, err
	}
	return s.openLetter(d), nil
}

// openLetter unseals a draft. One that cannot be opened any more is an empty letter.
func (s *server) openLetter(d *models.Draft) *letter {
	l := &letter{}
	text, err := s.Keyring.Open(d.Sealed)
	if err != nil || json.Unmarshal([]byte(text), l) != nil {
		return &letter{}
	}
	l.id = d.ID
	return l
}

// changeDraft changes the letter of this browser and keeps it, a new one when there is
// none. change may run more than once.
func (s *server) changeDraft(c *fiber.Ctx, change func(*letter) error) (*letter, error) {
	ctx := c.UserContext()
	var l *letter
	seal := func(d *models.Draft) error {
		if err := change(l); err != nil {
			return err
		}
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if len(b) > maxDraft {
			return models.Fail(models.KindTooLarge, "body_too_large")
		}
		d.Sealed, d.ExpiresAt = s.Keyring.Seal(string(b)), s.Now().Add(s.draftLife())
		return nil
	}
	cookie := c.Cookies(draftCookie)
	if id := s.draftID(c); id != "" {
		_, err := s.Store.UpdateDraft(ctx, id, func(d *models.Draft) error {
			l = &letter{}
			if s.Now().Before(d.ExpiresAt) {
				l = s.openLetter(d)
			}
			if l.Key == "" {
				l.Key = models.NewID()
			}
			l.id = id
			return seal(d)
		})
		if err == nil {
			setCookie(c, draftCookie, cookie, int(s.draftLife().Seconds()))
			return l, nil
		}
		if !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
	}
	if err := s.limits.spend(ctx, "drafts "+of(ctx).Addr, newDrafts); err != nil {
		return nil, err
	}
	cookie = models.NewID()
	d := &models.Draft{ID: s.Keyring.Index("draft " + cookie)}
	l = &letter{Key: models.NewID(), id: d.ID}
	if err := seal(d); err != nil {
		return nil, err
	}
	if err := s.Store.PutDraft(ctx, d); err != nil {
		return nil, err
	}
	setCookie(c, draftCookie, cookie, int(s.draftLife().Seconds()))
	return l, nil
}

// draftLife is how long a letter is kept that was begun and not sent.
func (s *server) draftLife() time.Duration { return s.Ref.KeptFor(models.KeptDraft, s.Now()) }

// dropDraft forgets the letter of this browser. Its files go when nothing uses them.
func (s *server) dropDraft(c *fiber.Ctx) error {
	id := s.draftID(c)
	dropCookie(c, draftCookie)
	if id == "" {
		return nil
	}
	return s.Store.DeleteDraft(c.UserContext(), id)
}

// discardPage throws the letter away at the person's wish, with its files.
func (s *server) discardPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	for _, f := range l.Files {
		s.removeDraftFile(c.UserContext(), l, f.ID)
	}
	if err := s.dropDraft(c); err != nil {
		return err
	}
	return s.goTo(c, "/submit/what", "said.discarded")
}

// removeDraftFile removes a file of a letter that was not sent, at once. What stays, the
// sweeper takes.
func (s *server) removeDraftFile(ctx context.Context, l *letter, id string) {
	u, err := s.Store.UpdateUpload(ctx, id, func(u *models.Upload) error {
		if u.Owner != l.owner() || u.FeedbackID != "" {
			return models.ErrNotFound
		}
		u.Owner = "" // nobody can begin to use it from here on
		return nil
	})
	if err != nil {
		return
	}
	s.dropBytes(ctx, u)
	if err := s.Store.DeleteUpload(ctx, id); err != nil {
		s.Log.Warn("a file that was taken out of a letter is left for the sweeper", "upload", id, "error", err.Error())
	}
}
