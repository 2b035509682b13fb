package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// fingerprint tells whether a reply is still the one that somebody began to change.
func fingerprint(r *models.Reply) string {
	if r == nil {
		return ""
	}
	parts := []string{r.Body, r.OfficialNumber, r.OfficialDate}
	for _, u := range r.Uploads {
		parts = append(parts, u.ID)
	}
	return models.Hash(parts...)[:16]
}

// replyInHand is the reply that is being written at the agency that has the case, and
// waiting whether one of it waits for approval. Nil: none yet.
func replyInHand(f *models.Feedback) (r *models.Reply, waiting bool) {
	for i := range f.Replies {
		x := &f.Replies[i]
		switch {
		case x.Agency != f.Agency || !f.Status.Open() && x.Corrects == "":
		case x.Status == models.ReplySubmitted:
			waiting = true
		case x.Status == models.ReplyDraft || x.Status == models.ReplyRejected:
			r = x
		}
	}
	return r, waiting
}

// caseReplies fills in the replies of a case, the editor for who may write one, and what
// the public will see of the one that matters now.
func (s *server) caseReplies(c *fiber.Ctx, p *web.Case, f *models.Feedback, names *naming) error {
	ctx, me := c.UserContext(), of(c.UserContext()).Staff
	inHand, waiting := replyInHand(f)
	writes := p.Can[string(models.ActDraft)] && !waiting
	left, ok, err := s.writingOf(ctx, f.ID)
	if err != nil {
		return err
	}
	if writes {
		e := s.editorOf(f, inHand, left, ok, names)
		if e.Templates, err = s.templateOptions(ctx); err != nil {
			return err
		}
		e.Contributions = s.contributionOptions(f, names)
		p.Editor = e
	} else if ok && me.May(models.ActDraft) {
		p.Left = left.Body
	}
	if p.Others, err = s.othersWriting(ctx, f.ID); err != nil {
		return err
	}
	for i := range f.Replies {
		r := &f.Replies[i]
		if writes && r == inHand {
			continue
		}
		p.Replies = append(p.Replies, s.caseReply(me, f, r, names))
	}
	slices.Reverse(p.Replies)
	if about := replyForPublic(f, inHand); about != nil {
		if p.PublicView, err = s.publicPreview(ctx, f, about.ID); err != nil {
			return err
		}
	}
	return names.err
}

// replyForPublic is the reply whose public version is of interest: the one that waits,
// else the one being written, else the one sent.
func replyForPublic(f *models.Feedback, inHand *models.Reply) *models.Reply {
	for i := range f.Replies {
		if f.Replies[i].Status == models.ReplySubmitted && f.Replies[i].Agency == f.Agency {
			return &f.Replies[i]
		}
	}
	if inHand != nil {
		return inHand
	}
	return f.SentReply()
}

// publicPreview is what the public will see; nil when it never will see anything.
func (s *server) publicPreview(ctx context.Context, f *models.Feedback, reply string) (*web.PublicPreview, error) {
	a, hidden, err := s.previewOf(ctx, f, reply)
	if err != nil || a == nil {
		return nil, err
	}
	p := &web.PublicPreview{Title: web.MarkMasks(web.Escape(a.Title)), Body: web.MarkMasks(web.Escape(a.Body)), Reply: web.MarkMasks(web.ReplyHTML(a.Reply)),
		Name: a.SenderName, Hidden: hidden, ReplyID: reply, May: reply != "preview" && of(ctx).Staff.MayOn(models.ActRedact, f) == nil && f.WhyNot(models.ActRedact) == ""}
	for _, k := range models.MarkKinds {
		p.Kinds = append(p.Kinds, web.Option{Value: string(k), Text: s.site.T(of(ctx).Lang, "mark."+string(k))})
	}
	for _, in := range []string{models.InBody, models.InTitle, models.InReply} {
		p.Places = append(p.Places, web.Option{Value: in, Text: s.site.T(of(ctx).Lang, "reply.in."+in)})
	}
	r, err := f.Reply(reply)
	if err != nil {
		return nil, err
	}
	for _, u := range r.Uploads {
		p.Files = append(p.Files, web.PublicFile{File: s.caseFiles(f, []models.Attachment{u})[0], Looked: r.Looked(u)})
	}
	return p, nil
}

