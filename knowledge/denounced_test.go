package knowledge

import (
	"slices"
	"strings"
	"testing"

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
