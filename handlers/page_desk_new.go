package handlers

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// sourcesKeyedIn are the ways that a clerk enters something from.
var sourcesKeyedIn = []models.Source{models.FromPaper, models.FromPhone, models.FromCounter, models.FromEmail}

// keyInPage asks for what came on paper, by phone, at the counter or by mail. After another
// one it says its code, and the channel stays.
func (s *server) keyInPage(c *fiber.Ctx) error {
	p := s.keyInForm(c)
	p.Key, p.Kind, p.Source = models.NewID(), "citizen", string(models.FromPaper)
	if from := models.Source(c.Query("source")); slices.Contains(sourcesKeyedIn, from) {
		p.Source = string(from)
	}
	if code, ok := models.ParseCode(c.Query("before")); ok {
		p.Before = code
	}
	return s.show(c, p)
}

func (s *server) keyInForm(c *fiber.Ctx) *web.KeyIn {
	p := &web.KeyIn{Frame: s.frame(c, "keyin.title", "/console/new"), Most: models.MaxUploads, NamesHidden: s.Ref.Features().HideNames}
	none := web.Option{Text: s.site.T(p.Lang, "keyin.none")}
	for _, from := range sourcesKeyedIn {
		p.Sources = append(p.Sources, web.Option{Value: string(from), Text: s.site.T(p.Lang, "keyin.source."+string(from))})
	}
	for _, kind := range []string{"citizen", "business"} {
		p.Kinds = append(p.Kinds, web.Option{Value: kind, Text: s.site.T(p.Lang, "keyin.kind."+kind)})
	}
	p.ToldWays = []web.Option{{Text: s.site.T(p.Lang, "keyin.told.none")}}
	for _, way := range models.NoticeTold {
		p.ToldWays = append(p.ToldWays, web.Option{Value: string(way), Text: s.site.T(p.Lang, "given."+string(way))})
	}
	for _, n := range s.Ref.NoticesUntil(s.Now()) {
		from, _ := time.Parse(time.DateOnly, n.ValidFrom)
		p.Versions = append(p.Versions, web.Option{Value: n.Version, Text: s.site.T(p.Lang, "keyin.told.from", n.Version, from.Format("02/01/2006"))})
	}
	p.Fields, p.Provinces = s.fieldOptions(p.Lang, "", none), s.provinceOptions(p.Lang, none)
	return p
}

// saveKeyInPage stores it. What is wrong is shown with everything that was typed, and with
// the files that came.
func (s *server) saveKeyInPage(c *fiber.Ctx) error {
	files, form, done, err := s.formMaybeWithFiles(c)
	defer done()
	p := s.typedKeyIn(c, form)
	id := models.DeriveID(of(c.UserContext()).Account, "feedback", p.Key)
	before, missing := s.filesOfForm(c.UserContext(), form["upload"], id)
	files = append(files, before...)
	if err == nil {
		err = missing
	}
	b := &api.NewDeskFeedback{
		Title: p.TitleTyped, Body: p.Body, Source: api.Source(p.Source), Place: optional(p.Place), Field: optional(p.Field),
		PublishName: p.PublishName, Private: p.Private,
		Sender: api.NewSender{Name: p.Name, Kind: api.SenderKind(p.Kind), Phone: optional(phoneDigits(p.Phone)), Email: optional(p.Email),
			Address: optional(p.Address), Organisation: optional(p.Organisation)},
	}
	if p.Told != "" {
		b.Notice = &api.NoticeTold{Version: p.ToldVersion, Where: api.NoticeToldWhere(p.Told)}
	}
	for _, u := range files {
		b.Uploads = append(b.Uploads, u.ID)
		p.Files = append(p.Files, web.KeptFile{ID: u.ID, Name: u.Name, Size: u.Size})
	}
	wrong := s.wrongKeyIn(p, b)
	if _, _, err := models.NewFeedback(withName(keyedIn(b, &models.Person{}, models.Actor{}), p.Name), s.Ref, s.Now()); err != nil {
		_, _, fields := classify(err)
		wrong = append(wrong, fields...)
	}
	if err == nil {
		err = models.Invalid(wrong)
	} else if _, _, fields := classify(err); len(fields) > 0 {
		err = models.Invalid(append(wrong, fields...))
	}
	if err == nil {
		f, failed := s.keyIn(c.UserContext(), p.Key, b)
		if _, code, _ := classify(failed); code == "idempotency_mismatch" { // pressed twice, and its files came twice
			if first, err := s.Store.Feedback(c.UserContext(), id); err == nil && first.Title == p.TitleTyped && first.Body == p.Body {
				f, failed = first, nil
			}
		}
		if failed == nil {
			if form.Get("another") != "" {
				return s.goTo(c, "/console/new?source="+p.Source+"&before="+f.Code, "said.keyed_in")
			}
			return s.goTo(c, casePath(f.Code), "said.keyed_in")
		}
		err = failed
	}
	return s.showAgain(c, err, p)
}

