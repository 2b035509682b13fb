package knowledge

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// TestLongLetters: each is about as long as it is to be, always the same, and has the matter in
// its middle; and what measures is not among what is learnt.
func TestLongLetters(t *testing.T) {
	title, body := letter()
	short := models.Example{Text: title + "\n" + body}
	for _, words := range []int{200, 500, 1000, 2000} {
		long := Long(short, words)
		if n := len(strings.Fields(long.Text)); n > words || n < words-30 {
			t.Errorf("%d words, want %d", n, words)
		}
		before, after, ok := strings.Cut(long.Text, body)
		if a, b := len(before), len(after); !ok || a < b/2 || b < a/2 {
			t.Errorf("%d words: %d bytes before and %d after", words, a, b)
		}
		if Long(short, words).Text != long.Text {
			t.Errorf("%d words: two letters", words)
		}
	}
	if got := Long(short, 10); got.Text != short.Text {
		t.Errorf("became %q", got.Text)
	}
	for _, s := range lines(around) {
		if strings.Contains(asides, s) {
			t.Errorf("%q measures and is learnt", s)
		}
	}
}

// TestLongLettersAreReadWhereTheMatterIs: what is said around it, and of whom, changes nothing.
func TestLongLettersAreReadWhereTheMatterIs(t *testing.T) {
	c, err := Classifier()
	if err != nil {
		t.Fatal(err)
	}
	ref := &models.Reference{Tree: models.NewTree(Agencies()), Places: models.NewPlaces(Provinces(), Communes(), FormerUnits()...),
		Fields: models.NewFields(Fields(), FieldGroups()), Triage: models.NewTriage(TriageCues()), Classifier: c}
	for text, want := range map[string]struct {
		kind   models.Kind
		agency string
	}{
		"Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu, trời mưa nước đọng không thấy đường, đề nghị phường cho vá sớm.":         {models.Ordinary, "xa-ubnd"},
		"Cổng dịch vụ công quốc gia báo lỗi khi thanh toán lệ phí, tôi thử năm lần không được, đề nghị sửa.":                               {models.Ordinary, "vpcp"},
		"Tôi tố cáo chủ tịch xã nhận 200 triệu đồng của doanh nghiệp rồi ký giấy giao đất trái luật cho họ. Tôi có ảnh chụp biên nhận.":    {models.Denunciation, ""},
		"Trộm phá khóa lấy xe máy nhà tôi đêm qua, camera quay rõ hai thanh niên, mong công an bắt.":                                       {models.Crime, "ca-tinh"},
		"Bảo hiểm xã hội tính thiếu hai năm đóng của tôi, quyết định hưởng lương hưu bị thấp. Tôi khiếu nại quyết định này, xin tính lại.": {models.Complaint, "bhxh-tinh"},
	} {
		for _, words := range []int{0, 200, 500, 1000, 2000} {
			long := Long(models.Example{Text: text}, words).Text
			if words == 2000 {
				long = "Tôi quê gốc ở Nghệ An.\n" + long
			}
			d := ref.Decide(models.Letter{Text: long}, 0)
			if models.ContractKind(d.Kind) != want.kind || want.agency != "" && d.Suggestions[0].Agency != want.agency {
				t.Errorf("%d words, %q: %s for %s", words, text, d.Kind, d.Suggestions[0].Agency)
			}
		}
	}
}
