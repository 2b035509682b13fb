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

func template(n int) *models.ReplyTemplate {
	return &models.ReplyTemplate{ID: id(n), Rev: 1, Title: fmt.Sprint("Cảm ơn ", n), Body: "Kính gửi ông/bà,\nvề {mã} 😀", UpdatedBy: "staff-1", CreatedAt: minute(n), UpdatedAt: minute(n)}
}

var templateTests = map[string]func(*testing.T, store.Store){
	"create, find, update, delete": func(t *testing.T, s store.Store) {
		must(t, s.CreateTemplate(ctx, template(1)))
		wantErr(t, s.CreateTemplate(ctx, template(1)), models.ErrExists)
		got, err := s.UpdateTemplate(ctx, id(1), func(x *models.ReplyTemplate) error { x.Agency, x.Body = "bxd", "…"; return nil })
		must(t, err)
		want := template(1)
		want.Agency, want.Body, want.Rev = "bxd", "…", 2
		equal(t, got, want)
		got, err = s.Template(ctx, id(1))
		must(t, err)
		equal(t, got, want)
		_, err = s.UpdateTemplate(ctx, id(1), func(x *models.ReplyTemplate) error { x.Title = "no"; return errStop })
		wantErr(t, err, errStop)
		list, err := s.ListTemplates(ctx, models.TemplatesOfAgency("bxd")) // it moved there
		must(t, err)
		equal(t, list, []models.ReplyTemplate{*want})
		must(t, s.DeleteTemplate(ctx, id(1)))
		must(t, s.DeleteTemplate(ctx, id(1)))
		for _, key := range append([]string{id(1)}, hostile...) {
			_, err = s.Template(ctx, key)
			wantErr(t, err, models.ErrNotFound)
			list, err = s.ListTemplates(ctx, key)
			must(t, err)
			equal(t, len(list), 0)
		}
		_, err = s.UpdateTemplate(ctx, id(1), func(*models.ReplyTemplate) error { return nil })
		wantErr(t, err, models.ErrNotFound)
	},
	"each owner has a list": func(t *testing.T, s store.Store) {
		for i, x := range []models.ReplyTemplate{{}, {Staff: "a"}, {Agency: "a"}, {Staff: "a", Agency: "b"}, {}} {
			y := template(i)
			y.Staff, y.Agency = x.Staff, x.Agency
			must(t, s.CreateTemplate(ctx, y))
		}
		for owner, want := range map[string]string{models.TemplatesForAll: "0 4", models.TemplatesOfStaff("a"): "1 3", models.TemplatesOfAgency("a"): "2", models.TemplatesOfAgency("b"): ""} {
			list, err := s.ListTemplates(ctx, owner)
			must(t, err)
			var got []string
			for _, x := range list {
				got = append(got, strings.TrimPrefix(x.Title, "Cảm ơn "))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %s", owner, got, want)
			}
		}
	},
}

var amendmentTests = map[string]func(*testing.T, store.Store){
	"kept whole, in order, and removed": func(t *testing.T, s store.Store) {
		all := []models.Amendment{
			{ID: id(1), At: minute(1), By: "a", Rule: &models.Rule{Key: "pakn.answer", Term: 10, Unit: models.WorkingDays, LegalBasis: "Nghị định", ValidFrom: "2027-01-01"}},
			{ID: id(2), At: minute(2), By: "a", Holiday: &models.Holiday{Date: "2028-01-26", Name: "Tết", Swap: true, Source: "x"}},
			{ID: id(3), At: minute(3), By: "b", Workday: &models.Workday{Date: "2028-01-22", For: "2028-01-24", Source: "x"}},
			{ID: id(4), At: minute(4), By: "b", Year: 2028},
			{ID: id(5), At: minute(5), By: "b", Field: &models.Field{Slug: "drone", Name: "Máy bay không người lái", NameEN: "Drones", Group: "an-ninh", Ministry: "bqp", Department: "qs-tinh", Cues: []string{"drone"}, From: "2027-01-01", Retired: true}},
			{ID: id(6), At: minute(6), By: "b", HalfDay: &models.HalfDay{Date: "2027-02-03", Name: "Chiều cuối năm", Agency: "bxd", Windows: []models.Window{{From: "07:30", To: "11:30"}}, Source: "x"}},
			{ID: id(7), At: minute(7), By: "b", Hours: &models.OfficeHours{Agency: "bxd", From: "2027-01-01", Windows: []models.Window{{From: "08:00", To: "12:00"}, {From: "13:00", To: "17:00"}}, Source: "x"}},
		}
		for _, i := range []int{2, 4, 6, 0, 3, 5, 1} {
			must(t, s.AddAmendment(ctx, &all[i]))
		}
		wantErr(t, s.AddAmendment(ctx, &all[0]), models.ErrExists)
		got, err := s.Amendments(ctx)
		must(t, err)
		equal(t, got, all)
		must(t, s.DeleteAmendment(ctx, id(2)))
		for _, key := range append([]string{id(2)}, hostile...) {
			wantErr(t, s.DeleteAmendment(ctx, key), models.ErrNotFound)
		}
		got, err = s.Amendments(ctx)
		must(t, err)
		equal(t, got, slices.Delete(all, 1, 2))
	},
}

