package handlers

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// caseForm is one form of the case page. Its inputs are called after it: assign.agency.
type caseForm struct {
	name   string
	action models.Action
	said   string   // key of what is said when it is done
	lines  []string // inputs of one line
	texts  []string // inputs of several
	do     func(s *server, in map[string]string) deskDo
}

// caseForms are the forms of the case page, but for the reply and those of fileForms.
var caseForms = []caseForm{
	{"take", models.ActTake, "said.taken", nil, nil, func(s *server, _ map[string]string) deskDo { return s.taking() }},
	{"assign", models.ActAssign, "said.assigned", []string{"agency"}, []string{"note"}, func(s *server, in map[string]string) deskDo {
		return s.assigning(in["agency"], in["note"])
	}},
	{"forward", models.ActForward, "said.forwarded", []string{"agency"}, []string{"note"}, func(s *server, in map[string]string) deskDo {
		return s.forwarding(in["agency"], in["note"])
	}},
	{"return", models.ActReturn, "said.returned", nil, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.returning(in["reason"])
	}},
	{"classify", models.ActClassify, "said.classified", []string{"kind", "field", "province", "regime"}, nil, func(s *server, in map[string]string) deskDo {
		return s.classifying(models.Classification{Kind: models.Kind(in["kind"]), Field: in["field"], Province: in["province"], Regime: models.Regime(in["regime"])})
	}},
	{"refuse", models.ActRefuse, "said.refused", []string{"ground"}, []string{"direction"}, func(s *server, in map[string]string) deskDo {
		if g, ok := s.Ref.Ground(in["ground"]); ok && in["direction"] == "" {
			return s.refusing(in["ground"], g.Direction) // the proposed one
		}
		return s.refusing(in["ground"], in["direction"])
	}},
	{"unseal", models.ActUnseal, "said.unsealed", nil, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.unsealing(in["reason"])
	}},
	{"coordinate", models.ActCoordinate, "said.coordinated", []string{"agency", "due_at"}, []string{"ask"}, func(s *server, in map[string]string) deskDo {
		dueAt, err := endOfDay(in["due_at"])
		if err != nil {
			return func(*models.Feedback, models.Actor) ([]models.Work, error) { return nil, err }
		}
		return s.coordinating(models.NewID(), in["agency"], in["ask"], dueAt)
	}},
	{"accept", models.ActAccept, "said.accepted", []string{"rule"}, nil, func(s *server, in map[string]string) deskDo {
		return s.accepting(in["rule"])
	}},
	{"extend", models.ActExtend, "said.extended", []string{"term"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		more, _ := strconv.Atoi(in["term"])
		return s.extending(more, in["reason"])
	}},
	{"askextension", models.ActAskExtension, "said.extension_asked", []string{"term"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		more, _ := strconv.Atoi(in["term"])
		return s.askingExtension(more, in["reason"])
	}},
	{"proposemerge", models.ActProposeMerge, "said.merge_proposed", []string{"into"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.proposingMerge(in["into"], in["reason"])
	}},
	{"declinemerge", models.ActDeclineMerge, "said.merge_declined", nil, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.decliningMerge(in["reason"])
	}},
	{"grantextension", models.ActExtend, "said.extended", nil, []string{"remark"}, func(s *server, in map[string]string) deskDo {
		return s.decidingExtension(true, in["remark"])
	}},
	{"denyextension", models.ActDenyExtension, "said.extension_denied", nil, []string{"remark"}, func(s *server, in map[string]string) deskDo {
		return s.decidingExtension(false, in["remark"])
	}},
	{"progress", models.ActProgress, "said.progress", nil, []string{"note"}, func(s *server, in map[string]string) deskDo {
		return s.progressing(in["note"])
	}},
	{"returntask", models.ActReturnTask, "said.task_returned", []string{"task"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.returningTask(in["task"], in["reason"])
	}},
	{"canceltask", models.ActCancelTask, "said.task_cancelled", []string{"task"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.cancellingTask(in["task"], in["reason"])
	}},
	{"reject", models.ActReject, "said.rejected", []string{"reply"}, []string{"remark"}, func(s *server, in map[string]string) deskDo {
		return s.rejecting(in["reply"], in["remark"])
	}},
	{"approve", models.ActApprove, "said.approved", []string{"reply"}, nil, func(s *server, in map[string]string) deskDo {
		return s.approving(in["reply"])
	}},
	{"publish", models.ActPublish, "said.published", []string{"reply"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.publishing(in["reply"], in["reason"])
	}},
	{"unpublish", models.ActUnpublish, "said.unpublished", []string{"reply"}, []string{"reason"}, func(s *server, in map[string]string) deskDo {
		return s.unpublishing(in["reply"], in["reason"])
	}},
}

