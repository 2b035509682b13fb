package models

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
)

// HeldBack says whether a family of texts is for measuring and not for learning: a fifth of
// them. Remits, phrases of fields and kinds and what stands around matters are always learnt.
func HeldBack(family string) bool {
	for _, always := range []string{"remit-", "field-", "kind-", "aside-"} {
		if strings.HasPrefix(family, always) {
			return false
		}
	}
	h := fnv.New32a()
	h.Write([]byte(family))
	return h.Sum32()>>8%5 == 0
}

// Unsure says that no suggestion stands out: an officer has to read.
func (r Routing) Unsure() bool { return r.NoPlace || UnsureOf(r.Suggestions) }

// UnsureOf says so of suggestions, best first.
func UnsureOf(list []Suggestion) bool { return len(list) == 0 || list[0].Probability < 0.5 }

// Wanted returns the agency that an example is for, in its place: the template, where the
// place is not known.
func (r *Reference) Wanted(e *Example) string {
	code := e.Agency + "-" + e.Province
	switch _, known := r.Tree.Get(e.Agency); {
	case known:
		return e.Agency
	case e.Agency == "xa-ubnd" && e.Kind == string(Denunciation):
		code = "ubnd-" + cmp.Or(e.Province, "*")
	case e.Agency == "xa-ubnd":
		code = "xa-" + e.Commune
	}
	if _, ok := r.Tree.Get(code); ok || code == "ubnd-*" {
		return code
	}
	return e.Agency
}

// right reports whether a suggestion is the agency that an example is for. Where that is a
// template, because whoever labelled the example did not write down the place that its text
// names, each agency made from it is right: places are counted on their own.
func (r *Reference) right(want, suggested string) bool {
	a, _ := r.Tree.Get(suggested)
	return suggested == want || a.Template != "" && a.Template == want
}

// Stated returns an example as it would have come by the form: where neither its place nor
// its text names where it is, its province and commune are written into the place. named
// says that this was not needed: a name stands there, or some place was read.
func (r *Reference) Stated(e Example) (stated Example, named bool) {
	if e.Province == "" {
		return e, false
	}
	province, _ := r.Places.Province(e.Province)
	commune, _ := r.Places.Commune(e.Commune)
	words := " " + strings.Join(Words(e.Place+"\n"+e.Text), " ") + " "
	for _, name := range append(strings.Split(province.MergedFrom, ";"), province.Name, commune.Name) {
		if w := Words(name); len(w) > 0 && strings.Contains(words, " "+strings.Join(w, " ")+" ") {
			return e, true
		}
	}
	if r.Places.Locate(e.Place, e.Text).Quote != "" {
		return e, true
	}
	e.Place = strings.TrimPrefix(commune.Name+", "+province.Name, ", ")
	return e, false
}

// Unseen is examples and a model that has learnt from none of them.
type Unseen struct {
	By       *Classifier
	Examples []Example
}

// Calibrate fits how far the classifier may be believed, on what models make of examples that
// they have not seen, for instance those of writers whom they do not know: those who will
// write are unknown too.
func (r *Reference) Calibrate(parts ...Unseen) {
	c := r.Classifier
	c.Calibration = Calibration{Temperature: 1, Cues: 0, Kind: map[string]float64{}}
	var cases []calibrationCase
	for _, part := range parts {
		for _, e := range part.Examples {
			if !r.rest() {
				return
			}
			if e.Agency != "" {
				cases = append(cases, r.calibrationCase(part.By, e, len(cases)%2 == 1))
			}
		}
	}
	if len(cases) == 0 {
		return
	}
	var some []calibrationCase                    // two numbers do not need them all
	step := (1 + len(cases)/calibrationCases) | 1 // odd: each other case is bare
	for i := 0; i < len(cases); i += step {
		some = append(some, cases[i])
	}
	best := math.Inf(1)
	fit := func(try Calibration) {
		if loss := r.loss(some, try); loss < best {
			best, c.Calibration = loss, try
		}
	}
	for _, cues := range []float64{0.3, 0.5, 0.8, 1.2, 1.8} {
		for _, t := range []float64{1, 1.7} {
			fit(Calibration{Temperature: t, Cues: cues})
		}
	}
	near := c.Calibration
	for _, f := range []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.4, 1.7, 2} {
		near2 := near
		near2.Temperature *= f
		fit(near2)
	}
	c.Calibration.Kind = kindThresholds(cases)
	c.Calibration.Surest = r.surest(cases)
	c.Accepted = r.accepted(cases)
}

