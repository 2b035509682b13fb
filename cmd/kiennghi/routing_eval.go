package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

type routingEval struct {
	Write  string `help:"Also write the tables to this file, in Markdown."`
	Commit string `help:"Commit to name in it."`
	Quick  bool   `help:"Measure on the cases of another hand only: no model is trained."`
	Worst  int    `default:"20" help:"How many of the surest mistakes to list, and at most an eighth of the texts."`
}

// routingSet is a set of examples with the model that has not seen them.
type routingSet struct {
	name     string
	examples []models.Example
	model    *models.Classifier
	listed   bool // with the surest mistakes
}

// otherHands are the files of cases written by others, and what each group of them is for:
// who writes about the borders of kinds, or of agencies, is not as most people write. Of
// those that stay unread nobody is to read the mistakes.
var otherHands = []struct {
	name   string
	files  []string
	unread bool
}{
	{"Written by another hand (the figures that count)", []string{"other", "other3"}, false},
	{"By another hand, on the borders of kinds", []string{"other4"}, false},
	{"By another hand, a letter or more to every agency", []string{"other5"}, false},
	{"By another hand, on kinds, second time", []string{"other6"}, false},
	{"By another hand, on agencies, second time", []string{"other7"}, false},
	{"Fifths of five writers' letters on kinds, of whom the others are learnt", []string{"other8", "other10", "other12", "other13", "other14"}, true},
	{"Fifths of two writers' letters on agencies, of whom the others are learnt", []string{"other9", "other11"}, true},
	{"By six writers of whom nothing is learnt, three of them on borders", []string{"other15", "other16", "other17", "other18", "other19", "other20"}, true},
}

// Run trains without the held-back families and measures on them; then measures the
// embedded model on the cases written by another hand.
func (e *routingEval) Run(c *console) error {
	embedded, err := knowledge.Classifier()
	if err != nil {
		return err
	}
	corpus, _ := knowledge.Corpus()
	var sets []routingSet
	if !e.Quick {
		lessons, _ := knowledge.Lessons()
		var learn, held []models.Example
		for _, x := range lessons {
			if models.HeldBack(x.Family) {
				held = append(held, x)
			} else {
				learn = append(learn, x)
			}
		}
		part := models.TrainClassifier(learn, models.ModelHeader{Calibration: embedded.Calibration, Accepted: embedded.Accepted})
		sets = append(sets, routingSet{"Held-back families of the corpus", held, part, true})
	}
	other, problems := knowledge.OtherHand()
	for _, p := range problems {
		fmt.Fprintln(c.err, p)
	}
	for _, hand := range otherHands {
		of := slices.DeleteFunc(slices.Clone(other), func(x models.Example) bool { return !slices.Contains(hand.files, x.Writer) })
		if len(of) > 0 {
			sets = append(sets, routingSet{hand.name, of, embedded, !hand.unread})
		}
	}
	var report bytes.Buffer
	fmt.Fprintf(&report, "# How well routing does\n\nMeasured on %s at commit %s by `make routing-eval`; %d texts of the corpus, model trained from %d examples, without index and past cases. A place that is known but not named in the text counts as chosen in the form; where a label has no place, each agency of its kind is right. Spam is not counted: it is nobody's business, and what agency a writer put down for it is arbitrary.\n",
		time.Now().UTC().Format(time.DateOnly), orNone(e.Commit), len(corpus), embedded.Rows)
	if embedded.Corpus != knowledge.LessonsFingerprint() {
		fmt.Fprintf(&report, "\nThe embedded model was trained from another state of the corpus: run `make routing-train`.\n")
	}
	sets = append(sets, routingSet{"All hands that only measure, together", other, embedded, false})
	for _, s := range sets {
		s.report(&report, e.Worst)
		if s.name == otherHands[0].name {
			s.reportLong(&report)
		}
	}
	if _, err := c.out.Write(report.Bytes()); err != nil {
		return err
	}
	if e.Write == "" {
		return nil
	}
	return os.WriteFile(e.Write, report.Bytes(), 0o644)
}

func orNone(s string) string {
	if s == "" {
		return "(not named)"
	}
	return s
}

