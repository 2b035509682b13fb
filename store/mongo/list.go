package mongo

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// row is what a list reads of a feedback.
type row struct {
	ID        string `bson:"_id"`
	Version   int64
	Code      string
	Title     string
	Kind      models.Kind
	Source    models.Source
	Status    models.Status
	Province  string
	Field     string
	Agency    string
	Handler   string
	Due       *struct{ At time.Time } `bson:"due"`
	DueKey    int64                   `bson:"due_key"`
	PausedAt  *time.Time              `bson:"paused_at"`
	Waiting   int
	Back      int
	PublicAt  *time.Time `bson:"public_at"`
	CreatedAt time.Time  `bson:"created_at"`
	UpdatedAt time.Time  `bson:"updated_at"`
}

var rowFields = bson.D{
	{Key: "version", Value: 1}, {Key: "code", Value: 1}, {Key: "title", Value: 1}, {Key: "kind", Value: 1}, {Key: "source", Value: 1},
	{Key: "status", Value: 1}, {Key: "province", Value: 1}, {Key: "field", Value: 1}, {Key: "agency", Value: 1}, {Key: "handler", Value: 1},
	{Key: "due.at", Value: 1}, {Key: "due_key", Value: 1}, {Key: "paused_at", Value: 1}, {Key: "waiting", Value: 1}, {Key: "back", Value: 1}, {Key: "public_at", Value: 1},
	{Key: "created_at", Value: 1}, {Key: "updated_at", Value: 1},
}

func (r *row) summary() models.Summary {
	s := models.Summary{
		ID: r.ID, Version: r.Version, Code: r.Code, Title: r.Title, Kind: r.Kind, Source: r.Source, Status: r.Status,
		Province: r.Province, Field: r.Field, Agency: r.Agency, Handler: r.Handler,
		RepliesWaiting: r.Waiting, RepliesBack: r.Back, PublishedAt: r.PublicAt, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if r.Due != nil && r.PausedAt == nil {
		s.DueAt = &r.Due.At
	}
	return s
}

// ordering says how a list is sorted.
type ordering struct {
	field string
	desc  bool
	key   func(*row) int64
}

func received(r *row) int64 { return r.CreatedAt.UnixMilli() }
func due(r *row) int64      { return r.DueKey }

var orderings = map[store.Sort]ordering{
	store.ByReceivedDesc:  {"created_at", true, received},
	store.ByReceived:      {"created_at", false, received},
	store.ByDue:           {"due_key", false, due},
	store.ByDueDesc:       {"due_key", true, due},
	store.ByUpdated:       {"updated_at", false, func(r *row) int64 { return r.UpdatedAt.UnixMilli() }},
	store.ByPublishedDesc: {"public_at", true, func(r *row) int64 { return r.PublicAt.UnixMilli() }},
}

// value returns a sort key as the field has it.
func (o ordering) value(key int64) any {
	if o.field == "due_key" {
		return key
	}
	return time.UnixMilli(key).UTC()
}

// ListFeedback reads a range of one index.
func (s *Store) ListFeedback(ctx context.Context, q store.FeedbackQuery) (store.Page[models.Summary], error) {
	var p store.Page[models.Summary]
	if err := q.Check(); err != nil {
		return p, err
	}
	name := "f" + string(q.Sort)
	cursor, err := store.ParseCursor(name, q.Next)
	if err != nil {
		return p, err
	}
	filter := filterOf(q)
	if filter == nil {
		return p, nil
	}
	if q.Scope == models.RootAgency {
		kept, err := s.keptFromRoot(ctx)
		if err != nil {
			return p, err
		}
		filter = append(filter, kept...)
	}
	limit, o := store.PageSize(q.Limit), orderings[q.Sort]
	if q.Sort == store.ByPublishedDesc && !q.Published {
		filter = append(filter, isPublic...)
	}
	if cursor != nil {
		filter = after(filter, o.field, o.value(cursor.Key), cursor.ID, o.desc)
	}
	direction := 1
	if o.desc {
		direction = -1
	}
	find := options.Find().SetSort(bson.D{{Key: o.field, Value: direction}, {Key: "_id", Value: direction}}).SetLimit(int64(limit + 1)).SetProjection(rowFields)
	find.SetHint(hintOf(q, o))
	var rows []row
	if q.Contributor == "" {
		rows, err = s.rows(ctx, filter, find)
	} else {
		rows, err = s.contributedRows(ctx, q, o, cursor, limit+1)
	}
	if err != nil {
		return p, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		p.Next = store.Cursor{List: name, Key: o.key(&rows[limit-1]), ID: rows[limit-1].ID}.String()
	}
	for i := range rows {
		p.Items = append(p.Items, rows[i].summary())
	}
	return p, nil
}

// keptFromRoot returns a filter that leaves out what is kept from the root; nearly always nothing is.
func (s *Store) keptFromRoot(ctx context.Context) (bson.D, error) {
	kept, err := s.rows(ctx, bson.D{{Key: "scope", Value: models.KeptFromRoot}}, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}).SetHint("scope_received"))
	if len(kept) == 0 {
		return nil, err
	}
	ids := make([]string, len(kept))
	for i := range kept {
		ids[i] = kept[i].ID
	}
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: ids}}}}, nil
}

