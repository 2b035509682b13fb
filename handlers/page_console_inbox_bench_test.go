package handlers

import (
	"fmt"
	"testing"

	"github.com/valyala/fasthttp"

	"kiennghi/models"
)

// BenchmarkInbox makes the first page of the inbox of a coordinator, of which all 30 rows
// are there. What counts is the processor's time, of one core.
func BenchmarkInbox(b *testing.B) {
	h := newHarness(b, func(o *Options) { o.RateLimit = false })
	hoa := h.citizen("Nguyễn Thị Hoa")
	for range 60 {
		h.caseOf(hoa)
	}
	member := h.browser(h.staff("lan", "so-xd-79", models.Handler, models.Coordinator))
	app, err := New(b.Context(), h.o)
	if err != nil {
		b.Fatal(err)
	}
	serve := app.Handler()
	cookies := ""
	for name, value := range member.cookies {
		cookies += fmt.Sprintf("%s=%s; ", name, value)
	}
	b.ReportAllocs()
	for b.Loop() {
		var c fasthttp.RequestCtx
		c.Request.Header.SetMethod("GET")
		c.Request.SetRequestURI("/console?view=all")
		c.Request.Header.Set("Accept", "text/html")
		c.Request.Header.Set("Cookie", cookies)
		serve(&c)
		if c.Response.StatusCode() != 200 || len(c.Response.Body()) < 20_000 {
			b.Fatalf("%d, %d bytes", c.Response.StatusCode(), len(c.Response.Body()))
		}
	}
}
