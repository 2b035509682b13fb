package handlers

import (
	"context"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// replyFilesPage takes files for the reply that the member is writing. They belong to the
// case from then on, and go with the reply when it is saved.
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
		var ids []string
		for _, u := range got {
			ids = append(ids, u.ID)
		}
		files, err := s.attach(ctx, me, ids, f.ID)
		if err != nil {
			return err
		}
		w.Uploads = append(w.Uploads, files...)
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
