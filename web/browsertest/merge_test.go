package browsertest

import "testing"

// TestMergeProposedToThoseAbove: an agency proposes to merge its case into one that it does not
// see, the agency above finds the form filled in and merges; without scripts.
func TestMergeProposedToThoseAbove(t *testing.T) {
	t.Parallel()
	s := Start(t)
	password := s.Staff("lan", "so-xd-79", "handler")
	above := s.Staff("boss", "ubnd-79", "coordinator")
	citizen := s.citizen("0912345688", "Nguyễn Thị Hoa")
	code, _ := citizen.letter("khoa-de-nghi-gop-1")
	main, mainID := citizen.letter("khoa-de-nghi-gop-2")
	s.desk("boss", above).call("POST", "/v1/desk/feedback/"+mainID+"/forward", object{"agency": "so-gddt-79", "note": "Trước cổng trường"})

	b := s.Browser(t, NoScript, Phone)
	b.SignInStaff("lan", password)
	b.Open("/console/cases/" + code)
	b.Press("Đề nghị cấp trên gộp với vụ việc của cơ quan khác")
	b.FollowOnly(`form[action$="/proposemerge"] .button`)
	b.Sees("Cần sửa lại những mục sau")
	b.Axe()
	b.Fill("proposemerge.into", main)
	b.Fill("proposemerge.reason", "Cùng một ổ gà trước cổng trường")
	b.FollowOnly(`form[action$="/proposemerge"] .button`)
	b.Sees("Đã đề nghị. Cơ quan cấp trên được báo.")
	b.look("merge-proposed", NoScript)

	boss := s.Browser(t, NoScript)
	boss.SignInStaff("boss", above)
	boss.Open("/console/cases/" + code)
	boss.Sees("Sở Xây dựng thành phố Hồ Chí Minh đề nghị gộp vào " + main)
	boss.Press("Gộp vào vụ việc khác")
	boss.look("merge-decided", NoScript)
	if got := boss.Value("merge.into"); got != main {
		t.Errorf("the form has %q", got)
	}
	boss.FollowOnly(`form[action$="/merge"] .button`)
	boss.Sees("Đã gộp. Người gửi hai bên đã được báo.")
}
