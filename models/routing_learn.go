package models

import (
	"strings"
	"time"
	"unicode"
)

// Learning is what a new model is trained from, and how.
type Learning struct {
	Corpus []Example // what the built-in model was trained from
	Cases  []Lesson
	// Before is until when the decisions are in the model that is used now, with BeforeShare of
	// their weight; zero when that is the built-in one.
	Before      time.Time
	BeforeShare float64
	// Pause is called again and again, so that others get to the processor. Its error ends
	// the training. nil: it takes all it can get.
	Pause func() error
}

// Trial is how a model that was to be used compares with the one that was, both trained
// without the held-back texts: how many of these got the very agency as first suggestion,
// each as it is written and without accents.
type Trial struct {
	Before Score   `json:"before"`
	After  Score   `json:"after"`
	Share  float64 `json:"share"` // of their weight that the cases had in the new one
}

// Score counts held-back texts, of the corpus and of cases, and the right ones of them.
type Score struct {
	Corpus   int `json:"corpus"`
	CorpusOf int `json:"corpus_of"`
	Cases    int `json:"cases"`
	CasesOf  int `json:"cases_of"`
}

// NotWorse reports whether the new model may be used: it is right about at least as many
// held-back texts of the corpus, and about at least as many held-back cases. Neither makes
// up for the other.
func (t Trial) NotWorse() bool {
	return t.After.Corpus >= t.Before.Corpus && t.After.Cases >= t.Before.Cases
}

const (
	// casesWithWord is how many cases have to share a word that is not in the corpus before it
	// is learnt from: what fewer have may be somebody's name.
	casesWithWord = 5
	// casesForAgency is how many cases an agency needs that the corpus does not know.
	casesForAgency = 10
)

// shares are of how much of their weight cases are tried with, until the model is not worse:
// what few cases say too loudly costs the corpus more than they bring.
var shares = []float64{1, 0.3, 0.1}

// Learn trains a model from the corpus and from cases, and compares it with the one that is
// used now: both recipes are trained without the held-back texts and measured on those. When
// cases cost the corpus something they are tried with less weight. The model that it returns
// is trained from everything, as the built-in one is; nil when the last trial says that it
// is worse. r needs what Decide needs.
func (r *Reference) Learn(in Learning) (*Classifier, Trial, error) {
	cases := usable(in.Cases, in.Corpus)
	var held, kept []Example // of the corpus
	for _, e := range in.Corpus {
		if HeldBack(e.Family) && e.Agency != "" { // spam has none
			held = append(held, e)
		} else {
			kept = append(kept, e)
		}
	}
	var heldCases, keptCases, usedCases []Lesson
	calibrate := held[:len(held):len(held)]
	for _, l := range cases {
		switch {
		case HeldBack(l.Family):
			heldCases = append(heldCases, l)
			if !l.Not { // whose it is nobody knows yet
				calibrate = append(calibrate, l.Example)
			}
			continue
		case !l.At.After(in.Before):
			usedCases = append(usedCases, l)
		}
		keptCases = append(keptCases, l)
	}
	var ended error // what Pause said: after that nothing is gone on with
	pause := in.Pause
	if pause != nil {
		pause = func() error {
			if ended == nil {
				ended = in.Pause()
			}
			return ended
		}
	}
	header := ModelHeader{Corpus: r.Classifier.Corpus, Calibration: Calibration{Temperature: 1}}
	part := &Reference{Tree: r.Tree, Places: r.Places, Fields: r.Fields, Triage: r.Triage, pause: pause}
	try := func(cases []Lesson, share float64) (s Score, err error) {
		if part.Classifier, err = trainClassifier(with(kept, cases, share), header, pause); err != nil {
			return s, err
		}
		part.Calibrate(Unseen{part.Classifier, calibrate})
		return part.score(held, heldCases), ended
	}
	var trial Trial
	var err error
	if trial.Before, err = try(usedCases, in.BeforeShare); err != nil {
		return nil, trial, err
	}
	for _, trial.Share = range shares {
		if trial.After, err = try(keptCases, trial.Share); err != nil {
			return nil, trial, err
		}
		if trial.NotWorse() {
			header.Calibration, header.Accepted = part.Classifier.Calibration, part.Classifier.Accepted
			c, err := trainClassifier(with(in.Corpus, cases, trial.Share), header, pause)
			return c, trial, err
		}
		if trial.After.Corpus >= trial.Before.Corpus {
			break // less weight would help the cases no further
		}
	}
	return nil, trial, nil
}

// with returns examples together with cases, at a share of their weight.
func with(examples []Example, cases []Lesson, share float64) []Example {
	out := examples[:len(examples):len(examples)]
	for _, l := range cases {
		l.Weight *= share
		out = append(out, l.Example)
	}
	return out
}

// rest lets others get to the processor, where the work is to be done beside theirs, and
// reports whether to go on; why not, Learn says.
func (r *Reference) rest() bool { return r.pause == nil || r.pause() == nil }

func (r *Reference) score(corpus []Example, cases []Lesson) Score {
	var s Score
	right := func(e Example, wanted string) (n int) { // with Not right is any other
		if !r.rest() {
			return 0
		}
		e, _ = r.Stated(e)
		for _, text := range []string{e.Text, Unaccented(e.Text)} {
			if d := r.Decide(Letter{Text: text, Place: e.Place}, 0); len(d.Suggestions) > 0 && r.right(wanted, d.Suggestions[0].Agency) != e.Not {
				n++
			}
		}
		return n
	}
	for i := range corpus {
		s.Corpus, s.CorpusOf = s.Corpus+right(corpus[i], r.Wanted(&corpus[i])), s.CorpusOf+2
	}
	for i := range cases {
		s.Cases, s.CasesOf = s.Cases+right(cases[i].Example, cases[i].Wanted), s.CasesOf+2
	}
	return s
}

// usable returns the lessons that can be learnt from, without words that might tell who
// somebody is.
func usable(cases []Lesson, corpus []Example) []Lesson {
	words, agencies := map[string]int{}, map[string]int{}
	for i := range corpus {
		for _, w := range Words(corpus[i].Text) {
			words[w] = casesWithWord
		}
		agencies[corpus[i].Agency] = casesForAgency
	}
	for i := range cases {
		if !cases[i].Not {
			agencies[cases[i].Agency]++
		}
		seen := map[string]bool{}
		for _, w := range Words(cases[i].Text) {
			if !seen[w] {
				seen[w] = true
				words[w]++
			}
		}
	}
	var out []Lesson
	for _, l := range cases {
		if agencies[l.Agency] >= casesForAgency {
			l.Text = only(l.Text, func(word string) bool { return words[Fold(word)] >= casesWithWord })
			out = append(out, l)
		}
	}
	return out
}

// only leaves out the words that do not count.
func only(text string, counts func(word string) bool) string {
	var b strings.Builder
	begin := -1
	end := func(at int) {
		if begin >= 0 && counts(text[begin:at]) {
			b.WriteString(text[begin:at])
		}
		begin = -1
	}
	for i, r := range text {
		switch wordly := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r); {
		case !wordly:
			end(i)
			b.WriteRune(r)
		case begin < 0:
			begin = i
		}
	}
	end(len(text))
	return b.String()
}
