package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

// TestSortingAtTheDesk: the clock of whose a case is, from its receipt through two agencies, in
// the API, the inbox and the page of the case.
func TestSortingAtTheDesk(t *testing.T) {
	h := newHarness(t)
	p, err := h.o.Store.Person(t.Context(), h.accountOf(h.citizen("Nguyễn Thị Gửi")))
	if err != nil {
		t.Fatal(err)
	}
	f, work, err := models.NewFeedback(models.Submission{ID: models.NewID(), Sender: p, SenderName: "Nguyễn Thị Gửi", Source: models.FromWeb, By: models.Actor{ID: p.ID}, Province: "79",
		Title: "Đường trước trường hỏng", Body: "Đoạn đường trước cổng trường có nhiều ổ gà.", Agency: "so-xd-79"}, h.o.Ref, h.o.Now())
	if err == nil {
		err = h.o.Store.CreateFeedback(t.Context(), f, work...)
	}
	if err != nil {
		t.Fatal(err)
	}
	lan, root := h.staff("lan", "so-xd-79", models.Handler, models.Coordinator), h.staff("root", "ubnd-79", models.Coordinator)
	path := "/v1/desk/feedback/" + f.ID
	read := func(who string) (v api.DeskFeedback) {
		t.Helper()
		h.call("GET", path, who, nil, "Accept-Language", "en").want(200).json(&v)
		return v
	}
	row := func(who string) api.DeskSummary {
		t.Helper()
		var list api.DeskList
		h.call("GET", "/v1/desk/feedback", who, nil).want(200).json(&list)
		if len(list.Items) != 1 {
			t.Fatalf("%d cases", len(list.Items))
		}
		return list.Items[0]
	}
	v := read(lan)
	s := v.Sorting
	if s == nil || s.Agency.Code != "so-xd-79" || s.Rule != "pakn.forward_wrong_authority" || s.At == nil || s.Overdue || s.Term != 5 || s.LegalBasis != "Decree 20/2008/ND-CP as amended by Decree 92/2017/ND-CP" ||
		len(s.Ladder) != 4 || s.Ladder[0].Step != "sorting.before" || len(v.Sorted) != 0 {
		t.Fatalf("%+v, %+v", s, v.Sorted)
	}
	if by := row(lan).SortBy; by == nil || !by.Equal(*s.At) {
		t.Errorf("the list says %v", by)
	}
	h.browser(lan).get("/console?view=new").want(200).has("Phân loại, chuyển:")
	h.browser(lan).get("/console/cases/"+f.Code).want(200).has("Hạn phân loại, chuyển", "Chuyển đúng cơ quan", "Nghị định 92/2017/NĐ-CP", "Còn 1 ngày làm việc để phân loại, chuyển")

	ids := []string{h.accountOf(lan), h.accountOf(root)}
	h.advance(s.At.Add(time.Hour).Sub(h.o.Now()))
	lan, root = h.session(ids[0], true), h.session(ids[1], true)
	if v = read(lan); !v.Sorting.Overdue || v.Overdue {
		t.Errorf("sorting late %v, the answer %v", v.Sorting.Overdue, v.Overdue)
	}
	v = h.step(root, path+"/forward", obj{"agency": "bxd", "note": "Quốc lộ"})
	if v.Sorting == nil || v.Sorting.Agency.Code != "bxd" || len(v.Sorted) != 1 || !v.Sorted[0].Late || v.Sorted[0].Agency.Code != "so-xd-79" {
		t.Errorf("forwarded: %+v, %+v", v.Sorting, v.Sorted)
	}
	be := h.staff("be", "bxd", models.Handler)
	v = h.step(be, path+"/take", nil)
	if v.Sorting != nil || len(v.Sorted) != 2 || v.Sorted[1].Late || row(be).SortBy != nil {
		t.Errorf("taken: %+v, %+v", v.Sorting, v.Sorted)
	}
	page := h.browser(be).get("/console/cases/" + f.Code).want(200)
	page.has("Đã phân loại, chuyển", "khi đã quá hạn")
	if strings.Contains(string(page.body), "Còn 1 ngày làm việc để phân loại") {
		t.Error("a clock that is over has steps to come")
	}
}

// oneCall counts how often a list asks by when cases are to be sorted.
type oneCall struct {
	store.Store
	calls int
}

func (c *oneCall) SortBy(ctx context.Context, ids []string) (map[string]time.Time, error) {
	c.calls++
	return c.Store.SortBy(ctx, ids)
}

// TestListWithoutACaseThatIsGone: one that vanished after the list was read spoils no list, and all
// others are read in one call, once for each version.
func TestListWithoutACaseThatIsGone(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		calls := &oneCall{Store: h.o.Store}
		s := &server{Options: h.o, sorting: newMemo[*time.Time](time.Minute, 100)}
		s.Store = calls
		rows := []models.Summary{{ID: "gone", Version: 1, Status: models.Received}}
		for range 3 {
			f, err := h.o.Store.Feedback(t.Context(), h.caseOf(h.citizen("Nguyễn Thị Gửi")).ID)
			if err != nil {
				t.Fatal(err)
			}
			row := f.Summary()
			row.Status = models.Assigned
			rows = append(rows, row)
		}
		for range 2 {
			by, err := s.sortBys(t.Context(), rows)
			if err != nil || by["gone"] != nil || calls.calls != 1 {
				t.Fatalf("%v, %v, %d calls", by, err, calls.calls)
			}
			for _, row := range rows[1:] {
				f, err := h.o.Store.Feedback(t.Context(), row.ID)
				if want := f.SortBy(); err != nil || want == nil || by[row.ID] == nil || !by[row.ID].Equal(*want) {
					t.Errorf("%s is to be sorted by %v, want %v", row.Code, by[row.ID], want)
				}
			}
		}
		rows[1].Version++
		if _, err := s.sortBys(t.Context(), rows); err != nil || calls.calls != 2 {
			t.Errorf("%v, %d calls", err, calls.calls)
		}
	})
}
