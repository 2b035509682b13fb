package models_test

import (
	"testing"

	"kiennghi/models"
)

func TestPlaceFillsInWhatTheSenderDidNotChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		in                models.RouteInput
		place             string
		province, commune string
		why               string
	}{
		{"nothing chosen", models.RouteInput{Body: "Đường ở phường Bến Nghé, Quận 1 ngập"}, "", "79", "26740", "nơi xảy ra đọc được từ «phường Bến Nghé, Quận 1»"},
		{"the field for the place counts first", models.RouteInput{Body: "Tôi ở Hà Nội, thấy đèn hỏng"}, "Đà Lạt", "68", "", "nơi xảy ra đọc được từ «Đà Lạt»"},
		{"another province was chosen", models.RouteInput{Province: "01", Body: "Đường ở phường Bến Nghé, Quận 1 ngập"}, "", "01", "", ""},
		{"the province was chosen", models.RouteInput{Province: "66", Body: "Phường Tân Tiến không thu rác"}, "", "66", "24133", "nơi xảy ra đọc được từ «Phường Tân Tiến»"},
		{"all was chosen", models.RouteInput{Province: "01", Commune: "00004", Body: "Đường ở Đà Lạt ngập"}, "Đà Lạt", "01", "00004", ""},
		{"not certain", models.RouteInput{Body: "Xã Tân An làm đường rồi bỏ dở"}, "", "", "", ""},
		{"only where the sender comes from", models.RouteInput{Body: "Tôi quê Nghệ An, xin hỏi về bảo hiểm"}, "", "", "", ""},
	} {
		in, read := places.Place(c.in, c.place)
		if in.Province != c.province || in.Commune != c.commune || read.Why().VI != c.why {
			t.Errorf("%s: %s %s, %q", c.name, in.Province, in.Commune, read.Why().VI)
		}
	}
}
