package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"kiennghi/models"
)

// FuzzVerdict: a file is clean only when clamd ended its answer, and ended it with OK.
func FuzzVerdict(f *testing.F) {
	for _, answer := range []string{"stream: OK\x00", "stream: Eicar FOUND\x00", "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\x00", "stream: OK", "stream: X OK FOUND\x00 OK\x00", "INSTREAM size limit exceeded. ERROR\x00", "\x00", "", strings.Repeat("x", maxVerdict) + " OK\x00"} {
		f.Add([]byte(answer))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		verdict, err := readVerdict(bytes.NewReader(answer))
		if err == nil {
			err = judge(verdict)
		} else {
			err = models.Wrap(models.KindUnavailable, err)
		}
		first, _, ended := bytes.Cut(answer, []byte{0})
		ended = ended && len(first) < maxVerdict
		switch {
		case ended && bytes.HasSuffix(first, []byte(" OK")):
			if err != nil {
				t.Errorf("%q: %v", answer, err)
			}
		case ended && (bytes.HasSuffix(first, []byte(" FOUND")) || string(first) == tooLong):
			if models.ErrorKindOf(err) != models.KindInvalid {
				t.Errorf("%q: %v", answer, err)
			}
		case !errors.Is(err, models.ErrUnavailable):
			t.Errorf("%q: %v", answer, err)
		}
	})
}

// FuzzPredictLines: for each line that is read there is one line of JSON with the same id, and no
// error quotes what stood in a line.
func FuzzPredictLines(f *testing.F) {
	f.Add(`{"id": "1", "title": "Đèn hỏng", "text": "tối om", "place": "Hà Nội"}` + "\n" + `{"id": {"a": [1, null]}, "text": "x"}`)
	f.Add("{\"id\": null, \"text\": \"\xff\"}\r\n\n[]\n{\"id\": 1e400, \"title\": \"<b>\"}")
	f.Add(`{"id": "1", "title": 5, "text": "Zyxmar"}`)
	f.Fuzz(func(t *testing.T, in string) {
		const mark = "Zyxmar"
		in = strings.ReplaceAll(in, "text", mark)
		in = strings.ReplaceAll(in, `"`+mark+`":`, `"text":`)
		var out, told bytes.Buffer
		var read []predictLine
		err := eachLine(&console{out: &out, err: &told}, strings.NewReader(in), func(line []byte) (prediction, error) {
			l, err := readPredictLine(line)
			if err == nil {
				read = append(read, l)
			}
			return prediction{ID: l.ID, Suggestions: []predictedSuggestion{}, With: []string{}}, err
		})
		if (err != nil) != (told.Len() > 0) {
			t.Errorf("%v, and told %q", err, &told)
		}
		if strings.Contains(told.String(), mark) {
			t.Errorf("the text is told: %q", &told)
		}
		lines := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
		if out.Len() == 0 {
			lines = nil
		}
		if len(lines) != len(read) {
			t.Fatalf("%d lines of %d: %q", len(lines), len(read), &out)
		}
		for i, line := range lines {
			var p prediction
			var is, want bytes.Buffer
			if err := json.Unmarshal(line, &p); err != nil || json.Compact(&is, p.ID) != nil || json.Compact(&want, read[i].ID) != nil || !reflect.DeepEqual(is.Bytes(), want.Bytes()) {
				t.Errorf("%q of %q: %v", line, read[i].ID, err)
			}
		}
	})
}
