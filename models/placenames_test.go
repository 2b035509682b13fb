package models_test

import (
	"slices"
	"strings"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
)

var places = models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames())

func namesOf(found []models.FoundPlace) string {
	var out []string
	for _, f := range found {
		out = append(out, f.Name)
	}
	return strings.Join(out, "|")
}

func TestPlacesAreFoundByAnyName(t *testing.T) {
	for _, c := range []struct{ typed, province, want string }{
		{"Phường Sài Gòn", "", "Phường Sài Gòn"},
		{"sai gon", "79", "Phường Sài Gòn"},
		{"Phường Bến Nghé, Quận 1, TP. Hồ Chí Minh", "", "Phường Sài Gòn"},
		{"ben nghe quan 1", "", "Phường Sài Gòn"},
		{"P. Bến Nghé Q1 TPHCM", "", "Phường Sài Gòn"},
		{"BẾN NGHÉ", "", "Phường Sài Gòn"},
		{"huyện lý sơn", "", "Đặc khu Lý Sơn"},
		{"trước cổng chợ, phường Ô Chợ Dừa ạ", "", "Phường Ô Chợ Dừa|Phường Đống Đa"},
		{"12 nguyễn huệ, bến nghé", "79", "Phường Sài Gòn"},
		{"xã không có ở đâu cả", "", ""},
		{"", "", ""},
		{"  ,,, ", "", ""},
		{"Phường Bến Nghé", "01", ""},
	} {
		found, _ := places.Find(c.typed, c.province, 10)
		if got := namesOf(found); got != c.want {
			t.Errorf("%q in %q: %s, want %s", c.typed, c.province, got, c.want)
		}
	}
}

func TestAmbiguousPlacesAreAllShown(t *testing.T) {
	found, more := places.Find("phường 1", "", 8)
	if len(found) != 8 || !more {
		t.Errorf("%d places are called phường 1, more %v: %s", len(found), more, namesOf(found))
	}
	for _, f := range found {
		if !strings.HasPrefix(f.Was, "Phường 1,") {
			t.Errorf("phường 1 finds %s, which was %s", f.Name, f.Was)
		}
	}
	found, _ = places.Find("quan 1", "", 50)
	for _, f := range found {
		if !strings.HasSuffix(f.Was, ", Quận 1") {
			t.Errorf("quận 1 finds %s, which was %s", f.Name, f.Was)
		}
	}
	if len(found) < 4 {
		t.Errorf("quận 1 became %s", namesOf(found))
	}
	found, _ = places.Find("thảo điền quận 2", "", 5)
	if len(found) == 0 || found[0].Was != "Phường Thảo Điền, Thành phố Thủ Đức" {
		t.Errorf("a district that was merged earlier: %+v", found)
	}
}

func TestPlacesWhileTyping(t *testing.T) {
	found, more := places.Find("phường bến ng", "79", 5)
	if !slices.ContainsFunc(found, func(f models.FoundPlace) bool { return strings.HasPrefix(f.Was, "Phường Bến Nghé") }) || more {
		t.Errorf("%+v, more %v", found, more)
	}
	found, more = places.Find("ph", "", 5)
	if len(found) != 5 || !more {
		t.Errorf("two letters: %d places, more %v", len(found), more)
	}
}

// TestEveryNameIsFound types every old and new name with its province, without accents.
func TestEveryNameIsFound(t *testing.T) {
	has := func(typed, code string) bool {
		found, _ := places.Find(typed, "", 20)
		return slices.ContainsFunc(found, func(f models.FoundPlace) bool { return f.Code == code })
	}
	for i, c := range knowledge.Communes() {
		p, _ := places.Province(c.Province)
		if i%7 == 0 && !has(models.Fold(c.Name+" "+p.Name), c.Code) {
			t.Errorf("%s, %s is not found", c.Name, p.Name)
		}
	}
	for i, u := range knowledge.FormerUnits() {
		if i%17 == 0 && !has(models.Fold(u.Name+", "+u.District+", "+u.Province), u.Now[0]) {
			t.Errorf("%s, %s, %s is not found", u.Name, u.District, u.Province)
		}
	}
}

func TestProvincesAreFoundByOldNames(t *testing.T) {
	for typed, want := range map[string]string{
		"Vĩnh Phúc": "Phú Thọ", "tinh vinh phuc": "Phú Thọ", "tp hcm": "Hồ Chí Minh", "Bình Dương": "Hồ Chí Minh", "TP. Hà Nội": "Hà Nội",
		"Hà": "", "": "", "Phường Bến Nghé": "",
	} {
		p, ok := places.FindProvince(typed)
		if p.Name != want || ok != (want != "") {
			t.Errorf("%q: %s", typed, p.Name)
		}
	}
}

func BenchmarkFindPlace(b *testing.B) {
	for b.Loop() {
		places.Find("phường 1 quận gò vấp", "", 10)
	}
}
