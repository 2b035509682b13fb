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

// isOld says whether the next word says that a place is of before the mergers.
func (t *placeText) isOld(i int) bool {
	return i < len(t.words) && t.words[i].before <= gapComma && t.plainOf(i, i+1) == "cu"
}

// issuedIt says whether what follows an authority says that a paper is from there: the
// police of Hà Nội issued it in 2015.
func (t *placeText) issuedIt(i int) bool {
	if i >= len(t.words) || t.words[i].before >= gapComma || t.plainOf(i, i+1) != "cap" {
		return false
	}
	if i+1 == len(t.words) || t.words[i+1].before >= gapComma || t.words[i+1].number >= 0 {
		return true
	}
	switch t.plainOf(i+1, i+2) {
	case "hoi", "nam", "ngay", "thang", "tu", "truoc", "luc":
		return true
	}
	return false
}

func (t *placeText) plainBetween(from, to int) string {
	if from >= to {
		return ""
	}
	return t.plainOf(from, to)
}

// partOfName says whether a place named without its kind is a part of a longer name:
// Nguyễn Thái Bình, Hà Nam Phát, 12 Thái Nguyên.
func (x *units) partOfName(t *placeText, m *mention) bool {
	if m.from > 0 && t.words[m.from].before == gapSpace {
		w := t.words[m.from-1]
		if w.number >= 0 && !w.used {
			return m.level < levelProvince && !t.countedBefore(m.from-1) || t.houseNumber(m.from-1)
		}
		if w.capital && w.cased && !w.upper && !w.used && t.words[m.from].cased && w.before != gapEnd {
			if c, _ := t.cueBefore(m.from, max(0, m.from-3)); c < cueOther {
				if _, kind := kindWords().at(t, m.from-1, m.from); !kind && !(m.level == levelProvince && m.to-m.from > 1 && t.capitals(m.from, m.to) && !t.nameBefore(m.from)) {
					return true
				}
			}
		}
	}
	if m.to < len(t.words) && t.words[m.to].before == gapSpace && !x.provinceAt(t, m.to) {
		w := t.words[m.to]
		if w.capital && w.cased && !w.upper {
			if c, _ := t.cueBefore(min(m.to+1, len(t.words)), m.to); c == cueNone {
				_, kind := kindWords().at(t, m.to, m.to+1)
				_, kind2 := kindWords().at(t, m.to, min(m.to+2, len(t.words)))
				return !kind && !kind2
			}
		}
	}
	return false
}

// nameBefore says whether the words with capitals before a word begin like somebody's name
// or that of a street or firm.
func (t *placeText) nameBefore(i int) bool {
	for ; i > 0 && t.words[i].before == gapSpace && t.words[i-1].capital; i-- {
		if c, _ := t.cueBefore(i, i-1); c == cueNoName || c == cueFirm {
			return true
		}
	}
	c, _ := t.cueBefore(i, 0)
	return t.words[i].before == gapSpace && (c == cueNoName || c == cueFirm)
}

// provinceAt says whether the name of a province begins at a word.
func (x *units) provinceAt(t *placeText, i int) bool {
	m, ok := x.named(t, i, kindNone)
	return ok && m.level == levelProvince && t.capitals(i, m.to)
}

// houseNumber says whether a number may be that of a house: nothing else is counted by it.
func (t *placeText) houseNumber(i int) bool {
	if i == 0 || t.words[i].before == gapEnd {
		return true
	}
	if t.words[i].before >= gapComma {
		return t.words[i-1].number < 0 // 3/2
	}
	switch t.plainOf(i-1, i) {
	case "so", "nha", "o", "tai", "dc", "chi", "hem", "ngo":
		return true
	}
	return false
}

// hamletBefore says whether the next word names a hamlet.
func (t *placeText) hamletBefore(i int) bool {
	if t.words[i].before >= gapComma {
		return false
	}
	c, _ := t.cueBefore(i, 0)
	return c == cueLink
}

// countedBefore says whether a number counts hamlets and the like: no house number.
func (t *placeText) countedBefore(number int) bool {
	if number == 0 {
		return false
	}
	switch t.plainOf(number-1, number) {
	case "to", "ap", "thon", "pho", "kp", "xom", "doi", "khu", "khom", "ql", "lo", "ngay", "thang", "nam", "ban", "luc", "vao":
		return true
	}
	return false
}

