package models

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// RouteInput is what is known of a submission when its agency is looked for.
type RouteInput struct {
	Title    string
	Body     string
	Province string
	Commune  string
	Asked    string // the agency the sender named
	Field    string // the subject the sender chose
	Kind     Kind   // what it is, if that is known; a denunciation does not go to whom it names
	Guess    *Guess // what a classifier makes of the text; nil: there is none
	Least    int    // suggest at least so many, however improbable; at most 5
}

// RouteHit is a remit or a past case that resembles a submission.
type RouteHit struct {
	Agency string  // who answers for it: a code, or a template of local agencies
	Score  float64 // 0 to 1; below 0 for what a remit says it is not about
}

// Routing is which agencies may be the right ones, best first, and the likely subject.
type Routing struct {
	Suggestions []Suggestion // at most 5; their probabilities add up to 1 or less
	Field       string       // slug, empty when the text gives no sign
	Level       string       // of the first suggestion: central, province or commune
	NoPlace     bool         // the best one is a template of local agencies, or a ministry that stands in for one: nobody said where
}

// Confident returns the best agency when its probability reaches the threshold and the
// place is known, if it matters.
func (r Routing) Confident(threshold float64) (agency string, ok bool) {
	if len(r.Suggestions) == 0 || r.NoPlace || r.Suggestions[0].Probability < threshold {
		return "", false
	}
	return r.Suggestions[0].Agency, true
}

// The weights of evidence. Evidence adds up; its exponential is an agency's share.
const (
	weightRemit = 3.0 // the remit that fits best; others in proportion
	weightField = 2.5 // all signs of one field
	weightCases = 2.5 // a past case that is nearly the same
	weightAsked = 2.5 // the sender's own choice
	weightLevel = 1.5 // a sign of the level
	besideGuess = 1.5 // of remits and cases beside a classifier, whose calibration weighs all signs lightly
	nobody      = 3.0 // evidence below this is thin
)

// surestOfAll is how probable a suggestion can be at most, whatever speaks for it: there is
// always something that no text tells.
const surestOfAll = 0.99

// Rank weighs the evidence. It is pure: the same arguments give the same answer.
func Rank(in RouteInput, tree *Tree, fields []Field, remits, cases []RouteHit) Routing {
	r := ranking{in: in, tree: tree, fields: fields, evidence: map[string]float64{}, reasons: map[string][]TextPair{}, standsIn: map[string]float64{}}
	whole := newCueText(in.Title + "\n" + in.Body) // who is denounced may stand anywhere
	text := whole
	if in.Guess != nil && in.Guess.Read != "" && in.Guess.Read != in.Title+"\n"+in.Body {
		text = newCueText(in.Guess.Read)
	}
	field := r.weighFields(text)
	if in.Guess != nil {
		guessed := r.weighGuess()
		if field == "" || slices.Contains(in.Guess.Field.Labels, field) { // what the classifier never learnt has only its signs
			field = guessed
		}
	}
	r.weighRemits(remits)
	r.weighCases(cases)
	r.weighLevels(text)
	if a, ok := tree.Get(in.Asked); ok && a.Assignable() {
		r.evidence[a.Code] += weightAsked
		r.because(a.Code, "người gửi chọn cơ quan này", "the sender named it")
	}
	out := Routing{Suggestions: r.suggestions(whole), Field: field}
	if len(out.Suggestions) > 0 {
		best := &out.Suggestions[0]
		first, _ := r.agency(best.Agency)
		out.Level = first.Scale()
		best.With = r.coordinating(best.Agency, text)
		_, known := tree.Get(best.Agency)
		switch {
		case !known:
			out.NoPlace = true
			best.Because(TextPair{"chưa rõ nơi xảy ra", "where it happened is not known"})
		case in.Province == "" && r.standsIn[best.Agency] > 0 && best.Agency != in.Asked:
			out.NoPlace = true
			best.Because(TextPair{"chưa rõ nơi xảy ra; có thể là việc của địa phương", "where it happened is not known; it may be a local matter"})
		}
	}
	return out
}

type ranking struct {
	in       RouteInput
	tree     *Tree
	fields   []Field
	likely   []Field // by the signs in the text, most first
	evidence map[string]float64
	reasons  map[string][]TextPair
	standsIn map[string]float64 // more evidence for its local counterparts than for itself
	guess    map[string]float64 // by agency, the probability that the classifier gives it
}

func (r *ranking) because(agency, vi, en string) {
	if reason := (TextPair{vi, en}); !slices.Contains(r.reasons[agency], reason) {
		r.reasons[agency] = append(r.reasons[agency], reason)
	}
}

