package handlers

import (
	"context"
	"errors"
	"reflect"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// followEvery is how long another process may take to notice.
const followEvery = 15 * time.Second

// followAnyway is how long a change may go unnoticed of which nobody said that there is one: who made
// it was killed before. With followEvery it is less than agencies' keys take to begin.
const followAnyway = models.SealKeyAhead - 2*followEvery

// reload brings agencies, rules and features to what the store has.
func (s *server) reload(ctx context.Context) error {
	agencies, err := s.Store.Agencies(ctx)
	if err != nil {
		return err
	}
	if len(agencies) > 0 && !reflect.DeepEqual(agencies, s.Ref.Tree.All()) { // else what was made of them stays
		s.Ref.Tree.Set(agencies)
	}
	return s.reloadSmall(ctx)
}

// reloadSmall is reload without the agencies.
func (s *server) reloadSmall(ctx context.Context) error {
	amendments, err := s.Store.Amendments(ctx)
	if err != nil {
		return err
	}
	features, err := setting(ctx, s.Store, models.SettingFeatures)
	if err != nil {
		return err
	}
	seals, err := store.SealKeys(ctx, s.Store, amendments, s.Keyring)
	if err != nil {
		return err
	}
	s.Ref.SetSealKeys(seals)
	s.Ref.Rules.Amend(amendments)
	s.Ref.Fields.Amend(amendments)
	s.Ref.SetFeatures(models.ParseFeatures(features))
	if err := store.UseLearnt(ctx, s.Store, s.Ref); models.ErrorKindOf(err) == models.KindUnavailable {
		return err
	} else if err != nil { // nobody waits for it: the built-in model counts
		s.Log.Error("routing", "error", err.Error())
	}
	return nil
}

// setting returns a named value, empty when it was never put.
func setting(ctx context.Context, keys store.Keys, name string) (string, error) {
	text, err := keys.Setting(ctx, name)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return text, err
}

// changed makes a change of agencies, rules or features count here now, and elsewhere soon.
func (s *server) changed(ctx context.Context) error {
	if err := s.Store.PutSetting(ctx, models.SettingChanged, models.NewID()); err != nil {
		return err
	}
	return s.reload(ctx)
}

// followed is what this process knows of changes.
type followed struct {
	seen string    // models.SettingChanged as it was when all was loaded last
	at   time.Time // and when that was
}

// follow notices what other processes changed, until ctx ends.
func (s *server) follow(ctx context.Context, f followed) {
	t := time.NewTicker(followEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		asking, enough := context.WithTimeout(ctx, timeout)
		err := s.look(asking, &f)
		enough()
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("cannot look whether agencies or rules changed", "error", err.Error())
		}
	}
}

// look loads everything anew when somebody said that something changed, and now and then anyway.
func (s *server) look(ctx context.Context, f *followed) error {
	now := s.Now()
	seen, err := setting(ctx, s.Store, models.SettingChanged)
	if err != nil || seen == f.seen && now.Sub(f.at) < followAnyway {
		return err
	}
	if err := s.reload(ctx); err != nil {
		return err
	}
	f.seen, f.at = seen, now
	return nil
}
