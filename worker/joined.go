package worker

import (
	"context"
	"errors"

	"kiennghi/models"
	"kiennghi/store"
)

// join sees through what concerns two cases: merging, linking and splitting.
func (w *Worker) join(ctx context.Context, x *models.Work) error {
	var err error
	switch x.Kind {
	case models.WorkMerge:
		err = store.SettleMerge(ctx, w.o.Store, x.Data["main"], x.Data["merge"], w.o.Now())
		if models.ErrorKindOf(err) == models.KindWrongState { // it cannot be merged any more, and both stay as they are
			err = nil
		}
	case models.WorkLink:
		err = store.SettleLink(ctx, w.o.Store, x.OwnerID, x.Data["other"], w.o.Now())
	case models.WorkSplit:
		err = store.SettleSplit(ctx, w.o.Store, x.OwnerID, w.o.Now())
	}
	w.Wake() // for the work that follows
	return err
}

// follow brings a merged case to what became of its main case. The answer was written to
// somebody else: what is known of them, and all other personal data, is masked in it, and
// its files stay with them. Whoever writes last looks once more, as putFresh does.
func (w *Worker) follow(ctx context.Context, x *models.Work) error {
	defer w.Wake()
	for seen := int64(0); ; {
		main, err := w.o.Store.Feedback(ctx, x.OwnerID)
		if err != nil || main.Version == seen {
			return err
		}
		seen = main.Version
		d, err := main.Duplicate(x.Data["merge"])
		if err != nil {
			return nil // it stands alone again
		}
		who, err := w.senderOf(ctx, main)
		if err != nil {
			return err
		}
		keys, err := w.sealKeys(ctx)
		if err != nil {
			return err
		}
		tree, _, err := w.tree(ctx)
		if err != nil {
			return err
		}
		now := w.o.Now()
		_, err = w.o.Store.UpdateFeedback(ctx, d.ID, func(f *models.Feedback) ([]models.Work, error) {
			replies, work := f.Follow(main, d.Merge, who, now)
			if work == nil {
				return nil, errNothingToDo
			}
			f.RunClock(w.o.Rules, tree, now)
			for _, r := range replies {
				if err := f.SealReply(r, keys.Sealer, now); err != nil {
					return nil, err
				}
			}
			return work, nil
		})
		if err != nil && !errors.Is(err, errNothingToDo) {
			return err
		}
	}
}

// senderOf opens what is known of who sent a case; nothing when nobody knows any more.
func (w *Worker) senderOf(ctx context.Context, f *models.Feedback) (who models.Sender, err error) {
	p, err := w.o.Store.Person(ctx, f.SenderID)
	if errors.Is(err, models.ErrNotFound) {
		return who, nil
	}
	if err != nil {
		return who, err
	}
	if who, err = w.o.Keyring.OpenSender(p); err != nil {
		return who, permanent("the sender cannot be decrypted with this keyring")
	}
	return who, nil
}

// sealsFor is how long a worker goes by what it read of agencies' keys: a new one is known for
// longer before it begins to sign.
const sealsFor = models.SealKeyAhead / 3

// sealKeys returns what agencies seal with, as it was a moment ago.
func (w *Worker) sealKeys(ctx context.Context) (*models.SealKeys, error) {
	w.seals.Lock()
	defer w.seals.Unlock()
	if w.seals.keys != nil && w.o.Now().Sub(w.seals.read) < sealsFor {
		return w.seals.keys, nil
	}
	now := w.o.Now()
	keys, err := sealKeys(ctx, w.o.Store, w.o.Keyring)
	if err == nil {
		w.seals.keys, w.seals.read = keys, now
	}
	return keys, err
}

// sealKeys reads what agencies seal with.
func sealKeys(ctx context.Context, st store.Store, keys *models.Keyring) (*models.SealKeys, error) {
	amendments, err := st.Amendments(ctx)
	if err != nil {
		return nil, err
	}
	return store.SealKeys(ctx, st, amendments, keys)
}
