package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"gocloud.dev/blob"

	"kiennghi/api"
	"kiennghi/models"
)

// uploadsPerDay bounds how many files one account sends.
var uploadsPerDay = quota{200, 24 * time.Hour}

// storing is how long it may take to keep a file once it has come.
const storing = 2 * time.Minute

// bucketPause is how long the bucket may take nothing of a file until it is given up.
const bucketPause = 10 * time.Second

// dropping is how long an answer waits at most for objects to be removed.
const dropping = 2 * time.Second

// uploadsStreamed replaces the generated createUpload, which reads the whole request
// into memory.
type uploadsStreamed struct {
	api.ServerInterface
	s *server
}

// CreateUpload takes one file: to a temporary file with its type and size checked on the
// way, then looked at as a whole, then to the bucket, and last into the record.
func (u uploadsStreamed) CreateUpload(c *fiber.Ctx, params api.CreateUploadParams) error {
	var x *models.Upload
	err := readBody(c, func(in io.Reader) (err error) {
		x, err = u.s.receive(c, in, value(params.IdempotencyKey))
		return err
	})
	if err != nil {
		return err
	}
	return api.CreateUpload201JSONResponse{
		Body: uploadsView([]models.Attachment{x.Attachment})[0], Headers: api.CreateUpload201ResponseHeaders{Location: "/v1/uploads/" + x.ID},
	}.VisitCreateUploadResponse(c)
}

// readBody lets do read a body that may be long and slow, and leaves the connection so
// that what was not read is not taken for the next request.
func readBody(c *fiber.Ctx, do func(in io.Reader) error) error {
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = bytes.NewReader(c.Body())
	}
	in := newStream(c, body)
	err := do(in)
	if c.Context().RequestBodyStream() != nil {
		if !in.ended {
			discard(c, in, 10*time.Second)
		}
		if in.ended {
			c.Request().CloseBodyStream() // everything was read: the connection can go on
		} else {
			c.Context().SetConnectionClose()
		}
	}
	return err
}

// receive reads the form and keeps the file.
func (s *server) receive(c *fiber.Ctx, body io.Reader, key string) (*models.Upload, error) {
	ctx := context.WithoutCancel(c.UserContext()) // its deadline is for requests that are small
	if err := s.filesAway(); err != nil {
		return nil, err
	}
	if err := s.limits.spend(ctx, "uploads "+of(ctx).Account, uploadsPerDay); err != nil {
		return nil, err
	}
	form, err := multipartForm(c, body)
	if err != nil {
		return nil, err
	}
	temp, err := tempFile()
	if err != nil {
		return nil, err
	}
	defer temp.Close()
	in, err := readForm(form, temp)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, storing)
	defer cancel()
	return s.keep(ctx, of(ctx).Account, in, key)
}

func multipartForm(c *fiber.Ctx, body io.Reader) (*multipart.Reader, error) {
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || media != "multipart/form-data" {
		return nil, models.Fail(models.KindUnsupported, "want_form")
	}
	if params["boundary"] == "" {
		return nil, errForm
	}
	return multipart.NewReader(body, params["boundary"]), nil
}

// tempFile returns a file without a name: it lives until it is closed, and a crash leaves
// nothing behind.
func tempFile() (*os.File, error) {
	temp, err := os.CreateTemp("", "kiennghi-upload-*")
	if err != nil {
		return nil, models.Wrap(models.KindUnavailable, err)
	}
	os.Remove(temp.Name())
	return temp, nil
}

var errForm = models.Fail(models.KindMalformed, "bad_form")

// incoming is a file that has come, in a temporary file.
type incoming struct {
	temp *os.File
	name string // as the client called it
	kind *fileType
	size int64
	hash string // SHA-256 of what came
}

// readForm takes the one part named file. Other parts are passed over.
func readForm(form *multipart.Reader, temp *os.File) (*incoming, error) {
	var in *incoming
	for range 10 {
		part, err := form.NextRawPart()
		if err == io.EOF { // exactly: a form that is cut off wraps it
			if in == nil {
				return nil, fileError("required")
			}
			return in, nil
		}
		if err != nil {
			return nil, bodyError(err)
		}
		switch {
		case part.FormName() != "file":
			if n, err := io.CopyN(io.Discard, part, maxBody); err == nil || n == maxBody {
				return nil, models.Fail(models.KindTooLarge, "body_too_large")
			} else if !errors.Is(err, io.EOF) {
				return nil, bodyError(err)
			}
		case in != nil:
			return nil, &models.Error{Kind: models.KindInvalid, Fields: []models.FieldError{{Field: "file", Code: "too_many", Limit: 1}}}
		default:
			if in, err = readFile(part, temp); err != nil {
				return nil, err
			}
		}
	}
	return nil, errForm
}

