package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPreview: the officer sees before publishing what the public will, and what is hidden.
func TestPreview(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	f := &Feedback{Title: "Lan Anh Nguyễn hỏi", Body: "Tôi là Lan Anh Nguyễn, gọi 0912 345 678.", Status: InProgress, Kind: Ordinary,
		Replies: []Reply{{ID: "r", Status: ReplyDraft, Body: "Đã gọi số 0912345678 và thư lan@a.vn."}}}
	f.OwnInTitle, f.OwnInBody = nameSpans("Lan Anh Nguyễn", f.Title), nameSpans("Lan Anh Nguyễn", f.Body)
	a, found, ok := Preview(f, "r", now)
	if !ok || a.Title != Mask+" hỏi" || a.Body != "Tôi là "+Mask+", gọi "+Mask+"." || a.Reply != "Đã gọi số "+Mask+" và thư "+Mask+"." {
		t.Errorf("%+v, %v", a, ok)
	}
	var texts [][2]string
	for _, h := range found {
		texts = append(texts, [2]string{h.In, h.Text})
	}
	want := [][2]string{{"title", "Lan Anh Nguyễn"}, {"body", "Lan Anh Nguyễn"}, {"body", "0912 345 678"}, {"reply", "0912345678"}, {"reply", "lan@a.vn"}}
	if !slices.Equal(texts, want) {
		t.Errorf("found %v, want %v", texts, want)
	}
	if f.Published != nil || f.Replies[0].Status != ReplyDraft || f.Replies[0].SentAt != nil {
		t.Error("looking changed the case")
	}
	f.Private = true
	if _, _, ok := Preview(f, "r", now); ok {
		t.Error("a private case has a public version")
	}
	if _, _, ok := Preview(f, "no", now); ok {
		t.Error("a reply that is not there has a public version")
	}
}

// TestPersonalDataIsWhatRedactMasks: between what was found the text is as it was.
func TestPersonalDataIsWhatRedactMasks(t *testing.T) {
	for _, s := range []string{"0912345678", "a@b.vn, 51A-123.45; CCCD 079 123 456 789 0912.345.678", "không có gì", "[…] 0912345678 […]", strings.Repeat("0912345678 ", 500)} {
		rest, at := "", 0
		for _, x := range PersonalData(s) {
			rest, at = rest+s[at:x[0]]+Mask, x[1]
		}
		if rest+s[at:] != Redact(s) {
			t.Errorf("%q: %q, but masked %q", s, rest+s[at:], Redact(s))
		}
	}
}

// TestWhyNotSaysWhatTheActionSays: a page that leaves a button out knows the same as the
// action that refuses.
func TestWhyNotSaysWhatTheActionSays(t *testing.T) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	by := Actor{ID: "s", Staff: true, Agency: "so-xd-79"}
	for _, status := range Statuses {
		for _, kind := range Kinds {
			for _, agency := range []string{"", "so-xd-79"} {
				if agency == "" && (status == Assigned || status == InProgress) {
					continue
				}
				for a, do := range map[Action]func(f *Feedback) error{
					ActAssign:      func(f *Feedback) error { _, err := f.Assign(by, []string{"x"}, "", now); return err },
					ActForward:     func(f *Feedback) error { _, err := f.Forward(by, []string{"x"}, "vì", now); return err },
					ActReturn:      func(f *Feedback) error { _, err := f.Return(by, "vì", NewTree(nil), now); return err },
					ActRefuse:      func(f *Feedback) error { _, err := f.Refuse(by, RefusalGround{}, "đến nơi khác", now); return err },
					ActRequestInfo: func(f *Feedback) error { _, err := f.RequestInfo(by, "m", "ở đâu?", nil, now); return err },
					ActNote:        func(f *Feedback) error { _, err := f.AddNote(by, "n", "ghi", now); return err },
					ActTake:        func(f *Feedback) error { _, err := f.Take(by, now); return err },
					ActDraft:       func(f *Feedback) error { _, err := f.DraftReply(by, "r", ReplyText{Body: "x"}, now); return err },
					ActUnseal:      func(f *Feedback) error { _, err := f.Unseal(by, "vì cần gọi điện", now); return err },
				} {
					f := &Feedback{Status: status, Kind: kind, Agency: agency}
					says, err := f.WhyNot(a), do(f)
					code := ""
					if err != nil {
						code = err.(*Error).Code
					}
					if (says == "") != (code == "") || says != code && status.Open() { // of what has ended both reasons are true
						t.Errorf("%s of %s %s at %q: %q, the action says %q", a, status, kind, agency, says, code)
					}
				}
			}
		}
	}
}
