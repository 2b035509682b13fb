package notify

import (
	"strings"
	"time"

	"kiennghi/models"
)

type text struct{ title, body string }

// texts says what happened, in words that may stand on a locked phone: the tracking
// code is all that tells one case from another. CODE stands for it.
var texts = map[models.Action]map[string]text{
	models.ActReceive: {
		"vi": {"Đã nhận phản ánh của ông/bà", "Phản ánh, kiến nghị CODE đã được tiếp nhận. Ông/bà sẽ được báo mỗi khi có kết quả mới."},
		"en": {"We have received your feedback", "Feedback CODE has been received. You will be told whenever there is news."},
	},
	models.ActAssign: {
		"vi": {"Phản ánh đã có cơ quan xử lý", "Phản ánh, kiến nghị CODE đã được chuyển đến cơ quan có trách nhiệm. Mời ông/bà xem cơ quan và thời hạn trả lời."},
		"en": {"An agency now has your feedback", "Feedback CODE has been passed to the agency responsible. Please see which one it is and when it must answer."},
	},
	models.ActForward: {
		"vi": {"Phản ánh được chuyển cơ quan khác", "Phản ánh, kiến nghị CODE đã được chuyển đến cơ quan đúng thẩm quyền. Mời ông/bà xem cơ quan và thời hạn trả lời."},
		"en": {"Another agency now has your feedback", "Feedback CODE has been passed to the competent agency. Please see which one it is and when it must answer."},
	},
	models.ActRequestInfo: {
		"vi": {"Cần ông/bà bổ sung thông tin", "Cơ quan xử lý phản ánh, kiến nghị CODE có câu hỏi gửi ông/bà. Mời ông/bà xem và trả lời để được giải quyết."},
		"en": {"We need more information from you", "The agency dealing with feedback CODE has a question for you. Please read and answer it so that work can go on."},
	},
	models.ActApprove: {
		"vi": {"Đã có trả lời cho ông/bà", "Phản ánh, kiến nghị CODE đã được trả lời. Mời ông/bà xem và đánh giá."},
		"en": {"Your feedback has been answered", "There is an answer to feedback CODE. Please read it and tell us what you think of it."},
	},
	models.ActRefuse: {
		"vi": {"Phản ánh không được tiếp nhận", "Phản ánh, kiến nghị CODE không thuộc trường hợp được tiếp nhận. Mời ông/bà xem lý do và nơi cần gửi đến."},
		"en": {"Your feedback cannot be accepted", "Feedback CODE cannot be accepted here. Please see the reason and where to go instead."},
	},
	models.ActPublish: {
		"vi": {"Câu trả lời đã được công khai", "Nội dung trả lời phản ánh, kiến nghị CODE đã được công khai để mọi người cùng biết."},
		"en": {"The answer has been published", "The answer to feedback CODE has been published for everyone to read."},
	},
	models.ActAccept: {
		"vi": {"Đơn của ông/bà đã được thụ lý", "Đơn CODE đã được thụ lý để giải quyết. Mời ông/bà xem thời hạn giải quyết."},
		"en": {"Your case was accepted", "Case CODE was accepted and will be decided on. Please see by when."},
	},
	models.ActExtend: {
		"vi": {"Thời hạn trả lời được gia hạn", "Cơ quan xử lý đã gia hạn trả lời phản ánh, kiến nghị CODE. Mời ông/bà xem lý do và thời hạn mới."},
		"en": {"The time to answer was extended", "The agency has extended the time to answer feedback CODE. Please see the reason and the new date."},
	},
	models.ActWrite: {
		"vi": {"Cơ quan nhắn ông/bà", "Cơ quan xử lý phản ánh, kiến nghị CODE có lời nhắn cho ông/bà. Mời ông/bà xem."},
		"en": {"The agency wrote to you", "The agency dealing with feedback CODE has written to you. Please read the message."},
	},
	models.ActSetDue: {
		"vi": {"Đã có hạn trả lời", "Hạn trả lời phản ánh, kiến nghị CODE nay đã tính được. Mời ông/bà xem thời hạn và cách tính."},
		"en": {"There is a due date now", "There is now a date by which feedback CODE must be answered. Please see it and how it was counted."},
	},
	models.ActDataDated: { // of no case
		"vi": {"Yêu cầu về dữ liệu cá nhân đã có hạn", "Hạn giải quyết yêu cầu về dữ liệu cá nhân của ông/bà nay đã tính được. Mời ông/bà xem tại mục Dữ liệu của tôi."},
		"en": {"A due date for your data request", "There is now a date by which your request about personal data must be decided. Please see it under My data."},
	},
	models.ActProgress: {
		"vi": {"Tình hình xử lý phản ánh", "Phản ánh, kiến nghị CODE đã quá hạn trả lời. Cơ quan xử lý vừa cập nhật tình hình, mời ông/bà xem."},
		"en": {"How far your feedback is", "The answer to feedback CODE is overdue. The agency has just written how far it is; please see."},
	},
	models.ActMerge: {
		"vi": {"Phản ánh được gộp với phản ánh khác", "Phản ánh, kiến nghị CODE có cùng nội dung với một phản ánh khác nên được giải quyết chung. Ông/bà vẫn nhận trả lời tại đây."},
		"en": {"Your feedback was merged", "Feedback CODE is dealt with together with another one like it. You will still get the answer here."},
	},
	models.ActUnmerge: {
		"vi": {"Phản ánh được giải quyết riêng", "Phản ánh, kiến nghị CODE không còn gộp với phản ánh khác và được giải quyết riêng."},
		"en": {"Your feedback is dealt with by itself", "Feedback CODE is no longer merged with another one and is dealt with by itself."},
	},
	models.ActAbsorb: {
		"vi": {"Có phản ánh khác cùng nội dung", "Một phản ánh khác cùng nội dung đã được gộp vào phản ánh, kiến nghị CODE. Việc giải quyết và thời hạn không thay đổi."},
		"en": {"Others wrote about the same matter", "Another one about the same matter was merged into feedback CODE. Its handling and deadline stay the same."},
	},
	models.ActSplit: {
		"vi": {"Phản ánh được tách thành nhiều vụ việc", "Phản ánh, kiến nghị CODE nêu nhiều việc nên được tách ra để từng cơ quan trả lời. Mời ông/bà xem các vụ việc."},
		"en": {"Your feedback was split", "Feedback CODE is about several matters and was split so that each agency can answer. Please see the cases."},
	},
	models.ActUnsplit: {
		"vi": {"Các phần được nhập lại", "Các vụ việc tách từ phản ánh, kiến nghị CODE được nhập lại và giải quyết chung."},
		"en": {"The parts were put together again", "The cases that were split off feedback CODE were put back and are dealt with together."},
	},
	models.ActCorrect: {
		"vi": {"Câu trả lời được đính chính", "Trả lời phản ánh, kiến nghị CODE đã được đính chính. Mời ông/bà xem bản mới và lý do."},
		"en": {"The answer was corrected", "The answer to feedback CODE was corrected. Please read the new version and why."},
	},
	models.ActUnseal: {
		"vi": {"Thông tin người gửi đã được mở", "Một cán bộ đã mở thông tin người gửi của phản ánh, kiến nghị CODE. Mời ông/bà xem ai đã mở và lý do."},
		"en": {"Your identity was opened", "An officer has opened the identity of the sender of feedback CODE. Please see who did so and why."},
	},
}

