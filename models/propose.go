package models

import "time"

// MergeProposal is that an agency wants the case to be merged into one that another agency
// has, and that it may not even see: those above both decide.
type MergeProposal struct {
	Code   string    `json:"code"` // tracking code of the main case, as far as who proposes it knows
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	By     Actor     `json:"by"`
}

// ProposeMerge asks those above to merge the case into the one with that code. Another
// proposal takes the place of the one before. That there is such a case nobody says.
func (f *Feedback) ProposeMerge(by Actor, into, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	var c fieldCheck
	code, ok := ParseCode(into)
	if !ok {
		c.add("into", "unknown_case", 0)
	} else if code == f.Code {
		c.add("into", "same_case", 0)
	}
	c.text("reason", reason, 1, MaxReason)
	if err := Invalid(c); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActProposeMerge); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.room(reason); err != nil {
		return nil, err
	}
	f.Proposed = &MergeProposal{Code: code, Reason: reason, At: now, By: by}
	work := f.record(Event{Event: ActProposeMerge, Agency: f.Agency, Case: code, Remark: reason, Private: true}, by, now)
	return append(work, f.tellStaff(ActProposeMerge, RungAbove, now)), nil
}

// DeclineMerge ends what was proposed: those above say no, or who proposed it takes it back.
func (f *Feedback) DeclineMerge(by Actor, reason string, now time.Time) ([]Work, error) {
	reason = Clean(reason)
	if err := checkText("reason", reason, 1, MaxReason); err != nil {
		return nil, err
	}
	if why := f.WhyNot(ActDeclineMerge); why != "" {
		return nil, Fail(KindWrongState, why)
	}
	if err := f.room(reason); err != nil {
		return nil, err
	}
	code := f.Proposed.Code
	f.Proposed = nil
	return f.record(Event{Event: ActDeclineMerge, Agency: by.Agency, Case: code, Remark: reason, Private: true}, by, now), nil
}
