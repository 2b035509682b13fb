package api

import "github.com/gofiber/fiber/v2"

// EmptyBody is a middleware that makes a request without a body decode like {}.
// Without it the generated code answers 400 even where the body is optional.
// It must run after validation, which is what refuses a missing required body.
func EmptyBody(c *fiber.Ctx) error {
	if c.Request().Header.ContentLength() == 0 {
		c.Locals(validatedBodyLocalsKey, map[string]any{})
	}
	return c.Next()
}
