package models

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Fields answers which subject fields there are on a day. Many may ask it while Amend adds
// to it.
type Fields struct {
	known  []Field
	groups []FieldGroup
	now    atomic.Pointer[fieldVersions]
}

// fieldVersions is every version of every field, those that begin first before the others.
type fieldVersions struct {
	all   []Field
	added string                      // the amendments among them
	day   atomic.Pointer[fieldsOfDay] // the day that was asked for last
}

type fieldsOfDay struct {
	day, stamp string
	open, ever []Field        // what can be chosen; and with it what was retired
	at         map[string]int // slug to its place in ever
}

// NewFields takes the fields and groups that the program brings along.
func NewFields(known []Field, groups []FieldGroup) *Fields {
	f := &Fields{known: known, groups: groups}
	f.Amend(nil)
	return f
}

// Amend puts the fields of these amendments in place of those before.
func (f *Fields) Amend(amendments []Amendment) {
	var added []Amendment
	for _, a := range amendments {
		if a.Field != nil {
			added = append(added, a)
		}
	}
	slices.SortStableFunc(added, func(a, b Amendment) int { return cmp.Or(cmp.Compare(a.Field.From, b.Field.From), a.At.Compare(b.At)) })
	v := &fieldVersions{all: slices.Clone(f.known)}
	for _, a := range added {
		v.all = append(v.all, *a.Field)
		v.added += " " + a.ID
	}
	f.now.Store(v)
}

// Versions returns every version of every field, those to come too; of one field the
// earliest first.
func (f *Fields) Versions() []Field { return f.now.Load().all }

// Groups returns the upper level of the fields.
func (f *Fields) Groups() []FieldGroup { return f.groups }

// Last returns a field as its last version has it, even if that is one to come.
func (f *Fields) Last(slug string) (Field, bool) {
	versions := slices.Clone(f.Versions())
	slices.Reverse(versions)
	return fieldOf(versions, slug)
}

// On returns the fields that can be chosen on that day, group by group.
func (f *Fields) On(now time.Time) []Field { return f.of(now).open }

// Ever returns the fields of On, and those that were retired by that day, as they were last.
func (f *Fields) Ever(now time.Time) []Field { return f.of(now).ever }

// Stamp is another one whenever On or Ever may be others than before.
func (f *Fields) Stamp(now time.Time) string { return f.of(now).stamp }

// Get returns a field as it is on that day, retired or not.
func (f *Fields) Get(slug string, now time.Time) (Field, bool) {
	x := f.of(now)
	i, ok := x.at[slug]
	if !ok {
		return Field{}, false
	}
	return x.ever[i], true
}

func fieldOf(list []Field, slug string) (Field, bool) {
	i := slices.IndexFunc(list, func(x Field) bool { return x.Slug == slug })
	if i < 0 {
		return Field{}, false
	}
	return list[i], true
}

func (f *Fields) of(now time.Time) *fieldsOfDay {
	versions, day := f.now.Load(), now.In(VietNam).Format(time.DateOnly)
	if x := versions.day.Load(); x != nil && x.day == day {
		return x
	}
	x := &fieldsOfDay{day: day, stamp: day + versions.added, at: map[string]int{}}
	for _, v := range versions.all {
		if v.From > day {
			continue
		}
		if i := slices.IndexFunc(x.ever, func(old Field) bool { return old.Slug == v.Slug }); i >= 0 {
			x.ever[i] = v
		} else {
			x.ever = append(x.ever, v)
		}
	}
	slices.SortStableFunc(x.ever, func(a, b Field) int { return cmp.Compare(f.place(a.Group), f.place(b.Group)) })
	for i, v := range x.ever {
		x.at[v.Slug] = i
	}
	x.open = slices.DeleteFunc(slices.Clone(x.ever), func(v Field) bool { return v.Retired })
	versions.day.Store(x)
	return x
}

// place is where a group stands among the others.
func (f *Fields) place(group string) int {
	return slices.IndexFunc(f.groups, func(g FieldGroup) bool { return g.Slug == group })
}

// Limits of what administrators type of a field.
const (
	MaxFieldName = 100
	MaxCues      = 60
	maxSlug      = 60
)

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// check cleans a version of a field and says what is wrong with it. Without a slug it is a
// new field and gets one from its name; with one it follows the field's last version and
// stays in its group. A retired one is otherwise as it was.
func (x *Field) check(fields *Fields, tree *Tree, today string) (c fieldCheck) {
	if x.Slug != "" {
		last, ok := fields.Last(x.Slug)
		switch {
		case !ok:
			c.add("slug", "unknown", 0)
			return c
		case last.From >= x.From && x.From != "":
			c.add("from", "field_follows", 0)
		case last.Retired && x.Retired:
			c.add("from", "field_retired", 0)
		}
		x.Group = last.Group
		if x.Retired {
			last.From, last.Retired = x.From, true
			*x = last
			c.tomorrow("from", x.From, today)
			return c
		}
	}
	x.Name, x.NameEN, x.Retired = CleanLine(x.Name), CleanLine(x.NameEN), false
	c.text("name", x.Name, 1, MaxFieldName)
	c.text("name_en", x.NameEN, 1, MaxFieldName)
	if x.Slug == "" {
		x.Slug = notInSlug.ReplaceAllString(Fold(x.Name), "-")
		x.Slug = strings.Trim(x.Slug[:min(len(x.Slug), maxSlug)], "-")
		if _, known := fieldOf(fields.Versions(), x.Slug); known || x.Slug == "" && x.Name != "" {
			c.add("name", "field_known", 0)
		}
		if fields.place(x.Group) < 0 {
			c.add("group", "unknown", 0)
		}
	}
	if a, ok := tree.Get(x.Ministry); !ok || !a.Assignable() || !a.Central() {
		c.add("ministry", "not_central", 0)
	}
	if a, ok := tree.Template(x.Department); !ok || a.Level != LevelDepartment {
		c.add("department", "unknown", 0)
	}
	var cues []string
	for _, cue := range x.Cues {
		if cue = CleanLine(cue); cue != "" && !slices.Contains(cues, cue) {
			c.text("cues", cue, 2, MaxFieldName)
			cues = append(cues, cue)
		}
	}
	if x.Cues = cues; len(cues) > MaxCues {
		c.add("cues", "too_many", MaxCues)
	}
	c.tomorrow("from", x.From, today)
	return c
}
