package models

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// DataRight is what a person may ask about their own data (Luật 91/2025/QH15).
type DataRight string

const (
	RightAccess   DataRight = "access"   // all of it, machine-readable
	RightCorrect  DataRight = "correct"  // what is wrong about who they are
	RightWithdraw DataRight = "withdraw" // the consent they gave
	RightRestrict DataRight = "restrict" // nobody opens their identity any more
	RightErase    DataRight = "erase"    // their identity is severed; the record stays for its term
)

// DataRights lists every right.
var DataRights = []DataRight{RightAccess, RightCorrect, RightWithdraw, RightRestrict, RightErase}

// Rule returns the key of the rule whose clock runs on such a request.
func (r DataRight) Rule() string {
	if r == RightRestrict {
		return "pdp." + string(RightWithdraw)
	}
	return "pdp." + string(r)
}

// DataStatus is where a request stands.
type DataStatus string

const (
	DataOpen    DataStatus = "open"
	DataGranted DataStatus = "granted" // decided; being carried out, which can be done again
	DataDone    DataStatus = "done"
	DataRefused DataStatus = "refused"
)

// DataRequest is what somebody asks about their own data. It is acknowledged when it is
// stored: the sender has its number and its date then, well within the legal term
// (pdp.acknowledge). What it asks is sealed.
type DataRequest struct {
	ID          string      `json:"id"` // derived from person and idempotency key
	Rev         int64       `json:"rev"`
	RequestHash string      `json:"request_hash"`
	Person      string      `json:"person"`
	Right       DataRight   `json:"right"`
	Status      DataStatus  `json:"status"`
	Text        Sealed      `json:"text,omitempty"`    // in their words
	Name        Sealed      `json:"name,omitempty"`    // what is right instead; nil: as it is
	Email       Sealed      `json:"email,omitempty"`   // likewise
	Address     Sealed      `json:"address,omitempty"` // likewise
	Due         *Due        `json:"due,omitempty"`
	Extensions  []Extending `json:"extensions,omitempty"` // of its term, each with the reason that the person reads
	By          string      `json:"by,omitempty"`         // a Staff who decided; empty: the program
	Ground      string      `json:"ground,omitempty"`     // legal ground of the decision, without personal data
	Message     Sealed      `json:"message,omitempty"`    // what an erased person is told last, while they can be
	CreatedAt   time.Time   `json:"created_at"`
	DecidedAt   *time.Time  `json:"decided_at,omitempty"`
	EndedAt     *time.Time  `json:"ended_at,omitempty"`
	FollowUps   []FollowUp  `json:"follow_ups,omitempty"`
}

// FollowUp is what follows a change and is stored with it, in the same write: an entry of the
// audit log, and what the person is told. It goes when it is done.
type FollowUp struct {
	ID     string    `json:"id"` // derived: done twice it is there once
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Agency string    `json:"agency,omitempty"`
	Action Action    `json:"action"`
	Detail string    `json:"detail,omitempty"`
	Tell   Action    `json:"tell,omitempty"` // empty: nobody is told
}

// Entry is what the audit log gets, as done to an object.
func (s FollowUp) Entry(object string) AuditEntry {
	return AuditEntry{ID: s.ID, At: s.At, Actor: s.Actor, Action: s.Action, Object: object, Agency: s.Agency, Detail: s.Detail}
}

// Asked adds what follows when somebody handed it in.
func (r *DataRequest) Asked(by Actor) {
	r.follow(by, ActDataRights, string(r.Right), "", r.CreatedAt, "asked")
}

func (r *DataRequest) follow(by Actor, action Action, detail string, tell Action, now time.Time, name ...string) {
	r.FollowUps = append(r.FollowUps, FollowUp{ID: DeriveID(append([]string{r.ID}, name...)...), At: now, Actor: by.ID, Agency: by.Agency, Action: action, Detail: detail, Tell: tell})
}

// Owed reports whether it waits for a decision, or for what was granted.
func (r *DataRequest) Owed() bool { return r.Status == DataOpen || r.Status == DataGranted }

