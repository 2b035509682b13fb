package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// Most of what is given out in one answer.
const (
	dataRequests = 100 // on a page, of a person or open ones at the desk
	exported     = 100 // notifications, the newest
	breaches     = 100 // on a page
)

// openAll opens sealed values into texts.
func (s *server) openAll(values map[*string]models.Sealed) error {
	for to, sealed := range values {
		text, err := s.Keyring.Open(sealed)
		if err != nil {
			return models.Wrap(models.KindInternal, err)
		}
		*to = text
	}
	return nil
}

// dueOf is the deadline of a request with its extensions, to be told as that of a case is.
func dueOf(r *models.DataRequest) *models.Feedback {
	return &models.Feedback{Due: r.Due, Clock: models.ClockLog{Extensions: r.Extensions}}
}

func (s *server) dataRequestView(ctx context.Context, r *models.DataRequest) (api.DataRequest, error) {
	v := api.DataRequest{ID: r.ID, Right: api.DataRight(r.Right), Status: string(r.Status), CreatedAt: r.CreatedAt,
		DecidedAt: r.DecidedAt, EndedAt: r.EndedAt, Ground: optional(r.Ground), Overdue: r.Overdue(s.Now())}
	v.Due, _ = s.dueView(dueOf(r), of(ctx).Lang)
	var text, name, email, address string
	err := s.openAll(map[*string]models.Sealed{&text: r.Text, &name: r.Name, &email: r.Email, &address: r.Address})
	v.Text, v.Name, v.Email, v.Address = optional(text), optional(name), optional(email), optional(address)
	return v, err
}

