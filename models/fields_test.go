package models_test

import (
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func drones(edit func(*models.Field)) models.Amendment {
	f := &models.Field{Name: " Máy bay không  người lái", NameEN: "Drones", Group: "an-ninh", Ministry: "bqp", Department: "qs-tinh", Cues: []string{"drone", " flycam ", "", "drone"}, From: "2026-03-01"}
	edit(f)
	return models.Amendment{ID: "1", At: now, Field: f}
}

func TestFieldsAreChecked(t *testing.T) {
	known := func(f *models.Field) { f.Slug, f.From = "van-tai", "2026-03-01" }
	for want, edit := range map[string]func(*models.Field){
		"":                      func(*models.Field) {},
		"from:in_the_past":      func(f *models.Field) { f.From = "2026-02-13" }, // today
		"from:not_a_date":       func(f *models.Field) { f.From = "1/3/2026" },
		"from:required":         func(f *models.Field) { f.From = "" },
		"name:required":         func(f *models.Field) { f.Name = " " },
		"name:field_known":      func(f *models.Field) { f.Name = "Đăng kiểm" },
		"name_en:required":      func(f *models.Field) { f.NameEN = "" },
		"group:unknown":         func(f *models.Field) { f.Group = "none" },
		"ministry:not_central":  func(f *models.Field) { f.Ministry = "so-xd-79" },
		"department:unknown":    func(f *models.Field) { f.Department = "bxd" },
		"slug:unknown":          func(f *models.Field) { f.Slug = "none" },
		"cues:too_many":         func(f *models.Field) { f.Cues = numbered(models.MaxCues + 1) },
		"cues:too_short":        func(f *models.Field) { f.Cues = []string{"x"} },
		"department:unknown ":   func(f *models.Field) { known(f); f.Department = "xa-ubnd" },
		"ministry:not_central ": func(f *models.Field) { known(f); f.Ministry = "" },
	} {
		a := drones(edit)
		if got := why(a.Check(ref(), now)); got != strings.TrimSpace(want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func numbered(n int) (out []string) {
	for i := range n {
		out = append(out, "từ khóa "+strings.Repeat("x", i))
	}
	return out
}

// TestFieldsByDay adds a field, renames one and retires one, each from a day on.
func TestFieldsByDay(t *testing.T) {
	known := ref()
	added := drones(func(*models.Field) {})
	renamed := models.Amendment{ID: "2", At: now, Field: &models.Field{Slug: "van-tai", Name: "Xe buýt", NameEN: "Buses", Group: "another", Ministry: "bca", Department: "so-xd", From: "2026-03-02"}}
	retired := models.Amendment{ID: "0", At: now, Field: &models.Field{Slug: "dang-kiem", From: "2026-03-03", Retired: true}}
	all := []models.Amendment{retired, added, renamed}
	for i := range all {
		if err := all[i].Check(known, now); err != nil {
			t.Fatal(err)
		}
	}
	known.Fields.Amend(all)
	for _, c := range []struct {
		day, slug, name string
		open            bool
	}{
		{"2026-02-28", "may-bay-khong-nguoi-lai", "", false},
		{"2026-03-01", "may-bay-khong-nguoi-lai", "Máy bay không người lái", true},
		{"2026-03-01", "van-tai", "Vận tải, xe buýt, xe khách", true},
		{"2026-03-02", "van-tai", "Xe buýt", true},
		{"2026-03-02", "dang-kiem", "Đăng kiểm xe", true},
		{"2026-03-03", "dang-kiem", "Đăng kiểm xe", false},
	} {
		day, err := time.ParseInLocation(time.DateOnly, c.day, models.VietNam)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := known.Fields.Get(c.slug, day)
		open := false
		for _, x := range known.Fields.On(day) {
			open = open || x.Slug == c.slug
		}
		if f.Name != c.name || open != c.open {
			t.Errorf("%s on %s: %q, open %v", c.slug, c.day, f.Name, open)
		}
	}
	if f, _ := known.Fields.Last("van-tai"); f.Group != "duong-xe" || f.Ministry != "bca" {
		t.Errorf("the field left its group: %+v", f)
	}
	if f, _ := known.Fields.Last("may-bay-khong-nguoi-lai"); strings.Join(f.Cues, ";") != "drone;flycam" {
		t.Errorf("cues: %q", f.Cues)
	}
	for want, f := range map[string]models.Field{
		"from:field_follows": {Slug: "van-tai", Name: "Xe", NameEN: "Cars", Ministry: "bxd", Department: "so-xd", From: "2026-03-02"},
		"from:field_retired": {Slug: "dang-kiem", From: "2026-04-01", Retired: true},
		"":                   {Slug: "dang-kiem", Name: "Đăng kiểm", NameEN: "Inspection", Ministry: "bxd", Department: "so-xd", From: "2026-04-01"}, // used again
	} {
		if got := why((&models.Amendment{Field: &f}).Check(known, now)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}

	later := now.AddDate(0, 1, 0)
	in := submission()
	in.Field = "dang-kiem"
	if _, _, err := models.NewFeedback(in, known, now); err != nil {
		t.Errorf("still open: %v", err)
	}
	if _, _, err := models.NewFeedback(in, known, later); why(err) != "field:unknown" {
		t.Errorf("retired: %v", err)
	}
}

// TestRetiredAndNewFieldsAreRouted: a retired field is not proposed, however sure the
// classifier is; one that it never learnt is, by its cues.
func TestRetiredAndNewFieldsAreRouted(t *testing.T) {
	known := ref()
	retired := models.Amendment{Field: &models.Field{Slug: "dang-kiem", From: "2026-03-01", Retired: true}}
	added := drones(func(*models.Field) {})
	for _, a := range []*models.Amendment{&retired, &added} {
		if err := a.Check(known, now); err != nil {
			t.Fatal(err)
		}
	}
	known.Fields.Amend([]models.Amendment{retired, added})
	guess := &models.Guess{
		Field:       models.Odds{Labels: []string{"dang-kiem", "van-tai"}, P: []float64{0.9, 0.1}},
		Level:       models.Odds{Labels: []string{models.Central}, P: []float64{1}},
		Agency:      models.Odds{Labels: []string{"bxd"}, P: []float64{1}},
		Calibration: models.Calibration{Temperature: 1, Cues: 1},
	}
	for _, c := range []struct {
		body, want string
		at         time.Time
	}{
		{"Việc này kéo dài lâu rồi", "dang-kiem", now},
		{"Việc này kéo dài lâu rồi", "van-tai", now.AddDate(0, 1, 0)},
		{"Hàng xóm bay flycam trước cửa sổ nhà tôi", "dang-kiem", now},
		{"Hàng xóm bay flycam trước cửa sổ nhà tôi", "may-bay-khong-nguoi-lai", now.AddDate(0, 1, 0)},
	} {
		r := models.Rank(models.RouteInput{Title: "Phản ánh", Body: c.body, Guess: guess}, known.Tree, known.Fields.On(c.at), nil, nil)
		if r.Field != c.want {
			t.Errorf("%q on %s: %s, want %s", c.body, c.at.Format(time.DateOnly), r.Field, c.want)
		}
	}
}
