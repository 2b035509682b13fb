// Package mongo keeps everything in MongoDB, through the official driver.
//
// Every method is one atomic write to one document, so that a standalone server is
// enough and a replica set makes it highly available: writes have a majority write
// concern and are retried by the driver, which is safe because each is bound to an
// _id, a revision or a unique index. No method needs a transaction.
//
// A document is the record as its JSON tags name it, with its ID once more as _id, and
// a few fields beside it that lists and work are found by.
package mongo

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// Store is a store.Store in one MongoDB database.
type Store struct {
	client *mongo.Client
	db     *mongo.Database

	feedback, challenge, person, staff, session, device *mongo.Collection
	notification, agency, upload, audit, auditHead      *mongo.Collection
	dataRequest, breach                                 *mongo.Collection
	template, amendment                                 *mongo.Collection
	signingKey, setting, limit, schema, draft           *mongo.Collection

	chain chan struct{}    // held by who appends to the audit chain
	known models.AuditHead // of whoever held chain last; zero: not known
}

var _ store.Store = (*Store)(nil)

// Open prepares the client for the database that the URI names (kiennghi when it names
// none). It does not wait for the server: a method that cannot reach one within three
// seconds (or serverSelectionTimeoutMS of the URI) answers models.ErrUnavailable.
func Open(ctx context.Context, uri string) (*Store, error) { return open(ctx, uri, nil) }

func open(ctx context.Context, uri string, monitor *event.CommandMonitor) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, err
	}
	o := options.Client().
		SetServerSelectionTimeout(3 * time.Second).
		SetConnectTimeout(3 * time.Second). // also how long a server may be silent before it is held for lost
		SetHeartbeatInterval(5 * time.Second).
		SetWriteConcern(writeconcern.Majority()).
		ApplyURI(uri).
		SetRegistry(registry()).
		SetBSONOptions(&options.BSONOptions{UseJSONStructTags: true}).
		SetMonitor(monitor)
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, err
	}
	name := parsed.Database
	if name == "" {
		name = "kiennghi"
	}
	s := &Store{client: client, db: client.Database(name), chain: make(chan struct{}, 1)}
	for c, name := range s.collections() {
		*c = s.db.Collection(name)
	}
	// A rate limit need not survive a failover.
	s.limit = s.db.Collection("limit", options.Collection().SetWriteConcern(writeconcern.W1()))
	return s, nil
}

// registry is the driver's, with texts made valid UTF-8: a server may refuse others with
// the whole command, and a stranger may put them into a path.
func registry() *bson.Registry {
	r := bson.NewRegistry()
	r.RegisterKindEncoder(reflect.String, bson.ValueEncoderFunc(func(_ bson.EncodeContext, w bson.ValueWriter, v reflect.Value) error {
		return w.WriteString(strings.ToValidUTF8(v.String(), "\uFFFD"))
	}))
	return r
}

func (s *Store) collections() map[**mongo.Collection]string {
	return map[**mongo.Collection]string{
		&s.feedback: "feedback", &s.challenge: "challenge", &s.person: "person", &s.staff: "staff", &s.session: "session",
		&s.device: "device", &s.notification: "notification", &s.agency: "agency", &s.upload: "upload", &s.draft: "draft", &s.audit: "audit",
		&s.auditHead: "audit_head", &s.signingKey: "signing_key", &s.setting: "setting",
		&s.template: "reply_template", &s.amendment: "amendment", &s.dataRequest: "data_request", &s.breach: "breach", &s.schema: "schema",
	}
}

// Close waits for operations under way and disconnects.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return err
	}
	return nil
}

// Ping writes a document, to a majority, and reads it.
func (s *Store) Ping(ctx context.Context) error {
	c := s.schema
	_, err := c.UpdateByID(ctx, "alive", bson.M{"$inc": bson.M{"n": int64(1)}}, options.UpdateOne().SetUpsert(true))
	if err == nil || mongo.IsDuplicateKeyError(err) { // two first pings at once
		err = c.FindOne(ctx, bson.M{"_id": "alive"}).Err()
	}
	return wrap(ctx, err)
}

// unavailable are the server's codes for "not now": no primary, shutting down, no majority.
var unavailable = []int{6, 7, 64, 89, 91, 133, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}

// wrap turns an error of the driver into one of ours. The end of the context stays
// recognisable, a deadline also as models.ErrUnavailable.
func wrap(ctx context.Context, err error) error {
	var ours *models.Error
	var carried own
	var selection topology.ServerSelectionError
	var pool driver.RetryablePoolError // another operation found the connection broken
	switch {
	case err == nil || errors.As(err, &carried) || errors.As(err, &ours):
		return err
	case errors.Is(err, mongo.ErrNoDocuments):
		return models.ErrNotFound
	case mongo.IsDuplicateKeyError(err):
		return models.Wrap(models.KindExists, err)
	case ctx.Err() == context.Canceled:
		return context.Canceled
	case ctx.Err() != nil:
		return models.Wrap(models.KindUnavailable, ctx.Err())
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.As(err, &selection), errors.As(err, &pool), errors.Is(err, mongo.ErrClientDisconnected):
		return models.Wrap(models.KindUnavailable, err)
	}
	var s mongo.ServerError
	if errors.As(err, &s) {
		for _, code := range unavailable {
			if s.HasErrorCode(code) {
				return models.Wrap(models.KindUnavailable, err)
			}
		}
	}
	return models.Wrap(models.KindInternal, err)
}

// errAgain says that another writer was faster.
var errAgain = errors.New("another writer was faster")

// retry runs try until its error is not errAgain or ctx ends, with a pause that grows
// and is never the same for two writers.
func retry(ctx context.Context, try func() error) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 32*time.Millisecond) {
		err := try()
		if err != errAgain {
			return wrap(ctx, err)
		}
		select {
		case <-time.After(rand.N(pause)):
		case <-ctx.Done():
			return wrap(ctx, ctx.Err())
		}
	}
}
