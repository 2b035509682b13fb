package handlers

import (
	"testing"

	"kiennghi/models"
)

// TestContractAndModelsHaveTheSameLimits keeps what clients are told from drifting away
// from what the models accept.
func TestContractAndModelsHaveTheSameLimits(t *testing.T) {
	schemas := contract()[0].route.Spec.Components.Schemas
	for _, c := range []struct {
		schema, property string
		most             int
	}{
		{"NewFeedback", "title", models.MaxTitle}, {"NewFeedback", "body", models.MaxBody}, {"NewFeedback", "place", models.MaxPlace},
		{"NewDeskFeedback", "title", models.MaxTitle}, {"NewDeskFeedback", "body", models.MaxBody}, {"NewDeskFeedback", "place", models.MaxPlace},
		{"NewMessage", "body", models.MaxMessage}, {"NewNote", "body", models.MaxMessage}, {"InfoRequest", "question", models.MaxMessage},
		{"Withdrawal", "reason", models.MaxReason}, {"NewRating", "comment", models.MaxReason}, {"Reopening", "reason", models.MaxReason},
		{"AssignRequest", "note", models.MaxReason}, {"ForwardRequest", "note", models.MaxReason}, {"ReturnRequest", "reason", models.MaxReason},
		{"RefuseRequest", "direction", models.MaxReason}, {"UnsealRequest", "reason", models.MaxReason}, {"RejectRequest", "remark", models.MaxReason},
		{"UnpublishRequest", "reason", models.MaxReason}, {"ReplyDraft", "body", models.MaxReply}, {"ReplyDraft", "official_number", models.MaxOfficialNum},
	} {
		p := schemas[c.schema].Value.Properties[c.property].Value
		if p.MaxLength == nil || int(*p.MaxLength) != c.most {
			t.Errorf("%s.%s: the contract and the models differ: want at most %d", c.schema, c.property, c.most)
		}
	}
	for _, schema := range []string{"NewFeedback", "NewDeskFeedback", "NewMessage", "ReplyDraft"} {
		if p := schemas[schema].Value.Properties["uploads"].Value; p.MaxItems == nil || int(*p.MaxItems) != models.MaxUploads {
			t.Errorf("%s.uploads: want at most %d", schema, models.MaxUploads)
		}
	}
}

// TestLongestTextsFit refuses with the longest direction that may be given: what the
// sender then reads must be as the contract says, which the harness checks.
func TestLongestTextsFit(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	long := ""
	for range models.MaxReason {
		long += "ệ"
	}
	clerk := h.staff("vanthu", "so-xd-79", models.Intake)
	for _, g := range h.o.Ref.Grounds {
		f := h.caseOf(hoa)
		h.step(clerk, "/v1/desk/feedback/"+f.ID+"/refuse", obj{"ground": g.Code, "direction": long})
		h.call("GET", "/v1/feedback/"+f.Code, hoa, nil).want(200)
	}
}