func (s *server) dataRequestViews(ctx context.Context, list []models.DataRequest) ([]api.DataRequest, error) {
	out := make([]api.DataRequest, 0, len(list))
	for i := range list {
		v, err := s.dataRequestView(ctx, &list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func noticesView(p *models.Person) []api.NoticeSeen {
	out := make([]api.NoticeSeen, 0, len(p.Notices))
	for _, n := range p.Notices {
		v := api.NoticeSeen{Version: n.Version, At: n.At, Where: string(n.Where), Agreed: n.By == ""}
		if !n.Until.IsZero() {
			v.Until = &n.Until
		}
		out = append(out, v)
	}
	return out
}

// asksNotice reports whether the person is to be asked to agree to the notice in force.
func (s *server) asksNotice(p *models.Person) bool {
	version := s.Ref.Notice(s.Now())
	return version != "" && !p.AgreesTo(version)
}

// GetNotice says what was agreed to, and whether the notice in force still is to be.
func (s *server) GetNotice(ctx context.Context, _ api.GetNoticeRequestObject) (api.GetNoticeResponseObject, error) {
	p, err := s.Store.Person(ctx, of(ctx).Account)
	if err != nil {
		return nil, err
	}
	return api.GetNotice200JSONResponse(s.noticeList(p)), nil
}

func (s *server) noticeList(p *models.Person) api.NoticeList {
	return api.NoticeList{Items: noticesView(p), Current: s.Ref.Notice(s.Now()), Asked: s.asksNotice(p)}
}

// AgreeToNotice records that the notice in force was agreed to.
func (s *server) AgreeToNotice(ctx context.Context, in api.AgreeToNoticeRequestObject) (api.AgreeToNoticeResponseObject, error) {
	p, err := s.agree(ctx, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return api.AgreeToNotice200JSONResponse(s.noticeList(p)), nil
}

func (s *server) agree(ctx context.Context, version string) (*models.Person, error) {
	r, now := of(ctx), s.Now()
	if version != s.Ref.Notice(now) {
		return nil, models.Invalid([]models.FieldError{{Field: "version", Code: "unknown"}})
	}
	return s.Store.UpdatePerson(ctx, r.Account, func(p *models.Person) error {
		p.Agree(version, source(r.Agent), now)
		return nil
	})
}

// ExportMyData gives out everything about the account. It is audited.
func (s *server) ExportMyData(ctx context.Context, _ api.ExportMyDataRequestObject) (api.ExportMyDataResponseObject, error) {
	data, err := s.exportData(ctx)
	return api.ExportMyData200JSONResponse(data), err
}

func (s *server) exportData(ctx context.Context) (api.MyData, error) {
	r, now := of(ctx), s.Now()
	d := api.MyData{MadeAt: now, Feedback: []api.Feedback{}, Notifications: []api.Notification{}}
	p, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return d, err
	}
	if d.Account, err = s.personMe(p); err != nil {
		return d, err
	}
	d.Notices = noticesView(p)
	err = store.EachOf(ctx, s.Store, r.Account, func(row models.Summary) error {
		f, err := s.Store.Feedback(ctx, row.ID)
		if err == nil {
			d.Feedback = append(d.Feedback, s.feedbackView(f, r.Lang))
		}
		return err
	})
	if err != nil {
		return d, err
	}
	told, err := s.Store.ListNotifications(ctx, r.Account, exported, "")
	if err != nil {
		return d, err
	}
	for _, n := range told.Items {
		d.Notifications = append(d.Notifications, notificationView(n, r.Lang))
	}
	sessions, err := s.sessions(ctx)
	if err != nil {
		return d, err
	}
	d.Sessions = sessionsView(sessions, r.Session)
	d.Requests = []api.DataRequest{}
	err = store.EachDataRequestOf(ctx, s.Store, r.Account, func(x models.DataRequest) error {
		v, err := s.dataRequestView(ctx, &x)
		d.Requests = append(d.Requests, v)
		return err
	})
	if err != nil {
		return d, err
	}
	return d, s.audit(ctx, models.NewID(), r.actor(), models.ActExport, r.Account, "", now)
}

// ListMyDataRequests lists what the person asked about their data.
func (s *server) ListMyDataRequests(ctx context.Context, in api.ListMyDataRequestsRequestObject) (api.ListMyDataRequestsResponseObject, error) {
	page, err := s.Store.DataRequestsOf(ctx, of(ctx).Account, limitOf(in.Params.Limit), value(in.Params.Next))
	if err != nil {
		return nil, err
	}
	items, err := s.dataRequestViews(ctx, page.Items)
	return api.ListMyDataRequests200JSONResponse{Items: items, Next: optional(page.Next)}, err
}

// CreateDataRequest takes a request about own data.
func (s *server) CreateDataRequest(ctx context.Context, in api.CreateDataRequestRequestObject) (api.CreateDataRequestResponseObject, error) {
	r, err := s.askAboutData(ctx, in.Body, in.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	v, err := s.dataRequestView(ctx, r)
	return api.CreateDataRequest201JSONResponse(v), err
}

// askAboutData stores a request once for each key. Access needs no decision: it is done.
func (s *server) askAboutData(ctx context.Context, b *api.NewDataRequest, key *string) (*models.DataRequest, error) {
	me, now := of(ctx), s.Now()
	encoded, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	right := models.DataRight(b.Right)
	text, name, email, address := models.Clean(value(b.Text)), models.CleanLine(value(b.Name)), models.CleanLine(value(b.Email)), models.CleanLine(value(b.Address))
	if right != models.RightCorrect {
		name, email, address = "", "", ""
	}
	r := &models.DataRequest{ID: madeID(me.Account, "data request", key), RequestHash: s.Keyring.Index(string(encoded)), Person: me.Account, Right: right,
		Status: models.DataOpen, Text: s.Keyring.Seal(text), Name: s.Keyring.Seal(name), Email: s.Keyring.Seal(email), Address: s.Keyring.Seal(address), CreatedAt: now}
	if err := r.Check(text, name, email, address); err != nil {
		return nil, err
	}
	if email != "" || name != "" {
		change := &api.MePatch{}
		if email != "" {
			change.Email = &email
		}
		if name != "" {
			change.Name = &name
		}
		if err := models.Invalid(checkMe(change)); err != nil {
			return nil, err
		}
	}
	r.Date(s.Ref.Rules)
	if right == models.RightAccess {
		r.Status, r.DecidedAt, r.EndedAt = models.DataDone, &now, &now
	}
	r.Asked(me.actor())
	err = s.Store.CreateDataRequest(ctx, r)
	if errors.Is(err, models.ErrExists) {
		have, err := s.Store.DataRequest(ctx, r.ID)
		if err == nil && (have.RequestHash != r.RequestHash || have.Person != me.Account) {
			err = models.Fail(models.KindInvalid, "idempotency_mismatch")
		}
		return have, err
	}
	if err != nil {
		return nil, err
	}
	return r, store.SeeToRequest(ctx, s.Store, s.Keyring, r)
}

// DeskListDataRequests lists what is still owed.
func (s *server) DeskListDataRequests(ctx context.Context, in api.DeskListDataRequestsRequestObject) (api.DeskListDataRequestsResponseObject, error) {
	page, err := s.openDataRequests(ctx, limitOf(in.Params.Limit), value(in.Params.Next))
	if err != nil {
		return nil, err
	}
	items, err := s.dataRequestViews(ctx, page.Items)
	return api.DeskListDataRequests200JSONResponse{Items: items, Next: optional(page.Next)}, err
}

// openDataRequests returns a page, without those of which only something is still to be told.
func (s *server) openDataRequests(ctx context.Context, limit int, next string) (page store.Page[models.DataRequest], err error) {
	if err := s.atRoot(ctx); err != nil {
		return page, err
	}
	page, err = s.Store.OpenDataRequests(ctx, limit, next)
	page.Items = slices.DeleteFunc(page.Items, func(r models.DataRequest) bool { return !r.Owed() })
	return page, err
}

// DeskDecideDataRequest grants or refuses a request.
func (s *server) DeskDecideDataRequest(ctx context.Context, in api.DeskDecideDataRequestRequestObject) (api.DeskDecideDataRequestResponseObject, error) {
	r, err := s.decideDataRequest(ctx, in.Rid, in.Body.Grant, value(in.Body.Ground))
	if err != nil {
		return nil, err
	}
	v, err := s.dataRequestView(ctx, r)
	return api.DeskDecideDataRequest200JSONResponse(v), err
}

// decideDataRequest decides, and carries out what is granted. If the process ends in
// between, a worker carries it on.
func (s *server) decideDataRequest(ctx context.Context, id string, grant bool, ground string) (*models.DataRequest, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	me, now := of(ctx), s.Now()
	have, err := s.Store.DataRequest(ctx, id)
	if err != nil {
		return nil, err
	}
	var last models.Sealed
	if grant && have.Right == models.RightErase {
		if last, err = s.lastMessage(ctx, have.Person, models.Clean(ground)); err != nil {
			return nil, err
		}
	}
	r, err := s.Store.UpdateDataRequest(ctx, id, func(r *models.DataRequest) error {
		r.Message = last
		return r.Decide(me.actor(), grant, ground, now)
	})
	if err != nil {
		return nil, err
	}
	if err := store.SeeToRequest(ctx, s.Store, s.Keyring, r); err != nil {
		return nil, err
	}
	if err := store.CarryOut(ctx, s.Store, id, s.Ref.SealKeys().Sealer, now); err != nil {
		return nil, err
	}
	s.Wake()
	return s.Store.DataRequest(ctx, id)
}

// DeskExtendDataRequest gives more time to decide on a request.
func (s *server) DeskExtendDataRequest(ctx context.Context, in api.DeskExtendDataRequestRequestObject) (api.DeskExtendDataRequestResponseObject, error) {
	r, err := s.extendDataRequest(ctx, in.Rid, in.Body.Term, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	v, err := s.dataRequestView(ctx, r)
	return api.DeskExtendDataRequest200JSONResponse(v), err
}

// extendDataRequest extends the term of an open request and tells the person.
func (s *server) extendDataRequest(ctx context.Context, id string, more int, reason string) (*models.DataRequest, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	me, now := of(ctx), s.Now()
	r, err := s.Store.UpdateDataRequest(ctx, id, func(r *models.DataRequest) error {
		return r.Extend(me.actor(), more, reason, s.Ref.Rules, now)
	})
	if err != nil {
		return nil, err
	}
	return r, store.SeeToRequest(ctx, s.Store, s.Keyring, r)
}

// lastMessage is the sealed message that tells an erased person so; nil without a phone.
func (s *server) lastMessage(ctx context.Context, person, ground string) (models.Sealed, error) {
	p, err := s.Store.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	phone, err := s.Keyring.Open(p.Phone)
	if err != nil || phone == "" {
		return nil, err
	}
	message, err := json.Marshal(map[string]string{"channel": "sms", "to": phone, "title": "",
		"body": strings.ReplaceAll(say(p.Language, "erased_message", 0), "GROUND", models.Shorten(ground, 300))})
	return s.Keyring.Seal(string(message)), err
}

func (s *server) breachView(ctx context.Context, b *models.Breach) api.Breach {
	v := api.Breach{ID: b.ID, What: b.What, Affected: b.Affected, Measures: b.Measures, DetectedAt: b.DetectedAt, CreatedAt: b.CreatedAt,
		NotifiedAt: b.NotifiedAt, Notified: optional(b.Notified), Overdue: b.Overdue(s.Now())}
	v.Due, _ = s.dueView(&models.Feedback{Due: b.Due}, of(ctx).Lang)
	return v
}

// DeskListBreaches shows the register.
func (s *server) DeskListBreaches(ctx context.Context, in api.DeskListBreachesRequestObject) (api.DeskListBreachesResponseObject, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	page, err := s.Store.Breaches(ctx, limitOf(in.Params.Limit), value(in.Params.Next))
	out := api.DeskListBreaches200JSONResponse{Items: []api.Breach{}, Next: optional(page.Next)}
	for i := range page.Items {
		out.Items = append(out.Items, s.breachView(ctx, &page.Items[i]))
	}
	return out, err
}

// DeskCreateBreach enters a breach.
func (s *server) DeskCreateBreach(ctx context.Context, in api.DeskCreateBreachRequestObject) (api.DeskCreateBreachResponseObject, error) {
	b := in.Body
	x, err := s.enterBreach(ctx, &models.Breach{What: b.What, Affected: b.Affected, Measures: value(b.Measures), DetectedAt: b.DetectedAt}, in.Params.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return api.DeskCreateBreach201JSONResponse(s.breachView(ctx, x)), nil
}

// enterBreach stores an entry once for each key and starts its clock.
func (s *server) enterBreach(ctx context.Context, b *models.Breach, key *string) (*models.Breach, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	me, now := of(ctx), s.Now()
	b.ID, b.By, b.CreatedAt, b.DetectedAt = madeID(me.Account, "breach", key), me.Account, now, models.Moment(b.DetectedAt)
	b.What, b.Affected, b.Measures = models.Clean(b.What), models.Clean(b.Affected), models.Clean(b.Measures)
	b.RequestHash = models.Hash(b.What, b.Affected, b.Measures, b.DetectedAt.Format(time.RFC3339Nano))
	if err := b.Check(now); err != nil {
		return nil, err
	}
	if due, err := s.Ref.Rules.Due("pdp.breach", b.DetectedAt); err == nil {
		b.Due = &due
	}
	b.Entered(me.actor())
	err := s.Store.CreateBreach(ctx, b)
	if errors.Is(err, models.ErrExists) {
		have, err := s.Store.Breach(ctx, b.ID)
		if err == nil && have.RequestHash != b.RequestHash {
			err = models.Fail(models.KindInvalid, "idempotency_mismatch")
		}
		return have, err
	}
	if err != nil {
		return nil, err
	}
	return b, store.SeeToBreach(ctx, s.Store, s.Keyring, b)
}

// DeskNotifyBreach records that the authority was told.
func (s *server) DeskNotifyBreach(ctx context.Context, in api.DeskNotifyBreachRequestObject) (api.DeskNotifyBreachResponseObject, error) {
	b, err := s.notifyBreach(ctx, in.Bid, in.Body.Notified, in.Body.NotifiedAt)
	if err != nil {
		return nil, err
	}
	return api.DeskNotifyBreach200JSONResponse(s.breachView(ctx, b)), nil
}

func (s *server) notifyBreach(ctx context.Context, id, whom string, at time.Time) (*models.Breach, error) {
	if err := s.atRoot(ctx); err != nil {
		return nil, err
	}
	me, now := of(ctx), s.Now()
	b, err := s.Store.UpdateBreach(ctx, id, func(b *models.Breach) error { return b.Notify(me.actor(), whom, models.Moment(at), now) })
	if err != nil {
		return nil, err
	}
	return b, store.SeeToBreach(ctx, s.Store, s.Keyring, b)
}
