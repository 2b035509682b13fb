package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
)

// learningReference is what one process knows of routing, with the built-in model.
func learningReference(t *testing.T) *models.Reference {
	t.Helper()
	model, err := knowledge.Classifier()
	if err != nil {
		t.Fatal(err)
	}
	return &models.Reference{Tree: models.NewTree(knowledge.Agencies()), Fields: models.NewFields(knowledge.Fields(), knowledge.FieldGroups()), Triage: models.NewTriage(knowledge.TriageCues()),
		Places: models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...), Classifier: model}
}

// fewLessons is a part of the corpus, one in so many, so that training is quick, and of some
// files, so that what else is written changes no comparison of models by a letter.
func fewLessons(oneIn int) []models.Example {
	all, _ := knowledge.Corpus()
	n := 0
	return slices.DeleteFunc(all, func(e models.Example) bool {
		n++
		return n%oneIn > 0 || e.Writer > "x" || !slices.Contains([]string{"so-xd", "so-ct", "so-yt", "bxd"}, e.Agency)
	})
}

func learning(t *testing.T, change ...func(*Options)) *env {
	t.Helper()
	e := newEnv(t, append([]func(*Options){func(o *Options) {
		o.Routing, o.Lessons, o.Kept, o.Fields = learningReference(t), func() []models.Example { return fewLessons(8) }, knowledge.Retention(), models.NewFields(knowledge.Fields(), knowledge.FieldGroups())
	}}, change...)...)
	e.must(e.st.PutAgencies(t.Context(), knowledge.Agencies()))
	return e
}

// right is whose business the letters of a test are, as officers decide.
const right = "so-yt-79"

// letter routes a new letter about one thing that people say in many ways.
func (e *env) letter(n int) *models.Feedback {
	e.t.Helper()
	begin := []string{"Cụ bà", "Mẹ tôi", "Người già", "Bố tôi", "Chú tôi", "Hàng xóm"}[n%6]
	middle := []string{"đi xe đạp điện sạc ở tầng hầm", "thuê tủ sạc pin xe điện", "đổi pin xe điện tại tủ công cộng", "để xe máy điện sạc qua đêm", "mua gói sạc pin xe điện"}[n/6%5]
	end := []string{"mà tủ sạc rò điện giật tê tay", "thì trạm sạc nóng ran, khét mùi nhựa", "nhưng trụ sạc hỏng, pin phồng rộp"}[n%3]
	text := fmt.Sprintf("%s %s %s.", begin, middle, end)
	f := e.feedback(e.person("", ""), text, e.work(models.WorkRoute, nil))
	_, err := e.st.UpdateFeedback(e.t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Province, f.Body = "79", "Đề nghị kiểm tra trạm sạc pin xe điện này. "+text
		return nil, nil
	})
	e.must(err)
	e.steps()
	return e.load(f.ID)
}

// suggested is the first suggestion for a letter that nobody has decided about.
func (e *env) suggested(n int) string {
	e.t.Helper()
	f := e.letter(n)
	if len(f.Suggestions) == 0 {
		e.t.Fatal("nothing is suggested")
	}
	return f.Suggestions[0].Agency
}

// decide lets an officer assign a case.
func (e *env) decide(id, agency string) {
	e.t.Helper()
	_, err := e.st.UpdateFeedback(e.t.Context(), id, func(f *models.Feedback) ([]models.Work, error) {
		return f.Assign(models.Actor{ID: "officer", Staff: true, Agency: models.RootAgency}, e.o.Routing.Tree.Path(agency), "", e.o.Now())
	})
	e.must(err)
}

func (e *env) learnt() models.Learnt {
	e.t.Helper()
	l, err := store.Learnt(e.t.Context(), e.st)
	e.must(err)
	return l
}

// learnNow trains from more of the corpus, with all processors.
func (e *env) learnNow() (models.Learnt, bool, error) {
	few := func() []models.Example { return fewLessons(1) }
	return Learn(e.t.Context(), e.st, e.o.Routing, Lessons{few, e.o.Kept, 1}, e.o.Now(), nil)
}

// night lets the time pass until after the next training.
func (e *env) night() {
	e.t.Helper()
	e.pass(nextNight(e.o.Now()).Sub(e.o.Now()) + time.Minute)
	e.w.learn(e.t.Context())
}

