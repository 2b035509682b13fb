package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

const (
	people  = 2000 // senders
	signers = 32   // of them sign in and own a quarter of the cases
)

// writer makes letters and their lives out of the demo's texts: titles, sentences and
// places are mixed, so that no two are alike and the words are spread as in real ones.
type writer struct {
	ref     *models.Reference
	senders []*models.Person
	demo    []knowledge.DemoFeedback
	replied []knowledge.DemoFeedback
	said    map[string][]string // sentences, by field
	places  []models.Commune
}

func newWriter(ref *models.Reference, senders []*models.Person) *writer {
	w := &writer{ref: ref, senders: senders, demo: knowledge.Demo(), said: map[string][]string{}, places: knowledge.Communes()}
	for _, l := range w.demo {
		if l.Reply != nil && !l.Private {
			w.replied = append(w.replied, l)
		}
		for s := range strings.SplitSeq(l.Body, ". ") {
			if s = strings.TrimSpace(s); len(s) > 30 {
				w.said[l.Field] = append(w.said[l.Field], strings.TrimSuffix(s, "."))
			}
		}
	}
	return w
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// text makes a title and a body like a demo letter's.
func (w *writer) text(r *rand.Rand, l knowledge.DemoFeedback) (title, body string, place models.Commune) {
	place = pick(r, w.places)
	title = l.Title + " ở " + place.Name
	var b strings.Builder
	b.WriteString(l.Body)
	for range r.IntN(3) {
		if list := w.said[l.Field]; len(list) > 0 {
			b.WriteString(" " + pick(r, list) + ".")
		}
	}
	if r.IntN(3) == 0 {
		b.WriteString(" " + pick(r, w.said[pick(r, w.demo).Field]) + ".")
	}
	fmt.Fprintf(&b, " Địa chỉ: số %d, tổ %d, %s.", 1+r.IntN(900), 1+r.IntN(60), place.Name)
	return title, b.String(), place
}

const day = float64(24 * time.Hour)

// sender is who sends case i: every fourth is one of those who sign in.
func (w *writer) sender(i int) *models.Person {
	if i%4 == 0 {
		return w.senders[i/4%signers]
	}
	return w.senders[signers+i%(len(w.senders)-signers)]
}

// life returns case i of so many as it is in the end. They came in one after the other: in the
// years until 40 days ago those that are published, in the last 30 days those still in work.
func (w *writer) life(i, published, inWork int, now time.Time) (*models.Feedback, error) {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	l := pick(r, w.replied)
	title, body, place := w.text(r, l)
	sender := w.sender(i)
	public, ago := i < published, 940*day-900*day*float64(i)/float64(published)
	if !public {
		ago = 30 * day * (1 - float64(i-published)/float64(inWork))
	}
	at := now.Add(-time.Duration(ago) - time.Duration(r.IntN(3600))*time.Second - time.Hour).Truncate(time.Millisecond)
	f, _, err := models.NewFeedback(models.Submission{
		ID: models.DeriveID("bench", strconv.Itoa(i)), Sender: sender, SenderName: "Nguyễn Văn A", Title: title, Body: body,
		Province: place.Province, Commune: place.Code, Field: l.Field, PublishName: i%5 == 0, Source: models.FromApp,
		By: models.Actor{ID: sender.ID},
	}, w.ref, at)
	if err != nil {
		return nil, err
	}
	step := func(d time.Duration) time.Time {
		at = at.Add(d + time.Duration(r.IntN(7200))*time.Second)
		return at
	}
	desk := models.Actor{ID: staffID(models.Coordinator, models.RootAgency), Staff: true, Agency: models.RootAgency}
	if f.Kind != models.Ordinary {
		if _, err := f.Classify(desk, models.Classification{Kind: models.Ordinary}, w.ref, step(time.Minute)); err != nil {
			return nil, err
		}
	}
	if !public && i%3 == 0 {
		return f, nil // waits in triage
	}
	if f.Agency != l.Agency {
		if _, err := f.Assign(desk, w.ref.Tree.Path(l.Agency), "", step(time.Minute)); err != nil {
			return nil, err
		}
	}
	if !public && i%3 == 1 {
		return f, nil
	}
	officer := models.Actor{ID: staffID(models.Handler, l.Agency), Staff: true, Agency: l.Agency}
	boss := models.Actor{ID: staffID(models.Approver, l.Agency), Staff: true, Agency: l.Agency}
	if _, err := f.Take(officer, step(time.Hour)); err != nil || !public {
		return f, err
	}
	id := models.DeriveID(f.ID, "reply")
	at = at.Add(time.Duration(r.IntN(20*24)) * time.Hour)
	text := models.ReplyText{Body: l.Reply.Body + " Nơi giải quyết: " + place.Name + ".", OfficialNumber: l.Reply.Number,
		OfficialDate: at.In(models.VietNam).Format(time.DateOnly)}
	for _, do := range []func() ([]models.Work, error){
		func() ([]models.Work, error) { return f.DraftReply(officer, id, text, step(time.Hour)) },
		func() ([]models.Work, error) { return f.SubmitReply(officer, id, step(time.Hour)) },
		func() ([]models.Work, error) { return f.ApproveReply(boss, id, step(time.Hour)) },
		func() ([]models.Work, error) { return f.Publish(boss, id, "", step(time.Hour)) },
	} {
		if _, err := do(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// staffID is the ID of a member of staff of the demo.
func staffID(role models.Role, agency string) string {
	return models.DeriveID("demo", "staff", string(role), agency)
}

// queries makes n different things that people type: parts of titles, half of them
// without accents, some with a typing mistake, some with a filter.
func (w *writer) queries(n int) []asked {
	r := rand.New(rand.NewPCG(3, 5))
	seen := map[asked]bool{}
	var out []asked
	for len(out) < n {
		l := pick(r, w.demo)
		source := l.Title
		if r.IntN(4) == 0 {
			source = pick(r, w.said[l.Field])
		}
		words := strings.Fields(strings.Map(func(c rune) rune {
			if strings.ContainsRune(`.,;:!?"()“”`, c) {
				return ' '
			}
			return c
		}, source))
		if len(words) < 2 {
			continue
		}
		size := min(1+r.IntN(5), len(words))
		at := r.IntN(len(words) - size + 1)
		text := strings.Join(words[at:at+size], " ")
		switch r.IntN(10) {
		case 0, 1, 2, 3, 4:
			text = models.Fold(text)
		case 5: // a letter twice
			if c := []rune(text); len(c) > 6 {
				text = string(c[:5]) + string(c[4]) + string(c[5:])
			}
		}
		a := asked{text: text}
		switch r.IntN(8) {
		case 0:
			a.province = l.Province
		case 1:
			a.field = l.Field
		}
		if !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// asked is one public search.
type asked struct{ text, province, field string }
