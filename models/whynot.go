package models

// WhyNot names why an action is not possible for the case as it is, and the action itself
// would refuse: a code of the text catalogue. Empty: it is possible, if what is typed is right.
func (f *Feedback) WhyNot(a Action) string {
	switch {
	case (a == ActAssign || a == ActForward) && !f.Kind.Routed():
		return "not_feedback"
	case !f.Can(a):
		return whyNot(a, f.Status)
	case a == ActAccept && f.Kind != Complaint && f.Kind != Denunciation:
		return "accept_other_kind"
	case a == ActReturn && f.Accepted != nil:
		return "accepted"
	case a == ActForward && f.forwardedEnough():
		return "forwarded_enough"
	case (a == ActMerge || a == ActProposeMerge || a == ActSplit) && !f.Kind.Routed():
		return "not_feedback"
	case (a == ActMerge || a == ActProposeMerge) && len(f.Duplicates) > 0:
		return "merge_has_duplicates"
	case a == ActDeclineMerge && f.Proposed == nil:
		return "merge_not_proposed"
	case a == ActLink && f.Kind.Confidential():
		return "not_feedback"
	case a == ActLink && len(f.Links) >= MaxLinks:
		return "too_many_links"
	case a == ActSplit && len(f.Parts) >= MaxParts:
		return "too_many_parts"
	case (a == ActReturn || a == ActTake || a == ActDraft || a == ActCoordinate || a == ActWrite) && f.Agency == "":
		return "not_assigned"
	case (a == ActRequestInfo || a == ActWrite) && f.wrote(true) >= MaxMessages:
		return "too_many_messages"
	case a == ActRequestInfo && f.wrote(false) >= MaxMessages:
		return "sender_wrote_enough" // they could not answer, and the clock would stand still for good
	case a == ActMessage && f.wrote(false) >= MaxMessages:
		return "too_many_own_messages"
	case a == ActNote && len(f.Notes) >= MaxNotes:
		return "too_many_notes"
	case a == ActDraft && len(f.Replies) >= MaxReplies:
		return "too_many_replies"
	case a == ActCoordinate && f.Kind.Confidential():
		return "not_feedback"
	case a == ActCoordinate && len(f.Tasks) >= MaxTasks:
		return "too_many_tasks"
	case a == ActDenyExtension && f.Clock.Asked() == nil:
		return "extension_not_asked"
	case (a == ActExtend || a == ActAskExtension) && f.Undated != nil:
		return "undated"
	case (a == ActExtend || a == ActAskExtension) && (f.Due == nil || f.Due.Extension == nil):
		return "no_extension"
	case (a == ActExtend || a == ActAskExtension) && len(f.Clock.Extensions) >= f.Due.Extension.Times:
		return "extended_enough"
	case a == ActAskExtension && !f.Due.Extension.Approver:
		return "extend_directly"
	case a == ActAskExtension && f.Clock.Asked() != nil:
		return "extension_asked"
	case a == ActDraft && !f.Status.Open() && f.SentReply() == nil:
		return "ended"
	case a == ActDraft && !f.Status.Open() && f.SentReply().Of != "":
		return "correct_main_case"
	case a == ActPublish && f.SentReply() != nil && f.SentReply().Of != "":
		return "publish_main_case"
	case (a == ActPublish || a == ActRedact) && f.Private:
		return "private"
	case (a == ActPublish || a == ActRedact) && f.Kind.Confidential():
		return "not_feedback"
	}
	return ""
}

// whyNot names, for the person who tries it, why an action is not possible in a state
// and what is left to do: a code of the text catalogue.
func whyNot(a Action, s Status) string {
	if s == Merged {
		return "merged"
	}
	switch a {
	case ActUnmerge:
		return "not_merged"
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
