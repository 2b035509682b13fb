package web

import (
	"net/url"
	"slices"

	"kiennghi/models"
)

// Frame is what every page shows around its content.
type Frame struct {
	Lang   string // vi or en
	Title  string // of the page, without the name of the site
	Path   string // address of this page with its query, for switching the language and coming back
	Nav    string // path of the entry of the navigation that the page belongs to
	URL    string // full address, for who shares it; empty: not to be shared or indexed
	Said   string // said once at the top, about what was just done
	Errors []FieldError

	SignedIn bool    // a citizen or business
	Staff    *Acting // nil: nobody of an agency

	Token func() string // makes the CSRF token; nil: a page without forms
}

// Around is the frame itself, so that a struct that embeds it is a Page.
func (f *Frame) Around() *Frame { return f }

// CSRF is the token that every form carries.
func (f *Frame) CSRF() string {
	if f.Token == nil {
		return ""
	}
	return f.Token()
}

// FieldError is one thing that is wrong with what was typed. Field is the name of the
// input, empty for what is about no single one; Label is what people call it.
type FieldError struct{ Field, Label, Text string }

// ID is the id of the input, which the summary of errors links to.
func (e FieldError) ID() string { return FieldID(e.Field) }

// ErrorAt returns what is wrong with an input; empty: nothing.
func (f *Frame) ErrorAt(field string) string {
	i := slices.IndexFunc(f.Errors, func(e FieldError) bool { return e.Field == field })
	if i < 0 {
		return ""
	}
	return f.Errors[i].Text
}

// Acting is the member of staff who is signed in, and as what.
type Acting struct {
	Name   string
	Agency string        // its name
	Roles  []models.Role // those acted in now
	All    []models.Role // those held
	As     models.Role   // the one chosen; empty: all
	Member *models.Staff // with the roles acted in
}

// May reports whether the roles acted in allow the action, for showing or leaving out a
// link. Whether it is done is decided where it is done.
func (a *Acting) May(action string) bool {
	return a != nil && a.Member != nil && a.Member.May(models.Action(action))
}

// AtRoot reports whether the member is of the national focal point, whose administrators
// keep what counts for the whole country.
func (a *Acting) AtRoot() bool {
	return a != nil && a.Member != nil && a.Member.Agency == models.RootAgency
}

// NavKey tells apart what the navigation of the console shows.
func (f *Frame) NavKey() string {
	key := f.Nav + "\n" + f.Staff.Name
	if f.Staff.AtRoot() {
		key += "\nroot"
	}
	for _, r := range f.Staff.Roles {
		key += "\n" + string(r)
	}
	return key
}

// Other is the language that the page is not in.
func (f *Frame) Other() string {
	if f.Lang == "en" {
		return "vi"
	}
	return "en"
}

// OtherPath is the address of the page in the other language.
func (f *Frame) OtherPath() string {
	u, err := url.Parse(f.Path)
	if err != nil {
		return "/?lang=" + f.Other()
	}
	q := u.Query()
	q.Set("lang", f.Other())
	u.RawQuery = q.Encode()
	return u.String()
}
