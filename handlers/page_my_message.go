package handlers

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// writeMyMessagePage sends what the sender wrote, and the files with it, to the agency. The
// form comes with its files; one that was carried through signing in comes without.
func (s *server) writeMyMessagePage(c *fiber.Ctx) error {
	code := c.Params("code")
	f, err := s.mine(c.UserContext(), code)
	if err != nil { // before a file is taken
		return err
	}
	got, form, done, err := s.formMaybeWithFiles(c)
	defer done()
	w := web.MyWriting{Body: models.Clean(form.Get("body")), Key: form.Get("key")}
	if len(w.Key) != 32 {
		w.Key = models.NewID()
	}
	var uploads []string
	before, missing := s.filesOfForm(c.UserContext(), form["upload"], f.ID)
	got = append(before, got...)
	if err == nil {
		err = missing
	}
	for _, u := range got {
		uploads = append(uploads, u.ID)
		w.Files = append(w.Files, web.MyKept{ID: u.ID, Name: u.Name, Size: u.Size})
	}
	if err == nil {
		_, err = s.writeMessage(c.UserContext(), code, w.Body, uploads, &w.Key)
	}
	if err == nil {
		return s.goTo(c, "/my/"+code+"#messages", "said.message")
	}
	p, loading := s.myCase(c)
	if loading != nil {
		return loading
	}
	w.Path = p.Write.Path
	p.Write, p.MayWrite = w, true // what was typed stays, even where it can no longer be sent
	return s.showAgain(c, err, p)
}

// filesOfForm are the files that a form names because they came with it before, and that the
// person may still send: those of nobody else, and not yet of another case than this one. One
// that is gone, because the form was left for too long, is an error beside the others. One that
// the store cannot tell about now is kept by its identifier alone, so that the form shown again
// still names it.
func (s *server) filesOfForm(ctx context.Context, ids []string, feedback string) (files []*models.Upload, err error) {
	for _, id := range ids[:min(len(ids), 4*models.MaxUploads)] {
		u, failed := s.Store.Upload(ctx, id)
		switch {
		case failed != nil && !errors.Is(failed, models.ErrNotFound):
			files, err = append(files, &models.Upload{Attachment: models.Attachment{ID: id, Name: "…"}}), failed
		case failed == nil && u.Owner == of(ctx).Account && (u.FeedbackID == "" || u.FeedbackID == feedback):
			files = append(files, u)
		case err == nil:
			err = models.Invalid([]models.FieldError{{Field: "file", Code: "file_gone"}})
		}
	}
	return files, err
}

// formMaybeWithFiles reads a form with its files, or one that was carried through signing
// in and has none. done is called when the answer is made.
func (s *server) formMaybeWithFiles(c *fiber.Ctx) (got []*models.Upload, form url.Values, done context.CancelFunc, err error) {
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		got, form, err = s.formWithFiles(c)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), timeout)
		c.SetUserContext(ctx) // the client took its time; ours begins now
		return got, form, cancel, err
	}
	form = url.Values{}
	c.Context().PostArgs().VisitAll(func(name, value []byte) { form.Add(string(name), string(value)) })
	if form.Get(filesLeft) != "" {
		err = models.Invalid([]models.FieldError{{Field: "file", Code: "choose_again"}})
	}
	return nil, form, func() {}, err
}

// formWithFiles reads a form whose files are kept as the sender's; what is wrong with one
// is in the error, and the others are kept all the same.
func (s *server) formWithFiles(c *fiber.Ctx) (got []*models.Upload, form url.Values, err error) {
	take := fileTaker{s: s, c: c, owner: of(c.UserContext()).Account, room: models.MaxUploads, typed: url.Values{}}
	var wrong []models.FieldError
	err = readBody(c, func(in io.Reader) (err error) {
		got, wrong, err = take.all(in)
		return err
	})
	if errors.Is(err, errOldForm) && c.Get("Sec-Fetch-Site") == "same-origin" {
		err = models.Invalid([]models.FieldError{{Field: "file", Code: "choose_again"}}) // in a form with a token that is good now
	}
	if err == nil {
		err = models.Invalid(wrong)
	}
	return got, take.typed, err
}

// filesLeft marks a carried form that had files.
const filesLeft = "files_left"

// typedBeforeFiles makes what was typed in a form with files into one without, and passes
// over the files: the inputs before them are read.
func typedBeforeFiles(c *fiber.Ctx) {
	_ = readBody(c, func(in io.Reader) error {
		form, err := multipartForm(c, io.LimitReader(in, maxBody))
		if err != nil {
			return err
		}
		for range 4 * models.MaxUploads {
			var part *multipart.Part
			if part, err = form.NextRawPart(); err != nil {
				return nil
			}
			if part.FileName() != "" {
				c.Context().PostArgs().Set(filesLeft, "1")
				return nil
			}
			if part.FormName() == "file" {
				continue
			}
			value, err := io.ReadAll(io.LimitReader(part, maxField))
			if err != nil {
				return err
			}
			c.Context().PostArgs().Add(part.FormName(), string(value))
		}
		return nil
	})
}
