package bleve_test

import (
	"slices"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/bleve"
)

// BenchmarkRoute decides whose business a letter is, beside as many answered cases as size
// says: its place, what the classifier makes of it, similar remits and similar cases.
func BenchmarkRoute(b *testing.B) {
	x, err := bleve.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	docs, remits := letters(size()), search.NewRemits(knowledge.Remits())
	if err := x.Rebuild(b.Context(), func(put func(...search.Document) error) error { return put(docs...) }); err != nil {
		b.Fatal(err)
	}
	classifier, err := knowledge.Classifier()
	if err != nil {
		b.Fatal(err)
	}
	ref := &models.Reference{
		Places:     models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames()),
		Classifier: classifier,
	}
	tree, fields := models.NewTree(knowledge.Agencies()), knowledge.Fields()
	asked, _ := knowledge.OtherHand()
	i := 0
	var took []time.Duration
	route := func() {
		at := time.Now()
		e := asked[i%len(asked)]
		i++
		in, _ := ref.Look(models.RouteInput{Body: e.Text}, e.Place)
		if _, err := search.Route(b.Context(), x, remits, tree, fields, in); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(at))
	}
	route() // tables are made at the first call
	took = nil
	used := cpu()
	for b.Loop() {
		route()
	}
	b.ReportMetric(float64((cpu()-used).Microseconds())/1000/float64(b.N), "cpu-ms/op") // true on a busy machine too
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
