// Package bleve is the search engine inside the program: an index in a folder, for
// one process. It fulfils search.Index.
//
// The folder holds one generation of the index (two while it is being rebuilt) and the
// file "current", a small bbolt database that names the generation in use. Its lock
// keeps a second process out, and its transaction is the moment at which a new
// generation takes over: a crash leaves either the old or the new one.
package bleve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	bleve "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"kiennghi/models"
	"kiennghi/search"
)

var _ search.Index = (*Index)(nil)

// ErrInUse is what Open returns while another process has the index.
var ErrInUse = errors.New("another process is using the search index")

var errClosed = errors.New("the search index is closed")

// Index is a search.Index on disk.
type Index struct {
	dir  string
	file *bbolt.DB // names the generation in use, and locks the folder

	mu   sync.RWMutex // held for reading while a generation is used
	gen  bleve.Index  // nil when closed
	name string

	columns *columnStore // of the generation in use

	rebuild sync.Mutex // one Rebuild at a time
}

var (
	bucket  = []byte("index")
	current = []byte("current")
)

// pause is what Bleve calls when it cannot write. Bleve tries again at once, and would
// take a whole processor for as long as a disk is full or a folder is gone.
const pause = "pause"

func init() {
	scorch.RegistryAsyncErrorCallbacks[pause] = func(error, string) { time.Sleep(time.Second) }
}

// Open opens the index in dir, and makes it when there is none. While another process
// has it open, Open fails within a second: ErrInUse.
func Open(dir string) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	file, err := bbolt.Open(filepath.Join(dir, "current"), 0o600, &bbolt.Options{Timeout: 500 * time.Millisecond})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w in %s", ErrInUse, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	x := &Index{dir: dir, file: file, columns: newColumnStore()}
	if err := x.open(); err != nil {
		file.Close()
		return nil, fmt.Errorf("search index in %s: %w", dir, err)
	}
	return x, nil
}

// open opens the generation in use, or the first one, and removes all others.
func (x *Index) open() error {
	err := x.file.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(bucket); b != nil {
			x.name = string(b.Get(current))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := x.removeOthers(); err != nil {
		return err
	}
	if x.name != "" {
		x.gen, err = bleve.OpenUsing(filepath.Join(x.dir, x.name), map[string]any{"bolt_timeout": "1s", "asyncErrorCallbackName": pause})
		return err
	}
	x.name, x.gen, err = x.create()
	if err != nil {
		return err
	}
	return x.use(x.name)
}

// create makes an empty generation.
func (x *Index) create() (string, bleve.Index, error) {
	name := "gen-" + models.NewID()
	gen, err := bleve.NewUsing(filepath.Join(x.dir, name), bleve.NewIndexMapping(), bleve.Config.DefaultIndexType,
		bleve.Config.DefaultKVStore, map[string]any{"asyncErrorCallbackName": pause})
	return name, gen, err
}

// use writes down which generation is in use.
func (x *Index) use(name string) error {
	return x.file.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		return b.Put(current, []byte(name))
	})
}

// removeOthers removes what a crash left of other generations.
func (x *Index) removeOthers() error {
	found, err := filepath.Glob(filepath.Join(x.dir, "gen-*"))
	if err != nil {
		return err
	}
	for _, path := range found {
		if filepath.Base(path) != x.name {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// with calls f with the generation in use, which stays open meanwhile.
func (x *Index) with(ctx context.Context, f func(gen bleve.Index) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.gen == nil {
		return search.Fail(ctx, errClosed)
	}
	return search.Fail(ctx, f(x.gen))
}

// Rebuild makes a new generation beside the one in use and puts it in its place.
func (x *Index) Rebuild(ctx context.Context, fill func(put func(docs ...search.Document) error) error) error {
	x.rebuild.Lock()
	defer x.rebuild.Unlock()
	if err := x.with(ctx, func(bleve.Index) error { return nil }); err != nil {
		return err
	}
	name, gen, err := x.create()
	if err != nil {
		return search.Fail(ctx, err)
	}
	discard := func(err error) error {
		gen.Close()
		os.RemoveAll(filepath.Join(x.dir, name))
		return err
	}
	err = fill(func(docs ...search.Document) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return search.Fail(ctx, put(gen, docs))
	})
	if err == nil {
		err = merge(ctx, gen)
	}
	if err != nil {
		return discard(err)
	}

	x.mu.Lock()
	if x.gen == nil {
		x.mu.Unlock()
		return discard(search.Fail(ctx, errClosed))
	}
	if err := x.use(name); err != nil {
		x.mu.Unlock()
		return discard(search.Fail(ctx, err))
	}
	old, oldName := x.gen, x.name
	x.gen, x.name, x.columns = gen, name, newColumnStore()
	x.mu.Unlock()
	old.Close() // nobody uses it any more: its users held the lock
	os.RemoveAll(filepath.Join(x.dir, oldName))
	return nil
}

// merge makes one segment of a generation: a term is then looked up once, not in each of them.
func merge(ctx context.Context, gen bleve.Index) error {
	advanced, err := gen.Advanced()
	if err != nil {
		return search.Fail(ctx, err)
	}
	if s, ok := advanced.(*scorch.Scorch); ok {
		err = s.ForceMerge(ctx, nil)
	}
	return search.Fail(ctx, errors.Join(err, ctx.Err()))
}

// Ready answers nil while the index is open.
func (x *Index) Ready(ctx context.Context) error {
	return x.with(ctx, func(gen bleve.Index) error {
		_, err := gen.DocCount()
		return err
	})
}

// Close waits for what is under way and closes the index.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.gen == nil {
		return nil
	}
	err := errors.Join(x.gen.Close(), x.file.Close())
	x.gen = nil
	return err
}
