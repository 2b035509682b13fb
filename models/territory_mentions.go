package models

import (
	"slices"
	"strings"
)

// mention is words that may name a place, or several that name one together: a ward, its
// city and its province.
type mention struct {
	from, to int       // words, with the word for the kind
	readings []reading // how they may be understood
	smaller  []reading // smaller places of that name, when it was named without its kind
	level    unitLevel // of the smallest place
	parts    int       // how many places are named
	sure     bool      // it is a place, whatever stands around it
	doubtful bool      // its parts may be ordinary words that look like an address
	bare     bool      // it was named without its kind
	old      bool      // it is said to be of before
	role     cue
	near     cue // what stands directly before it
}

// mentions finds the places that a text names, in order. Those in the field for the place
// need less to be believed.
func (x *units) mentions(t *placeText) []mention {
	var out []mention
	end := 0 // of the last place
	for i := 0; i < len(t.words); {
		m, ok := x.mentionAt(t, i)
		if !ok {
			i++
			continue
		}
		next := m.to
		if len(m.readings) > 0 {
			out = x.addMention(t, out, m, end)
			if last := out[len(out)-1]; x.believed(t, &last) {
				end = m.to
			}
		}
		i = next
	}
	return slices.DeleteFunc(out, func(m mention) bool { return !x.believed(t, &m) })
}

// addMention joins a place to the one before it, when it stands next to it and one lies
// in the other, and otherwise adds it.
func (x *units) addMention(t *placeText, out []mention, m mention, end int) []mention {
	role, near := t.roleBefore(m.from, end)
	if m.bare && m.level < levelProvince && t.hamletBefore(m.from) { // thôn Vạn Phúc is no ward
		near = cueNoName
	}
	if m.level == levelProvince && m.to-m.from > 1 && t.roadBefore(m.from) {
		role, near = cueNone, cueNone
	}
	market := false // of a town that is named with its province
	if len(out) > 0 {
		last := &out[len(out)-1]
		market = last.role == cueNoName && last.level < m.level && x.follows(t, last.to, m.from) && len(x.joinAll(last.readings, m.readings)) > 0
		if last.role != cueNoName && !(m.bare && near == cueNoName) && x.follows(t, last.to, m.from) {
			joined := x.joinAll(last.readings, m.readings)
			if len(joined) == 0 && last.bare && last.parts < 2 && last.level > levelCommune && !x.list[m.readings[0].unit].nickname { // Quảng Ninh, Quảng Bình
				if joined = x.joinAll(last.smaller, m.readings); len(joined) > 0 {
					last.level = levelDistrict
				}
			}
			if len(joined) > 0 {
				last.doubtful = last.doubtful || last.parts < 2 && !t.mayBegin(last)
				last.sure = last.sure || m.sure
				last.readings, last.to, last.parts = joined, m.to, last.parts+1
				last.level = min(last.level, m.level)
				return out
			}
			if m.sure && last.level != m.level && min(last.level, m.level) == levelCommune {
				if m.level > last.level { // a commune that is not known there: gone before the names began
					last.readings, last.level = m.readings, m.level
				}
				last.to, last.parts = m.to, last.parts+1
				return out
			}
		}
	}
	m.role, m.near, m.old = role, near, t.isOld(m.to)
	if role == cueAuthority && t.issuedIt(m.to) {
		m.role = cueOrigin
	}
	switch {
	case m.bare && m.level > levelCommune && t.isOld(m.to):
	case m.bare && (near == cueNoName || x.partOfName(t, &m)):
		m.role = cueNoName
	case market:
	case len(out) > 0 && out[len(out)-1].sure && m.bare && t.goesOn(out[len(out)-1].to, m.from, out[len(out)-1].role, out[len(out)-1].near):
		m.role = out[len(out)-1].role
	}
	return append(out, m)
}

// mayBegin says whether an address may begin at a place that nothing else speaks for.
func (t *placeText) mayBegin(m *mention) bool {
	if t.words[m.from].before >= gapComma || t.capitals(m.from, m.to) {
		return true
	}
	_, near := t.roleBefore(m.from, 0)
	return near > cueFirm
}

// joinAll joins two ways to understand places that stand together, and keeps the best.
func (x *units) joinAll(a, b []reading) []reading {
	var out []reading
	best := 0
	for _, r := range a {
		for _, s := range b {
			if j, ok := x.join(r, s.unit); ok {
				best = max(best, j.exact)
				out = append(out, j)
			}
		}
	}
	return slices.DeleteFunc(out, func(r reading) bool { return r.exact < best })
}

