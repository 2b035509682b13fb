package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// auditSearch is what is asked of the audit log. Days are those of Viet Nam.
type auditSearch struct {
	code, actor, agency, action string
	from, to                    string // 2006-01-02
	limit                       int
	next                        string
}

// entry is one of the log with what its identifiers stand for.
type entry struct {
	models.AuditEntry
	actor  string // name
	object string // name of a member of staff or an agency; empty: not known
	code   string // of a case
	intact bool
}

// findAudit searches the log. At the root everything can be asked for; elsewhere a case
// that is in the member's sight, a member or an agency within their reach, and when nothing
// is named the own agency.
func (s *server) findAudit(ctx context.Context, in auditSearch) ([]entry, string, error) {
	q, err := s.auditQuery(ctx, in)
	if err != nil {
		return nil, "", err
	}
	page, err := s.Store.ListAudit(ctx, q)
	if err != nil {
		return nil, "", err
	}
	var ids []string
	for _, e := range page.Items {
		if !slices.Contains(ids, e.Object) {
			ids = append(ids, e.Object)
		}
	}
	cases, err := s.Store.Summaries(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	out := make([]entry, len(page.Items))
	for i, e := range page.Items {
		out[i] = entry{AuditEntry: e, actor: e.Actor, intact: e.Intact(s.Keyring.AuditKey())}
		if who, err := s.person(ctx, e.Actor); err != nil {
			return nil, "", err
		} else if who.Name != "" {
			out[i].actor = who.Name
		}
		if n := slices.IndexFunc(cases, func(f models.Summary) bool { return f.ID == e.Object }); n >= 0 {
			out[i].code = cases[n].Code
		} else if l, ok := models.ParseLetterRef(e.Object); ok {
			out[i].object = s.site.T(of(ctx).Lang, "audit.letter", l.Number, s.agencyName(l.From, of(ctx).Lang), s.agencyName(l.To, of(ctx).Lang))
		} else if a, ok := s.Ref.Tree.Get(e.Object); ok {
			out[i].object = agencyIn(a, of(ctx).Lang)
		} else if who, err := s.person(ctx, e.Object); err != nil {
			return nil, "", err
		} else {
			out[i].object = who.Name
		}
	}
	return out, page.Next, nil
}

func (s *server) auditQuery(ctx context.Context, in auditSearch) (store.AuditQuery, error) {
	me := of(ctx).Staff
	root := me.Agency == models.RootAgency
	q := store.AuditQuery{Agency: in.agency, Action: models.Action(in.action), Limit: in.limit, Next: in.next}
	var wrong []models.FieldError
	if in.code != "" {
		f, err := s.caseByCode(ctx, in.code)
		switch {
		case err == nil && (root && !slices.Contains(f.Scope, models.KeptFromRoot) || slices.Contains(f.Scope, me.Agency)):
			q.Object = f.ID
		case err == nil || errors.Is(err, models.ErrNotFound):
			wrong = append(wrong, models.FieldError{Field: "code", Code: "no_such_case"})
		default:
			return q, err
		}
	}
	if in.actor != "" {
		m, err := s.Store.StaffByUsername(ctx, strings.ToLower(in.actor))
		switch {
		case err == nil && (root || s.Ref.Tree.Covers(me.Agency, m.Agency)):
			q.Actor = m.ID
		case root && (in.actor == "cli" || in.actor == "program"):
			q.Actor = in.actor
		case err == nil || errors.Is(err, models.ErrNotFound):
			wrong = append(wrong, models.FieldError{Field: "actor", Code: "no_such_member"})
		default:
			return q, err
		}
	}
	if _, ok := s.Ref.Tree.Get(in.agency); in.agency != "" && (!ok || !s.within(ctx, in.agency)) {
		wrong = append(wrong, models.FieldError{Field: "agency", Code: "unknown"})
	}
	q.From = vietnamDay("from", in.from, 0, &wrong)
	q.Until = vietnamDay("to", in.to, 1, &wrong)
	if !root && q.Object == "" && q.Actor == "" && q.Agency == "" {
		q.Agency = me.Agency
	}
	return q, models.Invalid(wrong)
}

// caseByCode finds a case by a code as people write it.
func (s *server) caseByCode(ctx context.Context, code string) (*models.Feedback, error) {
	code, ok := models.ParseCode(code)
	if !ok {
		return nil, models.ErrNotFound
	}
	return s.Store.FeedbackByCode(ctx, code)
}

// vietnamDay returns when a day begins in Viet Nam, or one some days later.
func vietnamDay(field, date string, later int, wrong *[]models.FieldError) time.Time {
	if date == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, date, models.VietNam)
	if err != nil {
		*wrong = append(*wrong, models.FieldError{Field: field, Code: "not_a_date"})
		return time.Time{}
	}
	return day.AddDate(0, 0, later)
}

// DeskListAudit searches the audit log.
func (s *server) DeskListAudit(ctx context.Context, in api.DeskListAuditRequestObject) (api.DeskListAuditResponseObject, error) {
	p := in.Params
	found, next, err := s.findAudit(ctx, auditSearch{code: value(p.Code), actor: value(p.Actor), agency: value(p.Agency), action: value(p.Action),
		from: dateText(p.From), to: dateText(p.To), limit: limitOf(p.Limit), next: value(p.Next)})
	if err != nil {
		return nil, err
	}
	head, err := s.Store.AuditHead(ctx)
	if err != nil {
		return nil, err
	}
	list := api.AuditList{Items: []api.AuditEntry{}, Head: api.AuditHead{Seq: head.Seq, Hash: head.Hash}, Next: optional(next)}
	for _, e := range found {
		item := api.AuditEntry{Seq: e.Seq, At: e.At, Actor: e.actor, Action: string(e.Action), Object: e.Object, Agency: s.agencyRef(e.Agency),
			Detail: optional(e.Detail), Intact: e.intact}
		if e.code != "" {
			item.Feedback = &api.FeedbackRef{ID: e.Object, Code: e.code}
		}
		list.Items = append(list.Items, item)
	}
	return api.DeskListAudit200JSONResponse(list), nil
}
