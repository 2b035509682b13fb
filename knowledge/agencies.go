package knowledge

import (
	"fmt"
	"strings"
	"sync"

	"kiennghi/models"
)

// Agencies returns the state's tree, parents first and always in the same order: the
// central agencies, the provinces, the departments of each province, the communes, and
// last the outside bodies that people are directed to. Departments and communes are
// made from the templates in agencies.tsv.
var Agencies = sync.OnceValue(loadAgencies)

func loadAgencies() []models.Agency {
	var central, departments, outside []template
	var commune template
	readTable("agencies.tsv", 10, func(line int, c []string) {
		t := template{
			Agency: models.Agency{Code: c[0], Name: c[1], NameEN: c[2], Level: models.Level(c[3]), Parent: c[4], EGovCode: c[6], Remit: c[8]},
			only:   c[5],
		}
		switch t.Level {
		case models.LevelMinistry, models.LevelGovernment, models.LevelVertical:
			central = append(central, t)
		case models.LevelProvince:
			t.Province, t.Template = strings.TrimPrefix(t.Code, "ubnd-"), "ubnd-*"
			central = append(central, t)
		case models.LevelDepartment:
			departments = append(departments, t)
		case models.LevelCommune:
			commune = t
		case models.LevelOutside:
			outside = append(outside, t)
		default:
			panic(fmt.Sprintf("knowledge/agencies.tsv:%d: unknown level %q", line, c[3]))
		}
	})

	out := make([]models.Agency, 0, 4200)
	for _, t := range central {
		out = append(out, t.Agency)
	}
	for _, p := range Provinces() {
		for _, t := range departments {
			if t.only == "" || strings.Contains(t.only, p.Code) {
				out = append(out, t.inProvince(p))
			}
		}
	}
	for _, c := range Communes() {
		out = append(out, commune.inCommune(c))
	}
	for _, t := range outside {
		out = append(out, t.Agency)
	}
	return out
}

// template is a row of agencies.tsv: an agency, or the pattern of local ones.
type template struct {
	models.Agency
	only string // codes of the provinces that have it; empty: all
}

func (t template) inProvince(p models.Province) models.Agency {
	a := t.Agency
	a.Template, a.Code = t.Code, t.Code+"-"+p.Code
	a.Name = strings.ReplaceAll(t.Name, "{tinh}", strings.ToLower(p.Type[:1])+p.Type[1:]+" "+p.Name)
	a.NameEN = strings.ReplaceAll(t.NameEN, "{province}", p.NameEN)
	a.Parent, a.Province = "ubnd-"+p.Code, p.Code
	return a
}

// communeKinds are the words that a commune's name begins with.
var communeKinds = []struct{ prefix, vi, en string }{
	{"Phường ", "phường ", " Ward"},
	{"Xã ", "xã ", " Commune"},
	{"Đặc khu ", "đặc khu ", " Special Zone"},
}

// communeInEnglish is a commune's name without accents, and its kind behind it.
func communeInEnglish(name string) string {
	for _, k := range communeKinds {
		if name, ok := strings.CutPrefix(name, k.prefix); ok {
			return models.Unaccented(name) + k.en
		}
	}
	return models.Unaccented(name)
}

func (t template) inCommune(c models.Commune) models.Agency {
	a := t.Agency
	a.Template, a.Code = t.Code, "xa-"+c.Code
	a.Parent, a.Province, a.Commune = "ubnd-"+c.Province, c.Province, c.Code
	a.NameEN = strings.ReplaceAll(t.NameEN, "{commune}", c.NameEN)
	for _, k := range communeKinds {
		if name, ok := strings.CutPrefix(c.Name, k.prefix); ok {
			a.Name = strings.ReplaceAll(t.Name, "{xa}", k.vi+name)
		}
	}
	return a
}