// believed says whether words mean a place at all.
func (x *units) believed(t *placeText, m *mention) bool {
	if m.role == cueNoName && m.parts < 2 {
		return false
	}
	if m.sure || m.parts > 1 && !m.doubtful {
		return true
	}
	_, words := ordinaryWords().at(t, m.from, m.to)
	words = words || commonWords().plain[t.plainOf(m.from, m.to)]
	return t.field && (m.level > levelCommune || m.to-m.from > 1 && !words)
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

// broken says whether words are no name: the first is written small and a later one with
// a capital.
func (t *placeText) broken(from, to int) bool {
	for i := from + 1; i < to; i++ {
		if t.words[i].capital && !t.words[from].capital && t.words[from].number < 0 {
			return true
		}
	}
	return false
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

// cooperative says whether a word ends "hợp tác xã": no commune follows.
func (t *placeText) cooperative(i int) bool {
	return i > 0 && t.words[i].before == gapSpace && t.plainOf(i-1, i+1) == "tac xa"
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

// supported says whether a place named without its kind, and the words around it, speak
// for one.
func (x *units) supported(t *placeText, m *mention) bool {
	name, plain := t.markedOf(m.from, m.to), t.plainOf(m.from, m.to)
	first := &x.list[m.readings[0].unit]
	capital := t.capitals(m.from, m.to)
	accents := t.accented && name == first.marked
	long := m.to-m.from > 1
	_, near := t.roleBefore(m.from, 0)
	after := near > cueFirm && near != cueLink
	within := t.isOld(m.to) || near == cueIn || near == cueOffice || near == cueAuthority || near == cueOrigin || near == cueFrom || t.inBefore(m.from)
	if first.nickname && !first.bare {
		last := t.words[m.to-1]
		switch {
		case t.words[m.from].upper && t.words[m.from].mixed: // SG
			return true
		case long && last.capital && last.mixed && !last.upper:
			return accents || !t.accented
		case long && !t.accented:
			return within
		}
		return after && near != cueHome && near != cueOther && near != cueTravel && (accents || !long)
	}
	large := m.level == levelProvince || slices.ContainsFunc(m.readings, func(r reading) bool { return x.list[r.unit].bare })
	if !t.accented {
		common := commonWords().plain[plain] || bareWords().plain[plain]
		switch {
		case large:
			return within || capital && (long || near != cueNone) || !common
		case m.level == levelDistrict && capital:
			return within || long && (after || !alsoPeople().plain[plain])
		case m.level == levelDistrict:
			return within && long && !common
		}
		return capital && long && within
	}
	if large {
		switch {
		case accents && (capital || !long && t.words[m.from].capital && t.words[m.from].mixed):
			return true
		case m.level < levelProvince:
			return accents && (t.small || after) && !ordinaryWords().marked[name]
		}
		return (accents || after && long && t.words[m.from].capital) && (!ordinaryWords().marked[name] || after && t.small)
	}
	written := capital && accents || t.small && !ordinaryWords().marked[name]
	if m.level == levelDistrict {
		return written && (after && (long || capital) || capital && accents && long && !alsoPeople().marked[name])
	}
	return capital && accents && long && (near == cueIn || near == cueHome || near == cueOffice)
}

// inBefore says whether a preposition for places stands directly before a word.
func (t *placeText) inBefore(i int) bool {
	if i == 0 || t.words[i].before >= gapComma {
		return false
	}
	switch t.plainOf(i-1, i) {
	case "o", "tai", "thuoc":
		return true
	}
	return false
}

// capitals says whether words begin with capitals where that says something.
func (t *placeText) capitals(from, to int) bool {
	for i, w := range t.words[from:to] {
		if !w.cased || !w.capital && w.number < 0 && (i == 0 || w.before != gapHyphen) {
			return false
		}
	}
	return true
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

// soundsLikePlace says whether a name with its kind is no other words: "phương án", "xã ba".
func (x *units) soundsLikePlace(t *placeText, from int, m *mention, k unitKind) bool {
	w := &t.words[from]
	if w.number >= 0 {
		return t.accented || w.capital || t.words[from-1].capital || !t.counts(m.to)
	}
	if m.level > levelCommune || t.capitals(from, m.to) || t.small && t.accented && m.to-from > 1 {
		return true
	}
	if m.to-from == 1 {
		return t.accented && w.capital
	}
	if !t.accented && (bareWords().plain[t.plainOf(from, m.to)] || k == kindPhuong && w.plain[1]-w.plain[0] == 2 && !t.inBefore(from-1)) {
		return false
	}
	return true
}

// counts says whether a word is what numbers count: 3 years.
func (t *placeText) counts(i int) bool {
	if i >= len(t.words) || t.words[i].before >= gapComma {
		return false
	}
	switch t.plainOf(i, i+1) {
	case "nam", "thang", "ngay", "tuan", "gio", "phut", "lan", "nguoi", "trieu", "nghin", "ngan", "dong", "con", "chuc", "tram", "ty", "can", "cai":
		return true
	}
	return false
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
