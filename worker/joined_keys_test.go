package worker

import (
	"context"
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

// reads counts how often what agencies sign with is read.
type reads struct {
	store.Store
	roots int
}

func (r *reads) Setting(ctx context.Context, name string) (string, error) {
	if name == models.SealRootName(1) {
		r.roots++
	}
	return r.Store.Setting(ctx, name)
}

// TestKeysAreReadOnce for all duplicates of an answer, and anew before a key begins that was made
// meanwhile.
func TestKeysAreReadOnce(t *testing.T) {
	counted := &reads{}
	e := newEnv(t, func(o *Options) { counted.Store, o.Store = o.Store, counted })
	_, err := e.w.sealKeys(t.Context())
	e.must(err)
	first := counted.roots
	for range 5 {
		_, err := e.w.sealKeys(t.Context())
		e.must(err)
	}
	if counted.roots != first {
		t.Errorf("read %d times for five duplicates", counted.roots-first)
	}
	now := e.o.Now()
	next := models.SealStart{Agency: "bxd", Generation: 2, From: now.Add(models.SealKeyAhead)}
	a := next.Amendment("lan", now)
	e.must(e.st.AddAmendment(t.Context(), &a))
	e.pass(models.SealKeyAhead)
	keys, err := e.w.sealKeys(t.Context())
	e.must(err)
	if k := keys.Sealer("bxd", e.o.Now()); k.KeyID != "bxd.2" {
		t.Errorf("signs with %s", k.KeyID)
	}
}
