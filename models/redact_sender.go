package models

import "strings"

// OpenSender opens what is known of a person, for masking it where texts tell it.
func (k *Keyring) OpenSender(p *Person) (Sender, error) {
	var who Sender
	for to, sealed := range map[*string]Sealed{&who.Name: p.Name, &who.Phone: p.Phone, &who.Email: p.Email, &who.Address: p.Address} {
		plain, err := k.Open(sealed)
		if err != nil {
			return who, err
		}
		*to = plain
	}
	return who, nil
}

// sender marks what is known of who wrote the text, wherever and however it stands.
func (r *reader) sender(who Sender) {
	if who.Phone != "" {
		r.senderPhone(digitsOnly(who.Phone))
	}
	if who.Email != "" {
		r.senderMail(who.Email)
	}
	if street := Words(strings.SplitN(who.Address, ",", 2)[0]); len(street) > 1 && strings.ContainsAny(who.Address, digitNames) {
		r.everywhere(MarkAddress, street)
	}
	words := Words(who.Name)
	if len(words) == 0 {
		return
	}
	if len(words) >= 2 {
		r.everywhere(MarkName, words)
	}
	r.senderInitials(words)
	r.senderParts(words)
}

// senderInitials marks the sender's name where all or the first of its words are only
// letters: N.T.A. Hồng, Nguyễn T. A. H.
func (r *reader) senderInitials(words []string) {
	n := len(words)
	if n < 2 {
		return
	}
	for i := 0; i+n <= len(r.p); i++ {
		letters := 0
		for k := range n {
			p := &r.p[i+k]
			if p.taken || !p.upper || k > 0 && len(r.before(i+k)) > 2 || p.fold != words[k] && p.fold != words[k][:1] {
				letters = 0
				break
			}
			if p.fold != words[k] {
				letters++
			}
		}
		if letters > 0 && (n > 2 || letters == 1) {
			r.mark(MarkName, i, i+n-1)
		}
	}
}

// senderParts marks parts of the sender's name: after a title, and the given name alone
// where it is written as a name.
func (r *reader) senderParts(words []string) {
	given := words[len(words)-1]
	for i := range r.p {
		if r.p[i].taken || r.p[i].digits {
			continue
		}
		for n := max(len(words)-1, 1); n > 0; n-- { // the last words of the name, the longest first
			part := words[len(words)-n:]
			if i+n > len(r.p) || r.p[i].fold != part[0] || !r.matches(i, part) || !r.free(i, i+n-1) {
				continue
			}
			if r.partOfName(i, i+n-1, n, given) {
				r.mark(MarkName, i, i+n-1)
			}
			break
		}
	}
}

// partOfName reports whether the pieces from i to j, which are the last n words of the
// sender's name, stand for the sender.
func (r *reader) partOfName(i, j, n int, given string) bool {
	r.lookUp()
	title := i > 0 && (r.use(i-1, useTitle) || r.p[i-1].plain && foldedWords[r.p[i-1].fold]&useTitle != 0 && r.is(i-1, "ong", "ba", "chi", "anh", "co", "chu", "bac", "chau", "em")) && r.spaced(i)
	place := i > 0 && r.use(i-1, usePlace) && r.spaced(i) && !(r.is(i-1, "cho") && !r.p[i-1].upper)
	beside := i > 0 && r.spaced(i) && r.p[i-1].upper && !r.use(i-1, useTitle) && !r.ended(i) ||
		j+1 < len(r.p) && r.spaced(j+1) && r.p[j+1].upper && !r.p[j+1].caps
	switch {
	case title && r.p[i].upper && (!r.p[i-1].upper || !r.use(i-2, usePlace)):
		return !(r.p[i-1].upper && r.use(i-2, usePlace)) && !(j+1 < len(r.p) && r.spaced(j+1) && r.p[j+1].upper && !r.p[j+1].caps && r.use(i, useSurname) && !r.use(j+1, useOffice))
	case title && !r.p[i].upper:
		return n > 1 || len(given) > 2 && !r.compound(i) && (r.p[i].plain == r.p[i-1].plain || r.use(i, useGiven) || !r.p[i].plain)
	case place || beside:
		return false
	case n > 1:
		return r.p[i].upper
	case !r.p[i].upper:
		return false
	case r.use(i, useGiven) && r.p[i].upper && !r.ended(i):
		return i > 0 && !strings.Contains(r.before(i), "\n") && (!r.p[i].caps || !r.p[i-1].caps) && !r.p[i-1].upper && !(r.use(i-1, usePlace) && r.spaced(i))
	}
	// alone on the last line, or before words that people speak of themselves with
	last := j+1 >= len(r.p) && (strings.Contains(r.before(i), "\n") || r.is(i-1, "on", "trong", "ten", "chao", "thu"))
	return last || r.is(j+1, "xin", "cam", "kinh", "mong", "chan")
}

// compound reports whether a title and the word at i are another word without accents:
// "anh hung", "chi tiet".
func (r *reader) compound(i int) bool {
	title, word := r.p[i-1].fold, r.p[i].fold
	return makes(notNames, title, word) || makes(placesOfTitles, title, word)
}

// senderPhone marks the sender's number where its digits stand in a row, also when it is
// no number that a phone of Viet Nam has.
func (r *reader) senderPhone(digits string) {
	national := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "84"), "0")
	if len(national) < 6 {
		return
	}
	for i := 0; i < len(r.p); i++ {
		var got strings.Builder
		for j := i; j < len(r.p) && got.Len() < len(national)+5 && !r.p[j].taken; j++ {
			a, ok := r.atom(j)
			if !ok || j > i && len(r.before(j)) > 3 {
				break
			}
			got.WriteString(a.value)
			if d := got.String(); strings.HasSuffix(d, national) && len(d) <= len(national)+4 && (len(d) == len(national) || strings.HasSuffix(d, "0"+national) || strings.HasSuffix(d, "84"+national)) {
				start := r.p[i].start
				if strings.HasSuffix(r.text[:start], "+") {
					start--
				}
				r.markBytes(MarkPhone, i, j, start, r.p[j].end)
				i = j
				break
			}
		}
	}
}

func digitsOnly(s string) string {
	return strings.Map(func(c rune) rune {
		if d := digitOf(c); d != 0 {
			return rune(d)
		}
		return -1
	}, s)
}

// senderMail marks the sender's address of mail.
func (r *reader) senderMail(mail string) {
	mail = strings.ToLower(strings.TrimSpace(mail))
	if len(mail) < 5 || len(r.text) < len(mail) {
		return
	}
	for at := 0; at+len(mail) <= len(r.text); {
		n := strings.IndexByte(r.text[at:], '@')
		if n < 0 {
			return
		}
		start := at + n - strings.IndexByte(mail, '@')
		if start >= 0 && start+len(mail) <= len(r.text) && strings.EqualFold(r.text[start:start+len(mail)], mail) {
			r.markRun(MarkEmail, start, start+len(mail))
		}
		at += n + 1
	}
}
