package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
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
