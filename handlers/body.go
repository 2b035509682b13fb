package handlers

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

const (
	uploadPause = 30 * time.Second // longest silence of a client that uploads or downloads
	uploadTotal = 15 * time.Minute // longest transfer
)

// stream reads a request body for longer than other requests may take, as long as bytes
// keep coming.
type stream struct {
	r     io.Reader
	conn  net.Conn
	until time.Time
	ended bool
}

func newStream(c *fiber.Ctx, r io.Reader) *stream {
	return &stream{r: r, conn: c.Context().Conn(), until: time.Now().Add(uploadTotal)}
}

func (s *stream) Read(p []byte) (int, error) {
	if s.ended {
		return 0, io.EOF // the server's reader would wait for another chunk
	}
	s.conn.SetReadDeadline(earlier(time.Now().Add(uploadPause), s.until))
	n, err := s.r.Read(p)
	s.ended = errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
	return n, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// finishBody deals with what is left of a request body that the handler did not read.
// Left in the connection it would be taken for the next request; so a little is read
// away, because most clients look at the answer only when they have sent everything,
// and the connection is closed after the answer.
func finishBody(c *fiber.Ctx) {
	body := c.Context().RequestBodyStream()
	if body == nil {
		return
	}
	length := c.Request().Header.ContentLength()
	if length >= 0 && length <= 8<<10 { // read together with the header
		return
	}
	if length > 0 {
		discard(c, body, 2*time.Second)
	}
	c.Context().SetConnectionClose()
}

// discard reads up to 8 MB away, for a while.
func discard(c *fiber.Ctx, body io.Reader, while time.Duration) {
	c.Context().Conn().SetReadDeadline(time.Now().Add(while))
	io.CopyN(io.Discard, body, 8<<20) // best effort: the connection is closed anyway
}
