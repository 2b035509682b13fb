package models

import (
	"bytes"
	"encoding/binary"
	"flag"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var trainTagger = flag.Bool("train", false, "train the tagger of personal data anew and write redact.model")

const (
	perPattern   = 24 // how many sentences each pattern makes
	perSentence  = 8  // how many more are made of each annotated one
	roundsTaught = 10
	minSeen      = 5   // features that are rarer are left out
	dropped      = 0.2 // of the features, each time that a text is taught
	perUnit      = 12  // steps of a weight in the file make 1
	noise        = 22  // steps that are left out
)

// taught is a text that the tagger learns from: the features of each piece, and its tag.
type taught struct {
	keys [][]int32
	gold []uint8
}

// patterns make sentences: lists of values, and sentences with their names in capital letters.
type patterns struct {
	lists     map[string][]string
	sentences []string
	letters   []string // parts of letters in which the rules find nothing personal
	rand      *rand.Rand
}

var listName = regexp.MustCompile(`[A-Z][A-Z0-9]*`)

func readPatterns(t *testing.T, seed uint64) *patterns {
	t.Helper()
	p := &patterns{lists: map[string][]string{}, rand: rand.New(rand.NewPCG(seed, 7))}
	for _, line := range lines(t, "testdata/redact_patterns.txt") {
		switch {
		case strings.HasPrefix(line, "@"):
			name, values, _ := strings.Cut(line[1:], " ")
			p.lists[name] = strings.Split(values, "|")
		case !strings.HasPrefix(line, "#"):
			p.sentences = append(p.sentences, strings.ReplaceAll(line, `\n`, "\n"))
		}
	}
	for _, line := range lines(t, "../knowledge/communes.tsv")[1:] {
		_, name, _ := strings.Cut(strings.Split(line, "\t")[2], " ")
		p.lists["PLACENAME"] = append(p.lists["PLACENAME"], name)
	}
	for _, text := range lettersOfRouting(t) {
		for _, part := range strings.SplitAfter(text, ". ") {
			if len(part) < 200 && len(byRules(part)) == 0 {
				p.letters = append(p.letters, strings.TrimSpace(part))
			}
		}
	}
	return p
}

// lettersOfRouting are the texts of the corpus of routing.
func lettersOfRouting(t *testing.T) (texts []string) {
	t.Helper()
	files, err := filepath.Glob("../knowledge/corpus/?.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		for _, line := range lines(t, file)[1:] {
			cells := strings.Split(line, "\t")
			texts = append(texts, cells[len(cells)-1])
		}
	}
	return texts
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
}

// fill puts values where names of lists stand.
func (p *patterns) fill(s string) string {
	s = listName.ReplaceAllStringFunc(s, func(name string) string {
		values := p.lists[name]
		if values == nil {
			return name
		}
		return p.fill(values[p.rand.IntN(len(values))])
	})
	return strings.ReplaceAll(s, "~", "")
}

// sentence fills a pattern; often another sentence or a part of a letter follows or goes before.
func (p *patterns) sentence(pattern string) string {
	s, other := p.fill(pattern), ""
	switch p.rand.IntN(10) {
	case 0, 1, 2:
		other = p.fill(p.sentences[p.rand.IntN(len(p.sentences))])
	case 3, 4, 5, 6:
		other = p.letters[p.rand.IntN(len(p.letters))]
	default:
		return p.digits(s)
	}
	if p.rand.IntN(2) == 0 {
		s, other = other, s
	}
	if p.rand.IntN(3) == 0 {
		s = strings.TrimRight(s, ".") + ","
	}
	return p.digits(s + " " + other)
}

// digits puts a digit where # stands.
func (p *patterns) digits(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == '#' {
			b[i] = digitNames[p.rand.IntN(10)]
		}
	}
	return string(b)
}

