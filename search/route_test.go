package search_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/bleve"
)

// requests are written by hand, in the words of the people who send them, for Ho Chi
// Minh City (79), its ward 26740, and without a place for central matters.
var requests = []struct{ title, body, province, commune, want string }{
	{"Đèn đường không sáng", "Dãy đèn đường trên đường Lê Lợi tắt cả tháng nay, buổi tối tối om rất nguy hiểm", "79", "", "so-xd-79"},
	{"O ga tren duong Nguyen Trai", "Mat duong hu hong nhieu o ga, hom qua co nguoi te xe gay tay", "79", "", "so-xd-79"},
	{"Ngập nước sau mưa", "Cứ mưa là đường trước nhà ngập đến gối, cống thoát nước bị nghẹt", "79", "", "so-xd-79"},
	{"Chung cư hỏng thang máy", "Thang máy chung cư hỏng cả tuần, chủ đầu tư không bàn giao phí bảo trì", "79", "", "so-xd-79"},
	{"Xe buýt bỏ bến", "Xe buýt tuyến 19 thường xuyên bỏ trạm, tài xế phóng nhanh", "79", "", "so-xd-79"},
	{"Xây nhà không phép", "Công trình cạnh nhà tôi không có giấy phép xây dựng, làm nứt tường nhà tôi", "79", "", "so-xd-79"},
	{"Nước máy đục", "Nước máy mấy hôm nay đục ngầu, áp lực nước yếu không dùng được", "79", "", "so-xd-79"},
	{"Nhà trường lạm thu", "Đầu năm trường thu quỹ phụ huynh ba triệu đồng mỗi học sinh", "79", "", "so-gddt-79"},
	{"Giáo viên ép học thêm", "Cô giáo dạy thêm ngay tại nhà, em nào không học thì bị điểm kém", "79", "", "so-gddt-79"},
	{"Bệnh viện thu viện phí sai", "Bác sĩ bệnh viện thành phố thái độ, bắt mua thuốc ngoài dù có bảo hiểm y tế", "79", "", "so-yt-79"},
	{"Quán ăn gây ngộ độc", "Cả nhà tôi bị ngộ độc sau khi ăn tại quán, quán không đảm bảo vệ sinh an toàn thực phẩm", "79", "", "so-yt-79"},
	{"Chậm cấp sổ đỏ", "Tôi nộp hồ sơ tách thửa ở văn phòng đăng ký đất đai sáu tháng chưa có giấy chứng nhận", "79", "", "so-nnmt-79"},
	{"Nhà máy xả nước thải", "Nhà máy dệt xả thải ra kênh, nước đen, mùi hôi nồng nặc, cá chết", "79", "", "so-nnmt-79"},
	{"Bồi thường đất chậm", "Đất nhà tôi bị thu hồi làm đường, giá đền bù thấp, chưa được bố trí tái định cư", "79", "", "so-nnmt-79"},
	{"Căn cước quá hạn trả", "Tôi làm căn cước ở công an đã hai tháng mà chưa nhận được thẻ", "79", "", "ca-tinh-79"},
	{"Phat nguoi sai", "Toi bi phat nguoi nhung xe trong hinh khong phai xe cua toi", "79", "", "ca-tinh-79"},
	{"Đổi bằng lái chậm", "Nộp hồ sơ đổi giấy phép lái xe đã quá hẹn một tháng", "79", "", "ca-tinh-79"},
	{"Thanh niên đua xe", "Đêm nào cũng có nhóm thanh niên tụ tập đua xe, gây rối trật tự", "79", "", "ca-tinh-79"},
	{"Công ty nợ lương", "Công ty chậm lương ba tháng, không ký hợp đồng lao động với công nhân", "79", "", "so-nv-79"},
	{"Chế độ thương binh", "Bố tôi là thương binh, hồ sơ hưởng chế độ người có công nộp đã lâu chưa giải quyết", "79", "", "so-nv-79"},
	{"Công ty nợ bảo hiểm xã hội", "Công ty không chốt sổ BHXH cho tôi nên tôi không rút bảo hiểm xã hội một lần được", "79", "", "bhxh-tinh-79"},
	{"Mất điện liên tục", "Khu tôi bị cắt điện mỗi ngày không báo trước, tiền điện lại tăng gấp đôi", "79", "", "so-ct-79"},
	{"Bán hàng giả", "Cửa hàng bán mỹ phẩm hàng giả, hàng nhái trên mạng", "79", "", "so-ct-79"},
	{"Hoàn thuế chậm", "Tôi quyết toán thuế thu nhập cá nhân từ tháng ba, chi cục thuế chưa hoàn thuế", "79", "", "thue-tinh-79"},
	{"Chặt chém khách du lịch", "Khách sạn ở bãi biển chặt chém khách du lịch, tour không đúng như quảng cáo", "79", "", "so-vhttdl-79"},
	{"Sóng điện thoại yếu", "Nhà mạng sóng điện thoại rất yếu, internet chập chờn, tin nhắn rác nhiều", "79", "", "so-khcn-79"},
	{"Đăng ký doanh nghiệp bị trả hồ sơ", "Hồ sơ đăng ký doanh nghiệp nộp ba lần đều bị trả lại không rõ lý do", "79", "", "so-tc-79"},
	{"Văn phòng công chứng thu phí cao", "Văn phòng công chứng thu thù lao ngoài quy định", "79", "", "so-tp-79"},
	{"Rác trong hẻm", "Hẻm nhà tôi rác chất đống mấy ngày không ai thu gom, bốc mùi", "79", "26740", "xa-26740"},
	{"Hàng xóm hát karaoke", "Hàng xóm hát karaoke loa kéo đến nửa đêm, phường không xử lý", "79", "26740", "xa-26740"},
	{"Lấn chiếm vỉa hè", "Hàng rong lấn chiếm vỉa hè trong khu phố, người đi bộ phải xuống lòng đường", "79", "26740", "xa-26740"},
	{"Làm khai sinh trễ hẹn", "Tôi làm khai sinh cho con ở phường trễ hẹn một tuần, cán bộ hách dịch", "79", "26740", "xa-26740"},
	{"Chó thả rông", "Nhiều nhà trong tổ dân phố nuôi chó thả rông không rọ mõm, cắn trẻ em", "79", "26740", "xa-26740"},
	{"Bình xét hộ nghèo", "Khu phố bình xét hộ nghèo không công khai, nhà khá giả vẫn có tên", "79", "26740", "xa-26740"},
	{"Góp ý nghị định về thuế hộ kinh doanh", "Đề nghị sửa đổi quy định bỏ thuế khoán, hộ kinh doanh nhỏ không biết dùng hóa đơn điện tử", "", "", "cucthue"},
	{"Quốc lộ 1 hư hỏng", "Quốc lộ 1 đoạn qua xã tôi đầy ổ gà, xe tải chạy gây tai nạn", "", "", "bxd"},
	{"Thông tư về dạy thêm", "Kiến nghị sửa thông tư quy định dạy thêm, học thêm cho phù hợp trên cả nước", "", "", "bgddt"},
	{"Chính sách bảo hiểm y tế", "Đề nghị bổ sung danh mục thuốc ung thư được bảo hiểm y tế thanh toán", "", "", "byt"},
	{"Lãi suất vay mua nhà", "Ngân hàng thả nổi lãi suất khoản vay, bắt mua bảo hiểm kèm theo", "", "", "nhnn"},
	{"Hộ chiếu online lỗi", "Nộp hồ sơ cấp hộ chiếu trên cổng của Cục Xuất nhập cảnh báo lỗi mãi", "", "", "bca"},
	{"Thông quan chậm", "Lô hàng nhập khẩu của công ty bị giữ kiểm tra chuyên ngành, hải quan không thông quan", "", "", "cuchaiquan"},
	{"Kiến nghị về tuổi nghỉ hưu", "Đề nghị sửa luật, chính sách tiền lương tối thiểu và bảo hiểm thất nghiệp cho người lao động", "", "", "bnv"},
}

