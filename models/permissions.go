package models

import (
	"slices"
	"time"
)

// Role is what a member of staff may do, within the agency and those beneath it.
type Role string

const (
	Intake      Role = "intake"      // keys in, classifies, refuses, hands out
	Coordinator Role = "coordinator" // hands out and takes back, for everything beneath
	Handler     Role = "handler"     // works on a case and writes the reply
	Approver    Role = "approver"    // sends and publishes replies
	Supervisor  Role = "supervisor"  // sees everything beneath and urges; changes nothing
	Admin       Role = "admin"       // stuck work and settings; no case content
)

// Roles lists every role.
var Roles = []Role{Intake, Coordinator, Handler, Approver, Supervisor, Admin}

// Action is something that happens to a feedback, or that staff do. Its value is
// also the event of the timeline and the action of the audit log.
type Action string

const (
	// by the sender
	ActReceive  Action = "received"
	ActMessage  Action = "message"
	ActWithdraw Action = "withdraw"
	ActRate     Action = "rate"
	ActReopen   Action = "reopen"
	// at the desk
	ActList           Action = "list"
	ActView           Action = "view"
	ActAssign         Action = "assign"
	ActForward        Action = "forward"
	ActReturn         Action = "return"
	ActRefuse         Action = "refuse"
	ActRequestInfo    Action = "request_info"
	ActWrite          Action = "write" // to the sender, who need not answer
	ActNote           Action = "note"
	ActTake           Action = "take"
	ActClassify       Action = "classify"
	ActAccept         Action = "accept" // a complaint or denunciation, see Acceptance
	ActUnseal         Action = "unseal"
	ActDraft          Action = "draft_reply"
	ActEdit           Action = "edit_reply"
	ActSubmit         Action = "submit_reply"
	ActApprove        Action = "answer"
	ActReject         Action = "reject_reply"
	ActPublish        Action = "publish"
	ActUnpublish      Action = "unpublish"
	ActRedact         Action = "redact"
	ActKeyIn          Action = "key_in"
	ActNudge          Action = "nudge"
	ActEscalate       Action = "escalate"
	ActExtend         Action = "extend"
	ActRemindProgress Action = "remind_progress" // by the program: the sender is to be told how far an overdue case is
	ActProgress       Action = "progress"
	ActAskExtension   Action = "ask_extension"
	ActDenyExtension  Action = "deny_extension" // granted, it is ActExtend
	ActLetter         Action = "urging_letter"
	ActReadLetter     Action = "read_letter" // an urging letter of an agency above
	ActRemind         Action = "remind"      // by the program, see Ladder; as a right: to read what one was told
	ActSetDue         Action = "set_due"     // by the program, see Undated
	ActCoordinate     Action = "coordinate"
	ActContribute     Action = "contribute"
	ActReturnTask     Action = "return_task"
	ActRemindTask     Action = "remind_task" // by the program: the asked agency is late
	ActCancelTask     Action = "cancel_task"
	ActCorrect        Action = "correct_answer" // a new version of a sent reply was sent
	ActMerge          Action = "merge"
	ActUnmerge        Action = "unmerge"
	ActProposeMerge   Action = "propose_merge" // into a case of another agency, to those above
	ActDeclineMerge   Action = "decline_merge"
	ActAbsorb         Action = "absorb"  // another case was merged into it
	ActRelease        Action = "release" // which stands alone again
	ActLink           Action = "link"
	ActUnlink         Action = "unlink"
	ActSplit          Action = "split"
	ActUnsplit        Action = "unsplit"
	ActPart           Action = "part"   // it was split off another case
	ActRejoin         Action = "rejoin" // and was taken back
	ActTemplates      Action = "templates"
	// of the program itself
	ActListParked Action = "list_parked"
	ActRetryWork  Action = "retry_work"
	ActListAudit  Action = "list_audit"
	ActRouting    Action = "routing"
	ActAdminister Action = "administer"
	ActSignIn     Action = "sign_in"
	ActViewSender Action = "view_sender"
	ActAddStaff   Action = "add_staff"
	ActPassword   Action = "reset_password"
	ActRotate     Action = "rotate_keys"
	ActTOTP       Action = "set_totp"
	// of administrators, in the audit log
	ActEditStaff      Action = "edit_staff"
	ActDisableStaff   Action = "disable_staff"
	ActEnableStaff    Action = "enable_staff"
	ActResetTOTP      Action = "reset_totp"
	ActAddAgency      Action = "add_agency"
	ActEditAgency     Action = "edit_agency"
	ActDissolve       Action = "dissolve_agency"
	ActAmend          Action = "amend_rules"
	ActRepeal         Action = "repeal_amendment"
	ActFeatures       Action = "set_features"
	ActDataRights     Action = "data_rights"   // as data protection officer: decides on requests about own data
	ActDataDated      Action = "data_dated"    // by the program: a request about own data has a date that had none
	ActDataExtended   Action = "data_extended" // to the person: their request may take longer
	ActBreach         Action = "breach"        // likewise: keeps the register of breaches
	ActSever          Action = "sever"         // the program, or an operator: severed an identity that was past its term
	ActExport         Action = "export_data"   // of a person: had their own data given out
	ActEditTemplate   Action = "edit_template"
	ActDeleteTemplate Action = "delete_template"
)

