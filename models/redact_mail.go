package models

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mails marks addresses of mail, also written in words, and accounts in social networks.
func (r *reader) mails() {
	for i := range r.p {
		if !r.p[i].taken {
			r.plainMail(i)
		}
		if !r.p[i].taken {
			r.spokenMail(i)
		}
		if !r.p[i].taken {
			r.network(i)
		}
	}
}

// inMail reports whether a gap may stand inside one part of an address.
func inMail(g string) bool {
	return g == "" || g == "." || g == "_" || g == "-" || g == "+" || g == "%" || g == "__" || g == "'" || g == "#"
}

// mailProviders are domains that people name without their end.
func (r *reader) provider(i int) bool {
	return r.is(i, "gmail", "yahoo", "hotmail", "outlook", "icloud", "protonmail", "zohomail")
}

// plainMail marks an address whose @ stands before a piece.
func (r *reader) plainMail(i int) {
	if i == 0 || strings.Count(r.before(i), "@") != 1 {
		return
	}
	g := r.before(i)
	left, right, _ := strings.Cut(g, "@")
	if strings.Trim(left, " .") != "" || strings.Trim(right, " ") != "" || len(g) > 4 {
		return
	}
	j, dots := r.domain(i)
	if dots == 0 && !r.provider(i) || g != "@" && dots == 0 {
		return
	}
	r.markMail(i-1, j)
}

// domain returns the last piece of a domain that begins with a piece, and how many dots
// it has.
func (r *reader) domain(i int) (last, dots int) {
	last = i
	for k := i; k+1 < len(r.p); {
		switch g := r.before(k + 1); {
		case g == "" || g == "-":
			k++
		case g == ".", strings.Trim(g, " ") == "." && strings.HasPrefix(g, " ") && r.domainEnd(k+1):
			k++
			dots++
		case r.dotWord(k+1) && k+2 < len(r.p) && (r.domainEnd(k+2) || strings.ContainsAny(g, "([{")), strings.Trim(g, " ([{") == "" && r.is(k+1, "com") && k == i && r.provider(i):
			if r.is(k+1, "com") && k == i && r.provider(i) && !r.dotWord(k+1) {
				k++
			} else {
				k += 2
			}
			dots++
		case r.spaced(k+1) && r.is(k+1, "vn") && r.is(k, "com", "edu", "gov"):
			k++
		default:
			return last, dots
		}
		last = k
	}
	return last, dots
}

// dotWord reports whether a piece is a word for the dot of an address.
func (r *reader) dotWord(i int) bool { return r.is(i, "cham", "dot") && len(r.before(i)) <= 3 }

func (r *reader) domainEnd(i int) bool {
	return r.is(i, "com", "vn", "net", "org", "edu", "gov", "info", "co", "me", "gmail", "yahoo")
}

// spokenMail marks an address whose @ is the word at a piece: a còng, (at).
func (r *reader) spokenMail(i int) {
	j := i
	switch {
	case r.is(i, "acong", "amoc"):
	case r.is(i, "a") && r.is(i+1, "cong", "moc", "vong", "khoanh") && len(r.before(i+1)) <= 2:
		j++
	case r.is(i, "at", "a") && i > 0 && i+1 < len(r.p) && strings.ContainsAny(r.before(i), "([{<") && strings.ContainsAny(r.before(i+1), ")]}>"):
	case r.is(i, "at") && r.spaced(i) && r.spaced(i+1):
	default:
		return
	}
	if i == 0 || j+1 >= len(r.p) || len(r.before(i)) > 4 || len(r.before(j+1)) > 4 || strings.Contains(r.before(i), "\n") {
		return
	}
	last, dots := r.domain(j + 1)
	if dots == 0 && !r.provider(j+1) {
		return
	}
	r.markMail(i-1, last)
}

// markMail marks an address from the last piece of its first part to its last piece.
func (r *reader) markMail(left, last int) {
	first, spoken := left, r.before(left+1) != "@"
	for first > 0 && !r.p[first-1].taken {
		if g := r.before(first); inMail(g) || g == " . " && first == left && !r.p[first-1].upper {
			first--
		} else if first > 1 && r.dotWord(first-1) && strings.Trim(r.before(first), " )]") == "" && !r.p[first-2].taken {
			first -= 2
		} else if first > 2 && r.is(first-1, "duoi", "ngang", "noi") && r.is(first-2, "gach") && r.spaced(first) {
			first -= 3
		} else if a, ok := r.atom(first); ok && spoken && r.spaced(first) && len(a.value) < 5 && !r.dotWord(first) { // hoa chín tám a còng
			first--
		} else {
			break
		}
	}
	start := r.p[first].start
	for start > 0 && strings.IndexByte("._%+-", r.text[start-1]) >= 0 {
		start--
	}
	r.markBytes(MarkEmail, first, last, start, r.p[last].end)
}