// endOfDay is when offices close on a day that was typed (2006-01-02); zero for none.
func endOfDay(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, models.VietNam)
	if err != nil {
		return t, models.Invalid([]models.FieldError{{Field: "due_at", Code: "not_a_date"}})
	}
	return models.Moment(t.Add(models.OfficeClose)), nil
}

// caseFormPage does what a form of the case page says.
func caseFormPage(name string) func(*server, *fiber.Ctx) error {
	i := slices.IndexFunc(caseForms, func(x caseForm) bool { return x.name == name })
	form := &caseForms[i]
	return func(s *server, c *fiber.Ctx) error { return s.doCase(c, form) }
}

func (s *server) doCase(c *fiber.Ctx, form *caseForm) error {
	ctx := c.UserContext()
	f, err := s.visibleCase(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	in := form.typed(c)
	seen, as := typedLine(c, "version"), maps.Clone(in)
	if typed, ok := in["agency"]; ok {
		code, choices := s.findAgency(typed, of(c.UserContext()).Lang)
		if code == "" {
			return s.caseAgain(c, f, form.name, as, unknownAgency(typed, choices), choices)
		}
		in["agency"] = code
	}
	changed, err := s.deskUpdate(ctx, f.ID, seen, form.action, never, form.do(s, in))
	if err == nil {
		return s.afterChange(c, changed, form.said)
	}
	if errors.Is(err, models.ErrConflict) {
		if f, err = s.visibleCase(ctx, f.Code); err != nil {
			return err
		}
		if didIt(f, of(ctx).Account, seen, form.action) { // pressed twice
			return s.afterChange(c, f, form.said)
		}
		err = models.ErrConflict
	}
	return s.caseAgain(c, f, form.name, as, err, nil)
}

// typed is what was typed into the form, by the names of its inputs.
func (form *caseForm) typed(c *fiber.Ctx) map[string]string {
	in := map[string]string{}
	for _, name := range form.lines {
		in[name] = typedLine(c, form.name+"."+name)
	}
	for _, name := range form.texts {
		in[name] = typed(c, form.name+"."+name)
	}
	return in
}

func never(*models.Feedback) bool { return false }

// didIt reports whether the newest that happened to the case since that version is that the
// account did this.
func didIt(f *models.Feedback, account, seen string, a models.Action) bool {
	last := f.Timeline[len(f.Timeline)-1]
	return last.Event == a && last.Actor == account && seen == versionText(last.Version-1) && f.Version == last.Version
}

// unknownAgency is what is wrong with an agency's name that was typed.
func unknownAgency(typed string, choices []web.Option) error {
	code := "unknown"
	switch {
	case typed == "":
		code = "required"
	case len(choices) > 0:
		code = "several_agencies"
	}
	return models.Invalid([]models.FieldError{{Field: "agency", Code: code}})
}

// afterChange goes on to the case, or to the inbox when the case is out of sight now.
func (s *server) afterChange(c *fiber.Ctx, f *models.Feedback, said string) error {
	if of(c.UserContext()).Staff.MayOn(models.ActView, f) != nil {
		return s.goTo(c, s.inboxQueryOf(c, true).path(), said)
	}
	return s.goTo(c, casePath(f.Code), said)
}

// caseAgain shows the case with what was typed into one of its forms and why it could not
// be done. When the case changed meanwhile, it says how.
func (s *server) caseAgain(c *fiber.Ctx, f *models.Feedback, form string, in map[string]string, err error, choices []web.Option) error {
	p, failed := s.caseOf(c, f)
	if failed != nil {
		return failed
	}
	p.Path, p.Shown, p.Agencies = casePath(f.Code), form, choices
	if p.Typed == nil {
		p.Typed = map[string]string{}
	}
	files, _ := s.attachedTo(c, f, form) // the form is shown with another error already
	for _, u := range files {
		p.Attached = append(p.Attached, web.CaseFile{ID: u.ID, Name: u.Name, Size: u.Size, Named: u.Named})
	}
	for name, value := range in {
		p.Typed[form+"."+name] = value
	}
	if errors.Is(err, models.ErrConflict) {
		p.Changed, err = s.changedSince(c, f), errStale
	}
	return s.showAgain(c, inForm(form, err), p)
}

var errStale = models.Fail(models.KindConflict, "stale")

// changedSince is what happened to the case after the version that a form was opened with.
func (s *server) changedSince(c *fiber.Ctx, f *models.Feedback) []web.CaseEvent {
	seen, _ := strconv.ParseInt(typedLine(c, "version"), 10, 64)
	names := &naming{s: s, ctx: c.UserContext()}
	return names.eventsSince(f, seen)
}

// inForm calls wrong fields as the inputs of a form are called.
func inForm(form string, err error) error {
	var e *models.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	out := &models.Error{Kind: e.Kind, Code: e.Code}
	for _, x := range e.Fields {
		x.Field = form + "." + x.Field
		out.Fields = append(out.Fields, x)
	}
	return out
}

// notePage adds a note. It takes nothing from anybody, so it may come to a case that
// changed meanwhile; sent twice under one key it is there once.
func (s *server) notePage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := s.visibleCase(ctx, c.Params("code"))
	if err != nil {
		return err
	}
	body, key := typed(c, "note.body"), typedLine(c, "note.key")
	id, now := madeID(of(ctx).Account, f.ID+" note", optional(key)), s.Now()
	always := func(*models.Feedback) bool { return true }
	changed, err := s.deskUpdate(ctx, f.ID, "", models.ActNote, always, func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.AddNote(by, id, body, now)
	})
	if err != nil {
		return s.caseAgain(c, f, "note", map[string]string{"body": body}, err, nil)
	}
	return s.afterChange(c, changed, "said.noted")
}

