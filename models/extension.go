package models

import "time"

// ExtensionAsk is that somebody who may not extend the term asks an approver to. It is for
// staff alone: what the sender reads is the reason of the extension, once there is one.
type ExtensionAsk struct {
	At      time.Time  `json:"at"`
	Term    int        `json:"term"` // so much more, in the rule's unit
	Reason  string     `json:"reason"`
	By      string     `json:"by"` // a Staff
	EndedAt *time.Time `json:"ended_at,omitempty"`
	EndedBy string     `json:"ended_by,omitempty"`
	Granted bool       `json:"granted,omitempty"`
	Remark  string     `json:"remark,omitempty"` // of the approver
}

// Asked returns the request for more time that waits for an approver, nil when none does.
func (l *ClockLog) Asked() *ExtensionAsk {
	if n := len(l.Asks); n > 0 && l.Asks[n-1].EndedAt == nil {
		return &l.Asks[n-1]
	}
	return nil
}

// end decides on what is asked, if anything is.
func (l *ClockLog) end(granted bool, by Actor, remark string, now time.Time) {
	if a := l.Asked(); a != nil {
		a.EndedAt, a.EndedBy, a.Granted, a.Remark = &now, by.ID, granted, remark
	}
}

// AskExtension asks an approver for more time, where the rule leaves that to approvers. One
// request at a time waits.
func (f *Feedback) AskExtension(by Actor, more int, reason string, now time.Time) ([]Work, error) {
	reason, err := f.extendable(ActAskExtension, more, reason, now)
	switch {
	case err != nil:
		return nil, err
	case by.Approver:
		return nil, Fail(KindWrongState, "extend_directly")
	}
	f.Clock.Asks = append(f.Clock.Asks, ExtensionAsk{At: now, Term: more, Reason: reason, By: by.ID})
	work := f.record(Event{Event: ActAskExtension, Agency: f.Agency, Remark: reason, Private: true}, by, now)
	return append(work, f.tellStaff(ActAskExtension, RungApprover, now)), nil
}

// GrantExtension extends the term as somebody asked for. The remark is for staff.
func (f *Feedback) GrantExtension(by Actor, remark string, rules *Rules, now time.Time) ([]Work, error) {
	remark = Clean(remark)
	if err := checkText("remark", remark, 0, MaxReason); err != nil {
		return nil, err
	}
	asked := f.Clock.Asked()
	if asked == nil {
		return nil, Fail(KindWrongState, "extension_not_asked")
	}
	return f.extend(by, asked.Term, asked.Reason, remark, rules, now)
}

// DenyExtension leaves the term as it is, for a reason that staff read.
func (f *Feedback) DenyExtension(by Actor, remark string, now time.Time) ([]Work, error) {
	remark = Clean(remark)
	if err := checkText("remark", remark, 1, MaxReason); err != nil {
		return nil, err
	}
	if code := f.WhyNot(ActDenyExtension); code != "" {
		return nil, Fail(KindWrongState, code)
	}
	if err := f.room(remark); err != nil {
		return nil, err
	}
	if err := f.enter(ActDenyExtension); err != nil {
		return nil, err
	}
	f.Clock.end(false, by, remark, now)
	return f.record(Event{Event: ActDenyExtension, Agency: f.Agency, Remark: remark, Private: true}, by, now), nil
}

// extendable checks that the term can be made longer by so much now, and returns the reason
// as it is kept.
func (f *Feedback) extendable(a Action, more int, reason string, now time.Time) (string, error) {
	reason = Clean(reason)
	if code := f.WhyNot(a); code != "" {
		return "", Fail(KindWrongState, code)
	}
	var c fieldCheck
	c.text("reason", reason, 1, MaxReason)
	if most := f.Due.Extension.Term; more < 1 || more > most {
		c.add("term", "out_of_range", most)
	}
	if err := Invalid(c); err != nil {
		return "", err
	}
	if f.Overdue(now) {
		return "", Fail(KindWrongState, "extend_too_late")
	}
	return reason, f.room(reason)
}
