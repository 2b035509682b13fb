package store

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
)

// What concerns two cases takes several writes, for each case is a record of its own. The
// functions here go through what is left of them. Each may be called again, by several at
// once, and after a process ended at any point: what they come to is the same. Work that is
// stored with the first write calls them (package worker), and so does whoever made it, so
// as to answer what became of it.

// errNothing ends a change that is not needed.
var errNothing = errors.New("nothing to do")

// change is UpdateFeedback, but a record that has to change nothing is not written.
func change(ctx context.Context, st Feedbacks, id string, do func(*models.Feedback) []models.Work) error {
	_, err := st.UpdateFeedback(ctx, id, func(f *models.Feedback) ([]models.Work, error) {
		work := do(f)
		if work == nil {
			return nil, errNothing
		}
		return work, nil
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// SettleMerge brings the two cases of a merging to one state: a duplicate for which the
// main case has reserved a place joins it, if it still can; and the main case confirms or
// gives up the place by what the duplicate then says. The error is models.KindWrongState
// when the duplicate cannot join any more; both are then as they were.
func SettleMerge(ctx context.Context, st Feedbacks, main, merge string, now time.Time) error {
	m, err := st.Feedback(ctx, main)
	if err != nil {
		return err
	}
	d, err := m.Duplicate(merge)
	if err != nil {
		return nil // settled before
	}
	var refused error
	joined := false
	if d.Pending {
		_, err = st.UpdateFeedback(ctx, d.ID, func(f *models.Feedback) ([]models.Work, error) { return f.Join(m, *d, now) })
		joined = err == nil
		if refused = err; models.ErrorKindOf(err) != models.KindWrongState && err != nil {
			return err
		}
	} else {
		f, err := st.Feedback(ctx, d.ID)
		if err != nil {
			return err
		}
		joined = f.Merged != nil && f.Merged.ID == merge
	}
	_, err = st.UpdateFeedback(ctx, main, func(m *models.Feedback) ([]models.Work, error) {
		if _, err := m.Duplicate(merge); err != nil {
			return nil, errNothing
		}
		return m.SettleDuplicate(merge, joined, now), nil
	})
	if err != nil && !errors.Is(err, errNothing) {
		return err
	}
	return refused
}

// SettleLink brings what two cases say of their link to what the one with the smaller ID
// says. Whoever writes last looks once more afterwards, so that two who do this at once
// cannot leave what was true before.
func SettleLink(ctx context.Context, st Feedbacks, one, other string, now time.Time) error {
	first, second := min(one, other), max(one, other)
	for seen := int64(0); ; {
		f, err := st.Feedback(ctx, first)
		if err != nil || f.Rev == seen {
			return err
		}
		seen = f.Rev
		if err := change(ctx, st, second, func(g *models.Feedback) []models.Work { return g.MirrorLink(f, now) }); err != nil {
			return err
		}
	}
}

// SettleSplit makes the parts of a letter that are not there yet, and takes back those that
// are to be. A part that somebody works on is not taken back any more.
func SettleSplit(ctx context.Context, st Feedbacks, letter string, now time.Time) error {
	f, err := st.Feedback(ctx, letter)
	if err != nil {
		return err
	}
	for _, p := range f.Parts {
		if !p.Made {
			if err := makePart(ctx, st, letter, p.ID, now); err != nil {
				return err
			}
		}
		if !p.Undo {
			continue
		}
		_, err := st.UpdateFeedback(ctx, p.ID, func(g *models.Feedback) ([]models.Work, error) { return g.TakeBack(p.By, now) })
		taken := err == nil
		if !taken && models.ErrorKindOf(err) != models.KindWrongState {
			return err
		}
		_, err = st.UpdateFeedback(ctx, letter, func(f *models.Feedback) ([]models.Work, error) {
			f.PartGone(p.ID, taken)
			return nil, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// makePart makes the case of a part, unless it is there. A tracking code that somebody else
// has is drawn anew.
func makePart(ctx context.Context, st Feedbacks, letter, part string, now time.Time) error {
	for {
		f, err := st.Feedback(ctx, letter)
		if err != nil {
			return err
		}
		p, err := f.Part(part)
		if err != nil || p.Made {
			return nil
		}
		g, work := f.MakePart(*p, now)
		if err = st.CreateFeedback(ctx, g, work...); errors.Is(err, models.ErrExists) {
			g, err = st.Feedback(ctx, part)
		}
		taken := errors.Is(err, models.ErrNotFound)
		if err != nil && !taken {
			return err
		}
		_, err = st.UpdateFeedback(ctx, letter, func(f *models.Feedback) ([]models.Work, error) {
			if taken {
				f.RecodePart(part)
			} else {
				f.PartMade(part, g.Code)
			}
			return nil, nil
		})
		if err != nil || !taken {
			return err
		}
	}
}
