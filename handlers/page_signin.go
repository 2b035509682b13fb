package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

const (
	signInCookie  = "__Host-signin" // what is known between the number and its code, sealed
	signInSeconds = 15 * 60
)

// signingIn is what is known between the number and its code.
type signingIn struct{ Phone, Next string }

// signInPage asks for the phone number.
func (s *server) signInPage(c *fiber.Ctx) error {
	next := ownPath(c.Query("next"), "/my")
	if of(c.UserContext()).Account != "" {
		return s.goTo(c, next, "")
	}
	return s.show(c, &web.SignIn{Frame: s.frame(c, "signin.title", "/signin"), Next: next})
}

// sendCodePage sends a code to the number that was typed, or another one to the number
// before, and goes on to ask for it.
func (s *server) sendCodePage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := &web.SignIn{Frame: s.frame(c, "signin.title", "/signin"), Phone: typedLine(c, "phone"), Next: ownPath(typedLine(c, "next"), "/my"), Carry: carried(c)}
	state := signingIn{Next: p.Next}
	if before, ok := s.signingIn(c); ok && typedLine(c, "again") != "" {
		state = before
	} else {
		phone, ok := phoneOf(p.Phone)
		if !ok {
			return s.showAgain(c, models.Invalid([]models.FieldError{{Field: "phone", Code: "not_a_phone"}}), p)
		}
		state.Phone = phone
	}
	if err := s.sendCode(ctx, state.Phone); err != nil {
		return s.showAgain(c, err, p)
	}
	if err := s.keepSigningIn(c, state); err != nil {
		return err
	}
	if p.Carry != "" { // it does not fit into a cookie, so there is no redirection
		return s.show(c, s.codePage(c, state, p.Carry))
	}
	return s.goTo(c, "/signin/code", "")
}

// askCodePage asks for the code.
func (s *server) askCodePage(c *fiber.Ctx) error {
	state, ok := s.signingIn(c)
	if !ok {
		return s.goTo(c, "/signin", "")
	}
	return s.show(c, s.codePage(c, state, ""))
}

func (s *server) codePage(c *fiber.Ctx, state signingIn, carry string) *web.SignInCode {
	return &web.SignInCode{Frame: s.frame(c, "signin.code.title", "/signin"), Phone: hiddenPhone(state.Phone), Life: int(otpLife.Minutes()), Carry: carry}
}

// useCodePage signs in with the code and goes on to where one wanted to go.
func (s *server) useCodePage(c *fiber.Ctx) error {
	state, ok := s.signingIn(c)
	if !ok {
		return s.goTo(c, "/signin", "")
	}
	p := s.codePage(c, state, carried(c))
	code := strings.ReplaceAll(typedLine(c, "code"), " ", "")
	if !codePattern.MatchString(code) {
		return s.showAgain(c, models.Invalid([]models.FieldError{{Field: "code", Code: "not_six_digits"}}), p)
	}
	person, err := s.useCode(c.UserContext(), state.Phone, code)
	if err != nil {
		return s.showAgain(c, atField("code", err), p)
	}
	if err := s.beginVisit(c, person.ID, false); err != nil {
		return err
	}
	dropCookie(c, signInCookie)
	if p.Carry != "" {
		return s.resendPage(c, p.Carry)
	}
	return s.goTo(c, state.Next, "")
}

var codePattern = regexp.MustCompile(`^[0-9]{6}$`)

// atField puts an error that has a text and no field at that field.
func atField(field string, err error) error {
	kind, code, fields := classify(err)
	if kind == models.KindUnauthenticated && code != "" && len(fields) == 0 {
		return &models.Error{Kind: kind, Code: code, Fields: []models.FieldError{{Field: field, Code: code}}}
	}
	return err
}

func (s *server) keepSigningIn(c *fiber.Ctx, state signingIn) error {
	b, err := json.Marshal(state)
	if err != nil {
		return err
	}
	setCookie(c, signInCookie, base64.RawURLEncoding.EncodeToString(s.Keyring.Seal(string(b))), signInSeconds)
	return nil
}

