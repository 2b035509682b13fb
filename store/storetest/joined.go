package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

var lan = models.Actor{ID: "staff-1", Staff: true, Agency: "xa-26740"}
var hung = models.Actor{ID: "staff-2", Staff: true, Agency: "xa-26740"}

// errDied stands for a process that ended.
var errDied = errors.New("the process ended")

// dying is a store whose process ends at its n-th write: before it, or after it was made
// and before anybody was told.
type dying struct {
	store.Feedbacks
	left  int
	after bool
}

func (d *dying) write(do func() error) error {
	if d.left < 0 {
		return errDied
	}
	if d.left--; d.left >= 0 {
		return do()
	}
	if d.after {
		do()
	}
	return errDied
}

func (d *dying) CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error {
	return d.write(func() error { return d.Feedbacks.CreateFeedback(ctx, f, work...) })
}

func (d *dying) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (f *models.Feedback, err error) {
	err = d.write(func() (err error) {
		f, err = d.Feedbacks.UpdateFeedback(ctx, id, change)
		return err
	})
	return f, err
}

// merge merges one case into another as the desk does.
func merge(s store.Feedbacks, by models.Actor, dup, main string, now time.Time) error {
	f, err := s.Feedback(ctx, dup)
	if err != nil {
		return err
	}
	m, err := s.Feedback(ctx, main)
	if err != nil {
		return err
	}
	d, err := models.NewDuplicate(by, f, m, "cùng một ổ gà", now)
	if err != nil {
		return err
	}
	if _, err := s.UpdateFeedback(ctx, main, func(m *models.Feedback) ([]models.Work, error) { return m.Reserve(d) }); err != nil {
		return err
	}
	return store.SettleMerge(ctx, s, main, d.Merge, now)
}

// unmerge undoes it as the desk does.
func unmerge(s store.Feedbacks, by models.Actor, dup string, now time.Time) error {
	var was models.Merge
	_, err := s.UpdateFeedback(ctx, dup, func(f *models.Feedback) ([]models.Work, error) {
		if f.Merged != nil {
			was = *f.Merged
		}
		return f.Unmerge(by, now)
	})
	if err != nil {
		return err
	}
	if err := store.SettleMerge(ctx, s, was.Into, was.ID, now); models.ErrorKindOf(err) != models.KindWrongState {
		return err
	}
	return nil
}

func link(s store.Feedbacks, one, other string, now time.Time) error {
	first, second := min(one, other), max(one, other)
	g, err := s.Feedback(ctx, second)
	if err != nil {
		return err
	}
	_, err = s.UpdateFeedback(ctx, first, func(f *models.Feedback) ([]models.Work, error) {
		l, err := models.NewLink(lan, f, g, "cùng tuyến đường", now)
		if err != nil {
			return nil, err
		}
		return f.AddLink(l, now)
	})
	if err != nil {
		return err
	}
	return store.SettleLink(ctx, s, first, second, now)
}

func unlink(s store.Feedbacks, one, other string, now time.Time) error {
	first, second := min(one, other), max(one, other)
	_, err := s.UpdateFeedback(ctx, first, func(f *models.Feedback) ([]models.Work, error) { return f.RemoveLink(hung, second, now), nil })
	if err != nil {
		return err
	}
	return store.SettleLink(ctx, s, first, second, now)
}

var parting = &models.Reference{
	Tree: models.NewTree([]models.Agency{{Code: models.RootAgency, Level: models.LevelMinistry}, {Code: "ubnd-79", Parent: models.RootAgency, Level: models.LevelProvince},
		{Code: "xa-26740", Parent: "ubnd-79", Level: models.LevelCommune}, {Code: "so-xd-79", Parent: "ubnd-79", Level: models.LevelDepartment}}),
	Fields: models.NewFields([]models.Field{{Slug: "dien"}}, nil), Triage: models.NewTriage(models.TriageCues{}), Rules: models.NewRules(nil, &models.Calendar{}),
}