// consoleUpload gives out a file of a case by the cookie of the console.
func (s *server) consoleUpload(c *fiber.Ctx) error {
	u, err := s.visibleUpload(c.UserContext(), c.Params("upload"))
	if err != nil {
		return err
	}
	d, err := s.download(c.UserContext(), u.Key, u.ContentType, u.Name)
	if err != nil {
		return err
	}
	return d.VisitGetUploadResponse(c)
}

// consoleDocument gives out a PDF to be shown in a frame of a page of the console. It is
// parsed by the browser's own viewer, which keeps scripts of the document away from the
// site; a sandbox would keep the viewer away too. Nothing but a PDF is given out this way.
func (s *server) consoleDocument(c *fiber.Ctx) error {
	u, err := s.visibleUpload(c.UserContext(), c.Params("upload"))
	if err == nil && u.ContentType != "application/pdf" {
		err = models.ErrNotFound
	}
	if err != nil {
		return err
	}
	d, err := s.download(c.UserContext(), u.Key, u.ContentType, u.Name)
	if err != nil {
		return err
	}
	if err := d.VisitGetUploadResponse(c); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, strings.Replace(attachmentNamed(u.Name), "attachment", "inline", 1))
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'self'")
	c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	return nil
}

// framesDocuments lets a page show documents of its own in frames, and play recordings.
func framesDocuments(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, string(c.Response().Header.Peek(fiber.HeaderContentSecurityPolicy))+"; frame-src 'self'; media-src 'self'")
}

// consoleThumbnail gives out the small picture of an image.
func (s *server) consoleThumbnail(c *fiber.Ctx) error {
	u, err := s.visibleUpload(c.UserContext(), c.Params("upload"))
	if err != nil {
		return err
	}
	if u.Thumbnail == "" {
		return models.ErrNotFound
	}
	d, err := s.download(c.UserContext(), u.Thumbnail, jpegType, cleanName("nho-"+u.Name, fileTypes[jpegType]))
	if err != nil {
		return err
	}
	return d.VisitGetUploadThumbnailResponse(c)
}

// caseFilePage shows a picture, document, video or recording of a case as large as there is room.
func (s *server) caseFilePage(c *fiber.Ctx) error {
	f, err := s.visibleCase(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	all, seen := f.AllUploads(), map[string]bool{}
	files := slices.DeleteFunc(s.caseFiles(f, all), func(x web.CaseFile) bool {
		again := seen[x.ID]
		seen[x.ID] = true
		return x.View == "" || again
	})
	at := slices.IndexFunc(files, func(x web.CaseFile) bool { return x.ID == c.Params("upload") })
	if at < 0 {
		return models.ErrNotFound
	}
	x := files[at]
	p := &web.CaseFilePage{Frame: s.frame(c, "case.file", "/console"), CasePath: casePath(f.Code), Name: x.Name, Save: x.Save, Source: x.Save}
	p.Title = x.Name
	if p.Document = x.Document != ""; p.Document {
		p.Source = x.Document
	}
	kind := slices.IndexFunc(all, func(a models.Attachment) bool { return a.ID == x.ID })
	p.Video, p.Audio = strings.HasPrefix(all[kind].ContentType, "video/"), strings.HasPrefix(all[kind].ContentType, "audio/")
	if at > 0 {
		p.Before = files[at-1].View
	}
	if at+1 < len(files) {
		p.After = files[at+1].View
	}
	framesDocuments(c)
	return s.show(c, p)
}
