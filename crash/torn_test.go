package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/meili/meilitest"
)

// demo is a data folder with the demo's cases, made once.
var demo = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(filepath.Dir(programtest.Path), "demo-")
	if err != nil {
		return "", err
	}
	c := exec.Command(programtest.Path, "seed", "--demo")
	c.Env = []string{"KIENNGHI_DATA=" + filepath.Join(dir, "data")}
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return filepath.Join(dir, "data"), nil
})

// newDemo installs the program with the demo's cases and says how many there are.
func newDemo(t *testing.T) (*install, int) {
	t.Helper()
	from, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	i := newInstall(t)
	if err := os.CopyFS(i.Data, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return i, i.cases()
}

// newDemoOnServers is newDemo on a MongoDB server and an index in Meilisearch.
func newDemoOnServers(t *testing.T) (*install, int) {
	t.Helper()
	i := newInstall(t)
	_, uri := startDatabase(t)
	i.onMongo(uri)
	i.onMeili(meilitest.Start(t))
	i.Must("seed", "--demo")
	return i, i.cases()
}

// onBoth runs a test on SQLite and Bleve, and on MongoDB and Meilisearch.
func onBoth(t *testing.T, test func(t *testing.T, i *install, cases int)) {
	t.Parallel()
	for name, demo := range map[string]func(*testing.T) (*install, int){"embedded": newDemo, "servers": newDemoOnServers} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, n := demo(t)
			test(t, i, n)
		})
	}
}

// cases counts the records.
func (i *install) cases() int {
	i.T.Helper()
	s := i.open()
	defer s.Close()
	n := 0
	err := s.EachFeedback(context.Background(), time.Time{}, func(*models.Feedback) error { n++; return nil })
	if err != nil {
		i.T.Fatal(err)
	}
	return n
}

// killed runs a command and kills it after a random part of the time that it takes whole,
// n times, each time calling after. It reports how often the kill came before the end.
func (i *install) killed(n int, whole time.Duration, after func(), args ...string) {
	i.T.Helper()
	hit := 0
	for range n {
		c := i.Command(args...)
		var out bytes.Buffer
		c.Stdout, c.Stderr = &out, &out
		if err := c.Start(); err != nil {
			i.T.Fatal(err)
		}
		begun := time.Now()
		kill := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), func() { c.Process.Kill() })
		c.Wait()
		kill.Stop()
		switch c.ProcessState.ExitCode() {
		case -1:
			hit++
		case 0:
			whole = time.Since(begun) // the machine has less to do now
		default:
			i.T.Errorf("%v after one that was cut off: %s", args, &out)
		}
		after()
	}
	i.T.Logf("%v: %d of %d were cut off", args, hit, n)
}

// took returns how long a command takes.
func (i *install) took(args ...string) time.Duration {
	i.T.Helper()
	begun := time.Now()
	i.Must(args...)
	return time.Since(begun)
}

// left lists what is in a folder and fits one of the patterns.
func left(t *testing.T, dir string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if found, err := filepath.Glob(filepath.Join(dir, p)); err != nil || len(found) > 0 {
			t.Errorf("left behind: %v %v", found, err)
		}
	}
}

func TestKillMigrate(t *testing.T) {
	t.Parallel()
	for range 3 {
		whole := newInstall(t).took("migrate")
		i := newInstall(t)
		i.killed(3, whole, func() {}, "migrate")
		i.Must("migrate")
		i.Must("audit", "verify")
	}
}

func TestKillReindex(t *testing.T) {
	onBoth(t, func(t *testing.T, i *install, n int) {
		i.killed(5, i.took("reindex"), func() {}, "reindex")
		if out := i.Must("reindex"); !strings.Contains(out, fmt.Sprintf("%d records indexed", n)) {
			t.Errorf("%d cases: %s", n, out)
		}
		if differ := i.indexDiffers(); differ != "" {
			t.Error(differ)
		}
		if i.mongo != "" {
			return // an index of Meilisearch that was left behind goes a day later
		}
		generations, err := filepath.Glob(filepath.Join(i.Data, "index", "gen-*"))
		if err != nil || len(generations) != 1 {
			t.Errorf("generations of the index: %v, %v", generations, err)
		}
	})
}

