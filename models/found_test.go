package models

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"
)

// nothing imports no package: what is asked for is whether names of this one are there.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("not wanted") }

// TestDetectorIsWhole: the sum over the detector is over all that it is made of. Only what
// opens the sender's data is not: that says what the detector is given, not what it finds.
func TestDetectorIsWhole(t *testing.T) {
	var files []*ast.File
	set := token.NewFileSet()
	names, err := fs.Glob(detectorFiles, "*.go")
	if err != nil || len(names) < 10 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		source, err := detectorFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(set, name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	looked := false
	given := map[string]bool{"Keyring": true, "Person": true, "Sealed": true}
	check := types.Config{Importer: nothing{}, Error: func(err error) {
		if name, missing := strings.CutPrefix(err.(types.Error).Msg, "undefined: "); missing {
			looked = true
			if !given[name] {
				t.Errorf("the detector uses %s: name its file in detectorFiles", name)
			}
		}
	}}
	check.Check("models", set, files, nil)
	if !looked {
		t.Error("nothing is undefined: this test does not see what is")
	}
}

// tells is a published case that gives somebody's number in every text that all may read.
func tells(t *testing.T) *Feedback {
	t.Helper()
	f := published(t)
	f.Title = "Gọi 0987 654 321 giúp tôi"
	f.Body += " Hàng xóm: 0987 654 321."
	f.Replies[0].Body += " Đã gọi 0987 654 321."
	f.Replies[0].Uploads = append(f.Replies[0].Uploads, Attachment{ID: "u4", Name: "goi_0987654321.pdf", ContentType: "application/pdf"})
	f.Replies[0].LookedAt = []string{"u1", "u4"}
	f.Timeline = append(f.Timeline, Event{At: time.Now(), Event: ActRedact, Note: "Sửa số 0987 654 321"})
	f.OwnInTitle, f.OwnInBody, f.Replies[0].SenderIn = nil, nil, nil // they were of the shorter texts
	f.FindSender(Sender{Name: "Nguyễn Thị Ánh Hồng", Phone: "+84912345678", Email: "anhhong@mail.vn", Address: "12/3 Lê Lợi, phường Bến Nghé"})
	return f
}

func view(t *testing.T, f *Feedback) Answer {
	t.Helper()
	a, ok := PublicView(f)
	if !ok {
		t.Fatal("not public")
	}
	return a
}

// TestFoundIsWhatTheDetectorFinds: the public reads the same from what is kept, and the
// detector does not look again at any text of it.
func TestFoundIsWhatTheDetectorFinds(t *testing.T) {
	f := tells(t)
	before := view(t, f)
	f.KeepFound()
	if after := view(t, f); !reflect.DeepEqual(after, before) {
		t.Errorf("reads %+v, and read %+v", after, before)
	}
	kept := f.Published.Found
	var none strings.Builder // as if nothing had been found
	for line := range strings.Lines(kept) {
		key, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		none.WriteString(key + "\n")
	}
	f.Published.Found = none.String()
	a := view(t, f)
	for what, text := range map[string]string{"title": a.Title, "body": a.Body, "reply": a.Reply, "file": a.Uploads[len(a.Uploads)-1].Name, "reason": a.History[len(a.History)-1].Reason} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), "0987654321") {
			t.Errorf("the detector looked at the %s again: %q", what, text)
		}
	}
}

