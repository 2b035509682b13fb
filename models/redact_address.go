package models

import "strings"

// addresses marks addresses that have the number of a house or flat, from the number (or
// the words that announce it) to the street. An alley, street or ward alone is a place.
func (r *reader) addresses() {
	for i := range r.p {
		if r.p[i].taken {
			continue
		}
		start, k, sure := r.houseSaid(i)
		if k < 0 {
			if !r.p[i].digits && !r.lane(i) || r.is(i-1, "so") || i > 0 && r.lane(i-1) {
				continue
			}
			start, k = i, i
			if i > 0 && r.before(i) == "" && r.flat(i-1) { // LK5-12
				start, k = i-1, i-1
			}
		}
		j := r.houseNumber(k)
		if j < 0 || !r.free(start, j) {
			continue
		}
		end := r.street(j)
		if !sure && (end == j || !r.isHouse(start, k, j)) {
			continue
		}
		r.mark(MarkAddress, r.hamletBefore(start), end)
	}
}

// hamletBefore returns where an address begins whose hamlet, alley or group stands before
// the number of the house: "tổ 4, số 21", "ngõ 12 nhà số 3".
func (r *reader) hamletBefore(start int) int {
	if r.is(start-1, "tro") && r.is(start-2, "nha") && r.free(start-2, start-1) {
		start -= 2
	}
	for start >= 2 && r.is(start-2, "to", "xom", "thon", "ap", "khoi", "ngo", "hem", "ngach", "kiet", "khu", "phong", "doi") && r.houseEnd(start-1) && r.free(start-2, start-1) &&
		(r.before(start) == ", " || r.before(start) == " ") && r.spaced(start-1) {
		start -= 2
	}
	return start
}

// houseEnd reports whether a piece is a short number or the name of a hamlet.
func (r *reader) houseEnd(i int) bool {
	return r.number(i) && len(r.p[i].fold) <= 3 || r.p[i].upper && r.is(i-1, "thon", "ap", "xom")
}

// houseSaid returns, for words that announce the number of a house, the piece that the
// address begins with and that of the number; number is -1 when the piece at i announces
// none. It is sure when no street has to follow.
func (r *reader) houseSaid(i int) (start, number int, sure bool) {
	n := i + 1
	skip := func(k int) int { // what may stand before the number
		for r.is(k, "so", "la", "cua", "toi", "em", "ho", "minh", "chau", "gia", "dinh", "ma") && !r.ended(k) && k < n+4 {
			k++
		}
		return k
	}
	switch {
	case r.is(i, "nha") && r.is(i-1, "so") && r.spaced(i):
		if k := skip(n); r.houseStart(k) {
			return i - 1, k, true
		}
	case r.is(i, "nha") && !r.is(i-1, "so"):
		k := skip(n)
		if r.number(k) && r.is(k-1, "so") && len(r.before(k)) <= 3 {
			return i, k, true
		}
	case r.is(i, "sn", "snha") && r.houseStart(n) && len(r.before(n)) <= 3:
		if !(r.year(n) && r.before(n+1) != "/") && !r.parts(n, 3) {
			return i, n, true
		}
	case r.is(i, "ho") && r.is(i-1, "can", "nha") && r.houseStart(skip(n)):
		return i - 1, skip(n), !r.counted(i - 1)
	case r.is(i, "can") && (r.is(n, "so") && r.number(n+1) || r.number(n) && (len(r.p[n].fold) >= 3 || r.number(n+1) && r.before(n+1) == ".") || r.flat(n)) && r.spaced(n):
		return i, skip(n), true
	case r.is(i, "phong", "p", "room", "can") && r.houseStart(skip(n)) && len(r.before(skip(n))) <= 1 && r.nearFlats(skip(n)):
		return i, skip(n), true
	case r.is(i, "lo") && r.houseStart(n) && r.spaced(n):
		j := r.houseNumber(n)
		return i, n, j >= 0 && (r.flat(n) && r.is(j+1, "khu", "kdc", "kdt", "kcn", "duong", "cum") || r.is(j+1, "duong", "khu", "kdc", "kdt") && r.street(j) > j) && !r.office(i)
	case r.flat(i) && r.is(i+2, "lo", "toa", "block") && r.number(i+3):
		return i, i, true
	case r.is(i, "chi", "dc", "dchi") && (r.is(i-1, "dia") || r.is(i, "dc", "dchi")):
		k := skip(n)
		if r.number(k) && len(r.before(k)) <= 4 && len(r.p[k].fold) < 5 && !r.office(i) {
			j, start := r.houseNumber(k), k
			if r.is(k-1, "so") {
				start--
			}
			return start, k, j >= 0 && !r.parts(k, 3) && (r.street(j) > j || j > k)
		}
	case r.is(i, "so") && r.number(n) && len(r.before(n)) <= 2 && !r.numbered(i):
		group := i >= 2 && r.number(i-1) && r.is(i-2, "to", "xom", "thon", "ap", "khoi") && r.before(i) == ", "
		return i, n, r.inHamlet(i, n) || group && !r.office(i)
	}
	return 0, -1, false
}

