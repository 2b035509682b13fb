package worker

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
	"kiennghi/notify/sms"
	"kiennghi/notify/webpush"
	"kiennghi/notify/webpush/webpushtest"
)

func TestNotify(t *testing.T) {
	e := newEnv(t, func(o *Options) { o.CasePage = "https://example.vn/feedback/" })
	p := e.person("+84900000001", "bi-mat@example.com")
	e.device(p, "token-vi", "vi")
	e.device(p, "token-en", "en")
	f := e.feedback(p, "Tiêu đề bí mật", e.telling(models.ActApprove))
	e.steps()

	in := e.inbox(p)
	if len(in) != 1 || in[0].Code != f.Code || in[0].Event != models.ActApprove || in[0].FeedbackID != f.ID {
		t.Fatalf("inbox %+v", in)
	}
	out := map[string]sent{}
	for _, m := range e.outbox() {
		out[m.To] = m
	}
	if len(out) != 3 {
		t.Fatalf("sent %+v, want two pushes and a mail, and no SMS beside a phone with the app", out)
	}
	vi, en, letter := out["token-vi"], out["token-en"], out["bi-mat@example.com"]
	if vi.Channel != notify.Push || vi.Title != "Đã có trả lời cho ông/bà" || en.Title != "Your feedback has been answered" {
		t.Errorf("pushes %+v %+v", vi, en)
	}
	want := map[string]string{
		"code": f.Code, "event": "answer", "notification": in[0].ID,
		"link": "kiennghi://feedback/" + f.Code, "url": "https://example.vn/feedback/" + f.Code,
	}
	for k, v := range want {
		if vi.Data[k] != v {
			t.Errorf("data[%s] = %q, want %q", k, vi.Data[k], v)
		}
	}
	if len(vi.Data) != len(want) {
		t.Errorf("data %v", vi.Data)
	}
	if letter.Channel != notify.Mail || !strings.Contains(letter.Body, "https://example.vn/feedback/"+f.Code) {
		t.Errorf("mail %+v", letter)
	}
	for _, m := range out {
		m.To = ""
		flat, _ := json.Marshal(m)
		if s := strings.ToLower(string(flat)); strings.Contains(s, "bí mật") || strings.Contains(s, "84900") || strings.Contains(s, "bi-mat") {
			t.Errorf("personal data or case text in %s", flat)
		}
	}
}

func TestNotifyBySMSOnlyWithoutAPhone(t *testing.T) {
	for event, want := range map[models.Action]int{
		models.ActApprove: 1, models.ActRequestInfo: 1, models.ActRefuse: 1, models.ActReceive: 0, models.ActAssign: 0, models.ActPublish: 0,
	} {
		e := newEnv(t)
		f := e.feedback(e.person("+84900000001", ""), "x", e.telling(event))
		e.steps()
		out := e.outbox()
		if len(out) != want {
			t.Errorf("%s: sent %+v, want %d", event, out, want)
		} else if want == 1 && (out[0].Channel != notify.SMS || out[0].To != "+84900000001" || !strings.Contains(out[0].Body, f.Code)) {
			t.Errorf("%s: %+v", event, out[0])
		}
	}
	e := newEnv(t) // a person that a clerk entered without phone, and one that is gone
	e.feedback(e.person("", ""), "x", e.telling(models.ActApprove))
	e.feedback(&models.Person{ID: models.NewID()}, "x", e.telling(models.ActApprove))
	e.steps()
	if n := e.count(); n.Pending+n.Parked != 0 || len(e.outbox()) != 0 {
		t.Errorf("%+v, sent %+v", n, e.outbox())
	}
}