// weighFields counts the signs of each field and speaks for its department and its
// ministry. It returns the likely field.
func (r *ranking) weighFields(text *cueText) string {
	type sign struct {
		field Field
		found []string
		score float64
	}
	var signs []sign
	var total float64
	for _, f := range r.fields {
		s := sign{field: f}
		for _, c := range f.Cues {
			if n := text.has(c); n > 0 {
				s.found = append(s.found, c)
				s.score += n
			}
		}
		if f.Slug == r.in.Field {
			s.score += 2
		}
		if s.score > 0 {
			signs = append(signs, s)
			total += s.score
		}
	}
	slices.SortStableFunc(signs, func(a, b sign) int { return cmp.Compare(b.score, a.score) })
	for i, s := range signs {
		if i == 4 {
			break
		}
		r.likely = append(r.likely, s.field)
		// Many signs say more than one, and less when other fields have some too.
		weight := weightField * (s.score / total) * (1 - math.Exp(-s.score))
		keys := []string{s.field.Department, s.field.Ministry}
		if r.in.Guess != nil {
			keys = append(keys, "xa-ubnd") // signs of a field do not tell the level
		}
		for _, key := range keys {
			if code := r.instance(key); code != "" {
				r.evidence[code] += weight
				r.stands(code, key, weight)
				if len(s.found) > 0 {
					words := "«" + strings.Join(s.found[:min(len(s.found), 4)], "», «") + "»"
					r.because(code, "nhắc đến "+words, "mentions "+words)
				}
			}
		}
	}
	if len(signs) == 0 {
		return ""
	}
	return signs[0].field.Slug
}

func (r *ranking) weighRemits(hits []RouteHit) {
	var top float64
	for _, h := range hits {
		top = max(top, h.Score)
	}
	if top <= 0 {
		return
	}
	strength := weightRemit * min(1, 0.4+2*top) * r.hits()
	for _, h := range hits {
		if code := r.instance(h.Agency); code != "" {
			r.evidence[code] += strength * h.Score / top
			r.stands(code, h.Agency, strength*h.Score/top)
			if h.Score > 0.7*top {
				r.because(code, "đúng phần việc được giao", "matches what it answers for")
			} else if h.Score > 0 {
				r.because(code, "gần với phần việc được giao", "close to what it answers for")
			}
		}
	}
}

// hits is how much what was found counts.
func (r *ranking) hits() float64 {
	if r.in.Guess != nil {
		return besideGuess
	}
	return 1
}

// weighCases lets what was answered before speak: for the very agency, and for its
// like in the place of this submission.
func (r *ranking) weighCases(hits []RouteHit) {
	count := map[string]int{}
	score := map[string]float64{}
	for _, h := range hits {
		a, ok := r.tree.Get(h.Agency)
		if !ok || !a.Assignable() {
			continue
		}
		code := a.Code
		if a.Template != "" {
			code = r.instance(a.Template)
		}
		if code != "" {
			count[code]++
			score[code] += h.Score
			r.stands(code, cmp.Or(a.Template, code), weightCases*h.Score)
		}
	}
	for code, s := range score {
		r.evidence[code] += weightCases * (1 - math.Exp(-3*s)) * r.hits()
		if a, ok := r.tree.Get(code); ok {
			r.because(code, fmt.Sprintf("%d vụ tương tự do %s trả lời", count[code], kindOf(a)), fmt.Sprintf("%d similar cases answered by %s", count[code], kindInEnglish(a)))
		}
	}
}

// kindOf names what an agency is without its place, as far as its name shows.
func kindOf(a Agency) string {
	for _, place := range []string{" thành phố ", " tỉnh ", " phường ", " xã ", " đặc khu "} {
		if i := strings.Index(a.Name, place); i > 0 && a.Template != "" {
			if i <= len("UBND") {
				return a.Name
			}
			return a.Name[:i]
		}
	}
	return a.Name
}

// kindInEnglish is kindOf of the name in English, which ends with the place.
func kindInEnglish(a Agency) string {
	if i := strings.LastIndex(a.NameEN, " of "); i > 0 && a.Template != "" && a.Level == LevelDepartment {
		return a.NameEN[:i]
	}
	return cmp.Or(a.NameEN, a.Name)
}

var levelCues = map[Level][]string{
	LevelMinistry: {"nghị định", "thông tư", "luật", "dự thảo", "chính sách", "quy định", "sửa đổi", "bổ sung", "ban hành", "cả nước", "toàn quốc",
		"thủ tướng", "bộ trưởng", "quốc lộ", "cao tốc", "hướng dẫn thực hiện", "bất cập", "văn bản"},
	LevelCommune: {"hẻm", "ngõ", "xóm", "tổ dân phố", "khu phố", "đường thôn", "thôn tôi", "ấp", "hàng xóm", "nhà bên cạnh", "ubnd xã", "ubnd phường", "phường không", "xã không",
		"cán bộ xã", "cán bộ phường", "chó thả rông", "hàng rong", "loa phường"},
	LevelDepartment: {"trên tuyến đường", "đường tỉnh", "tỉnh lộ", "trong thành phố", "toàn tỉnh"},
}