func (s routingSet) report(w io.Writer, worst int) {
	ref := routingReference(s.model)
	ref.Decide(models.Letter{Text: "đèn đường"}, 0) // tables are made at the first call
	began := time.Now()
	with := ref.Measure(s.examples, false)
	each := time.Since(began) / time.Duration(max(with.N, 1))
	without := ref.Measure(s.examples, true)
	fmt.Fprintf(w, "\n## %s: %d texts\n\n| | wanted | as written | without accents |\n|---|---|---|---|\n", s.name, with.N)
	row := func(what, wanted string, of func(*models.Measured) float64) {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", what, wanted, percent(of(&with)), percent(of(&without)))
	}
	row("first suggestion right", "", func(m *models.Measured) float64 { return m.Top1 })
	row("among the first three", "", func(m *models.Measured) float64 { return m.Top3 })
	row("central agencies: first", "≥ 88 %", func(m *models.Measured) float64 { return m.Ministry1 })
	row("central agencies: first three", "≥ 97 %", func(m *models.Measured) float64 { return m.Ministry3 })
	row("bodies of a province: first", "≥ 85 %", func(m *models.Measured) float64 { return m.Department })
	row("communes: first", "", func(m *models.Measured) float64 { return m.Commune })
	row("level", "≥ 92 %", func(m *models.Measured) float64 { return m.Level })
	row("field", "", func(m *models.Measured) float64 { return m.Field })
	row("territory, where a place is named", "≥ 97 %", func(m *models.Measured) float64 { return m.Territory })
	row("kind, of nine", "", func(m *models.Measured) float64 { return m.Kind })
	for _, k := range []models.Kind{models.Denunciation, models.Complaint, models.Crime, models.Emergency} {
		row("recall of "+string(k), "≥ 95 %", func(m *models.Measured) float64 { return m.KindRecall[k] })
	}
	row("false alarms on plain feedback", "≤ 3 %", func(m *models.Measured) float64 { return m.FalseAlarms })
	row("agencies to coordinate with: right", "≥ 60 %", func(m *models.Measured) float64 { return m.Shared })
	row("shared matters of which one is named", "≥ 40 %", func(m *models.Measured) float64 { return m.SharedSeen })
	row("expected calibration error", "≤ 5 %", func(m *models.Measured) float64 { return m.ECE })
	if with.N >= manyFrom { // few say nothing of either
		row("coverage at 97 % precision", "", func(m *models.Measured) float64 { return m.Coverage })
		fmt.Fprintf(w, "| one decision, mean | ≤ 1 ms | %.2f ms | |\n", float64(each.Microseconds())/1000)
	}
	if !s.listed {
		return
	}
	if with.N >= manyFrom {
		kindTable(w, with.Kinds)
	}
	fmt.Fprintf(w, "\nThe surest mistakes:\n\n")
	for i, m := range with.Mistakes {
		if i == min(worst, with.N/8) {
			break
		}
		best := m.Decision.Suggestions[0]
		fmt.Fprintf(w, "%d. %s – wanted %s, got %s (%s); level %s, got %s; field %s, got %s; %s\n",
			i+1, models.Shorten(m.Example.Text, 160), m.Wanted, best.Agency, percent(best.Probability),
			m.Example.Level, m.Decision.Level, m.Example.Field, m.Decision.Field, strings.Join(best.Reasons, "; "))
	}
}

// manyFrom is from how many texts the table of kinds says something.
const manyFrom = 400

// kindTable prints how often which kind, by row, was taken for which, by column.
func kindTable(w io.Writer, taken map[[2]string]int) {
	var kinds []string
	for pair := range taken {
		kinds = append(kinds, pair[:]...)
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	fmt.Fprintf(w, "\nKinds, as written: by row what they are, by column what they were taken for.\n\n| | %s |\n|---|%s\n", strings.Join(kinds, " | "), strings.Repeat("---|", len(kinds)))
	for _, is := range kinds {
		fmt.Fprintf(w, "| %s |", is)
		for _, got := range kinds {
			fmt.Fprintf(w, " %d |", taken[[2]string{is, got}])
		}
		fmt.Fprintln(w)
	}
}

func percent(p float64) string {
	if p < 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
