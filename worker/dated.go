package worker

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// datedBy is the setting that names the years whose calendars were known, and the amendments
// that made them so, when what is open without a due date was last looked through; with
// lookAgain once more is to be looked.
const (
	datedBy   = "dated_by"
	lookAgain = "again"
)

const (
	datedEvery = time.Hour // between two walks
	datedBatch = 100       // records between two pauses
)

var datable = []models.Status{models.Received, models.NeedsInfo, models.Assigned, models.InProgress, models.Merged}

// dateAll gives cases and requests about personal data that have no due date theirs, when
// the calendar of a year is known that was not. Of several processes one does. It looks
// again later, until it finds none then: a process that did not know the year yet may have
// left some behind.
func (w *Worker) dateAll(ctx context.Context) {
	asked, enough := context.WithTimeout(ctx, asking)
	tree, _, err := w.tree(asked)
	enough()
	if err != nil {
		return // claiming work says so
	}
	have, err := setting(ctx, w.o.Store, datedBy)
	if err != nil {
		return
	}
	known, err := w.knownYears(ctx)
	if err != nil {
		return
	}
	before := strings.Fields(have)
	isNew := slices.ContainsFunc(known, func(name string) bool { return !slices.Contains(before, name) })
	if !isNew && !slices.Contains(before, lookAgain) {
		return
	}
	years := strings.Join(known, " ")
	if n, err := w.o.Store.Hit(ctx, "dated "+years, 1, datedEvery, w.o.Now()); err != nil || n > 1 {
		return
	}
	cases, err := w.dateCases(ctx, tree)
	requests := 0
	if err == nil {
		requests, err = w.dateRequests(ctx)
	}
	if err == nil {
		if isNew || cases+requests > 0 {
			years += " " + lookAgain
		}
		err = w.o.Store.PutSetting(ctx, datedBy, years)
	}
	if cases+requests > 0 {
		w.o.Log.Info("there are due dates now that the calendar is known", "cases", cases, "data_requests", requests)
		w.Wake()
	}
	if err != nil && ctx.Err() == nil {
		w.o.Log.Warn("not all cases without a due date were looked at", "reason", reason(err))
	}
}

// knownYears names the years whose calendars are known. One that was added, taken back and
// added again has another name then.
func (w *Worker) knownYears(ctx context.Context) (names []string, err error) {
	for _, year := range w.o.Rules.Calendar().Years {
		names = append(names, strconv.Itoa(year))
	}
	amendments, err := w.o.Store.Amendments(ctx)
	for _, a := range amendments {
		if a.Year != 0 {
			names = append(names, a.ID)
		}
	}
	return names, err
}

// dateCases dates what it can and returns how many cases that are.
func (w *Worker) dateCases(ctx context.Context, tree *models.Tree) (dated int, err error) {
	q := store.FeedbackQuery{All: true, Undated: true, Statuses: datable, Sort: store.ByDue, Limit: datedBatch}
	var began time.Time
	err = store.EachOn(func(next string) (store.Page[models.Summary], error) {
		if next != "" {
			w.letOthersGo(ctx, 3*time.Since(began))
		}
		began, q.Next = time.Now(), next
		return w.o.Store.ListFeedback(ctx, q)
	}, func(row models.Summary) error {
		has := false
		err := w.changeOne(ctx, row.ID, func(f *models.Feedback) ([]models.Work, error) {
			changed, work := f.Date(w.o.Rules, tree, w.o.Now())
			if has = changed && f.Due != nil; !changed {
				return nil, errNothingToDo
			}
			return work, nil
		})
		if has && err == nil {
			dated++
		}
		return err
	})
	return dated, err
}

// dateRequests dates requests about personal data and returns how many.
func (w *Worker) dateRequests(ctx context.Context) (dated int, err error) {
	err = store.EachOpenDataRequest(ctx, w.o.Store, func(r models.DataRequest) error {
		if !r.Date(w.o.Rules) {
			return nil
		}
		if err := w.tellDated(ctx, &r); err != nil {
			return err
		}
		_, err := w.o.Store.UpdateDataRequest(ctx, r.ID, func(r *models.DataRequest) error {
			if !r.Date(w.o.Rules) {
				return errNothingToDo
			}
			return nil
		})
		switch {
		case err == nil:
			dated++
		case errors.Is(err, errNothingToDo):
			return nil
		}
		return err
	})
	return dated, err
}

// tellDated writes to the audit log which date the request gets, and tells who asked and who
// decide on it. It comes before the date is stored, and everything has an ID of its own: a
// process that is cut off does it again, and nobody is told twice.
func (w *Worker) tellDated(ctx context.Context, r *models.DataRequest) error {
	now, id := w.o.Now(), models.DeriveID(r.ID, "dated")
	e := models.AuditEntry{ID: id, At: now, Action: models.ActSetDue, Object: r.ID, Agency: models.RootAgency, Detail: r.Dated()}
	if err := w.o.Store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return e.Chain(head, w.o.Keyring.AuditKey()) }); err != nil {
		return err
	}
	people, err := w.membersOf(ctx, models.RootAgency, func(m *models.Staff) bool { return m.May(models.ActDataRights) })
	if err != nil {
		return err
	}
	if err := w.addLines(ctx, id, people, models.Notification{Event: models.ActDataDated, DueAt: &r.Due.At, At: now}); err != nil {
		return err
	}
	x := models.NewWork(models.WorkNotify, id, now, map[string]string{"event": string(models.ActDataDated), "account": r.Person})
	x.ID = id
	return store.PutWork(ctx, w.o.Store, x)
}
