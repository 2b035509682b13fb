package knowledge

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"kiennghi/models"
)

func agencyIndex() map[string]models.Agency {
	m := map[string]models.Agency{}
	for _, a := range Agencies() {
		m[a.Code] = a
	}
	return m
}

// names holds every code and template that a remit or field may name.
func names() map[string]bool {
	m := map[string]bool{}
	for _, a := range Agencies() {
		m[a.Code] = true
		m[a.Template] = true
	}
	delete(m, "")
	return m
}

func TestAgenciesFormOneTree(t *testing.T) {
	seen := map[string]models.Agency{}
	for _, a := range Agencies() {
		if _, ok := seen[a.Code]; ok {
			t.Errorf("%s stands twice", a.Code)
		}
		parent, ok := seen[a.Parent] // parents first, so there can be no cycle
		switch {
		case a.Code == models.RootAgency || a.Level == models.LevelOutside:
			if a.Parent != "" {
				t.Errorf("%s has a parent %q", a.Code, a.Parent)
			}
		case !ok:
			t.Errorf("%s: parent %q does not exist before it", a.Code, a.Parent)
		case parent.Level == models.LevelOutside:
			t.Errorf("%s stands under %s, an outside body", a.Code, parent.Code)
		}
		if a.Name == "" || a.NameEN == "" || a.Remit == "" {
			t.Errorf("%s lacks a name or remit: %+v", a.Code, a)
		}
		if strings.ContainsAny(a.Name+a.NameEN, "{}*") {
			t.Errorf("%s: %q, %q keep a mark of the template", a.Code, a.Name, a.NameEN)
		}
		seen[a.Code] = a
	}
	for code, name := range map[string]string{
		"so-xd-79": "Sở Xây dựng thành phố Hồ Chí Minh", "ca-tinh-40": "Công an tỉnh Nghệ An",
		"xa-00004": "UBND phường Ba Đình", "bhxhvn": "Bảo hiểm xã hội Việt Nam",
	} {
		if got := seen[code].Name; got != name {
			t.Errorf("%s is %q, want %q", code, got, name)
		}
	}
	if got := seen["xa-00004"].NameEN; got != "People's Committee of Ba Dinh Ward" {
		t.Errorf("xa-00004 is %q in English", got)
	}
	if seen["xa-00004"].Parent != "ubnd-01" || seen["bhxhvn"].Parent != "btc" || seen["cucthads"].Parent != "btp" {
		t.Error("a known agency has the wrong parent")
	}
}

func TestEveryProvinceHasItsDepartments(t *testing.T) {
	agencies := agencyIndex()
	must := []string{"so-vp", "so-nv", "so-tp", "so-tc", "so-ct", "so-nnmt", "so-xd", "so-khcn", "so-vhttdl", "so-gddt", "so-yt", "so-ttra", "ca-tinh", "qs-tinh", "thue-tinh", "bhxh-tinh"}
	if n := len(Provinces()); n != 34 {
		t.Errorf("%d provinces, want 34", n)
	}
	for _, p := range Provinces() {
		if agencies["ubnd-"+p.Code].Level != models.LevelProvince {
			t.Errorf("no People's Committee of %s", p.Name)
		}
		for _, d := range must {
			if a, ok := agencies[d+"-"+p.Code]; !ok || a.Parent != "ubnd-"+p.Code || a.Template != d {
				t.Errorf("%s lacks %s, or it stands elsewhere: %+v", p.Name, d, a)
			}
		}
		if _, ok := agencies["so-qhkt-"+p.Code]; ok != (p.Code == "01" || p.Code == "79") {
			t.Errorf("%s: so-qhkt exists: %v", p.Name, ok)
		}
	}
}

func TestCommunes(t *testing.T) {
	provinces := map[string]bool{}
	for _, p := range Provinces() {
		provinces[p.Code] = true
	}
	seen := map[string]bool{}
	for _, c := range Communes() {
		if seen[c.Code] || len(c.Code) != 5 || !provinces[c.Province] || strings.TrimSpace(c.Name) == "" {
			t.Errorf("bad commune %+v", c)
		}
		if c.Lat < 6 || c.Lat > 24 || c.Lon < 102 || c.Lon > 118 {
			t.Errorf("%s lies outside Viet Nam: %v, %v", c.Name, c.Lat, c.Lon)
		}
		seen[c.Code] = true
	}
	if len(seen) != 3321 {
		t.Errorf("%d communes, want 3321", len(seen))
	}
}

func TestRemits(t *testing.T) {
	known, have := names(), map[string]bool{}
	for _, r := range Remits() {
		if !known[r.Agency] || have[r.Agency] {
			t.Errorf("remit of %q: unknown agency, or twice", r.Agency)
		}
		if r.Text == "" || len(r.Examples) < 8 || len(r.Examples) > 20 {
			t.Errorf("remit of %s: %d examples, want 8 to 20", r.Agency, len(r.Examples))
		}
		have[r.Agency] = true
	}
	for _, a := range Agencies() {
		if a.Level != models.LevelOutside && !have[a.Code] && !have[a.Template] {
			t.Errorf("%s has no remit", a.Code)
		}
	}
}

