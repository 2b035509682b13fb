package handlers

import (
	"context"
	"strconv"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// sortingView is the clock of whose a case is, nil when it does not run.
func (s *server) sortingView(f *models.Feedback, lang string) *api.Sorting {
	x := f.Sorting
	if x == nil || x.Due.Rule == "" || !f.Status.Open() {
		return nil
	}
	told := f.TellSorting(s.Ref.Rules, s.Ref.Tree, lang)
	return &api.Sorting{Agency: s.agencyRef(x.Agency), Rule: x.Due.Rule, At: orNull(x.Due.At), Start: x.Due.Start, Term: x.Due.Term, Unit: api.Unit(x.Due.Unit),
		Overdue: f.SortingLate(s.Now()), PausedSince: x.PausedAt, LegalBasis: told.Basis, Explanation: told.Line, Steps: told.Steps, Convention: told.Convention,
		Ladder: ladderView(s.sortingLadder(f), lang)}
}

// sortedView lists who found out when whose the case was not, or is.
func (s *server) sortedView(f *models.Feedback) []api.Sorted {
	out := []api.Sorted{}
	for _, x := range f.Sorted {
		out = append(out, api.Sorted{Agency: s.agencyRef(x.Agency), Rule: x.Rule, Start: x.Start, DueAt: orNull(x.DueAt), EndedAt: x.At, Late: x.Late()})
	}
	return out
}

// sortingLadder lists the steps of its ladder, see ladderOf.
func (s *server) sortingLadder(f *models.Feedback) []models.LadderStep {
	steps, err := f.SortingLadder(s.Ref.Ladders, s.Ref.Rules)
	if err != nil {
		return nil
	}
	return steps
}

// sortingOf is the same for the page of the case.
func (s *server) sortingOf(f *models.Feedback, lang string) *web.CaseSorting {
	p := &web.CaseSorting{Done: f.TellSorted(s.Ref.Tree, lang)}
	if x := f.Sorting; x != nil && x.Due.Rule != "" && f.Status.Open() {
		told, late := f.TellSorting(s.Ref.Rules, s.Ref.Tree, lang), f.SortingLate(s.Now())
		p.Due = &web.CaseDue{For: s.ruleName(x.Due.Rule, lang), At: x.Due.At, Paused: x.PausedAt, Explanation: told.Line, Counted: told.Steps, LegalBasis: told.Basis, Convention: told.Convention,
			Open: f.SortBy() != nil, Late: late, Soon: f.SortBy() != nil && !late && x.Due.At.Sub(s.Now()) < soon, Steps: caseSteps(s.sortingLadder(f), lang)}
	}
	if p.Due == nil && p.Done == nil {
		return nil
	}
	return p
}

// sortBys says by when it has to be found out whose the cases of a list are, by ID. A list does
// not have it: it is read from the records, once for each version of them, of all in one call.
func (s *server) sortBys(ctx context.Context, rows []models.Summary) (map[string]*time.Time, error) {
	out, keys, missing := map[string]*time.Time{}, map[string]string{}, []string(nil)
	for _, row := range rows {
		if row.Status != models.Received && row.Status != models.Assigned {
			continue
		}
		key := row.ID + " " + strconv.FormatInt(row.Version, 36)
		if by, ok := s.sorting.find(key); ok {
			out[row.ID] = by
			continue
		}
		keys[row.ID], missing = key, append(missing, row.ID)
	}
	if missing == nil {
		return out, nil
	}
	read, err := s.Store.SortBy(ctx, missing)
	if err != nil {
		return nil, err
	}
	for _, id := range missing {
		if by, ok := read[id]; ok {
			out[id] = &by
		}
		s.sorting.put(keys[id], out[id])
	}
	return out, nil
}
