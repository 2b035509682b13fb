package main

import (
	"fmt"
	"io"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// reportLong measures the same letters as they are and told at length; see knowledge.Long.
func (s routingSet) reportLong(w io.Writer) {
	ref := routingReference(s.model)
	fmt.Fprintf(w, "\n## The same letters told at length\n\nThe letters of the figures that count, each in the middle of sentences on other things (`around.txt`) until it has so many words; in brackets without accents.\n\n| words | first right | among three | kind | denunciation | complaint | crime | emergency | false alarms | one decision, mean |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, words := range []int{0, 200, 500, 1000, 2000} {
		long := make([]models.Example, len(s.examples))
		for i, e := range s.examples {
			e, _ := ref.Stated(e)
			long[i] = knowledge.Long(e, words)
		}
		began := time.Now()
		with := ref.Measure(long, false)
		each := time.Since(began) / time.Duration(max(with.N, 1))
		without := ref.Measure(long, true)
		name := fmt.Sprint(words)
		if words == 0 {
			name = "as they are"
		}
		fmt.Fprintf(w, "| %s |", name)
		for _, of := range []func(*models.Measured) float64{
			func(m *models.Measured) float64 { return m.Top1 },
			func(m *models.Measured) float64 { return m.Top3 },
			func(m *models.Measured) float64 { return m.Kind },
			func(m *models.Measured) float64 { return m.KindRecall[models.Denunciation] },
			func(m *models.Measured) float64 { return m.KindRecall[models.Complaint] },
			func(m *models.Measured) float64 { return m.KindRecall[models.Crime] },
			func(m *models.Measured) float64 { return m.KindRecall[models.Emergency] },
			func(m *models.Measured) float64 { return m.FalseAlarms },
		} {
			fmt.Fprintf(w, " %s (%s) |", percent(of(&with)), percent(of(&without)))
		}
		fmt.Fprintf(w, " %.2f ms |\n", float64(each.Microseconds())/1000)
	}
}
