package crash

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
)

// small mounts a small file system at a folder.
func small(t *testing.T, dir string, megabytes int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=700", megabytes))
	if errors.Is(err, syscall.EPERM) {
		t.Skip("SKIPPED, NOTHING WAS TESTED: only root can mount the small disk that is to be full")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// fill uses the last byte of the file system that dir is on; the answer gives it back.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, n := range []int{1 << 20, 4096, 1} {
		for piece := make([]byte, n); err == nil; {
			_, err = f.Write(piece)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
	return func() { os.Remove(path) }
}

func TestFullDiskOfTheStore(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	small(t, i.Data, 48)
	p := i.Serve()
	a := citizen(t, i, p.URL, "0912345678")
	var sent []*submission
	refused := 0
	submit := func() int {
		s := a.next(rand.New(rand.NewPCG(1, 1)))
		in := s.send(t.Context(), p.URL)
		switch in.status {
		case 201:
			s.answer, s.id = in.raw, in.str("id")
		case 503:
			refused++
			if in.header.Get("Retry-After") == "" {
				t.Errorf("no Retry-After: %s", in.raw)
			}
		default:
			t.Fatalf("%d %v %s", in.status, in.err, in.raw)
		}
		sent = append(sent, s)
		return in.status
	}
	for range 5 {
		submit()
	}
	empty := fill(t, i.Data)
	for n := 0; refused < 10 && n < 2000; n++ {
		submit()
	}
	if refused == 0 {
		t.Fatal("the disk is full and nothing is refused")
	}
	if got := programtest.Status(p.URL + "/healthz"); got != http.StatusOK {
		t.Errorf("/healthz: %d", got)
	}
	empty()
	programtest.Until(t, 30*time.Second, "there is space and submissions are taken", func() bool { return submit() == 201 })
	for _, s := range sent {
		in := s.send(t.Context(), p.URL)
		if in.status != 201 || s.answer != nil && !bytes.Equal(in.raw, s.answer) {
			t.Errorf("the repeat answers %d %s, first it was %s", in.status, in.raw, s.answer)
		}
	}
	if n := i.cases(); n != len(sent) {
		t.Errorf("%d cases, %d were sent", n, len(sent))
	}
	i.Must("audit", "verify")
	t.Logf("%d acknowledged, %d refused", len(sent)-refused, refused)
}

func TestFullDiskOfUploads(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	uploads := filepath.Join(i.Data, "uploads")
	small(t, uploads, 4)
	p := i.Serve()
	a := citizen(t, i, p.URL, "0912345678")
	content := document(300_000)
	first := upload(t.Context(), p.URL, a.access, "khoa-tep-1", content, nil)
	if first.status != 201 {
		t.Fatalf("%d %s", first.status, first.raw)
	}
	empty := fill(t, uploads)
	in := upload(t.Context(), p.URL, a.access, "khoa-tep-2", content, nil)
	if in.status != 503 || in.header.Get("Retry-After") == "" {
		t.Errorf("an upload to a full disk: %d %s", in.status, in.raw)
	}
	if in := a.next(rand.New(rand.NewPCG(1, 1))).send(t.Context(), p.URL); in.status != 201 {
		t.Errorf("a submission: %d %s", in.status, in.raw)
	}
	empty()
	in = upload(t.Context(), p.URL, a.access, "khoa-tep-2", content, nil)
	for _, x := range []answer{first, in} {
		if got := send(t.Context(), "GET", p.URL+"/v1/uploads/"+x.str("id"), a.access, nil); !bytes.Equal(got.raw, content) {
			t.Errorf("the file: %d %.200s", got.status, got.raw)
		}
	}
	left(t, uploads, "*/*/*/*.tmp")
}

func TestFullDiskOfTheIndex(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	index := filepath.Join(i.Data, "index")
	small(t, index, 12)
	p := i.Serve()
	a, lan := citizen(t, i, p.URL, "0912345678"), officer(t, i, p.URL)
	var sent []*submission
	submit := func() {
		s := a.next(rand.New(rand.NewPCG(1, 1)))
		if in := s.send(t.Context(), p.URL); in.status != 201 {
			t.Fatalf("%d %s", in.status, in.raw)
		}
		sent = append(sent, s)
	}
	submit()
	empty := fill(t, index)
	for range 20 { // search is not needed for taking them
		submit()
	}
	if got := programtest.Status(p.URL + "/readyz"); got != 200 {
		t.Errorf("/readyz: %d", got)
	}
	empty()
	for _, s := range sent {
		programtest.Until(t, 90*time.Second, "the case is found", func() bool {
			return bytes.Contains(send(t.Context(), "GET", p.URL+"/v1/desk/feedback?q="+s.word, lan.access, nil).raw, []byte(s.word))
		})
	}
}
