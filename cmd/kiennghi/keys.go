package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"kiennghi/handlers"
	"kiennghi/models"
	"kiennghi/store"
)

type rotateCommand struct {
	Agency string `help:"Give this agency a new key to seal replies with, and change nothing else." placeholder:"CODE"`
	Reason string `help:"Why, for the audit log; with --agency." default:"by the command line"`
}

// Run makes a new data key and a new signing key and seals everything anew. Serving
// goes on: a running program reads the keyring again when it meets the new key, and
// tokens of the old signing key stay good until they end. Old data keys stay in the
// ring, and with them old backups can be read. When it was interrupted, running it
// again finishes what was begun.
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
		sealedWith, err := r.store.Setting(ctx, settingSealed)
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
		n, err := r.sealAnew(ctx)
		if err != nil {
			return err
		}
		kid, err := handlers.RotateSigningKey(ctx, r.store, r.keys, models.Now())
		if err != nil {
			return err
		}
		if err := store.NewSealRoot(ctx, r.store, r.keys, models.Now()); err != nil {
			return err
		}
		id := r.keys.IDs()[0]
		if err := r.store.PutSetting(ctx, settingSealed, id); err != nil {
			return err
		}
		con.printf("data key %s: %d records sealed anew\nsigning key %s\n", id, n, kid)
		return r.audit(ctx, models.ActRotate, id, "", "signing key "+kid)
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

// sealAnew seals what an older key sealed with the newest one and returns how many
// records that were. The texts of messages under way are left: they are gone within
// the day, and the old key stays.
func (r *records) sealAnew(ctx context.Context) (int, error) {
	n, err := store.NewSealing(r.db, r.keys).SealAnew(ctx)
	if err != nil {
		return n, err
	}
	group, inGroup := errgroup.WithContext(ctx) // side by side: the store commits them together
	group.SetLimit(32)
	err = r.store.EachPerson(inGroup, func(p *models.Person) error {
		if r.current(p.Phone, p.Name, p.Email, p.Address, p.Organisation) {
			return nil
		}
		n++
		group.Go(func() error {
			_, err := r.store.UpdatePerson(inGroup, p.ID, func(p *models.Person) error {
				return r.seal(&p.Phone, &p.Name, &p.Email, &p.Address, &p.Organisation)
			})
			return err
		})
		return nil
	})
	if err := cmp.Or(group.Wait(), err); err != nil { // the group's first: it cancels the other
		return n, err
	}
	err = r.store.EachStaff(ctx, func(s *models.Staff) error {
		if r.current(s.TOTP, s.TOTPPending) {
			return nil
		}
		n++
		_, err := r.store.UpdateStaff(ctx, s.ID, func(s *models.Staff) error { return r.seal(&s.TOTP, &s.TOTPPending) })
		return err
	})
	if err != nil {
		return n, err
	}
	signing, err := r.store.SigningKeys(ctx)
	for i := range signing {
		if err != nil || r.current(signing[i].Private) {
			continue
		}
		n++
		if err = r.seal(&signing[i].Private); err == nil {
			err = r.store.PutSigningKey(ctx, &signing[i])
		}
	}
	return n, err
}

func (r *records) current(values ...models.Sealed) bool {
	for _, v := range values {
		if !r.keys.Current(v) {
			return false
		}
	}
	return true
}

func (r *records) seal(values ...*models.Sealed) error {
	for _, v := range values {
		text, err := r.keys.Open(*v)
		if err != nil {
			return err
		}
		*v = r.keys.Seal(text)
	}
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
