package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

// mayRead reports whether the member's agency is one of those that a letter is for.
func (s *server) mayRead(ctx context.Context, r models.LetterRef) bool {
	return slices.Contains(r.Readers(s.Ref.Tree), of(ctx).Staff.Agency)
}

// readLetter returns a letter that the member may read. That somebody else's letter was
// opened, and by whom, is in the audit log, once for each member.
func (s *server) readLetter(ctx context.Context, r models.LetterRef) (*models.UrgingLetter, error) {
	if r.Number < 1 || !s.mayRead(ctx, r) {
		return nil, models.ErrNotFound
	}
	l, err := s.letterAt(ctx, r)
	if me := of(ctx).Staff; err == nil && me.Agency != r.From {
		err = s.audit(ctx, models.DeriveID("letter opened", r.String(), me.ID), of(ctx).actor(), models.ActReadLetter, r.String(), "", s.Now())
	}
	return l, err
}

// openings are who opened a letter of the member's own agency, the newest first; else nil.
func (s *server) openings(ctx context.Context, r models.LetterRef) ([]models.AuditEntry, error) {
	if of(ctx).Staff.Agency != r.From {
		return nil, nil
	}
	page, err := s.Store.ListAudit(ctx, store.AuditQuery{Object: r.String(), Action: models.ActReadLetter, Limit: 100})
	return page.Items, err
}

// lettersTo lists letters that urge an agency and that the member may read, the newest
// first. next names the last one of the page before: its time in milliseconds, who wrote it and
// its number, of which several may be of one time.
func (s *server) lettersTo(ctx context.Context, to string, limit int, next string) (out []*models.UrgingLetter, _ string, err error) {
	if _, ok := s.Ref.Tree.Get(to); !ok || !s.within(ctx, to) {
		return nil, "", models.ErrNotFound
	}
	last, err := parseLetterPlace(next)
	if err != nil {
		return nil, "", err
	}
	for _, from := range s.Ref.Tree.Path(to)[1:] {
		if !s.mayRead(ctx, models.LetterRef{From: from, To: to}) {
			continue
		}
		n, err := s.letters(ctx, from, to)
		if err != nil {
			return nil, "", err
		}
		for found := 0; n > 0 && found <= limit; n-- {
			l, err := s.letterAt(ctx, models.LetterRef{From: from, To: to, Number: n})
			if err != nil {
				return nil, "", err
			}
			if next == "" || last.before(placeOfLetter(l)) {
				out = append(out, l)
				found++
			}
		}
	}
	slices.SortFunc(out, func(a, b *models.UrgingLetter) int { return placeOfLetter(a).compare(placeOfLetter(b)) })
	if len(out) <= limit {
		return out, "", nil
	}
	return out[:limit], placeOfLetter(out[limit-1]).String(), nil
}

// letterPlace is where a letter is in the list of those to an agency: the newest first.
type letterPlace struct {
	at     int64 // milliseconds
	from   string
	number int
}

func placeOfLetter(l *models.UrgingLetter) letterPlace {
	return letterPlace{l.At.UnixMilli(), l.From, l.Number}
}

func (p letterPlace) compare(o letterPlace) int {
	return cmp.Or(cmp.Compare(o.at, p.at), cmp.Compare(p.from, o.from), cmp.Compare(o.number, p.number))
}

func (p letterPlace) before(o letterPlace) bool { return p.compare(o) < 0 }

func (p letterPlace) String() string { return fmt.Sprintf("%d.%s.%d", p.at, p.from, p.number) }

// parseLetterPlace reads what String wrote; nothing is the zero place.
func parseLetterPlace(text string) (p letterPlace, err error) {
	if text == "" {
		return p, nil
	}
	part := strings.Split(text, ".")
	if len(part) == 3 {
		var wrong error
		p.at, err = strconv.ParseInt(part[0], 10, 64)
		p.number, wrong = strconv.Atoi(part[2])
		if p.from = part[1]; err == nil && wrong == nil {
			return p, nil
		}
	}
	return p, models.Invalid([]models.FieldError{{Field: "next", Code: "malformed"}})
}

