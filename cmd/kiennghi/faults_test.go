package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/worker"
)

// TestFaults puts a proxy between the program and each service that it needs and lets
// everything happen to the way between them, while citizens go on submitting. For each
// fault: what a caller gets and how soon, that intake goes on (or, without the database,
// fails fast and loses nothing acknowledged), that all is well again afterwards without a
// restart, and that neither goroutines nor memory stay behind. With
// KIENNGHI_FAULTS_TABLE it writes what it measured into that file.
func TestFaults(t *testing.T) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := make([][]string, len(neighbours))
	t.Run("between the program and", func(t *testing.T) {
		var all sync.WaitGroup
		atOnce := make(chan struct{}, 4) // however few processors there are: they wait most of the time
		for i, x := range neighbours {
			atOnce <- struct{}{}
			all.Go(func() {
				defer func() { <-atOnce }()
				t.Run(x.name, func(t *testing.T) { rows[i] = x.run(t) })
			})
		}
		all.Wait()
	})
	http.DefaultClient.CloseIdleConnections()
	var grown int64
	settled := programtest.Poll(40*time.Second, func() bool { // idle workers of the servers hold them for some seconds
		runtime.GC()
		runtime.ReadMemStats(&after)
		grown = int64(after.HeapAlloc) - int64(before.HeapAlloc)
		return grown < 50<<20
	})
	if !settled {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	if path := os.Getenv("KIENNGHI_FAULTS_TABLE"); path != "" && !t.Failed() {
		writeTable(t, path, faultsMark, "| neighbour | fault | what is seen | circuit | well again after |", slices.Concat(rows...), "")
	}
}

// patience is how long an answer may take at most, on a machine that is busy with the
// other tests. The handlers' own limit is four seconds.
const patience = 10 * time.Second

// meet is one service with the program in front of it.
type meet struct {
	t       *testing.T
	p       *running
	n       *neighbour
	citizen *client
	acts    []act  // what a caller does
	channel string // of kiennghi_circuit_open; empty: there is none
	store   bool   // the service is the database
	alone   act    // what is refused at once while it is left alone; without do: nothing is
	// begin does what needs the service to be finished; the function it returns reports
	// whether it is.
	begin func() func() bool
}

// act is something a caller does, and the statuses that are right while the service is away.
type act struct {
	name string
	do   func() *http.Request
	away []int
}

// run lets every fault happen and returns the rows of the table.
func (x *service) run(t *testing.T) []string {
	m := x.start(t, hurried)
	m.t = t
	in := startIntake(m)
	m.wellAgain(m.begin(), "before any fault")
	in.usual = in.median()
	quiet := goroutines(t.Name())
	var rows []string
	for _, fault := range faults {
		in.reset()
		wait := m.begin()
		m.n.fault(t, fault)
		seen := m.see(fault)
		more := []func() bool{wait}
		for range 6 { // so that a circuit notices
			more = append(more, m.begin())
		}
		circuit := m.circuit(slows(fault))
		through := slows(fault) || fault == "bandwidth" // something comes through: it may stay closed, or close again meanwhile
		if m.alone.do != nil && circuit == "open" && !through {
			seen = append(seen, m.leftAlone(fault))
		} else if m.alone.do != nil && !through {
			t.Errorf("%s: the circuit is %s", fault, circuit)
		}
		seen = append(seen, in.said(fault))
		m.n.heal(t)
		healed := time.Now()
		for _, done := range more {
			m.wellAgain(done, "after "+fault)
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | %s |", x.name, fault, strings.Join(seen, "; "), circuit, seconds(time.Since(healed))))
		t.Log(rows[len(rows)-1])
	}
	in.stop()
	http.DefaultClient.CloseIdleConnections()
	m.p.program.senders.close() // idle connections
	n := 0
	if !programtest.Poll(15*time.Second, func() bool { n = goroutines(t.Name()); return n <= quiet+15 }) {
		t.Errorf("%d goroutines, before the faults there were %d", n, quiet)
	}
	return rows
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', map[bool]int{true: 2, false: 1}[d < time.Second], 64) + " s"
}

// see does what callers do, three times over, and says how it went.
func (m *meet) see(fault string) []string {
	var out []string
	for _, a := range m.acts {
		var first string
		tries := 3
		if m.store {
			tries = 2 // of three seconds each
		}
		if a.name == "upload" || a.name == "download" {
			tries = 1
		}
		for try := range tries {
			status, took, header := m.ask(a.do())
			right := status < 300 || !slows(fault) && slices.Contains(a.away, status)
			if !right || took > patience && !strings.HasSuffix(a.name, "load") || took > 25*time.Second {
				m.t.Errorf("%s: %s: %d after %v", fault, a.name, status, took)
			}
			if status == http.StatusServiceUnavailable && header.Get("Retry-After") == "" && a.name != "/readyz" {
				m.t.Errorf("%s: %s: no Retry-After", fault, a.name)
			}
			switch said := fmt.Sprintf("%d in %s", status, seconds(took)); {
			case tries == 1:
				out = append(out, a.name+" "+said)
			case try == 0:
				first = said
			case try == tries-1 && said != first:
				out = append(out, fmt.Sprintf("%s %s, then %s", a.name, first, said))
			case try == tries-1:
				out = append(out, a.name+" "+said)
			}
		}
	}
	return out
}

// leftAlone asks while the service is left alone: nobody waits for it then.
func (m *meet) leftAlone(fault string) string {
	var took []time.Duration
	for range 9 {
		status, d, header := m.ask(m.alone.do())
		if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
			m.t.Errorf("%s: left alone: %d, Retry-After %q", fault, status, header.Get("Retry-After"))
		}
		took = append(took, d)
	}
	if half := middle(took); half > 500*time.Millisecond {
		m.t.Errorf("%s: left alone, half of the answers take longer than %v", fault, half)
	}
	said := "left alone: "
	if !m.store {
		said = "left alone, " + m.alone.name + ": "
	}
	return said + "503 in " + seconds(middle(took))
}

