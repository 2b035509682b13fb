package main

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"kiennghi/models"
)

// redactCommand hides personal data in texts, as the public view does.
type redactCommand struct{}

// redactLine is one line of what is read.
type redactLine struct {
	ID     json.RawMessage `json:"id"` // given back as it came
	Text   *string         `json:"text"`
	Sender struct {
		Name    string `json:"name"`
		Phone   string `json:"phone"`
		Email   string `json:"email"`
		Address string `json:"address"`
	} `json:"sender"`
}

// redacted is one line of what is written. Offsets are in characters (Unicode code
// points) of the text that was read.
type redacted struct {
	ID     json.RawMessage `json:"id"`
	Public string          `json:"public"`
	Marks  []redactedMark  `json:"marks"`
}

type redactedMark struct {
	Kind  models.MarkKind `json:"kind"`
	Start int             `json:"start"`
	End   int             `json:"end"`
}

// Run reads JSON lines from standard input and writes one for each; see eachLine.
func (redactCommand) Run(c *console) error { return eachLine(c, c.in, redact) }

// redact reads one line. Its errors do not quote it.
func redact(line []byte) (redacted, error) {
	var in redactLine
	if err := json.Unmarshal(line, &in); err != nil {
		return redacted{}, errors.New(`not JSON like {"id": "1", "text": "…", "sender": {"name": "…", "phone": "…", "email": "…"}}`)
	}
	if in.Text == nil {
		return redacted{}, errors.New(`"text" is missing`)
	}
	if err := checkID(in.ID); err != nil {
		return redacted{}, err
	}
	marks := models.Marks(*in.Text, models.Sender(in.Sender))
	out := redacted{ID: in.ID, Public: models.MaskMarks(*in.Text, marks), Marks: []redactedMark{}}
	at, chars := 0, 0
	for _, m := range marks {
		start := chars + utf8.RuneCountInString((*in.Text)[at:m.Span[0]])
		at, chars = m.Span[1], start+utf8.RuneCountInString((*in.Text)[m.Span[0]:m.Span[1]])
		out.Marks = append(out.Marks, redactedMark{m.Kind, start, chars})
	}
	return out, nil
}