// Open reports whether something is still to be done: it is owed, or has follow-ups.
func (r *DataRequest) Open() bool { return r.Owed() || len(r.FollowUps) > 0 }

// Overdue reports whether it is undecided beyond its term.
func (r *DataRequest) Overdue(now time.Time) bool {
	return r.Status == DataOpen && r.Due != nil && now.After(r.Due.At)
}

// DueAt is when it is due; without a rule in force, when it came.
func (r *DataRequest) DueAt() time.Time {
	if r.Due == nil {
		return r.CreatedAt
	}
	return r.Due.At
}

// Date gives it the date that could not be counted when it came, by the rule of then, and
// reports whether it did: one that is decided needs none.
func (r *DataRequest) Date(rules *Rules) bool {
	if r.Due != nil || r.Status != DataOpen {
		return false
	}
	due, err := rules.Due(r.Right.Rule(), r.CreatedAt)
	if err != nil {
		return false
	}
	r.Due = &due
	return true
}

// Dated says in Vietnamese, for the audit log, which date it has now.
func (r *DataRequest) Dated() string {
	return fmt.Sprintf("%s: hạn giải quyết %s, nay đã đủ dữ liệu để tính.", r.Right, dayText(r.Due.At))
}

// Check reports what is wrong with a request as it was typed: the texts are opened ones,
// cleaned. A correction has to say what is right.
func (r *DataRequest) Check(text, name, email, address string) error {
	var c fieldCheck
	c.text("text", text, 0, MaxReason)
	c.text("name", name, 0, 200)
	c.text("email", email, 0, 254)
	c.text("address", address, 0, 500)
	if r.Right == RightCorrect && name+email+address == "" {
		c.add("name", "required", 0)
	}
	return Invalid(c)
}

// Decide grants or refuses it. A refusal needs a legal ground, and so does an erasure: what
// is kept and why.
func (r *DataRequest) Decide(by Actor, grant bool, ground string, now time.Time) error {
	ground = Clean(ground)
	least := 10
	if grant && r.Right != RightErase {
		least = 0
	}
	if err := checkText("ground", ground, least, MaxReason); err != nil {
		return err
	}
	if r.Status != DataOpen {
		return Fail(KindWrongState, "request_decided")
	}
	r.Status, r.By, r.Ground, r.DecidedAt = DataGranted, by.ID, ground, &now
	if !grant {
		r.Status, r.EndedAt = DataRefused, &now
	}
	r.follow(by, ActDataRights, string(r.Right)+": "+string(r.Status)+". "+ground, ActDataRights, now, "decided")
	return nil
}

// WhyNotExtend names why its term cannot be made longer: a code of the text catalogue. Empty:
// it can, as often and as far as Due.Extension says.
func (r *DataRequest) WhyNotExtend(now time.Time) string {
	switch {
	case r.Status != DataOpen:
		return "request_decided"
	case r.Due == nil:
		return "request_undated"
	case r.Due.Extension == nil:
		return "request_no_extension"
	case len(r.Extensions) >= r.Due.Extension.Times:
		return "request_extended"
	case r.Overdue(now):
		return "request_too_late"
	}
	return ""
}

// Extend gives so much more time to decide, in the unit of the rule, for a reason that the
// person is told, as the rule said when the request came.
func (r *DataRequest) Extend(by Actor, more int, reason string, rules *Rules, now time.Time) error {
	if code := r.WhyNotExtend(now); code != "" {
		return Fail(KindWrongState, code)
	}
	reason = Clean(reason)
	var c fieldCheck
	c.text("reason", reason, 1, MaxReason)
	if most := r.Due.Extension.Term; more < 1 || more > most {
		c.add("term", "out_of_range", most)
	}
	if err := Invalid(c); err != nil {
		return err
	}
	due, err := rules.Extend(*r.Due, more)
	if err != nil {
		return Fail(KindWrongState, "no_calendar")
	}
	r.Due = &due
	r.Extensions = append(r.Extensions, Extending{At: now, Term: more, Reason: reason, By: by.ID})
	r.follow(by, ActDataRights, fmt.Sprintf("%s: gia hạn giải quyết đến %s. %s", r.Right, dayText(r.Due.At), reason), ActDataExtended, now,
		"extended", strconv.Itoa(len(r.Extensions)))
	return nil
}

