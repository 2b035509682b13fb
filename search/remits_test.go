package search

import (
	"testing"

	"kiennghi/models"
)

func TestRemits(t *testing.T) {
	r := NewRemits([]models.Remit{
		{Agency: "so-xd", Text: "Sở Xây dựng: đèn đường chiếu sáng, vỉa hè", Examples: []string{"thoát nước, giao thông đường bộ"}, Negative: []string{"học phí của trường dạy lái xe"}},
		{Agency: "so-gddt", Text: "trường tiểu học, lạm thu, dạy thêm, học phí"},
	})
	for text, want := range map[string]string{"Đèn đường tắt, vỉa hè bị chiếm": "so-xd", "truong tieu hoc thu tien lam thu": "so-gddt"} {
		hits := r.Like("Kính gửi quý cơ quan. " + text)
		if len(hits) == 0 || hits[0].Agency != want || hits[0].Score <= 0 || hits[0].Score > 1 {
			t.Errorf("like %q: %v, want %s first", text, hits, want)
		}
	}
	against := 0.0
	for _, h := range r.Like("học phí trường dạy lái xe") {
		if h.Agency == "so-xd" {
			against = min(against, h.Score)
		}
	}
	if against >= 0 || against < -0.5 {
		t.Errorf("what a remit is not about speaks by %v", against)
	}
	for _, none := range []string{"", "zzz", "của và là"} {
		if hits := r.Like(none); len(hits) > 0 {
			t.Errorf("like %q: %v", none, hits)
		}
	}
	if hits := (*Remits)(nil).Like("đèn đường"); hits != nil {
		t.Errorf("none are like it: %v", hits)
	}
}