// flat reports whether letters and digits at a piece look like the number of a flat: A12.
func (r *reader) flat(i int) bool {
	return i+1 < len(r.p) && !r.p[i].digits && (r.p[i].caps || r.is(i, "k")) && len(r.p[i].fold) <= 2 && r.number(i+1) && r.apart(i+1, "-", ".")
}

func (r *reader) houseStart(i int) bool { return r.number(i) || r.flat(i) }

// lane reports whether a piece and the number after it are a house in a lane as they are
// written in Đà Nẵng and Huế: K45/12.
func (r *reader) lane(i int) bool {
	return r.is(i, "k", "h") && r.number(i+1) && r.before(i+1) == "" && r.number(i+2) && r.before(i+2) == "/"
}

// nearFlats reports whether words after a number, or before it, speak of a house of flats.
func (r *reader) nearFlats(i int) bool {
	for k := max(i-7, 0); k < len(r.p) && k < i+9; k++ {
		if r.is(k, "cu") && r.is(k-1, "chung") || r.is(k, "toa", "ccu", "block") || r.is(k, "the") && r.is(k-1, "tap") || r.is(k, "tro") && r.is(k-1, "nha") {
			return true
		}
	}
	return false
}

// numbered reports whether the "số" at i is the number of something else than a house.
func (r *reader) numbered(i int) bool {
	if r.is(i-1, "xom") && r.is(i-2, "hang") {
		return false
	}
	if r.is(i-1, "tru") && r.lower(i-1) == "trú" {
		return false
	}
	if r.is(i-1, "dat") && r.is(i-2, "thua", "manh") {
		return true
	}
	return r.is(i-1, "buyt", "tuyen", "xe", "cong", "doi", "to", "kenh", "thang", "bien", "ma", "phong", "quay", "cau", "tram", "mau", "ho", "van", "don", "quyet",
		"nghi", "thau", "bao", "cot", "tru", "truong", "hoc", "non", "dan", "luat", "an", "ban", "khu", "thon", "xom", "ap", "khoan", "lo", "phieu", "duong", "ngo",
		"hem", "kiet", "ngach", "quan", "phuong", "khoi", "pho", "cay", "goi", "hieu", "lop", "be", "ga", "bai", "cang", "cu", "kiosk", "toa", "tang", "may") && !(r.is(i-1, "tru") && r.is(i-2, "hien", "thuong", "tam", "cu", "dang", "noi", "ngu")) ||
		r.is(i-1, "dien") && !r.is(i-2, "doi")
}

// inHamlet reports whether a house whose number stands at n is one of a hamlet or group:
// số 12, tổ 5; số 7 thôn Đông.
func (r *reader) inHamlet(i, n int) bool {
	j := r.houseNumber(n)
	return j >= 0 && r.is(j+1, "to", "thon", "xom", "ap", "khoi", "khu", "ngo", "hem", "ngach", "kiet", "doi", "ban", "buon") && len(r.before(j+1)) <= 2 &&
		(r.number(j+2) || j+2 < len(r.p) && r.p[j+2].upper || r.is(j+2, "pho", "dan")) && !r.office(i)
}