// follows says whether two places stand so close that they are named together.
func (x *units) follows(t *placeText, end, start int) bool {
	if start-end > 2 {
		return false
	}
	for i := end; i <= start && i < len(t.words); i++ {
		if t.words[i].before == gapEnd {
			return false
		}
	}
	switch s := t.plainBetween(end, start); s {
	case "", "thuoc", "cu", "cua", "thuoc ve", "cu nay", "nay la", "nay thuoc", "o", "tai", "nay", "moi", "truc thuoc", "cu thuoc":
		return true
	}
	return false
}

// goesOn says whether what is said of a place is said of the next one too: Hà Nội and Đà
// Nẵng, from Vinh to Hà Nội.
func (t *placeText) goesOn(end, start int, role, near cue) bool {
	if t.words[start].before == gapEnd {
		return false
	}
	switch t.plainBetween(end, start) {
	case "", "va", "hoac", "hay", "voi", "cung":
		return true
	case "den", "toi":
		return role == cueNoName || role == cueTravel || near == cueFrom // from Hà Nội to Nghệ An
	case "di", "ra", "ve", "vao", "len", "xuong":
		return role == cueNoName || role == cueTravel
	}
	return false
}

func (t *placeText) plainBetween(from, to int) string {
	if from >= to {
		return ""
	}
	return t.plainOf(from, to)
}

// mentionAt finds the longest place that begins at a word, with its kind or without.
func (x *units) mentionAt(t *placeText, i int) (mention, bool) {
	for n := min(2, len(t.words)-i-1); n > 0; n-- {
		if k, ok := kindWords().at(t, i, i+n); ok && t.together(i, i+n+1) && !t.cooperative(i) {
			if m, ok := x.named(t, i+n, k); ok {
				m.from = i
				t.use(m.from, m.to)
				return m, true
			}
		}
	}
	m, ok := x.named(t, i, kindNone)
	m.from, m.bare = i, true
	switch {
	case !ok:
	case len(m.readings) == 0:
	case t.broken(i, m.to) && !x.list[m.readings[0].unit].nickname, m.level == levelCommune && x.largerWithin(t, i, m.to):
		return m, false
	case m.level == levelCommune && (m.to-i == 1 || t.accented && !t.small && !t.words[i].capital || x.kindWithin(t, i+1, m.to)):
		return m, false
	default:
		m.sure = t.field && m.level > levelCommune || x.supported(t, &m)
		t.use(m.from, m.to)
	}
	return m, ok
}

// largerWithin says whether a province or district begins among words that may be a
// commune and goes on after them: ở | Điện Bàn, where there is an Ô Diên.
func (x *units) largerWithin(t *placeText, from, to int) bool {
	for i := from + 1; i < to; i++ {
		if m, ok := x.named(t, i, kindNone); ok && m.to > to && m.level > levelCommune && len(m.readings) > 0 {
			return true
		}
	}
	return false
}

// kindWithin says whether a place with its kind begins among words that may be another.
func (x *units) kindWithin(t *placeText, from, to int) bool {
	for i := from; i < to; i++ {
		for n := 1; n < 3 && i+n < len(t.words); n++ {
			if k, ok := kindWords().at(t, i, i+n); ok {
				if _, ok := x.named(t, i+n, k); ok {
					return true
				}
			}
		}
	}
	return false
}

func (t *placeText) use(from, to int) {
	for i := from; i < to; i++ {
		t.words[i].used = true
	}
}

// named finds the longest name at a word that a place of that kind has.
func (x *units) named(t *placeText, i int, k unitKind) (mention, bool) {
	longest, ok := x.longest[t.plainOf(i, i+1)]
	if !ok {
		return mention{}, false
	}
	for n := min(int(longest), len(t.words)-i); n > 0; n-- {
		if !t.together(i, i+n) {
			continue
		}
		list, ok := x.byName[t.plainOf(i, i+n)]
		if !ok {
			continue
		}
		if m, ok := x.understand(t, i, i+n, list, k); ok {
			if n > 1 && i+n < len(t.words) {
				if _, kind := kindWords().at(t, i+n-1, i+n+1); kind { // Tân Hòa | Thành phố …
					continue
				}
			}
			if n > 2 && (x.splits(t, i, i+n) || t.words[i].capital && t.words[i+n-2].capital && !t.words[i+n-1].capital && t.words[i+n-1].number < 0 && x.knows(t, i, i+n-1)) {
				continue
			}
			return m, true
		}
	}
	return mention{}, false
}

