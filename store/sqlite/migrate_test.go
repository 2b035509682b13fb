package sqlite

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// TestMigrateRecords brings a file of the first schema, with a record in it, to the
// program's: its lists and counts stay what they were.
func TestMigrateRecords(t *testing.T) {
	s, err := Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	must(t, err)
	defer s.Close()
	sql, err := migrations.ReadFile("migrations/0001_records.sql")
	must(t, err)
	f, _ := letter(1)
	f.Rev, f.Version, f.Status = 1, 1, models.Assigned
	for status, n := range map[models.ReplyStatus]int{models.ReplySubmitted: 1, models.ReplyRejected: 3} {
		for range n {
			f.Replies = append(f.Replies, models.Reply{ID: models.NewID(), Status: status, Agency: f.Agency, Body: "x"})
		}
	}
	published := begin.Add(time.Hour)
	doc, err := encode(f)
	must(t, err)
	must(t, s.w.write(ctx, func(t *tx) error {
		if err := migrate(t, 1, 1, "0001_records.sql", string(sql)); err != nil {
			return err
		}
		sum := f.Summary()
		sum.PublishedAt = &published
		old := writes(strings.NewReplacer("waiting, back,", "waiting,", "doc, look, teaches)", "doc)", "(?, ?, ?, ?, ", "(?, ").Replace(sqlInsertFeedback.sql))
		values := append([]any{f.ID, f.Code, f.SenderID}, columns(&sum, doc)...)
		back := slices.Index(values, any(sum.RepliesBack))
		if _, err := t.exec(old, slices.Delete(values, back, back+1)...); err != nil {
			return err
		}
		for _, v := range viewsOf(t.c.last, f) {
			if v.whose[0] != 's' {
				continue
			}
			_, err := t.exec(writes(`INSERT INTO feedback_view (n, whose, id, status, due, received, updated, published) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
				v.n, v.whose, f.ID, v.status, v.due, v.received, sum.UpdatedAt, published)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, s.Migrate(ctx))
	for _, q := range []store.FeedbackQuery{
		{Scope: "ubnd-79"}, {Scope: "ubnd-79", Sort: store.ByDue}, {Scope: "ubnd-79", Sort: store.ByUpdated},
		{All: true, Sort: store.ByPublishedDesc}, {Agency: f.Agency, Scope: models.RootAgency},
		{Scope: "ubnd-79", Waiting: true}, {Scope: models.RootAgency, Back: true},
	} {
		p, err := s.ListFeedback(ctx, q)
		must(t, err)
		if len(p.Items) != 1 || p.Items[0].ID != f.ID || p.Items[0].RepliesBack != 3 {
			t.Errorf("%+v: %+v", q, p.Items)
		}
	}
	teaching, err := s.Teaching(ctx, f.UpdatedAt.Add(-time.Second), 10, "")
	must(t, err)
	if !slices.Equal(teaching.Items, []string{f.ID}) {
		t.Errorf("what may teach: %v", teaching.Items)
	}
	_, err = s.UpdateFeedback(ctx, f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Status = models.InProgress
		return nil, nil
	})
	must(t, err)
	n, err := s.CountByStatus(context.Background(), store.FeedbackQuery{Scope: "ubnd-79"})
	must(t, err)
	if len(n) != 1 || n[models.InProgress] != 1 {
		t.Errorf("counts %v", n)
	}
}

// TestMigrateTasks: what an agency contributes to is listed by its own date, also what was
// listed by the lead's.
func TestMigrateTasks(t *testing.T) {
	s, err := Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	must(t, err)
	defer s.Close()
	must(t, s.Migrate(ctx))
	f, _ := letter(1)
	own := begin.Add(48*time.Hour + 123*time.Millisecond)
	f.Contributors = []string{"bxd", "so-ct-79"}
	f.Tasks = []models.Task{{Agency: "bxd", Status: models.TaskReturned, DueAt: &begin}, {Agency: "bxd", Status: models.TaskOpen, DueAt: &own}, {Agency: "so-ct-79", Status: models.TaskOpen}}
	must(t, s.CreateFeedback(ctx, f))
	sql, err := migrations.ReadFile("migrations/0011_tasks_due.sql")
	must(t, err)
	must(t, s.w.write(ctx, func(t *tx) error {
		_, err := t.exec(writes("UPDATE feedback_view SET due = 5 WHERE whose LIKE 't:%'"))
		if err != nil {
			return err
		}
		_, err = t.exec(&statement{sql: string(sql)})
		return err
	}))
	for agency, want := range map[string]*time.Time{"bxd": &own, "so-ct-79": nil} {
		p, err := s.ListFeedback(ctx, store.FeedbackQuery{All: true, Contributor: agency, Sort: store.ByDue})
		must(t, err)
		if len(p.Items) != 1 || (p.Items[0].DueAt == nil) != (want == nil) || want != nil && !p.Items[0].DueAt.Equal(*want) {
			t.Errorf("%s: %+v", agency, p.Items)
		}
	}
}

// TestMigratePeople: who was there before there were retention terms is looked at.
func TestMigratePeople(t *testing.T) {
	s, err := Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	must(t, err)
	defer s.Close()
	p := &models.Person{ID: models.NewID(), Rev: 1, PhoneIndex: "phone", Language: "vi", CreatedAt: begin, UpdatedAt: begin}
	doc, err := encode(p)
	must(t, err)
	for i, name := range []string{"0001_records.sql", "0002_fewer_index_entries.sql"} {
		sql, err := migrations.ReadFile("migrations/" + name)
		must(t, err)
		must(t, s.w.write(ctx, func(t *tx) error { return migrate(t, i+1, 2, name, string(sql)) }))
	}
	_, err = s.write(ctx, writes(`INSERT INTO person (id, phone, doc) VALUES (?, ?, ?)`), p.ID, p.PhoneIndex, doc)
	must(t, err)
	must(t, s.Migrate(ctx))
	look, err := s.PeopleToLookAt(ctx, begin, 10, "")
	must(t, err)
	if !slices.Equal(look.Items, []string{p.ID}) {
		t.Errorf("looked at: %v", look.Items)
	}
}

// TestMigrateTasksLook: cases in which agencies were asked before they were reminded are looked
// at when the first is late, and no later than their ladder wants; others keep what they have.
func TestMigrateTasksLook(t *testing.T) {
	s, err := Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	must(t, err)
	defer s.Close()
	must(t, s.Migrate(ctx))
	at := func(days int) *time.Time { d := begin.AddDate(0, 0, days); return &d }
	want := map[string]*time.Time{}
	for n, c := range []struct {
		status models.Status
		due    *models.Due
		tasks  []models.Task
		look   *time.Time
	}{
		{models.Assigned, nil, []models.Task{{Status: models.TaskOpen, DueAt: at(5)}, {Status: models.TaskOpen, DueAt: at(3)}, {Status: models.TaskReturned, DueAt: at(1)}, {Status: models.TaskOpen, DueAt: at(2), Reminded: true}, {Status: models.TaskOpen}}, at(3)},
		{models.Assigned, &models.Due{At: *at(15)}, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, at(1)},
		{models.Assigned, &models.Due{At: *at(30)}, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, at(3)},
		{models.Answered, nil, []models.Task{{Status: models.TaskOpen, DueAt: at(3)}}, nil},
		{models.Assigned, nil, []models.Task{{Status: models.TaskDone, DueAt: at(3)}}, nil},
		{models.Assigned, nil, nil, nil},
	} {
		f, _ := letter(n + 1)
		f.Status, f.Due, f.Tasks = c.status, c.due, c.tasks
		must(t, s.CreateFeedback(ctx, f))
		want[f.ID] = c.look
	}
	sql, err := migrations.ReadFile("migrations/0012_tasks_look.sql")
	must(t, err)
	must(t, s.w.write(ctx, func(t *tx) error { // as it was before
		if _, err := t.exec(writes("UPDATE feedback SET look = NULL")); err != nil {
			return err
		}
		_, err := t.exec(writes("UPDATE feedback SET look = due - 1209600000 WHERE due IS NOT NULL"))
		return err
	}))
	for range 2 {
		must(t, s.w.write(ctx, func(t *tx) error {
			_, err := t.exec(&statement{sql: string(sql)})
			return err
		}))
		for day := range 10 {
			p, err := s.ToLookAt(ctx, *at(day), 20, "")
			must(t, err)
			for id, look := range want {
				if got := slices.Contains(p.Items, id); got != (look != nil && !look.After(*at(day))) {
					t.Errorf("%s, to be looked at %v: on day %d %v", id, look, day, got)
				}
			}
		}
	}
}
