package handlers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"kiennghi/models"
)

// maxBody is the largest JSON body, in bytes. 20,000 characters of Vietnamese, escaped,
// fit with room to spare. Uploads have their own limit.
const maxBody = 1 << 20

// begin opens every request: its id, language and deadline, the headers that every
// answer has, and at the end one log line and the metric. The log has no query string,
// no body and no name.
func (s *server) begin(c *fiber.Ctx) error {
	start := time.Now()
	files := strings.HasPrefix(c.Path(), "/v1/uploads") || strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm)
	if s.Load != nil && !files { // those wait for slow clients
		s.Load.begin()
		defer s.Load.end()
	}
	r := &request{ID: requestID(c.Get(fiber.HeaderXRequestID)), Lang: language(c.Get(fiber.HeaderAcceptLanguage)), Addr: network(c.IP()),
		Agent: models.Shorten(models.CleanLine(c.Get(fiber.HeaderUserAgent)), 120)}
	ctx, cancel := context.WithTimeout(context.WithValue(c.UserContext(), requestKey{}, r), timeout)
	defer cancel()
	c.SetUserContext(ctx)
	s.strictHeaders(c, r.ID)
	if s.stopping() {
		c.Context().SetConnectionClose() // the client goes on with another process
	}

	err := wellFramed(c)
	if err == nil {
		err = c.Next()
	}
	finishBody(c)
	if err != nil {
		if e := s.fail(c, err); e != nil {
			return e
		}
	}
	route := c.Route().Path
	status := c.Response().StatusCode()
	took := time.Since(start)
	s.counts.WithLabelValues(c.Method(), route, statusClass(status)).Observe(took.Seconds())
	s.Log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("id", r.ID), slog.String("method", c.Method()), slog.String("route", route),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000))
	return nil
}

func statusClass(status int) string { return string('0'+byte(status/100)) + "xx" }

func requestMetric(reg prometheus.Registerer) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kiennghi_http_request_seconds", Help: "Time to answer a request.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
	}, []string{"method", "route", "status"})
	if reg != nil {
		reg.MustRegister(h)
	}
	return h
}

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

func requestID(given string) string {
	if given != "" && goodRequestID.MatchString(given) {
		return given
	}
	return models.NewID()[:16]
}

// language is English only when the client prefers it to Vietnamese.
func language(accept string) string {
	en, vi := strings.Index(accept, "en"), strings.Index(accept, "vi")
	if en >= 0 && (vi < 0 || en < vi) {
		return "en"
	}
	return "vi"
}

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// gates puts one gate before each operation of the contract: limits, identity,
// access, validation, in this order. What passes is known to be well-formed and
// allowed in general; the generated code then decodes it.
func (s *server) gates(app *fiber.App, doc *openapi3.T) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			check := newCheck(doc, path, item, method, op)
			allowed := access[op.OperationID]
			id := op.OperationID
			gate := func(c *fiber.Ctx) error {
				r := of(c.UserContext())
				if err := s.limits.allow(c, id, r.Addr, allowed.atOneAddress()); err != nil {
					return err
				}
				if err := s.identify(c, allowed, r); err != nil {
					return err
				}
				if err := choosesFirst(id, r); err != nil {
					return err
				}
				if r.Account != "" {
					if err := s.limits.allow(c, id, r.Account, 1); err != nil {
						return err
					}
				}
				if id != "createUpload" && c.Context().RequestBodyStream() != nil {
					if err := bodyInMemory(c); err != nil {
						return err
					}
					// The client may have taken its time; ours begins now.
					ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), timeout)
					defer cancel()
					c.SetUserContext(ctx)
				}
				if err := check.request(c); err != nil {
					return err
				}
				return c.Next()
			}
			pattern := pathParameter.ReplaceAllString(path, ":$1")
			app.Add(method, pattern, gate)
			if method == fiber.MethodGet { // the generated routes answer HEAD as well
				app.Add(fiber.MethodHead, pattern, gate)
			}
		}
	}
}

// identify finds out who calls and whether they may. With a token that is no good the
// answer is 401 even where none is needed, so that a client notices.
func (s *server) identify(c *fiber.Ctx, allowed rule, r *request) error {
	if allowed.caller == everyone {
		return nil
	}
	if allowed.caller == nobody {
		return models.ErrForbidden
	}
	token, found := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if !found {
		if allowed.caller == guest {
			return nil
		}
		return models.ErrUnauthenticated
	}
	if err := s.authenticate(c.UserContext(), token, r); err != nil {
		return err
	}
	switch allowed.caller {
	case citizen:
		if r.Staff != nil {
			return models.Fail(models.KindForbidden, "citizen_only")
		}
	case staff:
		if r.Staff == nil {
			return models.Fail(models.KindForbidden, "staff_only")
		}
		if !r.Staff.May(allowed.action) {
			return models.Fail(models.KindForbidden, "role_missing")
		}
	}
	return nil
}

// bodyInMemory reads a JSON body up to its limit.
func bodyInMemory(c *fiber.Ctx) error {
	if c.Request().Header.ContentLength() > maxBody {
		return models.Fail(models.KindTooLarge, "body_too_large")
	}
	body, err := io.ReadAll(io.LimitReader(c.Context().RequestBodyStream(), maxBody+1))
	if err != nil && !errors.Is(err, io.EOF) {
		code := "malformed"
		if errors.Is(err, os.ErrDeadlineExceeded) {
			code = "too_slow"
		}
		return models.Fail(models.KindMalformed, code)
	}
	if len(body) > maxBody {
		return models.Fail(models.KindTooLarge, "body_too_large")
	}
	c.Request().SetBody(body)
	return nil
}
