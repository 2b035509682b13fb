package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"time"

	"kiennghi/models"

	sqlite "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// conn is one connection with its prepared statements. It is used by one goroutine
// at a time. It stands on the driver itself, without database/sql: that saves a
// goroutine and several locks for every statement.
type conn struct {
	raw   driver.Conn
	stmts map[string]driver.Stmt
	args  []driver.NamedValue
	row   []driver.Value
	last  int64 // row that the last INSERT made
}

// maxStatements bounds the statements that a connection keeps prepared: the shapes of
// a filtered list are many.
const maxStatements = 120

// pragmas of every connection; the driver sets the busy timeout before the others.
var pragmas = []string{"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(wal)", "synchronous(full)", "temp_store(memory)", "mmap_size(0)"}

func openConn(path string, more ...string) (*conn, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	return dial(absolute, url.Values{"_pragma": append(more, pragmas...)})
}

// openReadOnly opens a connection that SQLite itself refuses to write through. Of a file that
// nobody has open it makes no log and no shared memory beside it, which it would leave there.
func openReadOnly(path string, alone bool) (*conn, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	options := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "mmap_size(0)"}}
	if alone {
		options.Set("immutable", "1")
	}
	return dial(absolute, options)
}

func dial(absolute string, options url.Values) (*conn, error) {
	dsn := (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: options.Encode()}).String()
	raw, err := (&sqlite.Driver{}).Open(dsn)
	if err != nil {
		return nil, wrap(err)
	}
	return &conn{raw: raw, stmts: map[string]driver.Stmt{}}, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.raw.Close()
}

// prepare returns the statement with that text, prepared once.
func (c *conn) prepare(sql string) (driver.Stmt, error) {
	if s := c.stmts[sql]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		for old, s := range c.stmts {
			s.Close()
			delete(c.stmts, old)
			break
		}
	}
	s, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, wrap(err)
	}
	c.stmts[sql] = s
	return s, nil
}

func (c *conn) bind(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, a := range args {
		switch x := a.(type) {
		case int:
			a = int64(x)
		case bool:
			if a = int64(0); x {
				a = int64(1)
			}
		case time.Time:
			a = x.UnixMilli()
		case models.Status:
			a = string(x)
		case models.Kind:
			a = string(x)
		case models.Source:
			a = string(x)
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return c.args
}

// exec runs a statement and returns how many rows it changed.
func (c *conn) exec(q *statement, args ...any) (int64, error) {
	s, err := c.prepare(q.sql)
	if err != nil {
		return 0, err
	}
	res, err := s.(driver.StmtExecContext).ExecContext(context.Background(), c.bind(args))
	if err != nil {
		return 0, wrap(err)
	}
	n, _ := res.RowsAffected() // the driver has both numbers at hand
	c.last, _ = res.LastInsertId()
	return n, nil
}

// query runs a SELECT and calls each for every row, whose values are valid until it
// returns (blobs and texts are copies and stay valid).
func (c *conn) query(ctx context.Context, q *statement, each func(r []driver.Value) error, args ...any) error {
	s, err := c.prepare(q.sql)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, c.bind(args))
	if err != nil {
		if ctx.Err() != nil {
			return ended(ctx)
		}
		return wrap(err)
	}
	n := len(rows.Columns())
	if cap(c.row) < n {
		c.row = make([]driver.Value, n)
	}
	for err == nil {
		if err = ended(ctx); err != nil {
			break
		}
		if err = rows.Next(c.row[:n]); err == nil {
			err = each(c.row[:n])
		} else if err != io.EOF {
			err = wrap(err)
		}
	}
	if e := rows.Close(); e != nil && err == io.EOF {
		err = wrap(e)
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// one returns the first value of the first row, models.ErrNotFound when there is none.
func (c *conn) one(q *statement, args ...any) (driver.Value, error) {
	var v driver.Value
	found := false
	err := c.query(context.Background(), q, func(r []driver.Value) error {
		v, found = r[0], true
		return io.EOF
	}, args...)
	if err == nil && !found {
		err = models.ErrNotFound
	}
	return v, err
}

// wrap turns an error of the driver into one of ours.
func wrap(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY, codes.SQLITE_CONSTRAINT_ROWID:
		return models.Wrap(models.KindExists, err)
	}
	switch e.Code() & 0xff {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN,
		codes.SQLITE_READONLY, codes.SQLITE_NOMEM, codes.SQLITE_PROTOCOL, codes.SQLITE_INTERRUPT:
		return models.Wrap(models.KindUnavailable, err)
	}
	return models.Wrap(models.KindInternal, err)
}

// ended returns the error of a context that ended, nil for another. A deadline that was
// too short is models.ErrUnavailable as well: the caller may try again later.
func ended(ctx context.Context) error {
	err := ctx.Err()
	if err == context.DeadlineExceeded {
		return models.Wrap(models.KindUnavailable, err)
	}
	return err
}

// readers is a fixed set of connections for reading.
type readers struct {
	free chan *conn
	all  []*conn
	shut chan struct{}
}

func openReaders(path string, n int) (*readers, error) {
	p := &readers{free: make(chan *conn, n), shut: make(chan struct{})}
	for range n {
		c, err := openConn(path, "query_only(1)", "cache_size(-4000)")
		if err != nil {
			p.close()
			return nil, err
		}
		p.all = append(p.all, c)
		p.free <- c
	}
	return p, nil
}

// use runs f with a connection that nobody else has meanwhile.
func (p *readers) use(ctx context.Context, f func(c *conn) error) error {
	if err := ended(ctx); err != nil {
		return err
	}
	select {
	case c := <-p.free:
		defer func() { p.free <- c }()
		return f(c)
	case <-p.shut:
		return errClosed
	case <-ctx.Done():
		return ended(ctx)
	}
}

// close waits for every connection to come back.
func (p *readers) close() {
	close(p.shut)
	for range p.all {
		c := <-p.free
		c.close()
	}
	p.all = nil
}
