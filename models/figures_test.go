package models

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestFigures(t *testing.T) {
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, VietNam)
	due := &Due{At: at.AddDate(0, 0, -1)}
	before, after := due.At.Add(-time.Second), due.At.Add(time.Second)
	newYear := time.Date(2025, 12, 31, 23, 59, 0, 0, VietNam)
	x := NewFigures(at)
	for _, f := range []Feedback{
		{Status: Answered, Due: due, AnsweredAt: &due.At, Rating: &Rating{Score: 5}, CreatedAt: at, Agency: "bxd", Field: "dien", Province: "79"},
		{Status: Closed, Due: due, AnsweredAt: &after, Rating: &Rating{Score: 2}, CreatedAt: at, Agency: "bxd", Field: "dien", Province: "01"},
		{Status: Answered, Due: due, AnsweredAt: &before, CreatedAt: newYear, Agency: "bct"},
		{Status: InProgress, Due: due, CreatedAt: at, Agency: "bxd", Rating: &Rating{Score: 1}}, // reopened: the answer that was rated did not do
		{Status: Received, CreatedAt: at.AddDate(0, -2, 0)},
		{Status: Refused, CreatedAt: at, Refusal: &Refusal{Ground: "khieu_nai"}, Province: "79"},
		{Status: Withdrawn, CreatedAt: at},
		{Status: Received, Kind: Spam, CreatedAt: at},
	} {
		x.Count(&f)
	}
	if len(x.Years) != 2 || x.Years[2025].Total != (Tally{Received: 1, Answered: 1, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1}) || x.Years[2025].Months[11].Received != 1 {
		t.Errorf("the year before: %+v", x.Years[2025])
	}
	p := x.Years[2026]
	if want := (Tally{Received: 6, Answered: 2, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1, Open: 2, Overdue: 1, Refused: 1, Withdrawn: 1, Rated: 2, Stars: 7}); p.Total != want {
		t.Errorf("%+v, want %+v", p.Total, want)
	}
	if p.Months[2].Received != 5 || p.Months[0].Received != 1 || p.Grounds["khieu_nai"] != 1 || p.Scores != [5]int{0, 1, 0, 0, 1} {
		t.Errorf("%+v", p)
	}
	if *p.Agencies["bxd"] != (Tally{Received: 3, Answered: 2, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1, Open: 1, Overdue: 1, Rated: 2, Stars: 7}) || len(p.Agencies) != 1 || p.Provinces["79"].Received != 2 || len(p.Fields) != 1 {
		t.Errorf("%+v", p)
	}
	b, err := json.Marshal(x)
	var again Figures
	if err != nil || json.Unmarshal(b, &again) != nil || !reflect.DeepEqual(x.Years, again.Years) {
		t.Errorf("%v: %s", err, b)
	}
}