// TestLearn: officers correct letters about one thing; the next night the model learns, and
// the next letter is suggested to whom they chose, here and in another process, until an
// administrator wants the built-in model.
func TestLearn(t *testing.T) {
	e := learning(t)
	was := e.suggested(93)
	if was == right {
		t.Fatal("the built-in model knows already")
	}
	e.w.learn(t.Context()) // a new installation: only the time of the first training is set
	for n := range learnLeast - 1 {
		e.decide(e.letter(n).ID, right)
	}
	e.night()
	if l := e.learnt(); l.Version != "" || l.Refused != nil {
		t.Fatalf("learnt from %d decisions: %+v", learnLeast-1, l)
	}
	for n := range 20 {
		e.decide(e.letter(20+n).ID, right)
	}
	l, used, err := e.learnNow()
	if err != nil || !used || l != e.learnt() || l.Cases != learnLeast+19 || l.Trial.After.CorpusOf == 0 || !l.Trial.NotWorse() {
		t.Fatalf("not learnt: %v, %+v, %+v", err, l, l.Refused)
	}
	if got := e.suggested(91); got != right {
		t.Errorf("after learning %s is suggested", got)
	}
	mine, o := e.w, e.o
	o.Routing, o.Metrics = learningReference(t), nil
	other := New(o)
	e.w = other
	if got := e.suggested(92); got != right {
		t.Errorf("in another process %s is suggested", got)
	}
	e.w = mine
	e.must(e.st.PutSetting(t.Context(), models.SettingFeatures, models.Features{BuiltInModel: true}.String()))
	e.pass(2 * time.Minute)
	if got := e.suggested(93); got != was {
		t.Errorf("with the built-in model %s is suggested, %s before", got, was)
	}
	if _, _, err := e.learnNow(); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("with the built-in model wanted it learns: %v", err)
	}
}

