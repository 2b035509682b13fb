package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
)

// documentsFolder is where a backup has what was in MongoDB, in pieces: number-collection.bson.
const documentsFolder = "mongo"

type backupCommand struct {
	File string `arg:"" help:"File to write; it must not exist. It holds the keys of the personal data: keep it as safe as the data folder."`
}

// Run writes the backup: the database as of one moment, then the uploads (one that came
// later does no harm), then the keyring. The search index is not in it: it is rebuilt.
func (b *backupCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		if _, err := os.Lstat(b.File); err == nil {
			return fmt.Errorf("%s is there already", b.File)
		}
		alone, err := lockFileAt(r.path("backup.lock"), true)
		if err != nil {
			return fmt.Errorf("another backup is running: %w", err)
		}
		defer alone.Close()
		if err := removeAll(r.path("backup-*"), b.File+".part-*"); err != nil { // of a backup that was cut off
			return err
		}
		size, err := r.writeBackup(ctx, b.File)
		if err != nil {
			return err
		}
		if r.ownKeys() {
			con.printf("%s: %d bytes. It holds keys: whoever has it can read everything.\n", b.File, size)
		} else {
			con.printf("%s: %d bytes, without the keys: nothing personal in it can be read without them.\n", b.File, size)
		}
		if r.BucketURL != "" {
			con.printf("The uploads are in %s and not in this file.\n", r.BucketURL)
		}
		return nil
	})
}

// writeBackup writes the file under another name first, so that it is whole or not there.
func (r *records) writeBackup(ctx context.Context, file string) (int64, error) {
	out, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-*") // mode 0600
	if err != nil {
		return 0, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	w := tar.NewWriter(out)
	if err := r.addRecords(ctx, w); err != nil {
		return 0, err
	}
	if err := addFolder(ctx, w, r.path(uploadsFolder), uploadsFolder); err != nil {
		return 0, err
	}
	if err := r.addKeys(w); err != nil {
		return 0, err
	}
	if err := errors.Join(w.Close(), out.Sync()); err != nil {
		return 0, err
	}
	info, err := out.Stat()
	if err != nil {
		return 0, err
	}
	if err := os.Link(out.Name(), file); err != nil { // never replaces
		return 0, err
	}
	return info.Size(), syncFolder(file)
}

// addRecords adds the database as of one moment.
func (r *records) addRecords(ctx context.Context, w *tar.Writer) error {
	switch db := r.db.(type) {
	case *sqlite.Store:
		tmp, err := os.MkdirTemp(r.Data, "backup-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		snapshot := filepath.Join(tmp, databaseFile)
		if err := db.Backup(ctx, snapshot); err != nil {
			return err
		}
		return addFile(w, snapshot, databaseFile)
	case *mongo.Store:
		n := 0
		return db.Backup(ctx, func(collection string, documents []byte) error {
			n++
			name := fmt.Sprintf("%s/%09d-%s.bson", documentsFolder, n, collection)
			err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: int64(len(documents)), Format: tar.FormatPAX})
			if err == nil {
				_, err = w.Write(documents)
			}
			return err
		})
	}
	return fmt.Errorf("no backup of %T", r.db)
}

// addKeys adds keys.txt. A ring from elsewhere is kept by whoever put it there.
func (r *records) addKeys(w *tar.Writer) error {
	if !r.ownKeys() {
		return nil
	}
	return addFile(w, r.path(keysFile), keysFile)
}

// addFolder adds the whole files below dir.
func addFolder(ctx context.Context, w *tar.Writer, dir, name string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // no uploads yet, or one that was removed meanwhile
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if !d.Type().IsRegular() || halfWritten(p) {
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		err = addFile(w, p, path.Join(name, filepath.ToSlash(rel)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func addFile(w *tar.Writer, file, name string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	err = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime(), Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	_, err = io.CopyN(w, f, info.Size())
	return err
}
