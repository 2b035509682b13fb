package models

import (
	"strings"
	"sync"
)

// cue is what words before a place say about it.
type cue uint8

const (
	cueNone      cue = iota
	cueNoName        // the next word names a person, street, firm, dish: no place
	cueFirm          // so do the words after it, up to the next preposition
	cueOther         // a place compared with
	cueTravel        // a journey between places
	cueOrigin        // where somebody comes from or is registered
	cueOnce          // where somebody was or comes from, which may be where the matter is
	cueFrom          // from where somebody comes or travels
	cuePast          // that it was once
	cueHome          // where somebody lives or works
	cueAt            // a direction, or what places have
	cueOffice        // what a place has
	cueAuthority     // an authority
	cueIn            // a preposition: in
	cueMatter        // where the matter is
	cueLink          // says nothing by itself, and that a place follows
)

// cueWords are the cues as they are written. Like the other phrases here they are made
// when first needed.
var cueWords = sync.OnceValue(func() phrases[cue] { return newCues(cuesByKind) })

var cuesByKind = map[cue]string{
	cueNoName: `đường; phố; ngõ; ngách; hẻm; kiệt; xa lộ; cầu; cầu vượt; đại lộ; quốc lộ; hầm; sông; kênh; rạch; hồ; đèo; suối;
		công viên; chung cư; tòa nhà; quảng trường; khách sạn; nhà hàng; quán; tiệm; siêu thị; rạp; cửa hàng; tiệm vàng; hiệu vàng; quán phở; quán cơm; quán bún; quán nem; quán cà phê; tiệm bánh; tiệm phở; tiệm thuốc; hiệu thuốc; nhà thuốc; phòng khám; nhà nghỉ; khu đô thị; kđt; khu dân cư; kdc; chợ; chùa; đình; đền; nhà thờ; nhà văn hóa;
		tnhh; cp; cổ phần; mtv; tm; dv; sx; hãng; thương hiệu; nhãn hiệu; bún bò; bún; phở; cơm; bánh; bia; nem; chè; nón; gạo; vải; nhãn; bưởi; cam; đặc sản; ca trù;
		cô giáo; thầy giáo; bạn; hiệu trưởng; bí thư; trưởng thôn; trưởng phòng; trưởng khoa; kế toán; nhân viên; tài xế; lái xe; chủ trọ; chủ nhà; hàng xóm; tên thật là; ông; bà; anh; chị; cô; chú; bác; em; cháu; thầy; cậu; dì; bé; tên; tên là; họ tên; tên tôi là; tôi là; tôi tên; đồng chí; đ c; bác sĩ; bác sỹ; bs; luật sư; giám đốc; cụ; mợ; thím;
		nguyễn; trần; phạm; huỳnh; đặng; bùi; ngô; đỗ; vũ; võ; lê; hoàng; dương; lý; trịnh; đoàn; lương; phan; văn; thị; hồ;
		tư tưởng; lăng; bảo tàng; chiến dịch; chiến thắng; trận; tổ hợp; báo; tạp chí; ban nhạc; nghệ sĩ; ca sĩ; giải; cúp; đội bóng; clb; câu lạc bộ; nhà xe; hợp tác xã; htx; giọng`,
	cueFirm:      `công ty; cty; tập đoàn; doanh nghiệp tư nhân; dntn; ngân hàng; trường; thpt; thcs; tiểu học; mầm non; mẫu giáo; đại học; đh; cao đẳng; học viện; đại học quốc gia; khoa`,
	cueOther:     `như; như ở; giống; giống như; so với; nghe nói; học tập; các tỉnh như; nhiều nơi như; nơi khác như; kinh nghiệm của; khác với; không như; đọc báo thấy; trong khi; ví dụ; chẳng hạn; tận; hơn cả`,
	cueTravel:    `tuyến; chuyến; cao tốc; đi từ; bay từ; chạy từ; vé; vé xe; vé tàu; tàu; xe khách; vé máy bay; xe giường nằm; xe đi; bay; đi du lịch; tuyến xe; chặng; hướng; hướng đi`,
	cueOrigin:    `sinh ra; sinh ra ở; sinh ra tại; nơi sinh; chuyển từ; đến từ; rời; rời khỏi; gốc; chuyển khẩu từ; quê; quê quán; quê gốc; quê ở; nguyên quán; quê ở tận; dân gốc; hộ khẩu; hộ khẩu gốc; hkhẩu; hk; hktt; hộ khẩu thường trú; đăng ký thường trú; người gốc; quê nội; quê ngoại; quê vợ; quê chồng; do công an; nguyên là`,
	cueOnce:      `sinh tại; sinh ở; khai sinh tại; cấp tại; quê tôi; quê em; quê mình; quê tui; quê tôi ở; quê em ở; quê mình ở; quê tui ở; bố mẹ tôi ở; ba mẹ tôi ở; vợ tôi ở; chồng tôi ở`,
	cueFrom:      `từ`,
	cuePast:      `trước đây; trước kia; trước ở; hồi trước; từng; đã từng; ngày xưa; hồi đó; lúc trước; hồi xưa`,
	cueHome:      `sống; sinh sống; thuê trọ; ở trọ; trọ; thuê nhà; tạm trú; thường trú; cư trú; cư ngụ; trú tại; trú; ngụ; địa chỉ; đc; làm việc; làm; công tác; học; làm công nhân; công nhân; lập nghiệp; định cư; hiện ở; đang ở; nay ở; hiện; hiện nay; đang; nay; tôi ở; em ở; mình ở; con ở; cháu ở; nhà tôi ở; gia đình tôi ở; nhà em ở; nhà ở; người dân; cư dân; công dân; dân; người; mua nhà; dạy; bán hàng; phụ huynh; khách; bà con; ngư dân; nông dân; sinh viên; tiểu thương; doanh nghiệp; hội; đoàn; trụ sở; có trụ sở; trụ sở ở; trụ sở tại; có trụ sở ở; có trụ sở tại`,
	cueOffice:    `điện lực; bệnh viện; bv; bệnh viện đa khoa; bvđk; trạm y tế; trung tâm y tế; ban quản lý; bến xe; sân bay; kcn; khu công nghiệp; khu kinh tế; cụm công nghiệp; kcx; khu chế xuất; bưu điện; cửa khẩu; cảng; cảng cá; bến cá; bến phà; âu thuyền; đồn biên phòng; trạm bơm; cửa biển; ga; vsip`,
	cueAuthority: `ubnd; ủy ban nhân dân; ủy ban; hđnd; công an; csgt; công an tỉnh; cục thuế; chi cục thuế; thuế; thuế cơ sở; bhxh; bảo hiểm xã hội; bảo hiểm; tòa án; chính quyền; lãnh đạo; viện kiểm sát; kho bạc; hải quan; chi cục; sở y tế; sở giáo dục; sở gd; sở gdđt; sở gd đt; sở xây dựng; sở ngoại vụ; sở nội vụ; sở tư pháp; sở công thương; sở tài chính; sở nông nghiệp; sở môi trường; sở nnmt; sở khoa học; sở khcn; sở văn hóa; sở vhttdl; sở du lịch; sở dân tộc; sở lao động; sở gtvt; sở giao thông; thanh tra tỉnh; thanh tra; quản lý thị trường; thi hành án; thi hành án dân sự; văn phòng đăng ký đất đai; văn phòng đăng ký đất; văn phòng đất đai; chi nhánh đất đai; phòng đăng ký kinh doanh; tỉnh đội; bộ chỉ huy quân sự; trung tâm phục vụ hành chính công; tổng đài; cổng 1022; 1022; 113; 114; 115`,
	cueIn:        `khu; ở; tại; thuộc; khu vực; vùng; địa phận; trong; ở tại; ở khu; tại khu vực; trước là; trước đây là; trước kia là; trước thuộc; trước đây thuộc; tên cũ; tên cũ là; nay là; nay thuộc; giờ là; giờ thuộc; bây giờ là`,
	cueAt:        `đi; về; đến; tới; vào; ra; lên; xuống; sang; qua; ca; sở; thị trường; môi trường; nông trường; lâm trường; hiện trường; công trường; pc; cấp nước; thoát nước; chủ tịch; cán bộ; tòa; trung tâm; nội thành; ngoại thành; ngoại ô; đô thị; phòng giáo dục; phòng gd; trung tâm hành chính công; một cửa; phía; gần; quanh; biển; bãi biển; đảo; hành chính; của; cho; tdp; xe buýt; bus; trên; dưới; với; ngoài`,
	cueMatter:    `xảy ra; xảy ra tại; xảy ra ở; trên địa bàn; địa bàn; địa điểm; đoạn qua; đoạn; tình trạng; thửa đất; mảnh đất; lô đất; đất; đất ở; dự án; công trình; thi công; qua địa phận; qua địa bàn; sự việc; vụ việc; vụ; phản ánh; tai nạn; gửi; kính gửi; ngã tư; ngã ba`,
	cueLink:      `tổ; ấp; thôn; khu phố; kp; xóm; bản; làng; buôn; đội; số; tổ dân phố; khóm`,
}

