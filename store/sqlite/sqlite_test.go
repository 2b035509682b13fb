package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"kiennghi/store"
	"kiennghi/store/storetest"
)

func open(t testing.TB) *Store {
	t.Helper()
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "a b%c?.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t) })
}

func TestSealingStore(t *testing.T) {
	keys := storetest.Keyring(t)
	storetest.Run(t, func(t *testing.T) store.Store { return store.NewSealing(open(t), keys) })
	storetest.Found(t, store.NewSealing(open(t), keys))
}
