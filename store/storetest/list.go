package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// all reads every page of a list and returns the numbers of the records.
func all(t *testing.T, s store.Store, q store.FeedbackQuery) []string {
	t.Helper()
	var ids []string
	for {
		p, err := s.ListFeedback(ctx, q)
		must(t, err)
		for _, f := range p.Items {
			ids = append(ids, strings.TrimLeft(f.ID, "0"))
		}
		if p.Next == "" {
			return ids
		}
		if len(p.Items) != store.PageSize(q.Limit) {
			t.Fatalf("a page of %d that is not the last", len(p.Items))
		}
		q.Next = p.Next
	}
}

// shelf stores ten different records, 1 to a.
func shelf(t *testing.T, s store.Store) {
	t.Helper()
	for i := 1; i <= 10; i++ {
		f := sample(i)
		f.Status = models.Statuses[i%8]
		f.SenderID = fmt.Sprint("person-", i%2)
		f.UpdatedAt = minute(100 - i)
		if i > 3 {
			f.Due = &models.Due{At: minute(200 - i%4)}
		}
		if i%5 == 0 {
			f.Published = &models.Publication{ReplyID: "r", At: minute(50)}
			f.Field = "duong"
		}
		if i == 6 {
			f.Published = &models.Publication{ReplyID: "r", At: minute(50), Until: &f.CreatedAt}
			f.Agency, f.Scope, f.Handler, f.Province, f.Kind = "bxd", []string{"bxd", models.RootAgency}, "staff-1", "", models.Question
		}
		must(t, s.CreateFeedback(ctx, f))
	}
}

