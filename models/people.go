package models

import "time"

// Sealed is a value encrypted by a Keyring. It is opaque everywhere else.
type Sealed []byte

// Person is a citizen or business that sends feedback. Everything that tells who
// they are is sealed; PhoneIndex is a keyed hash for finding them by phone.
type Person struct {
	ID           string    `json:"id"`
	Rev          int64     `json:"rev"`
	PhoneIndex   string    `json:"phone_index,omitempty"` // empty for a person a clerk entered without a phone
	Phone        Sealed    `json:"phone,omitempty"`
	Name         Sealed    `json:"name,omitempty"`
	Email        Sealed    `json:"email,omitempty"`
	Address      Sealed    `json:"address,omitempty"`
	Organisation Sealed    `json:"organisation,omitempty"`
	Business     bool      `json:"business,omitempty"`
	Language     string    `json:"language"` // vi or en
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`

	Notices      []NoticeSeen `json:"notices,omitempty"`       // versions of the privacy notice, the oldest first
	RestrictedAt *time.Time   `json:"restricted_at,omitempty"` // since when nobody may open the identity, as they asked
	RetainAt     *time.Time   `json:"retain_at,omitempty"`     // when it is looked at next whether the identity is past its term; nil: see LookAt
	SeveredAt    *time.Time   `json:"severed_at,omitempty"`    // since when nothing here tells who it is
}

// Staff is a member of an agency's staff.
type Staff struct {
	ID           string     `json:"id"`
	Rev          int64      `json:"rev"`
	Username     string     `json:"username"` // lower case, unique
	Name         string     `json:"name"`
	Agency       string     `json:"agency"`
	Roles        []Role     `json:"roles"`
	PasswordHash string     `json:"password_hash"` // argon2id, PHC string
	TOTP         Sealed     `json:"totp,omitempty"`
	TOTPPending  Sealed     `json:"totp_pending,omitempty"` // shown, not yet confirmed
	TOTPUsed     int64      `json:"totp_used,omitempty"`    // last time step accepted: a code works once
	Language     string     `json:"language"`
	Disabled     bool       `json:"disabled,omitempty"`
	PasswordOnce *time.Time `json:"password_once,omitempty"` // an administrator made the password: good until then, and only to choose another
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

// Session is one sign-in, of an app with a refresh token or of a browser with a cookie;
// only the secret's hash is kept. A refresh token rotates, a cookie stays.
type Session struct {
	ID          string    `json:"id"`
	Rev         int64     `json:"rev"`
	Account     string    `json:"account"` // a Person or Staff
	Staff       bool      `json:"staff,omitempty"`
	ActingAs    Role      `json:"acting_as,omitempty"` // of staff at pages: the one role chosen; empty: all they have
	TokenHash   string    `json:"token_hash"`
	UserAgent   string    `json:"user_agent,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	RefreshedAt time.Time `json:"refreshed_at"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// Challenge is a one-time code on its way. There is at most one per phone: its
// ID is the phone's index.
type Challenge struct {
	ID        string    `json:"id"`
	Rev       int64     `json:"rev"`
	CodeHash  string    `json:"code_hash"`
	Tries     int       `json:"tries"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Device is an installation of the mobile app that wants pushes.
type Device struct {
	ID        string    `json:"id"` // DeriveID(account, installation)
	Account   string    `json:"account"`
	Token     string    `json:"token"`            // Firebase registration token; its keyed hash where it is stored
	Sealed    Sealed    `json:"sealed,omitempty"` // the token where it is stored, see store.Sealing; else nil
	Platform  string    `json:"platform"`
	Language  string    `json:"language"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Notification is one line of a person's in-app inbox. It names the case, if
// it is of one, by its code and says what happened; it carries no case text and no personal data.
type Notification struct {
	ID         string     `json:"id"` // that of the work that made it: adding it twice is once
	Account    string     `json:"account"`
	FeedbackID string     `json:"feedback_id"`
	Code       string     `json:"code"`
	Event      Action     `json:"event"`
	Step       string     `json:"step,omitempty"`   // of ActRemind: key of the Step
	Letter     string     `json:"letter,omitempty"` // of ActLetter: a LetterRef; such a one is of no case
	DueAt      *time.Time `json:"due_at,omitempty"` // when the case, task or data request is or was due
	At         time.Time  `json:"at"`
	ReadAt     *time.Time `json:"read_at,omitempty"`
}

// Upload is a stored file. Its bytes are in the bucket under Key.
type Upload struct {
	Attachment
	Rev         int64     `json:"rev"`
	Owner       string    `json:"owner"`                 // account that sent it
	FeedbackID  string    `json:"feedback_id,omitempty"` // set when a text uses it
	ForReply    string    `json:"for_reply,omitempty"`   // the feedback to which somebody is writing a reply with it
	KeptUntil   time.Time `json:"kept_until,omitzero"`   // by what is being written
	Key         string    `json:"key"`
	Thumbnail   string    `json:"thumbnail,omitempty"` // bucket key, images only
	SHA256      string    `json:"sha256"`
	RequestHash string    `json:"request_hash,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
}

// IdleSince is when the upload came, or until when it was kept for what was being written.
func (u *Upload) IdleSince() time.Time {
	if u.KeptUntil.After(u.CreatedAt) {
		return u.KeptUntil
	}
	return u.CreatedAt
}

// SigningKey signs access tokens. Private is the sealed Ed25519 seed.
type SigningKey struct {
	ID        string     `json:"id"` // the kid
	Public    []byte     `json:"public"`
	Private   Sealed     `json:"private"`
	CreatedAt time.Time  `json:"created_at"`
	RetiredAt *time.Time `json:"retired_at,omitempty"` // verifies until its tokens are out, signs no more
}
