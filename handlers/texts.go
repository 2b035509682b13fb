package handlers

import (
	"strconv"
	"strings"

	"kiennghi/models"
)

// say returns the text of a catalogue code; # in it stands for the limit.
func say(lang, code string, limit int) string {
	t, ok := texts[code]
	if !ok {
		t = texts["invalid"]
	}
	return strings.ReplaceAll(t.In(lang), "#", strconv.Itoa(limit))
}

// texts is everything that an answer says to a person, in both languages: problems
// (kind.…), what is wrong with a field, and why an action is not possible.
var texts = map[string]models.TextPair{
	"kind.malformed":             {VI: "Yêu cầu không đọc được", EN: "The request cannot be read"},
	"kind.invalid":               {VI: "Một số mục cần sửa lại", EN: "Some fields need correcting"},
	"kind.unauthenticated":       {VI: "Cần đăng nhập", EN: "Please sign in"},
	"kind.forbidden":             {VI: "Không có quyền thực hiện việc này", EN: "You may not do this"},
	"kind.not_found":             {VI: "Không tìm thấy", EN: "Not found"},
	"kind.gone":                  {VI: "Nội dung này không còn công khai", EN: "This is no longer public"},
	"kind.exists":                {VI: "Đã có rồi", EN: "It exists already"},
	"kind.wrong_state":           {VI: "Hiện chưa thể thực hiện việc này", EN: "This is not possible now"},
	"kind.conflict":              {VI: "Vụ việc đã được người khác cập nhật", EN: "Someone else changed this case meanwhile"},
	"kind.precondition_required": {VI: "Thiếu phiên bản đã xem (If-Match)", EN: "The version you saw is missing (If-Match)"},
	"kind.too_large":             {VI: "Nội dung gửi lên quá lớn", EN: "What you sent is too large"},
	"kind.unsupported":           {VI: "Loại nội dung này không được nhận", EN: "This type of content is not accepted"},
	"kind.too_many":              {VI: "Quá nhiều yêu cầu, vui lòng thử lại sau ít phút", EN: "Too many requests, please try again in a few minutes"},
	"kind.unavailable":           {VI: "Hệ thống tạm thời gián đoạn, vui lòng thử lại sau ít phút", EN: "The service is interrupted, please try again in a few minutes"},
	"kind.internal":              {VI: "Có lỗi trong hệ thống, vui lòng thử lại", EN: "Something went wrong on our side, please try again"},

	"malformed":            {VI: "Yêu cầu không đúng định dạng. Nội dung chưa được ghi nhận.", EN: "The request is not in the right form. Nothing was recorded."},
	"not_utf8":             {VI: "Văn bản phải ở bảng mã UTF-8.", EN: "Text must be UTF-8."},
	"want_json":            {VI: "Nội dung phải là JSON (application/json).", EN: "The body must be JSON (application/json)."},
	"body_too_large":       {VI: "Nội dung gửi lên vượt quá giới hạn 1 MB. Ảnh và tệp gửi riêng qua mục tệp đính kèm.", EN: "The body is larger than 1 MB. Send photos and files as uploads."},
	"stale":                {VI: "Vụ việc đã thay đổi từ lúc anh/chị mở. Xem bản mới rồi làm lại; chưa có gì bị mất.", EN: "The case changed after you opened it. Look at it again and repeat; nothing was lost."},
	"precondition":         {VI: "Gửi kèm If-Match với ETag của bản đã xem.", EN: "Send If-Match with the ETag of what you saw."},
	"idempotency_mismatch": {VI: "Khóa Idempotency-Key này đã dùng cho một nội dung khác.", EN: "This Idempotency-Key was used for something else."},
	"wrong_state":          {VI: "Vụ việc đang ở trạng thái không cho phép việc này.", EN: "The case does not stand where this is possible."},
	"wrong_reply_state":    {VI: "Văn bản trả lời đang ở bước khác.", EN: "The reply stands at another step."},
	"not_feedback":         {VI: "Khiếu nại, tố cáo, tin báo tội phạm không chuyển xử lý như phản ánh. Hãy từ chối kèm hướng dẫn, hoặc phân loại lại.", EN: "Complaints, denunciations and crime reports are not handed on as feedback. Refuse with a direction, or classify again."},
	"not_assigned":         {VI: "Vụ việc chưa giao cho cơ quan nào.", EN: "No agency has the case yet."},
	"own_reply":            {VI: "Người soạn không được tự duyệt văn bản trả lời của mình.", EN: "The author of a reply may not approve it."},
	"private":              {VI: "Người gửi đề nghị không công khai vụ việc này.", EN: "The sender asked that this case is never published."},
	"not_published":        {VI: "Trả lời này đang không công khai.", EN: "This reply is not public."},
	"too_many_messages":    {VI: "Vụ việc đã có quá nhiều tin nhắn.", EN: "The case has too many messages."},
	"too_many_notes":       {VI: "Vụ việc đã có quá nhiều ghi chú.", EN: "The case has too many notes."},
	"too_many_replies":     {VI: "Vụ việc đã có quá nhiều bản trả lời.", EN: "The case has too many replies."},
	"cannot_assign_upward": {VI: "Chỉ giao được cho cơ quan mình hoặc cơ quan trực thuộc; ngoài phạm vi đó hãy dùng chuyển tiếp.", EN: "You can assign to your own agency and those beneath it; use forward for others."},
	"other_decision":       {VI: "Không có cơ quan này trong danh mục.", EN: "There is no such agency."},

	"invalid":        {VI: "Giá trị không đúng.", EN: "The value is not right."},
	"required":       {VI: "Mục này cần có.", EN: "This is needed."},
	"too_short":      {VI: "Cần ít nhất # ký tự.", EN: "At least # characters are needed."},
	"too_long":       {VI: "Nhiều nhất # ký tự.", EN: "At most # characters."},
	"too_many":       {VI: "Nhiều nhất # mục.", EN: "At most # items."},
	"unknown":        {VI: "Không có trong danh mục.", EN: "This is not in the list."},
	"other_province": {VI: "Xã, phường này không thuộc tỉnh, thành phố đã chọn.", EN: "This commune is not in the chosen province."},
	"not_a_field":    {VI: "Không có mục này.", EN: "There is no such field."},
	"not_a_date":     {VI: "Ngày phải có dạng năm-tháng-ngày.", EN: "The date must be year-month-day."},
	"out_of_range":   {VI: "Cho điểm từ 1 đến #.", EN: "Give 1 to # points."},
	"has_it_already": {VI: "Cơ quan này đang giữ vụ việc.", EN: "This agency has the case already."},
	"name_required":  {VI: "Luật yêu cầu họ tên người gửi. Hãy bổ sung họ tên trong tài khoản rồi gửi lại; tên có thể không công khai.", EN: "The law requires the sender's name. Add it to your account and send again; it need not be published."},
}
