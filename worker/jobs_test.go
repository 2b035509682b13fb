package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/search"
)

// rename changes a case's title, as something a reader sees.
func (e *env) rename(id, title string) {
	e.t.Helper()
	_, err := e.st.UpdateFeedback(e.t.Context(), id, func(f *models.Feedback) ([]models.Work, error) {
		f.Title = title
		f.Version++
		f.UpdatedAt = e.o.Now()
		return nil, nil
	})
	e.must(err)
}

func TestIndex(t *testing.T) {
	e := newEnv(t)
	p := e.person("", "")
	f := e.feedback(p, "Đèn đường hỏng", e.work(models.WorkIndex, nil), e.work(models.WorkIndex, nil))
	e.feedback(p, "Chó thả rông", e.work(models.WorkIndex, nil))
	e.steps()
	if e.found("den duong") != 1 || e.found("cho tha rong") != 1 || e.count().Pending != 0 {
		t.Errorf("found %d, %d", e.found("den duong"), e.found("cho tha rong"))
	}
	e.rename(f.ID, "Nắp cống vỡ")
	e.must(putFresh(t.Context(), e.st, e.o.Index, []string{f.ID, "gone"}))
	if e.found("nap cong") != 1 || e.found("den hong") != 0 {
		t.Error("the entry is stale")
	}
}

// racing changes the record between the worker's reading and its putting, once.
type racing struct {
	search.Index
	once   sync.Once
	change func()
}

func (r *racing) Put(ctx context.Context, docs ...search.Document) error {
	r.once.Do(r.change)
	return r.Index.Put(ctx, docs...)
}

func TestIndexPutsAgainWhatChangedMeanwhile(t *testing.T) {
	e := newEnv(t)
	f := e.feedback(e.person("", ""), "Đèn đường hỏng")
	idx := &racing{Index: e.o.Index, change: func() { e.rename(f.ID, "Nắp cống vỡ") }}
	e.must(putFresh(t.Context(), e.st, idx, []string{f.ID}))
	if e.found("nap cong") != 1 || e.found("den hong") != 0 {
		t.Error("the entry is stale")
	}
}

func TestAudit(t *testing.T) {
	e := newEnv(t)
	at := e.o.Now().Add(-time.Hour)
	data := models.AuditData(models.Actor{ID: "s1", Staff: true}, models.ActReturn, "f1", "xa-1", "không đúng thẩm quyền", at)
	f := e.feedback(e.person("", ""), "x", e.work(models.WorkAudit, data))
	claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 10)
	e.must(err)
	for range 2 { // the first time the process dies before it can say so
		for _, err := range e.w.attempt(t.Context(), claimed) {
			e.must(err)
		}
	}
	var got []models.AuditEntry
	e.must(e.st.EachAudit(t.Context(), 100, func(a models.AuditEntry) error { got = append(got, a); return nil }))
	if len(got) != 1 || got[0].ID != claimed[0].ID || !got[0].At.Equal(at) || got[0].Actor != "s1" || got[0].Action != models.ActReturn ||
		got[0].Object != "f1" || got[0].Agency != "xa-1" || got[0].Detail != "không đúng thẩm quyền" {
		t.Errorf("entries %+v of %s", got, f.ID)
	}
	e.must(models.NewAuditCheck(e.o.Keyring.AuditKey()).Next(got[0]))
}

var agencies = []models.Agency{
	{Code: models.RootAgency, Name: "Văn phòng Chính phủ", Level: models.LevelMinistry},
	{Code: "bxd", Name: "Bộ Xây dựng", Level: models.LevelMinistry, Parent: models.RootAgency},
	{Code: "ubnd-79", Name: "UBND Thành phố Hồ Chí Minh", Level: models.LevelProvince, Parent: models.RootAgency, Province: "79"},
	{Code: "so-xd-79", Name: "Sở Xây dựng", Level: models.LevelDepartment, Parent: "ubnd-79", Template: "so-xd", Province: "79"},
}

