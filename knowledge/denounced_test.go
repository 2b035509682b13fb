package knowledge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// TestADenunciationOfACentralAgencyPassesItBy: of every agency that could have it, named by its whole
// name or without the country's, not where it is only asked for help.
func TestADenunciationOfACentralAgencyPassesItBy(t *testing.T) {
	tree := models.NewTree(Agencies())
	n := 0
	for _, a := range tree.All() {
		if a.Province != "" && a.Level != models.LevelProvince || !a.Assignable() {
			continue
		}
		n++
		guess := &models.Guess{Agency: models.Odds{Labels: []string{a.Code}, P: []float64{1}}, Level: models.Odds{Labels: []string{models.Central}, P: []float64{1}}, Field: models.Odds{Labels: []string{"ha-tang"}, P: []float64{1}}, Calibration: models.Calibration{Temperature: 1}}
		in := models.RouteInput{Province: a.Province, Guess: guess, Kind: models.Denunciation}
		name := strings.TrimSuffix(a.Name, " Việt Nam")
		if a.Level == models.LevelProvince {
			name = strings.Join(strings.Fields(a.Name)[:2], " ")
			if strings.HasPrefix(a.Name, "UBND thành phố") {
				name = "UBND thành phố"
			}
		}
		for _, body := range []string{"Tôi tố cáo một phó chủ tịch " + name + " nhận tiền", models.Unaccented("Toi to cao mot pho chu tich " + name + " nhan tien")} {
			in.Body = body
			got := models.Rank(in, tree, Fields(), nil, nil)
			if slices.ContainsFunc(got.Suggestions, func(s models.Suggestion) bool { return s.Agency == a.Code }) {
				t.Errorf("%q goes to %s", body, a.Code)
			}
		}
		in.Body = "Kính gửi " + name + ": tôi tố cáo một cán bộ xã nhận tiền"
		if got := models.Rank(in, tree, Fields(), nil, nil).Suggestions; len(got) == 0 || got[0].Agency != a.Code {
			t.Errorf("%q goes to %+v, not to %s", in.Body, got, a.Code)
		}
	}
	if n < 49 {
		t.Errorf("only %d agencies", n)
	}
}

// TestNobodyIsShownADenunciationOfThemselves: whichever central body or committee of a province is
// denounced, nobody of it sees the case; what denounces the body that receives all others is the
// Government Inspectorate's alone.
func TestNobodyIsShownADenunciationOfThemselves(t *testing.T) {
	tree := models.NewTree(Agencies())
	now := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	ref := &models.Reference{Tree: tree, Places: models.NewPlaces(Provinces(), Communes()), Fields: models.NewFields(Fields(), FieldGroups()),
		Triage: models.NewTriage(TriageCues()), Rules: models.NewRules(nil, &models.Calendar{})}
	n := 0
	for _, a := range tree.All() {
		if a.Province != "" && a.Level != models.LevelProvince || !a.Assignable() {
			continue
		}
		n++
		who := "một vụ trưởng của " + a.Name
		if a.Level == models.LevelProvince {
			who = "chủ tịch " + a.Name
		}
		names := []string{who, models.Unaccented(who)}
		if a.Code == models.RootAgency {
			names = append(names, "lãnh đạo VPCP", "can bo van phong cp")
		}
		for _, who := range names {
			f, _, err := models.NewFeedback(models.Submission{ID: "1", Sender: &models.Person{ID: "p"}, SenderName: "Lê Văn Nam", Title: "Tố cáo nhận hối lộ", Source: models.FromWeb, Province: a.Province,
				Body: "Tôi tố cáo " + who + " nhận hối lộ 500 triệu đồng, tôi có ghi âm và xin giữ kín tên."}, ref, now)
			if err != nil {
				t.Fatal(err)
			}
			if f.Kind != models.Denunciation {
				t.Fatalf("%s: it is a %s", who, f.Kind)
			}
			sees := func(agency string) bool {
				m := &models.Staff{ID: "s", Agency: agency, Roles: []models.Role{models.Intake, models.Coordinator, models.Supervisor}}
				return m.MayOn(models.ActView, f) == nil
			}
			if sees(a.Code) {
				t.Errorf("%s is shown to %s", who, a.Code)
			}
			if receiver := map[bool]string{true: "ttcp", false: models.RootAgency}[a.Code == models.RootAgency]; !sees(receiver) {
				t.Errorf("%s is not shown to %s but to %v", who, receiver, f.Scope)
			}
			if a.Code != models.RootAgency {
				continue
			}
			for _, r := range []models.Rung{models.RungHandler, models.RungHead, models.RungAbove, models.RungTaskForce} {
				if to, _, _ := f.ReminderTo(r, models.RootAgency, tree); to == models.RootAgency {
					t.Errorf("%s: %s of it is reminded", who, r)
				}
			}
			if to := f.NextAbove(tree); to != "" {
				t.Errorf("%s is reported to %s", who, to)
			}
			f.Kind, f.Scope = models.Ordinary, []string{models.RootAgency}
			if _, err := f.Classify(models.Actor{ID: "s", Staff: true, Agency: models.RootAgency}, models.Classification{Kind: models.Denunciation}, ref, now); err != nil || sees(a.Code) {
				t.Errorf("%s, classified by an officer: %v, shown to %v", who, err, f.Scope)
			}
		}
	}
	if n < 49 {
		t.Errorf("only %d agencies", n)
	}
}
