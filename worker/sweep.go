package worker

import (
	"context"
	"errors"
	"slices"

	"kiennghi/models"
	"kiennghi/store"
)

var errUsed = errors.New("a feedback uses the upload after all")

// sweep removes uploads that nothing uses: the files first, so that none is left
// behind without a record.
func (w *Worker) sweep(ctx context.Context) {
	r := models.RetentionOf(w.o.Kept, models.KeptUpload, w.o.Now())
	if r == nil {
		return
	}
	for ctx.Err() == nil {
		old, err := w.o.Store.UnusedUploads(ctx, r.Since(w.o.Now()), 100)
		removed := 0
		for _, u := range old {
			if err = w.removeUpload(ctx, u); err != nil {
				break
			}
			removed++
		}
		if err != nil && ctx.Err() == nil {
			w.o.Log.Warn("unused uploads are left for the next hour", "reason", reason(err))
		}
		if err != nil || removed == 0 {
			return
		}
	}
}

// carryOut carries on with what data protection officers decided and a process that ended
// left half done: entries of the audit log, what people are told, what was granted. One that
// cannot be done keeps none after it.
func (w *Worker) carryOut(ctx context.Context) {
	var failed []error
	err := store.EachOpenDataRequest(ctx, w.o.Store, func(r models.DataRequest) error {
		failed = append(failed, w.carryOutRequest(ctx, &r))
		return ctx.Err()
	})
	failed = append(failed, err)
	err = store.EachBreach(ctx, w.o.Store, func(b models.Breach) error {
		failed = append(failed, store.SeeToBreach(ctx, w.o.Store, w.o.Keyring, &b))
		return ctx.Err()
	})
	if err := errors.Join(append(failed, err)...); err != nil && ctx.Err() == nil {
		w.o.Log.Warn("what was decided about personal data is left for the next minute", "reason", reason(err))
	}
}

func (w *Worker) carryOutRequest(ctx context.Context, r *models.DataRequest) error {
	if err := store.SeeToRequest(ctx, w.o.Store, w.o.Keyring, r); err != nil || r.Status != models.DataGranted {
		return err
	}
	keys, err := w.sealKeys(ctx)
	if err != nil {
		return err
	}
	return store.CarryOut(ctx, w.o.Store, r.ID, keys.Sealer, w.o.Now())
}

// forgetDrafts removes letters that were begun and not sent in time.
func (w *Worker) forgetDrafts(ctx context.Context) {
	const some = 200
	for ctx.Err() == nil {
		n, err := w.o.Store.ForgetDrafts(ctx, w.o.Now(), some)
		if err != nil && ctx.Err() == nil {
			w.o.Log.Warn("expired drafts are left for the next hour", "reason", reason(err))
		}
		if err != nil || n < some {
			return
		}
	}
}

func (w *Worker) removeUpload(ctx context.Context, listed models.Upload) error {
	feedback, err := w.namedBy(ctx, listed)
	if err != nil {
		return err
	}
	// From here on it belongs to nobody, so that no text can begin to use it.
	u, err := w.o.Store.UpdateUpload(ctx, listed.ID, func(u *models.Upload) error {
		switch {
		case u.FeedbackID != "" || !u.IdleSince().Equal(listed.IdleSince()):
			return errUsed
		case feedback != "":
			u.FeedbackID = feedback
		default:
			u.Owner = ""
		}
		return nil
	})
	if err == nil && feedback != "" {
		return nil
	}
	if errors.Is(err, errUsed) || errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, key := range []string{u.Key, u.Thumbnail} {
		if key == "" {
			continue
		}
		if err := w.o.DeleteFile(ctx, key); err != nil {
			return models.Wrap(models.KindUnavailable, err)
		}
	}
	return w.o.Store.DeleteUpload(ctx, u.ID)
}

// namedBy returns the feedback a reply of which has the upload although it is not marked: a process
// ended between two saves of that reply. Empty: none.
func (w *Worker) namedBy(ctx context.Context, u models.Upload) (string, error) {
	if u.ForReply == "" {
		return "", nil
	}
	f, err := w.o.Store.Feedback(ctx, u.ForReply)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	if err != nil || !slices.ContainsFunc(f.AllUploads(), func(a models.Attachment) bool { return a.ID == u.ID }) {
		return "", err
	}
	return f.ID, nil
}
