package models

import (
	"slices"
	"strings"
)

// births marks dates and years of birth: the date alone, not the words before it.
func (r *reader) births() {
	for i := range r.p {
		k := r.bornAt(i)
		if k < 0 || k >= len(r.p) || r.p[k].taken {
			continue
		}
		if j := r.date(k, i); j >= 0 && r.free(k, j) {
			r.mark(MarkBirth, k, j)
		}
	}
}

// bornBeside marks the year of birth that stands by itself after a name: Cao Thị Út, 1958,
// or (1958).
func (r *reader) bornBeside() {
	for _, m := range r.marks {
		if m.Kind != MarkName || !strings.Contains(r.text[m.Span[0]:m.Span[1]], " ") {
			continue
		}
		k, _ := slices.BinarySearchFunc(r.p, m.Span[1], func(p piece, at int) int { return p.start - at })
		if k >= len(r.p) || r.p[k].taken || !r.year(k) {
			continue
		}
		after := strings.TrimLeft(r.before(k+1), " ")
		if g := r.before(k); g == ", " && (k+1 == len(r.p) || strings.HasPrefix(after, ",") || strings.HasPrefix(after, ".")) || g == " (" && strings.HasPrefix(after, ")") || g == " - " {
			r.mark(MarkBirth, k, k)
		}
	}
}

// bornAt returns where the date begins that the word at i says to be one of birth, else -1.
func (r *reader) bornAt(i int) int {
	switch {
	case r.is(i, "sinh", "sanh") && (i == 0 || !r.use(i-1, useNotBorn) && !r.not(i-1) || r.is(i-1, "ngay", "nam")):
	case r.is(i, "de") && i > 0 && r.is(i+1, "nam", "ngay") && !(r.is(i-1, "van", "chu", "vo", "sinh") && r.spaced(i)) && (!r.p[i].plain || plainWords[r.p[i].fold] == 0 && r.p[i-1].plain):
	case r.is(i, "dob", "ntns"):
	case r.is(i, "sn", "ns") && i+1 < len(r.p) && strings.Trim(r.before(i+1), " :.") == "":
		return i + 1
	default:
		return -1
	}
	k := i + 1
	written := r.is(i, "sinh", "sanh") && r.is(i-1, "ngay", "nam") // as papers have it: ngày sinh ghi trên thẻ là
	for n := 0; k < len(r.p) && n < 8 && !r.p[k].digits && (n == 0 || !strings.ContainsAny(r.before(k), ".;!?\n")); n++ {
		if r.is(k, "mung", "mong", "thang") && r.number(k+1) {
			return k
		}
		if written && r.is(k, "vo", "chong", "bo", "me", "cha", "ba", "ong", "anh", "chi", "ghi", "in", "tren", "trong", "theo", "the", "giay", "to", "so", "ho", "khau", "cccd", "can", "cuoc", "bang", "bi", "sai", "dung", "thanh", "phai") {
			k++
			continue
		}
		if !r.is(k, "nam", "ngay", "thang", "nhat", "la", "vao", "cua", "toi", "em", "chau", "con", "ra", "be", "minh", "hom", "khoang", "chung", "dau", "cuoi", "nham") {
			break
		}
		k++
	}
	if k < len(r.p) && (strings.ContainsAny(r.before(k), ";!?") || len(r.before(k)) > 6) {
		return -1
	}
	return k
}

// not reports whether a word with "sinh" makes one that has nothing to do with birth, as
// it is written without accents.
func (r *reader) not(i int) bool {
	return r.is(i, "hoc", "phat", "thi", "tuyen", "khai", "hy") && r.p[i].plain
}

