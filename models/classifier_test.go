package models

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func lessonsForTest() []Example {
	var out []Example
	for _, tail := range []string{"", " mấy hôm nay", " ở xóm tôi", " suốt tháng này"} {
		out = append(out,
			Example{Text: "Đèn đường hỏng tối om" + tail, Kind: "incident", Field: "ha-tang", Level: Communal, Agency: "xa-ubnd"},
			Example{Text: "Nhà trường thu học phí quá cao" + tail, Kind: "feedback", Field: "giao-duc", Level: Provincial, Agency: "so-gddt"},
			Example{Text: "Tôi tố cáo giám đốc nhận hối lộ" + tail, Kind: "denunciation", Field: "ha-tang", Level: Provincial, Agency: "so-xd"})
	}
	return out
}

func TestClassifierLearns(t *testing.T) {
	c := TrainClassifier(lessonsForTest(), ModelHeader{Corpus: "test"})
	for text, want := range map[string]string{
		"đèn đường lại hỏng": "xa-ubnd", "den duong hong": "xa-ubnd", "học phí cao": "so-gddt", "TỐ CÁO HỐI LỘ": "so-xd",
	} {
		if got, p := c.Guess(text).Agency.Best(); got != want || p < 0.5 {
			t.Errorf("%q: %s with %.2f, want %s", text, got, p, want)
		}
	}
	if g := c.Guess("đèn đường"); g.Known < 0.9 {
		t.Errorf("%.2f of known words are known", g.Known)
	}
	if g := c.Guess("zzz qqq"); g.Known > 0 {
		t.Errorf("%.2f of unknown words are known", g.Known)
	}
}

// TestClassifierWithoutLabels holds that who never saw a label guesses none.
func TestClassifierWithoutLabels(t *testing.T) {
	lessons := lessonsForTest()
	for i := range lessons {
		lessons[i].Field = ""
	}
	if got, _ := TrainClassifier(lessons, ModelHeader{}).Guess("đèn đường hỏng").Field.Best(); got != "" {
		t.Errorf("the field is %q", got)
	}
}

func TestModelFile(t *testing.T) {
	c := TrainClassifier(lessonsForTest(), ModelHeader{Corpus: "test"})
	file, err := c.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again, err := TrainClassifier(lessonsForTest(), ModelHeader{Corpus: "test"}).MarshalBinary()
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("training twice gives two models: %v", err)
	}
	read, err := ReadClassifier(file)
	if err != nil {
		t.Fatal(err)
	}
	a, b := c.Guess("đèn đường hỏng"), read.Guess("đèn đường hỏng")
	for i := range a.Agency.P {
		if a.Agency.P[i] != b.Agency.P[i] {
			t.Errorf("%s: %v before, %v after", a.Agency.Labels[i], a.Agency.P[i], b.Agency.P[i])
		}
	}
	for _, bad := range [][]byte{nil, []byte("\n"), []byte("{}\n"), file[:len(file)/2], bytes.Replace(file, []byte(`"features":`), []byte(`"features":9`), 1)} {
		if _, err := ReadClassifier(bad); err == nil {
			t.Errorf("a damaged file of %d bytes is read", len(bad))
		}
	}
}

func TestADenunciationPassesByWhoIsDenounced(t *testing.T) {
	guess := &Guess{
		Agency:      Odds{[]string{"so-xd", "xa-ubnd"}, []float64{0.3, 0.7}},
		Level:       Odds{[]string{Communal, Provincial}, []float64{0.7, 0.3}},
		Field:       Odds{[]string{"ha-tang"}, []float64{1}},
		Calibration: Calibration{Temperature: 1},
	}
	in := RouteInput{Body: "Tố cáo giám đốc Sở Xây dựng và chủ tịch phường", Province: "79", Commune: "26740", Guess: guess, Kind: Denunciation}
	if got := rank(in, nil, nil); len(got.Suggestions) != 1 || got.Suggestions[0].Agency != "ubnd-79" {
		t.Errorf("suggested %+v", got.Suggestions)
	}
	in.Kind = Ordinary
	if got := first(rank(in, nil, nil)); got != "xa-26740" {
		t.Errorf("suggested %s", got)
	}
}

