package models

import "sync"

// Places looks up provinces and communes by code and by name, old names as well. It is
// built once and then only read.
type Places struct {
	provinces []Province
	byCode    map[string]Province
	communes  map[string]Commune
	of        map[string][]Commune
	nicknames []Nickname
	names     func() *placeNames // made when first asked for: most commands need none
	units     func() *units      // likewise
}

// FormerUnit is a commune as it was before the mergers, with the communes that have its
// land now.
type FormerUnit struct {
	Name     string   // with its kind: "Phường Bến Nghé"; empty: the district had none
	District string   // "Quận 1"
	Earlier  []string // what parts of the district were called before it
	Province string
	Now      []string // codes
}

// NewPlaces indexes provinces and communes, keeping their order, and old names.
func NewPlaces(provinces []Province, communes []Commune, former ...FormerUnit) *Places {
	p := &Places{provinces: provinces, byCode: map[string]Province{}, communes: map[string]Commune{}, of: map[string][]Commune{}}
	for _, x := range provinces {
		p.byCode[x.Code] = x
	}
	for _, c := range communes {
		p.communes[c.Code] = c
		p.of[c.Province] = append(p.of[c.Province], c)
	}
	p.names = sync.OnceValue(func() *placeNames { return newPlaceNames(p, communes, former) })
	p.units = sync.OnceValue(func() *units { return newUnits(p, communes, former, p.nicknames) })
	return p
}

// WithNicknames adds what people call places beside their names, and returns p. It must
// be called before anything is looked up.
func (p *Places) WithNicknames(list []Nickname) *Places {
	p.nicknames = list
	return p
}

// Provinces returns all of them.
func (p *Places) Provinces() []Province { return p.provinces }

// Province returns the province with that code.
func (p *Places) Province(code string) (Province, bool) { x, ok := p.byCode[code]; return x, ok }

// Commune returns the commune with that code.
func (p *Places) Commune(code string) (Commune, bool) { c, ok := p.communes[code]; return c, ok }

// CommunesOf returns the communes of a province.
func (p *Places) CommunesOf(province string) []Commune { return p.of[province] }