// weighLevels lets the scale of the matter speak: a broken lamp is local, a decree is
// central. Without any sign a matter with a place is local.
func (r *ranking) weighLevels(text *cueText) {
	level := map[Level]float64{}
	for l, cues := range levelCues {
		for _, c := range cues {
			level[l] += text.has(c)
		}
	}
	if r.in.Province != "" {
		level[LevelDepartment] += 0.7
	} else {
		level[LevelMinistry] += 0.7
	}
	for code, e := range r.evidence {
		if e <= 0 {
			continue
		}
		a, _ := r.agency(code)
		var n float64
		switch a.Level {
		case LevelMinistry, LevelVertical, LevelGovernment:
			n = level[LevelMinistry]
		case LevelDepartment, LevelProvince:
			n = level[LevelDepartment]
		case LevelCommune:
			n = level[LevelCommune]
		}
		r.evidence[code] += weightLevel * (1 - math.Exp(-n))
	}
}

// agency returns an agency or, with a classifier, a template as one.
func (r *ranking) agency(code string) (Agency, bool) {
	a, ok := r.tree.Get(code)
	if ok || r.in.Guess == nil {
		return a, ok
	}
	a, ok = r.tree.Template(code)
	if _, there := r.tree.Get("ubnd-" + r.in.Province); there && a.Level == LevelCommune {
		a.Parent = "ubnd-" + r.in.Province
	}
	return a, ok
}

// instance returns the code of the agency that a code or template means in the place of
// the submission; empty when there is none. Without the place it is the template itself,
// and where there is no classifier to tell levels apart, the ministry.
func (r *ranking) instance(key string) string {
	if _, ok := r.tree.Get(key); ok {
		return key
	}
	code := ""
	switch {
	case r.in.Guess != nil && (r.in.Province == "" || key == "xa-ubnd" && r.in.Commune == ""):
		if _, ok := r.tree.Template(key); ok {
			return key
		}
		return ""
	case key == "xa-ubnd":
		if r.in.Commune != "" {
			code = "xa-" + r.in.Commune
		} else if len(r.likely) > 0 {
			return r.instance(r.likely[0].Department)
		} else {
			code = "ubnd-" + r.in.Province
		}
	case key == "ubnd-*":
		code = "ubnd-" + r.in.Province
	case r.in.Province != "":
		code = key + "-" + r.in.Province
	default:
		for _, f := range append(slices.Clone(r.likely), r.fields...) {
			if f.Department == key {
				code = f.Ministry
				break
			}
		}
	}
	if _, ok := r.tree.Get(code); ok {
		return code
	}
	return ""
}

// stands keeps whether evidence for an agency was about itself or about its like in a
// place that is not known.
func (r *ranking) stands(code, key string, evidence float64) {
	if key == code {
		evidence = -evidence
	}
	r.standsIn[code] += evidence
}

func (r *ranking) suggestions(whole *cueText) []Suggestion {
	share := r.shares()
	total := 0.0
	if r.guess == nil {
		total = math.Exp(nobody)
	}
	merged := map[string]float64{}
	for code, p := range share {
		total += p
		if to := r.passedBy(code, whole); to != code {
			r.because(to, "tố cáo không chuyển cho nơi bị tố cáo", "a denunciation does not go to whom it is about")
			code = to
		}
		merged[code] += p
	}
	all := make([]Suggestion, 0, len(merged))
	for code, p := range merged {
		a, _ := r.agency(code)
		s := Suggestion{Agency: code, Probability: p}
		for _, reason := range r.reasons[code] {
			s.Because(reason)
		}
		if place := r.place(a); place != "" {
			s.Because(TextPair{"xảy ra ở " + place, "it happened in " + place})
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Agency, b.Agency))
	})
	all = all[:min(len(all), 5)]
	surest := surestOfAll
	if r.guess != nil {
		surest = min(surest, cmp.Or(r.in.Guess.Calibration.Surest, surest))
	}
	for i := range all {
		all[i].Probability = math.Round(all[i].Probability/total*surest*1000) / 1000
	}
	for len(all) > r.in.Least && all[len(all)-1].Probability < 0.02 {
		all = all[:len(all)-1]
	}
	return all
}

// shares returns how much speaks for each agency that can be assigned.
func (r *ranking) shares() map[string]float64 {
	out := map[string]float64{}
	for code, e := range r.evidence {
		if a, ok := r.agency(code); ok && a.Assignable() && (e > 0 || r.guess != nil) {
			out[code] = math.Exp(e)
		}
	}
	if r.guess == nil {
		return out
	}
	c := r.in.Guess.Calibration
	for code := range r.guess {
		if a, ok := r.agency(code); ok && a.Assignable() {
			out[code] = 0
		}
	}
	for code := range out {
		out[code] = math.Exp((math.Log(max(r.guess[code], 1e-5)) + c.Cues*r.evidence[code]) / c.Temperature)
	}
	return out
}

// place names where the matter is, for a local agency of that place.
func (r *ranking) place(a Agency) string {
	name := ""
	switch {
	case a.Commune != "" && a.Commune == r.in.Commune:
		name = a.Name
	case a.Province != "" && a.Province == r.in.Province:
		top, _ := r.tree.Get("ubnd-" + a.Province)
		name = top.Name
	}
	if name == "" {
		return ""
	}
	return strings.TrimPrefix(name, "UBND ")
}
