package models

import (
	"slices"
	"strings"
)

// maxNameWords is how many words a name has at most.
const maxNameWords = 5

// names marks names of persons: after a title, after words that announce one, in a
// signature, before what only a person has; and again wherever the same name stands.
func (r *reader) names() {
	for i := range r.p {
		if r.p[i].taken || r.p[i].digits {
			continue
		}
		if j := r.announced(i); j > 0 {
			r.markName(j)
		} else if r.use(i, useTitle) {
			r.titled(i)
		} else if r.p[i].upper && r.use(i, useSurname) {
			r.fullName(i)
		}
		if r.job(i) {
			r.named(i)
		}
	}
	r.lastWords()
}

// markName marks the name that begins with a piece, after titles, and those that follow
// it in a list.
func (r *reader) markName(k int) bool {
	for r.use(k, useTitle) && r.spaced(k+1) && !r.nameLike(k, k+1) && (k >= len(r.p) || r.p[k].upper || r.lowerName(k) < k+2) {
		k++
	}
	end := r.name(k, true)
	if end < 0 || !r.free(k, end) {
		return false
	}
	if !r.p[k].upper && end > k {
		end = r.wholeLowerName(k, end)
	}
	r.mark(MarkName, k, end)
	r.others(end)
	return true
}

// wholeLowerName returns the last piece of an announced name without capital letters, as
// far as words go that names have when a mark or number follows them.
func (r *reader) wholeLowerName(k, end int) int {
	last := end
	for last+1 < len(r.p) && last-k+1 < maxNameWords && r.spaced(last+1) && !r.p[last+1].upper && !r.p[last+1].taken && r.use(last+1, useName) && !r.is(last+1, "o", "bi", "dang", "la", "va") {
		last++
	}
	if last+1 < len(r.p) && r.spaced(last+1) && !r.number(last+1) {
		return end
	}
	return last
}

// nameLike reports whether a title is rather the first word of a name: Cô in "Cô Ca".
func (r *reader) nameLike(k, next int) bool {
	return r.use(k, useSurname) && r.p[k].upper && next < len(r.p) && r.p[next].upper && !r.use(next, useSurname)
}

// others marks further full names of a list that follows a name: ", Lê Văn B và Trần C".
func (r *reader) others(end int) {
	for {
		k := end + 1
		if k >= len(r.p) {
			return
		}
		if r.is(k, "va", "cung", "voi", "hay", "hoac") && r.spaced(k) {
			k++
		} else if g := r.before(k); g != ", " && g != " - " && g != "/" && g != "; " && g != " & " {
			return
		}
		if k >= len(r.p) || !r.use(k, useSurname) || !r.p[k].upper || r.p[k].taken {
			return
		}
		end = r.name(k, false)
		if end <= k || !r.free(k, end) {
			return
		}
		r.mark(MarkName, k, end)
	}
}