// TestLearnIsBrokenOff: a process that is stopped while it learns leaves the model that was,
// and another one goes on later.
func TestLearnIsBrokenOff(t *testing.T) {
	e := learning(t)
	for n := range learnLeast {
		e.decide(e.letter(n).ID, right)
	}
	calls := 0
	stop := errors.New("stopped")
	_, used, err := Learn(t.Context(), e.st, e.o.Routing, Lessons{e.o.Lessons, e.o.Kept, 1}, e.o.Now(), func() error {
		if calls++; calls > 500 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || used || e.learnt().Version != "" || e.o.Routing.LearntVersion() != "" {
		t.Fatalf("%v; %+v", err, e.learnt())
	}
	e.w.learn(t.Context())
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	e.pass(nextNight(e.o.Now()).Sub(e.o.Now()) + time.Minute)
	e.w.learn(stopped)
	if !e.learnt().Tried.IsZero() {
		t.Fatal("a process that was stopped learnt")
	}
	e.pass(learnRetry + time.Minute)
	e.w.learn(t.Context())
	if l := e.learnt(); l.Tried.IsZero() || (l.Version == "") == (l.Refused == nil) {
		t.Errorf("not tried later: %+v", l)
	}
}

// TestTwoLearnAtOnce: who comes later leaves the model that the other one stored.
func TestTwoLearnAtOnce(t *testing.T) {
	e := learning(t)
	for n := range learnLeast {
		e.decide(e.letter(n).ID, right)
	}
	stored := false
	_, used, err := Learn(t.Context(), e.st, e.o.Routing, Lessons{e.o.Lessons, e.o.Kept, 1}, e.o.Now(), func() error {
		if stored {
			return nil
		}
		stored = true
		return store.PutLearnt(t.Context(), e.st, models.Learnt{Corpus: e.o.Routing.Classifier.Corpus, Cases: 7}, []byte("of another"))
	})
	if l := e.learnt(); !errors.Is(err, models.ErrConflict) || used || l.Cases != 7 || l.Version != models.Hash("of another") {
		t.Errorf("%v, %+v", err, l)
	}
}

// TestBrokenModel: a learnt model that cannot be read is not used, and somebody is told.
func TestBrokenModel(t *testing.T) {
	var log bytes.Buffer
	e := learning(t, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	corpus := e.o.Routing.Classifier.Corpus
	e.must(store.PutLearnt(t.Context(), e.st, models.Learnt{Corpus: corpus, At: e.o.Now()}, []byte("no model")))
	if e.suggested(1); e.o.Routing.LearntVersion() != "" || !strings.Contains(log.String(), "the built-in one is") {
		t.Errorf("version %q, log %q", e.o.Routing.LearntVersion(), log.String())
	}
	for n := range learnLeast {
		e.decide(e.letter(n).ID, right)
	}
	l, used, err := e.learnNow()
	if err != nil || !used || e.o.Routing.LearntVersion() != l.Version {
		t.Errorf("a new one does not take its place: %v, %+v", err, l.Refused)
	}
	if text, err := e.st.Setting(t.Context(), "routing.model.a"); err != nil || text != "" {
		t.Errorf("the file of the one before is still there: %d bytes, %v", len(text), err)
	}
}

// TestNothingLeftToLearnFrom: a model goes once nothing that it learnt from may teach any more.
func TestNothingLeftToLearnFrom(t *testing.T) {
	e := learning(t)
	file, err := e.o.Routing.Classifier.MarshalBinary()
	e.must(err)
	e.must(store.PutLearnt(t.Context(), e.st, models.Learnt{Corpus: e.o.Routing.Classifier.Corpus, At: e.o.Now(), Tried: e.o.Now()}, file))
	e.must(store.UseLearnt(t.Context(), e.st, e.o.Routing))
	if _, _, err := e.learnNow(); !errors.Is(err, models.ErrNotFound) || e.learnt().Version == "" {
		t.Fatalf("gone at once: %v", err)
	}
	e.pass(learnAgain)
	if _, _, err := e.learnNow(); !errors.Is(err, models.ErrNotFound) || e.learnt().Version != "" {
		t.Errorf("still there: %v, %+v", err, e.learnt())
	}
	if e.must(store.UseLearnt(t.Context(), e.st, e.o.Routing)); e.o.Routing.LearntVersion() != "" {
		t.Error("the built-in model does not count")
	}
}

// TestPastTerm: a learnt model goes when a case that it learnt from is past its term, also
// when what it could be trained to instead is worse.
func TestPastTerm(t *testing.T) {
	e := learning(t)
	file, err := e.o.Routing.Classifier.MarshalBinary()
	e.must(err)
	old := models.Learnt{Corpus: e.o.Routing.Classifier.Corpus, At: e.o.Now(), Tried: e.o.Now(), Cases: 1, Oldest: e.o.Now().AddDate(0, -23, 0)}
	e.must(store.PutLearnt(t.Context(), e.st, old, file))
	e.must(store.UseLearnt(t.Context(), e.st, e.o.Routing))
	learn := func() models.Learnt {
		t.Helper()
		if _, used, err := Learn(t.Context(), e.st, e.o.Routing, Lessons{e.o.Lessons, e.o.Kept, 1}, e.o.Now(), nil); err != nil || used {
			t.Fatalf("used: %v, %v", used, err)
		}
		return e.learnt()
	}
	e.pass(time.Minute)
	for _, x := range fewLessons(12) { // decided so that whoever learns from it gets worse
		f := e.letter(0)
		_, err := e.st.UpdateFeedback(t.Context(), f.ID, func(f *models.Feedback) ([]models.Work, error) {
			f.Title, f.Body = x.Text, x.Text
			return nil, nil
		})
		e.must(err)
		to := right
		if x.Agency == "so-yt" {
			to = "so-ct-79"
		}
		e.decide(f.ID, to)
	}
	if l := learn(); l.Version == "" || l.Refused == nil {
		t.Fatalf("the old model is within its term: %+v", l)
	}
	e.pass(60 * 24 * time.Hour)
	if l := learn(); l.Version != "" || l.Refused == nil || e.o.Routing.LearntVersion() != "" {
		t.Errorf("past its term: %+v, in use %q", l, e.o.Routing.LearntVersion())
	}
	if text, err := e.st.Setting(t.Context(), "routing.model.a"); err != nil || text != "" {
		t.Errorf("its file is still there: %d bytes, %v", len(text), err)
	}
}

// TestPastTermUnused: a learnt model goes past its term also when it cannot be used, or an
// administrator wants the built-in one.
func TestPastTermUnused(t *testing.T) {
	for _, features := range []string{"", models.Features{BuiltInModel: true}.String()} {
		e := learning(t)
		e.must(e.st.PutSetting(t.Context(), models.SettingFeatures, features))
		learnt := models.Learnt{Corpus: "of another program", At: e.o.Now(), Tried: e.o.Now(), Cases: 1, Oldest: e.o.Now()}
		e.must(store.PutLearnt(t.Context(), e.st, learnt, []byte("a model")))
		if _, _, err := e.learnNow(); !errors.Is(err, models.ErrNotFound) || features != "" && e.learnt().Version == "" {
			t.Fatalf("%q: gone at once: %v", features, err)
		}
		e.pass(3 * 365 * 24 * time.Hour)
		if _, _, err := e.learnNow(); !errors.Is(err, models.ErrNotFound) || e.learnt().Version != "" {
			t.Errorf("%q: still there: %v, %+v", features, err, e.learnt())
		}
		if text, err := e.st.Setting(t.Context(), "routing.model.a"); err != nil || text != "" {
			t.Errorf("%q: its file is still there: %q, %v", features, text, err)
		}
	}
}

// TestWhatTeaches: only what officers decided within the term, of people who may be asked.
func TestWhatTeaches(t *testing.T) {
	e := learning(t)
	by := models.Actor{ID: "officer", Staff: true, Agency: models.RootAgency}
	taught := func() (cases int, text string) {
		t.Helper()
		all, err := lessons(t.Context(), e.st, e.o.Routing.Tree, models.RetentionOf(knowledge.Retention(), models.KeptLesson, e.o.Now()), e.o.Now(), nil)
		e.must(err)
		for _, l := range all {
			text += l.Text
		}
		return len(all), text
	}
	decided := func(n int) *models.Feedback {
		f := e.letter(n)
		e.decide(f.ID, right)
		return f
	}
	change := func(id string, do func(f *models.Feedback) ([]models.Work, error)) {
		t.Helper()
		_, err := e.st.UpdateFeedback(t.Context(), id, do)
		e.must(err)
	}
	e.letter(0)
	kept := decided(1)
	change(kept.ID, func(f *models.Feedback) ([]models.Work, error) {
		f.Body += " Tôi là Nguyễn Văn Bí Mật, số điện thoại 0912 345 678."
		f.FindSender(models.Sender{Name: "Nguyễn Văn Bí Mật"})
		return nil, nil
	})
	if n, text := taught(); n != 1 || strings.Contains(text, "345") || strings.Contains(text, "Bí Mật") || !strings.Contains(text, "trạm sạc") {
		t.Fatalf("%d cases: %s", n, text)
	}
	for name, end := range map[string]func(f *models.Feedback){
		"withdrawn": func(f *models.Feedback) {
			change(f.ID, func(f *models.Feedback) ([]models.Work, error) {
				return f.Withdraw(models.Actor{ID: f.SenderID}, "", e.o.Now())
			})
		},
		"severed": func(f *models.Feedback) {
			keys, err := sealKeys(t.Context(), e.st, e.o.Keyring)
			e.must(err)
			e.must(store.Sever(t.Context(), e.st, f.SenderID, keys.Sealer, e.o.Now()))
		},
		"returned, and withdrawn": func(f *models.Feedback) {
			change(f.ID, func(f *models.Feedback) ([]models.Work, error) {
				return f.Return(by, "không đúng thẩm quyền", e.o.Routing.Tree, e.o.Now())
			})
			all, err := lessons(t.Context(), e.st, e.o.Routing.Tree, models.RetentionOf(knowledge.Retention(), models.KeptLesson, e.o.Now()), e.o.Now(), nil)
			e.must(err)
			if i := slices.IndexFunc(all, func(l models.Lesson) bool { return l.Not }); len(all) != 2 || i < 0 || all[i].Wanted != right {
				t.Errorf("returned: it does not teach whose it is not: %+v", all)
			}
			change(f.ID, func(f *models.Feedback) ([]models.Work, error) {
				return f.Withdraw(models.Actor{ID: f.SenderID}, "", e.o.Now())
			})
		},
		"found to accuse somebody": func(f *models.Feedback) {
			for _, k := range []models.Kind{models.Denunciation, models.Ordinary} {
				change(f.ID, func(f *models.Feedback) ([]models.Work, error) {
					return f.Classify(by, models.Classification{Kind: k}, &models.Reference{Rules: e.w.o.Rules, Tree: e.o.Routing.Tree, Places: e.o.Routing.Places}, e.o.Now())
				})
			}
			e.decide(f.ID, right)
		},
		"private": func(f *models.Feedback) {
			change(f.ID, func(f *models.Feedback) ([]models.Work, error) { f.Private = true; return nil, nil })
		},
	} {
		f := decided(2)
		if n, _ := taught(); n != 2 {
			t.Fatalf("%s: %d cases before", name, n)
		}
		end(f)
		if n, _ := taught(); n != 1 {
			t.Errorf("%s: %d cases teach", name, n)
		}
	}
	e.pass(25 * 31 * 24 * time.Hour)
	if n, _ := taught(); n != 0 {
		t.Errorf("%d cases teach past their term", n)
	}
}
