package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
	"kiennghi/worker"
)

// generation changes when what is filled in changes, so that no old folder is used.
const generation = 6

// filled tells how a folder came about.
type filled struct {
	Cases   int           `json:"cases"`   // published
	Others  int           `json:"others"`  // still in work
	Fill    time.Duration `json:"fill"`    // records into the store
	Reindex time.Duration `json:"reindex"` // the whole index
	Store   int64         `json:"store"`   // bytes
	Index   int64         `json:"index"`   // bytes
}

// place is where the program under test keeps its things: a data folder, and in the
// production shape the addresses of the servers.
type place struct {
	data string
	env  []string // settings beside KIENNGHI_DATA
	uri  string   // of MongoDB; empty: SQLite in the folder
}

func (p *place) open(ctx context.Context) (store.Store, error) {
	if p.uri != "" {
		return mongo.Open(ctx, p.uri)
	}
	return sqlite.Open(ctx, filepath.Join(p.data, "kiennghi.db"))
}

func (p *place) environ(more ...string) []string {
	return append(append(os.Environ(), "KIENNGHI_DATA="+p.data), append(p.env, more...)...)
}

func (p *place) keyring() (*models.Keyring, error) {
	b, err := os.ReadFile(filepath.Join(p.data, "keys.txt"))
	if err != nil {
		return nil, err
	}
	return models.ParseKeyring(string(b))
}

// command runs a subcommand of the program.
func (p *place) command(ctx context.Context, program string, args ...string) error {
	c := exec.CommandContext(ctx, program, args...)
	c.Env = p.environ()
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("kiennghi %v: %w\n%s", args, err, out)
	}
	return nil
}

// prepared returns a data folder with that many cases: a copy of one that was filled
// before, when there is one.
func prepared(ctx context.Context, program, scratch string, cases int) (*place, *filled, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, nil, err
	}
	kept := filepath.Join(cache, "kiennghi-bench", fmt.Sprintf("%d-%d", generation, cases))
	var f filled
	if readJSON(kept, "filled.json", &f) != nil {
		p := &place{data: filepath.Join(kept, "data")}
		if readJSON(kept, "stored.json", &f) != nil { // from the beginning
			if err := errors.Join(os.RemoveAll(kept), os.MkdirAll(p.data, 0o700)); err != nil {
				return nil, nil, err
			}
			if err := fillStore(ctx, p, program, cases, &f); err != nil {
				return nil, nil, err
			}
			if err := keepJSON(kept, "stored.json", &f); err != nil {
				return nil, nil, err
			}
		}
		if err := fillIndex(ctx, p, program, &f); err != nil {
			return nil, nil, err
		}
		f.Store, f.Index = size(filepath.Join(p.data, "kiennghi.db")), size(filepath.Join(p.data, "index"))
		if err := keepJSON(kept, "filled.json", &f); err != nil {
			return nil, nil, err
		}
	} else {
		logf("%d cases are there already: %s", cases, kept)
	}
	p := &place{data: filepath.Join(scratch, fmt.Sprintf("data-%d", cases))}
	return p, &f, os.CopyFS(p.data, os.DirFS(filepath.Join(kept, "data")))
}

func readJSON(folder, name string, f *filled) error {
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err == nil {
		err = json.Unmarshal(b, f)
	}
	return err
}

func keepJSON(folder, name string, f *filled) error {
	b, err := json.Marshal(f)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), b, 0o600)
	}
	return err
}

// fillStore stores senders and cases.
func fillStore(ctx context.Context, p *place, program string, cases int, f *filled) error {
	if err := p.command(ctx, program, "seed", "--demo"); err != nil {
		return err
	}
	keys, err := p.keyring()
	if err != nil {
		return err
	}
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	f.Cases, f.Others = cases, cases/4
	logf("storing %d cases", f.Cases+f.Others)
	start := time.Now()
	err = store1(ctx, store.NewSealing(s, keys), keys, f, p.uri != "")
	if err == nil {
		err = s.PutSetting(ctx, worker.FoundBy, models.DetectorName()) // each was written with it
	}
	f.Fill = time.Since(start)
	logf("stored in %v", f.Fill.Round(time.Millisecond))
	return errors.Join(err, s.Close())
}

// fillIndex indexes all that is stored.
func fillIndex(ctx context.Context, p *place, program string, f *filled) error {
	logf("indexing")
	start := time.Now()
	err := p.command(ctx, program, "reindex")
	f.Reindex = time.Since(start)
	logf("indexed in %v", f.Reindex.Round(time.Millisecond))
	return err
}

func store1(ctx context.Context, s store.Store, keys *models.Keyring, f *filled, mongo bool) error {
	agencies, err := s.Agencies(ctx)
	if err != nil {
		return err
	}
	senders := make([]*models.Person, people)
	for i := range senders {
		senders[i] = person(keys, i)
	}
	w := newWriter(reference(agencies), senders)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(map[bool]int{true: 32, false: 256}[mongo]) // side by side: SQLite commits them together
	for _, p := range senders {
		group.Go(func() error { return s.CreatePerson(ctx, p) })
	}
	now := models.Now()
	for i := range f.Cases + f.Others {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			c, err := w.life(i, i%5 != 3, now)
			if err != nil {
				return fmt.Errorf("case %d: %w", i, err)
			}
			err = s.CreateFeedback(ctx, c)
			for errors.Is(err, models.ErrExists) { // of so many codes two may be alike
				c.Code = models.NewCode()
				err = s.CreateFeedback(ctx, c)
			}
			return err
		})
	}
	return group.Wait()
}

func reference(agencies []models.Agency) *models.Reference {
	return &models.Reference{
		Tree: models.NewTree(agencies), Places: models.NewPlaces(knowledge.Provinces(), knowledge.Communes()), Fields: models.NewFields(knowledge.Fields(), knowledge.FieldGroups()),
		Rules: models.NewRules(knowledge.Rules(), knowledge.Calendar()), Triage: models.NewTriage(knowledge.TriageCues()),
		Grounds: knowledge.RefusalGrounds(),
	}
}

func phone(i int) string { return "09100" + fmt.Sprintf("%05d", i) }

func person(keys *models.Keyring, i int) *models.Person {
	now, number := models.Now(), "+84"+phone(i)[1:]
	return &models.Person{
		ID: models.DeriveID("bench", "person", strconv.Itoa(i)), Name: keys.Seal("Nguyễn Văn " + strconv.Itoa(i)), Language: "vi",
		Phone: keys.Seal(number), PhoneIndex: keys.Index(number), CreatedAt: now, UpdatedAt: now,
	}
}

// size returns how many bytes a file, or all files beneath a folder, have.
func size(path string) int64 {
	var n int64
	filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}
