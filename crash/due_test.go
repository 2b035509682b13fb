package crash

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	_ "modernc.org/sqlite"
)

// The store has no method that says when work was due, because the program needs none:
// the tests read it past the store.

func dueInSQLite(t *testing.T, file string) func() (time.Time, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return func() (time.Time, error) {
		var ms sql.NullInt64
		err := db.QueryRowContext(t.Context(), "SELECT min(due) FROM work WHERE parked = 0").Scan(&ms)
		if !ms.Valid {
			return time.Now(), err
		}
		return time.UnixMilli(ms.Int64), err
	}
}

func dueInMongo(t *testing.T, uri string) func() (time.Time, error) {
	c, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Disconnect(context.Background()) })
	cases := c.Database("kiennghi").Collection("feedback")
	return func() (time.Time, error) {
		var d struct {
			Next time.Time `bson:"next_work"`
		}
		err := cases.FindOne(t.Context(), bson.M{"next_work": bson.M{"$gt": time.Time{}}}, options.FindOne().SetSort(bson.M{"next_work": 1})).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return time.Now(), nil
		}
		return d.Next, err
	}
}
