package crash

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
)

// How often what is killed. The defaults are the short form.
var (
	onSQLite  = flag.Int("sqlite", 5, "kills of the program on SQLite")
	onMongo   = flag.Int("mongo", 2, "kills of the program on MongoDB")
	ofSeveral = flag.Int("processes", 4, "kills of one or two of five processes on MongoDB and Meilisearch")
	ofMongo   = flag.Int("database", 2, "kills of the MongoDB server beneath the program")
	givenSeed = flag.Uint64("seed", 0, "seed of a run to repeat; 0: a new one")
)

func TestMain(m *testing.M) {
	flag.Parse()
	programtest.Main(m)
}

// random makes the choices of a run: when to kill, what to send. Threads run as they
// like, so a seed repeats the choices, not every step.
func random(t *testing.T) *rand.Rand {
	seed := *givenSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d: repeat with -seed %d", seed, seed)
	if *onSQLite+*onMongo+*ofSeveral+*ofMongo < 20 { // the short form mostly waits for leases
		t.Parallel()
	}
	return rand.New(rand.NewPCG(seed, 1))
}

// The program on SQLite, killed at random moments.
func TestKillOnSQLite(t *testing.T) {
	r := newRun(t, "", false)
	r.cycles(*onSQLite, r.killProgram)
	r.end("kill -9 of the program on SQLite")
}

// The program on MongoDB, killed at random moments.
func TestKillOnMongo(t *testing.T) {
	db := startDatabase(t)
	r := newRun(t, db.uri, false)
	r.cycles(*onMongo, r.killProgram)
	r.end("kill -9 of the program on MongoDB")
}

// Three processes for the API and two workers behind a proxy, on one MongoDB and one
// Meilisearch: any of them killed at random moments, while the others work on.
func TestKillOfProcesses(t *testing.T) {
	db := startDatabase(t)
	r := newRun(t, db.uri, true)
	r.cycles(*ofSeveral, r.killMember)
	r.end("kill -9 of API processes and workers, three and two, on MongoDB and Meilisearch")
}

// The database killed at random moments, the program living on.
func TestKillOfMongo(t *testing.T) {
	db := startDatabase(t)
	r := newRun(t, db.uri, false)
	pid := r.program.Cmd.Process.Pid
	r.cycles(*ofMongo, func() { r.killDatabase(db) })
	if r.program.Cmd.Process.Pid != pid {
		t.Error("the program was restarted")
	}
	r.end("kill -9 of the MongoDB server")
}
