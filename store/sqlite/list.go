package sqlite

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// summaryColumns stand behind the ID and the sort key in every list. The texts come as
// one value, because the driver asks for the declared type of each text of each row. The
// title, which people write, is the last of them.
const summaryColumns = `f.version, f.due, f.waiting, f.back, f.published, f.received, f.updated,
	concat_ws(char(31), f.code, f.kind, f.source, f.status, f.province, f.field, f.agency, f.handler, f.title)`

func summary(r []driver.Value) models.Summary {
	number := func(i int) int64 { n, _ := r[i].(int64); return n }
	at := func(i int) time.Time { return time.UnixMilli(number(i)).UTC() }
	maybe := func(i int) *time.Time {
		if r[i] == nil {
			return nil
		}
		t := at(i)
		return &t
	}
	id, _ := r[0].(string)
	all, _ := r[9].(string)
	var text [8]string
	for i := range 8 {
		text[i], all, _ = strings.Cut(all, "\x1f")
	}
	return models.Summary{
		ID: id, Version: number(2), DueAt: maybe(3), RepliesWaiting: int(number(4)), RepliesBack: int(number(5)),
		PublishedAt: maybe(6), CreatedAt: at(7), UpdatedAt: at(8),
		Code: text[0], Kind: models.Kind(text[1]), Source: models.Source(text[2]), Status: models.Status(text[3]), Province: text[4],
		Field: text[5], Agency: text[6], Handler: text[7], Title: all,
	}
}

// ordering says how a list is sorted.
type ordering struct {
	key      string // column of feedback_view; empty: it has none
	record   string // the same of feedback
	desc     bool
	byStatus bool // the index of the key begins with the status: one range for each, merged
}

var orderings = map[store.Sort]ordering{
	store.ByReceivedDesc:  {key: "v.received", record: "f.received", desc: true, byStatus: true},
	store.ByReceived:      {key: "v.received", record: "f.received", byStatus: true},
	store.ByDue:           {key: "v.due", record: dueOrLast, byStatus: true},
	store.ByDueDesc:       {key: "v.due", record: dueOrLast, desc: true, byStatus: true},
	store.ByUpdated:       {record: "f.updated"},
	store.ByPublishedDesc: {key: "v.published", record: "f.published", desc: true},
}

// taskDue is when an agency has to contribute, NULL when by no date.
const taskDue = "nullif(v.due, 9223372036854775807)"

// taskColumns are summaryColumns of what an agency contributes to: due by its own date.
var taskColumns = strings.Replace(summaryColumns, "f.due", taskDue, 1)

// dueOrLast is feedback_view.due computed from feedback; see dueKey.
const dueOrLast = "coalesce(f.due, 9223372036854775807)"

// noDue restricts a list to what has no due date.
const noDue = " AND v.due = 9223372036854775807"

// builder collects the text and the arguments of a statement.
type builder struct {
	strings.Builder
	args []any
}

func (b *builder) add(sql string, args ...any) {
	b.WriteString(sql)
	b.args = append(b.args, args...)
}

// ListFeedback reads ranges of one index.
func (s *Store) ListFeedback(ctx context.Context, q store.FeedbackQuery) (store.Page[models.Summary], error) {
	var p store.Page[models.Summary]
	if err := q.Check(); err != nil {
		return p, err
	}
	after, err := parsePlace("f"+string(q.Sort), q.Next)
	if err != nil {
		return p, err
	}
	limit := store.PageSize(q.Limit)
	b := listStatement(q, after, limit+1)
	if b == nil {
		return p, nil
	}
	var last store.Cursor
	err = s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, &statement{b.String()}, func(r []driver.Value) error {
			if len(p.Items) == limit {
				p.Next = last.String()
				return nil
			}
			p.Items = append(p.Items, summary(r))
			last = store.Cursor{List: "f" + string(q.Sort), Key: r[1].(int64), ID: rowText(r[10])}
			return nil
		}, b.args...)
	})
	if err != nil {
		return store.Page[models.Summary]{}, err
	}
	return p, nil
}

