package models

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Levels at which a matter is decided.
const (
	Central    = "central"
	Provincial = "province"
	Communal   = "commune"
)

// How far the heads for field and level correct the one for the agency: powers of their
// probabilities.
const (
	powerField = 0.7
	powerLevel = 0.4
)

// placed is how probable a place is of a central matter, compared with a local one. In the
// corpus it is a fortieth; at a form that asks for the place many give one all the same.
const placed = 0.15

// weighGuess turns what the classifier says of agencies and templates into probabilities
// of agencies in the place of the matter. It returns the likely field.
func (r *ranking) weighGuess() (field string) {
	g := r.in.Guess
	r.likely = r.byGuess()
	slots := make([]float64, len(g.Agency.P))
	total := 0.0
	for i, key := range g.Agency.Labels {
		l := r.levelOf(key)
		slots[i] = g.Agency.P[i] * math.Pow(r.fieldSays(key), powerField) * math.Pow(max(g.Level.Of(l), 1e-3), powerLevel)
		if l == Central && r.in.Province != "" {
			slots[i] *= placed
		}
		total += slots[i]
	}
	r.guess = map[string]float64{}
	for i, key := range g.Agency.Labels {
		p := slots[i] / max(total, 1e-12)
		if code := r.instance(key); code != "" {
			r.guess[code] += p
			r.stands(code, key, 10*p)
		}
	}
	if len(r.likely) > 0 && g.Field.Of(r.likely[0].Slug) > 0 {
		field = r.likely[0].Slug
	}
	return cmp.Or(r.in.Field, field)
}

// likelyFields is how many fields of those that a classifier guesses count.
const likelyFields = 12

// byGuess returns the most probable fields, the likeliest first.
func (r *ranking) byGuess() []Field {
	p := make(map[string]float64, len(r.fields))
	for i, l := range r.in.Guess.Field.Labels {
		p[l] = r.in.Guess.Field.P[i]
	}
	if r.in.Field != "" {
		p[r.in.Field]++
	}
	type likely struct {
		p  float64
		at int
	}
	order := make([]likely, len(r.fields))
	for i, f := range r.fields {
		order[i] = likely{p[f.Slug], i}
	}
	slices.SortFunc(order, func(a, b likely) int { return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(a.at, b.at)) })
	out := make([]Field, min(likelyFields, len(order)))
	for i := range out {
		out[i] = r.fields[order[i].at]
	}
	return out
}

// levelOf returns the level of an agency or a template.
func (r *ranking) levelOf(key string) string {
	switch _, central := r.tree.Get(key); {
	case key == "xa-ubnd":
		return Communal
	case central:
		return Central
	}
	return Provincial
}

// fieldSays returns how probable the fields are that an agency or template answers for.
func (r *ranking) fieldSays(key string) float64 {
	g, out := r.in.Guess, 0.02
	if key == "xa-ubnd" {
		return 0.7
	}
	for _, f := range r.likely {
		if f.Ministry == key || f.Department == key || r.parentOf(f.Ministry) == key {
			out += g.Field.Of(f.Slug)
		}
	}
	return out
}

func (r *ranking) parentOf(code string) string {
	a, _ := r.tree.Get(code)
	if a.Level != LevelVertical {
		return ""
	}
	return a.Parent
}

// passedBy returns who gets what would go to an agency: itself, or what stands above it
// when the text is a denunciation of it. Communes are always passed by, as their officers
// are who is denounced there. What denounces the focal point goes to the Government Inspectorate.
func (r *ranking) passedBy(code string, text *cueText) string {
	if r.in.Kind != Denunciation {
		return code
	}
	for {
		a, _ := r.agency(code)
		if a.Level != LevelCommune && !text.denounces(a) {
			return code
		}
		above, ok := r.agency(a.Parent)
		switch {
		case code == RootAgency:
			return inspectorGeneral
		case !ok || !above.Assignable():
			return code
		}
		code = a.Parent
	}
}