func TestADenunciationMayAskTheInspectorate(t *testing.T) {
	guess := &Guess{
		Agency:      Odds{[]string{"so-ttra", "xa-ubnd"}, []float64{0.9, 0.1}},
		Level:       Odds{[]string{Communal, Provincial}, []float64{0.1, 0.9}},
		Field:       Odds{[]string{"ha-tang"}, []float64{1}},
		Calibration: Calibration{Temperature: 1},
	}
	in := RouteInput{Province: "79", Commune: "26740", Guess: guess, Kind: Denunciation}
	for body, want := range map[string]string{
		"Tố cáo giám đốc một ban quản lý, đề nghị Thanh tra thành phố xác minh":                  "so-ttra-79",
		"To cao giam doc mot ban quan ly, de nghi Thanh tra thanh pho xac minh":                  "so-ttra-79",
		"Tố cáo một trưởng phòng của Thanh tra thành phố":                                        "ubnd-79",
		"To cao chanh thanh tra thanh pho, de nghi Thanh tra thanh pho tra loi toi bang van ban": "ubnd-79",
	} {
		in.Body = body
		if got := first(rank(in, nil, nil)); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
}

func TestALocalMatterWithoutAPlaceIsForItsKindOfAgency(t *testing.T) {
	guess := &Guess{
		Agency:      Odds{[]string{"so-xd", "xa-ubnd", "bxd"}, []float64{0.1, 0.85, 0.05}},
		Level:       Odds{[]string{Central, Communal, Provincial}, []float64{0.05, 0.85, 0.1}},
		Field:       Odds{[]string{"ha-tang"}, []float64{1}},
		Calibration: Calibration{Temperature: 1},
	}
	in := RouteInput{Body: "Đèn đường hỏng", Guess: guess, Least: 5}
	for _, c := range []struct {
		province, commune, want string
		noPlace                 bool
	}{{"", "", "xa-ubnd", true}, {"79", "", "xa-ubnd", true}, {"79", "26740", "xa-26740", false}} {
		in.Province, in.Commune = c.province, c.commune
		got := rank(in, nil, nil)
		if first(got) != c.want || got.NoPlace != c.noPlace {
			t.Errorf("in %q %q: %+v", c.province, c.commune, got)
		}
		if _, sure := got.Confident(0.1); sure == c.noPlace {
			t.Errorf("in %q %q: sure %v", c.province, c.commune, sure)
		}
		for _, s := range got.Suggestions {
			if len(s.Reasons) != len(s.ReasonsEN) {
				t.Errorf("%q in English: %q", s.Reasons, s.ReasonsEN)
			}
		}
	}
	in.Province, in.Commune, in.Kind = "", "", Denunciation
	if got := first(rank(in, nil, nil)); got != "ubnd-*" {
		t.Errorf("a denunciation in an unknown commune goes to %q", got)
	}
	if a, ok := routeTree.Template("xa-ubnd"); !ok || a.Name != "UBND xã, phường, đặc khu" || a.NameEN != "People's Committee of the commune, ward or special zone" {
		t.Errorf("%+v %v", a, ok)
	}
	if a, ok := routeTree.Template("so-xd"); !ok || a.Name != "Sở Xây dựng của tỉnh, thành phố" || a.NameEN != "Department of Construction of the province or city" {
		t.Errorf("%+v %v", a, ok)
	}
	if _, ok := routeTree.Template("so-xd-79"); ok {
		t.Error("an agency is no template")
	}
}

func TestKindIsWhatPhrasesAndWordsSay(t *testing.T) {
	r := &Reference{Triage: NewTriage(TriageCues{Cues: map[Kind][]Cue{Emergency: {{"đang cháy", 1}}, Complaint: {{"khiếu nại", 1}}}})}
	if got := r.Kind("", "giám đốc nhận hối lộ suốt tháng này"); got != Ordinary {
		t.Errorf("without a classifier %s", got)
	}
	r.Classifier = TrainClassifier(lessonsForTest(), ModelHeader{})
	for body, want := range map[string]Kind{
		"giám đốc nhận hối lộ suốt tháng này": Denunciation, "đèn đường tối om": Ordinary, "khiếu nại đèn đường tối om": Ordinary,
		"nhà tôi đang cháy, giám đốc nhận hối lộ": Emergency,
	} {
		if got := r.Kind("", body); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
		if got, want := r.Accuses("", body), strings.Contains(body, "cháy") || strings.Contains(body, "khiếu nại"); got != want {
			t.Errorf("%q accuses by its phrases: %v", body, got)
		}
	}
}

func TestAssignFrom(t *testing.T) {
	c := &Classifier{ModelHeader: ModelHeader{Accepted: []AcceptedAt{{0.5, 0.2, 0.9}, {0.8, 0.04, 0.5}, {0.9, 0.01, 0.2}}}}
	for _, x := range []struct{ least, accepted, want float64 }{
		{0.75, 0.05, 0.8}, {0.85, 0.05, 0.85}, {0.75, 0.03, 0.9}, {0.75, 0.001, 0}, {0, 0.05, 0}, {0.75, 0, 0}, {0.5, 0.2, 0.5},
	} {
		if got := c.AssignFrom(x.least, x.accepted); got != x.want {
			t.Errorf("from %v with %v wrong: %v, want %v", x.least, x.accepted, got, x.want)
		}
	}
}

func TestFeaturesAreSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOf(rapid.Uint32()).Draw(t, "features")
		got := make([]feature, len(in))
		for i, f := range in {
			got[i] = feature(f)
		}
		slices.Sort(in)
		got, _ = sorted(got, nil)
		for i, f := range got {
			if uint32(f) != in[i] {
				t.Fatalf("%d: %d, want %d", i, f, in[i])
			}
		}
	})
}

// TestWhatItIsNot: a letter that an agency sent back is less likely its, and more likely what it
// else might be; what it is and where nothing says.
func TestWhatItIsNot(t *testing.T) {
	both := []Example{{Text: "Nước thải chảy ra đường", Agency: "so-nnmt", Kind: "feedback", Field: "ha-tang", Level: Provincial}, {Text: "Nước thải chảy ra đường", Agency: "xa-ubnd", Kind: "feedback", Field: "ha-tang", Level: Provincial}}
	lessons := lessonsForTest()
	for range 4 {
		lessons = append(lessons, both...)
	}
	before := TrainClassifier(lessons, ModelHeader{}).Guess(both[0].Text)
	for range 3 {
		lessons = append(lessons, Example{Text: both[0].Text, Agency: "so-nnmt", Not: true})
	}
	after := TrainClassifier(lessons, ModelHeader{}).Guess(both[0].Text)
	if a, b := before.Agency.Of("so-nnmt"), after.Agency.Of("so-nnmt"); b > a-0.1 {
		t.Errorf("%.2f before, %.2f after", a, b)
	}
	if got, p := after.Agency.Best(); got != "xa-ubnd" || p < 0.5 {
		t.Errorf("it is for %s with %.2f", got, p)
	}
}
