package knowledge

import (
	"testing"

	"kiennghi/models"
)

// ordinary are everyday letters that have words of danger, wrong or dispute in them and are
// none of it: broken things, slow services, rules, questions.
var ordinary = []string{
	"Đường bị hư hỏng nặng, ổ gà ổ voi khắp nơi, xe không đi được.",
	"Đường vào thôn sạt một bên mép, xe tải không qua được, đề nghị sửa sớm.",
	"Cầu dân sinh mục ván, xe máy đi qua rất nguy hiểm, mong xã thay ván.",
	"Nắp cống trước nhà bị vỡ, xe máy dễ sụp bánh.",
	"Đèn đường hỏng cả tuần, tối om, đi lại rất nguy hiểm.",
	"Cây xanh trước cổng trường bị sâu ruỗng, sợ mưa bão gãy đổ, xin cắt tỉa.",
	"Mưa lớn là đường ngập nửa bánh xe, nước tràn vào nhà.",
	"Trụ điện bị nghiêng sau cơn mưa, đề nghị điện lực dựng lại.",
	"Dây cáp viễn thông võng xuống sát đầu người đi đường.",
	"Mất nước ba ngày nay, cả khu không có nước sinh hoạt.",
	"Rác không ai thu gom, bốc mùi hôi thối cả xóm.",
	"Quán karaoke hát quá 12 giờ đêm, không ai ngủ được.",
	"Chó thả rông chạy ra đường làm người đi xe máy suýt ngã.",
	"Nhà bên cạnh đốt rác, khói bay vào nhà tôi rất khó chịu.",
	"Công trình xây dựng làm rơi vãi đất cát, bụi mù mịt.",
	"Xe tải chở đất chạy ẩu qua khu dân cư giờ học sinh tan trường.",
	"Xe khách nhồi nhét, chở quá số người quy định trên tuyến về quê.",
	"Lòng đường bị lấn chiếm bán hàng, người đi bộ phải đi xuống đường.",
	"Đèn tín hiệu ở ngã tư không hoạt động, giờ cao điểm kẹt xe.",
	"Nước máy có màu vàng và mùi tanh, đề nghị kiểm tra.",
	"Hồ sơ cấp sổ đỏ của tôi quá hẹn hai tháng chưa có kết quả.",
	"Bộ phận một cửa làm việc chậm, chờ cả buổi sáng chưa tới lượt.",
	"Khoa cấp cứu quá đông, chờ hai tiếng mới được khám.",
	"Cổng dịch vụ công bị lỗi, không nộp được hồ sơ.",
	"Đề nghị lắp camera vì khu phố hay mất trộm vặt.",
	"Đề nghị tăng mức phạt người uống rượu bia lái xe.",
	"Mong có thêm lớp dạy bơi cho trẻ em để phòng đuối nước.",
	"Cho tôi hỏi thủ tục khiếu nại quyết định xử phạt gồm những gì?",
	"Chung cư chưa được nghiệm thu phòng cháy chữa cháy, đề nghị kiểm tra.",
	"Xe cứu thương khó vào hẻm vì ô tô đỗ kín hai bên.",
	"Học phí tăng quá cao so với thông báo đầu năm.",
}

// TestOrdinaryLettersRaiseNoAlarm holds that none of them is taken for a crime, an emergency,
// a denunciation or a complaint, whose letters are shut away or shown first.
func TestOrdinaryLettersRaiseNoAlarm(t *testing.T) {
	c, err := Classifier()
	if err != nil {
		t.Fatal(err)
	}
	ref := &models.Reference{Classifier: c, Triage: models.NewTriage(TriageCues())}
	for _, text := range ordinary {
		for _, text := range []string{text, models.Unaccented(text)} {
			switch k := ref.Kind("", text); k {
			case models.Crime, models.Emergency, models.Denunciation, models.Complaint:
				t.Errorf("%q is taken for %s (triage alone: %s)", text, k, ref.Triage.Kind("", text))
			}
		}
	}
}