// TestFoundIsNeverStale: what is kept counts for that text with that sender and that detector
// only; anything else is looked at again.
func TestFoundIsNeverStale(t *testing.T) {
	otherKeys := func(f *Feedback) {
		lines := strings.SplitAfter(f.Published.Found, "\n")
		for i, line := range lines {
			if line != "" {
				lines[i] = "another" + line[len("another"):]
			}
		}
		f.Published.Found = strings.Join(lines, "")
	}
	inFound := func(old, new string) func(*Feedback) {
		return func(f *Feedback) { f.Published.Found = strings.ReplaceAll(f.Published.Found, old, new) }
	}
	for what, change := range map[string]func(*Feedback){
		"text":      func(f *Feedback) { f.Title, f.Body = f.Title+" 0987 654 321", f.Body+" 0987 654 321" },
		"sender":    func(f *Feedback) { f.OwnInTitle, f.OwnInBody = []Span{{0, 4}}, f.OwnInBody[:1] },
		"detector":  otherKeys,
		"cut off":   func(f *Feedback) { f.Published.Found = strings.TrimRight(f.Published.Found[:30], "\n") },
		"too far":   inFound("phone ", "phone 9"),
		"no spans":  inFound("phone ", "phone x"),
		"too few":   inFound(" phone", ""),
		"of before": func(f *Feedback) { f.Published.Found = "" },
	} {
		f := tells(t)
		f.KeepFound()
		change(f)
		got := view(t, f)
		f.Published.Found = ""
		if want := view(t, f); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: reads %+v, want %+v", what, got, want)
		}
		if strings.Contains(got.Title+got.Body+got.Reply, "654 321") {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

// TestFoundGoesWithThePublication: what is not public keeps nothing, and a newer text is
// looked at without the older one's line staying.
func TestFoundGoesWithThePublication(t *testing.T) {
	f := tells(t)
	f.KeepFound()
	lines := strings.Count(f.Published.Found, "\n")
	f.Title = "Gọi 0987 654 320 giúp tôi"
	f.KeepFound()
	if n := strings.Count(f.Published.Found, "\n"); n != lines || strings.Contains(view(t, f).Title, "654") {
		t.Errorf("%d lines of %d: %q", n, lines, view(t, f).Title)
	}
	f.Private = true
	f.KeepFound()
	if f.Published.Found != "" {
		t.Error("kept with what is not public")
	}
}

func FuzzFindMarks(f *testing.F) {
	const text = "Gọi 0987 654 321"
	for _, s := range []string{" phone 5 17", "", " phone 5", " phone -1 3", " phone 3 3", " phone 99999999999999999999 3", " a 1 2 b 2 3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		marks, _ := findMarks(foundKey(text)+rest+"\n", text)
		MaskMarks(text, marks)
		for _, m := range marks {
			if m.Span[0] < 0 || m.Span[0] >= m.Span[1] || m.Span[1] > len(text) {
				t.Errorf("%q gives %v", rest, m)
			}
		}
	})
}

// TestRefind: another detector's finds stay until this one's take their place; then the agency
// seals what the public reads now and its history says so, unless what it read before was not
// what the agency had sealed.
func TestRefind(t *testing.T) {
	ring, err := ParseKeyring(NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	at := Now()
	again := SealStart{Agency: view(t, tells(t)).Agency, Generation: 2, From: at}.Amendment("boss", at)
	keys, err := NewSealKeys(ring, []SealRoot{ring.FirstSealRoot()}, "", []Amendment{again})
	if err != nil {
		t.Fatal(err)
	}
	sealedBefore := func() *Feedback { // by a detector that found nothing in the reply
		f := tells(t)
		f.KeepFound()
		reply := foundKey(blot(f.Replies[0].Body, f.Replies[0].SenderIn))
		var lines []string
		for line := range strings.Lines(f.Published.Found) {
			if strings.HasPrefix(line, reply) {
				line = reply + "\n"
			}
			lines = append(lines, line)
		}
		f.Published.Found = strings.Join(lines, "")
		if err := f.SealPublication(keys.Sealer, at.Add(-time.Hour)); err != nil || !strings.Contains(view(t, f).Reply, "654 321") {
			t.Fatalf("%v, the public reads %q", err, view(t, f).Reply)
		}
		f.Published.Found = strings.Replace(f.Published.Found, DetectorName(), "another", 1)
		return f
	}
	says := func(f *Feedback) bool {
		a := view(t, f)
		for _, k := range keys.Of(a.Agency) {
			if statement, err := a.Seal.Verify(k.Public()); err == nil {
				return statement.Says(a.Reply)
			}
		}
		return false
	}

	f := sealedBefore()
	found, events := f.Published.Found, len(view(t, f).History)
	if f.KeepFound(); f.Published.Found != found || f.FoundKept() || strings.Contains(view(t, f).Reply, "654 321") || says(f) {
		t.Errorf("of another detector: %q, the public reads %q", f.Published.Found, view(t, f).Reply)
	}
	_, err = f.Refind(keys, time.Now())
	if f.KeepFound(); err != nil || !f.FoundKept() || !says(f) {
		t.Errorf("%v; kept %v, sealed %v", err, f.FoundKept(), says(f))
	}
	if h := view(t, f).History; len(h) != events+1 || h[events].ReasonEN == "" || !h[events].Hides {
		t.Errorf("history %+v", h)
	}

	f = sealedBefore()
	f.Replies[0].Body += " Thêm một câu."
	_, err = f.Refind(keys, time.Now())
	if f.KeepFound(); err != nil || !f.FoundKept() || says(f) || len(view(t, f).History) != events {
		t.Errorf("another text than was sealed: %v; kept %v, sealed %v, history %+v", err, f.FoundKept(), says(f), view(t, f).History)
	}
}