// learn makes what the tagger learns of an annotated text. Numbers are marked before, as
// they are when the tagger runs.
func learn(a annotated, index func(uint32) int32) taught {
	r := read(a.text)
	r.beforeTagger(Sender{})
	f := surroundingsOf(r)
	out := taught{gold: make([]uint8, len(r.p))}
	for i := range r.p {
		var keys []int32
		for _, k := range f.at(i) {
			keys = append(keys, index(k))
		}
		out.keys = append(out.keys, keys)
		for _, m := range a.marks {
			kind := slices.Index(taggerKinds[:], m.Kind)
			if kind < 0 || r.p[i].start < m.Span[0] || r.p[i].start >= m.Span[1] {
				continue
			}
			out.gold[i] = uint8(1 + 2*kind)
			if i > 0 && r.p[i-1].start >= m.Span[0] {
				out.gold[i]++
			}
		}
	}
	return out
}

// trainer is an averaged perceptron.
type trainer struct {
	w      [][tags]int16
	sum    [][tags]float32
	change [tags][tags]float32
	sumOf  [tags][tags]float32
	step   float32
}

// best returns the tags that win, where what is right has to win clearly.
func (t *trainer) best(x taught) []uint8 {
	return bestTags(len(x.keys), &t.change, func(i int, sums *[tags]float32) {
		var own [tags]int32
		for _, k := range x.keys[i] {
			for tag, w := range &t.w[k] {
				own[tag] += int32(w)
			}
		}
		for tag := range sums {
			sums[tag] = float32(own[tag])
			if uint8(tag) != x.gold[i] {
				sums[tag]++
			}
		}
	})
}

// learn moves the weights towards what is right and away from what won instead.
func (t *trainer) learn(x taught) {
	t.step++
	got := t.best(x)
	var before, goldBefore uint8
	for i, g := range x.gold {
		if g != got[i] {
			for _, k := range x.keys[i] {
				t.w[k][g]++
				t.sum[k][g] += t.step
				t.w[k][got[i]]--
				t.sum[k][got[i]] -= t.step
			}
		}
		if g != got[i] || before != goldBefore {
			t.change[goldBefore][g]++
			t.sumOf[goldBefore][g] += t.step
			t.change[before][got[i]]--
			t.sumOf[before][got[i]] -= t.step
		}
		before, goldBefore = got[i], g
	}
}

// write returns the averages of the weights as readTagger reads them.
func (t *trainer) write(keys []uint32) []byte {
	var b []byte
	average := func(w, sum float32) float64 { return math.Round(perUnit * float64(w-sum/t.step)) }
	for i := range t.change {
		for j := range t.change[i] {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(average(t.change[i][j], t.sumOf[i][j]))))
		}
	}
	n := 0
	for i, key := range keys {
		var values []byte
		for tag := range tags {
			if v := average(float32(t.w[i][tag]), t.sum[i][tag]); math.Abs(v) > noise {
				values = append(values, byte(tag), byte(int8(max(-127, min(127, v)))))
			}
		}
		if len(values) > 0 {
			b = binary.LittleEndian.AppendUint32(b, key)
			b = append(append(b, byte(len(values)/2)), values...)
			n++
		}
	}
	return append(binary.LittleEndian.AppendUint32(nil, uint32(n)), b...)
}

// trainedTagger trains a tagger with annotated texts, sentences made from patterns, and
// letters of the corpus of routing in which the rules find no name; other personal data is as they
// find it.
func trainedTagger(t *testing.T, corpus []annotated) []byte {
	p := readPatterns(t, 1)
	index := map[uint32]int32{}
	var keys []uint32
	number := func(k uint32) int32 {
		at, ok := index[k]
		if !ok {
			at = int32(len(keys))
			index[k], keys = at, append(keys, k)
		}
		return at
	}
	var all []taught
	add := func(s string) { all = append(all, learn(annotatedText(s), number)) }
	for _, s := range p.sentences {
		for range perPattern {
			made := p.written(p.sentence(s))
			if p.rand.IntN(20) == 0 {
				made = blotted(made)
			}
			add(made)
		}
	}
	for _, a := range corpus {
		all = append(all, learn(a, number), learn(a, number))
		s := a.annotation()
		add(strings.ToLower(s))
		add(withoutAccents(s))
		add(withoutAccents(strings.ToLower(s)))
		for range perSentence {
			add(p.written(p.swapped(s)))
		}
	}
	for _, text := range lettersOfRouting(t) {
		a := annotated{text: text, marks: byRules(text)}
		if slices.ContainsFunc(a.marks, func(m Mark) bool { return m.Kind == MarkName }) {
			continue
		}
		all = append(all, learn(a, number))
		add(withoutAccents(strings.ToLower(a.annotation())))
	}
	keys = thinned(all, keys)
	tr := &trainer{w: make([][tags]int16, len(keys)), sum: make([][tags]float32, len(keys))}
	for range roundsTaught {
		p.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, x := range all {
			tr.learn(p.without(x))
		}
	}
	return tr.write(keys)
}