func TestNotifyForgetsDeadTokens(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	p := e.person("+84900000001", "")
	e.device(p, "dead-1", "vi")
	e.device(p, "alive", "vi")
	e.feedback(p, "x", e.telling(models.ActApprove))
	e.steps()
	devices, err := e.st.ListDevices(t.Context(), p.ID)
	if err != nil || len(devices) != 1 || devices[0].Token != "alive" || g.pushed() != "alive" {
		t.Errorf("devices %+v (%v), pushed %q", devices, err, g.pushed())
	}
	if len(e.outbox()) != 0 {
		t.Errorf("an SMS although a phone was reached: %+v", e.outbox())
	}

	q := e.person("+84900000002", "")
	e.device(q, "dead-2", "vi")
	e.feedback(q, "x", e.telling(models.ActApprove))
	e.steps()
	if out := e.outbox(); len(out) != 1 || out[0].To != "+84900000002" {
		t.Errorf("the only phone is gone, sent %+v, want an SMS", out)
	}
}

func TestNotifyAgainPushesOnlyWhatIsMissing(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	p := e.person("+84900000001", "an@example.com")
	e.device(p, "one", "vi")
	e.device(p, "two", "vi")
	g.Fail("two", 2)
	e.feedback(p, "x", e.telling(models.ActApprove))
	if e.step(); g.pushed() != "one" {
		t.Fatalf("pushed %q", g.pushed())
	}
	e.pass(9 * time.Minute) // Retry-After is ten minutes
	if n := e.step(); n != 0 {
		t.Error("tried again before the server wanted it")
	}
	e.pass(5 * time.Minute)
	e.step()
	e.pass(30 * time.Minute)
	e.step()
	if g.pushed() != "one two" || len(e.inbox(p)) != 1 || len(e.outbox()) != 1 || e.count().Pending != 0 {
		t.Errorf("pushed %q, inbox %d, mails %d", g.pushed(), len(e.inbox(p)), len(e.outbox()))
	}
	if e.outcomes(models.WorkNotify, "retried") != 2 || e.outcomes(models.WorkNotify, "done") != 1 {
		t.Error("outcomes are miscounted")
	}
}

func TestCrashBetweenPushAndFinish(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	p := e.person("", "")
	e.device(p, "one", "vi")
	e.feedback(p, "x", e.telling(models.ActApprove))
	claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), e.w.o.Lease, 10)
	e.must(err)
	for _, err := range e.w.attempt(t.Context(), claimed) { // pushed, and then the process dies
		e.must(err)
	}
	if e.step() != 0 {
		t.Error("done again before the lease ran out")
	}
	e.pass(e.w.o.Lease)
	if e.step() != 1 {
		t.Error("not done again after the lease ran out")
	}
	e.must(e.st.FinishWork(t.Context(), claimed[0])) // the dead one was only slow
	if g.pushed() != "one one" || len(e.inbox(p)) != 1 {
		t.Errorf("pushed %q, %d in the inbox; want at least once, and once", g.pushed(), len(e.inbox(p)))
	}
}

func TestParkAfterTooManyAttempts(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push, o.MaxAttempts = g.sender, 4 })
	p := e.person("", "")
	e.device(p, "token-of-one", "vi")
	g.Fail("token-of-one", 1000)
	f := e.feedback(p, "Tiêu đề bí mật", e.telling(models.ActApprove))
	for range 3 {
		e.step()
		if n := e.count(); n.Parked != 0 || n.Pending != 1 {
			t.Fatalf("%+v", n)
		}
		e.pass(2 * time.Hour)
	}
	e.step()
	parked := e.parked()
	if len(parked) != 1 || parked[0].Kind != models.WorkNotify || parked[0].OwnerID != f.ID {
		t.Fatalf("parked %+v", parked)
	}
	if r := parked[0].Reason; r != "push: try again in 10m0s: FCM: HTTP status 503" {
		t.Errorf("reason %q", r)
	}
	if e.outcomes(models.WorkNotify, "parked") != 1 {
		t.Error("parking is not counted")
	}
	e.w.measure(t.Context())
	if e.metric("kiennghi_work_parked") != 1 || e.metric("kiennghi_work_pending") != 0 {
		t.Error("the gauges are wrong")
	}
	g.Fail("token-of-one", 0)
	e.must(e.st.ReleaseWork(t.Context(), parked[0].ID, e.o.Now()))
	e.step()
	if g.pushed() != "token-of-one" || e.count() != (models.WorkCount{}) {
		t.Errorf("after the release: pushed %q, %+v", g.pushed(), e.count())
	}
}

