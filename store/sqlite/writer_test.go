package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"go.uber.org/goleak"
)

var ctx = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stall blocks the writer until the function it returns is called, so that what is
// written meanwhile waits and shares a transaction.
func stall(s *Store) (goOn func()) {
	begun, release, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		s.w.write(ctx, func(*tx) error {
			once.Do(func() { close(begun) })
			<-release
			return nil
		})
		close(done)
	}()
	<-begun
	return func() { close(release); <-done }
}

// waiting returns once n writes wait.
func waiting(t *testing.T, s *Store, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(s.w.queue) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d writes wait, want %d", len(s.w.queue), n)
		}
	}
}

// TestSharedTransaction puts good, failing and panicking writes into one transaction:
// each fares as if it were alone.
func TestSharedTransaction(t *testing.T) {
	s := open(t)
	goOn := stall(s)
	const n = 30
	errs := make([]error, n)
	panics := make([]any, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() { panics[i] = recover() }()
			errs[i] = s.w.write(ctx, func(t *tx) error {
				if _, err := t.exec(sqlPutSetting, fmt.Sprint("a", i), "1"); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return errors.New("after the first of two")
				case 2:
					panic("after the first of two")
				}
				_, err := t.exec(sqlPutSetting, fmt.Sprint("b", i), "1")
				return err
			})
		})
	}
	waiting(t, s, n)
	goOn()
	wg.Wait()
	for i := range n {
		if (errs[i] != nil) != (i%3 == 1) || (panics[i] != nil) != (i%3 == 2) {
			t.Errorf("write %d: error %v, panic %v", i, errs[i], panics[i])
		}
		for _, name := range []string{"a", "b"} {
			_, err := s.Setting(ctx, fmt.Sprint(name, i))
			if (err == nil) != (i%3 == 0) {
				t.Errorf("%s%d: %v", name, i, err)
			}
		}
	}
}

// TestGivenUp gives up on writes that wait: they never happen. One that was begun does.
func TestGivenUp(t *testing.T) {
	s := open(t)
	goOn := stall(s)
	ended, cancel := context.WithCancel(ctx)
	result := make(chan error)
	go func() { result <- s.PutSetting(ended, "late", "1") }()
	waiting(t, s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	goOn()
	must(t, s.PutSetting(ctx, "after", "1"))
	if _, err := s.Setting(ctx, "late"); !errors.Is(err, models.ErrNotFound) {
		t.Fatal("a write that was given up happened")
	}

	ended, cancel = context.WithCancel(ctx)
	begun := make(chan struct{})
	go func() {
		result <- s.w.write(ended, func(t *tx) error {
			close(begun)
			<-ended.Done()
			_, err := t.exec(sqlPutSetting, "begun", "1")
			return err
		})
	}()
	<-begun
	cancel()
	must(t, <-result)
	_, err := s.Setting(ctx, "begun")
	must(t, err)
}

// TestClose lets writes that wait go through, refuses later ones, and leaves nothing running.
func TestClose(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	path := filepath.Join(t.TempDir(), "s.db")
	s, err := Open(ctx, path)
	must(t, err)
	must(t, s.Migrate(ctx))
	goOn := stall(s)
	result := make(chan error)
	go func() { result <- s.PutSetting(ctx, "a", "1") }()
	waiting(t, s, 1)
	goOn()
	must(t, <-result)
	must(t, s.Close())
	must(t, s.Close())
	_, read := s.Setting(ctx, "a")
	for _, err := range []error{s.PutSetting(ctx, "b", "1"), read, s.Ping(ctx)} {
		if !errors.Is(err, models.ErrUnavailable) {
			t.Errorf("after Close: %v", err)
		}
	}
	s, err = Open(ctx, path)
	must(t, err)
	_, err = s.Setting(ctx, "a")
	must(t, err)
	must(t, s.Close())
}

// TestTwoProcesses opens one file twice, as "serve --no-workers" and "work" do.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	var stores [4]*Store
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() {
			s, err := Open(ctx, path)
			if err == nil {
				err = s.Migrate(ctx)
			}
			if err != nil {
				t.Error(err)
			}
			stores[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for i, s := range stores {
		wg.Go(func() {
			defer s.Close()
			for n := range 50 {
				f, work := letter(i*1000 + n)
				if err := s.CreateFeedback(ctx, f, work...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s, err := Open(ctx, path)
	must(t, err)
	defer s.Close()
	n, err := s.CountWork(ctx)
	must(t, err)
	if n.Pending != 400 {
		t.Errorf("%d pieces of work", n.Pending)
	}
}

func TestNewerSchema(t *testing.T) {
	s := open(t)
	_, err := s.write(ctx, sqlRecordMigration, 999, "from the future", "")
	must(t, err)
	if err := s.Migrate(ctx); !errors.Is(err, store.ErrNewerSchema) {
		t.Fatal(err)
	}
}

// TestBackup copies while others write, and opens the copy.
func TestBackup(t *testing.T) {
	s := open(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			f, work := letter(i)
			if err := s.CreateFeedback(ctx, f, work...); err != nil {
				t.Error(err)
			}
		}
	})
	for n := 0; n < 100; {
		c, err := s.CountWork(ctx)
		must(t, err)
		n = c.Pending
	}
	path := filepath.Join(t.TempDir(), "a 'copy'.db")
	err := s.Backup(ctx, path)
	close(stop)
	wg.Wait()
	must(t, err)
	if err := s.Backup(ctx, path); !errors.Is(err, models.ErrExists) {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Backup(ended, path+"2"); err == nil {
		t.Error("no error")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	c, err := Open(ctx, path)
	must(t, err)
	defer c.Close()
	must(t, c.Migrate(ctx))
	records, work := 0, models.WorkCount{}
	must(t, c.EachFeedback(ctx, time.Time{}, func(*models.Feedback) error { records++; return nil }))
	work, err = c.CountWork(ctx)
	must(t, err)
	if records < 50 || work.Pending != 2*records {
		t.Errorf("%d records, %d pieces of work", records, work.Pending)
	}
}

// TestFullDisk limits the size of the file: writes fail as unavailable, reads go on, and
// when there is room again writes do too.
func TestFullDisk(t *testing.T) {
	s := open(t)
	limit := func(pages int) {
		must(t, s.w.write(ctx, func(t *tx) error {
			_, err := t.c.one(&statement{fmt.Sprint("PRAGMA max_page_count = ", pages)})
			return err
		}))
	}
	must(t, s.PutSetting(ctx, "before", "1"))
	limit(1) // SQLite raises it to the present size
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		f, work := letter(i)
		f.Body = strings.Repeat("x", 10_000)
		err = s.CreateFeedback(ctx, f, work...)
	}
	if !errors.Is(err, models.ErrUnavailable) {
		t.Fatal(err)
	}
	_, err = s.Setting(ctx, "before")
	must(t, err)
	limit(1 << 30)
	f, work := letter(5000)
	must(t, s.CreateFeedback(ctx, f, work...))
	must(t, s.Ping(ctx))
}