// adminTests are of the questions that supervisors and administrators ask.
var adminTests = map[string]func(*testing.T, store.Store){
	"the members of an agency, by user name": func(t *testing.T, s store.Store) {
		for i := range 25 {
			m := member(i)
			if i%5 == 0 {
				m.Agency = "bxd"
			}
			must(t, s.CreateStaff(ctx, m))
		}
		_, err := s.UpdateStaff(ctx, id(5), func(m *models.Staff) error { m.Agency, m.Username = "ubnd-79", "aaa"; return nil })
		must(t, err)
		var names []string
		for next, pages := "", 0; ; pages++ {
			p, err := s.ListStaff(ctx, "bxd", 2, next)
			must(t, err)
			for _, m := range p.Items {
				names = append(names, m.Username)
			}
			if next = p.Next; next == "" {
				equal(t, pages, 1)
				break
			}
		}
		equal(t, names, []string{"user0", "user10", "user15", "user20"})
		p, err := s.ListStaff(ctx, "ubnd-79", 1, "")
		must(t, err)
		equal(t, p.Items[0].Username, "aaa")
		_, err = s.ListStaff(ctx, "bxd", 1, "wrong")
		wantInvalid(t, err, "next")
		for _, key := range hostile {
			p, err = s.ListStaff(ctx, key, 0, "")
			must(t, err)
			equal(t, len(p.Items), 0)
		}
	},
	"entries are found by what they are about": func(t *testing.T, s store.Store) {
		for i := range 24 {
			must(t, s.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry {
				e := entry(i)
				e.At = minute(i / 2) // two at the same moment
				e.Actor, e.Object, e.Agency = fmt.Sprint("staff-", i%2), fmt.Sprint("case-", i%3), fmt.Sprint("agency-", i%4)
				e.Action = models.Action([]string{"view", "unseal"}[i/12])
				return e.Chain(head, auditKey)
			}))
		}
		for want, q := range map[string]store.AuditQuery{
			"24 21 18 15 12 9 6 3":           {Object: "case-2"},
			"12 9 6 3":                       {Object: "case-2", Action: "view"},
			"23 21 19 17 15 13 11 9 7 5 3 1": {Actor: "staff-0"},
			"23 21 19 17 15 13":              {Actor: "staff-0", Action: "unseal"},
			"24 20 16 12 8 4":                {Agency: "agency-3"},
			"24 20 16":                       {Agency: "agency-3", Action: "unseal"},
			"12 11 10 9 8 7 6 5 4 3 2 1":     {Action: "view"},
			"24 23 22 21":                    {From: minute(10)},
			"22 21":                          {From: minute(9).Add(1), Until: minute(10).Add(time.Microsecond)},
			"4 3 2 1":                        {Until: minute(2)},
			"":                               {Object: "case-2", Actor: "nobody"},
			"21 9":                           {Object: "case-2", Actor: "staff-0", Agency: "agency-0"},
			"24 23 22 21 20 19 18 17 16 15 14 13 12 11": {From: minute(5)},
		} {
			for _, limit := range []int{1, 3, 100} {
				var got []string
				for q.Limit, q.Next = limit, ""; ; {
					p, err := s.ListAudit(ctx, q)
					must(t, err)
					for _, e := range p.Items {
						got = append(got, fmt.Sprint(e.Seq))
					}
					if q.Next = p.Next; q.Next == "" {
						break
					}
				}
				if strings.Join(got, " ") != want {
					t.Errorf("%+v: %v, want %s", q, got, want)
				}
			}
		}
		p, err := s.ListAudit(ctx, store.AuditQuery{Limit: 1})
		must(t, err)
		equal(t, p.Items[0].Seq, int64(24))
		_, err = s.ListAudit(ctx, store.AuditQuery{Next: "wrong"})
		wantInvalid(t, err, "next")
		for _, key := range hostile[1:] {
			p, err = s.ListAudit(ctx, store.AuditQuery{Object: key, Actor: key, Agency: key, Action: models.Action(key)})
			must(t, err)
			equal(t, len(p.Items), 0)
		}
		verify(t, s, 24)
	},
	"overdue cases are counted for each agency": func(t *testing.T, s store.Store) {
		for i := range 20 {
			f := sample(i)
			f.Due = &models.Due{At: minute(100 + i)}
			switch {
			case i%4 == 1:
				f.Agency, f.Scope = "bxd", []string{"bxd", models.RootAgency}
			case i%4 == 2:
				f.Status = models.Answered
			case i%8 == 3:
				f.PausedAt = &f.CreatedAt // while it stands still nothing is due
			case i%4 == 3:
				f.Due = nil
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		for before, want := range map[time.Time]map[string]int{
			minute(100):        {},
			minute(100).Add(1): {"xa-26740": 1, "ubnd-79": 1, models.RootAgency: 1},
			minute(109):        {"xa-26740": 3, "ubnd-79": 3, "bxd": 2, models.RootAgency: 5},
			minute(500):        {"xa-26740": 5, "ubnd-79": 5, "bxd": 5, models.RootAgency: 10},
		} {
			got, err := s.CountDue(ctx, append([]string{"xa-26740", "ubnd-79", "bxd", models.RootAgency, "none"}, hostile[1:]...), before)
			must(t, err)
			equal(t, got, want)
		}
		got, err := s.CountDue(ctx, nil, minute(500))
		must(t, err)
		equal(t, len(got), 0)
		many := make([]string, 250)
		for i := range many {
			many[i] = fmt.Sprint("xa-", i)
		}
		got, err = s.CountDue(ctx, append(many, "bxd"), minute(500))
		must(t, err)
		equal(t, got, map[string]int{"bxd": 5})
	},
	"what an agency is asked to contribute": func(t *testing.T, s store.Store) {
		for i := 1; i <= 6; i++ {
			f := sample(i)
			f.Due = &models.Due{At: minute(100 - i)}
			if i%2 == 1 {
				f.Contributors = []string{"so-nnmt-01", "bxd"}
				f.Tasks = []models.Task{{Agency: "so-nnmt-01", Status: models.TaskDone, DueAt: new(minute(1))},
					{Agency: "so-nnmt-01", Status: models.TaskOpen, DueAt: new(minute(200 + i))}, {Agency: "bxd", Status: models.TaskOpen}}
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		q := store.FeedbackQuery{All: true, Contributor: "so-nnmt-01", Sort: store.ByDue}
		equal(t, all(t, s, q), []string{"1", "3", "5"}) // not by the lead's date
		q.Limit = 2
		p, err := s.ListFeedback(ctx, q)
		must(t, err)
		if d := p.Items[1].DueAt; d == nil || !d.Equal(minute(203)) {
			t.Errorf("due %v", d)
		}
		q.Next = p.Next
		equal(t, all(t, s, q), []string{"5"})
		q = store.FeedbackQuery{All: true, Contributor: "so-nnmt-01", Sort: store.ByDue, OverdueAt: minute(204)}
		equal(t, all(t, s, q), []string{"1", "3"})
		n, err := s.CountByStatus(ctx, q)
		must(t, err)
		equal(t, n, map[models.Status]int{models.Received: 2})
		q.OverdueAt, q.DueFrom, q.Sort = time.Time{}, minute(203), store.ByDueDesc
		equal(t, all(t, s, q), []string{"5", "3"})
		q.Contributor = "bxd" // by no date
		equal(t, all(t, s, q), []string(nil))
		q = store.FeedbackQuery{All: true, Contributor: "so-nnmt-01", Sort: store.ByReceivedDesc}
		equal(t, all(t, s, q), []string{"5", "3", "1"})
		n, err = s.CountByStatus(ctx, q)
		must(t, err)
		equal(t, n, map[models.Status]int{models.Received: 3})
		_, err = s.UpdateFeedback(ctx, id(3), change(func(f *models.Feedback) { f.Contributors = []string{"bxd"} }))
		must(t, err)
		equal(t, all(t, s, q), []string{"5", "1"})
		q.Contributor = "bxd"
		equal(t, all(t, s, q), []string{"5", "3", "1"})
	},
	"what an agency was told of": func(t *testing.T, s store.Store) {
		for i := 1; i <= 6; i++ {
			f := sample(i)
			f.Due = &models.Due{At: minute(100 - i)}
			if i%2 == 1 {
				f.Escalated = "ubnd-79"
			}
			must(t, s.CreateFeedback(ctx, f))
		}
		q := store.FeedbackQuery{Scope: "ubnd-79", Escalated: "ubnd-79", Sort: store.ByDue, OverdueAt: minute(500)}
		equal(t, all(t, s, q), []string{"5", "3", "1"})
		q.Sort = store.ByReceivedDesc
		equal(t, all(t, s, q), []string{"5", "3", "1"})
		n, err := s.CountByStatus(ctx, q)
		must(t, err)
		equal(t, n, map[models.Status]int{models.Received: 3})
		_, err = s.UpdateFeedback(ctx, id(3), change(func(f *models.Feedback) { f.Escalated = "" }))
		must(t, err)
		equal(t, all(t, s, q), []string{"5", "1"})
		q.Escalated = "xa-26740"
		equal(t, len(all(t, s, q)), 0)
	},
}