func newCues(all map[cue]string) phrases[cue] {
	p := newPhrases[cue]()
	for c := cueLink; c > cueNone; c-- { // the surer ones last: they replace others
		for _, phrase := range strings.Split(all[c], ";") {
			p.add(strings.TrimSpace(phrase), c)
		}
	}
	for _, word := range []string{"toi", "vu", "do", "le", "ly", "vo", "ho", "van", "thi", "bui", "dang", "phan", "doan", "luong", "hoang", "cam", "nem", "vai", "giai", "cho", "ga", "cang",
		"roi", "goc", "tan", "be", "mo", "di", "thay", "den", "chua", "dinh", "hang", "huynh", "khoa", "doi", "so", "to", "ban", "lang", "cu"} {
		delete(p.plain, word) // without accents it is mostly another word: tôi, not tới
	}
	return p
}

// publicFirms are what a firm that is called by its place does.
var publicFirms = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`điện lực; cấp nước; thoát nước; nước sạch; môi trường; công trình đô thị; cây xanh; xổ số; bảo hiểm; vệ sinh; chiếu sáng`)
})

// commonWords are names of places that without accents are ordinary words as well:
// diễn biến, đa năng, gia lại.
var commonWords = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`điện biên; đà nẵng; hải phòng; cần thơ; gia lai; hòa bình; cao bằng; thái bình; bình định; vinh; dĩ an; nhà bè; cát lái; chợ lớn; chu lai; cửa lò; gia lâm; cần giờ; củ chi; đồ sơn; bến cát; hội an; hà tiên; điện bàn; ô môn; cái răng; đông anh; gò công; hà đông; nam du; bãi cháy; lao bảo; cô tô; tràng an; đông hà; an khê; cam ranh; hàng xanh; bà điểm; sg; hn; bd; hp; qn; đn`)
})