// indexDiffers compares the index with the records and says what is first found to differ.
func (i *install) indexDiffers() string {
	i.T.Helper()
	x, err := i.index()
	if err != nil {
		i.T.Fatal(err)
	}
	defer x.Close()
	versions := map[string]int64{}
	for offset := 0; ; offset += 100 {
		found, err := x.Search(i.T.Context(), search.Query{Sort: search.Oldest, Offset: offset, Limit: 100})
		if err != nil {
			return err.Error()
		}
		for _, h := range found.Hits {
			versions[h.ID] = h.Version
		}
		if len(found.Hits) < 100 {
			break
		}
	}
	s := i.open()
	defer s.Close()
	n, differ := 0, ""
	err = s.EachFeedback(i.T.Context(), time.Time{}, func(f *models.Feedback) error {
		n++
		if versions[f.ID] != f.Version && differ == "" {
			differ = fmt.Sprintf("%s is in the index with version %d, in the records with %d", f.Code, versions[f.ID], f.Version)
		}
		return nil
	})
	if err != nil {
		i.T.Fatal(err)
	}
	if n != len(versions) && differ == "" {
		differ = fmt.Sprintf("%d in the index, %d records", len(versions), n)
	}
	return differ
}

// The index is rebuilt beside a program that goes on indexing, and that is killed: what
// came meanwhile is in the index all the same, without anybody's rebuilding it again.
func TestKillReindexBesideTheProgram(t *testing.T) {
	t.Parallel()
	i, n := newDemoOnServers(t)
	p := i.Serve()
	a := citizen(t, i, p.URL, "0912345678")
	ctx, stop := context.WithCancel(t.Context())
	sent := make(chan int)
	go func() {
		rnd, k := rand.New(rand.NewPCG(1, 1)), 0
		for ; ctx.Err() == nil; time.Sleep(200 * time.Millisecond) { // a person's pause
			if in := a.next(rnd).send(context.WithoutCancel(ctx), p.URL); in.status != 201 {
				t.Errorf("submitting: %d %v %s", in.status, in.err, in.raw)
			}
			k++
		}
		sent <- k
	}()
	i.killed(5, i.took("reindex"), func() {}, "reindex")
	stop()
	n += <-sent
	differ := ""
	if !programtest.Poll(3*time.Minute, func() bool { differ = i.indexDiffers(); return differ == "" }) {
		t.Error(differ)
	}
	if out := i.Must("reindex"); !strings.Contains(out, fmt.Sprintf("%d records indexed", n)) {
		t.Errorf("%d cases: %s", n, out)
	}
	p.Stop(t)
}

func TestKillBackupAndRestore(t *testing.T) {
	t.Parallel()
	i, n := newDemo(t)
	dir := t.TempDir()
	good := filepath.Join(dir, "good.tar")
	whole := i.took("backup", good)
	cut := filepath.Join(dir, "cut.tar")
	i.killed(5, whole, func() {
		if _, err := os.Stat(cut); err != nil {
			return
		}
		other := newInstall(t) // it is there: then it is whole
		if other.Must("restore", cut); other.cases() != n {
			t.Error("a backup that was cut off counts as whole")
		}
		os.Remove(cut)
	}, "backup", cut)
	i.Must("backup", cut)
	left(t, dir, "*.part*")
	left(t, i.Data, "backup-*")

	whole = i.took("restore", "--force", good)
	i.killed(6, whole, func() {
		out, err := i.Command("audit", "verify").CombinedOutput()
		switch {
		case err == nil:
			if got := i.cases(); got != n {
				t.Errorf("%d cases after a restore that was cut off, want %d", got, n)
			}
		case !strings.Contains(string(out), "run it again"):
			t.Errorf("after a restore that was cut off: %s", out)
		}
	}, "restore", "--force", good)
	i.Must("restore", "--force", good)
	if got := i.cases(); got != n {
		t.Errorf("%d cases, want %d", got, n)
	}
	left(t, i.Data, "restoring*")
	i.Serve().Stop(t)
}

func TestKillRotate(t *testing.T) {
	onBoth(t, func(t *testing.T, i *install, n int) {
		p := i.Serve()
		a := citizen(t, i, p.URL, "0912345678")
		whole := i.took("keys", "rotate")
		i.killed(6, whole, func() { i.Must("audit", "verify") }, "keys", "rotate")
		me := send(t.Context(), "GET", p.URL+"/v1/me", a.access, nil)
		if me.str("name") != "Nguyễn Văn 5678" {
			t.Errorf("the running program, after rotations that were cut off: %d %s", me.status, me.raw)
		}
		p.Kill()
		i.Must("keys", "rotate")
		left(t, i.Data, "keys.txt.*")
		p = i.Serve()
		again := citizen(t, i, p.URL, "0912345678")
		if again.id != a.id || i.cases() != n {
			t.Error("rotations that were cut off lost a person or a case")
		}
		// Each key of the ring began one root of agencies' keys, however often it was cut off.
		rings := strings.Fields(strings.TrimPrefix(strings.SplitN(i.Must("keys", "status"), "\n", 2)[0], "keys of the ring, the newest first:"))
		if keys := agencyKeys(t, p.URL, "bxd"); len(keys) != len(rings) {
			t.Errorf("%d keys of an agency, %d of the ring: %v", len(keys), len(rings), keys)
		}
	})
}

