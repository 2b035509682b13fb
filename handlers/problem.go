package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
)

// statusOf is the one table from the kind of an error to its HTTP status.
var statusOf = map[models.ErrorKind]int{
	models.KindMalformed:       400,
	models.KindUnauthenticated: 401,
	models.KindForbidden:       403,
	models.KindNotFound:        404,
	models.KindExists:          409,
	models.KindWrongState:      409,
	models.KindGone:            410,
	models.KindConflict:        412,
	models.KindTooLarge:        413,
	models.KindUnsupported:     415,
	models.KindInvalid:         422,
	models.KindPrecondition:    428,
	models.KindTooMany:         429,
	models.KindInternal:        500,
	models.KindUnavailable:     503,
}

// staleError is a change to a case that someone else changed meanwhile, with the case
// as it is now.
type staleError struct {
	current api.DeskFeedback
	etag    string
}

func (e *staleError) Error() string { return "the case was changed meanwhile" }

// waitError is a rate limit that was reached.
type waitError struct{ after time.Duration }

func (e *waitError) Error() string { return "too many requests" }

// fail is the app's error handler: every error becomes a problem (RFC 9457) here, and
// nowhere else. Internal text goes to the log only.
func (s *server) fail(c *fiber.Ctx, err error) error {
	r := of(c.UserContext())
	if r.ID == "" { // what came was no request, so begin did not see it
		r.ID = requestID("")
		s.strictHeaders(c, r.ID)
	}
	kind, code, fields := classify(err)
	if wantsPage(c, r) {
		s.logged(c, kind, err)
		if kind == models.KindUnauthenticated {
			return s.toSignIn(c)
		}
		return s.problemPage(c, kind, code, fields, err)
	}
	if kind == models.KindInvalid && c.Method() == fiber.MethodGet { // it has parameters only
		kind = models.KindMalformed
	}
	status := statusOf[kind]
	if status == 0 {
		kind, status = models.KindInternal, 500
	}
	if kind == models.KindInternal || kind == models.KindUnavailable {
		s.Log.Error("request failed", "id", r.ID, "route", c.Route().Path, "kind", string(kind), "error", err.Error())
	}
	title := say(r.Lang, "kind."+string(kind), 0)
	p := api.Problem{Type: "/problems/" + string(kind), Title: title, Status: status, RequestID: &r.ID}
	path := models.Shorten(c.Path(), 500)
	p.Instance = &path
	if code != "" {
		detail := say(r.Lang, code, 0)
		p.Detail = &detail
	}
	for _, f := range fields {
		p.Errors = append(p.Errors, api.FieldError{Field: f.Field, Code: f.Code, Message: say(r.Lang, f.Code, f.Limit)})
	}
	retryAfter(c, kind, err)
	if kind == models.KindUnauthenticated {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	var body any = p
	var stale *staleError
	if errors.As(err, &stale) {
		c.Set(fiber.HeaderETag, stale.etag)
		body = api.StaleProblem{Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail, Instance: p.Instance,
			RequestID: p.RequestID, Current: stale.current}
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, api.ProblemType)
	c.Set(fiber.HeaderContentLanguage, r.Lang)
	return c.Status(status).Send(b)
}

// retryAfter says when to try again, where that is known.
func retryAfter(c *fiber.Ctx, kind models.ErrorKind, err error) {
	var wait *waitError
	switch {
	case errors.As(err, &wait):
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(wait.after.Seconds())+1))
	case kind == models.KindUnavailable:
		c.Set(fiber.HeaderRetryAfter, "5")
	}
}

// classify says what an error is to the client: its kind, a catalogue code and the
// wrong fields.
func classify(err error) (models.ErrorKind, string, []models.FieldError) {
	var e *models.Error
	var stale *staleError
	var wait *waitError
	var web *fiber.Error
	switch {
	case errors.As(err, &e):
		return e.Kind, e.Code, e.Fields
	case errors.As(err, &stale):
		return models.KindConflict, "stale", nil
	case errors.As(err, &wait):
		return models.KindTooMany, "", nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return models.KindUnavailable, "", nil
	case errors.As(err, &web):
		switch web.Code {
		case fiber.StatusBadRequest, fiber.StatusUnprocessableEntity:
			return models.KindMalformed, "malformed", nil
		case fiber.StatusNotFound, fiber.StatusMethodNotAllowed:
			return models.KindNotFound, "", nil
		case fiber.StatusRequestEntityTooLarge:
			return models.KindTooLarge, "body_too_large", nil
		case fiber.StatusUnsupportedMediaType:
			return models.KindUnsupported, "", nil
		case fiber.StatusRequestTimeout: // the client's: it took too long to send
			return models.KindMalformed, "too_slow", nil
		case fiber.StatusServiceUnavailable:
			return models.KindUnavailable, "", nil
		case fiber.StatusRequestHeaderFieldsTooLarge:
			return models.KindTooLarge, "", nil
		}
	}
	return models.KindInternal, "", nil
}