func TestBreakerSparesAServiceThatFails(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	var tokens []string
	for range 10 {
		p := e.person("", "")
		tokens = append(tokens, p.ID)
		e.device(p, p.ID, "vi")
		g.Fail(p.ID, 1)
		e.feedback(p, "x", e.telling(models.ActApprove))
	}
	e.step()
	failed := 0
	for _, token := range tokens {
		failed += g.Requests(token)
	}
	if failed != breakAfter || !e.w.breakers[notify.Push].circuit.Open() {
		t.Errorf("%d requests reached the failing service, want %d", failed, breakAfter)
	}
	if e.metric("kiennghi_circuit_open", "push") != 1 || e.metric("kiennghi_circuit_open") != 1 {
		t.Error("the circuit's metric is wrong")
	}
	for _, token := range tokens {
		g.Fail(token, 0)
	}
	e.pass(30 * time.Minute)
	e.step()
	if len(strings.Fields(g.pushed())) != 10 || e.w.breakers[notify.Push].circuit.Open() || e.count().Pending != 0 {
		t.Errorf("%d pushed after it was well again, %+v", len(strings.Fields(g.pushed())), e.count())
	}
}

func TestMessage(t *testing.T) {
	status := http.StatusOK
	var got []map[string]string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]string
		json.NewDecoder(r.Body).Decode(&m)
		got = append(got, m)
		w.WriteHeader(status)
	}))
	t.Cleanup(gateway.Close)
	sender, err := sms.New(gateway.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	e := newEnv(t, func(o *Options) { o.SMS = sender })
	send := func(text string) {
		e.t.Helper()
		x := e.work(models.WorkMessage, map[string]string{"expires": e.o.Now().Add(5 * time.Minute).Format(time.RFC3339)})
		x.OwnerID = e.o.Keyring.Index(models.NewID())
		x.Sealed = e.o.Keyring.Seal(text)
		e.must(e.st.PutChallenge(t.Context(), &models.Challenge{ID: x.OwnerID, ExpiresAt: e.o.Now().Add(5 * time.Minute)}, x))
		e.step()
	}
	otp := `{"channel":"sms","to":"+84900000001","body":"Mã của ông/bà là 123456"}`
	if send(otp); len(got) != 1 || got[0]["to"] != "+84900000001" || got[0]["text"] != "Mã của ông/bà là 123456" || e.count().Pending != 0 {
		t.Errorf("posted %v", got)
	}
	status = http.StatusBadRequest
	if send(otp); e.count() != (models.WorkCount{}) || e.outcomes(models.WorkMessage, "given_up") != 1 {
		t.Errorf("a bad number: %+v", e.count())
	}
	status = http.StatusInternalServerError
	send(otp)
	if e.count().Pending != 1 {
		t.Errorf("a failing gateway: %+v", e.count())
	}
	status = http.StatusOK
	e.pass(6 * time.Minute) // a code that has expired helps nobody
	if e.step(); len(got) != 3 || e.count() != (models.WorkCount{}) || e.outcomes(models.WorkMessage, "given_up") != 2 {
		t.Errorf("expired: %d posted, %+v", len(got), e.count())
	}
	send(`{"channel":"push","to":"x"}`)
	send(`no JSON`)
	if p := e.parked(); len(p) != 2 || p[0].Reason != "the message cannot be read" {
		t.Errorf("unreadable: parked %+v", p)
	}
}

