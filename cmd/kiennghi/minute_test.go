package main

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
)

// away is how long TestAMinuteDown takes a neighbour away.
const away = time.Minute

// TestAMinuteDown takes each neighbour away for a minute while two senders go on submitting:
// intake goes on (or, without the database, is refused, and soon at once), neither
// goroutines nor the heap grow meanwhile, and then without a restart everything that waited
// is done. `make faults` runs it: it takes some minutes.
func TestAMinuteDown(t *testing.T) {
	path := os.Getenv("KIENNGHI_FAULTS_TABLE")
	if path == "" {
		t.Skip("takes minutes; make faults runs it")
	}
	rows, load := make([]string, len(neighbours)), waitingForCores()
	var began sync.WaitGroup // all are away in the same minute, so that one heap is looked at
	began.Add(len(neighbours))
	var first, last uint64
	inUse := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var looked sync.WaitGroup
	looked.Go(func() {
		began.Wait()
		time.Sleep(away / 4) // circuits have opened
		first = inUse()
		time.Sleep(away / 2) // the last quarter begins
		last = inUse()
		for range 4 { // what grows is never as little again; what is read once a minute is
			time.Sleep(away / 30) // another look within it
			last = min(last, inUse())
		}
	})
	t.Run("of", func(t *testing.T) {
		var all sync.WaitGroup
		for i, x := range neighbours {
			begin := sync.OnceFunc(began.Done)
			all.Go(func() {
				t.Run(x.name, func(t *testing.T) {
					defer begin() // also when it fails
					rows[i] = x.minuteDown(t, func() { begin(); began.Wait() })
				})
			})
		}
		all.Wait()
	})
	looked.Wait()
	grown := (int64(last) - int64(first)) / (1 << 20)
	t.Logf("heap of the %d programs: %d MB, then %d MB", len(neighbours), first>>20, last>>20)
	if grown > 30 {
		t.Errorf("the heap grew by %d MB while the neighbours were away", grown)
	}
	if !t.Failed() {
		said := fmt.Sprintf("\nThe heap of the %d programs together, after a quarter of the minute and in its last one, at the least: %d MB, %d MB. %s\n", len(neighbours), first>>20, last>>20, load)
		writeTable(t, path, minuteMark, "| neighbour | submitted | refused with 503 | goroutines before, after ¼, at the end (least) | work that waited | all done after |", rows, said)
	}
}

// waitingForCores says what else the machine had to do before; nothing where it cannot tell.
func waitingForCores() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(raw), " ")
	return fmt.Sprintf("In the minute before, %s processes were running or waiting for one of %d cores.", one, runtime.NumCPU())
}

// minuteDown returns the row of one service. begin is called when it is about to be taken
// away.
func (x *service) minuteDown(t *testing.T, begin func()) string {
	m := x.start(t, patient)
	m.t = t
	in := startIntake(m)
	m.wellAgain(m.begin(), "before")
	in.usual = in.median()
	begin()
	in.reset()
	usual := goroutines(t.Name())
	m.n.fault(t, "down")
	down := time.Now()
	wait := m.begin()
	early, late := 0, 0
	var quick []time.Duration
	for time.Since(down) < away { // callers go on, too
		for _, a := range m.acts {
			status, took, header := m.ask(a.do())
			if status >= 300 && !slices.Contains(a.away, status) || took > patience {
				t.Errorf("%s: %d after %v", a.name, status, took)
			}
			if status == http.StatusServiceUnavailable && header.Get("Retry-After") == "" && a.name != "/readyz" {
				t.Errorf("%s: no Retry-After", a.name)
			}
			if slices.Contains(a.away, status) && time.Since(down) > away/4 {
				quick = append(quick, took)
			}
		}
		if early == 0 && time.Since(down) > away/4 {
			early = goroutines(t.Name())
		}
		if n := goroutines(t.Name()); time.Since(down) > away*9/10 && (late == 0 || n < late) {
			late = n // work that is refused comes in bursts
		}
		time.Sleep(500 * time.Millisecond) // callers do not ask all the time
	}
	if late > early+25 {
		t.Errorf("%d goroutines after a quarter of the minute, %d at its end", early, late)
	}
	if half := middle(quick); half > time.Second {
		t.Errorf("half of those who are refused wait longer than %v, long after it went away", half)
	}
	waiting := "–" // nobody can count
	if n, err := m.p.program.store.CountWork(t.Context()); err == nil {
		waiting = fmt.Sprint(n.Pending)
	}
	submitted, refused := in.counts()
	if m.store == (submitted > 20) || !m.store && submitted < 60 {
		t.Errorf("%d submitted in the minute", submitted)
	}
	m.n.heal(t)
	healed := time.Now()
	if !programtest.Poll(3*time.Minute, wait) { // each wait is twice as long as the one before
		t.Errorf("what was begun while it was away is not finished:\n%.3000s", tail(m.p.log.String()))
	}
	in.stop()
	var n models.WorkCount
	drained := func() bool {
		var err error
		n, err = m.p.program.store.CountWork(t.Context())
		return err == nil && n.Pending == 0
	}
	if !programtest.Poll(3*time.Minute, drained) || n.Parked > 0 {
		t.Errorf("%d pieces of work wait still, %d are parked:\n%.3000s", n.Pending, n.Parked, tail(m.p.log.String()))
	}
	took := time.Since(healed)
	http.DefaultClient.CloseIdleConnections()
	m.p.program.senders.close() // idle connections
	now := 0
	if !programtest.Poll(15*time.Second, func() bool { now = goroutines(t.Name()); return now <= usual+15 }) {
		t.Errorf("%d goroutines, before there were %d", now, usual)
	}
	row := fmt.Sprintf("| %s | %d | %s | %d, %d, %d | %s | %s |", x.name, submitted, refused, usual, early, late, waiting, seconds(took))
	t.Log(row)
	return row
}

// counts says how many were submitted since reset, and who was refused.
func (in *intake) counts() (int, string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.refused) == 0 {
		return len(in.took), "0"
	}
	return len(in.took), fmt.Sprintf("%d, half of them within %s", len(in.refused), seconds(middle(in.refused)))
}

const (
	faultsMark = "<!-- measured: make faults -->"
	minuteMark = "<!-- measured: make faults, a minute -->"
	tableEnds  = "<!-- end -->"
)

// writeTable puts a head, rows and what follows them between the marks of a file.
func writeTable(t *testing.T, path, begins, header string, rows []string, after string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(raw), begins)
	_, rest, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", path)
	}
	line := strings.Repeat("|---", strings.Count(header, "|")-1) + "|\n"
	table := "\n" + header + "\n" + line + strings.Join(rows, "\n") + "\n" + after
	if err := os.WriteFile(path, []byte(head+begins+table+tableEnds+rest), 0o644); err != nil {
		t.Fatal(err)
	}
}
