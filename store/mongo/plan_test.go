package mongo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/storetest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// tiny are the collections that may be read from end to end.
var tiny = []string{"agency", "setting", "signing_key", "schema", "audit_head", "amendment"}

// shapes collects every different question that is put to the server, as a find: what
// an update, a delete or the $match of an aggregation looks for is looked for in the
// same way, and every server can explain a find.
type shapes struct {
	mu sync.Mutex
	by map[string]bson.D
}

func (s *shapes) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		collection, ok := e.Command.Lookup(e.CommandName).StringValueOK()
		if !ok {
			return
		}
		find := bson.D{{Key: "find", Value: collection}}
		take := func(from bson.Raw, as string, names ...string) {
			for _, name := range names {
				if v, err := from.LookupErr(name); err == nil {
					if as == "" {
						as = name
					}
					find = append(find, bson.E{Key: as, Value: v})
				}
				as = ""
			}
		}
		switch e.CommandName {
		case "find":
			take(e.Command, "", "filter", "sort", "hint", "limit")
		case "aggregate":
			stages, _ := e.Command.Lookup("pipeline").Array().Values()
			take(stages[0].Document(), "filter", "$match")
			take(e.Command, "", "hint")
		case "update":
			each, _ := e.Command.Lookup("updates").Array().Values()
			take(each[0].Document(), "filter", "q")
		case "delete":
			each, _ := e.Command.Lookup("deletes").Array().Values()
			take(each[0].Document(), "filter", "q")
		case "findAndModify":
			take(e.Command, "filter", "query")
		default:
			return
		}
		raw, err := bson.Marshal(find)
		if err != nil {
			panic(err)
		}
		key := fmt.Sprint(find[0].Value, " ", shapeOf(raw))
		s.mu.Lock()
		defer s.mu.Unlock()
		var copied bson.D
		if s.by[key] == nil && bson.Unmarshal(raw, &copied) == nil {
			s.by[key] = copied
		}
	}}
}

// shapeOf names the keys of a document without their values.
func shapeOf(d bson.Raw) string {
	var b strings.Builder
	elements, _ := d.Elements()
	for _, e := range elements {
		b.WriteString(e.Key() + ":")
		switch v := e.Value(); v.Type {
		case bson.TypeEmbeddedDocument:
			b.WriteString("{" + shapeOf(v.Document()) + "}")
		case bson.TypeArray:
			b.WriteString("[" + shapeOf(bson.Raw(v.Array())) + "]")
		default:
			if strings.HasPrefix(e.Key(), "hint") || v.Type == bson.TypeInt32 && len(d) < 60 { // the direction of a sort
				b.WriteString(v.String())
			}
		}
		b.WriteString(" ")
	}
	return b.String()
}

// TestStore runs the suite, and every shape of a list, and has the server explain each
// question that came up: none may walk through a collection, nor sort any records but
// the few of one sender or handler or with a reply on its way.
func TestStore(t *testing.T) {
	seen := &shapes{by: map[string]bson.D{}}
	s := openTest(t, seen.monitor())
	keys := storetest.Keyring(t)
	t.Run("suite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store {
			return store.NewGuard(store.NewSealing(openTest(t, seen.monitor()), keys))
		})
	})
	storetest.Found(t, store.NewSealing(s, keys))
	listShapes(t, s)
	for _, find := range seen.by {
		name := find[0].Value.(string)
		if slices.Contains(tiny, name) {
			continue
		}
		var plan bson.M
		if err := s.db.RunCommand(t.Context(), bson.D{{Key: "explain", Value: find}, {Key: "verbosity", Value: "queryPlanner"}}).Decode(&plan); err != nil {
			t.Fatalf("%v: %v", find, err)
		}
		text := fmt.Sprint(plan["queryPlanner"].(bson.D))
		few := slices.ContainsFunc([]string{"sender_received", "handler_due", "escalated_due", "waiting", "back", "sorts_late"},
			func(index string) bool { return strings.Contains(text, index) })
		if strings.Contains(text, `"stage":"SORT"`) && !few {
			t.Errorf("sorted in memory: %v\n\t%s", find, text)
		}
		if strings.Contains(text, "COLLSCAN") || !strings.Contains(text, "IX") && !strings.Contains(text, "IDHACK") {
			t.Errorf("%v\n\t%s", find, text)
		}
	}
	t.Logf("%d shapes of questions", len(seen.by))
}

func listShapes(t *testing.T, s *Store) {
	at := time.Now()
	for _, sort := range []store.Sort{store.ByReceivedDesc, store.ByReceived, store.ByDue, store.ByDueDesc, store.ByUpdated, store.ByPublishedDesc} {
		for _, next := range []string{"", store.Cursor{List: "f" + string(sort), ID: "x"}.String()} {
			for _, whose := range []store.FeedbackQuery{{All: true}, {Scope: "xa-1"}, {Sender: "p"}} {
				for filter := range 14 {
					q := whose
					q.Sort, q.Next = sort, next
					switch filter {
					case 1:
						q.Statuses = []models.Status{models.Received, models.Assigned}
					case 2:
						q.Agency = "xa-2"
					case 3:
						q.Handler = "h"
					case 4:
						q.Field = "f"
					case 5:
						q.Province, q.Kind = "79", models.Question
					case 6:
						q.OverdueAt, q.UpdatedAfter = at, at
					case 7:
						q.Published = true
					case 8:
						q.Escalated = "xa-3"
					case 9:
						q.OverdueAt, q.DueFrom = at, at
					case 10:
						q.Waiting = true
					case 11:
						q.Back, q.Handler = true, "h"
					case 12:
						q.Undated = true
					case 13:
						q.SortsLate = true
					}
					if _, err := s.ListFeedback(t.Context(), q); err != nil {
						t.Fatal(err)
					}
					if _, err := s.CountByStatus(t.Context(), q); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