// thinned takes features that are too rare out of texts, and returns the keys of those that are left.
func thinned(all []taught, keys []uint32) (left []uint32) {
	seen := make([]int32, len(keys))
	for _, x := range all {
		for _, ks := range x.keys {
			for _, k := range ks {
				seen[k]++
			}
		}
	}
	for k, n := range seen {
		seen[k] = -1
		if n >= minSeen {
			seen[k] = int32(len(left))
			left = append(left, keys[k])
		}
	}
	for _, x := range all {
		for i, ks := range x.keys {
			kept := ks[:0]
			for _, k := range ks {
				if seen[k] >= 0 {
					kept = append(kept, seen[k])
				}
			}
			x.keys[i] = kept
		}
	}
	return left
}

// without is what is taught with some features left out, so that the tagger does not lean
// on a few.
func (p *patterns) without(x taught) taught {
	out := taught{gold: x.gold, keys: make([][]int32, len(x.keys))}
	for i, keys := range x.keys {
		kept := make([]int32, 0, len(keys))
		for _, k := range keys {
			if p.rand.Float64() >= dropped {
				kept = append(kept, k)
			}
		}
		out.keys[i] = kept
	}
	return out
}

// byRules is what the rules mark without the tagger.
func byRules(text string) []Mark {
	r := read(text)
	r.beforeTagger(Sender{})
	r.addresses()
	r.names()
	slices.SortFunc(r.marks, func(a, b Mark) int { return a.Span[0] - b.Span[0] })
	return r.marks
}

// annotation is an annotated text as the corpus has it.
func (a annotated) annotation() string {
	var b strings.Builder
	at := 0
	for _, m := range a.marks {
		b.WriteString(a.text[at:m.Span[0]] + "[[" + string(m.Kind) + "|" + a.text[m.Span[0]:m.Span[1]] + "]]")
		at = m.Span[1]
	}
	return b.String() + a.text[at:]
}

// learntCorpus is the part of the corpus that a tagger learns from.
func learntCorpus(t *testing.T) []annotated {
	return slices.DeleteFunc(redactionCorpus(t), func(a annotated) bool { return a.set == setUnseen })
}

// sumOfSources is a sum of what a tagger learns from: the files, how it is taught, and the
// features of annotated texts, which change with the rules that mark before it.
func sumOfSources(t *testing.T, corpus []annotated) []byte {
	t.Helper()
	h := fnv.New64a()
	files, err := filepath.Glob("../knowledge/corpus/?.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../knowledge/communes.tsv", "../knowledge/redaction.tsv", "testdata/redact_patterns.txt", "redact_train_test.go") {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(raw)
	}
	var b []byte
	for _, a := range corpus {
		learn(a, func(key uint32) int32 {
			b = binary.LittleEndian.AppendUint32(b, key)
			return 0
		})
	}
	h.Write(b)
	return h.Sum(nil)
}

func TestTaggerIsOfItsSources(t *testing.T) {
	if *trainTagger {
		t.Skip("it is trained anew")
	}
	if !bytes.HasSuffix(taggerFile, sumOfSources(t, learntCorpus(t))) {
		t.Error("redact.model was trained with other sentences, patterns or features: go generate ./models")
	}
}

func TestTrainTagger(t *testing.T) {
	if !*trainTagger {
		t.Skip("trains only with -train")
	}
	corpus := learntCorpus(t)
	file := append(trainedTagger(t, corpus), sumOfSources(t, corpus)...)
	t.Logf("%d bytes", len(file))
	if err := os.WriteFile("redact.model", file, 0o644); err != nil {
		t.Fatal(err)
	}
}
