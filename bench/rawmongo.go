package main

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	mongooptions "go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"kiennghi/models"
)

// driverShare is the least part of the raw driver's rate that an endpoint is to reach:
// 30 % is ours to spend.
const driverShare = .7

// rawMongo sends the commands of the program's endpoints with the driver alone, one after
// the other as they do: first by itself, then behind Fiber, in a process of its own that is
// asked over HTTP as the program is. What was read stays undecoded and is not sent, and no work is
// left behind that somebody does meanwhile: all of that is part of what the program adds. Only
// "one case, decoded" is read into the record by the driver, and behind Fiber what its owner is
// shown of it is answered as JSON.
func (b *bench) rawMongo(ctx context.Context, uri string) error {
	d, err := newDriver(ctx, uri)
	if err != nil {
		return err
	}
	defer d.client.Disconnect(ctx)
	p, err := startBare(ctx, b.scratch, "driver", uri, 0)
	if err != nil {
		return err
	}
	defer p.stop()
	warm := min(time.Second, b.time()/4)
	for name, command := range d.commands() {
		do := func(int) error {
			_, err := command(ctx)
			return err
		}
		repeat(ctx, connections, warm, do)
		if err := b.keep(rawDriver+name, repeat(ctx, connections, b.time(), do)); err != nil {
			return err
		}
		t := target{fiberDriver + name, p.addr, 200, func(_ *rand.Rand, buf []byte) []byte {
			return appendGet(buf, "/"+url.PathEscape(name), "", "")
		}}
		closed(ctx, t, connections, warm)
		before := p.cpu()
		r := closed(ctx, t, connections, b.time())
		r.cpu = p.cpu() - before
		if err := b.keep(t.name, r); err != nil {
			return err
		}
	}
	return nil
}

// What the yardsticks are called, before the name of the commands.
const (
	rawDriver   = "raw driver, "
	fiberDriver = "Fiber and the raw driver, "
)

// command is what an endpoint sends; it returns what was read where it decodes it.
type command func(context.Context) (any, error)

// routes serves the commands, with nothing of ours around them.
func (d *driver) routes(app *fiber.App) {
	for name, command := range d.commands() {
		app.Get("/"+url.PathEscape(name), func(c *fiber.Ctx) error {
			read, err := command(c.Context())
			if err != nil || read == nil {
				return err
			}
			return c.JSON(read)
		})
	}
}

// commands are what endpoints send, by name.
func (d *driver) commands() iter.Seq2[string, command] {
	only := func(do func(context.Context) error) command {
		return func(ctx context.Context) (any, error) { return nil, do(ctx) }
	}
	return func(yield func(string, command) bool) {
		_ = yield("one case", only(func(ctx context.Context) error { return d.one(ctx).Err() })) && yield("one case, decoded", d.decoded) &&
			yield("unchanged", only(d.unchanged)) && yield("list", only(d.list)) && yield("inbox", only(d.inbox)) && yield("submit", only(d.submit))
	}
}

// driver is what the raw commands are made from.
type driver struct {
	client                                    *mongo.Client
	feedback, staff, session, person, written *mongo.Collection

	codes, ids []string // published
	desks      []desk
	people     []string
	received   []bson.D // cases as they are when they were just received
}

// desk is a member of staff with a session.
type desk struct {
	ID      string `bson:"_id"`
	Agency  string
	Session string
}

func newDriver(ctx context.Context, uri string) (*driver, error) {
	c, err := mongo.Connect(mongooptions.Client().ApplyURI(uri).SetWriteConcern(writeconcern.Majority()).
		SetBSONOptions(&mongooptions.BSONOptions{UseJSONStructTags: true}))
	if err != nil {
		return nil, err
	}
	db := c.Database("bench")
	d := &driver{client: c, feedback: db.Collection("feedback"), staff: db.Collection("staff"), session: db.Collection("session"),
		person: db.Collection("person"), written: db.Collection("raw")}
	var published []struct {
		ID   string `bson:"_id"`
		Code string
	}
	var people []struct {
		ID string `bson:"_id"`
	}
	err = errors.Join(
		all(ctx, d.feedback, isPublic, mongooptions.Find().SetProjection(fields("code")).SetSort(bson.D{{Key: "public_at", Value: -1}}), &published),
		all(ctx, d.staff, bson.D{{Key: "username", Value: bson.D{{Key: "$in", Value: deskMembers}}}}, mongooptions.Find(), &d.desks),
		all(ctx, d.person, bson.D{}, mongooptions.Find().SetProjection(fields("_id")), &people),
		all(ctx, d.feedback, bson.D{{Key: "status", Value: models.Assigned}}, mongooptions.Find().SetLimit(200).SetProjection(bson.D{{Key: "work", Value: 0}, {Key: "next_work", Value: 0}}), &d.received),
	)
	if err != nil {
		return nil, err
	}
	if len(published) < 20 || len(d.desks) == 0 || len(people) == 0 || len(d.received) == 0 {
		return nil, errors.New("too few cases to measure the driver with")
	}
	for _, x := range published {
		d.codes, d.ids = append(d.codes, x.Code), append(d.ids, x.ID)
	}
	for _, x := range people {
		d.people = append(d.people, x.ID)
	}
	for i := range d.desks {
		var s struct {
			ID string `bson:"_id"`
		}
		if err := d.session.FindOne(ctx, bson.D{{Key: "account", Value: d.desks[i].ID}}).Decode(&s); err != nil {
			return nil, err
		}
		d.desks[i].Session = s.ID
	}
	return d, d.sameIndexes(ctx, db)
}

