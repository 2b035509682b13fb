package handlers

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

// typedWish is the agency of a form, when its sender wants the letter to go there.
func (s *server) typedWish(c *fiber.Ctx) string {
	if typedLine(c, "to_agency") == "" {
		return ""
	}
	return s.wish(typedLine(c, "agency"))
}

// wish is the agency that the sender asks for by its code, or who took over from it; ""
// when no case can be handed to it.
func (s *server) wish(code string) string {
	heir := s.Ref.Tree.Heir(code) // people know the names that were for longer
	if a, ok := s.Ref.Tree.Get(heir); !ok || !a.Assignable() {
		return ""
	}
	return heir
}

// submitFrame is what every step has around its question.
func (s *server) submitFrame(c *fiber.Ctx, l *letter, step int, title string) web.SubmitFrame {
	f := web.SubmitFrame{Frame: s.frame(c, title, "/submit"), Step: step, Draft: l.mark(), Owner: s.senderMark(of(c.UserContext()).Account)}
	f.Keeps = s.termOf(models.KeptDraft, f.Lang)
	f.Back = c.Query("back") == "check" || typedLine(c, "back") == "check"
	return f
}

// senderMark tells the accounts of one browser apart in its own scripts; it opens nothing.
func (s *server) senderMark(account string) string {
	if account == "" {
		return ""
	}
	return s.Keyring.Index("sender mark " + account)[:16]
}

// next leads to the next step, or back to the check when one came from there.
func (s *server) next(c *fiber.Ctx, before, after string) error {
	switch {
	case typedLine(c, "go") == "back":
		return s.goTo(c, before, "")
	case typedLine(c, "back") == "check":
		return s.goTo(c, "/submit/check", "")
	}
	return s.goTo(c, after, "")
}

// again leads to the form that was posted, to show what is wrong with it: the letter is
// kept, so no answer to a form stands between the pages when one goes back.
func (s *server) again(c *fiber.Ctx, path string) error {
	query := "?again=1"
	if typedLine(c, "back") == "check" {
		query += "&back=check"
	}
	return s.goTo(c, path+query, "")
}

// whatPage asks what happened.
func (s *server) whatPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	p := s.whatOf(c, l)
	if c.Query("again") != "" {
		if err := s.wrong(l, "title", "body"); err != nil {
			return s.showAgain(c, err, p)
		}
	}
	return s.show(c, p)
}

// whatOf makes the page. The agency that it was opened for goes before the one that the
// letter has; it is kept with the step, so that following a link changes nothing.
func (s *server) whatOf(c *fiber.Ctx, l *letter) *web.SubmitWhat {
	p := &web.SubmitWhat{SubmitFrame: s.submitFrame(c, l, 1, "submit.what.title"), Heading: l.Title, Body: l.Body}
	asked := c.Query("agency")
	code := s.wish(cmp.Or(asked, l.Agency))
	p.NoAgency = asked != "" && code == ""
	if p.NoAgency {
		code = s.wish(l.Agency)
	}
	p.Agency, p.AgencyName = code, s.agencyName(code, p.Lang)
	if _, ok := s.Ref.Tree.Get(asked); ok && code != "" && code != asked {
		p.AgencyWas = s.agencyName(asked, p.Lang)
	}
	return p
}

// saveWhatPage keeps what happened. Before the next step stands what may be of use: the
// right door, when it looks like something else, and answers to the same.
func (s *server) saveWhatPage(c *fiber.Ctx) error {
	title, body, agency := typedLine(c, "title"), typed(c, "body"), s.typedWish(c)
	l, err := s.changeDraft(c, func(l *letter) error { l.Title, l.Body, l.Agency = title, body, agency; return nil })
	if models.ErrorKindOf(err) == models.KindTooLarge { // it is shown again, though not kept
		if l, err = s.draft(c); err != nil {
			return err
		}
		l.Title, l.Body, l.Agency = title, body, agency
		return s.showAgain(c, s.wrong(l, "title", "body"), s.whatOf(c, l))
	}
	if err != nil {
		return err
	}
	if s.wrong(l, "title", "body") != nil {
		return s.again(c, "/submit/what")
	}
	p, err := s.helpful(c, l)
	if err != nil {
		return err
	}
	if p.Any() && !slices.Contains(strings.Fields(typedLine(c, "seen")), p.Sign()) {
		return s.goTo(c, "/submit/similar"+backTo(c), "")
	}
	return s.next(c, "/", "/submit/where")
}

