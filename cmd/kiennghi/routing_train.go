package main

import (
	"fmt"
	"os"
	"strings"
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

// calibrationWriters are those of whom the letters of one writer, or two, stand in a file of
// their own. A model of all others meets those of a group as the model will meet those of
// users: as another hand's.
var calibrationWriters = []string{"fijk", "glmn", "hqs", "prt"}

// trainRouting returns the model of all lessons.
func trainRouting(c *console) *models.Classifier {
	lessons, problems := knowledge.Lessons()
	for _, p := range problems {
		fmt.Fprintln(c.err, p)
	}
	parts := make([]models.Unseen, len(calibrationWriters))
	var training sync.WaitGroup
	for i, writers := range calibrationWriters {
		training.Go(func() {
			var others []models.Example
			for _, l := range lessons {
				if l.Writer != "" && strings.Contains(writers, l.Writer) {
					parts[i].Examples = append(parts[i].Examples, l)
				} else {
					others = append(others, l)
				}
			}
			parts[i].By = models.TrainClassifier(others, models.ModelHeader{})
		})
	}
	model := models.TrainClassifier(lessons, models.ModelHeader{Corpus: knowledge.LessonsFingerprint()})
	training.Wait()
	routingReference(model).Calibrate(parts...)
	return model
}
