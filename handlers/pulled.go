package handlers

import (
	"bytes"
	"context"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// pulled is a long answer that is made in pieces, each when the client has taken the one
// before. When a piece cannot be made the connection breaks off, so that nobody takes a
// part for the whole.
type pulled struct {
	s    *server
	ctx  context.Context
	conn net.Conn
	more func(ctx context.Context, b *bytes.Buffer) (end bool, err error)
	buf  bytes.Buffer
	end  bool
}

// sendPulled sends an answer whose pieces more writes. The error of the first one is
// returned: then nothing was sent yet.
func (s *server) sendPulled(c *fiber.Ctx, more func(ctx context.Context, b *bytes.Buffer) (end bool, err error)) error {
	x := &pulled{s: s, ctx: context.WithoutCancel(c.UserContext()), conn: c.Context().Conn(), more: more}
	if err := x.piece(); err != nil {
		return err
	}
	c.Context().SetBodyStream(x, -1)
	return nil
}

func (x *pulled) piece() (err error) {
	ctx, cancel := context.WithTimeout(x.ctx, timeout)
	defer cancel()
	x.end, err = x.more(ctx, &x.buf)
	return err
}

// Read lets the client take its time as long as it takes something.
func (x *pulled) Read(p []byte) (int, error) {
	x.conn.SetWriteDeadline(time.Now().Add(uploadPause))
	for x.buf.Len() == 0 {
		if x.end {
			return 0, io.EOF
		}
		if err := x.piece(); err != nil {
			x.s.Log.Warn("an answer broke off", "id", of(x.ctx).ID, "error", err.Error())
			return 0, err
		}
	}
	return x.buf.Read(p)
}
