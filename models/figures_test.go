package models

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
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
		{Status: Answered, Undated: &Undated{Year: 2026}, AnsweredAt: &before, CreatedAt: at, Agency: "bct"},
		{Status: Answered, Due: due, AnsweredAt: &before, CreatedAt: at, Agency: "bct", Clocks: []StoppedClock{ // passed on late, in time, without a date, and late again
			{Agency: "bxd", Due: *due, At: after}, {Agency: "bct", Due: *due, At: due.At}, {Agency: "bct", At: after}, {Agency: "bgd", Due: *due, At: after}, {Due: *due, At: after}}},
	} {
		x.Count(&f)
	}
	if len(x.Years) != 2 || x.Years[2025].Total != (Tally{Received: 1, Answered: 1, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1}) || x.Years[2025].Months[11].Received != 1 {
		t.Errorf("the year before: %+v", x.Years[2025])
	}
	p := x.Years[2026]
	if want := (Tally{Received: 8, Answered: 4, OnTime: 2, OnTimeFirst: 2, OnTimeExtended: 2, Undated: 1, LateBefore: 3, Open: 2, Overdue: 1, Refused: 1, Withdrawn: 1, Rated: 2, Stars: 7}); p.Total != want || p.Total.Timed() != 3 {
		t.Errorf("%+v, want %+v", p.Total, want)
	}
	if p.Months[2].Received != 7 || p.Months[2].LateBefore != 3 || p.Months[0].Received != 1 || p.Grounds["khieu_nai"] != 1 || p.Scores != [5]int{0, 1, 0, 0, 1} {
		t.Errorf("%+v", p)
	}
	if *p.Agencies["bxd"] != (Tally{Received: 3, Answered: 2, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1, LateBefore: 1, Open: 1, Overdue: 1, Rated: 2, Stars: 7}) || *p.Agencies["bgd"] != (Tally{LateBefore: 1}) || *p.Agencies["bct"] != (Tally{Received: 2, Answered: 2, OnTime: 1, OnTimeFirst: 1, OnTimeExtended: 1, Undated: 1}) || len(p.Agencies) != 3 || p.Provinces["79"].Received != 2 || len(p.Fields) != 1 {
		t.Errorf("%+v", p)
	}
	b, err := json.Marshal(x)
	var again Figures
	if err != nil || json.Unmarshal(b, &again) != nil || !reflect.DeepEqual(x.Years, again.Years) {
		t.Errorf("%v: %s", err, b)
	}
}

func TestFiguresBetweenAgencies(t *testing.T) {
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, VietNam)
	x := NewFigures(at)
	hands := func(n int, steps ...string) *Feedback {
		f := &Feedback{ID: DeriveID("case", string(rune('0'+n))), Status: Assigned, CreatedAt: at.Add(time.Duration(n) * time.Minute)}
		for i, to := range steps {
			e := Event{Event: ActForward, Agency: strings.TrimPrefix(to, "!"), Actor: "lan"}
			if i == 0 {
				e.Event = ActAssign
			}
			if strings.HasPrefix(to, "!") { // by the program
				e.Actor = ""
			}
			f.Timeline = append(f.Timeline, e, Event{Event: ActReturn, Agency: e.Agency})
		}
		return f
	}
	for i, steps := range [][]string{
		{"a", "b"},                // passed on, and kept
		{"a", "b", "a"},           // to and fro
		{"a", "b", "a", "b", "c"}, // likewise, and on
		{"a", "c", "d", "e"},      // three times, never back
		{"a", "b", "!a"},          // b was dissolved, and a is its heir
		{"b", "!c", "a"},          // two, after the program
	} {
		x.Count(hands(i, steps...))
	}
	got := x.Years[2026].Between.Passed
	want := map[string][3]int{"a b": {2, 2, 5}, "b c": {1, 0, 1}, "a c": {1, 0, 1}, "c d": {1, 0, 1}, "d e": {1, 0, 1}}
	for pair, w := range want {
		if p := got[pair]; p == nil || [3]int{p.Cases, p.Back, p.Times} != w {
			t.Errorf("%s: %+v, want %v", pair, p, w)
		}
	}
	if len(got) != len(want) || got["a b"].Latest[0].ID != hands(2).ID || len(got["a b"].Latest) != 2 {
		t.Errorf("%+v", got)
	}
	for i := range 5 { // the last three are remembered, in whatever order they are counted
		x.Count(hands(9-i, "a", "b", "a"))
	}
	if l := got["a b"].Latest; len(l) != latestPassed || l[0].ID != hands(9).ID || l[2].ID != hands(7).ID {
		t.Errorf("%+v", l)
	}
}

func TestFiguresOfContributors(t *testing.T) {
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, VietNam)
	early, due, late := at.Add(-3*time.Hour), at.Add(-2*time.Hour), at.Add(-time.Hour)
	x := NewFigures(at)
	x.Count(&Feedback{Status: Assigned, CreatedAt: at, Tasks: []Task{
		{Agency: "a", Status: TaskDone, DueAt: &due, EndedAt: &early},
		{Agency: "a", Status: TaskDone, DueAt: &due, EndedAt: &late},
		{Agency: "a", Status: TaskReturned, DueAt: &due, EndedAt: &late},
		{Agency: "a", Status: TaskOpen, DueAt: &due},
		{Agency: "a", Status: TaskOpen},
		{Agency: "a", Status: TaskCancelled, DueAt: &due, EndedAt: &late},
		{Agency: "b", Status: TaskDone, EndedAt: &late},
		{Agency: "b", Status: TaskMissed, DueAt: &due, EndedAt: &late},
		{Agency: "b", Status: TaskMissed, DueAt: &due, EndedAt: &early},
	}})
	h := x.Years[2026].Between.Helpers
	if want := (HelpTally{Asked: 5, Answered: 2, AnsweredLate: 2, Returned: 1, Open: 2, OpenLate: 1}); len(h) != 2 || *h["a"] != want || *h["b"] != (HelpTally{Asked: 3, Answered: 1, Missed: 2, AnsweredLate: 1}) {
		t.Errorf("%+v %+v", h["a"], h["b"])
	}
}

// TestFiguresBetweenOfTwoYears: what went to and fro longer ago is counted no more, and what an
// earlier program stored of it is read and not shown.
func TestFiguresBetweenOfTwoYears(t *testing.T) {
	x := NewFigures(time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC))
	for year := 2023; year <= 2026; year++ {
		x.Count(&Feedback{ID: strconv.Itoa(year), Kind: Ordinary, Agency: "a", CreatedAt: time.Date(year, 5, 1, 0, 0, 0, 0, time.UTC),
			Tasks: []Task{{Agency: "b", Status: TaskOpen}}})
	}
	for year, asked := range map[int]bool{2023: false, 2024: false, 2025: true, 2026: true} {
		if p := x.Years[year]; p.Total.Received != 1 || (p.Between.Helpers["b"] != nil) != asked {
			t.Errorf("%d: %+v", year, p.Between)
		}
	}
	x.Years[2023].Between.Helpers = map[string]*HelpTally{"b": {Asked: 1}} // as it was stored before
	delete(x.Years, 2025)
	if years := x.BetweenYears(); !slices.Equal(years, []int{2026}) {
		t.Errorf("years %v", years)
	}
}
