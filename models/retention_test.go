package models

import (
	"testing"
	"time"
)

func TestRetentionInForce(t *testing.T) {
	rows := []Retention{
		{Key: "old", What: KeptIdentity, ValidFrom: "2026-01-01", ValidTo: "2026-06-30"},
		{Key: "new", What: KeptIdentity, ValidFrom: "2026-07-01"},
		{Key: "draft", What: KeptDraft, ValidFrom: "2026-01-01"},
	}
	for at, want := range map[string]string{
		"2025-12-31T16:59:59Z": "", "2025-12-31T17:00:00Z": "old", // midnight in Viet Nam
		"2026-06-30T16:59:59Z": "old", "2026-06-30T17:00:00Z": "new", "2031-01-01T00:00:00Z": "new",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if r := RetentionOf(rows, KeptIdentity, moment); r != nil {
			got = r.Key
		}
		if got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

func TestRetentionUntil(t *testing.T) {
	start := time.Date(2026, 1, 30, 20, 0, 0, 0, time.UTC) // 31 January in Viet Nam
	for want, r := range map[string]*Retention{
		"2026-03-02T20:00:00Z": {Term: 1, Unit: RetentionMonths},
		"2031-01-30T20:00:00Z": {Term: 60, Unit: RetentionMonths},
		"2026-01-31T20:00:00Z": {Term: 24, Unit: RetentionHours},
	} {
		if got, ok := r.Until(start); !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%d %s: %v %v, want %s", r.Term, r.Unit, got, ok, want)
		}
	}
	for _, r := range []*Retention{nil, {}, {Term: 5, Unit: "years"}} {
		if got, ok := r.Until(start); ok {
			t.Errorf("%+v ends at %v", r, got)
		}
	}
}

func TestIdentityPastItsTerm(t *testing.T) {
	now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	ago := func(months, days int) time.Time { return now.AddDate(0, -months, -days) }
	r := &Retention{Term: 60, Unit: RetentionMonths}
	ended := func(s Status, at time.Time) []Summary { return []Summary{{Status: s, UpdatedAt: at}} }
	for name, c := range map[string]struct {
		row      *Retention
		changed  time.Time
		sessions []Session
		requests []DataRequest
		cases    []Summary
		past     bool
		again    time.Time
	}{
		"ended a second too late":      {row: r, changed: ago(70, 0), cases: ended(Closed, ago(60, 0).Add(time.Second)), again: now.Add(time.Second)},
		"ended just long enough":       {row: r, changed: ago(70, 0), cases: ended(Closed, ago(60, 0)), past: true},
		"answered":                     {row: r, changed: ago(70, 0), cases: ended(Answered, ago(61, 0)), past: true},
		"refused and withdrawn":        {row: r, changed: ago(70, 0), cases: append(ended(Refused, ago(61, 0)), ended(Withdrawn, ago(62, 0))...), past: true},
		"one of two is younger":        {row: r, changed: ago(70, 0), cases: append(ended(Closed, ago(61, 0)), ended(Closed, ago(59, 0))...), again: now.AddDate(0, 1, 0)},
		"one is open":                  {row: r, changed: ago(70, 0), cases: append(ended(Closed, ago(61, 0)), ended(InProgress, ago(61, 0))...), again: now.Add(retentionWait)},
		"merged into one that goes":    {row: r, changed: ago(70, 0), cases: ended(Merged, ago(61, 0)), again: now.Add(retentionWait)},
		"the person changed":           {row: r, changed: ago(10, 0), cases: ended(Closed, ago(61, 0)), again: now.Add(RetentionLook)},
		"no case at all":               {row: r, changed: ago(60, 1), past: true},
		"signed in":                    {row: r, changed: ago(70, 0), sessions: []Session{{ExpiresAt: now.Add(time.Hour)}}, again: now.Add(retentionWait)},
		"was signed in":                {row: r, changed: ago(70, 0), sessions: []Session{{ExpiresAt: now}}, past: true},
		"asked for their data":         {row: r, changed: ago(70, 0), requests: []DataRequest{{Status: DataOpen}}, again: now.Add(retentionWait)},
		"had asked for their data":     {row: r, changed: ago(70, 0), requests: []DataRequest{{Status: DataDone}, {Status: DataRefused}}, past: true},
		"no term":                      {row: &Retention{}, changed: ago(700, 0), again: now.Add(RetentionLook)},
		"nothing is in force":          {changed: ago(700, 0), again: now.Add(RetentionLook)},
		"a term that is long not over": {row: r, changed: ago(0, 0), again: now.Add(RetentionLook)},
	} {
		t.Run(name, func(t *testing.T) {
			u := NewIdentityUse(&Person{UpdatedAt: c.changed}, c.sessions, c.requests, now)
			for i := range c.cases {
				u.Add(&c.cases[i])
			}
			past, again := u.Past(c.row, now)
			if past != c.past || !again.Equal(c.again) {
				t.Errorf("past %v, again %v; want %v, %v", past, again, c.past, c.again)
			}
		})
	}
}

func TestSeveredPeopleAreNotLookedAt(t *testing.T) {
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	p := &Person{CreatedAt: now}
	if at := p.LookAt(); at == nil || !at.Equal(now.Add(RetentionLook)) {
		t.Errorf("a new one: %v", at)
	}
	later := now.AddDate(1, 0, 0)
	p.RetainAt = &later
	if at := p.LookAt(); at == nil || !at.Equal(later) {
		t.Errorf("one that was looked at: %v", at)
	}
	p.Sever(now)
	if at := p.LookAt(); at != nil {
		t.Errorf("a severed one: %v", at)
	}
}
