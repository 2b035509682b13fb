package knowledge

import (
	"testing"

	"kiennghi/models"
)

func TestFieldsHaveGroups(t *testing.T) {
	groups := map[string]int{}
	for _, g := range FieldGroups() {
		if _, twice := groups[g.Slug]; twice || g.Name == "" || g.NameEN == "" {
			t.Errorf("bad group %+v", g)
		}
		groups[g.Slug] = 0
	}
	for _, f := range Fields() {
		if _, ok := groups[f.Group]; !ok {
			t.Errorf("field %s: unknown group %q", f.Slug, f.Group)
		}
		groups[f.Group]++
	}
	for g, n := range groups {
		if n == 0 {
			t.Errorf("group %s has no field", g)
		}
	}
}

// TestTheModelIsNotStale fails when the corpus, remits or fields changed since the model was
// trained: make routing-train.
func TestTheModelIsNotStale(t *testing.T) {
	c, err := Classifier()
	if err != nil {
		t.Fatal(err)
	}
	if got := LessonsFingerprint(); c.Corpus != got {
		t.Errorf("the model was trained from %s, the lessons are %s: make routing-train", c.Corpus, got)
	}
	if len(routingModel) > 10<<20 {
		t.Errorf("the model has %d bytes, 10 MiB are enough", len(routingModel))
	}
}

func TestCorpusCanBeRead(t *testing.T) {
	_, problems := Corpus()
	_, more := OtherHand()
	for _, p := range append(problems, more...) {
		t.Error(p)
	}
}

// TestDenunciationsWithoutTheirName holds that each teaches what it is without the word, too,
// and nothing else by that.
func TestDenunciationsWithoutTheirName(t *testing.T) {
	named, bare := 0, 0
	lessons, _ := Lessons()
	for _, l := range lessons {
		switch {
		case l.Kind != string(models.Denunciation) || l.Writer == "": // phrases stand for themselves
		case l.Agency == "":
			bare++
			if denounce.MatchString(l.Text) || l.Field != "" || l.Level != "" {
				t.Errorf("%+v", l)
			}
		case denounce.MatchString(l.Text):
			named++
		}
	}
	if named == 0 || bare != named {
		t.Errorf("%d denunciations with the word for it, %d lessons without", named, bare)
	}
}
