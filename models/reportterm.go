package models

import "time"

// ReportTerm says on which day the figures of a reported quarter end: that day of its last month,
// so that the fourth quarter's is the end of the year's. Like rules they are dated data.
type ReportTerm struct {
	LastDay      int    `json:"last_day"`
	LegalBasis   string `json:"legal_basis"`
	LegalBasisEN string `json:"legal_basis_en"`
	ValidFrom    string `json:"valid_from"` // 2006-01-02
	ValidTo      string `json:"valid_to,omitempty"`
	Confidence   string `json:"confidence"` // as of a Rule
	Note         string `json:"note,omitempty"`
}

// ReportTermOn returns the one that is in force on the day of t in Viet Nam, nil when none is.
func ReportTermOn(terms []ReportTerm, t time.Time) *ReportTerm {
	day := t.In(VietNam).Format(time.DateOnly)
	for i := range terms {
		if x := &terms[i]; x.ValidFrom <= day && (x.ValidTo == "" || day <= x.ValidTo) {
			return x
		}
	}
	return nil
}

// QuarterOf returns the year and the quarter, 0 to 3, in which something of that time is reported.
func (x *ReportTerm) QuarterOf(t time.Time) (year, quarter int) {
	year, month, day := t.In(VietNam).Date()
	quarter = int(month-1) / 3
	if month%3 == 0 && day > x.LastDay {
		quarter++
	}
	return year + quarter/4, quarter % 4
}

// Quarter returns the first and the last day of a quarter, 0 to 3, as it is reported.
func (x *ReportTerm) Quarter(year, quarter int) (first, last time.Time) {
	end := func(quarter int) time.Time {
		return time.Date(year, time.Month(3*quarter+3), x.LastDay, 0, 0, 0, 0, VietNam)
	}
	return end(quarter-1).AddDate(0, 0, 1), end(quarter)
}
