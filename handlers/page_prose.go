package handlers

import (
	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// doors are what is not feedback, with the ground of refusal that says where it belongs.
var doors = []struct {
	kind   models.Kind
	ground string
}{{models.Crime, "crime"}, {models.Denunciation, "denunciation"}, {models.Complaint, "complaint"}, {models.Question, "legal_advice"}}

// helpPage says what the place is for; terms and doors are those of the rules in force.
func (s *server) helpPage(c *fiber.Ctx) error {
	p := &web.Help{Frame: s.frame(c, "help.title", "/help")}
	p.URL = s.PublicURL + "/help"
	if rule, err := s.Ref.Rules.Rule("pakn.answer", s.Now()); err == nil && rule.Unit != models.Hours {
		p.Terms = append(p.Terms, web.Term{Days: rule.Term, Working: rule.Unit == models.WorkingDays,
			Basis: models.TextPair{VI: rule.LegalBasis, EN: rule.LegalBasisEN}.In(p.Lang)})
	}
	p.Doors = []web.Door{{Kind: models.Emergency, Text: s.Ref.Triage.Guidance(models.Emergency).In(p.Lang)}}
	for _, d := range doors {
		if g, ok := s.Ref.Ground(d.ground); ok {
			p.Doors = append(p.Doors, web.Door{Kind: d.kind, Text: models.TextPair{VI: g.Direction, EN: g.DirectionEN}.In(p.Lang)})
		}
	}
	return s.show(c, p)
}

// termOf says for how long data of a kind is kept.
func (s *server) termOf(what models.Kept, lang string) string {
	return models.RetentionOf(s.Ref.Kept, what, s.Now()).TermIn(lang)
}

// privacyPage is the privacy notice.
func (s *server) privacyPage(c *fiber.Ctx) error {
	p := &web.Privacy{Frame: s.frame(c, "help.privacy", "/privacy")}
	p.PrivacyText = s.privacyText(p.Lang)
	p.URL = s.PublicURL + "/privacy"
	return s.show(c, p)
}

func (s *server) privacyText(lang string) web.PrivacyText {
	return web.PrivacyText{Operator: s.Operator, Draft: s.termOf(models.KeptDraft, lang), Upload: s.termOf(models.KeptUpload, lang),
		Session: s.termOf(models.KeptSession, lang), Lesson: s.termOf(models.KeptLesson, lang)}
}

// accessibilityPage is the accessibility statement.
func (s *server) accessibilityPage(c *fiber.Ctx) error {
	p := &web.Accessibility{Frame: s.frame(c, "help.accessibility", "/accessibility"), Operator: s.Operator}
	p.URL = s.PublicURL + "/accessibility"
	return s.show(c, p)
}
