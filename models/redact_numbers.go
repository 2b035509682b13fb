package models

import (
	"strings"
	"unicode/utf8"
)

// atom is what stands for one digit or several: digits, a word for a digit, or a letter
// that looks like one.
type atom struct {
	piece int
	value string
	kind  atomKind
}

type atomKind uint8

const (
	digitAtom atomKind = iota
	wordAtom
	letterAtom
)

// lookalike maps letters that people write for digits.
var lookalike = map[byte]byte{'o': '0', 'l': '1', 'i': '1', 's': '5'}

// digitNames has the digits as strings.
const digitNames = "0123456789"

// numbers marks phone numbers, numbers of cards and papers, and accounts.
func (r *reader) numbers() {
	var row []atom
	flush := func() {
		if len(row) > 0 {
			r.row(row)
			row = row[:0]
		}
	}
	for i := range r.p {
		a, ok := r.atom(i)
		if !ok || r.p[i].taken {
			flush()
			continue
		}
		if len(row) > 0 && (row[len(row)-1].piece != i-1 || !r.joins(row, a)) {
			flush()
		}
		row = append(row, a)
	}
	flush()
}

// atom reads a piece as digits.
func (r *reader) atom(i int) (atom, bool) {
	p := &r.p[i]
	if p.digits {
		return atom{i, p.fold, digitAtom}, true
	}
	if d, ok := digitWords[p.fold]; ok && (p.plain || digitWords[r.lower(i)] == d) && (p.fold != "o" || p.plain && i+1 < len(r.p) && digitWords[r.p[i+1].fold] != 0) {
		return atom{i, digitNames[d-'0' : d-'0'+1], wordAtom}, true
	}
	if r.is(i, "tram", "linh", "le") && !p.upper && i > 0 && i+1 < len(r.p) && (digitWords[r.p[i-1].fold] != 0 || r.is(i-1, "tram")) && (digitWords[r.p[i+1].fold] != 0 || r.is(i+1, "linh", "le")) {
		if r.is(i, "tram") { // không trăm linh hai
			return atom{i, "", wordAtom}, true
		}
		return atom{i, "0", wordAtom}, true
	}
	if len(p.fold) > 3 || !p.plain || !r.byDigit(i) {
		return atom{}, false
	}
	b := []byte(p.fold)
	for k, c := range b {
		if b[k] = lookalike[c]; b[k] == 0 {
			return atom{}, false
		}
	}
	return atom{i, string(b), letterAtom}, true
}

// byDigit reports whether letters stand by digits closely enough to be read as such.
func (r *reader) byDigit(i int) bool {
	short := func(g string) bool { return g == "" || len(r.p[i].fold) == 1 && (g == " " || g == "." || g == "-") }
	return r.number(i+1) && short(r.before(i+1)) || r.number(i-1) && short(r.before(i))
}

// joins reports whether the atom that stands after a row of others may be of one number with them.
func (r *reader) joins(row []atom, b atom) bool {
	a, g := row[len(row)-1], r.before(b.piece)
	if len(g) > 6 || strings.Contains(g, "\n") {
		return false
	}
	loose := (a.kind != digitAtom || len(a.value) == 1) && (b.kind != digitAtom || len(b.value) == 1) || a.kind == wordAtom || b.kind == wordAtom
	for _, c := range g {
		switch c {
		case ' ', '\u00a0', '.', '-', '–', '—', '(', ')', '+', '_', '·', '•', '*', '\u200b', '\t', '‑':
		case ',', '/', ':', '\'', '|':
			if !loose && !(strings.HasPrefix(row[0].value, "0") && len(row[0].value) > 2 && len(b.value) < 4) { // 0918/33/70/42
				return false
			}
		default:
			return false
		}
	}
	return loose || g != ". " || len(a.value) < 4 && len(b.value) < 4
}

