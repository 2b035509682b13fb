package models

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Example is a text whose answers are known. An empty answer teaches nothing.
type Example struct {
	Family   string // near-copies share it
	Writer   string // whose words they are; empty for what is nobody's letter
	Text     string
	Kind     string
	Field    string
	Level    string
	Agency   string // a central agency or a template of local ones
	With     []string
	Place    string
	Province string
	Commune  string
	Weight   float64 // 0 counts as 1
	Not      bool    // Agency is one that it is not for
	Aside    bool    // nothing that a letter is about, but what stands around it
}

// part is what a letter's text, or a sentence from around one, teaches of the parts of letters.
func (e *Example) part() string {
	switch {
	case e.Aside:
		return partAside
	case e.Writer != "":
		return partMatter
	}
	return ""
}

const (
	maxFeatures = 140_000
	wordFrom    = 3    // texts in which words stand that are features, of twice as many as there are examples
	lettersFrom = 10   // texts, mistyped ones among them, in which letters stand that are
	epochs      = 16   // in each a text is read in one of its forms
	doubt       = 0.05 // of each answer, shared out among all
	negligible  = 4e-3 // errors below this teach nothing
	learning    = 0.5  // of AdaGrad
	decay       = 2e-5 // of the weights, each step they are used in
)

// TrainClassifier learns from examples, each as it is, without accents, and now and then
// mistyped. The same examples give the same model. Time: a bit more than a second for each
// thousand on one core.
func TrainClassifier(examples []Example, header ModelHeader) *Classifier {
	c, _ := trainClassifier(examples, header, nil)
	return c
}

// trainClassifier is TrainClassifier; with pause it goes about it one thing after the other
// and calls that again and again: its error ends the training.
func trainClassifier(examples []Example, header ModelHeader, pause func() error) (*Classifier, error) {
	c := &Classifier{ModelHeader: header}
	vectors, err := c.readAll(examples, pause)
	if err != nil {
		return nil, err
	}
	c.Features, c.Rows, c.Heads = FeaturesVersion, len(examples), nil
	answers := []struct {
		name string
		of   func(*Example) string
	}{
		{headKind, func(e *Example) string { return e.Kind }},
		{headField, func(e *Example) string { return e.Field }},
		{headLevel, func(e *Example) string { return e.Level }},
		{headAgency, func(e *Example) string { return e.Agency }},
		{headPart, (*Example).part},
	}
	c.heads = make([]head, len(answers))
	failed := make([]error, len(answers))
	var wait sync.WaitGroup
	for i, a := range answers {
		labels := []string{}
		for j := range examples {
			labels = append(labels, a.of(&examples[j]))
		}
		slices.Sort(labels)
		labels = slices.DeleteFunc(slices.Compact(labels), func(s string) bool { return s == "" })
		c.Heads = append(c.Heads, HeadLabels{a.name, labels})
		fit := func() {
			var set []lesson
			for j, e := range examples {
				if label, ok := slices.BinarySearch(labels, a.of(&e)); ok {
					set = append(set, lesson{vectors[j], label, float32(cmp.Or(e.Weight, 1)), e.Not && a.name == headAgency, j, 0})
				}
			}
			c.heads[i], failed[i] = trainHead(labels, set, c.features, pause)
		}
		if pause == nil {
			wait.Go(fit)
		} else {
			fit()
		}
	}
	wait.Wait()
	return c, errors.Join(failed...)
}

// readAll chooses the features and returns the vectors of each example, in the order in which
// they are learnt from: as it is and without accents, twice, and then mistyped. What
// words there are is told by what was written; the others, mistyped ones among them, are read
// by their letters.
func (c *Classifier) readAll(examples []Example, pause func() error) ([][][]weighed, error) {
	type document struct {
		text     string
		of       int
		mistyped bool
	}
	var docs []document
	frequency := counts{}
	for i, e := range examples {
		if pause != nil {
			if err := pause(); err != nil {
				return nil, err
			}
		}
		bare := Unaccented(e.Text)
		texts := []string{e.Text, bare}
		if bare == e.Text {
			texts = texts[:1]
		}
		for _, text := range texts {
			frequency.add(featuresOf(text, nil))
			docs = append(docs, document{text, i, false})
		}
		docs = append(docs, document{mistyped(texts[i%len(texts)], uint64(i)), i, true})
	}
	isWord := func(f feature) bool { return frequency[f] >= wordFrom }
	features, letters := make([][]feature, len(docs)), counts{}
	for i, d := range docs {
		if pause != nil {
			if err := pause(); err != nil {
				return nil, err
			}
		}
		features[i] = featuresOf(d.text, isWord)
		letters.add(slices.DeleteFunc(slices.Clone(features[i]), func(f feature) bool { return f.family() != featureLetters }))
	}
	maps.DeleteFunc(letters, func(_ feature, n int) bool { return n < lettersFrom })
	maps.Copy(frequency, letters)
	c.choose(frequency, len(docs))
	vectors := make([][][]weighed, len(examples))
	for i, d := range docs {
		v, _ := c.vector(features[i], nil)
		if d.mistyped {
			vectors[d.of] = slices.Repeat(vectors[d.of], 2)
		}
		vectors[d.of] = append(vectors[d.of], v)
	}
	return vectors, nil
}

// counts is in how many texts features stand.
type counts map[feature]int

