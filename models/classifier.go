package models

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// Classifier guesses from the words of a text what it is about: a linear model over
// n-grams with one head for each thing to decide. It is trained by TrainClassifier, kept
// as a file, and only read afterwards.
type Classifier struct {
	ModelHeader
	features []feature // in rising order; one is a row of all the others
	starts   []int32   // the first row whose feature has these highest bits, or higher ones
	idf      []float32
	heads    []head
}

// ModelHeader is what a model's file says of itself.
type ModelHeader struct {
	Features    int          `json:"features"` // FeaturesVersion it was trained with
	Corpus      string       `json:"corpus"`   // fingerprint of what it was trained from
	Rows        int          `json:"rows"`
	Calibration Calibration  `json:"calibration"`
	Accepted    []AcceptedAt `json:"accepted"` // by rising threshold
	Heads       []HeadLabels `json:"heads"`
	Size        int          `json:"size"` // features kept
}

// HeadLabels is what a head can answer.
type HeadLabels struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
}

// Calibration is what was fitted on the held-back part of the corpus.
type Calibration struct {
	Temperature float64            `json:"temperature"` // the evidence for agencies is divided by it
	Cues        float64            `json:"cues"`        // weight of phrases, remits, past cases and level beside the classifier
	Surest      float64            `json:"surest"`      // how often the surest suggestions were right: none is surer than that
	Kind        map[string]float64 `json:"kind"`        // probability from which a text is of a kind that must not be missed
}

// AcceptedAt says how often the best suggestion was wrong among those that were at least
// as probable as the threshold.
type AcceptedAt struct {
	Threshold float64 `json:"threshold"`
	Error     float64 `json:"error"`
	Share     float64 `json:"share"` // of all cases
}

// The heads.
const (
	headKind   = "kind"
	headField  = "field"
	headLevel  = "level"
	headAgency = "agency"
	headPart   = "part" // of a letter: what it is about, or what stands around it
)

// The labels of headPart.
const (
	partMatter = "matter"
	partAside  = "aside"
)

type head struct {
	labels  []string
	bias    []float32
	scale   []float32 // of each label's weights
	weights []int8    // by feature, then label
}

// Guess is what a classifier makes of a text: for each head the probability of every
// label, in the order of its Labels.
type Guess struct {
	Kind, Field, Level, Agency Odds
	Known                      float64 // share of the words and phrases that were in the corpus, 0 to 1
	Read                       string  // the text, or what of a long one was read
	Calibration                Calibration
}

// Odds are probabilities that add up to 1.
type Odds struct {
	Labels []string
	P      []float64
}

// Of returns the probability of a label, 0 when it is unknown.
func (o Odds) Of(label string) float64 {
	for i, l := range o.Labels {
		if l == label {
			return o.P[i]
		}
	}
	return 0
}

// Best returns the most probable label, the first of equal ones.
func (o Odds) Best() (label string, p float64) {
	for i, q := range o.P {
		if q > p {
			label, p = o.Labels[i], q
		}
	}
	return label, p
}

// startBits is how many of a feature's highest bits say where to look for it. Those of a
// text are looked up in rising order, so that what is read next is near.
const startBits = 16

// index makes the table in which features, in rising order, are looked up.
func (c *Classifier) index(features []feature) {
	c.Size, c.features = len(features), features
	c.starts = make([]int32, 1<<startBits+1)
	for _, f := range features {
		c.starts[f>>(32-startBits)+1]++
	}
	for i := range 1 << startBits {
		c.starts[i+1] += c.starts[i]
	}
}

// row returns the row of a feature, -1 for one that the model does not know.
func (c *Classifier) row(f feature) int32 {
	at := f >> (32 - startBits)
	from := c.starts[at]
	for i, g := range c.features[from:c.starts[at+1]] {
		if g == f {
			return from + int32(i)
		}
	}
	return -1
}

// knows says whether a word is a feature.
func (c *Classifier) knows(word feature) bool { return c.row(word) >= 0 }

// weighed is a feature of a text with its weight.
type weighed struct {
	row    int32
	weight float32
}