// row finds what is personal in atoms that stand side by side.
func (r *reader) row(row []atom) {
	for i := 0; i < len(row); {
		kind, n := r.startOfRow(row[i:])
		if n == 0 {
			i++
			continue
		}
		from, to := row[i].piece, row[i+n-1].piece
		start := r.p[from].start
		if kind == MarkPhone || kind == MarkAccount || kind == MarkID {
			before := r.text[:start]
			switch {
			case strings.HasSuffix(before, "(+") || kind == MarkPhone && strings.HasSuffix(before, "("):
				if strings.HasPrefix(r.before(from+1), ")") && to > from {
					start -= len("(")
					if strings.HasSuffix(before, "(+") {
						start -= len("+")
					}
				} else if strings.HasSuffix(before, "(+") {
					start -= len("+")
				}
			case strings.HasSuffix(before, "+"):
				start -= len("+")
			}
		}
		r.markBytes(kind, from, to, start, r.p[to].end)
		i += n
	}
}

// startOfRow says what the first atoms of a row are, and how many of them; 0 when the
// first is no beginning of anything personal.
func (r *reader) startOfRow(row []atom) (MarkKind, int) {
	first := row[0]
	said, company := r.saidToBe(first.piece)
	var b [24]byte
	digits := b[:0]
	words, best, bestKind := 0, 0, MarkKind("")
	for n, a := range row {
		if len(digits)+len(a.value) > 20 {
			break
		}
		digits = append(digits, a.value...)
		if a.kind == wordAtom {
			words++
		}
		if len(digits) < 7 || !r.standsAlone(first.piece, a.piece, first.kind != digitAtom || a.kind != digitAtom) {
			continue
		}
		if kind := r.kindOfNumber(string(digits), row[:n+1], said, company, words); kind != "" {
			if kind == MarkPhone && bestKind == MarkPhone && len(digits) == 11 && digits[1] == '2' && n > 0 && len(a.value) > 4 {
				continue
			}
			best, bestKind = n+1, kind
		}
	}
	if bestKind == MarkPhone && len(digits) <= 19 && r.goesOnInGroups(row, best) {
		return MarkAccount, len(row)
	}
	return bestKind, best
}

// goesOnInGroups reports whether a number of n atoms goes on to the end of the row in groups as
// long as its last one: 0771000 448 219 is no telephone.
func (r *reader) goesOnInGroups(row []atom, n int) bool {
	if n < 2 || n == len(row) {
		return false
	}
	last := row[n-1]
	for _, a := range row[n:] {
		if a.kind != digitAtom || a.value[0] == '0' || len(a.value) != len(last.value) || len(a.value) < 3 || r.before(a.piece) != r.before(last.piece) {
			return false
		}
	}
	return !r.money(row[len(row)-1].piece + 1)
}

