package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
)

// In the data folder: what is being restored, and what was there before.
const (
	restoringFolder = "restoring"
	beforePrefix    = "before-restore-"
)

type restoreCommand struct {
	File  string `arg:"" help:"Backup to bring back." type:"existingfile"`
	Force bool   `help:"Also when the data folder is not empty; what is in it is kept in before-restore-… beside."`
}

// Run unpacks the backup beside the data, checks it, and then moves it into place. The
// program must be stopped. When it is interrupted, nothing starts on the folder until
// it was run again, and nothing is lost.
func (b *restoreCommand) Run(ctx context.Context, con *console) error {
	c, err := con.config()
	if err != nil {
		return err
	}
	lock, err := lockData(c.Data, true)
	if err != nil {
		return err
	}
	defer lock.Close()
	there, err := c.contents()
	if err != nil {
		return err
	}
	if len(there) > 0 && !b.Force {
		return fmt.Errorf("%s is not empty (%s …): --force keeps what is there in %s…", c.Data, there[0], beforePrefix)
	}
	fresh, failed := filepath.Join(c.path(restoringFolder), "new"), c.path(restoringFolder)
	if slices.Contains(there, restoringFolder) { // one that was cut off moved things: the mark stays until one succeeds
		failed = fresh
	}
	if err := errors.Join(os.RemoveAll(fresh), os.MkdirAll(fresh, 0o700)); err != nil {
		return err
	}
	if err := bring(ctx, c, b.File, fresh); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", b.File, err), os.RemoveAll(failed))
	}
	before := c.path(beforePrefix + time.Now().UTC().Format("20060102-150405.000"))
	if there, err = c.contents(); err != nil {
		return err
	}
	for _, name := range there {
		if name == restoringFolder {
			continue
		}
		if err := errors.Join(os.MkdirAll(before, 0o700), os.Rename(c.path(name), filepath.Join(before, name))); err != nil {
			return err
		}
		con.printf("kept: %s\n", filepath.Join(before, name))
	}
	names, err := os.ReadDir(fresh)
	if err != nil {
		return err
	}
	for _, e := range names {
		if err := os.Rename(filepath.Join(fresh, e.Name()), c.path(e.Name())); err != nil {
			return err
		}
	}
	if err := errors.Join(os.RemoveAll(c.path(restoringFolder)), syncFolder(c.path(databaseFile))); err != nil {
		return err
	}
	if c.embedded() {
		con.printf("restored into %s; the search index is rebuilt at the next start\n", c.Data)
		return nil
	}
	con.printf("restored into the database of KIENNGHI_MONGO_URI, and %s\n", c.Data)
	s, err := mongo.Open(ctx, c.MongoURI)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Restored(ctx), s.Close()); err != nil {
		return err
	}
	r := &records{Config: c, lock: lock}
	if err := errors.Join(r.open(ctx), r.close()); err != nil { // an older schema is brought up to date, the keys are compared
		return err
	}
	con.printf("now: kiennghi reindex\n")
	return nil
}

// bring unpacks the backup into dir, and its records into the database where they are of MongoDB.
func bring(ctx context.Context, c *Config, file, dir string) error {
	documents, err := ofMongo(file)
	switch {
	case err != nil:
		return fmt.Errorf("it is no backup of kiennghi: %w", err)
	case documents && c.embedded():
		return errors.New("its records are of MongoDB: set KIENNGHI_MONGO_URI")
	case documents:
		return restoreDocuments(ctx, c, file, dir)
	case !c.embedded():
		return errors.New("its records are not of MongoDB: set no KIENNGHI_MONGO_URI")
	}
	if err := unpack(ctx, file, dir, nil); err != nil {
		return fmt.Errorf("it is no whole backup of kiennghi: %w", err)
	}
	return checkRestored(ctx, c, dir)
}

// restoreDocuments fills the database with the pieces of a backup, and unpacks the rest into dir.
func restoreDocuments(ctx context.Context, c *Config, file, dir string) error {
	s, err := mongo.Open(ctx, c.MongoURI)
	if err != nil {
		return err
	}
	err = s.Restore(ctx, func(insert func(collection string, documents []byte) error) error {
		return unpack(ctx, file, dir, func(name string, r io.Reader) error {
			documents, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			_, collection, _ := strings.Cut(strings.TrimSuffix(name, ".bson"), "-")
			return insert(collection, documents)
		})
	})
	if _, missing := os.Stat(filepath.Join(dir, keysFile)); err == nil && missing != nil && c.ownKeys() {
		err = fmt.Errorf("the records are restored, but %s is missing: say by KIENNGHI_KEYS_FILE where the keys are", keysFile)
	}
	return errors.Join(err, s.Close())
}

// ofMongo reports whether a backup has the records of a MongoDB: they are the first in it.
func ofMongo(file string) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h, err := tar.NewReader(f).Next()
	return err == nil && strings.HasPrefix(h.Name, documentsFolder+"/"), err
}

// contents lists what is in the data folder, the lock and older contents left out.
func (c *Config) contents() ([]string, error) {
	entries, err := os.ReadDir(c.Data)
	var out []string
	for _, e := range entries {
		if n := e.Name(); n != lockFile && n != "rotate.lock" && n != "backup.lock" && n != "lost+found" && !strings.HasPrefix(n, beforePrefix) {
			out = append(out, n)
		}
	}
	return out, err
}

// unpack writes the files of a backup into dir, and gives its pieces of MongoDB to documents
// where there is one. A name that leads out of dir is an error.
func unpack(ctx context.Context, file, dir string, documents func(name string, r io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			return fmt.Errorf("%q is not a file", h.Name)
		}
		if name, ok := strings.CutPrefix(h.Name, documentsFolder+"/"); ok && documents != nil {
			if err := documents(name, r); err != nil {
				return fmt.Errorf("%s: %w", h.Name, err)
			}
			continue
		}
		if err := errors.Join(root.MkdirAll(filepath.Dir(h.Name), 0o700), unpackFile(root, h.Name, r)); err != nil {
			return err
		}
	}
}

func unpackFile(root *os.Root, name string, r io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// checkRestored opens what was unpacked as the program will.
func checkRestored(ctx context.Context, c *Config, dir string) error {
	for _, name := range []string{databaseFile, keysFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil && (name != keysFile || c.ownKeys()) {
			return fmt.Errorf("%s is missing", name)
		}
	}
	there := *c
	there.Data = dir
	s, err := sqlite.Open(ctx, there.path(databaseFile))
	if err != nil {
		return err
	}
	r := &records{Config: &there, store: s}
	check := func() error {
		if err := s.Migrate(ctx); err != nil {
			return err
		}
		if r.keys, err = loadKeys(&there); err != nil {
			return err
		}
		return r.checkKeys(ctx)
	}
	return errors.Join(check(), s.Close())
}
