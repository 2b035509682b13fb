package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestUsableLessons: a word that few cases have and the corpus does not is not learnt, nor
// an agency that few cases are for.
func TestUsableLessons(t *testing.T) {
	corpus := []Example{{Text: "đèn đường hỏng", Agency: "so-xd"}}
	var cases []Lesson
	for i := range casesWithWord {
		text := "Đèn hỏng, trạm sạc nóng."
		if i == 0 {
			text += " Gọi Ngoan, biển 29A1: hỏng!"
		}
		cases = append(cases, Lesson{Example: Example{Text: text, Agency: "so-xd"}})
	}
	cases = append(cases, Lesson{Example: Example{Text: "đèn", Agency: "rare"}})
	got := usable(cases, corpus)
	if len(got) != casesWithWord || got[0].Text != "Đèn hỏng, trạm sạc nóng.  ,  : hỏng!" {
		t.Errorf("%d lessons, the first %q", len(got), got[0].Text)
	}
	if cases[0].Text == got[0].Text {
		t.Error("the lessons that were given are changed")
	}
	for range casesForAgency {
		cases = append(cases, Lesson{Example: Example{Text: "đèn", Agency: "rare"}})
	}
	if got := usable(cases, corpus); len(got) != len(cases) {
		t.Errorf("%d of %d lessons with an agency that is not rare any more", len(got), len(cases))
	}
}

func TestNotWorse(t *testing.T) {
	for _, c := range []struct {
		corpus, cases int
		want          bool
	}{{10, 5, true}, {11, 5, true}, {9, 50, false}, {50, 4, false}} {
		trial := Trial{Before: Score{10, 20, 5, 8}, After: Score{c.corpus, 20, c.cases, 8}, Share: 1}
		if trial.NotWorse() != c.want {
			t.Errorf("%+v: %v", trial, !c.want)
		}
	}
}

// TestTrainingOrder: other lessons do not change in which order the same ones are read.
func TestTrainingOrder(t *testing.T) {
	few, many := make([]lesson, 20), make([]lesson, 40)
	for i := range many {
		many[i].turn = i
	}
	copy(few, many)
	for epoch := range uint64(3) {
		mix(few, epoch)
		mix(many, epoch)
		left := slices.DeleteFunc(slices.Clone(many), func(l lesson) bool { return l.turn >= 20 })
		if !slices.EqualFunc(few, left, func(a, b lesson) bool { return a.turn == b.turn }) {
			t.Errorf("epoch %d: %v and %v", epoch, few, left)
		}
	}
	if slices.IsSortedFunc(many, func(a, b lesson) int { return a.turn - b.turn }) {
		t.Error("they are in no other order")
	}
}

