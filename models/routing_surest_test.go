package models

import "testing"

// TestNobodyIsCertain holds that no suggestion is surer than the calibration allows, however
// sure the classifier is, and never certain.
func TestNobodyIsCertain(t *testing.T) {
	in := RouteInput{Body: "Đèn đường hỏng", Province: "79", Commune: "26740", Guess: &Guess{
		Agency: Odds{[]string{"so-xd", "xa-ubnd"}, []float64{0, 1}},
		Level:  Odds{[]string{Communal}, []float64{1}},
		Field:  Odds{[]string{"ha-tang"}, []float64{1}},
	}}
	for surest, most := range map[float64]float64{0: 0.99, 1: 0.99, 0.97: 0.97} {
		in.Guess.Calibration = Calibration{Temperature: 0.1, Surest: surest}
		if got := rank(in, nil, nil); first(got) != "xa-26740" || got.Suggestions[0].Probability > most || got.Suggestions[0].Probability < most-0.02 {
			t.Errorf("at most %v: %+v", most, got.Suggestions)
		}
	}
}

// TestWhoNotes: of writers who never put down who shares a matter that tells nothing.
func TestWhoNotes(t *testing.T) {
	var all []Example
	for i := range 40 {
		all = append(all, Example{Writer: "never"}, Example{Writer: "once"}, Example{Writer: "notes"})
		if i < 2 {
			all[len(all)-1].With = []string{"so-yt"}
		}
	}
	all[1].With = []string{"so-yt"}
	if got := whoNotes(all); got["never"] || got["once"] || !got["notes"] {
		t.Errorf("%v", got)
	}
}
