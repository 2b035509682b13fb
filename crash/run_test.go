package crash

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/store"
)

const senders = 16

// run is one series of kills on one installation.
type run struct {
	t       *testing.T
	rnd     *rand.Rand
	i       *install
	program *programtest.Process // the one that there is, else nil
	cluster *programtest.Cluster // the several that there are, else nil
	base    string               // where they answer
	google  *fcmtest.Server
	due     func() (time.Time, error) // when the work that waits longest was due; now when none waits
	store   store.Store               // beside the program, for looking
	people  []*account
	officer *account
	gap     time.Duration // the longest pause between two letters of a sender
	most    int           // so much work may wait when the next load begins
	down    bool          // the database may be away: 503 is right, silence is not

	mu     sync.Mutex
	cases  map[string]*submission // acknowledged, by id
	codes  map[string]string      // id by tracking code
	now    []*submission          // sent since the last kill
	notes  []note                 // acknowledged
	starts []time.Time            // of the cycles

	kills, refused, unclear, checkedAgain int
	oldest                                time.Duration // of waiting work, seen after any kill
	pushed                                map[string]*push
	seen                                  int       // messages counted into pushed
	head, since                           time.Time // when the work at the head of the queue was due, and since when it is there
}

// push is what phones got for one notification.
type push struct {
	times     int
	to, shown string
}

// newRun starts the program and fills it: 16 citizens, half of them with a phone, and an
// officer. Several processes are three for the API and two workers.
func newRun(t *testing.T, i *install, several bool) *run {
	t.Helper()
	r := &run{t: t, i: i, rnd: random(t), google: fcmtest.Start(t), cases: map[string]*submission{}, codes: map[string]string{}, pushed: map[string]*push{}}
	i.Env = append(i.Env, "KIENNGHI_FCM_CREDENTIALS="+r.google.Credentials(), "KIENNGHI_FCM_ENDPOINT="+r.google.URL)
	if i.mongo == "" {
		r.gap, r.most = 15*time.Millisecond, math.MaxInt
		r.due = dueInSQLite(t, filepath.Join(i.Data, "kiennghi.db"))
	} else {
		r.gap, r.most = 150*time.Millisecond, 100 // the server of the tests reads all work that waits to find what is due first
		r.due = dueInMongo(t, i.mongo)
	}
	if several {
		r.cluster = programtest.NewCluster(i.Install, 3, 2)
		r.base = r.cluster.URL
	} else {
		r.serve()
	}
	text, err := os.ReadFile(filepath.Join(r.i.Data, "keys.txt"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := models.ParseKeyring(string(text))
	if err != nil {
		t.Fatal(err)
	}
	r.store = store.NewSealing(r.i.open(), keys)
	t.Cleanup(func() { r.store.Close() })
	r.people = make([]*account, senders)
	for n := range r.people {
		r.people[n] = citizen(t, r.i, r.base, fmt.Sprintf("09%08d", 10000000+n))
		if n%2 == 0 {
			r.people[n].register(t, r.base, fmt.Sprintf("may-%d", n))
		}
	}
	r.officer = officer(t, r.i, r.base)
	return r
}

// serve starts the one program.
func (r *run) serve() {
	r.program = r.i.Serve()
	r.base = r.program.URL
}

// cycles kills n times, with load before and a look at everything new after each.
func (r *run) cycles(n int, kill func()) {
	r.t.Helper()
	for k := range n {
		begun := time.Now()
		r.starts = append(r.starts, begun.Add(-time.Millisecond))
		stop := r.load()
		kill()
		stop()
		if r.kills++; r.kills%10 == 0 {
			r.t.Logf("%d kills, %d cases", r.kills, len(r.cases))
		}
		r.check(begun)
		if r.t.Failed() {
			r.t.Fatalf("after kill %d of %d. The program's log ends:\n%s", k+1, n, r.i.Log)
		}
		r.drain(r.most)
	}
}

// pause waits for a random time: what comes after it comes at a random moment.
func (r *run) pause(limit time.Duration) { time.Sleep(time.Duration(r.rnd.Int64N(int64(limit)))) } // the moment of the kill

// killProgram kills the program and starts it again, at times only to kill it once more
// while it begins.
func (r *run) killProgram() {
	r.pause(900 * time.Millisecond)
	r.program.Kill()
	r.killStart()
	r.serve()
}

// killStart kills the program once more while it begins, one time in five.
func (r *run) killStart(args ...string) {
	if r.rnd.IntN(5) > 0 {
		return
	}
	again := r.i.Command(append([]string{"serve"}, args...)...)
	if err := again.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.pause(300 * time.Millisecond)
	again.Process.Kill()
	again.Wait()
}

// killMember kills one of the several processes, one time in four two of them at once, and
// starts them again: API or worker, as it comes.
func (r *run) killMember() {
	r.pause(900 * time.Millisecond)
	all := slices.Concat(r.cluster.APIs, r.cluster.Workers)
	r.rnd.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	dead := all[:1]
	if r.rnd.IntN(4) == 0 {
		dead = all[:2]
	}
	for _, m := range dead {
		m.Kill()
	}
	r.kills += len(dead) - 1 // cycles counts one
	for _, m := range dead {
		r.killStart(m.Kind)
		r.cluster.Restart(m)
	}
}

// killDatabase kills the database, lets it be away for a moment, at times until senders
// are refused, and starts it again.
func (r *run) killDatabase(d *server) {
	r.pause(900 * time.Millisecond)
	r.mu.Lock()
	r.down = true
	before := r.refused
	r.mu.Unlock()
	d.kill()
	if r.kills%4 == 0 {
		programtest.Until(r.t, 20*time.Second, "senders are refused", func() bool {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.refused >= before+senders
		})
		if got := programtest.Status(r.base + "/readyz"); got != 503 {
			r.t.Errorf("/readyz says %d without a database", got)
		}
	} else {
		r.pause(600 * time.Millisecond)
	}
	d.start()
	programtest.Until(r.t, 30*time.Second, "the program has its database again", func() bool { return programtest.Status(r.base+"/readyz") == 200 })
	r.pause(300 * time.Millisecond)
}

// killSearch kills Meilisearch, lets it be away for a moment, at times until the program
// knows, and starts it again.
func (r *run) killSearch(m *server) {
	r.pause(900 * time.Millisecond)
	m.kill()
	if r.kills%2 == 0 {
		programtest.Until(r.t, 20*time.Second, "search is away", func() bool { return r.search() == "down" })
	} else {
		r.pause(600 * time.Millisecond)
	}
	m.start()
	programtest.Until(r.t, time.Minute, "the program has its search again", func() bool { return r.search() == "ok" })
	r.pause(300 * time.Millisecond)
}

// search is what the program says of its search engine.
func (r *run) search() string {
	return send(r.t.Context(), "GET", r.base+"/readyz", "", nil).str("search")
}

// load begins to send and returns what ends it. A sender whose program is gone stops by
// itself; where others serve on it sends the same at once, as phones do, or goes on.
func (r *run) load() (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	base := r.base
	var all sync.WaitGroup
	for _, a := range r.people {
		rnd := rand.New(rand.NewPCG(r.rnd.Uint64(), 2))
		all.Go(func() {
			for ctx.Err() == nil {
				s := a.next(rnd)
				in := s.send(context.WithoutCancel(ctx), base)
				if r.cluster != nil && in.cutOff() && rnd.IntN(2) == 0 {
					r.mu.Lock()
					r.unclear++
					r.mu.Unlock()
					in = s.send(context.WithoutCancel(ctx), base)
				}
				r.took(s, in)
				if in.cutOff() && r.cluster == nil {
					return
				}
				time.Sleep(time.Duration(rnd.Int64N(int64(r.gap)))) // people do not send without a pause
			}
		})
	}
	rnd := rand.New(rand.NewPCG(r.rnd.Uint64(), 3))
	all.Go(func() {
		for ctx.Err() == nil {
			if id := r.anyCase(rnd); id != "" {
				n, in := addNote(context.WithoutCancel(ctx), base, r.officer, id)
				r.noted(n, in)
				if in.cutOff() && r.cluster == nil {
					return
				}
			}
			time.Sleep(20 * time.Millisecond) // nor do officers
		}
	})
	return func() { cancel(); all.Wait() }
}

func (r *run) anyCase(rnd *rand.Rand) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.now) == 0 {
		return ""
	}
	return r.now[rnd.IntN(len(r.now))].id
}

