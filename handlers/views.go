package handlers

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"kiennghi/api"
	"kiennghi/models"
)

// optional turns an empty string into null.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is the string behind an optional one, else the empty one.
func value[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// etagOf is the ETag of a feedback for a reader in that language.
func etagOf(version int64, lang string) string {
	return `"` + strconv.FormatInt(version, 10) + "-" + lang + `"`
}

// versionIn reports whether an If-Match header names that version, in any language.
func versionIn(header string, version int64) bool {
	want := strconv.FormatInt(version, 10)
	for _, tag := range strings.Split(header, ",") {
		tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
		have, _, _ := strings.Cut(tag, "-")
		if have == want {
			return true
		}
	}
	return false
}

// sameTag reports whether an If-None-Match header names the tag.
func sameTag(header, tag string) bool {
	for _, have := range strings.Split(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(have), "W/") == tag {
			return true
		}
	}
	return false
}

func (s *server) agencyRef(code string) *api.AgencyRef {
	if code == "" {
		return nil
	}
	return &api.AgencyRef{Code: code, Name: cmp.Or(s.Ref.Agency(code).Name, code)}
}

// placeNeeded says that a suggestion is a kind of local agency: where the matter is has to
// be known before a case can be handed to one.
func (s *server) placeNeeded(code string) bool {
	_, known := s.Ref.Tree.Get(code)
	return !known
}

// person names a member of staff to other staff.
func (s *server) person(ctx context.Context, id string) (api.PersonRef, error) {
	name, err := s.names.get(id, func() (string, error) {
		st, err := s.Store.Staff(ctx, id)
		if errors.Is(err, models.ErrNotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		return st.Name, nil
	})
	return api.PersonRef{ID: id, Name: name}, err
}

func uploadsView(list []models.Attachment) []api.Upload {
	out := make([]api.Upload, 0, len(list))
	for _, a := range list {
		u := api.Upload{ID: a.ID, Name: a.Name, ContentType: a.ContentType, Size: a.Size}
		if strings.HasPrefix(a.ContentType, "image/") {
			yes := true
			u.Thumbnail = &yes
		}
		if a.Named {
			named := true
			u.NamesAuthor = &named
		}
		out = append(out, u)
	}
	return out
}

func messagesView(list []models.Message) []api.Message {
	out := make([]api.Message, 0, len(list))
	for _, m := range list {
		from := api.MessageFromSender
		if m.FromDesk {
			from = api.MessageFromAgency
		}
		out = append(out, api.Message{ID: m.ID, At: m.At, From: from, Body: m.Body, Uploads: uploadsView(m.Uploads)})
	}
	return out
}

func dateView(date string) *openapi_types.Date {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return nil
	}
	return &openapi_types.Date{Time: t}
}

func replyView(r *models.Reply) *api.Reply {
	if r == nil || r.SentAt == nil {
		return nil
	}
	return &api.Reply{Body: r.Body, OfficialNumber: optional(r.OfficialNumber), OfficialDate: dateView(r.OfficialDate),
		SentAt: *r.SentAt, Uploads: uploadsView(r.Uploads), Seal: sealView(r.Seal), Reason: optional(r.Reason)}
}

func sealView(s *models.Seal) *api.Seal {
	if s == nil {
		return nil
	}
	return &api.Seal{Statement: s.Statement, Signature: s.Signature}
}

func ratingView(r *models.Rating) *api.Rating {
	if r == nil {
		return nil
	}
	return &api.Rating{At: r.At, Score: r.Score, Comment: optional(r.Comment)}
}

func (s *server) refusalView(r *models.Refusal, lang string) *api.Refusal {
	if r == nil {
		return nil
	}
	ground, _ := s.Ref.Ground(r.Ground)
	return &api.Refusal{Ground: r.Ground, Name: models.TextPair{VI: ground.Text, EN: ground.TextEN}.In(lang), Direction: r.Direction}
}

func publishedAt(f *models.Feedback) *time.Time {
	if !f.Public() {
		return nil
	}
	return &f.Published.At
}

