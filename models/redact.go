package models

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask stands where personal data was.
const Mask = "[…]"

// pattern finds candidates; allowed looks at what stands around one. A pattern with a
// group masks the group only.
type pattern struct {
	find    *regexp.Regexp
	allowed func(before, after string) bool
}

// personal is ordered: what comes first is masked first.
var personal = []pattern{
	{regexp.MustCompile(`[\p{L}\d][\p{L}\d._%+-]*@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`), nil}, // mail address
	// A number that is said to be an identity card, passport or account.
	{regexp.MustCompile(`(?i)(?:cmnd|cmt|cccd|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|hộ chiếu|passport|stk|số tài khoản|tài khoản|so tai khoan|can cuoc|chung minh)(?: số| so|:|\s){0,4}\s*([A-Z]?\d(?:[ .-]?\d){6,22})`), alone},
	{regexp.MustCompile(`\+?\d{9,19}`), number}, // identity card, account
	{regexp.MustCompile(`0\d{2}[ .]\d{3}[ .]\d{3}[ .]\d{3}`), number},
	{regexp.MustCompile(`(?:\+84|84|0)[ .-]?(?:[35789](?:[ .-]?\d){8}|2(?:[ .-]?\d){9})`), number}, // phone
	{regexp.MustCompile(`(?i)\d{2}[ -]?[A-Z]{1,2}\d?[ .-]?\d{3}\.?\d{2}`), alone},                  // plate of five digits
	{regexp.MustCompile(`(?i)\d{2}[A-Z]\d?-\d{4}`), alone},                                         // plate of four digits
	{regexp.MustCompile(`[A-Z]\d{7,8}`), alone},                                                    // passport
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
func Redact(s string) string {
	if !strings.ContainsAny(s, "0123456789@") {
		return s
	}
	for _, p := range personal {
		found := p.find.FindAllStringSubmatchIndex(s, -1)
		if found == nil {
			continue
		}
		var b strings.Builder
		at := 0
		for _, m := range found {
			start, end := m[0], m[1]
			if len(m) > 2 {
				start, end = m[2], m[3]
			}
			if p.allowed != nil && !p.allowed(s[:start], s[end:]) {
				continue
			}
			b.WriteString(s[at:start])
			b.WriteString(Mask)
			at = end
		}
		b.WriteString(s[at:])
		s = b.String()
	}
	return s
}
