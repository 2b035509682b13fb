package search

import (
	"strings"

	"kiennghi/models"
)

// What a remit document speaks for or against; it stands in Status.
const (
	RemitFor     = "for"
	RemitAgainst = "against"
)

// FeedbackDocument makes the index's document of a feedback. Texts are without personal
// data; of replies only one that was sent, the published one when the case is public.
// A complaint, a denunciation or a report of a crime names people who are accused:
// their texts are not indexed at all, the case is found by its code and properties.
func FeedbackDocument(f *models.Feedback) Document {
	d := Document{
		ID: f.ID, Type: Case, Code: f.Code, Agency: f.Agency, Scope: f.Scope, Field: f.Field, Province: f.Province,
		Status: string(f.Status), Kind: string(f.Kind), Date: f.CreatedAt, Version: f.Version,
	}
	if f.Kind.Confidential() {
		return d
	}
	if a, ok := models.PublicView(f); ok {
		d.Public, d.Date, d.Agency = true, a.PublishedAt, a.Agency
		d.Title, d.Body, d.Reply = a.Title, a.Body, a.Reply
		return d
	}
	d.Title, d.Body, d.Reply = f.Masked()
	return d
}

// RemitDocuments makes the index's documents of remits: one of what each agency
// answers for, and one of what it does not.
func RemitDocuments(remits []models.Remit) []Document {
	var out []Document
	for _, r := range remits {
		id := strings.ReplaceAll(r.Agency, "*", "all") // an ID has letters, digits and dashes only
		out = append(out, Document{ID: "remit-" + id, Type: Remit, Agency: r.Agency, Status: RemitFor, Title: r.Text, Body: strings.Join(r.Examples, ". ")})
		if len(r.Negative) > 0 {
			out = append(out, Document{ID: "remit-" + id + "-against", Type: Remit, Agency: r.Agency, Status: RemitAgainst, Body: strings.Join(r.Negative, ". ")})
		}
	}
	return out
}
