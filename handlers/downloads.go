package handlers

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
)

// attach finds uploads for a text of a feedback and marks them as used by it, before the
// text is written: the feedback's ID is known by then, so a crash in between only leaves
// a mark.
func (s *server) attach(ctx context.Context, owner string, ids []string, feedbackID string) ([]models.Attachment, error) {
	out, free, err := s.findUploads(ctx, owner, ids, feedbackID)
	if err != nil {
		return nil, err
	}
	return out, s.markUploads(ctx, owner, free, feedbackID)
}

// errUploads is what a text is refused with that names files it may not have.
var errUploads = models.Invalid([]models.FieldError{{Field: "uploads", Code: "unknown_file"}})

// findUploads returns the files with those IDs and which of them are still to be marked.
// Each must belong to owner and not be used by another feedback that exists.
func (s *server) findUploads(ctx context.Context, owner string, ids []string, feedbackID string) (out []models.Attachment, free []freeUpload, err error) {
	if len(ids) > models.MaxUploads {
		return nil, nil, models.Invalid([]models.FieldError{{Field: "uploads", Code: "too_many", Limit: models.MaxUploads}})
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		u, err := s.Store.Upload(ctx, id)
		if err == nil && u.Owner == owner && u.FeedbackID != feedbackID {
			if u.FeedbackID != "" {
				_, err = s.Store.Feedback(ctx, u.FeedbackID)
			}
			if u.FeedbackID == "" || errors.Is(err, models.ErrNotFound) { // unused, or by a submission that was refused
				free, err = append(free, freeUpload{id, u.FeedbackID}), nil
			} else if err == nil {
				err = models.ErrNotFound
			}
		} else if err == nil && u.Owner != owner {
			err = models.ErrNotFound
		}
		if errors.Is(err, models.ErrNotFound) {
			return nil, nil, errUploads
		}
		if err != nil {
			return nil, nil, err
		}
		out = append(out, u.Attachment)
	}
	return out, free, nil
}

// freeUpload is an upload that no feedback uses; feedback is the one that was going to
// and was refused.
type freeUpload struct{ id, feedback string }