// listStatement returns the statement of a list, nil when q cannot select anything.
func listStatement(q store.FeedbackQuery, after *place, limit int) *builder {
	statuses := q.Selected()
	if len(statuses) == 0 {
		return nil
	}
	o := orderings[q.Sort]
	b := &builder{}
	switch {
	case q.Sender != "": // one person's records are few: sorting them is cheap
		b.record(q, o, "sender", q.Sender, statuses, after)
	case publishedBy(q) == "field":
		b.record(q, o, "field", q.Field, statuses, after)
	case publishedBy(q) == "province":
		b.record(q, o, "province", q.Province, statuses, after)
	case o.key == "":
		b.updated(q, o, statuses, after)
	case !o.byStatus:
		b.view(q, o, statuses, after)
	default:
		for i := range statuses {
			if i > 0 {
				b.add(" UNION ALL ")
			}
			b.view(q, o, statuses[i:i+1], after)
		}
	}
	direction := ""
	if o.desc {
		direction = " DESC"
	}
	b.add(" ORDER BY 2"+direction+", 11"+direction+" LIMIT ? + 0", limit)
	return b
}

// record adds a SELECT over an index of feedback that begins with a column.
func (b *builder) record(q store.FeedbackQuery, o ordering, column, value string, statuses []models.Status, after *place) {
	b.add("SELECT f.id, "+o.record+", "+summaryColumns+", f.n FROM feedback f WHERE f."+column+" = ?", value)
	if q.Sort == store.ByPublishedDesc {
		b.add(" AND f.published IS NOT NULL")
	}
	b.oneOf("f.status", statuses)
	b.after(o, o.record, "f.n", after)
	b.restrict(q, "f.due")
	b.replies(q)
}

// updated adds a SELECT over what changed lately, whoever lists it.
func (b *builder) updated(q store.FeedbackQuery, o ordering, statuses []models.Status, after *place) {
	b.add("SELECT f.id, "+o.record+", "+summaryColumns+", f.n FROM feedback f INDEXED BY feedback_updated WHERE f.updated > ?", q.UpdatedAfter)
	b.after(o, o.record, "f.n", after)
	b.oneOf("f.status", statuses)
	for _, w := range whose(q) {
		if w != allRecords {
			b.alsoIn("f.status", "f.received", "f.n", w)
		}
	}
	b.notKept(q, "f.status", "f.received", "f.n")
	b.restrict(q, "f.due")
}

// view adds a SELECT over a range of an index of feedback_view.
func (b *builder) view(q store.FeedbackQuery, o ordering, statuses []models.Status, after *place) {
	whose, columns := whose(q), summaryColumns
	if q.Contributor != "" {
		columns = taskColumns
	}
	b.add("SELECT f.id, "+o.key+", "+columns+", v.n FROM feedback_view v CROSS JOIN feedback f ON f.n = v.n WHERE v.whose = ?", whose[0])
	b.alsoInViews(whose[1:])
	if q.Sort == store.ByPublishedDesc {
		b.add(" AND v.published IS NOT NULL")
	}
	b.oneOf("v.status", statuses)
	b.after(o, o.key, "v.n", after)
	if o.key == "v.due" && !q.OverdueAt.IsZero() {
		b.add(" AND v.due < ?", upward(q.OverdueAt))
	}
	if o.key == "v.due" && !q.DueFrom.IsZero() {
		b.add(" AND v.due >= ?", upward(q.DueFrom))
	}
	if o.key == "v.due" && q.Undated {
		b.add(noDue)
	}
	b.notKept(q, "v.status", "v.received", "v.n")
	b.restrict(q, dueOf(q))
}

func (b *builder) after(o ordering, key, row string, after *place) {
	if after == nil {
		return
	}
	sign := " > "
	if o.desc {
		sign = " < "
	}
	b.add(" AND ("+key+", "+row+")"+sign+"(?, ?)", after.key, after.row)
}

// publishedBy returns the column whose index of published records answers q best, if
// there is one: the public lists of one field or province.
func publishedBy(q store.FeedbackQuery) string {
	switch {
	case !q.All || q.Sort != store.ByPublishedDesc || q.Waiting || q.Back || q.SortsLate || q.Agency != "" || q.Handler != "" || q.Escalated != "" || q.Contributor != "":
		return ""
	case q.Field != "":
		return "field"
	case q.Province != "":
		return "province"
	}
	return ""
}

