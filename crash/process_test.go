package crash

import (
	"fmt"
	"net"
	"os/exec"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/store/mongo/mongotest"
)

// lease is how long work stays with a worker that was killed. A job may take half of it,
// also on a machine that does much else.
const lease = 8 * time.Second

// install is a data folder with settings.
type install struct{ *programtest.Install }

func newInstall(t testing.TB, settings ...string) *install {
	i := &install{programtest.New(t, append([]string{"KIENNGHI_PUBLIC_URL=http://kiennghi.test", "KIENNGHI_RATE_LIMIT=off",
		"KIENNGHI_WORK_LEASE=" + lease.String(), "KIENNGHI_LOG_LEVEL=warn"}, settings...)...)}
	i.Log.Keep = 32 << 10
	return i
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
