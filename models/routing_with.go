package models

import (
	"slices"
	"strings"
	"sync"
)

// coordinating returns the agencies that a letter names beside the one that it is for: those
// of the same level, by the names that people know them by; and where the police lead, the
// department whose field the matter is likely to be in: false goods, felled woods, drugs of a
// pharmacy. What merely might be another's business does not show that it is shared.
func (r *ranking) coordinating(lead string, text *cueText) []string {
	if lead == "" || r.in.Kind == Denunciation {
		return nil
	}
	of, _ := r.agency(lead)
	var out []string
	for _, key := range r.keysOfLevel(of) {
		code := r.instance(key)
		if r.in.Guess != nil && r.in.Guess.Agency.Of(key) < sharedFrom {
			continue
		}
		if a, ok := r.agency(code); ok && code != lead && a.Assignable() && text.names(a) && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	if code := r.besidePolice(of); code != "" && !slices.Contains(out, code) {
		out = append(out, code)
	}
	return out
}

// besidePoliceFrom is how probable the fields of a department have to be together: of writers who
// put down who shares a matter two in three of those suggested had been, and from 0.3 on one in two.
const besidePoliceFrom = 0.4

// besidePolice returns the department whose fields are likely, where the police lead; else none.
func (r *ranking) besidePolice(lead Agency) string {
	if lead.Template != police || r.in.Guess == nil {
		return ""
	}
	likely := map[string]float64{}
	for _, f := range r.fields {
		likely[f.Department] += r.in.Guess.Field.Of(f.Slug)
	}
	best := ""
	for _, f := range r.fields {
		if p := likely[f.Department]; f.Department != police && p >= besidePoliceFrom && (best == "" || p > likely[best]) {
			best = f.Department
		}
	}
	if a, ok := r.agency(r.instance(best)); ok && a.Level == LevelDepartment && a.Assignable() {
		return a.Code
	}
	return ""
}

// sharedFrom is how probable an agency has to be that is named, to share a matter: of those
// named in letters of writers whom a model did not know 18 of 34 were right, and from here on
// 13 of 18.
const sharedFrom = 0.02

// keysOfLevel returns the agencies and templates of an agency's level that the fields know.
func (r *ranking) keysOfLevel(a Agency) []string {
	var out []string
	for _, f := range r.fields {
		key := f.Department
		if a.Central() {
			key = f.Ministry
		} else if a.Level == LevelCommune {
			return nil
		}
		if key != "" && key != "xa-ubnd" && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// names reports whether a text has the name of an agency: whole, up to its first "và", by a
// field of it, or of the police of a province "công an". An inspectorate's name is also what
// others do.
func (t *cueText) names(a Agency) bool {
	name := kindOf(a)
	if a.Template == inspectorate {
		return false
	}
	if a.Template == police {
		return t.has(name) > 0 && t.has("công an viên") == 0
	}
	short, _, _ := strings.Cut(name, " và ")
	return t.has(name) > 0 || t.has(short) > 0 && len(wordsOf(short)) > 1 || t.callsByField(name)
}

// callsByField reports whether a text calls an agency by one of the fields in its name, as
// people do who are sent from one to the other: "bên y tế", "xây dựng thì bảo". What
// somebody learns or works in ("ngành xây dựng") is no agency.
func (t *cueText) callsByField(name string) bool {
	calls, ok := fieldCalls.Load(name)
	if !ok {
		calls, _ = fieldCalls.LoadOrStore(name, newFieldCalls(name))
	}
	return slices.ContainsFunc(calls.([]string), func(call string) bool { return t.has(call) > 0 })
}

// fieldCalls remembers, by the name of an agency, what it is called by its fields.
var fieldCalls sync.Map

func newFieldCalls(name string) (calls []string) {
	kind, fields, _ := strings.Cut(name, " ")
	if kind != "Bộ" && kind != "Sở" {
		return nil
	}
	for list := range strings.SplitSeq(fields, " và ") {
		for field := range strings.SplitSeq(list, ", ") {
			calls = append(calls, "bên "+field, field+" nói", field+" thì bảo")
		}
	}
	return calls
}

const police = "ca-tinh"
