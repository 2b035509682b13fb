package handlers

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// replyFilesPage takes files for the reply that the member is writing. They are kept as long as
// what is written, and become files of the case when the reply is saved.
func (s *server) replyFilesPage(c *fiber.Ctx) error {
	f, err := s.visibleCase(c.UserContext(), c.Query("case"))
	if err == nil {
		err = of(c.UserContext()).Staff.MayOn(models.ActDraft, f)
	}
	if err != nil {
		return err
	}
	w, err := s.writingOrReply(c.UserContext(), f)
	if err != nil {
		return err
	}
	me := of(c.UserContext()).Account
	take := fileTaker{s: s, c: c, owner: me, room: models.MaxUploads - len(w.Uploads)}
	var got []*models.Upload
	var wrong []models.FieldError
	err = readBody(c, func(in io.Reader) (err error) {
		got, wrong, err = take.all(in)
		return err
	})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), timeout)
	defer cancel()
	c.SetUserContext(ctx) // the client took its time; ours begins now
	if len(got) > 0 {
		for _, u := range got {
			w.Uploads = append(w.Uploads, u.Attachment)
		}
		if err := s.keepWriting(ctx, f.ID, w); err != nil {
			return err
		}
	}
	if !of(c.UserContext()).Page { // a script, one file at a time
		if err == nil {
			err = models.Invalid(wrong)
		}
		if err == nil && len(got) == 0 {
			err = fileError("required")
		}
		if err != nil {
			return err
		}
		return c.Status(fiber.StatusCreated).JSON(fileTaken{got[0].ID, got[0].Name, got[0].Size, got[0].Named})
	}
	switch {
	case errors.Is(err, errOldForm) && c.Get("Sec-Fetch-Site") == "same-origin":
		err = models.Invalid([]models.FieldError{{Field: "file", Code: "choose_again"}}) // in a form with a token that is good now
	case err == nil && len(wrong) > 0:
		err = models.Invalid(wrong)
	case err == nil && len(got) == 0:
		err = models.Invalid([]models.FieldError{{Field: "file", Code: "no_file_chosen"}})
	}
	if err != nil {
		p, failed := s.caseOf(c, f)
		if failed != nil {
			return failed
		}
		p.Path = casePath(f.Code)
		return s.showAgain(c, err, p)
	}
	return s.goTo(c, casePath(f.Code)+"#reply", "")
}

// writingOrReply is what the member is typing, else the reply in hand as something that
// they begin to change.
func (s *server) writingOrReply(ctx context.Context, f *models.Feedback) (writing, error) {
	w, ok, err := s.writingOf(ctx, f.ID)
	if r, _ := replyInHand(f); err == nil && !ok && r != nil {
		w = writing{Reply: r.ID, Base: fingerprint(r), Body: r.Body, Number: r.OfficialNumber, Date: r.OfficialDate, Uploads: r.Uploads}
	}
	return w, err
}

// holdFiles keeps the member's own files for the reply to that case that they are writing, a day
// longer than what they write.
func (s *server) holdFiles(ctx context.Context, feedback string, files []models.Attachment) error {
	now := s.Now()
	return s.changeHeld(ctx, files, func(u *models.Upload) bool {
		return u.ForReply != feedback || u.KeptUntil.Before(now.Add(writingKept))
	}, func(u *models.Upload) {
		u.ForReply, u.KeptUntil = feedback, now.Add(writingKept+24*time.Hour)
	})
}

// letFilesGo says that the member does not want those files for the reply to that case any more. No
// saved reply loses one: it is marked as used.
func (s *server) letFilesGo(ctx context.Context, feedback string, files []models.Attachment) error {
	now := s.Now()
	return s.changeHeld(ctx, files, func(u *models.Upload) bool {
		return u.ForReply == feedback && u.KeptUntil.After(now)
	}, func(u *models.Upload) { u.KeptUntil = now })
}

// changeHeld changes those of the files that are the member's own, that no text uses, and that are to be.
func (s *server) changeHeld(ctx context.Context, files []models.Attachment, is func(*models.Upload) bool, change func(*models.Upload)) error {
	me := of(ctx).Account
	mine := func(u *models.Upload) bool { return u.Owner == me && u.FeedbackID == "" && is(u) }
	for _, a := range files {
		u, err := s.Store.Upload(ctx, a.ID)
		if err == nil && mine(u) {
			_, err = s.Store.UpdateUpload(ctx, a.ID, func(u *models.Upload) error {
				if mine(u) {
					change(u)
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	return nil
}
