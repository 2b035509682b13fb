package models_test

import (
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

var now = time.Date(2026, 2, 13, 9, 50, 0, 0, time.UTC) // 16:50 in Viet Nam, the Friday before Tết

// ref is the program's own knowledge.
func ref() *models.Reference {
	return &models.Reference{
		Tree: models.NewTree(knowledge.Agencies()), Places: models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames()),
		Fields: models.NewFields(knowledge.Fields(), knowledge.FieldGroups()), Rules: models.NewRules(knowledge.Rules(), knowledge.Calendar()),
		Triage: models.NewTriage(knowledge.TriageCues()), Grounds: knowledge.RefusalGrounds(),
	}
}

var person = &models.Person{ID: "person-1"}
var sender = models.Actor{ID: "person-1"}

func officer(id, agency string, roles ...models.Role) *models.Staff {
	return &models.Staff{ID: id, Agency: agency, Roles: roles}
}

func submission() models.Submission {
	return models.Submission{
		ID: models.NewID(), Sender: person, SenderName: "Nguyễn Thị Bí Mật", Source: models.FromWeb, By: sender,
		Title: "Đường trước trường học hư hỏng", Body: "Đoạn đường trước cổng trường có nhiều ổ gà, trời mưa nước ngập, đề nghị sửa chữa sớm.",
		Province: "79",
	}
}

// received returns a new case, changed by edit before it is handed in.
func received(t *testing.T, edit ...func(*models.Submission)) *models.Feedback {
	t.Helper()
	in := submission()
	for _, e := range edit {
		e(&in)
	}
	f, _, err := models.NewFeedback(in, ref(), now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ok fails the test when a step of a case failed, and returns its work.
func ok(t *testing.T) func([]models.Work, error) []models.Work {
	return func(w []models.Work, err error) []models.Work {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
}

func kindOf(w []models.Work) map[models.WorkKind]int {
	n := map[models.WorkKind]int{}
	for _, x := range w {
		n[x.Kind]++
	}
	return n
}
