package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

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
// there are enough of every kind. Each time one of them is left out; a model of all others
// meets his letters as it will meet those of users: as another hand's.
var calibrationWriters = []string{"f", "g", "h"}

// trainRouting returns the model of all lessons.
func trainRouting(c *console) *models.Classifier {
	lessons, problems := knowledge.Lessons()
	for _, p := range problems {
		fmt.Fprintln(c.err, p)
	}
	var model *models.Classifier
	parts := make([]models.Unseen, len(calibrationWriters))
	var training errgroup.Group
	training.SetLimit(2) // each takes some 130 MB
	training.Go(func() error {
		model = models.TrainClassifier(lessons, models.ModelHeader{Corpus: knowledge.LessonsFingerprint()})
		return nil
	})
	for i, w := range calibrationWriters {
		training.Go(func() error {
			own := func(e models.Example) bool { return e.Writer == w }
			learn := slices.DeleteFunc(slices.Clone(lessons), own)
			held := slices.DeleteFunc(slices.Clone(lessons), func(e models.Example) bool { return !own(e) })
			parts[i] = models.Unseen{Model: models.TrainClassifier(learn, models.ModelHeader{}), Examples: held}
			return nil
		})
	}
	_ = training.Wait() // none of them can fail
	routingReference(model).CalibrateAcross(parts...)
	return model
}