// TestUseLearnt: which model counts.
func TestUseLearnt(t *testing.T) {
	builtIn := TrainClassifier(lessonsForTest(), ModelHeader{Corpus: "one"})
	file, err := TrainClassifier(lessonsForTest(), ModelHeader{Corpus: "one", Rows: 1}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	good := Learnt{Version: Hash(string(file)), Corpus: "one"}
	reads := 0
	read := func() ([]byte, error) { reads++; return file, nil }
	for name, c := range map[string]struct {
		learnt Learnt
		read   func() ([]byte, error)
		used   bool
		failed bool
	}{
		"good":                    {good, read, true, false},
		"none":                    {Learnt{}, nil, false, false},
		"of another corpus":       {Learnt{Version: good.Version, Corpus: "two"}, read, false, false},
		"another file":            {good, func() ([]byte, error) { return file[1:], nil }, false, true},
		"no file":                 {good, func() ([]byte, error) { return nil, ErrNotFound }, false, true},
		"a file that is no model": {Learnt{Version: Hash("x"), Corpus: "one"}, func() ([]byte, error) { return []byte("x"), nil }, false, true},
	} {
		r := &Reference{Classifier: builtIn}
		err := r.UseLearnt(c.learnt, c.read)
		if (err != nil) != c.failed || (r.Model() != builtIn) != c.used || (r.LearntVersion() != "") != c.used {
			t.Errorf("%s: %v, learnt version %q", name, err, r.LearntVersion())
		}
		if err := r.UseLearnt(c.learnt, c.read); err != nil {
			t.Errorf("%s: said twice: %v", name, err)
		}
	}
	r := &Reference{Classifier: builtIn}
	if err := r.UseLearnt(good, read); err != nil {
		t.Fatal(err)
	}
	if err := r.UseLearnt(Learnt{Version: "next", Corpus: "one"}, func() ([]byte, error) { return nil, ErrUnavailable }); err == nil || r.LearntVersion() != good.Version {
		t.Errorf("the store is away: %v, version %q", err, r.LearntVersion())
	}
	if err := r.UseLearnt(Learnt{}, nil); err != nil || r.Model() != builtIn {
		t.Errorf("back to the built-in one: %v", err)
	}
	if reads != 2 {
		t.Errorf("the file was read %d times", reads)
	}
}

// TestRoutingFigures counts what became of suggestions.
func TestRoutingFigures(t *testing.T) {
	tree := NewTree([]Agency{
		{Code: "vpcp", Level: LevelMinistry}, {Code: "bxd", Level: LevelMinistry, Parent: "vpcp"}, {Code: "old", Successor: "bxd"},
		{Code: "so-xd-01", Template: "so-xd", Level: LevelDepartment}, {Code: "so-xd-79", Template: "so-xd", Level: LevelDepartment},
	})
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, VietNam)
	x := NewRoutingFigures(at)
	add := func(month time.Month, suggested, given, now, by string) {
		f := &Feedback{Kind: Ordinary, Status: Assigned, Agency: now, CreatedAt: time.Date(2026, month, 1, 0, 0, 0, 0, VietNam), Timeline: []Event{{Event: ActReceive}}}
		if suggested != "" {
			f.Suggestions = []Suggestion{{Agency: suggested}}
		}
		if given != "" {
			f.Timeline = append(f.Timeline, Event{Event: ActAssign, Agency: given, Actor: by})
		}
		x.Count(f, tree)
	}
	add(11, "so-xd-79", "so-xd-79", "so-xd-79", "")    // automatic
	add(11, "so-xd-79", "so-xd-79", "so-xd-01", "")    // and moved
	add(11, "so-xd-79", "so-xd-79", "so-xd-79", "lan") // accepted
	add(10, "so-xd-79", "bxd", "bxd", "lan")           // corrected
	add(10, "old", "old", "bxd", "lan")                // to the heir: right
	add(10, "bxd", "bxd", "", "lan")                   // returned
	add(10, "bxd", "", "", "")                         // nobody has it yet
	add(10, "", "bxd", "bxd", "lan")                   // nothing was suggested
	x.Count(&Feedback{Kind: Denunciation, Suggestions: []Suggestion{{Agency: "bxd"}}, Timeline: []Event{{Event: ActAssign}}, CreatedAt: at}, tree)
	x.Count(&Feedback{Kind: Ordinary, Suggestions: []Suggestion{{Agency: "bxd"}}, Timeline: []Event{{Event: ActAssign}}, CreatedAt: at.AddDate(-3, 0, 0)}, tree)
	total, byMonth, byAgency, confused := x.Sum("")
	if want := (RoutingTally{Cases: 6, Automatic: 2, Accepted: 3, Corrected: 1, Moved: 2, Right: 3}); total != want {
		t.Errorf("total %+v, want %+v", total, want)
	}
	if len(byMonth) != 2 || byMonth["2026-11"].Cases != 3 || byAgency["so-xd"].Cases != 4 || byAgency["bxd"].Right != 1 {
		t.Errorf("by month %v, by agency %v", byMonth, byAgency)
	}
	if got := fmt.Sprint(confused); got != "[{so-xd @ 1} {so-xd bxd 1}]" {
		t.Errorf("mixed up: %s", got)
	}
	total, byMonth, _, confused = x.Sum("bxd")
	if total.Cases != 2 || len(byMonth) != 1 || len(confused) != 1 || !strings.Contains(fmt.Sprint(confused), "so-xd bxd") {
		t.Errorf("of one agency: %+v, %v, %v", total, byMonth, confused)
	}
}