// announced returns where the name begins that words at i announce, else 0.
func (r *reader) announced(i int) int {
	k := i + 1
	if k >= len(r.p) {
		return 0
	}
	colon := strings.Contains(r.before(k), ":")
	switch {
	case r.is(i, "la") && (r.is(i-1, "ten") || r.is(i-2, "ten") && r.is(i-1, "toi", "em", "chau", "minh", "day", "du", "that")):
	case r.is(i, "la") && r.is(i-1, "toi", "em", "chau", "minh", "con", "day", "t", "ten") && (r.sureName(k) || r.use(k, useTitle) && r.sureName(k+1)):
	case r.is(i, "ten") && r.is(i-1, "toi", "em", "chau", "minh", "con", "ho", "va", "gai", "trai", "nguoi", "ky", "ong", "ba", "anh", "chi", "vo", "chong", "hang", "xom", "hien", "khai", "dung", "chu", "nhan") &&
		!r.is(k, "la", "toi", "em", "va", "cua", "goi", "chau", "minh", "day") && (!r.is(k, "duong") || r.is(k+1, "thi", "van")) && (colon || r.p[k].upper || r.sureName(k)):
	case r.is(i, "ten") && colon && !r.is(i-1, "cong", "duong", "truong", "du"):
	case r.is(i, "ten") && r.p[k].upper && r.spaced(k) && r.use(k, useName) && (!r.use(i-1, usePlace) || r.is(i-1, "vuc", "hang", "quan", "tram")) && !r.is(i-1, "cua", "an", "web", "mang", "mem", "dung", "tau", "so", "san", "pham"):
	case r.is(i, "toi", "em", "chau", "minh") && (r.is(i-1, "ten") || r.is(i, "toi", "minh") && r.is(i-1, "la") && r.is(i-2, "ten")) && (colon || r.sureName(k)):
	case (r.is(i, "gui", "don", "anh", "nghi", "dien", "nai", "lam", "viet", "nop", "khai", "bao", "cao", "nhan", "ky", "nha", "ho", "khoan", "dat", "su") && colon) &&
		(r.is(i-1, "nguoi", "chu", "dai", "nguyen", "bi") || r.is(i-2, "nguoi", "chu") || r.is(i-3, "nguoi")):
	case r.is(i, "don", "nghi", "ky", "gui", "cao", "nai", "hai", "anh") && r.is(i-2, "nguoi") && !r.p[k].upper && r.lowerName(k) > k+1:
	case r.is(i, "gap") && r.p[k].upper && !r.p[k].caps && r.use(k, useGiven) && r.spaced(k) && (k+1 == len(r.p) || !r.spaced(k+1) || r.is(k+1, "qua", "theo", "o", "tai", "de", "khi", "va", "thi", "ma", "so", "sdt", "dt", "luc", "truoc", "sau", "noi")):
	case r.is(i, "du") && r.is(i-1, "day") && colon:
	case r.is(i, "the") && r.is(i-1, "chu"), r.is(i, "ten") && r.is(i-1, "dung", "mang", "ghi") && r.sureName(k):
	case r.is(i, "ctk"), r.is(i, "khoan") && r.is(i-2, "chu") && (r.sureName(k)):
	default:
		return 0
	}
	if len(r.before(k)) > 5 || strings.ContainsAny(r.before(k), ";!?") {
		return 0
	}
	if !r.p[k].upper && !r.sureName(k) && !r.use(k, useTitle) {
		return 0
	}
	return k
}

// sureName reports whether a name begins with a piece: a surname and another name, or a
// given name with a capital letter that hardly is another word.
func (r *reader) sureName(k int) bool {
	if k >= len(r.p) || r.p[k].digits {
		return false
	}
	if r.p[k].upper {
		return r.use(k, useName) && (r.use(k, useSurname|usePlainGiven) || r.use(k+1, useName) || r.use(k, useGiven)) && !r.use(k, useTitle)
	}
	return r.lowerName(k) > k
}

// name returns the last piece of the name that begins with a piece, else -1. After a
// title any word with a capital letter is a name.
func (r *reader) name(k int, titled bool) int {
	if k >= len(r.p) || r.p[k].digits || r.p[k].taken {
		return -1
	}
	if !r.p[k].upper {
		return r.lowerName(k)
	}
	if r.is(k, "viet") && r.is(k+1, "nam") {
		return -1
	}
	if r.use(k, useSurname) && k+1 < len(r.p) && !r.p[k+1].upper && r.spaced(k+1) {
		if end := r.lowerName(k); end > k {
			return end
		}
		if titled && r.is(k, "nguyen", "tran", "pham", "huynh", "hoang") && r.use(k+1, useGiven) {
			return k + 1
		}
	}
	if r.p[k].caps && r.p[k].end-r.p[k].start > 1 && (k+1 < len(r.p) && r.p[k+1].caps && !r.p[k+1].digits || k > 0 && r.p[k-1].caps) {
		return r.capsName(k)
	}
	if r.use(k, useOffice) && !r.use(k, useName) || !titled && !r.use(k, useName) || r.office2(k) {
		return -1
	}
	end := k
	for end+1 < len(r.p) && end-k+1 < maxNameWords {
		n := end + 1
		if r.p[n].digits || !r.p[n].upper || r.p[n].taken {
			break
		}
		if g := r.before(n); !r.spaced(n) && g != "'" && g != "’" && g != "-" {
			break
		}
		if (r.use(n, useOffice|useTitle) && !r.use(n, useName)) || r.office2(n) {
			if r.use(n, useTitle) && !r.use(n, useOffice) && end-k >= 2 && r.is(k+1, "thi", "van") && !r.p[n].caps { // Út Em
				end = n
			}
			break
		}
		end = n
	}
	return end
}