// Text returns what to tell the sender about an event of the case with that tracking
// code, in vi or en (any other language is vi). Both are empty for an event that the
// sender is not told of. It holds no personal data and no text of the case.
func Text(event models.Action, language, code string) (title, body string) {
	if language != "en" {
		language = "vi"
	}
	t := texts[event][language]
	return t.title, strings.ReplaceAll(t.body, "CODE", code)
}

// Letter makes a mail of the body that Text returned: with a greeting, the address of
// the case's page when there is one, and why nobody reads an answer to it.
func Letter(language, body, page string) string {
	greeting, see, end := "Kính gửi ông/bà,", "Xem tại:", "Thư này được gửi tự động, xin ông/bà không trả lời thư này."
	if language == "en" {
		greeting, see, end = "Dear Sir or Madam,", "Please see:", "This mail was sent automatically. Please do not reply to it."
	}
	parts := []string{greeting, body}
	if page != "" {
		parts = append(parts, see+" "+page)
	}
	return strings.Join(append(parts, end), "\n\n")
}

// Reminder is the mail to an agency's mailbox about a case that is or will be late: its
// tracking code, the step of the ladder in Vietnamese and the due time, and nothing of the
// case's text or its sender.
func Reminder(code, step string, due time.Time) (title, body string) {
	at := due.In(models.VietNam).Format("15:04 02/01/2006")
	return "Nhắc thời hạn " + code + ": " + step,
		"Phản ánh, kiến nghị " + code + ", hạn " + at + ". " + step + ".\n\nMời xem trong hệ thống xử lý phản ánh, kiến nghị. Thư này được gửi tự động."
}
