package models

import (
	"cmp"
	"math"
	"slices"
)

// Measured is how one set of examples was routed. Shares are from 0 to 1, and -1 when there
// was nothing to measure.
type Measured struct {
	N            int
	Top1, Top3   float64 // the very agency, in its place
	Ministry1    float64 // of those for a central agency
	Ministry3    float64
	Department   float64 // the first suggestion, of those for a body of the province
	Commune      float64
	Level, Field float64
	Territory    float64 // province and commune as given, of those that name their place in words
	KindRecall   map[Kind]float64
	Shared       float64           // of the agencies suggested to coordinate with, those that the label has as lead or beside it; like SharedSeen of writers who note whom a matter is shared with
	SharedSeen   float64           // of the letters that the label has as shared, those with such a suggestion
	FalseAlarms  float64           // of plain feedback, taken for one of the kinds in KindRecall
	ECE          float64           // expected calibration error of the first suggestion, ten bins
	Kind         float64           // of the nine of the corpus, spam among them
	Kinds        map[[2]string]int // how often what was written as the first was taken for the second
	Coverage     float64           // largest share of which the surest first suggestions were right in 97 %
	Mistakes     []Mistake
}

// Mistake is an example whose first suggestion was wrong.
type Mistake struct {
	Example  Example
	Wanted   string
	Decision Decision
}

// Measure routes examples, as they would come by the form (see Stated), and counts; bare:
// without accents. Left out is what has no right agency: spam, which is nobody's business, and
// lessons on something else.
func (r *Reference) Measure(examples []Example, bare bool) Measured {
	m := Measured{KindRecall: map[Kind]float64{}, Kinds: map[[2]string]int{}}
	counts := map[string]*tally{}
	count := func(what string, ok bool) {
		t := counts[what]
		if t == nil {
			t = &tally{}
			counts[what] = t
		}
		t.n++
		if ok {
			t.yes++
		}
	}
	var first []surety
	notes := whoNotes(examples)
	for _, e := range examples {
		e, named := r.Stated(e)
		text, place := e.Text, e.Place
		if bare {
			text, place = Unaccented(text), Unaccented(place)
		}
		d := r.Decide(Letter{Text: text, Place: place}, 0)
		count("kind", d.Kind == e.Kind)
		m.Kinds[[2]string{e.Kind, d.Kind}]++
		if e.Kind == string(Spam) || e.Agency == "" {
			continue
		}
		m.N++
		want := r.Wanted(&e)
		at := slices.IndexFunc(d.Suggestions, func(s Suggestion) bool { return r.right(want, s.Agency) })
		a := r.Agency(want)
		count("top1", at == 0)
		count("top3", at >= 0 && at < 3)
		switch a.Level {
		case LevelCommune:
			count("commune", at == 0)
		case LevelDepartment, LevelProvince:
			count("department", at == 0)
		default:
			count("ministry1", at == 0)
			count("ministry3", at >= 0 && at < 3)
		}
		count("level", d.Level == wantedLevel(&e))
		count("field", d.Field == e.Field)
		if named {
			count("territory", d.Place.Province == e.Province && (e.Commune == "" || d.Place.Commune == e.Commune))
		}
		said, is := ContractKind(d.Kind), ContractKind(e.Kind)
		switch is {
		case Denunciation, Complaint, Crime, Emergency:
			count(string(is), said == is)
		case Ordinary:
			count("alarm", said == Denunciation || said == Complaint || said == Crime || said == Emergency)
		}
		if len(d.Suggestions) > 0 {
			seen := false
			for _, code := range d.Suggestions[0].With {
				if !notes[e.Writer] {
					break
				}
				key := cmp.Or(r.Agency(code).Template, code)
				right := len(e.With) > 0 && (key == e.Agency || slices.ContainsFunc(e.With, func(w string) bool { return w == key || w == code }))
				count("shared", right)
				seen = seen || right
			}
			if notes[e.Writer] && len(e.With) > 0 {
				count("seen", seen)
			}
			first = append(first, surety{d.Suggestions[0].Probability, at == 0})
		}
		if at != 0 {
			m.Mistakes = append(m.Mistakes, Mistake{e, want, d})
		}
	}
	share := func(what string) float64 { return counts[what].share() }
	m.Top1, m.Top3, m.Ministry1, m.Ministry3 = share("top1"), share("top3"), share("ministry1"), share("ministry3")
	m.Department, m.Commune, m.Level, m.Field = share("department"), share("commune"), share("level"), share("field")
	m.Kind = share("kind")
	m.Shared, m.SharedSeen = share("shared"), share("seen")
	m.Territory, m.FalseAlarms = share("territory"), share("alarm")
	for _, k := range []Kind{Denunciation, Complaint, Crime, Emergency} {
		m.KindRecall[k] = share(string(k))
	}
	m.ECE, m.Coverage = calibrationError(first), coverage(first, 0.97)
	slices.SortStableFunc(m.Mistakes, func(a, b Mistake) int {
		return cmp.Compare(b.Decision.sureness(), a.Decision.sureness())
	})
	return m
}

// whoNotes returns the writers who put down who shares a matter, in one letter of twenty at
// least: that the others put down nobody says nothing.
func whoNotes(examples []Example) map[string]bool {
	all, shared, out := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, e := range examples {
		all[e.Writer]++
		if len(e.With) > 0 {
			shared[e.Writer]++
		}
	}
	for w, n := range shared {
		out[w] = 20*n >= all[w]
	}
	return out
}

// wantedLevel is the level that an example is labelled with, but of a denunciation the level of
// who is to have it: not of the commune, which is passed by.
func wantedLevel(e *Example) string {
	if e.Kind == string(Denunciation) && e.Level == Communal {
		return Provincial
	}
	return e.Level
}

func (r Routing) sureness() float64 {
	if len(r.Suggestions) == 0 {
		return 0
	}
	return r.Suggestions[0].Probability
}

type tally struct{ n, yes int }

func (t *tally) share() float64 {
	if t == nil {
		return -1
	}
	return float64(t.yes) / float64(t.n)
}

type surety struct {
	p     float64
	right bool
}

// calibrationError is the mean distance, over ten bins of probability, between how sure
// and how right the first suggestions were.
func calibrationError(all []surety) float64 {
	var n, p, right [10]float64
	for _, s := range all {
		b := min(int(s.p*10), 9)
		n[b]++
		p[b] += s.p
		if s.right {
			right[b]++
		}
	}
	sum := 0.0
	for b := range n {
		sum += math.Abs(p[b] - right[b])
	}
	return sum / float64(max(len(all), 1))
}

// coverage is the largest share of the cases, the surest first, of which at least so many
// were right.
func coverage(all []surety, precision float64) float64 {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b surety) int { return cmp.Compare(b.p, a.p) })
	right, best := 0, 0
	for i, s := range all {
		if s.right {
			right++
		}
		if float64(right) >= precision*float64(i+1) && (i+1 == len(all) || all[i+1].p < s.p) {
			best = i + 1
		}
	}
	return float64(best) / float64(max(len(all), 1))
}
