package models

import (
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// Mask stands where personal data was.
const Mask = "[…]"

// pattern finds candidates; allowed looks at what stands around one. A pattern with a
// group masks the group only. What it finds has at least the digits that needs says:
// texts without them, which are most, are spared the search.
type pattern struct {
	find    *regexp.Regexp
	allowed func(before, after string) bool
	needs   digits
	kind    MarkKind
}

// digits are the longest rows of digits in a text.
type digits struct {
	touching int // with nothing between
	spaced   int // with at most one space, dot or dash between two
	loose    int // with at most looseGap bytes between two, none of them a mark that ends a number
	at       int // signs of a mail address
}

// looseGap is what may stand between two digits of a number plate, in bytes: a space,
// two letters and a dash. Some letters that count as A to Z have three bytes.
const looseGap = 8

func digitsOf(s string) digits {
	var most, row digits
	gap := looseGap + 1
	broken := false
	for i := range len(s) {
		c := s[i]
		if c == '@' {
			most.at++
		}
		if c < '0' || c > '9' {
			gap++
			broken = broken || c == '/' || c == ',' || c == ';' || c == ':'
			continue
		}
		between := byte(0)
		if gap == 1 {
			between = s[i-1]
		}
		if gap > 0 {
			row.touching = 0
		}
		if gap > 1 || gap == 1 && between != ' ' && between != '.' && between != '-' {
			row.spaced = 0
		}
		if gap > looseGap || broken {
			row.loose = 0
		}
		row.touching++
		row.spaced++
		row.loose++
		most.touching, most.spaced, most.loose = max(most.touching, row.touching), max(most.spaced, row.spaced), max(most.loose, row.loose)
		gap, broken = 0, false
	}
	return most
}

// holds reports whether a text with these digits may match a pattern with those needs.
func (d digits) holds(needs digits) bool {
	return d.touching >= needs.touching && d.spaced >= needs.spaced && d.loose >= needs.loose && d.at >= needs.at
}

// personal is ordered: what comes first is masked first.
var personal = []pattern{
	{regexp.MustCompile(`[\p{L}\d][\p{L}\d._%+-]*@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`), nil, digits{at: 1}, MarkEmail}, // mail address
	// A number that is said to be an identity card, passport or account.
	{regexp.MustCompile(`(?i)(?:cmnd|cmt|cccd|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|hộ chiếu|passport|stk|số tài khoản|tài khoản|so tai khoan|can cuoc|chung minh)(?: số| so|:|\s){0,4}\s*([A-Z]?\d(?:[ .-]?\d){6,22})`), alone, digits{spaced: 7}, MarkID},
	{regexp.MustCompile(`\+?\d{9,19}`), number, digits{touching: 9}, MarkAccount}, // identity card, account
	{regexp.MustCompile(`0\d{2}[ .]\d{3}[ .]\d{3}[ .]\d{3}`), number, digits{spaced: 12}, MarkID},
	{regexp.MustCompile(`(?:\+84|84|0)[ .-]?(?:[35789](?:[ .-]?\d){8}|2(?:[ .-]?\d){9})`), number, digits{spaced: 10}, MarkPhone}, // phone
	{regexp.MustCompile(`(?i)\d{2}[ -]?[A-Z]{1,2}\d?[ .-]?\d{3}\.?\d{2}`), alone, digits{loose: 7}, MarkPlate},                    // plate of five digits
	{regexp.MustCompile(`(?i)\d{2}[A-Z]\d?-\d{4}`), alone, digits{loose: 6}, MarkPlate},                                           // plate of four digits
	{regexp.MustCompile(`[A-Z]\d{7,8}`), alone, digits{touching: 7}, MarkPassport},                                                // passport
}

// alone reports whether a match is not part of a longer word or number.
func alone(before, after string) bool {
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	return !isWord(b) && b != '/' && !isWord(a) && a != '/'
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

var (
	amount   = regexp.MustCompile(`(?i)^\s*(?:đồng|dong|vnđ|vnd|usd|đ|₫)(?:[^\p{L}]|$)`)
	official = regexp.MustCompile(`^/[\p{L}\d]`)
	inNumber = regexp.MustCompile(`\d[.,]?$`)
	moreOf   = regexp.MustCompile(`^(?:[.,]?\d)`)
)

// number reports whether a match is a number of its own and neither an amount of money
// nor the number of a document. A letter may touch it ("sđt0912345678").
func number(before, after string) bool {
	return !inNumber.MatchString(before) && !moreOf.MatchString(after) && !amount.MatchString(after) && !official.MatchString(after)
}

// Redact masks what identifies people in a text: mail addresses, phone, identity card,
// passport and account numbers, number plates. Numbers of documents, dates, amounts of
// money and house numbers stay. The public view and the search index both use it.
func Redact(s string) string { return maskSpans(s, PersonalData(s)) }

// PersonalData finds what Redact masks, in the order of the text.
func PersonalData(s string) []Span {
	var found []Span
	for _, m := range personalMarks(s) {
		found = append(found, m.Span)
	}
	return found
}

func personalMarks(s string) []Mark {
	have := digitsOf(s)
	var found []Mark
	for _, p := range personal {
		if !have.holds(p.needs) {
			continue
		}
		var some []Span
		for _, m := range p.find.FindAllStringSubmatchIndex(s, -1) {
			start, end := m[0], m[1]
			if len(m) > 2 {
				start, end = m[2], m[3]
			}
			if p.allowed == nil || p.allowed(s[:start], s[end:]) {
				some = append(some, Span{start, end})
			}
		}
		if some != nil {
			for _, x := range some {
				found = append(found, Mark{p.kind, x})
			}
			s = blot(s, some)
		}
	}
	slices.SortFunc(found, func(a, b Mark) int { return a.Span[0] - b.Span[0] })
	return found
}

// blot overwrites parts of a text with what is no letter and no digit and in no pattern,
// so that its other parts stay where they are.
func blot(s string, spans []Span) string {
	b := []byte(s)
	for _, x := range spans {
		for i := max(x[0], 0); i < min(x[1], len(b)); i++ {
			b[i] = 0
		}
	}
	return string(b)
}
