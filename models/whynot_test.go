package models

import "testing"

func TestEveryImpossibleActionSaysWhy(t *testing.T) {
	for a, want := range map[Action]map[Status]string{
		ActRate:        {Received: "not_answered", Withdrawn: "not_answered"},
		ActReopen:      {Assigned: "still_open", Withdrawn: "withdrawn_for_good"},
		ActMessage:     {Closed: "ended_reopen", Refused: "ended_reopen", Withdrawn: "withdrawn_for_good"},
		ActWithdraw:    {Answered: "ended_no_withdrawal", Withdrawn: "withdrawn_already"},
		ActTake:        {Received: "not_assigned", Answered: "ended", Withdrawn: "withdrawn_by_sender"},
		ActRequestInfo: {NeedsInfo: "asked_already"},
		ActPublish:     {InProgress: "publish_too_early"},
	} {
		for s, code := range want {
			f := &Feedback{Status: s}
			if err := f.enter(a); ErrorKindOf(err) != KindWrongState || err.(*Error).Code != code {
				t.Errorf("%s in %s: %v, want %s", a, s, err, code)
			}
		}
	}
	for a := range transitions {
		for _, s := range Statuses {
			if f := (&Feedback{Status: s}); !f.Can(a) && whyNot(a, s) == "wrong_state" {
				t.Errorf("%s in %s: nothing better to say than wrong_state", a, s)
			}
		}
	}
}