// kindOfNumber says what a number is, by its digits, how it is written and what it is
// said to be; "" when it is nothing personal.
func (r *reader) kindOfNumber(digits string, row []atom, said MarkKind, company bool, words int) MarkKind {
	whole := len(row) == 1 && row[0].kind == digitAtom
	if (said == "" || said == MarkTax) && r.taxOfBranch(row) {
		return when(!company && (said == MarkTax || !r.aboutCompany(row[0].piece-1)), MarkTax)
	}
	switch n := len(digits); said {
	case MarkTax:
		if n == 10 || n == 12 || n == 13 {
			if company {
				return ""
			}
			return MarkTax
		}
	case MarkSocial:
		if n >= 8 && n <= 15 {
			return MarkSocial
		}
	case MarkID:
		if n == 9 || n == 12 {
			return MarkID
		}
	case MarkPassport:
		if n >= 7 && n <= 9 && whole || n == 9 {
			return MarkPassport
		}
	case MarkAccount:
		if n <= 19 && row[0].kind == digitAtom && words == 0 {
			return when(!r.treasury(row[0].piece), MarkAccount)
		}
	case MarkPhone:
		if (n == 9 && strings.IndexByte("35789", digits[0]) >= 0) || (n == 7 || n == 8) && whole && digits[0] != '0' && !strings.HasPrefix(digits, "1900") && !strings.HasPrefix(digits, "1800") || words > 8 && digits[0] == '0' {
			return MarkPhone
		}
	}
	if words > 0 && words < len(row) && words < 3 && row[0].kind == wordAtom && said == "" {
		return "" // "năm 2024 …"
	}
	if isPhone(digits) && (words > 0 || !company || said != MarkTax) {
		return when(!(digits[1] == '2' && r.ofOffice(row[0].piece)), MarkPhone)
	}
	before := r.text[:r.p[row[0].piece].start]
	if n := len(digits); n <= 15 && (n >= 9 && strings.HasSuffix(before, "+") || n >= 11 && strings.HasPrefix(digits, "00") && digits[2] != '0' && len(row) > 2) { // of another country
		return MarkPhone
	}
	if words == len(row) && len(digits) == 9 && strings.IndexByte("35789", digits[0]) >= 0 {
		return MarkPhone
	}
	if hotline(digits) || company && said == MarkTax {
		return ""
	}
	if words == 0 && ofCitizen(digits) && r.papersNamed(row[0].piece) {
		return MarkID
	}
	if r.coded(row[0].piece) {
		return ""
	}
	if len(row) == 2 && strings.Contains(r.before(row[1].piece), "***") { // a card: 9704******3318
		return MarkAccount
	}
	if len(digits) == 10 {
		if kind := r.spokenOf(row[0].piece); kind != "" {
			return kind
		}
	}
	switch n := len(digits); {
	case whole && (n == 9 || n == 12):
		return MarkID
	case whole && n > 9 && n <= 19, n == 16 && (len(row) == 4 && allOf(row, 4) || len(row) == 16): // a card
		return MarkAccount
	case n == 12 && digits[0] == '0' && len(row) == 4 && allOf(row, 3), n == 12 && digits[0] == '0' && len(row) == 3 && allOf(row, 4),
		n == 12 && digits[0] == '0' && words == len(row):
		return MarkID
	}
	return ""
}

// ofCitizen reports whether digits have the form of a citizen's number: 12 of them, the first
// three of which are those of a province, 001 to 096.
func ofCitizen(digits string) bool {
	return len(digits) == 12 && digits[0] == '0' && digits > "001" && digits < "097"
}

// papersNamed reports whether the sentence speaks of an identity paper shortly before a piece:
// "cccd của bà trong hợp đồng là …".
func (r *reader) papersNamed(i int) bool {
	for k := i - 1; k >= 0 && k > i-10 && !r.ended(k+1); k-- {
		if r.cue(k) == MarkID {
			return true
		}
	}
	return false
}

// coded reports whether the number that begins with a piece is that of a customer, an order or
// a device, or goes on after letters as such do: PE05000123456.
func (r *reader) coded(i int) bool {
	if g := r.before(i); i > 0 && !r.p[i-1].digits && (g == "" || g == "-" && r.p[i-1].caps) {
		return true
	}
	for k := i - 1; k >= 0 && k > i-4 && !r.ended(k+1); k-- {
		switch {
		case r.is(k, "serial", "seri", "imei", "kh"), r.is(k, "hang") && r.is(k-1, "khach", "don"), r.is(k, "don") && r.is(k-1, "van", "ma"),
			r.is(k, "khai") && r.is(k-1, "to"), r.is(k, "dich") && r.is(k-1, "giao"), r.is(k, "gd", "nop") && r.is(k-1, "ma"),
			r.is(k, "dong") && r.is(k-1, "hop"), r.is(k, "nghiep") && r.is(k-1, "doanh"):
			return true
		}
	}
	return false
}

// treasury reports whether an account that begins with a piece has the form of the State's:
// 3941.0.1054321.
func (r *reader) treasury(i int) bool {
	return r.number(i+2) && len(r.p[i].fold) == 4 && r.before(i+1) == "." && len(r.p[i+1].fold) == 1 && r.before(i+2) == "."
}