// vector turns the features of a text, in rising order, into weighed ones that the model
// knows, each family with its length, and tells the share of its words and phrases that
// are known. It makes them in the memory of v.
func (c *Classifier) vector(features []feature, v []weighed) (_ []weighed, known float64) {
	v = slices.Grow(v[:0], len(features))
	var square [featureFamilies]float64
	words, hits := 0, 0
	for i := 0; i < len(features); {
		f, n := features[i], 0
		for ; i < len(features) && features[i] == f; i++ {
			n++
		}
		row := c.row(f)
		if f.family() == featureWords {
			words++
			if row >= 0 {
				hits++
			}
		}
		if row >= 0 {
			weight := c.idf[row]
			if n > 1 {
				weight = float32(float64(weight) * often(n))
			}
			v = append(v, weighed{row, weight})
			square[f.family()] += float64(weight) * float64(weight)
		}
	}
	var factor [featureFamilies]float32
	for i, s := range square {
		if s > 0 {
			factor[i] = float32(familyWeight[i] / math.Sqrt(s))
		}
	}
	for i := range v {
		v[i].weight *= factor[c.features[v[i].row].family()]
	}
	return v, float64(hits) / float64(max(words, 1))
}

// often is what a feature weighs that stands n times in a text.
func often(n int) float64 {
	if n < len(oftens) {
		return oftens[n]
	}
	return 1 + math.Log(float64(n))
}

var oftens = func() (t [16]float64) {
	for n := 1; n < len(t); n++ {
		t[n] = 1 + math.Log(float64(n))
	}
	return t
}()

// Guess reads a text; of a long one the passages that it is about.
func (c *Classifier) Guess(text string) *Guess {
	return c.guess(text, headKind, headField, headLevel, headAgency)
}

// scratches are kept from text to text: a letter needs more memory for being read than for
// all else that is done before its sender is answered.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// guess is Guess for some heads; what the others would say stays empty.
func (c *Classifier) guess(text string, heads ...string) *Guess {
	m := scratches.Get().(*scratch)
	defer scratches.Put(m)
	text = c.matter(text, m)
	v, known := c.vector(m.featuresOf(text, c.knows), m.vector)
	m.vector = v
	g := &Guess{Known: known, Read: text, Calibration: c.Calibration}
	odds := map[string]*Odds{headKind: &g.Kind, headField: &g.Field, headLevel: &g.Level, headAgency: &g.Agency}
	for i, h := range c.Heads {
		if slices.Contains(heads, h.Name) {
			*odds[h.Name] = c.heads[i].odds(v)
		}
	}
	return g
}

func (h *head) odds(v []weighed) Odds {
	n := len(h.labels)
	fetch(h.weights, v, n, 64)
	sum := make([]float32, n)
	for _, x := range v {
		at := int(x.row) * n
		for i, q := range h.weights[at : at+n][:len(sum)] {
			sum[i] += x.weight * float32(q)
		}
	}
	p := make([]float64, n)
	for i, s := range sum {
		p[i] = float64(h.bias[i] + s*h.scale[i])
	}
	softmax(p)
	return Odds{h.labels, p}
}

// fetch reads something of every line of memory in which the rows of features are, each with
// n numbers, so many in a line. They are scattered over megabytes: read one after the other in
// between the arithmetic each is waited for, here they come all at once.
func fetch[N int8 | float32](rows []N, v []weighed, n, line int) {
	if n == 0 {
		return
	}
	var read N
	for _, x := range v {
		row := rows[int(x.row)*n:][:n]
		for i := 0; i < n; i += line {
			read += row[i]
		}
		read += row[n-1]
	}
	runtime.KeepAlive(read)
}

// softmax turns evidence into probabilities, in place.
func softmax(p []float64) {
	top := math.Inf(-1)
	for _, x := range p {
		top = max(top, x)
	}
	total := 0.0
	for i, x := range p {
		p[i] = math.Exp(x - top)
		total += p[i]
	}
	for i := range p {
		p[i] /= total
	}
}
