// Package sqlite keeps everything in one SQLite file, with a driver in pure Go.
//
// One goroutine writes; waiting writes share a transaction (see writer). Reads run
// beside it on connections of their own (WAL). A method that wrote returns after the
// commit has reached the disk: what was acknowledged survives a kill and a power cut.
// Several processes may share the file on one machine.
package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"kiennghi/models"
	"kiennghi/store"
)

// Store is a store.Store in one SQLite file.
type Store struct {
	path   string
	w      *writer
	r      *readers
	limits limits
	close  sync.Once
}

var _ store.Store = (*Store)(nil)

// Open opens the file, making it if there is none; Migrate comes next. An error that
// is models.ErrUnavailable may go away.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	if err := syncFolder(path); err != nil {
		return nil, err
	}
	keepBlocks()
	w, err := openWriter(path)
	if err != nil {
		return nil, err
	}
	r, err := openReaders(path, 4)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return &Store{path: path, w: w, r: r}, nil
}

// Read calls do with a file that is there already, also beside processes that write to it, and
// changes nothing: a write answers an error, nothing is migrated, and no file is made. do is
// called again when a process begins to write while it reads.
func Read(ctx context.Context, path string, do func(*Store) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := os.Stat(path); err != nil {
			return err
		}
		alone := !hasLog(path)
		c, err := openReadOnly(path, alone)
		if err != nil {
			return err
		}
		r := &readers{free: make(chan *conn, 1), all: []*conn{c}, shut: make(chan struct{})}
		r.free <- c
		s := &Store{path: path, r: r}
		err = errors.Join(do(s), s.Close())
		if !alone || !hasLog(path) {
			return err
		}
	}
}

// hasLog reports whether a process has the file open, or ended without closing it.
func hasLog(path string) bool {
	_, err := os.Stat(path + "-wal")
	return err == nil
}

// Close waits for reads and writes under way and closes the file.
func (s *Store) Close() error {
	var err error
	s.close.Do(func() {
		s.r.close()
		if s.w != nil {
			err = s.w.close()
		}
	})
	return err
}

// Ping writes and reads a row.
func (s *Store) Ping(ctx context.Context) error {
	err := s.w.write(ctx, func(t *tx) error {
		_, err := t.exec(sqlPing)
		return err
	})
	if err != nil {
		return err
	}
	return s.r.use(ctx, func(c *conn) error {
		_, err := c.one(sqlPinged)
		return err
	})
}

// Backup writes a consistent copy of the database to a new file while others read and
// write. It appears under its name when it is whole. An existing file is an error.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return models.Wrap(models.KindExists, errors.New("backup: "+path+" is there already"))
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	c, err := openConn(s.path)
	if err != nil {
		return err
	}
	defer c.close()
	err = c.query(ctx, sqlVacuumInto, nil, part)
	if err == nil {
		err = syncFile(part)
	}
	if err == nil {
		err = os.Link(part, path) // unlike Rename it never replaces
	}
	if e := os.Remove(part); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return syncFolder(path)
}

func syncFolder(path string) error { return syncFile(filepath.Dir(path)) }

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
