package models

// MarkKind says what a mark hides.
type MarkKind string

// The kinds of personal data that the public does not get to read.
const (
	MarkName     MarkKind = "name"     // of a person
	MarkPhone    MarkKind = "phone"    // also written in words or with letters for digits
	MarkEmail    MarkKind = "email"    // also written in words
	MarkID       MarkKind = "id"       // number of an identity card, personal identity number
	MarkPassport MarkKind = "passport" // number of a passport
	MarkPlate    MarkKind = "plate"    // number plate of a vehicle
	MarkAccount  MarkKind = "account"  // bank account or card
	MarkAddress  MarkKind = "address"  // with the number of a house or flat
	MarkBirth    MarkKind = "birth"    // day or year of birth
	MarkTax      MarkKind = "tax"      // tax code of a person
	MarkSocial   MarkKind = "social"   // social insurance number, account in a social network
)

// Mark is a part of a text that is personal data. Its span is in bytes.
type Mark struct {
	Kind MarkKind
	Span Span
}

// Sender is what is known of who wrote a text; what is not known is empty.
type Sender struct {
	Name, Phone, Email, Address string
}

// MaskMarks replaces what is marked in a text by Mask.
func MaskMarks(text string, marks []Mark) string {
	spans := make([]Span, len(marks))
	for i, m := range marks {
		spans[i] = m.Span
	}
	return maskSpans(text, spans)
}