// readFile copies a part to the temporary file. It stops as soon as the type is not
// accepted or the size is beyond what that type may have.
func readFile(part *multipart.Part, temp *os.File) (*incoming, error) {
	source := &reading{r: part}
	head := make([]byte, sniffSize)
	n, _ := io.ReadFull(source, head) // source tells an end from a failure
	if source.err != nil {
		return nil, bodyError(source.err)
	}
	if n == 0 {
		return nil, fileError("empty_file")
	}
	in := &incoming{temp: temp, name: part.FileName()}
	var err error
	if in.kind, err = sniff(head[:n]); err != nil {
		return nil, err
	}
	sum := sha256.New()
	in.size, err = io.Copy(io.MultiWriter(temp, sum), io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), source), in.kind.limit+1))
	switch {
	case source.err != nil:
		return nil, bodyError(source.err)
	case err != nil:
		return nil, models.Wrap(models.KindUnavailable, err) // the disk is full
	case in.size > in.kind.limit:
		return nil, models.Fail(models.KindTooLarge, "file_too_large")
	}
	in.hash = hex.EncodeToString(sum.Sum(nil))
	return in, nil
}

// reading remembers the error of a reader, to tell it from one of the writer.
type reading struct {
	r   io.Reader
	err error
}

func (x *reading) Read(p []byte) (int, error) {
	n, err := x.r.Read(p)
	if err != nil && err != io.EOF {
		x.err = err
	}
	return n, err
}

// bodyError is what a body that cannot be read to its end is answered with.
func bodyError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return models.Fail(models.KindMalformed, "too_slow")
	}
	return errForm
}

// keep checks a file as a whole and stores it for its owner: bytes first, then the record,
// so that a record never lacks its bytes. A repeat under the same key answers with the first.
func (s *server) keep(ctx context.Context, owner string, in *incoming, key string) (*models.Upload, error) {
	kind, err := checkWhole(in.kind, in.temp, in.size)
	if err != nil {
		return nil, err
	}
	x := &models.Upload{
		Attachment: models.Attachment{ID: madeID(owner, "uploads", optional(key)), Name: cleanName(in.name, kind), ContentType: kind.contentType},
		Owner:      owner, CreatedAt: s.Now(),
	}
	x.RequestHash = models.Hash(in.hash, x.Name)
	if key != "" {
		if have, err := s.Store.Upload(ctx, x.ID); err == nil || !errors.Is(err, models.ErrNotFound) {
			return sameUpload(have, x, err)
		}
	}
	if err := s.scan(ctx, in.temp); err != nil {
		return nil, err
	}
	temp, err := s.withoutAuthors(ctx, x, in)
	if temp != in.temp {
		defer temp.Close()
	}
	if err != nil {
		return nil, err
	}
	if err := s.putBytes(ctx, x, temp); err != nil {
		return nil, err
	}
	err = s.Store.CreateUpload(ctx, x)
	if err == nil {
		return x, nil
	}
	if models.ErrorKindOf(err) == models.KindExists { // a repeat at the same moment; an unclear outcome keeps the bytes
		s.dropBytes(ctx, x)
		have, err := s.Store.Upload(ctx, x.ID)
		return sameUpload(have, x, err)
	}
	return nil, err
}

func sameUpload(have, x *models.Upload, err error) (*models.Upload, error) {
	if err == nil && have.RequestHash != x.RequestHash {
		return nil, models.Fail(models.KindInvalid, "idempotency_mismatch")
	}
	return have, err
}

