package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kiennghi/models"
)

// TestTheCorpusIsLargeEnough: 4,000 requests, 60 for each agency of the centre and 40 for each
// kind of local one, and a third written as people write in haste: over all, and for no
// agency less than a fifth.
func TestTheCorpusIsLargeEnough(t *testing.T) {
	corpus, _ := Corpus()
	if len(corpus) < 4000 {
		t.Errorf("%d requests, want 4,000", len(corpus))
	}
	of, hasty, all := map[string]int{}, map[string]int{}, 0
	for _, e := range corpus {
		of[e.Agency]++
		if inHaste(e.Text) {
			hasty[e.Agency]++
			all++
		}
	}
	if all*3 < len(corpus) {
		t.Errorf("%d of %d are without accents or with typing errors, want a third", all, len(corpus))
	}
	for _, a := range Agencies() {
		key, least := a.Code, 60
		switch {
		case a.Level == models.LevelOutside: // no case is assigned to them
			continue
		case a.Level == models.LevelProvince: // labelled by their place
			key = "ubnd-*"
		case a.Template != "":
			key, least = a.Template, 40
		}
		if of[key] < least {
			t.Errorf("%s: %d requests, want %d", key, of[key], least)
		}
		if hasty[key]*5 < of[key] {
			t.Errorf("%s: %d of %d are without accents or with typing errors", key, hasty[key], of[key])
		}
	}
}

// short are words that are written like that only in haste.
var short = strings.Fields("ko k hk hok hong kg dc đc dk đk ng mn mng vs j z e ad mk mik bt bjt rùi thui lun lém khum hum nc tks thanks ntn vd sdt sđt")

// syllable is what a word of Vietnamese can be without its tone, names of the highlands included.
var syllable = regexp.MustCompile(`^(ngh?|nh|kr?|kh|gh?|gi|ch|th|tr|ph|qu|[bcdđhlmnprstvx])?` +
	`(i?êu|yêu|o[ae][iyo]|oao|u[aâô][iyo]|uy[aêu]|ươ[iu]|[aâeêioôơuưy]|ă|a[iouy]|â[uy]|[eê][ou]|i[aêu]|yê|[oôơ][aăeio]|u[aâêiôơy]|ư[aiơu])` +
	`(ch|ng|nh|[ckmnpt])?$`)

// inHaste says whether a text is without accents, but for a word in four, has a word that is
// short for another, or a word with accents that is none.
func inHaste(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) })
	accents, wrong := 0, false
	for _, w := range words {
		if models.Fold(w) != w {
			accents++
		}
		bare := norm.NFC.String(tones.Replace(norm.NFD.String(w)))
		vowels := strings.ContainsAny(bare, "aăâeêioôơuưy")
		wrong = wrong || slices.Contains(short, w) || vowels && strings.ReplaceAll(w, "đ", "d") != models.Fold(w) && !syllable.MatchString(bare)
	}
	return wrong || accents*4 < len(words)
}

var tones = strings.NewReplacer("\u0300", "", "\u0301", "", "\u0303", "", "\u0309", "", "\u0323", "")

func TestInHaste(t *testing.T) {
	for text, want := range map[string]bool{
		"Đường trước trường học ở Đắk Lắk hỏng, quyết định của Bộ GDĐT chưa rõ, Nguyễn Huệ, khuya, ngoẹo": false,
		"den duong hong ca thang nay":  true,
		"đường hỏng mà ko ai sửa":      true,
		"đường hỏng mà không ai sưar":  true,
		"tôi kihếu nại quyết định này": true,
	} {
		if inHaste(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// TestLabelsAreInRange: each place exists, as do agencies to coordinate with, and the level is
// the agency's; readCorpus looks at the other columns. The local bodies of the Department of
// Civil Judgment Enforcement and of companies have no template.
func TestLabelsAreInRange(t *testing.T) {
	tree := models.NewTree(Agencies())
	provinces, communes := map[string]bool{"": true}, map[string]string{}
	for _, p := range Provinces() {
		provinces[p.Code] = true
	}
	for _, c := range Communes() {
		communes[c.Code] = c.Province
	}
	corpus, _ := Corpus()
	other, _ := OtherHand()
	for _, e := range slices.Concat(corpus, other) {
		if !provinces[e.Province] || e.Commune != "" && (communes[e.Commune] == "" || communes[e.Commune] != e.Province) {
			t.Errorf("%s, %s: province %q, commune %q", e.Writer, e.Family, e.Province, e.Commune)
		}
		for _, w := range e.With {
			if _, known := tree.Get(w); w == e.Agency || !known && !corpusNames()[w] {
				t.Errorf("%s, %s: together with %q", e.Writer, e.Family, w)
			}
		}
		a, ok := tree.Get(e.Agency)
		want := models.Provincial
		switch {
		case e.Agency == "xa-ubnd":
			want = models.Communal
		case ok && a.Central():
			want = models.Central
		}
		if e.Level != want && e.Agency != "cucthads" && e.Agency != "dndv" {
			t.Errorf("%s, %s: level %s, but %s", e.Writer, e.Family, e.Level, e.Agency)
		}
	}
}

// TestNoFamilyIsOnBothSides: what only measures shares no family with what is learnt, and no
// letter that is learnt is nearly one that measures: of the shorter one's runs of four words,
// at least six, three in five stand in the other.
func TestNoFamilyIsOnBothSides(t *testing.T) {
	const run, least = 4, 6
	corpus, _ := Corpus()
	other, _ := OtherHand()
	all := slices.Concat(corpus, other)
	side := func(i int) int {
		switch {
		case i >= len(corpus):
			return 2
		case models.HeldBack(all[i].Family):
			return 1
		}
		return 0
	}
	families := map[string]int{}
	for i, e := range all {
		if was, known := families[e.Family]; known && was != side(i) {
			t.Errorf("family %s is on two sides, one of them in %s", e.Family, e.Writer)
		}
		families[e.Family] = side(i)
	}
	size, with := make([]int, len(all)), map[string][]int{}
	for i, e := range all {
		w := models.Words(e.Text)
		seen := map[string]bool{}
		for j := range max(0, len(w)-run+1) {
			if of := strings.Join(w[j:j+run], " "); !seen[of] {
				seen[of] = true
				with[of] = append(with[of], i)
			}
		}
		size[i] = len(seen)
	}
	shared := map[[2]int]int{}
	for _, in := range with {
		for k, i := range in {
			for _, j := range in[k+1:] {
				if side(i) != side(j) {
					shared[[2]int{i, j}]++
				}
			}
		}
	}
	for pair, n := range shared {
		if a, b := pair[0], pair[1]; n >= least && 5*n >= 3*min(size[a], size[b]) {
			t.Errorf("nearly the same on two sides:\n%s %s: %s\n%s %s: %s", all[a].Writer, all[a].Family, all[a].Text, all[b].Writer, all[b].Family, all[b].Text)
		}
	}
}
