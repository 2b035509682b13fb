package models_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// territoryCases reads texts with the places that a person found in them.
func territoryCases(t testing.TB, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n")[1:] {
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			t.Fatalf("%s: %q has %d columns, not place, text, province, commune", name, line, len(c))
		}
		out = append(out, c)
	}
	return out
}

func TestLocate(t *testing.T) {
	t.Parallel()
	for _, set := range []struct {
		file               string
		right, named, none float64 // shares: all right; province found; no place where there is none
	}{
		{"testdata/territory.tsv", 1, 1, 1},
		{"testdata/territory_second.tsv", 0.97, 0.97, 0.97},
		{"testdata/territory_third.tsv", 0.98, 0.98, 1}, // before it was looked at: 0.973, 0.982, 0.947
	} {
		var right, named, found, none, empty float64
		cases := territoryCases(t, set.file)
		for _, c := range cases {
			l := places.Locate(c[0], c[1])
			if l.Province == c[2] && l.Commune == c[3] {
				right++
			} else {
				t.Logf("%q %q: %s %s, want %s %s; candidates %v; from %q", c[0], c[1], l.Province, l.Commune, c[2], c[3], l.Candidates, l.Quote)
			}
			switch {
			case c[2] == "":
				none++
				if l.Province == "" {
					empty++
				}
			default:
				named++
				if l.Province == c[2] {
					found++
				}
			}
		}
		t.Logf("%s: %.0f of %d right; province %.0f of %.0f; none where none is %.0f of %.0f", set.file, right, len(cases), found, named, empty, none)
		if right < set.right*float64(len(cases)) || found < set.named*named || empty < set.none*none {
			t.Errorf("%s: less than %v", set.file, set)
		}
	}
}

// Every commune of before is found by its address, with accents and without.
func TestLocateKnowsEveryFormerCommune(t *testing.T) {
	t.Parallel()
	for _, form := range []func(u models.FormerUnit) string{
		func(u models.FormerUnit) string {
			return "Rác thải tại " + u.Name + ", " + u.District + ", " + u.Province + " kéo dài."
		},
		func(u models.FormerUnit) string {
			return models.Fold("rac thai o " + u.Name + " " + u.District + " tinh " + u.Province + " keo dai")
		},
		func(u models.FormerUnit) string {
			return strings.ToUpper(u.Name + " " + u.District + " tỉnh " + u.Province + " mất nước")
		},
	} {
		wrong, unsure, all := 0, 0, 0
		for _, u := range knowledge.FormerUnits() {
			if u.Name == "" {
				continue
			}
			all++
			now, _ := places.Commune(u.Now[0])
			switch l := places.Locate("", form(u)); {
			case l.Province != now.Province && l.Province != "", l.Commune != "" && !slices.Contains(u.Now, l.Commune):
				wrong++
				t.Logf("%q: %+v, is %v", form(u), l, u.Now)
			case l.Province == "", l.Commune == "" && len(u.Now) == 1:
				unsure++
			}
		}
		t.Logf("%d of %d wrong, %d not certain", wrong, all, unsure)
		if wrong > 0 || unsure > 100 {
			t.Errorf("%d of %d wrong, %d not certain", wrong, all, unsure)
		}
	}
}

func TestLocateKeepsWhatANameMayMean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ place, text, want string }{
		{"", "Phường Tân Tiến không thu rác cả tuần nay.", "24133"},
		{"", "Tại Hà Nội và Đà Nẵng đều thu phí khác nhau.", "01 48"},
		{"", "Tôi quê Nghệ An, xin hỏi về bảo hiểm.", "40"},
		{"Dĩ An", "hẻm ngập", "25942"},
	} {
		l := places.Locate(c.place, c.text)
		for _, code := range strings.Fields(c.want) {
			if !slices.Contains(l.Candidates, code) {
				t.Errorf("%q %q may mean %v, not %s", c.place, c.text, l.Candidates, code)
			}
		}
	}
	if l := places.Locate("", "Rác tại P. Bến Nghé, Q.1 không ai thu."); l.Quote != "P. Bến Nghé, Q.1" {
		t.Errorf("was read from %q", l.Quote)
	}
}

// Whatever is written, codes exist and belong together.
func FuzzLocate(f *testing.F) {
	for _, c := range territoryCases(f, "testdata/territory.tsv") {
		f.Add(c[0], c[1])
	}
	f.Add("tp", "phường")
	f.Add("P5", "q")
	f.Add("\xff", "xa\u0300 \u0300")
	f.Fuzz(func(t *testing.T, place, text string) {
		l := places.Locate(place, text)
		if _, ok := places.Province(l.Province); l.Province != "" && !ok {
			t.Errorf("province %q", l.Province)
		}
		if c, ok := places.Commune(l.Commune); l.Commune != "" && (!ok || c.Province != l.Province) {
			t.Errorf("commune %q of %q", l.Commune, l.Province)
		}
		for _, code := range l.Candidates {
			_, province := places.Province(code)
			if c, commune := places.Commune(code); !province && (!commune || l.Province != "" && c.Province != l.Province) {
				t.Errorf("candidate %q of %q", code, l.Province)
			}
		}
		if (l.Quote == "") != (l.Province == "" && len(l.Candidates) == 0) {
			t.Errorf("%+v", l)
		}
	})
}

func BenchmarkLocate(b *testing.B) {
	text := strings.Repeat("Kính gửi cơ quan chức năng, tôi xin phản ánh tình trạng đường hẻm ngập nước mỗi khi mưa lớn. ", 4) +
		"Sự việc xảy ra tại phường Hiệp Bình Chánh, thành phố Thủ Đức, TP.HCM đã nhiều tháng, mong sớm được xử lý."
	places.Locate("", text)
	b.Logf("%d words", len(strings.Fields(text)))
	b.ReportAllocs()
	for b.Loop() {
		places.Locate("", text)
	}
}
