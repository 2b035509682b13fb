package models

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for _, secret := range []string{
		"0912345678", "0912 345 678", "0912.345.678", "091-234-5678", "+84 912.345.678", "+84912345678", "84 912 345 678", "028 3822 1234", "02838221234",
		"079123456789", "079 123 456 789", "123456789", "0071000123456", "19034567890123",
		"51F-123.45", "51F-12345", "51f12345", "29A1-2345", "59X1-123.45", "59X1 12345", "29LD-123.45",
		"a@b.vn", "nguyen.van.a+1@mail.com.vn", "B1234567",
	} {
		for _, around := range []string{"%", "Liên hệ % nhé", "(%)", "gọi:%.", "%, cảm ơn", "Điện thoại %\nĐịa chỉ"} {
			in := strings.Replace(around, "%", secret, 1)
			want := strings.Replace(around, "%", Mask, 1)
			if got := Redact(in); got != want {
				t.Errorf("Redact(%q) = %q, want %q", in, got, want)
			}
		}
	}
	for in, want := range map[string]string{
		"sđt0912345678":            "sđt" + Mask,
		"CMND 123 456 789":         "CMND " + Mask,
		"CCCD số: 079.123.456.789": "CCCD số: " + Mask,
		"STK: 1903 4567 8901":      "STK: " + Mask,
		"cccd của bà trong hợp đồng là 082056001923":   "cccd của bà trong hợp đồng là " + Mask,
		"cccd chụp lại 054 169 00 3318":                "cccd chụp lại " + Mask,
		"tài khoản 0071 0001 23456":                    "tài khoản " + Mask,
		"gọi 0912345678 hoặc 0987654321":               "gọi " + Mask + " hoặc " + Mask,
		"0912 345 678 lúc 8 giờ 01/02/2025":            Mask + " lúc 8 giờ 01/02/2025",
		"số nhà 12/34/5 Lê Lợi, phường 4":              Mask + ", phường 4",
		"ở 12A Nguyễn Trãi":                            "ở " + Mask,
		"bà Nguyễn Thị Hoa và ông Nam":                 "bà " + Mask + " và ông " + Mask,
		"không chín một hai 345 sáu bảy 8":             Mask,
		"sinh ngày 12/3/1965 tại Huế":                  "sinh ngày " + Mask + " tại Huế",
		"biển 81 - G1 / 2 3 3 . 9 0":                   "biển " + Mask,
		"tàu cá QNg 90417 TS bị nạn":                   "tàu cá " + Mask + " bị nạn",
		"gọi 0918/33/70/42 gặp tôi":                    "gọi " + Mask + " gặp tôi",
		"thẻ 970407******3318 bị nuốt":                 "thẻ " + Mask + " bị nuốt",
		"anh Hùng \"sẹo\" chặn đường":                  "anh " + Mask + " chặn đường",
		"sanh Nhâm Dần 1962":                           "sanh " + Mask,
		"hộ chiếu số z 6 1 1 4 9 0 8":                  "hộ chiếu số " + Mask,
		"0987 không trăm linh hai 516":                 Mask,
		"Sổ BHXH của nó 8421067735 đóng được 26 tháng": "Sổ BHXH của nó " + Mask + " đóng được 26 tháng",
		"so bhxh cua toi 1423009586 dong 14 nam":       "so bhxh cua toi " + Mask + " dong 14 nam",
		"chuyển vô tài khoản số 0771000 448 219. Con":  "chuyển vô tài khoản số " + Mask + ". Con",
		"gọi tôi số 0033 6 12 55 47 09 nhé":            "gọi tôi số " + Mask + " nhé",
		"sinh December 3, 1947 ở Sóc Trăng":            "sinh " + Mask + " ở Sóc Trăng",
		"Ngày sinh vợ tôi 06/06/1986":                  "Ngày sinh vợ tôi " + Mask,

		"Tôi sinh năm 1965 ở 12 ngõ 34 đường Láng.":           "Tôi sinh năm " + Mask + " ở " + Mask + ".",
		"sinh ba mươi tháng tư năm hai nghìn mười ở Huế":      "sinh " + Mask + " ở Huế",
		"thư về hoa chín tám a còng gmail chấm com nhé":       "thư về " + Mask + " nhé",
		"đại lý số 30 đường Hai Bà Trưng không đổi bình rò":   "đại lý số 30 đường Hai Bà Trưng không đổi bình rò",
		"Công ty Thiên Ân (MSDN 0305887120) bàn giao nhà trễ": "Công ty Thiên Ân (MSDN 0305887120) bàn giao nhà trễ",
	} {
		if got := Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
	for _, keep := range []string{
		"", "Không có gì", "1234/SXD-QLHT", "Công văn số 123456789/BXD-QLN", "Luật 136/2025/QH15", "Nghị định 150/2025/NĐ-CP", "Quyết định 29/2026/QĐ-TTg",
		"ngày 01/07/2025", "ngày 01-02-2025", "01.02.2025", "từ 2024 đến 2025", "năm 2024 2025 2026", "1.500.000.000 đồng", "1500000000 đồng", "so tien 1500000000 dong", "150000000đ", "2500000000 VND",
		"hẻm 123/45", "đường Nguyễn Trãi", "trường Lê Lợi", "Chủ tịch UBND phường", "Ông Ích Khiêm", "Bà Rịa", "quốc lộ 1A", "tuyến 19", "Khoản 3 Điều 12", "10.000 m2", "mã KN-7Q4M-2XPQ", "kỳ 12/2025", "5,5 triệu", "100%", "24/24",
		"phường 15", "tài khoản bị khóa 3 lần", "500 000 000 đồng",

		"Xe nằm, trạm năm 2023/2024 hỏng", "ngày sinh mùng", // both ended the program once
	} {
		if got := Redact(keep); got != keep {
			t.Errorf("Redact(%q) = %q, want it unchanged", keep, got)
		}
	}
}

// FuzzRedact: whatever the text, marks are in order, apart, and between characters, and
// what was masked stays so.
func FuzzRedact(f *testing.F) {
	f.Add("gọi 0912 345 678, a@b.vn, 51F-123.45", "Nguyễn Thị Hoa", "0912345678", "a@b.vn")
	f.Add("BÀ HOA ở số nhà 12 ngõ 3, sinh năm 1965 (+84) 912 345 678 a[at]b[dot]c", "Hoa", "+84", "@")
	f.Add("Xe nằm, trạm năm 2023/2024 hỏng", "", "", "ngày sinh mùng")
	f.Add("ba\u0300 Hoa\u0301 \xff 0\u200b912", "\u0301", "", "a@")
	f.Fuzz(func(t *testing.T, s, name, phone, email string) {
		end := 0
		for _, m := range Marks(s, Sender{Name: name, Phone: phone, Email: email}) {
			if m.Kind == "" || m.Span[0] < end || m.Span[1] <= m.Span[0] || m.Span[1] > len(s) {
				t.Fatalf("%q: mark %v after %d", s, m, end)
			}
			end = m.Span[1]
			for _, at := range m.Span {
				if at < len(s) && !utf8.RuneStart(s[at]) && utf8.ValidString(s) {
					t.Fatalf("%q: %v cuts a character", s, m)
				}
			}
		}
		once := Redact(s)
		if again := Redact(once); strings.Count(again, Mask) < strings.Count(once, Mask) {
			t.Errorf("masks vanish: %q", again)
		}
	})
}
