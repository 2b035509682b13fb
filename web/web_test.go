package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jba/templatecheck"

	"kiennghi/models"
)

// pages is one of every page. A template that none of them names fails a test.
var pages = []Page{
	&Home{}, &Answers{}, &Answer{}, &Agencies{}, &Agency{}, &Figures{}, &Problem{}, &ConsoleProblem{},
	&My{}, &MyCase{}, &MyStep{}, &MyNotices{}, &MySettings{},
	&Help{}, &Privacy{}, &Accessibility{},
	&SubmitWhat{}, &SubmitSimilar{}, &SubmitWhere{}, &SubmitFiles{}, &SubmitWho{}, &SubmitCheck{}, &SubmitSent{}, &Track{}, &Offline{},
	&SignIn{}, &SignInCode{}, &StaffSignIn{}, &Resend{}, &ConsoleResend{}, &Sessions{}, &ConsoleSessions{}, &TOTP{},
	&Inbox{}, &Case{}, &CaseFilePage{},
	&KeyIn{}, &Overdue{}, &Between{}, &Reminders{}, &UrgingLetter{}, &Work{}, &Audit{}, &ReplyTemplates{}, &ReplyTemplate{}, &Password{},
	&Admin{}, &AdminStaff{}, &AdminMember{}, &AdminAgencies{}, &AdminAgency{}, &AdminRules{}, &MyData{}, &PrivacyDesk{}, &AdminFields{}, &AdminField{}, &AdminFeatures{}, &Routing{}, &Letters{},
}

func newSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(func() time.Time { return time.Date(2026, 3, 5, 9, 0, 0, 0, models.VietNam) })
	if err != nil {
		t.Fatal(err)
	}
	s.absent = func(key string) { t.Errorf("%s is not in the catalogue", key) }
	return s
}

// TestTemplatesAgainstTheirStructs checks every branch of every template against the
// fields and methods that its struct has, and that each template has a struct.
func TestTemplatesAgainstTheirStructs(t *testing.T) {
	s := newSite(t)
	var have []string
	for _, p := range pages {
		have = append(have, p.Template())
		for _, lang := range Languages {
			tmpl, err := s.page(p.Template(), lang)
			if err != nil {
				t.Errorf("%T: %v", p, err)
				continue
			}
			layout := "public"
			if strings.HasPrefix(p.Template(), "console/") {
				layout = "console"
			}
			if err := templatecheck.CheckHTML(tmpl.Lookup(layout), p); err != nil {
				t.Errorf("%s with %T: %v", p.Template(), p, err)
			}
		}
	}
	names, err := pageNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !slices.Contains(have, name) {
			t.Errorf("templates/%s.html is in no struct of the list pages", name)
		}
	}
}

// TestEveryPageRenders executes every template with structs that are empty, full and filled
// at random, in both languages.
func TestEveryPageRenders(t *testing.T) {
	s := newSite(t)
	for _, p := range pages {
		for round := range 20 {
			random := rand.New(rand.NewPCG(uint64(round), 7))
			fresh := reflect.New(reflect.TypeOf(p).Elem())
			fillIn(fresh.Elem(), random, []float64{0, 1, 0.67}[min(round, 2)], 0)
			filled := fresh.Interface().(Page)
			f := filled.Around()
			f.Token = func() string { return "token" }
			for _, f.Lang = range Languages {
				var b bytes.Buffer
				if err := s.Render(&b, filled); err != nil {
					t.Fatalf("%s, round %d: %v", p.Template(), round, err)
				}
				html := b.String()
				for _, wrong := range []string{"ZgotmplZ", "<no value>", "%!", "<nil>"} {
					if strings.Contains(html, wrong) {
						t.Errorf("%s, round %d: the page has %q", p.Template(), round, wrong)
					}
				}
				if n := strings.Count(html, "<h1"); n != 1 {
					t.Errorf("%s, round %d: %d h1", p.Template(), round, n)
				}
				if !strings.Contains(html, `<html lang="`+f.Lang+`"`) || !strings.Contains(html, `<meta name="viewport"`) {
					t.Errorf("%s lacks its language or viewport", p.Template())
				}
			}
		}
	}
}

