package handlers

import (
	"context"
	"errors"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// followEvery is how long another process may take to notice.
const followEvery = 15 * time.Second

// reload brings agencies, rules and features to what the store has.
func (s *server) reload(ctx context.Context) error {
	agencies, err := s.Store.Agencies(ctx)
	if err != nil {
		return err
	}
	if len(agencies) > 0 {
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

// follow notices what other processes changed, until ctx ends.
func (s *server) follow(ctx context.Context, seen string) {
	t := time.NewTicker(followEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		asking, enough := context.WithTimeout(ctx, timeout)
		now, err := setting(asking, s.Store, models.SettingChanged)
		if err == nil && now != seen {
			if err = s.reload(asking); err == nil {
				seen = now
			}
		}
		enough()
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("cannot look whether agencies or rules changed", "error", err.Error())
		}
	}
}
