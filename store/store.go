// Package store is the contract of the database: what the program keeps and what
// it may rely on. Package sqlite and package mongo fulfil it; package storetest
// checks both with the same suite.
//
// For every method: the context's deadline is honoured; a missing record is
// models.ErrNotFound; a database that cannot be reached is models.ErrUnavailable;
// times come back in UTC with whole milliseconds; a nil and an empty list are the
// same and come back as nil. Methods named Each run in constant memory.
package store

import (
	"context"
	"time"

	"kiennghi/models"
)

// Store is the whole contract.
type Store interface {
	Feedbacks
	Works
	People
	StaffMembers
	Sessions
	Devices
	Notifications
	Agencies
	Uploads
	Drafts
	Audit
	Keys
	Limits
	Templates
	Amendments
	Privacy

	// Migrate brings the schema to the program's version. Running it twice, or in two
	// processes at once, is harmless. It refuses a schema newer than the program.
	Migrate(ctx context.Context) error
	// Ping answers nil when the database can be written and read now.
	Ping(ctx context.Context) error
	// Close waits for writes under way and lets go of the database.
	Close() error
}

// Page is one page of a list. Next is empty on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// EachOn calls do for everything on the pages that list returns, the first of them with an empty
// token, until one of the two returns an error, which it returns.
func EachOn[T any](list func(next string) (Page[T], error), do func(T) error) error {
	for next := ""; ; {
		page, err := list(next)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if err := do(item); err != nil {
				return err
			}
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
}

// Sort is the order of a list of feedback; ties are broken by something of the store's own
// that never changes, so that the order is total and pages neither repeat nor skip a record
// while others arrive.
type Sort string

const (
	ByReceivedDesc  Sort = "" // newest first
	ByReceived      Sort = "received"
	ByDue           Sort = "due"        // most urgent first; without a due time last
	ByDueDesc       Sort = "-due"       // ByDue backwards
	ByUpdated       Sort = "updated"    // oldest change first, for delta sync
	ByPublishedDesc Sort = "-published" // published ones only
)

// FeedbackQuery selects feedback. Zero fields do not restrict. Exactly one of
// Sender, Scope and All says whose.
type FeedbackQuery struct {
	Sender string // a Person
	Scope  string // an agency code: cases it or an agency beneath it can see (Feedback.Scope); the root's are all but those kept from it
	All    bool

	Statuses     []models.Status
	Agency       string // who has it now; it is always in Feedback.Scope
	Handler      string
	Escalated    string // reported to that agency, which is always in Feedback.Scope
	Contributor  string // has an open task of that agency, whosever the case is, and is due when the task is; together with All
	Field        string
	Province     string
	Kind         models.Kind
	OverdueAt    time.Time // only open cases that were due before this
	DueFrom      time.Time // only cases that are due at this or later
	Undated      bool      // only cases without a due date, as while it is paused; none when OverdueAt or DueFrom asks for one
	Waiting      bool      // only open cases with a reply, or a request for more time, that waits for approval
	Back         bool      // only open cases with a reply that was sent back to its author
	SortsLate    bool      // only cases of which it takes too long to find out whose they are (models.Feedback.SortsLate)
	UpdatedAfter time.Time
	Published    bool

	Sort  Sort
	Limit int    // 1 to 100; 0 means 20
	Next  string // from the page before; models.KindInvalid with field "next" when it is not one of ours
}

// Feedbacks keeps the central record.
type Feedbacks interface {
	// CreateFeedback stores a new record and its work in one atomic write.
	// models.ErrExists when the ID or the Code is taken. It sets Rev and Version to 1.
	CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error
	// Feedback returns the record with that ID.
	Feedback(ctx context.Context, id string) (*models.Feedback, error)
	// FeedbackByCode returns the record with that tracking code, in its canonical form.
	FeedbackByCode(ctx context.Context, code string) (*models.Feedback, error)
	// VersionByCode returns whose the record with that tracking code is, and its Version: the
	// cheapest way to tell a sender that nothing changed.
	VersionByCode(ctx context.Context, code string) (sender string, version int64, err error)
	// UpdateFeedback reads the record, lets change edit it, and stores it with the
	// work that change returned, in one atomic write. change may run more than once, on
	// a fresh copy each time, and must have no other effect. Its error is returned as it
	// is and nothing is stored. Version is the business of change; Rev is the store's.
	// The answer is the record as stored.
	UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error)
	// ListFeedback returns one page.
	ListFeedback(ctx context.Context, q FeedbackQuery) (Page[models.Summary], error)
	// CountByStatus counts what q selects (its Sort, Limit and Next are ignored), by status.
	CountByStatus(ctx context.Context, q FeedbackQuery) (map[models.Status]int, error)
	// CountDue counts, for each of the agencies, the open cases that it or an agency beneath
	// it has to see to and that were due before then. Agencies without any are left out.
	// What it reads are index entries of exactly those cases.
	CountDue(ctx context.Context, agencies []string, before time.Time) (map[string]int, error)
	// Summaries returns the records with those IDs in the order of ids; an ID that is
	// not there is left out.
	Summaries(ctx context.Context, ids []string) ([]models.Summary, error)
	// SortBy returns by when it has to be found out whose each of these records is
	// (models.Feedback.SortBy), by ID; those without such a time are left out.
	SortBy(ctx context.Context, ids []string) (map[string]time.Time, error)
	// PublishedVersions returns the Version of each of the records that is published now,
	// by ID: the cheapest way to see that a page which shows them is still true.
	PublishedVersions(ctx context.Context, ids []string) (map[string]int64, error)
	// ToLookAt returns IDs of records whose models.Feedback.LookAt is at now or before, the
	// longest waiting first, from an index of exactly those.
	ToLookAt(ctx context.Context, now time.Time, limit int, next string) (Page[string], error)
	// Teaching returns IDs of records whose models.Feedback.TeachesAt is after since, the
	// latest first, from an index of exactly those.
	Teaching(ctx context.Context, since time.Time, limit int, next string) (Page[string], error)
	// EachFeedback calls do for every record that was updated at or after since, each at
	// least once, in no promised order, until do returns an error, which it returns.
	EachFeedback(ctx context.Context, since time.Time, do func(*models.Feedback) error) error
}