// houseNumber returns the last piece of the number of a house that begins with a piece:
// 12, 12A, 12/5/3B, A12-05; -1 when it is no such number.
func (r *reader) houseNumber(i int) int {
	if r.flat(i) {
		j := i + 1
		for j+1 < len(r.p) && (r.number(j+1) && r.apart(j+1, "-", ".", "/") && r.before(j+1) != "" || r.before(j+1) == "" && len(r.p[j+1].fold) == 1) {
			j++
		}
		return j
	}
	if !r.number(i) || len(r.p[i].fold) > 4 || i > 0 && (r.before(i) == "/" && !r.is(i-1, "sn") || r.before(i) == "," || r.before(i) == "." && r.number(i-1)) {
		return -1
	}
	j := i
	for j+1 < len(r.p) {
		g := r.before(j + 1)
		next := &r.p[j+1]
		switch {
		case g == "" && !next.digits && len(next.fold) == 1 && r.p[j].digits, (g == "" || g == " ") && (next.fold == "bis" || next.fold == "ter"):
		case g == "/" && next.digits && len(next.fold) <= 4:
		case g == "/" && !next.digits && len(next.fold) == 1 && r.number(j+2) && r.before(j+2) == "":
		case g == "-" && next.digits && len(next.fold) <= 4 && j == i:
		case g == "." && next.digits && len(next.fold) == 2 && j == i && r.is(i-1, "can", "ho", "phong", "toa"):
		case g == "" && next.digits:
		default:
			if g == "/" || (g == "." || g == ",") && next.digits || g == "" && !next.digits {
				return -1 // the number of a document, a decimal fraction, 12m
			}
			return j
		}
		j++
	}
	return j
}

// street returns the last piece of the alleys and street that follow a house number; the
// number's last piece when none does.
func (r *reader) street(j int) int {
	for n := 0; n < 6; n++ {
		k := j + 1
		if k >= len(r.p) || r.p[k].taken {
			return j
		}
		g := strings.Trim(r.before(k), " ")
		if g != "" && g != "," && g != "-" && g != "(" || len(r.before(k)) > 4 {
			return j
		}
		switch {
		case r.is(k, "ngo", "ngach", "hem", "kiet", "to", "lo", "tang", "toa", "block", "thon", "xom", "ap", "khoi") && r.houseStart(k+1) && r.spaced(k+1):
			if end := r.houseNumber(k + 1); end >= 0 {
				j = end
				if r.is(k, "toa", "block") && r.spaced(j+1) && !r.use(j+1, useOffice) {
					j = max(j, r.placeName(j+1)) // the name of the estate
				}
				continue
			}
			return j
		case r.is(k, "duong", "pho", "d", "dg") && k+1 < len(r.p) && (r.spaced(k+1) || r.before(k+1) == "."):
			end := r.placeName(k + 1)
			if end < 0 && r.number(k+1) && r.spaced(k+1) { // đường số 7, đường 30/4
				end = r.houseNumber(k + 1)
			}
			if end < 0 && r.p[k].plain && r.spaced(k+1) && !r.number(k+1) && !r.spaced(k+2) { // "duong lang,"
				end = k + 1
			}
			if end < 0 && r.is(k+1, "so", "tinh") && r.number(k+2) {
				end = k + 2
			}
			if end < 0 {
				return j
			}
			return end
		case r.is(k, "ngo", "hem", "thon", "xom", "ap", "ban", "khu", "to", "chung", "tap", "toa") && r.spaced(k) || r.is(k, "chung", "toa", "thon", "xom", "ap", "khu"):
			at := k + 1
			for r.is(at, "cu", "the", "nha", "pho", "dan", "do", "thi", "so", "van") && at < k+4 {
				at++
			}
			end := r.placeName(at)
			if end < 0 && r.houseStart(at) {
				end = r.houseNumber(at)
			}
			if end < 0 && r.is(at-1, "cu") && at+1 < len(r.p) && r.p[at].plain && r.use(at, useName) && r.use(at+1, useName) && r.spaced(at+1) {
				end = at + 1
			}
			if end < 0 {
				return j
			}
			if r.number(end+1) && len(r.p[end+1].fold) == 1 && r.spaced(end+1) && !r.number(end) { // ngõ Văn Chương 2
				end++
			}
			j = end
		case g == "" || n > 0 || g == ",":
			end := r.streetName(k)
			if end < 0 || g == "," && n == 0 {
				return j
			}
			return end
		default:
			return j
		}
	}
	return j
}

