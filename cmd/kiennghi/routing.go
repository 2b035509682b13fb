package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// routingCommands decide whose business a text is, all but Learn with what is built in: no
// data folder and no network.
type routingCommands struct {
	Predict routingPredict `cmd:"" help:"Read JSON lines {id, title, text, place}, the id a text or a number, write what each is, where, and whose business."`
	Explain routingExplain `cmd:"" help:"Say of one text what it is, where, whose business, and why."`
	Train   routingTrain   `cmd:"" help:"Train the model from the corpus in knowledge/ and write it."`
	Learn   routingLearn   `cmd:"" help:"Train a model from what officers decided and use it unless it is worse; the program does it by itself at night."`
	Eval    routingEval    `cmd:"" help:"Measure routing on the held-back part of the corpus and on cases written by others."`
}

// routingReference is what routing needs of the reference data.
func routingReference(c *models.Classifier) *models.Reference {
	return &models.Reference{
		Tree:       models.NewTree(knowledge.Agencies()),
		Places:     models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames()),
		Fields:     models.NewFields(knowledge.Fields(), knowledge.FieldGroups()),
		Triage:     models.NewTriage(knowledge.TriageCues()),
		Classifier: c,
	}
}

// loadRouting returns what decisions need, with the model that is built in, and the
// probability from which a case needs no officer.
func loadRouting(c *console) (ref *models.Reference, threshold float64, err error) {
	config, err := c.config()
	if err != nil {
		return nil, 0, err
	}
	model, err := knowledge.Classifier()
	if err != nil {
		return nil, 0, err
	}
	return routingReference(model), model.AssignFrom(config.RouteThreshold, config.RouteError), nil
}

type routingPredict struct {
	File string `arg:"" help:"JSON lines; - is standard input."`
}

type predictLine struct {
	ID    json.RawMessage `json:"id"` // given back as it came: see checkID
	Title string          `json:"title"`
	Text  string          `json:"text"`
	Place string          `json:"place"`
}

type prediction struct {
	ID          json.RawMessage       `json:"id"`
	Kind        string                `json:"kind"`
	Field       string                `json:"field"`
	Level       string                `json:"level"`
	Province    string                `json:"province"`
	Commune     string                `json:"commune"`
	Suggestions []predictedSuggestion `json:"suggestions"`
	With        []string              `json:"with"` // agencies that share the matter with the first one
	Auto        bool                  `json:"auto"`
}

type predictedSuggestion struct {
	Agency      string  `json:"agency"`
	Name        string  `json:"name"`
	Probability float64 `json:"probability"`
}

// Run writes one line for each that it read; see eachLine.
func (p *routingPredict) Run(c *console) error {
	ref, threshold, err := loadRouting(c)
	if err != nil {
		return err
	}
	from := c.in
	if p.File != "-" {
		f, err := os.Open(p.File)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	return eachLine(c, from, func(line []byte) (prediction, error) {
		l, err := readPredictLine(line)
		if err != nil {
			return prediction{}, err
		}
		return predict(ref, l, threshold), nil
	})
}

// readPredictLine reads one line. Its errors do not quote it.
func readPredictLine(line []byte) (predictLine, error) {
	var l predictLine
	if err := json.Unmarshal(line, &l); err != nil {
		return l, errors.New(`not JSON like {"id": "1", "title": "…", "text": "…", "place": "…"}`)
	}
	if err := checkID(l.ID); err != nil {
		return l, err
	}
	if strings.TrimSpace(l.Title+l.Text) == "" {
		return l, errors.New(`"title" and "text" are empty`)
	}
	return l, nil
}

func predict(ref *models.Reference, l predictLine, threshold float64) prediction {
	d := ref.Decide(models.Letter{Title: models.CleanLine(l.Title), Text: models.Clean(l.Text), Place: models.CleanLine(l.Place)}, threshold)
	p := prediction{
		ID: l.ID, Kind: d.Kind, Field: d.Field, Level: d.Level, Province: d.Place.Province, Commune: d.Place.Commune,
		Suggestions: []predictedSuggestion{}, With: []string{}, Auto: d.Auto,
	}
	for _, s := range d.Suggestions {
		p.With = append(p.With, s.With...)
		a := ref.Agency(s.Agency)
		p.Suggestions = append(p.Suggestions, predictedSuggestion{s.Agency, a.Name, s.Probability})
	}
	return p
}

type routingExplain struct {
	Text  []string `arg:"" help:"The text."`
	Place string   `help:"The place, as the sender wrote it."`
}

// Run prints the decision on one text with its reasons, in Vietnamese as officers read it.
func (e *routingExplain) Run(c *console) error {
	ref, threshold, err := loadRouting(c)
	if err != nil {
		return err
	}
	d := ref.Decide(models.Letter{Text: models.Clean(strings.Join(e.Text, " ")), Place: e.Place}, threshold)
	c.printf("Loại / kind: %s\nLĩnh vực / field: %s\nCấp / level: %s\n", d.Kind, d.Field, d.Level)
	switch {
	case d.Place.Province == "" && d.Place.Quote == "":
		c.printf("Nơi xảy ra / place: không nêu\n")
	case d.Place.Province == "":
		c.printf("Nơi xảy ra / place: chưa rõ, «%s» có thể là %s\n", d.Place.Quote, strings.Join(d.Place.Candidates, ", "))
	default:
		c.printf("Nơi xảy ra / place: %s %s «%s»\n", d.Place.Province, d.Place.Commune, d.Place.Quote)
	}
	if d.Auto {
		c.printf("Tự chuyển / assigned without an officer: có\n\n")
	} else {
		c.printf("Tự chuyển / assigned without an officer: không\n\n")
	}
	if d.Unsure() {
		c.printf("Không chắc / not sure.\n")
	}
	for _, s := range d.Suggestions {
		a := ref.Agency(s.Agency)
		c.printf("%5.1f %%  %s (%s)\n", 100*s.Probability, a.Name, s.Agency)
		for _, r := range s.Reasons {
			c.printf("         - %s\n", r)
		}
		for _, code := range s.With {
			c.printf("         + phối hợp / with: %s (%s)\n", ref.Agency(code).Name, code)
		}
	}
	return nil
}
