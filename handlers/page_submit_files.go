package handlers

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// Files can be given before it is known who gives them. Those belong to the draft, go a
// day after they came unless it was sent, and are bounded: for one letter, for one
// address, and for all strangers together, so that nobody fills the disk. Beyond that
// one has to sign in first, and then has the account's own limits.
const (
	maxField     = 100 << 10 // bytes of one text beside the files
	strangerFile = 20 << 20  // bytes of one file
	megabyte     = 1 << 20
)

var (
	strangerFiles = quota{150, time.Hour}         // from one address
	strangerSpace = quota{10_000, 24 * time.Hour} // megabytes of all
)

var errSignInForFiles = models.Fail(models.KindTooMany, "files_sign_in")

// receivesFiles lists the forms with files: their handlers read them as they come, and
// check the token themselves.
var receivesFiles = map[string]bool{"/submit/files": true, "/submit/queue/files": true, "/my/:code/message": true, "/console/files": true, "/console/uploads": true, "/console/new": true,
	"/console/cases/:code/ask": true, "/console/cases/:code/write": true, "/console/cases/:code/contribute": true}

// filesPage asks for photos and files.
func (s *server) filesPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	return s.show(c, s.filesOf(c, l))
}

func (s *server) filesOf(c *fiber.Ctx, l *letter) *web.SubmitFiles {
	p := &web.SubmitFiles{SubmitFrame: s.submitFrame(c, l, 3, "submit.files.title"), Most: models.MaxUploads, SignedIn: of(c.UserContext()).Account != ""}
	p.FilesKeep = s.termOf(models.KeptUpload, p.Lang)
	p.Files, p.Gone = s.fileRows(l)
	p.Room = models.MaxUploads - len(l.Files)
	return p
}

// fileRows are the files of a letter, and the names of those that are not kept any more.
func (s *server) fileRows(l *letter) (rows []web.SubmitFile, gone []string) {
	for _, f := range l.Files {
		if until, ends := models.RetentionOf(s.Ref.Kept, models.KeptUpload, s.Now()).Until(f.At); ends && s.Now().After(until.Add(-draftFileEnd)) {
			gone = append(gone, f.Name)
			continue
		}
		row := web.SubmitFile{ID: f.ID, Name: f.Name, Size: f.Size}
		if strings.HasPrefix(f.ContentType, "image/") {
			row.Picture = "/submit/files/" + f.ID
		}
		rows = append(rows, row)
	}
	return rows, gone
}

// addFilesPage takes files for the letter. A script asks for JSON, one file at a time,
// and gets problems as the API's.
func (s *server) addFilesPage(c *fiber.Ctx) error {
	var got []*models.Upload
	var wrong []models.FieldError
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	if l.id == "" { // the files need somebody they belong to
		if l, err = s.changeDraft(c, func(*letter) error { return nil }); err != nil {
			return err
		}
	}
	take := fileTaker{s: s, c: c, owner: l.owner(), room: models.MaxUploads - len(l.Files), stranger: of(c.UserContext()).Account == ""}
	err = readBody(c, func(in io.Reader) (err error) {
		got, wrong, err = take.all(in)
		return err
	})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), timeout)
	defer cancel()
	c.SetUserContext(ctx) // the client took its time; ours begins now
	if len(got) > 0 {
		kept, keepErr := s.changeDraft(c, func(l *letter) error { return addFiles(l, got, s.Now()) })
		if keepErr != nil {
			return keepErr
		}
		l = kept
	}
	if err == nil {
		err = models.Invalid(wrong)
	}
	if !of(ctx).Page {
		if err != nil {
			return err
		}
		if len(got) == 0 {
			return fileError("required")
		}
		return c.Status(fiber.StatusCreated).JSON(fileTaken{got[0].ID, got[0].Name, got[0].Size, got[0].Named})
	}
	if errors.Is(err, errOldForm) {
		if c.Get("Sec-Fetch-Site") != "same-origin" {
			return err
		}
		err = models.Invalid([]models.FieldError{{Field: "file", Code: "choose_again"}}) // in a form with a token that is good now
	}
	if err != nil {
		return s.showAgain(c, err, s.filesOf(c, l))
	}
	if len(got) == 0 {
		return s.showAgain(c, models.Invalid([]models.FieldError{{Field: "file", Code: "no_file_chosen"}}), s.filesOf(c, l))
	}
	return s.goTo(c, "/submit/files"+backTo(c), "")
}

