package search

import "kiennghi/models"

// FeedbackDocument makes the index's document of a feedback. Texts are without personal
// data; of replies only one that was sent, the published one when the case is public.
// A complaint, a denunciation or a report of a crime names people who are accused:
// their texts are not indexed at all, the case is found by its code and properties.
func FeedbackDocument(f *models.Feedback) Document {
	d := Document{
		ID: f.ID, Code: f.Code, Agency: f.Agency, Scope: f.Scope, Field: f.Field, Province: f.Province,
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