// office2 reports whether two words begin an office or agency: Chủ tịch, Công an.
func (r *reader) office2(k int) bool {
	if r.is(k+1, "van") && !r.is(k, "chanh", "pho") { // Trương Văn Ký
		return false
	}
	return (r.spaced(k+1) || r.is(k, "pct")) && r.is(k, "chu", "giam", "bi", "chi", "dang", "chanh", "truong", "pho", "ban", "cong", "tong", "can", "vien", "dai", "hoi", "phong", "uy", "thu", "canh", "thanh", "nhan", "so", "bo", "to", "doi", "khu", "pct", "tp") &&
		(r.is(k+1, "tich", "doc", "thu", "phong", "ban", "an", "giam", "truong", "chu", "cuc", "uy", "bo", "sat", "dong", "dan", "bieu", "tra", "tuong", "vien", "doi", "nhiem", "khoa", "pho", "ty", "xay", "hcm", "tai", "chinh", "quan", "y", "giao", "hanh", "khu", "thon", "nhanh", "doan", "van") ||
			r.is(k, "pct", "ubnd"))
}

// capsName is name where all is written in capital letters: names end where words are
// that no name has.
func (r *reader) capsName(k int) int {
	if !r.use(k, useName) {
		return -1
	}
	end := k
	for end+1 < len(r.p) && end-k+1 < maxNameWords && r.p[end+1].caps && !r.p[end+1].digits && r.spaced(end+1) && r.use(end+1, useName) && !r.p[end+1].taken && !r.office2(end+1) {
		if !r.use(k, useSurname) && end > k {
			break
		}
		end++
	}
	if end == k && (!r.use(k, useGiven) || r.p[k].plain && !r.use(k, usePlainGiven)) {
		return -1
	}
	return end
}

// lowerName is name where nobody writes capital letters: a surname with middle and given
// name, or a given name that is hardly ever another word.
func (r *reader) lowerName(k int) int {
	if k >= len(r.p) {
		return -1
	}
	next := func(n int, u wordUse) bool { return n < len(r.p) && r.spaced(n) && !r.p[n].upper && r.use(n, u) }
	if r.use(k, useSurname) && !(r.is(k, "ma", "the", "so") && r.is(k+1, "dinh")) { // mã định danh
		middle := r.is(k+1, "thi", "van", "duc", "huu", "quoc", "dinh", "xuan", "ngoc", "minh", "thanh", "kim", "hong", "thu", "hoang", "gia", "tuan", "manh", "trong", "quang", "bao", "duy", "anh", "cong", "bich", "my", "phuong", "hoai", "nhu", "khanh", "dang", "viet", "ba", "thuy")
		if middle && next(k+1, useMiddle) && next(k+2, useGiven) {
			if next(k+3, useGiven) && !r.is(k+1, "van") && r.use(k+2, useMiddle) && !r.is(k+3, "o", "la", "va", "dang", "sinh", "bi", "bay", "thu", "di", "tai", "vi", "hai", "ba", "nam", "dan", "chi", "y") {
				return k + 3
			}
			return k + 2
		}
		if r.is(k, "nguyen", "tran", "pham", "huynh", "hoang", "trinh", "bui", "phan", "le", "ngo", "dinh", "duong", "ly", "luong") && next(k+1, usePlainGiven) {
			return k + 1
		}
	}
	if r.is(k-1, "ten") && r.use(k, useMiddle|useSurname) && next(k+1, useGiven) && !r.use(k+1, useOffice) {
		return k + 1
	}
	if r.is(k-1, "ong", "ba", "anh", "chi", "co", "chu", "bac") && r.p[k-1].plain && r.p[k].plain && r.use(k-1, useTitle) &&
		r.is(k, "nguyen", "tran", "pham", "huynh", "hoang", "trinh", "bui", "phan", "le", "ngo", "vo", "vu", "dang", "do") && next(k+1, useGiven) && r.p[k+1].plain {
		return k + 1
	}
	if r.use(k, usePlainGiven) && !r.p[k].upper {
		return k
	}
	return -1
}

