package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

func TestWhatAnAdministratorReaches(t *testing.T) {
	tree := ref().Tree
	for who, want := range map[*models.Staff]string{
		officer("r", "vpcp", models.Admin):                                   "vpcp bxd ubnd-79 so-xd-79",
		officer("p", "ubnd-79", models.Admin):                                "ubnd-79 so-xd-79",
		officer("d", "so-xd-79", models.Admin):                               "so-xd-79",
		officer("h", "vpcp", models.Handler):                                 "",
		{Agency: "vpcp", Roles: []models.Role{models.Admin}, Disabled: true}: "",
	} {
		var got []string
		for _, a := range []string{"vpcp", "bxd", "ubnd-79", "so-xd-79"} {
			if who.Administers(a, tree) {
				got = append(got, a)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", who.ID, got, want)
		}
	}
}

func TestStaffIsChecked(t *testing.T) {
	tree := ref().Tree
	boss := officer("boss", "ubnd-79", models.Admin)
	good := models.Staff{Username: "lan.sxd", Name: " Trần  Lan ", Agency: "so-xd-79", Roles: []models.Role{models.Handler}}
	for want, edit := range map[string]func(*models.Staff){
		"":                      func(*models.Staff) {},
		"username:bad_username": func(m *models.Staff) { m.Username = "Lan" },
		"name:required":         func(m *models.Staff) { m.Name = "\u202e" },
		"agency:unknown":        func(m *models.Staff) { m.Agency = "bxd" }, // outside the reach
		"roles:required":        func(m *models.Staff) { m.Roles = nil },
		"roles:unknown":         func(m *models.Staff) { m.Roles = []models.Role{"king"} },
	} {
		m := good
		edit(&m)
		if got := why(boss.CheckStaff(&m, tree)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if want == "" && m.Name != "Trần Lan" {
			t.Errorf("name %q", m.Name)
		}
	}
}

func TestNobodyLocksThemselvesOut(t *testing.T) {
	tree := ref().Tree
	me := officer("me", "ubnd-79", models.Admin, models.Handler)
	for name, c := range map[string]struct {
		m, to models.Staff
		want  string
	}{
		"another role":         {*me, models.Staff{ID: "me", Agency: "ubnd-79", Roles: []models.Role{models.Admin}}, ""},
		"not admin any more":   {*me, models.Staff{ID: "me", Agency: "ubnd-79", Roles: []models.Role{models.Handler}}, "not_oneself"},
		"disabled":             {*me, models.Staff{ID: "me", Agency: "ubnd-79", Roles: me.Roles, Disabled: true}, "not_oneself"},
		"another agency":       {*me, models.Staff{ID: "me", Agency: "so-xd-79", Roles: me.Roles}, "not_oneself"},
		"somebody else":        {models.Staff{ID: "x", Agency: "so-xd-79", Roles: me.Roles}, models.Staff{ID: "x", Agency: "ubnd-79", Disabled: true}, ""},
		"outside of the reach": {models.Staff{ID: "x", Agency: "vpcp"}, models.Staff{ID: "x", Agency: "vpcp"}, "not_found"},
	} {
		if got := why(me.MayChange(&c.m, &c.to, tree)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNewPasswordIsOneThatSignsIn(t *testing.T) {
	var m models.Staff
	password := m.NewPassword(now)
	if !models.CheckPassword(m.PasswordHash, password) || len(password) != 19 || !m.PasswordOnce.Equal(now.AddDate(0, 0, 7)) {
		t.Errorf("%q until %v", password, m.PasswordOnce)
	}
	if models.CheckNewPassword("new", password) != nil || why(models.CheckNewPassword("new", "ngắn")) != "new:too_short" {
		t.Error("length")
	}
	if again := (&models.Staff{}).NewPassword(now); again == password {
		t.Error("twice the same")
	}
}

func TestAgenciesAreEditedAddedAndDissolved(t *testing.T) {
	tree := ref().Tree
	text := func(s string) *string { return &s }
	a, _ := tree.Get("so-xd-79")
	if err := a.Edit(models.AgencyEdit{Name: text(" Sở  Xây dựng và Giao thông "), Phone: text("(028) 3829 0000"), Website: text("https://sxd.example.vn")}, now); err != nil {
		t.Fatal(err)
	}
	if a.Name != "Sở Xây dựng và Giao thông" || a.Remit == "" || !a.EditedAt.Equal(now) {
		t.Errorf("%+v", a)
	}
	for want, e := range map[string]models.AgencyEdit{
		"name:required": {Name: text("")}, "phone:bad_phone": {Phone: text("gọi tôi")}, "email:not_an_email": {Email: text("a b@c")},
		"website:bad_website": {Website: text("javascript:alert(1)")}, "remit:too_long": {Remit: text(strings.Repeat("a", 2001))},
	} {
		b := a
		if got := why(b.Edit(e, now)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for want, n := range map[string]models.Agency{
		"":                     {Code: "so-moi-79", Name: "Sở Mới", Level: models.LevelDepartment, Parent: "ubnd-79"},
		"code:bad_agency_code": {Code: "Sở", Name: "Sở Mới", Level: models.LevelDepartment, Parent: "ubnd-79"},
		"code:taken":           {Code: "bxd", Name: "Sở Mới", Level: models.LevelDepartment, Parent: "ubnd-79"},
		"level:bad_level":      {Code: "so-moi", Name: "Sở Mới", Level: models.LevelMinistry, Parent: "ubnd-79"},
		"parent:unknown":       {Code: "so-moi", Name: "Sở Mới", Level: models.LevelDepartment, Parent: "none"},
		"name:required":        {Code: "so-moi", Level: models.LevelDepartment, Parent: "ubnd-79"},
	} {
		got, err := models.NewAgency(n, tree, now)
		if why(err) != want || want == "" && got.Province != "79" {
			t.Errorf("%q, want %q: %+v", why(err), want, got)
		}
	}

	for _, x := range [][2]string{{"so-xd-79", "successor:unknown"}, {"none", "successor:unknown"}, {"so-yt-79", ""}} {
		successor, want := x[0], x[1]
		b, _ := tree.Get("so-xd-79")
		if got := why(b.Dissolve(successor, tree, now)); got != want {
			t.Errorf("%s: %q, want %q", successor, got, want)
		}
		if want != "" {
			continue
		}
		if b.Assignable() || b.Dissolved != "2026-02-13" {
			t.Errorf("%+v", b)
		}
		all := append([]models.Agency(nil), tree.All()...)
		for i := range all {
			if all[i].Code == b.Code {
				all[i] = b
			}
		}
		tree.Set(all)
		if tree.Heir("so-xd-79") != "so-yt-79" || tree.Heir("none") != "none" {
			t.Error("the heir")
		}
		if why(b.Dissolve("so-nv-79", tree, now)) != "dissolved_already" {
			t.Error("dissolved twice")
		}
	}
	for code, want := range map[string]string{"vpcp": "root_stays", "ubnd-79": "has_children"} {
		b, _ := tree.Get(code)
		if got := why(b.Dissolve("bxd", tree, now)); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestWhoNamesADissolvedAgencyGetsItsHeir(t *testing.T) {
	r := ref()
	all := append([]models.Agency(nil), r.Tree.All()...)
	for i := range all {
		if all[i].Code == "so-xd-79" {
			all[i].Successor = "so-yt-79"
		}
	}
	r.Tree.Set(all)
	in := submission()
	in.Agency = "so-xd-79"
	f, _, err := models.NewFeedback(in, r, now)
	if err != nil || f.Agency != "so-yt-79" {
		t.Fatalf("%v: %+v", err, f)
	}
}

func TestHiddenNames(t *testing.T) {
	r := ref()
	r.SetFeatures(models.Features{HideNames: true})
	in := submission()
	in.PublishName, in.Body = true, "Tôi là Nguyễn Thị Bí Mật, đề nghị sửa đường."
	f, _, err := models.NewFeedback(in, r, now)
	if err != nil || f.PublishName || f.SenderName != "" || len(f.OwnInBody) == 0 {
		t.Errorf("%v: %+v", err, f)
	}
}

func TestFeatures(t *testing.T) {
	number := func(x float64) *float64 { return &x }
	for _, f := range []models.Features{{}, {AutoAssign: number(0)}, {AutoAssign: number(0.75), HideNames: true}} {
		if back := models.ParseFeatures(f.String()); back.String() != f.String() || f.Check() != nil {
			t.Errorf("%s: %s, %v", f, back, f.Check())
		}
	}
	for _, x := range []float64{-1, 0.2, 1.01} {
		if why((models.Features{AutoAssign: &x}).Check()) != "auto_assign:bad_threshold" {
			t.Errorf("%v is taken", x)
		}
	}
	if f := models.ParseFeatures("{"); f != (models.Features{}) {
		t.Errorf("%+v", f)
	}
}

// TestWhatBegan: each kind of addition is in force from the beginning of its day in Viet Nam on.
func TestWhatBegan(t *testing.T) {
	day := time.Date(2027, 1, 1, 0, 0, 0, 0, models.VietNam)
	for kind, a := range map[string]models.Amendment{
		"rule": {Rule: &models.Rule{ValidFrom: "2027-01-01"}}, "field": {Field: &models.Field{From: "2027-01-01"}}, "holiday": {Holiday: &models.Holiday{Date: "2027-01-01"}},
		"workday": {Workday: &models.Workday{Date: "2027-01-01", For: "2026-12-25"}}, "half-day": {HalfDay: &models.HalfDay{Date: "2027-01-01"}},
		"hours": {Hours: &models.OfficeHours{From: "2027-01-01"}}, "year": {Year: 2027},
	} {
		if a.Began(day.Add(-time.Second)) || !a.Began(day) || !a.Began(day.AddDate(1, 0, 0)) {
			t.Errorf("%s: %v the second before, %v then", kind, a.Began(day.Add(-time.Second)), a.Began(day))
		}
	}
}

func TestAmendments(t *testing.T) {
	known := ref()
	rules := known.Rules
	rule := func(edit func(*models.Rule)) models.Amendment {
		r := &models.Rule{Key: "pakn.answer", Term: 10, Unit: models.WorkingDays, LegalBasis: "Nghị định mới", ValidFrom: "2026-03-01", Confidence: "read"}
		edit(r)
		return models.Amendment{ID: "1", Rule: r}
	}
	for want, a := range map[string]models.Amendment{
		"kind:required":          {},
		"term:out_of_range":      rule(func(r *models.Rule) { r.Term = 0 }),
		"unit:unknown":           rule(func(r *models.Rule) { r.Unit = "years" }),
		"confidence:unknown":     rule(func(r *models.Rule) { r.Confidence = "sure" }),
		"legal_basis:required":   rule(func(r *models.Rule) { r.LegalBasis = "" }),
		"key:unknown":            rule(func(r *models.Rule) { r.Key = "none" }),
		"valid_from:in_the_past": rule(func(r *models.Rule) { r.ValidFrom = "2026-02-13" }), // today
		"valid_from:not_a_date":  rule(func(r *models.Rule) { r.ValidFrom = "1/3/2026" }),
		"date:holiday_known":     {Holiday: &models.Holiday{Date: "2026-09-02", Name: "Quốc khánh", Source: "x"}},
		"date:in_the_past":       {Holiday: &models.Holiday{Date: "2026-02-12", Name: "Tết", Source: "x"}},
		"source:required":        {Holiday: &models.Holiday{Date: "2026-10-10", Name: "Nghỉ"}},
		"date:not_a_weekend":     {Workday: &models.Workday{Date: "2026-10-15", For: "2026-09-02", Source: "x"}},
		"for:not_a_holiday":      {Workday: &models.Workday{Date: "2026-10-17", For: "2026-10-19", Source: "x"}},
		"year:year_known":        {Year: 2027},
		"year:year_not_next":     {Year: 2030},
		"year:year_incomplete":   {Year: 2028},
	} {
		if got := why(a.Check(known, now)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}

	amendments := []models.Amendment{rule(func(*models.Rule) {})}
	for i := range 6 {
		amendments = append(amendments, models.Amendment{Holiday: &models.Holiday{Date: fmt.Sprintf("2028-01-2%d", i+1), Name: "Tết", Source: "x"}})
	}
	amendments = append(amendments, models.Amendment{Workday: &models.Workday{Date: "2028-01-15", For: "2028-01-21", Source: "x"}}, models.Amendment{Year: 2028})
	for i := range amendments {
		if err := amendments[i].Check(known, now); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		rules.Amend(amendments[:i+1])
	}
	for start, want := range map[string]string{ // 20 days before, 10 working days from 1 March on
		"2026-02-27": "2026-03-19", "2026-03-02": "2026-03-16", "2028-01-10": "2028-01-27", // the 15th is worked, 21 to 26 are off
	} {
		at, _ := time.Parse(time.DateOnly, start)
		due, err := rules.Due("pakn.answer", at)
		if err != nil {
			t.Errorf("%s: %v", start, err)
		} else if got := due.At.In(models.VietNam).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s (%s)", start, got, want, due.Explanation)
		}
	}
	again := rule(func(r *models.Rule) { r.ValidFrom = "2026-02-20" }) // before the one that follows already
	if got := why(again.Check(known, now)); got != "valid_from:rule_follows" {
		t.Errorf("%q", got)
	}
	rules.Amend(nil)
	if r, err := rules.Rule("pakn.answer", now.AddDate(1, 0, 0)); err != nil || r.Term != 20 {
		t.Errorf("taken back: %+v, %v", r, err)
	}
}
