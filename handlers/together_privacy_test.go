package handlers

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// atOnce lets two do something at the same time and returns what each was answered.
func atOnce(do func(i int) *answer) (out [2]*answer) {
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { out[i] = do(i) })
	}
	wg.Wait()
	return out
}

// oneOf checks that one of two was answered 200 and the other 409, and returns which did it.
func (h *harness) oneOf(what string, answers [2]*answer) int {
	h.t.Helper()
	first := 0
	if answers[1].status == 200 {
		first = 1
	}
	if got := [2]int{answers[first].status, answers[1-first].status}; got != [2]int{200, 409} {
		h.t.Fatalf("%s: answers %v", what, got)
	}
	return first
}

// toldOf counts what a person was told of an event.
func (h *harness) toldOf(person string, event models.Action) (n int) {
	h.t.Helper()
	page, err := h.o.Store.ListNotifications(h.t.Context(), person, 100, "")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, x := range page.Items {
		if x.Event == event {
			n++
		}
	}
	return n
}

// TestDataRequestByTwoAtOnce: of two data protection officers who extend a request, or decide on
// it, at the same time one does it. What became of it, the audit log and what the person is told
// are of that one alone.
func TestDataRequestByTwoAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		officers := [2]string{h.staff("dpo1", models.RootAgency, models.Admin), h.staff("dpo2", models.RootAgency, models.Admin)}
		for round, right := range []string{"withdraw", "restrict", "withdraw", "erase"} {
			hoa := h.citizen(fmt.Sprint("Nguyễn Thị Hoa ", round))
			person := h.accountOf(hoa)
			v := h.ask(hoa, "khoa-cung-luc", obj{"right": right})
			at := "/v1/desk/data-requests/" + v.ID
			if right != "erase" { // which has no extension
				reasons := [2]string{"Chờ lưu trữ", "Chờ thẩm định"}
				first := h.oneOf("extending", atOnce(func(i int) *answer {
					return h.call("POST", at+"/extension", officers[i], obj{"term": 5 + i, "reason": reasons[i]})
				}))
				r, err := h.o.Store.DataRequest(t.Context(), v.ID)
				if err != nil || len(r.Extensions) != 1 || r.Extensions[0].Reason != reasons[first] || r.Due.Added != 5+first {
					t.Errorf("extended: %+v, %v", r, err)
				}
				if n := h.toldOf(person, models.ActDataExtended); n != 1 {
					t.Errorf("told %d times that it was extended", n)
				}
			}
			grounds := [2]string{"Luật 91/2025/QH15, Điều 19", "Luật Lưu trữ 33/2024/QH15"}
			first := h.oneOf("deciding", atOnce(func(i int) *answer {
				return h.call("POST", at+"/decision", officers[i], obj{"grant": i == 0, "ground": grounds[i]})
			}))
			r, err := h.o.Store.DataRequest(t.Context(), v.ID)
			if want := []models.DataStatus{models.DataDone, models.DataRefused}[first]; err != nil || r.Status != want || r.Ground != grounds[first] || r.By != h.accountOf(officers[first]) {
				t.Errorf("decided: %+v, %v; want %s", r, err, want)
			}
			p, err := h.o.Store.Person(t.Context(), person)
			if granted := first == 0; err != nil || (p.RestrictedAt != nil) != (granted && right == "restrict") || (p.SeveredAt != nil) != (granted && right == "erase") {
				t.Errorf("%s, granted %v: %+v, %v", right, granted, p, err)
			}
			if n := h.toldOf(person, models.ActDataRights); n != 1 {
				t.Errorf("told %d times of the decision", n)
			}
			if n := len(h.audited(v.ID)); n != map[bool]int{true: 2, false: 3}[right == "erase"] { // asked, extended, decided
				t.Errorf("%s: %d entries in the audit log", right, n)
			}
		}
	})
}

// audited returns what the audit log says of an object.
func (h *harness) audited(object string) (out []models.AuditEntry) {
	h.t.Helper()
	err := h.o.Store.EachAudit(h.t.Context(), 1<<40, func(e models.AuditEntry) error {
		if e.Object == object {
			out = append(out, e)
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// TestBreachNotifiedByTwoAtOnce: one of two who record at the same time whom they told does.
func TestBreachNotifiedByTwoAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		officers := [2]string{h.staff("dpo1", models.RootAgency, models.Admin), h.staff("dpo2", models.RootAgency, models.Admin)}
		for round := range 4 {
			var b api.Breach
			h.call("POST", "/v1/desk/breaches", officers[0], obj{"what": fmt.Sprint("Mất máy tính xách tay số ", round), "affected": "3 người", "detected_at": h.o.Now().Add(-time.Hour)}).want(201).json(&b)
			whom := [2]string{"A05, công văn 12", "Bộ Công an, công văn 13"}
			first := h.oneOf("notifying", atOnce(func(i int) *answer {
				return h.call("POST", "/v1/desk/breaches/"+b.ID+"/notified", officers[i], obj{"notified": whom[i], "notified_at": h.o.Now()})
			}))
			got, err := h.o.Store.Breach(t.Context(), b.ID)
			if err != nil || got.Notified != whom[first] || got.NotifiedAt == nil {
				t.Errorf("%+v, %v", got, err)
			}
			log := h.audited(b.ID)
			if n := len(log); n != 2 || !slices.ContainsFunc(log, func(e models.AuditEntry) bool {
				return e.Actor == h.accountOf(officers[first]) && strings.Contains(e.Detail, whom[first])
			}) {
				t.Errorf("the audit log says %+v", log)
			}
		}
	})
}

// TestLetterWrittenByTwoAtOnce: two of an agency who urge the same one at the same time write one
// letter, day after day; it is audited and told once, as of the one who was first.
func TestLetterWrittenByTwoAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		f := h.caseOf(h.citizen("Nguyễn Thị Gửi"))
		names := [2]string{"boss1", "boss2"}
		for _, name := range names {
			h.staff(name, "ubnd-79", models.Supervisor)
		}
		h.advance(f.Due.At.AddDate(0, 0, 3).Sub(h.o.Now()))
		for day := 1; day <= 4; day++ {
			bosses := [2]string{h.session(h.accountOfStaff(names[0]), true), h.session(h.accountOfStaff(names[1]), true)}
			for i, a := range atOnce(func(i int) *answer { return h.call("POST", "/v1/desk/overdue/so-xd-79/letters", bosses[i], nil) }) {
				var l api.UrgingLetter
				a.want(200).json(&l)
				if l.Number != day || len(l.Cases) != 1 || l.Cases[0].Times != day {
					t.Errorf("day %d, to the one of %d: %+v", day, i, l)
				}
			}
			ref := models.LetterRef{From: "ubnd-79", To: "so-xd-79", Number: day}
			l, err := (&server{Options: h.o}).letterAt(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			var log []models.AuditEntry
			for _, e := range h.audited("so-xd-79") {
				if e.Action == models.ActLetter && strings.HasPrefix(e.Detail, fmt.Sprint(day, ": ")) {
					log = append(log, e)
				}
			}
			if len(log) != 1 || log[0].Actor != l.By {
				t.Errorf("day %d: the letter is of %s, the audit log says %+v", day, l.By, log)
			}
			work, err := h.o.Store.ClaimWork(t.Context(), h.o.Now().Add(time.Minute), time.Hour, 100)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(slices.DeleteFunc(work, func(w models.Work) bool { return w.Data["letter"] != ref.String() })); n != 1 {
				t.Errorf("day %d: told by %d pieces of work", day, n)
			}
			h.advance(24 * time.Hour)
		}
	})
}
