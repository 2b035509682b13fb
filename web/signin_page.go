package web

import (
	"html/template"
	"time"

	"kiennghi/models"
)

// SignIn asks a citizen or business for the phone number.
type SignIn struct {
	Frame
	Phone string // as typed
	Next  string // where to go on afterwards
	Carry string // a form that came when nobody was signed in any more: see Resend
}

func (*SignIn) Template() string { return "signin" }

// SignInCode asks for the code that was sent.
type SignInCode struct {
	Frame
	Phone string // with its middle hidden
	Life  int    // minutes that the code is good for
	Carry string
}

func (*SignInCode) Template() string { return "signin_code" }

// StaffSignIn asks a member of staff for name, password and the digits of the app.
type StaffSignIn struct {
	Frame
	Username, Next, Carry string
}

func (*StaffSignIn) Template() string { return "console/signin" }

// Resend offers to send a form again that came when nobody was signed in any more, or that
// was opened in another session. It shows everything that was typed as hidden inputs.
type Resend struct {
	Frame
	Action string
	Fields []Pair
}

func (*Resend) Template() string { return "resend" }

// ConsoleResend is Resend in the console.
type ConsoleResend struct{ Resend }

func (*ConsoleResend) Template() string { return "console/resend" }

// Pair is one input of a form.
type Pair struct{ Name, Value string }

// Sessions is where an account is signed in.
type Sessions struct {
	Frame
	Items []Session
	End   string // address that ends one: End + "/" + ID; "all" ends every one
}

func (*Sessions) Template() string { return "sessions" }

// Session is one sign-in. Browser and System are empty when they are not known.
type Session struct {
	ID              string
	Browser, System string
	Began, Used     time.Time
	Current         bool
}

// ConsoleSessions is Sessions with what the member acts as and the authenticator app.
type ConsoleSessions struct {
	Sessions
	Username string
	Roles    []models.Role // held
	As       models.Role   // acted in alone; empty: all
	TOTP     bool
}

func (*ConsoleSessions) Template() string { return "console/sessions" }

// TOTP shows the secret of an authenticator app and asks for its first digits.
type TOTP struct {
	Frame
	Secret string
	Image  template.URL // the secret as a QR code, data:
}

func (*TOTP) Template() string { return "console/totp" }