// feedbackView is a feedback as its sender sees it.
func (s *server) feedbackView(f *models.Feedback, lang string) api.Feedback {
	v := api.Feedback{
		ID: f.ID, Code: f.Code, Title: f.Title, Body: f.Body, Kind: api.Kind(f.Kind), Status: api.Status(f.Status),
		Source: api.Source(f.Source), Agency: s.agencyRef(f.Agency), Province: optional(f.Province), Commune: optional(f.Commune),
		Place: optional(f.Place), Field: optional(f.Field), PublishName: f.PublishName, Private: f.Private,
		Uploads: uploadsView(f.Uploads), Messages: messagesView(f.Messages), Reply: replyView(f.SentReply()),
		Rating: ratingView(f.Rating), Refusal: s.refusalView(f.Refusal, lang), PublishedAt: publishedAt(f),
		CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, Timeline: []api.TimelineItem{},
	}
	v.Due, v.DueAt = s.dueView(f, lang)
	v.Undated = s.undatedView(f, lang)
	v.MergedInto, v.PartOf, v.Parts = joinedViews(f)
	for _, e := range f.Timeline {
		if !e.Private {
			v.Timeline = append(v.Timeline, api.TimelineItem{At: e.At, Event: string(e.Event), Agency: s.agencyRef(e.Agency), Note: optional(e.Note), Case: optional(e.Case)})
		}
	}
	return v
}

// deskView is a feedback as the member of staff sees it, and its ETag. The sender is
// sealed unless the member unsealed them in this very case; then the view is written
// to the audit log before anything is shown.
func (s *server) deskView(ctx context.Context, f *models.Feedback) (api.DeskFeedback, string, error) {
	r := of(ctx)
	now := s.Now()
	v := api.DeskFeedback{
		ID: f.ID, Code: f.Code, Title: f.Title, Body: f.Body, Kind: api.Kind(f.Kind), Status: api.Status(f.Status),
		Source: api.Source(f.Source), Agency: s.agencyRef(f.Agency), Province: optional(f.Province), Commune: optional(f.Commune),
		Place: optional(f.Place), Field: optional(f.Field), PublishName: f.PublishName, Private: f.Private,
		Uploads: uploadsView(f.Uploads), Messages: messagesView(f.Messages), Reply: replyView(f.SentReply()),
		Rating: ratingView(f.Rating), Refusal: s.refusalView(f.Refusal, r.Lang), PublishedAt: publishedAt(f),
		CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, Overdue: f.Overdue(now),
		Timeline: []api.TimelineItem{}, Notes: []api.Note{}, Replies: []api.DeskReply{}, Suggestions: s.suggestionsView(f.Suggestions, r.Lang),
		Ladder: ladderView(append(s.ladderOf(f), s.progressLadder(f)...), r.Lang), Sorting: s.sortingView(f, r.Lang), Sorted: s.sortedView(f),
		Accepted: acceptedView(f.Accepted), Acceptable: acceptable(s.acceptances(r.Staff, f, now)),
	}
	v.Due, v.DueAt = s.dueView(f, r.Lang)
	v.Undated = s.undatedView(f, r.Lang)
	if next := f.ProgressDue(s.Ref.Rules, now); next != nil {
		v.ProgressDue = &next.At
	}
	v.Regime = api.Regime(cmp.Or(f.Regime, models.General))
	joinedDesk(&v, f, f.MayUnmerge(now))
	var err error
	named := func(id string) (p api.PersonRef) {
		if err == nil {
			p, err = s.person(ctx, id)
		}
		return p
	}
	if f.Handler != "" {
		h := named(f.Handler)
		v.Handler = &h
	}
	for _, n := range f.Notes {
		v.Notes = append(v.Notes, api.Note{ID: n.ID, At: n.At, Author: named(n.Author), Body: n.Body})
	}
	v.ExtensionRequests = []api.ExtensionAsk{}
	for _, x := range f.Clock.Asks {
		v.ExtensionRequests = append(v.ExtensionRequests, api.ExtensionAsk{At: x.At, By: named(x.By), Term: x.Term, Reason: x.Reason, Status: askStatus(&x), EndedAt: x.EndedAt, Remark: optional(x.Remark)})
	}
	v.Tasks = s.tasksView(f, now, named)
	for _, rep := range f.Replies {
		d := api.DeskReply{
			ID: rep.ID, Status: api.ReplyStatus(rep.Status), Body: rep.Body, Author: named(rep.Author), CreatedAt: rep.CreatedAt,
			OfficialNumber: optional(rep.OfficialNumber), OfficialDate: dateView(rep.OfficialDate), Remark: optional(rep.Remark),
			SentAt: rep.SentAt, Uploads: uploadsView(rep.Uploads), Reason: optional(rep.Reason), Versions: versionsView(&rep, named),
		}
		if rep.Approver != "" {
			a := named(rep.Approver)
			d.Approver = &a
		}
		if f.Public() && f.Published.ReplyID == rep.ID {
			d.PublishedAt = &f.Published.At
		}
		v.Replies = append(v.Replies, d)
	}
	for _, e := range f.Timeline {
		item := api.TimelineItem{At: e.At, Event: string(e.Event), Agency: s.agencyRef(e.Agency), Note: optional(e.Said()), Case: optional(e.Case)}
		if e.Actor != "" && e.Actor != f.SenderID {
			a := named(e.Actor)
			item.Actor = &a
		}
		v.Timeline = append(v.Timeline, item)
	}
	if err != nil {
		return v, "", err
	}
	v.Sender, err = s.senderView(ctx, f, r.Staff, now)
	return v, etagOf(f.Version, r.Lang), err
}