// Works hands out durable side effects, wherever they are stored.
type Works interface {
	// ClaimWork takes up to n pieces of work that are due at now, oldest DueAt first. Each
	// gets a fresh Lease token and a DueAt of now+lease: when the claimer dies, the work
	// is due again then. Attempts is raised by one. Two claimers never hold the same work.
	ClaimWork(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error)
	// FinishWork removes claimed work. With a lease that was taken over it does nothing.
	FinishWork(ctx context.Context, w models.Work) error
	// RetryWork gives claimed work back, due at w.DueAt, with w.Data, w.Reason, w.Failures
	// and w.Attempts as they are now. With a lease that was taken over it does nothing.
	RetryWork(ctx context.Context, w models.Work) error
	// ParkWork puts claimed work aside, with the same as they are now, until ReleaseWork.
	ParkWork(ctx context.Context, w models.Work) error
	// ParkedWork lists parked work, oldest first.
	ParkedWork(ctx context.Context, limit int, next string) (Page[models.Work], error)
	// ReleaseWork makes parked work due at now with no Attempts and Failures. models.ErrNotFound when
	// no parked work has that ID.
	ReleaseWork(ctx context.Context, id string, now time.Time) error
	// CountWork counts what is waiting and what is parked.
	CountWork(ctx context.Context) (models.WorkCount, error)
}

// People keeps citizens and businesses.
type People interface {
	// CreatePerson stores a new person. models.ErrExists when the ID or the PhoneIndex is taken.
	CreatePerson(ctx context.Context, p *models.Person) error
	// Person returns the person with that ID.
	Person(ctx context.Context, id string) (*models.Person, error)
	// PersonByPhone returns the person whose phone has that index.
	PersonByPhone(ctx context.Context, index string) (*models.Person, error)
	// UpdatePerson works as UpdateFeedback does.
	UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error)
	// PeopleToLookAt returns IDs of people whose models.Person.LookAt is at now or before,
	// the longest waiting first, from an index of exactly those.
	PeopleToLookAt(ctx context.Context, now time.Time, limit int, next string) (Page[string], error)
	// EachPerson calls do for every person, as EachFeedback does.
	EachPerson(ctx context.Context, do func(*models.Person) error) error

	// PutChallenge stores the one-time code of a phone in place of an earlier one and its
	// work, with the work that sends it, in one atomic write.
	PutChallenge(ctx context.Context, c *models.Challenge, work ...models.Work) error
	// UpdateChallenge works as UpdateFeedback does. An expired challenge may be gone.
	UpdateChallenge(ctx context.Context, id string, change func(*models.Challenge) error) error
}

