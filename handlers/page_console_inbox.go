package handlers

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/web"
)

// inboxCookie remembers which list of the inbox was looked at last; densityCookie how
// close its rows stand.
const (
	inboxCookie   = "__Host-inbox"
	densityCookie = "__Host-density"
	year          = 365 * 24 * 3600
)

// inboxQuery is what the address of the inbox asks for. Whatever is no value of its kind
// is as if it was not there.
type inboxQuery struct {
	view, search, field, province, kind, handler, sort, next string
}

// parts lists the inputs of the query by their names in the address.
func (q *inboxQuery) parts() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{{"view", &q.view}, {"q", &q.search}, {"field", &q.field}, {"province", &q.province}, {"kind", &q.kind},
		{"handler", &q.handler}, {"sort", &q.sort}, {"next", &q.next}}
}

// inboxQueryOf reads the address, or when it asks for nothing what was looked at last.
func (s *server) inboxQueryOf(c *fiber.Ctx, remembered bool) inboxQuery {
	get := func(name string) string { return c.Query(name) }
	if remembered || c.Context().QueryArgs().Len() == 0 {
		values, _ := url.ParseQuery(c.Cookies(inboxCookie))
		get = values.Get
	}
	var q inboxQuery
	for _, p := range q.parts() {
		*p.value = models.CleanLine(get(p.name))
		if len(*p.value) > 1000 {
			*p.value = ""
		}
	}
	me := of(c.UserContext()).Staff
	q.search = models.Shorten(q.search, 200)
	if q.view == "" {
		q.view = "new"
		if me.May(models.ActTake) {
			q.view = "mine"
		}
	}
	if q.search != "" || deskViewOf(q.view) == nil {
		q.view = deskViews[len(deskViews)-1].name
	}
	if _, ok := s.Ref.Places.Province(q.province); !ok {
		q.province = ""
	}
	if _, ok := s.Ref.Fields.Get(q.field, s.Now()); !ok {
		q.field = ""
	}
	if !slices.Contains(models.Kinds, models.Kind(q.kind)) {
		q.kind = ""
	}
	if !slices.Contains(inboxSorts, q.sort) {
		q.sort = deskViewOf(q.view).sort
	}
	return q
}

// inboxSorts are the orders of the inbox, by their names in the address.
var inboxSorts = []string{"due", "-due", "-received", "received"}

// encode is the query as it stands in an address.
func (q inboxQuery) encode() string {
	v := url.Values{}
	for _, p := range q.parts() {
		if *p.value != "" {
			v.Set(p.name, *p.value)
		}
	}
	return v.Encode()
}

func (q inboxQuery) path() string { return "/console?" + q.encode() }

