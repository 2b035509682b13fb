package fcm

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// FuzzAboutToken: an answer that names the token's field is about the token, wherever it stands,
// and one that names only other fields is not, whatever they are called.
func FuzzAboutToken(f *testing.F) {
	f.Add([]byte(`{"error": {"details": [{"fieldViolations": [{"field": "message.token"}]}]}}`), "message.data")
	f.Add([]byte(`{"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT", "details": [{}, null]}}`), "MESSAGE.TOKEN")
	f.Add([]byte(`{"error": []}`), "")
	f.Add([]byte("<html>"), "\xff")
	about := func(body []byte) bool {
		return aboutToken(&http.Response{Body: io.NopCloser(bytes.NewReader(body))})
	}
	answer := func(fields ...string) []byte {
		var details []any
		for _, field := range fields {
			details = append(details, map[string]any{"fieldViolations": []any{map[string]any{"field": field}}})
		}
		b, _ := json.Marshal(map[string]any{"error": map[string]any{"details": details}})
		return b
	}
	f.Fuzz(func(t *testing.T, body []byte, field string) {
		if about(body) && !json.Valid(body) && json.NewDecoder(bytes.NewReader(body)).Decode(new(any)) != nil {
			t.Errorf("%q is about the token", body)
		}
		if !about(answer(field, "message.token")) || !about(answer("message.token", field)) {
			t.Errorf("beside %q the token is not seen", field)
		}
		if field != "message.token" && about(answer(field)) {
			t.Errorf("%q is taken for the token", field)
		}
	})
}
