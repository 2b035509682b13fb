package main

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

func TestDeadline(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_DATA=") // no store at all
	out := i.must(nil, "deadline", "--rule", "pakn.answer", "--start", "2026-02-13T16:50:00+07:00", "--agency", "ubnd-48", "--json")
	var got struct {
		Rule, Start, Due, Convention string
		LegalBasis                   string `json:"legal_basis"`
		Steps                        []string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got.Rule != "pakn.answer" || got.Start != "2026-02-13T16:50:00+07:00" || got.Due != "2026-03-05T17:00:00+07:00" || len(got.Steps) < 3 ||
		!strings.Contains(got.LegalBasis, "574") || !strings.Contains(got.Convention, "17:00") {
		t.Errorf("%s", out)
	}
	i.must([]string{"21/12/2026", "CHƯA XÁC NHẬN", "136/2025", "chưa xác nhận"}, "deadline", "--rule", "tocao", "--start", "2026-11-20T09:00:00+07:00")
	i.must([]string{"TÍNH THỬ", "2026-01-01"}, "deadline", "--rule", "pdp.acknowledge", "--start", "2025-02-13T09:00:00+07:00")
	for _, c := range []struct {
		rule, start, agency, says string
		code                      int
	}{
		{"no.such", "2026-02-13T16:50:00+07:00", "", "pakn.answer", 2},
		{"pakn.answer", "13/02/2026", "", "RFC 3339", 2},
		{"pakn.answer", "2026-02-13T16:50:00+07:00", "khong-co", "khong-co", 2},
		{"pakn.answer", "2027-12-30T16:50:00+07:00", "", "2028", 1},
	} {
		out, err := i.Command("deadline", "--rule", c.rule, "--start", c.start, "--agency", c.agency).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%+v: %v\n%s", c, err, out)
		}
	}
}

func TestCalendarCommand(t *testing.T) {
	t.Parallel()
	i := newInstall(t, "KIENNGHI_DATA=") // no store at all
	i.must([]string{"2026-11-24", "Ngày Văn hóa Việt Nam", "Nghị quyết 28/2026/QH16", "2026-08-22", "2026-08-31", "9441/TB-BNV"}, "calendar", "2026")
	i.refused([]string{"2031"}, "calendar", "2031")
	if out := i.must(nil, "calendar", "2025"); strings.Contains(out, "2025-11-24") {
		t.Error("24 November was no holiday in 2025")
	}
}
