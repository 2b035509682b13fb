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
	"not_answered":         {VI: "Chưa có trả lời nên chưa đánh giá được. Ông/bà sẽ được báo khi có trả lời.", EN: "There is no answer to rate yet. You will be told when there is one."},
	"still_open":           {VI: "Vụ việc vẫn đang được xử lý nên không cần mở lại. Ông/bà có thể viết thêm cho cơ quan xử lý.", EN: "The case is still being dealt with, so there is nothing to reopen. You can write to the agency."},
	"withdrawn_for_good":   {VI: "Vụ việc này đã được rút. Nếu vẫn cần giải quyết, mời ông/bà gửi phản ánh mới.", EN: "This case was withdrawn. If the matter still needs attention, please submit it anew."},
	"withdrawn_already":    {VI: "Vụ việc này đã được rút rồi.", EN: "This case was withdrawn already."},
	"ended_reopen":         {VI: "Vụ việc đã kết thúc. Nếu chưa thỏa đáng, mời ông/bà đề nghị mở lại và nêu lý do.", EN: "The case has ended. If you are not satisfied, please ask to reopen it and say why."},
	"ended_no_withdrawal":  {VI: "Vụ việc đã kết thúc nên không cần rút nữa.", EN: "The case has ended, so there is nothing to withdraw."},
	"withdrawn_by_sender":  {VI: "Người gửi đã rút vụ việc này, không cần xử lý tiếp.", EN: "The sender withdrew this case; nothing more is to be done."},
	"ended":                {VI: "Vụ việc đã kết thúc. Chỉ người gửi mở lại được.", EN: "The case has ended. Only the sender can reopen it."},
	"asked_already":        {VI: "Đang chờ người gửi bổ sung thông tin theo câu hỏi trước.", EN: "The sender has not answered the last question yet."},
	"publish_too_early":    {VI: "Chỉ công khai được khi vụ việc đã có trả lời gửi đi và không mở lại.", EN: "Only the answer to a case that is answered and not reopened can be published."},
	"role_missing":         {VI: "Tài khoản của anh/chị không có vai trò làm việc này tại cơ quan. Hãy nhờ người phụ trách hoặc quản trị viên.", EN: "Your account lacks the role for this at your agency. Ask a supervisor or an administrator."},
	"staff_only":           {VI: "Phần này dành cho cán bộ xử lý.", EN: "This part is for agency staff."},
	"citizen_only":         {VI: "Phần này dành cho người dân, doanh nghiệp. Cán bộ nhập hộ phản ánh tại bàn xử lý.", EN: "This part is for citizens and businesses. Staff key in submissions at the desk."},
	"wrong_reply_state":    {VI: "Văn bản trả lời đang ở bước khác (nháp, trình duyệt, trả lại hoặc đã gửi) nên chưa làm được việc này.", EN: "The reply stands at another step (draft, submitted, rejected or sent), at which this is not possible."},
	"not_feedback":         {VI: "Khiếu nại, tố cáo, tin báo tội phạm không chuyển xử lý như phản ánh. Hãy từ chối kèm hướng dẫn, hoặc phân loại lại.", EN: "Complaints, denunciations and crime reports are not handed on as feedback. Refuse with a direction, or classify again."},
	"not_assigned":         {VI: "Vụ việc chưa giao cho cơ quan nào.", EN: "No agency has the case yet."},
	"own_reply":            {VI: "Người soạn không được tự duyệt văn bản trả lời của mình.", EN: "The author of a reply may not approve it."},
	"private":              {VI: "Người gửi đề nghị không công khai vụ việc này.", EN: "The sender asked that this case is never published."},
	"not_published":        {VI: "Trả lời này đang không công khai.", EN: "This reply is not public."},
	"published_already":    {VI: "Trả lời này đang được công khai.", EN: "This reply is public already."},
	"unsealed_already":     {VI: "Anh/chị đã mở thông tin người gửi của vụ việc này.", EN: "You have opened the sender's identity already."},
	"too_many_ratings":     {VI: "Ông/bà đã sửa đánh giá quá nhiều lần.", EN: "The rating was changed too many times."},
	"case_full":            {VI: "Vụ việc đã chứa quá nhiều nội dung, không thêm được nữa.", EN: "The case holds too much text; no more can be added."},
	"too_many_messages":    {VI: "Vụ việc đã có quá nhiều tin nhắn.", EN: "The case has too many messages."},
	"too_many_notes":       {VI: "Vụ việc đã có quá nhiều ghi chú.", EN: "The case has too many notes."},
	"too_many_replies":     {VI: "Vụ việc đã có quá nhiều bản trả lời.", EN: "The case has too many replies."},
	"cannot_assign_upward": {VI: "Chỉ giao được cho cơ quan mình hoặc cơ quan trực thuộc; ngoài phạm vi đó hãy dùng chuyển tiếp.", EN: "You can assign to your own agency and those beneath it; use forward for others."},

	"invalid":             {VI: "Giá trị không đúng.", EN: "The value is not right."},
	"required":            {VI: "Mục này cần có.", EN: "This is needed."},
	"too_short":           {VI: "Cần ít nhất # ký tự.", EN: "At least # characters are needed."},
	"too_long":            {VI: "Nhiều nhất # ký tự.", EN: "At most # characters."},
	"too_many":            {VI: "Nhiều nhất # mục.", EN: "At most # items."},
	"unknown":             {VI: "Không có trong danh mục.", EN: "This is not in the list."},
	"other_province":      {VI: "Xã, phường này không thuộc tỉnh, thành phố đã chọn.", EN: "This commune is not in the chosen province."},
	"not_a_field":         {VI: "Không có mục này.", EN: "There is no such field."},
	"not_a_date":          {VI: "Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-11-20.", EN: "The date must be year-month-day, for example 2026-11-20."},
	"out_of_range":        {VI: "Cho điểm từ 1 đến #.", EN: "Give 1 to # points."},
	"not_a_phone":         {VI: "Số điện thoại gồm 10 chữ số bắt đầu bằng 0, viết liền, ví dụ 0912345678.", EN: "A phone number is 10 digits beginning with 0, without spaces, for example 0912345678."},
	"not_six_digits":      {VI: "Mã gồm 6 chữ số.", EN: "The code is six digits."},
	"not_a_tracking_code": {VI: "Mã phản ánh có dạng KN-XXXX-XXXX. Vui lòng kiểm tra lại.", EN: "A tracking code looks like KN-XXXX-XXXX. Please check it."},
	"query_too_long":      {VI: "Từ khóa dài nhất 200 ký tự.", EN: "A search is at most 200 characters."},
	"unknown_file":        {VI: "Không tìm thấy tệp này, hoặc tệp đã dùng cho vụ việc khác. Vui lòng gửi lại tệp.", EN: "There is no such file, or it belongs to another case. Please upload it again."},
	"has_it_already":      {VI: "Cơ quan này đang giữ vụ việc.", EN: "This agency has the case already."},
	"name_required":       {VI: "Luật yêu cầu họ tên người gửi. Hãy bổ sung họ tên trong tài khoản rồi gửi lại; tên có thể không công khai.", EN: "The law requires the sender's name. Add it to your account and send again; it need not be published."},

	"token":            {VI: "Phiên đăng nhập không còn hiệu lực. Vui lòng đăng nhập lại.", EN: "The sign-in is no longer valid. Please sign in again."},
	"refresh_token":    {VI: "Phiên đăng nhập đã hết. Vui lòng đăng nhập lại.", EN: "The session has ended. Please sign in again."},
	"refresh_reused":   {VI: "Phiên đăng nhập đã bị dùng ở nơi khác nên được kết thúc để bảo vệ tài khoản. Vui lòng đăng nhập lại.", EN: "The session was used from somewhere else and was ended to protect the account. Please sign in again."},
	"otp_message":      {VI: "Mã đăng nhập Phản ánh kiến nghị: CODE. Có hiệu lực # phút. Không đưa mã này cho ai.", EN: "Sign-in code for Feedback and petitions: CODE. Good for # minutes. Do not give it to anyone."},
	"otp_wrong":        {VI: "Mã không đúng hoặc đã hết hạn. Vui lòng xem lại tin nhắn mới nhất, hoặc yêu cầu mã mới.", EN: "The code is wrong or too old. Please look at the newest message, or ask for a new code."},
	"otp_used_up":      {VI: "Mã này không còn dùng được. Vui lòng yêu cầu mã mới.", EN: "This code can no longer be used. Please ask for a new one."},
	"sign_in_wrong":    {VI: "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.", EN: "The user name, the password or the authenticator's digits are wrong."},
	"totp_required":    {VI: "Nhập mã 6 số của ứng dụng xác thực.", EN: "Enter the six digits of the authenticator app."},
	"totp_wrong":       {VI: "Mã xác thực không đúng. Hãy kiểm tra đồng hồ của điện thoại.", EN: "The digits are wrong. Please check the clock of the phone."},
	"totp_active":      {VI: "Tài khoản đã có ứng dụng xác thực. Nếu mất điện thoại, hãy nhờ quản trị viên đặt lại.", EN: "An authenticator app is set up already. If the phone is lost, ask an administrator to reset it."},
	"totp_not_started": {VI: "Chưa bắt đầu cài đặt ứng dụng xác thực.", EN: "Setting up an authenticator app was not begun."},
	"not_an_email":     {VI: "Địa chỉ thư điện tử không đúng.", EN: "This is not an e-mail address."},
	"kept_by_agency":   {VI: "Mục này do cơ quan quản lý, không tự thay đổi được.", EN: "Your agency keeps this; you cannot change it yourself."},
	"want_form":        {VI: "Tệp gửi lên phải ở dạng multipart/form-data, mục \"file\".", EN: "Send the file as multipart/form-data, in the field \"file\"."},
	"bad_form":         {VI: "Tệp gửi lên chưa đầy đủ hoặc không đọc được. Vui lòng gửi lại.", EN: "What was sent is incomplete or cannot be read. Please send it again."},
	"too_slow":         {VI: "Kết nối bị gián đoạn quá lâu. Vui lòng gửi lại.", EN: "The connection paused for too long. Please send it again."},
	"empty_file":       {VI: "Tệp không có nội dung.", EN: "The file is empty."},
	"file_type":        {VI: "Chỉ nhận ảnh JPEG, PNG, WebP; văn bản PDF, DOCX, XLSX (không có macro); video MP4 và ghi âm M4A.", EN: "Accepted are JPEG, PNG and WebP images; PDF, DOCX and XLSX documents (without macros); MP4 video and M4A audio."},
	"file_too_large":   {VI: "Tệp quá lớn: ảnh tối đa 15 MB, văn bản 20 MB, video và ghi âm 100 MB.", EN: "The file is too large: images up to 15 MB, documents 20 MB, video and audio 100 MB."},
	"file_damaged":     {VI: "Tệp bị hỏng hoặc không đúng định dạng.", EN: "The file is damaged or not what it seems to be."},
	"too_many_pixels":  {VI: "Ảnh quá lớn: tối đa 50 triệu điểm ảnh.", EN: "The image is too large: at most 50 million pixels."},
	"zip_bomb":         {VI: "Tệp nén quá nhiều dữ liệu nên không được nhận.", EN: "The file would unpack to too much and is not accepted."},
	"infected":         {VI: "Tệp có mã độc nên không được nhận.", EN: "The file contains malware and is not accepted."},

	"event":                   {VI: "Phản ánh có cập nhật mới", EN: "There is news about your feedback"},
	"event.body":              {VI: "Phản ánh, kiến nghị CODE có cập nhật mới. Mời ông/bà xem.", EN: "There is news about feedback CODE. Please have a look."},
	"event.received":          {VI: "Đã nhận phản ánh của ông/bà", EN: "We have received your feedback"},
	"event.received.body":     {VI: "Phản ánh, kiến nghị CODE đã được tiếp nhận. Ông/bà sẽ được báo mỗi khi có kết quả mới.", EN: "Feedback CODE has been received. You will be told whenever there is news."},
	"event.assign":            {VI: "Phản ánh đã có cơ quan xử lý", EN: "An agency now has your feedback"},
	"event.assign.body":       {VI: "Phản ánh, kiến nghị CODE đã được chuyển đến cơ quan có trách nhiệm. Mời ông/bà xem cơ quan và thời hạn trả lời.", EN: "Feedback CODE has been passed to the agency responsible. Please see which one it is and when it must answer."},
	"event.forward":           {VI: "Phản ánh được chuyển cơ quan khác", EN: "Another agency now has your feedback"},
	"event.forward.body":      {VI: "Phản ánh, kiến nghị CODE đã được chuyển đến cơ quan đúng thẩm quyền. Mời ông/bà xem cơ quan và thời hạn trả lời.", EN: "Feedback CODE has been passed to the competent agency. Please see which one it is and when it must answer."},
	"event.request_info":      {VI: "Cần ông/bà bổ sung thông tin", EN: "We need more information from you"},
	"event.request_info.body": {VI: "Cơ quan xử lý phản ánh, kiến nghị CODE có câu hỏi gửi ông/bà. Mời ông/bà xem và trả lời để được giải quyết.", EN: "The agency dealing with feedback CODE has a question for you. Please read and answer it so that work can go on."},
	"event.answer":            {VI: "Đã có trả lời cho ông/bà", EN: "Your feedback has been answered"},
	"event.answer.body":       {VI: "Phản ánh, kiến nghị CODE đã được trả lời. Mời ông/bà xem và đánh giá.", EN: "There is an answer to feedback CODE. Please read it and tell us what you think of it."},
	"event.refuse":            {VI: "Phản ánh không được tiếp nhận", EN: "Your feedback cannot be accepted"},
	"event.refuse.body":       {VI: "Phản ánh, kiến nghị CODE không thuộc trường hợp được tiếp nhận. Mời ông/bà xem lý do và nơi cần gửi đến.", EN: "Feedback CODE cannot be accepted here. Please see the reason and where to go instead."},
	"event.publish":           {VI: "Câu trả lời đã được công khai", EN: "The answer has been published"},
	"event.publish.body":      {VI: "Nội dung trả lời phản ánh, kiến nghị CODE đã được công khai để mọi người cùng biết.", EN: "The answer to feedback CODE has been published for everyone to read."},
	"event.unseal":            {VI: "Thông tin người gửi đã được mở", EN: "Your identity was opened"},
	"event.unseal.body":       {VI: "Một cán bộ đã mở thông tin người gửi của phản ánh, kiến nghị CODE. Mời ông/bà xem ai đã mở và lý do.", EN: "An officer has opened the identity of the sender of feedback CODE. Please see who did so and why."},
}
