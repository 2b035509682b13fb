package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// sample returns the n-th feedback, made in the n-th minute.
func sample(n int) *models.Feedback {
	return &models.Feedback{
		ID: id(n), Code: fmt.Sprintf("KN-%04d-0000", n), SenderID: "person-1", Title: fmt.Sprintf("Điện giá %d", n), Body: "Ổ gà trước nhà",
		Kind: models.Ordinary, Source: models.FromApp, Status: models.Received, Province: "79", Field: "dien",
		Agency: "xa-26740", Scope: []string{"xa-26740", "ubnd-79", models.RootAgency},
		Timeline:  []models.Event{{At: minute(n), Event: "submit", Version: 1}},
		CreatedAt: minute(n), UpdatedAt: minute(n), Rev: 1, Version: 1,
	}
}

// full returns a feedback that uses every part of the record.
func full() *models.Feedback {
	f := sample(1)
	at, later := minute(5), minute(6)
	files := []models.Attachment{{ID: "u1", Name: "ảnh $1.jpg", ContentType: "image/jpeg", Size: 1 << 40}}
	f.RequestHash, f.SenderName, f.Commune, f.Place, f.Asked, f.PublishName, f.Handler = "h", "Đặng Thị Ơn", "26740", "12/3 Lê Lợi", "ubnd-79", true, "staff-1"
	f.Uploads = files
	f.Messages = []models.Message{{ID: "m1", At: at, FromDesk: true, Author: "staff-1", Body: "Ở đâu?\nSố mấy?", Uploads: files}, {ID: "m2", At: later, Body: "Đây"}}
	f.Notes = []models.Note{{ID: "n1", At: at, Author: "staff-1", Body: "gấp"}}
	f.Replies = []models.Reply{
		{ID: "r1", Status: models.ReplySent, Agency: "xa-26740", Author: "staff-1", Approver: "staff-2", Body: "Đã sửa", OfficialNumber: "1/UBND", OfficialDate: "2026-03-02", Uploads: files, CreatedAt: at, SentAt: &later},
		{ID: "r2", Status: models.ReplySubmitted, Agency: "xa-26740", Author: "staff-1", Body: "…", Remark: "x", CreatedAt: later, Versions: []models.ReplyVersion{
			{Number: 3, Author: "staff-1", At: at, Outcome: models.OutcomeReturned, By: "staff-2", EndedAt: &later, Remark: "chưa rõ", Body: "Bản trước", OfficialNumber: "0/UBND", OfficialDate: "2026-03-01", Reason: "sai", Uploads: files},
			{Number: 4, Author: "staff-1", At: later, Outcome: models.OutcomeWaiting},
		}},
	}
	f.Tasks = []models.Task{{ID: "t1", Agency: "bxd", Ask: "Kết cấu?", Status: models.TaskDone, Author: "staff-1", CreatedAt: at, Body: "Gia cố", By: "staff-3", EndedAt: &at, SaidAt: &later, Uploads: files,
		Earlier: []models.Contribution{{Body: "An toàn", Uploads: files, By: "staff-4", At: at}}}}
	f.Suggestions = []models.Suggestion{{Agency: "ubnd-79", Probability: 0.123456789, Reasons: []string{"ổ gà"}}}
	f.Timeline = append(f.Timeline, models.Event{At: at, Event: "assign", Actor: "staff-1", Agency: "xa-26740", Note: "n", Private: true, Version: 2})
	f.Due = &models.Due{At: minute(500), Rule: "r", LegalBasis: "Nghị định", Explanation: "5 ngày", Start: at, Term: 5, Unit: models.WorkingDays, Added: 2,
		PausedMS: 86400000, Original: minute(300), Extended: minute(400), Extension: &models.Extension{Times: 1, Term: 5, Approver: true}, First: "2026-03-02"}
	f.PausedAt, f.ClockOf, f.Regime = &later, "xa-26740", models.FieldCase
	f.Clock = models.ClockLog{Pauses: []models.Stretch{{From: at, To: later}}, Extensions: []models.Extending{{At: at, Term: 2, Reason: "Chờ số liệu", By: "staff-2"}}}
	f.Clocks = []models.StoppedClock{{Agency: "bxd", Due: models.Due{At: minute(200), Start: at, Rule: "r"}, At: later, Log: f.Clock}, {Due: models.Due{Start: at, Rule: "r"}, At: later}}
	f.Sorting = &models.Sorting{Agency: "xa-26740", Due: models.Due{Start: at, At: minute(400), Rule: "s"}, Year: 2028, PausedAt: &later, Pauses: f.Clock.Pauses,
		Climbed: &models.Climbed{DueAt: minute(400), Next: &later, Taken: []models.Taken{{Step: "sorting.1", DueAt: minute(400), At: later}}}}
	f.Accepted = &models.Acceptance{At: at, By: "staff-2", Rule: "khieunai.first"}
	f.Sorted = []models.Sorted{{Agency: "bxd", Rule: "s", Start: at, DueAt: minute(200), At: later}, {Agency: "bct", Rule: "s", Start: at, At: later}}
	f.Refusal = &models.Refusal{Ground: "g", Direction: "d"}
	f.Rating = &models.Rating{Score: 4, Comment: "Tốt 👍", At: later}
	f.Published = &models.Publication{ReplyID: "r1", At: later}
	f.KeepFound()
	f.Unsealed = []models.Unsealing{{Staff: "staff-1", At: at, Reason: "xác minh"}}
	f.Corrections = []models.Correction{{At: at, Suggested: "a", From: "b", To: "c", Staff: "staff-1"}}
	f.PastAgencies = []string{"bxd"}
	f.Merged = &models.Merge{ID: "m", Into: id(9), Code: "KN-0009-0000", At: at, By: "staff-1", Reason: "trùng", Was: models.Assigned}
	f.Duplicates = []models.Duplicate{{Merge: "d", ID: id(8), Code: "KN-0008-0000", Version: 3, At: at, By: models.Actor{ID: "staff-1", Staff: true, Agency: "bxd"}, Reason: "trùng", Pending: true}}
	f.Links = []models.Link{{ID: id(7), Code: "KN-0007-0000", At: at, By: models.Actor{ID: "staff-1", Staff: true}, Reason: "cùng đường"}}
	f.Parts = []models.Part{{ID: id(6), Split: "s", Code: "KN-0006-0000", Title: "Đèn", Agency: "bxd", At: at, Undo: true, Body: "Đèn hỏng", Kind: models.Ordinary, Scope: []string{"bxd"},
		NameInBody: []models.Span{{1, 2}}, Due: &models.Due{At: later, Rule: "r"}, Undated: &models.Undated{Due: models.Due{Start: at, Rule: "r", Term: 20, Unit: models.CalendarDays}, Year: 2028}, Uploads: files}}
	f.PartOf = &models.Origin{ID: id(5), Code: "KN-0005-0000", At: at, Undone: true}
	f.AnsweredAt = &later
	return f
}

