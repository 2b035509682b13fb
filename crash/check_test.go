package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
	"kiennghi/search"
)

// check looks at everything that was sent since begun.
func (r *run) check(begun time.Time) {
	r.t.Helper()
	r.down = false
	for _, a := range append(r.people, r.officer) {
		a.fresh(r.t, r.base)
	}
	r.sendAgain()
	r.listed(begun)
	r.countWork()
	if out := r.i.Must("audit", "verify"); !bytes.Contains([]byte(out), []byte("is whole")) {
		r.t.Errorf("audit verify: %s", out)
	}
	r.countPushes()
}

// sendAgain repeats every request since the last kill with its key: what was
// acknowledged is answered as before, what was not is there once from now on.
func (r *run) sendAgain() {
	r.t.Helper()
	work := make(chan *submission)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for s := range work {
				in := s.send(r.t.Context(), r.base)
				for end := time.Now().Add(time.Minute); in.status == 503 && time.Now().Before(end); in = s.send(r.t.Context(), r.base) {
					time.Sleep(100 * time.Millisecond) // a database that has just begun may be slow, and the client asks again
				}
				r.mu.Lock()
				r.checkedAgain++
				switch {
				case in.status != 201:
					r.t.Errorf("the repeat of %s answers %d %v\n%s", s.key, in.status, in.err, in.raw)
				case s.answer != nil && !bytes.Equal(in.raw, s.answer):
					r.t.Errorf("the repeat answers\n%s\nfirst it was\n%s", in.raw, s.answer)
				default:
					s.answer, s.id, s.code = in.raw, in.str("id"), in.str("code")
					r.acknowledged(s)
				}
				r.mu.Unlock()
			}
		})
	}
	for _, s := range r.now {
		work <- s
	}
	close(work)
	all.Wait()
}

// listed compares the store's own list of what is new with what was acknowledged, and
// the acknowledged notes with those in the cases.
func (r *run) listed(begun time.Time) {
	r.t.Helper()
	found := map[string]*models.Feedback{}
	err := r.store.EachFeedback(r.t.Context(), begun.Add(-time.Second), func(f *models.Feedback) error {
		if r.cases[f.ID] == nil {
			r.t.Errorf("nobody sent %s %q", f.Code, f.Title)
		}
		found[f.ID] = f
		return nil
	})
	if err != nil {
		r.t.Error(err)
	}
	for _, s := range r.now {
		f := found[s.id]
		if f == nil {
			r.t.Errorf("LOST: %s of %s", s.code, s.key)
			continue
		}
		if f.SenderID != s.by.id || f.Title != s.text["title"] || f.Body != s.text["body"] {
			r.t.Errorf("%s is another's: %q", s.code, f.Title)
		}
	}
	for _, n := range r.notes {
		f := found[n.id]
		if f == nil {
			continue // of an earlier cycle, and checked then
		}
		times := 0
		for _, x := range f.Notes {
			if x.Body == n.text {
				times++
			}
		}
		if times != 1 {
			r.t.Errorf("a note is there %d times", times)
		}
	}
	r.now = nil
}

// countWork sees that nothing is parked, and that no work lies about: held by a worker
// that was killed it is due when the lease ends, and somebody takes it soon after.
func (r *run) countWork() {
	r.t.Helper()
	n, err := r.store.CountWork(r.t.Context())
	if err != nil {
		r.t.Error(err)
	}
	if n.Parked > 0 {
		parked, _ := r.store.ParkedWork(r.t.Context(), 1, "")
		r.t.Errorf("%d pieces of work are parked: %+v", n.Parked, parked.Items)
	}
	if n.Pending == 0 {
		return
	}
	r.oldest = max(r.oldest, time.Since(n.Oldest))
	due, err := r.due()
	if err != nil {
		r.t.Error(err)
	}
	if !due.Equal(r.head) {
		r.head, r.since = due, time.Now() // more comes in than is done, but the queue moves
	}
	if late := time.Since(due); late > 8*lease && time.Since(r.since) > 8*lease {
		r.t.Errorf("work has been due for %v and nobody takes it", late)
	}
}

