package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// auditedActions are the kinds of entries that can be searched for, those that matter most first.
var auditedActions = []models.Action{
	models.ActUnseal, models.ActViewSender, models.ActSignIn,
	models.ActAssign, models.ActForward, models.ActReturn, models.ActRefuse, models.ActRequestInfo, models.ActWrite, models.ActClassify, models.ActAccept, models.ActTake, models.ActNote,
	models.ActDraft, models.ActEdit, models.ActSubmit, models.ActReject, models.ActApprove, models.ActPublish, models.ActUnpublish, models.ActRedact,
	models.ActExtend, models.ActAskExtension, models.ActDenyExtension, models.ActProgress, models.ActSetDue, models.ActCorrect,
	models.ActCoordinate, models.ActContribute, models.ActReturnTask, models.ActCancelTask,
	models.ActMerge, models.ActUnmerge, models.ActProposeMerge, models.ActDeclineMerge, models.ActLink, models.ActUnlink, models.ActSplit, models.ActUnsplit,
	models.ActReceive, models.ActNudge, models.ActLetter, models.ActReadLetter, models.ActEscalate,
	models.ActAddStaff, models.ActEditStaff, models.ActDisableStaff, models.ActEnableStaff, models.ActPassword, models.ActTOTP, models.ActResetTOTP,
	models.ActAddAgency, models.ActEditAgency, models.ActDissolve, models.ActAmend, models.ActRepeal, models.ActFeatures, models.ActDataRights, models.ActBreach, models.ActSever, models.ActExport,
	models.ActEditTemplate, models.ActDeleteTemplate, models.ActRetryWork, models.ActRotate,
}

// auditAction says what was done: in words of the audit log's own, or else of a case's history.
func (s *server) auditAction(lang string, a models.Action) string {
	for _, of := range []string{"audit.action.", "event."} {
		if key := of + string(a); s.site.Has(key) {
			return s.site.T(lang, key)
		}
	}
	return s.site.T(lang, "audit.action.other")
}

// auditPage searches the audit log.
func (s *server) auditPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	me := of(ctx).Staff
	p := &web.Audit{Frame: s.frame(c, "audit.title", "/console/audit"), Code: models.CleanLine(c.Query("code")), Actor: models.CleanLine(c.Query("actor")),
		Agency: models.CleanLine(c.Query("agency")), Action: c.Query("action"), From: c.Query("from"), To: c.Query("to"), Root: me.Agency == models.RootAgency}
	p.Actions = []web.Option{{Text: s.site.T(p.Lang, "audit.action.all")}}
	for _, a := range auditedActions {
		p.Actions = append(p.Actions, web.Option{Value: string(a), Text: s.auditAction(p.Lang, a)})
	}
	head, err := s.Store.AuditHead(ctx)
	if err != nil {
		return err
	}
	p.Count, p.Hash = int(head.Seq), head.Hash
	in := auditSearch{code: p.Code, actor: p.Actor, agency: p.Agency, action: p.Action, from: p.From, to: p.To, limit: 50, next: c.Query("next")}
	if p.Agency != "" {
		code, choices := s.findAgency(p.Agency, p.Lang)
		if code == "" {
			p.Agencies = choices
			return s.showAgain(c, unknownAgency(p.Agency, choices), p)
		}
		in.agency = code
	}
	found, next, err := s.findAudit(ctx, in)
	if err != nil {
		return s.showAgain(c, err, p)
	}
	q := url.Values{}
	for name, value := range map[string]string{"code": p.Code, "actor": p.Actor, "agency": p.Agency, "action": p.Action, "from": p.From, "to": p.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if in.next != "" {
		p.First = "/console/audit?" + q.Encode()
	}
	if next != "" {
		q.Set("next", next)
		p.Next = "/console/audit?" + q.Encode()
	}
	for _, e := range found {
		row := web.AuditRow{Seq: int(e.Seq), At: e.At, Actor: e.actor, Object: e.object, Detail: e.Detail, Intact: e.intact}
		row.Did = s.auditAction(p.Lang, e.Action)
		if e.Actor == "cli" || e.Actor == "program" {
			row.Actor = s.site.T(p.Lang, "audit.by."+e.Actor)
		}
		if e.Object == e.Actor {
			row.Object = ""
		}
		if e.code != "" {
			row.Object = e.code
			if me.May(models.ActView) {
				row.Path = casePath(e.code)
			}
		}
		row.Agency = s.agencyName(e.Agency, p.Lang)
		if !e.intact {
			p.Broken++
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(c, p)
}
