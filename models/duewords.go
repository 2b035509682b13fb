package models

import (
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// dueWords are the words that a date explains itself with.
type dueWords struct {
	from, extended, paused, moved, weekend string

	stepStart, stepBefore, fromNext, stepTerm, stepAdded, stepPaused, stepFirst, stepSkipped, stepOff, stepEnd string

	stepExtension, stepPause, stepOriginal, stepExtended, stepWaiting, stepStopped, stepStoppedUndated, nobody, inTime, late string

	noCalendar, noRule, termRuns, notCounted string // of a clock without a date

	stepSorted string // of a clock of whose the case is

	starts map[Start][2]string // what a clock started with, and the day of that; "" is a receipt

	lang     string
	units    map[Unit]string
	weekdays [7]string
}

var dueWordsVI = dueWords{
	from: "tính từ", extended: "gia hạn", paused: "tạm dừng", weekend: "cuối tuần",
	moved:       "%s là %s, chuyển sang ngày làm việc tiếp theo",
	stepStart:   "%s: %s, %s (giờ Việt Nam).",
	stepBefore:  "Trước đó vụ việc được xếp loại khác, thời hạn tính từ %s; thời hạn này tính từ khi xác định đó là khiếu nại hoặc tố cáo.",
	fromNext:    " Ngày %s không tính.",
	stepTerm:    "Thời hạn: %s (%s).",
	stepAdded:   "Gia hạn thêm: %s.",
	stepPaused:  "Thời gian tạm dừng, cộng thêm: %s.",
	stepFirst:   "Tính từ: %s, %s.",
	stepSkipped: "Không tính ngày nghỉ: %s.",
	stepOff:     "Ngày cuối %s, %s là ngày nghỉ (%s): chuyển sang ngày làm việc tiếp theo.",
	stepEnd:     "Hết hạn: %s, %s.",

	stepExtension:      "Gia hạn lúc %s, thêm %s, vì: %s",
	stepPause:          "Tạm dừng từ %s đến %s, chờ người gửi bổ sung.",
	stepOriginal:       "Hạn ban đầu: %s.",
	stepExtended:       "Hạn sau gia hạn, chưa cộng thời gian tạm dừng: %s.",
	stepWaiting:        "Đang tạm dừng từ %s, chờ người gửi bổ sung; khi có trả lời thì tính tiếp.",
	stepStopped:        "Thời hạn trước, của %s: tính từ %s, hạn %s; dừng lúc %s, %s.",
	stepStoppedUndated: "Thời hạn trước, của %s: tính từ %s, chưa có ngày hết hạn vì chưa đủ lịch nghỉ lễ; dừng lúc %s.",
	nobody:             "cơ quan tiếp nhận", inTime: "khi còn trong hạn", late: "khi đã quá hạn",

	noCalendar: "Chưa có hạn trả lời: chưa có lịch nghỉ lễ năm %d nên chưa tính được ngày.",
	noRule:     "Chưa có hạn trả lời: chưa có quy định thời hạn cho vụ việc này.",
	termRuns:   "Thời hạn %s vẫn tính từ %s.",
	notCounted: "Chưa tính được ngày: chưa có lịch nghỉ lễ năm %d.",
	stepSorted: "Phân loại, chuyển tại %s: tính từ %s, hạn %s; xong lúc %s, %s.",

	starts: map[Start][2]string{"": {"nhận", "nhận"}, Accepting: {"thụ lý", "thụ lý"}, Reclassified: {"phân loại lại", "phân loại lại"}, Requested: {"yêu cầu", "yêu cầu"}, Detection: {"phát hiện", "phát hiện"}, AfterDue: {"hết hạn", "hết hạn"}},

	lang:     "vi",
	units:    map[Unit]string{CalendarDays: "ngày", WorkingDays: "ngày làm việc", Hours: "giờ", OpenHours: "giờ làm việc"},
	weekdays: [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
}

var dueWordsEN = dueWords{
	from: "counted from", extended: "extended by", paused: "paused for", weekend: "weekend",
	moved:       "%s is a day off (%s), so it ends on the next working day",
	stepStart:   "%s: %s, %s (Viet Nam time).",
	stepBefore:  "Before, the case was taken for something else, due by a term from %s; this term runs from when it was found to be a complaint or denunciation.",
	fromNext:    " The day of %s is not counted.",
	stepTerm:    "Term: %s (%s).",
	stepAdded:   "Extended by: %s.",
	stepPaused:  "Time that the clock stood still, added: %s.",
	stepFirst:   "Counted from: %s, %s.",
	stepSkipped: "Days off, not counted: %s.",
	stepOff:     "The last day, %s, %s, is a day off (%s): it ends on the next working day.",
	stepEnd:     "Due: %s, %s.",

	stepExtension:      "Extended at %s by %s, because: %s",
	stepPause:          "Stood still from %s to %s, waiting for the sender.",
	stepOriginal:       "Due at first: %s.",
	stepExtended:       "Due with the extension, without the time it stood still: %s.",
	stepWaiting:        "Standing still since %s, waiting for the sender; it goes on when they answer.",
	stepStopped:        "The term before, of %s: from %s, due %s; stopped at %s, %s.",
	stepStoppedUndated: "The term before, of %s: from %s, without a date because the public holidays were not all known; stopped at %s.",
	nobody:             "the receiving office", inTime: "while it was in time", late: "when it was overdue",

	noCalendar: "No due date yet: the public holidays of %d are not known, so the day cannot be counted.",
	noRule:     "No due date yet: no rule says how long an answer to this case may take.",
	termRuns:   "The term of %s runs from %s all the same.",
	notCounted: "The day cannot be counted yet: the public holidays of %d are not known.",
	stepSorted: "Sorted at %s: from %s, due %s; done at %s, %s.",

	starts: map[Start][2]string{"": {"received", "receipt"}, Accepting: {"accepted", "acceptance"}, Reclassified: {"reclassified", "the reclassification"}, Requested: {"requested", "the request"}, Detection: {"detected", "detection"}, AfterDue: {"due before", "the due date"}},

	lang:     "en",
	units:    map[Unit]string{CalendarDays: "days", WorkingDays: "working days", Hours: "hours", OpenHours: "office hours"},
	weekdays: [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

func dueWordsIn(lang string) *dueWords {
	if lang == "en" {
		return &dueWordsEN
	}
	return &dueWordsVI
}

// capital is a text with a capital letter at its beginning.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (w *dueWords) amount(n int, u Unit) string {
	unit := w.units[u]
	if w == &dueWordsEN && n == 1 {
		unit = unit[:len(unit)-1]
	}
	return strconv.Itoa(n) + " " + unit
}

// pause is how long a clock stood still.
func (w *dueWords) pause(d *Due) string {
	switch d.Unit {
	case CalendarDays, WorkingDays:
		return w.amount(int(d.paused()/(24*time.Hour)), d.Unit)
	}
	return fmt.Sprintf("%d:%02d %s", int(d.paused().Hours()), int(d.paused().Minutes())%60, w.units[d.Unit])
}

// dayOff is why the last day of a term is one.
func (w *dueWords) dayOff(d *Due) string {
	if d.DayOffEN != "" {
		return TextPair{VI: d.DayOff, EN: d.DayOffEN}.In(w.lang)
	}
	for i, name := range dueWordsVI.weekdays {
		if name == d.DayOff {
			return w.weekdays[i]
		}
	}
	return d.DayOff
}

func (w *dueWords) weekday(t time.Time) string { return w.weekdays[t.Weekday()] }

// Convention says how terms in a unit are counted, in Vietnamese ("vi") or English. What is
// shown with a date; the Civil Code 2015 Art. 147 and 148 is behind it but for 17:00, which
// is the program's own.
func Convention(u Unit, lang string) string {
	if lang == "en" {
		return conventionsEN[u]
	}
	return conventionsVI[u]
}

var conventionsVI = map[Unit]string{
	CalendarDays: "Ngày nhận là ngày theo giờ Việt Nam, kể cả ban đêm và ngày nghỉ; tính từ ngày tiếp theo; tính cả ngày nghỉ; hết hạn lúc 17:00 ngày cuối; ngày cuối là ngày nghỉ thì chuyển sang ngày làm việc tiếp theo.",
	WorkingDays:  "Ngày nhận là ngày theo giờ Việt Nam, kể cả ban đêm và ngày nghỉ; tính từ ngày làm việc tiếp theo; chỉ tính ngày làm việc; hết hạn lúc 17:00 ngày cuối.",
	Hours:        "Tính theo giờ liên tục từ lúc bắt đầu, kể cả ban đêm và ngày nghỉ.",
	OpenHours:    "Chỉ tính giờ làm việc của cơ quan trong ngày làm việc, theo giờ Việt Nam.",
}

var conventionsEN = map[Unit]string{
	CalendarDays: "The day of receipt is the date in Viet Nam, also at night or on a day off; counting starts with the next day; days off count; the term ends at 17:00 of its last day; when that is a day off, it ends on the next working day.",
	WorkingDays:  "The day of receipt is the date in Viet Nam, also at night or on a day off; counting starts with the next working day; only working days count; the term ends at 17:00 of its last day.",
	Hours:        "Hours are counted without a break from the moment of the start, also at night and on days off.",
	OpenHours:    "Only the office hours of working days are counted, in Viet Nam's time.",
}
