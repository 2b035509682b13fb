package knowledge

import (
	"testing"

	"kiennghi/models"
)

func TestTriageCuesTellKindsApart(t *testing.T) {
	triage := models.NewTriage(TriageCues())
	tests := map[models.Kind][][2]string{
		models.Ordinary: {
			{"Sửa đường", "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà lớn, trời mưa nước ngập không thấy hố, đã có ba cháu học sinh bị ngã xe. Đề nghị cơ quan quản lý đường bộ sửa chữa sớm."},
			{"Cán bộ đi làm muộn", "Tôi ra phường lúc 8 giờ mà 8 giờ 40 mới có người. Mong được giải đáp vì sao như vậy."},
			{"Thủ tục sang tên xe quá rườm rà", "Tôi đi lại nhiều lần, mỗi nơi hướng dẫn một kiểu, không biết phải làm như thế nào mới xong. Kiến nghị đơn giản thủ tục."},
			{"Xe khách chạy ẩu", "Xe đang chạy trên cao tốc mà tài xế nghe điện thoại, khách kêu mãi không nghe. Đề nghị xử lý."},
			{"Khoa cấp cứu chờ lâu", "Tháng trước tôi đưa mẹ vào khoa cấp cứu bệnh viện tỉnh, chờ một tiếng không ai khám. Mong chấn chỉnh."},
			{"Hang xom hat karaoke", "Toi nao cung hat den 12 gio dem, gia dinh toi khong ngu duoc, de nghi phuong xu ly."},
			{"Cuộc gọi rác mời vay tiền", "Ngày nào tôi cũng bị làm phiền bởi cuộc gọi mời vay tiền nhanh, không cần thế chấp. Đề nghị cơ quan chức năng chặn."},
			{"Phòng chống lừa đảo", "Đề nghị tăng cường tuyên truyền phòng chống lừa đảo chuyển khoản cho người già."},
			{"Trụ cứu hỏa hỏng", "Trụ cứu hỏa trước nhà bị hỏng, đề nghị sửa để phòng cháy, chữa cháy."},
			{"Thẻ căn cước chậm", "Từ từ rồi cán bộ cũng nhận hồ sơ nhưng ba tháng chưa có thẻ."},
		},
		models.Question: {
			{"Thủ tục đăng ký khai sinh", "Thủ tục đăng ký khai sinh cho con khi bố mẹ chưa kết hôn như thế nào?"},
			{"Xin hỏi", "Cho tôi hỏi đổi bằng lái xe cần những giấy tờ gì, nộp ở đâu?"},
			{"Sang tên sổ đỏ", "xin hoi thu tuc sang ten so do can nhung gi, nop o dau"},
			{"hoi ve thue", "cho em hoi ban dat thi co phai dong thue khong a, muc thue bao nhieu tien"},
		},
		models.Complaint: {
			{"Đơn khiếu nại", "Tôi khiếu nại quyết định số 123/QĐ-UBND về thu hồi đất của gia đình tôi, đề nghị hủy bỏ quyết định."},
			{"Về việc xử phạt", "Tôi không đồng ý với quyết định xử phạt của chủ tịch phường, đề nghị xem xét lại quyết định."},
		},
		models.Denunciation: {
			{"Tố cáo ông trưởng thôn", "Tôi tố cáo ông trưởng thôn ăn chặn tiền hỗ trợ của dân nghèo."},
			{"Nhung nhieu", "can bo dia chinh vòi vĩnh tiền, không đưa phong bì thì không làm hồ sơ"},
			{"Phản ánh cán bộ", "Cán bộ địa chính đòi hối lộ hai mươi triệu, lợi dụng chức vụ nhiều năm."},
		},
		models.Crime: {
			{"Tố giác", "Nhà trọ cuối hẻm có người bán ma túy, đêm nào cũng giao hàng."},
			{"Mất xe", "Nhà tôi bị trộm vào lấy xe máy đêm qua, tôi muốn trình báo."},
			{"mat tien", "toi bi lua dao chuyen khoan mat 200 trieu qua mang"},
			{"Bị lừa", "Tôi bị kẻ gian giả danh công an lừa đảo chiếm đoạt 200 triệu đồng."},
		},
		models.Emergency: {
			{"Cháy nhà", "Nhà bên cạnh đang cháy lớn, khói mù mịt, có người mắc kẹt trong đó!"},
			{"Bạo lực gia đình", "Chồng tôi đang đánh tôi và con, tôi sợ quá, cứu tôi với."},
			{"Chán", "Tôi không muốn sống nữa."},
			{"cuu voi", "dang bi danh o ngo 12, chung no cam dao, goi 113 giup toi"},
		},
		models.Spam: {
			{"Vay tiền nhanh", "Hỗ trợ vay tiền nhanh, giải ngân trong ngày, nợ xấu vẫn vay, liên hệ zalo."},
			{"asdf", "asdf asdf test test"},
		},
	}
	for kind, texts := range tests {
		for _, x := range texts {
			if got := triage.Kind(x[0], x[1]); got != kind {
				t.Errorf("%q is taken for %s, want %s", x[0]+": "+x[1], got, kind)
			}
		}
	}
	for _, d := range Demo() {
		if got := triage.Kind(d.Title, d.Body); got != d.Kind {
			t.Errorf("demo letter %q is taken for %s, want %s", d.Title, got, d.Kind)
		}
	}
	for _, k := range models.Kinds {
		if g := triage.Guidance(k); g.VI == "" || g.EN == "" {
			t.Errorf("no guidance for %s", k)
		}
	}
}
