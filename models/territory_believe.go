package models

import (
	"slices"
	"sync"
)

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

// partOfName says whether a place named without its kind is a part of a longer name:
// Nguyễn Thái Bình, Hà Nam Phát, 12 Thái Nguyên.
func (x *units) partOfName(t *placeText, m *mention) bool {
	if m.from > 0 && t.words[m.from].before == gapSpace {
		w := t.words[m.from-1]
		if w.number >= 0 && !w.used && !(m.level == levelProvince && t.roadBefore(m.from)) {
			return m.level < levelProvince && !t.countedBefore(m.from-1) || t.houseNumber(m.from-1)
		}
		if w.capital && w.cased && !w.upper && !w.used && t.words[m.from].cased && w.before != gapEnd {
			if c, _ := t.cueBefore(m.from, max(0, m.from-3)); c < cueOther {
				if _, kind := kindWords().at(t, m.from-1, m.from); !kind && !(m.level == levelProvince && m.to-m.from > 1 && t.capitals(m.from, m.to) && (!t.nameBefore(m.from) || t.roadBefore(m.from))) {
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

// roadBefore says whether the words before a word are a road with a whole name, or with its
// number, so that what follows is no part of it: đường Lê Duẩn | Bình Dương, quốc lộ 1 |
// Bình Dương, but not đường Nguyễn Thái Bình.
func (t *placeText) roadBefore(i int) bool {
	if i < 2 || t.words[i].before != gapSpace {
		return false
	}
	name := 0
	for i > 0 && t.words[i].before == gapSpace && t.words[i-1].capital && t.words[i-1].number < 0 {
		if _, road := roads().at(t, i-1, i); road {
			break
		}
		i, name = i-1, name+1
	}
	if name == 0 && t.words[i-1].number >= 0 && i > 1 {
		i, name = i-1, 2
	}
	for n := min(2, i); n > 0; n-- {
		if _, road := roads().at(t, i-n, i); road && t.words[i].before == gapSpace {
			return name > 1
		}
	}
	return false
}

var roads = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`đường; phố; đại lộ; xa lộ; quốc lộ; ql; tỉnh lộ; đường tỉnh; đường số; cao tốc`)
})

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

// cooperative says whether a word ends "hợp tác xã": no commune follows.
func (t *placeText) cooperative(i int) bool {
	return i > 0 && t.words[i].before == gapSpace && t.plainOf(i-1, i+1) == "tac xa"
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
