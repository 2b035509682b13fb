package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"kiennghi/models"
)

const (
	keysWithin   = 10 * time.Second // what KIENNGHI_KEYS_COMMAND may take
	keysAtMost   = 64 << 10         // bytes of a keyring's text
	keysNotAgain = 30 * time.Second // so long an answer of the command, or its failing, is the last word
)

// ownKeys reports whether the keyring is keys.txt in the data folder, which the program makes.
func (c *Config) ownKeys() bool { return c.Keys == "" && c.KeysCommand == "" }

// keysPath is the file that the keyring is read from; empty when the environment itself
// holds it, or a command gives it out.
func (c *Config) keysPath() string {
	if c.ownKeys() {
		return c.path(keysFile)
	}
	return c.keysFrom
}

// loadKeys reads the keyring, and makes keys.txt at the first start.
func loadKeys(c *Config) (*models.Keyring, error) {
	path := c.keysPath()
	if c.ownKeys() {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			if err := makeFile(path, models.NewKeyringText()+"\n"); err != nil {
				return nil, err
			}
		}
	}
	from, read := path, func() (string, error) {
		b, err := os.ReadFile(path)
		return string(b), err
	}
	if c.KeysCommand != "" {
		from, read = prefix+"KEYS_COMMAND", func() (string, error) { return askKeys(c.KeysCommand, keysWithin) }
	}
	text := c.Keys
	if text == "" {
		var err error
		if text, err = read(); err != nil {
			return nil, err
		}
	}
	k, err := models.ParseKeyring(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	if c.KeysCommand != "" {
		read = notAgain(read)
	}
	if from != "" {
		k.OnUnknownKey(read)
	}
	return k, nil
}

// askKeys gets the keyring from a command, which is run without a shell and without the
// settings of the program, and killed when it takes longer than within.
func askKeys(command string, within time.Duration) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), within)
	defer stop()
	words := strings.Fields(command)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, prefix) })
	cmd.WaitDelay = time.Second
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("did not end within %v", within)
	case err == nil && out.Len() > keysAtMost:
		err = errors.New("printed more than a keyring")
	case err == nil && len(bytes.TrimSpace(out.Bytes())) == 0:
		err = errors.New("printed nothing")
	}
	if err != nil {
		return "", fmt.Errorf("%sKEYS_COMMAND, which is to print the keyring: %s: %w %s", prefix, words[0], err, models.Shorten(strings.Join(strings.Fields(said.String()), " "), 300))
	}
	return out.String(), nil
}

// notAgain returns ask, which for a while after it was asked answers as it did then, also
// with an error: a value sealed with a key that nobody has must not start a process for
// everyone who reads it, nor let them wait in line for one that hangs.
func notAgain(ask func() (string, error)) func() (string, error) {
	var mu sync.Mutex
	var last time.Time
	var text string
	var err error
	return func() (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if last.IsZero() || time.Since(last) >= keysNotAgain {
			text, err = ask()
			last = time.Now()
		}
		return text, err
	}
}
