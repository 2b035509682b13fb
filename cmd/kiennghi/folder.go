package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// folderLook is how often the program looks whether its files are still there.
const folderLook = time.Second

// folder is the files that the program works in, as they were when it opened them.
type folder map[string]os.FileInfo

// openFolder notes the files of the data folder that are this process's own.
func (c *Config) openFolder() (folder, error) {
	f := folder{}
	if c.embedded() {
		f[c.path(databaseFile)] = nil
	}
	if c.ownIndex() {
		f[filepath.Join(c.path(indexFolder), "current")] = nil
	}
	for path := range f {
		var err error
		if f[path], err = os.Stat(path); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// gone waits until a file was removed or another one is in its place, and says which.
// The program could go on, in files that nobody can find and that vanish with it. It
// returns nil when ctx ends.
func (f folder) gone(ctx context.Context) error {
	t := time.NewTicker(folderLook)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		for path, was := range f {
			now, err := os.Stat(path)
			if os.IsNotExist(err) || err == nil && !os.SameFile(was, now) {
				return fmt.Errorf("%s was removed or replaced beneath the running program, which ends: what it took could not be kept", path)
			}
		}
	}
}
