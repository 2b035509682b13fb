package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

// DeskListFeedback is the inbox: the cases of the member's agency and all beneath it,
// or those of others in which it was asked to contribute.
func (s *server) DeskListFeedback(ctx context.Context, in api.DeskListFeedbackRequestObject) (api.DeskListFeedbackResponseObject, error) {
	p, me := in.Params, of(ctx).Staff
	q := store.FeedbackQuery{
		Scope: me.Agency, Agency: value(p.Agency), Handler: value(p.Handler), Field: value(p.Field), Province: value(p.Province),
		Kind: models.Kind(value(p.Kind)), Sort: deskSort(value(p.Sort)), Limit: limitOf(p.Limit), Next: value(p.Next),
	}
	if q.Handler == "me" {
		q.Handler = me.ID
	}
	if v := deskViewOf(value(p.View)); v != nil {
		v.narrow(&q, me, s.Now())
	}
	if p.Overdue != nil && *p.Overdue {
		q.OverdueAt = s.Now()
	}
	counts, err := s.countByStatus(ctx, q)
	if err != nil {
		return nil, err
	}
	if p.Status != nil {
		if status := models.Status(*p.Status); len(q.Statuses) == 0 || slices.Contains(q.Statuses, status) {
			q.Statuses = []models.Status{status}
		} else {
			q.Statuses = []models.Status{""} // which no case of the view has
		}
	}
	var page store.Page[models.Summary]
	var total *int
	if text := strings.TrimSpace(value(p.Q)); text != "" {
		page, total, err = s.searchDesk(ctx, text, q)
	} else {
		page, err = s.Store.ListFeedback(ctx, q)
		sum := 0
		for st, n := range counts {
			if p.Status == nil || st == models.Status(*p.Status) {
				sum += n
			}
		}
		total = &sum
	}
	if err != nil {
		return nil, err
	}
	list := api.DeskList{Items: []api.DeskSummary{}, Next: optional(page.Next), Total: total, Counts: map[string]int{}}
	if value(p.Q) != "" && beyondIndex(q) {
		list.Total = nil
	}
	for st, n := range counts {
		list.Counts[string(st)] = n
	}
	sortBy, err := s.sortBys(ctx, page.Items)
	if err != nil {
		return nil, err
	}
	for _, row := range page.Items {
		item, err := s.deskRow(ctx, row, sortBy[row.ID])
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, item)
	}
	return api.DeskListFeedback200JSONResponse(list), nil
}

func deskSort(s string) store.Sort {
	switch api.DeskSort(s) {
	case api.DeskSortReceived:
		return store.ByReceived
	case api.DeskSortDue:
		return store.ByDue
	case api.DeskSortDueDesc:
		return store.ByDueDesc
	}
	return store.ByReceivedDesc
}

// countByStatus counts for the tabs of the inbox; a count may be two seconds old.
func (s *server) countByStatus(ctx context.Context, q store.FeedbackQuery) (map[models.Status]int, error) {
	q.Sort, q.Limit, q.Next = "", 0, ""
	key := q
	key.OverdueAt = key.OverdueAt.Truncate(1 << 31) // about two seconds: the same key while remembered
	return s.inbox.get(fmt.Sprintf("%#v", key), func() (map[models.Status]int, error) {
		return s.Store.CountByStatus(ctx, q)
	})
}

// searchLooks is how many pages of hits are looked through to fill one of the inbox.
const searchLooks = 10