// lettersNaming returns the last letter of each agency to each other one, if it names the
// case, which is late still. Those who only contribute to the case are told of none.
func (s *server) lettersNaming(ctx context.Context, f *models.Feedback) (out []*models.UrgingLetter, err error) {
	if !f.Overdue(s.Now()) || !slices.Contains(f.Scope, of(ctx).Staff.Agency) {
		return nil, nil
	}
	for _, to := range f.Scope {
		if to == models.KeptFromRoot {
			continue
		}
		for _, from := range s.Ref.Tree.Path(to)[1:] {
			n, err := s.letters(ctx, from, to)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				continue
			}
			l, err := s.letterAt(ctx, models.LetterRef{From: from, To: to, Number: n})
			if err != nil {
				return nil, err
			}
			if l.Named(f) != nil {
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// DeskListLetters lists letters that urge an agency, or name a case.
func (s *server) DeskListLetters(ctx context.Context, in api.DeskListLettersRequestObject) (api.DeskListLettersResponseObject, error) {
	list := api.LetterList{Items: []api.LetterLine{}}
	if code := value(in.Params.Case); code != "" {
		f, err := s.visibleCase(ctx, code)
		if err != nil {
			return nil, err
		}
		letters, err := s.lettersNaming(ctx, f)
		for _, l := range letters {
			list.Items = append(list.Items, s.letterLine(ctx, l, l.Named(f)))
		}
		return api.DeskListLetters200JSONResponse(list), err
	}
	letters, next, err := s.lettersTo(ctx, cmp.Or(value(in.Params.Agency), of(ctx).Staff.Agency), limitOf(in.Params.Limit), value(in.Params.Next))
	for _, l := range letters {
		list.Items = append(list.Items, s.letterLine(ctx, l, nil))
	}
	list.Next = optional(next)
	return api.DeskListLetters200JSONResponse(list), err
}

func (s *server) letterLine(ctx context.Context, l *models.UrgingLetter, named *models.LateCase) api.LetterLine {
	x := api.LetterLine{Number: l.Number, From: *s.agencyRef(l.From), To: *s.agencyRef(l.To), At: l.At, Cases: len(l.Cases) + l.More, MayRead: s.mayRead(ctx, l.Ref())}
	if named != nil {
		times := max(1, named.Times)
		x.Times = &times
	}
	return x
}

// DeskReadLetter returns one for those whom it is for.
func (s *server) DeskReadLetter(ctx context.Context, in api.DeskReadLetterRequestObject) (api.DeskReadLetterResponseObject, error) {
	l, err := s.readLetter(ctx, models.LetterRef{From: in.From, To: in.To, Number: in.Number})
	if err != nil {
		return nil, err
	}
	v, err := s.letterView(ctx, l)
	return api.DeskReadLetter200JSONResponse(v), err
}

const lettersPath = "/console/letters"

func lettersOf(agency, next string) string {
	q := url.Values{"agency": {agency}}
	if next != "" {
		q.Set("next", next)
	}
	return lettersPath + "?" + q.Encode()
}

// readPath is the address of a letter for those whom it is for.
func readPath(r models.LetterRef) string {
	return lettersPath + "/" + url.PathEscape(r.From) + "/" + url.PathEscape(r.To) + "/" + strconv.Itoa(r.Number)
}

// lettersPage lists letters that urge the member's agency, or one beneath it.
func (s *server) lettersPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	me := of(ctx).Staff
	to := cmp.Or(c.Query("agency"), me.Agency)
	list, next, err := s.lettersTo(ctx, to, inboxRows, c.Query("next"))
	if err != nil {
		return err
	}
	p := &web.Letters{Frame: s.frame(c, "letters.title", "/console/overdue"), Own: to == me.Agency}
	p.Agency = s.agencyName(to, p.Lang)
	for _, l := range list {
		p.Rows = append(p.Rows, s.letterRow(ctx, l, nil))
	}
	if c.Query("next") != "" {
		p.First = lettersOf(to, "")
	}
	if next != "" {
		p.Next = lettersOf(to, next)
	}
	return s.show(c, p)
}

func (s *server) letterRow(ctx context.Context, l *models.UrgingLetter, named *models.LateCase) web.LetterRow {
	lang := of(ctx).Lang
	x := web.LetterRow{Number: l.Number, From: s.agencyName(l.From, lang), To: s.agencyName(l.To, lang), At: l.At, Cases: len(l.Cases) + l.More}
	if s.mayRead(ctx, l.Ref()) {
		x.Path = readPath(l.Ref())
	}
	if named != nil {
		x.Times = max(1, named.Times)
	}
	return x
}

// caseLetters puts the letters that name the case on its page.
func (s *server) caseLetters(ctx context.Context, p *web.Case, f *models.Feedback) error {
	letters, err := s.lettersNaming(ctx, f)
	for _, l := range letters {
		p.Letters = append(p.Letters, s.letterRow(ctx, l, l.Named(f)))
	}
	return err
}

// readLetterPage shows a letter to those whom it is for.
func (s *server) readLetterPage(c *fiber.Ctx) error {
	n, _ := strconv.Atoi(c.Params("number"))
	r := models.LetterRef{From: c.Params("from"), To: c.Params("to"), Number: n}
	l, err := s.readLetter(c.UserContext(), r)
	if err != nil {
		return err
	}
	p, err := s.letterShown(c, l)
	if err != nil {
		return err
	}
	p.Back, p.BackTo = lettersOf(l.To, ""), s.site.T(p.Lang, "letters.title")
	return s.show(c, p)
}