// took keeps what became of a submission.
func (r *run) took(s *submission, in answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch in.status {
	case 201:
		s.answer, s.id, s.code = in.raw, in.str("id"), in.str("code")
		r.acknowledged(s)
	case 503:
		r.refused++
		if !r.down || in.header.Get("Retry-After") == "" {
			r.t.Errorf("refused, Retry-After %q: %s", in.header.Get("Retry-After"), in.raw)
		}
	case 0, 502:
		r.unclear++
		if r.down {
			r.t.Errorf("the living program gave no answer: %v", in.err)
		}
	default:
		r.t.Errorf("submitting: %d\n%s", in.status, in.raw)
	}
	r.now = append(r.now, s)
}

// acknowledged writes a submission down. The caller holds the lock.
func (r *run) acknowledged(s *submission) {
	if before := r.cases[s.id]; before != nil && before != s {
		r.t.Errorf("%s and %s became one case", before.key, s.key)
	}
	if id, taken := r.codes[s.code]; taken && id != s.id {
		r.t.Errorf("two cases have the code %s", s.code)
	}
	r.cases[s.id], r.codes[s.code] = s, s.id
}

func (r *run) noted(n note, in answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch in.status {
	case 200:
		r.notes = append(r.notes, n)
	case 0, 502, 412: // 412: the routing was faster
	case 503:
		if !r.down {
			r.t.Errorf("a note was refused: %s", in.raw)
		}
	default:
		r.t.Errorf("a note: %d %s", in.status, in.raw)
	}
}