func TestFields(t *testing.T) {
	known, seen := names(), map[string]bool{}
	for _, f := range Fields() {
		if seen[f.Slug] || f.Name == "" || f.NameEN == "" || len(f.Cues) < 3 {
			t.Errorf("bad field %+v", f)
		}
		if !known[f.Ministry] || !known[f.Department] {
			t.Errorf("field %s: unknown %s or %s", f.Slug, f.Ministry, f.Department)
		}
		seen[f.Slug] = true
	}
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Error(err)
	}
	return d
}

func TestRules(t *testing.T) {
	agencies, periods := agencyIndex(), map[string][]models.Rule{}
	for _, r := range Rules() {
		_, isAgency := agencies[r.AppliesTo]
		if !isAgency && !slices.Contains([]string{"all", "national", "local"}, r.AppliesTo) {
			t.Errorf("rule %s applies to %q", r.Key, r.AppliesTo)
		}
		if r.Term <= 0 || r.LegalBasis == "" || r.LegalBasisEN == "" ||
			!slices.Contains(models.Units, r.Unit) ||
			!slices.Contains(models.Starts, r.Starts) ||
			!slices.Contains([]string{"read", "secondary", "unconfirmed"}, r.Confidence) {
			t.Errorf("bad rule %+v", r)
		}
		if from := day(t, r.ValidFrom); r.ValidTo != "" && day(t, r.ValidTo).Before(from) {
			t.Errorf("rule %s ends before it begins", r.Key)
		}
		for _, o := range periods[r.Key] {
			if (o.ValidTo == "" || r.ValidFrom <= o.ValidTo) && (r.ValidTo == "" || o.ValidFrom <= r.ValidTo) {
				t.Errorf("two rules %s hold at once", r.Key)
			}
		}
		periods[r.Key] = append(periods[r.Key], r)
	}
}

// TestEveryTermIsThere: each kind of term that the program promises is in force today.
func TestEveryTermIsThere(t *testing.T) {
	rules := models.NewRules(Rules(), Calendar())
	for key, want := range map[string]models.Rule{
		"pakn.answer": {Term: 20, Unit: models.CalendarDays}, "pakn.forward_wrong_authority": {Term: 5, Unit: models.WorkingDays},
		"pakn.progress_update": {Term: 7, Unit: models.CalendarDays}, "pakn.classify": {Term: 5, Unit: models.WorkingDays},
		"pakn.answer_provincial": {Term: 15, Unit: models.WorkingDays}, "pakn.legal_text": {Term: 15, Unit: models.CalendarDays},
		"hien_truong.normal": {Term: 10, Unit: models.WorkingDays}, "hien_truong.urgent": {Term: 1, Unit: models.WorkingDays},
		"khieunai.accept": {Term: 10, Unit: models.CalendarDays}, "khieunai.first": {Term: 30, Unit: models.CalendarDays},
		"khieunai.first_complex": {Term: 45, Unit: models.CalendarDays}, "khieunai.second": {Term: 45, Unit: models.CalendarDays},
		"khieunai.second_complex": {Term: 60, Unit: models.CalendarDays}, "tocao": {Term: 30, Unit: models.CalendarDays}, "tocao.accept": {Term: 7, Unit: models.WorkingDays},
		"donthu.classify": {Term: 10, Unit: models.WorkingDays}, "pdp.acknowledge": {Term: 2, Unit: models.WorkingDays},
		"pdp.withdraw": {Term: 15, Unit: models.CalendarDays}, "pdp.withdraw_processor": {Term: 20, Unit: models.CalendarDays},
		"pdp.breach": {Term: 72, Unit: models.Hours},
	} {
		for _, at := range []time.Time{time.Date(2026, 3, 2, 8, 0, 0, 0, models.VietNam), time.Date(2026, 11, 26, 8, 0, 0, 0, models.VietNam)} {
			r, err := rules.Rule(key, at)
			if err != nil || r.Term != want.Term || r.Unit != want.Unit {
				t.Errorf("%s on %s: %d %s, %v", key, at.Format(time.DateOnly), r.Term, r.Unit, err)
			}
			// Law 136/2025 changed complaints and denunciations; what it put there is not known.
			if at.Month() == time.November && (strings.HasPrefix(key, "khieunai.") || strings.HasPrefix(key, "tocao")) &&
				(r.Confidence != "unconfirmed" || !strings.Contains(r.Note, "136/2025")) {
				t.Errorf("%s does not say that it is unconfirmed: %+v", key, r)
			}
		}
	}
}

