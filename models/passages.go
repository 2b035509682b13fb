package models

import (
	"math"
	"slices"
	"unicode/utf8"
)

const (
	longFrom     = 120 // words from which a letter is long
	passageWords = 30  // where nobody ended a sentence a passage ends here
	passageLeast = 6   // a shorter sentence belongs to the next one

	// surelyMatter is from which evidence on, its probability's logarithm against the opposite, a
	// passage makes a run heavier; no passage has more evidence than mostMatter says.
	surelyMatter = 1.5
	mostMatter   = 5.0
)

// matter returns of a long letter the part that it is about: people tell who they are and how they
// came to write, and the classifier, which learnt from short letters, would take that for the
// matter. It is the run of passages with the most evidence. A letter that is not long comes back
// as it is.
func (c *Classifier) matter(text string, m *scratch) string {
	part := slices.IndexFunc(c.Heads, func(h HeadLabels) bool { return h.Name == headPart && slices.Contains(h.Labels, partMatter) })
	if part < 0 || len(text) < 2*longFrom { // a letter and a space for each word
		return text
	}
	ends, words := passagesOf(text)
	if words <= longFrom {
		return text
	}
	from, to, most := 0, 0, math.Inf(-1)
	sum, begin, at := 0.0, 0, 0 // of the run that ends here
	for _, end := range ends {
		v, _ := c.vector(m.featuresOf(text[at:end], c.knows), m.vector)
		m.vector = v
		p := c.heads[part].odds(v).Of(partMatter)
		if sum <= 0 {
			sum, begin = 0, at
		}
		if sum += max(-mostMatter, min(mostMatter, math.Log(p/(1-p)))) - surelyMatter; sum > most {
			from, to, most = begin, end, sum
		}
		at = end
	}
	return text[from:to]
}

// passagesOf returns where the passages of a text end, sentences, or parts of those that are long,
// and how many words it has.
func passagesOf(text string) (ends []int, words int) {
	n, inWord := 0, false // words of this passage
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		cut := false
		switch r {
		case ' ', '\t', '\n', '\r':
			inWord = false
			cut = n >= passageWords || r == '\n' && n >= passageLeast
		case '.', '!', '?', ';', '…':
			cut = n >= passageLeast && end < len(text) && (text[end] == ' ' || text[end] == '\n')
		default:
			if !inWord {
				inWord = true
				n++
			}
		}
		if cut {
			ends, words, n = append(ends, end), words+n, 0
		}
	}
	if n > 0 || len(ends) == 0 {
		ends, words = append(ends, len(text)), words+n
	}
	return ends, words
}