func withName(in models.Submission, name string) models.Submission {
	in.SenderName = name
	return in
}

// typedKeyIn is the form with what was typed.
func (s *server) typedKeyIn(c *fiber.Ctx, form url.Values) *web.KeyIn {
	p := s.keyInForm(c)
	for name, to := range map[string]*string{"source": &p.Source, "kind": &p.Kind, "name": &p.Name, "organisation": &p.Organisation, "phone": &p.Phone,
		"email": &p.Email, "address": &p.Address, "title": &p.TitleTyped, "where": &p.Where, "commune": &p.Commune, "province": &p.Province, "place": &p.Place,
		"field": &p.Field, "agency": &p.Agency, "key": &p.Key, "told": &p.Told, "told_version": &p.ToldVersion} {
		*to = models.CleanLine(form.Get(name))
	}
	p.Body, p.PublishName, p.Private = models.Clean(form.Get("body")), form.Get("publish_name") != "", form.Get("private") != ""
	if len(p.Key) != 32 {
		p.Key = models.NewID()
	}
	if p.Kind != "business" {
		p.Kind = "citizen"
	}
	if form.Get("choice") != p.Where && !s.isLabel(p.Where, p.Commune) { // another name was typed since
		p.Commune = ""
	}
	return p
}

var (
	anyPhone  = regexp.MustCompile(`^(\+84|0)[0-9]{9,10}$`)
	anyEmail  = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	phoneMark = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "")
)

func phoneDigits(typed string) string { return phoneMark.Replace(typed) }

// wrongKeyIn checks what the contract checks for the API, and finds place and agency by
// what was typed of their names.
func (s *server) wrongKeyIn(p *web.KeyIn, b *api.NewDeskFeedback) (wrong []models.FieldError) {
	add := func(field, code string, limit int) {
		wrong = append(wrong, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	if !slices.Contains(sourcesKeyedIn, models.Source(p.Source)) {
		add("source", "required", 0)
	}
	for _, x := range []struct {
		field, value string
		most         int
	}{{"name", p.Name, 200}, {"organisation", p.Organisation, 300}, {"email", p.Email, 254}, {"address", p.Address, 500}} {
		if models.Length(x.value) > x.most {
			add(x.field, "too_long", x.most)
		}
	}
	if p.Phone != "" && !anyPhone.MatchString(phoneDigits(p.Phone)) {
		add("phone", "not_a_phone", 0)
	}
	if p.Email != "" && !anyEmail.MatchString(p.Email) {
		add("email", "not_an_email", 0)
	}
	has := func(list []web.Option, value string) bool {
		return slices.ContainsFunc(list, func(o web.Option) bool { return o.Value == value })
	}
	if !has(p.ToldWays, p.Told) {
		add("told", "unknown", 0)
	} else if p.Told != "" && !has(p.Versions, p.ToldVersion) {
		add("told_version", "unknown", 0)
	}
	if p.Agency != "" {
		code, choices := s.findAgency(p.Agency, p.Lang)
		b.Agency, p.Agencies = optional(code), choices
		if code == "" {
			_, _, fields := classify(unknownAgency(p.Agency, choices))
			wrong = append(wrong, fields...)
		}
	}
	b.Province = optional(p.Province)
	if p.Where == "" {
		return wrong
	}
	if _, ok := s.Ref.Places.Commune(p.Commune); !ok {
		p.Commune = ""
		found, _ := s.findPlaces(p.Where, p.Province, choices)
		switch {
		case len(found) == 1:
			p.Commune = found[0].Code
		case len(found) > 1:
			p.Choices = s.placeChoices(found, p.Lang)
			add("commune", "place_unclear", 0)
		default:
			add("where", "place_unknown", 0)
		}
	}
	if v, ok := s.Ref.Places.Commune(p.Commune); ok {
		p.Where = s.communeLabel(v.Code, p.Lang)
		b.Commune, b.Province = optional(v.Code), optional(v.Province)
	}
	return wrong
}
