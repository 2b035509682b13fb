package models

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Nickname is what people call a place beside its names.
type Nickname struct {
	Name string
	// Means are codes of provinces or communes. Communes are where the place may be; of
	// several provinces it may be any. "=": what was a district or town of that name.
	// Empty: the words look like a place and are none.
	Means []string
	// Bare says that it means the place even where nothing else speaks for a place.
	Bare bool
}

// unitLevel is the size of a place, the smallest first.
type unitLevel uint8

const (
	levelCommune unitLevel = iota
	levelDistrict
	levelProvince
)

// unitKind is the word that a place's name begins with.
type unitKind uint8

const (
	kindNone unitKind = iota
	kindTinh
	kindThanhPho
	kindQuan
	kindHuyen
	kindThiXa
	kindPhuong
	kindXa
	kindThiTran
	kindDacKhu
)

// kindWords are the kinds as they are written, the short forms too.
var kindWords = sync.OnceValue(func() phrases[unitKind] {
	p := newPhrases[unitKind]()
	for text, k := range map[string]unitKind{
		"tỉnh": kindTinh, "thành phố": kindThanhPho, "tp": kindThanhPho, "t p": kindThanhPho, "thành phô": kindThanhPho,
		"quận": kindQuan, "q": kindQuan, "huyện": kindHuyen, "h": kindHuyen, "thị xã": kindThiXa, "tx": kindThiXa,
		"phường": kindPhuong, "p": kindPhuong, "f": kindPhuong, "xã": kindXa, "x": kindXa,
		"thị trấn": kindThiTran, "tt": kindThiTran, "đặc khu": kindDacKhu, "đk": kindDacKhu, "huyện đảo": kindHuyen,
	} {
		p.add(text, k)
	}
	return p
})

func (k unitKind) level() unitLevel {
	switch k {
	case kindTinh:
		return levelProvince
	case kindThanhPho, kindQuan, kindHuyen, kindThiXa:
		return levelDistrict
	}
	return levelCommune
}

// unit is a place of today or of before, as one of its names has it.
type unit struct {
	marked   string // the name without its kind, with accents
	level    unitLevel
	kind     unitKind
	today    bool
	bare     bool // it needs nothing else to be believed
	nickname bool
	nowhere  bool  // no place at all
	parents  int32 // the former district of a commune; the unit itself when it is one
	was      int32 // the former province, as a number; -1: none
	communes []int16
}

// units are all places that a text may name.
type units struct {
	list     []unit
	byName   map[string][]int32 // by the folded name without its kind
	longest  map[string]int8    // by the first word of a name: how many words names may have
	code     []string           // of communes, by number
	province []int8             // of communes, by number: the province's number
	codes    []string           // of provinces, by number
}

// newUnits indexes all names.
func newUnits(p *Places, communes []Commune, former []FormerUnit, nicknames []Nickname) *units {
	x := &units{byName: make(map[string][]int32, 12000), longest: make(map[string]int8, 3000)}
	number := map[string]int8{} // of provinces, by code
	for i, v := range p.provinces {
		number[v.Code] = int8(i)
		x.codes = append(x.codes, v.Code)
	}
	commune := map[string]int16{}
	ofProvince := make([][]int16, len(p.provinces))
	for _, c := range communes {
		n, i := int16(len(x.code)), number[c.Province]
		commune[c.Code] = n
		x.code, x.province = append(x.code, c.Code), append(x.province, i)
		ofProvince[i] = append(ofProvince[i], n)
		kind, name := splitKind(c.Name)
		x.add(unit{kind: kind, today: true, parents: -1, was: -1, communes: []int16{n}}, name)
	}
	districts, provinces := map[[2]string]int32{}, map[string]int32{}
	land := map[string][]int16{} // of former provinces
	for _, u := range former {
		was, ok := provinces[u.Province]
		if !ok {
			was = int32(len(provinces))
			provinces[u.Province] = was
		}
		district, ok := districts[[2]string{u.Province, u.District}]
		if !ok {
			district = int32(len(x.list))
			districts[[2]string{u.Province, u.District}] = district
			for _, name := range append([]string{u.District}, u.Earlier...) {
				d := unit{level: levelDistrict, parents: district, was: was}
				d.kind, name = splitKind(name)
				x.add(d, name)
			}
		}
		var now []int16
		for _, code := range u.Now {
			if n, ok := commune[code]; ok {
				now = append(now, n)
			}
		}
		if len(now) == 0 {
			continue
		}
		slices.Sort(now)
		for i := range x.list[district:] { // with what was part of it before
			if d := &x.list[int(district)+i]; d.parents == district && d.level == levelDistrict {
				d.communes = append(d.communes, now...)
			}
		}
		land[u.Province] = append(land[u.Province], now...)
		if u.Name != "" {
			kind, name := splitKind(u.Name)
			x.add(unit{kind: kind, parents: district, was: was, communes: now}, name)
		}
	}
	for i := range x.list {
		if x.list[i].level == levelDistrict {
			slices.Sort(x.list[i].communes)
			x.list[i].communes = slices.Compact(x.list[i].communes)
		}
	}
	for i, v := range p.provinces {
		today := unit{level: levelProvince, kind: kindTinh, today: true, parents: -1, was: -1, communes: ofProvince[i]}
		if was, ok := provinces[v.Name]; ok {
			today.was = was
		}
		x.add(today, v.Name)
		for _, old := range strings.Split(v.MergedFrom, "; ") {
			if old == v.Name {
				continue
			}
			u := unit{level: levelProvince, kind: kindTinh, parents: -1, was: -1, communes: ofProvince[i]}
			if was, ok := provinces[old]; ok {
				slices.Sort(land[old])
				u.was, u.communes = was, slices.Compact(land[old])
			}
			x.add(u, old)
		}
	}
	for _, n := range nicknames {
		u := unit{level: levelDistrict, today: true, bare: n.Bare, nickname: true, parents: -1, was: -1, nowhere: len(n.Means) == 0}
		for _, code := range n.Means {
			if i, ok := number[code]; ok {
				x.add(unit{level: levelProvince, kind: kindTinh, today: true, bare: n.Bare, nickname: true, parents: -1, was: -1, communes: ofProvince[i]}, n.Name)
			} else if c, ok := commune[code]; ok {
				u.communes = append(u.communes, c)
			} else if code == "=" {
				x.wellKnown(n.Name)
			}
		}
		if len(u.communes) > 0 || u.nowhere {
			slices.Sort(u.communes)
			x.add(u, n.Name)
		}
	}
	return x
}

