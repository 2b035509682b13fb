package handlers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
)

// move is a step that somebody takes in a case: w is one who writes, b one who approves, c one of
// an agency that is asked to contribute, u one of the agency above.
type move struct {
	who  string
	path string // beneath the case; {reply}, {task} and {other} are the last reply, the last task and the code of another case
	body any
	put  string // method when it is not POST
}

var (
	asks     = move{who: "w", path: "/tasks", body: obj{"agency": "so-ct-79", "ask": "Cho ý kiến", "due_at": "{soon}"}}
	submits  = move{who: "w", path: "/replies/{reply}/submit"}
	approves = move{who: "b", path: "/replies/{reply}/approve"}
	publish  = move{who: "b", path: "/replies/{reply}/publish"}
	joins    = move{who: "w", path: "/merge", body: obj{"into": "{other}", "reason": "trùng"}}
	ties     = move{who: "w", path: "/links", body: obj{"code": "{other}"}}
	splits   = move{who: "w", path: "/split", body: obj{"parts": []obj{{"title": "Ổ gà", "body": "có nhiều ổ gà"}}}}
	proposes = move{who: "w", path: "/merge-proposal", body: obj{"into": "{other}", "reason": "trùng"}}
	wants    = move{who: "w", path: "/extension-request", body: obj{"term": 3, "reason": "Chờ kiểm định"}}
	corrects = move{who: "w", path: "/replies", body: obj{"body": "Đã sửa ngày 3", "reason": "sai ngày"}}
)

// steps are those that staff take in a case, by operation, with what happens before and what the
// second of two says otherwise.
var steps = map[string]struct {
	before []move
	move
	second any
}{
	"deskAssign":          {[]move{{who: "w", path: "/return", body: obj{"reason": "không đúng"}}}, move{who: "u", path: "/assign", body: obj{"agency": "so-xd-79"}}, obj{"agency": "so-ct-79"}},
	"deskForward":         {nil, move{who: "w", path: "/forward", body: obj{"agency": "so-ct-79", "note": "đúng hơn"}}, obj{"agency": "ubnd-79", "note": "đúng hơn"}},
	"deskReturn":          {nil, move{who: "w", path: "/return", body: obj{"reason": "không đúng"}}, obj{"reason": "không phải của Sở"}},
	"deskRefuse":          {nil, move{who: "w", path: "/refuse", body: obj{"ground": "unclear", "direction": "Viết rõ nơi hỏng"}}, nil},
	"deskRequestInfo":     {nil, move{who: "w", path: "/request-info", body: obj{"question": "Ở đâu ạ?"}}, obj{"question": "Khi nào ạ?"}},
	"deskWrite":           {nil, move{who: "w", path: "/messages", body: obj{"body": "một"}}, obj{"body": "hai"}},
	"deskAddNote":         {nil, move{who: "w", path: "/notes", body: obj{"body": "một"}}, obj{"body": "hai"}},
	"deskTake":            {nil, move{who: "w", path: "/take"}, nil},
	"deskClassify":        {nil, move{who: "w", path: "/classify", body: obj{"kind": "question"}}, obj{"kind": "spam"}},
	"deskUnseal":          {nil, move{who: "w", path: "/unseal", body: obj{"reason": "cần hẹn khảo sát hiện trường"}}, nil},
	"deskCreateReply":     {nil, move{who: "w", path: "/replies", body: obj{"body": "một"}}, obj{"body": "hai"}},
	"deskEditReply":       {nil, move{who: "w", path: "/replies/{reply}", body: obj{"body": "một"}, put: "PUT"}, obj{"body": "hai"}},
	"deskSubmitReply":     {nil, submits, nil},
	"deskApproveReply":    {[]move{submits}, approves, nil},
	"deskRejectReply":     {[]move{submits}, move{who: "b", path: "/replies/{reply}/reject", body: obj{"remark": "viết lại"}}, obj{"remark": "thiếu"}},
	"deskPublishReply":    {[]move{submits, approves}, publish, nil},
	"deskUnpublishReply":  {[]move{submits, approves, publish}, move{who: "b", path: "/replies/{reply}/unpublish", body: obj{"reason": "xem lại"}}, nil},
	"deskRedact":          {[]move{submits, approves, publish}, move{who: "b", path: "/replies/{reply}/redaction", body: obj{"marks": []obj{}, "looked_at": []string{pictureID}}}, nil},
	"deskAddTask":         {nil, asks, nil},
	"deskContribute":      {[]move{asks}, move{who: "c", path: "/tasks/{task}/contribution", body: obj{"body": "đồng ý"}}, obj{"body": "không đồng ý"}},
	"deskReturnTask":      {[]move{asks}, move{who: "c", path: "/tasks/{task}/return", body: obj{"reason": "không đúng"}}, nil},
	"deskCancelTask":      {[]move{asks}, move{who: "w", path: "/tasks/{task}/cancel", body: obj{"reason": "không cần nữa"}}, nil},
	"deskMerge":           {nil, joins, nil},
	"deskProposeMerge":    {nil, proposes, obj{"into": "{other}", "reason": "trùng hơn"}},
	"deskDeclineMerge":    {[]move{proposes}, move{who: "u", path: "/merge-proposal/decline", body: obj{"reason": "khác việc"}}, obj{"reason": "khác nơi"}},
	"deskUnmerge":         {[]move{joins}, move{who: "w", path: "/unmerge"}, nil},
	"deskLink":            {nil, ties, nil},
	"deskUnlink":          {[]move{ties}, move{who: "w", path: "/links/{other}", put: "DELETE"}, nil},
	"deskSplit":           {nil, splits, nil},
	"deskUnsplit":         {[]move{splits}, move{who: "w", path: "/unsplit"}, nil},
	"deskNudge":           {nil, move{who: "u", path: "/nudge", body: obj{"note": "Đề nghị trả lời sớm"}}, nil},
	"deskEscalate":        {nil, move{who: "u", path: "/escalate", body: obj{"reason": "quá hạn lâu"}}, nil},
	"deskAccept":          {[]move{{who: "r", path: "/classify", body: obj{"kind": "complaint"}}}, move{who: "r", path: "/accept", body: obj{"rule": "khieunai.first"}}, obj{"rule": "khieunai.second"}},
	"deskExtend":          {nil, move{who: "b", path: "/extend", body: obj{"term": 3, "reason": "Chờ kiểm định"}}, obj{"term": 2, "reason": "Chờ"}},
	"deskAskExtension":    {nil, wants, nil},
	"deskDecideExtension": {[]move{wants}, move{who: "b", path: "/extension-request/decision", body: obj{"granted": true}}, obj{"granted": false, "remark": "Còn đủ thời gian"}},
	"deskProgress":        {nil, move{who: "w", path: "/progress", body: obj{"note": "đang chờ nhà thầu"}}, nil},
	"correction":          {[]move{submits, approves}, corrects, obj{"body": "Đã sửa ngày 4", "reason": "sai ngày"}},
}

