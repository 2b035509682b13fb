package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3:// in KIENNGHI_BUCKET_URL
)

// tornAfter is how long a file of an upload may be half written; then nobody writes it any more.
const tornAfter = time.Hour

// openBucket opens where the bytes of uploads are.
func openBucket(ctx context.Context, c *Config) (*blob.Bucket, error) {
	if strings.HasPrefix(c.BucketURL, "s3://") {
		b, err := blob.OpenBucket(ctx, c.BucketURL)
		if err != nil {
			return nil, errors.New("KIENNGHI_BUCKET_URL cannot be used: " + err.Error())
		}
		return b, nil
	}
	dir := c.path(uploadsFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return fileblob.OpenBucket(dir, &fileblob.Options{
		DirFileMode: 0o700,
		NoTempDir:   true, // a rename within one file system, so that a file is whole or not there
		Metadata:    fileblob.MetadataDontWrite,
	})
}

// halfWritten reports whether a file of the folder of uploads is not whole yet: the bucket
// renames it when it is.
func halfWritten(name string) bool { return strings.HasSuffix(name, ".tmp") }

// removeTorn removes what a kill has left of uploads that were being written. Nothing else
// knows of these files, so no term of retention would ever end them.
func (p *program) removeTorn(ctx context.Context) {
	removed := 0
	err := filepath.WalkDir(p.path(uploadsFolder), func(name string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil || !halfWritten(name) {
			return err
		}
		info, err := d.Info()
		if err == nil && time.Since(info.ModTime()) > tornAfter {
			if err = os.Remove(name); err == nil {
				removed++
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it became whole meanwhile
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) || ctx.Err() != nil {
		err = nil // the uploads are in a bucket, or the program ends
	}
	if err != nil {
		p.log.Warn("cannot look for what a kill has left of uploads", "error", err.Error())
	}
	if removed > 0 {
		p.log.Info("removed what a kill had left of uploads", "files", removed)
	}
}