func (s *Store) rows(ctx context.Context, filter bson.D, o *options.FindOptionsBuilder) ([]row, error) {
	var rows []row
	cur, err := s.feedback.Find(ctx, filter, o)
	if err == nil {
		err = cur.All(ctx, &rows)
	}
	return rows, wrap(ctx, err)
}

// filterOf returns the filter of q, nil when q cannot select anything. The root agency
// lists all.
func filterOf(q store.FeedbackQuery) bson.D {
	statuses := q.Selected()
	if len(statuses) == 0 {
		return nil
	}
	filter := bson.D{}
	add := func(key string, value any) { filter = append(filter, bson.E{Key: key, Value: value}) }
	scope, also := scopeOf(q)
	if scope != "" {
		add("scope", scope)
	}
	if also != "" { // never a bound of the index, which is left to the narrower one
		add("$expr", bson.D{{Key: "$in", Value: bson.A{bson.D{{Key: "$literal", Value: also}}, "$scope"}}})
	}
	// Lists by due time have the status before it in their index, so it is always named.
	if byDue := q.Sort == store.ByDue || q.Sort == store.ByDueDesc; byDue || len(statuses) < len(models.Statuses) {
		add("status", bson.D{{Key: "$in", Value: statuses}})
	}
	for _, f := range []struct{ key, value string }{
		{"sender_id", q.Sender}, {"handler", q.Handler}, {"escalated", q.Escalated}, {"contributors", q.Contributor}, {"agency", q.Agency}, {"field", q.Field}, {"province", q.Province}, {"kind", string(q.Kind)},
	} {
		if f.value != "" {
			add(f.key, f.value)
		}
	}
	if due := dueRange(q); due != nil {
		add("due_key", due)
	}
	if q.Waiting {
		add("waiting", oneOrMore)
	}
	if q.Back {
		add("back", oneOrMore)
	}
	if q.SortsLate {
		add("sorts_late", oneOrMore)
	}
	if !q.UpdatedAfter.IsZero() {
		add("updated_at", bson.D{{Key: "$gt", Value: models.Moment(q.UpdatedAfter)}})
	}
	if q.Published {
		filter = append(filter, isPublic...)
	}
	return filter
}

// dueRange returns when what q selects is due, nil when that is all the same.
func dueRange(q store.FeedbackQuery) (due bson.D) {
	if q.Undated {
		return bson.D{{Key: "$gte", Value: int64(math.MaxInt64)}}
	}
	if !q.OverdueAt.IsZero() {
		due = append(due, bson.E{Key: "$lt", Value: upward(q.OverdueAt).UnixMilli()})
	}
	if !q.DueFrom.IsZero() {
		due = append(due, bson.E{Key: "$gte", Value: upward(q.DueFrom).UnixMilli()})
		if q.OverdueAt.IsZero() {
			due = append(due, bson.E{Key: "$lt", Value: int64(math.MaxInt64)})
		}
	}
	return due
}

// scopeOf returns the narrowest agency whose list has what q wants, and another that
// must have it too; empty ones ask for nothing. An agency that has a case is always in
// its scope.
func scopeOf(q store.FeedbackQuery) (scope, also string) {
	if q.Scope != models.RootAgency {
		scope = q.Scope
	}
	if q.Agency != "" && q.Agency != scope {
		scope, also = q.Agency, scope
	}
	return scope, also
}

