package models

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What the detector found in the texts of a published case is kept with the publication, so
// that it does not run whenever somebody reads: a line that names the detector, then one for
// each text by a sum over what was read, the text without what is known of the sender.
// Whenever detector or sum is another, the detector runs again.

// All that the detector is made of, but for its model.
//
//go:embed redact.go redact_address.go redact_birth.go redact_cues.go redact_mail.go redact_marks.go redact_names.go redact_numbers.go
//go:embed redact_papers.go redact_sender.go redact_streets.go redact_tagger.go redact_tokens.go redact_words.go
//go:embed hash.go names.go text.go
var detectorFiles embed.FS

// detectorSum tells this detector from others. It is a sum over its model and source: a number that
// somebody has to raise is forgotten once, and the public reads what the detector hides by now.
var detectorSum = sync.OnceValue(func() [sha256.Size]byte {
	all := sha256.New()
	io.WriteString(all, unicode.Version+" "+norm.Version)
	all.Write(taggerFile)
	err := fs.WalkDir(detectorFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		source, err := detectorFiles.ReadFile(name)
		all.Write(source)
		return err
	})
	if err != nil {
		panic(err) // what is embedded can be read
	}
	return [sha256.Size]byte(all.Sum(nil))
})

// DetectorName tells this program's detector from that of others.
func DetectorName() string {
	sum := detectorSum()
	return hex.EncodeToString(sum[:8])
}

// foundKey is what the marks of a text are kept by.
func foundKey(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// detected returns what the detector finds in a text of the case, of which what is known of
// the sender is blotted out: as it is kept, or else by looking.
func (f *Feedback) detected(text string) []Mark {
	if f.Published != nil && f.Published.foundHere() {
		if marks, ok := findMarks(f.Published.Found, text); ok {
			return marks
		}
	}
	return Marks(text, Sender{})
}

// foundHere reports whether it was this detector that found what is kept.
func (p *Publication) foundHere() bool { return strings.HasPrefix(p.Found, DetectorName()+"\n") }

// KeepFound keeps with a published case what the detector finds in each of the texts that
// PublicView looks at. What is kept already is not looked for again, and nothing is kept with
// a case that is not public now. What another detector found beneath a seal is left to Refind.
func (f *Feedback) KeepFound() {
	texts := f.lookedAt()
	if len(texts) > 0 && f.Published.Seal != nil && f.Published.Found != "" && !f.Published.foundHere() {
		return
	}
	var b strings.Builder
	if len(texts) > 0 {
		b.WriteString(DetectorName() + "\n")
	}
	for i, text := range texts {
		if text != "" && !slices.Contains(texts[:i], text) {
			writeMarks(&b, text, f.detected(text))
		}
	}
	if f.Published != nil {
		f.Published.Found = b.String()
	}
}

// Refind drops what another detector found, so that KeepFound keeps what this one finds. When
// the public reads the reply otherwise by that, its history says so and the agency seals it anew,
// provided that what was read until now is what it had sealed.
func (f *Feedback) Refind(keys *SealKeys, now time.Time) ([]Work, error) {
	if !f.Public() {
		return nil, nil
	}
	_, lines, _ := strings.Cut(f.Published.Found, "\n")
	f.Published.Found = DetectorName() + "\n" + lines // as if this one had found it
	before, ok := PublicView(f)
	f.Published.Found = ""
	after, _ := PublicView(f)
	work := []Work{NewWork(WorkIndex, f.ID, now, nil)} // the index has its texts as they were masked
	if !ok || before.Reply == after.Reply || !keys.sealed(f.Published.Seal, before) {
		return work, nil
	}
	work = f.record(Event{Event: ActRedact, Agency: f.Agency, Note: foundAnew.VI, Private: true}, Actor{}, now)
	return work, f.SealPublication(keys.Sealer, now)
}

// sealed reports whether that seal of the answer's agency says what is read of it.
func (k *SealKeys) sealed(seal *Seal, a Answer) bool {
	if seal == nil {
		return false
	}
	_, statement, err := k.Verify(a.Agency, seal)
	return err == nil && statement.Says(a.Reply)
}

// foundAnew is what the public reads when the detector finds something else than before.
var foundAnew = TextPair{VI: "Chương trình tìm lại dữ liệu cá nhân trong câu trả lời và che theo cách nhận biết mới.",
	EN: "The program looked for personal data in the answer again and hides what it recognises now."}

// FoundKept reports whether all that this detector finds is kept with the case.
func (f *Feedback) FoundKept() bool {
	if f.Published == nil || !f.Published.foundHere() {
		return len(f.lookedAt()) == 0
	}
	return !slices.ContainsFunc(f.lookedAt(), func(text string) bool {
		_, kept := findMarks(f.Published.Found, text)
		return text != "" && !kept
	})
}

// lookedAt are the texts of a case that is public now that the detector looks at.
func (f *Feedback) lookedAt() []string {
	if !f.Public() {
		return nil
	}
	r, err := f.Reply(f.Published.ReplyID)
	if err != nil {
		return nil
	}
	texts := []string{blot(f.Title, f.OwnInTitle), blot(f.Body, f.OwnInBody), blot(r.Body, r.SenderIn)}
	for i := range f.Timeline {
		if e := &f.Timeline[i]; e.public() {
			texts = append(texts, blot(e.Note, e.SenderIn))
		}
	}
	for _, u := range r.Uploads {
		texts = append(texts, wordsOfFile(u.Name))
	}
	return texts
}

// writeMarks writes the line of a text: its key, then kind, begin and end of each mark.
func writeMarks(b *strings.Builder, text string, marks []Mark) {
	b.WriteString(foundKey(text))
	for _, m := range marks {
		b.WriteString(" " + string(m.Kind) + " " + strconv.Itoa(m.Span[0]) + " " + strconv.Itoa(m.Span[1]))
	}
	b.WriteByte('\n')
}

// findMarks reads the line of a text. It reports false when there is none, or one that
// writeMarks did not write.
func findMarks(found, text string) (marks []Mark, ok bool) {
	_, rest, ok := strings.Cut(found, foundKey(text))
	line, _, whole := strings.Cut(rest, "\n")
	words := strings.Fields(line)
	if !ok || !whole || len(words)%3 != 0 {
		return nil, false
	}
	for ; len(words) > 0; words = words[3:] {
		begin, err := strconv.Atoi(words[1])
		end, err2 := strconv.Atoi(words[2])
		if err != nil || err2 != nil || begin < 0 || begin >= end || end > len(text) {
			return nil, false
		}
		marks = append(marks, Mark{Kind: MarkKind(words[0]), Span: Span{begin, end}})
	}
	return marks, true
}
