package models

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Holiday is a public holiday or a day off swapped with a worked Saturday.
type Holiday struct {
	Date       string `json:"date"`              // 2006-01-02
	Name       string `json:"name"`              // Vietnamese
	NameEN     string `json:"name_en,omitempty"` // English; empty: as in Vietnamese
	Swap       bool   `json:"swap,omitempty"`
	Source     string `json:"source"`
	Confidence string `json:"confidence,omitempty"`
}

// Names are the names in both languages.
func (h *Holiday) Names() TextPair { return TextPair{VI: h.Name, EN: cmp.Or(h.NameEN, h.Name)} }

// Workday is a Saturday that is worked in exchange for a day off.
type Workday struct {
	Date   string `json:"date"`
	For    string `json:"for"`
	Source string `json:"source"`
}

// Calendar is the official calendar of state offices. Years without data are refused.
type Calendar struct {
	Years    []int             `json:"years"`
	Sources  map[string]string `json:"sources"` // what the short names in Source stand for
	Holidays []Holiday         `json:"holidays"`
	Workdays []Workday         `json:"workdays"`
	HalfDays []HalfDay         `json:"half_days"`
	Hours    []OfficeHours     `json:"office_hours"`
}

// SourceText spells out the short names of sources, "MOHA9441 PYHOL"; any other text stays.
func (c *Calendar) SourceText(source string) string {
	words := strings.Fields(source)
	for i, w := range words {
		full, ok := c.Sources[w]
		if !ok {
			return source
		}
		words[i] = full
	}
	return strings.Join(words, "; ")
}

// OfficeClose is when a term ends on its last day: 17:00 in Viet Nam. This is the
// convention shown with every date; Civil Code 2015 Art. 148(6) says 24:00.
const OfficeClose = 17 * time.Hour

// dayIndex finds a day of the calendar by its number, 20260213.
type dayIndex struct {
	years   map[int]bool
	off     map[int]TextPair // name of the day off
	workday map[int]bool     // swapped Saturdays
}

func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return y*10000 + int(m)*100 + d
}

func (c *Calendar) index() dayIndex {
	x := dayIndex{map[int]bool{}, map[int]TextPair{}, map[int]bool{}}
	for _, y := range c.Years {
		x.years[y] = true
	}
	for _, h := range c.Holidays {
		if day, err := time.Parse(time.DateOnly, h.Date); err == nil {
			x.off[dayNumber(day)] = h.Names()
		}
	}
	for _, w := range c.Workdays {
		if day, err := time.Parse(time.DateOnly, w.Date); err == nil {
			x.workday[dayNumber(day)] = true
		}
	}
	return x
}

// NoCalendarError says that a date cannot be counted because the official calendar of the
// year is not known.
type NoCalendarError struct{ Year int }

func (e *NoCalendarError) Error() string {
	return fmt.Sprintf("the official calendar of %d is not loaded", e.Year)
}

// Knows reports whether the official calendar of a year is loaded.
func (r *Rules) Knows(year int) bool { return r.now.Load().days.years[year] }

// working reports whether state offices work on that day, else why not.
func (r *Rules) working(day time.Time) (bool, TextPair, error) {
	x := &r.now.Load().days
	if !x.years[day.Year()] {
		return false, TextPair{}, &NoCalendarError{day.Year()}
	}
	n := dayNumber(day)
	switch name, off := x.off[n]; {
	case off:
		return false, name, nil
	case x.workday[n]:
		return true, TextPair{}, nil
	case day.Weekday() == time.Saturday || day.Weekday() == time.Sunday:
		return false, TextPair{VI: dueWordsVI.weekday(day), EN: dueWordsEN.weekday(day)}, nil
	}
	return true, TextPair{}, nil
}
