package knowledge

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"kiennghi/models"
)

//go:embed corpus/*.tsv
var corpusFiles embed.FS

// asides has sentences from around what letters are about, one a line.
//
//go:embed asides.txt
var asides string

//go:embed routing.model
var routingModel string // what is read only once is in pages that can leave memory again

// otherHand is how files of cases begin that nobody may train from.
const otherHand = "other"

// Corpus returns the requests that routing is learnt from, by file and line. Lines that
// cannot be read are left out and named in problems.
func Corpus() (examples []models.Example, problems []error) { return readFiles(false) }

// OtherHand returns the requests that were written by others than those of the corpus, to
// measure with, and never to learn from; none when there are no such files.
func OtherHand() (examples []models.Example, problems []error) { return readFiles(true) }

func readFiles(other bool) (examples []models.Example, problems []error) {
	entries, err := corpusFiles.ReadDir("corpus")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), otherHand) == other {
			more, bad := readCorpus(e.Name())
			examples, problems = append(examples, more...), append(problems, bad...)
		}
	}
	return examples, problems
}

func readCorpus(name string) (examples []models.Example, problems []error) {
	text, err := corpusFiles.ReadFile("corpus/" + name)
	if err != nil {
		panic(err)
	}
	line := 0
	for s := range strings.Lines(string(text)) {
		line++
		c := strings.Split(strings.TrimRight(s, "\r\n"), "\t")
		if line == 1 || strings.TrimSpace(s) == "" {
			continue
		}
		if len(c) != 10 {
			problems = append(problems, fmt.Errorf("knowledge/corpus/%s:%d: %d columns, want 10", name, line, len(c)))
			continue
		}
		e := models.Example{Family: c[0], Writer: strings.TrimSuffix(name, ".tsv"), Kind: c[1], Field: c[2], Level: c[3], Agency: c[4], Place: c[6], Province: c[7], Commune: c[8], Text: c[9]}
		if c[5] != "" {
			e.With = strings.Split(c[5], ";")
		}
		if e.Family == "" || e.Text == "" || !corpusKinds[e.Kind] || !corpusLevels[e.Level] || !corpusNames()[e.Agency] || !corpusNames()[e.Field] {
			problems = append(problems, fmt.Errorf("knowledge/corpus/%s:%d: unknown kind %q, field %q, level %q or agency %q", name, line, e.Kind, e.Field, e.Level, e.Agency))
			continue
		}
		examples = append(examples, e)
	}
	return examples, problems
}

var (
	corpusKinds = map[string]bool{"feedback": true, "conduct": true, "incident": true, "question": true, "complaint": true,
		"denunciation": true, "crime": true, "emergency": true, "spam": true}
	corpusLevels = map[string]bool{models.Central: true, models.Provincial: true, models.Communal: true}
	corpusNames  = sync.OnceValue(func() map[string]bool {
		m := map[string]bool{}
		for _, a := range Agencies() {
			if a.Template != "" {
				m[a.Template] = true
			} else {
				m[a.Code] = true
			}
		}
		for _, f := range Fields() {
			m[f.Slug] = true
		}
		return m
	})
)

// denounce is by what a denunciation calls itself.
var denounce = regexp.MustCompile(`(?i)(đơn |don )?(tố cáo|to cao|tố giác|to giac)`)

// Lessons returns everything that routing is learnt from: the corpus, the examples of the
// remits, the words of fields and kinds, and what stands around the matter of letters. Spam is
// nobody's business, and each writer put down another agency for it: it teaches what it is and
// nothing else. A denunciation teaches what it is once more without the word for it: most writers
// of the corpus put it there, and others will not.
func Lessons() (lessons []models.Example, problems []error) {
	lessons, problems = Corpus()
	for i, l := range lessons {
		if l.Kind == string(models.Spam) {
			lessons[i].Field, lessons[i].Level, lessons[i].Agency, lessons[i].With = "", "", "", nil
		}
	}
	for _, l := range slices.Clone(lessons) {
		if l.Kind != string(models.Denunciation) {
			continue
		}
		if bare := denounce.ReplaceAllString(l.Text, ""); bare != l.Text {
			lessons = append(lessons, models.Example{Family: l.Family, Writer: l.Writer, Text: bare, Kind: l.Kind, Weight: 0.5})
		}
	}
	for i, s := range lines(asides) {
		lessons = append(lessons, models.Example{Family: fmt.Sprintf("aside-%d", i), Text: s, Aside: true, Weight: 4})
	}
	for _, r := range Remits() {
		if !corpusNames()[r.Agency] {
			continue
		}
		for _, x := range append(slices.Clone(r.Examples), r.Text) {
			lessons = append(lessons, models.Example{Family: "remit-" + r.Agency, Text: x, Agency: r.Agency, Weight: 0.5})
		}
	}
	for _, f := range Fields() {
		for _, x := range append(slices.Clone(f.Cues), f.Name) {
			lessons = append(lessons, models.Example{Family: "field-" + f.Slug, Text: x, Field: f.Slug, Weight: 0.5})
		}
	}
	return append(lessons, wordLessons()...), problems
}

// LessonsFingerprint tells whether the lessons are those that a model was trained from.
func LessonsFingerprint() string {
	h := sha256.New()
	lessons, _ := Lessons()
	for _, l := range lessons {
		fmt.Fprintf(h, "%q %q %q %q %q %q %g %t\n", l.Family, l.Text, l.Kind, l.Field, l.Level, l.Agency, l.Weight, l.Aside)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Classifier reads the embedded model that `kiennghi routing train` wrote.
var Classifier = sync.OnceValues(func() (*models.Classifier, error) { return models.ReadClassifier([]byte(routingModel)) })
