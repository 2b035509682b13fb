package models

import "strings"

// streetNames are persons of history after whom streets, schools and wards are called;
// their names alone are places.
var streetNames = func() map[string]bool {
	out := map[string]bool{}
	for _, n := range strings.Split(Fold(`nguyễn trãi,lê văn tám,nguyễn du,nguyễn huệ,nguyễn văn cừ,nguyễn văn linh,nguyễn thị minh khai,nguyễn thị định,nguyễn thị thập,nguyễn đình chiểu,nguyễn công trứ,
		nguyễn hữu thọ,nguyễn hữu cảnh,nguyễn tri phương,nguyễn thái học,nguyễn thái bình,nguyễn chí thanh,nguyễn văn trỗi,nguyễn lương bằng,nguyễn khuyến,nguyễn bỉnh khiêm,nguyễn xiển,nguyễn ái quốc,
		nguyễn oanh,nguyễn kiệm,nguyễn xí,nguyễn khoái,nguyễn trường tộ,nguyễn thiện thuật,nguyễn biểu,nguyễn phích,nguyễn huy tự,nguyễn huy tưởng,nguyễn văn huyên,nguyễn phong sắc,nguyễn khánh toàn,
		nguyễn quyền,nguyễn văn tạo,nguyễn văn quá,nguyễn văn lượng,nguyễn văn đậu,nguyễn sơn,nguyễn tuân,nguyễn khang,nguyễn trung trực,nguyễn siêu,nguyễn hoàng,nguyễn văn thoại,nguyễn an ninh,nguyễn đức cảnh,
		trần hưng đạo,trần phú,trần duy hưng,trần quốc toản,trần quang khải,trần nhân tông,trần thái tông,trần khát chân,trần quang diệu,trần đại nghĩa,trần bình trọng,trần não,trần quý cáp,trần cao vân,trần khánh dư,
		lê lợi,lê duẩn,lê lai,lê thánh tông,lê hồng phong,lê quý đôn,lê văn sỹ,lê văn lương,lê đại hành,lê thị riêng,lê thị hồng gấm,lê trọng tấn,lê văn việt,lê đức thọ,lê quang định,lê ngọc hân,lê hoàn,lê văn khương,
		lê văn duyệt,lê văn thọ,lê văn quới,lê thanh nghị,lê trực,lê lư,lê chân,lê anh xuân,lý thường kiệt,lý thái tổ,lý tự trọng,lý chính thắng,lý nam đế,lý thái tông,lý nhân tông,lý quốc sư,lý bôn,
		phạm ngũ lão,phạm văn đồng,phạm hùng,phạm ngọc thạch,phạm thế hiển,phạm văn chiêu,phạm văn thuận,phạm phú thứ,phạm viết chánh,phạm văn bạch,phan bội châu,phan chu trinh,phan châu trinh,phan đình phùng,phan đăng lưu,
		phan xích long,phan văn trị,phan kế bính,phan đình giót,phan huy ích,phan thanh giản,phan văn hớn,hoàng hoa thám,hoàng văn thụ,hoàng diệu,hoàng quốc việt,hoàng minh giám,hoàng cầu,hoàng đạo thúy,hoàng văn thái,hoàng sa,hoàng mai,
		hoàng việt,hồ chí minh,hồ xuân hương,hồ tùng mậu,hồ đắc di,hồ tây,hồ gươm,hồ bá kiện,hồ học lãm,hồ văn huê,võ thị sáu,võ văn kiệt,võ nguyên giáp,võ văn tần,võ chí công,võ văn ngân,võ thành trang,võ văn hát,
		huỳnh thúc kháng,huỳnh tấn phát,huỳnh văn bánh,huỳnh đình hai,đinh tiên hoàng,đinh bộ lĩnh,đinh công tráng,đinh lễ,bà triệu,hai bà trưng,ngô quyền,ngô gia tự,ngô thì nhậm,ngô sĩ liên,ngô tất tố,ngô đức kế,bùi thị xuân,
		bùi viện,bùi đình túy,bùi hữu nghĩa,bùi minh trực,bùi xương trạch,bùi công trừng,tôn đức thắng,tôn thất thuyết,tôn thất tùng,tôn thất đạm,tôn đản,trương định,trương công định,trương vĩnh ký,trương hán siêu,
		đặng văn ngữ,đặng thai mai,đặng dung,đặng tất,đặng thùy trâm,đặng văn bi,đặng trần côn,đào duy anh,đào duy từ,đào tấn,đoàn thị điểm,đoàn văn bơ,đoàn như hài,tô hiến thành,tô ngọc vân,tô hiệu,tô ký,tô vĩnh diện,
		mai chí thọ,mai thúc loan,mai hắc đế,mai dịch,cao thắng,cao bá quát,cao lỗ,cao đạt,chu văn an,châu văn liêm,dương bá trạc,dương đình nghệ,dương quảng hàm,dương văn an,dương tử giang,lương định của,lương thế vinh,lương ngọc quyến,
		lương văn can,lâm văn bền,lưu hữu phước,lã xuân oai,kim đồng,kim mã,kim liên,kim giang,kim ngưu,vũ trọng phụng,vũ tông phan,vũ phạm hàm,vũ ngọc phan,vũ tùng,vương thừa vũ,tạ quang bửu,tạ hiện,thái hà,thái phiên,thái thịnh,
		văn cao,văn tiến dũng,khuất duy tiến,khương trung,giang văn minh,cầu giấy,hà huy tập,hà huy giáp,hà đông,hà nam,hà giang,hà tĩnh,hà nội,thành công,thành đô,vĩnh phúc,vĩnh long,thái bình,thái nguyên,ninh bình,ninh thuận,hải dương,
		lâm đồng,cao bằng,kiều mai,quan nhân,đỗ đức dục,đỗ quang,đỗ xuân hợp,hàm nghi,nam cao,xuân diệu,xuân thủy,trịnh hoài đức,trịnh công sơn,trịnh văn cấn,trịnh đình trọng,thạch thị thanh,tống duy tân,bạch mai,bạch đằng,phùng hưng,phùng chí kiên,phùng khoang`), ",") {
		out[strings.TrimSpace(n)] = true
	}
	return out
}()

// famous reports whether pieces from i to j are a name that streets and schools have.
func (r *reader) famous(i, j int) bool {
	if j > i+3 || j >= len(r.p) {
		return false
	}
	var b [64]byte
	name := b[:0]
	for k := i; k <= j; k++ {
		if k > i {
			name = append(name, ' ')
		}
		name = append(name, r.p[k].fold...)
	}
	return streetNames[string(name)]
}
