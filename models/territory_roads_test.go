package models_test

import "testing"

// TestAPlaceRightAfterARoad: where no comma stands between them a province is still one, but
// for a road that is called like it.
func TestAPlaceRightAfterARoad(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Đèn hỏng ở đường Lê Duẩn Đà Nẵng":               "48",
		"Đường Phạm Văn Đồng Hà Nội bị hư hỏng nặng":     "01",
		"Trên đường Võ Văn Kiệt Bình Dương nhiều xe tải": "79",
		"đường Điện Biên Phủ Hải Phòng ngập nước":        "31",
		"quốc lộ 1 Quảng Ninh đầy ổ gà":                  "22",
		"Đảo Lý Sơn Quảng Ngãi thiếu nước":               "51",
		"Bến xe Giáp Bát Hà Nội nhà vệ sinh bẩn":         "01",
		"đường Nguyễn Thái Bình hỏng đèn":                "",
		"đường Hà Nội bị hỏng":                           "",
		"đường Điện Biên Phủ ngập nước":                  "",
		"nhà ông Nguyễn Thái Bình nuôi chó dữ":           "",
	} {
		if got := places.Locate("", text).Province; got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
}
