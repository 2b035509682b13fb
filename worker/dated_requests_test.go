package worker

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/store"
)

// errCut is what a process sees that ends in the middle.
var errCut = errors.New("cut off")

// cutOff is a store that ends before a data request gets its date.
type cutOff struct{ store.Store }

func (cutOff) UpdateDataRequest(context.Context, string, func(*models.DataRequest) error) (*models.DataRequest, error) {
	return nil, errCut
}

// TestDataRequestIsDated: who asked is told like the sender of a case, who decides finds it in
// the console, and the audit log has it, each once, though a process is cut off before the
// date is stored. One that is decided gets none.
func TestDataRequestIsDated(t *testing.T) {
	e := calendarEnv(t)
	e.w.o.CasePage = "https://example.vn/my/"
	hoa := e.person("+84900000001", "hoa@example.com")
	e.device(hoa, "token-hoa", "en")
	for id, x := range map[string]struct {
		agency string
		role   models.Role
	}{"dpo": {models.RootAgency, models.Admin}, "chief": {models.RootAgency, models.Supervisor}, "local": {"so-xd-79", models.Admin}} {
		e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: id, Username: id, Agency: x.agency, Roles: []models.Role{x.role}}))
	}
	request := &models.DataRequest{ID: models.NewID(), Person: hoa.ID, Right: models.RightWithdraw, Status: models.DataOpen, CreatedAt: e.o.Now()}
	granted := &models.DataRequest{ID: models.NewID(), Person: hoa.ID, Right: models.RightWithdraw, Status: models.DataGranted, CreatedAt: e.o.Now()}
	e.must(e.st.CreateDataRequest(t.Context(), request))
	e.must(e.st.CreateDataRequest(t.Context(), granted))
	e.w.dateAll(t.Context())
	e.steps()
	if got := e.told("dpo"); got != "" || len(e.inbox(hoa)) != 0 {
		t.Fatalf("told without a calendar: %q", got)
	}

	e.know2028(models.NewID())
	whole := e.w.o.Store
	e.w.o.Store = cutOff{whole}
	e.w.dateAll(t.Context())
	if r, err := e.st.DataRequest(t.Context(), request.ID); err != nil || r.Due != nil || e.told("dpo") != "data_dated" {
		t.Fatalf("not cut off between telling and storing: %+v, %v", r.Due, err)
	}
	e.w.o.Store = whole
	for range 2 {
		e.pass(2 * datedEvery)
		e.w.dateAll(t.Context())
		e.steps()
	}
	r, err := e.st.DataRequest(t.Context(), request.ID)
	e.must(err)
	if want := time.Date(2028, 1, 4, 10, 0, 0, 0, time.UTC); r.Due == nil || !r.Due.At.Equal(want) {
		t.Fatalf("due %+v", r.Due)
	}
	if r, err := e.st.DataRequest(t.Context(), granted.ID); err != nil || r.Due != nil {
		t.Errorf("decided, and it has a date now: %+v, %v", r, err)
	}
	in := e.inbox(hoa)
	if len(in) != 1 || in[0].Event != models.ActDataDated || in[0].Code != "" {
		t.Errorf("inbox %+v", in)
	}
	out := map[notify.Channel]sent{}
	for _, m := range e.outbox() {
		out[m.Channel] = m
	}
	if push := out[notify.Push]; len(out) != 2 || push.Title != "A due date for your data request" || push.Data["url"] != "https://example.vn/my/data" || push.Data["link"] != "kiennghi://me/data" {
		t.Errorf("sent %+v", out)
	}
	if mail := out[notify.Mail]; !strings.Contains(mail.Body, "https://example.vn/my/data") {
		t.Errorf("mail %+v", mail)
	}
	for who, want := range map[string]string{"dpo": "data_dated", "chief": "", "local": ""} {
		if got := e.told(who); got != want {
			t.Errorf("%s was told %q, want %q", who, got, want)
		}
	}
	if log := e.audited(models.ActSetDue); len(log) != 1 || log[0].Object != request.ID || !strings.Contains(log[0].Detail, "withdraw: hạn giải quyết 04/01/2028") {
		t.Errorf("audit log %+v", log)
	}
}