// hintOf names the index whose range is the list, so that no plan is tried out or
// remembered wrongly. The records of one sender or handler, those that one agency was told
// of, and those with a reply on its way are few: they are sorted where their index has
// another order.
func hintOf(q store.FeedbackQuery, o ordering) string {
	scope, _ := scopeOf(q)
	scoped := scope != ""
	switch {
	case q.Sender != "":
		return "sender_received"
	case q.Waiting && scoped:
		return "scope_waiting"
	case q.Back && scoped:
		return "scope_back"
	case q.Waiting:
		return "waiting"
	case q.Back:
		return "back"
	case q.SortsLate && scoped:
		return "scope_sorts_late"
	case q.SortsLate:
		return "sorts_late"
	case q.Handler != "":
		return "handler_due"
	case q.Escalated != "":
		return "escalated_due"
	case q.Contributor != "":
		return "contributors_due"
	case o.field == "public_at" && scoped:
		return "public_scope"
	case o.field == "public_at" && q.Field != "":
		return "public_field"
	case o.field == "public_at" && q.Province != "":
		return "public_province"
	case o.field == "public_at":
		return "public"
	}
	name := map[string]string{"created_at": "received", "due_key": "due", "updated_at": "updated"}[o.field]
	if scoped {
		return "scope_" + name
	}
	return name
}

// CountByStatus groups what the filter finds.
func (s *Store) CountByStatus(ctx context.Context, q store.FeedbackQuery) (map[models.Status]int, error) {
	q.Sort = store.ByDue // its index has the status
	if err := q.Check(); err != nil {
		return nil, err
	}
	if q.Scope == models.RootAgency {
		return store.CountForRoot(ctx, s, q)
	}
	out := map[models.Status]int{}
	filter := filterOf(q)
	if filter == nil {
		return out, nil
	}
	stages := bson.A{bson.D{{Key: "$match", Value: filter}}}
	if q.Contributor != "" {
		stages = contributed(q)
	}
	cur, err := s.feedback.Aggregate(ctx, append(stages,
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$status"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	), options.Aggregate().SetHint(hintOf(q, orderings[q.Sort])))
	var groups []struct {
		ID models.Status `bson:"_id"`
		N  int
	}
	if err == nil {
		err = cur.All(ctx, &groups)
	}
	if err != nil {
		return nil, wrap(ctx, err)
	}
	for _, g := range groups {
		out[g.ID] = g.N
	}
	return out, nil
}

// Summaries finds all at once and brings them into the order of ids.
func (s *Store) Summaries(ctx context.Context, ids []string) ([]models.Summary, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	rows, err := s.rows(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find().SetProjection(rowFields))
	if err != nil {
		return nil, err
	}
	found := make(map[string]*row, len(rows))
	for i := range rows {
		found[rows[i].ID] = &rows[i]
	}
	var out []models.Summary
	for _, id := range ids {
		if r := found[id]; r != nil {
			out = append(out, r.summary())
		}
	}
	return out, nil
}

// PublishedVersions looks the records up by ID.
func (s *Store) PublishedVersions(ctx context.Context, ids []string) (map[string]int64, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	filter := append(bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, isPublic...)
	rows, err := s.rows(ctx, filter, options.Find().SetProjection(bson.D{{Key: "version", Value: 1}}).SetHint("_id_"))
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(rows))
	for i := range rows {
		out[rows[i].ID] = rows[i].Version
	}
	return out, nil
}

// countAtOnce is how many counts are asked for side by side.
const countAtOnce = 8

// CountDue counts a range of the index of due times for each agency. The agencies of a
// case are a list, so that no one question groups by them without reading the cases.
func (s *Store) CountDue(ctx context.Context, agencies []string, before time.Time) (map[string]int, error) {
	agencies = append(slices.Clone(agencies), models.KeptFromRoot)
	counts, errs := make([]int64, len(agencies)), make([]error, len(agencies))
	var all sync.WaitGroup
	slots := make(chan struct{}, countAtOnce)
	for i, agency := range agencies {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			q := store.FeedbackQuery{Scope: agency, OverdueAt: before, Sort: store.ByDue}
			counts[i], errs[i] = s.feedback.CountDocuments(ctx, filterOf(q), options.Count().SetHint(hintOf(q, orderings[q.Sort])))
		})
	}
	all.Wait()
	out := map[string]int{}
	for i, agency := range agencies {
		if errs[i] != nil {
			return nil, wrap(ctx, errs[i])
		}
		if counts[i] > 0 {
			out[agency] = int(counts[i])
		}
	}
	store.DueForRoot(out)
	return out, nil
}