// HideSender takes the name of the sender off what is published of the case. When the public
// reads it otherwise then, its history says so and the agency seals it anew.
func (f *Feedback) HideSender(of SealerOf, now time.Time) ([]Work, error) {
	if !f.PublishName && f.SenderName == "" {
		return nil, nil
	}
	before, public := PublicView(f)
	name := f.SenderName
	f.PublishName, f.SenderName = false, ""
	f.FindSender(Sender{Name: name})
	if after, _ := PublicView(f); !public || before.readsAs(&after) && before.SenderName == after.SenderName {
		f.touch(now)
		return []Work{NewWork(WorkIndex, f.ID, now, nil)}, nil
	}
	work := f.record(Event{Event: ActRedact, Agency: f.Agency, Note: senderHidden.VI, Private: true}, Actor{}, now)
	return work, f.SealPublication(of, now)
}

// senderHidden is what the public reads of a name that was taken off; the Vietnamese one is stored.
var senderHidden = TextPair{VI: "Ẩn thông tin về người gửi theo quy định bảo vệ dữ liệu cá nhân.",
	EN: "The sender is no longer named, as the rules on personal data require."}

// Sever removes everything that tells who the person is, and what they were signed in by.
// The identifier stays: the records that have it tell nobody any more.
func (p *Person) Sever(now time.Time) {
	*p = Person{ID: p.ID, Rev: p.Rev, Business: p.Business, Language: p.Language, Notices: p.Notices, CreatedAt: p.CreatedAt, UpdatedAt: now, SeveredAt: &now}
}

// NoticeSeen is one version of the privacy notice that a person was given: they agreed to it
// themselves, or a clerk who keyed in their letter says that they were told.
type NoticeSeen struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
	Where   Source    `json:"where"`          // web, app, NoticeOffline, or how the clerk says
	By      string    `json:"by,omitempty"`   // that clerk, a Staff; empty: the person agreed
	Until   time.Time `json:"until,omitzero"` // consent was withdrawn then
}

// NoticeOffline is where a notice was given with a letter that was written without network.
const NoticeOffline Source = "offline"

// NoticeTold are the ways that a clerk tells a sender.
var NoticeTold = []Source{FromCounter, FromPaper, FromPhone, FromEmail}

// Agreed reports whether the person agreed, and did not withdraw it.
func (n *NoticeSeen) Agreed() bool { return n.By == "" && n.Until.IsZero() }

// AgreesTo reports whether the person agreed to that version and did not withdraw it.
func (p *Person) AgreesTo(version string) bool {
	return slices.ContainsFunc(p.Notices, func(n NoticeSeen) bool { return n.Version == version && n.Agreed() })
}

// Agree records that the person agreed to a version of the notice; the first time stays. All are
// remembered: another one takes a new version, or an officer's decision on a withdrawal.
func (p *Person) Agree(version string, where Source, now time.Time) {
	if !p.AgreesTo(version) {
		p.Notices = append(p.Notices, NoticeSeen{Version: version, At: now, Where: where})
	}
}

// Told records that a clerk says how the person was given a version of the notice; the
// first time of each way stays.
func (p *Person) Told(version string, where Source, by string, now time.Time) {
	before := slices.ContainsFunc(p.Notices, func(n NoticeSeen) bool { return n.By != "" && n.Version == version && n.Where == where })
	if !before {
		p.Notices = append(p.Notices, NoticeSeen{Version: version, At: now, Where: where, By: by})
	}
}

