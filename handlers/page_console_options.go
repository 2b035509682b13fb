package handlers

import (
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// What can be chosen from in the forms of the console.

// fieldOptions are the fields that something can be filed under, and the one that it has.
func (s *server) fieldOptions(lang, has string, first ...web.Option) []web.Option {
	for _, f := range s.Ref.Fields.Ever(s.Now()) {
		if !f.Retired || f.Slug == has {
			first = append(first, web.Option{Value: f.Slug, Text: models.TextPair{VI: f.Name, EN: f.NameEN}.In(lang)})
		}
	}
	return first
}

// fieldFilter are the fields that cases may have, those of the past too.
func (s *server) fieldFilter(lang string, first ...web.Option) []web.Option {
	for _, f := range s.Ref.Fields.Ever(s.Now()) {
		text := models.TextPair{VI: f.Name, EN: f.NameEN}.In(lang)
		if f.Retired {
			text += " (" + s.site.T(lang, "fields.retired") + ")"
		}
		first = append(first, web.Option{Value: f.Slug, Text: text})
	}
	return first
}

func (s *server) provinceOptions(lang string, first ...web.Option) []web.Option {
	for _, p := range s.Ref.Places.Provinces() {
		first = append(first, web.Option{Value: p.Code, Text: models.TextPair{VI: p.Name, EN: p.NameEN}.In(lang)})
	}
	return first
}

func (s *server) kindOptions(lang string, first ...web.Option) []web.Option {
	for _, k := range models.Kinds {
		first = append(first, web.Option{Value: string(k), Text: s.site.T(lang, "kind."+string(k))})
	}
	return first
}

// agencyNames finds agencies by what people type of their names.
type agencyNames struct {
	mu   sync.Mutex
	from *models.Agency // the first of the tree that they were made from
	all  []namedAgency
}

type namedAgency struct {
	models.Agency
	names [][]string // the words of each of its names, and of its code
}

// find returns the agencies whose names have all the words, the last as far as it was
// typed; those with the fewest other words come first.
func (x *agencyNames) find(tree *models.Tree, typed string, most int) []models.Agency {
	words := models.Words(typed)
	if len(words) == 0 {
		return nil
	}
	type hit struct {
		namedAgency
		extra int
	}
	var hits []hit
	for _, a := range x.of(tree) {
		if n := a.has(words); n > 0 {
			hits = append(hits, hit{a, n - len(words)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.extra - b.extra })
	var out []models.Agency
	for _, h := range hits[:min(most, len(hits))] {
		out = append(out, h.Agency)
	}
	return out
}

// of returns the names in a tree, which are made once for each.
func (x *agencyNames) of(tree *models.Tree) []namedAgency {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := tree.All()
	if len(all) == 0 {
		return nil
	}
	if x.from != &all[0] {
		x.from, x.all = &all[0], nil
		for _, a := range all {
			if a.Assignable() {
				code := models.Words(a.Code)
				x.all = append(x.all, namedAgency{a, [][]string{append(models.Words(a.Name), code...), append(models.Words(a.NameEN), code...)}})
			}
		}
	}
	return x.all
}

// has returns of how many words the first name is that has all these, 0 when none does.
func (a *namedAgency) has(words []string) int {
	for _, name := range a.names {
		lacks := func(i int) bool {
			return !slices.ContainsFunc(name, func(have string) bool {
				return have == words[i] || i == len(words)-1 && strings.HasPrefix(have, words[i])
			})
		}
		i := 0
		for i < len(words) && !lacks(i) {
			i++
		}
		if i == len(words) {
			return len(name)
		}
	}
	return 0
}

// findAgency returns the code of the agency that was typed: its code, "name (code)" as the
// list of proposals has it, or enough of its name in either language. When that may be
// several, they are returned to be chosen from.
func (s *server) findAgency(typed, lang string) (code string, choices []web.Option) {
	typed = models.CleanLine(typed)
	if len(typed) > 300 {
		return "", nil
	}
	last := strings.TrimSuffix(typed[strings.LastIndexByte(typed, '(')+1:], ")")
	for _, code := range []string{typed, last} {
		if a, ok := s.Ref.Tree.Get(code); ok && a.Assignable() {
			return code, nil
		}
	}
	found := s.agencies.find(s.Ref.Tree, typed, 10)
	if len(found) == 1 {
		return found[0].Code, nil
	}
	for _, a := range found {
		if models.Fold(a.Name) == models.Fold(typed) || models.Fold(a.NameEN) == models.Fold(typed) {
			return a.Code, nil
		}
		choices = append(choices, web.Option{Value: a.Code, Text: agencyLabel(a, lang)})
	}
	return "", choices
}

func agencyLabel(a models.Agency, lang string) string { return agencyIn(a, lang) + " (" + a.Code + ")" }

// agencyProposals is what the scripts of the console complete names of agencies with.
func (s *server) agencyProposals(c *fiber.Ctx) error {
	names := []string{}
	for _, a := range s.agencies.find(s.Ref.Tree, models.Shorten(c.Query("q"), 200), 12) {
		names = append(names, agencyLabel(a, of(c.UserContext()).Lang))
	}
	return c.JSON(names)
}