func routing(t *testing.T, threshold float64) *env {
	e := newEnv(t, func(o *Options) {
		o.RouteThreshold = threshold
		o.Fields = models.NewFields([]models.Field{{Slug: "giao-thong", Name: "Giao thông", Ministry: "bxd", Department: "so-xd", Cues: []string{"ổ gà", "mặt đường", "đèn đường"}}}, nil)
		o.Remits = search.NewRemits([]models.Remit{{Agency: "so-xd", Text: "Đường bộ, cầu, đèn đường, thoát nước", Examples: []string{"mặt đường nhiều ổ gà", "đèn đường hỏng"}}})
	})
	e.must(e.st.PutAgencies(t.Context(), agencies))
	return e
}

func (e *env) pothole() *models.Feedback {
	e.t.Helper()
	f := e.feedback(e.person("", ""), "Mặt đường nhiều ổ gà", e.work(models.WorkRoute, nil))
	_, err := e.st.UpdateFeedback(e.t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Province = "79"
		return nil, nil
	})
	e.must(err)
	return f
}

func (e *env) load(id string) *models.Feedback {
	e.t.Helper()
	f, err := e.st.Feedback(e.t.Context(), id)
	e.must(err)
	return f
}

func TestRouteAssignsWhatIsSure(t *testing.T) {
	e := routing(t, 0.1)
	f := e.pothole()
	e.steps()
	f = e.load(f.ID)
	if f.Status != models.Assigned || f.Agency != "so-xd-79" || strings.Join(f.Scope, " ") != "so-xd-79 ubnd-79 vpcp" || f.Field != "giao-thong" {
		t.Errorf("status %s, agency %q, scope %v, field %q, suggestions %+v", f.Status, f.Agency, f.Scope, f.Field, f.Suggestions)
	}
	last := f.Timeline[len(f.Timeline)-1]
	if last.Event != models.ActAssign || last.Actor != "" {
		t.Errorf("timeline ends with %+v", last)
	}
	if e.found("o ga") != 1 {
		t.Error("the index was not told")
	}
}

// TestRouteAsksTheClassifier: it assigns nothing by a model that was never right often
// enough, and gives the level that signs cannot tell.
func TestRouteAsksTheClassifier(t *testing.T) {
	var lessons []models.Example
	for _, tail := range []string{"", " mấy hôm nay", " suốt tháng này", " rồi"} {
		lessons = append(lessons, models.Example{Text: "Mặt đường nhiều ổ gà" + tail, Agency: "bxd", Level: models.Central, Field: "giao-thong", Kind: "feedback"},
			models.Example{Text: "Trường thu tiền cao" + tail, Agency: "so-xd", Level: models.Provincial, Field: "giao-thong", Kind: "feedback"})
	}
	header := models.ModelHeader{Calibration: models.Calibration{Temperature: 0.2, Cues: 0.1}}
	for accepted, status := range map[float64]models.Status{0.03: models.Assigned, 0.001: models.Received, 0: models.Received} {
		e := routing(t, 0.5)
		header.Accepted = []models.AcceptedAt{{Threshold: 0.5, Error: 0.02, Share: 1}}
		e.o.Routing, e.o.RouteError, e.o.Metrics = &models.Reference{Triage: models.NewTriage(models.TriageCues{}), Places: models.NewPlaces(nil, nil), Classifier: models.TrainClassifier(lessons, header)}, accepted, nil
		e.w = New(e.o)
		f := e.pothole()
		e.steps()
		f = e.load(f.ID)
		if f.Status != status || len(f.Suggestions) == 0 || f.Suggestions[0].Agency != "bxd" {
			t.Errorf("%v accepted: status %s, suggestions %+v", accepted, f.Status, f.Suggestions)
		}
	}
}

func TestRouteSuggestsWhatIsNotSure(t *testing.T) {
	for _, threshold := range []float64{0, 1} {
		e := routing(t, threshold)
		f := e.pothole()
		e.steps()
		f = e.load(f.ID)
		if f.Status != models.Received || f.Agency != "" || len(f.Suggestions) == 0 || f.Suggestions[0].Agency != "so-xd-79" {
			t.Errorf("threshold %v: status %s, agency %q, suggestions %+v", threshold, f.Status, f.Agency, f.Suggestions)
		}
	}
}

