package models

import (
	"errors"
	"sync"
	"testing"
)

// Another process rotates the keys: this one opens what that one sealed.
func TestKeyringGrows(t *testing.T) {
	t.Parallel()
	first := NewKeyringText()
	mine, err := ParseKeyring(first)
	if err != nil {
		t.Fatal(err)
	}
	rotated := mine.Rotated()
	other, err := ParseKeyring(rotated)
	if err != nil {
		t.Fatal(err)
	}
	sealed := other.Seal("0912345678")
	if _, err := mine.Open(sealed); err == nil {
		t.Fatal("opened with a key that the ring does not have")
	}

	reads := 0
	mine.OnUnknownKey(func() (string, error) { reads++; return rotated, nil })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := mine.Open(sealed); err != nil || got != "0912345678" {
				t.Errorf("opened %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if reads != 1 {
		t.Errorf("the ring was read %d times, want once", reads)
	}
	if !mine.Current(sealed) || mine.Index("x") != other.Index("x") {
		t.Error("the ring has grown, but does not seal or index as the other one does")
	}
}

func TestKeyringGrowsOnlyFromItself(t *testing.T) {
	t.Parallel()
	mine, _ := ParseKeyring(NewKeyringText())
	stranger, _ := ParseKeyring(NewKeyringText())
	sealed := stranger.Seal("x")
	for name, read := range map[string]func() (string, error){
		"another ring": func() (string, error) { return stranger.now.Load().text, nil },
		"no ring":      func() (string, error) { return "garbage", nil },
		"no file":      func() (string, error) { return "", errors.New("gone") },
	} {
		mine.OnUnknownKey(read)
		if _, err := mine.Open(sealed); err == nil {
			t.Errorf("%s: opened", name)
		}
		if got, err := mine.Open(mine.Seal("y")); err != nil || got != "y" {
			t.Errorf("%s: its own key is lost: %q, %v", name, got, err)
		}
	}
}
