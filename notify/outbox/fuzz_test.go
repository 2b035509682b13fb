package outbox

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kiennghi/notify"
)

// FuzzLine writes messages of any text: each is one line of JSON, whatever is in it.
func FuzzLine(f *testing.F) {
	f.Add("token", "Tiêu đề", "nội\ndung", "code")
	f.Add("\xff\xfe", "\u2028\u2029\x00", `","channel":"x`, "\r\n")
	f.Fuzz(func(t *testing.T, to, title, body, value string) {
		path := filepath.Join(t.TempDir(), "outbox.jsonl")
		m := notify.Message{Channel: notify.Push, To: to, Title: title, Body: body, Data: map[string]string{"code": value}}
		for _, err := range New(path).Send(t.Context(), []notify.Message{m, m}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n"))
		if len(lines) != 2 {
			t.Fatalf("%d lines: %q", len(lines), raw)
		}
		for _, l := range lines {
			var got map[string]any
			if json.Unmarshal(l, &got) != nil || got["channel"] != "push" {
				t.Errorf("%q", l)
			}
		}
	})
}