// titled marks the name after the title at i.
func (r *reader) titled(i int) {
	k := i + 1
	if k >= len(r.p) || r.p[k].taken {
		return
	}
	if g := r.before(k); !r.spaced(k) && g != "/" && g != ": " && g != "." && g != ". " {
		return
	}
	if !r.spaced(k) && !r.use(k, useTitle) && r.before(k) != ": " {
		return
	}
	named := r.p[k].upper && r.use(k, useSurname) && r.use(k+1, useMiddle) && r.use(k+2, useGiven) || r.is(i, "ong", "ba", "anh", "chi") && !r.p[k].upper && r.lowerName(k) > k+1 // "ÔNG CHU VĂN AN"
	if r.use(k, useTitle) && !(r.p[k].upper && !r.p[i].upper) && !named {                                                                                                         // "ông bà", "anh chị Hoa"
		return
	}
	if slices.Contains(strings.Fields(notNames[r.p[i].fold]), r.p[k].fold) && !r.nameAfterAll(k) && !named {
		return
	}
	capital := r.p[i].upper && !(r.p[i].caps && r.p[i].end-r.p[i].start > 2)
	if capital && i > 0 && r.p[i-1].upper && r.spaced(i) || capital && !r.ended(i) && !r.is(i, "ong", "ba", "anh", "chi") ||
		r.p[i].plain && r.is(i, "ban", "cau", "mo", "bo", "me", "thim", "duong", "thang", "lao", "mu", "ga", "ma") && plainWords[r.p[i].fold]&useTitle == 0 {
		return
	}
	if r.is(i, "ong", "anh", "chu") && r.p[i].plain && !r.p[k].upper && r.use(i, useTitle) && r.is(k, "hai", "ba", "tu", "sau", "bay", "tam", "chin", "muoi", "ut") && (r.is(i, "ong") || r.is(k, "ut")) {
		r.mark(MarkName, k, k) // by the order of birth
		return
	}
	if r.p[i].upper && r.use(i-1, usePlace) && r.spaced(i) && !r.is(i-1, "nha", "quan", "tiem", "hang", "an") || r.is(i, "ba") && r.is(i-1, "hai", "nga", "thu", "lan") {
		return
	}
	end := r.name(k, !r.p[i].caps || !r.p[k].caps || r.p[i].end-r.p[i].start < 2)
	if end < 0 || !r.free(k, end) {
		return
	}
	if !r.p[k].upper && end == k && (!r.is(i, "ong", "ba", "chi", "anh", "bac", "em", "chu", "co", "thay", "chau") || !r.lowerTitle(i, k)) {
		return
	}
	r.mark(MarkName, k, end)
	r.others(end)
}

// nameAfterAll reports whether a word that with the title before it often is another word
// is a name here, as its capital letter shows.
func (r *reader) nameAfterAll(k int) bool {
	return r.p[k].upper && (!r.p[k].caps || !r.p[k-1].caps) &&
		(!r.p[k-1].upper || !slices.Contains(strings.Fields(placesOfTitles[r.p[k-1].fold]), r.p[k].fold))
}

