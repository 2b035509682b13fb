package models

import (
	"regexp"
	"strings"
	"time"
)

// Limits of reply templates.
const (
	MaxTemplateTitle = 120
	MaxTemplates     = 200 // that one member, one agency or all together have
)

// ReplyTemplate is a text that a reply can begin from. It belongs to one member of staff,
// to an agency, or, when neither is named, to everyone.
type ReplyTemplate struct {
	ID        string    `json:"id"`
	Rev       int64     `json:"rev"`
	Staff     string    `json:"staff,omitempty"`  // a Staff: only theirs
	Agency    string    `json:"agency,omitempty"` // that agency's
	Title     string    `json:"title"`
	Body      string    `json:"body"` // with fields such as {mã}, see TemplateFields
	UpdatedBy string    `json:"updated_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// TemplatesForAll is the Owner of templates that everyone can use.
const TemplatesForAll = "all"

// TemplatesOfStaff is the Owner of a member's own templates.
func TemplatesOfStaff(id string) string { return "staff:" + id }

// TemplatesOfAgency is the Owner of an agency's templates.
func TemplatesOfAgency(code string) string { return "agency:" + code }

// Owner is the list that the template stands in.
func (t *ReplyTemplate) Owner() string {
	switch {
	case t.Staff != "":
		return TemplatesOfStaff(t.Staff)
	case t.Agency != "":
		return TemplatesOfAgency(t.Agency)
	}
	return TemplatesForAll
}

// TemplateField is a place in a template that is filled from the case. None of them tells
// who the sender is.
type TemplateField struct {
	Name, NameEN string // as written between braces, in either language
	value        func(f *Feedback, ref *Reference, now time.Time) string
}

// TemplateFields are the fields that a template may have.
var TemplateFields = []TemplateField{
	{"mã", "code", func(f *Feedback, _ *Reference, _ time.Time) string { return f.Code }},
	{"tiêu đề", "title", func(f *Feedback, _ *Reference, _ time.Time) string { return f.Title }},
	{"nơi xảy ra", "place", func(f *Feedback, _ *Reference, _ time.Time) string { return f.Place }},
	{"lĩnh vực", "field", func(f *Feedback, ref *Reference, now time.Time) string { return ref.fieldName(f.Field, now) }},
	{"cơ quan", "agency", func(f *Feedback, ref *Reference, _ time.Time) string { return ref.agencyName(f.Agency) }},
	{"ngày nhận", "received", func(f *Feedback, _ *Reference, _ time.Time) string { return dayText(f.CreatedAt) }},
	{"hạn trả lời", "due", func(f *Feedback, _ *Reference, _ time.Time) string {
		if f.Due == nil {
			return ""
		}
		return dayText(f.Due.At)
	}},
	{"hôm nay", "today", func(_ *Feedback, _ *Reference, now time.Time) string { return dayText(now) }},
}

func dayText(t time.Time) string { return t.In(VietNam).Format("02/01/2006") }

func (r *Reference) fieldName(slug string, now time.Time) string {
	if x, ok := r.Fields.Get(slug, now); ok {
		return x.Name
	}
	return slug
}

func (r *Reference) agencyName(code string) string {
	if a, ok := r.Tree.Get(code); ok {
		return a.Name
	}
	return code
}

var templatePlace = regexp.MustCompile(`\{([^{}\n]{1,40})\}`)

func templateField(name string) *TemplateField {
	name = strings.ToLower(CleanLine(name))
	for i, x := range TemplateFields {
		if name == x.Name || name == x.NameEN {
			return &TemplateFields[i]
		}
	}
	return nil
}

// Fill returns the text for a case. A field that the case does not have is left in the
// text, so that whoever writes the reply sees what is missing.
func (t *ReplyTemplate) Fill(f *Feedback, ref *Reference, now time.Time) string {
	return templatePlace.ReplaceAllStringFunc(t.Body, func(place string) string {
		if x := templateField(place[1 : len(place)-1]); x != nil {
			if v := x.value(f, ref, now); v != "" {
				return v
			}
		}
		return place
	})
}

// Write takes a title and a text as typed.
func (t *ReplyTemplate) Write(title, body, by string, now time.Time) error {
	title, body = CleanLine(title), Clean(body)
	var c fieldCheck
	c.text("title", title, 1, MaxTemplateTitle)
	c.text("body", body, 1, MaxReply)
	for _, m := range templatePlace.FindAllStringSubmatch(body, -1) {
		if templateField(m[1]) == nil {
			c.add("body", "unknown_template_field", 0)
			break
		}
	}
	if err := Invalid(c); err != nil {
		return err
	}
	t.Title, t.Body, t.UpdatedBy, t.UpdatedAt = title, body, by, now
	return nil
}
