package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func TestTemplateFillsFromTheCase(t *testing.T) {
	ref := &models.Reference{
		Tree:   models.NewTree([]models.Agency{{Code: "so-xd-79", Name: "Sở Xây dựng"}}),
		Fields: models.NewFields([]models.Field{{Slug: "giao-thong", Name: "Giao thông"}}, nil),
	}
	at := time.Date(2026, 3, 5, 18, 0, 0, 0, time.UTC) // the next day in Viet Nam
	f := &models.Feedback{Code: "KN-7F3K-92QX", Title: "Ổ gà {hôm nay}", Field: "giao-thong", Agency: "so-xd-79", CreatedAt: at, Due: &models.Due{At: at.AddDate(0, 0, 20)}}
	x := models.ReplyTemplate{Body: "{Mã}: {tiêu đề} ({lĩnh vực}), {cơ quan}, nhận {ngày nhận}, hạn {due}, {nơi xảy ra} {khác} {"}
	want := "KN-7F3K-92QX: Ổ gà {hôm nay} (Giao thông), Sở Xây dựng, nhận 06/03/2026, hạn 26/03/2026, {nơi xảy ra} {khác} {"
	if got := x.Fill(f, ref, at); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestTemplateIsChecked(t *testing.T) {
	for want, typed := range map[string][2]string{
		"title:required":              {" ", "Kính gửi {mã}"},
		"title:too_long":              {strings.Repeat("ổ", 121), "x"},
		"body:required":               {"Tên", "\n"},
		"body:unknown_template_field": {"Tên", "Kính gửi {họ tên}"},
		"":                            {"Tên", "Kính gửi ông/bà, về phản ánh {CODE} {\nkhông phải trường}"},
	} {
		var x models.ReplyTemplate
		err := x.Write(typed[0], typed[1], "a", time.Now())
		got := ""
		var e *models.Error
		if errors.As(err, &e) {
			got = e.Fields[0].Field + ":" + e.Fields[0].Code
		}
		if got != want {
			t.Errorf("%q: %s, want %q", typed, got, want)
		}
		if (x.Title == "") != (err != nil) {
			t.Errorf("%q: kept although wrong, or not kept", typed)
		}
	}
}

func TestTemplateOwner(t *testing.T) {
	for want, x := range map[string]models.ReplyTemplate{
		"all": {}, "agency:bxd": {Agency: "bxd"}, "staff:s": {Staff: "s", Agency: "bxd"},
	} {
		if got := x.Owner(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
