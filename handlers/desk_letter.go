package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

// letter returns the n-th letter of the member's agency to another one within reach.
func (s *server) letter(ctx context.Context, to string, n int) (*models.UrgingLetter, error) {
	if !s.mayUrge(ctx, to) || n < 1 {
		return nil, models.ErrNotFound
	}
	return s.letterAt(ctx, models.LetterRef{From: of(ctx).Staff.Agency, To: to, Number: n})
}

// letterAt returns a letter as it is stored, among the settings: whoever puts the value
// first has written it.
func (s *server) letterAt(ctx context.Context, r models.LetterRef) (*models.UrgingLetter, error) {
	text, err := s.Store.Setting(ctx, r.String())
	if err != nil {
		return nil, err
	}
	var l models.UrgingLetter
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return nil, models.Wrap(models.KindInternal, err)
	}
	return &l, nil
}

// mayUrge reports whether the agency exists and is beneath the member's.
func (s *server) mayUrge(ctx context.Context, to string) bool {
	_, ok := s.Ref.Tree.Get(to)
	return ok && to != of(ctx).Staff.Agency && s.within(ctx, to)
}

// letters returns how many letters one agency wrote to another one.
func (s *server) letters(ctx context.Context, from, to string) (int, error) {
	text, err := setting(ctx, s.Store, letterCount(from, to))
	if text == "" || err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

// letterCount is the setting that has the count: the place of a letter of number 0.
func letterCount(from, to string) string { return models.LetterRef{From: from, To: to}.String() }

// writeLetter writes the next letter to an agency about all that is late there and beneath
// it. On one day there is one: asked again, it is the one that was written. It is written to
// the audit log, and those who answer for the agency are told.
func (s *server) writeLetter(ctx context.Context, to string) (*models.UrgingLetter, error) {
	if !s.mayUrge(ctx, to) {
		return nil, models.ErrNotFound
	}
	me, now := of(ctx).Staff, s.Now()
	n, err := s.letters(ctx, me.Agency, to)
	if err != nil {
		return nil, err
	}
	for n = max(n, 1); ; n++ { // the count may be behind: another process is writing, or died
		l, err := s.letter(ctx, to, n)
		if errors.Is(err, models.ErrNotFound) {
			if l, err = s.composeLetter(ctx, to, n, now); err != nil {
				return nil, err
			}
			text, err := json.Marshal(l)
			if err != nil {
				return nil, models.Wrap(models.KindInternal, err)
			}
			if _, err := s.Store.InitSetting(ctx, l.Ref().String(), string(text)); err != nil {
				return nil, err
			}
			if l, err = s.letter(ctx, to, n); err != nil { // as whoever was first wrote it
				return nil, err
			}
		} else if err != nil {
			return nil, err
		}
		if !sameDay(l.At, now) {
			continue
		}
		if err := s.Store.PutSetting(ctx, letterCount(me.Agency, to), strconv.Itoa(n)); err != nil {
			return nil, err
		}
		if err := store.PutWork(ctx, s.Store, l.Ref().Tell(l.At)); err != nil {
			return nil, err
		}
		s.Wake()
		by := models.Actor{ID: l.By, Staff: true, Agency: to}
		return l, s.audit(ctx, models.DeriveID("urging_letter", me.Agency, to, strconv.Itoa(n)), by, models.ActLetter, to, strconv.Itoa(n)+": "+strconv.Itoa(len(l.Cases)+l.More), l.At)
	}
}

func sameDay(a, b time.Time) bool {
	return a.In(models.VietNam).Format(time.DateOnly) == b.In(models.VietNam).Format(time.DateOnly)
}

// composeLetter lists what is late, the longest first. Nothing late is KindWrongState.
func (s *server) composeLetter(ctx context.Context, to string, n int, now time.Time) (*models.UrgingLetter, error) {
	l := &models.UrgingLetter{Number: n, From: of(ctx).Staff.Agency, To: to, At: now, By: of(ctx).Staff.ID}
	var before *models.UrgingLetter
	if n > 1 {
		var err error
		if before, err = s.letter(ctx, to, n-1); err != nil {
			return nil, err
		}
		l.Before = &before.At
	}
	q := store.FeedbackQuery{Scope: to, OverdueAt: now, Sort: store.ByDue, Limit: 100}
	for len(l.Cases) < models.MaxLetterCases {
		page, err := s.Store.ListFeedback(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Items {
			if row.DueAt != nil {
				l.Add(row.Code, *row.DueAt, before)
			}
		}
		if q.Next = page.Next; q.Next == "" {
			break
		}
	}
	if len(l.Cases) == 0 {
		return nil, models.Fail(models.KindWrongState, "nothing_late")
	}
	late, err := s.Store.CountDue(ctx, []string{to}, now)
	l.More = max(0, late[to]-len(l.Cases))
	return l, err
}

// DeskWriteLetter writes the next urging letter.
func (s *server) DeskWriteLetter(ctx context.Context, in api.DeskWriteLetterRequestObject) (api.DeskWriteLetterResponseObject, error) {
	l, err := s.writeLetter(ctx, in.Agency)
	if err != nil {
		return nil, err
	}
	v, err := s.letterView(ctx, l)
	return api.DeskWriteLetter200JSONResponse(v), err
}

// DeskGetLetter returns one that was written.
func (s *server) DeskGetLetter(ctx context.Context, in api.DeskGetLetterRequestObject) (api.DeskGetLetterResponseObject, error) {
	l, err := s.letter(ctx, in.Agency, in.Number)
	if err != nil {
		return nil, err
	}
	v, err := s.letterView(ctx, l)
	return api.DeskGetLetter200JSONResponse(v), err
}

func (s *server) letterView(ctx context.Context, l *models.UrgingLetter) (api.UrgingLetter, error) {
	v := api.UrgingLetter{Number: l.Number, From: *s.agencyRef(l.From), To: *s.agencyRef(l.To), At: l.At, Before: l.Before, More: l.More, Cases: []api.LetterCase{}}
	for _, x := range l.Cases {
		v.Cases = append(v.Cases, api.LetterCase{Code: x.Code, DueAt: x.DueAt, Days: x.Days, Times: max(1, x.Times)})
	}
	opened, err := s.openings(ctx, l.Ref())
	if err != nil {
		return v, err
	}
	for _, e := range opened {
		by, err := s.person(ctx, e.Actor)
		if err != nil {
			return v, err
		}
		v.Opened = append(v.Opened, api.LetterOpening{At: e.At, By: by, Agency: *s.agencyRef(e.Agency)})
	}
	return v, nil
}

func letterPath(agency string, n int) string {
	return "/console/overdue/letter?" + url.Values{"agency": {agency}, "number": {strconv.Itoa(n)}}.Encode()
}

// writeLetterPage writes the next letter and goes to it.
func (s *server) writeLetterPage(c *fiber.Ctx) error {
	agency := typedLine(c, "agency")
	l, err := s.writeLetter(c.UserContext(), agency)
	if models.ErrorKindOf(err) == models.KindWrongState {
		p, failed := s.overdueList(c, agency, false, "")
		if failed != nil {
			return failed
		}
		return s.showAgain(c, err, p)
	}
	if err != nil {
		return err
	}
	return s.goTo(c, letterPath(agency, l.Number), "")
}

// letterPage is a letter as it is printed.
func (s *server) letterPage(c *fiber.Ctx) error {
	agency := c.Query("agency")
	n, _ := strconv.Atoi(c.Query("number"))
	l, err := s.letter(c.UserContext(), agency, n)
	if err != nil {
		return err
	}
	p, err := s.letterShown(c, l)
	if err != nil {
		return err
	}
	p.Back, p.BackTo = overduePath(agency, false, ""), s.site.T(p.Lang, "overdue.title")
	return s.show(c, p)
}

// letterShown is the page of a letter, but for the way back.
func (s *server) letterShown(c *fiber.Ctx, l *models.UrgingLetter) (*web.UrgingLetter, error) {
	p := &web.UrgingLetter{Frame: s.frame(c, "letter.title", "/console/overdue"), Mine: of(c.UserContext()).Staff.Agency == l.From,
		Number: l.Number, At: l.At, Again: l.Again(), Cases: l.Cases, More: l.More}
	p.From, p.To, p.Dated = s.agencyName(l.From, p.Lang), s.agencyName(l.To, p.Lang), letterDate(l.At, p.Lang)
	if l.Before != nil {
		p.Last, p.LastOf = l.Number-1, letterDate(*l.Before, p.Lang)
	}
	if a, _ := s.Ref.Tree.Get(l.From); a.Level == models.LevelDepartment || a.Level == models.LevelVertical { // the letterhead of ministries and People's Committees names nobody above
		p.Above = s.agencyName(a.Parent, p.Lang)
	}
	opened, err := s.openings(c.UserContext(), l.Ref())
	names := &naming{s: s, ctx: c.UserContext()}
	for _, e := range opened {
		p.Opened = append(p.Opened, web.LetterOpening{Name: names.staff(e.Actor), Agency: names.agency(e.Agency), At: e.At})
	}
	if err == nil {
		err = names.err
	}
	return p, err
}

// letterDate writes the day of a letter as Decree 30/2020/ND-CP wants it: days below ten and
// the first two months with a zero.
func letterDate(at time.Time, lang string) string {
	at = at.In(models.VietNam)
	if lang == "en" {
		return at.Format("2 January 2006")
	}
	month := "1"
	if at.Month() <= time.February {
		month = "01"
	}
	return at.Format("ngày 02 tháng " + month + " năm 2006")
}