func TestRouteAccuracy(t *testing.T) {
	x := emptyIndex(t)
	t.Run("remits", func(t *testing.T) { accuracy(t, x, nil, 0.88, 0.95) })
	t.Run("remits and the classifier", func(t *testing.T) {
		c, err := knowledge.Classifier()
		if err != nil {
			t.Fatal(err)
		}
		accuracy(t, x, c, 0.88, 0.95)
	})
}

// accuracy routes every request and wants at least these shares right at first and
// among the first three.
func accuracy(t *testing.T, x search.Index, c *models.Classifier, first, three float64) {
	sure, sureRight := 0, 0
	tree, remits := models.NewTree(knowledge.Agencies()), search.NewRemits(knowledge.Remits())
	top1, top3 := 0, 0
	for _, q := range requests {
		in := models.RouteInput{Title: q.title, Body: q.body, Province: q.province, Commune: q.commune}
		if c != nil {
			in.Guess = c.Guess(q.title + "\n" + q.body)
		}
		r, err := search.Route(t.Context(), x, remits, tree, knowledge.Fields(), in)
		if err != nil {
			t.Fatal(err)
		}
		place := -1
		for i, s := range r.Suggestions {
			if s.Agency == q.want {
				place = i
			}
		}
		if _, ok := r.Confident(0.6); ok {
			sure++
			if place == 0 {
				sureRight++
			}
		}
		if place == 0 {
			top1++
		} else {
			t.Logf("%q: want %s, got %+v", q.title, q.want, r.Suggestions)
		}
		if place >= 0 && place < 3 {
			top3++
		}
	}
	n := float64(len(requests))
	t.Logf("right at first %.2f, among three %.2f of %d; sure of %d, right in %d of these", float64(top1)/n, float64(top3)/n, len(requests), sure, sureRight)
	if float64(top1)/n < first || float64(top3)/n < three {
		t.Errorf("right at first %d, among three %d of %d", top1, top3, len(requests))
	}
}

func emptyIndex(t testing.TB) search.Index {
	t.Helper()
	x, err := bleve.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func TestRouteWithoutEngine(t *testing.T) {
	x := emptyIndex(t)
	x.Close()
	tree, remits := models.NewTree(knowledge.Agencies()), search.NewRemits(knowledge.Remits())
	in := models.RouteInput{Title: "Đèn đường hỏng", Body: "Đèn đường không sáng, cây xanh che khuất", Province: "79"}
	r, err := search.Route(t.Context(), x, remits, tree, knowledge.Fields(), in)
	if err != nil || len(r.Suggestions) == 0 || r.Suggestions[0].Agency != "so-xd-79" || !slices.Contains(r.Suggestions[0].Reasons, "đúng phần việc được giao") {
		t.Errorf("without the engine: %+v %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := search.Route(ctx, x, remits, tree, knowledge.Fields(), in); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
