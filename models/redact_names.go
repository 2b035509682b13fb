package models

import (
	"slices"
	"strings"
)

// maxNameWords is how many words a name has at most.
const maxNameWords = 5

// names marks names with capital letters after a title or what somebody does: ông Nam, bà
// Nguyễn Thị Hoa, thủ quỹ An. All other names are for the tagger.
func (r *reader) names() {
	for i := range r.p {
		k := i + 1
		if r.p[i].taken || !r.spaced(k) {
			continue
		}
		title := r.use(i, useTitle) && !r.notTitle(i)
		if !title && !r.job(i) {
			continue
		}
		if end := r.name(k); end >= k && (title || r.onlyNames(k, end) && !r.famous(k, end)) {
			r.mark(MarkName, k, end)
		}
	}
}

// job reports whether what somebody does ends with a piece, as its accent tells; but in a
// công viên nobody works, and a sinh viên Đại học is not called so.
func (r *reader) job(i int) bool {
	return r.use(i, useJob) && !r.p[i].plain && !r.p[i+1].caps && !r.is(i-1, "cong") && !r.is(i+2, "hoc")
}

// notTitle reports whether a word that may be a title is none here: it is part of the
// name of a place, or of another word with the one after it.
func (r *reader) notTitle(i int) bool {
	if r.placeOfTitle(i) {
		return true
	}
	if r.p[i].upper && r.use(i-1, usePlace) && r.spaced(i) {
		return true
	}
	return r.p[i].upper && !r.ended(i) && (r.p[i-1].upper && r.spaced(i) || !r.is(i, "ong", "ba", "anh", "chi")) ||
		r.p[i].plain && r.is(i, "ban", "cau", "mo", "bo", "me", "thim", "duong", "thang", "lao", "mu", "ga", "ma") && plainWords[r.p[i].fold]&useTitle == 0
}

// placeOfTitle reports whether a place that is called like a person begins with a piece: Bà Rịa.
func (r *reader) placeOfTitle(i int) bool {
	return i >= 0 && i+1 < len(r.p) && r.p[i].upper && makes(placesOfTitles, r.p[i].fold, r.p[i+1].fold)
}

// onlyNames reports whether the pieces from i to j are words that names have.
func (r *reader) onlyNames(i, j int) bool {
	for ; i <= j; i++ {
		if !r.use(i, useName) {
			return false
		}
	}
	return true
}

// name returns the last piece of the name with capital letters that begins with a piece, else -1.
func (r *reader) name(k int) int {
	end := -1
	for n := k; n < len(r.p) && n-k < maxNameWords && (n == k || r.spaced(n)); n++ {
		p := &r.p[n]
		if p.digits || !p.upper || p.taken || p.caps && p.end-p.start > 1 || r.use(n, useOffice|useTitle) && !r.use(n, useName) || r.beginsOffice(n) {
			break
		}
		end = n
	}
	return end
}

// beginsOffice reports whether the words at a piece and after it begin an office or agency: Chủ tịch, Công an.
func (r *reader) beginsOffice(k int) bool {
	if r.is(k+1, "van") && !r.is(k, "chanh", "pho") { // Trương Văn Ký
		return false
	}
	return (r.spaced(k+1) || r.is(k, "pct")) && r.is(k, "chu", "giam", "bi", "chi", "dang", "chanh", "truong", "pho", "ban", "cong", "tong", "can", "vien", "dai", "hoi", "phong", "uy", "thu", "canh", "thanh", "nhan", "so", "bo", "to", "doi", "khu", "pct", "tp") &&
		(r.is(k+1, "tich", "doc", "thu", "phong", "ban", "an", "giam", "truong", "chu", "cuc", "uy", "bo", "sat", "dong", "dan", "bieu", "tra", "tuong", "vien", "doi", "nhiem", "khoa", "pho", "ty", "xay", "hcm", "tai", "chinh", "quan", "y", "giao", "hanh", "khu", "thon", "nhanh", "doan", "van") ||
			r.is(k, "pct", "ubnd"))
}

// sameNames marks names of several words again wherever else they stand, however they are
// written, and their last word alone where its capital letter shows that it is a name.
func (r *reader) sameNames() {
	var known [][]string
	var given []string
	for _, m := range r.marks {
		if m.Kind != MarkName {
			continue
		}
		if w := r.foldsIn(m.Span); len(w) >= 2 && len(w[0]) > 1 && !slices.ContainsFunc(known, func(k []string) bool { return slices.Equal(k, w) }) {
			known = append(known, w)
			whole := strings.ToLower(r.text[m.Span[0]:m.Span[1]])
			given = append(given, whole[strings.LastIndexByte(whole, ' ')+1:])
		}
	}
	for _, w := range known {
		r.everywhere(MarkName, w)
	}
	for i := range r.p {
		if r.standsOut(i) && slices.Contains(given, r.lower(i)) {
			r.mark(MarkName, i, i)
		}
	}
}

// standsOut reports whether a word begins with a capital letter though no sentence begins
// there, and neither do the words at its sides.
func (r *reader) standsOut(i int) bool {
	p := &r.p[i]
	return p.upper && !p.caps && !p.taken && i > 0 && !r.ended(i) && !(r.p[i-1].upper && r.spaced(i)) && !r.use(i-1, usePlace) &&
		!(i+1 < len(r.p) && r.p[i+1].upper && r.spaced(i+1))
}

func (r *reader) foldsIn(s Span) (out []string) {
	i, _ := slices.BinarySearchFunc(r.p, s[0], func(p piece, at int) int { return p.start - at })
	for ; i < len(r.p) && r.p[i].end <= s[1]; i++ {
		out = append(out, r.p[i].fold)
	}
	return out
}

// everywhere marks what is given as folded words wherever it stands, but not where it is
// the name of a street or school.
func (r *reader) everywhere(kind MarkKind, words []string) {
	for i := 0; i+len(words) <= len(r.p); i++ {
		j := i + len(words) - 1
		if r.p[i].fold != words[0] || !r.matches(i, words) || !r.free(i, j) {
			continue
		}
		if r.is(i-1, "duong", "pho", "thcs", "thpt", "phuong") && r.spaced(i) || r.is(i-1, "hoc") && r.is(i-2, "tieu") {
			continue
		}
		r.mark(kind, i, j)
		i = j
	}
}

func (r *reader) matches(i int, words []string) bool {
	for n, w := range words {
		if r.p[i+n].fold != w {
			return false
		}
	}
	return true
}
