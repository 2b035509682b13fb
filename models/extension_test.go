package models

import (
	"testing"
	"time"
)

// TestAskedExtensionAndClock grants what was asked for by extending otherwise, and forgets a
// request with the clock that it was about.
func TestAskedExtensionAndClock(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, VietNam)
	lan, boss := Actor{ID: "lan", Staff: true, Agency: "a"}, Actor{ID: "boss", Staff: true, Agency: "a", Approver: true}
	due := Due{Rule: "x", Term: 10, Unit: CalendarDays, Start: now, At: now.AddDate(0, 0, 10), Extension: &Extension{Times: 1, Term: 5, Approver: true}}
	f := &Feedback{ID: "f", Status: Assigned, Agency: "a", Due: &due, Timeline: []Event{{Event: ActReceive}}}
	if _, err := f.AskExtension(boss, 2, "Chờ", now); err == nil {
		t.Error("an approver asked for what they may do")
	}
	if _, err := f.AskExtension(lan, 2, "Chờ", due.At.Add(time.Minute)); err == nil {
		t.Error("asked after the term was over")
	}
	if _, err := f.AskExtension(lan, 2, "Chờ", now); err != nil || f.Summary().RepliesWaiting != 1 {
		t.Fatalf("%v, %+v", err, f.Summary())
	}
	sealed := *f
	sealed.OwnTexts()
	sealed.Texts(func(s *string) { *s = "sealed" })
	if f.Clock.Asked().Reason != "Chờ" || sealed.Clock.Asked().Reason != "sealed" {
		t.Errorf("%+v, %+v", f.Clock, sealed.Clock)
	}
	if _, err := f.Extend(boss, 3, "Chờ lâu hơn", NewRules(nil, &Calendar{Years: []int{2026}}), now); err != nil {
		t.Fatal(err)
	}
	if got := f.AsCreated().Due; got.At != due.At || f.Due.At == due.At {
		t.Errorf("as created due %v, first %v, now %v", got.At, due.At, f.Due.At)
	}
	if a := f.Clock.Asks[0]; !a.Granted || a.EndedBy != "boss" || f.Clock.Asked() != nil || f.Summary().RepliesWaiting != 0 {
		t.Errorf("%+v", a)
	}
	f.Clock = ClockLog{}
	if _, err := f.AskExtension(lan, 2, "Chờ", now); err != nil {
		t.Fatal(err)
	}
	if f.Status = Received; f.Summary().RepliesWaiting != 0 {
		t.Error("waits for an approver while no agency has the case")
	}
	f.Status = Assigned
	f.stopClock("a", now)
	if f.Clock.Asked() != nil || f.Clocks[0].Log.Asked() == nil {
		t.Errorf("%+v, %+v", f.Clock, f.Clocks)
	}
	if _, err := f.GrantExtension(boss, "", nil, now); err == nil {
		t.Error("granted what was asked for another clock")
	}
}
