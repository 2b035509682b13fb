package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestRedactCommand: offsets count characters, and a bad line spoils no other.
func TestRedactCommand(t *testing.T) {
	t.Parallel()
	in := `{"id":"a","text":"Tôi ở đây, gọi 0912 345 678 nhé 😡 <b>","sender":{"name":"Nguyễn Thị Hoa"}}
{"id":7,"text":"toi la NGUYEN THI HOA","sender":{"name":"Nguyễn Thị Hoa"}}

{"id":"x","text":
{"id":"x"}
{"id":"c","text":"Đường hỏng"}`
	var out, log bytes.Buffer
	err := redactCommand{}.Run(&console{in: strings.NewReader(in), out: &out, err: &log})
	want := `{"id":"a","public":"Tôi ở đây, gọi […] nhé 😡 <b>","marks":[{"kind":"phone","start":15,"end":27}]}
{"id":7,"public":"toi la […]","marks":[{"kind":"name","start":7,"end":21}]}
{"id":"c","public":"Đường hỏng","marks":[]}
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
	if err == nil || !strings.Contains(log.String(), "line 4: ") || !strings.Contains(log.String(), "line 5: ") || strings.Count(log.String(), "\n") != 2 {
		t.Errorf("%v, log %q", err, log.String())
	}
}
