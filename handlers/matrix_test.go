package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kiennghi/models"
)

// samples are requests that the contract lets through, by operationId. {id}, {rid} and
// {code} stand for the case at hand, {upload} for a file of it.
var samples = map[string]struct {
	method, path string
	body         any
	headers      []string
}{
	"healthz":        {method: "GET", path: "/healthz"},
	"readyz":         {method: "GET", path: "/readyz"},
	"getJwks":        {method: "GET", path: "/.well-known/jwks.json"},
	"listAgencies":   {method: "GET", path: "/v1/agencies"},
	"getAgency":      {method: "GET", path: "/v1/agencies/bxd"},
	"listProvinces":  {method: "GET", path: "/v1/provinces"},
	"listCommunes":   {method: "GET", path: "/v1/provinces/79/communes"},
	"listAnswers":    {method: "GET", path: "/v1/answers?q=x"},
	"getAnswer":      {method: "GET", path: "/v1/answers/{code}"},
	"getAnswerProof": {method: "GET", path: "/v1/answers/{code}/proof"},
	"getAgencyJwks":  {method: "GET", path: "/v1/agencies/bxd/jwks"},
	"answersFeed":    {method: "GET", path: "/v1/feeds/answers.atom"},
	"suggest":        {method: "GET", path: "/v1/suggest?q=x"},
	"getFigures":     {method: "GET", path: "/v1/figures"},
	"triage":         {method: "POST", path: "/v1/triage", body: obj{"title": "Đường hỏng", "body": "Đường trước nhà hỏng nặng."}},

	"sendOtp":       {method: "POST", path: "/v1/auth/otp", body: obj{"phone": "0912345678"}},
	"verifyOtp":     {method: "POST", path: "/v1/auth/otp/verify", body: obj{"phone": "0912345678", "code": "000000"}},
	"signInStaff":   {method: "POST", path: "/v1/auth/staff", body: obj{"username": "nobody", "password": "wrong-password"}},
	"refreshTokens": {method: "POST", path: "/v1/auth/refresh", body: obj{"refresh_token": strings.Repeat("x", 40)}},
	"signOut":       {method: "POST", path: "/v1/auth/sign-out", body: obj{"refresh_token": strings.Repeat("x", 40)}},

	"getMe":              {method: "GET", path: "/v1/me"},
	"patchMe":            {method: "PATCH", path: "/v1/me", body: obj{"language": "vi"}},
	"startTotp":          {method: "POST", path: "/v1/me/totp"},
	"confirmTotp":        {method: "POST", path: "/v1/me/totp/confirm", body: obj{"code": "000000"}},
	"listSessions":       {method: "GET", path: "/v1/sessions"},
	"deleteSession":      {method: "DELETE", path: "/v1/sessions/00000000000000000000000000000000"},
	"createUpload":       {method: "POST", path: "/v1/uploads"},
	"getUpload":          {method: "GET", path: "/v1/uploads/{upload}"},
	"getUploadThumbnail": {method: "GET", path: "/v1/uploads/{upload}/thumbnail"},
	"streamEvents":       {method: "GET", path: "/v1/events"},

	"createFeedback": {method: "POST", path: "/v1/feedback", body: obj{"title": "Đèn đường hỏng", "body": "Đèn đường trước nhà không sáng đã một tuần."},
		headers: []string{"Idempotency-Key", "khoa-ma-tran"}},
	"listMyFeedback":    {method: "GET", path: "/v1/feedback"},
	"getMyFeedback":     {method: "GET", path: "/v1/feedback/{code}"},
	"addMessage":        {method: "POST", path: "/v1/feedback/{code}/messages", body: obj{"body": "bổ sung"}},
	"withdrawFeedback":  {method: "POST", path: "/v1/feedback/{code}/withdraw", body: obj{}},
	"rateFeedback":      {method: "POST", path: "/v1/feedback/{code}/rating", body: obj{"score": 5}},
	"reopenFeedback":    {method: "POST", path: "/v1/feedback/{code}/reopen", body: obj{"reason": "chưa xong"}},
	"putDevice":         {method: "PUT", path: "/v1/devices/may-1", body: obj{"fcm_token": "token-1", "platform": "android", "language": "vi"}},
	"deleteDevice":      {method: "DELETE", path: "/v1/devices/may-2"},
	"listNotifications": {method: "GET", path: "/v1/notifications"},
	"readNotification":  {method: "POST", path: "/v1/notifications/00000000000000000000000000000000/read"},

	"exportMyData":       {method: "GET", path: "/v1/me/data"},
	"getNotice":          {method: "GET", path: "/v1/me/notice"},
	"agreeToNotice":      {method: "PUT", path: "/v1/me/notice", body: obj{"version": "không có"}},
	"listMyDataRequests": {method: "GET", path: "/v1/me/data-requests"},
	"createDataRequest":  {method: "POST", path: "/v1/me/data-requests", body: obj{"right": "access"}},

	"deskListDataRequests":  {method: "GET", path: "/v1/desk/data-requests"},
	"deskExtendDataRequest": {method: "POST", path: "/v1/desk/data-requests/" + nobodyID + "/extension", body: obj{"term": 5, "reason": "chờ lưu trữ"}},
	"deskDecideDataRequest": {method: "POST", path: "/v1/desk/data-requests/" + nobodyID + "/decision", body: obj{"grant": true}},
	"deskListBreaches":      {method: "GET", path: "/v1/desk/breaches"},
	"deskCreateBreach":      {method: "POST", path: "/v1/desk/breaches", body: obj{"what": "ngắn", "affected": "ai", "detected_at": "2026-01-01T00:00:00Z"}},
	"deskNotifyBreach":      {method: "POST", path: "/v1/desk/breaches/" + nobodyID + "/notified", body: obj{"notified": "A05", "notified_at": "2026-01-01T00:00:00Z"}},

	"deskListFeedback": {method: "GET", path: "/v1/desk/feedback"},
	"deskGetFeedback":  {method: "GET", path: "/v1/desk/feedback/{id}"},
	"deskCreateFeedback": {method: "POST", path: "/v1/desk/feedback", headers: []string{"Idempotency-Key", "khoa-ma-tran"},
		body: obj{"title": "Đơn giấy", "body": "Nội dung đơn nhận tại quầy.", "source": "paper", "sender": obj{"name": "Trần Văn A", "kind": "citizen"}}},
	"deskAssign":             {method: "POST", path: "/v1/desk/feedback/{id}/assign", body: obj{"agency": "so-xd-79"}},
	"deskForward":            {method: "POST", path: "/v1/desk/feedback/{id}/forward", body: obj{"agency": "bxd", "note": "đúng thẩm quyền"}},
	"deskReturn":             {method: "POST", path: "/v1/desk/feedback/{id}/return", body: obj{"reason": "không đúng thẩm quyền"}},
	"deskRefuse":             {method: "POST", path: "/v1/desk/feedback/{id}/refuse", body: obj{"ground": "khieu_nai", "direction": "Ban Tiếp công dân"}},
	"deskRequestInfo":        {method: "POST", path: "/v1/desk/feedback/{id}/request-info", body: obj{"question": "Ở đâu ạ?"}},
	"deskWrite":              {method: "POST", path: "/v1/desk/feedback/{id}/messages", body: obj{"body": "Mai chúng tôi đến khảo sát."}},
	"deskAddNote":            {method: "POST", path: "/v1/desk/feedback/{id}/notes", body: obj{"body": "ghi chú"}},
	"deskTake":               {method: "POST", path: "/v1/desk/feedback/{id}/take"},
	"deskClassify":           {method: "POST", path: "/v1/desk/feedback/{id}/classify", body: obj{"kind": "question"}},
	"deskUnseal":             {method: "POST", path: "/v1/desk/feedback/{id}/unseal", body: obj{"reason": "cần hẹn khảo sát hiện trường"}},
	"deskCreateReply":        {method: "POST", path: "/v1/desk/feedback/{id}/replies", body: obj{"body": "trả lời"}},
	"deskEditReply":          {method: "PUT", path: "/v1/desk/feedback/{id}/replies/{rid}", body: obj{"body": "trả lời"}},
	"deskSubmitReply":        {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/submit"},
	"deskApproveReply":       {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/approve"},
	"deskRejectReply":        {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/reject", body: obj{"remark": "sửa"}},
	"deskPublishReply":       {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/publish"},
	"deskUnpublishReply":     {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/unpublish", body: obj{"reason": "sửa"}},
	"deskGetRedaction":       {method: "GET", path: "/v1/desk/feedback/{id}/replies/{rid}/redaction"},
	"deskRedact":             {method: "POST", path: "/v1/desk/feedback/{id}/replies/{rid}/redaction", body: obj{"marks": []obj{{"in": "body", "text": "ổ gà", "kind": "name", "reason": "thử"}}}},
	"deskListRefusalGrounds": {method: "GET", path: "/v1/desk/refusal-grounds"},
	"deskListParked":         {method: "GET", path: "/v1/desk/work/parked"},
	"deskRetryWork":          {method: "POST", path: "/v1/desk/work/00000000000000000000000000000000/retry"},
	"deskListReminders":      {method: "GET", path: "/v1/desk/reminders"},
	"deskReadReminder":       {method: "POST", path: "/v1/desk/reminders/00000000000000000000000000000000/read"},
	"deskWriteLetter":        {method: "POST", path: "/v1/desk/overdue/xa-26740/letters"},
	"deskGetLetter":          {method: "GET", path: "/v1/desk/overdue/xa-26740/letters/1"},
	"deskListLetters":        {method: "GET", path: "/v1/desk/letters"},
	"deskReadLetter":         {method: "GET", path: "/v1/desk/letters/vpcp/xa-26740/1"},
	"deskBetween":            {method: "GET", path: "/v1/desk/between"},
	"deskOverdue":            {method: "GET", path: "/v1/desk/overdue"},
	"deskRouting":            {method: "GET", path: "/v1/desk/routing"},
	"deskAddTask":            {method: "POST", path: "/v1/desk/feedback/{id}/tasks", body: obj{"agency": "so-nnmt-79", "ask": "cho ý kiến"}},
	"deskContribute":         {method: "POST", path: "/v1/desk/feedback/{id}/tasks/" + nobodyID + "/contribution", body: obj{"body": "ý kiến"}},
	"deskReturnTask":         {method: "POST", path: "/v1/desk/feedback/{id}/tasks/" + nobodyID + "/return", body: obj{"reason": "không đúng"}},
	"deskCancelTask":         {method: "POST", path: "/v1/desk/feedback/{id}/tasks/" + nobodyID + "/cancel", body: obj{"reason": "không cần nữa"}},
	"deskMerge":              {method: "POST", path: "/v1/desk/feedback/{id}/merge", body: obj{"into": "KN-0000-0000", "reason": "trùng"}},
	"deskProposeMerge":       {method: "POST", path: "/v1/desk/feedback/{id}/merge-proposal", body: obj{"into": "KN-0000-0000", "reason": "trùng"}},
	"deskDeclineMerge":       {method: "POST", path: "/v1/desk/feedback/{id}/merge-proposal/decline", body: obj{"reason": "khác việc"}},
	"deskUnmerge":            {method: "POST", path: "/v1/desk/feedback/{id}/unmerge"},
	"deskLink":               {method: "POST", path: "/v1/desk/feedback/{id}/links", body: obj{"code": "KN-0000-0000"}},
	"deskUnlink":             {method: "DELETE", path: "/v1/desk/feedback/{id}/links/KN-0000-0000"},
	"deskSplit":              {method: "POST", path: "/v1/desk/feedback/{id}/split", body: obj{"parts": []obj{{"title": "Đèn đường", "body": "Đèn đường không sáng."}}}},
	"deskUnsplit":            {method: "POST", path: "/v1/desk/feedback/{id}/unsplit"},
	"deskNudge":              {method: "POST", path: "/v1/desk/feedback/{id}/nudge", body: obj{"note": "Đề nghị trả lời sớm"}},
	"deskEscalate":           {method: "POST", path: "/v1/desk/feedback/{id}/escalate", body: obj{"reason": "quá hạn lâu"}},
	"deskAccept":             {method: "POST", path: "/v1/desk/feedback/{id}/accept", body: obj{"rule": "khieunai.first"}},
	"deskExtend":             {method: "POST", path: "/v1/desk/feedback/{id}/extend", body: obj{"term": 5, "reason": "chờ kết quả kiểm định"}},
	"deskAskExtension":       {method: "POST", path: "/v1/desk/feedback/{id}/extension-request", body: obj{"term": 5, "reason": "chờ kết quả kiểm định"}},
	"deskDecideExtension":    {method: "POST", path: "/v1/desk/feedback/{id}/extension-request/decision", body: obj{"granted": true}},
	"deskProgress":           {method: "POST", path: "/v1/desk/feedback/{id}/progress", body: obj{"note": "đang chờ nhà thầu"}},
	"deskListAudit":          {method: "GET", path: "/v1/desk/audit"},
	"deskListTemplates":      {method: "GET", path: "/v1/desk/templates"},
	"deskCreateTemplate":     {method: "POST", path: "/v1/desk/templates", body: obj{"owner": "own", "title": "Cảm ơn", "body": "Kính gửi ông/bà,"}},
	"deskEditTemplate":       {method: "PUT", path: "/v1/desk/templates/" + nobodyID, body: obj{"title": "Cảm ơn", "body": "Kính gửi ông/bà,"}},
	"deskDeleteTemplate":     {method: "DELETE", path: "/v1/desk/templates/" + nobodyID},

	"changePassword":      {method: "POST", path: "/v1/me/password", body: obj{"old": "khong-phai-mat-khau", "new": "mat-khau-moi-rat-dai"}},
	"adminListStaff":      {method: "GET", path: "/v1/admin/staff"},
	"adminGetStaff":       {method: "GET", path: "/v1/admin/staff/" + nobodyID},
	"adminCreateStaff":    {method: "POST", path: "/v1/admin/staff", body: obj{"username": "Không hợp lệ", "name": "Lan", "agency": "bxd", "roles": []string{"handler"}}},
	"adminEditStaff":      {method: "PATCH", path: "/v1/admin/staff/" + nobodyID, body: obj{"disabled": true}},
	"adminResetPassword":  {method: "POST", path: "/v1/admin/staff/" + nobodyID + "/password"},
	"adminResetTotp":      {method: "POST", path: "/v1/admin/staff/" + nobodyID + "/totp/reset"},
	"adminAddAgency":      {method: "POST", path: "/v1/admin/agencies", body: obj{"code": "Sở", "name": "Sở Mới", "level": "department", "parent": "ubnd-79"}},
	"adminEditAgency":     {method: "PATCH", path: "/v1/admin/agencies/none", body: obj{"name": "Sở Mới"}},
	"adminRotateSealKey":  {method: "POST", path: "/v1/admin/agencies/none/seal-keys", body: obj{"reason": "x"}},
	"adminDissolveAgency": {method: "POST", path: "/v1/admin/agencies/none/dissolve", body: obj{"successor": "bxd"}},
	"adminListRules":      {method: "GET", path: "/v1/admin/rules"},
	"adminListFields":     {method: "GET", path: "/v1/admin/fields"},
	"adminAmend":          {method: "POST", path: "/v1/admin/amendments", body: obj{}},
	"adminRepeal":         {method: "DELETE", path: "/v1/admin/amendments/" + nobodyID},
	"adminGetFeatures":    {method: "GET", path: "/v1/admin/features"},
	"adminSetFeatures":    {method: "PUT", path: "/v1/admin/features", body: obj{"hide_names": false}},
}

// nobodyID is the identifier of nothing.
const nobodyID = "00000000000000000000000000000000"

// rootOnly are the operations that only members at the root may call.
var rootOnly = []string{"deskListParked", "deskRouting", "deskRetryWork", "adminAmend", "adminRepeal", "adminSetFeatures",
	"deskListDataRequests", "deskDecideDataRequest", "deskExtendDataRequest", "deskListBreaches", "deskCreateBreach", "deskNotifyBreach"}

type obj = map[string]any

// onCase reports whether an operation is about one case.
func onCase(path string) bool {
	return strings.Contains(path, "{id}") || strings.Contains(path, "{code}")
}

// TestEveryRouteHasAnAccessRule fails when an operation is added to the contract and
// not to the table of who may call it, or to the samples of the matrix.
func TestEveryRouteHasAnAccessRule(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range contract() {
		for method, op := range p.route.PathItem.Operations() {
			id := op.OperationID
			seen[id] = true
			if access[id].caller == nobody {
				t.Errorf("%s %s (%s) is in no access rule", method, p.route.Path, id)
			}
			if a := access[id]; a.caller == staff && models.Permissions[a.action] == nil {
				t.Errorf("%s wants the action %q, which nobody may do", id, a.action)
			}
			if s, ok := samples[id]; !ok || s.method != method {
				t.Errorf("%s is not in the matrix", id)
			}
		}
	}
	for id := range access {
		if !seen[id] {
			t.Errorf("%s has a rule and is not in the contract", id)
		}
	}
}

// TestMatrix calls every operation as everybody: nobody, the sender, another person,
// and staff of each role in the agency that has the case, above it, at the root, and
// elsewhere. Whether they get through must be what access and models.Permissions say.
func TestMatrix(t *testing.T) {
	t.Parallel()
	h := newHarness(t, func(o *Options) { o.RateLimit = false })
	sender, other := h.citizen("Nguyễn Thị Gửi"), h.citizen("Trần Văn Khác")
	type who struct {
		name  string
		token string
		role  models.Role
		sees  bool // the agency is that of the case or above
	}
	callers := []who{{name: "nobody"}, {name: "the sender", token: sender}, {name: "another person", token: other}}
	for _, role := range models.Roles {
		for _, at := range []string{"so-xd-79", "ubnd-79", "vpcp", "so-yt-79", "bxd"} {
			name := fmt.Sprintf("%s-%s", role, at)
			callers = append(callers, who{name: name, token: h.staff(name, at, role), role: role, sees: at == "so-xd-79" || at == "ubnd-79" || at == "vpcp"})
		}
	}
	n := 0
	for id, sample := range samples {
		if id == "streamEvents" || id == "createUpload" { // tests of their own; here only who is let in
			continue
		}
		rule := access[id]
		f := h.caseOf(sender)
		for _, c := range callers {
			if c.name == "the sender" && sample.method != "GET" {
				f = h.caseOf(sender) // the call may go through and change it
			}
			path := strings.NewReplacer("{id}", f.ID, "{code}", f.Code, "{rid}", draftID, "{upload}", models.DeriveID("no upload")).Replace(sample.path)
			headers := slices.Clone(sample.headers)
			if rule.caller == staff && onCase(sample.path) && sample.method != "GET" {
				headers = append(headers, "If-Match", `"0"`) // a version that never is: who is let in gets 412
			}
			got := h.call(sample.method, path, c.token, sample.body, headers...).status
			n++
			isStaff, isCitizen := c.role != "", c.token != "" && c.role == ""
			want := ""
			switch {
			case rule.caller == everyone || rule.caller == guest:
			case c.token == "":
				want = "401"
			case rule.caller == citizen && isStaff, rule.caller == staff && isCitizen:
				want = "403"
			case rule.caller == citizen && onCase(sample.path) && c.name != "the sender":
				want = "404"
			case rule.caller == staff && !slices.Contains(models.Permissions[rule.action], c.role):
				want = "403"
			case slices.Contains(rootOnly, id) && !strings.HasSuffix(c.name, "-"+models.RootAgency):
				want = "403"
			case rule.caller == staff && onCase(sample.path) && !c.sees:
				want = "404"
			case rule.caller == staff && onCase(sample.path) && sample.method != "GET":
				want = "412"
			}
			refused := got == 401 || got == 403
			switch {
			case want != "" && fmt.Sprint(got) != want:
				t.Errorf("%s by %s: got %d, want %s", id, c.name, got, want)
			case want == "" && refused && !slices.Contains([]string{"verifyOtp", "signInStaff", "refreshTokens", "startTotp", "confirmTotp", "changePassword"}, id):
				t.Errorf("%s by %s: got %d, want to be let in", id, c.name, got)
			case got >= 500:
				t.Errorf("%s by %s: got %d", id, c.name, got)
			}
		}
	}
	t.Logf("%d calls", n)
}

// draftID is the reply of every case of caseOf.
var draftID = models.DeriveID("draft")

// caseOf makes a case of that sender that Sở Xây dựng of TP.HCM has, with a draft.
func (h *harness) caseOf(token string) *models.Feedback {
	h.t.Helper()
	ctx := context.Background()
	p, err := h.o.Store.Person(ctx, h.accountOf(token))
	if err != nil {
		h.t.Fatal(err)
	}
	f, work, err := models.NewFeedback(models.Submission{
		ID: models.NewID(), Sender: p, SenderName: "Nguyễn Thị Gửi", Source: models.FromWeb, By: models.Actor{ID: p.ID}, Province: "79",
		Title: "Đường trước trường hỏng", Body: "Đoạn đường trước cổng trường có nhiều ổ gà, đề nghị sửa chữa sớm.", Agency: "so-xd-79",
	}, h.o.Ref, h.o.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.o.Store.CreateFeedback(ctx, f, work...); err != nil {
		h.t.Fatal(err)
	}
	author := models.Actor{ID: models.DeriveID("author"), Staff: true, Agency: "so-xd-79"}
	f, err = h.o.Store.UpdateFeedback(ctx, f.ID, func(f *models.Feedback) ([]models.Work, error) {
		return f.DraftReply(author, draftID, models.ReplyText{Body: "Bản nháp"}, h.o.Now())
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}
