package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

// casePage is one case with everything that the member may do about it.
func (s *server) casePage(c *fiber.Ctx) error {
	f, err := s.visibleCase(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	p, err := s.caseOf(c, f)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

// visibleCase returns the case with that code, which the member may see.
func (s *server) visibleCase(ctx context.Context, code string) (*models.Feedback, error) {
	code, ok := models.ParseCode(code)
	if !ok {
		return nil, models.ErrNotFound
	}
	f, err := s.Store.FeedbackByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	return f, of(ctx).Staff.MayOn(models.ActView, f)
}

// caseOf makes the page of a case. The sender is on it only for who opened them, which is
// written to the audit log first.
func (s *server) caseOf(c *fiber.Ctx, f *models.Feedback) (*web.Case, error) {
	ctx, now := c.UserContext(), s.Now()
	r := of(ctx)
	me, lang := r.Staff, r.Lang
	p := &web.Case{Frame: s.frame(c, "case.title", "/console"), Code: f.Code, CaseTitle: f.Title, Body: f.Body, Version: f.Version,
		Kind: f.Kind, Source: f.Source, Status: f.Status, Open: f.Status.Open(), Confidential: f.Kind.Confidential(), Private: f.Private,
		PublishName: f.PublishName, FieldName: s.fieldName(f.Field, lang), Place: s.placeText(f, lang), Mine: f.Handler == me.ID, Received: f.CreatedAt,
		Rating: f.Rating, Poll: casePath(f.Code) + "/state", NoteKey: models.NewID()}
	p.Title = f.Code + " – " + models.Shorten(f.Title, 60)
	framesDocuments(c)
	p.Files = s.caseFiles(f, f.Uploads)
	names := &naming{s: s, ctx: ctx}
	p.Agency, p.Asked, p.Handler = names.agency(f.Agency), names.agency(f.Asked), names.staff(f.Handler)
	if f.Due != nil {
		told := f.TellDue(s.Ref.Rules, s.Ref.Tree, lang)
		p.Due = &web.CaseDue{For: s.ruleName(f.Due.Rule, lang), At: f.Due.At, Paused: f.PausedAt, Explanation: told.Line, Counted: told.Steps, LegalBasis: told.Basis, Convention: told.Convention,
			Open: f.Status.Open() && f.PausedAt == nil, Late: f.Overdue(now), Soon: f.Status.Open() && !f.Overdue(now) && f.Due.At.Sub(now) < soon, Steps: caseSteps(append(s.ladderOf(f), s.progressLadder(f)...), lang)}
		if next := f.ProgressDue(s.Ref.Rules, now); next != nil {
			p.Due.Progress, p.Due.ProgressLate = &next.At, now.After(next.At)
		}
		if x := f.Due.Extension; x != nil {
			p.Due.Longest = s.site.T(lang, "case.extend.longest", x.Term, s.site.T(lang, "rules.unit."+string(f.Due.Unit)))
		}
	}
	p.Sorting = s.sortingOf(f, lang)
	if f.AwaitsDate() {
		p.NoDue = s.noDue(f, lang)
	}
	if f.Refusal != nil {
		ground, _ := s.Ref.Ground(f.Refusal.Ground)
		p.Refusal, p.Direction = models.TextPair{VI: ground.Text, EN: ground.TextEN}.In(lang), f.Refusal.Direction
	}
	for _, m := range f.Messages {
		p.Messages = append(p.Messages, web.CaseMessage{At: m.At, FromDesk: m.FromDesk, Body: m.Body, Files: s.caseFiles(f, m.Uploads)})
	}
	for _, n := range f.Notes {
		p.Notes = append(p.Notes, web.CaseNote{At: n.At, Author: names.staff(n.Author), Body: n.Body})
	}
	may := func(a models.Action) bool { return me.MayOn(a, f) == nil && f.Can(a) }
	for _, x := range f.Clock.Asks {
		p.Asks = append(p.Asks, web.CaseAsk{ExtensionAsk: x, By: names.staff(x.By), Amount: s.site.T(lang, "case.asks.more", x.Term, s.site.T(lang, "rules.unit."+string(f.Running().Unit))),
			MayDecide: x.EndedAt == nil && may(models.ActDenyExtension)})
	}
	for _, t := range f.Tasks {
		p.Tasks = append(p.Tasks, web.CaseTask{ID: t.ID, Agency: names.agency(t.Agency), Ask: t.Ask, Body: t.Body, Reason: t.Reason, Status: t.Status, DueAt: t.DueAt,
			Late: t.Late(now), Files: s.caseFiles(f, t.Uploads), Earlier: s.earlierContributions(f, &t, names),
			MayContribute: t.Agency == me.Agency && (t.Status == models.TaskOpen || t.Status == models.TaskDone) && may(models.ActContribute),
			MayReturn:     t.Agency == me.Agency && t.Status == models.TaskOpen && may(models.ActReturnTask),
			MayCancel:     t.Status == models.TaskOpen && may(models.ActCancelTask)})
	}
	for _, e := range f.Timeline {
		p.Events = append(p.Events, names.event(f, e))
	}
	slices.Reverse(p.Events)
	p.Can, p.WhyNot = s.caseRights(me, f, lang, now)
	s.caseChoices(p, me, f, lang)
	s.caseJoined(p, me, f)
	if names.err != nil {
		return nil, names.err
	}
	sender, err := s.senderView(ctx, f, me, now)
	if err != nil {
		return nil, err
	}
	p.Sender = web.CaseSender{Sealed: sender.Sealed, Business: sender.Kind == "business", MayOpen: p.Can[string(models.ActUnseal)],
		Name: value(sender.Name), Phone: value(sender.Phone), Email: value(sender.Email), Address: value(sender.Address), Organisation: value(sender.Organisation)}
	if sender.Until != nil {
		p.Sender.Until = *sender.Until
	}
	if err := s.caseReplies(c, p, f, names); err != nil {
		return nil, err
	}
	if err := s.similarCases(ctx, p, f); err != nil {
		return nil, err
	}
	if err := s.caseLetters(ctx, p, f); err != nil {
		return nil, err
	}
	return p, s.caseBeside(c, p)
}

// caseBeside puts the list that the member comes from beside the case, and finds its
// neighbours there.
func (s *server) caseBeside(c *fiber.Ctx, p *web.Case) (err error) {
	q := s.inboxQueryOf(c, true)
	if p.CaseList, err = s.caseList(c.UserContext(), q, 30); err != nil {
		return err
	}
	p.Inbox = q.path() + "#" + p.Code
	at := slices.IndexFunc(p.Rows, func(row web.CaseRow) bool { return row.Code == p.Code })
	if at < 0 {
		if len(p.Rows) > 0 {
			p.After = p.Rows[0].Path
		}
		return nil
	}
	p.Rows[at].Current = true
	if at > 0 {
		p.Before = p.Rows[at-1].Path
	}
	if at+1 < len(p.Rows) {
		p.After = p.Rows[at+1].Path
	}
	return nil
}

// caseActions are what the page offers on a case, but for what is done to a reply.
var caseActions = []models.Action{models.ActTake, models.ActAssign, models.ActForward, models.ActReturn, models.ActClassify, models.ActAccept, models.ActRequestInfo, models.ActWrite,
	models.ActRefuse, models.ActNote, models.ActUnseal, models.ActDraft, models.ActCoordinate, models.ActExtend, models.ActAskExtension, models.ActProgress, models.ActMerge, models.ActProposeMerge, models.ActDeclineMerge, models.ActLink, models.ActSplit}

// caseRights says what the member can do with the case now, and why not what they may.
func (s *server) caseRights(me *models.Staff, f *models.Feedback, lang string, now time.Time) (can map[string]bool, not []web.NotNow) {
	can = map[string]bool{}
	_, knows := me.KnowsSender(f, now)
	for _, a := range caseActions {
		if me.MayOn(a, f) != nil {
			continue
		}
		why := f.WhyNot(a)
		if why == "" && a == models.ActExtend && f.Due.Extension.Approver && !me.May(models.ActApprove) {
			if why = "approver_extends"; f.Clock.Asked() != nil {
				why = "extension_asked"
			}
		}
		switch {
		case a == models.ActAskExtension && (why != "" || me.May(models.ActApprove) || f.Overdue(now)): // ActExtend says why
		case a == models.ActProgress && !f.Overdue(now):
		case a == models.ActAccept && why == "accept_other_kind":
		case (a == models.ActProposeMerge || a == models.ActDeclineMerge) && why != "": // ActMerge says why, or nothing was proposed
		case a == models.ActUnseal && knows:
		case a == models.ActTake && f.Handler == me.ID:
		case why == "":
			can[string(a)] = true
		default:
			what, text := s.site.T(lang, "case.whynot."+string(a)), say(lang, why, 0)
			if i := slices.IndexFunc(not, func(n web.NotNow) bool { return n.Why == text }); i >= 0 {
				not[i].What += " · " + what
				continue
			}
			not = append(not, web.NotNow{What: what, Why: text})
		}
	}
	return can, not
}

// caseChoices fills in what can be chosen from.
func (s *server) caseChoices(p *web.Case, me *models.Staff, f *models.Feedback, lang string) {
	if p.Can[string(models.ActClassify)] {
		p.Kinds = s.kindOptions(lang)
		p.Fields = s.fieldOptions(lang, f.Field, web.Option{Text: s.site.T(lang, "case.classify.none")})
		p.Provinces = s.provinceOptions(lang, web.Option{Text: s.site.T(lang, "case.classify.none")})
		for _, r := range models.Regimes {
			p.Regimes = append(p.Regimes, web.Option{Value: string(r), Text: s.site.T(lang, "case.regime."+string(r))})
		}
		p.Typed = map[string]string{"classify.regime": string(cmp.Or(f.Regime, models.General)), "classify.kind": string(f.Kind), "classify.field": f.Field, "classify.province": f.Province}
	}
	if p.Can[string(models.ActAccept)] {
		p.Terms = s.acceptOptions(s.acceptances(me, f, s.Now()), lang)
		if x := f.Accepted; x != nil {
			p.Can[string(models.ActAccept)] = len(p.Terms) > 1 // by another one
			if p.Typed == nil {
				p.Typed = map[string]string{}
			}
			p.Typed["accept.rule"] = x.Rule
		}
	}
	if p.Can[string(models.ActRefuse)] {
		for _, g := range s.Ref.Grounds {
			p.Grounds = append(p.Grounds, web.Ground{Code: g.Code, Text: models.TextPair{VI: g.Text, EN: g.TextEN}.In(lang), LegalBasis: g.LegalBasis, Direction: g.Direction})
		}
	}
	if f.Agency == "" || p.Can[string(models.ActForward)] {
		p.Unsure = models.UnsureOf(f.Suggestions)
		for _, x := range f.Suggestions {
			if x.Agency == f.Agency {
				continue
			}
			var with []string
			for _, code := range x.With {
				with = append(with, s.agencyName(code, lang))
			}
			p.Suggestions = append(p.Suggestions, web.Suggested{With: with, Agency: x.Agency, Name: s.agencyName(x.Agency, lang),
				Percent: int(x.Probability*100 + 0.5), Reasons: x.ReasonsIn(lang), PlaceNeeded: s.placeNeeded(x.Agency), Mine: slices.Contains(s.Ref.Tree.Path(x.Agency), me.Agency)})
		}
	}
}

// placeText is where it happened, from small to large.
func (s *server) placeText(f *models.Feedback, lang string) string {
	var parts []string
	if f.Place != "" {
		parts = append(parts, f.Place)
	}
	if name := s.communeName(f.Commune, lang); name != "" {
		parts = append(parts, name)
	}
	if f.Province != "" {
		parts = append(parts, s.provinceName(f.Province, lang))
	}
	return strings.Join(parts, ", ")
}

// naming names agencies and staff for a page; the first error is kept.
type naming struct {
	s   *server
	ctx context.Context
	err error
}

func (n *naming) agency(code string) string {
	return n.s.agencyName(code, of(n.ctx).Lang)
}

func (n *naming) staff(id string) string {
	if id == "" || n.err != nil {
		return ""
	}
	var who string
	p, err := n.s.person(n.ctx, id)
	if who, n.err = p.Name, err; who == "" {
		who = n.s.site.T(of(n.ctx).Lang, "case.somebody")
	}
	return who
}

func (n *naming) event(f *models.Feedback, e models.Event) web.CaseEvent {
	x := web.CaseEvent{At: e.At, Event: e.Event, Agency: n.agency(e.Agency), Note: strings.TrimSpace(e.Case + "\n" + e.Said()), Private: e.Private, Sender: e.Actor == f.SenderID}
	if e.Event == models.ActClassify {
		x.Note = n.s.site.T(of(n.ctx).Lang, "kind."+e.Remark)
	}
	if e.Event == models.ActAccept {
		x.Note = n.s.ruleName(e.Remark, of(n.ctx).Lang)
	}
	if !x.Sender {
		x.Actor = n.staff(e.Actor)
	}
	return x
}

// caseFiles are attachments of a case as pages show them.
func (s *server) caseFiles(f *models.Feedback, list []models.Attachment) []web.CaseFile {
	var out []web.CaseFile
	for _, a := range list {
		x := web.CaseFile{ID: a.ID, Name: a.Name, Save: "/console/uploads/" + a.ID, Size: a.Size, Named: a.Named}
		kind, _, _ := strings.Cut(a.ContentType, "/")
		if kind == "image" {
			x.Thumbnail, x.Picture = x.Save+"/thumbnail", x.Save
		}
		if a.ContentType == "application/pdf" {
			x.Document = x.Save + "/document"
		}
		if kind == "image" || kind == "video" || kind == "audio" || x.Document != "" {
			x.View = casePath(f.Code) + "/files/" + a.ID
		}
		out = append(out, x)
	}
	return out
}

// similarCases finds cases of the member's reach that are about the same, and published
// answers that may help with this one.
func (s *server) similarCases(ctx context.Context, p *web.Case, f *models.Feedback) error {
	if f.Kind.Confidential() || f.Kind == models.Spam {
		return nil
	}
	me, text := of(ctx).Staff, f.Title+". "+f.Body
	near, err := s.Index.Similar(ctx, text, search.Filters{Scope: me.Agency}, 6)
	if err == nil {
		var public []search.Hit
		public, err = s.Index.Similar(ctx, text, search.Filters{Public: true}, 4)
		near = append(near, public...)
	}
	if models.ErrorKindOf(err) == models.KindUnavailable && ctx.Err() == nil {
		p.SimilarIsAway = true
		return nil
	}
	if err != nil {
		return err
	}
	seen := map[string]bool{f.ID: true}
	words := models.Words(text)
	for _, hit := range near {
		if seen[hit.ID] {
			continue
		}
		seen[hit.ID] = true
		other, err := s.Store.Feedback(ctx, hit.ID)
		if models.ErrorKindOf(err) == models.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		row, err := s.caseRow(ctx, other.Summary(), other.SortBy(), p.Lang)
		if err != nil {
			return err
		}
		if row.Score = alike(words, models.Words(other.Title+". "+other.Body)); row.Score < 25 {
			continue
		}
		switch {
		case me.MayOn(models.ActView, other) == nil && len(p.Similar) < 5:
			p.Similar = append(p.Similar, row)
		case other.Public() && len(p.Answered) < 3:
			row.Path = "/answers/" + other.Code
			p.Answered = append(p.Answered, row)
		}
	}
	return nil
}

// alike says how many of the words of two texts are in both: 100 when they are the same.
func alike(a, b []string) int {
	in := map[string]int{}
	for _, w := range a {
		in[w] |= 1
	}
	for _, w := range b {
		in[w] |= 2
	}
	both := 0
	for _, where := range in {
		if where == 3 {
			both++
		}
	}
	return 100 * both / max(1, len(in))
}

// caseState is what the scripts of the case page ask for now and then: whether the case
// changed, and who else is writing a reply.
func (s *server) caseState(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := s.visibleCase(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	others, err := s.othersWriting(ctx, f.ID)
	if err != nil {
		return err
	}
	lang, said := of(ctx).Lang, []string{}
	for _, w := range others {
		said = append(said, s.site.T(lang, "case.writing", w.Name, w.At))
	}
	return c.JSON(fiber.Map{"version": f.Version, "writing": said})
}

// eventsSince are the entries of the timeline after a version.
func (n *naming) eventsSince(f *models.Feedback, version int64) []web.CaseEvent {
	var out []web.CaseEvent
	for _, e := range f.Timeline {
		if e.Version > version {
			out = append(out, n.event(f, e))
		}
	}
	return out
}

// recently is how long somebody counts as writing after the last word.
const recently = 5 * time.Minute
