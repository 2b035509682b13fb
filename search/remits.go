package search

import (
	"cmp"
	"slices"

	"kiennghi/models"
)

// How many remits speak for an agency, and how many against one.
const (
	remitsFor     = 10
	remitsAgainst = 5
)

// Remits finds what agencies answer for by the words of a letter. There are so few that
// they are kept in memory, beside whatever engine there is.
type Remits struct {
	documents []remitDocument
	having    map[string][]int32 // which documents have a word or a pair
}

type remitDocument struct {
	agency  string // or a template
	against bool   // it says what the agency does not answer for
}

// NewRemits reads each remit as one document of what the agency answers for, and one of
// what it does not.
func NewRemits(remits []models.Remit) *Remits {
	r := &Remits{having: map[string][]int32{}}
	for _, m := range remits {
		r.add(remitDocument{m.Agency, false}, append([]string{m.Text}, m.Examples...))
		if len(m.Negative) > 0 {
			r.add(remitDocument{m.Agency, true}, m.Negative)
		}
	}
	return r
}

func (r *Remits) add(d remitDocument, texts []string) {
	number := int32(len(r.documents))
	r.documents = append(r.documents, d)
	have := func(term string) {
		if in := r.having[term]; len(in) == 0 || in[len(in)-1] != number {
			r.having[term] = append(in, number)
		}
	}
	for _, text := range texts {
		words := models.Words(text)
		for i, w := range words {
			have(w)
			if i > 0 {
				have(words[i-1] + " " + w)
			}
		}
	}
}

// Like returns the remits that share the most telling words and pairs with a text. Score is
// the share of their weight that a remit has, below 0 for what it says it is not about.
// Of nil none are.
func (r *Remits) Like(text string) []models.RouteHit {
	if r == nil {
		return nil
	}
	terms := TermsOf(text)
	for i := range terms {
		terms[i].Documents = uint64(len(r.having[terms[i].Text]))
	}
	terms, total, _ := Rarest(terms, uint64(len(r.documents)), 0, nil)
	scores := map[int32]float64{}
	for _, t := range terms {
		for _, d := range r.having[t.Text] {
			scores[d] += t.Weight / total
		}
	}
	var speakFor, against []models.RouteHit
	for number, score := range scores {
		if d := r.documents[number]; d.against {
			against = append(against, models.RouteHit{Agency: d.agency, Score: -score / 2})
		} else {
			speakFor = append(speakFor, models.RouteHit{Agency: d.agency, Score: score})
		}
	}
	return append(most(speakFor, remitsFor), most(against, remitsAgainst)...)
}

// most returns the n hits that say most, for or against.
func most(hits []models.RouteHit, n int) []models.RouteHit {
	slices.SortFunc(hits, func(a, b models.RouteHit) int {
		return cmp.Or(cmp.Compare(max(b.Score, -b.Score), max(a.Score, -a.Score)), cmp.Compare(a.Agency, b.Agency))
	})
	return hits[:min(len(hits), n)]
}
