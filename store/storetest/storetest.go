// Package storetest checks that a database keeps the contract of package store. Both
// adapters pass the same suite.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"

	"github.com/google/go-cmp/cmp"
)

// Keyring returns a fresh ring.
func Keyring(t testing.TB) *models.Keyring {
	t.Helper()
	k, err := models.ParseKeyring(models.NewKeyringText())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Run checks the store that open returns: a fresh, empty and migrated one for every
// test, closed by open's own t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	groups := []struct {
		name  string
		tests map[string]func(*testing.T, store.Store)
	}{
		{"Schema", schemaTests}, {"Feedback", feedbackTests}, {"List", listTests}, {"Ladder", ladderTests}, {"Lesson", lessonTests}, {"Joined", joinedTests}, {"Work", workTests}, {"People", peopleTests},
		{"Staff", staffTests}, {"Session", sessionTests}, {"Device", deviceTests}, {"Notification", notificationTests},
		{"Agency", agencyTests}, {"Upload", uploadTests}, {"Draft", draftTests}, {"Audit", auditTests}, {"Template", templateTests}, {"Amendment", amendmentTests}, {"Privacy", privacyTests}, {"Rotation", rotationTests}, {"Administration", adminTests}, {"Key", keyTests}, {"Limit", limitTests},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for name, test := range g.tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, open(t))
				})
			}
		})
	}
}

var ctx = context.Background()

// start is the time of the first record of a test.
var start = time.Date(2026, 3, 2, 1, 2, 3, 4_000_000, time.UTC)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

func id(n int) string { return fmt.Sprintf("%032x", n) }

// hostile are keys that a stranger may send: none of them is a record.
var hostile = []string{"", " ", "$where", "a.b", ".", "$", "_id", "' OR 1=1 --", "%", "*", "a\x00b", "\xff\xfe", "điện", "😀", string(make([]byte, 100_000))}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	var e *models.Error
	if !errors.As(err, &e) || e.Kind != models.KindInvalid || len(e.Fields) != 1 || e.Fields[0].Field != field {
		t.Fatalf("error %v, want invalid %s", err, field)
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

// atOnce calls f(0) … f(n-1) in parallel and returns their errors in that order.
func atOnce(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errs
}

// won returns how many of errs are nil; all others must be lost.
func won(t *testing.T, errs []error, lost error) int {
	t.Helper()
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		} else if !errors.Is(err, lost) {
			t.Fatal(err)
		}
	}
	return n
}

// mustAll fails on the first of errs that is not nil.
func mustAll(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		must(t, err)
	}
}

var errStop = errors.New("stop")