// Permissions is the one table that says which roles may do what at the desk.
// Whatever is not in it is forbidden.
var Permissions = map[Action][]Role{
	ActList:          {Intake, Coordinator, Handler, Approver, Supervisor},
	ActView:          {Intake, Coordinator, Handler, Approver, Supervisor},
	ActRemind:        {Intake, Coordinator, Handler, Approver, Supervisor, Admin},
	ActReadLetter:    {Intake, Coordinator, Handler, Approver, Supervisor},
	ActAssign:        {Intake, Coordinator},
	ActForward:       {Intake, Coordinator},
	ActReturn:        {Intake, Coordinator, Handler},
	ActRefuse:        {Intake, Coordinator, Approver},
	ActRequestInfo:   {Intake, Coordinator, Handler},
	ActWrite:         {Intake, Coordinator, Handler},
	ActNote:          {Intake, Coordinator, Handler, Approver},
	ActTake:          {Handler},
	ActClassify:      {Intake, Coordinator},
	ActAccept:        {Coordinator, Approver},
	ActUnseal:        {Intake, Coordinator, Handler},
	ActDraft:         {Handler},
	ActEdit:          {Handler},
	ActSubmit:        {Handler},
	ActApprove:       {Approver},
	ActReject:        {Approver},
	ActPublish:       {Approver},
	ActUnpublish:     {Approver},
	ActRedact:        {Approver},
	ActKeyIn:         {Intake},
	ActNudge:         {Coordinator, Supervisor},
	ActEscalate:      {Coordinator, Supervisor},
	ActExtend:        {Coordinator, Handler, Approver},
	ActAskExtension:  {Coordinator, Handler},
	ActDenyExtension: {Approver},
	ActProgress:      {Intake, Coordinator, Handler},
	ActCoordinate:    {Intake, Coordinator, Handler},
	ActContribute:    {Handler},
	ActReturnTask:    {Intake, Coordinator, Handler},
	ActCancelTask:    {Intake, Coordinator, Handler},
	ActMerge:         {Intake, Coordinator, Handler},
	ActUnmerge:       {Intake, Coordinator, Handler},
	ActProposeMerge:  {Intake, Coordinator, Handler},
	ActDeclineMerge:  {Intake, Coordinator},
	ActLink:          {Intake, Coordinator, Handler},
	ActUnlink:        {Intake, Coordinator, Handler},
	ActSplit:         {Intake, Coordinator},
	ActUnsplit:       {Intake, Coordinator},
	ActTemplates:     {Handler, Approver, Admin},
	ActListParked:    {Admin},
	ActRetryWork:     {Admin},
	ActListAudit:     {Supervisor, Admin},
	ActRouting:       {Supervisor, Admin},
	ActAdminister:    {Admin},
	ActDataRights:    {Admin}, // the root's administrators are the data protection officers
	ActBreach:        {Admin},
}

// May reports whether one of the member's roles allows the action at all.
func (s *Staff) May(a Action) bool { return s.Holds(Permissions[a]) }

// Holds reports whether the member has one of these roles, and is not disabled.
func (s *Staff) Holds(roles []Role) bool {
	return !s.Disabled && slices.ContainsFunc(s.Roles, func(r Role) bool { return slices.Contains(roles, r) })
}

// MayOn answers nil when the member may do the action on that feedback. A case
// outside the member's agency and those beneath it does not exist for them:
// ErrNotFound; but whoever keyed a case in may go on reading it, and an agency that was
// asked to contribute may do so. A case they see but may not act on: ErrForbidden.
func (s *Staff) MayOn(a Action, f *Feedback) error {
	switch {
	case !s.May(ActView):
		return ErrForbidden
	case slices.Contains(f.Scope, s.Agency):
	case f.helps(s.Agency):
		if !slices.Contains(contributes, a) {
			return ErrForbidden
		}
	case !(a == ActView && s.keyedIn(f)):
		return ErrNotFound
	}
	if !s.May(a) {
		return ErrForbidden
	}
	return nil
}

// keyedIn reports whether the member entered the case for its sender, and may see it
// wherever it is: one that accuses somebody may not be seen.
func (s *Staff) keyedIn(f *Feedback) bool {
	return len(f.Timeline) > 0 && f.Timeline[0].Event == ActReceive && f.Timeline[0].Actor == s.ID && !f.Kind.Confidential()
}

// KnowsSender returns until when the member sees the sender's identity of this case, which
// they unsealed; false when they did not, or it is sealed again.
func (s *Staff) KnowsSender(f *Feedback, now time.Time) (until time.Time, knows bool) {
	for _, u := range f.Unsealed {
		if end := u.End(); u.Staff == s.ID && now.Before(end) {
			until, knows = end, true
		}
	}
	return until, knows
}