func split(s store.Feedbacks, by models.Actor, letter, key string, now time.Time) error {
	_, err := s.UpdateFeedback(ctx, letter, func(f *models.Feedback) ([]models.Work, error) {
		return f.Split(by, key, []models.PartText{{Title: "Ổ gà", Body: "Ổ gà trước nhà", Agency: "so-xd-79"}, {Title: "Trước nhà", Body: "gà trước nhà"}}, models.Sender{}, parting, now)
	})
	if err != nil {
		return err
	}
	return store.SettleSplit(ctx, s, letter, now)
}

func unsplit(s store.Feedbacks, by models.Actor, letter string, now time.Time) error {
	if _, err := s.UpdateFeedback(ctx, letter, func(f *models.Feedback) ([]models.Work, error) { return f.Unsplit(by, now) }); err != nil {
		return err
	}
	return store.SettleSplit(ctx, s, letter, now)
}

// workOff does the work that is stored, and what follows from it, as the worker does.
func workOff(t *testing.T, s store.Store, now time.Time) {
	t.Helper()
	for {
		work, err := s.ClaimWork(ctx, now.Add(time.Hour), time.Minute, 50)
		must(t, err)
		if len(work) == 0 {
			return
		}
		for _, w := range work {
			switch w.Kind {
			case models.WorkMerge:
				err = store.SettleMerge(ctx, s, w.Data["main"], w.Data["merge"], now)
			case models.WorkLink:
				err = store.SettleLink(ctx, s, w.OwnerID, w.Data["other"], now)
			case models.WorkSplit:
				err = store.SettleSplit(ctx, s, w.OwnerID, now)
			case models.WorkFollow:
				var m *models.Feedback
				if m, err = s.Feedback(ctx, w.OwnerID); err == nil {
					if d, gone := m.Duplicate(w.Data["merge"]); gone == nil {
						_, err = s.UpdateFeedback(ctx, d.ID, func(f *models.Feedback) ([]models.Work, error) {
							_, work := f.Follow(m, d.Merge, models.Sender{}, now)
							return work, nil
						})
					}
				}
			}
			if err != nil && models.ErrorKindOf(err) != models.KindWrongState {
				t.Fatal(err)
			}
			must(t, s.FinishWork(ctx, w))
		}
	}
}

// whole checks that what cases say of each other agrees, when no work is left.
func whole(t *testing.T, s store.Store) (all map[string]*models.Feedback) {
	t.Helper()
	all = map[string]*models.Feedback{}
	must(t, s.EachFeedback(ctx, time.Time{}, func(f *models.Feedback) error { all[f.ID] = f; return nil }))
	for id, f := range all {
		if f.Status == models.Merged && (f.PartOf == nil || !f.PartOf.Undone) {
			m := all[f.Merged.Into]
			if d, err := m.Duplicate(f.Merged.ID); err != nil || d.ID != id || m.Status == models.Merged {
				t.Errorf("%s is merged into %s, which is %s and has no place for it", f.Code, m.Code, m.Status)
			}
		}
		if f.Status == models.Merged && len(f.Duplicates) > 0 {
			t.Errorf("%s is merged and has duplicates", f.Code)
		}
		for _, d := range f.Duplicates {
			if g := all[d.ID]; d.Pending || g.Merged == nil || g.Merged.ID != d.Merge {
				t.Errorf("%s holds a place (pending %v) for %s, which is not merged into it", f.Code, d.Pending, g.Code)
			}
		}
		for _, l := range f.Links {
			if _, err := all[l.ID].LinkTo(id); err != nil {
				t.Errorf("%s is linked with %s, and not the other way", f.Code, l.Code)
			}
		}
		for _, p := range f.Parts {
			if g := all[p.ID]; !p.Made || p.Undo || g == nil || g.Code != p.Code || g.PartOf.Undone {
				t.Errorf("part %+v of %s: %+v", p, f.Code, g)
			}
		}
		if f.PartOf != nil {
			if _, err := all[f.PartOf.ID].Part(id); (err == nil) == f.PartOf.Undone {
				t.Errorf("%s is taken back (%v), its letter does not say so", f.Code, f.PartOf.Undone)
			}
		}
		if last := f.Timeline[len(f.Timeline)-1]; f.Version != last.Version {
			t.Errorf("%s has version %d, its last event %d", f.Code, f.Version, last.Version)
		}
	}
	return all
}

