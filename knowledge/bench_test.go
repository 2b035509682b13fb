package knowledge

import (
	"encoding/json"
	"strings"
	"testing"

	"kiennghi/models"
)

// BenchmarkLoad measures what a start of the program pays for reading the data. The
// exported functions remember their results, so it calls what stands behind them.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		agencies := loadAgencies()
		if len(agencies) < 4000 || len(loadCommunes()) == 0 || len(loadProvinces()) == 0 || len(loadFields()) == 0 {
			b.Fatal("nothing loaded")
		}
		readJSON[[]models.Remit]("remits.json")
		readJSON[[]models.Rule]("rules.json")
		readJSON[models.Calendar]("holidays.json")
		readJSON[[]models.RefusalGround]("refusal_grounds.json")
		readJSON[models.TriageCues]("triage.json")
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		readJSON[[]DemoFeedback]("demo/feedback.json")
	}
}

func TestAParseErrorNamesItsLine(t *testing.T) {
	text := []byte("[\n {\"term\": 1},\n {\"term\": \"two\"}\n]")
	err := json.Unmarshal(text, new([]models.Rule))
	if line := lineOf(text, err); line != 3 {
		t.Errorf("line %d, want 3", line)
	}
	defer func() {
		if s, _ := recover().(string); !strings.HasPrefix(s, "knowledge/provinces.tsv:2: 5 columns") {
			t.Errorf("panic says %q", s)
		}
	}()
	readTable("provinces.tsv", 7, func(int, []string) {})
}