// countPushes takes note of what phones got since it was last called.
func (r *run) countPushes() {
	r.t.Helper()
	all := r.google.Messages()
	for _, raw := range all[r.seen:] {
		var m struct {
			Token   string
			Data    struct{ Notification string }
			Android struct {
				CollapseKey  string `json:"collapse_key"`
				Notification struct{ Tag string }
			}
			APNS struct{ Headers map[string]string }
		}
		b, _ := json.Marshal(raw) // came from JSON
		if err := json.Unmarshal(b, &m); err != nil {
			r.t.Fatal(err)
		}
		shown := m.Android.Notification.Tag
		if shown == "" || shown != m.Android.CollapseKey || shown != m.APNS.Headers["apns-collapse-id"] {
			r.t.Fatalf("a push that comes twice is shown twice: %s", b)
		}
		p := r.pushed[m.Data.Notification]
		if p == nil {
			p = &push{to: m.Token, shown: shown}
			r.pushed[m.Data.Notification] = p
		}
		if p.times++; p.to != m.Token || p.shown != shown {
			r.t.Errorf("two pushes of one notification are shown as two: %s", b)
		}
	}
	r.seen = len(all)
}

// drain waits until no more than so much work waits.
func (r *run) drain(most int) {
	r.t.Helper()
	for left := math.MaxInt; left > most; {
		programtest.Until(r.t, 20*lease, "work gets less", func() bool {
			n, err := r.store.CountWork(r.t.Context())
			if err != nil || n.Pending+n.Parked >= left {
				return false
			}
			left = n.Pending + n.Parked
			return true
		})
	}
}

// lived sees that the program was never started again, and answered everybody.
func (r *run) lived() {
	r.t.Helper()
	select {
	case <-r.program.Done:
		r.t.Error("the program ended")
	default:
	}
	if r.unclear > 0 {
		r.t.Errorf("%d requests were not answered", r.unclear)
	}
}

// end waits until the queue is empty, looks at everything there is, and prints the line
// that sums up.
func (r *run) end(what string) {
	r.t.Helper()
	begun := time.Now()
	r.drain(0)
	drained := time.Since(begun)
	r.countPushes()
	r.whole()
	twice := r.inboxes()
	audits := r.audited()
	r.found()
	if r.cluster != nil {
		r.cluster.Stop()
	} else {
		r.program.Stop(r.t)
	}
	r.indexed()
	if r.t.Failed() {
		return
	}
	line := fmt.Sprintf("%s: %d kills, %d cases, %d notes, %d audit entries, %d pushes (%d came twice, shown once), "+
		"%d requests cut off, %d refused with 503, %d repeats answered alike; oldest work %.1f s, queue empty after %.1f s. LOST: 0",
		what, r.kills, len(r.cases), len(r.notes), audits, r.seen, twice, r.unclear, r.refused, r.checkedAgain, r.oldest.Seconds(), drained.Seconds())
	fmt.Println("SUMMARY", line)
}

// whole walks through all records: each acknowledged case once, and no other.
func (r *run) whole() {
	r.t.Helper()
	times := map[string]int{}
	err := r.store.EachFeedback(r.t.Context(), time.Time{}, func(f *models.Feedback) error {
		times[f.ID]++
		return nil
	})
	if err != nil {
		r.t.Error(err)
	}
	for id, s := range r.cases {
		if times[id] != 1 {
			r.t.Errorf("%s is there %d times", s.code, times[id])
		}
	}
	if len(times) != len(r.cases) {
		r.t.Errorf("%d cases are there, %d were acknowledged", len(times), len(r.cases))
	}
}