func (s *server) senderView(ctx context.Context, f *models.Feedback, me *models.Staff, now time.Time) (api.DeskSender, error) {
	p, err := s.Store.Person(ctx, f.SenderID)
	if err != nil {
		return api.DeskSender{}, err
	}
	v := api.DeskSender{Sealed: true, Kind: senderKind(p)}
	until, knows := me.KnowsSender(f, now)
	if !knows || p.RestrictedAt != nil || p.SeveredAt != nil {
		return v, nil
	}
	err = s.audit(ctx, models.NewID(), me.Actor(), models.ActViewSender, f.ID, "", now)
	if err != nil {
		return v, err
	}
	v.Sealed, v.ID, v.Until = false, &p.ID, &until
	for sealed, to := range map[*models.Sealed]**string{&p.Name: &v.Name, &p.Phone: &v.Phone, &p.Email: &v.Email,
		&p.Address: &v.Address, &p.Organisation: &v.Organisation} {
		plain, err := s.Keyring.Open(*sealed)
		if err != nil {
			return v, err
		}
		*to = optional(plain)
	}
	return v, nil
}

func senderKind(p *models.Person) api.SenderKind {
	if p.Business {
		return api.SenderKindBusiness
	}
	return api.SenderKindCitizen
}

func (s *server) suggestionsView(list []models.Suggestion, lang string) []api.Suggestion {
	out := make([]api.Suggestion, 0, len(list))
	for _, x := range list {
		reasons := x.ReasonsIn(lang)
		if reasons == nil {
			reasons = []string{}
		}
		v := api.Suggestion{Agency: *s.agencyRef(x.Agency), PlaceNeeded: s.placeNeeded(x.Agency), Probability: x.Probability, Reasons: reasons}
		for _, code := range x.With {
			v.With = append(v.With, *s.agencyRef(code))
		}
		out = append(out, v)
	}
	return out
}

// audit appends one entry to the audit log at once. With the same id it is there once.
func (s *server) audit(ctx context.Context, id string, by models.Actor, a models.Action, object, detail string, now time.Time) error {
	return s.Store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry {
		return models.AuditEntry{ID: id, At: now, Actor: by.ID, Action: a, Object: object, Agency: by.Agency, Detail: detail}.
			Chain(head, s.Keyring.AuditKey())
	})
}
