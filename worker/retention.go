package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// Of people that want to be looked at, so many are read at once, and so many are looked at
// in a minute at most.
const (
	retentionPage    = 100
	retentionPortion = 1000
)

// severPast severs a portion of the identities that are past their term.
func (w *Worker) severPast(ctx context.Context) {
	n, err := SeverPast(ctx, w.o.Store, w.o.Keyring, w.o.Retention, "program", w.o.Now(), retentionPortion)
	if n > 0 {
		w.o.Log.Info("identities past their term were severed", "people", n)
	}
	if err != nil && ctx.Err() == nil {
		w.o.Log.Warn("identities past their term are left for the next minute", "reason", reason(err))
	}
}

// SeverPast looks at up to most people who want it, the longest waiting first, severs the
// identities that are past the term in force at now, and returns how many. Each is in the
// audit log, as done by actor. Doing it again, also in several processes, is harmless.
func SeverPast(ctx context.Context, st store.Store, keys *models.Keyring, rows []models.Retention, actor string, now time.Time, most int) (int, error) {
	row := models.RetentionOf(rows, models.KeptIdentity, now)
	if row == nil {
		return 0, nil
	}
	seals, err := sealKeys(ctx, st, keys)
	if err != nil {
		return 0, err
	}
	severed := 0
	for next := ""; most > 0; {
		page, err := st.PeopleToLookAt(ctx, now, min(most, retentionPage), next)
		if err != nil {
			return severed, err
		}
		most -= len(page.Items)
		for _, id := range page.Items {
			codes, past, again, err := lookAtIdentity(ctx, st, id, row, now)
			switch {
			case errors.Is(err, models.ErrNotFound):
				continue
			case err == nil && past:
				if err = auditSevered(ctx, st, keys, row, id, actor, len(codes), now); err == nil {
					err = store.Sever(ctx, st, id, seals.Sealer, now)
				}
				if err == nil {
					severed++
				}
			case err == nil:
				_, err = st.UpdatePerson(ctx, id, func(p *models.Person) error { p.RetainAt = &again; return nil })
			}
			if err != nil {
				return severed, err
			}
		}
		if next = page.Next; next == "" {
			return severed, nil
		}
	}
	return severed, nil
}

// EachPastIdentity calls do, with the codes of the person's cases, for everybody whose
// identity is past the term in force at now. It changes nothing, and looks at everybody
// who is not severed.
func EachPastIdentity(ctx context.Context, st store.Store, rows []models.Retention, now time.Time, do func(codes []string) error) error {
	row := models.RetentionOf(rows, models.KeptIdentity, now)
	if row == nil {
		return nil
	}
	return store.EachOn(func(next string) (store.Page[string], error) {
		return st.PeopleToLookAt(ctx, now.Add(models.RetentionLook), retentionPage, next)
	}, func(id string) error {
		codes, past, _, err := lookAtIdentity(ctx, st, id, row, now)
		switch {
		case errors.Is(err, models.ErrNotFound):
			return nil
		case err == nil && past:
			err = do(codes)
		}
		return err
	})
}

// lookAtIdentity reports whether the person's identity is past the term, or when to look
// again, and the codes of their cases. One that is severed is not past it.
func lookAtIdentity(ctx context.Context, st store.Store, id string, row *models.Retention, now time.Time) (codes []string, past bool, again time.Time, err error) {
	p, err := st.Person(ctx, id)
	if err != nil || p.SeveredAt != nil {
		return nil, false, now, err
	}
	sessions, err := st.ListSessions(ctx, id)
	if err != nil {
		return nil, false, now, err
	}
	var requests []models.DataRequest
	err = store.EachDataRequestOf(ctx, st, id, func(r models.DataRequest) error {
		requests = append(requests, r)
		return nil
	})
	if err != nil {
		return nil, false, now, err
	}
	use := models.NewIdentityUse(p, sessions, requests, now)
	err = store.EachOf(ctx, st, id, func(row models.Summary) error {
		use.Add(&row)
		codes = append(codes, row.Code)
		return nil
	})
	if err != nil {
		return nil, false, now, err
	}
	past, again = use.Past(row, now)
	return codes, past, again, nil
}

// auditSevered says in the audit log that the identity goes and by which term. It comes
// first, once for each person, so that none goes without.
func auditSevered(ctx context.Context, st store.Store, keys *models.Keyring, row *models.Retention, person, actor string, cases int, now time.Time) error {
	e := models.AuditEntry{ID: models.DeriveID(person, string(models.ActSever)), At: now, Actor: actor, Action: models.ActSever, Object: person,
		Detail: fmt.Sprintf("%s: %d %s, cases: %d", row.Key, row.Term, row.Unit, cases)}
	return st.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return e.Chain(head, keys.AuditKey()) })
}