// calibrationCase is what a model makes of an example; bare: without accents.
func (r *Reference) calibrationCase(c *Classifier, e Example, bare bool) calibrationCase {
	e, _ = r.Stated(e)
	text := e.Text
	if bare {
		text = Unaccented(text)
	}
	guess := c.Guess(text)
	at := r.Places.locateRead(e.Place, text, guess)
	return calibrationCase{RouteInput{Body: text, Province: at.Province, Commune: at.Commune, Guess: guess, Least: 5, Kind: ContractKind(e.Kind)}, r.Wanted(&e), e.Kind}
}

// calibrationCases is about how many temperature and cues are fitted on.
const calibrationCases = 1000

type calibrationCase struct {
	in   RouteInput
	want string
	kind string
}

func (r *Reference) rank(x calibrationCase, with Calibration) Routing {
	x.in.Guess.Calibration = with
	return Rank(x.in, r.Tree, r.Fields.On(Now()), nil, nil)
}

// loss is Brier's score of the suggestions: how far their probabilities are from what was
// right, squared.
func (r *Reference) loss(cases []calibrationCase, with Calibration) float64 {
	sum := 0.0
	for _, x := range cases {
		if !r.rest() {
			return math.Inf(1)
		}
		found := false
		for _, s := range r.rank(x, with).Suggestions {
			if r.right(x.want, s.Agency) {
				found = true
				sum += (1 - s.Probability) * (1 - s.Probability)
			} else {
				sum += s.Probability * s.Probability
			}
		}
		if !found {
			sum++
		}
	}
	return sum / float64(len(cases))
}

// alarms is how many of a thousand other texts may be taken for one of a kind. Crimes and
// denunciations are often told without a word that names them, and then look like what is
// merely a nuisance, or bad manners: to miss few of them costs more alarms. One writer tells
// many a crime as feedback to another agency, so that about a third of these are none. All
// together are less than the three in a hundred that plain feedback may be taken for one of them.
var alarms = map[Kind]int{Denunciation: 11, Complaint: 2, Crime: 10, Emergency: 3}

// kindThresholds returns, for each kind that must not be missed, the probability above
// which no more than alarms says of the other texts lie, but at least 0.15 and at most 0.6; a
// higher one, up to 0.35, where that still finds all but one in fifty of its own.
func kindThresholds(cases []calibrationCase) map[string]float64 {
	out := map[string]float64{}
	for k, alarms := range alarms {
		var others, own []float64
		for _, x := range cases {
			switch p := x.in.Guess.Kind.Of(string(k)); {
			case x.kind == string(k):
				own = append(own, p)
			case ContractKind(x.kind) == Ordinary || x.kind == string(Question):
				others = append(others, p)
			}
		}
		slices.Sort(others)
		slices.Sort(own)
		if n := len(others); n > 0 {
			out[string(k)] = max(0.15, min(0.6, others[n-1-n*alarms/1000]))
		}
		if n := len(own); n > 0 {
			out[string(k)] = max(out[string(k)], min(0.35, own[n/50]))
		}
	}
	return out
}

// outcome is how a first suggestion turned out.
type outcome struct {
	p     float64
	right bool
}

// outcomes returns those of the cases whose place is known, the surest first.
func (r *Reference) outcomes(cases []calibrationCase) []outcome {
	var all []outcome
	for _, x := range cases {
		if !r.rest() {
			return nil
		}
		if v := r.rank(x, r.Classifier.Calibration); len(v.Suggestions) > 0 && !v.NoPlace {
			all = append(all, outcome{v.Suggestions[0].Probability, r.right(x.want, v.Suggestions[0].Agency)})
		}
	}
	slices.SortFunc(all, func(a, b outcome) int { return cmp.Compare(b.p, a.p) })
	return all
}

// surest returns how often the surest tenth of first suggestions is right, as far as so many
// can tell: as if one more had been right and one more wrong.
func (r *Reference) surest(cases []calibrationCase) float64 {
	all := r.outcomes(cases)
	all = all[:len(all)/10]
	right := 1
	for _, o := range all {
		if o.right {
			right++
		}
	}
	return float64(right) / float64(len(all)+2)
}

func (r *Reference) accepted(cases []calibrationCase) []AcceptedAt {
	all := r.outcomes(cases)
	var out []AcceptedAt
	for t := 0.3; t < 0.995; t += 0.02 {
		n, wrong := 0, 0
		for _, o := range all {
			if o.p >= t {
				if n++; !o.right {
					wrong++
				}
			}
		}
		if n >= 30 {
			out = append(out, AcceptedAt{math.Round(t*100) / 100, float64(wrong) / float64(n), float64(n) / float64(len(cases))})
		}
	}
	return out
}
