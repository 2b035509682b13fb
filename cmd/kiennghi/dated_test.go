package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/mongo/mongotest"
	"kiennghi/store/sqlite"
)

// TestAmendedDeadline counts beside a running program, in either database, by what is stored.
func TestAmendedDeadline(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		i := newInstall(t)
		i.Serve()
		s, err := sqlite.Open(t.Context(), filepath.Join(i.Data, databaseFile))
		if err != nil {
			t.Fatal(err)
		}
		countAmended(t, i, s)
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		uri := mongotest.Start(t)
		i := newInstall(t, "KIENNGHI_MONGO_URI="+uri)
		i.Serve()
		s, err := mongo.Open(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		countAmended(t, i, s)
	})
}

func countAmended(t *testing.T, i *install, s store.Store) {
	defer s.Close()
	const key, day, holiday = "pakn.classify", "2026-12-01", "2026-12-02"
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, models.VietNam)
	for _, a := range []models.Amendment{
		{ID: "rule", Rule: &models.Rule{Key: key, Term: 5, Unit: models.OpenHours, Starts: "receipt", AppliesTo: "ubnd-48", Province: "48",
			LegalBasis: "Quyết định 9/2026", LegalBasisEN: "Decision 9/2026", ValidFrom: day, Confidence: "read"}},
		{ID: "hours", Hours: &models.OfficeHours{Agency: "ubnd-48", From: day, Windows: []models.Window{{From: "08:00", To: "10:00"}, {From: "14:00", To: "16:00"}}, Source: "x"}},
		{ID: "half", HalfDay: &models.HalfDay{Agency: "ubnd-48", Date: "2026-12-03", Name: "họp", Windows: []models.Window{{From: "08:00", To: "09:00"}}, Source: "x"}},
		{ID: "off", Holiday: &models.Holiday{Date: holiday, Name: "Nghỉ bù", Swap: true, Source: "TB 1"}},
		{ID: "work", Workday: &models.Workday{Date: "2026-12-05", For: holiday, Source: "TB 1"}},
	} {
		a.At = at
		if err := s.AddAmendment(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ agency, due, used string }{
		{"ubnd-48", "2026-12-04T08:30:00+07:00", "half hours off rule"}, // 3½ h on the 1st, none on the 2nd, 1 h on the 3rd
		{"ubnd-79", "2026-12-08T17:00:00+07:00", "off work"},            // the 3rd, 4th, 5th (a Saturday worked), 7th and 8th
	} {
		var got struct {
			Due, Store string
			Amendments []amendment
		}
		out := i.must(nil, "deadline", "--rule", key, "--start", day+"T08:30:00+07:00", "--agency", c.agency, "--json")
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var used []string
		for _, a := range got.Amendments {
			used = append(used, a.ID)
		}
		slices.Sort(used)
		if got.Due != c.due || strings.Join(used, " ") != c.used || got.Store == "" {
			t.Errorf("%s:\n%s", c.agency, out)
		}
	}
	i.must([]string{"08:30 04/12/2026", "giờ làm việc từ 2026-12-01 (ubnd-48): 08:00–10:00, 14:00–16:00", "[rule, 01/11/2026]"},
		"deadline", "--rule", key, "--start", day+"T08:30:00+07:00", "--agency", "ubnd-48")
	i.must([]string{holiday, "Nghỉ bù", "2026-12-05", "[work, 01/11/2026]", "2026-12-03 (ubnd-48)"}, "calendar", "2026")
	var year yearOut
	if err := json.Unmarshal([]byte(i.must(nil, "calendar", "2026", "--json")), &year); err != nil || len(year.HalfDays) != 1 || len(year.Amendments) != 4 {
		t.Errorf("%v %+v", err, year)
	}
}

// TestDatedStoreIsOnlyRead: a store that is named is read or the command fails; nothing is made.
func TestDatedStoreIsOnlyRead(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.must([]string{"không có kho dữ liệu"}, "calendar", "2026")
	if _, err := os.Stat(i.Data); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
	i.must(nil, "seed")
	path := filepath.Join(i.Data, databaseFile)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i.must([]string{"không có bổ sung nào"}, "calendar", "2026")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the database was changed: %v", err)
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + beside); !os.IsNotExist(err) {
			t.Errorf("%s is left beside the database: %v", beside, err)
		}
	}
	times := 0
	err = sqlite.Read(t.Context(), path, func(s *sqlite.Store) error {
		if times++; times == 1 { // a program starts and writes meanwhile
			other, err := sqlite.Open(t.Context(), path)
			if err != nil {
				return err
			}
			t.Cleanup(func() { other.Close() })
			return other.PutSetting(t.Context(), "x", "1")
		}
		if got, err := s.Setting(t.Context(), "x"); got != "1" {
			t.Errorf("%q, %v", got, err)
		}
		if err := s.PutSetting(t.Context(), "x", "2"); err == nil {
			t.Error("a store opened for reading was written to")
		}
		return nil
	})
	if err != nil || times != 2 {
		t.Errorf("read %d times: %v", times, err)
	}
	gone := newInstall(t, "KIENNGHI_MONGO_URI=mongodb://127.0.0.1:1/kn")
	gone.refused([]string{"cannot be read"}, "calendar", "2026")
	gone.refused([]string{"cannot be read"}, "deadline", "--rule", "pakn.answer", "--start", "2026-02-13T16:50:00+07:00")
}