// StaffMembers keeps the staff of agencies.
type StaffMembers interface {
	// CreateStaff stores a new member. models.ErrExists when the ID or the username is taken.
	CreateStaff(ctx context.Context, s *models.Staff) error
	// Staff returns the member with that ID.
	Staff(ctx context.Context, id string) (*models.Staff, error)
	// StaffByUsername returns the member with that user name (lower case).
	StaffByUsername(ctx context.Context, username string) (*models.Staff, error)
	// UpdateStaff works as UpdateFeedback does.
	UpdateStaff(ctx context.Context, id string, change func(*models.Staff) error) (*models.Staff, error)
	// ListStaff lists the members of an agency, not of those beneath it, by user name.
	ListStaff(ctx context.Context, agency string, limit int, next string) (Page[models.Staff], error)
	// EachStaff calls do for every member, as EachFeedback does.
	EachStaff(ctx context.Context, do func(*models.Staff) error) error
}

// Sessions keeps sign-ins. One that has expired may be gone.
type Sessions interface {
	CreateSession(ctx context.Context, s *models.Session) error
	Session(ctx context.Context, id string) (*models.Session, error)
	// UpdateSession works as UpdateFeedback does.
	UpdateSession(ctx context.Context, id string, change func(*models.Session) error) (*models.Session, error)
	// ListSessions returns an account's sessions, newest first.
	ListSessions(ctx context.Context, account string) ([]models.Session, error)
	// DeleteSession removes one session of the account. models.ErrNotFound when it has none with that ID.
	DeleteSession(ctx context.Context, account, id string) error
	// DeleteSessions removes all sessions of the account.
	DeleteSessions(ctx context.Context, account string) error
}

// Devices keeps installations of the mobile app.
type Devices interface {
	// PutDevice stores or replaces a device. A push token belongs to one device: any
	// other device that had it is removed (the phone was handed on).
	PutDevice(ctx context.Context, d *models.Device) error
	// DeleteDevice removes a device of the account. models.ErrNotFound when it has none with that ID.
	DeleteDevice(ctx context.Context, account, id string) error
	// ListDevices returns an account's devices.
	ListDevices(ctx context.Context, account string) ([]models.Device, error)
	// ForgetToken removes the device with that push token, if there is one.
	ForgetToken(ctx context.Context, token string) error
}

// Notifications keeps the in-app inbox.
type Notifications interface {
	// AddNotification stores n; one with the same ID stays as it is and is no error.
	AddNotification(ctx context.Context, n *models.Notification) error
	// ListNotifications returns an account's notifications, newest first.
	ListNotifications(ctx context.Context, account string, limit int, next string) (Page[models.Notification], error)
	// ReadNotification marks one of the account's notifications as read at that time;
	// the first time stays. models.ErrNotFound when the account has none with that ID.
	ReadNotification(ctx context.Context, account, id string, at time.Time) error
}

// Agencies keeps the state's tree.
type Agencies interface {
	// PutAgencies stores or replaces agencies by Code, keeping the others.
	PutAgencies(ctx context.Context, agencies []models.Agency) error
	// Agencies returns all of them in the order in which they were first stored.
	Agencies(ctx context.Context) ([]models.Agency, error)
}