// backTo carries on that one came from the check.
func backTo(c *fiber.Ctx) string {
	if c.Query("back") == "check" || typedLine(c, "back") == "check" {
		return "?back=check"
	}
	return ""
}

// similarPage shows what may be of use before one goes on.
func (s *server) similarPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	if l.Body == "" {
		return s.goTo(c, "/submit/what", "")
	}
	p, err := s.helpful(c, l)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

// helpful finds guidance and similar answers. Without the search engine there are none.
func (s *server) helpful(c *fiber.Ctx, l *letter) (*web.SubmitSimilar, error) {
	p := &web.SubmitSimilar{SubmitFrame: s.submitFrame(c, l, 1, "submit.similar.title"), Kind: s.Ref.Kind(l.heading(), l.Body)}
	if p.Kind != models.Ordinary {
		p.Guidance = s.Ref.Triage.Guidance(p.Kind).In(p.Lang)
	}
	if !p.Kind.Routed() { // then answers to others help nobody
		return p, nil
	}
	hits, err := s.similar(c.UserContext(), l.heading()+". "+l.Body)
	if err != nil && !errors.Is(err, models.ErrUnavailable) {
		return nil, err
	}
	for _, a := range hits[:min(len(hits), 3)] {
		row := web.AnswerRow{Path: "/answers/" + a.Code, Title: a.Title}
		if a.Agency != nil {
			row.Agency = s.agencyName(a.Agency.Code, p.Lang)
		}
		if a.PublishedAt != nil {
			row.At = *a.PublishedAt
		}
		p.Similar = append(p.Similar, row)
	}
	return p, nil
}

// wherePage asks where it happened. A name that means several communes is shown as a
// choice; one that means none is said, and nothing is taken away.
func (s *server) wherePage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	p := s.whereOf(c, l)
	if c.Query("again") == "" {
		return s.show(c, p)
	}
	err = s.wrong(l, "place", "province", "commune")
	if l.Where == "" {
		if err == nil {
			return s.show(c, p)
		}
		return s.showAgain(c, err, p)
	}
	found, more := s.placesOf(l)
	code := "place_unknown"
	if len(found) > 0 {
		code = "place_unclear"
		p.Choices, p.More = append(s.placeChoices(found, p.Lang), web.Option{Value: "none", Text: s.site.T(p.Lang, "submit.where.other")}), more
	}
	var wrong *models.Error
	fields := []models.FieldError{{Field: "where", Code: code}}
	if errors.As(err, &wrong) {
		fields = append(fields, wrong.Fields...)
	}
	return s.showAgain(c, models.Invalid(fields), p)
}

// placesOf finds the communes that the typed name may mean: in the province chosen, or
// where there is none, in all.
func (s *server) placesOf(l *letter) ([]models.FoundPlace, bool) {
	found, more := s.findPlaces(l.Where, l.Province, choices)
	if len(found) == 0 && l.Province != "" {
		found, more = s.findPlaces(l.Where, "", choices)
	}
	return found, more
}

func (s *server) whereOf(c *fiber.Ctx, l *letter) *web.SubmitWhere {
	p := &web.SubmitWhere{SubmitFrame: s.submitFrame(c, l, 2, "submit.where.title"), Where: l.Where, Commune: l.Commune, Province: l.Province, Place: l.Place}
	if l.Where == "" {
		p.Where = s.communeLabel(l.Commune, p.Lang)
	}
	p.Provinces = append(p.Provinces, web.Option{Text: s.site.T(p.Lang, "submit.where.province.none")})
	for _, v := range s.Ref.Places.Provinces() {
		o := web.Option{Value: v.Code, Text: s.provinceName(v.Code, p.Lang)}
		if old := otherNames(v); old != "" {
			o.Text = s.site.T(p.Lang, "submit.where.province.old", o.Text, old)
		}
		p.Provinces = append(p.Provinces, o)
	}
	slices.SortStableFunc(p.Provinces[1:], func(a, b web.Option) int { return strings.Compare(models.Fold(a.Text), models.Fold(b.Text)) })
	return p
}

