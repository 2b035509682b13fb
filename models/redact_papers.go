package models

import (
	"strings"
	"unicode/utf8"
)

// papers marks number plates and numbers of passports.
func (r *reader) papers() {
	for i := range r.p {
		if r.p[i].taken {
			continue
		}
		if j := max(r.plate(i), r.loosePlate(i), r.shipPlate(i)); j > 0 {
			r.mark(MarkPlate, i, j)
		} else if j := r.passport(i); j > 0 {
			r.mark(MarkPassport, i, j)
		} else if j := r.cardOfInsurance(i); j > 0 {
			r.mark(MarkSocial, i, j)
		} else if r.letteredAccount(i) {
			r.mark(MarkAccount, i, i+2)
		}
	}
}

// apart reports whether between two pieces stands one of the given, or nothing.
func (r *reader) apart(i int, gaps ...string) bool {
	if i >= len(r.p) {
		return false
	}
	g := r.before(i)
	for _, x := range gaps {
		if g == x {
			return true
		}
	}
	return g == ""
}

// plate returns the last piece of a number plate that begins with a piece, else 0.
func (r *reader) plate(i int) int {
	p := &r.p[i]
	said := r.plateSaid(i)
	if !p.digits || len(p.fold) != 2 || p.fold[0] == '0' || i+2 >= len(r.p) {
		return r.armyPlate(i, said)
	}
	if said, _ := r.saidToBe(i); said == MarkPassport || !r.apart(i+1, " ", "-", ".", " - ") {
		return 0
	}
	series := &r.p[i+1]
	if series.digits || len(series.fold) > 2 || !series.plain && !r.is(i+1, "d", "md", "td") {
		return 0
	}
	k := i + 2
	if !r.p[k].digits {
		return 0
	}
	clear := said || series.caps || r.before(i+1) == "" && r.before(k) == ""
	number := r.p[k].fold
	gap := r.before(k)
	switch {
	case gap == "" && len(number) == 1 && k+1 < len(r.p) && r.p[k+1].digits && r.apart(k+1, " ", "-", ".", " - ", " . "):
		k++ // the digit belongs to the series: X1
		gap, number = r.before(k), r.p[k].fold
	case gap == "" && (len(number) == 6 || len(number) == 5):
	case !r.apart(k, " ", "-", ".", " - ", " . "):
		return 0
	}
	switch {
	case len(number) == 5, len(number) == 6 && gap == "":
	case len(number) == 4 && (strings.Contains(gap, "-") && series.caps || said):
	case len(number) == 4 && gap == "" && k+1 < len(r.p) && r.before(k+1) == "." && r.p[k+1].digits && len(r.p[k+1].fold) == 2: // X1 and 123, then .45
		k++
	case len(number) == 3 && k+1 < len(r.p) && r.p[k+1].digits && len(r.p[k+1].fold) == 2 && r.apart(k+1, ".", " ", "-", " . "):
		k++
	default:
		return 0
	}
	if !clear || !r.alone(i, k) || r.money(k+1) {
		return 0
	}
	return k
}

// armyPlate is plate for those of the army: two letters and two pairs of digits. Only
// what is said to be one counts.
func (r *reader) armyPlate(i int, said bool) int {
	p := &r.p[i]
	if !said || p.digits || !p.caps || len(p.fold) != 2 || !r.number(i+1) || !r.number(i+2) || !r.apart(i+1, " ", "-") || !r.apart(i+2, "-", " ", ".") {
		return 0
	}
	if len(r.p[i+1].fold) != 2 || len(r.p[i+2].fold) != 2 {
		return 0
	}
	return i + 2
}

// run returns the last piece of digits that begin with a piece and stand one after the other with
// such gaps, letters that look like some among them, and how many they are, at most six.
func (r *reader) run(k int, gaps ...string) (last, n int) {
	for last = k - 1; last+1 < len(r.p) && (n == 0 || r.apart(last+1, gaps...)); last++ {
		a, ok := r.atom(last + 1)
		if !ok || a.kind == wordAtom || n+len(a.value) > 6 {
			break
		}
		n += len(a.value)
	}
	return last, n
}

