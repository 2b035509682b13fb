package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
)

// Names in the data folder.
const (
	databaseFile  = "kiennghi.db"
	keysFile      = "keys.txt"
	outboxFile    = "outbox.jsonl"
	indexFolder   = "index"
	uploadsFolder = "uploads"
	lockFile      = "lock"
)

// Named values in the store.
const (
	settingKeyring = "keyring"        // which ring the records were sealed with
	settingTexts   = "sealed.texts.3" // set when no text of before texts were sealed is left
	settingDemo    = "demo"           // how to sign in to the demo, when it was seeded
)

// records is what every command needs: the settings, the data folder, the open and
// migrated store, and the keys.
type records struct {
	*Config
	store store.Store // seals what it stores; program puts a guard in front
	db    store.Store // the database itself
	keys  *models.Keyring
	lock  *os.File
}

// openRecords opens the store for a command that may run beside the program.
func openRecords(ctx context.Context, c *Config) (*records, error) {
	lock, err := lockData(c.Data, false)
	if err != nil {
		return nil, err
	}
	r := &records{Config: c, lock: lock}
	if err := r.open(ctx); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (r *records) open(ctx context.Context) error {
	if err := r.restored(); err != nil {
		return err
	}
	s, err := openStore(ctx, r.Config)
	if err != nil {
		return err
	}
	r.store, r.db = s, s
	if err := s.Migrate(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if r.keys, err = loadKeys(r.Config); err != nil {
		return err
	}
	r.store = store.NewSealing(r.db, r.keys)
	return r.checkKeys(ctx)
}

func (r *records) close() error {
	var err error
	if r.store != nil {
		err = r.store.Close()
	}
	return errors.Join(err, r.lock.Close())
}

// path returns the path of a name in the data folder.
func (c *Config) path(name string) string { return filepath.Join(c.Data, name) }

// restored returns an error when a restore into the data folder came to no end.
func (c *Config) restored() error {
	if _, err := os.Stat(c.path(restoringFolder)); err == nil {
		return fmt.Errorf("a restore into %s was interrupted: run it again, with --force", c.Data)
	}
	return nil
}

func openStore(ctx context.Context, c *Config) (store.Store, error) {
	if c.embedded() {
		s, err := sqlite.Open(ctx, c.path(databaseFile))
		if err != nil {
			return nil, err // not s: a nil *sqlite.Store is not a nil store.Store
		}
		return s, nil
	}
	s, err := mongo.Open(ctx, c.MongoURI)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// checkKeys refuses a keyring that is not the one the records are sealed with.
func (r *records) checkKeys(ctx context.Context) error {
	ids := r.keys.IDs()
	mine := ids[len(ids)-1] + ":" + r.keys.Index("keyring")
	if _, err := r.store.Setting(ctx, settingKeyring); errors.Is(err, models.ErrNotFound) { // nothing is stored yet
		if _, err := r.store.InitSetting(ctx, settingTexts, "1"); err != nil {
			return err
		}
	}
	theirs, err := r.store.InitSetting(ctx, settingKeyring, mine)
	if err != nil {
		return err
	}
	if theirs != mine {
		id, _, _ := strings.Cut(theirs, ":")
		return fmt.Errorf("this keyring is not the one that the records are sealed with: its last key is %s, theirs is another, %s. "+
			"Every process on one database needs the same keyring: set KIENNGHI_KEYS_FILE, or bring back keys.txt in %s", ids[len(ids)-1], id, r.Data)
	}
	_, err = r.store.InitSetting(ctx, store.SettingSealedWith, ids[0])
	return err
}

// seedAgencies stores the agencies that the program knows. Those that are there already
// are brought to its knowledge, unless an administrator edited them.
func (r *records) seedAgencies(ctx context.Context) (int, error) {
	have, err := r.store.Agencies(ctx)
	if err != nil {
		return 0, err
	}
	edited := map[string]bool{}
	for _, a := range have {
		edited[a.Code] = a.EditedAt != nil
	}
	all := slices.DeleteFunc(slices.Clone(knowledge.Agencies()), func(a models.Agency) bool { return edited[a.Code] })
	return len(all), r.store.PutAgencies(ctx, all)
}

// reference returns what submissions are checked against, and stores the agencies when
// there are none.
func (r *records) reference(ctx context.Context) (*models.Reference, error) {
	agencies, err := r.store.Agencies(ctx)
	if err == nil && len(agencies) == 0 {
		if _, err = r.seedAgencies(ctx); err == nil {
			agencies, err = r.store.Agencies(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	model, err := knowledge.Classifier()
	if err != nil {
		return nil, err
	}
	return &models.Reference{
		Classifier: model,
		Tree:       models.NewTree(agencies),
		Places:     models.NewPlaces(knowledge.Provinces(), knowledge.Communes(), knowledge.FormerUnits()...).WithNicknames(knowledge.Nicknames()),
		Fields:     models.NewFields(knowledge.Fields(), knowledge.FieldGroups()),
		Rules:      models.NewRules(knowledge.Rules(), knowledge.Calendar()),
		Triage:     models.NewTriage(knowledge.TriageCues()),
		Grounds:    knowledge.RefusalGrounds(), Ladders: knowledge.Ladders(), Reports: knowledge.Reports(), Notices: knowledge.Notices(), Kept: knowledge.Retention(),
	}, nil
}

// audit appends what an operator did at the command line.
func (r *records) audit(ctx context.Context, a models.Action, object, agency, detail string) error {
	e := models.AuditEntry{
		ID: models.NewID(), At: models.Now(), Actor: "cli", Action: a, Object: object, Agency: agency, Detail: detail,
	}
	return r.store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry { return e.Chain(head, r.keys.AuditKey()) })
}