// ask sends a request; the status is 0 when there was no answer.
func (m *meet) ask(r *http.Request) (int, time.Duration, http.Header) {
	begun := time.Now()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Errorf("%s: %v", r.URL.Path, err)
		return 0, time.Since(begun), nil
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode, time.Since(begun), res.Header
}

func (m *meet) request(method, path string, send any, headers ...string) *http.Request {
	var in io.Reader
	switch s := send.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(s)
	default:
		in = strings.NewReader(toJSON(s))
		headers = append(headers, "Content-Type", "application/json")
	}
	r, err := http.NewRequestWithContext(context.Background(), method, m.p.base+path, in)
	if err != nil {
		m.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	r.Header.Set("Authorization", "Bearer "+m.citizen.token)
	return r
}

func (m *meet) get(path string, away ...int) act {
	return act{path, func() *http.Request { return m.request("GET", path, nil) }, away}
}

// wellAgain waits until done.
func (m *meet) wellAgain(done func() bool, when string) {
	m.t.Helper()
	if !programtest.Poll(40*time.Second, done) {
		m.t.Fatalf("%s it does not get well:\n%.6000s", when, tail(m.p.log.String()))
	}
}

func tail(s string) string { return s[max(0, len(s)-6000):] }

// circuit waits for the circuit to open, where there is one and it should, and says so.
func (m *meet) circuit(slow bool) string {
	if m.channel == "" {
		return "–"
	}
	open := func() bool {
		all, err := m.p.program.metrics.Gather()
		if err != nil {
			m.t.Fatal(err)
		}
		for _, f := range all {
			for _, x := range f.GetMetric() {
				if f.GetName() == "kiennghi_circuit_open" && x.GetLabel()[0].GetValue() == m.channel {
					return x.GetGauge().GetValue() == 1
				}
			}
		}
		m.t.Fatalf("no circuit %q on the metric", m.channel)
		return false
	}
	if slow && !open() || !slow && !programtest.Poll(30*time.Second, open) {
		return "closed"
	}
	return "open"
}

// intake submits all the time.
type intake struct {
	m     *meet
	end   context.CancelFunc
	ended sync.WaitGroup

	mu           sync.Mutex
	acknowledged map[string]string // code by key
	took         []time.Duration   // of those acknowledged
	refused      []time.Duration
	usual        time.Duration // half of them are faster, when all is well
}

func startIntake(m *meet) *intake {
	in := &intake{m: m, acknowledged: map[string]string{}}
	var ctx context.Context
	ctx, in.end = context.WithCancel(context.Background())
	for sender := range 2 {
		in.ended.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				in.submit(fmt.Sprintf("%s-%d-%d", unique(), sender, i))
				select {
				case <-ctx.Done():
				case <-time.After(200 * time.Millisecond):
				}
			}
		})
	}
	m.t.Cleanup(func() { in.end(); in.ended.Wait() })
	return in
}