// late are the steps that are taken in cases that are overdue.
var late = []string{"deskNudge", "deskEscalate", "deskProgress"}

// told are what the second of two may hear instead of that the case changed: it went out of
// their reach, or what they want is there already.
var told = map[string]int{"deskForward": 404, "deskReturn": 404, "deskLink": 200, "deskUnlink": 200}

const pictureID = "0123456789abcdef0123456789abcdef"

// TestEveryStepByTwoAtOnce: two who saw the same version of a case take the same step at the
// same time, each of those there are. One does it, the other is told that the case changed, and
// the case tells of one step only.
func TestEveryStepByTwoAtOnce(t *testing.T) {
	for name, op := range samples {
		if _, ok := steps[name]; !ok && op.method != "GET" && strings.HasPrefix(op.path, "/v1/desk/feedback/{id}/") {
			t.Errorf("%s is taken by nobody", name)
		}
	}
	onBothStores(t, func(t *testing.T, h *harness) {
		h.provincialTerm()
		people := map[string]string{}
		for who, m := range map[string]models.Staff{
			"w": {Agency: "so-xd-79", Roles: []models.Role{models.Intake, models.Coordinator, models.Handler}}, "b": {Agency: "so-xd-79", Roles: []models.Role{models.Approver}},
			"c": {Agency: "so-ct-79", Roles: []models.Role{models.Handler}}, "u": {Agency: "ubnd-79", Roles: []models.Role{models.Intake, models.Coordinator, models.Supervisor}},
			"r": {Agency: models.RootAgency, Roles: []models.Role{models.Intake, models.Coordinator}},
		} {
			for i := 1; i <= 2; i++ {
				people[who+fmt.Sprint(i)] = h.staff(who+fmt.Sprint(i), m.Agency, m.Roles...)
			}
		}
		sender, other := h.citizen("Nguyễn Thị Gửi"), h.citizen("Trần Văn Nam")
		for _, name := range slices.Sorted(maps.Keys(steps)) {
			s := steps[name]
			f, o := h.caseOf(sender), h.caseOf(other)
			if _, err := h.o.Store.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
				if slices.Contains(late, name) {
					f.Due.At, f.Due.Progress = h.o.Now().Add(-time.Hour), 7
				}
				f.Replies[0].Uploads = []models.Attachment{{ID: pictureID, Name: "sau.jpg", ContentType: "image/jpeg", Size: 3}}
				return nil, nil
			}); err != nil {
				t.Fatal(err)
			}
			do := func(m move, number, tag string) int {
				now := h.again(f)
				fill := strings.NewReplacer("{reply}", now.Replies[len(now.Replies)-1].ID, "{other}", o.Code, "{soon}", h.o.Now().Add(48*time.Hour).Format(time.RFC3339))
				path := fill.Replace(m.path)
				if n := len(now.Tasks); n > 0 {
					path = strings.ReplaceAll(path, "{task}", now.Tasks[n-1].ID)
				}
				body := m.body
				if b, ok := body.(obj); ok {
					body = obj{}
					for k, v := range b {
						if text, ok := v.(string); ok {
							v = fill.Replace(text)
						}
						body.(obj)[k] = v
					}
				}
				method := "POST"
				if m.put != "" {
					method = m.put
				}
				return h.call(method, "/v1/desk/feedback/"+f.ID+path, people[m.who+number], body, "If-Match", tag, "Idempotency-Key", name+m.path+number).status
			}
			tag := func() string { return versionText(h.again(f).Version) }
			for _, m := range s.before {
				if got := do(m, "1", tag()); got/100 != 2 {
					t.Fatalf("%s: before it %s: %d", name, m.path, got)
				}
			}
			before, seen := h.again(f), tag()
			second := s.move
			if s.second != nil {
				second.body = s.second
			}
			var status [2]int
			var wg sync.WaitGroup
			for i, m := range []move{s.move, second} {
				wg.Go(func() { status[i] = do(m, fmt.Sprint(i+1), seen) })
			}
			wg.Wait()
			after := h.again(f)
			if slices.Sort(status[:]); status[0]/100 != 2 || status[1] != 412 && status[1] != told[name] {
				t.Errorf("%s: answers %v", name, status)
			}
			if n := len(after.Timeline) - len(before.Timeline); n < 1 || after.Version != before.Version+int64(n) {
				t.Errorf("%s: %d entries, and version %d after %d", name, n, after.Version, before.Version)
			}
			if again := do(s.move, "1", seen); again/100 == 2 && h.again(f).Version != after.Version {
				t.Errorf("%s: asked again it is done again", name)
			}
		}
	})
}

