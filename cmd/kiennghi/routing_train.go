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
	model := trainRouting(c)
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

// trainRouting returns the model of all lessons, calibrated on held-back families.
func trainRouting(c *console) *models.Classifier {
	part := trainRoutingPart(c)
	lessons, _ := knowledge.Lessons()
	return models.TrainClassifier(lessons, models.ModelHeader{Corpus: part.Corpus, Calibration: part.Calibration, Accepted: part.Accepted})
}

// trainRoutingPart returns the model that has not seen the held-back families, calibrated
// on them.
func trainRoutingPart(c *console) *models.Classifier {
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
	part := models.TrainClassifier(learn, models.ModelHeader{Corpus: knowledge.LessonsFingerprint(), Calibration: models.Calibration{Temperature: 1}})
	routingReference(part).Calibrate(held)
	return part
}