// inboxPage is the list of cases of the member's agency and all beneath it.
func (s *server) inboxPage(c *fiber.Ctx) error {
	q := s.inboxQueryOf(c, false)
	if c.Context().QueryArgs().Len() > 0 {
		setCookie(c, inboxCookie, q.encode(), 0)
	}
	p, err := s.inboxOf(c, q)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

// inboxOf makes the page of a list.
func (s *server) inboxOf(c *fiber.Ctx, q inboxQuery) (*web.Inbox, error) {
	ctx, me := c.UserContext(), of(c.UserContext()).Staff
	p := &web.Inbox{Frame: s.frame(c, "inbox.title", "/console"), Search: q.search, Field: q.field, Province: q.province, Kind: q.kind,
		Handler: q.handler, Sort: q.sort, Dense: c.Cookies(densityCookie) == "dense", Poll: "/console/counts"}
	if q.view != "helping" { // these are others' to assign and to take
		p.MayAssign, p.MayTake = me.May(models.ActAssign), me.May(models.ActTake)
	}
	p.Filtered = q.search != "" || q.field != "" || q.province != "" || q.kind != "" || q.handler != ""
	var err error
	if p.CaseList, err = s.caseList(ctx, q, 30); err != nil {
		return nil, err
	}
	p.Title = s.site.T(p.Lang, "inbox.view."+p.View)
	any := web.Option{Text: s.site.T(p.Lang, "inbox.any")}
	p.FieldStamp = s.Ref.Fields.Stamp(s.Now())
	p.Fields, p.Provinces, p.Kinds, p.Handlers = s.fieldFilter(p.Lang, any), s.provinceOptions(p.Lang, any), s.kindOptions(p.Lang, any), []web.Option{any}
	handlers, err := s.handlerOptions(ctx, me.Agency)
	if err != nil {
		return nil, err
	}
	p.Handlers = append(p.Handlers, handlers...)
	for _, name := range inboxSorts {
		p.Sorts = append(p.Sorts, web.Option{Value: name, Text: s.site.T(p.Lang, "inbox.sort."+name)})
	}
	return p, nil
}

// handlerOptions are the members of an agency who work on cases.
func (s *server) handlerOptions(ctx context.Context, agency string) ([]web.Option, error) {
	return s.members.get(agency, func() ([]web.Option, error) {
		members, err := s.activeStaff(ctx, agency)
		var out []web.Option
		for _, m := range members {
			if slices.Contains(m.Roles, models.Handler) {
				out = append(out, web.Option{Value: m.ID, Text: m.Name})
			}
		}
		return out, err
	})
}

// caseList is a page of a list, with the views and their counts.
func (s *server) caseList(ctx context.Context, q inboxQuery, limit int) (web.CaseList, error) {
	r := of(ctx)
	list := web.CaseList{View: q.view}
	counts, err := s.viewCounts(ctx)
	if err != nil {
		return list, err
	}
	for _, v := range deskViews {
		if (v.name == "undated" || v.name == "unsorted") && counts[v.name] == 0 && q.view != v.name { // as it is mostly
			continue
		}
		to := inboxQuery{view: v.name}
		list.Views = append(list.Views, web.CaseView{Name: v.name, Path: to.path(), Key: v.key, Count: counts[v.name],
			Alarm: (v.name == "late" || v.name == "unsorted") && counts[v.name] > 0, Current: v.name == q.view})
	}
	found, err := s.casesOf(ctx, q, limit)
	if models.ErrorKindOf(err) == models.KindInvalid && q.next != "" { // of a list in another order
		q.next = ""
		found, err = s.casesOf(ctx, q, limit)
	}
	if q.search != "" && models.ErrorKindOf(err) == models.KindUnavailable {
		list.SearchIsAway, err = true, nil
	}
	if err != nil {
		return list, err
	}
	if q.next != "" {
		first := q
		first.next = ""
		list.First = first.path()
	}
	if found.Next != "" {
		next := q
		next.next = found.Next
		list.Next = next.path()
	}
	sortBy, err := s.sortBys(ctx, found.Items)
	if err != nil {
		return list, err
	}
	for _, row := range found.Items {
		shown, err := s.caseRow(ctx, row, sortBy[row.ID], r.Lang)
		if err != nil {
			return list, err
		}
		list.Rows = append(list.Rows, shown)
	}
	return list, nil
}

// casesOf finds the cases of a list: by an index of the store, or by their text.
func (s *server) casesOf(ctx context.Context, q inboxQuery, limit int) (store.Page[models.Summary], error) {
	me := of(ctx).Staff
	f := store.FeedbackQuery{Scope: me.Agency, Field: q.field, Province: q.province, Kind: models.Kind(q.kind), Limit: limit, Next: q.next}
	deskViewOf(q.view).narrow(&f, me, s.Now())
	if q.handler != "" {
		f.Handler = q.handler
	}
	if f.Sort = store.Sort(q.sort); q.sort == "-received" {
		f.Sort = store.ByReceivedDesc
	}
	var page store.Page[models.Summary]
	var err error
	if q.search == "" {
		page, err = s.Store.ListFeedback(ctx, f)
	} else if code, ok := models.ParseCode(q.search); ok { // as it is read out on the phone
		return s.caseWithCode(ctx, code)
	} else {
		page, _, err = s.searchDesk(ctx, q.search, f)
	}
	return page, err
}

func (s *server) caseWithCode(ctx context.Context, code string) (page store.Page[models.Summary], err error) {
	f, err := s.Store.FeedbackByCode(ctx, code)
	if models.ErrorKindOf(err) == models.KindNotFound {
		return page, nil
	}
	if err == nil && of(ctx).Staff.MayOn(models.ActView, f) == nil {
		page.Items = []models.Summary{f.Summary()}
	}
	return page, err
}

// caseRow is a case as lists show it.
func (s *server) caseRow(ctx context.Context, row models.Summary, sortBy *time.Time, lang string) (web.CaseRow, error) {
	now := s.Now()
	x := web.CaseRow{Code: row.Code, Path: casePath(row.Code), Title: row.Title, Version: row.Version, Kind: row.Kind, Status: row.Status,
		Agency: s.agencyName(row.Agency, lang), Province: s.provinceName(row.Province, lang), Field: s.fieldName(row.Field, lang), Due: row.DueAt, Open: row.Status.Open(), Received: row.CreatedAt,
		Waiting: row.RepliesWaiting > 0, Back: row.RepliesBack > 0}
	if row.DueAt != nil && x.Open {
		x.Late = now.After(*row.DueAt)
		x.Soon = !x.Late && row.DueAt.Sub(now) < soon
	}
	x.SortBy, x.SortLate = sortBy, sortBy != nil && now.After(*sortBy)
	if row.Handler != "" {
		h, err := s.person(ctx, row.Handler)
		if err != nil {
			return x, err
		}
		x.Handler = h.Name
	}
	due := "" // of the lead, or of an agency that contributes
	if row.DueAt != nil {
		due = strconv.FormatInt(row.DueAt.UnixMilli(), 36)
	}
	key := strings.Join([]string{lang, due, row.ID, strconv.FormatInt(row.Version, 36), strconv.FormatInt(row.UpdatedAt.UnixMilli(), 36),
		strconv.Itoa(row.RepliesWaiting), strconv.Itoa(row.RepliesBack), x.Handler, strconv.FormatInt(now.Unix()/60, 36)}, " ")
	var err error
	x.Line, err = s.lines.get(key, func() (template.HTML, error) { return s.site.CaseLine(lang, x) })
	return x, err
}

func casePath(code string) string { return "/console/cases/" + code }

// inboxCounts is what the scripts of the console ask for now and then.
func (s *server) inboxCounts(c *fiber.Ctx) error {
	counts, err := s.viewCounts(c.UserContext())
	if err != nil {
		return err
	}
	return c.JSON(counts)
}

// densityPage changes how close the rows of the inbox stand.
func (s *server) densityPage(c *fiber.Ctx) error {
	how := "roomy"
	if typedLine(c, "dense") != "" {
		how = "dense"
	}
	setCookie(c, densityCookie, how, year)
	return s.goTo(c, ownPath(typedLine(c, "back"), "/console"), "")
}

// takeManyPage makes the member the handler of the chosen cases.
func (s *server) takeManyPage(c *fiber.Ctx) error {
	return s.doMany(c, "said.taken", models.ActTake, s.taking())
}

// assignManyPage hands the chosen cases to one agency.
func (s *server) assignManyPage(c *fiber.Ctx) error {
	agency, note := typedLine(c, "agency"), typed(c, "note")
	to, choices := s.findAgency(agency, of(c.UserContext()).Lang)
	if to == "" {
		p, err := s.inboxAgain(c)
		if err != nil {
			return err
		}
		p.Agencies = choices
		return s.showAgain(c, unknownAgency(agency, choices), p)
	}
	return s.doMany(c, "said.assigned", models.ActAssign, s.assigning(to, note))
}

// doMany does something to each chosen case, which are posted as code and version. When
// all went well the list is shown again, else with what did not.
func (s *server) doMany(c *fiber.Ctx, said string, a models.Action, do deskDo) error {
	chosen := chosenCases(c)
	lang := of(c.UserContext()).Lang
	var tries []web.Try
	for _, x := range chosen {
		code, version, _ := strings.Cut(x, " ")
		f, err := s.visibleCase(c.UserContext(), code)
		if err == nil {
			_, err = s.deskUpdate(c.UserContext(), f.ID, version, a, never, do)
		}
		if err != nil {
			kind, what, fields := classify(err)
			if kind == models.KindInternal || kind == models.KindUnavailable {
				return err
			}
			text := s.explain(lang, kind, what, err)
			switch {
			case kind == models.KindNotFound:
				text = say(lang, "kind.not_found", 0)
			case len(fields) > 0:
				text = say(lang, fields[0].Code, fields[0].Limit)
			}
			tries = append(tries, web.Try{Code: code, Text: text})
		}
	}
	back := s.inboxQueryOf(c, true)
	switch {
	case len(chosen) > 0 && len(tries) == 0:
		return s.goTo(c, back.path(), said)
	case len(chosen) == 0:
		p, err := s.inboxAgain(c)
		if err != nil {
			return err
		}
		return s.showAgain(c, models.Fail(models.KindInvalid, "none_chosen"), p)
	}
	p, err := s.inboxAgain(c)
	if err != nil {
		return err
	}
	p.Tries = tries
	return s.showAgain(c, models.Fail(models.KindWrongState, "some_not_done"), p)
}

// mostAtOnce is how many cases one form changes.
const mostAtOnce = 50

func chosenCases(c *fiber.Ctx) []string {
	var out []string
	for _, x := range c.Context().PostArgs().PeekMulti("case") {
		if len(out) < mostAtOnce && len(x) < 100 {
			out = append(out, string(x))
		}
	}
	return out
}

// inboxAgain is the list that a form was sent from, with what was typed and chosen.
func (s *server) inboxAgain(c *fiber.Ctx) (*web.Inbox, error) {
	q := s.inboxQueryOf(c, true)
	p, err := s.inboxOf(c, q)
	if err != nil {
		return nil, err
	}
	p.Path = q.path() // the language is switched by a link to the list
	p.Agency, p.Note = typedLine(c, "agency"), typed(c, "note")
	chosen := chosenCases(c)
	for i := range p.Rows {
		row := &p.Rows[i]
		row.Checked = slices.ContainsFunc(chosen, func(x string) bool { return strings.HasPrefix(x, row.Code+" ") })
	}
	return p, nil
}

// versionText is a version as forms carry it.
func versionText(v int64) string { return strconv.FormatInt(v, 10) }