// searchDesk finds cases by their text. The index only proposes: each case is loaded
// and shown only if the member may see it and it still fits the filters. Some filters
// the index does not know; with them nobody counted how many there are in all.
func (s *server) searchDesk(ctx context.Context, text string, q store.FeedbackQuery) (store.Page[models.Summary], *int, error) {
	var page store.Page[models.Summary]
	offset, err := offsetOf(q.Next)
	if err != nil {
		return page, nil, err
	}
	filters := search.Filters{Scope: q.Scope, Agency: q.Agency, Field: q.Field, Province: q.Province}
	if len(q.Statuses) == 1 {
		filters.Status = string(q.Statuses[0])
	}
	me, total := of(ctx).Staff, 0
	for range searchLooks {
		found, err := s.Index.Search(ctx, search.Query{Text: text, Filters: filters, Offset: offset, Limit: q.Limit})
		if err != nil {
			return page, nil, err
		}
		total = found.Total
		for _, hit := range found.Hits {
			if len(page.Items) == q.Limit {
				break
			}
			offset++
			f, err := s.Store.Feedback(ctx, hit.ID)
			if errors.Is(err, models.ErrNotFound) {
				continue
			}
			if err != nil {
				return page, nil, err
			}
			if me.MayOn(models.ActView, f) == nil && fits(f, q) {
				row := f.Summary()
				row.DueAt = dueIn(f, q)
				page.Items = append(page.Items, row)
			}
		}
		page.Next = ""
		if len(found.Hits) > 0 {
			page.Next = nextOffset(offset, 0, total)
		}
		if page.Next == "" || len(page.Items) == q.Limit {
			break
		}
	}
	switch {
	case page.Next == "" && q.Next == "": // these are all
		total = len(page.Items)
	case beyondIndex(q):
		return page, nil, nil
	}
	return page, &total, nil
}

// beyondIndex reports whether the search index cannot tell what fits.
func beyondIndex(q store.FeedbackQuery) bool {
	return q.Handler != "" || q.Kind != "" || !q.OverdueAt.IsZero() || !q.DueFrom.IsZero() || q.Undated || q.Waiting || q.Back || q.SortsLate || q.Contributor != "" || len(q.Statuses) > 1
}

// dueIn returns by when a case of a list is due: where an agency contributes, its part.
func dueIn(f *models.Feedback, q store.FeedbackQuery) *time.Time {
	if q.Contributor != "" {
		return f.TaskDue(q.Contributor)
	}
	return f.Summary().DueAt
}

func fits(f *models.Feedback, q store.FeedbackQuery) bool {
	s, due := f.Summary(), dueIn(f, q)
	return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, f.Status)) && (q.Agency == "" || f.Agency == q.Agency) &&
		(q.Handler == "" || f.Handler == q.Handler) && (q.Field == "" || f.Field == q.Field) &&
		(q.Province == "" || f.Province == q.Province) && (q.Kind == "" || f.Kind == q.Kind) &&
		(q.OverdueAt.IsZero() || f.Status.Open() && due != nil && due.Before(q.OverdueAt)) && (q.DueFrom.IsZero() || due != nil && !due.Before(q.DueFrom)) &&
		(!q.Undated || due == nil) && (!q.Waiting || s.RepliesWaiting > 0) && (!q.Back || s.RepliesBack > 0) && (!q.SortsLate || f.SortsLate()) &&
		(q.Contributor == "" || slices.Contains(f.Contributors, q.Contributor))
}

// offsetOf reads the page token of a search, which is a position.
func offsetOf(next string) (int, error) {
	if next == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(next, "o"))
	if err != nil || n < 0 || n > search.MaxDepth || !strings.HasPrefix(next, "o") {
		return 0, models.Invalid([]models.FieldError{{Field: "next", Code: "invalid"}})
	}
	return n, nil
}

func nextOffset(offset, limit, total int) string {
	if next := offset + limit; next < min(total, search.MaxDepth) {
		return "o" + strconv.Itoa(next)
	}
	return ""
}

func (s *server) deskRow(ctx context.Context, row models.Summary, sortBy *time.Time) (api.DeskSummary, error) {
	item := api.DeskSummary{
		ID: row.ID, Code: row.Code, Title: row.Title, Kind: api.Kind(row.Kind), Status: api.Status(row.Status),
		Agency: s.agencyRef(row.Agency), Field: optional(row.Field), Province: optional(row.Province), DueAt: row.DueAt,
		Overdue: row.DueAt != nil && row.Status.Open() && s.Now().After(*row.DueAt), Source: api.Source(row.Source),
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, RepliesWaiting: row.RepliesWaiting, SortBy: sortBy,
	}
	if row.Handler != "" {
		h, err := s.person(ctx, row.Handler)
		if err != nil {
			return item, err
		}
		item.Handler = &h
	}
	return item, nil
}