// signingIn returns what the cookie says; false when it is none of ours.
func (s *server) signingIn(c *fiber.Ctx) (state signingIn, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(c.Cookies(signInCookie))
	if err != nil || len(b) == 0 {
		return state, false
	}
	text, err := s.Keyring.Open(b)
	return state, err == nil && json.Unmarshal([]byte(text), &state) == nil && state.Phone != ""
}

var phonePattern = regexp.MustCompile(`^(?:\+?84|0)([0-9]{9})$`)

// phoneOf returns the normal form of a number as people write it, with spaces or dots.
func phoneOf(typed string) (string, bool) {
	m := phonePattern.FindStringSubmatch(strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "").Replace(typed))
	if m == nil {
		return "", false
	}
	return "+84" + m[1], true
}

// hiddenPhone shows enough of a number to know one's own.
func hiddenPhone(phone string) string {
	local := "0" + strings.TrimPrefix(phone, "+84")
	return local[:2] + "•• ••• " + local[len(local)-3:]
}

// signOutPage ends the session of this part of the site.
func (s *server) signOutPage(c *fiber.Ctx) error {
	console, r := isConsole(c.Path()), of(c.UserContext())
	if r.Session != "" {
		if err := s.endSession(c.UserContext(), r.Account, r.Session); err != nil {
			return err
		}
	}
	dropCookie(c, sessionCookie(console))
	if console {
		return s.goTo(c, "/console/signin", "said.signed_out")
	}
	return s.goTo(c, "/", "said.signed_out")
}

// carry is a form that came when nobody was signed in any more, as one text: its address
// and what was typed, with a space between. Browsers change line ends.
func carry(c *fiber.Ctx) string {
	form := url.Values{}
	c.Context().PostArgs().VisitAll(func(name, value []byte) {
		if string(name) != "csrf" {
			form.Add(string(name), string(value))
		}
	})
	return here(c) + " " + form.Encode()
}

// carried returns the form that sign-in carries along, empty when there is none.
func carried(c *fiber.Ctx) string { return string(c.Context().PostArgs().Peek("carry")) }

// resendPage offers to send a carried form again, with a token that is good now.
func (s *server) resendPage(c *fiber.Ctx, carry string) error {
	action, typed, _ := strings.Cut(carry, " ")
	form, err := url.ParseQuery(typed)
	action = ownPath(action, "")
	if err != nil || action == "" {
		return models.Fail(models.KindMalformed, "malformed")
	}
	p := web.Resend{Frame: s.frame(c, "signin.resend.title", ""), Action: action}
	for name, values := range form {
		for _, v := range values {
			p.Fields = append(p.Fields, web.Pair{Name: name, Value: v})
		}
	}
	if isConsole(c.Path()) {
		return s.show(c, &web.ConsoleResend{Resend: p})
	}
	return s.show(c, &p)
}

// toSignIn sends a person who is not signed in to do so: to come back to a page, or to
// send a form again. What another site sent is not carried along.
func (s *server) toSignIn(c *fiber.Ctx) error {
	console := isConsole(c.Path())
	if c.Method() != fiber.MethodPost || receivesFiles[c.Path()] { // files are not carried along
		path := "/signin"
		if console {
			path = "/console/signin"
		}
		return s.goTo(c, path+"?next="+url.QueryEscape(here(c)), "")
	}
	form := ""
	if c.Get("Sec-Fetch-Site") == "same-origin" {
		form = carry(c)
	}
	if console {
		return s.show(c, &web.StaffSignIn{Frame: s.frame(c, "signin.staff.title", ""), Next: "/console", Carry: form})
	}
	return s.show(c, &web.SignIn{Frame: s.frame(c, "signin.title", "/signin"), Next: "/my", Carry: form})
}
