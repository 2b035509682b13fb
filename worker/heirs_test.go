package worker

import (
	"slices"
	"testing"
	"time"

	"kiennghi/models"
)

func TestCasesOfADissolvedAgencyAreHandedOn(t *testing.T) {
	e := routing(t, 0)
	all := slices.Clone(agencies)
	all = append(all, models.Agency{Code: "so-moi-79", Name: "Sở mới", Level: models.LevelDepartment, Parent: "ubnd-79", Province: "79"})
	e.must(e.st.PutAgencies(t.Context(), all))
	held := e.feedback(e.person("", ""), "Mặt đường nhiều ổ gà")
	ended := e.feedback(e.person("", ""), "Đèn đường hỏng")
	for _, f := range []*models.Feedback{held, ended} {
		_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
			return f.Assign(models.Actor{}, models.NewTree(all).Path("so-xd-79"), "", e.o.Now())
		})
		e.must(err)
	}
	_, err := e.st.UpdateFeedback(t.Context(), ended.ID, func(f *models.Feedback) ([]models.Work, error) {
		return f.Withdraw(models.Actor{ID: f.SenderID}, "", e.o.Now())
	})
	e.must(err)
	e.w.handOver(t.Context()) // nothing is dissolved
	all[3].Successor = "so-moi-79"
	e.must(e.st.PutAgencies(t.Context(), all))
	e.pass(2 * time.Minute)
	for range 2 {
		e.w.handOver(t.Context())
	}
	f, err := e.st.Feedback(t.Context(), held.ID)
	e.must(err)
	last := f.Timeline[len(f.Timeline)-1]
	if f.Agency != "so-moi-79" || last.Event != models.ActForward || last.Remark == "" || last.Actor != "" || f.Timeline[len(f.Timeline)-2].Event != models.ActAssign {
		t.Errorf("%s: %+v", f.Agency, f.Timeline)
	}
	if f, err = e.st.Feedback(t.Context(), ended.ID); err != nil || f.Agency != "so-xd-79" {
		t.Errorf("an ended case moved to %s, %v", f.Agency, err)
	}
}

func TestThresholdOfAdministratorsCounts(t *testing.T) {
	e := routing(t, 0) // of the process: never
	number := 0.5
	e.must(e.st.PutSetting(t.Context(), models.SettingFeatures, models.Features{AutoAssign: &number}.String()))
	f := e.pothole()
	claimed, err := e.st.ClaimWork(t.Context(), e.o.Now(), time.Minute, 10)
	e.must(err)
	for _, err := range e.w.attempt(t.Context(), claimed) {
		e.must(err)
	}
	if f, err = e.st.Feedback(t.Context(), f.ID); err != nil || f.Agency != "so-xd-79" {
		t.Errorf("%q, %v: %+v", f.Agency, err, f.Suggestions)
	}
}

func TestHeirs(t *testing.T) {
	tree := models.NewTree([]models.Agency{{Code: "a", Successor: "c"}, {Code: "b", Successor: "c"}, {Code: "c"}, {Code: "d", Successor: "lead"}, {Code: "e"}, {Code: "lead"}})
	if got := heirs(tree, []string{"a", "b", "c", "d", "e"}, "lead"); !slices.Equal(got, []string{"c", "e"}) {
		t.Errorf("got %v", got)
	}
}
