package knowledge

import (
	"sync"

	"kiennghi/models"
)

// DemoFeedback is one invented letter with what became of it. Its times are counted
// back from the day of seeding, so that a demo is always fresh.
type DemoFeedback struct {
	Sender      string        `json:"sender"` // invented name
	Title       string        `json:"title"`
	Body        string        `json:"body"`
	Kind        models.Kind   `json:"kind"`
	Source      models.Source `json:"source"`
	Status      models.Status `json:"status"`
	Province    string        `json:"province"`
	Commune     string        `json:"commune"`
	Field       string        `json:"field"`
	Agency      string        `json:"agency,omitempty"` // empty: still in triage
	PublishName bool          `json:"publish_name,omitempty"`
	Private     bool          `json:"private,omitempty"`
	DaysAgo     int           `json:"days_ago"` // when it was sent

	Reply     *DemoReply `json:"reply,omitempty"` // when answered or closed
	Published bool       `json:"published,omitempty"`
	Rating    int        `json:"rating,omitempty"` // 1–5; 0: not rated
	Comment   string     `json:"comment,omitempty"`

	Question  string `json:"question,omitempty"`  // what the desk asked, when needs_info
	Ground    string `json:"ground,omitempty"`    // code of a refusal ground, when refused
	Direction string `json:"direction,omitempty"` // where the sender was sent
}

// DemoReply is the agency's answer.
type DemoReply struct {
	Body              string `json:"body"`
	Number            string `json:"number"` // of the official letter
	AnsweredAfterDays int    `json:"answered_after_days"`
}

// Demo returns the invented letters of demo/feedback.json, oldest first.
var Demo = sync.OnceValue(func() []DemoFeedback { return readJSON[[]DemoFeedback]("demo/feedback.json") })
