// Package knowledge holds what the program knows about Viet Nam's state before the
// first letter arrives: agencies and their remits, provinces and communes, subject
// fields, deadline rules, holidays, refusal grounds, triage cues and demo letters.
// It is data, embedded into the binary, with a thin loader. The facts live in the
// .tsv and .json files of this folder, so that an expert can review them without
// reading Go; README.md names their sources and how far each can be trusted.
//
// Every function parses its file once and returns the same slice to every caller:
// read it, do not change it. A file that does not parse is a programming error,
// found by the tests; the functions panic then, naming the file and line.
package knowledge

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"kiennghi/models"
)

//go:embed *.tsv *.json demo/feedback.json
var files embed.FS

// Provinces returns the 34 provinces and centrally-run cities in the order of their codes.
var Provinces = sync.OnceValue(loadProvinces)

func loadProvinces() []models.Province {
	var out []models.Province
	readTable("provinces.tsv", 5, func(_ int, c []string) {
		out = append(out, models.Province{Code: c[0], Name: c[1], NameEN: c[2], Type: c[3], MergedFrom: c[4]})
	})
	return out
}

// Communes returns the 3,321 communes, wards and special zones, by province and code.
var Communes = sync.OnceValue(loadCommunes)

func loadCommunes() []models.Commune {
	out := make([]models.Commune, 0, 3321)
	readTable("communes.tsv", 5, func(line int, c []string) {
		out = append(out, models.Commune{
			Code: c[0], Province: c[1], Name: c[2], NameEN: communeInEnglish(c[2]),
			Lat: number("communes.tsv", line, c[3]), Lon: number("communes.tsv", line, c[4]),
		})
	})
	return out
}

// Fields returns the subject fields that a letter can be filed under.
var Fields = sync.OnceValue(loadFields)

func loadFields() []models.Field {
	var out []models.Field
	readTable("fields.tsv", 7, func(_ int, c []string) {
		out = append(out, models.Field{
			Slug: c[0], Name: c[1], NameEN: c[2], Group: c[3], Ministry: c[4], Department: c[5],
			Cues: strings.Split(c[6], "; "),
		})
	})
	return out
}

// FieldGroups returns the upper level of the fields, in the order of Fields.
var FieldGroups = sync.OnceValue(func() []models.FieldGroup {
	var out []models.FieldGroup
	readTable("field_groups.tsv", 3, func(_ int, c []string) {
		out = append(out, models.FieldGroup{Slug: c[0], Name: c[1], NameEN: c[2]})
	})
	return out
})

// Remits returns what each central agency and each template of local ones answers for.
// Agency is a code, or a template as in models.Agency.Template.
var Remits = sync.OnceValue(func() []models.Remit { return readJSON[[]models.Remit]("remits.json") })

// Notices returns the versions of the privacy notice, the oldest first.
var Notices = sync.OnceValue(func() []models.Notice { return readJSON[[]models.Notice]("notices.json") })

// Rules returns the legal terms. Of the rules with one key at most one is in force on a
// day. AppliesTo says to whom it applies: "all"; "national" (ministries and bodies under
// them or the Government); "local" (provinces, departments, communes); or the code of an
// agency, for it and everything beneath it.
var Rules = sync.OnceValue(func() []models.Rule { return readJSON[[]models.Rule]("rules.json") })

// Ladders returns who is reminded of cases before and after they are due.
var Ladders = sync.OnceValue(func() []models.Ladder { return readJSON[[]models.Ladder]("ladders.json") })

// Reports returns when the figures of reported quarters end. At most one is in force on a day.
var Reports = sync.OnceValue(func() []models.ReportTerm { return readJSON[[]models.ReportTerm]("reports.json") })

// Retention returns how long personal data is kept. Of the rows for one kind at most one is
// in force on a day.
var Retention = sync.OnceValue(func() []models.Retention { return readJSON[[]models.Retention]("retention.json") })

// Calendar returns the holidays and worked Saturdays of state offices. Source holds
// the keys of the "sources" in holidays.json.
var Calendar = sync.OnceValue(func() *models.Calendar {
	c := readJSON[models.Calendar]("holidays.json")
	return &c
})

// RefusalGrounds returns the lawful grounds for not accepting a letter, each with a
// proposed direction.
var RefusalGrounds = sync.OnceValue(func() []models.RefusalGround {
	return readJSON[[]models.RefusalGround]("refusal_grounds.json")
})

// TriageCues returns the phrases that speak for or against each kind, and what to tell
// the sender of each. The weights are made so that a kind is believed when its phrases
// add up to 1 or more; below that a letter is ordinary feedback.
var TriageCues = sync.OnceValue(func() models.TriageCues { return readJSON[models.TriageCues]("triage.json") })

// readTable calls row for each line of a tab-separated file after its header. Lines
// count from 1; every line must have the same number of columns.
func readTable(name string, columns int, row func(line int, cells []string)) {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	line := 0
	for s := range strings.Lines(string(text)) {
		if line++; line == 1 {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(s, "\n"), "\t")
		if len(cells) != columns {
			panic(fmt.Sprintf("knowledge/%s:%d: %d columns, want %d", name, line, len(cells), columns))
		}
		row(line, cells)
	}
}

func number(name string, line int, s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(fmt.Sprintf("knowledge/%s:%d: %v", name, line, err))
	}
	return f
}

func readJSON[T any](name string) T {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Sprintf("knowledge/%s:%d: %v", name, lineOf(text, err), err))
	}
	return v
}

// lineOf returns the line that a JSON error points at, or 1 when it points nowhere.
func lineOf(text []byte, err error) int {
	var offset int64
	switch e := err.(type) {
	case *json.SyntaxError:
		offset = e.Offset
	case *json.UnmarshalTypeError:
		offset = e.Offset
	}
	return 1 + strings.Count(string(text[:min(int(offset), len(text))]), "\n")
}
