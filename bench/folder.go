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
	"kiennghi/search"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
	"kiennghi/worker"
)

// generation changes when what is filled in changes, so that no old folder is used. So does
// the detector's name: a program with another one writes all published cases anew.
const generation = 8

// filled tells how a folder came about.
type filled struct {
	Cases   int           `json:"cases"`   // published
	Others  int           `json:"others"`  // still in work
	Stored  int           `json:"stored"`  // of both, so far
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

// openSealing opens the store and what is sealed in it.
func (p *place) openSealing(ctx context.Context) (*store.Sealing, *models.Keyring, error) {
	keys, err := p.keyring()
	if err != nil {
		return nil, nil, err
	}
	s, err := p.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return store.NewSealing(s, keys), keys, nil
}

// reindex fills another index with what is stored.
func (p *place) reindex(ctx context.Context, x search.Index) error {
	s, _, err := p.openSealing(ctx)
	if err != nil {
		return err
	}
	_, err = worker.Reindex(ctx, s, x, nil)
	return errors.Join(err, s.Close())
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

// prepared returns a data folder with that many cases, a copy of the one that is kept.
func prepared(ctx context.Context, program, scratch string, cases int) (*place, *filled, error) {
	kept, f, err := keptFolder(ctx, program, cases)
	if err != nil {
		return nil, nil, err
	}
	p := &place{data: filepath.Join(scratch, fmt.Sprintf("data-%d", cases))}
	return p, f, os.CopyFS(p.data, os.DirFS(filepath.Join(kept, "data")))
}

// keptFolder returns the folder in the user's cache folder with that many cases. It fills
// it when it is not there, and goes on where an earlier run was cut off.
func keptFolder(ctx context.Context, program string, cases int) (string, *filled, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", nil, err
	}
	kept := filepath.Join(cache, "kiennghi-bench", fmt.Sprintf("%d-%s-%d", generation, models.DetectorName(), cases))
	var f filled
	if readJSON(kept, "filled.json", &f) == nil {
		logf("%d cases are there already: %s", cases, kept)
		return kept, &f, nil
	}
	p := &place{data: filepath.Join(kept, "data")}
	if readJSON(kept, "stored.json", &f) != nil { // from the beginning
		if err := errors.Join(os.RemoveAll(kept), os.MkdirAll(p.data, 0o700)); err != nil {
			return "", nil, err
		}
	}
	err = fillStore(ctx, p, program, cases, &f, func() error { return keepJSON(kept, "stored.json", &f) })
	if err != nil {
		return "", nil, err
	}
	if err := fillIndex(ctx, p, program, &f); err != nil {
		return "", nil, err
	}
	f.Store, f.Index = size(filepath.Join(p.data, "kiennghi.db")), size(filepath.Join(p.data, "index"))
	return kept, &f, keepJSON(kept, "filled.json", &f)
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

// fillStore stores senders and cases, from the one on that f says, and calls keep now and
// then with f saying how far it is.
func fillStore(ctx context.Context, p *place, program string, cases int, f *filled, keep func() error) error {
	if err := p.command(ctx, program, "seed", "--demo"); err != nil {
		return err
	}
	s, keys, err := p.openSealing(ctx)
	if err != nil {
		return err
	}
	f.Cases, f.Others = cases, cases/4
	logf("storing %d cases, %d are there", f.Cases+f.Others, f.Stored)
	err = storeAll(ctx, s, keys, f, p.uri != "", keep)
	if err == nil {
		err = s.PutSetting(ctx, worker.FoundBy, models.DetectorName()) // each was written with it
	}
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

// storedAtOnce is how many cases are stored between two notes of how far it is.
const storedAtOnce = 10_000

func storeAll(ctx context.Context, s store.Store, keys *models.Keyring, f *filled, mongo bool, keep func() error) error {
	agencies, err := s.Agencies(ctx)
	if err != nil {
		return err
	}
	senders := make([]*models.Person, people)
	for i := range senders {
		senders[i] = person(keys, i)
	}
	w := newWriter(reference(agencies), senders)
	atOnce := map[bool]int{true: 32, false: 256}[mongo] // side by side: SQLite commits them together
	if f.Stored == 0 {
		if err := sideBySide(ctx, atOnce, 0, people, func(ctx context.Context, i int) error {
			if err := s.CreatePerson(ctx, senders[i]); !errors.Is(err, models.ErrExists) {
				return err
			}
			return nil
		}); err != nil {
			return err
		}
	}
	for now := models.Now(); f.Stored < f.Cases+f.Others; {
		start, to := time.Now(), min(f.Stored+storedAtOnce, f.Cases+f.Others)
		if err := sideBySide(ctx, atOnce, f.Stored, to, func(ctx context.Context, i int) error {
			c, err := w.life(i, f.Cases, f.Others, now)
			if err != nil {
				return fmt.Errorf("case %d: %w", i, err)
			}
			return storeCase(ctx, s, c)
		}); err != nil {
			return err
		}
		f.Stored, f.Fill = to, f.Fill+time.Since(start)
		if err := keep(); err != nil {
			return err
		}
	}
	return nil
}

// sideBySide calls do with the numbers from one to before another, so many at once.
func sideBySide(ctx context.Context, atOnce, from, to int, do func(ctx context.Context, i int) error) error {
	group, one := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := from; i < to && one.Err() == nil; i++ {
		group.Go(func() error { return do(one, i) })
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// storeCase stores a case, unless an earlier run did.
func storeCase(ctx context.Context, s store.Store, c *models.Feedback) error {
	err := s.CreateFeedback(ctx, c)
	for errors.Is(err, models.ErrExists) {
		if _, err := s.Feedback(ctx, c.ID); !errors.Is(err, models.ErrNotFound) {
			return err
		}
		c.Code = models.NewCode() // of so many codes two may be alike
		err = s.CreateFeedback(ctx, c)
	}
	return err
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