var letter = body{"title": "Đèn đường hỏng", "body": "Đèn đường trước số nhà mười hai hỏng đã ba tuần, tối rất nguy hiểm.", "province": "79"}

func (in *intake) submit(key string) {
	begun := time.Now()
	res, err := http.DefaultClient.Do(in.m.request("POST", "/v1/feedback", letter, "Idempotency-Key", key))
	if err != nil {
		in.m.t.Errorf("submit: %v", err)
		return
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body) // of an answer in memory
	took := time.Since(begun)
	var a struct{ Code string }
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case res.StatusCode == http.StatusCreated && json.Unmarshal(raw, &a) == nil:
		in.acknowledged[key] = a.Code
		in.took = append(in.took, took)
	case res.StatusCode == http.StatusServiceUnavailable && in.m.store && res.Header.Get("Retry-After") != "" && took < patience:
		in.refused = append(in.refused, took)
	default:
		in.m.t.Errorf("submit: %d after %v: %.300s", res.StatusCode, took, raw)
	}
}

func (in *intake) reset() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.took, in.refused = nil, nil
}

func (in *intake) median() time.Duration {
	in.mu.Lock()
	defer in.mu.Unlock()
	return middle(in.took)
}

func middle(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2]
}

// said sums up since reset.
func (in *intake) said(fault string) string {
	in.mu.Lock()
	defer in.mu.Unlock()
	said := fmt.Sprintf("%d submitted", len(in.took))
	if len(in.took) > 0 {
		said += ", median " + seconds(middle(in.took))
		// The fastest quarter, because the machine is busy with other tests.
		if quick := in.took[len(in.took)/4]; !in.m.store && in.usual > 0 && quick > 3*in.usual+2*time.Second {
			in.m.t.Errorf("%s: three quarters of the submissions take longer than %v, usually half take %v", fault, quick, in.usual)
		}
	}
	if len(in.refused) > 0 {
		said += fmt.Sprintf(", %d refused with 503 in at most %s", len(in.refused), seconds(slices.Max(in.refused)))
	}
	return said
}

// stop ends the intake and looks whether everything acknowledged is there, and is the
// same when it is sent again.
func (in *intake) stop() {
	in.end()
	in.ended.Wait()
	codes := map[string]bool{}
	for key, code := range in.acknowledged {
		codes[code] = true
		if len(codes) > 20 && len(codes)%10 != 0 {
			continue
		}
		again := ""
		there := func() bool {
			status, _, _ := in.m.ask(in.m.request("GET", "/v1/feedback/"+code, nil))
			again = in.code(key)
			return status == http.StatusOK && again == code
		}
		if !programtest.Poll(15*time.Second, there) {
			in.m.t.Errorf("%s was acknowledged, sent again it is %q", code, again)
		}
	}
	if len(codes) == 0 || len(codes) != len(in.acknowledged) {
		in.m.t.Errorf("%d codes for %d submissions", len(codes), len(in.acknowledged))
	}
}

// code submits with that key and returns the code, or nothing when it is refused.
func (in *intake) code(key string) string {
	res, err := http.DefaultClient.Do(in.m.request("POST", "/v1/feedback", letter, "Idempotency-Key", key))
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	var a struct{ Code string }
	if json.NewDecoder(res.Body).Decode(&a) != nil || res.StatusCode != http.StatusCreated {
		return ""
	}
	return a.Code
}

var group = regexp.MustCompile(`(?m)^(\d+) @.*\n# labels: (.*)\n((?:#.*\n)*)`)

// goroutines counts those of the program that a test started, but for those of connections
// that are kept for the next request: there may be as many as there were requests at once.
func goroutines(test string) int {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	n := 0
	for _, m := range group.FindAllStringSubmatch(b.String(), -1) {
		if strings.Contains(m[2], strconv.Quote(test)) && !strings.Contains(m[3], "net/http.(*persistConn)") {
			k, _ := strconv.Atoi(m[1])
			n += k
		}
	}
	return n
}

// impatient is a worker that tries again soon, so that a test need not wait.
func impatient(o *worker.Options) {
	o.FirstWait, o.Pause, o.MaxAttempts = 100*time.Millisecond, time.Second, 100
}

var phones atomic.Int64

// phone is a number that no other test has.
func phone() string { return fmt.Sprintf("09%08d", 70_000_000+phones.Add(1)) }