// scan asks the virus scanner, where there is one.
func (s *server) scan(ctx context.Context, temp *os.File) error {
	if s.Scan == nil {
		return nil
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if !s.ScanCircuit.Closed() {
		return errScannerAway
	}
	err := s.Scan(ctx, temp)
	s.ScanCircuit.Leave(!errors.Is(err, models.ErrUnavailable))
	switch {
	case err == nil:
		return nil
	case models.ErrorKindOf(err) == models.KindInvalid:
		return err
	}
	return models.Wrap(models.KindUnavailable, err)
}

// putBytes writes the file, and for an image its thumbnail, to the bucket under random
// keys that begin with the day.
func (s *server) putBytes(ctx context.Context, x *models.Upload, temp *os.File) (err error) {
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	folder := x.CreatedAt.Format("2006/01/02/")
	write := func(w io.Writer) error { _, err := io.Copy(w, temp); return err }
	if strings.HasPrefix(x.ContentType, "image/") {
		p, err := openPicture(ctx, x.ContentType, temp)
		if err != nil {
			return err
		}
		defer p.release()
		write = func(w io.Writer) error { return writePicture(w, x.ContentType, p, temp) }
		thumbnail := folder + models.NewID()
		if _, _, err := s.putObject(ctx, thumbnail, jpegType, func(w io.Writer) error { return writeThumbnail(w, p) }); err != nil {
			return err
		}
		x.Thumbnail = thumbnail
	}
	x.Key = folder + models.NewID()
	if x.Size, x.SHA256, err = s.putObject(ctx, x.Key, x.ContentType, write); err != nil {
		s.dropBytes(context.WithoutCancel(ctx), x)
	}
	return err
}

// putObject writes one object; after an error nothing reads one, and without one it outlives a
// power failure. It returns size and SHA-256.
func (s *server) putObject(caller context.Context, key, contentType string, write func(io.Writer) error) (int64, string, error) {
	if !s.BucketCircuit.Closed() {
		return 0, "", ErrBucketAway
	}
	ctx, cancel := context.WithCancel(caller)
	defer cancel()
	stuck := time.AfterFunc(bucketPause, cancel)
	defer stuck.Stop()
	var file *os.File // when the bucket is a folder, which leaves it to us to wait for the disk
	w, err := s.Bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: contentType, DisableContentTypeDetection: true,
		BeforeWrite: func(as func(any) bool) error { as(&file); return nil }})
	if err != nil {
		return 0, "", models.Wrap(models.KindUnavailable, err)
	}
	sum := sha256.New()
	n := &counter{w: io.MultiWriter(w, sum), took: func() { stuck.Reset(bucketPause) }}
	err = write(n)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel() // makes Close give the object up
		w.Close()
		var ours *models.Error
		if !errors.As(err, &ours) {
			s.leaveBucket(caller, err)
			err = models.Wrap(models.KindUnavailable, err)
		}
		return 0, "", err
	}
	err = w.Close()
	s.leaveBucket(caller, err)
	if err == nil && file != nil {
		err = syncFolders(file.Name(), strings.Count(key, "/"))
	}
	if err != nil {
		return 0, "", models.Wrap(models.KindUnavailable, err)
	}
	return n.n, hex.EncodeToString(sum.Sum(nil)), nil
}

// syncFolders waits until the names of a new file and of so many folders around it are on
// the disk.
func syncFolders(name string, around int) error {
	for range around + 1 {
		name = filepath.Dir(name)
		folder, err := os.Open(name)
		if err != nil {
			return err
		}
		err = errors.Join(folder.Sync(), folder.Close())
		if err != nil {
			return err
		}
	}
	return nil
}

// dropBytes removes objects that no record names, if that can be done soon. One that stays
// does no harm.
func (s *server) dropBytes(ctx context.Context, x *models.Upload) {
	ctx, cancel := context.WithTimeout(ctx, dropping)
	defer cancel()
	for _, key := range []string{x.Key, x.Thumbnail} {
		if key == "" {
			continue
		}
		if err := s.Bucket.Delete(ctx, key); err != nil {
			s.Log.Warn("an object that nothing names was left in the bucket", "key", key, "error", err.Error())
		}
	}
}

// counter counts what is written.
type counter struct {
	w    io.Writer
	n    int64
	took func() // told of each write
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.took()
	return n, err
}

// CreateUpload completes the generated interface; uploadsStreamed stands in front of it.
func (s *server) CreateUpload(context.Context, api.CreateUploadRequestObject) (api.CreateUploadResponseObject, error) {
	return nil, errForm
}