// inspectorGeneral is the Government Inspectorate, and inspectorate the template of the local
// ones, which look into denunciations. Their name is also what they do, and most denunciations
// have it: only these words are about them.
const (
	inspectorGeneral = "ttcp"
	inspectorate     = "so-ttra"
)

var inspectors = []string{"tố cáo thanh tra", "của thanh tra", "ở thanh tra", "tại thanh tra", "chánh thanh tra", "thanh tra viên",
	"đoàn thanh tra", "cán bộ thanh tra", "công chức thanh tra", "ông thanh tra", "bà thanh tra", "lãnh đạo thanh tra", "phòng thanh tra"}

// heads are who is denounced of a province's committee, whose name stands in letters about all
// that is beneath it.
var heads = func() (out []string) {
	for _, who := range []string{"chủ tịch", "lãnh đạo", "văn phòng", "cán bộ"} {
		for _, of := range []string{"", "ubnd ", "ủy ban nhân dân ", "uỷ ban nhân dân "} {
			for _, place := range []string{"tỉnh", "thành phố", "tp"} {
				out = append(out, who+" "+of+place)
			}
		}
	}
	return out
}()

// asking are the words before an agency that is asked to look into something.
var asking = strings.Fields(" gửi gui nghị nghi mong nhờ nho xin báo bao với voi ")

// denounces says whether a denunciation is about an agency that it names, and not only to it.
func (t *cueText) denounces(a Agency) bool {
	switch {
	case a.Level == LevelProvince:
		return t.saysOneOf(heads, asking)
	case a.Template == inspectorate:
		return t.saysOneOf(inspectors, nil)
	case a.Template != "" && a.Level == LevelDepartment:
		return t.saysOneOf([]string{kindOf(a)}, nil)
	case a.Template != "":
		return false
	}
	names := []string{strings.TrimSuffix(a.Name, " Việt Nam")}
	if a.Code == RootAgency {
		names = append(names, rootCalled...)
	}
	return t.saysOneOf(names, asking)
}

// rootCalled is what people call the root beside its name.
var rootCalled = []string{"vpcp", "văn phòng cp"}

// denouncesRoot says so of the agency that receives all denunciations.
func (t *cueText) denouncesRoot(tree *Tree) bool {
	root, ok := tree.Get(RootAgency)
	return ok && t.denounces(root)
}

// saysOneOf reports whether one of the phrases stands in the text, with accents or without, where
// none of those words is among the two before it.
func (t *cueText) saysOneOf(phrases, without []string) bool {
	for _, p := range phrases {
		for _, words := range [][]string{wordsOf(p), Words(p)} {
			find := " " + strings.Join(words, " ") + " "
			for at := 0; ; {
				i := strings.Index(t.words[at:], find)
				if i < 0 {
					break
				}
				at += i + 1
				before := strings.Fields(t.words[:at])
				if !slices.ContainsFunc(before[max(0, len(before)-2):], func(w string) bool { return slices.Contains(without, w) }) {
					return true
				}
			}
		}
	}
	return false
}

// KindOf tells what a text is from a classifier's guess and from what triage's phrases said.
// Kinds that must not be missed count from the probability at which the held-back texts
// showed few false alarms, and not below it; of several the one that is furthest above.
// conduct and incident, which the corpus tells apart from other feedback, come back as they are.
func KindOf(g *Guess, said Kind) string {
	best, top := "", 0.0
	for i, k := range g.Kind.Labels {
		p := g.Kind.P[i]
		if k == string(said) && Kind(k) != Ordinary {
			p += 0.1
		}
		if t, ok := g.Calibration.Kind[k]; ok {
			if p < t {
				continue
			}
			p = 1 + p/t
		}
		if p > top {
			best, top = k, p
		}
	}
	return best
}

// ContractKind returns the kind that the contract has for one of the corpus.
func ContractKind(kind string) Kind {
	if slices.Contains(Kinds, Kind(kind)) {
		return Kind(kind)
	}
	return Ordinary
}