func TestWorkersThatDieAreNoFailureOfTheWork(t *testing.T) {
	g := newGoogle(t)
	e := newEnv(t, func(o *Options) { o.Push = g.sender })
	p := e.person("", "")
	e.device(p, "token-1", "vi")
	g.Fail("token-1", 1)
	e.feedback(p, "x", e.telling(models.ActApprove))
	die := func() {
		if _, err := e.st.ClaimWork(t.Context(), e.o.Now(), e.w.o.Lease, 10); err != nil {
			t.Fatal(err)
		}
		e.pass(e.w.o.Lease)
	}
	for range 2 * e.w.o.MaxAttempts {
		die()
	}
	e.step() // fails for the first time
	if n := e.count(); n.Parked != 0 {
		t.Fatalf("parked after one failure: %+v", e.parked())
	}
	e.pass(12 * time.Minute) // what the service asked for, and not an hour
	if e.step(); g.pushed() != "token-1" {
		t.Errorf("pushed %q", g.pushed())
	}

	// Work that kills whoever claims it is parked in the end.
	e.feedback(p, "x", e.telling(models.ActApprove))
	for range deadly * e.w.o.MaxAttempts {
		die()
	}
	g.Fail("token-1", 1)
	if e.step(); e.count().Parked != 1 {
		t.Errorf("%+v", e.count())
	}
}

// TestBrowsers pushes to browsers: as to phones, but an SMS goes out all the same.
func TestBrowsers(t *testing.T) {
	service := webpushtest.Start(t)
	e := newEnv(t, func(o *Options) {
		o.Browser = webpush.New(webpush.KeysOf(o.Keyring), "https://example.vn", service.Client())
	})
	person := e.person("+84900000001", "")
	p := person.ID
	for _, name := range []string{"one", "two", "dead"} {
		d := &models.Device{ID: models.DeriveID(p, name), Account: p, Token: service.Subscribe(name).Token(), Platform: models.WebPlatform, Language: "vi", UpdatedAt: e.o.Now()}
		if err := e.st.PutDevice(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	service.Answer("dead", http.StatusGone, nil)
	service.Answer("two", http.StatusServiceUnavailable, http.Header{"Retry-After": {"60"}})
	f := e.feedback(person, "Tiêu đề bí mật", e.telling(models.ActApprove))
	e.steps()
	if got := service.Messages(); len(got) != 1 || got[0].Browser != "one" || !strings.Contains(got[0].Text, f.Code) || strings.Contains(got[0].Text, "bí mật") {
		t.Fatalf("pushed %+v", got)
	}
	if out := e.outbox(); len(out) != 1 || out[0].Channel != notify.SMS {
		t.Errorf("beside browsers went %+v, want an SMS", out)
	}
	if left, err := e.st.ListDevices(t.Context(), p); err != nil || len(left) != 2 {
		t.Errorf("%d browsers are left, want the dead one forgotten: %v", len(left), err)
	}
	service.Answer("two", http.StatusCreated, nil)
	e.pass(2 * time.Minute)
	e.steps()
	if got := service.Messages(); len(got) != 2 || got[1].Browser != "two" {
		t.Errorf("pushed again: %+v", got)
	}
	if n := e.count(); n.Pending+n.Parked != 0 || service.Calls("one") != 1 || service.Calls("dead") != 1 {
		t.Errorf("%+v, %d and %d calls", n, service.Calls("one"), service.Calls("dead"))
	}
}

// TestBrowsersOff leaves browsers alone where they are not pushed to.
func TestBrowsersOff(t *testing.T) {
	e := newEnv(t)
	person := e.person("+84900000001", "")
	p := person.ID
	d := &models.Device{ID: models.DeriveID(p, "x"), Account: p, Token: "x", Platform: models.WebPlatform, Language: "vi", UpdatedAt: e.o.Now()}
	if err := e.st.PutDevice(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	e.feedback(person, "x", e.telling(models.ActApprove))
	e.steps()
	if out := e.outbox(); len(out) != 1 || out[0].Channel != notify.SMS || e.count().Pending != 0 {
		t.Errorf("%+v", out)
	}
}