// inboxes sees that every case has one receipt and at most one line for each event, and
// that every line was pushed to the phone, if there is one. It returns how many were
// pushed more than once.
func (r *run) inboxes() (twice int) {
	r.t.Helper()
	type told struct {
		id    string
		event models.Action
	}
	lines := map[told]int{}
	known := map[string]bool{}
	for _, a := range r.people {
		for next := ""; ; {
			page, err := r.store.ListNotifications(r.t.Context(), a.id, 100, next)
			if err != nil {
				r.t.Fatal(err)
			}
			for _, n := range page.Items {
				lines[told{n.FeedbackID, n.Event}]++
				known[n.ID] = true
				if p := r.pushed[n.ID]; a.device != "" && (p == nil || p.to != a.device || p.shown != n.Code) {
					r.t.Errorf("the phone was not told of %s %s: %+v", n.Code, n.Event, p)
				}
			}
			if next = page.Next; next == "" {
				break
			}
		}
	}
	for what, n := range lines {
		if n > 1 {
			r.t.Errorf("%d lines in the inbox for one %s", n, what.event)
		}
	}
	for id, s := range r.cases {
		if lines[told{id, models.ActReceive}] != 1 {
			r.t.Errorf("%s has no receipt in the inbox", s.code)
		}
	}
	for id, p := range r.pushed {
		if !known[id] {
			r.t.Errorf("a push of %s has no line in the inbox", p.shown)
		}
		if p.times > 1 {
			twice++
		}
	}
	return twice
}

// audited compares the audit log with the notes that the records have: one entry each.
func (r *run) audited() int {
	r.t.Helper()
	head, err := r.store.AuditHead(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	entries := map[string]int{}
	err = r.store.EachAudit(r.t.Context(), head.Seq, func(e models.AuditEntry) error {
		if e.Action == models.ActNote {
			entries[e.Object]++
		}
		return nil
	})
	if err != nil {
		r.t.Error(err)
	}
	for _, n := range r.notes {
		f, err := r.store.Feedback(r.t.Context(), n.id)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(f.Notes) != entries[n.id] {
			r.t.Errorf("%s has %d notes and %d entries in the audit log", f.Code, len(f.Notes), entries[n.id])
		}
	}
	if out := r.i.Must("audit", "verify"); !bytes.Contains([]byte(out), []byte("is whole")) {
		r.t.Errorf("audit verify: %s", out)
	}
	return int(head.Seq)
}

// found searches for some cases by the word that only they have, as an officer does.
func (r *run) found() {
	r.t.Helper()
	some := 50
	for id, s := range r.cases {
		if some--; some < 0 {
			return
		}
		in := send(r.t.Context(), "GET", r.base+"/v1/desk/feedback?q="+s.word, r.officer.access, nil)
		var list struct{ Items []struct{ ID string } }
		if err := json.Unmarshal(in.raw, &list); err != nil || len(list.Items) == 0 || list.Items[0].ID != id {
			r.t.Errorf("searching for %s: %d %s", s.word, in.status, in.raw)
		}
	}
}

// indexed lists the whole index, some minutes of cases at a time, and compares it with
// what was acknowledged. The program is stopped by then.
func (r *run) indexed() {
	r.t.Helper()
	x, err := r.i.index()
	if err != nil {
		r.t.Fatal(err)
	}
	defer x.Close()
	times := map[string]int{}
	for n, from := range r.starts {
		to := time.Now().Add(time.Minute)
		if n+1 < len(r.starts) {
			to = r.starts[n+1]
		}
		from, to = models.Moment(from), models.Moment(to)
		for offset := 0; ; offset += 100 {
			found, err := x.Search(r.t.Context(), search.Query{Filters: search.Filters{From: from, To: to}, Sort: search.Oldest, Offset: offset, Limit: 100})
			if err != nil {
				r.t.Fatal(err)
			}
			for _, h := range found.Hits {
				times[h.ID]++
			}
			if len(found.Hits) < 100 {
				break
			}
		}
	}
	for id, s := range r.cases {
		if times[id] != 1 {
			r.t.Errorf("the index has %s %d times", s.code, times[id])
		}
	}
	if len(times) != len(r.cases) {
		r.t.Errorf("the index has %d cases, the store %d", len(times), len(r.cases))
	}
}