// bareWords are names of places that in small letters without accents are mostly other
// words: văn bản, còn có. They were found by looking for the names in letters with accents.
var bareWords = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`van ban; hop dong; trung tam; gia dinh; van phong; dong y; thong nhat; van hoa; vu cong; co bi; bien gioi; an toan; dai dien; ba nam; hai nam; an tinh;
		thuong binh; tu nhan; hai thang; thiet ke; thu ba; co ma; bang gia; xuat hoa; nam chua; phu trach; an dan; dong ho; thai do; bang van; ban cong;
		an ninh; van phai; dong tien; nam ma; cho moi; an dinh; chi dao; tu do; tinh tra; ban dat; ban ho; nhan co; co ba; doc lap; tra van; tien an;
		lien quan; tung lam; cao phong; an chan; cua dai; tien dien; tu tra; co dong; an phuong; dong dat; cho ra; dong tinh; cu nam; huong hoa; ban co;
		ba gia; dinh cu; tu xa; do luong; di an; ma lam; thanh cong; dong xa; cua bac; cao lanh; hai long; tra don; hop ly; gia canh; cho don; cong bang;
		hop nhat; tien du; nghi phuong; hang tram; the duc; thuy loi; cho quan; gia vien; cong hoa; dang lam; van con; nghi lam; xa dung; trieu co; ma noi;
		nha bang; bao nam; tu ky; truong lam; can co; dong nam; nghi thu; phong van; cu bi; du tien; vu an; gia bac; gia lam; phuong lam; tra lam; lam ca;
		ban cam; truong van; tam quan; nam co; can cau; ban may; yen tam; pho moi; gia mo; cu van; chi cong; lam hai; dong hop; dat moi; hai phong; can dang;
		bao toan; ba chuc; duy nhat; luc ba; co to; tien luong; trieu do; ba tang; tra thanh; ban lam; van du; giao nhan; truong trung; dieu tri; vi dong;
		da lay; dong da; ban bo; mot ngan; cay duong; cau giay; tien bo; kien an; khang chien; ban qua; an thi; hang trong; giao an; an sinh; an tap;
		phong thuy; minh hoa; ma ba; an thang; van gia; con co; hang ma; dong lai; chu mo; tam chuc; tinh bac; trung binh; luc nam; dong hoa; van don;
		ba trinh; da do; quy dat; mo cong; cho chu; binh gia; nha long; cua tung; cam nhan; dang le; bao lam; nhan hoa; giap lai; dan chu; phuong tien;
		nam thang; tu quan; dong thoi; quang truong; xa hoa; song bang; dan phuong; la gi; bac can; hong ca; vi thanh; an phu; thanh xuan; hong ha; doan ket;
		tien phong; chien thang; quyet tien; quyet thang; an lac; binh an; hoa hop; tan binh; dong hai; ba to; ba vi; lang co; con dao; cat tien; vu thu;
		song ma; thoi binh; nam dan; ly nhan; hoa an; hai chau; tinh bien; tam nong; tien hai; bac ha; van lam; dung quat; di linh; dai tu; ba bon; ba na`)
})

