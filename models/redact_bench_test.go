package models

import (
	"strings"
	"testing"
)

// letterOf is a letter of about 500 words.
func letterOf(sentence string) string {
	n := 500 / len(strings.Fields(sentence))
	return strings.TrimSpace(strings.Repeat(sentence+" ", n))
}

// BenchmarkMarks: a letter of 500 words may take 2 ms.
func BenchmarkMarks(b *testing.B) {
	for name, text := range map[string]string{
		"plain": letterOf("Kính gửi cơ quan có thẩm quyền, đoạn đường trước cổng trường có nhiều ổ gà lớn, xe cộ đi lại khó khăn."),
		"full": letterOf("Tôi là Nguyễn Thị Hoa, ở số nhà 12 ngõ 34 đường Láng, gọi 0912 345 678 hoặc hoa.nguyen@gmail.com; ông Trần Văn Nam đỗ xe 29A-123.45" +
			" trước cửa từ ngày 12/3/2025, phạt 5.000.000 đồng theo Nghị định 15/2024/NĐ-CP mà không chín một hai ba bốn năm sáu bảy tám ai xử lý."),
		"bare": letterOf("toi ten la nguyen thi hoa o so nha 12 ngo 34 duong lang, doan duong truoc cong truong co nhieu o ga lon, xe co di lai kho khan."),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Marks(text, Sender{Name: "Nguyễn Thị Hoa", Phone: "0912345678", Email: "hoa.nguyen@gmail.com"})
			}
		})
	}
}