// Withdrew reports whether the person agreed once, and to nothing any more.
func (p *Person) Withdrew() bool {
	withdrew := false
	for i := range p.Notices {
		n := &p.Notices[i]
		if n.Agreed() {
			return false
		}
		withdrew = withdrew || n.By == ""
	}
	return withdrew
}

// WithdrawConsent ends every consent.
func (p *Person) WithdrawConsent(now time.Time) {
	for i := range p.Notices {
		if p.Notices[i].Agreed() {
			p.Notices[i].Until = now
		}
	}
}

// Notice is a version of the privacy notice.
type Notice struct {
	Version   string `json:"version"`
	ValidFrom string `json:"valid_from"` // 2006-01-02
}

// Breach is an entry of the register of breaches of personal data. The authority is told
// within the term of rule pdp.breach, from detection (Luật 91/2025/QH15 Điều 23).
type Breach struct {
	ID          string     `json:"id"` // derived from who entered it and the idempotency key
	Rev         int64      `json:"rev"`
	RequestHash string     `json:"request_hash"`
	What        string     `json:"what"`     // what happened; no personal data
	Affected    string     `json:"affected"` // whose data, and how many of them
	Measures    string     `json:"measures,omitempty"`
	DetectedAt  time.Time  `json:"detected_at"`
	Due         *Due       `json:"due,omitempty"`
	By          string     `json:"by"` // a Staff
	CreatedAt   time.Time  `json:"created_at"`
	NotifiedAt  *time.Time `json:"notified_at,omitempty"`
	Notified    string     `json:"notified,omitempty"` // whom, and under which number
	FollowUps   []FollowUp `json:"follow_ups,omitempty"`
}

// Entered adds what follows when it was entered.
func (b *Breach) Entered(by Actor) { b.follow(by, "", b.CreatedAt, "entered") }

func (b *Breach) follow(by Actor, detail string, now time.Time, name string) {
	b.FollowUps = append(b.FollowUps, FollowUp{ID: DeriveID(b.ID, name), At: now, Actor: by.ID, Agency: by.Agency, Action: ActBreach, Detail: detail})
}

// Overdue reports whether the authority was, or is, told too late.
func (b *Breach) Overdue(now time.Time) bool {
	if b.NotifiedAt != nil {
		now = *b.NotifiedAt
	}
	return b.Due != nil && now.After(b.Due.At)
}

// Check reports what is wrong with an entry.
func (b *Breach) Check(now time.Time) error {
	var c fieldCheck
	c.text("what", b.What, 10, MaxReason)
	c.text("affected", b.Affected, 1, MaxReason)
	c.text("measures", b.Measures, 0, MaxReason)
	if b.DetectedAt.After(now) {
		c.add("detected_at", "future", 0)
	}
	return Invalid(c)
}

// Notify records that the authority was told.
func (b *Breach) Notify(by Actor, whom string, at, now time.Time) error {
	whom = Clean(whom)
	var c fieldCheck
	c.text("notified", whom, 3, MaxReason)
	switch {
	case at.After(now):
		c.add("notified_at", "future", 0)
	case at.Before(b.DetectedAt):
		c.add("notified_at", "before_detection", 0)
	}
	if err := Invalid(c); err != nil {
		return err
	}
	if b.NotifiedAt != nil {
		return Fail(KindWrongState, "breach_notified")
	}
	b.NotifiedAt, b.Notified = &at, whom
	b.follow(by, whom, now, "notified")
	return nil
}

// NoticesUntil lists the versions of the privacy notice that came into force by then, the
// newest first.
func (r *Reference) NoticesUntil(at time.Time) (out []Notice) {
	day := at.In(VietNam).Format(time.DateOnly)
	for _, n := range slices.Backward(r.Notices) {
		if n.ValidFrom <= day {
			out = append(out, n)
		}
	}
	return out
}

// Notice returns the version of the privacy notice that is in force at a time, by the date
// in Viet Nam; empty when there is none.
func (r *Reference) Notice(at time.Time) string {
	if known := r.NoticesUntil(at); len(known) > 0 {
		return known[0].Version
	}
	return ""
}
