package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
)

// calendarCommand prints the days off of a year and the days worked for them, and what
// administrators added to them in the store, if there is one.
type calendarCommand struct {
	Year int  `arg:"" help:"Year, for example 2026."`
	JSON bool `help:"Print JSON."`
}

// yearOut is what is printed as JSON.
type yearOut struct {
	Year       int                  `json:"year"`
	Holidays   []models.Holiday     `json:"holidays"`
	Workdays   []models.Workday     `json:"workdays"`
	HalfDays   []models.HalfDay     `json:"half_days"`
	Hours      []models.OfficeHours `json:"office_hours"`
	Store      string               `json:"store"`      // where amendments were read from, empty: there is none
	Amendments []amendment          `json:"amendments"` // those in the lists above
}

// Run prints the year. A year that is not known is an error.
func (y calendarCommand) Run(ctx context.Context, c *console) error {
	data, err := readDated(ctx, c)
	if err != nil {
		return err
	}
	cal := data.rules().Calendar()
	if !slices.Contains(cal.Years, y.Year) {
		return fmt.Errorf("the official calendar of %d is not loaded; there are those of %s", y.Year, strings.Trim(fmt.Sprint(cal.Years), "[]"))
	}
	out := y.of(&cal, data)
	if y.JSON {
		return c.json(out)
	}
	c.printf("Ngày nghỉ năm %d\n", y.Year)
	for _, h := range out.Holidays {
		kind := ""
		if h.Swap {
			kind = " [hoán đổi]"
		}
		if h.Confidence == "unconfirmed" {
			kind += " [chưa xác nhận]"
		}
		c.printf("%s  %s%s\n            nguồn: %s\n", dayLine(h.Date), h.Name, kind, h.Source)
	}
	c.printf("\nNgày nghỉ hằng tuần phải làm việc (làm bù) năm %d\n", y.Year)
	for _, w := range out.Workdays {
		c.printf("%s  làm bù cho ngày nghỉ %s\n            nguồn: %s\n", dayLine(w.Date), dayLine(w.For), w.Source)
	}
	if len(out.Workdays) == 0 {
		c.printf("không có\n")
	}
	data.print(c, out.Amendments)
	return nil
}

// of picks what concerns the year, in the order of its days, with sources spelt out.
func (y calendarCommand) of(cal *models.Calendar, data *dated) yearOut {
	in := func(date string) bool { return strings.HasPrefix(date, fmt.Sprint(y.Year, "-")) }
	begun := func(from string) bool { return from == "" || from[:4] <= fmt.Sprint(y.Year) }
	out := yearOut{Year: y.Year, Holidays: []models.Holiday{}, Workdays: []models.Workday{}, HalfDays: []models.HalfDay{},
		Hours: []models.OfficeHours{}, Store: data.store, Amendments: []amendment{}}
	for _, h := range cal.Holidays {
		if in(h.Date) {
			h.Source = cal.SourceText(h.Source)
			out.Holidays = append(out.Holidays, h)
		}
	}
	for _, w := range cal.Workdays {
		if in(w.Date) {
			w.Source = cal.SourceText(w.Source)
			out.Workdays = append(out.Workdays, w)
		}
	}
	for _, h := range cal.HalfDays {
		if in(h.Date) {
			out.HalfDays = append(out.HalfDays, h)
		}
	}
	for _, h := range cal.Hours {
		if begun(h.From) {
			out.Hours = append(out.Hours, h)
		}
	}
	slices.SortStableFunc(out.Holidays, func(a, b models.Holiday) int { return strings.Compare(a.Date, b.Date) })
	slices.SortStableFunc(out.Workdays, func(a, b models.Workday) int { return strings.Compare(a.Date, b.Date) })
	for i := range data.amendments {
		a := &data.amendments[i]
		if a.Holiday != nil && in(a.Holiday.Date) || a.Workday != nil && in(a.Workday.Date) || a.HalfDay != nil && in(a.HalfDay.Date) ||
			a.Hours != nil && begun(a.Hours.From) || a.Year == y.Year {
			out.Amendments = append(out.Amendments, shown(a))
		}
	}
	return out
}

// dayLine is a date of the calendar with its weekday.
func dayLine(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%s %s", date, [...]string{"CN", "T2", "T3", "T4", "T5", "T6", "T7"}[day.Weekday()])
}
