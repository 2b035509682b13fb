package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// tiny are the tables that may be read from end to end.
var tiny = []string{"agency", "setting", "signing_key", "migration", "alive", "amendment"}

// TestPlans explains every SELECT that the adapter makes: none may walk through a
// table, and no page of a list may be sorted.
func TestPlans(t *testing.T) {
	s := open(t)
	for _, q := range selects {
		check(t, s, q.sql, nil, strings.Contains(q.sql, "LIMIT"))
	}
	at := time.Now()
	b := dueStatement([]string{"a", "b"}, at)
	check(t, s, b.String(), b.args, true)
	for bits := range 1 << 6 {
		var q store.AuditQuery
		for i, set := range []func(){
			func() { q.Object = "f" }, func() { q.Actor = "s" }, func() { q.Agency = "a" }, func() { q.Action = "view" }, func() { q.From = at }, func() { q.Until = at },
		} {
			if bits>>i&1 == 1 {
				set()
			}
		}
		for _, after := range []*store.Cursor{nil, {ID: "1"}} {
			b := auditStatement(q, after, 20)
			check(t, s, b.String(), b.args, true)
		}
	}
	for _, sort := range []store.Sort{store.ByReceivedDesc, store.ByReceived, store.ByDue, store.ByDueDesc, store.ByUpdated, store.ByPublishedDesc} {
		for _, after := range []*place{nil, {row: 1}} {
			for _, whose := range []store.FeedbackQuery{{All: true}, {Scope: "xa-1"}, {Scope: models.RootAgency}, {Sender: "p"}} {
				for bits := range 1 << 14 {
					q := whose
					q.Sort = sort
					for i, set := range []func(){
						func() { q.Statuses = []models.Status{models.Received, models.Assigned, models.Answered} },
						func() { q.Agency = "xa-2" }, func() { q.Handler = "h" }, func() { q.Field = "f" }, func() { q.Province = "79" },
						func() { q.Kind = models.Question }, func() { q.OverdueAt = at }, func() { q.UpdatedAfter = at }, func() { q.Published = true },
						func() { q.Escalated = "xa-3" },
						func() { q.DueFrom = at }, func() { q.Waiting = true }, func() { q.Back = true }, func() { q.Undated = true },
					} {
						if bits>>i&1 == 1 {
							set()
						}
					}
					if bits%19 != 0 && bits > 63 && bits&(bits-1) != 0 { // single filters, pairs and a sample of the rest
						continue
					}
					b := listStatement(q, after, 20)
					if b == nil { // two filters exclude each other
						continue
					}
					indexed := q.Sender == "" || sort == store.ByReceived || sort == store.ByReceivedDesc
					check(t, s, b.String(), b.args, indexed)
					if b := countStatement(q); after == nil {
						check(t, s, b.String(), b.args, false)
					}
				}
			}
		}
	}
}

func check(t *testing.T, s *Store, sql string, args []any, ordered bool) {
	t.Helper()
	if args == nil {
		for range strings.Count(sql, "?") {
			args = append(args, 1)
		}
	}
	var plan []string
	err := s.r.use(context.Background(), func(c *conn) error {
		return c.query(context.Background(), &statement{"EXPLAIN QUERY PLAN " + sql}, func(r []driver.Value) error {
			plan = append(plan, r[3].(string))
			return nil
		}, args...)
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	for _, step := range plan {
		words := strings.Fields(step)
		scan := words[0] == "SCAN" && !isTiny(words[1])
		if scan || ordered && strings.Contains(step, "TEMP B-TREE") {
			t.Errorf("%s\n\t%s", sql, strings.Join(plan, "\n\t"))
			return
		}
	}
}

func isTiny(table string) bool {
	for _, name := range tiny {
		if name == table {
			return true
		}
	}
	return false
}
