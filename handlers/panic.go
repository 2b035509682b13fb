package handlers

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
)

var errPanic = errors.New("the program failed inside the request (panic)")

// caught makes an error of a panic in a handler. What was thrown may quote the request, so
// the log has its type only, and the words of the Go runtime's own errors, which name
// types and numbers.
func (s *server) caught(c *fiber.Ctx) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if own, ok := p.(runtime.Error); ok {
			what = own.Error()
		}
		s.Log.Error("panic in a request", "id", of(c.UserContext()).ID, "route", c.Route().Path, "what", what, "stack", string(debug.Stack()))
		err = errPanic
	}()
	return c.Next()
}
