package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// keep is a term of a year for identities.
func keep(o *Options) {
	o.Retention = []models.Retention{{Key: "identity.test", What: models.KeptIdentity, Term: 12, Unit: models.RetentionMonths, ValidFrom: "2020-01-01"}}
}

func (e *env) end(f *models.Feedback, s models.Status) {
	e.t.Helper()
	_, err := e.st.UpdateFeedback(e.t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Status, f.PublishName, f.SenderName, f.UpdatedAt = s, true, "Trần Thị Bí Mật", e.o.Now()
		return nil, nil
	})
	e.must(err)
}

func (e *env) severed(p *models.Person) bool {
	e.t.Helper()
	got, err := e.st.Person(e.t.Context(), p.ID)
	e.must(err)
	return got.SeveredAt != nil
}

func (e *env) audited(action models.Action) (out []models.AuditEntry) {
	e.t.Helper()
	head, err := e.st.AuditHead(e.t.Context())
	e.must(err)
	e.must(e.st.EachAudit(e.t.Context(), head.Seq, func(x models.AuditEntry) error {
		if x.Action == action {
			out = append(out, x)
		}
		return nil
	}))
	return out
}

func TestIdentitiesPastTheirTermAreSevered(t *testing.T) {
	e := newEnv(t, keep)
	gone, busy := e.person("+84900000001", "a@example.vn"), e.person("+84900000002", "")
	f := e.feedback(gone, "cũ")
	e.end(f, models.Closed)
	e.end(e.feedback(busy, "cũ"), models.Closed)
	e.feedback(busy, "còn mở")
	e.device(gone, "token", "vi")
	if e.w.severPast(t.Context()); e.severed(gone) {
		t.Fatal("severed at once")
	}
	e.pass(364 * 24 * time.Hour)
	young := e.person("+84900000003", "")
	if e.w.severPast(t.Context()); e.severed(gone) {
		t.Fatal("severed a day too early")
	}
	e.pass(3 * 24 * time.Hour)
	var told [][]string
	e.must(EachPastIdentity(t.Context(), e.st, e.o.Retention, e.o.Now(), func(codes []string) error { told = append(told, codes); return nil }))
	if len(told) != 1 || !slices.Equal(told[0], []string{f.Code}) {
		t.Errorf("told before: %v, want the one case %s", told, f.Code)
	}
	for range 3 { // again is harmless
		e.w.severPast(t.Context())
	}
	p, err := e.st.Person(t.Context(), gone.ID)
	e.must(err)
	if p.SeveredAt == nil || p.PhoneIndex != "" || len(p.Phone)+len(p.Name)+len(p.Email) != 0 {
		t.Errorf("the person is %+v", p)
	}
	if f, err = e.st.Feedback(t.Context(), f.ID); err != nil || f.SenderName != "" || f.Body == "" {
		t.Errorf("the case is %+v, %v; want it kept, without the name", f, err)
	}
	if d, err := e.st.ListDevices(t.Context(), gone.ID); err != nil || len(d) != 0 {
		t.Errorf("devices %v, %v", d, err)
	}
	if e.severed(busy) || e.severed(young) {
		t.Error("severed who has an open case, or came lately")
	}
	log := e.audited(models.ActSever)
	if len(log) != 1 || log[0].Object != gone.ID || log[0].Actor != "program" || log[0].Detail != "identity.test: 12 months, cases: 1" || !log[0].Intact(e.o.Keyring.AuditKey()) {
		t.Errorf("the audit log has %+v", log)
	}
}

// failing is a store that fails to write people, as one that goes away in between does.
type failing struct {
	store.Store
	fails bool
}

func (s *failing) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	if s.fails {
		return nil, errors.New("the database is away")
	}
	return s.Store.UpdatePerson(ctx, id, change)
}

func TestSeveringIsCarriedOnAndAuditedOnce(t *testing.T) {
	st := &failing{}
	e := newEnv(t, keep, func(o *Options) { st.Store, o.Store = o.Store, st })
	p := e.person("+84900000001", "")
	e.pass(400 * 24 * time.Hour)
	st.fails = true
	e.w.severPast(t.Context())
	if e.severed(p) || len(e.audited(models.ActSever)) != 1 {
		t.Fatalf("severed %v, audited %d", e.severed(p), len(e.audited(models.ActSever)))
	}
	st.fails = false
	e.w.severPast(t.Context())
	if !e.severed(p) || len(e.audited(models.ActSever)) != 1 {
		t.Errorf("severed %v, audited %d", e.severed(p), len(e.audited(models.ActSever)))
	}
}

func TestSeveringInPortions(t *testing.T) {
	e := newEnv(t, keep)
	for i := range 130 {
		e.person(fmt.Sprintf("+849000001%02d", i), "")
	}
	e.pass(400 * 24 * time.Hour)
	for _, want := range []int{120, 10, 0} {
		n, err := SeverPast(t.Context(), e.st, e.o.Keyring, e.o.Retention, "cli", e.o.Now(), 120)
		if err != nil || n != want {
			t.Errorf("severed %d, %v; want %d", n, err, want)
		}
	}
}

func TestWithoutATermNobodyIsSevered(t *testing.T) {
	e := newEnv(t)
	p := e.person("+84900000001", "")
	e.pass(100 * 365 * 24 * time.Hour)
	for _, rows := range [][]models.Retention{nil, {{What: models.KeptIdentity, ValidFrom: "2020-01-01"}}} {
		e.must(EachPastIdentity(t.Context(), e.st, rows, e.o.Now(), func([]string) error { return errors.New("told") }))
		if n, err := SeverPast(t.Context(), e.st, e.o.Keyring, rows, "cli", e.o.Now(), 100); err != nil || n != 0 || e.severed(p) {
			t.Errorf("%v: severed %d, %v", rows, n, err)
		}
	}
}