// add counts the features of one text, which are in order.
func (n counts) add(features []feature) {
	for i, f := range features {
		if i == 0 || f != features[i-1] {
			n[f]++
		}
	}
}

// choose keeps the features that stand in enough texts, the more frequent ones when there
// are too many.
func (c *Classifier) choose(frequency counts, docs int) {
	type counted struct {
		f feature
		n int
	}
	var all []counted
	for f, n := range frequency {
		if n >= wordFrom {
			all = append(all, counted{f, n})
		}
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.f, b.f)) })
	all = all[:min(len(all), maxFeatures)]
	slices.SortFunc(all, func(a, b counted) int { return cmp.Compare(a.f, b.f) })
	features := make([]feature, len(all))
	for i, x := range all {
		features[i] = x.f
		c.idf = append(c.idf, float32(math.Log(float64(docs)/float64(x.n))))
	}
	c.index(features)
}

type lesson struct {
	vectors [][]weighed // see readAll
	label   int
	weight  float32
	not     bool   // the label is what it is not
	turn    int    // which of them is the first
	place   uint64 // in the order of an epoch
}

// errors turns probabilities into how far each is from what the lesson says. Of what a text is not
// the others get as much more, each in proportion, as it is to have less.
func (l *lesson) errors(p []float64, out []float32) {
	if l.not {
		is := min(p[l.label], 0.99)
		for i := range out {
			out[i] = -l.weight * float32(p[i]*is/(1-is))
		}
		out[l.label] = l.weight * float32(is)
		return
	}
	for i := range out {
		out[i] = l.weight * (float32(p[i]) - doubt/float32(len(out)))
	}
	out[l.label] -= l.weight * (1 - doubt)
}

// mix puts lessons in an order of this epoch. Of two lessons the same one comes first
// whatever other lessons there are, so that more of them change a model by what they say
// and not by another order.
func mix(set []lesson, epoch uint64) {
	for i := range set {
		set[i].place = shuffled(set[i].turn, epoch)
	}
	slices.SortFunc(set, func(a, b lesson) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.turn, b.turn)) })
}

func shuffled(turn int, epoch uint64) uint64 {
	return rand.NewPCG(2026+epoch, uint64(turn)).Uint64()
}

// leftOut says whether a feature of a lesson is not read this time. Half of them are not,
// others each time, so that no few words carry a decision: the next writer has other ones.
func leftOut(f feature, salt uint32) bool {
	h := (uint32(f) ^ salt) * 0x9e3779b1
	h = (h ^ h>>15) * 0x85ebca77
	return h>>31 == 0
}

// trainHead fits a multinomial logistic regression by AdaGrad over shuffled lessons and
// keeps the mean of the weights of the last half.
func trainHead(labels []string, set []lesson, features []feature, pause func() error) (head, error) {
	n := len(labels)
	w, square := make([]float32, len(features)*n), make([]float32, len(features)*n)
	bias, biasSquare := make([]float32, n), make([]float32, n)
	mean, meanBias, means := make([]float32, len(features)*n), make([]float32, n), 0
	score, p, active := make([]float32, n), make([]float64, n), make([]int, 0, n)
	var vector []weighed
	for epoch := range epochs {
		mix(set, uint64(epoch))
		for _, l := range set {
			if pause != nil {
				if err := pause(); err != nil {
					return head{}, err
				}
			}
			salt := uint32(shuffled(l.turn, uint64(epoch)))
			vector = vector[:0]
			for _, x := range l.vectors[(epoch+l.turn)%len(l.vectors)] {
				if !leftOut(features[x.row], salt) {
					vector = append(vector, weighed{x.row, x.weight * math.Sqrt2})
				}
			}
			copy(score, bias)
			fetch(w, vector, n, 16)
			for _, x := range vector {
				for i, q := range w[int(x.row)*n : int(x.row)*n+n][:len(score)] {
					score[i] += x.weight * q
				}
			}
			for i, s := range score {
				p[i] = float64(s)
			}
			softmax(p)
			l.errors(p, score)
			for i, g := range score {
				biasSquare[i] += g * g
				bias[i] -= 0.1 * g / (float32(math.Sqrt(float64(biasSquare[i]))) + 1e-3)
			}
			active = active[:0]
			for i, s := range score {
				if s > negligible || s < -negligible {
					active = append(active, i)
				}
			}
			for _, x := range vector {
				row, squares := w[int(x.row)*n:int(x.row)*n+n], square[int(x.row)*n:int(x.row)*n+n]
				for _, i := range active {
					g := score[i]*x.weight + decay*row[i]
					squares[i] += g * g
					row[i] -= learning * g / (float32(math.Sqrt(float64(squares[i]))) + 0.1)
				}
			}
		}
		if 2*epoch >= epochs {
			means++
			for i, x := range w {
				mean[i] += x
			}
			for i, x := range bias {
				meanBias[i] += x
			}
		}
	}
	h := head{labels: labels, bias: make([]float32, n), scale: make([]float32, n), weights: make([]int8, len(features)*n)}
	for i := range n {
		h.bias[i] = meanBias[i] / float32(means)
		var top float32
		for f := range features {
			top = max(top, float32(math.Abs(float64(mean[f*n+i]))))
		}
		if top == 0 {
			continue
		}
		step := top / 127
		h.scale[i] = step / float32(means)
		for f := range features {
			h.weights[f*n+i] = int8(math.Round(float64(mean[f*n+i] / step)))
		}
	}
	return h, nil
}
