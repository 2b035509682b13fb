package main

import (
	"fmt"
	"os"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

type routingTrain struct {
	Out string `default:"knowledge/routing.model" help:"Where to write the model."`
}

// Run fits the calibration on the held-back families and then trains from everything.
func (t *routingTrain) Run(c *console) error {
	began := time.Now()
	model, _ := trainRouting(c)
	file, err := model.MarshalBinary()
	if err != nil {
		return err
	}
	if err := os.WriteFile(t.Out, file, 0o644); err != nil {
		return err
	}
	c.printf("%s: %d examples, %d features, %.1f MB, temperature %.2f, %.1f s\n",
		t.Out, model.Rows, model.Size, float64(len(file))/1e6, model.Calibration.Temperature, time.Since(began).Seconds())
	return nil
}

// trainRouting returns the model of all lessons, calibrated on held-back families, and
// the one that has not seen those.
func trainRouting(c *console) (all, part *models.Classifier) {
	lessons, problems := knowledge.Lessons()
	for _, p := range problems {
		fmt.Fprintln(c.err, p)
	}
	var learn, held []models.Example
	for _, l := range lessons {
		if models.HeldBack(l.Family) {
			held = append(held, l)
		} else {
			learn = append(learn, l)
		}
	}
	header := models.ModelHeader{Corpus: knowledge.LessonsFingerprint(), Calibration: models.Calibration{Temperature: 1}}
	part = models.TrainClassifier(learn, header)
	ref := routingReference(part)
	ref.Calibrate(held)
	header.Calibration, header.Accepted = part.Calibration, part.Accepted
	return models.TrainClassifier(lessons, header), part
}