func TestRouteReadsThePlaceThatNobodyChose(t *testing.T) {
	for _, c := range []struct{ place, agency, reason string }{
		{"Bến Nghé, Quận 1", "so-xd-79", "nơi xảy ra đọc được từ «Bến Nghé, Quận 1»"},
		{"Quê ở Bến Nghé hay ở Quảng Ngãi", "bxd", ""},
	} {
		e := routing(t, 0.1)
		e.o.Routing = &models.Reference{Triage: models.NewTriage(models.TriageCues{}), Places: models.NewPlaces([]models.Province{{Code: "51", Name: "Quảng Ngãi", MergedFrom: "Quảng Ngãi"}, {Code: "79", Name: "Hồ Chí Minh", MergedFrom: "Hồ Chí Minh"}},
			[]models.Commune{{Code: "26740", Province: "79", Name: "Phường Sài Gòn"}},
			models.FormerUnit{Name: "Phường Bến Nghé", District: "Quận 1", Province: "Hồ Chí Minh", Now: []string{"26740"}})}
		e.o.Metrics = nil // they are registered
		e.w = New(e.o)
		f := e.pothole()
		_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
			f.Province, f.Place = "", c.place
			return nil, nil
		})
		e.must(err)
		e.steps()
		f = e.load(f.ID)
		if f.Status != models.Received || f.Agency != "" || f.Province != "" {
			t.Errorf("%s: an officer was to look at it: status %s, agency %q, province %q", c.place, f.Status, f.Agency, f.Province)
		}
		if len(f.Suggestions) == 0 || f.Suggestions[0].Agency != c.agency || c.reason != "" && !slices.Contains(f.Suggestions[0].Reasons, c.reason) {
			t.Errorf("%s: suggestions %+v", c.place, f.Suggestions)
		}
	}
}

func TestRouteLeavesAloneWhatOthersTouched(t *testing.T) {
	e := routing(t, 0.1)
	for what, change := range map[string]func(*models.Feedback){
		"withdrawn": func(f *models.Feedback) { f.Status = models.Withdrawn },
		"complaint": func(f *models.Feedback) { f.Kind = models.Complaint },
		"returned":  func(f *models.Feedback) { f.PastAgencies = []string{"bxd"} },
		"assigned":  func(f *models.Feedback) { f.Status, f.Agency = models.Assigned, "bxd" },
	} {
		f := e.pothole()
		_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) { change(f); return nil, nil })
		e.must(err)
		before := e.load(f.ID)
		e.steps()
		if after := e.load(f.ID); after.Version != before.Version || len(after.Suggestions) != 0 {
			t.Errorf("%s: it was routed: %+v", what, after.Suggestions)
		}
	}
}

func TestRouteWaitsForSearchAndThenGoesWithout(t *testing.T) {
	e := routing(t, 0)
	f := e.pothole()
	e.must(e.o.Index.Close())
	for range 10 { // one second after another
		e.step()
		if len(e.load(f.ID).Suggestions) != 0 {
			t.Fatal("it did not wait")
		}
		e.pass(time.Second)
	}
	e.pass(routeWaits)
	e.step()
	if s := e.load(f.ID).Suggestions; len(s) == 0 || s[0].Agency != "so-xd-79" {
		t.Errorf("suggestions %+v", s)
	}
}

// TestRouteWaitsOnceWhenItIsLate: a case that waited behind others all along still waits once.
func TestRouteWaitsOnceWhenItIsLate(t *testing.T) {
	e := routing(t, 0)
	f := e.pothole()
	e.must(e.o.Index.Close())
	e.pass(time.Hour)
	e.step()
	if len(e.load(f.ID).Suggestions) != 0 {
		t.Error("it did not wait")
	}
	e.pass(time.Minute)
	e.step()
	if len(e.load(f.ID).Suggestions) == 0 {
		t.Error("it waits still")
	}
}