// agencyKeys lists the IDs of an agency's keys, the newest first.
func agencyKeys(t *testing.T, base, agency string) (ids []string) {
	t.Helper()
	in := send(t.Context(), "GET", base+"/v1/agencies/"+agency+"/jwks", "", nil)
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(in.raw, &set); err != nil {
		t.Fatalf("%d %s: %v", in.status, in.raw, err)
	}
	for _, k := range set.Keys {
		ids = append(ids, k.Kid)
	}
	return ids
}

// An agency's key that was stored begins, and the running program knows it by then, also when
// who made it was killed before saying so; and there is none of which the audit log says nothing.
func TestKillRotateAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, i *install, n int) {
		p := i.Serve()
		whole := i.took("keys", "rotate", "--agency", "bct")
		agencies := []string{"bxd", "btc", "byt", "bnv", "bkhcn", "bgddt"}
		for _, agency := range agencies {
			i.killed(1, whole, func() { i.Must("audit", "verify") }, "keys", "rotate", "--agency", agency)
		}
		s := i.open()
		stored, err := s.Amendments(t.Context())
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		for _, a := range stored {
			if a.SealKey != nil {
				want[a.SealKey.Agency]++
			}
		}
		for _, agency := range append(agencies, "bct") {
			got := 0
			if !programtest.Poll(models.SealKeyAhead, func() bool { got = len(agencyKeys(t, p.URL, agency)); return got == 1+want[agency] }) {
				t.Errorf("the program knows %d keys of %s, stored are %d and the first", got, agency, want[agency])
			}
		}
		if want["bct"] != 1 {
			t.Errorf("stored: %v", want)
		}
		p.Stop(t)
	})
}

// upload sends a file; with a gap it stops in the middle until gap is closed.
func upload(ctx context.Context, base, token, key string, content []byte, gap <-chan struct{}) answer {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a.pdf"`}, "Content-Type": {"application/pdf"}})
	if err != nil {
		return answer{err: err}
	}
	part.Write(content)
	w.Close()
	var in io.Reader = &form
	if gap != nil {
		half := form.Len() / 2
		in = io.MultiReader(io.LimitReader(&form, int64(half)), waiting(gap), &form)
	}
	req, err := http.NewRequestWithContext(ctx, "POST", base+"/v1/uploads", in)
	if err != nil {
		return answer{err: err}
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	res, err := client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, raw, err}
}

// waiting is a reader that ends when the channel is closed.
type waiting <-chan struct{}

func (w waiting) Read([]byte) (int, error) {
	<-w
	return 0, io.EOF
}

// document is a small PDF with some weight.
func document(size int) []byte {
	return append(append([]byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%"),
		bytes.Repeat([]byte("x"), size)...), "\ntrailer<</Root 1 0 R>>\n%%EOF\n"...)
}

func TestKillUpload(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	p := i.Serve()
	a := citizen(t, i, p.URL, "0912345678")
	content := document(200_000)
	kept := upload(t.Context(), p.URL, a.access, "khoa-tep-1", content, nil)
	if kept.status != 201 {
		t.Fatalf("%d %v %s", kept.status, kept.err, kept.raw)
	}
	gap := make(chan struct{})
	cut := make(chan answer)
	go func() { cut <- upload(t.Context(), p.URL, a.access, "khoa-tep-2", content, gap) }()
	time.Sleep(300 * time.Millisecond) // half of the file is under way: there is nothing to see from outside
	p.Kill()
	close(gap)
	if in := <-cut; in.status == 201 {
		t.Error("half a file was acknowledged")
	}
	p = i.Serve()
	if in := send(t.Context(), "GET", p.URL+"/v1/uploads/"+kept.str("id"), a.access, nil); !bytes.Equal(in.raw, content) {
		t.Errorf("the acknowledged file: %d, %d bytes", in.status, len(in.raw))
	}
	if in := upload(t.Context(), p.URL, a.access, "khoa-tep-2", content, nil); in.status != 201 {
		t.Errorf("the same file again: %d %s", in.status, in.raw)
	}
	p.Stop(t)
	for _, v := range i.Env {
		if dir, ok := strings.CutPrefix(v, "TMPDIR="); ok {
			left(t, dir, "*")
		}
	}
}