// Uploads keeps what is known of files; their bytes are in the bucket.
type Uploads interface {
	// CreateUpload stores a new upload. models.ErrExists when the ID is taken.
	CreateUpload(ctx context.Context, u *models.Upload) error
	Upload(ctx context.Context, id string) (*models.Upload, error)
	// UpdateUpload works as UpdateFeedback does.
	UpdateUpload(ctx context.Context, id string, change func(*models.Upload) error) (*models.Upload, error)
	// UnusedUploads returns up to limit uploads that no feedback uses and that are idle since
	// before that time.
	UnusedUploads(ctx context.Context, before time.Time, limit int) ([]models.Upload, error)
	// DeleteUpload removes the record. It is no error when it is gone.
	DeleteUpload(ctx context.Context, id string) error
}

// Audit keeps the hash-chained log.
type Audit interface {
	// AppendAudit stores what link returns for the current head, as the new head. link
	// may run more than once. An entry with the same ID is there already: nothing is
	// stored and the answer is nil.
	AppendAudit(ctx context.Context, link func(head models.AuditHead) models.AuditEntry) error
	// AuditHead returns the head; the zero value for an empty log.
	AuditHead(ctx context.Context) (models.AuditHead, error)
	// EachAudit calls do for every entry in the order of Seq, up to and including upTo.
	EachAudit(ctx context.Context, upTo int64, do func(models.AuditEntry) error) error
	// ListAudit returns one page of entries, the newest action first.
	ListAudit(ctx context.Context, q AuditQuery) (Page[models.AuditEntry], error)
}

// AuditQuery selects entries of the audit log. Zero fields do not restrict.
type AuditQuery struct {
	Object string // what it was done to: the ID of a feedback, a member of staff …
	Actor  string // who did it
	Agency string // whom it concerns
	Action models.Action
	From   time.Time // not before
	Until  time.Time // before

	Limit int    // 1 to 100; 0 means 20
	Next  string // from the page before
}

// Templates keeps texts that replies begin from.
type Templates interface {
	// CreateTemplate stores a new one. models.ErrExists when the ID is taken.
	CreateTemplate(ctx context.Context, t *models.ReplyTemplate) error
	Template(ctx context.Context, id string) (*models.ReplyTemplate, error)
	// UpdateTemplate works as UpdateFeedback does.
	UpdateTemplate(ctx context.Context, id string, change func(*models.ReplyTemplate) error) (*models.ReplyTemplate, error)
	// DeleteTemplate removes one. It is no error when it is gone.
	DeleteTemplate(ctx context.Context, id string) error
	// ListTemplates returns those of one owner (ReplyTemplate.Owner), in the order of their
	// IDs, models.MaxTemplates at most.
	ListTemplates(ctx context.Context, owner string) ([]models.ReplyTemplate, error)
}

// Amendments keeps what administrators added to the dated data that the program brings along.
type Amendments interface {
	// AddAmendment stores one. models.ErrExists when the ID is taken.
	AddAmendment(ctx context.Context, a *models.Amendment) error
	// DeleteAmendment removes one; models.ErrNotFound when it is not there.
	DeleteAmendment(ctx context.Context, id string) error
	// Amendments returns all of them in the order of their IDs. They are few.
	Amendments(ctx context.Context) ([]models.Amendment, error)
}

// Keys keeps signing keys and a few named values.
type Keys interface {
	// PutSigningKey stores or replaces a key by ID.
	PutSigningKey(ctx context.Context, k *models.SigningKey) error
	// SigningKeys returns all of them, newest first.
	SigningKeys(ctx context.Context) ([]models.SigningKey, error)
	// Setting returns a named value, models.ErrNotFound when it was never put.
	Setting(ctx context.Context, name string) (string, error)
	// PutSetting stores a named value.
	PutSetting(ctx context.Context, name, value string) error
	// InitSetting stores the value unless the name has one, and returns what is there now.
	InitSetting(ctx context.Context, name, value string) (string, error)
	// SwapSetting stores the value in place of that other one, and reports whether that one
	// was there; of parallel calls one does. "" stands for a name without a value, too.
	SwapSetting(ctx context.Context, name, from, value string) (bool, error)
}

// Limits counts for rate limits, across all processes that share the store.
type Limits interface {
	// Hit adds n to the counter of key in the window of that length that now falls in,
	// and returns the counter after it. Counters of past windows go away by themselves.
	// On SQLite, which is for one machine, each process counts by itself.
	Hit(ctx context.Context, key string, n int, window time.Duration, now time.Time) (int, error)
}