// caseReply is a reply that is not in the editor.
func (s *server) caseReply(me *models.Staff, f *models.Feedback, r *models.Reply, names *naming) web.CaseReply {
	x := web.CaseReply{ID: r.ID, Status: r.Status, Author: names.staff(r.Author), Approver: names.staff(r.Approver), Agency: names.agency(r.Agency),
		Body: r.Body, Number: r.OfficialNumber, Date: r.OfficialDate, Remark: r.Remark, Files: s.caseFiles(f, r.Uploads), At: r.CreatedAt,
		Public: f.Public() && f.Published.ReplyID == r.ID, Reason: r.Reason, Again: f.Published != nil, Versions: s.caseVersions(f, r, names)}
	if r.SentAt != nil {
		x.At = *r.SentAt
	}
	if v := r.Returned(); r.Status == models.ReplySubmitted && v != nil {
		x.Changes, x.Remark = differences(v.Body, r.Body), v.Remark
	} else if r.Status == models.ReplySubmitted && r.SentBack != "" { // sent back before versions were kept
		x.Changes, x.Remark = differences(r.SentBack, r.Body), lastRemark(f)
	}
	switch {
	case me.MayOn(models.ActApprove, f) != nil:
	case r.Status == models.ReplySubmitted && f.Can(models.ActApprove) && r.Agency == f.Agency && (f.Status.Open() || r.Corrects != ""):
		if r.Author == me.ID || slices.Contains(r.PastAuthors, me.ID) {
			x.WhyNot = say(of(names.ctx).Lang, "own_reply", 0)
		} else {
			x.MayApprove = true
		}
		x.MayReject = true
	case r.Status != models.ReplySent:
	case x.Public:
		x.MayUnpublish = true
	case f.WhyNot(models.ActPublish) == "":
		x.MayPublish = f.SentReply().ID == r.ID
	default:
		x.WhyNot = say(of(names.ctx).Lang, f.WhyNot(models.ActPublish), 0)
	}
	return x
}

// lastRemark is what an approver said when a reply was sent back last.
func lastRemark(f *models.Feedback) string {
	for i := len(f.Timeline) - 1; i >= 0; i-- {
		if f.Timeline[i].Event == models.ActReject {
			return f.Timeline[i].Remark
		}
	}
	return ""
}

// editorOf is the editor with the reply in hand, or with what the member was typing
// instead. When somebody else saved another text meanwhile, both are shown.
func (s *server) editorOf(f *models.Feedback, r *models.Reply, left writing, typing bool, names *naming) *web.Editor {
	e := &web.Editor{Key: models.NewID(), Base: fingerprint(r), Correcting: !f.Status.Open()}
	if sent := f.SentReply(); e.Correcting && r == nil && sent != nil { // a correction begins from what was sent
		e.Body, e.Number, e.Date, e.Files = sent.Body, sent.OfficialNumber, sent.OfficialDate, s.caseFiles(f, sent.Uploads)
	}
	if r != nil {
		e.Reply, e.Body, e.Number, e.Date, e.Files = r.ID, r.Body, r.OfficialNumber, r.OfficialDate, s.caseFiles(f, r.Uploads)
		e.Reason, e.Versions = r.Reason, s.caseVersions(f, r, names)
		if r.Status == models.ReplyRejected {
			e.Remark = r.Remark
		}
	}
	if !typing || r != nil && left.same(r) {
		return e
	}
	e.Body, e.Number, e.Date, e.Files, e.Kept = left.Body, left.Number, left.Date, s.caseFiles(f, left.Uploads), &left.At
	e.Reason = left.Reason
	if r != nil && (left.Reply != r.ID || left.Base != e.Base) {
		theirs := s.caseReply(&models.Staff{}, f, r, names)
		e.Theirs, e.Difference = &theirs, differences(r.Body, left.Body)
	}
	return e
}

