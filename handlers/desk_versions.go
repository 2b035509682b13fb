package handlers

import (
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// versionsView is what of a reply was put before the approvers; named names a member of staff.
func versionsView(r *models.Reply, named func(string) api.PersonRef) []api.ReplyVersion {
	out := []api.ReplyVersion{}
	for _, v := range r.History() {
		x := api.ReplyVersion{Number: v.Number, Author: named(v.Author), SubmittedAt: v.At, Outcome: api.ReplyVersionOutcome(v.Outcome), Remark: optional(v.Remark), DecidedAt: v.EndedAt,
			Body: v.Body, OfficialNumber: optional(v.OfficialNumber), OfficialDate: dateView(v.OfficialDate), Uploads: uploadsView(v.Uploads), Reason: optional(v.Reason)}
		if v.By != "" {
			by := named(v.By)
			x.DecidedBy = &by
		}
		out = append(out, x)
	}
	return out
}

// earlierView is what an agency said before it said it anew.
func earlierView(t *models.Task, named func(string) api.PersonRef) []api.Contributed {
	out := []api.Contributed{}
	for _, c := range t.Earlier {
		out = append(out, api.Contributed{Body: optional(c.Body), Uploads: uploadsView(c.Uploads), Author: named(c.By), At: c.At})
	}
	return out
}

// caseVersions are the versions of a reply on the page of its case. None while there is only the
// one that the page shows anyway.
func (s *server) caseVersions(f *models.Feedback, r *models.Reply, names *naming) []web.CaseVersion {
	list := r.History()
	if len(list) == 1 && list[0].Stands() {
		return nil
	}
	var out []web.CaseVersion
	for _, v := range list {
		out = append(out, web.CaseVersion{Version: v.Number, Outcome: v.Outcome, Author: names.staff(v.Author), At: v.At, By: names.staff(v.By), EndedAt: v.EndedAt, Remark: v.Remark,
			Body: v.Body, Number: v.OfficialNumber, Date: v.OfficialDate, Reason: v.Reason, Files: s.caseFiles(f, v.Uploads)})
	}
	compare(out, r.Body)
	return out
}

// earlierContributions are what an agency said before, on the page of the case.
func (s *server) earlierContributions(f *models.Feedback, t *models.Task, names *naming) []web.CaseVersion {
	var out []web.CaseVersion
	for _, c := range t.Earlier {
		out = append(out, web.CaseVersion{Author: names.staff(c.By), At: c.At, Body: c.Body, Files: s.caseFiles(f, c.Uploads)})
	}
	compare(out, t.Body)
	return out
}

// comparing is how long a page compares the versions of one text: those beyond stand there whole.
const comparing = 300 * time.Millisecond

// compare fills in what became other after each version, the newest first; now is the text that
// came after the last one.
func compare(list []web.CaseVersion, now string) {
	until := time.Now().Add(comparing)
	for i := len(list) - 1; i >= 0 && time.Now().Before(until); i-- {
		list[i].Changes = differences(list[i].Body, now)
		now = list[i].Body
	}
}
