package browsertest

import (
	"strings"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

// TestJourney is the whole of it: a citizen writes a letter and sends it, the program finds
// the agency, an officer there answers, the approver lets the answer go and publishes it,
// the citizen reads and rates it, and a journalist finds it without learning who wrote.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := Start(t, "KIENNGHI_ROUTE_ERROR=1") // how sure the model has to be is measured elsewhere
	lan, boss := s.Staff("lan", "so-xd-79", "handler"), s.Staff("boss", "so-xd-79", "approver")
	const letter = "Xe buýt tuyến 19 qua bến %s hay bỏ chuyến giờ cao điểm, công nhân đi làm trễ. " +
		"Đề nghị Sở Xây dựng chấn chỉnh xe buýt và tăng chuyến. Tôi là Nguyễn Thị Bí Mật, số điện thoại 0912 345 678."
	for _, c := range []struct {
		name, school, phone                             string
		options                                         []Option
		next, held, take, submit, approve, publish, tip string
		submitted, approved, published, answered, rated string
	}{
		{"Vietnamese, with scripts", "Zyxmar", "0912345671", nil,
			"Tiếp tục", "đang giữ", "Nhận xử lý", "Trình lãnh đạo duyệt", "Duyệt và gửi cho người gửi", "Công khai câu trả lời", "Gửi đánh giá",
			"Đã trình duyệt.", "Đã duyệt và gửi cho người gửi.", "Đã công khai.", "Trả lời của cơ quan", "5 trên 5 điểm"},
		{"English, without scripts", "Qwatlo", "0912345672", []Option{English, NoScript},
			"Continue", "has it and must answer", "Take on", "Submit for approval", "Approve and send to the sender", "Publish the answer", "Send what I think",
			"Submitted for approval.", "Approved and sent to the sender.", "Published.", "The agency's answer", "5 out of 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			citizen := s.Browser(t, append([]Option{Phone}, c.options...)...)
			citizen.Open("/")
			citizen.FollowOnly(`main a[href="/submit"]`)
			citizen.Fill("body", strings.ReplaceAll(letter, "%s", c.school))
			citizen.Follow(c.next)
			if strings.HasPrefix(citizen.Path(), "/submit/similar") { // the answer to the letter before
				citizen.FollowOnly(`main a[href="/submit/where"]`)
			}
			citizen.At("/submit/where")
			citizen.Fill("where", "Phường Sài Gòn, Hồ Chí Minh")
			citizen.Follow(c.next)
			citizen.At("/submit/files")
			citizen.FollowOnly(`main a.button[href="/submit/who"]`)
			citizen.Fill("phone", c.phone)
			citizen.FollowOnly("main form .button")
			citizen.Fill("code", s.Code(c.phone))
			citizen.FollowOnly("main form .button")
			citizen.At("/submit/who")
			citizen.Fill("name", "Nguyễn Thị Bí Mật")
			citizen.Follow(c.next)
			citizen.At("/submit/check")
			citizen.FollowOnly("form[data-send] .button")
			citizen.At("/submit/sent")
			code := citizen.Text("main .code")
			programtest.Until(t, patience, "the program finds the agency", func() bool {
				citizen.Open("/my/" + code)
				return strings.Contains(citizen.Text(".card"), c.held)
			})

			officer := s.Browser(t, c.options...)
			officer.SignInStaff("lan", lan)
			officer.Open("/console/cases/" + code)
			officer.Sees(c.school)
			officer.Misses("0912345") // the sender is sealed
			officer.Follow(c.take)
			officer.Fill("reply.body", "# Kết quả\n- Trường "+c.school+": từ ngày 20/02/2026 thêm hai chuyến giờ cao điểm.\n- Bảng giờ mới đã dán ở trạm.")
			officer.Follow(c.submit)
			officer.Sees(c.submitted)

			approver := s.Browser(t, c.options...)
			approver.SignInStaff("boss", boss)
			approver.Open("/console/cases/" + code)
			approver.Sees("thêm hai chuyến giờ cao điểm")
			approver.Follow(c.approve)
			approver.Sees(c.approved)
			approver.Follow(c.publish)
			approver.Sees(c.published)

			citizen.Open("/my/" + code)
			citizen.Sees(c.answered)
			citizen.Sees("thêm hai chuyến giờ cao điểm")
			citizen.Fill("score", "5")
			citizen.Follow(c.tip)
			citizen.Sees(c.rated)

			journalist := s.Browser(t, c.options...)
			programtest.Until(t, patience, "the answer is found", func() bool {
				journalist.Open("/answers?q=" + strings.ToLower(c.school))
				return journalist.Has(`main a[href^="/answers/` + code + `"]`)
			})
			journalist.FollowOnly(`main a[href^="/answers/` + code + `"]`)
			journalist.At("/answers/" + code)
			journalist.Sees("hay bỏ chuyến giờ cao điểm")
			journalist.Sees("thêm hai chuyến giờ cao điểm")
			for _, secret := range []string{"Bí Mật", "0912 345 678", c.phone} {
				journalist.Misses(secret)
			}
		})
	}
}