// otherNames are the names of the provinces that were merged into one.
func otherNames(v models.Province) string {
	old := slices.DeleteFunc(strings.Split(v.MergedFrom, "; "), func(name string) bool { return name == v.Name })
	return strings.Join(old, ", ")
}

// communeLabel is a commune with its province, empty for none.
func (s *server) communeLabel(code, lang string) string {
	x, ok := s.Ref.Places.Commune(code)
	if !ok {
		return ""
	}
	return s.communeName(code, lang) + ", " + s.provinceName(x.Province, lang)
}

// isLabel reports whether a text is what a commune is called on a page in either language.
func (s *server) isLabel(text, code string) bool {
	return text == s.communeLabel(code, "vi") || text == s.communeLabel(code, "en")
}

// kindsInEnglish are the words of English names that names of places are searched without.
var kindsInEnglish = regexp.MustCompile(`(?i)\b(ward|commune|special zone|province|city)\b`)

// findPlaces is Places.Find for a name in either language.
func (s *server) findPlaces(name, province string, most int) ([]models.FoundPlace, bool) {
	return s.Ref.Places.Find(kindsInEnglish.ReplaceAllString(name, ""), province, most)
}

// choices is how many communes of one name are shown to choose from.
const choices = 12

// saveWherePage keeps where it happened: the commune that was chosen, or the only one that
// the name means, or the province that it names.
func (s *server) saveWherePage(c *fiber.Ctx) error {
	where, place, province, chosen := typedLine(c, "where"), typedLine(c, "place"), typedLine(c, "province"), typedLine(c, "commune")
	_, known := s.Ref.Places.Commune(chosen)
	asked := typedLine(c, "choice") == where // what was chosen belongs to what was typed
	l, err := s.changeDraft(c, func(l *letter) error {
		l.Where, l.Place, l.Province, l.Commune = models.Shorten(where, 500), place, province, ""
		switch {
		case where == "":
		case known && (asked || s.isLabel(where, chosen)):
			l.setCommune(s.Ref.Places, chosen)
		case asked && chosen == "none":
			l.intoWords()
		default:
			s.resolveWhere(l)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case typedLine(c, "go") != "back" && (l.Where != "" || s.wrong(l, "place", "province", "commune") != nil):
		return s.again(c, "/submit/where")
	}
	return s.next(c, "/submit/what", "/submit/files")
}

// setCommune puts a commune that is known in place of what was typed.
func (l *letter) setCommune(places *models.Places, code string) {
	v, _ := places.Commune(code)
	l.Where, l.Commune, l.Province = "", v.Code, v.Province
}

// resolveWhere finds the commune that was typed, when only one can be meant, or the
// province. Otherwise it stays as typed.
func (s *server) resolveWhere(l *letter) {
	if v, ok := s.Ref.Places.FindProvince(kindsInEnglish.ReplaceAllString(l.Where, "")); ok {
		l.Where, l.Province = "", v.Code
		return
	}
	if found, more := s.findPlaces(l.Where, l.Province, 2); len(found) == 1 && !more {
		l.setCommune(s.Ref.Places, found[0].Code)
	}
}

// intoWords puts a commune that is not known by its name before the place, where an
// officer reads it.
func (l *letter) intoWords() {
	if l.Where != "" {
		l.Place = models.Shorten(strings.TrimSuffix(l.Where+", "+l.Place, ", "), models.MaxPlace)
		l.Where = ""
	}
}

// placeChoices are places to choose from, with the old name by which each was found.
func (s *server) placeChoices(found []models.FoundPlace, lang string) []web.Option {
	var out []web.Option
	for _, f := range found {
		o := web.Option{Value: f.Code, Text: s.communeLabel(f.Code, lang)}
		if f.Was != "" {
			o.Hint = s.site.T(lang, "submit.where.was", f.Was)
		}
		out = append(out, o)
	}
	return out
}

// placesPage finds communes for the script of the step, while one is typing.
func (s *server) placesPage(c *fiber.Ctx) error {
	list := []placeFound{}
	found, _ := s.findPlaces(c.Query("q"), c.Query("province"), 8)
	for _, o := range s.placeChoices(found, of(c.UserContext()).Lang) {
		v, _ := s.Ref.Places.Commune(o.Value)
		list = append(list, placeFound{o.Value, v.Province, o.Text, o.Hint})
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=600")
	return c.JSON(list)
}

// placeFound is one answer of placesPage.
type placeFound struct {
	Code     string `json:"code"`
	Province string `json:"province"`
	Text     string `json:"text"`
	Hint     string `json:"hint"`
}

// whoPage asks for the phone, and when it is known who it is, for the name and what may
// be published.
func (s *server) whoPage(c *fiber.Ctx) error {
	l, err := s.draft(c)
	if err != nil {
		return err
	}
	if l.Body == "" {
		return s.goTo(c, "/submit/what", "")
	}
	p, err := s.whoOf(c, l)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

func (s *server) whoOf(c *fiber.Ctx, l *letter) (*web.SubmitWho, error) {
	p := &web.SubmitWho{SubmitFrame: s.submitFrame(c, l, 4, "submit.who.title"), PublishName: yesNo(l.PublishName), Private: l.Private}
	account := of(c.UserContext()).Account
	if account == "" {
		return p, nil
	}
	me, err := s.me(c.UserContext(), account)
	if err != nil {
		return nil, err
	}
	p.Name, p.Phone = me.Name, value(me.Phone)
	if p.Phone != "" {
		p.Phone = hiddenPhone(p.Phone)
	}
	return p, nil
}

// me is the account of a citizen.
func (s *server) me(ctx context.Context, account string) (api.Me, error) {
	person, err := s.Store.Person(ctx, account)
	if err != nil {
		return api.Me{}, err
	}
	return s.personMe(person)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// saveWhoPage keeps what may be published, and the name where the account has none.
func (s *server) saveWhoPage(c *fiber.Ctx) error {
	ctx, name := c.UserContext(), typedLine(c, "name")
	l, err := s.changeDraft(c, func(l *letter) error {
		l.PublishName, l.Private = typedLine(c, "publish_name") == "yes", typedLine(c, "private") != ""
		return nil
	})
	if err != nil {
		return err
	}
	p, err := s.whoOf(c, l)
	if err != nil {
		return err
	}
	if p.Name == "" && (name != "" || typedLine(c, "go") != "back") {
		if err := s.nameAccount(ctx, of(ctx).Account, name); err != nil {
			p.Typed = name
			return s.showAgain(c, err, p)
		}
	}
	return s.next(c, "/submit/files", "/submit/check")
}

// nameAccount gives an account that has none its name.
func (s *server) nameAccount(ctx context.Context, account, name string) error {
	if models.Length(name) > 200 {
		return models.Invalid([]models.FieldError{{Field: "name", Code: "too_long", Limit: 200}})
	}
	_, err := s.patchPerson(ctx, account, &api.MePatch{Name: &name})
	return err
}

// likelyAgency says which agency a letter will probably go to, or which kind of local ones
// and that the place is needed to tell; empty when nothing is likely.
func (s *server) likelyAgency(ctx context.Context, l *letter, lang string) (name string, placeNeeded bool, err error) {
	in, _ := s.Ref.Look(
		models.RouteInput{Title: l.heading(), Body: l.Body, Province: l.Province, Commune: l.Commune, Asked: l.Agency}, l.Place)
	routing, err := search.Route(ctx, s.Index, s.Remits, s.Ref.Tree, s.Ref.Fields.On(s.Now()), in)
	if err != nil || len(routing.Suggestions) == 0 {
		return "", false, err
	}
	code := routing.Suggestions[0].Agency
	return s.agencyName(code, lang), s.placeNeeded(code), nil
}
