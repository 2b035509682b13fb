package models

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Mask stands where personal data was. It is the same for everything, so that it does not
// tell how long that was.
const Mask = "[…]"

// Redact masks what identifies people in a text, of whom nothing is known; see Marks.
// The public view and the search index both use it.
func Redact(s string) string { return MaskMarks(s, Marks(s, Sender{})) }

// PersonalData finds what Redact masks, in the order of the text.
func PersonalData(s string) []Span {
	var found []Span
	for _, m := range Marks(s, Sender{}) {
		found = append(found, m.Span)
	}
	return found
}

// Marks finds personal data in a text: names of persons, phone numbers, addresses of mail
// and of houses, numbers of cards, papers, plates and accounts, days of birth. It reads
// Vietnamese with and without accents, and what people disguise. Marks come in the order
// of the text, do not overlap, and begin and end between characters. What is known of the
// sender is found wherever it stands.
//
// Numbers of documents, dates, amounts of money, hotlines, offices, streets, schools and
// companies are not personal data.
func Marks(text string, who Sender) []Mark {
	if norm.NFC.IsNormalString(text) {
		return marksOf(text, who)
	}
	whole, from := composed(text)
	marks := marksOf(whole, who)
	for i, m := range marks {
		marks[i].Span = Span{from[m.Span[0]], from[m.Span[1]]}
	}
	return slices.DeleteFunc(marks, func(m Mark) bool { return m.Span[0] >= m.Span[1] })
}

func marksOf(text string, who Sender) []Mark {
	r := read(text)
	if len(r.p) == 0 {
		return nil
	}
	r.beforeTagger(who)
	tagged := theTagger.tag(r)
	r.addresses()
	r.tagged(tagged, MarkAddress) // before names, so that none is seen in a street
	r.names()
	r.tagged(tagged, taggerKinds[:]...)
	r.sameNames()
	r.bornBeside()
	slices.SortFunc(r.marks, func(a, b Mark) int { return a.Span[0] - b.Span[0] })
	out := r.marks[:0]
	end := 0
	for _, m := range r.marks {
		switch last := len(out) - 1; {
		case m.Span[0] >= m.Span[1] || m.Span[0] < end:
		case last >= 0 && m.Kind == out[last].Kind && joined(m.Kind, text[end:m.Span[0]]):
			out[last].Span[1], end = m.Span[1], m.Span[1]
		default:
			out, end = append(out, m), m.Span[1]
		}
	}
	for i, m := range out {
		out[i].Span[1] = closed(text, m.Span)
	}
	return out
}

// closed is where a part of a text ends, with the quotation mark or bracket after it that one in it
// is closed by: Hùng "sẹo".
func closed(text string, s Span) int {
	in, after := text[s[0]:s[1]], text[s[1]:]
	for _, pair := range [][2]string{{"\"", "\""}, {"“", "”"}, {"(", ")"}} {
		opened, shut := strings.Count(in, pair[0]), strings.Count(in, pair[1])
		if strings.HasPrefix(after, pair[1]) && (opened > shut || pair[0] == pair[1] && opened%2 == 1) {
			return s[1] + len(pair[1])
		}
	}
	return s[1]
}

// joined reports whether two marks of a kind are one, by what stands between them.
func joined(kind MarkKind, between string) bool {
	if kind == MarkName || kind == MarkAddress || kind == MarkSocial || kind == MarkBirth {
		between = strings.Trim(between, " ")
		return between == "" || kind == MarkAddress && (between == "," || between == "/") || kind == MarkName && slices.Contains([]string{"-", "'", "’", "\"", "“"}, between)
	}
	return false
}

// beforeTagger marks what has a form of its own; the tagger sees it.
func (r *reader) beforeTagger(who Sender) {
	r.mails()
	r.sender(who)
	r.papers()
	r.births()
	r.numbers()
}

// composed returns the NFC form of a text and, for each of its bytes and its end, where
// in the text the character that it belongs to begins.
func composed(text string) (string, []int) {
	var b strings.Builder
	var from []int
	for at := 0; at < len(text); {
		n := norm.NFC.NextBoundaryInString(text[at:], true)
		if n <= 0 {
			n = len(text) - at
		}
		whole := norm.NFC.String(text[at : at+n])
		b.WriteString(whole)
		for range len(whole) {
			from = append(from, at)
		}
		at += n
	}
	return b.String(), append(from, len(text))
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// blot overwrites parts of a text with what is no letter and no digit, so that its other
// parts stay where they are.
func blot(s string, spans []Span) string {
	b := []byte(s)
	for _, x := range spans {
		for i := max(x[0], 0); i < min(x[1], len(b)); i++ {
			b[i] = 0
		}
	}
	return string(b)
}