// network marks a link to an account in a social network, or the name of the account
// after the name of the network.
func (r *reader) network(i int) {
	if !r.is(i, "facebook", "fb", "zalo", "tiktok", "instagram", "insta", "t", "m", "youtube", "twitter", "threads", "telegram", "tele", "nick", "messenger", "face") {
		return
	}
	if i+1 < len(r.p) && r.before(i+1) == "." && r.is(i+1, "com", "me", "net", "vn") {
		rest := r.text[r.p[i+1].end:]
		if !strings.HasPrefix(rest, "/") || len(rest) < 2 {
			return
		}
		start := strings.LastIndexFunc(r.text[:r.p[i].start], edge) + 1
		if start > 0 {
			_, n := utf8.DecodeRuneInString(r.text[start-1:])
			start += n - 1
		}
		end := r.p[i+1].end + len(rest)
		if n := strings.IndexFunc(rest, edge); n >= 0 {
			end = r.p[i+1].end + n
		}
		end = len(strings.TrimRight(r.text[:end], ".,;:!?"))
		r.markRun(MarkSocial, start, end)
		return
	}
	if r.is(i, "t", "m", "face", "tele", "youtube") && !r.is(i, "face", "tele") {
		return
	}
	r.handle(i)
}

// edge reports whether a character ends a link.
func edge(c rune) bool {
	return unicode.IsSpace(c) || c == '(' || c == ')' || c == '"' || c == '<' || c == '>' || c == '“' || c == '”' || c == ','
}

// markRun marks bytes of the text and the pieces in them.
func (r *reader) markRun(kind MarkKind, start, end int) {
	first, _ := slices.BinarySearchFunc(r.p, start, func(p piece, at int) int { return p.start - at })
	last := first - 1
	for last+1 < len(r.p) && r.p[last+1].end <= end {
		last++
	}
	if last >= first && r.free(first, last) {
		r.markBytes(kind, first, last, start, end)
	}
}

// handle marks the name of an account that follows the name of its network.
func (r *reader) handle(i int) {
	k := i + 1
	for k < len(r.p) && r.is(k, "la", "cua", "toi", "ten", "em", "minh", "facebook", "zalo", "nick", "tiktok", "ca", "nhan", "chau", "id", "tai", "khoan", "no", "ay", "ong", "ba", "anh", "chi") && !r.ended(k) && !(r.p[k].upper && !r.is(k, "facebook", "zalo", "nick", "tiktok")) {
		k++
	}
	if k >= len(r.p) || r.p[k].taken || len(r.before(k)) > 3 || strings.ContainsAny(r.before(k), ".;\n!?,") {
		return
	}
	if r.is(k, "facebook", "fb", "tiktok", "instagram", "zalo", "youtube") && r.is(k+1, "com", "me", "net") && r.before(k+1) == "." {
		return // a link, which network reads
	}
	start := r.p[k].start
	at := strings.HasSuffix(r.text[:start], "@")
	last := k
	odd := at
	for last+1 < len(r.p) && inMail(r.before(last+1)) {
		last++
		odd = true
	}
	end := r.p[last].end
	said := strings.Contains(r.before(k), ":") || k > i+1
	allDigits := true
	for x := k; x <= last; x++ {
		a, digit := r.atom(x)
		allDigits = allDigits && digit && a.kind != wordAtom
	}
	if allDigits {
		return // a phone number
	}
	said = said || r.p[k].upper && r.use(k, useSurname) && r.use(k+1, useName) && r.p[min(k+1, len(r.p)-1)].upper
	if !odd && said && r.p[k].upper && (!r.use(k, useOffice|useTitle) || r.is(k-1, "ten")) { // a name
		for last+1 < len(r.p) && r.spaced(last+1) && r.p[last+1].upper && last < k+4 {
			last++
		}
		end, odd = r.p[last].end, true
	}
	if !odd || !r.p[k].plain && !r.p[k].upper {
		return
	}
	if at {
		start--
	}
	if r.free(k, last) {
		r.markBytes(MarkSocial, k, last, start, end)
	}
}
