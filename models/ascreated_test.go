package models_test

import (
	"testing"
	"time"

	"kiennghi/models"
)

// A repeated request is answered with the record as it was created, whatever the
// routing made of it meanwhile.
func TestAsCreatedAfterRouting(t *testing.T) {
	f := received(t)
	before := f.AsCreated().Field
	f.Suggest([]models.Suggestion{{Agency: "so-xd-79", Probability: 0.9}}, "duong-bo", now.Add(time.Second))
	if after := f.AsCreated().Field; after != before || f.Field != "duong-bo" {
		t.Errorf("created with field %q, now %q, as created %q", before, f.Field, after)
	}
}