// loosePlate is plate for one with spaces or letters for digits in it: 81 - G1 / 2 3 3 . 9 0.
// Only what is said to be one counts.
func (r *reader) loosePlate(i int) int {
	if !r.p[i].digits || len(r.p[i].fold) != 2 || r.p[i].fold[0] == '0' || i+2 >= len(r.p) || !r.plateSaid(i) {
		return 0
	}
	if s := &r.p[i+1]; s.digits || len(s.fold) > 2 || !r.apart(i+1, " ", "-", ".", " - ") || !r.apart(i+2, " ", "-", ".", " - ", " – ", " . ") {
		return 0
	}
	last, n := r.run(i+2, " ", "-", ".", "/", " - ", " – ", " . ", " / ", ". ", " .")
	if n < 4 || !r.alone(i, last) || r.money(last+1) {
		return 0
	}
	return last
}

// shipPlate returns the last piece of the number of a fishing boat that begins with a piece:
// QNg 90417 TS.
func (r *reader) shipPlate(i int) int {
	p := &r.p[i]
	if p.digits || len(p.fold) < 2 || len(p.fold) > 3 || !r.number(i+1) || len(r.p[i+1].fold) != 5 || !r.apart(i+1, " ", "-") {
		return 0
	}
	if r.is(i+2, "ts") && r.apart(i+2, " ", "-") {
		return i + 2
	}
	if p.caps && len(p.fold) == 2 && r.plateSaid(i) {
		return i + 1
	}
	return 0
}

// plateSaid reports whether the words before a piece speak of a number plate.
func (r *reader) plateSaid(i int) bool {
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		if r.is(k, "bks", "bsx", "xe", "oto", "taxi", "bien") || r.is(k, "bs") {
			return true
		}
		if r.ended(k+1) && k+1 < i {
			return false
		}
	}
	return false
}

// passport returns the last piece of the number of a passport that begins with a piece.
func (r *reader) passport(i int) int {
	p := &r.p[i]
	if p.digits || !p.plain || len(p.fold) > 2 || !r.number(i+1) {
		return 0
	}
	n, last := len(r.p[i+1].fold), i+1
	said, _ := r.saidToBe(i)
	for said == MarkPassport && n < 7 && r.number(last+1) && r.apart(last+1, " ") {
		last++
		n += len(r.p[last].fold)
	}
	switch {
	case said == MarkPassport && n >= 6 && n <= 9 && r.apart(i+1, " "):
	case len(p.fold) == 1 && p.caps && (n == 7 || n == 8) && r.before(i+1) == "":
	default:
		return 0
	}
	if !r.alone(i, last) {
		return 0
	}
	return last
}

// cardOfInsurance returns the last piece of the number of a health insurance card.
func (r *reader) cardOfInsurance(i int) int {
	p := &r.p[i]
	if p.digits || !p.plain || len(p.fold) != 2 || !r.number(i+1) || !r.apart(i+1, " ", "-", ".") {
		return 0
	}
	n, k := len(r.p[i+1].fold), i+1
	for k+1 < len(r.p) && r.number(k+1) && r.apart(k+1, " ", "-", ".") && n < 13 {
		k++
		n += len(r.p[k].fold)
	}
	said, _ := r.saidToBe(i)
	if n == 13 && (said == MarkSocial || p.caps) && r.alone(i, k) {
		return k
	}
	return 0
}

// letteredAccount reports whether the number of an account with a letter in it begins with
// a piece: 711A…. Only what is said to be one counts.
func (r *reader) letteredAccount(i int) bool {
	if !r.number(i) || !r.number(i+2) || len(r.p[i+1].fold) != 1 || r.before(i+1) != "" || r.before(i+2) != "" || len(r.p[i].fold)+len(r.p[i+2].fold) < 9 {
		return false
	}
	said, _ := r.saidToBe(i)
	return said == MarkAccount && r.alone(i, i+2)
}

// alone reports whether the pieces from i to j are not part of a longer word or number.
func (r *reader) alone(i, j int) bool {
	b, _ := utf8.DecodeLastRuneInString(r.text[:r.p[i].start])
	after := r.text[r.p[j].end:]
	a, n := utf8.DecodeRuneInString(after)
	if b == '/' || isWord(b) || isWord(a) {
		return false
	}
	if a == '.' {
		c, _ := utf8.DecodeRuneInString(after[n:])
		return digitOf(c) == 0
	}
	return a != '/'
}
