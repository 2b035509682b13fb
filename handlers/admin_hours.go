package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

func windowsOf(in []api.OfficeWindow) (out []models.Window) {
	for _, w := range in {
		out = append(out, models.Window{From: w.From, To: w.To})
	}
	return out
}

func windowsView(in []models.Window) []api.OfficeWindow {
	out := []api.OfficeWindow{}
	for _, w := range in {
		out = append(out, api.OfficeWindow{From: w.From, To: w.To})
	}
	return out
}

func halfDayView(d models.HalfDay) api.HalfDay {
	return api.HalfDay{Date: dateOf(d.Date), Name: d.Name, Agency: optional(d.Agency), Windows: windowsView(d.Windows), Source: d.Source}
}

func hoursView(h models.OfficeHours) api.OfficeHours {
	return api.OfficeHours{Agency: optional(h.Agency), From: dateView(h.From), Windows: windowsView(h.Windows), Source: h.Source}
}

// hoursRows are office hours and half-days in words: of all agencies, and then of single ones.
func (s *server) hoursRows(cal models.Calendar, lang string) (rows []web.HoursRow) {
	name := func(agency string) string {
		if agency == "" {
			return s.site.T(lang, "rules.hours.all")
		}
		return s.agencyName(agency, lang)
	}
	for _, h := range cal.Hours {
		rows = append(rows, web.HoursRow{Agency: name(h.Agency), Windows: models.WindowsText(h.Windows), From: plainDate(h.From), Source: h.Source, Own: h.Agency != ""})
	}
	for _, d := range cal.HalfDays {
		rows = append(rows, web.HoursRow{Agency: name(d.Agency), Windows: models.WindowsText(d.Windows), Day: plainDate(d.Date), Name: d.Name, Source: d.Source, Own: d.Agency != ""})
	}
	slices.SortStableFunc(rows, func(a, b web.HoursRow) int {
		switch {
		case a.Own == b.Own:
			return 0
		case b.Own:
			return -1
		}
		return 1
	})
	return rows
}

// typedHours reads an agency and windows of a form. What may be meant when no agency is
// clear is returned to be chosen from.
func (s *server) typedHours(c *fiber.Ctx, what string) (agency string, windows []models.Window, choices []web.Option) {
	if typed := typedLine(c, what+".agency"); typed != "" {
		if agency, choices = s.findAgency(typed, of(c.UserContext()).Lang); agency == "" {
			agency = typed // is known to nobody, and refused
		}
	}
	return agency, models.ReadWindows(typedLine(c, what+".windows")), choices
}
