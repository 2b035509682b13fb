package browsertest

import (
	"os"
	"path/filepath"
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

// TestUrgedAgencyReadsTheLetter: the agency above writes it, the late one is told of it, reads
// it from there, from the list and from a case that it names, and the one above sees by whom
// it was opened.
func TestUrgedAgencyReadsTheLetter(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	above := s.Browser(t)
	above.SignInStaff("supervisor.vpcp", DemoPassword)
	above.Open("/console/overdue")
	above.FollowOnly(`.desk.late tbody tr:first-child a`)
	agency := above.Attr(`form[action="/console/overdue/letter"] [name="agency"]`, "value")
	password := s.Staff("head", agency, "supervisor")
	above.Follow("Lập văn bản đôn đốc")
	above.Sees("Đã mở: 0 người")
	above.look("letter-of-ours")

	late := s.Browser(t, NoScript)
	late.SignInStaff("head", password)
	programtest.Until(t, patience, "the late agency is told", func() bool {
		late.Open("/console/reminders")
		return Eval[bool](late, `document.body.innerText.includes("Văn bản đôn đốc lần 1")`)
	})
	late.Follow("Văn bản đôn đốc lần 1: ")
	late.Sees("Việc anh/chị mở văn bản này đã được ghi lại.")
	late.look("letter-to-us")
	code := late.Text(".official th.code")
	late.Follow("Văn bản đôn đốc")
	late.Sees("và đơn vị trực thuộc, mới nhất trước")
	late.look("letters")
	late.Open("/console/cases/" + code)
	late.look("letter-at-case")
	late.FollowOnly(`section[aria-labelledby="letters"] a`)
	late.Sees("Kính gửi: ")

	above.Open("/console/overdue/letter?number=1&agency=" + agency)
	above.Sees("Đã mở: 1 người")
}

// TestFilesGoToTheSender: with a question and with a message, with scripts and without; what
// was typed stays when a file is refused.
func TestFilesGoToTheSender(t *testing.T) {
	t.Parallel()
	s := Start(t)
	password := s.Staff("lan", "so-xd-79", "handler")
	lan := s.desk("lan", password)
	citizen := s.citizen("0912345698", "Nguyễn Thị Hoa")
	code, id := citizen.letter("khoa-tep-gui-nguoi-gui")
	lan.call("POST", "/v1/desk/feedback/"+id+"/take", nil)
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "mẫu đơn.pdf"), filepath.Join(dir, "hỏng.exe")
	for path, content := range map[string]string{good: "%PDF-1.4\n1 0 obj<</Type/Catalog/Author(Lan)>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", bad: "MZ"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := s.Browser(t, Desktop)
	b.SignInStaff("lan", password)
	b.Open("/console/cases/" + code)
	b.Press("Nhắn người gửi")
	b.Fill("write.body", "Xin xem mẫu đơn kèm theo.")
	b.Choose("#f-write-file", good)
	b.Taken("#f-write-file")
	b.Sees("mẫu đơn.pdf")
	b.Sees("Còn thông tin ẩn")
	b.look("files-to-sender")
	b.Follow("Gửi lời nhắn")
	b.Sees("Xin xem mẫu đơn kèm theo.")

	plain := s.Browser(t, NoScript, Phone)
	plain.SignInStaff("lan", password)
	plain.Open("/console/cases/" + code)
	plain.Press("Yêu cầu bổ sung thông tin")
	plain.Fill("ask.question", "Xin điền và gửi lại mẫu này.")
	plain.Choose("#f-ask-file", good, bad)
	plain.Follow("Gửi yêu cầu cho người gửi")
	plain.Sees("Cần sửa lại những mục sau")
	plain.Sees("mẫu đơn.pdf")
	plain.Axe()
	plain.Fits()
	if got := plain.Value("ask.question"); got != "Xin điền và gửi lại mẫu này." {
		t.Errorf("what was typed is %q", got)
	}
	plain.Follow("Gửi yêu cầu cho người gửi")
	plain.Sees("Xin điền và gửi lại mẫu này.")

	sender := s.Browser(t)
	sender.SignIn("0912345698")
	sender.Open("/my/" + code)
	sender.until("three links to files, one with the message and two with the question, which waits",
		`document.querySelectorAll(".talk .attached a, .notice.warn .attached a").length === 3`)
	sender.look("files-from-the-agency")
}