// lowerTitle reports whether a title and a name that both have small letters are no other
// two words.
func (r *reader) lowerTitle(i, k int) bool {
	if !r.p[i].plain || !r.p[k].plain {
		return true
	}
	if r.is(i, "em", "chau") {
		return r.is(k, "linh", "lan", "nga", "tuan", "hung", "quynh", "nhi", "vy", "duy", "khoi", "trinh", "huyen")
	}
	if r.is(i, "co", "chu", "thay") {
		return r.is(k, "lan", "nga", "tuan", "hung", "hanh", "oanh", "yen", "tuyet", "quynh", "trinh", "huyen", "cuong", "dung", "hue", "loan") && r.is(i, "chu", "co") && r.is(k, "lan", "nga", "tuan", "hung", "oanh", "quynh", "cuong", "hue", "tuyet", "hanh")
	}
	return true
}

// fullName marks a name with surname, without a title, where something shows that it is
// one of a person.
func (r *reader) fullName(i int) {
	if i > 0 && r.p[i-1].upper && r.spaced(i) && !r.p[i-1].taken && !r.use(i-1, useTitle) && !r.p[i-1].caps && !(r.ended(i-1) && r.use(i-1, useRole)) {
		return
	}
	end := r.name(i, false)
	if end <= i || end-i > 4 || !r.free(i, end) {
		return
	}
	for k := i + 1; k <= end; k++ {
		if !r.use(k, useName) && !(r.is(k-1, "van", "thi") && k == end) {
			return
		}
	}
	if i > 0 && r.use(i-1, usePlace) && r.spaced(i) && !r.is(i-1, "ho", "nhan", "dan", "ong", "ba", "co", "can", "xa") {
		return
	}
	if r.is(i-1, "ba", "tu", "nam") && r.is(i-2, "nga") {
		return
	}
	woman := r.is(i+1, "thi") && end >= i+2 && !r.streetOf(i, end) && !r.famous(i, end)
	if woman || r.role(i) || r.signature(i, end) || r.owns(i, end) || r.wholeName(i, end) {
		r.mark(MarkName, i, end)
		r.others(end)
	}
}

// streetOf reports whether a name is one that streets and schools have.
func (r *reader) streetOf(i, end int) bool {
	return r.is(i, "nguyen") && r.is(i+1, "thi") && (r.is(i+2, "minh") && r.is(i+3, "khai") || r.is(i+2, "dinh", "thap", "duoc", "tu", "luu", "dieu", "nho", "sau", "thi", "ranh", "soc", "kieu", "tan", "dang", "bup")) ||
		r.is(i+1, "thi") && (r.is(i+2, "rieng", "sau", "hong", "nghi", "buu", "ky", "lieng", "bach", "trang", "tu", "chot")) && end <= i+3
}

// role reports whether the words before a piece say whose name follows: vợ tôi là,
// bệnh nhân, hộ.
func (r *reader) role(i int) bool {
	k := i - 1
	for k >= 0 && k > i-4 && r.is(k, "la", "toi", "ten", "em", "minh", "chau") && !r.ended(k+1) {
		k--
	}
	if k < 0 || r.ended(k+1) || len(r.before(k+1)) > 2 || !r.p[k].plain && !r.use(k, useRole) {
		return false
	}
	if strings.Contains(r.before(i), ",") {
		return false
	}
	switch {
	case r.is(k, "dan"):
		return r.is(k-1, "cong", "nguoi")
	case r.is(k, "nhan"):
		return r.is(k-1, "benh", "nan", "tu", "doanh", "ca", "pham")
	case r.is(k, "sinh"):
		return r.is(k-1, "hoc", "thi")
	case r.is(k, "vien"):
		return r.is(k-1, "sinh", "nhan", "giao", "dang", "doan") && !r.is(k-1, "hoc")
	case r.is(k, "dinh"):
		return r.is(k-1, "gia")
	case r.is(k, "si"):
		return r.is(k-1, "bac", "ca", "chien", "nghe", "liet") && r.is(k-1, "bac", "chien")
	case r.is(k, "te", "tai"):
		return false
	case r.is(k, "xe"):
		return r.is(k-1, "lai", "chu", "tai")
	case r.is(k, "xom"):
		return r.is(k-1, "hang")
	case r.is(k, "don"):
		return r.is(k-1, "nguyen", "bi", "lam", "dung")
	case r.is(k, "chu"):
		return !r.is(i, "tich")
	case r.is(k, "cua"):
		return r.is(k-1, "ten", "nha", "dat", "con", "danh", "me", "don", "so", "xe", "khoan", "dt", "thoai", "sdt", "mat")
	case r.is(k, "bo", "do", "gui", "voi", "gap", "ong", "ba", "co"):
		return r.is(k, "do") && r.is(i+1, "van", "thi")
	}
	return r.use(k, useRole)
}

