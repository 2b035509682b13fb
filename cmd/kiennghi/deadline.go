package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
)

// deadlineCommand counts when something is due, by the rules and the calendar that the
// program brings along and what administrators added to them in the store, if there is one.
type deadlineCommand struct {
	Rule   string `required:"" help:"Key of the rule, for example pakn.answer."`
	Start  string `required:"" help:"When the clock starts, RFC 3339: 2026-02-13T16:50:00+07:00."`
	Agency string `help:"Code of the agency whose clock it is: rules of its province and its office hours count."`
	JSON   bool   `help:"Print JSON."`
}

// counted is what is printed as JSON.
type counted struct {
	Rule       string    `json:"rule"`
	Start      time.Time `json:"start"` // as it was given
	Due        time.Time `json:"due"`   // in Viet Nam's time
	Steps      []string  `json:"steps"`
	LegalBasis string    `json:"legal_basis"`
	Convention string    `json:"convention"`
	Confidence string    `json:"confidence"`
	Note       string    `json:"note,omitempty"`
	Agency     string    `json:"agency,omitempty"`

	Store      string      `json:"store"`      // where amendments were read from, empty: there is none
	Amendments []amendment `json:"amendments"` // those without which the outcome is another
}

// wrongInput is an argument that nothing can be done with; the program ends with 2.
type wrongInput struct{ error }

// Run counts and prints. A wrong argument is a wrongInput; a year without calendar is a
// plain error.
func (d *deadlineCommand) Run(ctx context.Context, c *console) error {
	start, err := time.Parse(time.RFC3339, d.Start)
	if err != nil {
		return wrongInput{fmt.Errorf("--start %q is not an RFC 3339 time like 2026-02-13T16:50:00+07:00", d.Start)}
	}
	data, err := readDated(ctx, c)
	if err != nil {
		return err
	}
	var agency models.Agency
	if d.Agency != "" {
		found := false
		if agency, found = models.NewTree(data.agencies).Get(d.Agency); !found {
			return wrongInput{fmt.Errorf("--agency %q is no agency's code", d.Agency)}
		}
	}
	rules := data.rules()
	rule, inForce, err := rules.RuleNearest(d.Rule, agency.Province, start)
	if err != nil {
		return wrongInput{fmt.Errorf("--rule %q is unknown; the keys are %s", d.Rule, strings.Join(ruleKeys(rules), ", "))}
	}
	due, err := rules.Count(rule, d.Agency, start)
	if missing := (*models.NoCalendarError)(nil); errors.As(err, &missing) {
		return fmt.Errorf("%w: days off of that year are not guessed; an administrator enters them once they are announced", err)
	}
	if err != nil {
		return err
	}
	out := counted{Rule: rule.Key, Start: start, Due: due.At.In(models.VietNam), Steps: rules.Steps(&due, "vi"), LegalBasis: rule.LegalBasis,
		Convention: models.Convention(rule.Unit, "vi"), Confidence: rule.Confidence, Note: rule.Note, Agency: d.Agency,
		Store: data.store, Amendments: data.used(d.Rule, agency, start)}
	if !inForce {
		out.Note = strings.TrimSpace(fmt.Sprintf("TÍNH THỬ: quy tắc này có hiệu lực từ %s, sau ngày nhận; trước đó chương trình không có quy tắc nào. %s", rule.ValidFrom, rule.Note))
		out.Confidence = "unconfirmed"
	}
	if d.JSON {
		return c.json(out)
	}
	c.printf("%s → %s\n\n", rule.Key, due.At.In(models.VietNam).Format("15:04 02/01/2006"))
	for _, s := range out.Steps {
		c.printf("  %s\n", s)
	}
	c.printf("\nCăn cứ: %s\nQuy ước: %s\nMức tin cậy: %s\n", out.LegalBasis, out.Convention, confidenceVI[out.Confidence])
	if out.Note != "" {
		c.printf("Ghi chú: %s\n", out.Note)
	}
	data.print(c, out.Amendments)
	return nil
}

// confidenceVI says how sure a rule is.
var confidenceVI = map[string]string{"read": "đã đọc trong văn bản", "secondary": "theo nguồn thứ cấp", "unconfirmed": "chưa xác nhận"}

func ruleKeys(rules *models.Rules) []string {
	var keys []string
	for _, r := range rules.All() {
		keys = append(keys, r.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
