package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// redactPage does with the marks of a case what its form says: lifts those that are ticked,
// hides again those that were lifted, adds the text that is quoted, and notes which
// files were looked at. One reason holds for all of it.
func (s *server) redactPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := s.visibleCase(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	in := map[string]string{"reply": typedLine(c, "redact.reply"), "in": typedLine(c, "redact.in"), "kind": typedLine(c, "redact.kind"),
		"text": typedLine(c, "redact.text"), "reason": typed(c, "redact.reason")}
	var marks []models.MarkDecision
	for _, x := range []struct {
		name string
		lift bool
	}{{"redact.lift", true}, {"redact.hide", false}} {
		for _, v := range typedAll(c, x.name) {
			place, rest, _ := strings.Cut(v, "|")
			kind, text, _ := strings.Cut(rest, "|")
			marks = append(marks, models.MarkDecision{In: place, Text: text, Kind: models.MarkKind(kind), Lift: x.lift, Reason: in["reason"]})
		}
	}
	if in["text"] != "" {
		marks = append(marks, models.MarkDecision{In: in["in"], Text: in["text"], Kind: models.MarkKind(in["kind"]), Reason: in["reason"]})
	}
	changed, err := s.deskUpdate(ctx, f.ID, typedLine(c, "version"), models.ActRedact, never, s.redacting(in["reply"], marks, typedAll(c, "redact.looked")))
	if err != nil {
		return s.caseAgain(c, f, "redact", in, err, nil)
	}
	return s.afterChange(c, changed, "said.redacted")
}

// typedAll are all values that were chosen under one name.
func typedAll(c *fiber.Ctx, name string) []string {
	var out []string
	for _, b := range c.Context().PostArgs().PeekMulti(name) {
		out = append(out, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	return out
}
