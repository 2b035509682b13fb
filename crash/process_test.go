package crash

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/bleve"
	"kiennghi/search/meili"
	"kiennghi/search/meili/meilitest"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/mongo/mongotest"
	"kiennghi/store/sqlite"
)

// lease is how long work stays with a worker that was killed. A job may take half of it,
// also on a machine that does much else.
const lease = 8 * time.Second

// install is a data folder with settings.
type install struct {
	*programtest.Install
	mongo string                       // empty: SQLite in the data folder
	index func() (search.Index, error) // opens it; one in the data folder when the program is stopped
}

// newInstall is an install on SQLite and Bleve, if neither the settings nor onMeili say otherwise.
func newInstall(t testing.TB, settings ...string) *install {
	i := &install{Install: programtest.New(t, append([]string{"KIENNGHI_PUBLIC_URL=http://kiennghi.test", "KIENNGHI_RATE_LIMIT=off",
		"KIENNGHI_WORK_LEASE=" + lease.String(), "KIENNGHI_LOG_LEVEL=warn"}, settings...)...)}
	i.Log.Keep = 32 << 10
	i.index = func() (search.Index, error) { return bleve.Open(filepath.Join(i.Data, "index")) }
	return i
}

// onMongo has the program keep its records there.
func (i *install) onMongo(uri string) {
	i.mongo = uri
	i.Env = append(i.Env, "KIENNGHI_MONGO_URI="+uri)
}

// onMeili has the program use an index of its own in that Meilisearch.
func (i *install) onMeili(url, key string) {
	name := "crash" + models.NewID()[:8]
	i.Env = append(i.Env, "KIENNGHI_MEILI_URL="+url, "KIENNGHI_MEILI_KEY="+key, "KIENNGHI_MEILI_INDEX="+name)
	i.index = func() (search.Index, error) { return meili.Open(i.T.Context(), url, key, name, nil) }
}

// open opens the records beside the program.
func (i *install) open() store.Store {
	i.T.Helper()
	var st store.Store
	var err error
	if i.mongo != "" {
		st, err = mongo.Open(i.T.Context(), i.mongo)
	} else {
		st, err = sqlite.Open(i.T.Context(), filepath.Join(i.Data, "kiennghi.db"))
	}
	if err != nil {
		i.T.Fatal(err)
	}
	return st
}

// server is a neighbour of the program that can be killed and started again on its files.
type server struct {
	t    testing.TB
	at   string // address it listens on
	args []string
	cmd  *exec.Cmd
}

// startDatabase starts secantusd-rs with every commit on disk, and returns its URI too.
func startDatabase(t testing.TB) (s *server, uri string) {
	t.Helper()
	port := programtest.FreePort(t)
	s = &server{t: t, at: fmt.Sprintf("127.0.0.1:%d", port)}
	s.args = []string{mongotest.Program(t), "--port", fmt.Sprint(port), "--storage-path", t.TempDir(), "--sync-on-commit", "--log-level", "ERROR", "--log-file-max", "16MB"}
	s.start()
	t.Cleanup(s.kill)
	return s, fmt.Sprintf("mongodb://%s/kiennghi?directConnection=true", s.at)
}

// startSearch starts Meilisearch, and returns its address and key too.
func startSearch(t testing.TB) (s *server, url, key string) {
	t.Helper()
	s = &server{t: t, at: fmt.Sprintf("127.0.0.1:%d", programtest.FreePort(t))}
	s.args = append([]string{meilitest.Program(t)}, meilitest.Arguments(t.TempDir(), s.at)...)
	s.start()
	t.Cleanup(s.kill)
	return s, "http://" + s.at, meilitest.Key
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.args[0], s.args[1:]...)
	programtest.DieWithTest(s.cmd)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	programtest.Until(s.t, 60*time.Second, "the server listens", func() bool {
		c, err := net.Dial("tcp", s.at)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}