// whose returns the keys of feedback_view that q wants all of, the narrowest first.
// An agency that has a case is always in its scope; the root lists all.
func whose(q store.FeedbackQuery) []string {
	var out []string
	narrowest := cmp.Or(q.Agency, q.Scope, models.RootAgency)
	if q.Contributor != "" { // first: its row has the date that is sorted by
		out = append(out, "t:"+q.Contributor)
	}
	if q.Waiting {
		out = append(out, "w:"+narrowest)
	}
	if q.Back {
		out = append(out, "b:"+narrowest)
	}
	if q.SortsLate {
		out = append(out, "l:"+narrowest)
	}
	listed := q.Waiting || q.Back || q.SortsLate // which says what "s:" would
	if q.Handler != "" {
		out = append(out, "h:"+q.Handler)
	}
	if q.Escalated != "" {
		out = append(out, "e:"+q.Escalated)
	}
	if q.Agency != "" && !listed {
		out = append(out, "s:"+q.Agency)
	}
	if q.Scope != "" && q.Scope != q.Agency && q.Scope != models.RootAgency && !(listed && q.Scope == narrowest) {
		out = append(out, "s:"+q.Scope)
	}
	if len(out) == 0 {
		out = append(out, allRecords)
	}
	return out
}

// allRecords is the key of the list that has every record.
const allRecords = "s:" + models.RootAgency

// notKept leaves out of what the root lists what is kept from it.
func (b *builder) notKept(q store.FeedbackQuery, status, received, row string) {
	if q.Scope == models.RootAgency {
		b.add(" AND NOT "+listedToo(status, received, row), "s:"+models.KeptFromRoot)
	}
}

func (b *builder) alsoInViews(whose []string) {
	for _, w := range whose {
		b.alsoIn("v.status", "v.received", "v.n", w)
	}
}

// alsoIn restricts to records that are listed there too.
func (b *builder) alsoIn(status, received, row, whose string) {
	b.add(" AND "+listedToo(status, received, row), whose)
}

// listedToo is true of a record that is listed under one more key, the statement's next argument.
func listedToo(status, received, row string) string {
	return "EXISTS (SELECT 1 FROM feedback_view x WHERE x.whose = ? AND x.status = " + status + " AND x.received = " + received + " AND x.n = " + row + ")"
}

func (b *builder) oneOf(column string, statuses []models.Status) {
	if len(statuses) == len(models.Statuses) {
		return
	}
	b.add(" AND "+column+" IN (?", statuses[0])
	for _, s := range statuses[1:] {
		b.add(", ?", s)
	}
	b.add(")")
}

// dueOf returns the column of the date that q asks for: in what an agency contributes to, its own.
func dueOf(q store.FeedbackQuery) string {
	if q.Contributor != "" {
		return taskDue
	}
	return "f.due"
}

// restrict adds the filters that the index does not answer.
func (b *builder) restrict(q store.FeedbackQuery, due string) {
	for _, f := range []struct{ column, value string }{
		{"agency", q.Agency}, {"handler", q.Handler}, {"field", q.Field}, {"province", q.Province}, {"kind", string(q.Kind)},
	} {
		if f.value != "" {
			b.add(" AND f."+f.column+" = ?", f.value)
		}
	}
	if !q.OverdueAt.IsZero() {
		b.add(" AND "+due+" < ?", upward(q.OverdueAt))
	}
	if !q.DueFrom.IsZero() {
		b.add(" AND "+due+" >= ?", upward(q.DueFrom))
	}
	if q.Undated {
		b.add(" AND " + due + " IS NULL")
	}
	if !q.UpdatedAfter.IsZero() {
		b.add(" AND f.updated > ?", q.UpdatedAfter)
	}
	if q.Published {
		b.add(" AND f.published IS NOT NULL")
	}
}

// replies adds what the keys of feedback_view say elsewhere (see whose).
func (b *builder) replies(q store.FeedbackQuery) {
	if q.Waiting {
		b.add(" AND f.waiting > 0")
	}
	if q.Back {
		b.add(" AND f.back > 0")
	}
	if q.SortsLate {
		b.alsoIn("f.status", "f.received", "f.n", "l:"+models.RootAgency)
	}
}

// upward rounds to the next whole millisecond, so that "before" stays exact.
func upward(t time.Time) int64 { return t.Add(time.Millisecond - 1).UnixMilli() }

