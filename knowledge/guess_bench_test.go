package knowledge

import (
	"testing"

	"kiennghi/models"
)

func letter() (title, body string) {
	return "Ổ gà trước cổng trường", "Đoạn đường trước cổng trường tiểu học có nhiều ổ gà sâu, trời mưa nước đọng không thấy đường, học sinh đi xe đạp bị ngã mấy lần. Bà con đã báo phường ba tháng nay mà chưa thấy ai sửa. Đề nghị cơ quan có trách nhiệm cho vá sớm trước mùa mưa và trả lời để người dân được biết."
}

// BenchmarkGuess reads a letter of 65 words.
func BenchmarkGuess(b *testing.B) {
	c, err := Classifier()
	if err != nil {
		b.Fatal(err)
	}
	title, body := letter()
	b.ReportAllocs()
	for b.Loop() {
		c.Guess(title + "\n" + body)
	}
}

// BenchmarkGuessLong reads one of 2,000 words.
func BenchmarkGuessLong(b *testing.B) {
	c, err := Classifier()
	if err != nil {
		b.Fatal(err)
	}
	title, body := letter()
	text := Long(models.Example{Text: title + "\n" + body}, 2000).Text
	b.ReportAllocs()
	for b.Loop() {
		c.Guess(text)
	}
}

// BenchmarkKind tells what it is, as each submission waits for.
func BenchmarkKind(b *testing.B) {
	c, err := Classifier()
	if err != nil {
		b.Fatal(err)
	}
	ref := &models.Reference{Triage: models.NewTriage(TriageCues()), Classifier: c}
	title, body := letter()
	b.ReportAllocs()
	for b.Loop() {
		ref.Kind(title, body)
	}
}
