package handlers

import (
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// encoded is what is sent to many: it is compressed once for each way, not each time.
type encoded struct {
	plain            []byte
	onceBr, onceGzip sync.Once
	br, gzip         []byte
}

// send sends it as the client likes it best. Content type and caching are the caller's.
func (e *encoded) send(c *fiber.Ctx) error {
	c.Append(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if strings.HasPrefix(string(c.Response().Header.ContentType()), "image/png") {
		return c.Send(e.plain)
	}
	accept := &c.Request().Header
	switch {
	case accept.HasAcceptEncoding("br"):
		e.onceBr.Do(func() {
			e.br = fasthttp.AppendBrotliBytesLevel(nil, e.plain, fasthttp.CompressBrotliDefaultCompression)
		})
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(e.br)
	case accept.HasAcceptEncoding("gzip"):
		e.onceGzip.Do(func() { e.gzip = fasthttp.AppendGzipBytesLevel(nil, e.plain, fasthttp.CompressDefaultCompression) })
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(e.gzip)
	}
	return c.Send(e.plain)
}
