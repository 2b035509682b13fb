package search

import (
	"strings"

	"kiennghi/models"
)

// formulas are the phrases that a letter to an authority is wrapped in; they say
// nothing about its matter. Folded.
var formulas = strings.NewReplacer(replaceBy(" | ",
	"cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc", "kinh gui", "kinh thua", "kinh mong", "kinh de nghi", "kinh chuyen",
	"xin chan thanh cam on", "xin tran trong cam on", "chan thanh cam on", "tran trong cam on", "xin cam on", "rat mong", "toi mong", "mong muon",
	"cac co quan chuc nang", "co quan chuc nang", "cac co quan", "quy co quan", "co quan", "co tham quyen", "tham quyen", "cac cap", "lanh dao",
	"xem xet giai quyet", "xem xet", "giai quyet", "kiem tra xu ly", "som xu ly", "xu ly", "trinh bay", "nhu sau", "phan anh", "kien nghi", "de nghi",
	"toi ten la", "toi la", "chung toi", "gia dinh toi", "nguoi dan", "ba con", "cu tri", "hien nay", "hien tai", "thoi gian qua", "trong thoi gian", "da nhieu lan", "nhieu lan", "xin hoi",
)...)

func replaceBy(by string, phrases ...string) []string {
	var out []string
	for _, p := range phrases {
		out = append(out, spaced(strings.Fields(p)), by)
	}
	return out
}

// spaced puts a space on either side of each word, so that a phrase is found after another.
func spaced(words []string) string { return " " + strings.Join(words, "  ") + " " }

// common are syllables that stand in nearly every text. Folded.
var common = set(`la va cua cho co khong duoc cac nhung mot nay do o tai trong ngoai tren duoi voi den tu ra vao thi ma nen vi
	bi da dang se van cung rat qua roi khi neu nhu the nao gi ai toi em chung ta ho anh chi ong ba xin ve theo de hay hoac con
	chi phai can lai len xuong di nhieu it moi tung sau truoc hien vay day kia cu luon bang boi`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// Telling returns what a text of any length is about: runs of folded words between
// the formulas, at most limit words in all. Vietnamese puts a space after every
// syllable, so that neighbours within a run belong together.
func Telling(text string, limit int) [][]string {
	words := models.Words(text)
	s := formulas.Replace(spaced(words[:min(len(words), 5000)]))
	var out [][]string
	for _, run := range strings.Split(s, "|") {
		words := strings.Fields(run)
		if words = words[:min(len(words), limit)]; len(words) > 0 {
			out = append(out, words)
			limit -= len(words)
		}
	}
	return out
}

// Common reports whether a folded syllable says nothing by itself.
func Common(word string) bool { return common[word] }
