package models

import (
	"slices"
	"strings"
)

// jobs are the last words of what people do or are in a letter, whose name may follow,
// each with the words one of which stands before it; none where none has to. plainJobs
// has them without accents.
var jobs, plainJobs = func() (exact, plain map[string][]string) {
	exact, plain = map[string][]string{}, map[string][]string{}
	for _, f := range strings.Fields(`
		chính:địa pháp:tư sĩ:bác,y,ca,nghệ,dược,thạc,tiến sỹ:bác,y,ca,nghệ,dược sư:luật,kỹ,giáo dưỡng:điều sinh:hộ,học,thí,thực thôn:trưởng ấp:trưởng xóm:trưởng,hàng bản:trưởng,phó khoa:trưởng,phó
		phòng:trưởng,phó trưởng:hiệu,tổ,đội,nhóm,lớp,xã,bếp,thuyền đốc:giám xã:tịch,an,bộ,thư,đội phường:tịch,an,bộ,thư huyện:tịch,an tỉnh:tịch thư:bí đất:chủ quán:chủ nhà:chủ,đình trọ:chủ vườn:chủ
		shop:chủ giáo:thầy,cô xe:chủ,tài,lái,phụ lô:chủ xưởng:chủ hộ:chủ hàng:chủ,bán thầu:chủ,nhà tàu:chủ thuyền:chủ chí:đồng toán:kế quỹ:thủ kho:thủ nhiệm:chủ viên:nhân,giáo,sinh,hội,ủy,uỷ,đoàn,đảng,an,tra,lâm,hợp
		tế:y hại:bị cáo:bị nhân:bệnh,nạn,công,tư,phu phố:dân,tổ,hiệu bộ:cán quyền:ủy,uỷ sếp huynh:phụ xứ:cán vệ:bảo tuyến:trực an:công sát:cảnh công:lao vụ:tạp,nghiệp tân:lễ ban:trực,trưởng,phó lâm:kiểm pháp:tư thư:bí,văn lý:hộ,đại,trợ thị:giám thầu:cai mục:linh yêu:người cũ:vợ,chồng úy:trung,thượng,đại,thiếu uý:trung,thượng,đại,thiếu tá:trung,thượng,đại,thiếu trưởng:trưởng,đội,nhóm,ca,tổ,xóm,lớp,đoàn huy:chỉ lái:lơ phối:điều thợ phó:hiệu,lớp làng:già giới:môi chứng:làm,nhân điện:thợ xây:thợ diện:đại giám:phó khách:hành đơn:người
		om:xe taxi:lái,xe trai:con,em,cháu gái:con,em,cháu dâu:con,cháu,em rể:con,cháu,anh,em ruột:anh,em,chị,cậu ngoại:cháu,ông,bà nội:cháu,ông,bà nuôi:con họ:em,anh,chị
		vợ chồng ngân:thu tiền:thu hàn:thợ hồ:thợ nước:thợ tài:xế xế:tài`) {
		word, before, _ := strings.Cut(f, ":")
		exact[word] = append(exact[word], strings.Split(before, ",")...)
		plain[Fold(word)] = append(plain[Fold(word)], strings.Split(Fold(before), ",")...)
	}
	return exact, plain
}()

// job reports whether what a person does or is ends with a piece: cán bộ địa chính, con
// dâu. Words that stand between it and the name, "tôi", "là", "tên", are not part of it.
func (r *reader) job(k int) bool {
	if k < 0 || k >= len(r.p) || r.p[k].digits {
		return false
	}
	p := &r.p[k]
	if plain := plainJobs[p.fold]; plain == nil {
		return false
	} else if p.plain {
		return slices.ContainsFunc(plain, func(b string) bool { return b != "" && r.is(k-1, b) && r.spaced(k) })
	}
	return slices.ContainsFunc(jobs[r.lower(k)], func(b string) bool {
		return b == "" || k > 0 && r.spaced(k) && (r.lower(k-1) == b || r.p[k-1].plain && r.p[k-1].fold == b)
	})
}

// named marks the name that follows a job, with or without "tên" and "là" between them.
// A given name alone counts where it is written with a capital letter that a sentence does
// not ask for, and is no office or place.
func (r *reader) named(i int) {
	k := i + 1
	said, mine := false, false
	for n := 0; n < 4 && k < len(r.p) && len(r.before(k)) <= 3 && !strings.ContainsAny(r.before(k), ".;\n!?"); n++ {
		switch {
		case r.is(k, "ten", "la"):
			said = true
		case r.is(k, "toi", "em", "minh", "chau") && !r.p[k].upper:
			mine = true
		case r.use(k, useTitle) && !r.p[k].upper && !(r.p[k].plain && !r.use(k+1, useName)):
		default:
			n = 4
			continue
		}
		k++
	}
	if k >= len(r.p) || r.p[k].taken || r.p[k].digits || len(r.before(k)) > 3 || strings.ContainsAny(r.before(k), ".;\n!?(") {
		return
	}
	if mine && !said && !r.p[k].upper {
		return
	}
	end := r.name(k, true)
	if end < k || !r.free(k, end) {
		return
	}
	full := end > k && r.use(k, useSurname)
	switch {
	case r.famous(k, end) || r.use(k, useOffice) && !full && !r.use(k, useGiven) || r.office2(k):
		return
	case !r.p[k].upper && !full && !said:
		return
	case r.p[k].caps && r.p[k].end-r.p[k].start > 2 && r.p[i].caps && !full:
		return
	case r.is(i, "xa", "phuong", "huyen", "tinh", "thon", "ap", "ban", "xom", "truong", "phong", "khoa") && !r.is(i-1, "hang") && !full && !said && !(r.is(i-1, "hieu", "nhom", "lop") && end == k && r.use(k, useGiven) && !r.use(k, usePlace)): // Trưởng ấp Phú Hòa
		return
	case r.is(i, "xa", "phuong", "huyen", "tinh", "thon", "ap", "truong") && end == k+1 && !said:
		return
	case !r.use(k, useName) && !said && end == k:
		return
	}
	r.mark(MarkName, k, end)
	r.others(end)
}

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

// wholeName reports whether pieces from i to end are so clearly the name of a person that
// nothing has to announce it: a surname, and two or three words that all are names.
func (r *reader) wholeName(i, end int) bool {
	if end-i < 2 || end-i > 3 || r.famous(i, end) || r.streetOf(i, end) || r.p[i].caps && r.p[i].end-r.p[i].start > 1 {
		return false
	}
	for k := i - 1; k >= 0 && k > i-4 && r.spaced(k+1) && !r.is(k, "la"); k-- {
		if r.use(k, usePlace) && !(k == i-1 && r.is(k, "ho", "hang", "giao", "thuoc")) || r.is(k, "the", "hieu", "doanh", "nghiep", "phan", "tnhh") {
			return false
		}
	}
	if end+1 < len(r.p) && r.spaced(end+1) && r.p[end+1].upper || i > 0 && r.p[i-1].upper && r.spaced(i) && r.use(i-1, useOffice) {
		return false
	}
	between := r.before(i)
	return !(i > 1 && strings.ContainsAny(between, "-–,") && r.p[i-1].upper && !r.p[i-1].taken) && r.use(i+1, useMiddle) && (r.use(end, useGiven) || r.is(i+1, "van", "thi"))
}
