package models

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Window is a time of the day in which an office is open, in Viet Nam's time.
type Window struct {
	From string `json:"from"` // 07:30
	To   string `json:"to"`   // 11:30
}

// OfficeHours are the windows of a working day, in their order.
type OfficeHours struct {
	Agency  string   `json:"agency,omitempty"` // whose; empty: of all that have none of their own
	From    string   `json:"from,omitempty"`   // first day, 2006-01-02; empty: since ever
	Windows []Window `json:"windows"`
	Source  string   `json:"source"`
}

// HalfDay is a working day on which offices are open for some of it only.
type HalfDay struct {
	Date    string   `json:"date"` // 2006-01-02
	Name    string   `json:"name"`
	Agency  string   `json:"agency,omitempty"` // whose; empty: of all
	Windows []Window `json:"windows"`
	Source  string   `json:"source"`
}

// maxWindows is how many windows a day may have.
const maxWindows = 4

// windows returns when the agency's office is open on a working day: as the calendar says
// for that very day, else for the agency, else for all.
func (r *Rules) windows(day time.Time, agency string) []Window {
	cal := &r.now.Load().cal
	date := day.Format(time.DateOnly)
	for _, whose := range []string{agency, ""} {
		if i := slices.IndexFunc(cal.HalfDays, func(h HalfDay) bool { return h.Date == date && h.Agency == whose }); i >= 0 {
			return cal.HalfDays[i].Windows
		}
	}
	for _, whose := range []string{agency, ""} {
		var last *OfficeHours
		for i := range cal.Hours {
			if h := &cal.Hours[i]; h.Agency == whose && h.From <= date && (last == nil || h.From > last.From) {
				last = h
			}
		}
		if last != nil {
			return last.Windows
		}
	}
	return nil
}

// span returns the times of a window on a day; zero times when it cannot be read.
func (w Window) span(day time.Time) (from, to time.Time) {
	a, err1 := time.Parse("15:04", w.From)
	b, err2 := time.Parse("15:04", w.To)
	if err1 != nil || err2 != nil {
		return day, day
	}
	at := func(t time.Time) time.Time {
		return day.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	}
	return at(a), at(b)
}

// ReadWindows reads windows as they are typed, "7:30-11:30, 13:30–17:00". What is none
// stays as it is, for the check to refuse.
func ReadWindows(text string) []Window {
	var windows []Window
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		from, to, _ := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		windows = append(windows, Window{clockTime(from), clockTime(to)})
	}
	return windows
}

// clockTime writes 7:30 as 07:30.
func clockTime(text string) string {
	text = strings.TrimSpace(text)
	if t, err := time.Parse("15:04", text); err == nil {
		return t.Format("15:04")
	}
	return text
}

// WindowsText writes windows as they are read.
func WindowsText(windows []Window) string {
	parts := make([]string, len(windows))
	for i, w := range windows {
		parts[i] = w.From + "–" + w.To
	}
	return strings.Join(parts, ", ")
}

// windows checks windows: at least one, each with an end after its beginning, in their order.
func (c *fieldCheck) windows(windows []Window) {
	if len(windows) == 0 {
		c.add("windows", "required", 0)
		return
	}
	if len(windows) > maxWindows {
		c.add("windows", "too_many", maxWindows)
		return
	}
	end := ""
	for _, w := range windows {
		_, err1 := time.Parse("15:04", w.From)
		_, err2 := time.Parse("15:04", w.To)
		if err1 != nil || err2 != nil || len(w.From) != 5 || len(w.To) != 5 || w.From <= end || w.To <= w.From {
			c.add("windows", "not_windows", 0)
			return
		}
		end = w.To
	}
}

// whose checks the agency whose hours they are; empty: all.
func (c *fieldCheck) whose(agency string, tree *Tree) {
	if a, ok := tree.Get(agency); agency != "" && (!ok || !a.Assignable()) {
		c.add("agency", "unknown", 0)
	}
}

// check checks office hours, which begin tomorrow at the earliest and after those before.
func (h *OfficeHours) check(ref *Reference, today string) (c fieldCheck) {
	h.Source = CleanLine(h.Source)
	c.whose(h.Agency, ref.Tree)
	c.tomorrow("from", h.From, today)
	c.windows(h.Windows)
	c.text("source", h.Source, 1, MaxPlace)
	if cal := ref.Rules.Calendar(); slices.ContainsFunc(cal.Hours, func(x OfficeHours) bool {
		return x.Agency == h.Agency && x.From >= cmp.Or(h.From, "9")
	}) {
		c.add("from", "hours_follow", 0)
	}
	return c
}

// check checks a half-day: a working day, today at the earliest, of which nothing is known yet.
// A year whose calendar is not known is refused.
func (h *HalfDay) check(ref *Reference, today string) (c fieldCheck) {
	h.Name, h.Source = CleanLine(h.Name), CleanLine(h.Source)
	c.whose(h.Agency, ref.Tree)
	if day := c.day("date", h.Date, today); !day.IsZero() {
		var unknown *NoCalendarError
		switch working, _, err := ref.Rules.working(day); {
		case errors.As(err, &unknown):
			c.add("date", "year_unknown", unknown.Year)
		case !working:
			c.add("date", "not_a_workday", 0)
		}
	}
	c.text("name", h.Name, 1, MaxPlace)
	c.windows(h.Windows)
	c.text("source", h.Source, 1, MaxPlace)
	if cal := ref.Rules.Calendar(); slices.ContainsFunc(cal.HalfDays, func(x HalfDay) bool {
		return x.Date == h.Date && x.Agency == h.Agency
	}) {
		c.add("date", "half_day_known", 0)
	}
	return c
}
