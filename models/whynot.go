package models

// whyNot names, for the person who tries it, why an action is not possible in a state
// and what is left to do: a code of the text catalogue.
func whyNot(a Action, s Status) string {
	switch a {
	case ActRate:
		return "not_answered"
	case ActPublish:
		return "publish_too_early"
	case ActReopen:
		if s == Withdrawn {
			return "withdrawn_for_good"
		}
		return "still_open"
	case ActMessage:
		if s == Withdrawn {
			return "withdrawn_for_good"
		}
		return "ended_reopen"
	case ActWithdraw:
		if s == Withdrawn {
			return "withdrawn_already"
		}
		return "ended_no_withdrawal"
	}
	switch {
	case s == Withdrawn:
		return "withdrawn_by_sender"
	case !s.Open():
		return "ended"
	case a == ActRequestInfo:
		return "asked_already"
	case s == Received:
		return "not_assigned"
	}
	return "wrong_state"
}
