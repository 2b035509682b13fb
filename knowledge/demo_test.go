package knowledge

import (
	"strings"
	"testing"

	"kiennghi/models"
)

func TestDemoRefersToWhatExists(t *testing.T) {
	agencies, fields, grounds, communes := agencyIndex(), map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, f := range Fields() {
		fields[f.Slug] = true
	}
	for _, g := range RefusalGrounds() {
		grounds[g.Code] = true
	}
	for _, c := range Communes() {
		communes[c.Code] = c.Province
	}
	titles, senders := map[string]bool{}, map[string]bool{}
	for _, d := range Demo() {
		if a, ok := agencies[d.Agency]; d.Agency != "" && (!ok || !a.Assignable()) {
			t.Errorf("%q: agency %q", d.Title, d.Agency)
		} else if a.Province != "" && a.Province != d.Province {
			t.Errorf("%q: agency %s is not in province %s", d.Title, d.Agency, d.Province)
		}
		if communes[d.Commune] != d.Province || d.Province == "" || !fields[d.Field] {
			t.Errorf("%q: province %q, commune %q, field %q", d.Title, d.Province, d.Commune, d.Field)
		}
		if title := models.Fold(d.Title); titles[title] {
			t.Errorf("two letters are called %q", d.Title)
		} else {
			titles[title] = true
		}
		if senders[d.Sender] || d.Sender == "" {
			t.Errorf("%q: sender %q stands twice or is empty", d.Title, d.Sender)
		}
		senders[d.Sender] = true
		if d.Status == models.Refused && (!grounds[d.Ground] || d.Direction == "") {
			t.Errorf("%q is refused without ground or direction", d.Title)
		}
	}
	if len(titles) < 320 {
		t.Errorf("%d letters, want 320", len(titles))
	}
}

func TestDemoLivesArePlausible(t *testing.T) {
	answered, published := 0, 0
	for _, d := range Demo() {
		if n := len(strings.Fields(d.Body)); n < 30 {
			t.Errorf("%q has %d words, want 30", d.Title, n)
		}
		if strings.ContainsAny(d.Title+d.Body, "{}[]|") {
			t.Errorf("%q keeps marks of writing", d.Title)
		}
		if d.DaysAgo < 0 || d.DaysAgo > 365 || d.Rating < 0 || d.Rating > 5 {
			t.Errorf("%q: %d days ago, rated %d", d.Title, d.DaysAgo, d.Rating)
		}
		done := d.Status == models.Answered || d.Status == models.Closed
		if done != (d.Reply != nil) || (d.Status == models.NeedsInfo) != (d.Question != "") || (d.Published || d.Rating > 0) && !done || d.Published && d.Private {
			t.Errorf("%q: its parts do not fit the status %s", d.Title, d.Status)
		}
		if d.Status == models.Received && d.Agency != "" || d.Status != models.Received && d.Status != models.Refused && d.Agency == "" {
			t.Errorf("%q: status %s, agency %q", d.Title, d.Status, d.Agency)
		}
		if r := d.Reply; r != nil {
			answered++
			if n := len(strings.Fields(r.Body)); n < 60 || n > 270 || r.Number == "" {
				t.Errorf("%q: an answer of %d words, number %q", d.Title, n, r.Number)
			}
			if r.AnsweredAfterDays < 1 || r.AnsweredAfterDays > d.DaysAgo {
				t.Errorf("%q: sent %d days ago, answered after %d", d.Title, d.DaysAgo, r.AnsweredAfterDays)
			}
		}
		if d.Published {
			published++
		}
	}
	if answered < 220 || published < 190 {
		t.Errorf("%d answered and %d published, want 220 and 190", answered, published)
	}
}