func TestSweep(t *testing.T) {
	var mu sync.Mutex
	var deleted []string
	fail := true
	e := newEnv(t, func(o *Options) {
		o.DeleteFile = func(_ context.Context, key string) error {
			mu.Lock()
			defer mu.Unlock()
			if fail {
				return errors.New("the bucket is away")
			}
			deleted = append(deleted, key)
			return nil
		}
		o.Kept = []models.Retention{{What: models.KeptUpload, Term: 2, Unit: models.RetentionHours, ValidFrom: "2020-01-01"}}
	})
	for id, u := range map[string]models.Upload{
		"old": {Thumbnail: "old-thumbnail"}, "used": {FeedbackID: "f1"}, "new": {CreatedAt: e.o.Now().Add(-time.Hour)},
	} {
		u.ID, u.Key, u.Owner = id, id+"-file", "p1"
		if u.CreatedAt.IsZero() {
			u.CreatedAt = e.o.Now().Add(-3 * time.Hour)
		}
		e.must(e.st.CreateUpload(t.Context(), &u))
	}
	e.w.sweep(t.Context())
	if u, err := e.st.Upload(t.Context(), "old"); err != nil || u.Owner != "" {
		t.Errorf("the bucket is away: %+v, %v; want the record kept for the next time, and nobody able to use it", u, err)
	}
	fail = false
	e.w.sweep(t.Context())
	if strings.Join(deleted, " ") != "old-file old-thumbnail" {
		t.Errorf("deleted %v", deleted)
	}
	for id, want := range map[string]bool{"old": false, "used": true, "new": true} {
		if _, err := e.st.Upload(t.Context(), id); (err == nil) != want {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestFilesOfRepliesThatWereNotSaved: kept as long as what is written; one that a saved reply has,
// but that is not marked, is marked instead.
func TestFilesOfRepliesThatWereNotSaved(t *testing.T) {
	e := newEnv(t, func(o *Options) {
		o.DeleteFile = func(context.Context, string) error { return nil }
		o.Kept = []models.Retention{{What: models.KeptUpload, Term: 2, Unit: models.RetentionHours, ValidFrom: "2020-01-01"}}
	})
	f := e.feedback(e.person("", ""), "Đèn đường hỏng")
	_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Replies = append(f.Replies, models.Reply{ID: "r", Status: models.ReplyDraft, Uploads: []models.Attachment{{ID: "named"}}})
		return nil, nil
	})
	e.must(err)
	now := e.o.Now()
	for id, until := range map[string]time.Time{"written": now.Add(time.Hour), "just given up": now.Add(-time.Hour), "given up": now.Add(-3 * time.Hour), "named": now.Add(-3 * time.Hour)} {
		u := models.Upload{Attachment: models.Attachment{ID: id}, Key: id, Owner: "p1", ForReply: f.ID, KeptUntil: until, CreatedAt: now.Add(-9 * time.Hour)}
		e.must(e.st.CreateUpload(t.Context(), &u))
	}
	e.must(e.st.CreateUpload(t.Context(), &models.Upload{Attachment: models.Attachment{ID: "of none"}, Key: "k", Owner: "p1", ForReply: "gone", CreatedAt: now.Add(-9 * time.Hour)}))
	e.w.sweep(t.Context())
	for id, want := range map[string]bool{"written": true, "just given up": true, "given up": false, "named": true, "of none": false} {
		u, err := e.st.Upload(t.Context(), id)
		if (err == nil) != want || want && u.Owner != "p1" {
			t.Errorf("%s: %+v, %v", id, u, err)
		}
		if want && (u.FeedbackID == f.ID) != (id == "named") {
			t.Errorf("%s is a file of %q", id, u.FeedbackID)
		}
	}
}

func TestDraftsAreForgotten(t *testing.T) {
	e := newEnv(t)
	for i := range 450 {
		d := models.Draft{ID: fmt.Sprint(i), Sealed: models.Sealed("letter"), ExpiresAt: e.o.Now().Add(time.Duration(i-449) * time.Minute)}
		e.must(e.st.PutDraft(t.Context(), &d))
	}
	e.w.forgetDrafts(t.Context())
	for id, want := range map[string]bool{"0": false, "448": false, "449": true} {
		if _, err := e.st.Draft(t.Context(), id); (err == nil) != want {
			t.Errorf("draft %s: %v", id, err)
		}
	}
}
