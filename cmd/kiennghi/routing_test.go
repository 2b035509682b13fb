package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
)

func TestRoutingPredict(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "in.jsonl")
	lines := `{"id": 7, "title": "Công ty nợ lương", "text": "Công ty chậm lương ba tháng, không ký hợp đồng lao động", "place": "Dĩ An, Bình Dương"}
not JSON
{"id": "b", "text": "Nghị định về hóa đơn điện tử cần hướng dẫn về máy tính tiền"}
`
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	err := execute(t.Context(), []string{"routing", "predict", file}, nil, &out, &log)
	if err == nil || !strings.Contains(log.String(), "line 2:") {
		t.Errorf("error %v, log %q", err, log.String())
	}
	var got []prediction
	for d := json.NewDecoder(&out); d.More(); {
		var p prediction
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if len(got) != 2 || string(got[0].ID) != "7" || string(got[1].ID) != `"b"` {
		t.Fatalf("got %+v", got)
	}
	for i, want := range []struct{ agency, province, level string }{{"so-nv-79", "79", "province"}, {"cucthue", "", ""}} {
		p := got[i]
		if len(p.Suggestions) < 5 || p.Suggestions[0].Agency != want.agency || p.Province != want.province || want.level != "" && p.Level != want.level || p.Suggestions[0].Name == "" {
			t.Errorf("%d: %+v", i, p)
		}
	}
}

// TestIDsOfLines: a text or a number comes back as it was, anything else is refused by the line's
// number, here and where personal data is hidden.
func TestIDsOfLines(t *testing.T) {
	t.Parallel()
	lines := `{"id": "a", "text": "đèn đường hỏng"}
{"id": 7.50, "text": "đèn đường hỏng"}
{"id": null, "text": "đèn đường hỏng"}
{"text": "đèn đường hỏng"}
{"id": true, "text": "đèn đường hỏng"}
{"id": ["b"], "text": "đèn đường hỏng"}
{"id": "", "text": "đèn đường hỏng"}
`
	for _, command := range []interface{ Run(*console) error }{&routingPredict{"-"}, redactCommand{}} {
		var out, log bytes.Buffer
		if err := command.Run(&console{in: strings.NewReader(lines), out: &out, err: &log}); err == nil || !strings.Contains(err.Error(), "5 lines") {
			t.Errorf("%T: error %v", command, err)
		}
		const wrong = `"id" is neither a text nor a number`
		if want := "line 3: " + wrong + "\nline 4: \"id\" is missing\nline 5: " + wrong + "\nline 6: " + wrong + "\nline 7: \"id\" is empty\n"; log.String() != want {
			t.Errorf("%T: log %q", command, &log)
		}
		if got := out.String(); strings.Count(got, "\n") != 2 || !strings.HasPrefix(got, `{"id":"a",`) || !strings.Contains(got, "\n{\"id\":7.50,") {
			t.Errorf("%T: %s", command, got)
		}
	}
}

// TestTheLevelIsTheFirstSuggestions: also where a denunciation passes the commune by.
func TestTheLevelIsTheFirstSuggestions(t *testing.T) {
	t.Parallel()
	model, err := routingModelForTest()
	if err != nil {
		t.Fatal(err)
	}
	letters, _ := knowledge.OtherHand()
	letters = append(letters, models.Example{Text: "Tôi tố cáo Chủ tịch UBND xã chỗ tôi nhận tiền để làm sổ đỏ"})
	for _, e := range letters {
		p := predict(model, predictLine{Text: e.Text, Place: e.Place}, 0)
		want := models.Provincial
		switch a := model.Agency(p.Suggestions[0].Agency); {
		case a.Central():
			want = models.Central
		case a.Level == models.LevelCommune:
			want = models.Communal
		}
		if p.Level != want {
			t.Errorf("%s: level %s, but %s", e.Text, p.Level, p.Suggestions[0].Agency)
		}
	}
}

func BenchmarkRouting(b *testing.B) {
	model, err := routingModelForTest()
	if err != nil {
		b.Fatal(err)
	}
	l := predictLine{Text: "Dãy đèn đường trên đường Lê Lợi phường Bến Nghé quận 1 tắt cả tháng nay, buổi tối tối om rất nguy hiểm, đã báo nhiều lần mà chưa ai sửa."}
	predict(model, l, 0.75)
	for b.Loop() {
		predict(model, l, 0.75)
	}
}

func routingModelForTest() (*models.Reference, error) {
	c, err := knowledge.Classifier()
	return routingReference(c), err
}

func TestRoutingLearnsNothingWithoutDecisions(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must([]string{"agencies"}, "seed")
	i.must([]string{"nothing to learn"}, "routing", "learn")
}

// TestOtherHandsAreMeasured: no file of another hand is left out of the evaluation.
func TestOtherHandsAreMeasured(t *testing.T) {
	measured := map[string]bool{}
	for _, hand := range otherHands {
		for _, f := range hand.files {
			measured[f] = true
		}
	}
	other, _ := knowledge.OtherHand()
	for _, e := range other {
		if !measured[e.Writer] {
			t.Fatalf("corpus/%s.tsv is not measured", e.Writer)
		}
	}
}

// TestCoordinating: who shares a matter is suggested where the letter speaks of both, and
// nobody where it does not, or only seems to.
func TestCoordinating(t *testing.T) {
	t.Parallel()
	model, err := routingModelForTest()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"Đề nghị Bộ Giáo dục và Đào tạo cùng Bộ Y tế quy định rõ ai chịu trách nhiệm về bếp ăn bán trú của trường học.":                {"bgddt", "byt"},
		"Ngã tư ở Huế chưa có đèn tín hiệu. Hỏi công an thì bảo là của Sở Xây dựng, sở bảo chờ công an khảo sát.":                      {"so-xd-46", "ca-tinh-46"},
		"Hơn bốn chục học sinh ở Huế ngộ độc bữa trưa bán trú. Nhờ bên y tế lấy mẫu, bên giáo dục cho dừng nhà cung cấp suất ăn.":      {"so-gddt-46", "so-yt-46"},
		"Ban đêm ở Huế có nhóm người vào rừng phòng hộ cưa trộm gỗ lim chở đi bán, xin công an bắt.":                                   {"ca-tinh-46", "so-nnmt-46"},
		"Ở Huế có hai thanh niên đột nhập nhà tôi lấy trộm xe máy, xin công an điều tra.":                                              {},
		"Em học ngành xây dựng ở một trường tại Huế, nay hỏi Sở Giáo dục và Đào tạo về học phí.":                                       {},
		"Đề nghị Bộ Giáo dục và Đào tạo sửa thông tư về dạy thêm, học thêm.":                                                           {},
		"Tôi từng là công an viên thôn ở Huế, nay hỏi Sở Nội vụ về trợ cấp thôi việc.":                                                 {},
		"Công ty ở Huế nợ lương ba tháng, đề nghị thanh tra lao động của Sở Nội vụ vào cuộc.":                                          {},
		"Tôi tố cáo trưởng phòng của Sở Xây dựng ở Huế nhận tiền, việc này Công an thành phố Huế đã biết. Đề nghị giữ bí mật cho tôi.": {},
	} {
		p := predict(model, predictLine{Text: text}, 0)
		got := p.With
		if len(got) > 0 {
			got = append(got, p.Suggestions[0].Agency)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
