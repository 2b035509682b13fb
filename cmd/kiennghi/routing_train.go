package main

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

type routingTrain struct {
	Out string `default:"knowledge/routing.model" help:"Where to write the model."`
}

// Run fits the calibration on writers whom a model does not know and trains from everything.
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

// calibrationWriters are those who wrote to agencies of every level and of whose letters
// there are enough of every kind. A model of all others meets their letters as the model will
// meet those of users: as another hand's.
var calibrationWriters = []string{"f", "g", "h"}

// trainRouting returns the model of all lessons.
func trainRouting(c *console) *models.Classifier {
	lessons, problems := knowledge.Lessons()
	for _, p := range problems {
		fmt.Fprintln(c.err, p)
	}
	var others, held []models.Example
	for _, l := range lessons {
		if slices.Contains(calibrationWriters, l.Writer) {
			held = append(held, l)
		} else {
			others = append(others, l)
		}
	}
	var model, unknowing *models.Classifier
	var training sync.WaitGroup
	training.Go(func() {
		model = models.TrainClassifier(lessons, models.ModelHeader{Corpus: knowledge.LessonsFingerprint()})
	})
	training.Go(func() { unknowing = models.TrainClassifier(others, models.ModelHeader{}) })
	training.Wait()
	routingReference(model).CalibrateBy(unknowing, held)
	return model
}