func TestCalendar(t *testing.T) {
	c, seen := Calendar(), map[string]bool{}
	for _, h := range c.Holidays {
		if !slices.Contains(c.Years, day(t, h.Date).Year()) || seen[h.Date] || h.Name == "" || h.NameEN == "" || h.Source == "" {
			t.Errorf("bad holiday %+v", h)
		}
		seen[h.Date] = true
	}
	for _, h := range c.Holidays {
		for _, name := range strings.Fields(h.Source) {
			if c.Sources[name] == "" {
				t.Errorf("%s: source %s is not spelled out", h.Date, name)
			}
		}
	}
	if seen["2025-11-24"] || !seen["2026-11-24"] || !seen["2027-11-24"] {
		t.Error("24 November is a holiday from 2026 on")
	}
	for _, w := range c.Workdays {
		if day(t, w.Date).Weekday() != time.Saturday || !seen[w.For] || seen[w.Date] {
			t.Errorf("bad worked Saturday %+v", w)
		}
	}
	for _, y := range c.Years {
		for _, d := range []string{"-01-01", "-04-30", "-05-01", "-09-02"} {
			if date := day(t, time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")+d).Format(time.DateOnly); !seen[date] {
				t.Errorf("%s is missing", date)
			}
		}
	}
}

func TestRefusalGrounds(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range RefusalGrounds() {
		if seen[g.Code] || g.Text == "" || g.TextEN == "" || g.LegalBasis == "" || g.Direction == "" || g.DirectionEN == "" {
			t.Errorf("bad ground %+v", g)
		}
		seen[g.Code] = true
	}
}

func TestAllTextIsNFC(t *testing.T) {
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		if !norm.NFC.IsNormal(text) {
			t.Errorf("%s is not in NFC", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFormerUnits holds the old names to the communes that there are, in the province
// that the old one became.
func TestFormerUnits(t *testing.T) {
	province := map[string]string{"Huế": "46"}
	for _, p := range Provinces() {
		for _, old := range strings.Split(p.MergedFrom, "; ") {
			province[old] = p.Code
		}
	}
	communes := map[string]models.Commune{}
	for _, c := range Communes() {
		communes[c.Code] = c
	}
	covered := map[string]bool{}
	nameless := 0
	for _, u := range FormerUnits() {
		if len(u.Now) == 0 || u.District == "" || province[u.Province] == "" {
			t.Errorf("%+v is incomplete", u)
		}
		if u.Name == "" {
			nameless++
		}
		if u.Name != "" && (!strings.HasPrefix(u.Name, "Phường ") && !strings.HasPrefix(u.Name, "Thị trấn ") && !strings.HasPrefix(u.Name, "Xã ") || !norm.NFC.IsNormalString(u.Name)) {
			t.Errorf("%q is no name of a commune", u.Name)
		}
		for _, code := range u.Now {
			covered[code] = true
			if c, ok := communes[code]; !ok || c.Province != province[u.Province] {
				t.Errorf("%s, %s, %s: %s is no commune of that province", u.Name, u.District, u.Province, code)
			}
		}
	}
	if len(FormerUnits()) != 10040 || nameless != 5 {
		t.Errorf("%d former units, %d of them districts without communes", len(FormerUnits()), nameless)
	}
	if len(covered) < len(Communes())-30 {
		t.Errorf("only %d of %d communes have an old name", len(covered), len(Communes()))
	}
}

func TestNicknames(t *testing.T) {
	t.Parallel()
	places := models.NewPlaces(Provinces(), Communes())
	seen := map[string]bool{}
	for _, n := range Nicknames() {
		if seen[n.Name] || n.Name == "" {
			t.Errorf("%q twice", n.Name)
		}
		seen[n.Name] = true
		for _, code := range n.Means {
			_, province := places.Province(code)
			if _, commune := places.Commune(code); !province && !commune && code != "=" {
				t.Errorf("%s: %q", n.Name, code)
			}
			if code == "=" && !slices.ContainsFunc(FormerUnits(), func(u models.FormerUnit) bool {
				return slices.ContainsFunc(append(slices.Clone(u.Earlier), u.District), func(d string) bool { return strings.HasSuffix(d, " "+n.Name) })
			}) {
				t.Errorf("%s was no district", n.Name)
			}
		}
	}
	readTable("nicknames.tsv", 3, func(line int, c []string) {
		if c[2] != "always" && c[2] != "support" {
			t.Errorf("line %d: %q", line, c[2])
		}
	})
}

func TestReports(t *testing.T) {
	for i, r := range Reports() {
		if r.LastDay < 1 || r.LastDay > 30 || r.LegalBasis == "" || r.LegalBasisEN == "" || !slices.Contains([]string{"read", "secondary", "unconfirmed"}, r.Confidence) || day(t, r.ValidFrom).IsZero() {
			t.Errorf("bad row %+v", r)
		}
		if i > 0 && (Reports()[i-1].ValidTo == "" || Reports()[i-1].ValidTo >= r.ValidFrom) {
			t.Errorf("two rows hold on %s", r.ValidFrom)
		}
	}
}