// placeName returns the last piece of the name of a street or place that begins with a
// piece: words with capital letters or, where nobody writes them, one or two words.
func (r *reader) placeName(k int) int {
	end := -1
	for n := 0; n < 4 && k < len(r.p) && !r.p[k].taken && (n == 0 && len(r.before(k)) <= 2 || n > 0 && r.spaced(k)); n++ {
		if r.p[k].digits || !r.p[k].upper || n > 0 && r.is(k, "phuong", "quan", "xa", "huyen", "tp", "p", "q", "thanh", "tinh") && !r.is(k-1, "hai") &&
			!(r.is(k, "quan", "phuong", "thanh") && (k+1 == len(r.p) || !r.spaced(k+1))) {
			break
		}
		end = k
		k++
	}
	if end >= 0 && r.number(end+1) && r.before(end+1) == "" {
		end++ // CT3
	}
	if end < 0 && r.spaced(k+1) && r.famous(k, k+1) && !r.famous(k, k+2) {
		return k + 1
	}
	if end < 0 && k+1 < len(r.p) && r.use(k, useSurname) && r.use(k+1, useName) && r.spaced(k+1) {
		end = k + 1
		if r.spaced(k+2) && r.famous(k, k+2) {
			return k + 2
		}
		if r.use(k+2, useGiven) && r.spaced(k+2) && r.use(k+1, useMiddle) && r.is(k+1, "van", "thi", "duc", "quoc", "trong", "huu", "dinh", "cong") {
			end = k + 2
		}
	}
	return end
}

// streetStarts are first words of names of streets that are no surnames.
func (r *reader) streetStart(k int) bool {
	return r.use(k, useSurname) || r.is(k, "hai", "quang", "hung", "lang", "cau", "kim", "giai", "dien", "cach", "truong", "ton", "an", "hang", "ba", "thai", "tran", "le", "ly", "quoc", "xo", "nam", "bach",
		"xa", "tay", "doi", "minh", "lac", "trung", "van", "phuc", "ngoc", "thanh", "hoa", "au", "pasteur", "yersin", "alexandre", "cong", "dong", "thuy", "tam", "yen", "khuong", "thong", "hong", "tan",
		"binh", "long", "phu", "vinh", "lien", "30", "nghi", "nui", "su", "ong", "co", "cay", "linh", "my", "ho", "lo")
}

// streetName is placeName for a street whose name follows the number at once.
func (r *reader) streetName(k int) int {
	if r.p[k].digits || !r.streetStart(k) {
		return -1
	}
	if r.p[k].upper {
		end := r.placeName(k)
		if end > k || end == k && r.is(k, "pasteur", "yersin") {
			return end
		}
		return -1
	}
	if !r.is(k, "nguyen", "tran", "le", "ly", "phan", "hai", "ngo", "vo", "hoang", "quang", "pham", "dinh", "hung", "ton", "lang", "cach", "truong", "bui", "dien", "kim", "giai") {
		return -1
	}
	if r.is(k, "hai", "quang", "hung", "lang", "cach", "truong", "dien", "kim", "giai") && !r.is(k+1, "ba", "trung", "vuong", "ha", "mang", "chinh", "bien", "ma", "phong", "dinh") || k+1 >= len(r.p) || !r.spaced(k+1) {
		return -1
	}
	if end := r.placeName(k); end > 0 {
		return end
	}
	return k + 1
}