// taxOfBranch reports whether a row is a tax code with the number of a branch or shop: ten
// digits, a dash and three digits.
func (r *reader) taxOfBranch(row []atom) bool {
	return len(row) == 2 && row[0].kind == digitAtom && len(row[0].value) == 10 && len(row[1].value) == 3 && row[1].value[0] == '0' && strings.Contains(r.before(row[1].piece), "-")
}

func allOf(row []atom, length int) bool {
	for _, a := range row {
		if len(a.value) != length || a.kind != digitAtom {
			return false
		}
	}
	return true
}

// isPhone reports whether digits are a whole phone number of Viet Nam.
func isPhone(d string) bool {
	for _, country := range []string{"0084", "84"} {
		if rest, ok := strings.CutPrefix(d, country); ok && len(d) > 10 {
			if strings.HasPrefix(rest, "0") {
				return isPhone(rest)
			}
			return isPhone("0" + rest)
		}
	}
	switch {
	case len(d) < 10 || d[0] != '0':
		return false
	case len(d) == 10:
		return strings.IndexByte("235789", d[1]) >= 0
	case len(d) == 11:
		return d[1] == '2' || d[1] == '1' && strings.IndexByte("2689", d[2]) >= 0
	}
	return false
}

// hotline reports whether digits are one of the numbers of services, which are public.
func hotline(d string) bool {
	return (strings.HasPrefix(d, "1900") || strings.HasPrefix(d, "1800")) && len(d) <= 10
}

// standsAlone reports whether the pieces from i to j are a number of their own: neither
// part of a longer one, nor an amount of money, nor the number of a document.
func (r *reader) standsAlone(i, j int, loose bool) bool {
	if loose {
		if i > 0 && r.before(i) == "" && r.p[i-1].digits || j+1 < len(r.p) && r.before(j+1) == "" && r.p[j+1].digits {
			return false
		}
	}
	before, after := r.text[:r.p[i].start], r.text[r.p[j].end:]
	if n := len(before); n > 0 {
		c := before[n-1]
		if isDigit(c) || (c == '.' || c == ',') && n > 1 && isDigit(before[n-2]) && r.groups(i) {
			return false
		}
	}
	if len(after) > 1 && (after[0] == '.' || after[0] == ',') && isDigit(after[1]) && r.p[i].fold[0] != '0' && r.groups(j+1) || after != "" && isDigit(after[0]) {
		return false
	}
	if len(after) > 1 && after[0] == '/' {
		if c, _ := utf8.DecodeRuneInString(after[1:]); isWord(c) && !(j+1 < len(r.p) && len(r.p[j+1].fold) >= 9) {
			return false
		}
	}
	return !r.money(j + 1)
}

// groups reports whether digits that a dot or comma joins to those before them can be more
// of one number: decimals or thousands, and not a number of their own, as in a list that
// is written without spaces.
func (r *reader) groups(i int) bool {
	return len(r.p[i].fold) <= 3 || len(r.p[i].fold) < 9 && r.p[i].fold[0] != '0'
}

// money reports whether a piece is a unit of money, by itself, after a number. Without accents
// "dong" is also "đóng": after a long number that is no round sum.
func (r *reader) money(i int) bool {
	if r.is(i, "dong") && (!r.p[i].plain && r.lower(i) != "đồng" || r.p[i].plain && i > 0 && len(r.p[i-1].fold) >= 10 && !strings.HasSuffix(r.p[i-1].fold, "00")) {
		return false
	}
	return r.is(i, "dong", "vnd", "usd", "d", "trieu", "ty", "nghin", "ngan") && !r.is(i+1, "hang", "nai", "a") && strings.Trim(r.before(i), " \u00a0") == "" ||
		i <= len(r.p) && i > 0 && strings.HasPrefix(strings.TrimLeft(r.before(i), " "), "₫")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
