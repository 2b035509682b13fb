package models

import (
	"slices"
	"strings"
)

// wordUse is what a word may be in a text about people and places.
type wordUse uint32

const (
	useSurname wordUse = 1 << iota
	useMiddle
	useGiven
	useTitle   // stands before a name: ông, chị
	useRole    // the last word of what somebody is or does, which the tagger looks at: chủ trọ, con dâu
	usePlace   // what follows is the name of a street, school, company, not of a person
	useOffice  // begins an office or agency and ends a name
	useLink    // may stand between what a number is and the number
	useStreet  // part of an address: ngõ, đường
	useCounted // a number after it counts or orders, it is no house
	useWhere   // a house number may follow
	useBank
	useJob     // the last word of what somebody does, after which the rules look for a name: thủ quỹ, tổ phó
	useNotBorn // with "sinh" after it, it is no birth
)

const useName = useSurname | useMiddle | useGiven

// wordLists are written as people write the words, with accents.
var wordLists = []struct {
	use   wordUse
	words string
}{
	{useSurname, `nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trương lưu đoàn trịnh mai đào lâm phùng hà cao lương thái tạ châu
		tô quách thạch kiều chu kim tống triệu vương nghiêm doãn khổng từ ninh giang cù quản viên lục âu lò vàng giàng sùng lầu thào hứa tăng bế nông hoa mạc mã vi phó
		trà ung thân đàm la cái đồng khuất bạch văn ông tôn danh sơn siu rơ ksor hầu lường quàng điêu cầm vừ cứ mùa thiều nhữ ngụy văng bành tiêu uông vưu nhan trình liêu lữ chảo phàn tẩn ngải tòng chẩu lèng lỳ niê mlô êban kpă rcom rah`},
	{useMiddle, `thị văn thất đức minh thanh quốc hữu ngọc xuân thu hồng kim gia bảo quang công đình anh hoàng tuấn mạnh trọng duy tiến thành hoài mỹ phương thùy thuỳ bích diệu khánh
		trung chí nhật huy đăng phước thiên trường bá viết sỹ sĩ thế tấn vĩnh việt nam hải hà lan mai như tố ánh cẩm tường vân yến thảo tú phúc tâm kiều trúc hương lệ quỳnh`},
	{useGiven, `an anh ái ân ánh bách bảo bằng bích biên bình bửu ca cẩm cảnh cát châu chi chí chiến chính chung chương công cúc cương cường danh diễm diệp diệu dịu du dung dũng duy
		duyên dư dương đại đan đào đạt điền điệp định đoan đô độ đông đồng đức giang hà hạ hai hải hân hằng hạnh hào hảo hậu hiên hiền hiển hiếu hiệp hiệu hoa hòa hoà hoài hoan hoàn hoàng
		hoanh hồng huân huệ hùng huy huyền huỳnh hưng hương hường hữu hy kha khai khải khang khánh khiêm khoa khoát khôi khuê khương kiên kiệt kiều kim kỳ lam lan lành lâm lân lê lệ liên liễu linh loan
		long lộc lợi luân luận lực lương lượng ly lý mai mạnh mận mẫn mây mến mi minh my mỹ na nam nga ngà ngân nghi nghĩa ngoan ngọc nguyên nguyệt nhã nhàn nhân nhật nhi nhiên nhung như nhựt
		ninh nương oanh phan phát phi phong phú phúc phụng phước phương phượng quân quang quế quí quốc quý quyên quyền quyết quỳnh sáng sen sinh soạn sơn sương tài tâm tân tấn thạch thái thắm thắng thanh
		thành thảo thạo thăng thiện thiên thịnh thoa thoại thọ thông thơ thơm thu thục thuận thuật thúy thuý thùy thuỳ thủy thuỷ thuyên thư thương thường thy tiên tiến tín tình tịnh toàn toản tố trà trang trâm trân tri trí triết triều trinh
		trọng trúc trung trực trường tú tuân tuấn tuệ tùng tuy tuyên tuyền tuyết tuyến tư tường tươi tỵ uyên út vân văn vi vinh vĩnh việt võ vọng vũ vui vương vượng vy xuân xuyến ý yên yến bé tám chín sáu bảy năm bốn
		ngát ngữ lụa nết nụ gấm gái hợi tý sửu dần mão thìn tỵ ngọ mùi thân dậu tuất bưởi mít hợp hội khen khá lài lựu nở phấn thắm thêu vạn tạo thế trụ tẩn đoàn hưởng khởi`},
	{useTitle, `ông bà anh chị cháu em cô chú bác cụ dì cậu mợ thím dượng thầy bé bạn mẹ bố thằng lão mụ gã má mệ`},
	{useRole, `trưởng phó viên quỹ toán kho nợ thầu xe tàu ghe quán trọ nhà đất hụi sĩ sỹ sư tá úy uý vệ an sát đội huy thư tịch nhiệm phòng khoa thôn bản ấp sóc buôn xóm lái tài shipper giới đốc sếp thợ điện hồ hàn máy dâu rể ruột trai gái nội ngoại nuôi vợ chồng nhân sinh tên hộ binh chính pháp tế huynh`},
	{useJob, `viên giáo quỹ toán nợ trưởng phó tài lái sĩ sỹ sư tá úy uý vệ thầu trọ rể dâu phán giới`},
	{usePlace, `đường phố ngõ hẻm ngách kiệt trường thcs thpt th tiểu học non ty cty viện phường quận huyện xã tỉnh cầu hầm hồ chợ công vườn trấn khu kdc kđt toà tòa chùa đền đình
		bến ga kênh sông rạch lộ tuyến giao đoạn xoay quỹ hãng quán tiệm sạn thuốc tượng đài phà cảng đảo núi đèo lăng miếu tp q.p thành bưu dự án giải làng thôn ấp buôn bản vành đai vực dốc cống trạm bãi ngã tư
		nhà_hát sân trại đại_lộ hàng thửa đức điểm đồn vịnh biển suối thác cù`},
	{useOffice, `chủ giám bí trưởng phó ubnd hđnd ubmttq công sở phòng ban cục chi tổng thủ bộ hội đoàn thanh_tra kế thư cán nhân cảnh trung đội tổ phường quận xã huyện tỉnh thành trường khu thị số sđt đt điện cccd cmnd kính tôi
		ở tại đường phố ngõ hẻm và là có đã đang bị được xin mong đề ngày thôn ấp`},
	{useLink, `số nghe của tôi là em mình cháu con công dân nhân cá mã ở tại ngân hàng nhà nước cũ mới này được cấp thẻ hiện nay vẫn thì ạ sau theo nó chính đây qua cho bên mang dùng gọi liên hệ theo chủ em anh chị bà ông cô chú vợ chồng ấy
		để xã hội định danh vneid y tế người giùm với mẹ bố cha ba má cậu dì cháu vào nhận lương hưu hỗ trợ tiền phụ riêng cá thẻ atm nộp gửi chi nhánh dưới sau phòng đông á châu hộ kinh doanh cụ tui ổng bả ảnh nó`},
	{useStreet, `ngõ ngách hẻm kiệt đường phố`},
	{useCounted, `ngày tháng năm lớp tổ khoản điều phường quận ấp thôn xóm tuyến lúc km chương mục tầng kỳ quý đội khóa khoá đợt phần tiết mẫu lần thứ cấp bài trang câu nhóm khu hẻm ngõ ngách kiệt đường lộ hơn khoảng gần có các những cả trong
		mỗi cùng hai và từ tới qua sau trước còn chỉ thêm tới nghị luật buýt cổng kênh trạm`},
	{useWhere, `số ở tại nhà chỉ đc trước diện cạnh bên gần sau hàng quán ngụ trú căn về sang đến tiệm xưởng kho sn lô ki-ốt trọ ngay cửa`},
	{useBank, `vietcombank vcb agribank bidv techcombank tcb mbbank mb acb sacombank stb vpbank vpb tpbank vietinbank ctg hdbank shb vib ocb msb seabank lpbank eximbank scb bank dongabank namabank abbank pvcombank kienlongbank
		lienvietpostbank bacabank vietabank baovietbank cake timo vietin viettinbank vtb techcom agri momo zalopay viettelpay vnpay shopeepay`},
	{useNotBorn, `học phát vệ thí tuyển sản nảy hy hi khai kí ký an dân tái mưu hộ môn giáo trường thú khoa hồi nhân_sinh phục tiền nước chứng bẩm cộng đối nhà ba cuộc sát`},
}