// counted reports whether the number that the piece at i begins or stands before is one
// that counts or orders.
func (r *reader) counted(i int) bool { return r.use(i-1, useCounted) || r.number(i-1) }

// isHouse reports whether a number before a street is that of a house: not a date, a
// clause of a law, a lesson, and not the address of an agency or company.
func (r *reader) isHouse(start, k, j int) bool {
	if r.office(start) {
		return false
	}
	if start < k || r.lane(k) || r.flat(k) && r.p[k].caps {
		return true // "số"
	}
	if r.is(j+1, "to", "lo", "tang", "toa", "block", "thon", "xom", "ap", "khoi", "khu", "ban", "chung") && j == k && !r.use(start-1, useWhere) {
		return false
	}
	complex := j > k
	if start == 0 || strings.ContainsAny(r.before(start), ":,(\n.;-") {
		return complex || !r.is(j+1, "duong", "pho", "ngo", "hem") || len(r.p[k].fold) > 1 || start == 0
	}
	if r.use(start-1, useWhere) && !r.use(start-1, useCounted) || r.is(start-1, "truoc", "sau", "gan") || r.is(start-1, "chi") && r.is(start-2, "dia") || r.is(start-1, "toi", "em") && r.is(start-2, "nha") {
		return true
	}
	return complex && !r.use(start-1, useCounted) && !r.use(start-1, useStreet)
}

// office reports whether the words before a piece, in the same clause, speak of an
// agency, a school, a company, a shop.
func (r *reader) office(i int) bool {
	for k := i - 1; k >= 0 && k > i-12; k-- {
		if k+1 < i && strings.ContainsAny(r.before(k+1), ";!?\n") || strings.Contains(r.before(k+1), ". ") && !r.is(k, "tp", "q", "p") {
			return false
		}
		if r.is(k, "toi", "nha", "ngu", "tru") && !(r.is(k+1, "so") && !r.number(k+2)) && !r.is(k+1, "van", "nuoc") || r.is(k, "ong", "ba", "chi", "anh", "em", "gia", "canh", "truoc", "doi", "ho", "gan", "ben") {
			if !(r.is(k, "chi") && r.is(k-1, "dia")) && !(r.is(k, "nha") && r.is(k+1, "thuoc", "hat", "van")) && !r.is(k+1, "chuc") {
				return false
			}
		}
		if r.is(k, "ubnd", "hdnd", "uy", "pccc", "thcs", "thpt") || r.is(k, "so") && r.is(k-1, "tru", "co") && r.is(k+1, "tai", "o", "so", "chinh", "cong") || r.is(k, "ty") && r.is(k-1, "cong") || r.is(k, "dien") && r.is(k-1, "buu") ||
			r.is(k, "vien") && r.is(k-1, "benh", "thu") || r.is(k, "tam") && r.is(k-1, "trung") || r.is(k, "an") && r.is(k-1, "cong") || r.is(k, "cua") && r.is(k-1, "mot") ||
			r.is(k, "so") && r.is(k-1, "tru") || r.is(k, "cuc") && r.is(k-1, "chi") || r.is(k, "hang") && r.is(k-1, "ngan", "cua") || r.is(k, "ly") && r.is(k-1, "dai") || r.is(k, "phong") && r.is(k-1, "van") || r.is(k, "kham") && r.is(k-1, "phong") || r.is(k, "san") && r.is(k-1, "khach") || r.is(k, "thi") && r.is(k-1, "sieu") || r.is(k, "bac") && r.is(k-1, "kho") || r.is(k, "quan") && r.is(k-1, "co") ||
			r.is(k, "dan") && r.is(k-1, "cong") && r.is(k-2, "tiep") || r.is(k, "truong") && r.p[k].upper || r.is(k, "hoc") && r.is(k-1, "tieu") || r.is(k, "cty") {
			return true
		}
	}
	return false
}
