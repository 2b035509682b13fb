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

// onMeili has the program use an index of its own in the tests' Meilisearch.
func (i *install) onMeili() {
	i.T.Helper()
	at, key := meilitest.Start(i.T)
	name := "crash" + models.NewID()[:8]
	i.Env = append(i.Env, "KIENNGHI_MEILI_URL="+at, "KIENNGHI_MEILI_KEY="+key, "KIENNGHI_MEILI_INDEX="+name)
	i.index = func() (search.Index, error) { return meili.Open(i.T.Context(), at, key, name, nil) }
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

// database is a MongoDB server that can be killed and started again on its files.
type database struct {
	t    testing.TB
	uri  string
	args []string
	cmd  *exec.Cmd
}

// startDatabase starts secantusd-rs with every commit on disk.
func startDatabase(t testing.TB) *database {
	t.Helper()
	port := programtest.FreePort(t)
	d := &database{t: t, uri: fmt.Sprintf("mongodb://127.0.0.1:%d/kiennghi?directConnection=true", port)}
	d.args = []string{mongotest.Program(t), "--port", fmt.Sprint(port), "--storage-path", t.TempDir(), "--sync-on-commit", "--log-level", "ERROR", "--log-file-max", "16MB"}
	d.start()
	t.Cleanup(d.kill)
	return d
}

func (d *database) start() {
	d.t.Helper()
	d.cmd = exec.Command(d.args[0], d.args[1:]...)
	programtest.DieWithTest(d.cmd)
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	programtest.Until(d.t, 60*time.Second, "the database listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+d.args[2])
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (d *database) kill() {
	d.cmd.Process.Kill()
	d.cmd.Wait()
}
