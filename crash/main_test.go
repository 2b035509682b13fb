package crash

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/search/meili/meilitest"
)

// How often what is killed. The defaults are the short form.
var (
	onSQLite  = flag.Int("sqlite", 5, "kills of the program on SQLite")
	onMongo   = flag.Int("mongo", 2, "kills of the program on MongoDB")
	ofSeveral = flag.Int("processes", 4, "kills of one or two of five processes on MongoDB and Meilisearch")
	ofMongo   = flag.Int("database", 2, "kills of the MongoDB server beneath the program")
	ofMeili   = flag.Int("search", 2, "kills of the Meilisearch server beside the program")
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
	if *onSQLite+*onMongo+*ofSeveral+*ofMongo+*ofMeili < 20 { // the short form mostly waits for leases
		t.Parallel()
	}
	return rand.New(rand.NewPCG(seed, 1))
}

// The program on SQLite, killed at random moments.
func TestKillOnSQLite(t *testing.T) {
	r := newRun(t, newInstall(t), false)
	r.cycles(*onSQLite, r.killProgram)
	r.end("kill -9 of the program on SQLite")
}

// The program on MongoDB, killed at random moments.
func TestKillOnMongo(t *testing.T) {
	i := newInstall(t)
	_, uri := startDatabase(t)
	i.onMongo(uri)
	r := newRun(t, i, false)
	r.cycles(*onMongo, r.killProgram)
	r.end("kill -9 of the program on MongoDB")
}

// Three processes for the API and two workers behind a proxy, on one MongoDB and one
// Meilisearch: any of them killed at random moments, while the others work on.
func TestKillOfProcesses(t *testing.T) {
	i := newInstall(t)
	_, uri := startDatabase(t)
	i.onMongo(uri)
	i.onMeili(meilitest.Start(t))
	r := newRun(t, i, true)
	r.cycles(*ofSeveral, r.killMember)
	r.end("kill -9 of API processes and workers, three and two, on MongoDB and Meilisearch")
}

// The database killed at random moments, the program living on.
func TestKillOfMongo(t *testing.T) {
	i := newInstall(t)
	db, uri := startDatabase(t)
	i.onMongo(uri)
	r := newRun(t, i, false)
	r.cycles(*ofMongo, func() { r.killDatabase(db) })
	r.lived()
	r.end("kill -9 of the MongoDB server")
}

// The search engine killed at random moments, which nobody who submits may notice.
func TestKillOfMeili(t *testing.T) {
	i := newInstall(t)
	engine, url, key := startSearch(t)
	i.onMeili(url, key)
	r := newRun(t, i, false)
	r.gap, r.most = 150*time.Millisecond, 100 // Meilisearch takes longer to index cases than SQLite to take them in
	r.cycles(*ofMeili, func() { r.killSearch(engine) })
	r.lived()
	r.end("kill -9 of the Meilisearch server")
}