// CountByStatus looks the numbers up, or counts a range of one index when q has filters
// beside whose and which statuses.
func (s *Store) CountByStatus(ctx context.Context, q store.FeedbackQuery) (map[models.Status]int, error) {
	q.Sort = store.ByReceivedDesc
	if err := q.Check(); err != nil {
		return nil, err
	}
	if q.Scope == models.RootAgency {
		return store.CountForRoot(ctx, s, q)
	}
	out := map[models.Status]int{}
	b := countStatement(q)
	if b == nil {
		return out, nil
	}
	err := s.r.use(ctx, func(c *conn) error {
		return c.query(ctx, &statement{b.String()}, func(r []driver.Value) error {
			out[models.Status(r[0].(string))] = int(r[1].(int64))
			return nil
		}, b.args...)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func countStatement(q store.FeedbackQuery) *builder {
	statuses := q.Selected()
	if len(statuses) == 0 {
		return nil
	}
	where, b := &builder{}, &builder{}
	due := dueOf(q)
	if q.Sender != "" {
		due = "f.due"
	}
	rest := q
	rest.Undated = q.Undated && q.Sender != "" // else the index says it
	where.restrict(rest, due)
	if q.Sender != "" {
		b.add("SELECT f.status, count(*) FROM feedback f WHERE f.sender = ?", q.Sender)
		b.oneOf("f.status", statuses)
		where.replies(q)
		b.add(where.String()+" GROUP BY f.status", where.args...)
		return b
	}
	whose := whose(q)
	if where.Len() == 0 && len(whose) == 1 && !q.Undated {
		b.add("SELECT v.status, v.n FROM feedback_count v WHERE v.n > 0 AND v.whose = ?", whose[0])
		b.oneOf("v.status", statuses)
		return b
	}
	b.add("SELECT v.status, count(*) FROM feedback_view v")
	if where.Len() > 0 {
		b.add(" CROSS JOIN feedback f ON f.n = v.n")
	}
	b.add(" WHERE v.whose = ?", whose[0])
	b.oneOf("v.status", statuses)
	if q.Undated {
		b.add(noDue)
	}
	b.alsoInViews(whose[1:])
	b.add(where.String()+" GROUP BY v.status", where.args...)
	return b
}

// Summaries reads all records in one statement.
func (s *Store) Summaries(ctx context.Context, ids []string) ([]models.Summary, error) {
	found := make(map[string]models.Summary, len(ids))
	err := s.byIDs(ctx, sqlSummaries, ids, func(r []driver.Value) {
		one := summary(r)
		found[one.ID] = one
	})
	if err != nil {
		return nil, err
	}
	var out []models.Summary
	for _, id := range ids {
		if one, ok := found[id]; ok {
			out = append(out, one)
		}
	}
	return out, nil
}

// PublishedVersions reads an index alone.
func (s *Store) PublishedVersions(ctx context.Context, ids []string) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	err := s.byIDs(ctx, sqlPublishedVersions, ids, func(r []driver.Value) { out[r[0].(string)] = r[1].(int64) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// CountDue counts ranges of the index of due times, without a look at any record.
func (s *Store) CountDue(ctx context.Context, agencies []string, before time.Time) (map[string]int, error) {
	out := map[string]int{}
	for some := range slices.Chunk(append(slices.Clone(agencies), models.KeptFromRoot), idsAtOnce) {
		b := dueStatement(some, before)
		err := s.r.use(ctx, func(c *conn) error {
			return c.query(ctx, &statement{b.String()}, func(r []driver.Value) error {
				out[strings.TrimPrefix(r[0].(string), "s:")] = int(r[1].(int64))
				return nil
			}, b.args...)
		})
		if err != nil {
			return nil, err
		}
	}
	store.DueForRoot(out)
	return out, nil
}

func dueStatement(agencies []string, before time.Time) *builder {
	b := &builder{}
	b.add("SELECT v.whose, count(*) FROM feedback_view v INDEXED BY feedback_view_due WHERE v.whose IN (?", "s:"+agencies[0])
	for _, a := range agencies[1:] {
		b.add(", ?", "s:"+a)
	}
	b.add(")")
	b.oneOf("v.status", store.FeedbackQuery{OverdueAt: before}.Selected())
	b.add(" AND v.due < ? GROUP BY v.whose", upward(before))
	return b
}
