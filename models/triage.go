package models

import "strings"

// Cue is a phrase that speaks for a kind (or, with a negative weight, against it).
// Phrases are compared folded and word by word.
type Cue struct {
	Phrase string  `json:"phrase"`
	Weight float64 `json:"weight"`
}

// TriageCues is what is known about telling kinds apart.
type TriageCues struct {
	Cues     map[Kind][]Cue    `json:"cues"`
	Guidance map[Kind]TextPair `json:"guidance"` // what to tell the sender
}

// TextPair is a text in Vietnamese and English.
type TextPair struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// In returns the text in that language, Vietnamese unless it is "en".
func (p TextPair) In(language string) string {
	if language == "en" {
		return p.EN
	}
	return p.VI
}

// certain is the weight of evidence from which a submission counts as something else
// than ordinary feedback.
const certain = 1.0

// Triage tells kinds apart by phrases. It is built once and then only read.
type Triage struct {
	byFirst  map[string][]compiledCue // by the phrase's first word
	guidance map[Kind]TextPair
}

type compiledCue struct {
	words  []string
	kind   Kind
	weight float64
}

// NewTriage compiles cues.
func NewTriage(cues TriageCues) *Triage {
	t := &Triage{byFirst: map[string][]compiledCue{}, guidance: cues.Guidance}
	for kind, list := range cues.Cues {
		for _, c := range list {
			if w := Words(c.Phrase); len(w) > 0 {
				t.byFirst[w[0]] = append(t.byFirst[w[0]], compiledCue{w, kind, c.Weight})
			}
		}
	}
	return t
}

// order decides between kinds with equal evidence: danger first.
var order = []Kind{Emergency, Crime, Denunciation, Complaint, Question, Spam}

// Kind says what a submission is. Each phrase counts once, twice as much in the
// title. Without enough evidence it is ordinary feedback: a text is never turned away
// on a guess.
func (t *Triage) Kind(title, body string) Kind {
	score := map[Kind]float64{}
	seen := map[string]bool{}
	t.weigh(Words(title), 2, score, seen)
	t.weigh(Words(body), 1, score, seen)
	best, top := Ordinary, 0.0
	for _, k := range order {
		if score[k] >= certain && score[k] > top {
			best, top = k, score[k]
		}
	}
	return best
}

func (t *Triage) weigh(words []string, factor float64, score map[Kind]float64, seen map[string]bool) {
	for i, w := range words {
		for _, c := range t.byFirst[w] {
			if !startsWith(words[i:], c.words) {
				continue
			}
			key := string(c.kind) + " " + strings.Join(c.words, " ")
			if !seen[key] {
				seen[key] = true
				score[c.kind] += c.weight * factor
			}
		}
	}
}

func startsWith(words, phrase []string) bool {
	if len(words) < len(phrase) {
		return false
	}
	for i := range phrase {
		if words[i] != phrase[i] {
			return false
		}
	}
	return true
}

// Guidance returns what to tell the sender of such a submission.
func (t *Triage) Guidance(k Kind) TextPair { return t.guidance[k] }
