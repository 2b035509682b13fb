package models

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// fault is the first wrong field of an error and what is wrong with it, else its code.
func fault(err error) string {
	var e *Error
	switch {
	case !errors.As(err, &e):
		return ""
	case len(e.Fields) > 0:
		return e.Fields[0].Field + ":" + e.Fields[0].Code
	}
	return e.Code
}

// published is a case whose letter and answer say who the sender is, in many ways.
func published(t *testing.T) *Feedback {
	t.Helper()
	at := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	f := &Feedback{ID: "f", Code: "KN-AAAA-AAAA", Kind: Ordinary, Status: Answered, Agency: "a", Title: "Chị Hồng hỏi về đường ở tổ 3",
		Body: "Tôi là Nguyễn Thị Ánh Hồng. chi hong goi 0912 345 678, nhà 12/3 Lê Lợi; thư ANHHONG@mail.vn. Đường Lê Văn Ngọc sụt, cột đèn Zeta-7 tắt.",
		Replies: []Reply{{ID: "r", Status: ReplySent, Agency: "a", SentAt: &at, Body: "Kính gửi N.T.A.Hồng, số +84912345678, 12/3 le loi.",
			Uploads: []Attachment{{ID: "u1", Name: "Nguyen_Thi_Anh_Hong.pdf", ContentType: "application/pdf"}, {ID: "u2", Name: "hien-truong.jpg", ContentType: "image/jpeg"}, {ID: "u3", Name: "bien-ban.pdf", ContentType: "application/pdf"}}}}}
	f.FindSender(Sender{Name: "Nguyễn Thị Ánh Hồng", Phone: "+84912345678", Email: "anhhong@mail.vn", Address: "12/3 Lê Lợi, phường Bến Nghé"})
	if _, err := f.Publish(Actor{ID: "p", Staff: true, Agency: "a"}, "r", "", at); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestSenderIsNowhereInPublic: name, parts of it, phone, mail and house of the sender are
// masked in title, letter, answer and names of files.
func TestSenderIsNowhereInPublic(t *testing.T) {
	f := published(t)
	if _, err := f.PassFiles(Actor{ID: "p", Staff: true, Agency: "a"}, "r", []string{"u1", "u2", "u3"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	a, ok := PublicView(f)
	all := a.Title + "\n" + a.Body + "\n" + a.Reply
	for _, u := range a.Uploads {
		all += "\n" + u.Name
	}
	if !ok {
		t.Fatal("not public")
	}
	for _, secret := range []string{"hong", "anh", "0912", "345", "12/3", "le loi", "mail.vn"} {
		if strings.Contains(Fold(all), secret) {
			t.Errorf("%q is in %q", secret, all)
		}
	}
	if !strings.Contains(all, "bien-ban.pdf") || !strings.Contains(all, "tep-dinh-kem.pdf") || !strings.Contains(all, "tổ 3") {
		t.Errorf("too much is hidden: %q", all)
	}
}

// TestFilesWaitForEyes: a file is public only when somebody said that they looked at it, be it a
// picture or a document.
func TestFilesWaitForEyes(t *testing.T) {
	f := published(t)
	public := func() string {
		a, _ := PublicView(f)
		var ids []string
		for _, u := range a.Uploads {
			ids = append(ids, u.ID)
		}
		return strings.Join(ids, " ")
	}
	has := func() bool { return public() == "u2" }
	if got := public(); got != "" {
		t.Errorf("files that nobody looked at are public: %s", got)
	}
	if a, _, _ := Preview(f, "r", time.Now()); len(a.Uploads) != 0 {
		t.Errorf("the preview shows more than the public sees: %+v", a.Uploads)
	}
	by := Actor{ID: "p", Staff: true, Agency: "a"}
	if _, err := f.PassFiles(by, "r", []string{"not there"}, time.Now()); err == nil {
		t.Error("a file of another case was looked at")
	}
	before := f.Version
	if _, err := f.PassFiles(by, "r", []string{"u2"}, time.Now()); err != nil || !has() || f.Version == before {
		t.Errorf("looked at and not public, or not a new version: %v", err)
	}
	if a, _ := PublicView(f); a.Changed() == nil || !a.Changed().Files || a.Changed().Reason != "" {
		t.Errorf("the public is not told of more files: %+v", a.History)
	}
	told := len(f.Timeline)
	if _, err := f.PassFiles(by, "r", []string{"u2"}, time.Now()); err != nil || f.Timeline[told].public() {
		t.Errorf("the public is told twice: %v", err)
	}
	if _, err := f.PassFiles(by, "r", []string{"u1", "u3"}, time.Now()); err != nil || public() != "u1 u2 u3" {
		t.Errorf("public are %s, %v", public(), err)
	}
	f.Replies[0].LookedAt = nil
	f.Published.HoldsFiles, f.Published.HoldsPictures = false, true // published by the program of before
	if got := public(); got != "u1 u3" {
		t.Errorf("a document that was public is gone, or a picture is there: %s", got)
	}
	f.Published.HoldsPictures = false // by the one before that
	if got := public(); got != "u1 u2 u3" {
		t.Errorf("what was public is gone: %s", got)
	}
	if _, err := f.Publish(by, "r", "", time.Now()); err == nil {
		t.Error("published twice")
	}
}

// TestPublisherDecides: what a publisher hides is hidden wherever it stands; what is lifted
// is shown, with a reason; the sender's own stays hidden; the later decision counts.
func TestPublisherDecides(t *testing.T) {
	f := published(t)
	f.Body += " Gặp ông Trần Văn Khải hai lần, ông Trần Văn Khải không tiếp."
	by := Actor{ID: "p", Staff: true, Agency: "a"}
	do := func(d ...MarkDecision) error {
		_, err := f.Redact(by, d, time.Now())
		return err
	}
	body := func() string { a, _ := PublicView(f); return a.Body }
	for _, wrong := range []struct {
		field, code string
		d           MarkDecision
	}{
		{"reason", "required", MarkDecision{In: InBody, Text: "Zeta-7", Kind: MarkAddress}},
		{"kind", "unknown", MarkDecision{In: InBody, Text: "Zeta-7", Kind: "colour", Reason: "vì"}},
		{"text", "not_in_text", MarkDecision{In: InTitle, Text: "Zeta-7", Kind: MarkName, Reason: "vì"}},
		{"text", "not_in_text", MarkDecision{In: "place", Text: "Zeta-7", Kind: MarkName, Reason: "vì"}},
		{"text", "not_marked", MarkDecision{In: InBody, Text: "Zeta-7", Lift: true, Reason: "vì"}},
		{"text", "of_sender", MarkDecision{In: InBody, Text: "12/3 Lê Lợi", Lift: true, Reason: "vì"}},
	} {
		if got := fault(do(wrong.d)); got != wrong.field+":"+wrong.code {
			t.Errorf("%+v: %s", wrong.d, got)
		}
	}
	if err := do(); fault(err) != "marks:required" {
		t.Error(err)
	}
	if err := do(MarkDecision{In: InBody, Text: "Zeta-7", Kind: MarkAddress, Reason: "chỉ một nhà có"}); err != nil || strings.Contains(body(), "Zeta") {
		t.Errorf("%v: %q", err, body())
	}
	if strings.Contains(body(), "Khải") {
		t.Fatal("the detector does not see the name")
	}
	if err := do(MarkDecision{In: InBody, Text: "Trần Văn Khải", Lift: true, Reason: "tên phố"}); err != nil || strings.Count(body(), "Khải") != 2 || f.Decisions[1].Kind != MarkName {
		t.Errorf("%v: %q", err, body())
	}
	if err := do(MarkDecision{In: InBody, Text: "Trần Văn Khải", Kind: MarkName, Reason: "nhầm"}); err != nil || strings.Contains(body(), "Khải") {
		t.Errorf("%v: %q", err, body())
	}
	last := f.Timeline[len(f.Timeline)-1]
	if last.Event != ActRedact || last.Note != "nhầm" || last.Remark != "" || !last.Private {
		t.Errorf("%+v", last)
	}
	if title, text, reply := f.Masked(); strings.Contains(title+text+reply, "Khải") || strings.Contains(text, "Zeta") {
		t.Error("the index has what the public has not")
	}
	f.Private = true
	if fault(do(MarkDecision{In: InBody, Text: "sụt", Kind: MarkName, Reason: "vì"})) == "" {
		t.Error("marks on what is never published")
	}
}
