package models

import (
	"encoding/base64"
	"strings"
)

// sealedText stands before a text that is sealed. Clean takes it out of what people type.
const sealedText = "\x1e"

// SealText is Seal for a field that is a string. A text that is sealed already stays as
// it is, the empty one too.
func (k *Keyring) SealText(text string) string {
	if text == "" || TextSealed(text) {
		return text
	}
	return sealedText + base64.RawStdEncoding.EncodeToString(k.Seal(text))
}

// OpenText returns what SealText sealed; any other text, of before texts were sealed, as
// it is.
func (k *Keyring) OpenText(text string) (string, error) {
	if !TextSealed(text) {
		return text, nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(text[len(sealedText):])
	if err != nil {
		return "", errCutOff
	}
	return k.Open(raw)
}

// TextSealed reports whether SealText made it.
func TextSealed(text string) bool { return strings.HasPrefix(text, sealedText) }

// TextCurrent reports whether the text is empty or sealed with the encrypting key.
func (k *Keyring) TextCurrent(text string) bool {
	if text == "" {
		return true
	}
	if !TextSealed(text) {
		return false
	}
	raw, err := base64.RawStdEncoding.DecodeString(text[len(sealedText):])
	return err == nil && k.Current(raw)
}

// Forever is a ring with one key of its own that is derived from the oldest one: for what
// is written once and never sealed anew, the audit log.
func (k *Keyring) Forever() *Keyring {
	return k.now.Load().forever
}