// bare is a case but for what counts its changes.
func bare(f *models.Feedback) models.Feedback {
	g := *f
	g.Rev, g.Version, g.UpdatedAt, g.Timeline = 0, 0, time.Time{}, nil
	return g
}

// dies runs do in a process that ends at its first, second … write until it comes to its
// end, each time on cases of their own, and calls then with their numbers once the work
// that was stored is done.
func dies(t *testing.T, s store.Store, do func(st store.Feedbacks, a, b string) error, then func(a, b string)) {
	t.Helper()
	n := 10
	for _, after := range []bool{false, true} {
		for writes := 0; ; writes++ {
			n += 2
			must(t, s.CreateFeedback(ctx, sample(n)))
			must(t, s.CreateFeedback(ctx, sample(n+1)))
			err := do(&dying{Feedbacks: s, left: writes, after: after}, id(n), id(n+1))
			if err != nil && !errors.Is(err, errDied) {
				t.Fatal(err)
			}
			workOff(t, s, minute(500))
			whole(t, s)
			then(id(n), id(n+1))
			if err == nil {
				break
			}
			if writes > 20 {
				t.Fatal("it never comes to its end")
			}
		}
	}
}

var joinedTests = map[string]func(*testing.T, store.Store){
	"merging survives an end at any point": func(t *testing.T, s store.Store) {
		outcome := map[bool]int{}
		dies(t, s, func(st store.Feedbacks, a, b string) error { return merge(st, lan, a, b, minute(100)) }, func(a, b string) {
			dup, err := s.Feedback(ctx, a)
			must(t, err)
			main, err := s.Feedback(ctx, b)
			must(t, err)
			merged := dup.Status == models.Merged
			if merged != (len(main.Duplicates) == 1) {
				t.Errorf("merged %v, %d places", merged, len(main.Duplicates))
			}
			outcome[merged]++
		})
		if outcome[false] != 1 || outcome[true] < 5 { // only an end before the first write leaves nothing
			t.Errorf("outcomes %v", outcome)
		}
	},
	"undoing a merging brings both back, also after an end at any point": func(t *testing.T, s store.Store) {
		was := map[string]models.Feedback{}
		dies(t, s, func(st store.Feedbacks, a, b string) error {
			for _, x := range []string{a, b} {
				f, err := s.Feedback(ctx, x)
				must(t, err)
				was[x] = bare(f)
			}
			must(t, merge(s, lan, a, b, minute(100)))
			workOff(t, s, minute(100))
			return unmerge(st, hung, a, minute(200))
		}, func(a, b string) {
			f, err := s.Feedback(ctx, a)
			must(t, err)
			if f.Status == models.Merged { // it ended before the first write
				must(t, unmerge(s, hung, a, minute(200)))
				workOff(t, s, minute(200))
			}
			for _, x := range []string{a, b} {
				f, err := s.Feedback(ctx, x)
				must(t, err)
				equal(t, bare(f), was[x])
			}
		})
	},
	"cases of two agencies are merged by one above both, and undone": func(t *testing.T, s store.Store) {
		main, dup := sample(1), sample(2)
		dup.Agency, dup.Scope, dup.Status = "so-xd-79", []string{"so-xd-79", "ubnd-79", models.RootAgency}, models.Assigned
		main.Status = models.Assigned
		must(t, s.CreateFeedback(ctx, main))
		must(t, s.CreateFeedback(ctx, dup))
		if err := merge(s, lan, dup.ID, main.ID, minute(5)); models.ErrorKindOf(err) != models.KindWrongState {
			t.Fatalf("an agency beside it merged: %v", err)
		}
		follow := func() {
			t.Helper()
			m, err := s.Feedback(ctx, main.ID)
			must(t, err)
			_, err = s.UpdateFeedback(ctx, dup.ID, func(f *models.Feedback) ([]models.Work, error) {
				_, work := f.Follow(m, f.Merged.ID, models.Sender{}, minute(6))
				return work, nil
			})
			must(t, err)
		}
		for _, by := range []models.Actor{{ID: "p", Staff: true, Agency: "ubnd-79"}, {ID: "v", Staff: true, Agency: models.RootAgency}} {
			for _, followed := range []bool{false, true} { // undone before the duplicate went over, and after it
				must(t, merge(s, by, dup.ID, main.ID, minute(5)))
				if followed {
					follow()
				}
				f, err := s.Feedback(ctx, dup.ID)
				must(t, err)
				if f.Status != models.Merged || followed != (f.Agency == "xa-26740") {
					t.Errorf("merged by %s: %s, at %s", by.Agency, f.Status, f.Agency)
				}
				must(t, unmerge(s, by, dup.ID, minute(7)))
				f, err = s.Feedback(ctx, dup.ID)
				must(t, err)
				equal(t, []any{f.Status, f.Agency, f.Scope, f.Merged == nil}, []any{models.Assigned, "so-xd-79", dup.Scope, true})
				m, err := s.Feedback(ctx, main.ID)
				must(t, err)
				equal(t, []any{len(m.Duplicates), m.Agency}, []any{0, "xa-26740"})
			}
		}
		var told []models.Action
		work, err := s.ClaimWork(ctx, minute(60), time.Minute, 1000)
		must(t, err)
		for _, w := range work {
			if w.Kind == models.WorkNotify && (w.Data["event"] == string(models.ActMerge) || w.Data["event"] == string(models.ActAbsorb)) {
				told = append(told, models.Action(w.Data["event"]))
			}
		}
		slices.Sort(told)
		equal(t, slices.Compact(told), []models.Action{models.ActAbsorb, models.ActMerge})
	},
	"splitting survives an end at any point": func(t *testing.T, s store.Store) {
		dies(t, s, func(st store.Feedbacks, a, _ string) error { return split(st, lan, a, "khoá", minute(100)) }, func(a, _ string) {
			f, err := s.Feedback(ctx, a)
			must(t, err)
			if len(f.Parts) == 0 {
				must(t, split(s, lan, a, "khoá", minute(100)))
			}
			must(t, split(s, lan, a, "khoá", minute(100))) // again: nothing happens
			if f, err = s.Feedback(ctx, a); err != nil || len(f.Parts) != 2 {
				t.Fatalf("%d parts, %v", len(f.Parts), err)
			}
			for _, p := range f.Parts {
				g, err := s.Feedback(ctx, p.ID)
				must(t, err)
				if g.SenderID != f.SenderID || g.PartOf.Code != f.Code || !g.CreatedAt.Equal(f.CreatedAt) {
					t.Errorf("part %+v", g)
				}
			}
		})
	},
	"undoing a splitting survives an end at any point": func(t *testing.T, s store.Store) {
		var was models.Feedback
		dies(t, s, func(st store.Feedbacks, a, _ string) error {
			f, err := s.Feedback(ctx, a)
			must(t, err)
			was = bare(f)
			must(t, split(s, lan, a, "khoá", minute(100)))
			return unsplit(st, lan, a, minute(200))
		}, func(a, _ string) {
			f, err := s.Feedback(ctx, a)
			must(t, err)
			if len(f.Parts) > 0 {
				must(t, unsplit(s, lan, a, minute(200)))
			}
			f, err = s.Feedback(ctx, a)
			must(t, err)
			equal(t, bare(f), was)
		})
	},
	"a part whose code is taken gets another": func(t *testing.T, s store.Store) {
		must(t, s.CreateFeedback(ctx, sample(1)))
		f, err := s.UpdateFeedback(ctx, id(1), func(f *models.Feedback) ([]models.Work, error) {
			work, err := f.Split(lan, "khoá", []models.PartText{{Title: "Ổ gà", Body: "Ổ gà trước nhà"}}, models.Sender{}, parting, minute(5))
			f.Parts[0].Code = f.Code
			return work, err
		})
		must(t, err)
		must(t, store.SettleSplit(ctx, s, f.ID, minute(6)))
		all := whole(t, s)
		if len(all) != 2 {
			t.Errorf("%d cases", len(all))
		}
	},
	"linking survives an end at any point": func(t *testing.T, s store.Store) {
		dies(t, s, func(st store.Feedbacks, a, b string) error { return link(st, b, a, minute(100)) }, func(a, b string) {
			must(t, link(s, a, b, minute(100)))
			f, err := s.Feedback(ctx, a)
			must(t, err)
			if len(f.Links) != 1 {
				t.Errorf("%d links", len(f.Links))
			}
		})
	},
	"two who merge crosswise lose no case": func(t *testing.T, s store.Store) {
		for n := 10; n < 30; n += 2 {
			must(t, s.CreateFeedback(ctx, sample(n)))
			must(t, s.CreateFeedback(ctx, sample(n+1)))
			pair := []string{id(n), id(n + 1)}
			atOnce(2, func(w int) error { return merge(s, []models.Actor{lan, hung}[w], pair[w], pair[1-w], minute(100)) })
			workOff(t, s, minute(200))
			all, merged := whole(t, s), 0
			for _, x := range pair {
				if all[x].Status == models.Merged {
					merged++
				}
			}
			if merged > 1 {
				t.Errorf("%d of two cases are merged into each other", merged)
			}
		}
	},
	"two who merge one case into two do it once": func(t *testing.T, s store.Store) {
		for n := 10; n < 40; n += 3 {
			for i := range 3 {
				must(t, s.CreateFeedback(ctx, sample(n+i)))
			}
			errs := atOnce(2, func(w int) error { return merge(s, lan, id(n), id(n+1+w), minute(100)) })
			workOff(t, s, minute(200))
			if all := whole(t, s); all[id(n)].Status != models.Merged || len(all[id(n+1)].Duplicates)+len(all[id(n+2)].Duplicates) != 1 {
				t.Errorf("status %s, %v", all[id(n)].Status, errs)
			}
		}
	},
	"the answer reaches who joined meanwhile": func(t *testing.T, s store.Store) {
		for n := 10; n < 30; n += 2 {
			must(t, s.CreateFeedback(ctx, sample(n)))
			m := sample(n + 1)
			m.Status, m.Replies = models.InProgress, []models.Reply{{ID: "r", Status: models.ReplySubmitted, Agency: m.Agency, Author: "staff-1", Body: "Đã sửa"}}
			must(t, s.CreateFeedback(ctx, m))
			errs := atOnce(2, func(w int) error {
				if w == 0 {
					return merge(s, lan, id(n), id(n+1), minute(100))
				}
				_, err := s.UpdateFeedback(ctx, id(n+1), func(f *models.Feedback) ([]models.Work, error) { return f.ApproveReply(hung, "r", minute(100)) })
				return err
			})
			workOff(t, s, minute(200))
			all := whole(t, s)
			if f := all[id(n)]; errs[0] == nil && (f.Status != models.Answered || f.SentReply() == nil || f.SentReply().Of != m.Code) || errs[0] != nil && f.Status != models.Received {
				t.Errorf("merging: %v; status %s", errs[0], f.Status)
			}
		}
	},
	"whatever several do at once, no case is corrupted": func(t *testing.T, s store.Store) {
		const cases, people, steps = 5, 4, 25
		for i := range cases {
			must(t, s.CreateFeedback(ctx, sample(10+i)))
		}
		errs := atOnce(people, func(w int) error {
			r := rand.New(rand.NewPCG(7, uint64(w)))
			by := []models.Actor{lan, hung}[w%2]
			for range steps {
				a, b, now := id(10+r.IntN(cases)), id(10+r.IntN(cases)), minute(100+r.IntN(100))
				if err := anyStep(s, r, by, a, b, now); err != nil && !expected(err) {
					return err
				}
			}
			return nil
		})
		mustAll(t, errs)
		workOff(t, s, minute(300))
		all := whole(t, s)
		happened := map[models.Action]int{}
		for _, f := range all {
			for i, e := range f.Timeline {
				happened[e.Event]++
				if i > 1 && e.Version != f.Timeline[i-1].Version+1 {
					t.Errorf("%s: versions %d and %d follow each other", f.Code, f.Timeline[i-1].Version, e.Version)
				}
			}
		}
		for _, a := range []models.Action{models.ActMerge, models.ActSplit, models.ActLink, models.ActDraft} {
			if happened[a] == 0 {
				t.Errorf("nobody did %s: %v", a, happened)
			}
		}
	},
}
