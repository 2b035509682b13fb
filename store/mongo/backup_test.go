package mongo

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// pieces are what a backup handed out.
type pieces []struct {
	collection string
	documents  []byte
}

func backup(t *testing.T, s *Store) (p pieces) {
	t.Helper()
	must(t, s.Backup(t.Context(), func(collection string, documents []byte) error {
		p = append(p, pieces{{collection, bytes.Clone(documents)}}...)
		return nil
	}))
	return p
}

// into restores the pieces; at number broken the process dies.
func (p pieces) into(t *testing.T, s *Store, broken int) error {
	t.Helper()
	return s.Restore(t.Context(), func(insert func(string, []byte) error) error {
		for i, x := range p {
			if i == broken {
				return errors.New("it died")
			}
			if err := insert(x.collection, x.documents); err != nil {
				return err
			}
		}
		return nil
	})
}

// empty is a database with nothing in it.
func empty(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), mongotest.Start(t))
	must(t, err)
	t.Cleanup(func() { s.db.Drop(t.Context()); s.Close() })
	return s
}

func TestBackupAndRestore(t *testing.T) {
	s := openTest(t, nil)
	ctx := t.Context()
	var all []models.Agency // more than a piece
	for i := range 200 {
		all = append(all, models.Agency{Code: fmt.Sprint("a-", i), Name: strings.Repeat("Sở Xây dựng ", 4000)})
	}
	must(t, s.PutAgencies(ctx, all))
	must(t, s.CreatePerson(ctx, &models.Person{ID: "p", PhoneIndex: "x", Language: "vi"}))
	p := backup(t, s)
	agencies := 0
	for _, x := range p {
		if x.collection == "agency" {
			agencies++
		}
		if len(x.documents) > piece {
			t.Errorf("a piece of %d bytes", len(x.documents))
		}
	}
	if agencies < 2 || p[0].collection != "schema" {
		t.Errorf("%d pieces of agencies, first %s", agencies, p[0].collection)
	}

	to := empty(t)
	must(t, to.Ping(ctx)) // as whoever looks whether it is there
	if err := p.into(t, to, len(p)-1); err == nil {
		t.Fatal("it did not die")
	}
	if err := to.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "run it again") {
		t.Errorf("a program starts on half a restore: %v", err)
	}
	if err := to.Restored(ctx); err == nil {
		t.Error("half a restore is ended")
	}
	must(t, p.into(t, to, -1)) // and the process ends before the data folder is there
	if err := to.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "run it again") {
		t.Errorf("a program starts on a restore without its folder: %v", err)
	}
	must(t, p.into(t, to, -1))
	for range 2 {
		must(t, to.Restored(ctx))
	}
	must(t, to.Migrate(ctx))
	sorted := func(p pieces) (docs []string) {
		for _, x := range p {
			split, err := split(x.documents)
			must(t, err)
			for _, d := range split {
				if id, _ := d.Lookup("_id").StringValueOK(); id != "alive" && id != "schema" {
					docs = append(docs, x.collection+" "+string(d))
				}
			}
		}
		slices.Sort(docs)
		return docs
	}
	if want, got := sorted(p), sorted(backup(t, to)); !slices.Equal(got, want) {
		t.Errorf("%d documents came back, of %d", len(got), len(want))
	}
	if err := to.CreatePerson(ctx, &models.Person{ID: "q", PhoneIndex: "x", Language: "vi"}); models.ErrorKindOf(err) != models.KindExists {
		t.Errorf("an index is missing: %v", err)
	}
	if err := p.into(t, to, -1); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a database was overwritten: %v", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	raw := func(v any) []byte {
		b, err := bson.Marshal(v)
		must(t, err)
		return b
	}
	schema := func(n any) []byte { return raw(bson.D{{Key: "_id", Value: "schema"}, {Key: "number", Value: n}}) }
	newer := pieces{{"schema", schema(len(steps) + 1)}}
	if err := newer.into(t, empty(t), -1); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("a newer schema: %v", err)
	}
	good := raw(bson.D{{Key: "_id", Value: "x"}})
	for name, p := range map[string]pieces{
		"nothing":           {},
		"no number":         {{"schema", good}},
		"number of nothing": {{"schema", schema("x")}},
		"number below one":  {{"schema", schema(0)}},
		"no schema":         {{"agency", good}},
		"other collection":  {{"schema", schema(1)}, {"limit", good}},
		"cut off":           {{"schema", schema(1)}, {"agency", good[:len(good)-1]}},
		"a byte":            {{"schema", schema(1)}, {"agency", []byte{5}}},
		"no document":       {{"schema", schema(1)}, {"agency", bytes.Repeat([]byte{5, 0, 0, 0, 9}, 2)}},
	} {
		if err := p.into(t, empty(t), -1); err == nil {
			t.Errorf("%s: restored", name)
		}
	}
}

// TestBackupHasEverything: a collection that is added is in the backup, or left out on purpose.
func TestBackupHasEverything(t *testing.T) {
	var names []string
	for _, name := range new(Store).collections() {
		names = append(names, name)
	}
	slices.Sort(names)
	if have := slices.Sorted(slices.Values(backedUp)); !slices.Equal(have, names) {
		t.Errorf("backed up %v, there are %v", have, names)
	}
}

// FuzzSplit: what a backup has is documents to the last byte, or an error.
func FuzzSplit(f *testing.F) {
	one, err := bson.Marshal(bson.D{{Key: "_id", Value: "x"}, {Key: "doc", Value: bson.A{int64(1), time.UnixMilli(1), []byte("a"), nil, 1.5}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, one, append(bytes.Clone(one), one...), one[:len(one)-1], {5, 0, 0, 0, 0}, {255, 255, 255, 255, 0}, {4, 0, 0, 0, 0}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, documents []byte) {
		docs, err := split(documents)
		if err != nil {
			return
		}
		var all []byte
		for _, d := range docs {
			all = append(all, d...)
		}
		if !bytes.Equal(all, documents) {
			t.Errorf("%d bytes of %d", len(all), len(documents))
		}
		schemaNumber(docs)
	})
}