// date returns the last piece of a date that begins with a piece, else -1. A year alone
// is enough; i is the word that says it is a birth.
func (r *reader) date(k, i int) int {
	if k >= len(r.p) {
		return -1
	}
	if r.is(k, "mung", "mong") {
		return r.date(k+1, i)
	}
	if r.is(k, "thang") {
		if j := r.date(k+1, i); j > k+1 {
			return j
		}
		return -1
	}
	if !r.p[k].digits {
		return max(r.lunarYear(k), r.dateInWords(k, i), r.englishDate(k))
	}
	n := len(r.p[k].fold)
	if n == 4 && r.year(k) {
		if r.parts(k, 3) {
			return k + 2
		}
		return k
	}
	if n == 8 && r.is(i, "sinh") || n == 6 && r.is(i, "sinh", "sanh") { // 12031965
		return k
	}
	if n > 2 {
		return -1
	}
	switch {
	case r.parts(k, 3) && (r.year(k+2) || len(r.p[k+2].fold) == 2):
		return k + 2
	case r.parts(k, 2) && r.year(k+1):
		return k + 1
	case r.parts(k, 2) && r.is(i, "sinh", "sanh"):
		return k + 1
	case r.is(k+1, "thang") && r.number(k+2) && r.is(k+3, "nam") && r.number(k+4):
		return k + 4
	case r.is(k+1, "thang") && r.number(k+2) && r.number(k+3) && r.year(k+3):
		return k + 3
	case r.is(k+1, "thang") && r.number(k+2) && r.is(i, "sinh"):
		return k + 2
	case r.is(k+1, "nam") && r.number(k+2) && r.year(k+2):
		return k + 2
	case n == 2 && r.is(i, "sinh", "sanh") && r.p[k].fold > "20" && (r.is(k-1, "nam") || k == i+1 && !r.spaced(k+1)):
		return k
	}
	return -1
}

// parts reports whether n pieces from k are numbers with marks of a date between them.
func (r *reader) parts(k, n int) bool {
	if k+n > len(r.p) {
		return false
	}
	for x := k + 1; x < k+n; x++ {
		g := strings.Trim(r.before(x), " ")
		if !r.p[x].digits || g != "/" && g != "-" && g != "." && !(g == "" && len(r.before(x)) == 1) {
			return false
		}
	}
	return true
}

func (r *reader) year(k int) bool {
	return r.number(k) && len(r.p[k].fold) == 4 && (strings.HasPrefix(r.p[k].fold, "19") || strings.HasPrefix(r.p[k].fold, "20"))
}

// dateInWords is date for a day or year that is spelt: một chín sáu lăm, ba mươi tháng tư năm hai nghìn mười.
func (r *reader) dateInWords(k, i int) int {
	if !r.is(i, "sinh", "sanh") {
		return -1
	}
	j := k
	for j < len(r.p) && j < k+13 && (j == k || r.spaced(j)) {
		if a, ok := r.atom(j); (!ok || a.kind != wordAtom) && !(j > k && r.is(j, "muoi", "linh", "le", "nghin", "ngan", "tram", "thang", "gieng", "chap")) {
			break
		}
		j++
	}
	if n := j - k; n < 2 || n < 4 && !r.is(k-1, "nam") {
		return -1
	}
	return j - 1
}

// englishDate returns the last piece of a date in English that begins with a piece, else -1:
// Feb 11, 1958.
func (r *reader) englishDate(k int) int {
	if r.is(k, "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul", "july", "aug", "august",
		"sep", "sept", "september", "oct", "october", "nov", "november", "dec", "december") && r.number(k+1) && len(r.p[k+1].fold) <= 2 && r.year(k+2) && r.before(k+2) == ", " {
		return k + 2
	}
	return -1
}

// lunarYear returns the last piece of a year of the lunar calendar that begins with a piece, and
// of the year that may follow, else -1: Mậu Dần 1938.
func (r *reader) lunarYear(k int) int {
	if !r.is(k, "giap", "at", "binh", "dinh", "mau", "ky", "canh", "tan", "nham", "quy") || !r.is(k+1, "ty", "suu", "dan", "mao", "thin", "ti", "ngo", "mui", "than", "dau", "tuat", "hoi") || !r.spaced(k+1) {
		return -1
	}
	if r.year(k+2) && strings.Trim(r.before(k+2), " ,") == "" {
		return k + 2
	}
	return k + 1
}