// fileTaken is what a script is told of a file that was taken.
type fileTaken struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`

	Named bool `json:"named,omitempty"` // it says who wrote it
}

func addFiles(l *letter, got []*models.Upload, now time.Time) error {
	for _, u := range got {
		if len(l.Files) < models.MaxUploads && !slices.Contains(l.uploads(), u.ID) {
			l.Files = append(l.Files, letterFile{u.ID, u.Name, u.ContentType, u.Size, now})
		}
	}
	return nil
}

// fileTaker reads a form with files.
type fileTaker struct {
	s        *server
	c        *fiber.Ctx
	owner    string
	room     int  // files that may still come
	stranger bool // nobody is signed in

	typed url.Values // gets the other inputs of the form; nil: they are passed over
}

// all reads the form to its end and keeps its files. What is wrong with one file does not
// hinder the others. The error is about the form as a whole.
func (t fileTaker) all(in io.Reader) (got []*models.Upload, wrong []models.FieldError, err error) {
	most := int64(models.MaxUploads) * mediaLimit
	if t.stranger {
		most = models.MaxUploads * strangerFile
	}
	form, err := multipartForm(t.c, io.LimitReader(in, most+maxBody))
	if err != nil {
		return nil, nil, err
	}
	r := of(t.c.UserContext())
	trusted := t.s.rightTokenIn(t.c, r, t.c.Get("X-CSRF-Token"))
	for range 4 * models.MaxUploads {
		part, err := form.NextRawPart()
		if err == io.EOF { // exactly: a form that is cut off wraps it
			if !trusted {
				return got, wrong, errOldForm
			}
			return got, wrong, nil
		}
		if err != nil {
			return got, wrong, bodyError(err)
		}
		if part.FileName() == "" { // a field, or an input without a file
			value, err := io.ReadAll(io.LimitReader(part, maxField))
			if err != nil {
				return got, wrong, bodyError(err)
			}
			if t.typed != nil {
				t.typed.Add(part.FormName(), string(value))
			}
			if part.FormName() == "csrf" && !trusted {
				trusted = t.s.rightTokenIn(t.c, r, string(value))
			}
			continue
		}
		if !trusted { // the token comes before the files
			return got, wrong, errOldForm
		}
		if len(got) >= t.room {
			return got, append(wrong, models.FieldError{Field: "file", Code: "too_many", Limit: models.MaxUploads}), nil
		}
		u, err := t.one(part)
		var e *models.Error
		switch {
		case err == nil:
			got = append(got, u)
		case errors.As(err, &e) && e.Kind == models.KindInvalid && len(e.Fields) > 0:
			wrong = append(wrong, e.Fields...)
		case errors.As(err, &e) && (e.Kind == models.KindUnsupported || e.Kind == models.KindTooLarge):
			wrong = append(wrong, models.FieldError{Field: "file", Code: e.Code})
		default:
			return got, wrong, err
		}
	}
	return got, wrong, errForm
}

// one keeps one file.
func (t fileTaker) one(part *multipart.Part) (*models.Upload, error) {
	ctx := context.WithoutCancel(t.c.UserContext()) // its deadline is for requests that are small
	r := of(ctx)
	counted, most := "uploads "+r.Account, uploadsPerDay
	if t.stranger {
		counted, most = "stranger uploads "+r.Addr, strangerFiles
	}
	if err := t.s.filesAway(); err != nil {
		return nil, err
	}
	if t.s.limits.spend(ctx, counted, most) != nil {
		if t.stranger {
			return nil, errSignInForFiles
		}
		return nil, models.Fail(models.KindTooMany, "")
	}
	temp, err := tempFile()
	if err != nil {
		return nil, err
	}
	defer temp.Close()
	in, err := readFile(part, temp)
	if err != nil {
		return nil, err
	}
	if t.stranger {
		if in.size > strangerFile {
			return nil, models.Fail(models.KindTooLarge, "file_sign_in")
		}
		for range in.size/megabyte + 1 {
			if t.s.limits.spend(ctx, "stranger space", strangerSpace) != nil {
				return nil, errSignInForFiles
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, storing)
	defer cancel()
	return t.s.keep(ctx, t.owner, in, t.c.Get("Idempotency-Key"))
}

// removeFilePage takes a file out of the letter.
func (s *server) removeFilePage(c *fiber.Ctx) error {
	id := c.Params("id")
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	if slices.Contains(l.uploads(), id) {
		l, err = s.changeDraft(c, func(l *letter) error {
			l.Files = slices.DeleteFunc(l.Files, func(f letterFile) bool { return f.ID == id })
			return nil
		})
		if err != nil {
			return err
		}
		s.removeDraftFile(c.UserContext(), l, id)
	}
	if !of(c.UserContext()).Page {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return s.goTo(c, "/submit/files"+backTo(c), "")
}

// pictureOfDraft is the small picture of a photo of the letter, for who writes it.
func (s *server) pictureOfDraft(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if !slices.Contains(l.uploads(), id) {
		return models.ErrNotFound
	}
	u, err := s.Store.Upload(c.UserContext(), id)
	if err != nil || u.Thumbnail == "" {
		return models.ErrNotFound
	}
	d, err := s.download(c.UserContext(), u.Thumbnail, jpegType, cleanName("nho-"+u.Name, fileTypes[jpegType]))
	if err != nil {
		return err
	}
	return d.VisitGetUploadThumbnailResponse(c)
}

// adopt makes files of the letter the sender's own, before they are handed in with it.
func (s *server) adopt(ctx context.Context, l *letter, account string, ids []string) error {
	for _, id := range ids {
		_, err := s.Store.UpdateUpload(ctx, id, func(u *models.Upload) error {
			if l.id != "" && u.Owner == l.owner() {
				u.Owner = account
			}
			return nil
		})
		if err != nil && !errors.Is(err, models.ErrNotFound) { // that one is missing is told when it is handed in
			return err
		}
	}
	return nil
}