// TestEveryStepOfASenderTwiceAtOnce: a sender with two devices does the same at the same time.
func TestEveryStepOfASenderTwiceAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		for _, s := range []struct {
			path     string
			answered bool
			body     obj
			second   obj
			happened int // how often it is done in all
		}{
			{"/messages", false, obj{"body": "một"}, obj{"body": "hai"}, 2},
			{"/withdraw", false, obj{"reason": "đã sửa"}, obj{"reason": "đã xong"}, 1},
			{"/rating", true, obj{"score": 5}, obj{"score": 1}, 2}, // the last one counts
			{"/reopen", true, obj{"reason": "chưa xong"}, obj{"reason": "lại hỏng"}, 1},
		} {
			sender := h.citizen("Nguyễn Thị Gửi")
			f := h.caseOf(sender)
			if s.answered {
				f, _, _ = h.answered(sender)
			}
			before := h.again(f)
			var status [2]int
			var wg sync.WaitGroup
			for i, body := range []obj{s.body, s.second} {
				wg.Go(func() {
					status[i] = h.call("POST", "/v1/feedback/"+f.Code+s.path, sender, body, "Idempotency-Key", fmt.Sprint("khoa-hai-may-", i)).status
				})
			}
			wg.Wait()
			after, done := h.again(f), 0
			for _, got := range status {
				switch {
				case got/100 == 2:
					done++
				case got != 409:
					t.Errorf("%s: answers %v", s.path, status)
				}
			}
			if n := len(after.Timeline) - len(before.Timeline); done != s.happened || n != done || after.Version != before.Version+int64(n) {
				t.Errorf("%s: answers %v, %d entries, version %d after %d", s.path, status, n, after.Version, before.Version)
			}
		}
	})
}