// signature reports whether a name stands where letters are signed: on a line of its own
// or after the closing words, with nothing but numbers and addresses after it.
func (r *reader) signature(i, end int) bool {
	after := r.before(end + 1)
	last := end+1 >= len(r.p)
	if !last && !strings.Contains(after, "\n") && !r.number(end+1) && !strings.Contains(after, "(") && !r.is(end+1, "sdt", "dt", "sn", "dia", "so", "cccd", "kinh", "ky") && !strings.Contains(after, ",") && !strings.Contains(after, ".") && !strings.Contains(after, "-") {
		return false
	}
	if i == 0 {
		return false
	}
	g := r.before(i)
	closing := r.is(i-1, "trong", "on", "thu", "ten", "chao", "don", "thanh", "kinh", "ky", "ai", "gui", "viet", "lam", "tro", "nhe", "a")
	switch {
	case strings.Contains(g, "\n"):
		return last || strings.Contains(after, "\n") || r.number(end+1) || closing
	case closing && !r.spaced(i):
		return true
	case r.is(i-1, "ten") && r.is(i-2, "ky"):
		return true
	}
	return last && strings.ContainsAny(g, ".!-–—") && end-i >= 1 && !r.streetOf(i, end) && r.p[len(r.p)-1].start == r.p[end].start
}

// lastWords marks what stands at the end of a letter after its closing words and is
// written as a name, though it has no surname that is known: Y Blơm Niê.
func (r *reader) lastWords() {
	end := len(r.p) - 1
	i := end
	for i > 0 && end-i < 4 && r.p[i].upper && !r.p[i].digits && !r.p[i].taken && r.spaced(i) && r.p[i-1].upper && !r.ended(i) {
		i--
	}
	if i <= 0 || i == end || end-i > 4 || !r.free(i, end) || !r.p[i].upper || r.p[i].caps && r.p[end].caps || r.use(i, useOffice|usePlace) && !r.use(i, useName) {
		return
	}
	if !r.spaced(i) && r.is(i-1, "on", "trong", "thu", "don", "chao", "ky", "gui") {
		r.mark(MarkName, i, end)
	}
}

// owns reports whether what only a person has follows a name: a number of a card, a day
// of birth, a phone.
func (r *reader) owns(i, end int) bool {
	k := end + 1
	for n := 0; n < 4 && k < len(r.p) && !r.p[k].taken; n++ {
		if strings.ContainsAny(r.before(k), ".;!?\n") {
			return false
		}
		if !r.is(k, "sdt", "dt", "so", "dien", "thoai", "cccd", "cmnd", "sinh", "nam", "ngay", "cmt", "stk", "zalo", "can", "cuoc", "tai", "khoan", "dang") {
			return false
		}
		k++
	}
	if k >= len(r.p) || !r.p[k].taken || strings.ContainsAny(r.before(k), ";!?") || strings.Contains(r.before(k), ". ") {
		return false
	}
	switch r.markedAs(k) {
	case MarkPhone, MarkID, MarkBirth, MarkAccount, MarkEmail, MarkPassport:
		return true
	}
	return false
}

// sameNames marks names of several words again wherever else they stand, however they are
// written.
func (r *reader) sameNames() {
	var known [][]string
	for _, m := range r.marks {
		if m.Kind == MarkName {
			w := r.foldsIn(m.Span)
			if len(w) >= 2 && len(w[0]) > 1 && !slices.ContainsFunc(known, func(k []string) bool { return slices.Equal(k, w) }) {
				known = append(known, w)
			}
		}
	}
	for _, w := range known {
		r.everywhere(MarkName, w)
	}
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