// markUploads marks what findUploads found free. One that was taken meanwhile, by another
// text or by the sweeper, is refused.
func (s *server) markUploads(ctx context.Context, owner string, free []freeUpload, feedbackID string) error {
	for _, x := range free {
		_, err := s.Store.UpdateUpload(ctx, x.id, func(u *models.Upload) error {
			if u.Owner != owner || u.FeedbackID != x.feedback && u.FeedbackID != feedbackID {
				return errUploads
			}
			u.FeedbackID = feedbackID
			return nil
		})
		if errors.Is(err, models.ErrNotFound) {
			err = errUploads
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// visibleUpload returns a file that the caller may have: their own, one of a case that
// they may see, or one of a published answer. Any other is not there for them.
func (s *server) visibleUpload(ctx context.Context, id string) (*models.Upload, error) {
	u, err := s.Store.Upload(ctx, id)
	if err != nil {
		return nil, err
	}
	r := of(ctx)
	if r.Account != "" && u.Owner == r.Account {
		return u, nil
	}
	if u.FeedbackID == "" {
		return nil, models.ErrNotFound
	}
	f, err := s.Store.Feedback(ctx, u.FeedbackID)
	if err != nil {
		return nil, err
	}
	is := func(a models.Attachment) bool { return a.ID == id }
	answer, public := models.PublicView(f)
	shown := slices.IndexFunc(answer.Uploads, is)
	switch {
	case r.Staff != nil && r.Staff.MayOn(models.ActView, f) == nil,
		r.Staff == nil && r.Account == f.SenderID && r.Account != "" && slices.ContainsFunc(shownToSender(f), is):
		return u, nil
	case public && shown >= 0:
		u.Name = answer.Uploads[shown].Name
		return u, nil
	}
	for _, p := range f.Parts { // a file of a letter may belong to a matter that was split off it
		if r.Staff == nil || !slices.ContainsFunc(p.Uploads, is) {
			continue
		}
		if g, err := s.Store.Feedback(ctx, p.ID); err == nil && r.Staff.MayOn(models.ActView, g) == nil {
			return u, nil
		}
	}
	return nil, models.ErrNotFound
}

// shownToSender lists the files of a case that its sender sees: not those of a reply
// that was not sent.
func shownToSender(f *models.Feedback) []models.Attachment {
	all := slices.Clone(f.Uploads)
	for _, m := range f.Messages {
		all = append(all, m.Uploads...)
	}
	for _, r := range f.Replies {
		if r.Status == models.ReplySent {
			all = append(all, r.Uploads...)
		}
	}
	return all
}

// GetUpload gives out a file.
func (s *server) GetUpload(ctx context.Context, in api.GetUploadRequestObject) (api.GetUploadResponseObject, error) {
	d, err := s.file(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *server) file(ctx context.Context, id string) (*download, error) {
	u, err := s.visibleUpload(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.download(ctx, u.Key, u.ContentType, u.Name)
}

// GetUploadThumbnail gives out the small picture of an image.
func (s *server) GetUploadThumbnail(ctx context.Context, in api.GetUploadThumbnailRequestObject) (api.GetUploadThumbnailResponseObject, error) {
	d, err := s.thumbnail(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *server) thumbnail(ctx context.Context, id string) (*download, error) {
	u, err := s.visibleUpload(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.Thumbnail == "" {
		return nil, models.ErrNotFound
	}
	return s.download(ctx, u.Thumbnail, jpegType, cleanName("nho-"+u.Name, fileTypes[jpegType]))
}

// download is an answer that is streamed from the bucket.
type download struct {
	object      io.ReadCloser
	leave       func(err error) // with how the bucket did
	size        int64
	left        int64 // of size
	contentType string
	name        string
	stop        context.CancelFunc
	conn        net.Conn
	until       time.Time
}

// download opens an object. The answer is sent after the handler has returned and the
// request's context has ended, so it has a context of its own.
func (s *server) download(ctx context.Context, key, contentType, name string) (*download, error) {
	if !s.BucketCircuit.Closed() {
		return nil, ErrBucketAway
	}
	caller := context.WithoutCancel(ctx)
	ctx, stop := context.WithTimeout(caller, uploadTotal)
	stuck := time.AfterFunc(bucketPause, stop)
	object, err := s.Bucket.NewReader(ctx, key, nil)
	stuck.Stop()
	if err != nil {
		s.leaveBucket(caller, err)
		stop()
		return nil, models.Wrap(models.KindUnavailable, err)
	}
	leave := func(err error) { s.leaveBucket(caller, err) }
	return &download{object: object, leave: leave, size: object.Size(), left: object.Size(), contentType: contentType, name: name, stop: stop, until: time.Now().Add(uploadTotal)}, nil
}

// Read lets the client take its time as long as it takes something, and the bucket as
// long as it gives something.
func (d *download) Read(p []byte) (int, error) {
	d.conn.SetWriteDeadline(earlier(time.Now().Add(uploadPause), d.until))
	stuck := time.AfterFunc(bucketPause, d.stop)
	defer stuck.Stop()
	n, err := d.object.Read(p)
	d.left -= int64(n)
	switch {
	case d.left <= 0:
		d.leave(nil)
	case err != nil && time.Now().Before(d.until):
		d.leave(err)
	}
	return n, err
}

func (d *download) Close() error {
	defer d.stop()
	return d.object.Close()
}

// VisitGetUploadResponse sends the file as something to be saved, never shown.
func (d *download) VisitGetUploadResponse(c *fiber.Ctx) error {
	d.conn = c.Context().Conn()
	c.Set(fiber.HeaderContentType, d.contentType)
	c.Set(fiber.HeaderContentDisposition, attachmentNamed(d.name))
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	c.Set("Cross-Origin-Resource-Policy", "same-site")
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	c.Status(fiber.StatusOK).Context().SetBodyStream(d, int(d.size))
	return nil
}

// VisitGetUploadThumbnailResponse does the same.
func (d *download) VisitGetUploadThumbnailResponse(c *fiber.Ctx) error {
	return d.VisitGetUploadResponse(c)
}

// attachmentNamed names a download for old clients in ASCII and for others as it is
// (RFC 6266), shortened to what the contract allows for the header.
func attachmentNamed(name string) string {
	ext := path.Ext(name)
	stem := []rune(strings.TrimSuffix(name, ext))
	for {
		full := string(stem) + ext
		ascii := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' || r == '"' || r == '\\' {
				return '_'
			}
			return r
		}, models.Fold(full))
		header := `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(full), "+", "%20")
		if len(header) <= 600 || len(stem) == 0 {
			return header
		}
		stem = stem[:len(stem)-1]
	}
}