func change(edit func(f *models.Feedback), work ...models.Work) func(*models.Feedback) ([]models.Work, error) {
	return func(f *models.Feedback) ([]models.Work, error) {
		edit(f)
		return work, nil
	}
}

var feedbackTests = map[string]func(*testing.T, store.Store){
	"what is stored comes back": func(t *testing.T, s store.Store) {
		f := full()
		f.Rev, f.Version = 7, 7
		must(t, s.CreateFeedback(ctx, f))
		if f.Rev != 1 || f.Version != 1 {
			t.Fatalf("rev %d, version %d", f.Rev, f.Version)
		}
		got, err := s.Feedback(ctx, f.ID)
		must(t, err)
		want := full()
		equal(t, got, want)
		got, err = s.FeedbackByCode(ctx, f.Code)
		must(t, err)
		equal(t, got, want)
		sender, version, err := s.VersionByCode(ctx, f.Code)
		must(t, err)
		if sender != want.SenderID || version != want.Version {
			t.Errorf("version %d of %q", version, sender)
		}
	},
	"texts keep their accents, case, emoji and signs": func(t *testing.T, s store.Store) {
		for i, text := range []string{"Điện lực ĐỒNG NAI đồng nai", "ê vs. ê", "😀👨‍👩‍👧🇻🇳", "$where: {a.b: 1}", "\"'\\\u2028<>&", "a\x00b", strings.Repeat("ồ", 20_000)} {
			f := sample(i)
			f.Title, f.Body, f.Place = text, text, text
			must(t, s.CreateFeedback(ctx, f))
			got, err := s.Feedback(ctx, f.ID)
			must(t, err)
			if got.Title != text || got.Body != text || got.Place != text {
				t.Errorf("%q came back as %q", text, got.Title)
			}
			sums, err := s.Summaries(ctx, []string{f.ID})
			must(t, err)
			if len(sums) != 1 || sums[0].Title != text {
				t.Errorf("summary of %q: %v", text, sums)
			}
		}
	},
	"times come back in UTC with milliseconds": func(t *testing.T, s store.Store) {
		odd := time.Date(2026, 3, 2, 8, 0, 0, 123_456_789, models.VietNam)
		f := sample(1)
		f.CreatedAt, f.UpdatedAt, f.AnsweredAt, f.Due = odd, odd, &odd, &models.Due{At: odd}
		f.Timeline[0].At = odd
		must(t, s.CreateFeedback(ctx, f))
		got, err := s.Feedback(ctx, f.ID)
		must(t, err)
		for _, at := range []time.Time{got.CreatedAt, got.UpdatedAt, *got.AnsweredAt, got.Due.At, got.Timeline[0].At} {
			if at.Location() != time.UTC || !at.Equal(odd.Truncate(time.Millisecond)) {
				t.Errorf("%v came back as %v", odd, at)
			}
		}
		sums, err := s.Summaries(ctx, []string{f.ID})
		must(t, err)
		equal(t, sums[0], got.Summary())
	},
	"an empty list and none are the same": func(t *testing.T, s store.Store) {
		f := sample(1)
		f.Scope, f.Timeline, f.Replies, f.Suggestions = []string{}, []models.Event{}, []models.Reply{}, []models.Suggestion{{Reasons: []string{}}}
		must(t, s.CreateFeedback(ctx, f))
		got, err := s.Feedback(ctx, f.ID)
		must(t, err)
		if got.Scope != nil || got.Timeline != nil || got.Replies != nil || got.Suggestions[0].Reasons != nil || got.Due != nil {
			t.Fatalf("%#v", got)
		}
	},
	"nothing has a hostile key": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		for _, key := range hostile {
			_, err := s.Feedback(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			_, err = s.FeedbackByCode(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			_, _, err = s.VersionByCode(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			_, err = s.UpdateFeedback(ctx, key, change(func(*models.Feedback) {}))
			wantErr(t, err, models.ErrNotFound)
		}
		sums, err := s.Summaries(ctx, hostile)
		must(t, err)
		equal(t, len(sums), 0)
	},
	"of parallel creates with one ID or code one wins": func(t *testing.T, s store.Store) {
		errs := atOnce(20, func(i int) error {
			f := sample(i)
			f.Code = "KN-SAME-CODE"
			return s.CreateFeedback(ctx, f, models.NewWork(models.WorkIndex, f.ID, start, nil))
		})
		equal(t, won(t, errs, models.ErrExists), 1)
		errs = atOnce(20, func(i int) error {
			f := sample(100 + i)
			f.ID = id(99)
			return s.CreateFeedback(ctx, f)
		})
		equal(t, won(t, errs, models.ErrExists), 1)
		n, err := s.CountWork(ctx)
		must(t, err)
		equal(t, n.Pending, 1) // a create that failed leaves no work behind
	},
	"an update changes, counts and returns": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		got, err := s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) {
			f.Status, f.Agency, f.Scope, f.Handler, f.Version, f.UpdatedAt = models.Assigned, "bxd", []string{"bxd", models.RootAgency}, "staff-1", 2, minute(9)
			f.Replies, f.ID, f.Rev = []models.Reply{}, "other", 99
		}))
		must(t, err)
		want := sample(1)
		want.Status, want.Agency, want.Scope, want.Handler, want.Version, want.UpdatedAt = models.Assigned, "bxd", []string{"bxd", models.RootAgency}, "staff-1", 2, minute(9)
		want.Rev = 2
		equal(t, got, want)
		got, err = s.Feedback(ctx, id(1))
		must(t, err)
		equal(t, got, want)
		for scope, n := range map[string]int{"bxd": 1, models.RootAgency: 1, "ubnd-79": 0, "xa-26740": 0} {
			p, err := s.ListFeedback(ctx, store.FeedbackQuery{Scope: scope})
			must(t, err)
			equal(t, len(p.Items), n)
		}
	},
	"an update whose change fails stores nothing": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		_, err := s.UpdateFeedback(ctx, id(1), func(f *models.Feedback) ([]models.Work, error) {
			f.Title, f.Scope[0] = "x", "x"
			return []models.Work{models.NewWork(models.WorkIndex, f.ID, start, nil)}, errStop
		})
		if err != errStop {
			t.Fatal(err)
		}
		got, err := s.Feedback(ctx, id(1))
		must(t, err)
		equal(t, got, sample(1))
		n, err := s.CountWork(ctx)
		must(t, err)
		equal(t, n.Pending, 0)
	},
	"a change that panics stores nothing and hurts nobody else": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		panicked := func() (p any) {
			defer func() { p = recover() }()
			s.UpdateFeedback(ctx, id(1), func(*models.Feedback) ([]models.Work, error) { panic("in change") })
			return nil
		}()
		if panicked == nil {
			t.Fatal("no panic")
		}
		_, err := s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) { f.Title = "sau" }))
		must(t, err)
	},
	"parallel updates all survive": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		const writers, rounds = 16, 20
		errs := atOnce(writers, func(w int) error {
			for range rounds {
				_, err := s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) {
					f.Version++
					f.Notes = append(f.Notes, models.Note{ID: models.NewID(), At: start, Author: fmt.Sprint(w)})
				}))
				if err != nil {
					return err
				}
			}
			return nil
		})
		mustAll(t, errs)
		got, err := s.Feedback(ctx, id(1))
		must(t, err)
		if n := int64(writers * rounds); got.Rev != n+1 || got.Version != n+1 || len(got.Notes) != int(n) {
			t.Fatalf("rev %d, version %d, %d notes", got.Rev, got.Version, len(got.Notes))
		}
	},
	"by when cases are to be sorted": func(t *testing.T, s store.Store) {
		paused := minute(10)
		sorts := map[string]*models.Sorting{id(1): nil, id(2): {Due: models.Due{At: minute(300)}}, id(3): {Due: models.Due{At: minute(400)}, PausedAt: &paused}, id(4): {Due: models.Due{At: minute(500)}}}
		for n := 1; n <= 4; n++ {
			f := sample(n)
			if f.Sorting = sorts[f.ID]; n == 4 {
				f.Status = models.Answered
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		got, err := s.SortBy(ctx, []string{id(4), id(2), "none", id(3), id(1)})
		must(t, err)
		equal(t, got, map[string]time.Time{id(2): minute(300)})
		got, err = s.SortBy(ctx, nil)
		must(t, err)
		equal(t, len(got), 0)
	},
	"summaries keep the order of the IDs": func(t *testing.T, s store.Store) {
		f := full()
		must(t, s.CreateFeedback(ctx, f))
		must(t, s.CreateFeedback(ctx, sample(2)))
		got, err := s.Summaries(ctx, []string{id(2), "none", id(1)})
		must(t, err)
		equal(t, got, []models.Summary{sample(2).Summary(), f.Summary()})
		got, err = s.Summaries(ctx, nil)
		must(t, err)
		equal(t, len(got), 0)
	},
	"versions of what is published": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, full()))
		must(t, s.CreateFeedback(ctx, sample(2)))
		asked := []string{id(2), "none", id(1), id(1)}
		got, err := s.PublishedVersions(ctx, asked)
		must(t, err)
		equal(t, got, map[string]int64{id(1): 1})
		for _, want := range []map[string]int64{{id(1): 2}, {}} { // changed, then taken back
			_, err := s.UpdateFeedback(ctx, id(1), func(f *models.Feedback) ([]models.Work, error) {
				f.Version++
				if f.Version > 2 {
					f.Published = nil
				}
				return nil, nil
			})
			must(t, err)
			got, err = s.PublishedVersions(ctx, asked)
			must(t, err)
			equal(t, got, want)
		}
		got, err = s.PublishedVersions(ctx, nil)
		must(t, err)
		equal(t, len(got), 0)
	},
	"each visits what changed since": func(t *testing.T, s store.Store) {
		for i := range 120 {
			must(t, s.CreateFeedback(ctx, sample(i)))
		}
		for since, want := range map[time.Time]int{{}: 120, minute(100): 20, minute(100).Add(1): 19, minute(500): 0} {
			seen := map[string]bool{}
			must(t, s.EachFeedback(ctx, since, func(f *models.Feedback) error {
				seen[f.ID] = true
				return nil
			}))
			equal(t, len(seen), want)
		}
		calls := 0
		err := s.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error {
			if calls++; calls == 3 {
				return errStop
			}
			_, err := s.UpdateFeedback(ctx, f.ID, change(func(f *models.Feedback) { f.Title = "x" })) // do may write
			return err
		})
		if err != errStop || calls != 3 {
			t.Fatal(err, calls)
		}
	},
}