// same reports whether what is typed is what the reply says.
func (w *writing) same(r *models.Reply) bool {
	return w.Body == r.Body && w.Number == r.OfficialNumber && w.Date == r.OfficialDate && w.Reason == r.Reason && slices.Equal(w.Uploads, r.Uploads)
}

// typedReply is what was typed into the editor. Its files are those of the case, and the member's
// own that came for this reply; gone says that others were named, which are left out.
func (s *server) typedReply(c *fiber.Ctx, f *models.Feedback) (w writing, gone, err error) {
	w = writing{Reply: typedLine(c, "reply.id"), Base: typedLine(c, "reply.base"), Body: typed(c, "reply.body"),
		Number: typedLine(c, "reply.official_number"), Date: typedLine(c, "reply.official_date"), Reason: typed(c, "reply.reason")}
	ids := typedAll(c, "reply.uploads")
	if len(ids) > models.MaxUploads {
		gone = models.Invalid([]models.FieldError{{Field: "uploads", Code: "too_many", Limit: models.MaxUploads}})
	}
	for _, id := range ids[:min(len(ids), models.MaxUploads)] {
		u, err := s.Store.Upload(c.UserContext(), id)
		switch {
		case err != nil && !errors.Is(err, models.ErrNotFound):
			return w, nil, err
		case err == nil && (u.FeedbackID == f.ID || u.ForReply == f.ID && u.FeedbackID == "" && u.Owner == of(c.UserContext()).Account):
			w.Uploads = append(w.Uploads, u.Attachment)
		default:
			gone = models.Invalid([]models.FieldError{{Field: "uploads", Code: "file_gone"}})
		}
	}
	return w, gone, nil
}

// replyPage does with the editor what its button says. First of all it keeps what was
// typed.
func (s *server) replyPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := s.visibleCase(ctx, c.Params("code"))
	if err == nil {
		err = of(ctx).Staff.MayOn(models.ActDraft, f)
	}
	if err != nil {
		return err
	}
	w, gone, err := s.typedReply(c, f)
	if err != nil {
		return err
	}
	if models.Length(w.Body) > 2*models.MaxReply { // that would be no reply
		return models.Fail(models.KindTooLarge, "body_too_large")
	}
	do, about, _ := strings.Cut(typedLine(c, "do"), " ")
	if do == "discard" {
		kept, _, err := s.writingOf(ctx, f.ID)
		if err == nil {
			err = s.dropWriting(ctx, f.ID)
		}
		if err == nil {
			err = s.letFilesGo(ctx, f.ID, append(kept.Uploads, w.Uploads...))
		}
		if err != nil {
			return err
		}
		return s.goTo(c, casePath(f.Code)+"#reply", "said.discarded")
	}
	switch do {
	case "template":
		if w.Body, err = s.withTemplate(ctx, w.Body, typedLine(c, "reply.template"), f); err != nil {
			return err
		}
	case "contribution":
		s.withContribution(&w, about, f)
	case "drop":
		w.Uploads = slices.DeleteFunc(w.Uploads, func(a models.Attachment) bool { return a.ID == about })
		if err := s.letFilesGo(ctx, f.ID, []models.Attachment{{ID: about}}); err != nil {
			return err
		}
	}
	if err := s.keepWriting(ctx, f.ID, w); err != nil {
		return err
	}
	if gone != nil && do != "keep" && do != "drop" { // said when a page is looked at, or the text is to be used
		return s.replyAgain(c, f.Code, w, gone)
	}
	switch do {
	case "keep":
		return c.JSON(fiber.Map{"at": s.Now().In(models.VietNam).Format("15:04")})
	case "preview":
		return s.previewReply(c, f, w)
	case "save", "submit":
		return s.saveReply(c, f, w, do == "submit")
	}
	return s.goTo(c, casePath(f.Code)+"#reply", "")
}

