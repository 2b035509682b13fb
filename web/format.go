package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kiennghi/models"
)

// format writes dates, times and numbers as readers of one language do, in Viet Nam's
// time zone. A nil time is written as nothing.
type format struct {
	lang string
	now  func() time.Time
	t    func(key string, args ...any) string
}

// number writes a number in groups of three.
func number(lang string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	mark := "."
	if lang == "en" {
		mark = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

func (f format) num(n int) string { return number(f.lang, int64(n)) }

// timeOf takes a time.Time or a *time.Time; false when there is none.
func timeOf(v any) (time.Time, bool) {
	switch t := v.(type) {
	case time.Time:
		return t.In(models.VietNam), !t.IsZero()
	case *time.Time:
		if t != nil {
			return t.In(models.VietNam), !t.IsZero()
		}
	}
	return time.Time{}, false
}

// stamp encloses the words for a moment in a time element.
func stamp(t time.Time, words string) template.HTML {
	return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `">` + template.HTMLEscapeString(words) + `</time>`)
}

// plainDay is day for a date in the form 2006-01-02; another text is shown as it is.
func (f format) plainDay(date string) template.HTML {
	t, err := time.ParseInLocation(time.DateOnly, date, models.VietNam)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(date))
	}
	return f.day(t)
}

// date writes 05/03/2026, in English 5 March 2026.
func (f format) date(v any) template.HTML {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	return stamp(t, f.dateWords(t))
}

func (f format) dateWords(t time.Time) string {
	if f.lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("02/01/2006")
}

var weekdays = [...]string{"Chủ Nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}

// day writes a date with its weekday: thứ Năm 05/03/2026.
func (f format) day(v any) template.HTML {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	return stamp(t, f.dayWords(t))
}

func (f format) dayWords(t time.Time) string {
	if f.lang == "en" {
		return t.Format("Monday ") + f.dateWords(t)
	}
	return weekdays[t.Weekday()] + " " + f.dateWords(t)
}

// when writes a moment: 17:00 thứ Năm 05/03/2026.
func (f format) when(v any) template.HTML {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	join := " "
	if f.lang == "en" {
		join = ", "
	}
	return stamp(t, t.Format("15:04")+join+f.dayWords(t))
}

// ago writes how long ago a moment was: 3 ngày trước. It stands beside the real date only.
func (f format) ago(v any) string {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	return f.span("ago", f.now().Sub(t), t)
}

// left writes how much time is left until a deadline, or by how much it is overdue:
// còn 2 ngày, quá hạn 3 ngày.
func (f format) left(v any) string {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	if late := f.now().Sub(t); late > 0 {
		return f.span("late", late, t)
	}
	return f.span("left", t.Sub(f.now()), t)
}

// capital writes the first letter large: for words that stand alone.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// span says a duration in its largest unit. Days are those of the calendar, so that what
// is due tomorrow has one day left in the morning and in the evening.
func (f format) span(what string, d time.Duration, until time.Time) string {
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	days := int(midnight(until).Sub(midnight(f.now().In(models.VietNam))).Hours() / 24)
	if days < 0 {
		days = -days
	}
	switch {
	case days >= 365:
		return f.t("format."+what+".years", days/365)
	case days >= 60:
		return f.t("format."+what+".months", days/30)
	case days >= 1 && d >= 6*time.Hour:
		return f.t("format."+what+".days", days)
	case d >= time.Hour:
		return f.t("format."+what+".hours", int(d/time.Hour))
	default:
		return f.t("format."+what+".minutes", max(1, int(d/time.Minute)))
	}
}

// size writes the size of a file.
func (f format) size(bytes int64) string {
	mark := ","
	if f.lang == "en" {
		mark = "."
	}
	switch {
	case bytes >= 1<<20:
		return strings.Replace(fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)), ".", mark, 1)
	case bytes >= 1<<10:
		return number(f.lang, bytes>>10) + " KB"
	}
	return number(f.lang, bytes) + " B"
}
