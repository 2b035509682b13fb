package web

import (
	"fmt"
	"html/template"
	"strings"
)

// Field is one input with everything around it, for the part "field".
type Field struct {
	Name, ID, Label, Value string
	Hint, Error            string
	Kind                   string // text, tel, email, search, number, date, password, textarea, select, radios, checkbox
	Autocomplete           string
	Inputmode              string
	Maxlength, Rows        int
	Width                  string // narrow, medium, wide or empty: as wide as the text
	Optional               string // said after the label
	Options                []Option
	Required               bool
	Autofocus              bool
}

// Option is one choice of a select or of radios.
type Option struct{ Value, Text, Hint string }

// DescribedBy lists the ids of hint and error.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Choices are the options of a select, the chosen one marked. There can be a hundred, and
// a loop in the template would take longer than the rest of the page.
func (f Field) Choices() template.HTML {
	var b strings.Builder
	for _, o := range f.Options {
		b.WriteString(`<option value="`)
		b.WriteString(template.HTMLEscapeString(o.Value))
		b.WriteByte('"')
		if o.Value == f.Value {
			b.WriteString(" selected")
		}
		b.WriteByte('>')
		b.WriteString(template.HTMLEscapeString(o.Text))
		b.WriteString("</option>\n")
	}
	return template.HTML(b.String())
}

// FieldID is the id of an input with that name.
func FieldID(name string) string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(name)
}

// field makes a Field in a template:
//
//	{{template "field" (field $ "phone" (t "signin.phone") .Phone "kind" "tel" "hint" (t "signin.phone.hint"))}}
//
// The first argument is the page, whose error at the field is shown with it. Then come
// name, label and value, and then names and values of what else is known of the input.
func (f format) field(p Page, name, label, value string, more ...any) (Field, error) {
	x := Field{Name: name, ID: FieldID(name), Label: label, Value: value, Kind: "text", Rows: 8, Error: p.Around().ErrorAt(name)}
	for i := 0; i+1 < len(more); i += 2 {
		ok := true
		switch v := more[i+1]; more[i] {
		case "kind":
			x.Kind, ok = v.(string)
		case "hint":
			x.Hint, ok = v.(string)
		case "autocomplete":
			x.Autocomplete, ok = v.(string)
		case "inputmode":
			x.Inputmode, ok = v.(string)
		case "width":
			x.Width, ok = v.(string)
		case "maxlength":
			x.Maxlength, ok = v.(int)
		case "rows":
			x.Rows, ok = v.(int)
		case "options":
			x.Options, ok = v.([]Option)
		case "required":
			x.Required, ok = v.(bool)
		case "autofocus":
			x.Autofocus, ok = v.(bool)
		case "of": // one of several forms on the page that have the input, but not the one that is shown again
			var of string
			if of, ok = v.(string); of != "" {
				x.ID, x.Error = x.ID+"-"+of, ""
			}
		case "optional":
			var optional bool
			if optional, ok = v.(bool); optional {
				x.Optional = f.t("form.optional")
			}
		default:
			ok = false
		}
		if !ok {
			return x, fmt.Errorf("field %s: %v is unknown or of another type", name, more[i])
		}
	}
	if len(more)%2 != 0 {
		return x, fmt.Errorf("field %s: names and values do not pair", name)
	}
	return x, nil
}
