package models

import "regexp"

// Mask stands where personal data was.
const Mask = "[…]"

var personal = regexp.MustCompile(`(?i)` +
	`[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+` + // mail address
	`|(?:\+84|\b84|\b0)(?:[ .-]?\d){9}\b` + // phone number
	`|\b\d{2}[A-Z]{1,2}\d?[- ]?\d{3}\.?\d{2}\b` + // number plate
	`|\b\d{9,19}\b`) // identity card, bank account

// Redact masks what identifies people in a text: mail addresses, phone, identity
// card and account numbers, number plates.
func Redact(s string) string { return personal.ReplaceAllString(s, Mask) }