var listTests = map[string]func(*testing.T, store.Store){
	"every order": func(t *testing.T, s store.Store) {
		shelf(t, s)
		for sort, want := range map[store.Sort]string{
			store.ByReceivedDesc: "a 9 8 7 6 5 4 3 2 1", store.ByReceived: "1 2 3 4 5 6 7 8 9 a", store.ByUpdated: "a 9 8 7 6 5 4 3 2 1",
			store.ByDue: "7 6 a 5 9 4 8 1 2 3", store.ByDueDesc: "3 2 1 8 4 9 5 a 6 7", store.ByPublishedDesc: "a 5",
		} {
			for _, limit := range []int{0, 1, 3, 100} {
				got := all(t, s, store.FeedbackQuery{All: true, Sort: sort, Limit: limit})
				if strings.Join(got, " ") != want {
					t.Errorf("sort %q by %d: %v, want %s", sort, limit, got, want)
				}
			}
		}
	},
	"what is kept from the root": func(t *testing.T, s store.Store) {
		shelf(t, s)
		_, err := s.UpdateFeedback(ctx, sample(2).ID, func(f *models.Feedback) ([]models.Work, error) {
			f.Agency, f.Scope, f.Kind = "", []string{"ttcp", models.KeptFromRoot}, models.Denunciation
			return nil, nil
		})
		must(t, err)
		before := minute(1000)
		for _, c := range []struct {
			q    store.FeedbackQuery
			want string
		}{
			{store.FeedbackQuery{Scope: models.RootAgency}, "1 3 4 5 6 7 8 9 a"},
			{store.FeedbackQuery{Scope: models.RootAgency, Kind: models.Denunciation}, ""},
			{store.FeedbackQuery{Scope: models.RootAgency, Sort: store.ByDue}, "1 3 4 5 6 7 8 9 a"},
			{store.FeedbackQuery{Scope: models.RootAgency, Sort: store.ByUpdated, UpdatedAfter: minute(-1000)}, "1 3 4 5 6 7 8 9 a"},
			{store.FeedbackQuery{Scope: models.RootAgency, Statuses: []models.Status{models.Assigned}}, "a"},
			{store.FeedbackQuery{Scope: "ttcp"}, "2"},
			{store.FeedbackQuery{All: true}, "1 2 3 4 5 6 7 8 9 a"},
		} {
			got := all(t, s, c.q)
			slices.Sort(got)
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v: %v, want %s", c.q, got, c.want)
			}
			counts, err := s.CountByStatus(ctx, c.q)
			must(t, err)
			n := 0
			for status, of := range counts {
				if of == 0 {
					t.Errorf("%+v: none of %s is counted", c.q, status)
				}
				n += of
			}
			if n != len(got) {
				t.Errorf("%+v: %d are counted, %d listed", c.q, n, len(got))
			}
		}
		_, err = s.UpdateFeedback(ctx, sample(2).ID, func(f *models.Feedback) ([]models.Work, error) {
			f.Status, f.Due = models.Received, &models.Due{At: minute(200)}
			return nil, nil
		})
		must(t, err)
		due, err := s.CountDue(ctx, []string{models.RootAgency, "ttcp"}, before)
		must(t, err)
		late := all(t, s, store.FeedbackQuery{Scope: models.RootAgency, OverdueAt: before})
		if due[models.RootAgency] != len(late) || due["ttcp"] != 1 || len(due) != 2 {
			t.Errorf("late: %v, listed %v", due, late)
		}
	},
	"every filter": func(t *testing.T, s store.Store) {
		shelf(t, s)
		for want, q := range map[string]store.FeedbackQuery{
			"1 3 5 7 9":           {Sender: "person-1"},
			"2 4 6 8 a":           {Sender: "person-0"},
			"6":                   {Scope: "bxd"},
			"1 2 3 4 5 7 8 9 a":   {Scope: "ubnd-79"},
			"1 2 3 4 5 6 7 8 9 a": {Scope: models.RootAgency},
			" 6":                  {Scope: models.RootAgency, Agency: "bxd"},
			"  6":                 {All: true, Handler: "staff-1"},
			"   6":                {Scope: models.RootAgency, Handler: "staff-1", Agency: "bxd", Kind: models.Question},
			"":                    {Scope: "ubnd-79", Handler: "staff-1"},
			"5 a":                 {All: true, Field: "duong"},
			" 5 a":                {All: true, Published: true},
			"  5 a":               {Scope: "xa-26740", Published: true, Province: "79"},
			" 1 2 3 4 5 7 8 9 a":  {All: true, Province: "79"},
			"    6":               {All: true, Kind: models.Question},
			"1 9":                 {All: true, Statuses: []models.Status{models.NeedsInfo}},
			"1 2 8 9 a":           {All: true, Statuses: []models.Status{models.NeedsInfo, models.Received, models.Assigned}},
			"8 9 a":               {All: true, OverdueAt: minute(201)},
			"a":                   {All: true, OverdueAt: minute(199)},
			" 8 9 a":              {All: true, OverdueAt: minute(200).Add(1)},
			" a":                  {All: true, OverdueAt: minute(199).Add(time.Microsecond), Statuses: []models.Status{models.Assigned}},
			"1 2 3":               {All: true, UpdatedAfter: minute(96)},
			" 1 2 3":              {All: true, Undated: true},
			"  1 2 3":             {Scope: "ubnd-79", Undated: true, Province: "79"},
			"   1 3":              {Sender: "person-1", Undated: true},
			"1 2":                 {Scope: "xa-26740", Undated: true, Statuses: []models.Status{models.NeedsInfo, models.Assigned}},
			"          ":          {All: true, Undated: true, OverdueAt: minute(999)},
			"           ":         {All: true, Undated: true, DueFrom: minute(1)},
			"            ":        {Scope: "bxd", Undated: true},
			"1 2 3 4":             {All: true, UpdatedAfter: minute(96).Add(-1)},
			"      ":              {All: true, Statuses: []models.Status{"no such"}},
			"     ":               {Sender: "nobody"},
			"       ":             {All: true, Statuses: []models.Status{models.Closed}, OverdueAt: minute(999)},
			"        ":            {All: true, UpdatedAfter: minute(99)},
		} {
			want = strings.TrimSpace(want)
			selects(t, s, q, want)
		}
		for want, q := range map[string]store.FeedbackQuery{
			"a 5": {Field: "duong"}, " a 5": {Province: "79"}, "  a 5": {Agency: "xa-26740"}, "": {Field: "dien"}, "a": {Field: "duong", Statuses: []models.Status{models.Assigned}},
		} {
			q.All, q.Sort, q.Published, q.Limit = true, store.ByPublishedDesc, true, 1
			if got := strings.Join(all(t, s, q), " "); got != strings.TrimSpace(want) {
				t.Errorf("%+v: %s, want %s", q, got, want)
			}
		}
	},
	"replies on their way, and what is due when": func(t *testing.T, s store.Store) {
		reply := func(f *models.Feedback, status models.ReplyStatus) {
			f.Replies = append(f.Replies, models.Reply{ID: id(50 + len(f.Replies)), Status: status, Agency: f.Agency, Body: "x", CreatedAt: minute(1)})
		}
		for i := 1; i <= 9; i++ {
			f := sample(i)
			f.Agency, f.Scope = "so-xd-79", []string{"so-xd-79", "ubnd-79", models.RootAgency}
			f.Status, f.SenderID = models.InProgress, "person-1"
			f.Due = &models.Due{At: minute(100 + i)}
			switch i {
			case 1, 2:
				reply(f, models.ReplySubmitted)
			case 3:
				reply(f, models.ReplyRejected)
				f.Handler = "staff-1"
			case 4:
				reply(f, models.ReplyRejected)
				reply(f, models.ReplySubmitted)
			case 5: // another agency's, from before it was forwarded
				reply(f, models.ReplyRejected)
				f.Replies[0].Agency = "so-tnmt-79"
			case 6:
				reply(f, models.ReplySubmitted)
				f.Status = models.Refused
			case 7:
				f.Due = nil
			case 8:
				f.Agency, f.Scope = "bxd", []string{"bxd", models.RootAgency}
				reply(f, models.ReplySubmitted)
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		check := func(want string, q store.FeedbackQuery) {
			t.Helper()
			selects(t, s, q, want)
		}
		check("1 2 4", store.FeedbackQuery{Scope: "so-xd-79", Waiting: true})
		check("1 2 4", store.FeedbackQuery{Scope: models.RootAgency, Agency: "so-xd-79", Waiting: true})
		check("1 2 4 8", store.FeedbackQuery{Scope: models.RootAgency, Waiting: true})
		check("1 2 4 8", store.FeedbackQuery{All: true, Waiting: true})
		check("1 2 4 8", store.FeedbackQuery{Sender: "person-1", Waiting: true})
		check("8", store.FeedbackQuery{Scope: "bxd", Waiting: true})
		check("3 4", store.FeedbackQuery{Scope: "ubnd-79", Back: true})
		check("3", store.FeedbackQuery{Scope: "ubnd-79", Back: true, Handler: "staff-1"})
		check("3", store.FeedbackQuery{All: true, Back: true, Handler: "staff-1"})
		check("3 4", store.FeedbackQuery{Sender: "person-1", Back: true})
		check("4", store.FeedbackQuery{Scope: "ubnd-79", Back: true, Waiting: true})
		check("2", store.FeedbackQuery{Scope: "ubnd-79", Waiting: true, DueFrom: minute(102), OverdueAt: minute(103)})
		check("2 3 4", store.FeedbackQuery{Scope: "ubnd-79", DueFrom: minute(102), OverdueAt: minute(105)})
		check("8 9", store.FeedbackQuery{All: true, DueFrom: minute(107)})
		p, err := s.ListFeedback(ctx, store.FeedbackQuery{Scope: "ubnd-79", Back: true, Sort: store.ByDue})
		must(t, err)
		equal(t, []int{p.Items[0].RepliesBack, p.Items[1].RepliesBack, p.Items[1].RepliesWaiting}, []int{1, 1, 1})
		_, err = s.UpdateFeedback(ctx, id(3), change(func(f *models.Feedback) { f.Replies[0].Status = models.ReplySubmitted }))
		must(t, err)
		_, err = s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) { f.Status = models.Answered }))
		must(t, err)
		check("2 3 4", store.FeedbackQuery{Scope: "ubnd-79", Waiting: true})
		check("4", store.FeedbackQuery{Scope: "ubnd-79", Back: true})
	},
	"cases that are late to be sorted": func(t *testing.T, s store.Store) {
		late := func(f *models.Feedback) {
			f.Sorting = &models.Sorting{Agency: "so-xd-79", Due: models.Due{At: minute(300), Rule: "r"},
				Climbed: &models.Climbed{DueAt: minute(300), Taken: []models.Taken{{Step: "sorting.1", DueAt: minute(300), At: minute(301)}}}}
		}
		for n := 1; n <= 5; n++ {
			f := sample(n)
			f.SenderID, f.Agency, f.Scope, f.Status = "person-1", "so-xd-79", []string{"so-xd-79", "ubnd-79", models.RootAgency}, models.Assigned
			switch late(f); n {
			case 2:
				f.Sorting.Climbed.Taken[0].At = minute(299) // told before it was due
			case 3:
				f.Agency, f.Scope = "bxd", []string{"bxd", models.RootAgency}
			case 4:
				f.Status = models.Answered
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		check := func(want string, q store.FeedbackQuery) {
			t.Helper()
			q.SortsLate = true
			selects(t, s, q, want)
		}
		check("1 5", store.FeedbackQuery{Scope: "ubnd-79"})
		check("3", store.FeedbackQuery{Scope: "bxd"})
		check("1 3 5", store.FeedbackQuery{All: true})
		check("1 3 5", store.FeedbackQuery{Scope: models.RootAgency})
		check("1 5", store.FeedbackQuery{Scope: models.RootAgency, Agency: "so-xd-79"})
		check("1 3 5", store.FeedbackQuery{Sender: "person-1"})
		check("", store.FeedbackQuery{Scope: "ubnd-79", Waiting: true})
		_, err := s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) { f.Sorting = nil }))
		must(t, err)
		_, err = s.UpdateFeedback(ctx, id(2), change(func(f *models.Feedback) { late(f) }))
		must(t, err)
		check("2 5", store.FeedbackQuery{Scope: "ubnd-79"})
	},
	"counts by status": func(t *testing.T, s store.Store) {
		shelf(t, s)
		got, err := s.CountByStatus(ctx, store.FeedbackQuery{Scope: "ubnd-79", Limit: 1, Sort: store.ByPublishedDesc, Next: "ignored"})
		must(t, err)
		equal(t, got, map[models.Status]int{
			models.NeedsInfo: 2, models.Assigned: 2, models.InProgress: 1, models.Answered: 1, models.Closed: 1, models.Withdrawn: 1, models.Received: 1,
		})
	},
	"ties are in the same order in all lists and pages": func(t *testing.T, s store.Store) {
		var want []string
		for i := range 30 {
			f := sample((i*7 + 3) % 30) // in some order
			f.CreatedAt, f.UpdatedAt, f.Due = start, start, &models.Due{At: start}
			f.Status = models.Statuses[i%3]
			f.Published = &models.Publication{At: start}
			must(t, s.CreateFeedback(ctx, f))
			want = append(want, strings.TrimLeft(id(i), "0"))
		}
		forth := all(t, s, store.FeedbackQuery{All: true, Sort: store.ByReceived})
		equal(t, slices.Sorted(slices.Values(forth)), slices.Sorted(slices.Values(want)))
		back := slices.Clone(forth)
		slices.Reverse(back)
		for _, limit := range []int{7, 30} {
			for _, sort := range []store.Sort{store.ByReceived, store.ByDue, store.ByUpdated} {
				equal(t, all(t, s, store.FeedbackQuery{All: true, Sort: sort, Limit: limit}), forth)
			}
			for _, sort := range []store.Sort{store.ByReceivedDesc, store.ByDueDesc, store.ByPublishedDesc} {
				equal(t, all(t, s, store.FeedbackQuery{All: true, Sort: sort, Limit: limit}), back)
			}
		}
	},
	"pages neither repeat nor skip while others arrive": func(t *testing.T, s store.Store) {
		for i := range 20 {
			must(t, s.CreateFeedback(ctx, sample(2*i)))
		}
		seen := map[string]int{}
		q := store.FeedbackQuery{Scope: "ubnd-79", Limit: 3}
		for n := 0; ; n++ {
			p, err := s.ListFeedback(ctx, q)
			must(t, err)
			for _, f := range p.Items {
				seen[f.ID]++
			}
			if q.Next = p.Next; p.Next == "" {
				break
			}
			must(t, s.CreateFeedback(ctx, sample(1001+n))) // newer than all
			must(t, s.CreateFeedback(ctx, sample(2*n+1)))  // older than where we are, or not
		}
		for i := range 20 {
			equal(t, seen[id(2*i)], 1)
		}
		for _, n := range seen {
			equal(t, n, 1)
		}
	},
	"a limit out of range becomes one in range": func(t *testing.T, s store.Store) {
		for i := range 105 {
			must(t, s.CreateFeedback(ctx, sample(i)))
		}
		for limit, n := range map[int]int{0: 20, 1: 1, 100: 100, 1000: 100, -5: 1} {
			p, err := s.ListFeedback(ctx, store.FeedbackQuery{All: true, Limit: limit})
			must(t, err)
			equal(t, len(p.Items), n)
		}
	},
	"a wrong token or question is refused": func(t *testing.T, s store.Store) {
		for i := range 5 {
			must(t, s.CreateFeedback(ctx, sample(i)))
		}
		other, err := s.ListFeedback(ctx, store.FeedbackQuery{All: true, Limit: 1, Sort: store.ByDue})
		must(t, err)
		for _, next := range append([]string{"x", "!!", "AAAA", "e30", strings.Repeat("A", 5000), other.Next, other.Next + "A", "\x00"}, hostile[1:]...) {
			_, err := s.ListFeedback(ctx, store.FeedbackQuery{All: true, Next: next})
			wantInvalid(t, err, "next")
			_, err = s.ListNotifications(ctx, "a", 1, next)
			wantInvalid(t, err, "next")
			_, err = s.ParkedWork(ctx, 1, next)
			wantInvalid(t, err, "next")
		}
		_, err = s.ListFeedback(ctx, store.FeedbackQuery{All: true, Sort: "$where"})
		wantInvalid(t, err, "sort")
		for _, q := range []store.FeedbackQuery{{}, {All: true, Scope: "x"}, {Sender: "x", Scope: "x"}} {
			if _, err := s.ListFeedback(ctx, q); err == nil {
				t.Errorf("%+v: no error", q)
			}
		}
	},
	"a list follows the record": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		_, err := s.UpdateFeedback(ctx, id(1), change(func(f *models.Feedback) {
			*f = *full()
			f.Status, f.Version, f.UpdatedAt = models.Answered, 3, minute(7)
		}))
		must(t, err)
		want := full()
		want.Status, want.Version, want.UpdatedAt = models.Answered, 3, minute(7)
		for _, q := range []store.FeedbackQuery{{Handler: "staff-1", All: true}, {Sender: "person-1"}, {All: true, Published: true, Sort: store.ByPublishedDesc}, {Scope: "ubnd-79", Sort: store.ByDue}} {
			p, err := s.ListFeedback(ctx, q)
			must(t, err)
			equal(t, p.Items, []models.Summary{want.Summary()})
		}
		n, err := s.CountByStatus(ctx, store.FeedbackQuery{All: true})
		must(t, err)
		equal(t, n, map[models.Status]int{models.Answered: 1})
	},
	"the root agency lists all, also what is in nobody's scope": func(t *testing.T, s store.Store) {
		shelf(t, s)
		f := sample(11)
		f.Scope, f.Agency = nil, ""
		must(t, s.CreateFeedback(ctx, f))
		for _, q := range []store.FeedbackQuery{{All: true}, {Scope: models.RootAgency}} {
			equal(t, len(all(t, s, q)), 11)
		}
		equal(t, len(all(t, s, store.FeedbackQuery{Scope: "ubnd-79"})), 9)
	},
	"counts follow every change": func(t *testing.T, s store.Store) {
		shelf(t, s)
		for i := 1; i <= 10; i++ {
			_, err := s.UpdateFeedback(ctx, id(i), change(func(f *models.Feedback) {
				f.Status = models.Statuses[i%3]
				if i%4 == 0 {
					f.Scope, f.Agency, f.Handler = []string{"so-xd-79", "ubnd-79", models.RootAgency}, "so-xd-79", "staff-2"
				}
			}))
			must(t, err)
		}
		for _, q := range []store.FeedbackQuery{
			{All: true}, {Scope: "ubnd-79"}, {Scope: "so-xd-79"}, {Scope: "xa-26740"}, {Scope: "bxd"}, {All: true, Handler: "staff-1"}, {All: true, Handler: "staff-2"}, {Sender: "person-1"},
			{Scope: "ubnd-79", Statuses: []models.Status{models.Received}}, {Scope: "ubnd-79", Agency: "so-xd-79"}, {Scope: "ubnd-79", Field: "duong"},
		} {
			want := map[models.Status]int{}
			p, err := s.ListFeedback(ctx, q)
			must(t, err)
			for _, f := range p.Items {
				want[f.Status]++
			}
			got, err := s.CountByStatus(ctx, q)
			must(t, err)
			equal(t, got, want)
		}
	},
	"hostile keys select nothing": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		for _, key := range hostile[1:] {
			for _, q := range []store.FeedbackQuery{{Sender: key}, {Scope: key}, {All: true, Agency: key}, {All: true, Handler: key}, {All: true, Field: key}, {All: true, Kind: models.Kind(key)}} {
				equal(t, len(all(t, s, q)), 0)
			}
		}
	},
}

// selects wants the records that q selects, in whatever order they are asked for, and as
// many in its counts.
func selects(t *testing.T, s store.Store, q store.FeedbackQuery, want string) {
	t.Helper()
	for _, sort := range []store.Sort{store.ByReceived, store.ByReceivedDesc, store.ByDue, store.ByDueDesc, store.ByUpdated} {
		q.Sort, q.Limit = sort, 2
		got := all(t, s, q)
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%+v: %v, want %s", q, got, want)
		}
	}
	counts, err := s.CountByStatus(ctx, q)
	must(t, err)
	total := 0
	for _, n := range counts {
		total += n
	}
	equal(t, total, len(strings.Fields(want)))
}