// fillIn fills a share of what is in a value, at random. Types whose values are a known
// list always get one of these.
func fillIn(v reflect.Value, r *rand.Rand, share float64, depth int) {
	if !v.CanSet() || depth > 8 {
		return
	}
	switch v.Interface().(type) {
	case models.Role:
		v.Set(reflect.ValueOf(models.Roles[r.IntN(len(models.Roles))]))
		return
	case models.TaskStatus:
		all := []models.TaskStatus{models.TaskOpen, models.TaskDone, models.TaskReturned, models.TaskCancelled}
		v.Set(reflect.ValueOf(all[r.IntN(len(all))]))
		return
	case models.Status:
		v.Set(reflect.ValueOf(models.Statuses[r.IntN(len(models.Statuses))]))
		return
	case models.Kind:
		v.Set(reflect.ValueOf(models.Kinds[r.IntN(len(models.Kinds))]))
		return
	case models.Source:
		v.Set(reflect.ValueOf(models.Sources[r.IntN(len(models.Sources))]))
		return
	case models.ReplyStatus:
		v.Set(reflect.ValueOf([]models.ReplyStatus{models.ReplyDraft, models.ReplySubmitted, models.ReplyRejected, models.ReplySent}[r.IntN(4)]))
		return
	case models.Outcome:
		v.Set(reflect.ValueOf([]models.Outcome{models.OutcomeWaiting, models.OutcomeReturned, models.OutcomeApproved, models.OutcomeDropped, ""}[r.IntN(5)]))
		return
	case models.Action:
		v.Set(reflect.ValueOf([]models.Action{models.ActReceive, models.ActMessage, models.ActAssign, models.ActApprove}[r.IntN(4)]))
		return
	case models.Hidden:
		v.Set(reflect.ValueOf(models.Hidden{In: []string{"title", "body", "reply"}[r.IntN(3)], Text: "0912345678"}))
		return
	case CaseView:
		v.Set(reflect.ValueOf(CaseView{Name: "mine", Path: "/console?view=mine", Key: "c", Count: r.IntN(5000), Current: r.IntN(2) == 0}))
		return
	case CaseList:
		v.FieldByName("View").SetString("all")
		for _, name := range []string{"Views", "Rows", "First", "Next"} {
			fillIn(v.FieldByName(name), r, share, depth+1)
		}
		return
	}
	if r.Float64() >= share && v.Kind() != reflect.Struct {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1+r.IntN(28), r.IntN(24), 0, 0, 0, time.UTC)))
		return
	case template.HTML:
		v.SetString("<b>x</b>")
		return
	case template.URL:
		v.SetString("data:image/png;base64,AA")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"Chữ Việt", "<script>alert(1)</script>", strings.Repeat("dài ", 80), "\u202engược"}[r.IntN(4)])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(int64(r.IntN(5)) * 617)
	case reflect.Float64:
		v.SetFloat(r.Float64())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem(), r, share, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 4))
		for i := range v.Len() {
			fillIn(v.Index(i), r, share, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillIn(key, r, 1, depth+1)
		fillIn(value, r, share, depth+1)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i), r, share, depth+1)
		}
	}
}

// sourcesOf calls do with every template and every file of Go of the pages, but for tests.
func sourcesOf(t *testing.T, do func(name, text string)) {
	t.Helper()
	for _, dir := range []string{".", "../handlers"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".html") {
				return err
			}
			b, err := os.ReadFile(dir + "/" + name)
			do(dir+"/"+name, string(b))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCatalogue holds the texts to what the pages say: none is missing, none is left over,
// both languages put the same things in. A quoted text that ends with a dot stands for all
// keys that begin with it, as in {{t (print "status." .Status)}}.
func TestCatalogue(t *testing.T) {
	s := newSite(t)
	used := map[string]bool{}
	quoted := regexp.MustCompile(`"([a-z][a-z_]*\.[a-z0-9_.]*)"`)
	called := regexp.MustCompile(`(?:\{\{-?|\(|\s|[:=])th? "([^"]+)"`)
	sourcesOf(t, func(name, text string) {
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		if strings.HasSuffix(name, ".html") {
			for _, m := range called.FindAllStringSubmatch(text, -1) {
				if !s.Has(m[1]) {
					t.Errorf("%s: %q is not in the catalogue", name, m[1])
				}
			}
		}
	})
	holes := regexp.MustCompile(`\{\d\}`)
	for key, x := range s.texts {
		whole := used[key]
		for i, c := range key {
			whole = whole || c == '.' && used[key[:i+1]]
		}
		if !whole {
			t.Errorf("%q is used nowhere", key)
		}
		vi, en := slices.Sorted(slices.Values(holes.FindAllString(x.VI, -1))), slices.Sorted(slices.Values(holes.FindAllString(x.EN, -1)))
		if !slices.Equal(vi, en) {
			t.Errorf("%q: %v is put into the Vietnamese text, %v into the English one", key, vi, en)
		}
	}
	for _, role := range models.Roles {
		if !s.Has(fmt.Sprintf("role.%s", role)) {
			t.Errorf("the role %s has no name", role)
		}
	}
}

// TestTexts puts things into texts.
func TestTexts(t *testing.T) {
	s := newSite(t)
	s.texts["x.many"] = text{VI: "{0} kết quả trong {1}", EN: "{0} results in {1}", One: "1 result in {1}"}
	s.texts["x.html"] = text{VI: "<b>{0}</b>", EN: "<i>{0}</i>"}
	for _, c := range []struct{ got, want string }{
		{s.T("vi", "x.many", 1234, "Huế"), "1.234 kết quả trong Huế"},
		{s.T("en", "x.many", 1234, "Huế {0}"), "1,234 results in Huế {0}"},
		{s.T("en", "x.many", 1, "Huế"), "1 result in Huế"},
		{s.T("vi", "x.many"), "{0} kết quả trong {1}"},
		{string(s.html("vi", "x.html", "<u>")), "<b>&lt;u&gt;</b>"},
		{string(s.html("en", "x.html", template.HTML("<u>"))), "<i><u></i>"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
