package models

// Cue is a phrase that speaks for a kind (or, with a negative weight, against it).
// Phrases are compared folded and word by word.
type Cue struct {
	Phrase string  `json:"phrase"`
	Weight float64 `json:"weight"`
}

// TriageCues is what is known about telling kinds apart.
type TriageCues struct {
	Cues     map[Kind][]Cue    `json:"cues"`
	Guidance map[Kind]TextPair `json:"guidance"` // what to tell the sender
}

// TextPair is a text in Vietnamese and English.
type TextPair struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}
