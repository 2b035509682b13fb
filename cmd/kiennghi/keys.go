package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

type rotateCommand struct {
	Now    bool   `help:"Seal everything anew here and now, as when no program runs that would do it."`
	Agency string `help:"Give this agency a new key to seal replies with, and change nothing else." placeholder:"CODE"`
	Reason string `help:"Why, for the audit log; with --agency." default:"by the command line"`
}

// Run puts a new data key into the ring and begins to sign with new keys; the workers of the
// running program, or of the next one that starts, seal everything anew. Serving goes on: a
// running program reads the keyring again when it meets the new key, and tokens of the old
// signing key stay good until they end. Old data keys stay in the ring, and with them old
// backups can be read. While a rotation is under way, running it again begins no other one.
func (c *rotateCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		alone, err := lockFileAt(r.path("rotate.lock"), true)
		if err != nil {
			return fmt.Errorf("another rotation is running: %w", err)
		}
		defer alone.Close()
		if c.Agency != "" {
			k, err := store.RotateSealKey(ctx, r.store, r.keys, c.Agency, "cli", c.Reason, models.Now())
			if err != nil {
				return err
			}
			con.printf("%s seals with key %s from %s on\n", c.Agency, k.KeyID, k.From.In(models.VietNam).Format(time.DateTime))
			return nil
		}
		if path := r.keysPath(); path != "" {
			if err := removeAll(path + ".part-*"); err != nil { // of a rotation that was cut off
				return err
			}
		}
		_, sealedWith, err := store.LastRotation(ctx, r.store)
		if err != nil {
			return err
		}
		if r.keys.IDs()[0] == sealedWith {
			if err := r.newDataKey(con); err != nil {
				return err
			}
		} else {
			con.printf("going on with the rotation to %s\n", r.keys.IDs()[0])
		}
		s := store.NewSealing(r.db, r.keys)
		rotation, err := s.BeginRotation(ctx, "cli", models.Now())
		if err != nil {
			return err
		}
		con.printf("data key %s, with new signing keys\n", rotation.Key)
		if !c.Now {
			con.printf("the running program, or the next that starts, seals everything anew with it; kiennghi keys status says how far it is, and keys rotate --now does it here\n")
			return nil
		}
		for rotation.Ended.IsZero() {
			if err := s.GoOn(ctx, &rotation, func() {}, models.Now); err != nil {
				return err
			}
		}
		con.printf("%d records sealed anew\n", rotation.Written)
		return nil
	})
}

type keysStatusCommand struct{}

// Run says which keys there are and how far a rotation is.
func (*keysStatusCommand) Run(ctx context.Context, con *console) error {
	return withRecords(ctx, con, func(r *records) error {
		last, sealedWith, err := store.LastRotation(ctx, r.store)
		if err != nil {
			return err
		}
		con.printf("keys of the ring, the newest first: %s\n", strings.Join(r.keys.IDs(), " "))
		switch newest := r.keys.IDs()[0]; {
		case sealedWith == newest:
			con.printf("everything is sealed with %s\n", newest)
		case last.Key != newest:
			con.printf("everything is sealed with %s; the rotation to %s is not begun: kiennghi keys rotate, or a program that runs for some minutes, begins it\n", sealedWith, newest)
		case last.Rest:
			con.printf("sealing with %s since %s: all cases are done, people and staff follow; %d records until now\n", newest, last.Began.In(models.VietNam).Format(time.DateTime), last.Written)
		default:
			con.printf("sealing with %s since %s: %d of %d cases; %d records until now\n", newest, last.Began.In(models.VietNam).Format(time.DateTime), last.Cases, last.Of, last.Written)
		}
		return nil
	})
}

// newDataKey puts a new key in front of the keyring's file and reads it again. A ring
// that stands in the environment itself cannot be changed from here.
func (r *records) newDataKey(con *console) error {
	text, path := r.keys.Rotated(), r.keysPath()
	switch {
	case r.KeysCommand != "":
		con.printf("%s\n", text)
		return errors.New("the keyring comes from KIENNGHI_KEYS_COMMAND: store the text above where that command takes it from and run keys rotate again; " +
			"running processes ask the command when they meet the new key")
	case path == "":
		con.printf("%s\n", text)
		return fmt.Errorf("the keyring stands in KIENNGHI_KEYS: set it to the text above in every process, restart them together, " +
			"and run keys rotate again. (With KIENNGHI_KEYS_FILE no restart is needed.)")
	}
	if err := replaceFile(path, text+"\n"); err != nil {
		con.printf("%s\n", text)
		return fmt.Errorf("%s cannot be written (%w): put the text above into it and run keys rotate again", path, err)
	}
	k, err := models.ParseKeyring(text)
	if err != nil {
		return err
	}
	r.keys, r.store = k, store.NewSealing(r.db, k)
	return nil
}

// sealTexts seals, once for a database, what a program stored that did not seal texts. It
// runs beside everything else; broken off, it goes on at the next start.
func (p *program) sealTexts(ctx context.Context) {
	_, err := p.store.Setting(ctx, settingTexts)
	if !errors.Is(err, models.ErrNotFound) {
		return // done, or the database is away: at the next start
	}
	n, err := store.NewSealing(p.db, p.keys).SealAnew(ctx)
	if err == nil {
		err = p.store.PutSetting(ctx, settingTexts, "1")
	}
	switch {
	case err != nil && ctx.Err() == nil:
		p.log.Warn("some texts of an earlier version are not sealed yet; the next start goes on", "sealed", n, "reason", models.ErrorKindOf(err))
	case n > 0:
		p.log.Info("texts of an earlier version are sealed", "records", n)
	}
}
