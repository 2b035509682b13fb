package handlers

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// check validates requests of one operation against the contract.
type check struct {
	route   *routers.Route
	params  []string
	options *openapi3filter.Options
}

func newCheck(doc *openapi3.T, path string, item *openapi3.PathItem, method string, op *openapi3.Operation) *check {
	k := &check{
		route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op},
		options: &openapi3filter.Options{
			MultiError: true, SkipSettingDefaults: true, ExcludeRequestBody: op.OperationID == "createUpload",
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	for _, m := range pathParameter.FindAllStringSubmatch(path, -1) {
		k.params = append(k.params, m[1])
	}
	return k
}

// request answers nil, or a KindInvalid error that lists every wrong field.
func (k *check) request(c *fiber.Ctx) error {
	u, err := url.Parse("http://h" + string(c.Request().RequestURI()))
	if err != nil {
		return models.Wrap(models.KindInvalid, err)
	}
	r := &http.Request{Method: c.Method(), URL: u, Header: http.Header{}}
	for _, name := range []string{"Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"} {
		if v := c.Get(name); v != "" {
			r.Header.Set(name, v)
		}
	}
	if body := c.Request().Body(); !k.options.ExcludeRequestBody && len(body) > 0 {
		if !utf8.Valid(body) {
			return &models.Error{Kind: models.KindMalformed, Code: "not_utf8"}
		}
		if !simple(body) {
			return models.Fail(models.KindMalformed, "malformed")
		}
		if k.route.Operation.RequestBody == nil {
			body = nil
		} else if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
			return models.Fail(models.KindUnsupported, "want_json")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
	}
	in := &openapi3filter.RequestValidationInput{Request: r, Route: k.route, Options: k.options, PathParams: map[string]string{}}
	for _, p := range k.params {
		in.PathParams[p] = c.Params(p)
	}
	err = openapi3filter.ValidateRequest(c.UserContext(), in)
	if err == nil {
		return nil
	}
	var fields []models.FieldError
	kind := models.KindMalformed
	collect(err, &fields, &kind)
	return &models.Error{Kind: kind, Code: codeOf(kind), Fields: fields}
}

func codeOf(kind models.ErrorKind) string {
	if kind == models.KindMalformed {
		return "malformed"
	}
	return ""
}

// collect turns the validator's errors into field errors. A wrong body is KindInvalid,
// a wrong parameter or an unreadable body KindMalformed.
func collect(err error, fields *[]models.FieldError, kind *models.ErrorKind) {
	var many openapi3.MultiError
	var request *openapi3filter.RequestError
	var schema *openapi3.SchemaError
	switch e := err.(type) {
	case openapi3.MultiError:
		many = e
	case *openapi3filter.RequestError:
		request = e
	case *openapi3.SchemaError:
		schema = e
	}
	switch {
	case many != nil:
		for _, e := range many {
			collect(e, fields, kind)
		}
	case request != nil && request.Parameter != nil:
		code := "invalid"
		if errors.Is(request.Err, openapi3filter.ErrInvalidRequired) {
			code = "required"
		}
		if better, ok := parameterCodes[request.Parameter.Name]; ok && code == "invalid" {
			code = better
		}
		add(fields, models.FieldError{Field: request.Parameter.Name, Code: code})
	case request != nil && request.Err != nil:
		if errors.Is(request.Err, openapi3filter.ErrInvalidRequired) {
			add(fields, models.FieldError{Field: "body", Code: "required"})
			return
		}
		collect(request.Err, fields, kind)
	case schema != nil:
		*kind = models.KindInvalid
		add(fields, fieldOf(schema))
	}
}

// add keeps the first error of each field.
func add(fields *[]models.FieldError, f models.FieldError) {
	for _, have := range *fields {
		if have.Field == f.Field {
			return
		}
	}
	*fields = append(*fields, f)
}

// fieldCodes and parameterCodes say what is right where "not right" would not help the
// person who filled it in.
var (
	fieldCodes = map[string]string{
		"phone": "not_a_phone", "sender.phone": "not_a_phone", "code": "not_six_digits", "totp": "not_six_digits",
		"email": "not_an_email", "sender.email": "not_an_email", "official_date": "not_a_date", "score": "out_of_range",
	}
	parameterCodes = map[string]string{"from": "not_a_date", "to": "not_a_date", "code": "not_a_tracking_code", "q": "query_too_long"}
)

// unknownField finds the name in the validator's reason for refusing it.
var unknownField = regexp.MustCompile(`^property "([^"]{1,100})" is unsupported$`)

func fieldOf(e *openapi3.SchemaError) models.FieldError {
	f := models.FieldError{Field: strings.Join(e.JSONPointer(), "."), Code: "invalid"}
	if f.Field == "" {
		f.Field = "body"
	}
	switch e.SchemaField {
	case "required":
		f.Code = "required"
	case "minLength":
		f.Code, f.Limit = "too_short", int(e.Schema.MinLength)
		if e.Schema.MinLength == 1 {
			f.Code, f.Limit = "required", 0
		}
	case "maxLength":
		f.Code = "too_long"
		if e.Schema.MaxLength != nil {
			f.Limit = int(*e.Schema.MaxLength)
		}
	case "maxItems":
		f.Code = "too_many"
		if e.Schema.MaxItems != nil {
			f.Limit = int(*e.Schema.MaxItems)
		}
	case "enum":
		f.Code = "unknown"
	case "properties", "additionalProperties":
		f.Code = "not_a_field"
		if m := unknownField.FindStringSubmatch(e.Reason); m != nil {
			f.Field = strings.Join(append(e.JSONPointer(), m[1]), ".")
		}
	}
	if better, ok := fieldCodes[f.Field]; ok && f.Code == "invalid" {
		f.Code = better
		if f.Code == "out_of_range" {
			f.Limit = 5
		}
	}
	return f
}