// sameIndexes gives the collection that is written the indexes of feedback. It begins
// empty, which is to the driver's advantage.
func (d *driver) sameIndexes(ctx context.Context, db *mongo.Database) error {
	cur, err := d.feedback.Indexes().List(ctx)
	if err != nil {
		return err
	}
	var found []bson.M
	if err := cur.All(ctx, &found); err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(x bson.M) bool { return x["name"] == "_id_" })
	return db.RunCommand(ctx, bson.D{{Key: "createIndexes", Value: d.written.Name()}, {Key: "indexes", Value: found}}).Err()
}

var isPublic = bson.D{{Key: "public_at", Value: bson.D{{Key: "$gt", Value: time.UnixMilli(0).UTC()}}}}

func fields(names ...string) bson.D {
	var d bson.D
	for _, name := range names {
		d = append(d, bson.E{Key: name, Value: 1})
	}
	return d
}

func all(ctx context.Context, c *mongo.Collection, filter any, o *mongooptions.FindOptionsBuilder, into any) error {
	cur, err := c.Find(ctx, filter, o)
	if err != nil {
		return err
	}
	return cur.All(ctx, into)
}

func byID(ctx context.Context, c *mongo.Collection, id string) error {
	return c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Err()
}

// anyOf is pick with the random numbers of everybody.
func anyOf[T any](list []T) T { return list[rand.IntN(len(list))] }

// one is what GetMyFeedback and GetAnswer send.
func (d *driver) one(ctx context.Context) *mongo.SingleResult {
	return d.feedback.FindOne(ctx, bson.D{{Key: "code", Value: anyOf(d.codes)}}, mongooptions.FindOne().SetProjection(bson.D{{Key: "work", Value: 0}}))
}

// decoded is one, read into the record; of which it returns what the sender is shown, sealed as it is.
func (d *driver) decoded(ctx context.Context) (any, error) {
	var f models.Feedback
	if err := d.one(ctx).Decode(&f); err != nil {
		return nil, err
	}
	return struct {
		Code, Title, Body, Province, Commune, Field, Agency string
		Kind                                                models.Kind
		Status                                              models.Status
		Due                                                 *models.Due
		Timeline                                            []models.Event
		Replies                                             []models.Reply
		CreatedAt, UpdatedAt                                time.Time
	}{f.Code, f.Title, f.Body, f.Province, f.Commune, f.Field, f.Agency, f.Kind, f.Status, f.Due, f.Timeline, f.Replies, f.CreatedAt, f.UpdatedAt}, nil
}

// unchanged is what GetMyFeedback sends for a case that did not change: whose it is, and its version.
func (d *driver) unchanged(ctx context.Context) error {
	var row bson.Raw
	options := mongooptions.FindOne().SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "sender_id", Value: 1}, {Key: "version", Value: 1}})
	return d.feedback.FindOne(ctx, bson.D{{Key: "code", Value: anyOf(d.codes)}}, options).Decode(&row)
}

// list is what ListAnswers sends for a page that is remembered: it asks whether all cases
// on it are still public and as they were. Every two seconds each page is searched again,
// which is left out.
func (d *driver) list(ctx context.Context) error {
	from := rand.IntN(len(d.ids) - 19)
	filter := append(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: d.ids[from : from+20]}}}}, isPublic...)
	var rows []bson.Raw
	return all(ctx, d.feedback, filter, mongooptions.Find().SetProjection(fields("version")).SetHint("_id_"), &rows)
}

var rowFields = fields("version", "code", "title", "kind", "source", "status", "province", "field", "agency", "handler", "due.at", "due_key",
	"paused_at", "waiting", "back", "public_at", "created_at", "updated_at")

// inbox is what DeskListFeedback sends: the member, the session and the page, with the
// filters of scene.inbox. The counts of the tabs and the names of the handlers are
// remembered for seconds, and are left out.
func (d *driver) inbox(ctx context.Context) error {
	who := anyOf(d.desks)
	if err := errors.Join(byID(ctx, d.staff, who.ID), byID(ctx, d.session, who.Session)); err != nil {
		return err
	}
	filter, sort, hint := bson.D{}, bson.D{{Key: "created_at", Value: -1}, {Key: "_id", Value: -1}}, "received"
	if who.Agency != models.RootAgency {
		filter = append(filter, bson.E{Key: "scope", Value: who.Agency})
	}
	switch rand.IntN(4) {
	case 0:
		filter = append(filter, bson.E{Key: "status", Value: bson.D{{Key: "$in", Value: bson.A{models.Assigned}}}})
	case 1:
		filter = append(filter, bson.E{Key: "status", Value: bson.D{{Key: "$in", Value: bson.A{models.InProgress}}}})
		sort, hint = bson.D{{Key: "due_key", Value: 1}, {Key: "_id", Value: 1}}, "due"
	}
	if who.Agency != models.RootAgency {
		hint = "scope_" + hint
	}
	var rows []bson.Raw
	return all(ctx, d.feedback, filter, mongooptions.Find().SetSort(sort).SetLimit(21).SetProjection(rowFields).SetHint(hint), &rows)
}

// submit is what CreateFeedback sends: the sender, and one insert with the work in it.
func (d *driver) submit(ctx context.Context) error {
	if err := byID(ctx, d.person, anyOf(d.people)); err != nil {
		return err
	}
	id, now := models.NewID(), time.Now().UTC()
	doc := slices.Clone(anyOf(d.received))
	for i := range doc {
		switch doc[i].Key {
		case "_id", "id", "code":
			doc[i].Value = id
		case "created_at", "updated_at":
			doc[i].Value = now
		}
	}
	_, err := d.written.InsertOne(ctx, append(doc, bson.E{Key: "next_work", Value: now},
		bson.E{Key: "work", Value: []models.Work{models.NewWork(models.WorkIndex, id, now, nil)}}))
	return err
}