// ordinaryWords are names of places that with accents, but without capitals, are ordinary
// words as well.
var ordinaryWords = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`hòa bình; thái bình; bình định; cao bằng; thống nhất; trung tâm; biên giới; đoàn kết; thành công; quyết thắng; tiến bộ; vinh; sg; hn; bd; hp; qn; đn; thủ đô`)
})

// alsoPeople are former districts that people, streets and firms are called like: written
// with capitals they need a word that speaks for a place.
var alsoPeople = sync.OnceValue(func() phrases[bool] {
	return newPhrasesOf(`hai bà trưng; ngô quyền; lê chân; trần văn thời; thanh hà; thanh bình; kim thành; minh long; anh sơn; hoài đức; mai sơn; bảo lâm; gia bình; hoài ân; thanh sơn; quang bình; lâm hà; vân hồ; thái hòa; hoàng mai; long thành; thanh xuân; tân bình; bình minh; an minh; an biên; xuân lộc; thạch an; hòa an; tam bình; bình sơn; tân sơn; thanh liêm; mỹ đức; đức thọ; gia lộc; phúc thọ; thạch hà; như thanh; như xuân; kim sơn; yên lạc; đông hưng; kim bảng; thống nhất; thanh ba; tam nông; dương minh châu; bình lục; thuận an; bình long; phước long; an dương; dương kinh; xuân trường; sơn hà; ngọc hồi; yên bình; bảo yên; tam dương; yên khánh; ba đình; tân yên; phú bình; phú lương`)
})

func newPhrasesOf(list string) phrases[bool] {
	p := newPhrases[bool]()
	for _, phrase := range strings.Split(list, ";") {
		p.add(strings.TrimSpace(phrase), true)
	}
	return p
}

// roleBefore says what the words before a place, which begins at word i, say about it,
// and which cue stands directly before it. Words before from belong to another place.
func (t *placeText) roleBefore(i, from int) (role, near cue) {
	direct, leaves := true, false
	for j, seen := i, 0; j > from && seen < 8; {
		if b := t.words[j].before; b == gapEnd || b == gapComma && !t.colonBefore(j) {
			break
		}
		c, n := t.cueBefore(j, from)
		if direct {
			near = c
			direct = c == cueLink || c == cueNone && t.words[j-1].number >= 0 // "ấp 3"
		}
		switch {
		case c == cueFirm && role == cueNone && t.public(j, i):
			role = cueAt
		case c == cueFirm && role == cueNone && seen < 6:
			return cueNone, cueNoName
		case leaves && c == cueTravel: // a ticket from …
			return cueTravel, near
		case c == cueFrom && (seen == 0 || t.accented && seen < 3):
			leaves = true
		case c == cuePast:
			return cueOrigin, near
		case c == cueHome:
			if past, _ := t.cueBefore(j-n, from); past == cuePast {
				return cueOrigin, near
			}
			return c, near
		case (c == cueOther || c == cueTravel) && seen < 2, (c == cueOrigin || c == cueOnce) && seen < 6, c == cueMatter:
			return c, near
		case c == cueAuthority && seen < 3:
			role = c
		case role == cueNone && (c == cueAt || c == cueOffice || c == cueIn || c == cueAuthority):
			role = cueAt
		}
		j, seen = j-n, seen+n
	}
	if leaves {
		return cueTravel, near
	}
	return role, near
}

// cueBefore returns the longest cue that ends before word j, and its words.
func (t *placeText) cueBefore(j, from int) (cue, int) {
	for n := min(4, j-from); n > 0; n-- {
		if c, ok := cueWords().at(t, j-n, j); ok && t.together(j-n, j) {
			return c, n
		}
	}
	return cueNone, 1
}

// together says whether words stand in one part of a sentence.
func (t *placeText) together(from, to int) bool {
	for i := from + 1; i < to; i++ {
		if t.words[i].before >= gapComma {
			return false
		}
	}
	return true
}

func (t *placeText) colonBefore(i int) bool {
	return i > 0 && strings.Contains(t.text[t.words[i-1].raw[1]:t.words[i].raw[0]], ":")
}

// public says whether a firm is one that serves the place it is named after.
func (t *placeText) public(from, to int) bool {
	for i := from; i < to; i++ {
		for n := 1; n <= 3 && i+n <= to; n++ {
			if publicFirms().marked[t.markedOf(i, i+n)] || !t.accented && publicFirms().plain[t.plainOf(i, i+n)] {
				return true
			}
		}
	}
	return false
}
