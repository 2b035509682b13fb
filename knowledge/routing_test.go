package knowledge

import "testing"

func TestFieldsHaveGroups(t *testing.T) {
	groups := map[string]int{}
	for _, g := range FieldGroups() {
		if _, twice := groups[g.Slug]; twice || g.Name == "" || g.NameEN == "" {
			t.Errorf("bad group %+v", g)
		}
		groups[g.Slug] = 0
	}
	for _, f := range Fields() {
		if _, ok := groups[f.Group]; !ok {
			t.Errorf("field %s: unknown group %q", f.Slug, f.Group)
		}
		groups[f.Group]++
	}
	for g, n := range groups {
		if n == 0 {
			t.Errorf("group %s has no field", g)
		}
	}
}
