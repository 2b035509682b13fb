package models

import (
	"errors"
	"fmt"
)

// ErrorKind is the class of an Error. The HTTP status follows from it alone.
type ErrorKind string

const (
	KindNotFound        ErrorKind = "not_found"
	KindExists          ErrorKind = "exists"
	KindConflict        ErrorKind = "conflict" // the record changed since the caller saw it
	KindInvalid         ErrorKind = "invalid"
	KindMalformed       ErrorKind = "malformed"   // the request cannot be read
	KindWrongState      ErrorKind = "wrong_state" // the action is not possible in the record's state
	KindForbidden       ErrorKind = "forbidden"
	KindUnauthenticated ErrorKind = "unauthenticated"
	KindTooMany         ErrorKind = "too_many"
	KindUnavailable     ErrorKind = "unavailable"
	KindGone            ErrorKind = "gone"
	KindPrecondition    ErrorKind = "precondition_required"
	KindTooLarge        ErrorKind = "too_large"
	KindUnsupported     ErrorKind = "unsupported"
	KindInternal        ErrorKind = "internal"
)

// FieldError names one field that is wrong. Code is a key of the text catalogue
// (for example "required", "too_long"); Limit is the number the text needs, or 0.
type FieldError struct {
	Field string
	Code  string
	Limit int
}

// Error is what every layer returns. Code is a key of the text catalogue and may
// be empty (the kind's own text is then shown). The cause is for logs only and
// never reaches a client.
type Error struct {
	Kind   ErrorKind
	Code   string
	Fields []FieldError
	cause  error
}

func (e *Error) Error() string {
	s := string(e.Kind)
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	for _, f := range e.Fields {
		s += fmt.Sprintf(" %s:%s", f.Field, f.Code)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is(err, ErrNotFound) true for every Error of that kind.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Kind == e.Kind && (t.Code == "" || t.Code == e.Code)
}

// The plain errors, to return and to compare with errors.Is.
var (
	ErrNotFound        = &Error{Kind: KindNotFound}
	ErrExists          = &Error{Kind: KindExists}
	ErrConflict        = &Error{Kind: KindConflict}
	ErrForbidden       = &Error{Kind: KindForbidden}
	ErrUnauthenticated = &Error{Kind: KindUnauthenticated}
	ErrUnavailable     = &Error{Kind: KindUnavailable}
)

// Fail returns an Error of a kind with a catalogue code.
func Fail(kind ErrorKind, code string) *Error { return &Error{Kind: kind, Code: code} }

// Invalid returns the error that carries every wrong field, or nil when there is none.
func Invalid(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Fields: fields}
}

// Wrap returns an Error of a kind around a cause that stays out of every answer.
func Wrap(kind ErrorKind, cause error) *Error { return &Error{Kind: kind, cause: cause} }

// ErrorKindOf returns the kind of err, KindInternal for an error that is not ours.
func ErrorKindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}
