package main

import (
	"slices"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
)

// The demo is believable: every letter has the life that it tells, seeding again adds
// nothing, and its times run forwards and end before now.
func TestSeedDemo(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must([]string{"demo letters", "records indexed", "handler.bxd"}, "seed", "--demo")
	i.must([]string{"demo letters"}, "seed", "--demo")

	r := recordsOf(t, i.Env)
	defer r.close()
	want, got := map[models.Status]int{}, map[models.Status]int{}
	for _, l := range knowledge.Demo() {
		want[l.Status]++
	}
	public, overdue, mine := 0, 0, 0
	citizen := models.DeriveID("demo", "person", demoName)
	now := models.Now()
	err := r.store.EachFeedback(t.Context(), now.AddDate(-5, 0, 0), func(f *models.Feedback) error {
		got[f.Status]++
		if f.SenderID == citizen {
			mine++
		}
		if f.Overdue(now) {
			overdue++
		}
		if _, ok := models.PublicView(f); ok {
			public++
		}
		if !slices.IsSortedFunc(f.Timeline, func(a, b models.Event) int { return a.At.Compare(b.At) }) {
			t.Errorf("%s: the timeline does not run forwards", f.Title)
		}
		if last := f.Timeline[len(f.Timeline)-1].At; last.After(now) || f.UpdatedAt.After(now) {
			t.Errorf("%s: happens in the future, %v", f.Title, last)
		}
		if f.Due == nil && f.Kind == models.Ordinary {
			t.Errorf("%s: has no due date", f.Title)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, s := range models.Statuses {
		total += got[s]
		if s != models.Answered && s != models.Closed && got[s] != want[s] {
			t.Errorf("%d are %s, want %d", got[s], s, want[s])
		}
	}
	if total != len(knowledge.Demo()) || total < 300 {
		t.Errorf("%d letters, want %d", total, len(knowledge.Demo()))
	}
	if public < 100 || overdue == 0 || mine == 0 {
		t.Errorf("%d public, %d overdue, %d of the demo citizen: nothing to look at", public, overdue, mine)
	}
	inbox, err := r.store.ListNotifications(t.Context(), citizen, 20, "")
	if err != nil || len(inbox.Items) == 0 {
		t.Errorf("the citizen's inbox: %v, %v", inbox.Items, err)
	}
	page, err := r.store.ListFeedback(t.Context(), store.FeedbackQuery{All: true, Sort: store.ByPublishedDesc, Published: true, Limit: 5})
	if err != nil || len(page.Items) != 5 {
		t.Errorf("published: %v, %v", page.Items, err)
	}
}
