package models_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kiennghi/models"
)

func TestCodeSurvivesHowPeopleTypeIt(t *testing.T) {
	for range 200 {
		code := models.NewCode()
		bare := strings.ReplaceAll(strings.TrimPrefix(code, "KN-"), "-", "")
		for _, typed := range []string{code, strings.ToLower(code), bare, " " + code + " ", "kn " + bare[:4] + " " + bare[4:], strings.ReplaceAll(code, "-", "")} {
			if got, ok := models.ParseCode(typed); !ok || got != code {
				t.Fatalf("%q gave %q %v, want %q", typed, got, ok, code)
			}
		}
	}
}

func TestCodeCatchesTypos(t *testing.T) {
	const alphabet = "23456789ACDEFGHJKLMNPQRTUVWXY"
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(rapid.StringMatching("["+alphabet+"]{7}").Draw(t, "code"))
		var whole []byte
		for _, c := range alphabet {
			try := append(append([]byte{}, raw...), byte(c))
			if _, ok := models.ParseCode(string(try)); ok {
				if whole != nil {
					t.Fatal("two check characters fit")
				}
				whole = try
			}
		}
		i := rapid.IntRange(0, 7).Draw(t, "at")
		other := alphabet[rapid.IntRange(0, 28).Draw(t, "other")]
		if wrong := append([]byte{}, whole...); other != wrong[i] {
			wrong[i] = other
			if _, ok := models.ParseCode(string(wrong)); ok {
				t.Fatalf("%s for %s passed", wrong, whole)
			}
		}
		if j := rapid.IntRange(0, 5).Draw(t, "swap"); whole[j] != whole[j+1] {
			whole[j], whole[j+1] = whole[j+1], whole[j]
			if _, ok := models.ParseCode(string(whole)); ok {
				t.Fatalf("swapped neighbours passed: %s", whole)
			}
		}
	})
}

func TestParseCodeRefusesGarbage(t *testing.T) {
	for _, s := range []string{"", "KN-", "KN-AAAA-AAA", "KN-AAAA-AAAAA", "ệ", "KN-0000-0000", strings.Repeat("A", 1000)} {
		if got, ok := models.ParseCode(s); ok {
			t.Errorf("%q passed as %q", s, got)
		}
	}
}