// previewReply shows what is typed as the sender and the public would see it.
func (s *server) previewReply(c *fiber.Ctx, f *models.Feedback, w writing) error {
	p, err := s.caseOf(c, f)
	if err != nil {
		return err
	}
	p.Path = casePath(f.Code)
	if p.Editor != nil {
		p.Editor.Preview = web.ReplyHTML(w.Body)
		g := *f
		g.Replies = append(slices.Clone(f.Replies), models.Reply{ID: "preview", Body: w.Body, Agency: f.Agency})
		if p.PublicView, err = s.publicPreview(c.UserContext(), &g, "preview"); err != nil {
			return err
		}
	}
	return s.show(c, p)
}

// saveReply puts what is typed into the case, and before the approvers when asked to. A
// draft may be saved whatever else happened to the case, but not over a text that the
// member has not seen; to be submitted, the member must have seen the case as it is.
func (s *server) saveReply(c *fiber.Ctx, f *models.Feedback, w writing, submit bool) error {
	ctx, now := c.UserContext(), s.Now()
	var ids []string
	for _, u := range w.Uploads {
		ids = append(ids, u.ID)
	}
	text, added, err := s.replyText(ctx, f.ID, models.ReplyText{Body: w.Body, OfficialNumber: w.Number, OfficialDate: w.Date, Reason: w.Reason}, ids)
	if err != nil {
		return s.replyAgain(c, f.Code, w, err)
	}
	created := madeID(of(ctx).Account, f.ID+" reply", optional(typedLine(c, "reply.key")))
	a, said, seen := models.ActEdit, "said.draft_saved", func(*models.Feedback) bool { return true }
	if submit {
		a, said, seen = models.ActSubmit, "said.submitted", never
	}
	var before []models.Attachment
	changed, err := s.deskUpdate(ctx, f.ID, typedLine(c, "version"), a, seen, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		r, _ := replyInHand(f)
		before = nil
		if r != nil {
			before = r.Uploads
		}
		if fingerprint(r) != w.Base && (r == nil || r.ID != created || !w.same(r)) {
			return nil, models.ErrConflict
		}
		var work []models.Work
		id := created
		switch {
		case r == nil:
			work, err = f.DraftReply(by, id, text, now)
		case w.same(r):
			id = r.ID
		default:
			id = r.ID
			work, err = f.EditReply(by, id, text, now)
		}
		if err != nil || !submit {
			return work, err
		}
		more, err := f.SubmitReply(by, id, now)
		return append(work, more...), err
	})
	err = s.settleFiles(ctx, f.ID, added, err)
	if errors.Is(err, models.ErrConflict) && submit {
		if changed, err = s.visibleCase(ctx, f.Code); err == nil && !submittedBy(changed, of(ctx).Account, &w) { // else pressed twice
			err = models.ErrConflict
		}
	}
	if err != nil {
		return s.replyAgain(c, f.Code, w, err)
	}
	s.letDropped(ctx, f.ID, before, text.Uploads)
	if err := s.dropWriting(ctx, f.ID); err != nil {
		return err
	}
	if submit {
		return s.afterChange(c, changed, said)
	}
	return s.goTo(c, casePath(f.Code)+"#reply", said)
}

// submittedBy reports whether the newest that happened is that the account submitted this.
func submittedBy(f *models.Feedback, account string, w *writing) bool {
	last := f.Timeline[len(f.Timeline)-1]
	return last.Event == models.ActSubmit && last.Actor == account &&
		slices.ContainsFunc(f.Replies, func(r models.Reply) bool { return r.Status == models.ReplySubmitted && w.same(&r) })
}

// replyAgain shows the editor again with what was typed, which was kept, and what is wrong.
func (s *server) replyAgain(c *fiber.Ctx, code string, w writing, err error) error {
	f, failed := s.visibleCase(c.UserContext(), code)
	if failed != nil {
		return failed
	}
	p, failed := s.caseOf(c, f)
	if failed != nil {
		return failed
	}
	p.Path, p.Shown = casePath(f.Code), "reply"
	if e := p.Editor; e != nil { // also what is too long, or no date, is shown as it was typed
		e.Body, e.Number, e.Date, e.Reason = w.Body, w.Number, w.Date, w.Reason
	}
	if errors.Is(err, models.ErrConflict) {
		p.Changed, err = s.changedSince(c, f), errStale
	}
	return s.showAgain(c, inForm("reply", err), p)
}