// wellKnown makes what was a district of that name need nothing else to be believed.
func (x *units) wellKnown(name string) {
	marked := markedForm(name)
	for _, i := range x.byName[strings.Join(Words(name), " ")] {
		if u := &x.list[i]; u.level == levelDistrict && u.marked == marked {
			u.bare = true
		}
	}
}

// add keeps a place under a name; under the name written as one word and the one
// without apostrophes too.
func (x *units) add(u unit, name string) {
	u.marked = markedForm(name)
	words := Words(name)
	x.keep(u, words)
	joined := strings.Join(words, "")
	for i := range len(words) - 1 {
		if len(words[i]) == 1 && words[i] > "9" { // Krông A Na, Krông Ana
			other := u
			other.marked = strings.Replace(u.marked, words[i]+" ", words[i], 1)
			x.keep(other, strings.Fields(strings.Join(words[:i+1], " ")+strings.Join(words[i+1:], " ")))
			break
		}
	}
	switch {
	case strings.ContainsAny(name, "'’"): // M'Đrắk, MĐrắk
		u.marked = markedForm(strings.NewReplacer("'", "", "’", "").Replace(name))
		x.keep(u, strings.Fields(Fold(strings.NewReplacer("'", "", "’", "").Replace(name))))
	case u.level == levelProvince && len(words) > 1 && len(joined) > 4: // hanoi
		u.marked = joined
		x.keep(u, []string{joined})
	}
}

func (x *units) keep(u unit, words []string) {
	if len(words) == 0 {
		return
	}
	key := strings.Join(words, " ")
	x.list = append(x.list, u)
	x.byName[key] = append(x.byName[key], int32(len(x.list)-1))
	x.longest[words[0]] = max(x.longest[words[0]], int8(len(words)))
}

// splitKind takes the kind off the beginning of a name.
func splitKind(name string) (unitKind, string) {
	w := strings.Fields(name)
	for n := min(2, len(w)-1); n > 0; n-- {
		if k, ok := kindWords().plain[Fold(strings.Join(w[:n], " "))]; ok {
			return k, strings.Join(w[n:], " ")
		}
	}
	return kindNone, name
}

// reading is one way to understand words as places: a place and what of its land is
// meant.
type reading struct {
	unit     int32
	communes []int16
	exact    int // how many larger places that it lay in are named with it
}

// join reads two places named together, one of which lies in the other.
func (x *units) join(a reading, b int32) (reading, bool) {
	small, large := &x.list[a.unit], &x.list[b]
	out := a
	if large.level < small.level {
		small, large, out.unit = large, small, b
	}
	if small.level == large.level && (a.unit == b || small.level == levelDistrict && small.parents >= 0 && large.parents >= 0) {
		return out, a.unit == b
	}
	if out.communes = common(a.communes, x.list[b].communes); len(out.communes) == 0 {
		return out, false
	}
	switch {
	case small.level == levelCommune && large.level == levelDistrict && small.parents >= 0 && small.parents == large.parents,
		large.level == levelProvince && large.was >= 0 && small.was == large.was,
		small.today && large.today:
		out.exact += 2
	default:
		out.exact++
	}
	return out, true
}

// common returns what two sorted lists both have.
func common(a, b []int16) []int16 {
	if len(a) > len(b) {
		a, b = b, a
	}
	var out []int16
	for _, c := range a {
		if _, ok := slices.BinarySearchFunc(b, c, cmp.Compare[int16]); ok {
			out = append(out, c)
		}
	}
	return out
}

// provincesOf returns the numbers of the provinces that readings may be in, sorted.
func (x *units) provincesOf(all []reading) []int8 {
	var out []int8
	for _, r := range all {
		for _, c := range r.communes {
			if p := x.province[c]; len(out) == 0 || out[len(out)-1] != p {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