// plainWords has every word with its accents, folded has what it may be without them.
var plainWords, foldedWords = func() (exact, folded map[string]wordUse) {
	exact, folded = map[string]wordUse{}, map[string]wordUse{}
	for _, l := range wordLists {
		for _, w := range strings.Fields(l.words) {
			exact[w] |= l.use
			folded[Fold(w)] |= l.use
		}
	}
	return exact, folded
}()

// digitWords are digits as they are said.
var digitWords = map[string]byte{
	"không": '0', "một": '1', "mốt": '1', "hai": '2', "ba": '3', "bốn": '4', "tư": '4', "năm": '5', "lăm": '5', "sáu": '6', "bảy": '7', "bẩy": '7', "tám": '8', "chín": '9', "mười": '1',
	"khong": '0', "mot": '1', "bon": '4', "tu": '4', "nam": '5', "lam": '5', "sau": '6', "bay": '7', "tam": '8', "chin": '9', "muoi": '1', "ko": '0', "zero": '0', "o": '0',
}

// notNames are words that, after a title, make another word, also one that is no place: bà con,
// chị em. All are without accents.
var notNames = map[string]string{
	"ba":   "con ngoai noi chu gia do dau de xa ba",
	"ong":  "dia noi ngoai ba but cong thay hoang chu",
	"co":   "giang bac giao dau don lap gai dong quan hoi nang so ban be dinh dac",
	"anh":  "hung dung tai em chi ruot ho trai minh sang huong ay rue son hao ca",
	"chi":  "em dau ay ho ruot gai phi tiet linh lang thi bo cuc nhanh dao huy hoi dinh tra ca",
	"chu":  "y trong hoa re dau chau thich em",
	"bac":  "hang si sy gai trai ton nam au my",
	"chau": "trai gai noi ngoai duc phu ho",
	"em":   "gai trai be ut chong vo re dau ho",
	"con":  "cuong dao son",
	"cu":   "the chi lao",
	"di":   "an linh",
	"be":   "gai trai tong",
	"ban":  "tre doc be gai trai me",
	"thay": "co giao thuoc",
	"cau":  "be am",
	"me":   "linh",
}

// placesOfTitles are words that, after a title, make the name of a place or of a person of
// history: Bà Rịa, Ông Ích Khiêm.
var placesOfTitles = map[string]string{
	"ba":   "ria trieu chieu diem den na huyen hat queo trung hom",
	"ong":  "ich doc lanh ta thin troi tao",
	"co":   "to",
	"anh":  "quoc",
	"chau": "doc thanh au a phi my",
	"bac":  "ho ai ninh giang lieu kan binh kinh",
}

// makes reports whether a title and the word after it are in a list of such.
func makes(list map[string]string, title, word string) bool {
	return slices.Contains(strings.Fields(list[title]), word)
}
