package store

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
)

// CarryOut does what a granted request asks for and then says that it is done. Each step may
// be done again, so whoever finds a granted request carries it on. A request that is not
// granted is left as it is.
func CarryOut(ctx context.Context, s Store, id string, seal models.SealerOf, now time.Time) error {
	r, err := s.DataRequest(ctx, id)
	if err != nil || r.Status != models.DataGranted {
		return err
	}
	switch r.Right {
	case models.RightCorrect:
		err = changePerson(ctx, s, r.Person, func(p *models.Person) {
			for to, from := range map[*models.Sealed]models.Sealed{&p.Name: r.Name, &p.Email: r.Email, &p.Address: r.Address} {
				if len(from) > 0 {
					*to = from
				}
			}
			p.UpdatedAt = now
		})
	case models.RightWithdraw:
		err = errors.Join(hideSender(ctx, s, r.Person, seal, now), forgetDevices(ctx, s, r.Person),
			changePerson(ctx, s, r.Person, func(p *models.Person) { p.WithdrawConsent(now) }))
	case models.RightRestrict:
		err = errors.Join(hideSender(ctx, s, r.Person, seal, now), changePerson(ctx, s, r.Person, func(p *models.Person) {
			if p.RestrictedAt == nil {
				p.RestrictedAt = &now
			}
		}))
	case models.RightErase:
		err = tellLast(ctx, s, r, now)
		if err == nil {
			err = Sever(ctx, s, r.Person, seal, now)
		}
	}
	if err != nil {
		return err
	}
	_, err = s.UpdateDataRequest(ctx, id, func(r *models.DataRequest) error {
		if r.Status == models.DataGranted {
			r.Status, r.EndedAt, r.Message = models.DataDone, &now, nil
		}
		return nil
	})
	return err
}

// Sever removes who the person is from everything that is stored: their published names,
// phones and browsers, sessions, and last the person's own record. Doing it again is
// harmless.
func Sever(ctx context.Context, s Store, person string, seal models.SealerOf, now time.Time) error {
	if err := errors.Join(hideSender(ctx, s, person, seal, now), forgetDevices(ctx, s, person), s.DeleteSessions(ctx, person)); err != nil {
		return err
	}
	return changePerson(ctx, s, person, func(p *models.Person) { p.Sever(now) })
}

// tellLast sends the message that is kept with the request, once.
func tellLast(ctx context.Context, s Store, r *models.DataRequest, now time.Time) error {
	if len(r.Message) == 0 {
		return nil
	}
	id := models.DeriveID(r.ID, "told")
	w := models.NewWork(models.WorkMessage, id, now, nil)
	w.ID, w.Sealed = id, r.Message
	return PutWork(ctx, s, w)
}

// PutWork stores work that belongs to no record, whose owner has its ID: with a challenge that
// nobody can answer, which takes the place of itself when it is stored again.
func PutWork(ctx context.Context, s Store, w models.Work) error {
	return s.PutChallenge(ctx, &models.Challenge{ID: w.OwnerID, ExpiresAt: w.CreatedAt.AddDate(0, 0, 7)}, w)
}

func changePerson(ctx context.Context, s Store, id string, change func(*models.Person)) error {
	_, err := s.UpdatePerson(ctx, id, func(p *models.Person) error { change(p); return nil })
	return err
}

// hideSender takes the person's name off all their cases. What is public of them is sealed
// anew where it reads otherwise then.
func hideSender(ctx context.Context, s Store, person string, seal models.SealerOf, now time.Time) error {
	return EachOf(ctx, s, person, func(row models.Summary) error {
		_, err := s.UpdateFeedback(ctx, row.ID, func(f *models.Feedback) ([]models.Work, error) { return f.HideSender(seal, now) })
		return err
	})
}

// EachOf calls do for every case of a person, the newest first, until do returns an error,
// which it returns.
func EachOf(ctx context.Context, s Feedbacks, person string, do func(models.Summary) error) error {
	return EachCase(ctx, s, FeedbackQuery{Sender: person, Limit: 100}, do)
}

// EachCase is EachOn for the cases that a query lists, so many at once as its limit says.
func EachCase(ctx context.Context, s Feedbacks, q FeedbackQuery, do func(models.Summary) error) error {
	return EachOn(func(next string) (Page[models.Summary], error) {
		q.Next = next
		return s.ListFeedback(ctx, q)
	}, do)
}

func forgetDevices(ctx context.Context, s Store, person string) error {
	devices, err := s.ListDevices(ctx, person)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if err := s.DeleteDevice(ctx, person, d.ID); err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	return nil
}