// splits says whether a name's end is the beginning of another: Phú An | Bình Dương, where
// there is a Phú An Bình.
func (x *units) splits(t *placeText, from, to int) bool {
	for i := from + 1; i < to; i++ {
		if _, ok := x.byName[t.plainOf(from, i)]; !ok {
			continue
		}
		for j := to + 1; j <= min(to+3, len(t.words)) && t.together(i, j); j++ {
			for _, u := range x.byName[t.plainOf(i, j)] {
				if x.list[u].level == levelProvince && (t.markedOf(i, j) == x.list[u].marked || !t.accented) {
					return true
				}
			}
		}
	}
	return false
}

func (x *units) knows(t *placeText, from, to int) bool {
	_, ok := x.byName[t.plainOf(from, to)]
	return ok
}

// understand returns the places that words may name, of one kind if that is given.
func (x *units) understand(t *placeText, from, to int, list []int32, k unitKind) (mention, bool) {
	m := mention{to: to, parts: 1}
	if k != kindNone && k.level() == levelCommune && !t.words[from].capital {
		if _, ordinary := ordinaryWords().at(t, from, to); ordinary {
			return m, false // a border commune is no xã Biên Giới
		}
	}
	marked := t.markedOf(from, to)
	accents := strings.ContainsFunc(marked, func(r rune) bool { return r > 127 || r == '~' })
	number := t.words[from].number >= 0
	var same, other, wrong []reading // of that kind, of that size, with other accents
	top := levelCommune
	for _, i := range list {
		u := &x.list[i]
		if u.nowhere {
			if k == kindNone && (u.marked == marked || !t.accented) && !(len(list) > 1 && t.inBefore(from)) {
				return m, true
			}
			continue
		}
		r := reading{unit: i, communes: u.communes}
		fits := k == kindNone || u.kind == k || k.level() == u.level || k == kindThanhPho && u.level == levelProvince
		switch {
		case !fits || number && (k == kindNone || u.kind != k):
			continue
		case marked != u.marked && (accents || t.accented) && !x.nearly(marked, u.marked):
			wrong = append(wrong, r)
			continue
		case u.kind == k || k == kindThanhPho && u.level == levelProvince:
			same = append(same, r)
		default:
			other = append(other, r)
		}
		top = max(top, u.level)
	}
	if k == kindThanhPho && slices.ContainsFunc(same, func(r reading) bool { return x.list[r.unit].level == levelDistrict }) {
		same = slices.DeleteFunc(same, func(r reading) bool { return x.list[r.unit].level == levelProvince }) // the town in the province
	}
	m.readings = same
	if len(same) == 0 {
		m.readings = other
	}
	if k != kindNone && len(same) == 0 && len(other) > 0 { // perhaps another kind of that name is meant
		for _, i := range list {
			if u := &x.list[i]; u.level > k.level() && (u.marked == marked || !accents && !t.accented) {
				m.readings = append(m.readings, reading{unit: i, communes: u.communes})
			}
		}
	}
	if len(m.readings) == 0 && t.field && len(wrong) > 0 {
		m.readings = wrong
		for _, r := range wrong {
			top = max(top, x.list[r.unit].level)
		}
	}
	if len(m.readings) == 0 {
		return m, false
	}
	if k == kindNone && slices.ContainsFunc(m.readings, func(r reading) bool { return x.list[r.unit].nickname }) {
		m.readings = slices.DeleteFunc(m.readings, func(r reading) bool { return !x.list[r.unit].nickname })
	} else if k == kindNone { // the largest that is called so is meant
		m.smaller = slices.DeleteFunc(slices.Clone(m.readings), func(r reading) bool { return x.list[r.unit].level >= top })
		m.readings = slices.DeleteFunc(m.readings, func(r reading) bool { return x.list[r.unit].level < top })
	}
	m.level = levelProvince
	for _, r := range m.readings {
		m.level = min(m.level, x.list[r.unit].level)
	}
	m.sure = k != kindNone && x.soundsLikePlace(t, from, &m, k)
	return m, true
}

// nearly says whether a name is written with some of its accents and no wrong ones.
func (x *units) nearly(written, name string) bool {
	a, b := strings.Fields(written), strings.Fields(name)
	if len(a) != len(b) {
		return false
	}
	same := 0
	for i := range a {
		switch {
		case a[i] == b[i]:
			same++
		case a[i] != Fold(strings.TrimRight(b[i], "~12345")):
			return false
		}
	}
	return same > 0 || len(a) > 1
}
